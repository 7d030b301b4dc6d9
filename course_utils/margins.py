"""Logits with a margin: the label's own is made smaller while a model learns."""

import math
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from course_utils._validation import (
    FloatArray,
    IntArray,
    as_float,
    as_labels,
    as_non_negative,
    check_axis,
    check_count,
    check_interval,
    check_number,
    check_positive,
    common_dtype,
    reject,
)

__all__ = [
    "additive_margin_logits",
    "arcface_logits",
    "large_margin_logits",
    "soft_margin_logits",
]

ROUNDING = {np.dtype(np.float32): 1e-5, np.dtype(np.float64): 1e-12}
"""By how much a cosine may leave [-1, 1]: what rounding does to a product of two unit vectors."""


def arcface_logits(
    labels: ArrayLike,
    cosines: ArrayLike,
    *,
    margin: float = 0.5,
    scale: float = 64.0,
    fallback: bool = False,
) -> FloatArray:
    r"""Scaled cosines, with an angle added to that between the feature and the label's weights.

    .. math:: z_y = s \cos(\theta_y + m), \qquad z_k = s \cos\theta_k \quad (k \ne y)

    Parameters
    ----------
    labels : array_like
        The true classes, whole numbers in 0..K-1, of shape (...).
    cosines : array_like
        cos θ between each feature and the weights of each of K classes, in [-1, 1], of shape
        (..., K).
    margin : float, default 0.5
        The angle m in radians, in [0, π].
    scale : float, default 64.0
        s, positive and finite.
    fallback : bool, default False
        Behind θ = π − m, where the formula turns back upwards, take s(cos θ − m sin m) for the
        label, as many programs do. This falls on, but jumps down at θ = π − m.

    Returns
    -------
    ndarray
        Logits of the shape of `cosines`, to be handed to a cross-entropy.

    Raises
    ------
    TypeError
        If `labels` are not whole numbers, `cosines` not real ones, or `margin` or `scale` is not a
        number.
    ValueError
        If a label lies outside 0..K-1; if a cosine lies outside [-1, 1] or is nan; if shapes do not
        fit; if `margin` lies outside [0, π]; if `scale` is not positive and finite.

    Notes
    -----
    The margin is for training. To predict, take the largest cosine.

    A cosine that rounding has pushed out of [-1, 1], by 1e-12 at most (float32: 1e-5), is taken for
    1 or -1.

    Source: Deng et al., "ArcFace: additive angular margin loss for deep face recognition" (2019).

    See Also
    --------
    additive_margin_logits : the margin is subtracted from the cosine.
    course_utils.losses.softmax_cross_entropy : the loss of the logits.

    Examples
    --------
    At right angles to both weights, and with the first class true:

    >>> arcface_logits(0, [0.0, 0.0], margin=0.5, scale=1.0).round(4).tolist()
    [-0.4794, 0.0]
    """
    angle = check_interval("margin", margin, 0, math.pi)
    c, y = _cosines_and_labels(cosines, labels)
    factor = check_positive("scale", scale, c.dtype)
    own = _of_label(c, y)
    sine = np.sqrt((1 - own) * (1 + own))
    moved = own * math.cos(angle) - sine * math.sin(angle)
    if fallback:
        beyond = own < -math.cos(angle)
        moved = np.where(beyond, own - angle * math.sin(angle), moved)
    return _with_label(factor * c, y, factor * moved)


