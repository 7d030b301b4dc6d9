"""Checks that every public function makes of its arguments.

Each function returns its argument in the form in which the numerics use it, or raises an error
that names the argument, what was expected and the first offending index. No argument is changed,
and an array that needs no conversion is not copied.

* Dtypes: float32 stays float32; every other real number (integers, booleans, lists, float16,
  long double) becomes float64.
* Distributions are finite and non-negative and sum to 1 within `SUM_TOLERANCE`.
* Labels are whole numbers in ``0..classes-1``. Whole floats such as ``1.0``, which files often
  hold, are accepted; booleans are not, since a mask in the place of labels is a mistake.
"""

import math
import operator
from typing import Any, Literal, NamedTuple, SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

FloatArray: TypeAlias = NDArray[np.floating[Any]]
IntArray: TypeAlias = NDArray[np.intp]
Reduction: TypeAlias = Literal["mean", "sum", "none"]

SUM_TOLERANCE = 1e-6
"""How far from 1 the sum of a distribution may lie.

Wide enough for probabilities computed in float32, and narrow enough to catch a table that was
rounded to a few decimals.
"""


def common_dtype(*values: ArrayLike) -> np.dtype[np.floating[Any]]:
    """Return float32 if a value has it and the others have it or are Python numbers, else float64.

    Python numbers have no precision of their own: ``gaussian_nll(x, 0.0, 1.0)`` keeps the float32
    of ``x``, under NumPy 1 and 2 alike.
    """
    dtypes = {np.asarray(v).dtype.type for v in values if type(v) not in (bool, int, float)}
    return np.dtype(np.float32) if dtypes == {np.float32} else np.dtype(np.float64)


def as_array(name: str, values: ArrayLike) -> NDArray[Any]:
    """Return an array of any dtype; nested lists of unequal lengths are an error."""
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} must be a rectangular array of numbers: {error}") from error


def as_float(name: str, values: ArrayLike, dtype: DTypeLike | None = None) -> FloatArray:
    """Return an array of float32 or float64 (or of `dtype`); nan and infinities pass."""
    array = as_array(name, values)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, but has dtype {array.dtype}")
    if dtype is None:
        dtype = np.float32 if array.dtype.type is np.float32 else np.float64
    return array.astype(dtype, copy=False)


def as_finite(
    name: str, values: ArrayLike, dtype: DTypeLike | None = None, *, allow_nan: bool = False
) -> FloatArray:
    """Return a float array without infinities, and without nan unless it is allowed."""
    array = as_float(name, values, dtype)
    reject(name, "be finite", array, np.isinf(array) if allow_nan else ~np.isfinite(array))
    return array


def as_positive(
    name: str, values: ArrayLike, dtype: DTypeLike | None = None, *, allow_nan: bool = False
) -> FloatArray:
    """Return a float array of positive finite numbers, such as scales."""
    array = as_float(name, values, dtype)
    bad = ~((array > 0) & (array < np.inf))
    if allow_nan:
        bad &= ~np.isnan(array)
    reject(name, "be positive and finite", array, bad)
    return array


def as_non_negative(name: str, values: ArrayLike, dtype: DTypeLike | None = None) -> FloatArray:
    """Return a float array of non-negative finite numbers, such as weights or votes."""
    array = as_float(name, values, dtype)
    reject_negative(name, array)
    return array


def as_probabilities(
    name: str, values: ArrayLike, dtype: DTypeLike | None = None, *, allow_nan: bool = False
) -> FloatArray:
    """Return a float array of numbers in [0, 1], each on its own: nothing need sum to 1."""
    array = as_float(name, values, dtype)
    high, low = extremes(array)
    if not (high <= 1 and low >= 0):
        bad = ~((array >= 0) & (array <= 1))
        if allow_nan:
            bad &= ~np.isnan(array)
        reject(name, "lie in [0, 1]", array, bad)
    return array


def as_distributions(
    name: str, values: ArrayLike, axis: SupportsIndex = -1, dtype: DTypeLike | None = None
) -> FloatArray:
    """Return a float array whose slices along `axis` are distributions; nothing is normalised."""
    array = as_float(name, values)
    axis = check_axis(name, array, axis)
    reject_negative(name, array)
    with np.errstate(over="ignore"):  # a sum that overflows is not 1 either
        totals = np.add.reduce(array, axis=axis, dtype=np.float64)
    off = np.abs(totals - 1) > SUM_TOLERANCE
    if np.count_nonzero(off):  # of a single truth value, twice as fast as any
        index = first_index(off)
        raise ValueError(
            f"{name} must sum to 1 along axis {axis} within {SUM_TOLERANCE:g}, "
            f"but {at(name, index, axis)} sums to {float(totals[index])!r}"
        )
    return array if dtype is None else array.astype(dtype, copy=False)


