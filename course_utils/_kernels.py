"""The loops behind the public functions: block by block, with the classes last.

A block of rows fits the processor's cache, so that each step finds there what the step before left,
and what is allocated besides the result stays below a few MiB whatever the size of the input.

Exponentials come in two ways. Where the logits of a block are of moderate size, exp(z) neither
overflows nor underflows, nor does a quotient of two of them: nothing is subtracted, so nothing is
rounded away (`suffices`). Other blocks are shifted by the maximum of each row, and what the
subtraction rounded is put back (`shift`). Where logarithms of all classes are wanted, as by
`log_softmax` and for soft targets, the shifted logits are needed anyway.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils._validation import FloatArray, IntArray, Logits, Reduction, extremes

BLOCK_BYTES = 2**19
"""The size of a block; a row is never split. Several blocks fit a second-level cache."""

SAFE = {np.dtype(np.float64): 340.0, np.dtype(np.float32): 38.0}
"""Up to which size logits need no shift.

exp(340) is 5e147 and exp(-340) is 2e-148: sums of them, quotients of them and reciprocals of these
are normal numbers, even over 1e13 classes. So they are in float32 with exp(38), which is 3e16.
"""

SHORT = 100
"""Up to which length a row is summed one by one."""


def blocks(rows: NDArray[Any], working_arrays: int = 1) -> Iterator[slice]:
    """Yield slices that together cover the rows of a matrix, each of about `BLOCK_BYTES`.

    They are shorter where several arrays of their size are worked on at once.
    """
    step = max(1, BLOCK_BYTES // (rows.shape[1] * rows.itemsize * working_arrays))
    for start in range(0, rows.shape[0], step):
        yield slice(start, start + step)


def row_sums(values: FloatArray) -> FloatArray:
    """Return the sums along the last axis, which stays with length 1.

    `add.reduce` sums pairwise, so that the error grows with the logarithm of the length. Through
    short rows `einsum` runs several times as fast, and unlike a matrix–vector product it sums a row
    in the same way whatever stands beside it.
    """
    if values.shape[-1] > SHORT:
        return np.add.reduce(values, axis=-1, keepdims=True)
    return np.asarray(np.einsum("...i->...", values))[..., np.newaxis]


class Shifted(NamedTuple):
    """Logits relative to their maximum; the softmax is ``exponentials / (1 + rest)``.

    The one exponential that belongs to the maximum is exactly 1 and is left out of `rest`. So
    1 − p of a confident prediction is ``rest / (1 + rest)``, where subtracting p from 1 would
    leave nothing.
    """

    top: IntArray
    """Index of the (first) maximum, `(..., 1)`."""
    gaps: FloatArray
    """(z − max z) / T, rounded; none is positive."""
    exponentials: FloatArray
    """exp((z − max z) / T), with what rounding took from the exponent put back."""
    rest: FloatArray
    """The sum of all exponentials but that of the maximum, `(..., 1)`."""


def shift(logits: FloatArray, temperature: float = 1.0) -> Shifted:
    """Shift logits by their maximum along the last axis and exponentiate them.

    An error d in an exponent is a relative error d of the exponential, and d is up to 6e-14 where
    the exponential is not yet 0. What a subtraction rounds away is itself a float, which
    `differences` finds; then exp(gap + d) = exp(gap) + exp(gap) d, but for d²/2, which is below
    2e-27.
    """
    batch, classes = logits.shape[:-1], logits.shape[-1]
    z = np.ascontiguousarray(logits).reshape(-1, classes)
    top = z.argmax(axis=1)
    at_top = np.arange(0, z.size, classes) + top
    peak = z.reshape(-1)[at_top][:, np.newaxis]
    # Beyond the range of floats a gap is -inf and its exponential 0, as it should be.
    with np.errstate(over="ignore", invalid="ignore"):
        gaps, lost = differences(z, peak)
        if temperature != 1:
            gaps, lost = _divided(gaps, lost, temperature)
        if not gaps.min(initial=0) > FAR:
            lost[~(gaps > FAR)] = 0
        exponentials = np.exp(gaps)
        lost *= exponentials
        exponentials += lost
    flat = exponentials.reshape(-1)
    flat[at_top] = 0
    rest = row_sums(exponentials)
    flat[at_top] = 1
    return Shifted(
        top.reshape(*batch, 1),
        gaps.reshape(logits.shape),
        exponentials.reshape(logits.shape),
        rest.reshape(*batch, 1),
    )


FAR = -1000.0
"""Below it exponentials are 0 in every dtype, and errors of the exponent are of no account."""


def differences(z: FloatArray, peak: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return z − peak, rounded, and what the rounding took: Knuth's TwoSum."""
    gaps: FloatArray = z - peak
    back = gaps - z
    lost: FloatArray = gaps - back
    np.subtract(z, lost, out=lost)
    back += peak
    lost -= back
    return gaps, lost


