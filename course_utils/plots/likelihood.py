"""Pictures of the chapter *likelihood*."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.likelihood import bernoulli_log_likelihood, gaussian_nll, laplace_nll
from course_utils.plots import style


def coin_likelihood(outcomes: ArrayLike, candidates: Mapping[str, float]) -> Figure:
    """Draw the likelihood of a coin and its logarithm, and mark some candidates.

    Parameters
    ----------
    outcomes : array_like, shape (N,)
        The tosses: 1 for heads, 0 for tails.
    candidates : mapping of str to float
        Probabilities of heads to mark, by the name that stands beside the mark.

    Returns
    -------
    matplotlib.figure.Figure
        The likelihood on the left, its logarithm on the right; a dashed line at the largest.
    """
    tosses = np.asarray(outcomes)
    # Dense towards the ends, where the logarithm falls without end, and without them.
    theta = 0.5 - 0.5 * np.cos(np.pi * np.arange(1, 2000) / 2000)
    marks = np.array(list(candidates.values()))
    figure, axes = plt.subplots(1, 2, figsize=(style.WIDTH, style.HEIGHT))
    curve = bernoulli_log_likelihood(tosses, theta)
    heights = bernoulli_log_likelihood(tosses, marks)
    shown = ((np.exp(curve), np.exp(heights)), (curve, heights))
    for axis, (line, dots) in zip(axes, shown, strict=True):
        axis.plot(theta, line, color=style.MODEL)
        axis.plot(marks, dots, "o", color=style.HIGHLIGHT, markeredgecolor="black", zorder=3)
        axis.axvline(tosses.mean(), color=style.NEUTRAL, linestyle="--", linewidth=1.2)
        for name, mark, dot in zip(candidates, marks, dots, strict=True):
            axis.annotate(name, (mark, dot), xytext=(8, 5), textcoords="offset points")
        axis.set_xlabel("θ, probability of heads")
        axis.set_xlim(0, 1)
    axes[0].set_ylabel("likelihood")
    axes[0].set_ylim(0, None)
    axes[1].set_ylabel("log-likelihood (nats)")
    # The marks say how much of the endless curve is worth showing.
    axes[1].set_ylim(1.4 * heights.min(), 0)
    return figure


def estimates(truth: float, shares: Mapping[int, ArrayLike]) -> Figure:
    """Draw how estimates of many samples spread around the truth, one panel for each sample size.

    Parameters
    ----------
    truth : float
        The probability of heads with which the samples were made.
    shares : mapping of int to array_like, shape (M,)
        The estimates from M samples, by the size of each sample.

    Returns
    -------
    matplotlib.figure.Figure
        One histogram for each size, over the same bins; the truth is the vertical line.
    """
    figure, axes = plt.subplots(
        1, len(shares), sharey=True, figsize=(style.WIDTH, 2.9), squeeze=False
    )
    # The tenths lie in the middle of bins, so that no estimate from ten tosses lies on an edge.
    edges = np.linspace(-0.025, 1.025, 22)
    for axis, (size, estimate) in zip(axes[0], shares.items(), strict=True):
        values = np.asarray(estimate, dtype=float)
        each = np.full(len(values), 1 / len(values))
        axis.hist(values, bins=edges, weights=each, color=style.MODEL)
        axis.axvline(truth, color=style.TRUTH)
        axis.set_title(f"{size} tosses")
        axis.set_xlabel("estimate of θ")
        axis.set_xlim(0, 1)
    axes[0, 0].set_ylabel("share of the samples")
    return figure


def fitted_lines(inputs: ArrayLike, observed: ArrayLike, lines: Mapping[str, ArrayLike]) -> Figure:
    """Draw points and the lines that were fitted to them.

    Parameters
    ----------
    inputs, observed : array_like, shape (N,)
        The points: hours and pages.
    lines : mapping of str to array_like, shape (2,)
        Intercept and slope of each line, by its name. The first is that of squares.

    Returns
    -------
    matplotlib.figure.Figure
        The points and the lines over the range of the inputs.
    """
    x = np.asarray(inputs, dtype=float)
    ends = np.array([x.min(), x.max()])
    figure, axis = plt.subplots()
    # As in the picture of the losses: squares belong to Gaussian noise, absolute values to Laplace.
    kinds = ((style.SQUARED_ERROR, "-"), (style.MODEL, "--"))
    for (name, line), (colour, dashes) in zip(lines.items(), kinds, strict=True):
        intercept, slope = np.asarray(line, dtype=float)
        axis.plot(ends, intercept + slope * ends, dashes, color=colour, label=name)
    axis.plot(x, observed, "o", color=style.TRUTH, zorder=3)
    axis.set_xlabel("hours")
    axis.set_ylabel("pages")
    axis.legend()
    return figure


def noise_and_loss(scale: float) -> Figure:
    """Draw the densities of Gaussian and Laplace noise, and the losses that they become.

    Parameters
    ----------
    scale : float
        The scale s of both.

    Returns
    -------
    matplotlib.figure.Figure
        The densities on the left, minus their logarithms on the right.
    """
    residual = np.linspace(-5 * scale, 5 * scale, 1001)
    losses = {
        "Gaussian": (gaussian_nll(residual, 0.0, scale), style.SQUARED_ERROR, "-"),
        "Laplace": (laplace_nll(residual, 0.0, scale), style.MODEL, "--"),
    }
    figure, (left, right) = plt.subplots(1, 2, figsize=(style.WIDTH, style.HEIGHT))
    for name, (loss, colour, dashes) in losses.items():
        left.plot(residual, np.exp(-loss), dashes, color=colour, label=name)
        right.plot(residual, loss, dashes, color=colour, label=name)
    for axis in (left, right):
        axis.set_xlabel("observed minus predicted")
    left.set_ylabel("density of the noise")
    left.set_ylim(0, None)
    right.set_ylabel("loss: −log density (nats)")
    right.legend(loc="upper center")
    return figure