def reject_nan(name: str, array: FloatArray) -> None:
    """Raise if an entry is nan."""
    if math.isnan(extremes(array)[0]):
        reject(name, "not be nan", array, np.isnan(array))


def reject_negative(name: str, array: FloatArray) -> None:
    """Raise if an entry is negative, infinite or nan."""
    high, low = extremes(array)
    if not (high < math.inf and low >= 0):
        reject(name, "be non-negative and finite", array, ~((array >= 0) & (array < np.inf)))


class Logits(NamedTuple):
    """Logits as a matrix, one sample a row, whose entries are checked when they are used.

    One pass through memory for the checks and another for the numerics would cost what the
    numerics cost. So they look at each block while it is in the cache, and call `reach`.
    """

    name: str
    array: FloatArray
    axis: int
    rows: FloatArray
    """The array with the classes last, `(samples, classes)`."""

    @property
    def batch(self) -> tuple[int, ...]:
        """The shape of the array without `axis`."""
        return self.array.shape[: self.axis] + self.array.shape[self.axis + 1 :]

    def reach(self, block: FloatArray) -> float:
        """Return the largest size of the entries of some rows, or raise if they are no logits."""
        high, low = extremes(block)
        if not high < math.inf or (low == -math.inf and block.max(axis=1).min() == -math.inf):
            reject_no_logits(self.name, self.array, self.axis)
        return max(high, -low)


def as_logits(name: str, values: ArrayLike, axis: SupportsIndex = -1) -> FloatArray:
    """Return a float array of logits, whose slices along `axis` each have a finite maximum.

    ``-inf`` stands for probability 0. A slice of nothing else has no softmax (0/0), nor has
    ``+inf`` (inf/inf): both are errors.
    """
    array = as_float(name, values)
    axis = check_axis(name, array, axis)
    high, low = extremes(array)
    if not high < math.inf or low == -math.inf:
        reject_no_logits(name, array, axis)
    return array


def as_rows_of_logits(name: str, values: ArrayLike, axis: SupportsIndex = -1) -> Logits:
    """Return logits whose shape is checked, and whose entries are not yet."""
    array = as_float(name, values)
    axis = check_axis(name, array, axis)
    return Logits(name, array, axis, as_rows(array, axis))


def as_rows(array: NDArray[Any], axis: int) -> NDArray[Any]:
    """Return a matrix with one slice along `axis` a row: a view where the memory allows it."""
    if axis != array.ndim - 1:
        array = np.moveaxis(array, axis, -1)
    return array.reshape(-1, array.shape[-1])


def reject_no_logits(name: str, array: FloatArray, axis: int) -> None:
    """Raise if an entry is nan or ``+inf``, or a slice along `axis` is nothing but ``-inf``."""
    reject(name, "be finite or -inf", array, ~(array < np.inf))
    lost = array.max(axis=axis) == -np.inf
    if lost.any():
        raise ValueError(
            f"{name} must have a finite entry along axis {axis}, "
            f"but {at(name, first_index(lost), axis)} is all -inf"
        )


def extremes(array: NDArray[Any]) -> tuple[float, float]:
    """Return the largest and the smallest entry, nan if one is nan; of nothing, zeros.

    Two reductions cost a fraction of one comparison that builds an array of booleans. Of an array
    whose memory is contiguous, finding the place is faster than finding the number.
    """
    if array.size == 0:
        return 0.0, 0.0
    if array.flags.c_contiguous:
        flat = array.reshape(-1)
        return float(flat[flat.argmax()]), float(flat[flat.argmin()])
    return float(np.maximum.reduce(array, axis=None)), float(np.minimum.reduce(array, axis=None))


def as_labels(
    name: str, values: ArrayLike, classes: int, shape: tuple[int, ...] | None = None
) -> IntArray:
    """Return integer labels in ``0..classes-1``, of the given shape if there is one."""
    array = as_array(name, values)
    if array.size == 0 and array.dtype == np.float64:
        array = array.astype(np.intp)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be integer labels, but has dtype {array.dtype}")
    if shape is not None and array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, but has shape {array.shape}")
    if array.dtype.kind == "f":
        reject(name, "be whole numbers", array, ~(np.isfinite(array) & (array == np.floor(array))))
    labels = array.astype(np.intp, copy=False)
    # Read as unsigned, a negative label is a large one: one comparison tells of both.
    if not extremes(labels.view(np.uintp))[0] < classes:
        reject(name, f"lie in 0..{classes - 1}", array, ~((array >= 0) & (array < classes)))
    return labels


def as_targets(
    name: str,
    values: ArrayLike,
    shape: tuple[int, ...],
    axis: SupportsIndex = -1,
    dtype: DTypeLike | None = None,
) -> IntArray | FloatArray:
    """Return integer labels, or distributions over the classes along `axis` of `shape`.

    `shape` is that of the predictions. Labels have this shape without `axis`, distributions have
    it in full; the dtype of the result (integer or not) tells which they are.
    """
    axis = operator.index(axis) % len(shape)
    batch = shape[:axis] + shape[axis + 1 :]
    array = as_array(name, values)
    if array.shape == shape:
        return as_distributions(name, array, axis, dtype)
    if array.shape == batch:
        return as_labels(name, array, shape[axis])
    raise ValueError(
        f"{name} must be labels of shape {batch} or distributions of shape {shape}, "
        f"but has shape {array.shape}"
    )


