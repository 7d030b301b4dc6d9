"""Do forecasts mean what they say? Reliability, calibration error, Brier's parts, temperature.

Labels come first, then forecasts: probabilities of class 1, of shape (N,), or distributions over K
classes, of shape (N, K). Of a distribution one looks at the largest probability and whether its
class came true ("top-label"), or at each class by itself ("classwise").
"""

import math
from statistics import NormalDist
from typing import Any, Literal, NamedTuple, SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils._validation import (
    FloatArray,
    IntArray,
    as_distributions,
    as_float,
    as_labels,
    as_logits,
    as_probabilities,
    as_rows,
    as_targets,
    check_axis,
    check_count,
    check_number,
    reject,
)
from course_utils.labels import one_hot

__all__ = [
    "BrierDecomposition",
    "ReliabilityCurve",
    "brier_decomposition",
    "expected_calibration_error",
    "fit_temperature",
    "null_calibration_errors",
    "reliability_curve",
]

Strategy: TypeAlias = Literal["uniform", "quantile"]
Kind: TypeAlias = Literal["top-label", "classwise"]
Norm: TypeAlias = Literal["l1", "l2", "max"]
Float64s: TypeAlias = NDArray[np.float64]


class ReliabilityCurve(NamedTuple):
    """Forecasts in bins; every array has the shape (B,), or (K, B) class by class."""

    prob_true: FloatArray
    """How often the event came true, nan in an empty bin."""
    prob_pred: FloatArray
    """The mean forecast, nan in an empty bin."""
    counts: IntArray
    """How many forecasts fell into the bin."""
    lower: FloatArray
    """The lower end of Wilson's interval for `prob_true`; 0 in an empty bin."""
    upper: FloatArray
    """The upper end; 1 in an empty bin."""
    edges: FloatArray
    """The ends of the bins, of shape (B + 1,) or (K, B + 1); a bin holds its upper end."""


class BrierDecomposition(NamedTuple):
    """The parts of the Brier score; see `brier_decomposition`."""

    reliability: float
    resolution: float
    uncertainty: float
    within_bin_variance: float
    within_bin_covariance: float


def reliability_curve(
    labels: ArrayLike,
    probabilities: ArrayLike,
    *,
    n_bins: SupportsIndex = 15,
    strategy: Strategy = "uniform",
    kind: Kind = "top-label",
    confidence: float = 0.95,
) -> ReliabilityCurve:
    r"""How often the forecast events came true, bin by bin, with counts and intervals.

    .. math:: \bar y_b = \frac{1}{n_b} \sum_{n \in b} y_n, \quad
              \bar p_b = \frac{1}{n_b} \sum_{n \in b} p_n

    Parameters
    ----------
    labels : array_like, shape (N,)
        What came: 0 or 1 if `probabilities` has one dimension, else classes in ``0..K-1``.
    probabilities : array_like, shape (N,) or (N, K)
        The forecasts: probabilities of class 1, or distributions over K classes.
    n_bins : int, default 15
        The number B of bins.
    strategy : {"uniform", "quantile"}
        Bins of equal width between 0 and 1, or between quantiles of the forecasts, so that they
        hold equally many (ties stay together).
    kind : {"top-label", "classwise"}
        What is forecast by a distribution: that the class with the largest probability comes (of
        equal ones the first), or each class by itself, one curve each. Unused for shape (N,).
    confidence : float, default 0.95
        Of the intervals, between 0 and 1.

    Returns
    -------
    ReliabilityCurve
        ``prob_true``, ``prob_pred``, ``counts``, ``lower``, ``upper`` and ``edges``.

    Raises
    ------
    ValueError, TypeError
        If a forecast or label is none, shapes do not match, or an option is out of its range.

    Notes
    -----
    A bin holds its upper end, the first also its lower one. The interval is Wilson's for the chance
    of an event that is the same for all forecasts of the bin, each an independent draw; chances
    that differ within the bin make the frequency vary less than that.

    Source: chapter *Calibration*; Wilson, E. B. (1927), Probable inference, the law of succession,
    and statistical inference, JASA 22, 209-212.

    See Also
    --------
    sklearn.calibration.calibration_curve : the binary one, without counts and empty bins.
    scipy.stats.binomtest : its ``proportion_ci`` has Wilson's interval.

    Examples
    --------
    >>> curve = reliability_curve([0, 1, 1, 1], [0.2, 0.4, 0.9, 0.7], n_bins=2)
    >>> curve.prob_true.tolist(), curve.prob_pred.round(3).tolist(), curve.counts.tolist()
    ([0.5, 1.0], [0.3, 0.8], [2, 2])
    >>> curve.lower.round(3).tolist(), curve.upper.round(3).tolist()
    ([0.095, 0.342], [0.905, 1.0])
    """
    level = check_number("confidence", confidence)
    if not 0 < level < 1:
        raise ValueError(f"confidence must lie in (0, 1), but is {confidence!r}")
    forecasts, dtype = _forecasts(probabilities)
    outcomes = _labels(labels, forecasts)
    came, p = _events(outcomes, forecasts, kind)
    bins = _bins(p, n_bins, strategy)
    counts, successes, sums = (_per_bin(bins, values) for values in (None, came, p))
    with np.errstate(invalid="ignore"):
        prob_true, prob_pred = successes / counts, sums / counts
    lower, upper = _wilson(successes, counts, level)
    shape = (...,) if forecasts.ndim == 2 and kind == "classwise" else (0,)
    prob_true, prob_pred, lower, upper, edges = (
        part[shape].astype(dtype) for part in (prob_true, prob_pred, lower, upper, bins.edges)
    )
    return ReliabilityCurve(
        prob_true, prob_pred, counts[shape].astype(np.intp), lower, upper, edges
    )


