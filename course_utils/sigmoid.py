"""The logistic sigmoid, its inverse and its logarithm; odds.

All functions work entry by entry on arrays of any shape, keep float32 and pass nan through.
"""

import numpy as np
from numpy.typing import ArrayLike

from course_utils._validation import FloatArray, as_float, as_probabilities

__all__ = ["log_sigmoid", "logit", "odds", "sigmoid", "softplus"]


def sigmoid(x: ArrayLike) -> FloatArray:
    r"""Probability of the first of two classes whose logits differ by x.

    .. math:: \sigma(x) = \frac{1}{1 + e^{-x}}

    Parameters
    ----------
    x : array_like
        Log-odds, in nats; any real number, of any shape.

    Returns
    -------
    ndarray or scalar
        Probabilities in [0, 1], of the shape of `x`.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.

    Notes
    -----
    Only exp(−abs(x)) is computed, which cannot overflow: σ(x) = e^x / (1 + e^x) for negative x.
    σ(−745) = 5e-324 is the smallest positive result, σ(−inf) = 0 and σ(inf) = 1.
    Above 37 the result rounds to 1; use ``sigmoid(-x)`` for 1 − σ(x).

    Source: chapter *Sigmoid*; Good, I. J. (1952), Rational decisions, JRSS B 14, 107-114.

    See Also
    --------
    course_utils.softmax.softmax : more than two classes.
    scipy.special.expit, torch.sigmoid, keras.ops.sigmoid

    Examples
    --------
    >>> float(sigmoid(0.0))
    0.5
    >>> print(f"{sigmoid(2.0):.4f} {sigmoid(-2.0):.4f} {sigmoid(-100.0):.4g}")
    0.8808 0.1192 3.72e-44
    """
    values = as_float("x", x)
    small = np.exp(-np.abs(values))
    probability = np.where(values >= 0, 1, small) / (1 + small)
    return _keep_dtype(probability, values)


def log_sigmoid(x: ArrayLike) -> FloatArray:
    r"""Logarithm of the sigmoid.

    .. math:: \log\sigma(x) = -\log(1 + e^{-x})

    Parameters
    ----------
    x : array_like
        Log-odds, in nats; any real number, of any shape.

    Returns
    -------
    ndarray or scalar
        Log-probabilities, none positive, in nats, of the shape of `x`.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.

    Notes
    -----
    It equals −softplus(−x), so that neither a tiny probability (log σ(−1000) = −1000) nor one
    next to 1 (log σ(50) = −2e-22) is lost. At −inf it is −inf, at inf it is 0.

    Source: chapter *Sigmoid*.

    See Also
    --------
    scipy.special.log_expit, torch.nn.functional.logsigmoid, keras.ops.log_sigmoid

    Examples
    --------
    >>> print(f"{log_sigmoid(0.0):.4f} {log_sigmoid(-1000.0):.1f} {log_sigmoid(50.0):.4g}")
    -0.6931 -1000.0 -1.929e-22
    """
    # 0 − x and not −x: the logarithm of certainty is 0, not −0.
    values = as_float("x", x)
    return _keep_dtype(0 - _softplus(-values), values)


def softplus(x: ArrayLike) -> FloatArray:
    r"""Smooth maximum of 0 and x: the loss of log-odds x when the other class is true.

    .. math:: \zeta(x) = \log(1 + e^x) = \max(x, 0) + \log\left(1 + e^{-|x|}\right)

    Parameters
    ----------
    x : array_like
        Log-odds, in nats; any real number, of any shape.

    Returns
    -------
    ndarray or scalar
        Non-negative numbers, in nats, of the shape of `x`.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.

    Notes
    -----
    Both terms of the right-hand form are non-negative, so nothing cancels and nothing overflows.
    At −inf it is 0, at inf it is inf.

    Source: chapter *Sigmoid*; Dugas et al. (2001), Incorporating second-order functional
    knowledge for better option pricing, NIPS 13.

    See Also
    --------
    numpy.logaddexp, torch.nn.functional.softplus, keras.ops.softplus
        PyTorch returns x itself where x exceeds its ``threshold`` of 20.

    Examples
    --------
    >>> print(f"{softplus(0.0):.4f} {softplus(1000.0):.1f} {softplus(-50.0):.4g}")
    0.6931 1000.0 1.929e-22
    """
    return _softplus(as_float("x", x))


