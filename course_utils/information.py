"""Surprisal, entropy and the divergences between distributions, in nats unless a base is given.

Distributions need not sum to 1 exactly: what is measured is p/Σp and q/Σq, and the formulas are
arranged so that the rounding of these sums costs nothing. Every sum runs over terms of one sign,
so that nothing cancels: a divergence of 1e-30 comes out as exactly as one of 1.

float32 stays float32; integers, float16 and all else become float64.
"""

import heapq
import operator
from itertools import count
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from course_utils._kernels import (
    ARTANH_EXCESS,
    NEAR,
    jensen_shannon_rows,
    kl_rows,
    last,
    log_ratio,
    mean_surprisal,
    normalised_surprisal,
    of_pairs,
    polynomial,
    round_to,
)
from course_utils._validation import (
    FloatArray,
    as_distributions,
    as_finite,
    as_positive,
    as_probabilities,
    check_base,
    check_broadcast,
    common_dtype,
)

__all__ = [
    "cross_entropy",
    "entropy",
    "gaussian_cross_entropy",
    "gaussian_kl_divergence",
    "huffman_code",
    "jensen_shannon_divergence",
    "kl_divergence",
    "self_information",
]

HALF_LOG_TAU = 0.5 * np.log(2 * np.pi)


def self_information(
    p: ArrayLike, *, axis: SupportsIndex | None = None, base: float | None = None
) -> FloatArray:
    r"""Surprisal of events: how much one learns when they happen.

    .. math:: I(p) = -\log_b p

    Parameters
    ----------
    p : array_like
        Probabilities in [0, 1], each of an event of its own, of any shape.
    axis : int, optional
        If given, p holds distributions along this axis, and p/Σp is measured.
    base : float, optional
        Base of the logarithm, above 1: 2 for bits. Natural logarithms (nats) if omitted.

    Returns
    -------
    ndarray or scalar
        Surprisals from 0 to inf, of the shape of `p`.

    Raises
    ------
    TypeError
        If `p` does not hold real numbers.
    ValueError
        If an entry of `p` lies outside [0, 1]; if `axis` is given and `p` holds no distributions
        along it; if `base` is not above 1.

    Notes
    -----
    A certain event gives 0, an impossible one inf. Without `axis`, nan passes through. With
    `axis`, an entry close to 1 loses nothing: its surprisal comes from the other entries.

    Source: Shannon, "A mathematical theory of communication" (1948), section 6.

    See Also
    --------
    entropy : the mean surprisal.
    torch.distributions.Categorical.log_prob : the same with the opposite sign.

    Examples
    --------
    Who wins among eight equal teams is worth three bits:

    >>> float(self_information(1 / 8, base=2))
    3.0
    """
    scale = check_base(base)
    if axis is None:
        probabilities = as_probabilities("p", p, np.float64, allow_nan=True)
        with np.errstate(divide="ignore"):  # -log 0 = inf
            surprisal: FloatArray = 0 - np.log(probabilities)  # not -log, which makes log 1 = -0
    else:
        distributions = as_distributions("p", p, axis, np.float64)
        position = operator.index(axis)
        surprisal = normalised_surprisal(last(distributions, position))
        surprisal = np.moveaxis(surprisal, -1, position)
    return round_to(common_dtype(p), surprisal / scale)


def entropy(p: ArrayLike, *, axis: SupportsIndex = -1, base: float | None = None) -> FloatArray:
    r"""Entropy of distributions, their mean surprisal.

    .. math:: H(P) = -\sum_k p_k \log_b p_k

    Parameters
    ----------
    p : array_like
        Distributions along `axis`.
    axis : int, default -1
        The axis of the classes.
    base : float, optional
        Base of the logarithm, above 1: 2 for bits. Natural logarithms (nats) if omitted.

    Returns
    -------
    ndarray or scalar
        Entropies from 0 to log K, of the shape of `p` without `axis`.

    Raises
    ------
    TypeError
        If `p` does not hold real numbers.
    ValueError
        If `p` holds negative, infinite or nan entries or does not sum to 1 along `axis`; if `axis`
        is empty or does not exist; if `base` is not above 1.

    Notes
    -----
    0 log 0 = 0, so impossible classes add nothing. A certain class gives 0, K equal ones log K.
    The largest probability is 1/(1 + r), with r the others over it, and its surprisal
    log(1 + r): near certainty no digit is lost. Products and sums keep what they round away to the
    end, so that little more than the error of the logarithms remains, at most 2 units in the last
    place.

    Source: Shannon, "A mathematical theory of communication" (1948), section 6.

    See Also
    --------
    scipy.stats.entropy : the same for one argument; it normalises whatever it is given.
    scipy.special.entr : the single terms, not summed.
    torch.distributions.Categorical.entropy : the same in nats.

    Examples
    --------
    >>> float(entropy([1 / 8] * 8, base=2))
    3.0
    >>> print(f"{entropy([0.9, 0.1]):.4f}")
    0.3251
    """
    scale = check_base(base)
    distributions = last(as_distributions("p", p, axis), operator.index(axis))
    means = of_pairs(mean_surprisal, distributions, distributions)
    return round_to(common_dtype(p), means / scale)