def additive_margin_logits(
    labels: ArrayLike, cosines: ArrayLike, *, margin: float = 0.35, scale: float = 30.0
) -> FloatArray:
    r"""Scaled cosines, with a constant subtracted from the label's.

    .. math:: z_y = s (\cos\theta_y - m), \qquad z_k = s \cos\theta_k \quad (k \ne y)

    Parameters
    ----------
    labels : array_like
        The true classes, whole numbers in 0..K-1, of shape (...).
    cosines : array_like
        cos θ between each feature and the weights of each of K classes, in [-1, 1], of shape
        (..., K).
    margin : float, default 0.35
        m, in units of the cosine, non-negative and finite.
    scale : float, default 30.0
        s, positive and finite.

    Returns
    -------
    ndarray
        Logits of the shape of `cosines`, to be handed to a cross-entropy.

    Raises
    ------
    TypeError
        If `labels` are not whole numbers, `cosines` not real ones, or `margin` or `scale` is not a
        number.
    ValueError
        If a label lies outside 0..K-1; if a cosine lies outside [-1, 1] or is nan; if shapes do not
        fit; if `margin` is negative or infinite; if `scale` is not positive and finite.

    Notes
    -----
    The margin is for training. To predict, take the largest cosine. A cosine that rounding has
    pushed out of [-1, 1], by 1e-12 at most (float32: 1e-5), is taken for 1 or -1.

    Source: Wang et al., "Additive margin softmax for face verification" (2018).

    See Also
    --------
    arcface_logits : the margin is added to the angle.
    soft_margin_logits : the same for logits that are not normalised.

    Examples
    --------
    >>> additive_margin_logits(0, [0.5, 0.0], margin=0.25, scale=4.0).tolist()
    [1.0, 0.0]
    """
    shift = float(as_non_negative("margin", check_number("margin", margin)))
    c, y = _cosines_and_labels(cosines, labels)
    factor = check_positive("scale", scale, c.dtype)
    return _with_label(factor * c, y, factor * (_of_label(c, y) - shift))


def large_margin_logits(
    labels: ArrayLike,
    cosines: ArrayLike,
    feature_norms: ArrayLike,
    *,
    margin: SupportsIndex,
    weight_norms: ArrayLike = 1.0,
) -> FloatArray:
    r"""Inner products, with the label's angle multiplied by a whole number.

    .. math:: z_y = \lVert W_y \rVert \lVert x \rVert \psi(\theta_y), \qquad
              z_k = \lVert W_k \rVert \lVert x \rVert \cos\theta_k \quad (k \ne y)

    .. math:: \psi(\theta) = (-1)^j \cos(m\theta) - 2j, \qquad
              \frac{j\pi}{m} \le \theta \le \frac{(j + 1)\pi}{m}, \quad j = 0, \dots, m - 1

    Parameters
    ----------
    labels : array_like
        The true classes, whole numbers in 0..K-1, of shape (...).
    cosines : array_like
        cos θ between each feature and the weights of each of K classes, in [-1, 1], of shape
        (..., K).
    feature_norms : array_like
        The lengths ‖x‖ of the features, non-negative and finite, of shape (...).
    margin : int
        m, at least 1; 1 gives the inner products themselves.
    weight_norms : array_like, default 1.0
        The lengths ‖W‖ of the classes' weights, non-negative and finite, of shape (K,), or one
        number for all.

    Returns
    -------
    ndarray
        Logits of the shape of `cosines`, to be handed to a cross-entropy.

    Raises
    ------
    TypeError
        If `labels` are not whole numbers, `margin` is not an integer, or the others are not real
        numbers.
    ValueError
        If a label lies outside 0..K-1; if a cosine lies outside [-1, 1] or is nan; if a length is
        negative or not finite; if shapes do not fit; if `margin` is below 1.

    Notes
    -----
    ψ is continuous, falls from 1 to 1 − 2m as θ goes from 0 to π, and is never above cos θ. The
    margin is for training. To predict, take the largest inner product. A cosine that rounding has
    pushed out of [-1, 1], by 1e-12 at most (float32: 1e-5), is taken for 1 or -1.

    Source: Liu et al., "Large-margin softmax loss for convolutional neural networks" (2016).

    See Also
    --------
    soft_margin_logits : subtracts a constant instead.

    Examples
    --------
    At 60 degrees, doubling the angle turns the cosine of the label from a half to minus a half:

    >>> large_margin_logits(0, [0.5, 0.5], 2.0, margin=2).round(4).tolist()
    [-1.0, 1.0]
    """
    times = check_count("margin", margin)
    c, y, lengths = _inner_products(cosines, labels, feature_norms, weight_norms)
    angle = np.arccos(_of_label(c, y))
    piece = np.minimum(np.floor(times * angle / math.pi), times - 1)
    psi = (1 - 2 * (piece % 2)) * np.cos(times * angle) - 2 * piece
    return _with_label(lengths * c, y, _of_label(lengths, y) * psi)