def _divided(
    gaps: FloatArray, lost: FloatArray, temperature: float
) -> tuple[FloatArray, FloatArray]:
    """Return (gaps + lost) / T as a rounded quotient and what it lacks.

    A power of two divides exactly. For the rest m of T = m 2^n, the remainder gap − q m is a float.
    Dekker finds the product q m to the last bit: each factor is split in halves of so few bits that
    their four products are exact.
    """
    mantissa, exponent = math.frexp(temperature)
    gaps, lost = np.ldexp(gaps, -exponent), np.ldexp(lost, -exponent)
    quotients = gaps / mantissa
    if mantissa != 0.5:
        # Scalars of the dtype: before NumPy 2, a Python float would widen what they are split into.
        splitter = gaps.dtype.type(2.0 ** ((np.finfo(gaps.dtype).nmant + 2) // 2) + 1)
        factor = gaps.dtype.type(mantissa)
        high = quotients * splitter
        high -= high - quotients
        low = quotients - high
        factor_high = factor * splitter - (factor * splitter - factor)
        factor_low = factor - factor_high
        product = quotients * factor
        lost += gaps - product
        lost -= high * factor_high - product
        lost -= high * factor_low
        lost -= low * factor_high
        lost -= low * factor_low
    lost /= mantissa
    return quotients, lost


def widened(values: FloatArray) -> FloatArray:
    """Return a copy in the next longer float, which on some machines is no longer than float64."""
    return values.astype(np.float64 if values.dtype == np.float32 else np.longdouble)


def probabilities(shifted: Shifted) -> FloatArray:
    """Return the softmax."""
    p: FloatArray = shifted.exponentials / (1 + shifted.rest)
    return p


def negative_log_probabilities(shifted: Shifted) -> FloatArray:
    """Return −log softmax: a sum of terms none of which is negative, so nothing cancels."""
    return np.log1p(shifted.rest) - shifted.gaps


def suffices(logits: Logits, z: FloatArray, totals: FloatArray, least: float) -> bool:
    """Return whether exponentials of some rows need no shift, from their sums and the least used.

    What underflows beside a sum of 1 or more is a probability that underflows; so that mostly the
    sums tell, one a row. A nan or an infinity among the logits makes one of the sum.
    """
    small, large = SMALL[z.dtype], 1 / SMALL[z.dtype]
    high, low = extremes(totals)
    if low >= 1 and high <= large and least >= small:
        return True
    return logits.reach(z) <= SAFE[z.dtype]


SMALL = {dtype: math.exp(-size) for dtype, size in SAFE.items()}
"""A number whose square, and 1 over it, are normal numbers."""


def softmax_rows(logits: Logits, temperature: float, result: FloatArray) -> None:
    """Write the softmax of every row of logits into `result`."""
    for rows in blocks(logits.rows):
        z, p = logits.rows[rows], result[rows]
        if temperature == 1:
            with np.errstate(over="ignore"):
                totals = row_sums(np.exp(z, out=p))
            if suffices(logits, z, totals, 1):
                p /= totals
                continue
        else:
            logits.reach(z)
        shifted = shift(z, temperature)
        np.divide(shifted.exponentials, 1 + shifted.rest, out=p)


def log_softmax_rows(logits: Logits, temperature: float, result: FloatArray) -> None:
    """Write the logarithm of the softmax of every row of logits into `result`."""
    for rows in blocks(logits.rows, 4):
        z = logits.rows[rows]
        logits.reach(z)
        # 0 − x and not −x: the logarithm of certainty is 0, not −0.
        np.subtract(0, negative_log_probabilities(shift(z, temperature)), out=result[rows])


def logsumexp_rows(rows: FloatArray) -> FloatArray:
    """Return the log-sum-exp of each row; infinities are allowed."""
    result = np.empty(rows.shape[0], rows.dtype)
    for block in blocks(rows, 4):
        z = rows[block]
        # Short rows seldom have a sum whose logarithm is large.
        if z.shape[1] <= SHORT or max(z.max(), -z.min()) > SAFE[z.dtype]:
            result[block] = _careful_logsumexp(z)
            continue
        high, low = _logarithm(row_sums(np.exp(z, order="C"))[:, 0])
        totals = high + low
        # A relative error of the sum is an absolute one of its logarithm: too much for a small one.
        small = np.abs(totals) < 8
        if small.any():
            totals[small] = _careful_logsumexp(z[small])
        result[block] = totals
    return result


def _logarithm(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the logarithm as a sum of two floats, the first of few digits and the second small.

    With x = m 2^n and m between √½ and √2, they are a multiple of log 2, and log m with the rest.
    """
    m, n = np.frexp(x)
    below = m < HALF_ROOT
    m[below] *= 2
    n -= below
    exponents = n.astype(x.dtype)
    low = np.log1p(m - 1)
    low += exponents * x.dtype.type(LOG_2_LOW)
    return exponents * x.dtype.type(LOG_2_HIGH), low


HALF_ROOT = math.sqrt(0.5)

LOG_2_HIGH = 0.693145751953125
LOG_2_LOW = 1.4286068203094173e-06
"""The logarithm of 2 in two parts; the first has 16 bits, so that its multiples are exact."""


CANCELLED = 2.0**-6
"""Below it log-sum-exp has lost several binary digits of the maximum."""


def _careful_logsumexp(z: FloatArray) -> FloatArray:
    """Return max z + log Σ exp(z − max z), with what rounding takes on the way put back.

    No exponential exceeds 1. So (e + s) − s rounds each to a multiple of one unit, for s a power of
    two above K, and such multiples add up exactly; what is left of each is small, as are its
    errors. What rounding takes from the sum goes into its logarithm by the derivative, 1 / sum.
    """
    z = np.ascontiguousarray(z.T)  # sums of short rows cost more than those of long columns
    peak = z.max(axis=0)
    with np.errstate(over="ignore", invalid="ignore"):
        gaps, missing = differences(z, peak)
        if not gaps.min() > FAR:
            missing[~(gaps > FAR)] = 0
        e = np.exp(gaps, out=gaps)
        missing *= e
        e += missing
        unit = e.dtype.type(2.0 ** math.ceil(math.log2(2 * len(z))))
        coarse = np.add(e, unit, out=missing)
        coarse -= unit
        e -= coarse
        coarse_total, fine_total = coarse.sum(axis=0), e.sum(axis=0)
        total = coarse_total + fine_total
        fine_total += coarse_total - total
        multiple, log = _logarithm(total)
        multiple, lost = differences(multiple, -peak)
        result: FloatArray
        result, lost_too = differences(multiple, -log)
        result += lost + lost_too + fine_total / total
        # Where the two cancel, the digits of the exponentials themselves are too few. What the sum
        # has more than 1 keeps its digits, be it ever so small; some machines have longer floats.
        near = np.abs(result) < CANCELLED
        if near.any():
            columns = z[:, near].astype(np.longdouble)
            at_peak = columns.argmax(axis=0), np.arange(columns.shape[1])
            excess = np.exp(columns)
            excess[at_peak] = np.expm1(columns[at_peak])
            result[near] = np.log1p(excess.sum(axis=0))
    # inf − inf is nan, but an infinite maximum is the result itself.
    return np.where(np.isfinite(peak), result, peak)


def label_cross_entropy(
    logits: Logits,
    labels: IntArray,
    temperature: float,
    gradient: FloatArray | None = None,
    divisor: float = 1.0,
) -> FloatArray:
    """Return −log p of the label of each row, and write its gradient, divided, if there is room.

    With `rest` the sum of all exponentials but the label's, it is log(1 + rest / e_label), and the
    gradient at the label is −rest / total. Neither subtracts, so neither loses a digit: where p is
    1 − 1e-20, log p and p − 1 would be 0. A relative error of the quotient is none greater in the
    logarithm, since r / (1 + r) ≤ log(1 + r).
    """
    samples, classes = logits.rows.shape
    losses = np.empty(samples, logits.rows.dtype)
    # An exponential that overflows makes its block a shifted one.
    with np.errstate(over="ignore"):
        for rows in blocks(logits.rows):
            z = logits.rows[rows]
            e = np.empty(z.shape, z.dtype) if gradient is None else gradient[rows]
            at_label = np.arange(0, e.size, classes)
            at_label += labels[rows]
            unshifted = temperature == 1
            if unshifted:
                rest, of_label = _without_label(np.exp(z, out=e), at_label)
                total = rest + of_label
                unshifted = suffices(logits, z, total, of_label[of_label.argmin()])
            else:
                logits.reach(z)
            if unshifted:
                np.log1p(rest / of_label, out=losses[rows])
            else:
                shifted = shift(z, temperature)
                losses[rows] = np.log1p(shifted.rest[:, 0]) - shifted.gaps.reshape(-1)[at_label]
                e[...] = shifted.exponentials
                rest, of_label = _without_label(e, at_label)
                total = rest + of_label
            if gradient is not None:
                total *= divisor
                rest /= total
                if z.dtype == np.float32:
                    # Its exp errs by 2.4 units, where that of float64 errs by half a unit. So a
                    # reciprocal, itself rounded, costs too much; nor does it save time.
                    e /= total[:, np.newaxis]
                else:
                    e *= np.divide(1, total, out=total)[:, np.newaxis]
                if temperature != 1:
                    e /= temperature
                    rest /= temperature
                e.reshape(-1)[at_label] = np.subtract(0, rest, out=rest)
    return losses


def _without_label(e: FloatArray, at_label: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the sums of the exponentials of each row but the label's, now 0; and the label's."""
    flat = e.reshape(-1)
    of_label = flat[at_label]
    flat[at_label] = 0
    return row_sums(e)[:, 0], of_label


def soft_cross_entropy(
    logits: Logits,
    masses: Callable[[slice], FloatArray],
    temperature: float,
    gradient: FloatArray | None = None,
    divisor: float = 1.0,
) -> FloatArray:
    """Return −Σ m_k log p_k of each row, for the masses m of its rows, and write its gradient."""
    losses = np.empty(logits.rows.shape[0], logits.rows.dtype)
    for rows in blocks(logits.rows, 4):
        z, y = logits.rows[rows], masses(rows)
        logits.reach(z)
        shifted = shift(z, temperature)
        losses[rows] = row_sums(times(y, negative_log_probabilities(shifted)))[:, 0]
        if gradient is not None:
            np.divide(softmax_minus_masses(shifted, y), divisor, out=gradient[rows])
            if temperature != 1:
                gradient[rows] /= temperature
    return losses


def softmax_minus_masses(
    shifted: Shifted, masses: FloatArray, total: float | None = None
) -> FloatArray:
    """Return p·total − m for p the softmax; the total is by default Σ m, so that the sum is 0."""
    at_top = np.take_along_axis(masses, shifted.top, axis=-1)
    if total is None:
        others = masses.copy()
        np.put_along_axis(others, shifted.top, 0, axis=-1)
        remaining = row_sums(others)
        whole = at_top + remaining
    else:
        remaining, whole = total - at_top, np.full_like(at_top, total)
    difference: FloatArray = probabilities(shifted) * whole - masses
    # Where p is above ½, 1 − p = rest / (1 + rest) has more digits than p.
    by_rest = remaining - whole * (shifted.rest / (1 + shifted.rest))
    direct = np.take_along_axis(difference, shifted.top, axis=-1)
    np.put_along_axis(difference, shifted.top, np.where(shifted.rest < 1, by_rest, direct), axis=-1)
    return difference


def softmax_minus_one_hot(shifted: Shifted, labels: IntArray) -> FloatArray:
    """Return p − y for p the softmax; at the label it is minus the sum of the others."""
    p = probabilities(shifted)
    label = labels[..., np.newaxis]
    np.put_along_axis(p, label, 0, axis=-1)
    np.put_along_axis(p, label, 0 - row_sums(p), axis=-1)
    return p


def jacobian_times(p: FloatArray, vector: FloatArray, top: IntArray) -> FloatArray:
    """Return (diag p − p pᵀ) v, for T = 1."""
    # Relative to its entry where p is largest, v has no part in the sum that p could swamp.
    relative = vector - np.take_along_axis(vector, top, axis=-1)
    # The mean of what remains is the error of the first mean, or 0: taken off as well, it leaves
    # errors that are relative to distances from the mean, not to those from the entry above.
    for _ in range(2):
        relative = relative - row_sums(p * relative)
    product: FloatArray = p * relative
    return product


def sparsemax_threshold(gaps: FloatArray) -> FloatArray:
    """Return τ with Σ max(gap − τ, 0) = 1, `(..., 1)`, for gaps whose maximum is 0.

    The sums over sorted gaps tell how many remain, but that of 1000 gaps is too long a number for
    all their digits. The probabilities themselves sum to about 1, so that what they lack shows, and
    is shared out among those that remain: one step of Newton's method.
    """
    # τ lies in [-1, 0): what is below -1 has no part in it, be it -inf.
    descending = -np.sort(-np.maximum(gaps, -1), axis=-1)
    sums = descending.cumsum(axis=-1, dtype=np.float64)
    ranks = np.arange(1, gaps.shape[-1] + 1, dtype=gaps.dtype)
    size = np.count_nonzero(1 + ranks * descending > sums, axis=-1, keepdims=True)
    threshold: FloatArray = (np.take_along_axis(sums, size - 1, axis=-1) - 1) / ranks[size - 1]
    threshold = threshold.astype(gaps.dtype, copy=False)
    threshold += (row_sums(np.maximum(descending - threshold, 0)) - 1) / ranks[size - 1]
    return threshold


def products(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a · b, rounded, and what the rounding took: Dekker's product, in float64.

    Each factor is split in halves of so few bits that their four products are exact.
    """
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    product: FloatArray = a * b
    lost: FloatArray = a_high * b_high - product
    lost += a_high * b_low
    lost += a_low * b_high
    lost += a_low * b_low
    return product, lost


def _halves(a: FloatArray) -> tuple[FloatArray, FloatArray]:
    high = a * SPLITTER
    high -= high - a
    return high, a - high


def exact_sums(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the sums of rows of numbers ≥ 0, `(rows, 1)`, in two parts, the first of them exact.

    (x + s) − s rounds x to a multiple of one unit, for s a power of two above K max x, and such
    multiples add up exactly. What is left of each x is small, as are the errors of its sum.
    """
    exponents = np.frexp(values.max(axis=-1, keepdims=True))[1]
    unit = np.ldexp(1.0, exponents + (values.shape[-1].bit_length() + 1))
    coarse = values + unit
    coarse -= unit
    return row_sums(coarse), row_sums(values - coarse)


def excess(p: FloatArray) -> FloatArray:
    """Return Σp − 1 of every row, `(rows, 1)`: the rounding of a distribution to the last digit."""
    high, low = exact_sums(p)
    return (high - 1) + low


def surprisals(p: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return −log(p/Σp) for rows p, as floats and what these lack.

    The largest entry, alone able to be near 1, gets log(1 + rest/largest), since log 1 would be 0
    for all that differs from 1 by less than a rounding. What the sum and the quotient lose is put
    back by the derivative. The others get −log p, which lacks log Σp.
    """
    at_top = np.arange(0, p.size, p.shape[-1]) + p.argmax(axis=-1).reshape(-1)
    others = p.copy()
    peak = others.reshape(-1)[at_top].reshape(*p.shape[:-1], 1)
    others.reshape(-1)[at_top] = 0
    high, low = exact_sums(others)
    rest = high + low
    quotient = rest / peak
    product, lost = products(quotient, peak)
    remainder = (rest - product) - lost + ((high - rest) + low)
    with np.errstate(divide="ignore"):  # −log 0 = inf
        surprisal: FloatArray = 0 - np.log(others)
    surprisal.reshape(-1)[at_top] = np.log1p(quotient).reshape(-1)
    lacking = np.empty(p.shape)
    lacking[...] = np.log1p(excess(p))
    lacking.reshape(-1)[at_top] = (remainder / (peak + rest)).reshape(-1)
    return surprisal, lacking


def normalised_surprisal(p: FloatArray) -> FloatArray:
    """Return −log(p/Σp) along the last axis."""
    surprisal, lacking = surprisals(p)
    surprisal += lacking
    return surprisal


def mean_surprisal(p: FloatArray, q: FloatArray) -> FloatArray:
    """Return Σ p (−log(q/Σq)) / Σp of rows p and q: of the roundings, those of the logarithms stay.

    Products and sums keep what they round away to the end. To divide by Σp = 1 + x is to take off
    x/(1 + x), which is small.
    """
    surprisal, lacking = surprisals(q)
    surprisal[p == 0] = 0
    with np.errstate(invalid="ignore"):  # inf − inf
        terms, lost = products(p, surprisal)
        high, low = exact_sums(terms)
        low += row_sums(lost + p * lacking)
        x = excess(p)
        mean = high + (low - (high + low) * (x / (1 + x)))
    return np.where(high < np.inf, mean, np.inf)[..., 0]


class Contrast(NamedTuple):
    """How P = p/Σp and Q = q/Σq differ, for rows p and q; all but the last times Σp."""

    scale: FloatArray
    """Σp, `(rows, 1)`."""
    growth: FloatArray
    """Σp/Σq − 1, `(rows, 1)`."""
    difference: FloatArray
    """P − Q."""
    total: FloatArray
    """P + Q; the smallest float where both are 0."""
    ratio: FloatArray
    """v = (P − Q)/(P + Q), and 0 where both are 0."""


def contrast(p: FloatArray, q: FloatArray) -> Contrast:
    """Compare rows p and q as if each were divided by its sum.

    p − q Σp/Σq is not taken of rounded numbers. With c = Σp/Σq − 1 = Σ(p − q)/Σq it is
    (p − q) − q c, where p − q is exact if p and q are close. As q c may cancel nearly all of it,
    this product is taken in full, as Dekker's of halves. Such differences sum to 0: what their sum
    lacks of it is the rounding of c, and goes back.
    """
    gap = p - q
    # On small arrays a call costs more than the work, and an axis of length 1 more than a number.
    sums = row_sums(np.array((p, q, gap)))
    sum_p, sum_q, shift = sums if p.ndim > 1 else sums[:, 0]
    growth = shift / sum_q
    high, low = _halves(q)
    growth_high, growth_low = _halves(growth)
    difference = gap - high * growth_high
    difference -= high * growth_low
    difference -= low * growth
    difference -= q * row_sums(difference)
    total = p + q
    total += q * growth
    np.maximum(total, SMALLEST, out=total)
    return Contrast(sum_p, growth, difference, total, difference / total)


# As arrays: Python's own numbers would be converted at each step, which costs as much as the step.
ONE, SPLITTER = np.asarray(1.0), np.asarray(2.0**27 + 1)
SMALLEST = np.asarray(5e-324)

NEAR = np.asarray(0.36)
"""Up to which v² polynomials serve: P and Q differ by a factor of at most 4."""

# fmt: off
ARTANH_EXCESS = [np.asarray(c) for c in (
    0.3333333333333333, 0.2000000000000361, 0.1428571428486508, 0.11111111189881194,
    0.0909090526601452, 0.07692419599325886, 0.06664526523014022, 0.059104891499309316,
    0.05000797643712593, 0.06527820235298751, -0.042842814548447426, 0.3447157984285941,
    -0.724089541388803, 1.3222059435240596, -1.3145386154413117, 0.7193749332116962,
)]
"""Of (artanh v − v)/v³ = 1/3 + v²/5 + v⁴/7 + …: the polynomial in v² nearest to it up to `NEAR`.

The series itself would take twice as many terms, as its error gathers at the end of the interval;
that of Chebyshev's polynomial is spread over all of it.
"""

MIXING = [np.asarray(c) for c in (
    1.0, 0.16666666666666852, 0.06666666666623175, 0.03571428575464016,
    0.022222220261805866, 0.01515157254425724, 0.010987912499833224, 0.008347790025523709,
    0.006400967328402956, 0.006173201212420329, -0.0001288566646240697, 0.01940279419708562,
    -0.03648283584126735, 0.06992272416264289, -0.06863050497486747, 0.038870030361750504,
)]
"""Of ((1 + v) log(1 + v) + (1 − v) log(1 − v))/v² = 1 + v²/6 + v⁴/15 + …, likewise."""
# fmt: on


def polynomial(coefficients: list[NDArray[np.float64]], w: FloatArray) -> FloatArray:
    """Return Σ c_n w^n, by Horner's rule; w beyond `NEAR` counts as `NEAR`."""
    w = np.minimum(w, NEAR)
    result: FloatArray = w * coefficients[-1]
    for coefficient in coefficients[-2:0:-1]:
        result += coefficient
        result *= w
    result += coefficients[0]
    return result


def kl_rows(p: FloatArray, q: FloatArray) -> FloatArray:
    """Return the Kullback-Leibler divergence of each row of p from that of q.

    Its terms are P log(P/Q) − (P − Q) = (P + Q) ((1 + v) artanh v − v) ≥ 0, since
    log(P/Q) = 2 artanh v. Near v = 0, artanh v = v + v³ (1/3 + v²/5 + …) leaves v itself out:
    (P − Q) v (1 + (1 + v) v (1/3 + …)), where nothing cancels.

    An error of the ratio of the sums adds its square only, as the sum of all terms is least where
    Σ (P − Q) = 0.
    """
    c = contrast(p, q)
    v, w = c.ratio, np.square(c.ratio)
    terms = polynomial(ARTANH_EXCESS, w)
    terms *= v
    terms += v * terms
    terms += ONE
    terms *= v
    terms *= c.difference
    if w.flat[w.argmax()] > NEAR:
        with np.errstate(all="ignore"):  # p/q may overflow, and 0/0 is left out
            distant = log_ratio(p, q)
            distant -= np.log1p(c.growth)
            distant *= p
            distant -= c.difference
        np.copyto(terms, distant, where=w > NEAR)
    return (row_sums(terms) / c.scale)[..., 0]


def jensen_shannon_rows(p: FloatArray, q: FloatArray) -> FloatArray:
    """Return the Jensen-Shannon divergence of each row of p and that of q.

    With M = (P + Q)/2 = P/(1 + v) = Q/(1 − v), its terms are half of
    M ((1 + v) log(1 + v) + (1 − v) log(1 − v)) = M v² (1 + v²/6 + v⁴/15 + …).

    The row with the larger sum comes first, so that exchanging p and q changes no bit.
    """
    swapped = row_sums(p - q) < 0
    p, q = np.where(swapped, q, p), np.where(swapped, p, q)
    c = contrast(p, q)
    w = np.square(c.ratio)
    terms = polynomial(MIXING, w)
    terms *= c.ratio
    terms *= c.difference
    if w.flat[w.argmax()] > NEAR:
        distant = np.zeros_like(terms)
        for doubled in (2 * p, 2 * (q + q * c.growth)):
            # 0 log 0 = 0, here as 0 log of the smallest float.
            distant += doubled * np.log(np.maximum(doubled / c.total, SMALLEST))
        np.copyto(terms, distant, where=w > NEAR)
    scale = np.maximum(c.scale, row_sums(q))  # alike for p and q where these differ by rounding
    divergence = (row_sums(terms) / (4 * scale))[..., 0]
    # Rounding may pass the bound, which disjoint distributions reach, by a unit in the last place.
    bounded: FloatArray = np.minimum(divergence, np.log(2))
    return bounded


def log_ratio(p: FloatArray, q: FloatArray) -> FloatArray:
    """Return log(p/q), to full precision where p/q is far from 1.

    Where p/q overflows or vanishes, mantissas are divided and exponents subtracted. p = 0 counts
    as the smallest float, so that 0 times the logarithm is 0. Warnings are the caller's.
    """
    p = np.maximum(p, SMALLEST)
    logarithm: FloatArray = np.log(p / q)
    sizes = np.abs(logarithm)
    if not sizes.flat[sizes.argmax()] < 690:
        mantissa_p, exponent_p = np.frexp(p)
        mantissa_q, exponent_q = np.frexp(q)
        by_parts = np.log(mantissa_p / mantissa_q) + (exponent_p - exponent_q) * np.log(2)
        logarithm = np.where(sizes < 690, logarithm, by_parts)
    return logarithm


def of_pairs(
    measure: Callable[[FloatArray, FloatArray], FloatArray], p: FloatArray, q: FloatArray
) -> FloatArray:
    """Return a measure of rows of p and q, block by block; the axes but the last broadcast.

    What is float32 is widened in its block, so that no second array of its size is needed.
    """
    if p.shape != q.shape:
        p, q = np.broadcast_arrays(p, q)
    if p.ndim == 1:
        first, second = (x.astype(np.float64, copy=False) for x in (p, q))
        single: FloatArray = measure(first, second)[()]
        return single
    batch, classes = p.shape[:-1], p.shape[-1]
    p, q = p.reshape(-1, classes), q.reshape(-1, classes)
    result = np.empty(len(p))
    for rows in blocks(result[:, np.newaxis], 8 * classes):
        first, second = (x[rows].astype(np.float64, copy=False) for x in (p, q))
        result[rows] = measure(first, second)
    return result.reshape(batch)


def times(weights: FloatArray, values: FloatArray) -> FloatArray:
    """Return the products, with 0 · inf = 0: what has no weight has no part."""
    products = np.zeros(np.broadcast_shapes(weights.shape, values.shape), values.dtype)
    return np.multiply(weights, values, out=products, where=weights != 0)


def last(array: NDArray[Any], axis: int) -> NDArray[Any]:
    """Return the array with `axis` moved to the end and contiguous, so that sums are pairwise."""
    if axis in (-1, array.ndim - 1):
        return np.ascontiguousarray(array)
    return np.ascontiguousarray(np.moveaxis(array, axis, -1))


def room_for(logits: Logits, out: FloatArray | None, *others: NDArray[Any]) -> FloatArray:
    """Return rows to write a result into: those of `out` where they can be had, else new ones.

    What overlaps an argument is not written to before the end, or later blocks would read results.
    """
    if (
        out is None
        or logits.axis != out.ndim - 1
        or not out.flags.c_contiguous
        or any(np.may_share_memory(out, array) for array in (logits.rows, *others))
    ):
        return np.empty(logits.rows.shape, logits.rows.dtype)
    return out.reshape(logits.rows.shape)


def deliver_rows(rows: FloatArray, logits: Logits, out: FloatArray | None) -> FloatArray:
    """Return rows of results in the shape of the logits, in `out` if there is one."""
    if out is not None and np.may_share_memory(rows, out):
        return out
    result = rows.reshape(*logits.batch, rows.shape[1])
    if logits.axis != result.ndim - 1:
        result = np.moveaxis(result, -1, logits.axis)
    return deliver(result, out)


def deliver(result: FloatArray, out: FloatArray | None) -> FloatArray:
    """Return the result, in `out` if there is one."""
    if out is None:
        return result
    out[...] = result
    return out


def round_to(dtype: np.dtype[np.floating[Any]], values: FloatArray) -> FloatArray:
    """Return float64 values in the dtype of the result; beyond float32 they are infinite."""
    if dtype == np.float64:
        return values[()]
    with np.errstate(over="ignore"):
        return np.asarray(values).astype(dtype, copy=False)[()]


def reduce_losses(
    losses: FloatArray, reduction: Reduction, total_weight: float | None = None
) -> FloatArray:
    """Return the mean, the sum or the losses themselves; sums are taken in float64.

    The mean divides by `total_weight` where samples have weights, else by their number.
    """
    if reduction == "none":
        return losses[()]
    divisor = mean_divisor(losses.size, total_weight) if reduction == "mean" else 1.0
    with np.errstate(over="ignore"):  # a sum beyond the range of floats is inf
        total = np.add.reduce(losses, axis=None, dtype=np.float64) / divisor
        return np.asarray(total).astype(losses.dtype)[()]


def mean_divisor(samples: int, total_weight: float | None = None) -> float:
    """Return what a mean divides by, which must be positive."""
    if samples == 0:
        raise ValueError("reduction='mean' needs at least one sample, but the batch is empty")
    if total_weight == 0:
        raise ValueError(
            "class_weight must give a sample a positive weight for reduction='mean', "
            "but all weights in this batch are 0"
        )
    return float(samples) if total_weight is None else total_weight