def expected_calibration_error(
    labels: ArrayLike,
    probabilities: ArrayLike,
    *,
    n_bins: SupportsIndex = 15,
    strategy: Strategy = "uniform",
    kind: Kind = "top-label",
    norm: Norm = "l1",
) -> np.floating[Any]:
    r"""Distance of the reliability curve from the diagonal, weighted by counts.

    .. math:: \operatorname{ECE}
              = \Bigl( \sum_b \frac{n_b}{N} |\bar y_b - \bar p_b|^r \Bigr)^{1/r}

    Parameters
    ----------
    labels : array_like, shape (N,)
        What came: 0 or 1 if `probabilities` has one dimension, else classes in ``0..K-1``.
    probabilities : array_like, shape (N,) or (N, K)
        The forecasts: probabilities of class 1, or distributions over K classes.
    n_bins : int, default 15
        The number of bins.
    strategy : {"uniform", "quantile"}
        Bins of equal width, or equally full, as in `reliability_curve`.
    kind : {"top-label", "classwise"}
        What is forecast by a distribution, as in `reliability_curve`. Class by class, the bins of
        all classes count alike, so that with "l1" the result is the mean of the classes.
    norm : {"l1", "l2", "max"}
        The exponent r is 1 or 2, or the largest distance is taken.

    Returns
    -------
    scalar
        Between 0 and 1.

    Raises
    ------
    ValueError, TypeError
        If a forecast or label is none, shapes do not match, or an option is out of its range.

    Notes
    -----
    Chance alone moves frequencies away from the diagonal, so this estimate is above 0 for perfectly
    calibrated forecasts, the more so the fewer of them a bin holds: compare it with
    `null_calibration_errors`. And bins hide what cancels inside them, which makes it too small. An
    ECE of 0 does not make a forecast good: the base rate has it.

    Source: chapter *Calibration*; Guo et al. (2017), On calibration of modern neural networks,
    ICML.

    See Also
    --------
    null_calibration_errors : how large it is by chance.
    sklearn.calibration.calibration_curve : the curve, from which it is computed.

    Examples
    --------
    >>> error = expected_calibration_error([0, 1, 1, 1], [0.2, 0.4, 0.9, 0.7], n_bins=2)
    >>> print(f"{error:.4f}")
    0.2000
    >>> base_rate = expected_calibration_error([0, 1, 1, 1], [0.75] * 4)
    >>> print(f"{base_rate:.4f}")
    0.0000
    """
    forecasts, dtype = _forecasts(probabilities)
    outcomes = _labels(labels, forecasts)
    came, p = _events(outcomes, forecasts, kind)
    exponent = _exponent(norm)
    return dtype.type(_distance(came, p, _bins(p, n_bins, strategy), exponent))