def logit(p: ArrayLike) -> FloatArray:
    r"""Log-odds of a probability, the inverse of the sigmoid.

    .. math:: \operatorname{logit}(p) = \log\frac{p}{1 - p}

    Parameters
    ----------
    p : array_like
        Probabilities in [0, 1], of any shape.

    Returns
    -------
    ndarray or scalar
        Log-odds, in nats, of the shape of `p`.

    Raises
    ------
    ValueError
        If an entry of `p` lies outside [0, 1]; nan passes.
    TypeError
        If `p` does not hold real numbers.

    Notes
    -----
    With q the smaller of p and 1 − p, the size of the result is log((1 − q)/q). Next to ½ this is
    the logarithm of a number near 1, and log1p((1 − 2q)/q) keeps its digits: 1 − 2q is exact there.
    At 0 it is −inf, at 1 it is inf.

    Source: chapter *Sigmoid*; Berkson, J. (1944), Application of the logistic function to
    bio-assay, JASA 39, 357-365.

    See Also
    --------
    scipy.special.logit, torch.logit

    Examples
    --------
    >>> print(f"{logit(0.75):.4f} {logit(0.25):.4f} {logit(0.5 + 2**-53):.4g}")
    1.0986 -1.0986 4.441e-16
    >>> float(logit(1.0))
    inf
    """
    probability = as_probabilities("p", p, allow_nan=True)
    smaller = np.where(probability < 0.5, probability, 1 - probability)
    # Each branch is computed everywhere; where it is not meant, it may divide by 0.
    with np.errstate(divide="ignore", over="ignore"):
        far = -np.log(smaller / (1 - smaller))
        near = np.log1p((1 - 2 * smaller) / smaller)
    size = np.where(smaller < 0.25, far, near)
    return _keep_dtype(np.copysign(size, probability - 0.5), probability)


def odds(p: ArrayLike) -> FloatArray:
    r"""Odds of a probability: how much more probable than its opposite.

    .. math:: \operatorname{odds}(p) = \frac{p}{1 - p}

    Parameters
    ----------
    p : array_like
        Probabilities in [0, 1], of any shape.

    Returns
    -------
    ndarray or scalar
        Non-negative numbers, of the shape of `p`. Odds of 3 are spoken "three to one".

    Raises
    ------
    ValueError
        If an entry of `p` lies outside [0, 1]; nan passes.
    TypeError
        If `p` does not hold real numbers.

    Notes
    -----
    At 0 they are 0, at 1 they are inf. An odds *ratio* is the quotient of two odds.

    Source: chapter *Sigmoid*.

    See Also
    --------
    logit : the logarithm of the odds.
    scipy.stats.contingency.odds_ratio : the quotient of two odds, another thing.

    Examples
    --------
    >>> odds([0.0, 0.5, 0.75, 1.0]).tolist()
    [0.0, 1.0, 3.0, inf]
    """
    probability = as_probabilities("p", p, allow_nan=True)
    with np.errstate(divide="ignore"):
        quotient = probability / (1 - probability)
    return _keep_dtype(quotient, probability)


def _softplus(x: FloatArray) -> FloatArray:
    return _keep_dtype(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), x)


def _keep_dtype(result: FloatArray, values: FloatArray) -> FloatArray:
    """Return the result in the dtype of the values: NumPy 1 widens a float32 scalar on the way."""
    kept: FloatArray = result.astype(values.dtype, copy=False)
    return kept