def cross_entropy(
    p: ArrayLike, q: ArrayLike, *, axis: SupportsIndex = -1, base: float | None = None
) -> FloatArray:
    r"""Mean surprisal of whoever expects q while p is true.

    .. math:: H(P, Q) = -\sum_k p_k \log_b q_k = H(P) + D(P \| Q)

    Parameters
    ----------
    p, q : array_like
        Distributions along `axis`, the truth first. The other axes broadcast.
    axis : int, default -1
        The axis of the classes, counted in each of `p` and `q`.
    base : float, optional
        Base of the logarithm, above 1: 2 for bits. Natural logarithms (nats) if omitted.

    Returns
    -------
    ndarray or scalar
        Cross-entropies from 0 to inf, of the broadcast shape without `axis`.

    Raises
    ------
    TypeError
        If `p` or `q` does not hold real numbers.
    ValueError
        If `p` or `q` holds negative, infinite or nan entries or does not sum to 1 along `axis`; if
        their shapes do not fit; if `axis` is empty or does not exist; if `base` is not above 1.

    Notes
    -----
    It is inf where q rules out what p allows. 0 log 0 = 0. Its minimum over q is H(P), not 0.

    Source: Cover and Thomas, *Elements of Information Theory* (2006), section 5.4.

    See Also
    --------
    course_utils.losses.categorical_cross_entropy : the training loss, with reduction.
    torch.nn.functional.cross_entropy : the loss from logits; it takes the prediction first.
    keras.losses.CategoricalCrossentropy : clips q at 1e-7, so that it is never inf.

    Examples
    --------
    >>> print(f"{cross_entropy([1, 0, 0], [0.7, 0.2, 0.1]):.4f}")
    0.3567
    >>> float(cross_entropy([0.5, 0.5], [1, 0]))
    inf
    """
    scale = check_base(base)
    truth, model = _pair(p, q, axis)
    return round_to(common_dtype(p, q), of_pairs(mean_surprisal, truth, model) / scale)


def kl_divergence(
    p: ArrayLike, q: ArrayLike, *, axis: SupportsIndex = -1, base: float | None = None
) -> FloatArray:
    r"""Kullback-Leibler divergence, the mean surprisal that expecting q instead of p adds.

    .. math:: D(P \| Q) = \sum_k p_k \log_b \frac{p_k}{q_k}

    Parameters
    ----------
    p, q : array_like
        Distributions along `axis`, the truth first. The other axes broadcast.
    axis : int, default -1
        The axis of the classes, counted in each of `p` and `q`.
    base : float, optional
        Base of the logarithm, above 1: 2 for bits. Natural logarithms (nats) if omitted.

    Returns
    -------
    ndarray or scalar
        Divergences from 0 to inf, of the broadcast shape without `axis`.

    Raises
    ------
    TypeError
        If `p` or `q` does not hold real numbers.
    ValueError
        If `p` or `q` holds negative, infinite or nan entries or does not sum to 1 along `axis`; if
        their shapes do not fit; if `axis` is empty or does not exist; if `base` is not above 1.

    Notes
    -----
    It is 0 where p/Σp and q/Σq are equal, inf where q rules out what p allows, and never negative:
    what is summed is :math:`p_k \log(p_k/q_k) - p_k + q_k \ge 0`, whose last two parts sum to 0.
    With :math:`v = (p_k - q_k)/(p_k + q_k)` the logarithm is 2 artanh v, and the term
    :math:`(p_k - q_k)\,v\,(1 + (1 + v)(v/3 + v^3/5 + \dots))`: for p next to q nothing cancels.
    The relative error is at most 1e-15, also where p and q differ by 1e-13.
    It is no distance: the two directions differ.

    Source: Kullback and Leibler, "On information and sufficiency" (1951).

    See Also
    --------
    scipy.stats.entropy : the same for two arguments.
    scipy.special.kl_div : the terms that are summed here.
    torch.nn.functional.kl_div : takes (log q, p), and its default reduction divides by the number
        of entries.
    keras.losses.KLDivergence : clips p and q at 1e-7.

    Examples
    --------
    >>> print(f"{kl_divergence([0.7, 0.3], [0.5, 0.5]):.4f}")
    0.0823
    >>> float(kl_divergence([0.5, 0.5], [1, 0]))
    inf
    """
    scale = check_base(base)
    truth, model = _pair(p, q, axis)
    return round_to(common_dtype(p, q), of_pairs(kl_rows, truth, model) / scale)


