"""Log-likelihoods of samples, and negative log-likelihoods of single values."""

import numpy as np
from numpy.typing import ArrayLike

from course_utils._kernels import normalised_surprisal, round_to
from course_utils._validation import (
    FloatArray,
    as_array,
    as_distributions,
    as_finite,
    as_float,
    as_labels,
    as_positive,
    as_probabilities,
    check_broadcast,
    common_dtype,
)
from course_utils.information import HALF_LOG_TAU

__all__ = [
    "bernoulli_log_likelihood",
    "categorical_log_likelihood",
    "gaussian_mixture_nll",
    "gaussian_nll",
    "laplace_nll",
]


def bernoulli_log_likelihood(outcomes: ArrayLike, probability: ArrayLike) -> FloatArray:
    r"""Log-likelihood of a sample of yes-or-no outcomes.

    .. math:: \log L(\theta) = k \log\theta + (n - k) \log(1 - \theta)

    Here k of the n outcomes are 1.

    Parameters
    ----------
    outcomes : array_like
        Independent outcomes, 1 or 0 (or booleans), of any shape, at least one.
    probability : array_like
        The probability θ of a 1, in [0, 1]: one number or an array of candidates.

    Returns
    -------
    ndarray or scalar
        The log-likelihood in nats of the whole sample, from -inf to 0, one for each candidate.

    Raises
    ------
    TypeError
        If an argument does not hold numbers.
    ValueError
        If there are no outcomes; if an outcome is neither 0 nor 1; if a probability lies outside
        [0, 1] or is nan.

    Notes
    -----
    0 log 0 = 0: with θ = 0 or 1 the result is 0 if the sample agrees throughout, else -inf.

    Source: chapter *Likelihood*.

    See Also
    --------
    scipy.stats.bernoulli.logpmf : the summands.
    torch.distributions.Bernoulli.log_prob : the summands.
    course_utils.losses.binary_cross_entropy : minus the mean of the summands.

    Examples
    --------
    One head in ten tosses is best explained by θ = 0.1:

    >>> heads = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    >>> bernoulli_log_likelihood(heads, [0.1, 0.2, 0.5]).round(4).tolist()
    [-3.2508, -3.6177, -6.9315]
    """
    sample = as_array("outcomes", outcomes)
    if sample.dtype == np.bool_:
        sample = sample.astype(np.intp)
    sample = as_labels("outcomes", sample, 2)
    if sample.size == 0:
        raise ValueError("outcomes must hold at least one outcome, but is empty")
    theta = as_probabilities("probability", probability, np.float64)
    ones = np.count_nonzero(sample)
    log_likelihood = np.zeros(theta.shape)
    with np.errstate(divide="ignore"):  # log 0 = -inf: the sample is impossible
        if ones > 0:
            log_likelihood += ones * np.log(theta)
        if ones < sample.size:
            log_likelihood += (sample.size - ones) * np.log1p(-theta)
    return round_to(common_dtype(probability), log_likelihood)


