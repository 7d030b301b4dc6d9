"""Calls of libraries that are really made, and what came of them.

A page that says what a library does shows *observations*: the text of a call and its outcome. The
calls are data (`edge_cases.py`, `conventions.py`), the outcomes are stored in
`book/data/observations.json` with versions and dates by `record_observations.py`, and
`test_observations.py` makes every call again whose library is installed.

Nothing is imported before a call needs it.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from packaging.version import Version

STORE = Path(__file__).parents[2] / "book" / "data" / "observations.json"

UNDEFINED = "undefined"
"""The truth of a case to which no number is an answer, so that an error or nan is right."""


@dataclass(frozen=True)
class Case:
    """One input, and how each library is asked about it."""

    name: str
    """What is asked, in the Markdown of a table's first column."""
    calls: dict[str, str]
    """A Python expression for each library; it is shown as it is executed."""
    truth: str | None = None
    """The answer as an expression for mpmath, or `UNDEFINED`; None for a matter of convention."""
    noise: bool = False
    """Whether a wrong outcome is what rounding left over, which differs between processors."""
    answers: dict[str, str] | None = None
    """What libraries may do, in words, each with the expression that gives the same value."""


@dataclass(frozen=True)
class Outcome:
    """What a call gave: its value or error in four digits, and whether it warned."""

    gives: str
    warns: bool = False

    def __str__(self) -> str:
        return f"{self.gives}, warns" if self.warns else self.gives


# The libraries -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Library:
    """A library, the distributions that its calls need, and the names that they may use."""

    name: str
    distributions: tuple[str, ...]
    names: Callable[[], dict[str, Any]]
    light: bool = False
    """Whether the build of the book makes its calls too."""

    def versions(self) -> dict[str, str] | None:
        """Return the installed versions, or None if one is missing."""
        try:
            return {name: Version(version(name)).base_version for name in self.distributions}
        except PackageNotFoundError:
            return None


COMMON = {"inf": math.inf, "nan": math.nan, "log": np.log, "exp": np.exp}


def names_of(*modules: str) -> dict[str, Any]:
    """Return what the modules export."""
    found = {}
    for module in map(importlib.import_module, modules):
        found |= {name: getattr(module, name) for name in module.__all__}
    return found


@cache
def of_this_course() -> dict[str, Any]:
    modules = ("information", "labels", "losses", "sigmoid", "softmax")
    return names_of(*(f"course_utils.{name}" for name in modules)) | {"np": np}


@cache
def of_formulas() -> dict[str, Any]:
    return names_of("textbook") | {"np": np}


@cache
def of_scipy() -> dict[str, Any]:
    import scipy.spatial.distance
    import scipy.special
    import scipy.stats

    special = ("entr", "kl_div", "log_expit", "log_softmax", "logsumexp", "rel_entr", "softmax")
    return {name: getattr(scipy.special, name) for name in special} | {
        "np": np,
        "entropy": scipy.stats.entropy,
        "jensenshannon": scipy.spatial.distance.jensenshannon,
    }


@cache
def of_sklearn() -> dict[str, Any]:
    from sklearn.tree import DecisionTreeClassifier

    softmax = {"softmax": of_scipy()["softmax"]}
    tree = {"DecisionTreeClassifier": DecisionTreeClassifier}
    return {"np": np} | names_of("sklearn.metrics") | softmax | tree


@cache
def of_torch() -> dict[str, Any]:
    import torch

    def double(values: Any) -> Any:
        return torch.tensor(values, dtype=torch.float64)

    def gradient(function: Callable[[Any], Any], at: Any) -> Any:
        at.requires_grad_()
        function(at).backward()
        return at.grad

    return {
        "torch": torch,
        "F": torch.nn.functional,
        "tensor": torch.tensor,
        "double": double,
        "gradient": gradient,
    }


@cache
def of_keras() -> dict[str, Any]:
    # Keras asks for TensorFlow unless told otherwise.
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    return {"losses": keras.losses, "ops": keras.ops, "array": np.array, "np": np}


@cache
def of_jax() -> dict[str, Any]:
    import jax
    import jax.numpy as jnp
    import optax

    # By default JAX computes in float32, and what it loses by that would hide what it does.
    jax.config.update("jax_enable_x64", True)
    return {"jax": jax, "jnp": jnp, "optax": optax, "array": jnp.array}


LIBRARIES = {
    library.name: library
    for library in (
        Library("This course", (), of_this_course, light=True),
        Library("Formula", ("numpy",), of_formulas, light=True),
        Library("SciPy", ("scipy",), of_scipy, light=True),
        Library("scikit-learn", ("scikit-learn",), of_sklearn, light=True),
        Library("PyTorch", ("torch",), of_torch),
        Library("Keras", ("keras", "torch"), of_keras),
        Library("JAX, optax", ("jax", "optax"), of_jax),
    )
}

