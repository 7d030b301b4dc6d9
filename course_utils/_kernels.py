"""Steps that several public functions share. Arguments are already valid; classes lie last."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils._validation import FloatArray, IntArray, Reduction


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
    """exp((z − max z) / T), with what the rounding of z − max z took away put back."""
    rest: FloatArray
    """The sum of all exponentials but that of the maximum, `(..., 1)`."""


def shift(logits: FloatArray, temperature: float = 1.0) -> Shifted:
    """Shift logits by their maximum along the last axis and exponentiate them."""
    top = logits.argmax(axis=-1, keepdims=True)
    peak = np.take_along_axis(logits, top, axis=-1)
    # Beyond the range of floats a gap is -inf and its exponential 0, as it should be.
    with np.errstate(over="ignore", invalid="ignore"):
        gaps = logits - peak
        # Knuth's TwoSum: what the subtraction rounded away. An error of d in the exponent is a
        # relative error of d in the exponential, and d is up to 6e-14 where that is not yet 0.
        back = gaps - logits
        lost = (logits - (gaps - back)) - (peak + back)
        if temperature != 1:
            gaps /= temperature
            lost /= temperature
        lost[np.isneginf(gaps)] = 0
        exponentials = np.exp(gaps)
        exponentials += exponentials * lost
    np.put_along_axis(exponentials, top, 0, axis=-1)
    rest = exponentials.sum(axis=-1, keepdims=True)
    np.put_along_axis(exponentials, top, 1, axis=-1)
    return Shifted(top, gaps, exponentials, rest)


def probabilities(shifted: Shifted) -> FloatArray:
    """Return the softmax."""
    p: FloatArray = shifted.exponentials / (1 + shifted.rest)
    return p


def negative_log_probabilities(shifted: Shifted) -> FloatArray:
    """Return −log softmax: a sum of terms none of which is negative, so nothing cancels."""
    return np.log1p(shifted.rest) - shifted.gaps


def jacobian_times(p: FloatArray, vector: FloatArray, top: IntArray) -> FloatArray:
    """Return (diag p − p pᵀ) v, for T = 1."""
    # Relative to its entry where p is largest, v has no part in the sum that p could swamp.
    relative = vector - np.take_along_axis(vector, top, axis=-1)
    product: FloatArray = p * (relative - (p * relative).sum(axis=-1, keepdims=True))
    return product


def normalised_surprisal(p: FloatArray) -> FloatArray:
    """Return −log(p/Σp). The largest entry, alone able to be near 1, gets log(1 + rest/largest)."""
    top = p.argmax(axis=-1, keepdims=True)
    peak = np.take_along_axis(p, top, axis=-1)
    others = p.copy()
    np.put_along_axis(others, top, 0, axis=-1)
    rest = others.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore"):  # −log 0 = inf
        surprisal: FloatArray = -np.log(others / (peak + rest))
    np.put_along_axis(surprisal, top, np.log1p(rest / peak), axis=-1)
    return surprisal


def sparsemax_threshold(gaps: FloatArray) -> FloatArray:
    """Return τ with Σ max(gap − τ, 0) = 1, `(..., 1)`, for gaps whose maximum is 0."""
    # τ lies in [-1, 0): what is below -1 has no part in it, be it -inf.
    descending = -np.sort(-np.maximum(gaps, -1), axis=-1)
    sums = descending.cumsum(axis=-1)
    ranks = np.arange(1, gaps.shape[-1] + 1, dtype=gaps.dtype)
    size = np.count_nonzero(1 + ranks * descending > sums, axis=-1, keepdims=True)
    threshold: FloatArray = (np.take_along_axis(sums, size - 1, axis=-1) - 1) / ranks[size - 1]
    return threshold


def times(weights: FloatArray, values: FloatArray) -> FloatArray:
    """Return the products, with 0 · inf = 0: what has no weight has no part."""
    products = np.zeros(np.broadcast_shapes(weights.shape, values.shape), values.dtype)
    return np.multiply(weights, values, out=products, where=weights != 0)


def last(array: NDArray[Any], axis: int) -> NDArray[Any]:
    """Return the array with `axis` moved to the end and contiguous, so that sums are pairwise."""
    return np.ascontiguousarray(np.moveaxis(array, axis, -1))


def deliver(result: FloatArray, out: FloatArray | None) -> FloatArray:
    """Return the result, in `out` if there is one."""
    if out is None:
        return result
    out[...] = result
    return out


def round_to(dtype: np.dtype[np.floating[Any]], values: FloatArray) -> FloatArray:
    """Return float64 values in the dtype of the result; beyond float32 they are infinite."""
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
    with np.errstate(over="ignore"):  # a sum beyond the range of floats is inf
        total = losses.sum(dtype=np.float64)
        if reduction == "mean":
            total /= mean_divisor(losses.size, total_weight)
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