def categorical_log_likelihood(labels: ArrayLike, probabilities: ArrayLike) -> FloatArray:
    r"""Log-likelihood of a sample of class labels.

    .. math:: \log L = \sum_n \log p_{n, y_n}

    Parameters
    ----------
    labels : array_like
        The N observed classes y, whole numbers in 0..K-1, of shape (N,), at least one.
    probabilities : array_like
        Distributions over the K classes: of shape (K,), one for all samples, or of shape (N, K),
        one for each.

    Returns
    -------
    scalar
        The log-likelihood in nats of the whole sample, from -inf to 0.

    Raises
    ------
    TypeError
        If `labels` are not whole numbers or `probabilities` not real ones.
    ValueError
        If there are no labels; if a label lies outside 0..K-1; if `probabilities` holds negative,
        infinite or nan entries or does not sum to 1; if the shapes do not fit.

    Notes
    -----
    It is -inf if a class is observed that was held to be impossible. A class of probability 0 that
    is never observed adds nothing: 0 log 0 = 0. Measured is p/Σp.

    Source: chapter *Likelihood*.

    See Also
    --------
    course_utils.losses.categorical_cross_entropy : minus the mean of the summands.
    torch.distributions.Categorical.log_prob : the summands.
    torch.nn.NLLLoss : minus their mean, from log-probabilities.
    sklearn.metrics.log_loss : minus their mean; it clips the probabilities.

    Examples
    --------
    >>> print(f"{categorical_log_likelihood([0, 0, 1], [0.5, 0.3, 0.2]):.4f}")
    -2.5903
    """
    table = as_distributions("probabilities", probabilities, -1, np.float64)
    if table.ndim > 2:
        raise ValueError(f"probabilities must have shape (K,) or (N, K), but has {table.shape}")
    sample = as_labels("labels", labels, table.shape[-1])
    if sample.ndim != 1 or sample.size == 0:
        raise ValueError(f"labels must have shape (N,) with N > 0, but has {sample.shape}")
    if table.ndim == 2 and len(table) != len(sample):
        raise ValueError(
            f"probabilities must have one row for each of the {len(sample)} labels, "
            f"but has shape {table.shape}"
        )
    surprisal = normalised_surprisal(table)
    if table.ndim == 1:
        observed = surprisal[sample]
    else:
        observed = np.take_along_axis(surprisal, sample[:, np.newaxis], axis=-1)
    return round_to(common_dtype(probabilities), 0 - observed.sum())


def gaussian_nll(values: ArrayLike, mean: ArrayLike, scale: ArrayLike) -> FloatArray:
    r"""Negative log-density of values under a Gaussian.

    .. math:: -\log p(x) = \tfrac12 \log(2\pi\sigma^2) + \frac{(x - \mu)^2}{2\sigma^2}

    Parameters
    ----------
    values : array_like
        The observed x, in their unit.
    mean : array_like
        The finite means μ, in the same unit.
    scale : array_like
        The positive standard deviations σ, in the same unit. All three broadcast.

    Returns
    -------
    ndarray or scalar
        The terms in nats, constants included, of the broadcast shape: nothing is summed. As a
        density may exceed 1, they may be negative.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a mean is infinite or a scale is not positive and finite; if the shapes do not
        broadcast.

    Notes
    -----
    nan passes through; infinite values give inf.

    Source: Bishop, *Pattern Recognition and Machine Learning* (2006), section 1.2.5.

    See Also
    --------
    scipy.stats.norm.logpdf : the same with the opposite sign.
    torch.nn.GaussianNLLLoss : takes the variance, and leaves the constant out unless ``full=True``.

    Examples
    --------
    >>> gaussian_nll([0.0, 2.0], 0.0, 1.0).round(4).tolist()
    [0.9189, 2.9189]
    """
    x, mu, sigma = _location_and_scale(values, "mean", mean, scale)
    difference = x - mu
    with np.errstate(over="ignore"):  # what overflows is inf
        nll = HALF_LOG_TAU + np.log(sigma) + 0.5 * (difference / sigma) ** 2
    return round_to(common_dtype(values, mean, scale), nll)


def laplace_nll(values: ArrayLike, location: ArrayLike, scale: ArrayLike) -> FloatArray:
    r"""Negative log-density of values under a Laplace distribution.

    .. math:: -\log p(x) = \log(2b) + \frac{|x - m|}{b}

    Parameters
    ----------
    values : array_like
        The observed x, in their unit.
    location : array_like
        The finite medians m, in the same unit.
    scale : array_like
        The positive mean absolute deviations b, in the same unit. All three broadcast.

    Returns
    -------
    ndarray or scalar
        The terms in nats, constants included, of the broadcast shape: nothing is summed. As a
        density may exceed 1, they may be negative.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a location is infinite or a scale is not positive and finite; if the shapes do not
        broadcast.

    Notes
    -----
    nan passes through; infinite values give inf. The standard deviation is :math:`b\sqrt2`.

    Source: Bishop, *Pattern Recognition and Machine Learning* (2006), exercise 2.43.

    See Also
    --------
    scipy.stats.laplace.logpdf : the same with the opposite sign.
    torch.nn.L1Loss : the mean of \|x - m\|, which has the same minimiser in m.

    Examples
    --------
    >>> laplace_nll([0.0, 2.0], 0.0, 1.0).round(4).tolist()
    [0.6931, 2.6931]
    """
    x, m, b = _location_and_scale(values, "location", location, scale)
    difference = np.abs(x - m)
    with np.errstate(over="ignore"):  # what overflows is inf
        nll = np.log(2) + np.log(b) + difference / b
    return round_to(common_dtype(values, location, scale), nll)


