"""From logits to probabilities: softmax, its logarithm and Jacobian, hardmax and sparsemax.

Logits are real numbers or ``-inf``, which stands for probability 0. The classes lie along `axis`.
float32 stays float32; integers, float16 and all else become float64.
"""

from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from course_utils._kernels import (
    deliver_rows,
    jacobian_times,
    last,
    log_softmax_rows,
    logsumexp_rows,
    probabilities,
    room_for,
    shift,
    softmax_rows,
    sparsemax_threshold,
    widened,
)
from course_utils._validation import (
    FloatArray,
    as_finite,
    as_logits,
    as_rows_of_logits,
    check_axis,
    check_out,
    check_positive,
    reject_nan,
)

__all__ = [
    "hardmax",
    "log_softmax",
    "logsumexp",
    "softmax",
    "softmax_jacobian",
    "softmax_jvp",
    "sparsemax",
]


def logsumexp(logits: ArrayLike, *, axis: SupportsIndex = -1, keepdims: bool = False) -> FloatArray:
    r"""Logarithm of a sum of exponentials, the log-normaliser of the softmax.

    .. math:: \operatorname{lse}(z) = \log\sum_k e^{z_k}
              = m + \log\Bigl(1 + \sum_{k \ne k^*} e^{z_k - m}\Bigr), \quad m = z_{k^*} = \max z

    Parameters
    ----------
    logits : array_like
        Real numbers, in nats, with at least one along `axis`; ``-inf`` and ``inf`` are allowed.
    axis : int, default -1
        The axis that is summed over.
    keepdims : bool, default False
        Whether the summed axis stays, with length 1.

    Returns
    -------
    ndarray or scalar
        Of the shape of `logits` without `axis`.

    Raises
    ------
    ValueError
        If an entry is nan, or the axis does not exist or is empty.
    TypeError
        If `logits` does not hold real numbers.

    Notes
    -----
    No exponential exceeds 1, so none overflows. The sum of nothing but ``-inf`` (zeros) is
    ``-inf``; with an ``inf`` it is ``inf``.

    Source: chapter *Softmax*; Blanchard, Higham and Higham (2021), Accurately computing the
    log-sum-exp and softmax functions, IMA J. Numer. Anal. 41, 2311-2330.

    See Also
    --------
    scipy.special.logsumexp, torch.logsumexp, keras.ops.logsumexp

    Examples
    --------
    >>> print(f"{logsumexp([1000.0, 1000.0]):.4f}")
    1000.6931
    >>> float(logsumexp([-np.inf, -np.inf]))
    -inf
    """
    z = as_rows_of_logits("logits", logits, axis)
    reject_nan("logits", z.array)
    result = logsumexp_rows(z.rows).reshape(z.batch)
    return np.expand_dims(result, z.axis) if keepdims else result[()]


def softmax(
    logits: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    temperature: float = 1.0,
    out: FloatArray | None = None,
) -> FloatArray:
    r"""Probabilities whose logarithms are the logits, but for one common constant.

    .. math:: p_k = \frac{e^{z_k / T}}{\sum_j e^{z_j / T}}

    Parameters
    ----------
    logits : array_like
        Real numbers, in nats, at least one along `axis`; ``-inf`` gives probability 0.
    axis : int, default -1
        The axis of the classes.
    temperature : float, default 1.0
        T, positive and finite. Above 1 it flattens the distribution, below 1 it sharpens it.
    out : ndarray, optional
        Where to write the result: of the shape of `logits` and the dtype of the result. What an
        error leaves in it is undefined.

    Returns
    -------
    ndarray
        Probabilities that sum to 1 along `axis`, of the shape of `logits`; `out` if it is given.

    Raises
    ------
    ValueError
        If a logit is nan or inf, a slice along `axis` is all ``-inf``, the axis does not exist or
        is empty, or the temperature is not positive and finite.
    TypeError
        If `logits` does not hold real numbers, or `out` cannot take the result.

    Notes
    -----
    Where exponentials could overflow or underflow, the maximum is subtracted first, in every slice
    its own: one maximum for the whole batch would let slices with small logits underflow to 0/0.
    What the subtraction rounds is put back. A probability below 5e-324 is returned as 0; use
    `log_softmax` where its logarithm is wanted.

    Source: chapter *Softmax*; Bridle, J. S. (1990), Probabilistic interpretation of feedforward
    classification network outputs, Neurocomputing, 227-236.

    See Also
    --------
    scipy.special.softmax, torch.softmax, keras.ops.softmax

    Examples
    --------
    >>> softmax([0.0, 0.0, -np.inf, 0.0, 0.0]).tolist()
    [0.25, 0.25, 0.0, 0.25, 0.25]
    >>> print(np.array2string(softmax([1000.0, 1001.0, 1002.0]), precision=4))
    [0.09   0.2447 0.6652]
    """
    z = as_rows_of_logits("logits", logits, axis)
    scale = check_positive("temperature", temperature, z.array.dtype)
    check_out(out, z.array)
    p = room_for(z, out)
    softmax_rows(z, scale, p)
    return deliver_rows(p, z, out)