def soft_margin_logits(
    labels: ArrayLike,
    cosines: ArrayLike,
    feature_norms: ArrayLike,
    *,
    margin: float,
    weight_norms: ArrayLike = 1.0,
) -> FloatArray:
    r"""Inner products, with a constant subtracted from the label's.

    .. math:: z_y = W_y^\top x - m, \qquad z_k = W_k^\top x \quad (k \ne y), \qquad
              W_k^\top x = \lVert W_k \rVert \lVert x \rVert \cos\theta_k

    Parameters
    ----------
    labels : array_like
        The true classes, whole numbers in 0..K-1, of shape (...).
    cosines : array_like
        cos θ between each feature and the weights of each of K classes, in [-1, 1], of shape
        (..., K).
    feature_norms : array_like
        The lengths ‖x‖ of the features, non-negative and finite, of shape (...).
    margin : float
        m, in units of the logits, non-negative and finite.
    weight_norms : array_like, default 1.0
        The lengths ‖W‖ of the classes' weights, non-negative and finite, of shape (K,), or one
        number for all.

    Returns
    -------
    ndarray
        Logits of the shape of `cosines`, to be handed to a cross-entropy.

    Raises
    ------
    TypeError
        If `labels` are not whole numbers, or the others are not real numbers.
    ValueError
        If a label lies outside 0..K-1; if a cosine lies outside [-1, 1] or is nan; if a length is
        negative or not finite; if shapes do not fit; if `margin` is negative or infinite.

    Notes
    -----
    Nothing is normalised: longer features or weights make the same margin matter less. The margin
    is for training. To predict, take the largest inner product. A cosine that rounding has pushed
    out of [-1, 1], by 1e-12 at most (float32: 1e-5), is taken for 1 or -1.

    Source: Liang et al., "Soft-margin softmax for deep classification" (2017).

    See Also
    --------
    additive_margin_logits : the same for features and weights of length 1, and a scale.
    large_margin_logits : multiplies the angle instead.

    Examples
    --------
    >>> soft_margin_logits(0, [0.5, 0.0], 4.0, margin=0.75).tolist()
    [1.25, 0.0]
    """
    shift = float(as_non_negative("margin", check_number("margin", margin)))
    c, y, lengths = _inner_products(cosines, labels, feature_norms, weight_norms)
    products = lengths * c
    return _with_label(products, y, _of_label(products, y) - shift)


def _cosines_and_labels(cosines: ArrayLike, labels: ArrayLike) -> tuple[FloatArray, IntArray]:
    array = as_float("cosines", cosines)
    check_axis("cosines", array, -1)
    slack = ROUNDING[array.dtype]
    reject("cosines", "lie in [-1, 1]", array, ~(np.abs(array) <= 1 + slack))
    c = np.minimum(np.maximum(array, -1), 1)
    return c, as_labels("labels", labels, c.shape[-1], c.shape[:-1])


def _inner_products(
    cosines: ArrayLike, labels: ArrayLike, feature_norms: ArrayLike, weight_norms: ArrayLike
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return cosines, labels, and the product of both lengths for each cosine."""
    c, y = _cosines_and_labels(cosines, labels)
    features = as_non_negative("feature_norms", feature_norms)
    if features.shape != c.shape[:-1]:
        raise ValueError(
            f"feature_norms must have shape {c.shape[:-1]}, but has shape {features.shape}"
        )
    weights = as_non_negative("weight_norms", weight_norms)
    if weights.shape not in ((), c.shape[-1:]):
        raise ValueError(
            f"weight_norms must be a number or have shape {c.shape[-1:]}, "
            f"but has shape {weights.shape}"
        )
    dtype = common_dtype(c, features, weight_norms)
    lengths = (features[..., np.newaxis] * weights).astype(dtype)
    return c.astype(dtype), y, np.broadcast_to(lengths, c.shape)


def _of_label(values: FloatArray, labels: IntArray) -> FloatArray:
    """Return each label's own entry, of shape (..., 1)."""
    own: FloatArray = np.take_along_axis(values, labels[..., np.newaxis], axis=-1)
    return own


def _with_label(logits: FloatArray, labels: IntArray, own: FloatArray) -> FloatArray:
    """Put `own` in the place of each label's logit; `logits` is a fresh array."""
    np.put_along_axis(logits, labels[..., np.newaxis], own.astype(logits.dtype), axis=-1)
    return logits
