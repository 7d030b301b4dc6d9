"""Losses of classifiers: of probabilities, of logits, and with the gradient in the logits.

The truth comes first. Targets are integer labels, of the shape of the predictions without the
axis of the classes, or distributions, of their full shape. Labels and their one-hot distributions
give the same loss. The result has the dtype of the predictions: float32 if they are, else float64.

``reduction="none"`` returns one loss per sample, ``"sum"`` their sum, ``"mean"`` their mean.
"""

from typing import Any, NamedTuple, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from course_utils._kernels import (
    Shifted,
    deliver,
    deliver_rows,
    jacobian_times,
    label_cross_entropy,
    last,
    mean_divisor,
    negative_log_probabilities,
    probabilities,
    reduce_losses,
    room_for,
    shift,
    soft_cross_entropy,
    softmax_minus_masses,
    softmax_minus_one_hot,
    sparsemax_threshold,
    times,
)
from course_utils._validation import (
    FloatArray,
    IntArray,
    Logits,
    Reduction,
    as_distributions,
    as_float,
    as_logits,
    as_non_negative,
    as_probabilities,
    as_rows,
    as_rows_of_logits,
    as_targets,
    check_axis,
    check_interval,
    check_number,
    check_out,
    check_positive,
    check_reduction,
    reject_nan,
)
from course_utils.sigmoid import sigmoid, softplus

__all__ = [
    "absolute_error",
    "binary_cross_entropy",
    "brier_score",
    "categorical_cross_entropy",
    "focal_loss",
    "generalised_cross_entropy",
    "hinge_loss",
    "sigmoid_cross_entropy",
    "sigmoid_cross_entropy_and_gradient",
    "softmax_cross_entropy",
    "softmax_cross_entropy_and_gradient",
    "sparsemax_loss",
    "squared_error",
    "squared_error_and_gradient",
    "zero_one_loss",
]


def zero_one_loss(
    targets: ArrayLike,
    probabilities: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    reduction: Reduction = "mean",
) -> FloatArray:
    r"""Whether the most probable class is wrong; its mean is the error rate.

    .. math:: \ell(y, p) = \sum_{k \ne \hat k} y_k, \quad \hat k = \min\arg\max_k p_k

    Parameters
    ----------
    targets : array_like
        Labels in ``0..K-1``, or distributions over the classes.
    probabilities : array_like
        Distributions over the K classes along `axis`.
    axis : int, default -1
        The axis of the classes.
    reduction : {"mean", "sum", "none"}
        What to return.

    Returns
    -------
    ndarray or scalar
        0 or 1 per sample; between them for a soft target (the chance of being wrong).

    Raises
    ------
    ValueError, TypeError
        If a distribution or label is none, shapes do not match, or an option is unknown.

    Notes
    -----
    Of equally probable classes the first is predicted. The loss is a proper score, but not
    strictly: any probabilities with the right maximum reach its minimum.

    Source: chapter *Cross-entropy*.

    See Also
    --------
    sklearn.metrics.zero_one_loss : of predicted labels; 1 minus `sklearn.metrics.accuracy_score`.

    Examples
    --------
    >>> float(zero_one_loss([0, 1, 1], [[0.7, 0.3], [0.4, 0.6], [0.8, 0.2]], reduction="sum"))
    1.0
    """
    check_reduction(reduction)
    p, y = _distributions_and_targets(targets, probabilities, axis)
    chosen = p.argmax(axis=-1)
    if _are_labels(y):
        return reduce_losses((chosen != y).astype(p.dtype), reduction)
    others = y.copy()
    np.put_along_axis(others, chosen[..., np.newaxis], 0, axis=-1)
    return reduce_losses(others.sum(axis=-1), reduction)


def squared_error(
    targets: ArrayLike,
    probabilities: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    reduction: Reduction = "mean",
) -> FloatArray:
    r"""Squared distance of the probabilities from the target, summed over the classes.

    .. math:: \ell(y, p) = \sum_k (p_k - y_k)^2

    Parameters
    ----------
    targets : array_like
        Labels in ``0..K-1``, or distributions over the classes.
    probabilities : array_like
        Distributions over the K classes along `axis`.
    axis : int, default -1
        The axis of the classes.
    reduction : {"mean", "sum", "none"}
        What to return. The mean is over the samples, not over the classes.

    Returns
    -------
    ndarray or scalar
        Between 0 and 2 per sample.

    Raises
    ------
    ValueError, TypeError
        If a distribution or label is none, shapes do not match, or an option is unknown.

    Notes
    -----
    Two classes count twice: for p = (a, 1 − a) the loss is 2(a − y)². Libraries that average over
    the K classes return this divided by K.

    Source: chapter *Cross-entropy*.

    See Also
    --------
    squared_error_and_gradient : from logits.
    torch.nn.functional.mse_loss, keras.losses.MeanSquaredError : means over the classes too.

    Examples
    --------
    >>> print(f"{squared_error([2], [[0.3, 0.3, 0.4]]):.4f}")
    0.5400
    """
    check_reduction(reduction)
    p, y = _distributions_and_targets(targets, probabilities, axis)
    return reduce_losses(np.square(_minus_targets(p, y)).sum(axis=-1), reduction)