def null_calibration_errors(
    probabilities: ArrayLike,
    *,
    samples: SupportsIndex = 1000,
    rng: np.random.Generator | int | None = None,
    n_bins: SupportsIndex = 15,
    strategy: Strategy = "uniform",
    kind: Kind = "top-label",
    norm: Norm = "l1",
) -> FloatArray:
    r"""Calibration errors that the same forecasts have by chance, if they are calibrated.

    .. math:: \operatorname{ECE}(y^{(s)}, p), \quad y_n^{(s)} \sim p_n

    Parameters
    ----------
    probabilities : array_like, shape (N,) or (N, K)
        The forecasts: probabilities of class 1, or distributions over K classes.
    samples : int, default 1000
        How many times to draw labels.
    rng : numpy.random.Generator, int or None
        The generator, or its seed; None for another one each time.
    n_bins : int, default 15
        The number of bins.
    strategy : {"uniform", "quantile"}
        Bins of equal width, or equally full, as in `reliability_curve`.
    kind : {"top-label", "classwise"}
        What is forecast by a distribution, as in `expected_calibration_error`.
    norm : {"l1", "l2", "max"}
        As in `expected_calibration_error`.

    Returns
    -------
    ndarray, shape (samples,)
        One error for each draw of labels.

    Raises
    ------
    ValueError, TypeError
        If a forecast is none, or an option is out of its range.

    Notes
    -----
    Labels are drawn from the forecasts themselves, so that these are right by construction. The
    mean of the result is the bias of the plug-in estimate at calibration, and the share of the
    results that reach the observed error is a p-value for "the forecasts are calibrated".

    Source: chapter *Calibration*; Bröcker and Smith (2007), Increasing the reliability of
    reliability diagrams, Weather and Forecasting 22, 651-661.

    See Also
    --------
    expected_calibration_error : the error of labels that were observed.
    scipy.stats.monte_carlo_test : the same idea for any statistic.

    Examples
    --------
    >>> chance = null_calibration_errors([0.5] * 100, samples=2000, rng=0)
    >>> print(f"{chance.mean():.2f}")
    0.04
    """
    forecasts, dtype = _forecasts(probabilities)
    draws = check_count("samples", samples)
    generator = _generator(rng)
    exponent = _exponent(norm)
    top = forecasts.argmax(axis=-1) if forecasts.ndim == 2 else None
    _, p = _events(np.zeros(len(forecasts), np.intp) if top is None else top, forecasts, kind)
    bins = _bins(p, n_bins, strategy)
    errors = np.empty(draws, dtype)
    for draw in range(draws):
        if len(p) == 1:
            came = (generator.random(p.shape) < p).astype(np.float64)
        else:
            classes = np.cumsum(forecasts, axis=1)
            classes /= classes[:, -1:]
            drawn = (generator.random((len(classes), 1)) >= classes).sum(axis=1)
            came = np.ascontiguousarray(one_hot(drawn, len(p)).T)
        errors[draw] = _distance(came, p, bins, exponent)
    return errors


