"""Labels and the distributions that stand in their place."""

from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from course_utils._validation import (
    FloatArray,
    as_distributions,
    as_labels,
    as_non_negative,
    at,
    check_axis,
    check_count,
    check_interval,
    first_index,
    reject,
)

__all__ = ["labels_from_votes", "one_hot", "smooth_labels"]


def one_hot(labels: ArrayLike, classes: SupportsIndex) -> FloatArray:
    r"""Labels as distributions that are certain of one class.

    .. math:: y_{n,k} = [k = y_n]

    Parameters
    ----------
    labels : array_like
        Classes, whole numbers in 0..K-1, of shape (...).
    classes : int
        The number K of classes, at least 1.

    Returns
    -------
    ndarray
        Float64 distributions, of shape (..., K).

    Raises
    ------
    TypeError
        If `classes` is not an integer or `labels` are not whole numbers.
    ValueError
        If `classes` is below 1; if a label lies outside 0..K-1.

    Notes
    -----
    No labels give an array of shape (0, K).

    Source: chapter *Soft labels*.

    See Also
    --------
    torch.nn.functional.one_hot : the same, as integers.
    keras.ops.one_hot : the same.
    sklearn.preprocessing.OneHotEncoder : the same for tables of categories.

    Examples
    --------
    >>> one_hot([0, 2], 3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    size = check_count("classes", classes)
    indices = as_labels("labels", labels, size)
    hot: FloatArray = (indices[..., np.newaxis] == np.arange(size)).astype(np.float64)
    return hot


def smooth_labels(targets: ArrayLike, amount: float) -> FloatArray:
    r"""Distributions mixed with the uniform one.

    .. math:: (1 - \varepsilon)\,p_k + \frac{\varepsilon}{K}

    Parameters
    ----------
    targets : array_like
        Distributions over K classes, of shape (..., K). For labels use `one_hot` first.
    amount : float
        The weight ε of the uniform distribution, in [0, 1].

    Returns
    -------
    ndarray
        Distributions, of the shape of `targets`.

    Raises
    ------
    TypeError
        If `targets` does not hold real numbers or `amount` is not a number.
    ValueError
        If `targets` holds negative, infinite or nan entries or does not sum to 1 along the last
        axis; if `amount` lies outside [0, 1].

    Notes
    -----
    ε = 0 changes nothing; ε = 1 gives the uniform distribution.

    Source: Szegedy et al., "Rethinking the Inception architecture for computer vision" (2016),
    section 7.

    See Also
    --------
    course_utils.losses.softmax_cross_entropy : smooths with ``label_smoothing``.
    torch.nn.CrossEntropyLoss : smooths with ``label_smoothing``, by the same formula.
    keras.losses.CategoricalCrossentropy : smooths with ``label_smoothing``, by the same formula.

    Examples
    --------
    >>> smooth_labels([1, 0, 0, 0], 0.2).round(4).tolist()
    [0.85, 0.05, 0.05, 0.05]
    """
    epsilon = check_interval("amount", amount, 0, 1)
    distributions = as_distributions("targets", targets)
    smooth: FloatArray = (1 - epsilon) * distributions + epsilon / distributions.shape[-1]
    return smooth


def labels_from_votes(votes: ArrayLike) -> FloatArray:
    r"""Share of the annotators who chose each class.

    .. math:: \hat p_k = \frac{n_k}{\sum_j n_j}

    Parameters
    ----------
    votes : array_like
        How many annotators chose each of the K classes: whole numbers, of shape (..., K).

    Returns
    -------
    ndarray
        Distributions, of the shape of `votes`.

    Raises
    ------
    TypeError
        If `votes` does not hold real numbers.
    ValueError
        If a count is negative, not whole, infinite or nan; if nobody voted on an item; if `votes`
        is a single number or has no classes.

    Notes
    -----
    A class without votes gets probability 0. The result is the maximum-likelihood estimate of the
    distribution from which the annotators answer.

    Source: chapter *Soft labels*.

    See Also
    --------
    one_hot : one annotator's vote.

    Examples
    --------
    Of twenty annotators eleven chose the first class:

    >>> labels_from_votes([11, 9]).tolist()
    [0.55, 0.45]
    """
    counts = as_non_negative("votes", votes)
    check_axis("votes", counts, -1)
    reject("votes", "be whole numbers", counts, counts != np.floor(counts))
    totals = counts.sum(axis=-1, keepdims=True)
    silent = totals[..., 0] == 0
    if silent.any():
        raise ValueError(
            f"votes must hold at least one vote along the last axis, "
            f"but {at('votes', first_index(silent), counts.ndim - 1)} has none"
        )
    shares: FloatArray = counts / totals
    return shares
