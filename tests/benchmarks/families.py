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


def rounded(p, dtype):
    """Divide by the sums, and round: the sums come out as 1 up to rounding."""
    return (p / p.sum(axis=1, keepdims=True)).astype(dtype)


def dirichlet(rng, dtype, cases, classes=CLASSES):
    """Return distributions from nearly one-hot to nearly uniform."""
    concentrations = rng.choice([0.1, 0.5, 1, 5, 100], cases)
    p = np.array([rng.dirichlet(np.full(classes, c)) for c in concentrations])
    return rounded(np.maximum(p, 10.0 ** SMALLEST_POWER[dtype]), dtype)


def tiny_entries(rng, dtype, cases):
    return rounded(10.0 ** rng.uniform(SMALLEST_POWER[dtype], 0, (cases, CLASSES)), dtype)


def off_by(size, classes=CLASSES, normalised=True):
    """Make pairs (p, q) with p = q (1 + size · noise)."""

    def family(rng, dtype, cases):
        q = dirichlet(rng, np.float64, cases, classes)
        p = q * (1 + size * rng.uniform(-1, 1, q.shape))
        return (rounded(p, dtype) if normalised else p.astype(dtype)), q.astype(dtype)

    return family


def two_of(make):
    return lambda rng, dtype, cases: (make(rng, dtype, cases), make(rng, dtype, cases))


def some_impossible(rng, dtype, cases):
    p, q = dirichlet(rng, dtype, cases), dirichlet(rng, dtype, cases)
    p[rng.random(p.shape) < 0.4] = 0
    p[:, 0] += p.sum(axis=1) == 0
    return rounded(p, dtype), q


def sums_off_one(rng, dtype, cases):
    return tuple(
        (p.astype(np.float64) * (1 + 2e-7 * rng.uniform(-1, 1, (cases, 1)))).astype(dtype)
        for p in two_of(dirichlet)(rng, dtype, cases)
    )


def of_classes(classes):
    return lambda rng, dtype, cases: dirichlet(rng, dtype, cases, classes)


PAIRS: dict[str, Family] = {
    "independent": two_of(dirichlet),
    "independent, K = 2": two_of(of_classes(2)),
    "off by 1e-2": off_by(1e-2),
    "off by 1e-5": off_by(1e-5),
    "off by 1e-8": off_by(1e-8),
    "off by 1e-8, K = 2": off_by(1e-8, 2),
    "off by 1e-10, sums too": off_by(1e-10, 2, normalised=False),
    "off by 1e-13": off_by(1e-13),
    "off by 1e-13, K = 2": off_by(1e-13, 2),
    "some p = 0": some_impossible,
    "tiny entries": two_of(tiny_entries),
    "sums off by 1e-7": sums_off_one,
    "1000 classes": two_of(of_classes(1000)),
}


def nearly_certain(rng, dtype, cases):
    p = 10.0 ** rng.uniform(SMALLEST_POWER[dtype], -1, (cases, CLASSES))
    p[:, 1] = 1
    return rounded(p, dtype)


def uniform(rng, dtype, cases):
    """Return uniform distributions; the impossible classes make them as long as each other."""
    classes = rng.integers(1, 200, (cases, 1))
    return ((np.arange(200) < classes) / classes).astype(dtype)


def next_to_uniform(rng, dtype, cases):
    return rounded(1 + 1e-6 * rng.normal(0, 1, (cases, CLASSES)), dtype)


DISTRIBUTIONS: dict[str, Family] = {
    "dirichlet": log_odds(dirichlet),
    "dirichlet, K = 2": log_odds(of_classes(2)),
    "nearly certain": log_odds(nearly_certain),
    "uniform": log_odds(uniform),
    "next to uniform": log_odds(next_to_uniform),
    "tiny entries": log_odds(tiny_entries),
    "some p = 0": lambda rng, dtype, cases: some_impossible(rng, dtype, cases)[:1],
    "sums off by 1e-7": lambda rng, dtype, cases: sums_off_one(rng, dtype, cases)[:1],
    "1000 classes": log_odds(of_classes(1000)),
}


def gaussians(distance, same_mean=False):
    """Make pairs of Gaussians (μ_p, σ_p, μ_q, σ_q) whose parameters differ by some distance."""

    def family(rng, dtype, cases):
        mean, scale = rng.normal(0, 1, cases), 10 ** rng.uniform(-3, 3, cases)
        scale = scale.astype(dtype)
        other = scale * np.exp(distance * rng.normal(0, 1, cases))
        shift = 0 if same_mean else distance * scale * rng.normal(0, 1, cases)
        return tuple(np.asarray(x, dtype) for x in (mean, scale, mean + shift, other))

    return family


GAUSSIANS: dict[str, Family] = {
    "apart": gaussians(1),
    "apart, one mean": gaussians(1, same_mean=True),
    "off by 1e-2": gaussians(1e-2),
    "off by 1e-8": gaussians(1e-8),
    "off by 1e-8, one mean": gaussians(1e-8, same_mean=True),
}


def of_logits(make):
    """Make a family of logits without labels."""
    return lambda rng, dtype, cases: (np.asarray(make(rng, dtype, cases), dtype),)


def one_ahead(rng, dtype, cases):
    """Return logits of which one leads and a thousand others tie, or nearly."""
    z = 0.3 + rng.choice([0, 1e-3], (cases, 1)) * rng.uniform(-1, 1, (cases, 1000))
    z[:, 0] = 1
    return z


PROJECTED: dict[str, Family] = {
    "normal": of_logits(lambda rng, dtype, cases: rng.normal(0, 1, (cases, CLASSES))),
    "close": of_logits(lambda rng, dtype, cases: rng.normal(0, 0.1, (cases, CLASSES))),
    "2 classes": of_logits(lambda rng, dtype, cases: rng.normal(0, 0.5, (cases, 2))),
    "offset": of_logits(lambda rng, dtype, cases: 1e4 + rng.normal(0, 1, (cases, CLASSES))),
    "ties": of_logits(lambda rng, dtype, cases: rng.integers(-2, 3, (cases, CLASSES)) / 7),
    "one ahead of ties": of_logits(one_ahead),
    "1000 classes": of_logits(lambda rng, dtype, cases: rng.normal(0, 0.1, (cases, 1000))),
}
MOST_CASES["one ahead of ties"] = 50
