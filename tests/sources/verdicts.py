"""What a check of a finding returns, and what the checks share.

A finding says that something in a source does not hold. Its check puts what the source says and
what holds to one criterion, which knows neither: a derivative by differences, an integral by
quadrature, a library, or the property that the thing is named for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from mpmath import mp
from scipy.optimize import minimize_scalar


class Verdict(NamedTuple):
    says: bool
    """Whether what the source says meets the criterion. The test wants it not to."""
    holds: bool
    """Whether what holds meets it."""
    numbers: tuple[float, ...] = ()
    """Computed values, to which the decimals in the text of the finding are held."""


CHECKS: dict[str, Callable[[], Verdict]] = {}


def place(function: Callable[[], Verdict]) -> tuple[str, int]:
    return function.__code__.co_filename, function.__code__.co_firstlineno


def check(finding: str) -> Callable[[Callable[[], Verdict]], Callable[[], Verdict]]:
    """Register a check under the id of its finding."""

    def register(function: Callable[[], Verdict]) -> Callable[[], Verdict]:
        # pytest may import a module a second time, under a longer name.
        if finding in CHECKS and place(CHECKS[finding]) != place(function):
            raise ValueError(f"{finding} has two checks")
        CHECKS[finding] = function
        return function

    return register


def agree(left: Any, right: Any, tolerance: float = 1e-9) -> bool:
    """Return whether two results are the same number, or array, in shape and value."""
    left, right = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    return left.shape == right.shape and bool(np.allclose(left, right, tolerance, tolerance))


def slope(function: Callable[[Any], Any], place: float) -> float:
    """Return the derivative, by differences of fifty digits."""
    with mp.workdps(50):
        return float(mp.diff(function, mp.mpf(place)))


def lowest(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function with one valley is least."""
    found = minimize_scalar(function, bounds=(low, high), method="bounded", options={"xatol": 1e-9})
    return float(found.x)


def mp_sigmoid(m: Any) -> Any:
    return 1 / (1 + mp.exp(-m))


def is_distribution(p: Any) -> bool:
    p = np.asarray(p, dtype=float)
    return bool((p >= 0).all()) and agree(p.sum(), 1.0)
