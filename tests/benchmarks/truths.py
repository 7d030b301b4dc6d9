"""The literal definitions in mpmath, with digits enough that no cancellation matters.

A definition takes one case of a family and returns its results, in reading order. The digits grow
with the distance of the logits: an exponential of -740 beside 1 takes 321 of them, and
`DIGITS` more remain.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import mpmath
import numpy as np
from mpmath import mpf
from numpy.typing import NDArray

DIGITS = 60


@contextmanager
def digits_for(*values: NDArray[Any]) -> Iterator[None]:
    finite = [float(v) for array in values for v in np.ravel(array) if np.isfinite(v)]
    with mpmath.workdps(DIGITS + int(2 * (max(finite) - min(finite)) / 2.3)):
        yield


def exactly(values: NDArray[Any]) -> list[mpf]:
    return [mpf(float(v)) for v in np.ravel(values)]


def exponentials(z: NDArray[Any], temperature: float = 1.0) -> list[mpf]:
    return _exponentials(tuple(map(float, z)), temperature, mpmath.mp.dps)


@cache
def _exponentials(z: tuple[float, ...], temperature: float, digits: int) -> list[mpf]:
    # Shifted in exact arithmetic, which changes no definition below, for small numbers.
    peak = mpf(max(z))
    return [mpmath.exp((mpf(v) - peak) / mpf(temperature)) for v in z]


def probabilities(z: NDArray[Any], temperature: float = 1.0) -> list[mpf]:
    e = exponentials(z, temperature)
    total = mpmath.fsum(e)
    return [v / total for v in e]


def softmax(z, label=None, *, temperature=1.0):
    with digits_for(z):
        return probabilities(z, temperature)


def log_softmax(z, label=None, *, temperature=1.0):
    with digits_for(z):
        values, total = exactly(z), mpmath.log(mpmath.fsum(exponentials(z, temperature)))
        peak = max(values)
        return [(v - peak) / mpf(temperature) - total for v in values]


def logsumexp(z, label=None):
    with digits_for(z):
        return [max(exactly(z)) + mpmath.log(mpmath.fsum(exponentials(z)))]


def cross_entropy(z, label, *, temperature=1.0):
    with digits_for(z):
        return [-mpmath.log(probabilities(z, temperature)[label])]


def cross_entropy_gradient(z, label):
    with digits_for(z):
        return [p - int(k == label) for k, p in enumerate(probabilities(z))]


def soft_cross_entropy(z, y, *, smoothing=0.0, weights=None, temperature=1.0):
    with digits_for(z):
        share, classes = mpf(smoothing), len(z)
        w = [mpf(1)] * classes if weights is None else exactly(weights)
        mass = [a * ((1 - share) * b + share / classes) for a, b in zip(w, exactly(y), strict=True)]
        p = probabilities(z, temperature)
        return [-mpmath.fsum(m * mpmath.log(v) for m, v in zip(mass, p, strict=True) if m)]


def jacobian(z, label=None):
    with digits_for(z):
        p = probabilities(z)
        return [a * (int(j == k) - b) for j, a in enumerate(p) for k, b in enumerate(p)]


def jvp(z, v):
    with digits_for(z):
        p, t = probabilities(z), exactly(v)
        mean = mpmath.fsum(a * b for a, b in zip(p, t, strict=True))
        return [a * (b - mean) for a, b in zip(p, t, strict=True)]


def jvp_sizes(z, v):
    """Sums of the sizes of the terms of J v: what its errors are relative to."""
    with digits_for(z):
        p, t = probabilities(z), exactly(v)
        ways = [abs(b - t[int(np.argmax(z))]) for b in t]
        mean = mpmath.fsum(a * way for a, way in zip(p, ways, strict=True))
        return [a * (way + mean) for a, way in zip(p, ways, strict=True)]


def of_number(definition: Callable[..., mpf]) -> Callable[..., list[mpf]]:
    """Take a definition for single numbers, with digits enough for exponentials of each."""

    def truth(*numbers):
        with digits_for(*numbers, np.zeros(1)):
            return [definition(*(mpf(float(v)) for v in numbers))]

    return truth


def _log_or_zero(share: mpf, value: mpf) -> mpf:
    return share * mpmath.log(value) if share else mpf(0)


sigmoid = of_number(lambda x: 1 / (1 + mpmath.exp(-x)))
log_sigmoid = of_number(lambda x: -mpmath.log(1 + mpmath.exp(-x)))
softplus = of_number(lambda x: mpmath.log(1 + mpmath.exp(x)))
logit = of_number(lambda p: mpmath.log(p / (1 - p)))
binary_cross_entropy = of_number(
    lambda p, y: -_log_or_zero(y, p) - ((1 - y) * mpmath.log1p(-p) if y != 1 else 0)
)
sigmoid_cross_entropy = of_number(
    lambda x, y: y * mpmath.log(1 + mpmath.exp(-x)) + (1 - y) * mpmath.log(1 + mpmath.exp(x))
)
sigmoid_cross_entropy_gradient = of_number(lambda x, y: 1 / (1 + mpmath.exp(-x)) - y)


@contextmanager
def digits_of_shares(*rows: NDArray[Any]) -> Iterator[list[list[mpf]]]:
    """Divide each row by its sum, with digits enough for squares of differences of its entries.

    Such a square is at least the smallest entry times 1e-32, and entries add up to 1.
    """
    least = min(float(v) for row in rows for v in row if v > 0)
    with mpmath.workdps(DIGITS + 32 - math.floor(math.log10(least))):
        entries = [exactly(row) for row in rows]
        yield [[v / total for v in row] for row in entries for total in [mpmath.fsum(row)]]


def shannon_cross_entropy(p, q):
    with digits_of_shares(p, q) as (a, b):
        if any(x and not y for x, y in zip(a, b, strict=True)):
            return [mpf("inf")]
        return [-mpmath.fsum(x * mpmath.log(y) for x, y in zip(a, b, strict=True) if x)]


def entropy(p):
    return shannon_cross_entropy(p, p)


def self_information(p):
    with digits_of_shares(p) as (shares,):
        return [-mpmath.log(x) if x else mpf("inf") for x in shares]


def _divergence(a, b):
    return mpmath.fsum(x * mpmath.log(x / y) for x, y in zip(a, b, strict=True) if x)


def kl_divergence(p, q):
    with digits_of_shares(p, q) as (a, b):
        return [_divergence(a, b)]


def jensen_shannon_divergence(p, q):
    with digits_of_shares(p, q) as (a, b):
        mixture = [(x + y) / 2 for x, y in zip(a, b, strict=True)]
        return [(_divergence(a, mixture) + _divergence(b, mixture)) / 2]


def _gaussian_parts(mean_p, scale_p, mean_q, scale_q):
    m, s, n, t = (mpf(float(x)) for x in (mean_p, scale_p, mean_q, scale_q))
    return mpmath.log(2 * mpmath.pi) / 2, mpmath.log(t), (s**2 + (m - n) ** 2) / (2 * t**2)


def gaussian_cross_entropy(*parameters):
    with mpmath.workdps(DIGITS):
        return [mpmath.fsum(_gaussian_parts(*parameters))]


def gaussian_cross_entropy_sizes(*parameters):
    """The sum of the sizes of the parts, of which the logarithm of the scale may be negative."""
    with mpmath.workdps(DIGITS):
        return [mpmath.fsum(map(abs, _gaussian_parts(*parameters)))]


def gaussian_kl_divergence(mean_p, scale_p, mean_q, scale_q):
    with mpmath.workdps(DIGITS):
        m, s, n, t = (mpf(float(x)) for x in (mean_p, scale_p, mean_q, scale_q))
        return [mpmath.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - mpf(1) / 2]


def sparsemax(z):
    """The projection in fractions, which are exact: as many remain as still lie above τ."""
    values = [Fraction(float(v)) for v in z]
    total = Fraction(0)
    for size, value in enumerate(sorted(values, reverse=True), 1):
        total += value
        if size * value > total - 1:
            threshold = (total - 1) / size
    with mpmath.workdps(DIGITS):
        left = [max(v - threshold, Fraction(0)) for v in values]
        return [mpf(v.numerator) / v.denominator for v in left]


def ones(z):
    """The errors of probabilities are relative to 1, their sum."""
    return [mpf(1)] * len(z)


class Truths(NamedTuple):
    """True results in units of the last place of a dtype: ``(high + low) 2^exponents``.

    Two floats hold 106 bits, of which the unit takes none: subnormal truths keep them too.
    """

    high: NDArray[np.float64]
    low: NDArray[np.float64]
    exponents: NDArray[np.int64]

    def errors(self, results: NDArray[Any]) -> NDArray[np.float64]:
        """Return how many units each result is off; nan and a wrong infinity are infinitely so."""
        with np.errstate(all="ignore"):
            scaled = np.ldexp(np.ravel(results).astype(np.float64), -self.exponents)
            errors = np.abs((scaled - self.high) - self.low)
        same = np.isinf(self.high) & (scaled == self.high)
        return np.where(same, 0, np.where(np.isfinite(errors), errors, np.inf))

    def relative(self, results: NDArray[Any]) -> NDArray[np.float64]:
        """Return the error of each result relative to the truth, or to the least normal number."""
        # Of a normal number this many units are the least; a subnormal one has no digits to spare.
        normal = 2.0 ** int(np.finfo(results.dtype).nmant)
        truths = np.where(np.isinf(self.high), normal, np.abs(self.high))
        return self.errors(results) / np.maximum(truths, normal)


def in_units(values: list[mpf], dtype: type, sizes: list[mpf] | None = None) -> Truths:
    """Return truths in units of their own last place, or of that of given sizes."""
    info = np.finfo(dtype)
    smallest = int(info.minexp) - int(info.nmant)
    rows = []
    with mpmath.workdps(DIGITS):
        for value, size in zip(values, values if sizes is None else sizes, strict=True):
            if mpmath.isinf(value):
                rows.append((float(value), 0.0, 0))
                continue
            exponent = max(int(mpmath.frexp(size)[1]) - 1 - int(info.nmant), smallest)
            scaled = mpmath.ldexp(value, -exponent)
            rows.append((float(scaled), float(scaled - float(scaled)), exponent))
    high, low, exponents = zip(*rows, strict=True)
    return Truths(np.array(high), np.array(low), np.array(exponents))
