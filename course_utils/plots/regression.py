"""Pictures of the chapter *regression*."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.information import gaussian_cross_entropy, gaussian_kl_divergence
from course_utils.likelihood import gaussian_nll
from course_utils.plots import style


def delta_limit(value: float, mean: float, scale: float, widths: ArrayLike) -> Figure:
    """Draw cross-entropy and divergence of a Gaussian model against the width of the target.

    Parameters
    ----------
    value : float
        Where the target is centred.
    mean, scale : float
        Mean and standard deviation of the model.
    widths : array_like, shape (M,)
        Standard deviations of the target, positive.

    Returns
    -------
    matplotlib.figure.Figure
        On the left three targets and the model; on the right both quantities against the width,
        and the negative log-likelihood of the value as a dashed line.
    """
    narrowing = np.asarray(widths, float)
    figure, (left, right) = plt.subplots(1, 2, figsize=(style.WIDTH, 3.4))
    grid = np.linspace(min(mean, value) - 3 * scale, max(mean, value) + 2 * scale, 1201)
    left.plot(grid, np.exp(-gaussian_nll(grid, mean, scale)), color=style.MODEL, label="model")
    for share, name in ((1.0, "targets"), (0.5, None), (0.25, None)):
        density = np.exp(-gaussian_nll(grid, value, share * scale / 2))
        left.plot(grid, density, color=style.TRUTH, alpha=1.2 - share, label=name)
    left.set_xlabel("value")
    left.set_ylabel("density")
    left.legend(loc="upper left")

    right.semilogx(
        narrowing,
        gaussian_cross_entropy(value, narrowing, mean, scale),
        color=style.CROSS_ENTROPY,
        label="cross-entropy",
    )
    right.semilogx(
        narrowing,
        gaussian_kl_divergence(value, narrowing, mean, scale),
        color=style.MODEL,
        linestyle="-.",
        label="divergence",
    )
    nll = float(gaussian_nll(value, mean, scale))
    right.axhline(nll, color=style.NEUTRAL, linestyle="--", label="NLL of the value")
    right.set_xlabel("width of the target (narrow on the left)")
    right.set_ylabel("nats")
    right.legend()
    return figure


def bands(
    inputs: ArrayLike, values: ArrayLike, fits: Mapping[str, tuple[ArrayLike, ArrayLike]]
) -> Figure:
    """Draw samples with fitted lines and bands of nine tenths, one panel for each fit.

    Parameters
    ----------
    inputs, values : array_like, shape (N,)
        The samples; the inputs are increasing.
    fits : mapping of str to pair of array_like, shape (N,)
        For each fit, the means and the scales at the inputs.

    Returns
    -------
    matplotlib.figure.Figure
        Samples, means, and 1.645 scales on either side, which hold nine tenths of a Gaussian.
    """
    x = np.asarray(inputs, float)
    figure, axes = plt.subplots(1, len(fits), sharex=True, sharey=True, squeeze=False)
    for axis, (name, (means, scales)) in zip(axes[0], fits.items(), strict=True):
        middle, reach = np.asarray(means, float), 1.645 * np.asarray(scales, float)
        axis.fill_between(x, middle - reach, middle + reach, color=style.CONTRAST, alpha=0.35)
        axis.plot(x, np.asarray(values), ".", color=style.NEUTRAL, markersize=4)
        axis.plot(x, middle, color=style.MODEL)
        axis.set_title(name)
        axis.set_xlabel("$x$")
    axes[0, 0].set_ylabel("$y$")
    return figure


def densities(
    edges: ArrayLike, probabilities: ArrayLike, curves: Mapping[str, ArrayLike], grid: ArrayLike
) -> Figure:
    """Draw probabilities of bins as a density, beside other densities.

    Parameters
    ----------
    edges : array_like, shape (K + 1,)
        Edges of the bins, increasing.
    probabilities : array_like, shape (K,)
        Probabilities of the bins.
    curves : mapping of str to array_like, shape (M,)
        Densities on the grid, by name.
    grid : array_like, shape (M,)
        Where the curves are given.

    Returns
    -------
    matplotlib.figure.Figure
        Steps of the height probability over width, and one line for each curve.
    """
    borders = np.asarray(edges, float)
    heights = np.asarray(probabilities, float) / np.diff(borders)
    figure, axis = plt.subplots()
    axis.stairs(heights, borders, fill=True, color=style.CONTRAST, alpha=0.4, label="bins")
    looks = ((style.MODEL, "-"), (style.CROSS_ENTROPY, "--"), (style.TRUTH, "-."))
    for (name, curve), (colour, dash) in zip(curves.items(), looks, strict=False):
        axis.plot(np.asarray(grid), np.asarray(curve), dash, color=colour, label=name)
    axis.set_xlabel("value")
    axis.set_ylabel("density")
    axis.legend()
    return figure