def brier_score(
    targets: ArrayLike,
    probabilities: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    reduction: Reduction = "mean",
) -> FloatArray:
    r"""Brier score: the squared error, under the name it has where forecasts are judged.

    .. math:: \operatorname{BS}(y, p) = \sum_k (p_k - y_k)^2

    Parameters
    ----------
    targets : array_like
        Labels in ``0..K-1``, or distributions over the classes.
    probabilities : array_like
        Distributions over the K classes along `axis`.
    axis : int, default -1
        The axis of the classes.
    reduction : {"mean", "sum", "none"}
        What to return.

    Returns
    -------
    ndarray or scalar
        Between 0 (certain and right) and 2 (certain and wrong) per sample.

    Raises
    ------
    ValueError, TypeError
        If a distribution or label is none, shapes do not match, or an option is unknown.

    Notes
    -----
    It is a strictly proper score and bounded. This is Brier's own definition, the sum over all
    classes; for two classes many sources give half of it.

    Source: Brier, G. W. (1950), Verification of forecasts expressed in terms of probability,
    Monthly Weather Review 78, 1-3.

    See Also
    --------
    sklearn.metrics.brier_score_loss : by default half of it for two classes.

    Examples
    --------
    >>> float(brier_score([0], [[0.5, 0.5]])), float(brier_score([0], [[0.0, 1.0]]))
    (0.5, 2.0)
    """
    return squared_error(targets, probabilities, axis=axis, reduction=reduction)


def categorical_cross_entropy(
    targets: ArrayLike,
    probabilities: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    reduction: Reduction = "mean",
) -> FloatArray:
    r"""Negative log-likelihood of the targets, from probabilities.

    .. math:: \ell(y, p) = -\sum_k y_k \log p_k

    Parameters
    ----------
    targets : array_like
        Labels in ``0..K-1``, or distributions over the classes.
    probabilities : array_like
        Distributions over the K classes along `axis`.
    axis : int, default -1
        The axis of the classes.
    reduction : {"mean", "sum", "none"}
        What to return.

    Returns
    -------
    ndarray or scalar
        Non-negative, in nats. For a soft target the minimum over p is its entropy, not 0.

    Raises
    ------
    ValueError, TypeError
        If a distribution or label is none, shapes do not match, or an option is unknown.

    Notes
    -----
    Nothing is clipped: probability 0 of a class with a positive target costs inf, 1e-300 costs
    690.8. A class with target 0 costs nothing, whatever its probability (0 log 0 = 0). From logits
    use `softmax_cross_entropy`, which keeps digits that p near 1 has already lost.

    Source: chapter *Cross-entropy*.

    See Also
    --------
    course_utils.information.cross_entropy : between distributions, in any base, not reduced.
    torch.nn.functional.nll_loss : of log-probabilities.
    sklearn.metrics.log_loss, keras.losses.CategoricalCrossentropy : clip p.

    Examples
    --------
    >>> print(f"{categorical_cross_entropy([0], [[0.7, 0.2, 0.1]]):.4f}")
    0.3567
    >>> categorical_cross_entropy([1, 2], [[0.0, 1.0, 0.0]] * 2, reduction="none").tolist()
    [0.0, inf]
    """
    check_reduction(reduction)
    p, y = _distributions_and_targets(targets, probabilities, axis)
    return reduce_losses(_expected(_minus_log(_chosen(p, y)), y), reduction)


def binary_cross_entropy(
    targets: ArrayLike,
    probabilities: ArrayLike,
    *,
    reduction: Reduction = "mean",
) -> FloatArray:
    r"""Negative log-likelihood of yes or no, from the probability of yes.

    .. math:: \ell(y, p) = -y \log p - (1 - y) \log(1 - p)

    Parameters
    ----------
    targets : array_like
        0, 1 or numbers between: the probability of yes, or the share of votes for it.
    probabilities : array_like
        Probabilities of yes, in [0, 1], of the shape of `targets`.
    reduction : {"mean", "sum", "none"}
        What to return; the mean is over all entries.

    Returns
    -------
    ndarray or scalar
        Non-negative, in nats.

    Raises
    ------
    ValueError, TypeError
        If an entry lies outside [0, 1], shapes differ, or `reduction` is unknown.

    Notes
    -----
    It is the two-class case of `categorical_cross_entropy` with p = (p, 1 − p); it is not to be
    summed over the classes of a multi-class problem. A wrong certainty costs inf.

    Source: chapter *Cross-entropy*.

    See Also
    --------
    sigmoid_cross_entropy : from logits.
    torch.nn.functional.binary_cross_entropy : cuts the logarithms off at −100.
    sklearn.metrics.log_loss, keras.losses.BinaryCrossentropy : clip p.

    Examples
    --------
    >>> print(f"{binary_cross_entropy([1, 0], [0.8, 0.4]):.4f}")
    0.3670
    """
    check_reduction(reduction)
    p = as_probabilities("probabilities", probabilities)
    y = as_probabilities("targets", targets, p.dtype)
    _check_same_shape("probabilities", p, y)
    with np.errstate(divide="ignore"):
        yes, no = -np.log(p), -np.log1p(-p)
    losses = (times(y, yes) + times(1 - y, no)).astype(p.dtype, copy=False)
    return reduce_losses(losses, reduction)


