"""Pictures of the chapter *convexity*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.losses import sigmoid_cross_entropy
from course_utils.plots import style
from course_utils.sigmoid import sigmoid

COLOURS = {"cross-entropy": style.CROSS_ENTROPY, "squared error": style.SQUARED_ERROR}


def two_surfaces(
    features: ArrayLike, outcomes: ArrayLike, paths: Mapping[str, Sequence[ArrayLike]]
) -> Figure:
    """Draw both losses of a logistic model with one weight over (w, b), and the paths of descents.

    Parameters
    ----------
    features : array_like, shape (N,)
        The inputs.
    outcomes : array_like, shape (N,)
        Their targets, 0 or 1.
    paths : mapping of str to sequence of array_like, shape (steps + 1, 2)
        For "cross-entropy" and "squared error", the points (w, b) of each descent.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each loss: level lines, the paths with their starts (circles) and ends
        (points), and a star at the lowest place of the panel.
    """
    x, y = np.asarray(features, float), np.asarray(outcomes)
    weights, biases = np.linspace(-7, 4, 221), np.linspace(-7, 7, 281)
    logits = weights[np.newaxis, :, np.newaxis] * x + biases[:, np.newaxis, np.newaxis]
    targets = np.broadcast_to(y, logits.shape)
    surfaces = {
        "cross-entropy": sigmoid_cross_entropy(targets, logits, reduction="none").mean(axis=-1),
        "squared error": np.mean((sigmoid(logits) - y) ** 2, axis=-1),
    }
    figure, axes = plt.subplots(1, 2, sharex=True, sharey=True, figsize=(style.WIDTH, 4.0))
    for axis, (name, surface) in zip(axes, surfaces.items(), strict=True):
        # Levels at equal shares of the area show plateaus as empty places.
        levels = np.quantile(surface, np.linspace(0, 1, 16))
        # Every fourth point of the grid draws the same lines, in a file a quarter as large.
        drawn = weights[::4], biases[::4], surface[::4, ::4]
        axis.contourf(*drawn, levels=levels, cmap="Greys", alpha=0.75)
        axis.contour(*drawn, levels=levels, colors="black", linewidths=0.4)
        for path in paths[name]:
            points = np.asarray(path)
            axis.plot(*points.T, color=COLOURS[name], linewidth=2.5)
            axis.plot(*points[0], "o", color=COLOURS[name], markerfacecolor="white", markersize=7)
            axis.plot(*points[-1], "o", color=COLOURS[name], markersize=6)
        row, column = np.unravel_index(surface.argmin(), surface.shape)
        axis.plot(weights[column], biases[row], "*", color=style.HIGHLIGHT, markersize=14, zorder=3)
        axis.set_title(name)
        axis.set_xlabel("weight $w$")
        axis.grid(visible=False)
    axes[0].set_ylabel("bias $b$")
    return figure


def one_weight(weights: ArrayLike, losses: Mapping[str, ArrayLike]) -> Figure:
    """Draw losses against the only weight of a model, and mark every local minimum.

    Parameters
    ----------
    weights : array_like, shape (M,)
        Values of the weight, increasing.
    losses : mapping of str to array_like, shape (M,)
        The values of "cross-entropy" and "squared error" there.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each loss, with a point at every place that is lower than its neighbours.
    """
    w = np.asarray(weights, float)
    figure, axes = plt.subplots(1, len(losses), squeeze=False)
    for axis, (name, values) in zip(axes[0], losses.items(), strict=True):
        loss = np.asarray(values, float)
        axis.plot(w, loss, color=COLOURS[name])
        inner = np.flatnonzero((loss[1:-1] < loss[:-2]) & (loss[1:-1] < loss[2:])) + 1
        axis.plot(w[inner], loss[inner], "o", color=COLOURS[name], markersize=8)
        axis.set_title(name)
        axis.set_xlabel("weight $w$")
    axes[0, 0].set_ylabel("mean loss")
    return figure


def loss_against_scale(scales: ArrayLike, losses: Mapping[str, ArrayLike]) -> Figure:
    """Draw losses against the factor by which all parameters are multiplied.

    Parameters
    ----------
    scales : array_like, shape (M,)
        The factors, positive and increasing.
    losses : mapping of str to array_like, shape (M,)
        For up to three data sets or penalties, the loss at these factors.

    Returns
    -------
    matplotlib.figure.Figure
        One line each, on logarithmic scales; a point at the lowest place of those lines that have
        it inside the picture.
    """
    factors = np.asarray(scales, float)
    looks = ((style.MODEL, "-"), (style.CROSS_ENTROPY, "--"), (style.TRUTH, "-."))
    figure, axis = plt.subplots()
    for (name, values), (colour, dash) in zip(losses.items(), looks, strict=False):
        loss = np.asarray(values, float)
        axis.loglog(factors, loss, dash, color=colour, label=name)
        lowest = int(loss.argmin())
        if 0 < lowest < len(loss) - 1:
            axis.plot(factors[lowest], loss[lowest], "o", color=colour, markersize=8)
    axis.set_xlabel("factor $t$ on weight and bias")
    axis.set_ylabel("mean loss")
    axis.legend()
    return figure
