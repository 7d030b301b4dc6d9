"""Families of inputs on which routines lose digits, seeded: the same on every machine.

Each function takes a generator, a dtype and a number of cases, and returns arrays whose first axis
counts the cases. Logits come with the label of each case.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Arrays: TypeAlias = tuple[NDArray[Any], ...]
Family: TypeAlias = Callable[[np.random.Generator, type, int], Arrays]

CLASSES = 10
# exp(-x) is below the smallest normal number from the first x on, and 0 from the second.
UNDERFLOW = {np.float64: (708, 745), np.float32: (87, 103)}
SMALLEST_POWER = {np.float64: -300, np.float32: -37}


def signed_powers(rng, low, high, shape):
    """Return numbers of both signs whose magnitudes spread evenly over powers of ten."""
    return rng.choice([-1, 1], shape) * 10.0 ** rng.uniform(low, high, shape)


def with_labels(make, label=None):
    """Make a family of (logits, labels) of a function that makes the logits."""

    def family(rng, dtype, cases):
        z = np.asarray(make(rng, dtype, cases), dtype)
        if label is None:
            return z, rng.integers(0, z.shape[1], cases)
        return z, np.full(cases, label)

    return family


def normal(rng, dtype, cases, classes=CLASSES):
    return rng.normal(0, 3, (cases, classes))


def wide(rng, dtype, cases):
    return rng.normal(0, 100, (cases, CLASSES))


def tiny(rng, dtype, cases):
    return signed_powers(rng, SMALLEST_POWER[dtype], -1, (cases, CLASSES))


def mixed(rng, dtype, cases):
    return signed_powers(rng, -10, 4, (cases, CLASSES))


def offset(rng, dtype, cases):
    return normal(rng, dtype, cases) + 1e4


def nearly_equal(rng, dtype, cases):
    return 1e4 + (1e-6 if dtype is np.float64 else 1e-2) * normal(rng, dtype, cases)


def far_apart(rng, dtype, cases):
    return normal(rng, dtype, cases) + rng.choice([-1000, 0, 1000], (cases, CLASSES))


def one_ruled_out(rng, dtype, cases):
    z = normal(rng, dtype, cases)
    z[:, 0] = -np.inf
    return z


def confident(rng, dtype, cases):
    z = normal(rng, dtype, cases)
    z[:, 1] = z.max(axis=1) + rng.uniform(20, UNDERFLOW[dtype][1] - 5, cases)
    return z


def subnormal_tails(rng, dtype, cases):
    z = -rng.uniform(*UNDERFLOW[dtype], (cases, CLASSES))
    z[:, 1] = rng.normal(0, 1, cases)
    return z


def near_zero(rng, dtype, cases):
    z = normal(rng, dtype, cases)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


LOGITS: dict[str, Family] = {
    "normal": with_labels(normal),
    "wide": with_labels(wide),
    "tiny": with_labels(tiny),
    "mixed": with_labels(mixed),
    "offset": with_labels(offset),
    "nearly equal": with_labels(nearly_equal),
    "far apart": with_labels(far_apart),
    "one ruled out": with_labels(one_ruled_out, label=1),
    "confident": with_labels(confident, label=1),
    "subnormal tails": with_labels(subnormal_tails, label=1),
    "log-sum-exp near 0": with_labels(near_zero),
    "2 classes": with_labels(lambda rng, dtype, cases: normal(rng, dtype, cases, 2)),
    "1000 classes": with_labels(lambda rng, dtype, cases: normal(rng, dtype, cases, 1000)),
    "100,000 classes": with_labels(lambda rng, dtype, cases: normal(rng, dtype, cases, 100_000)),
}
# A case of many classes holds many results, and costs mpmath as much.
MOST_CASES = {"1000 classes": 50, "100,000 classes": 2}


def log_odds(make):
    """Make a family of single numbers, one a case."""
    return lambda rng, dtype, cases: (np.asarray(make(rng, dtype, cases), dtype),)


LOG_ODDS: dict[str, Family] = {
    "normal": log_odds(lambda rng, dtype, cases: rng.normal(0, 3, cases)),
    "wide": log_odds(lambda rng, dtype, cases: rng.uniform(-1, 1, cases) * UNDERFLOW[dtype][0]),
    "tiny": log_odds(
        lambda rng, dtype, cases: signed_powers(rng, SMALLEST_POWER[dtype], -1, cases)
    ),
    "subnormal": log_odds(lambda rng, dtype, cases: -rng.uniform(*UNDERFLOW[dtype], cases)),
}


def next_to(value):
    """Make a family of the numbers within 1000 roundings of a value, on both sides up to 1."""

    def make(rng, dtype, cases):
        p = value + rng.integers(-1000, 1001, cases) * float(np.finfo(dtype).eps)
        return np.minimum(p, 1 - float(np.finfo(dtype).epsneg))

    return log_odds(make)


PROBABILITIES: dict[str, Family] = {
    "uniform": log_odds(lambda rng, dtype, cases: rng.uniform(0, 1, cases)),
    "small": log_odds(
        lambda rng, dtype, cases: 10.0 ** rng.uniform(SMALLEST_POWER[dtype], -1, cases)
    ),
    "next to ½": next_to(0.5),
    "next to ¼": next_to(0.25),
    "next to ¾": next_to(0.75),
    "next to 1": next_to(1),
}


def with_answers(families: dict[str, Family], soft: bool) -> dict[str, Family]:
    """Give each case an answer: 0 or 1, or a probability of yes."""

    def answered(family):
        def make(rng, dtype, cases):
            (x,) = family(rng, dtype, cases)
            y = rng.uniform(0, 1, cases) if soft else rng.integers(0, 2, cases)
            return x, y.astype(dtype)

        return make

    return {name: answered(family) for name, family in families.items()}


def with_tangents(families: dict[str, Family], unit: bool) -> dict[str, Family]:
    """Give each case of logits a direction: along one class (a column of the Jacobian), or any."""

    def directed(family):
        def make(rng, dtype, cases):
            z, _ = family(rng, dtype, cases)
            if unit:
                return z, np.eye(z.shape[1], dtype=dtype)[rng.integers(0, z.shape[1], cases)]
            return z, rng.normal(0, 2, z.shape).astype(dtype)

        return make

    return {name: directed(family) for name, family in families.items()}


def with_distributions(families: dict[str, Family]) -> dict[str, Family]:
    """Give each case of logits a soft target in the place of its label."""

    def softened(family):
        def make(rng, dtype, cases):
            z, _ = family(rng, dtype, cases)
            y = rng.dirichlet(np.full(z.shape[1], 0.5), cases)
            y[np.isneginf(z)] = 0
            return z, (y / y.sum(axis=1, keepdims=True)).astype(dtype)

        return make

    return {name: softened(family) for name, family in families.items()}


def few_classes(families: dict[str, Family]) -> dict[str, Family]:
    """Leave out the families of many classes, of which a matrix would be too large."""
    return {name: family for name, family in families.items() if name not in MOST_CASES}