def softmax_cross_entropy(
    targets: ArrayLike,
    logits: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    label_smoothing: float = 0.0,
    class_weight: ArrayLike | None = None,
    temperature: float = 1.0,
    reduction: Reduction = "mean",
) -> FloatArray:
    r"""Negative log-likelihood of the targets, from logits.

    .. math:: \ell(y, z) = -\sum_k w_k\, \tilde y_k \log p_k, \quad
              p = \operatorname{softmax}(z / T), \quad
              \tilde y = (1 - \varepsilon)\, y + \frac{\varepsilon}{K}

    Parameters
    ----------
    targets : array_like
        Labels in ``0..K-1``, or distributions over the classes.
    logits : array_like
        K real numbers along `axis`, in nats; ``-inf`` stands for probability 0.
    axis : int, default -1
        The axis of the classes.
    label_smoothing : float, default 0.0
        ε in [0, 1], the share of the uniform distribution that is mixed into the targets.
    class_weight : array_like, optional
        w, K non-negative numbers; 1 each by default.
    temperature : float, default 1.0
        T, positive and finite.
    reduction : {"mean", "sum", "none"}
        What to return. The mean divides by the sum of the weights of the targets (before
        smoothing), Σ_k w_k y_k over all samples, which is their number without weights.

    Returns
    -------
    ndarray or scalar
        Non-negative, in nats.

    Raises
    ------
    ValueError, TypeError
        If a logit is nan or inf or all of a sample are ``-inf``; a label is out of range or not
        whole; a target is no distribution; shapes do not match; an option is out of its range.

    Notes
    -----
    For a label it is log(1 + rest) + (max z − z_label)/T, where `rest` is the sum of
    exp((z_k − max z)/T) over all k but that of the maximum. No term is negative, so nothing
    cancels: a confident and correct prediction costs 1e-20 and not 0.

    A target of 0 on a logit of ``-inf`` costs nothing; a positive one (smoothing makes one) costs
    inf. Soft targets are used as they are given, not normalised.

    Source: chapters *Cross-entropy* and *Softmax*; for smoothing, Szegedy et al. (2016),
    Rethinking the Inception architecture for computer vision, CVPR.

    See Also
    --------
    softmax_cross_entropy_and_gradient
    torch.nn.functional.cross_entropy : for soft targets with weights it divides by the batch size.
    keras.losses.CategoricalCrossentropy, keras.losses.SparseCategoricalCrossentropy : with
        ``from_logits=True``.
    sklearn.metrics.log_loss : from probabilities.

    Examples
    --------
    >>> print(f"{softmax_cross_entropy(0, [10.0, 0.0, -10.0]):.4e}")
    4.5401e-05
    >>> print(f"{softmax_cross_entropy([[0.7, 0.3]], [[1.0, 0.0]]):.4f}")
    0.6133
    """
    check_reduction(reduction)
    posed = _pose(targets, logits, axis, label_smoothing, class_weight, temperature)
    return reduce_losses(posed.losses(), reduction, posed.total_weight)


