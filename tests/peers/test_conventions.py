"""The conventions that the page *Conventions in libraries* states in words."""

import importlib

import conventions
import pytest
from observations import LIBRARIES, answer_to, read, stored_outcome

# By topic and library: the answers of its functions.
STATED = {
    "order": {
        "This course": {"truth first"},
        "scikit-learn": {"truth first"},
        "Keras": {"truth first"},
        "PyTorch": {"prediction first"},
        "JAX, optax": {"prediction first"},
    },
    "smoothing": {
        "This course": {"ε/K to every class"},
        "PyTorch": {"ε/K to every class"},
        "Keras": {"ε/K to every class", "half of ε to each answer"},
        "JAX, optax": {"ε/K to every class"},
    },
    "direction": {
        "This course": {"D(first ‖ second)"},
        "SciPy": {"D(first ‖ second)"},
        "PyTorch": {"D(first ‖ second)", "D(second ‖ first)"},
        "Keras": {"D(first ‖ second)"},
        "JAX, optax": {"D(second ‖ first)"},
    },
    "clipping": {
        "This course": {"infinite: no clip"},
        "SciPy": {"infinite: no clip"},
        "scikit-learn": {"p is raised to `2**-52`", "p is raised to `2**-23`"},
        "PyTorch": {"infinite: no clip", "the logarithm is cut off at `-100`"},
        "Keras": {"p is raised to `1e-7`"},
        "JAX, optax": {"infinite: no clip"},
    },
    "base": {
        "This course": {"natural", "two"},
        "SciPy": {"natural", "two"},
        "scikit-learn": {"natural", "two"},
        "PyTorch": {"natural"},
        "Keras": {"natural"},
        "JAX, optax": {"natural"},
    },
    "weights": {
        "This course": {"divides by the sum of the weights"},
        "scikit-learn": {"divides by the sum of the weights"},
        "PyTorch": {"divides by the sum of the weights", "divides by the number of samples"},
        "Keras": {"divides by the sum of the weights", "divides by the number of samples"},
    },
    "ignored": {
        "This course": {"an error"},
        "scikit-learn": {"an error"},
        "PyTorch": {"left out of the sum and of the count", "nan"},
        "Keras": {"left out of the sum and of the count", "zero"},
        "JAX, optax": {"the class that stands there from the end", "nan for that sample"},
    },
}


@pytest.mark.parametrize("topic", conventions.TOPICS)
def test_every_call_has_one_of_the_answers(topic: str) -> None:
    stored = read()
    found: dict[str, set[str]] = {}
    for case in conventions.TOPICS[topic]:
        for library, call in case.calls.items():
            answer = answer_to(case, stored_outcome(stored, library, call))
            found.setdefault(library, set()).add(answer)
    if topic in STATED:
        assert found == STATED[topic]


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_functions_are_where_the_page_says(library: str) -> None:
    names = [of[library] for of in conventions.FUNCTIONS.values() if library in of]
    if LIBRARIES[library].versions() is None:
        pytest.skip(f"{library} is not installed")
    LIBRARIES[library].names()  # sets what its import needs
    for name in names:
        assert callable(resolve(name)), name


def resolve(path: str) -> object:
    """Return what a dotted name stands for."""
    module, *rest = path.split(".")
    found: object = importlib.import_module(module)
    for part in rest:
        module += f".{part}"
        if not hasattr(found, part):
            importlib.import_module(module)
        found = getattr(found, part)
    return found