def jensen_shannon_divergence(
    p: ArrayLike, q: ArrayLike, *, axis: SupportsIndex = -1, base: float | None = None
) -> FloatArray:
    r"""Jensen-Shannon divergence, the mean divergence of p and q from their mixture.

    .. math:: \tfrac12 D(P \| M) + \tfrac12 D(Q \| M), \qquad M = \tfrac12 (P + Q)

    Parameters
    ----------
    p, q : array_like
        Distributions along `axis`. The other axes broadcast.
    axis : int, default -1
        The axis of the classes, counted in each of `p` and `q`.
    base : float, optional
        Base of the logarithm, above 1: 2 for bits. Natural logarithms (nats) if omitted.

    Returns
    -------
    ndarray or scalar
        Divergences from 0 to log 2, of the broadcast shape without `axis`.

    Raises
    ------
    TypeError
        If `p` or `q` does not hold real numbers.
    ValueError
        If `p` or `q` holds negative, infinite or nan entries or does not sum to 1 along `axis`; if
        their shapes do not fit; if `axis` is empty or does not exist; if `base` is not above 1.

    Notes
    -----
    It is symmetric to the last bit, 0 for equal distributions, log 2 for disjoint ones, and always
    finite. Its square root is a distance. For p next to q it is a sum of squares,
    :math:`\tfrac12 m_k (v^2 + v^4/6 + v^6/15 + \dots)` with
    :math:`v = (p_k - q_k)/(p_k + q_k)`, where nothing cancels.

    Source: Lin, "Divergence measures based on the Shannon entropy" (1991).

    See Also
    --------
    scipy.spatial.distance.jensenshannon : the square root of this.

    Examples
    --------
    >>> float(jensen_shannon_divergence([1, 0], [0, 1], base=2))
    1.0
    >>> print(f"{jensen_shannon_divergence([0.7, 0.3], [0.5, 0.5]):.4f}")
    0.0210
    """
    scale = check_base(base)
    first, second = _pair(p, q, axis)
    divergences = of_pairs(jensen_shannon_rows, first, second)
    return round_to(common_dtype(p, q), divergences / scale)