def softmax_cross_entropy_and_gradient(
    targets: ArrayLike,
    logits: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    label_smoothing: float = 0.0,
    class_weight: ArrayLike | None = None,
    temperature: float = 1.0,
    reduction: Reduction = "mean",
    out: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    r"""Cross-entropy of logits and its gradient with respect to them.

    .. math:: \frac{\partial \ell}{\partial z_k}
              = \frac{1}{T} \Bigl(p_k \sum_j w_j \tilde y_j - w_k \tilde y_k\Bigr),
              \quad \text{plainly } p - y

    Parameters
    ----------
    targets, logits, axis, label_smoothing, class_weight, temperature
        As in `softmax_cross_entropy`.
    reduction : {"mean", "sum", "none"}
        The gradient is that of the reduced loss; with ``"none"`` it is each sample's own.
    out : ndarray, optional
        Where to write the gradient: of the shape and dtype of the logits. What an error leaves
        in it is undefined.

    Returns
    -------
    loss : ndarray or scalar
        As from `softmax_cross_entropy`.
    gradient : ndarray
        Of the shape of `logits`, summing to 0 over the classes; `out` if it is given.

    Raises
    ------
    ValueError, TypeError
        As `softmax_cross_entropy`, and if `out` cannot take the gradient.

    Notes
    -----
    Where p is near 1, p − y is computed as minus the sum of the other classes' entries: a
    confident and correct prediction has the gradient −1e-20 there and not 0. The gradient stays
    finite where the loss is inf.

    Source: chapter *Gradients*.

    See Also
    --------
    torch.nn.functional.cross_entropy with ``backward()``, jax.value_and_grad

    Examples
    --------
    >>> loss, gradient = softmax_cross_entropy_and_gradient([0, 1], [[0.0, 0.0], [0.0, 0.0]])
    >>> print(f"{loss:.4f}", gradient.tolist())
    0.6931 [[-0.25, 0.25], [0.25, -0.25]]
    """
    check_reduction(reduction)
    posed = _pose(targets, logits, axis, label_smoothing, class_weight, temperature)
    z = posed.logits
    check_out(out, z.array)
    divisor = mean_divisor(len(z.rows), posed.total_weight) if reduction == "mean" else 1.0
    gradient = room_for(z, out, posed.targets)
    losses = posed.losses(gradient, divisor)
    return reduce_losses(losses, reduction, posed.total_weight), deliver_rows(gradient, z, out)


def sigmoid_cross_entropy(
    targets: ArrayLike, logits: ArrayLike, *, reduction: Reduction = "mean"
) -> FloatArray:
    r"""Negative log-likelihood of yes or no, from the log-odds of yes.

    .. math:: \ell(y, z) = y \log(1 + e^{-z}) + (1 - y) \log(1 + e^z)

    Parameters
    ----------
    targets : array_like
        0, 1 or numbers between: the probability of yes.
    logits : array_like
        Log-odds of yes, in nats, of the shape of `targets`; ``inf`` and ``-inf`` are certainties.
    reduction : {"mean", "sum", "none"}
        What to return; the mean is over all entries.

    Returns
    -------
    ndarray or scalar
        Non-negative, in nats. With ỹ = ±1 for yes and no it is log(1 + exp(−ỹz)).

    Raises
    ------
    ValueError, TypeError
        If a target lies outside [0, 1], a logit is nan, shapes differ, or `reduction` is unknown.

    Notes
    -----
    Neither term is negative, so nothing cancels. A wrong certainty costs inf, a right one 0.

    Source: chapters *Cross-entropy* and *Sigmoid*.

    See Also
    --------
    torch.nn.functional.binary_cross_entropy_with_logits
    keras.losses.BinaryCrossentropy : with ``from_logits=True``.

    Examples
    --------
    >>> print(f"{sigmoid_cross_entropy([1, 0], [2.0, -1.0]):.4f}")
    0.2201
    """
    check_reduction(reduction)
    y, z = _binary_targets_and_logits(targets, logits)
    return reduce_losses(_binary_losses(y, z), reduction)


def sigmoid_cross_entropy_and_gradient(
    targets: ArrayLike,
    logits: ArrayLike,
    *,
    reduction: Reduction = "mean",
    out: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    r"""Binary cross-entropy of log-odds and its gradient with respect to them.

    .. math:: \frac{\partial \ell}{\partial z} = (1 - y)\,\sigma(z) - y\,\sigma(-z)
              = \sigma(z) - y

    Parameters
    ----------
    targets, logits
        As in `sigmoid_cross_entropy`.
    reduction : {"mean", "sum", "none"}
        The gradient is that of the reduced loss; with ``"none"`` it is each entry's own.
    out : ndarray, optional
        Where to write the gradient: of the shape and dtype of the logits.

    Returns
    -------
    loss : ndarray or scalar
        As from `sigmoid_cross_entropy`.
    gradient : ndarray
        Of the shape of `logits`; `out` if it is given.

    Raises
    ------
    ValueError, TypeError
        As `sigmoid_cross_entropy`, and if `out` cannot take the gradient.

    Notes
    -----
    The first form is the one computed: for y = 1 it is −σ(−z), which is −1e-20 for a confident and
    correct prediction, where σ(z) − 1 is 0.

    Source: chapter *Gradients*.

    See Also
    --------
    torch.nn.functional.binary_cross_entropy_with_logits with ``backward()``

    Examples
    --------
    >>> loss, gradient = sigmoid_cross_entropy_and_gradient([1, 0], [0.0, 0.0])
    >>> print(f"{loss:.4f}", gradient.tolist())
    0.6931 [-0.25, 0.25]
    """
    check_reduction(reduction)
    y, z = _binary_targets_and_logits(targets, logits)
    check_out(out, z)
    losses = _binary_losses(y, z)
    gradient = (1 - y) * sigmoid(z) - y * sigmoid(-z)
    if reduction == "mean":
        gradient = gradient / mean_divisor(losses.size)
    return reduce_losses(losses, reduction), deliver(gradient.astype(z.dtype, copy=False), out)


def squared_error_and_gradient(
    targets: ArrayLike,
    logits: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    reduction: Reduction = "mean",
    out: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    r"""Squared error of the softmax, and its gradient with respect to the logits.

    .. math:: \ell(y, z) = \sum_k (p_k - y_k)^2, \quad
              \nabla_z \ell = 2 J (p - y), \quad J = \operatorname{diag} p - p\,p^\top, \quad
              p = \operatorname{softmax}(z)

    Parameters
    ----------
    targets : array_like
        Labels in ``0..K-1``, or distributions over the classes.
    logits : array_like
        K real numbers along `axis`, in nats; ``-inf`` stands for probability 0.
    axis : int, default -1
        The axis of the classes.
    reduction : {"mean", "sum", "none"}
        The gradient is that of the reduced loss; with ``"none"`` it is each sample's own. The mean
        is over the samples, not over the classes.
    out : ndarray, optional
        Where to write the gradient: of the shape and dtype of the logits.

    Returns
    -------
    loss : ndarray or scalar
        Between 0 and 2 per sample, as from `squared_error` of the softmax.
    gradient : ndarray
        Of the shape of `logits`, summing to 0 over the classes; `out` if it is given.

    Raises
    ------
    ValueError, TypeError
        If a logit is nan or inf or all of a sample are ``-inf``; a label or distribution is none;
        shapes do not match; `reduction` is unknown; or `out` cannot take the gradient.

    Notes
    -----
    The factor is 2, for the sum over the classes. With two classes, p the probability of the first
    and y its target, the entries are ±4 (p − y) p (1 − p): twice the 2 (p − y) p (1 − p) of the
    scalar loss (p − y)², since both classes count. The gradient vanishes where the prediction is
    certain, be it right or wrong.

    Source: chapter *Gradients*.

    See Also
    --------
    squared_error : of probabilities.
    torch.nn.functional.mse_loss of the softmax with ``backward()`` : divides by K as well.

    Examples
    --------
    >>> loss, gradient = squared_error_and_gradient(0, [0.0, 0.0])
    >>> float(loss), gradient.tolist()
    (0.5, [-0.5, 0.5])
    """
    check_reduction(reduction)
    z, y, position = _logits_and_targets(targets, logits, axis)
    check_out(out, np.moveaxis(z, -1, position))
    shifted = shift(z)
    difference = _softmax_minus_targets(shifted, y)
    losses = np.square(difference).sum(axis=-1)
    gradient = 2 * jacobian_times(probabilities(shifted), difference, shifted.top)
    if reduction == "mean":
        gradient /= mean_divisor(losses.size)
    return reduce_losses(losses, reduction), deliver(np.moveaxis(gradient, -1, position), out)


def focal_loss(
    targets: ArrayLike,
    logits: ArrayLike,
    *,
    gamma: float = 2.0,
    axis: SupportsIndex = -1,
    reduction: Reduction = "mean",
) -> FloatArray:
    r"""Cross-entropy that counts well-classified samples less.

    .. math:: \ell(y, z) = -\sum_k y_k (1 - p_k)^\gamma \log p_k, \quad
              p = \operatorname{softmax}(z)

    Parameters
    ----------
    targets : array_like
        Labels in ``0..K-1``, or distributions over the classes.
    logits : array_like
        K real numbers along `axis`, in nats; ``-inf`` stands for probability 0.
    gamma : float, default 2.0
        γ, finite and not negative; 0 gives the cross-entropy.
    axis : int, default -1
        The axis of the classes.
    reduction : {"mean", "sum", "none"}
        What to return; the mean is over the samples.

    Returns
    -------
    ndarray or scalar
        Non-negative, in nats. It has no upper bound: for p → 0 it grows like −log p.

    Raises
    ------
    ValueError, TypeError
        If a logit is nan or inf or all of a sample are ``-inf``; a label or distribution is none;
        shapes do not match; or an option is out of its range.

    Notes
    -----
    It is no proper score: for γ = 2 and two classes, of which the first has the true probability
    0.8, it is least at 0.627. 1 − p is computed as −expm1(log p), which keeps its digits next to
    p = 1.

    Source: chapter *Robustness*; Lin et al. (2017), Focal loss for dense object detection, ICCV.

    See Also
    --------
    torchvision.ops.sigmoid_focal_loss : the binary case.
    keras.losses.CategoricalFocalCrossentropy : with a factor ``alpha`` of 0.25 by default.

    Examples
    --------
    >>> print(f"{focal_loss(0, [0.0, 0.0]):.4f} {focal_loss(0, [0.0, 0.0], gamma=0.0):.4f}")
    0.1733 0.6931
    """
    check_reduction(reduction)
    z, y, _ = _logits_and_targets(targets, logits, axis)
    exponent = float(as_non_negative("gamma", check_number("gamma", gamma)))
    costs = _minus_log_of_targets(shift(z), y)
    return reduce_losses(_expected((-np.expm1(-costs)) ** exponent * costs, y), reduction)


def generalised_cross_entropy(
    targets: ArrayLike,
    logits: ArrayLike,
    *,
    q: float = 0.7,
    axis: SupportsIndex = -1,
    reduction: Reduction = "mean",
) -> FloatArray:
    r"""Bounded loss between cross-entropy (q → 0) and half the absolute error (q = 1).

    .. math:: \ell(y, z) = \sum_k y_k \frac{1 - p_k^q}{q}, \quad p = \operatorname{softmax}(z)

    Parameters
    ----------
    targets : array_like
        Labels in ``0..K-1``, or distributions over the classes.
    logits : array_like
        K real numbers along `axis`, in nats; ``-inf`` stands for probability 0.
    q : float, default 0.7
        In (0, 1].
    axis : int, default -1
        The axis of the classes.
    reduction : {"mean", "sum", "none"}
        What to return; the mean is over the samples.

    Returns
    -------
    ndarray or scalar
        Between 0 and 1/q per sample.

    Raises
    ------
    ValueError, TypeError
        If a logit is nan or inf or all of a sample are ``-inf``; a label or distribution is none;
        shapes do not match; or an option is out of its range.

    Notes
    -----
    1 − p^q is computed as −expm1(q log p), which keeps its digits next to p = 1 and for small q.

    Source: chapter *Robustness*; Zhang and Sabuncu (2018), Generalized cross entropy loss for
    training deep neural networks with noisy labels, NeurIPS.

    See Also
    --------
    keras.losses.CategoricalGeneralizedCrossEntropy : with q = 0.5 by default.

    Examples
    --------
    >>> print(f"{generalised_cross_entropy(0, [0.0, 0.0], q=1.0):.4f}")
    0.5000
    >>> print(f"{generalised_cross_entropy(0, [-np.inf, 0.0]):.4f}")
    1.4286
    """
    check_reduction(reduction)
    z, y, _ = _logits_and_targets(targets, logits, axis)
    power = check_positive("q", q, z.dtype)
    if power > 1:
        raise ValueError(f"q must lie in (0, 1], but is {q!r}")
    costs = _minus_log_of_targets(shift(z), y)
    return reduce_losses(_expected(-np.expm1(-power * costs) / power, y), reduction)


def hinge_loss(
    targets: ArrayLike,
    logits: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    reduction: Reduction = "mean",
) -> FloatArray:
    r"""Multi-class hinge loss of Crammer and Singer: by how much the margin falls short of 1.

    .. math:: \ell(y, z) = \sum_k y_k \max\Bigl(0,\ 1 + \max_{j \ne k} z_j - z_k\Bigr)

    Parameters
    ----------
    targets : array_like
        Labels in ``0..K-1``, or distributions over the classes.
    logits : array_like
        K scores along `axis`; ``-inf`` rules a class out.
    axis : int, default -1
        The axis of the classes.
    reduction : {"mean", "sum", "none"}
        What to return; the mean is over the samples.

    Returns
    -------
    ndarray or scalar
        Non-negative; 0 once the label leads by 1.

    Raises
    ------
    ValueError, TypeError
        If a logit is nan or inf or all of a sample are ``-inf``; a label or distribution is none;
        shapes do not match; or `reduction` is unknown.

    Notes
    -----
    For scores (z, 0) it is the binary max(0, 1 − ỹz), ỹ = 1 for the first class and −1 for the
    second. A single class has no rival and costs 0.

    Source: chapter *Robustness*; Crammer and Singer (2001), On the algorithmic implementation of
    multiclass kernel-based vector machines, JMLR 2, 265-292.

    See Also
    --------
    sklearn.metrics.hinge_loss : the same.
    torch.nn.MultiMarginLoss : of Weston and Watkins; it sums over the rivals and divides by K.
    keras.losses.CategoricalHinge : takes the best rival for 0 where all of them are negative.

    Examples
    --------
    >>> hinge_loss([0, 1], [[3.0, 1.0, 0.0], [0.5, 1.0, -2.0]], reduction="none").tolist()
    [0.0, 0.5]
    """
    check_reduction(reduction)
    z, y, _ = _logits_and_targets(targets, logits, axis)
    top = z.argmax(axis=-1, keepdims=True)
    best = np.take_along_axis(z, top, axis=-1)
    rivals = np.broadcast_to(best, z.shape).copy()
    without_best = z.copy()
    np.put_along_axis(without_best, top, -np.inf, axis=-1)
    np.put_along_axis(rivals, top, without_best.max(axis=-1, keepdims=True), axis=-1)
    with np.errstate(over="ignore"):  # a gap beyond the range of floats costs inf
        shortfall = np.maximum(0, 1 + (_chosen(rivals, y) - _chosen(z, y)))
    return reduce_losses(_expected(shortfall, y), reduction)


def absolute_error(
    targets: ArrayLike,
    logits: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    reduction: Reduction = "mean",
) -> FloatArray:
    r"""Absolute distance of the softmax from the target, summed over the classes.

    .. math:: \ell(y, z) = \sum_k |p_k - y_k|, \quad p = \operatorname{softmax}(z)

    Parameters
    ----------
    targets : array_like
        Labels in ``0..K-1``, or distributions over the classes.
    logits : array_like
        K real numbers along `axis`, in nats; ``-inf`` stands for probability 0.
    axis : int, default -1
        The axis of the classes.
    reduction : {"mean", "sum", "none"}
        What to return. The mean is over the samples, not over the classes.

    Returns
    -------
    ndarray or scalar
        Between 0 and 2 per sample; for a label it is 2(1 − p_label).

    Raises
    ------
    ValueError, TypeError
        If a logit is nan or inf or all of a sample are ``-inf``; a label or distribution is none;
        shapes do not match; or `reduction` is unknown.

    Notes
    -----
    Its sum over all labels, 2(K − 1), does not depend on p, which makes it tolerant to uniform
    label noise. It is no proper score: the best p puts all on the most probable class.

    Source: chapter *Robustness*; Ghosh, Kumar and Sastry (2017), Robust loss functions under label
    noise for deep neural networks, AAAI.

    See Also
    --------
    generalised_cross_entropy : with q = 1 it is half of this for labels.
    torch.nn.functional.l1_loss, keras.losses.MeanAbsoluteError : of probabilities; means over the
        classes too.

    Examples
    --------
    >>> float(absolute_error(0, [0.0, 0.0]))
    1.0
    """
    check_reduction(reduction)
    z, y, _ = _logits_and_targets(targets, logits, axis)
    return reduce_losses(np.abs(_softmax_minus_targets(shift(z), y)).sum(axis=-1), reduction)


def sparsemax_loss(
    targets: ArrayLike,
    logits: ArrayLike,
    *,
    axis: SupportsIndex = -1,
    reduction: Reduction = "mean",
) -> FloatArray:
    r"""Convex loss whose gradient in the logits is sparsemax − y.

    .. math:: \ell(y, z) = \tfrac12 \lVert y - z \rVert^2 - \tfrac12 \lVert p - z \rVert^2
              = \tfrac12 \lVert p - y \rVert^2 + \sum_k y_k \max(\tau - z_k, 0), \quad
              p = \operatorname{sparsemax}(z) = \max(z - \tau, 0)

    Parameters
    ----------
    targets : array_like
        Labels in ``0..K-1``, or distributions over the classes.
    logits : array_like
        K real numbers along `axis`; ``-inf`` rules a class out.
    axis : int, default -1
        The axis of the classes.
    reduction : {"mean", "sum", "none"}
        What to return; the mean is over the samples.

    Returns
    -------
    ndarray or scalar
        Non-negative; exactly 0 where sparsemax equals the target, for a label once it leads by 1.

    Raises
    ------
    ValueError, TypeError
        If a logit is nan or inf or all of a sample are ``-inf``; a label or distribution is none;
        shapes do not match; or `reduction` is unknown.

    Notes
    -----
    Neither term of the second form, which is the one computed, is negative. A positive target on
    a logit of ``-inf`` costs inf.

    Source: chapter *Temperature*; Martins and Astudillo (2016), From softmax to sparsemax, ICML;
    Blondel, Martins and Niculae (2020), Learning with Fenchel–Young losses, JMLR 21.

    See Also
    --------
    course_utils.softmax.sparsemax

    Examples
    --------
    >>> sparsemax_loss([0, 1], [[1.0, 0.0], [1.0, 0.5]], reduction="none").tolist()
    [0.0, 0.5625]
    """
    check_reduction(reduction)
    z, y, _ = _logits_and_targets(targets, logits, axis)
    gaps = shift(z).gaps
    threshold = sparsemax_threshold(gaps)
    distance = _minus_targets(np.maximum(gaps - threshold, 0), y)
    shortfall = np.maximum(threshold - _chosen(gaps, y), 0)
    return reduce_losses(np.square(distance).sum(axis=-1) / 2 + _expected(shortfall, y), reduction)


class _CrossEntropy(NamedTuple):
    """A softmax cross-entropy whose arguments are checked, but for the entries of the logits."""

    logits: Logits
    targets: NDArray[Any]
    """Labels, `(samples,)`, or distributions, `(samples, classes)`."""
    smoothing: float
    class_weights: FloatArray | None
    sample_weights: FloatArray | None
    temperature: float

    @property
    def total_weight(self) -> float | None:
        weights = self.sample_weights
        return None if weights is None else float(weights.sum(dtype=np.float64))

    def losses(self, gradient: FloatArray | None = None, divisor: float = 1.0) -> FloatArray:
        """Return the loss of each sample, and write the gradients if there is room for them."""
        z, y, T = self.logits, self.targets, self.temperature
        if not _are_labels(y) or self.smoothing:
            losses = soft_cross_entropy(z, self.masses, T, gradient, divisor)
        else:
            losses = label_cross_entropy(z, y, T, gradient, divisor)
            if self.sample_weights is not None:
                losses = times(self.sample_weights, losses)
                if gradient is not None:
                    gradient *= self.sample_weights[:, np.newaxis]
        return losses.reshape(z.batch)

    def masses(self, rows: slice) -> FloatArray:
        """Return w_k ỹ_k for some samples: their targets after smoothing and weighting."""
        y, classes = self.targets[rows], self.logits.rows.shape[1]
        mass = _one_hot(y, classes, self.logits.rows.dtype) if _are_labels(y) else y
        if self.smoothing:
            mass = (1 - self.smoothing) * mass + self.smoothing / classes
        return mass if self.class_weights is None else mass * self.class_weights


def _pose(
    targets: ArrayLike,
    logits: ArrayLike,
    axis: SupportsIndex,
    label_smoothing: float,
    class_weight: ArrayLike | None,
    temperature: float,
) -> _CrossEntropy:
    z = as_rows_of_logits("logits", logits, axis)
    dtype, classes = z.array.dtype, z.rows.shape[1]
    y = as_targets("targets", targets, z.array.shape, z.axis, dtype)
    y = y.reshape(-1) if _are_labels(y) else as_rows(y, z.axis)
    smoothing = check_interval("label_smoothing", label_smoothing, 0, 1)
    scale = check_positive("temperature", temperature, dtype)
    weights = sample_weights = None
    if class_weight is not None:
        weights = as_non_negative("class_weight", class_weight, dtype)
        if weights.shape != (classes,):
            raise ValueError(
                f"class_weight must have shape ({classes},), one weight per class, "
                f"but has shape {weights.shape}"
            )
        sample_weights = weights[y] if _are_labels(y) else y @ weights
    return _CrossEntropy(z, y, smoothing, weights, sample_weights, scale)


def _logits_and_targets(
    targets: ArrayLike, logits: ArrayLike, axis: SupportsIndex
) -> tuple[FloatArray, NDArray[Any], int]:
    """Return logits and targets with the classes last, and where their axis was."""
    z = as_logits("logits", logits, axis)
    position = check_axis("logits", z, axis)
    y = as_targets("targets", targets, z.shape, position, z.dtype)
    return last(z, position), y if _are_labels(y) else last(y, position), position


def _distributions_and_targets(
    targets: ArrayLike, probabilities: ArrayLike, axis: SupportsIndex
) -> tuple[FloatArray, NDArray[Any]]:
    """Return probabilities and targets with the classes last."""
    p = as_distributions("probabilities", probabilities, axis)
    position = check_axis("probabilities", p, axis)
    y = as_targets("targets", targets, p.shape, position, p.dtype)
    return last(p, position), y if _are_labels(y) else last(y, position)


def _binary_targets_and_logits(
    targets: ArrayLike, logits: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    z = as_float("logits", logits)
    reject_nan("logits", z)
    y = as_probabilities("targets", targets, z.dtype)
    _check_same_shape("logits", z, y)
    return y, z


def _check_same_shape(name: str, predictions: FloatArray, targets: FloatArray) -> None:
    if targets.shape != predictions.shape:
        raise ValueError(
            f"targets must have the shape of {name} {predictions.shape}, "
            f"but has shape {targets.shape}"
        )


def _binary_losses(y: FloatArray, z: FloatArray) -> FloatArray:
    losses = times(y, softplus(-z)) + times(1 - y, softplus(z))
    return losses.astype(z.dtype, copy=False)


def _are_labels(targets: NDArray[Any]) -> bool:
    return targets.dtype.kind == "i"


def _one_hot(labels: IntArray, classes: int, dtype: DTypeLike) -> FloatArray:
    hot: FloatArray = (labels[..., np.newaxis] == np.arange(classes)).astype(dtype)
    return hot


def _chosen(values: FloatArray, targets: NDArray[Any]) -> FloatArray:
    """Return the entries that a target looks at: its label's, `(..., 1)`, or all of them."""
    if _are_labels(targets):
        return np.take_along_axis(values, targets[..., np.newaxis], axis=-1)
    return values


def _expected(costs: FloatArray, targets: NDArray[Any]) -> FloatArray:
    """Return Σ y_k cost_k over the chosen entries; a target of 0 has no part, be the cost inf."""
    expected: FloatArray = (
        costs[..., 0] if _are_labels(targets) else times(targets, costs).sum(axis=-1)
    )
    return expected


def _minus_log(p: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        return 0 - np.log(p)  # 0 − 0 and not −0, for certainty


def _minus_log_of_targets(shifted: Shifted, targets: NDArray[Any]) -> FloatArray:
    """Return −log p of the chosen entries."""
    return negative_log_probabilities(shifted._replace(gaps=_chosen(shifted.gaps, targets)))


def _minus_targets(p: FloatArray, targets: NDArray[Any]) -> FloatArray:
    """Return p − y for p that is given in floats."""
    y = _one_hot(targets, p.shape[-1], p.dtype) if _are_labels(targets) else targets
    difference: FloatArray = p - y
    return difference


def _softmax_minus_targets(shifted: Shifted, targets: NDArray[Any]) -> FloatArray:
    """Return p − y for p the softmax."""
    if _are_labels(targets):
        return softmax_minus_one_hot(shifted, targets)
    return softmax_minus_masses(shifted, targets, total=1.0)