def gaussian_mixture_nll(
    values: ArrayLike, weights: ArrayLike, means: ArrayLike, scales: ArrayLike
) -> FloatArray:
    r"""Negative log-density of values under a mixture of Gaussians.

    .. math:: -\log p(x) = -\log \sum_k \pi_k \,\mathcal N(x \mid \mu_k, \sigma_k^2)

    Parameters
    ----------
    values : array_like
        The observed x, in their unit, of shape (...).
    weights : array_like
        Distributions π over the K components, of shape (K,), or (..., K) if each value has its own.
    means : array_like
        The finite means μ, in the unit of `values`, of shape (K,) or (..., K).
    scales : array_like
        The positive standard deviations σ, in the same unit, of shape (K,) or (..., K).

    Returns
    -------
    ndarray or scalar
        The terms in nats, constants included, of the broadcast shape: nothing is summed. As a
        density may exceed 1, they may be negative.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `weights` holds negative, infinite or nan entries or does not sum to 1; if a mean is
        infinite or a scale is not positive and finite; if the shapes do not fit.

    Notes
    -----
    nan in `values`, `means` and `scales` passes through; infinite values give inf. The sum is taken
    of logarithms, so that a value far from every component gives its distance and not inf. With
    scales that are free to shrink onto a value, the sum over a sample is unbounded below.

    Source: Bishop, *Mixture density networks* (1994).

    See Also
    --------
    torch.distributions.MixtureSameFamily.log_prob : the same with the opposite sign.
    sklearn.mixture.GaussianMixture.score_samples : the same with the opposite sign, once fitted.

    Examples
    --------
    >>> gaussian_mixture_nll([0.5, 100.0], [0.5, 0.5], [0.5, 1.5], [0.1, 0.1]).round(4).tolist()
    [-0.6905, 485111.8095]
    """
    x = as_float("values", values, np.float64)
    pi = as_distributions("weights", weights, -1, np.float64)
    mu = as_finite("means", means, np.float64, allow_nan=True)
    sigma = as_positive("scales", scales, np.float64, allow_nan=True)
    for name, parameter in (("means", mu), ("scales", sigma)):
        if parameter.shape[-1:] != pi.shape[-1:]:
            raise ValueError(
                f"{name} must have one entry for each of the {pi.shape[-1]} components along the "
                f"last axis, but has shape {parameter.shape}"
            )
    x = x[..., np.newaxis]
    check_broadcast(values=x, weights=pi, means=mu, scales=sigma)
    difference = x - mu
    with np.errstate(over="ignore"):  # what overflows is inf
        terms = normalised_surprisal(pi) + np.log(sigma) + 0.5 * (difference / sigma) ** 2
    with np.errstate(invalid="ignore"):  # nan passes through
        nll = HALF_LOG_TAU - np.logaddexp.reduce(-terms, axis=-1)
    return round_to(common_dtype(values, weights, means, scales), nll)


def _location_and_scale(
    values: ArrayLike, name: str, location: ArrayLike, scale: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return values, location and scale, validated, in float64; `name` is that of the location."""
    x = as_float("values", values, np.float64)
    centre = as_finite(name, location, np.float64, allow_nan=True)
    sigma = as_positive("scale", scale, np.float64, allow_nan=True)
    check_broadcast(**{"values": x, name: centre, "scale": sigma})
    return x, centre, sigma