def brier_decomposition(
    labels: ArrayLike,
    probabilities: ArrayLike,
    *,
    n_bins: SupportsIndex | None = None,
    strategy: Strategy = "uniform",
) -> BrierDecomposition:
    r"""The Brier score as reliability − resolution + uncertainty, exactly.

    .. math:: \operatorname{BS} = \underbrace{\sum_g \tfrac{n_g}{N} (\bar p_g - \bar y_g)^2}
              _\text{reliability} - \underbrace{\sum_g \tfrac{n_g}{N} (\bar y_g - \bar y)^2}
              _\text{resolution} + \underbrace{\bar y (1 - \bar y)}_\text{uncertainty}
              + \underbrace{\tfrac{1}{N} \sum_n (p_n - \bar p_g)^2}_\text{within-bin variance}
              - \underbrace{\tfrac{2}{N} \sum_n (p_n - \bar p_g) (y_n - \bar y_g)}
              _\text{within-bin covariance}

    Parameters
    ----------
    labels : array_like, shape (N,)
        What came: 0 or 1 if `probabilities` has one dimension, else classes in ``0..K-1``.
    probabilities : array_like, shape (N,) or (N, K)
        The forecasts: probabilities of class 1, or distributions over K classes.
    n_bins : int or None, default None
        None puts equal forecasts into one group g and no others; a number puts forecasts into that
        many bins, class by class.
    strategy : {"uniform", "quantile"}
        The bins, as in `reliability_curve`.

    Returns
    -------
    BrierDecomposition
        ``reliability``, ``resolution``, ``uncertainty``, ``within_bin_variance`` and
        ``within_bin_covariance``; the last two are 0 without bins.

    Raises
    ------
    ValueError, TypeError
        If a forecast or label is none, shapes do not match, or an option is out of its range.

    Notes
    -----
    For shape (N,) the score is the mean of (p − y)²; for (N, K) each part is summed over the
    classes, as in `losses.brier_score`, which for two classes is twice as much. Where hardly two
    forecasts are equal, each group holds one label: then reliability is the score itself and says
    nothing about calibration. These parts are not the bias and variance of an estimator.

    Source: chapter *Calibration*; Murphy (1973), A new vector partition of the probability score,
    Journal of Applied Meteorology 12, 595-600; for bins Stephenson, Coelho and Jolliffe (2008), Two
    extra components in the Brier score decomposition, Weather and Forecasting 23, 752-757.

    See Also
    --------
    course_utils.losses.brier_score : their sum.
    sklearn.metrics.brier_score_loss : their sum.

    Examples
    --------
    >>> parts = brier_decomposition([0, 1, 1, 1], [0.5, 0.5, 1.0, 1.0])
    >>> parts.reliability, parts.resolution, parts.uncertainty
    (0.0, 0.0625, 0.1875)
    """
    forecasts, _ = _forecasts(probabilities)
    outcomes = _labels(labels, forecasts)
    came, p = _events(outcomes, forecasts, "classwise")
    bins = _groups(forecasts, len(p)) if n_bins is None else _bins(p, n_bins, strategy)
    counts, successes, sums = (_per_bin(bins, values) for values in (None, came, p))
    filled = np.maximum(counts, 1)
    frequency, mean = successes / filled, sums / filled
    if n_bins is None:
        # Of equal numbers the mean is that number, and rounding must not make another of it.
        np.put_along_axis(mean, bins.of, p, axis=1)
    share = counts / p.shape[1]
    base = came.mean(axis=1, keepdims=True)
    off_p = p - np.take_along_axis(mean, bins.of, axis=1)
    off_y = came - np.take_along_axis(frequency, bins.of, axis=1)
    return BrierDecomposition(
        reliability=float((share * (mean - frequency) ** 2).sum()),
        resolution=float((share * (frequency - base) ** 2).sum()),
        uncertainty=float((base * (1 - base)).sum()),
        within_bin_variance=float((off_p**2).mean(axis=1).sum()),
        within_bin_covariance=float(2 * (off_p * off_y).mean(axis=1).sum()),
    )


