"""Every public function says what it promises, and what it refers to exists."""

import importlib
import inspect
import os
import re

import pytest

MODULES = [
    "likelihood",
    "information",
    "softmax",
    "sigmoid",
    "losses",
    "labels",
    "calibration",
    "margins",
    "models",
]


def documented():
    """Return every public function, and every public class that has methods, with them."""
    found = {}
    for module in MODULES:
        contents = importlib.import_module(f"course_utils.{module}")
        for name in contents.__all__:
            thing = getattr(contents, name)
            if inspect.isfunction(thing):
                found[f"{module}.{name}"] = thing
                continue
            members = inspect.getmembers(thing, inspect.isfunction)
            methods = {n: method for n, method in members if not n.startswith("_")}
            if methods:
                found[f"{module}.{name}"] = thing
                found.update({f"{module}.{name}.{n}": method for n, method in methods.items()})
    return found


DOCUMENTED = documented()
FUNCTIONS = {name: thing for name, thing in DOCUMENTED.items() if inspect.isfunction(thing)}


def sections(thing):
    """Return the numpydoc sections by title; the text before the first is under ''."""
    parts = re.split(r"^(\w[\w ]*)\n-{3,}\n", inspect.getdoc(thing), flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def test_the_list_is_not_empty():
    assert len(DOCUMENTED) > 40
    assert "models.SoftmaxRegression.fit" in FUNCTIONS


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_first_line_is_a_sentence(name):
    lines = sections(DOCUMENTED[name])[""].splitlines()
    assert re.match(r"[A-Z].*\.$", lines[0])
    assert len(lines) == 1 or lines[1] == ""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_every_section(name):
    found = sections(FUNCTIONS[name])
    for title in ("Parameters", "Returns", "Raises", "See Also", "Examples"):
        assert found.get(title, "").strip(), f"{name} has no section {title}"
    assert ">>>" in found["Examples"]


@pytest.mark.parametrize("name", [n for n in FUNCTIONS if n.count(".") == 1])
def test_a_function_gives_its_formula_and_its_source(name):
    document = inspect.getdoc(FUNCTIONS[name])
    assert ".. math::" in document
    assert re.search(r"^Source: ", document, flags=re.MULTILINE)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_parameter_is_described_in_the_order_of_the_signature(name):
    heads = re.findall(r"^(\S[^:\n]*)(?: : .*)?$", sections(DOCUMENTED[name])["Parameters"], re.M)
    described = [part.strip() for head in heads for part in head.split(",")]
    parameters = [p for p in inspect.signature(DOCUMENTED[name]).parameters if p != "self"]
    assert sorted(described) == sorted(parameters)


LIBRARIES = ("course_utils", "numpy", "scipy", "sklearn", "torch", "keras", "jax")
REFERENCES = sorted(
    {
        (reference, name)
        for name, thing in DOCUMENTED.items()
        for reference in re.findall(
            rf"\b(?:{'|'.join(LIBRARIES)})(?:\.\w+)+", sections(thing).get("See Also", "")
        )
    }
)


@pytest.mark.parametrize(("reference", "name"), REFERENCES)
def test_what_a_docstring_refers_to_exists(reference, name):
    parts = reference.split(".")
    if parts[0] == "keras":
        pytest.importorskip("torch", reason="PyTorch, which bears Keras here, is not installed")
        os.environ.setdefault("KERAS_BACKEND", "torch")
    pytest.importorskip(parts[0], reason=f"{parts[0]} is not installed")
    for length in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            thing = getattr(thing, part)
        return


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_bare_name_under_see_also_is_a_neighbour(name):
    module = importlib.import_module("course_utils." + name.split(".")[0])
    heads = re.findall(r"^(\w+(?:, \w+)*)(?: :.*)?$", sections(DOCUMENTED[name])["See Also"], re.M)
    for head in heads:
        for neighbour in head.split(", "):
            assert hasattr(module, neighbour), f"{name} refers to {neighbour}"