# Calls and truths --------------------------------------------------------------------------------


def observe(library: str, call: str) -> Outcome:
    """Make a call and say what came of it."""
    names = COMMON | LIBRARIES[library].names()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            gives = describe(eval(call, names))
        except Exception as error:  # which one it is, is what is observed
            gives = type(error).__name__
    # Others tell programmers of things to come, not of the numbers.
    warns = any(w.category in (RuntimeWarning, UserWarning) for w in caught)
    return Outcome(gives, warns)


def describe(value: Any) -> str:
    """Write numbers with four significant digits, arrays as lists, dtypes by their names."""
    if isinstance(value, tuple):
        return ", ".join(map(describe, value))
    if isinstance(value, str):
        return value
    if isinstance(value, np.dtype) or type(value).__name__ == "dtype":
        return str(value).removeprefix("torch.")
    if hasattr(value, "detach"):
        value = value.detach().numpy()
    array = np.asarray(value, dtype=np.float64)
    if array.size == 0:
        return "empty"
    if array.ndim:
        return f"[{', '.join(map(describe, array))}]"
    return f"{float(array) + 0:.4g}"  # + 0 makes −0 a 0


def truth_of(case: Case) -> str | None:
    """Return the truth as mpmath has it, written like an outcome; `UNDEFINED` and None as such."""
    return case.truth if case.truth in (UNDEFINED, None) else computed_truth(case.truth)


def computed_truth(expression: str) -> str:
    import mpmath

    def kl(p: Any, q: Any) -> Any:
        p, q = normalised(p), normalised(q)
        terms = (a * mpmath.log(a / b) if b else mpmath.inf for a, b in zip(p, q, strict=True) if a)
        return mpmath.fsum(terms)

    def js(p: Any, q: Any) -> Any:
        p, q = normalised(p), normalised(q)
        middle = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
        return (kl(p, middle) + kl(q, middle)) / 2

    def normalised(p: Any) -> list[Any]:
        p = [mpmath.mpf(x) for x in p]
        return [x / mpmath.fsum(p) for x in p]

    names = {"log": mpmath.log, "exp": mpmath.exp, "inf": mpmath.inf, "kl": kl, "js": js}
    with mpmath.workdps(60):
        found = eval(expression, names)
        values = [float(x) for x in found] if isinstance(found, list) else float(found)
    return describe(values)


def is_wrong(truth: str | None, outcome: Outcome) -> bool:
    """Whether a call gave a number that differs from the truth in its first four digits.

    An error is no wrong number, and where nothing is right neither is nan.
    """
    if truth is None or outcome.gives.endswith("Error"):
        return False
    if truth == UNDEFINED:
        return "nan" not in outcome.gives and outcome.gives != "empty"
    return outcome.gives != truth


def agree(case: Case, stored: Outcome, found: Outcome) -> bool:
    """Whether a call still does what it did when it was stored."""
    if case.noise and is_wrong(truth_of(case), stored):
        return is_wrong(truth_of(case), found)
    return stored == found


def answer_to(case: Case, outcome: Outcome) -> str:
    """Return which of the possible answers gives the value that the library gave."""
    assert case.answers is not None
    expected = {words: observe("Formula", e).gives for words, e in case.answers.items()}
    assert len(set(expected.values())) == len(expected), f"answers of {case.name!r} coincide"
    found = [words for words, gives in expected.items() if gives == outcome.gives]
    assert found, f"{case.name!r}: {outcome} is none of {expected}"
    return found[0]


# The store ---------------------------------------------------------------------------------------


def comparable(stored: dict[str, Any], library: str) -> bool:
    """Whether the library is installed, in the stored version or a later one."""
    installed = LIBRARIES[library].versions()
    if installed is None:
        return False
    recorded = stored["libraries"][library]["versions"]
    return all(Version(installed[name]) >= Version(recorded[name]) for name in installed)


def read() -> dict[str, Any]:
    """Return what is stored: `libraries` with versions, `outcomes` by library and call."""
    stored: dict[str, Any] = json.loads(STORE.read_text(encoding="utf-8"))
    return stored


def stored_outcome(stored: dict[str, Any], library: str, call: str) -> Outcome:
    """Return the stored outcome of a call."""
    found = stored["outcomes"].get(library, {}).get(call)
    if found is None:
        raise LookupError(f"nothing is stored of {call!r} ({library}): run `make observations`")
    return Outcome(found["gives"], found["warns"])