def check_broadcast(**arrays: NDArray[Any]) -> tuple[int, ...]:
    """Return the shape to which the arrays broadcast; the keywords are their names."""
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"shapes must broadcast, but are: {shapes}") from None


def check_axis(name: str, array: NDArray[Any], axis: SupportsIndex) -> int:
    """Return `axis` counted from the front; it must exist and hold at least one entry."""
    try:
        position = operator.index(axis)
    except TypeError as error:
        raise TypeError(f"axis must be an integer, but is {axis!r}") from error
    if array.ndim == 0:
        raise ValueError(f"{name} must have at least one dimension, but is a single number")
    if not -array.ndim <= position < array.ndim:
        raise ValueError(
            f"axis must lie in {-array.ndim}..{array.ndim - 1} for {name} of shape "
            f"{array.shape}, but is {position}"
        )
    position %= array.ndim
    if array.shape[position] == 0:
        raise ValueError(
            f"{name} must not be empty along axis {position}, but has shape {array.shape}"
        )
    return position


def check_positive(name: str, value: float, dtype: DTypeLike = np.float64) -> float:
    """Return a number that is positive and finite in `dtype`, such as a temperature."""
    number = check_number(name, value)
    rounded = number
    if dtype != np.float64:
        with np.errstate(over="ignore"):
            rounded = float(np.asarray(number).astype(dtype))
    if not 0 < rounded < math.inf:
        raise ValueError(
            f"{name} must be positive and finite (as {np.dtype(dtype)}), but is {number!r}"
        )
    return rounded


def check_interval(name: str, value: float, low: float, high: float) -> float:
    """Return a number in the closed interval [low, high] as a Python float."""
    number = check_number(name, value)
    if not low <= number <= high:
        raise ValueError(f"{name} must lie in [{low:g}, {high:g}], but is {number!r}")
    return number


def check_number(name: str, value: float) -> float:
    """Return a single real number as a Python float; nan and infinities pass."""
    if type(value) is float:
        return value
    array = np.asarray(value)
    if array.ndim != 0 or array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be a single real number, but is {value!r}")
    return float(array)


def check_count(name: str, value: SupportsIndex, minimum: int = 1) -> int:
    """Return a whole number that is not too small, such as a number of classes or of steps."""
    try:
        number = operator.index(value)
    except TypeError as error:
        raise TypeError(f"{name} must be an integer, but is {value!r}") from error
    if number < minimum:
        raise ValueError(f"{name} must be at least {minimum}, but is {number}")
    return number


def check_base(base: float | None) -> float:
    """Return the natural logarithm of the base of a logarithm: 1 for None, which means e."""
    if base is None:
        return 1.0
    number = check_number("base", base)
    if not 1 < number < math.inf:
        raise ValueError(f"base must be None (for e) or a finite number above 1, but is {number!r}")
    return math.log(number)


def check_reduction(reduction: str) -> None:
    """Raise unless `reduction` is ``"mean"``, ``"sum"`` or ``"none"``."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction must be 'mean', 'sum' or 'none', but is {reduction!r}")


def check_out(out: object, like: FloatArray) -> None:
    """Raise unless `out` is None or can hold a result with the shape and dtype of `like`."""
    if out is None:
        return
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be a NumPy array, but is of type {type(out).__name__}")
    if out.dtype != like.dtype:
        raise TypeError(f"out must have dtype {like.dtype}, but has dtype {out.dtype}")
    if out.shape != like.shape:
        raise ValueError(f"out must have shape {like.shape}, but has shape {out.shape}")
    if not out.flags.writeable:
        raise ValueError("out must be writeable, but is read-only")


def reject(name: str, expected: str, array: NDArray[Any], bad: NDArray[np.bool_]) -> None:
    """Raise a ValueError that names the first entry of `array` for which `bad` is true."""
    if bad.any():
        index = first_index(bad)
        raise ValueError(f"{name} must {expected}, but {at(name, index)} is {array[index].item()}")


def first_index(bad: NDArray[np.bool_]) -> tuple[int, ...]:
    """Return the index of the first true entry, in reading order."""
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(bad)), bad.shape))


def at(name: str, index: tuple[int, ...], slice_axis: int | None = None) -> str:
    """Write an entry as Python does, ``p[4]``, or a slice, ``p[3, :]``; a bare name if 0-d."""
    place = [str(i) for i in index]
    if slice_axis is not None and place:
        place.insert(slice_axis, ":")
    return f"{name}[{', '.join(place)}]" if place else name