def log_softmax(
    logits: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    temperature: float = 1.0,
    out: FloatArray | None = None,
) -> FloatArray:
    r"""Logarithms of the softmax.

    .. math:: \log p_k = \frac{z_k}{T} - \log\sum_j e^{z_j / T}

    Parameters
    ----------
    logits : array_like
        Real numbers, in nats, at least one along `axis`; ``-inf`` gives ``-inf``.
    axis : int, default -1
        The axis of the classes.
    temperature : float, default 1.0
        T, positive and finite.
    out : ndarray, optional
        Where to write the result: of the shape of `logits` and the dtype of the result. What an
        error leaves in it is undefined.

    Returns
    -------
    ndarray
        Log-probabilities, none positive, in nats, of the shape of `logits`; `out` if given.

    Raises
    ------
    ValueError, TypeError
        As `softmax`.

    Notes
    -----
    It is computed as (z_k − max z)/T − log(1 + rest), where `rest` sums the exponentials of all
    but the maximum. Neither term is positive, so nothing cancels: the log-probability of a certain
    class comes out as −1e-20, not 0.

    Source: chapter *Softmax*.

    See Also
    --------
    scipy.special.log_softmax, torch.log_softmax, keras.ops.log_softmax

    Examples
    --------
    >>> [f"{v:.4g}" for v in log_softmax([50.0, 0.0]).tolist()]
    ['-1.929e-22', '-50']
    """
    z = as_rows_of_logits("logits", logits, axis)
    scale = check_positive("temperature", temperature, z.array.dtype)
    check_out(out, z.array)
    log_p = room_for(z, out)
    log_softmax_rows(z, scale, log_p)
    return deliver_rows(log_p, z, out)


def hardmax(logits: ArrayLike, *, axis: SupportsIndex = -1) -> FloatArray:
    r"""All probability on the largest logit; on the first of them if several are equal.

    .. math:: p_k = [\,k = \min\arg\max_j z_j\,]

    Parameters
    ----------
    logits : array_like
        Real numbers or ``-inf``, at least one along `axis`.
    axis : int, default -1
        The axis of the classes.

    Returns
    -------
    ndarray
        Zeros and one 1 along `axis`, of the shape of `logits`.

    Raises
    ------
    ValueError, TypeError
        As `softmax`.

    Notes
    -----
    The choice among equal logits is a convention (that of `numpy.argmax`). The limit of the softmax
    for T → 0 is another: it gives each of them the same share.

    Source: chapter *Temperature*.

    See Also
    --------
    numpy.argmax
    torch.nn.functional.one_hot, keras.ops.one_hot : of the argmax.

    Examples
    --------
    >>> hardmax([1.0, 3.0, 2.0]).tolist()
    [0.0, 1.0, 0.0]
    >>> hardmax([2.0, 2.0, 0.0]).tolist(), softmax([2.0, 2.0, 0.0], temperature=1e-3).tolist()
    ([1.0, 0.0, 0.0], [0.5, 0.5, 0.0])
    """
    z = as_logits("logits", logits, axis)
    axis = check_axis("logits", z, axis)
    result = np.zeros_like(z)
    np.put_along_axis(result, z.argmax(axis=axis, keepdims=True), 1, axis=axis)
    return result


def sparsemax(logits: ArrayLike, *, axis: SupportsIndex = -1) -> FloatArray:
    r"""The distribution nearest to the logits; classes far behind get exactly 0.

    .. math:: \operatorname*{arg\,min}_{p \ge 0,\ \sum_k p_k = 1} \lVert p - z \rVert^2
              = \max(z - \tau, 0), \quad \tau \text{ such that it sums to } 1

    Parameters
    ----------
    logits : array_like
        Real numbers or ``-inf``, at least one along `axis`.
    axis : int, default -1
        The axis of the classes.

    Returns
    -------
    ndarray
        Probabilities that sum to 1 along `axis`, of the shape of `logits`.

    Raises
    ------
    ValueError, TypeError
        As `softmax`.

    Notes
    -----
    A class 1 or more behind the largest logit gets 0. Cross-entropy of such a class is infinite:
    sparsemax has a loss of its own.

    Source: chapter *Temperature*; Martins and Astudillo (2016), From softmax to sparsemax,
    ICML, 1614-1623.

    See Also
    --------
    course_utils.losses.sparsemax_loss
    keras.ops.sparsemax : up to Keras 3.15.1 wrong, with sums below 1, where several classes remain.
    entmax.sparsemax : of the package for PyTorch.

    Examples
    --------
    >>> sparsemax([1.0, 0.5, -1.0]).tolist()
    [0.75, 0.25, 0.0]
    """
    z = as_logits("logits", logits, axis)
    axis = check_axis("logits", z, axis)
    gaps = shift(last(z, axis)).gaps
    return np.moveaxis(np.maximum(gaps - sparsemax_threshold(gaps), 0), -1, axis)