def gaussian_cross_entropy(
    mean_p: ArrayLike,
    scale_p: ArrayLike,
    mean_q: ArrayLike,
    scale_q: ArrayLike,
    *,
    base: float | None = None,
) -> FloatArray:
    r"""Cross-entropy of two Gaussian densities.

    .. math:: H(P, Q) = \tfrac12 \log(2\pi\sigma_q^2)
              + \frac{\sigma_p^2 + (\mu_p - \mu_q)^2}{2\sigma_q^2}

    Parameters
    ----------
    mean_p, mean_q : array_like
        Finite means, in the unit of the variable.
    scale_p, scale_q : array_like
        Positive standard deviations, in the same unit. All four broadcast.
    base : float, optional
        Base of the logarithm, above 1: 2 for bits. Natural logarithms (nats) if omitted.

    Returns
    -------
    ndarray or scalar
        Cross-entropies of the broadcast shape. As a density may exceed 1, they may be negative.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a mean is infinite or a scale is not positive and finite; if the shapes do not
        broadcast; if `base` is not above 1.

    Notes
    -----
    nan passes through. With q = p it is the differential entropy ½ log(2πeσ²). It depends on the
    unit of the variable; the divergence does not. As σ_p → 0 it tends to the Gaussian negative
    log-likelihood of the point μ_p, while the divergence tends to inf.

    Source: Cover and Thomas, *Elements of Information Theory* (2006), chapter 8.

    See Also
    --------
    course_utils.likelihood.gaussian_nll : the limit of a vanishing `scale_p`.
    torch.nn.GaussianNLLLoss : that limit without its constant, from variances.

    Examples
    --------
    >>> print(f"{gaussian_cross_entropy(0, 1, 0, 1):.4f}")
    1.4189
    """
    logarithm = check_base(base)
    mu_p, sigma_p, mu_q, sigma_q = _gaussians(mean_p, scale_p, mean_q, scale_q)
    dtype = common_dtype(mean_p, scale_p, mean_q, scale_q)
    difference = mu_p - mu_q
    with np.errstate(over="ignore"):  # what overflows is inf
        quadratic = 0.5 * ((sigma_p / sigma_q) ** 2 + (difference / sigma_q) ** 2)
    return round_to(dtype, (HALF_LOG_TAU + np.log(sigma_q) + quadratic) / logarithm)


def gaussian_kl_divergence(
    mean_p: ArrayLike,
    scale_p: ArrayLike,
    mean_q: ArrayLike,
    scale_q: ArrayLike,
    *,
    base: float | None = None,
) -> FloatArray:
    r"""Kullback-Leibler divergence of two Gaussian densities.

    .. math:: D(P \| Q) = \log\frac{\sigma_q}{\sigma_p}
              + \frac{\sigma_p^2 + (\mu_p - \mu_q)^2}{2\sigma_q^2} - \frac12

    Parameters
    ----------
    mean_p, mean_q : array_like
        Finite means, in the unit of the variable.
    scale_p, scale_q : array_like
        Positive standard deviations, in the same unit. All four broadcast.
    base : float, optional
        Base of the logarithm, above 1: 2 for bits. Natural logarithms (nats) if omitted.

    Returns
    -------
    ndarray or scalar
        Divergences from 0 to inf, of the broadcast shape.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a mean is infinite or a scale is not positive and finite; if the shapes do not
        broadcast; if `base` is not above 1.

    Notes
    -----
    nan passes through. It is 0 for equal Gaussians and never negative. With
    :math:`t = \sigma_p/\sigma_q - 1` it is :math:`\tfrac12 (\mu_p - \mu_q)^2/\sigma_q^2
    + \tfrac12 t^2 + (t - \log(1 + t))`, three parts that are not negative: scales that are nearly
    equal lose nothing.

    Source: Bishop, *Pattern Recognition and Machine Learning* (2006), exercise 1.30.

    See Also
    --------
    torch.distributions.kl_divergence : the same for two ``Normal``.

    Examples
    --------
    >>> print(f"{gaussian_kl_divergence(0, 1, 1, 2):.4f}")
    0.4431
    >>> print(f"{gaussian_kl_divergence(0, 1, 0, 1 + 1e-9):.6e}")
    1.000000e-18
    """
    logarithm = check_base(base)
    mu_p, sigma_p, mu_q, sigma_q = _gaussians(mean_p, scale_p, mean_q, scale_q)
    dtype = common_dtype(mean_p, scale_p, mean_q, scale_q)
    difference = mu_p - mu_q
    larger = np.maximum(sigma_p, sigma_q)
    v = (sigma_p - sigma_q) / larger / (sigma_p / larger + sigma_q / larger)
    with np.errstate(over="ignore"):  # what overflows is inf
        t = (sigma_p - sigma_q) / sigma_q
        squares = 0.5 * ((difference / sigma_q) ** 2 + t**2)
    # t = 2v/(1 - v) and log(1 + t) = 2 artanh v: their equal first parts, 2v, drop out.
    w = v * v
    near = 2 * (w / np.where(v < 1, 1 - v, 1.0) - v * w * polynomial(ARTANH_EXCESS, w))
    with np.errstate(over="ignore", divide="ignore"):  # of the ratio, not of its logarithm
        excess = np.where(w <= NEAR, near, t - log_ratio(sigma_p, sigma_q))
    return round_to(dtype, (squares + excess) / logarithm)