def fit_temperature(targets: ArrayLike, logits: ArrayLike, *, axis: SupportsIndex = -1) -> float:
    r"""Temperature that minimises the cross-entropy of logits divided by it.

    .. math:: \operatorname*{arg\,min}_{T > 0}
              \frac{1}{N} \sum_n H\bigl(y_n, \operatorname{softmax}(z_n / T)\bigr)

    Parameters
    ----------
    targets : array_like
        Labels in ``0..K-1``, of the shape of `logits` without `axis`, or distributions, of its
        full shape.
    logits : array_like
        K real numbers along `axis`, in nats; ``-inf`` rules a class out. Of data that the model was
        not fitted to. For log-odds z of two classes, stack 0 and z.
    axis : int, default -1
        The axis of the classes.

    Returns
    -------
    float
        T, which is the only minimum.

    Raises
    ------
    ValueError, TypeError
        If a logit is nan or inf or all of a sample are ``-inf``; a label or distribution is none,
        or is given to a class ruled out; shapes do not match. And if no temperature is best:
        because every target is on the largest logit, so that the loss falls all the way to T → 0;
        because the logits tell no more of the targets than chance, so that it falls all the way to
        T → ∞; or because all classes have equal logits, so that T changes nothing.

    Notes
    -----
    The loss is convex in β = 1/T (not in T), and its slope there is the mean of E_p[z] − z_y. The
    zero of the slope is enclosed, and found by Newton's method with bisection where it would leave
    the enclosure. The temperature changes no order of the classes, so accuracy stays.

    Source: chapter *Calibration*; Guo et al. (2017), On calibration of modern neural networks,
    ICML.

    See Also
    --------
    course_utils.softmax.softmax : takes the ``temperature``.
    sklearn.calibration.CalibratedClassifierCV : ``method="temperature"`` from version 1.8 on.

    Examples
    --------
    >>> logits = [[4.0, 0.0]] * 4
    >>> print(f"{fit_temperature([0, 0, 0, 1], logits):.4f}")
    3.6410
    """
    z = as_logits("logits", logits, axis)
    axis = check_axis("logits", z, axis)
    y = as_targets("targets", targets, z.shape, axis)
    if z.size == 0:
        raise ValueError(f"logits must hold at least one sample, but has shape {z.shape}")
    classes = z.shape[axis]
    y = np.moveaxis(one_hot(y, classes), -1, axis) if y.dtype.kind == "i" else y
    possible = z > -np.inf
    reject("logits", "be finite where the target is positive", z, (y > 0) & ~possible)
    # Halved, so that no gap overflows.
    halves, y, possible = (as_rows(part.astype(np.float64), axis) for part in (z / 2, y, possible))
    gaps = np.where(possible > 0, halves.max(axis=1, keepdims=True) - halves, 0.0)
    scale = gaps.max()
    if scale == 0:
        raise ValueError(
            "no temperature is best: all logits of a sample are equal, in every sample"
        )
    gaps /= scale
    gap_of_target = float((y * gaps).sum(axis=1).mean())
    if gap_of_target == 0:
        raise ValueError(
            "no temperature is best: every target has the largest logit of its sample, so the loss "
            "falls all the way to T → 0"
        )

    def mean_and_variance(beta: float) -> tuple[float, float]:
        """Return the mean of E_p[gap] over the samples, and that of the variance."""
        weights = possible * np.exp(-beta * gaps)
        p = weights / weights.sum(axis=1, keepdims=True)
        mean = (p * gaps).sum(axis=1, keepdims=True)
        return float(mean.mean()), float((p * (gaps - mean) ** 2).sum(axis=1).mean())

    of_chance, _ = mean_and_variance(0.0)
    # Within rounding, the logits are then of no use, and T is a matter of rounding as well.
    if gap_of_target >= of_chance * (1 - 8 * np.finfo(np.float64).eps):
        raise ValueError(
            "no temperature is best: the logits tell no more of the targets than chance, so the "
            "loss falls all the way to T → ∞"
        )
    return float(2 * scale / _inverse_temperature(gap_of_target, mean_and_variance))


def _inverse_temperature(target: float, mean_and_variance: Any) -> float:
    """Return the β at which the mean gap, which falls with β at the rate variance, is `target`."""
    low, high = 0.0, 1.0
    while mean_and_variance(high)[0] > target:
        low, high = high, 2 * high
    beta = high if low == 0 else low
    for _ in range(200):
        mean, variance = mean_and_variance(beta)
        low, high = (beta, high) if mean > target else (low, beta)
        # Newton on the logarithm, since far out the mean gap falls exponentially.
        step = math.log1p((mean - target) / target) * mean / variance if variance > 0 else math.inf
        following = beta + step if low < beta + step < high else (low + high) / 2
        if abs(following - beta) <= 2 * np.finfo(np.float64).eps * beta:
            return following
        beta = following
    return beta


def _forecasts(probabilities: ArrayLike) -> tuple[Float64s, np.dtype[np.floating[Any]]]:
    """Return forecasts in float64, of shape (N,) or (N, K), and the dtype of what is returned."""
    array = as_float("probabilities", probabilities)
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(
            f"probabilities must have shape (N,) or (N, K) with N, K > 0, "
            f"but has shape {array.shape}"
        )
    if array.ndim == 1:
        checked = as_probabilities("probabilities", array)
    else:
        checked = as_distributions("probabilities", array)
    return checked.astype(np.float64), array.dtype


def _labels(labels: ArrayLike, forecasts: Float64s) -> IntArray:
    classes = 2 if forecasts.ndim == 1 else forecasts.shape[1]
    return as_labels("labels", labels, classes, (len(forecasts),))