def softmax_jacobian(
    logits: ArrayLike, *, axis: SupportsIndex = -1, temperature: float = 1.0
) -> FloatArray:
    r"""Derivatives of the softmax with respect to the logits.

    .. math:: J_{jk} = \frac{\partial p_j}{\partial z_k} = \frac{p_j\,([j = k] - p_k)}{T}

    Parameters
    ----------
    logits : array_like
        Real numbers or ``-inf``, at least one along `axis`; K of them.
    axis : int, default -1
        The axis of the classes.
    temperature : float, default 1.0
        T, positive and finite.

    Returns
    -------
    ndarray
        Of shape `(..., K, K)`: the axes of `logits` but that of the classes, then j and k.

    Raises
    ------
    ValueError, TypeError
        As `softmax`.

    Notes
    -----
    J is symmetric, positive semi-definite and singular: its rows sum to 0. On the diagonal 1 − p_k
    is the sum of the other probabilities, which keeps its digits where p_k rounds to 1.

    Source: chapters *Softmax* and *Gradients*.

    See Also
    --------
    softmax_jvp : J times a vector, without the matrix.
    torch.func.jacrev, jax.jacobian

    Examples
    --------
    >>> softmax_jacobian([0.0, 0.0]).tolist()
    [[0.25, -0.25], [-0.25, 0.25]]
    >>> print(f"{softmax_jacobian([60.0, 0.0, 1.0])[0, 0]:.4g}")
    3.256e-26
    """
    z = as_logits("logits", logits, axis)
    axis = check_axis("logits", z, axis)
    scale = check_positive("temperature", temperature, z.dtype)
    # Products of two probabilities double their errors: each is rounded once, from a longer float.
    shifted = shift(widened(last(z, axis)), scale)
    wide = probabilities(shifted)
    complement = 1 - wide
    np.put_along_axis(complement, shifted.top, shifted.rest / (1 + shifted.rest), axis=-1)
    p, complement = wide.astype(z.dtype), complement.astype(z.dtype)
    jacobian: FloatArray = -p[..., :, np.newaxis] * p[..., np.newaxis, :]
    classes = np.arange(p.shape[-1])
    jacobian[..., classes, classes] = p * complement
    return jacobian / scale


def softmax_jvp(
    logits: ArrayLike,
    tangent: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    temperature: float = 1.0,
) -> FloatArray:
    r"""Change of the softmax when the logits move along a vector v.

    .. math:: (J v)_k = \frac{p_k}{T} \Bigl(v_k - \sum_j p_j v_j\Bigr)

    Parameters
    ----------
    logits : array_like
        Real numbers or ``-inf``, at least one along `axis`.
    tangent : array_like
        v, finite, of the shape of `logits`.
    axis : int, default -1
        The axis of the classes.
    temperature : float, default 1.0
        T, positive and finite.

    Returns
    -------
    ndarray
        Of the shape of `logits`; it sums to 0 along `axis`. float32 if both arguments are.

    Raises
    ------
    ValueError, TypeError
        As `softmax`, and if `tangent` has another shape or is not finite.

    Notes
    -----
    Since J is symmetric, this is the vector–Jacobian product too. v is taken relative to its entry
    at the largest logit: J v does not change, and where p is nearly 1 nothing cancels.

    Source: chapter *Gradients*.

    See Also
    --------
    softmax_jacobian
    torch.func.jvp, jax.jvp

    Examples
    --------
    >>> softmax_jvp([0.0, 0.0], [1.0, 0.0]).tolist()
    [0.25, -0.25]
    >>> softmax_jvp([0.3, -1.2, 4.0], [1.0, 1.0, 1.0]).tolist()
    [0.0, 0.0, 0.0]
    """
    z = as_logits("logits", logits, axis)
    axis = check_axis("logits", z, axis)
    v = as_finite("tangent", tangent)
    if v.shape != z.shape:
        raise ValueError(
            f"tangent must have the shape of logits {z.shape}, but has shape {v.shape}"
        )
    dtype = np.result_type(z, v)
    z, v = z.astype(dtype, copy=False), v.astype(dtype, copy=False)
    scale = check_positive("temperature", temperature, dtype)
    shifted = shift(widened(last(z, axis)), scale)
    product = jacobian_times(probabilities(shifted), widened(last(v, axis)), shifted.top)
    result: FloatArray = (product / scale).astype(dtype)
    return np.moveaxis(result, -1, axis)