def huffman_code(p: ArrayLike) -> list[str | None]:
    r"""Binary prefix code with the shortest mean length.

    .. math:: H_2(P) \le \sum_k p_k \ell_k < H_2(P) + 1, \qquad \sum_k 2^{-\ell_k} = 1

    Parameters
    ----------
    p : array_like
        A distribution, of shape (K,).

    Returns
    -------
    list of str or None
        The code words, strings of ``0`` and ``1``, in the order of `p`. A symbol of probability 0
        never occurs and has no code word: None.

    Raises
    ------
    TypeError
        If `p` does not hold real numbers.
    ValueError
        If `p` has not one dimension, is empty, holds negative, infinite or nan entries or does not
        sum to 1.

    Notes
    -----
    A certain symbol has the empty word, of length 0: it need not be sent. Among equal
    probabilities the symbol that comes first is merged first, and a merged pair after all symbols,
    which keeps the longest word short. The words are canonical: sorted by length, then by position,
    they are counted upwards. The lengths are those of Huffman's tree.

    Source: Huffman, "A method for the construction of minimum-redundancy codes" (1952).

    See Also
    --------
    entropy : the bound, reached when every probability is a power of ½.

    Examples
    --------
    >>> huffman_code([1 / 4, 1 / 2, 1 / 8, 1 / 8])
    ['10', '0', '110', '111']
    >>> huffman_code([0.5, 0.5, 0.0])
    ['0', '1', None]
    """
    probabilities = as_distributions("p", p)
    if probabilities.ndim != 1:
        raise ValueError(f"p must have one dimension, but has shape {probabilities.shape}")
    lengths = _huffman_lengths(probabilities.tolist())
    words: list[str | None] = [None] * len(probabilities)
    number, previous = 0, 0
    for symbol in sorted(lengths, key=lambda symbol: (lengths[symbol], symbol)):
        number <<= lengths[symbol] - previous
        previous = lengths[symbol]
        words[symbol] = format(number, "b").zfill(previous) if previous else ""
        number += 1
    return words


def _huffman_lengths(probabilities: list[float]) -> dict[int, int]:
    """Return the depth of every possible symbol in the tree that merges the two rarest, again and
    again."""
    depths = {symbol: 0 for symbol, p in enumerate(probabilities) if p > 0}
    # The second entry breaks ties, so that the lists are never compared.
    trees = [(probabilities[symbol], symbol, [symbol]) for symbol in depths]
    heapq.heapify(trees)
    order = count(len(probabilities))
    while len(trees) > 1:
        p, _, rarest = heapq.heappop(trees)
        q, _, second = heapq.heappop(trees)
        for symbol in rarest + second:
            depths[symbol] += 1
        heapq.heappush(trees, (p + q, next(order), rarest + second))
    return depths


def _pair(p: ArrayLike, q: ArrayLike, axis: SupportsIndex) -> tuple[FloatArray, FloatArray]:
    """Return both arrays of distributions, with the classes along the last axis."""
    first = last(as_distributions("p", p, axis), operator.index(axis))
    second = last(as_distributions("q", q, axis), operator.index(axis))
    if first.shape[-1] != second.shape[-1]:
        raise ValueError(
            f"q must have as many classes as p, but has {second.shape[-1]} and p {first.shape[-1]}"
        )
    if first.shape != second.shape:
        check_broadcast(p=first, q=second)
    return first, second


def _gaussians(
    mean_p: ArrayLike, scale_p: ArrayLike, mean_q: ArrayLike, scale_q: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the validated parameters of two Gaussians in float64."""
    arrays = {
        "mean_p": as_finite("mean_p", mean_p, np.float64, allow_nan=True),
        "scale_p": as_positive("scale_p", scale_p, np.float64, allow_nan=True),
        "mean_q": as_finite("mean_q", mean_q, np.float64, allow_nan=True),
        "scale_q": as_positive("scale_q", scale_q, np.float64, allow_nan=True),
    }
    check_broadcast(**arrays)
    return arrays["mean_p"], arrays["scale_p"], arrays["mean_q"], arrays["scale_q"]