def _events(labels: IntArray, forecasts: Float64s, kind: Kind) -> tuple[Float64s, Float64s]:
    """Return whether each forecast event came, and its probability, both of shape (events, N)."""
    if kind not in ("top-label", "classwise"):
        raise ValueError(f"kind must be 'top-label' or 'classwise', but is {kind!r}")
    if forecasts.ndim == 1:
        return np.atleast_2d(labels).astype(np.float64), np.atleast_2d(forecasts)
    if kind == "top-label":
        hits = labels == forecasts.argmax(axis=1)
        return np.atleast_2d(hits).astype(np.float64), np.atleast_2d(forecasts.max(axis=1))
    return one_hot(labels, forecasts.shape[1]).T.astype(np.float64), forecasts.T


class _Bins(NamedTuple):
    """Which forecast lies in which bin, event by event."""

    of: IntArray
    """The number of the bin of each forecast, of shape (events, N)."""
    size: int
    """The number B of bins of an event."""
    edges: Float64s
    """Their ends, of shape (events, B + 1)."""


def _bins(p: Float64s, n_bins: SupportsIndex, strategy: Strategy) -> _Bins:
    size = check_count("n_bins", n_bins)
    places = np.linspace(0, 1, size + 1)
    if strategy == "uniform":
        edges = np.tile(places, (len(p), 1))
    elif strategy == "quantile":
        # As scikit-learn writes it: rounding may move the end of a bin across a forecast.
        edges = np.percentile(p, places * 100, axis=1).T
    else:
        raise ValueError(f"strategy must be 'uniform' or 'quantile', but is {strategy!r}")
    inner = zip(edges[:, 1:-1], p, strict=True)
    index = np.array([np.searchsorted(ends, row) for ends, row in inner], dtype=np.intp)
    return _Bins(index, size, edges)


def _groups(forecasts: Float64s, events: int) -> _Bins:
    """Return groups of equal forecasts, the same for every event."""
    distinct, group = np.unique(forecasts, axis=0, return_inverse=True)
    index = np.tile(group.reshape(1, -1).astype(np.intp), (events, 1))
    return _Bins(index, len(distinct), np.empty((events, 0)))


def _per_bin(bins: _Bins, values: Float64s | None) -> Float64s:
    """Return the sum of the values in each bin, of shape (events, B); without values the counts."""
    events = len(bins.of)
    flat = (bins.of + bins.size * np.arange(events)[:, np.newaxis]).ravel()
    weights = None if values is None else values.ravel()
    found = np.bincount(flat, weights=weights, minlength=events * bins.size)
    return found.reshape(events, bins.size).astype(np.float64)


def _exponent(norm: Norm) -> float:
    exponents = {"l1": 1.0, "l2": 2.0, "max": math.inf}
    if norm not in exponents:
        raise ValueError(f"norm must be 'l1', 'l2' or 'max', but is {norm!r}")
    return exponents[norm]


def _generator(rng: np.random.Generator | int | None) -> np.random.Generator:
    if rng is not None and not isinstance(rng, np.random.Generator | int | np.integer):
        raise TypeError(f"rng must be a Generator, an integer or None, but is {rng!r}")
    if isinstance(rng, int | np.integer) and rng < 0:
        raise ValueError(f"rng must not be negative, but is {rng}")
    return np.random.default_rng(rng)


def _distance(came: Float64s, p: Float64s, bins: _Bins, exponent: float) -> float:
    counts = _per_bin(bins, None)
    gaps = np.abs(_per_bin(bins, came - p)) / np.maximum(counts, 1)
    if exponent == math.inf:
        return float(gaps.max())
    return float((counts / p.size * gaps**exponent).sum() ** (1 / exponent))


def _wilson(successes: Float64s, counts: Float64s, confidence: float) -> tuple[Float64s, Float64s]:
    """Return the ends of Wilson's interval, which without trials is all of [0, 1]."""
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    failures = counts - successes
    spread = np.sqrt(z2) * np.sqrt(successes * failures / np.maximum(counts, 1) + z2 / 4)
    # Without a success the lower end is 0, which rounding would miss; so with failures and 1.
    lower = np.where(successes > 0, successes + z2 / 2 - spread, 0.0) / (counts + z2)
    upper = np.where(failures > 0, successes + z2 / 2 + spread, counts + z2) / (counts + z2)
    return lower, upper
