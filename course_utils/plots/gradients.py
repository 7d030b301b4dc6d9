"""Pictures of the chapter *gradients*."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from course_utils.plots import style
from course_utils.sigmoid import sigmoid

#: Line style of each start, so that a pair of runs can be told apart without colour.
DASHES: tuple[Literal["-", "--"], ...] = ("-", "--")


def slopes_against_logit(limit: float = 8.0) -> Figure:
    """Draw the logit gradients of both losses for the target 0, with the peak of the second.

    Parameters
    ----------
    limit : float
        The logits run from -limit to limit.

    Returns
    -------
    matplotlib.figure.Figure
        Cross-entropy p and squared error 2 p² (1 − p), against the logit.
    """
    logits = np.linspace(-limit, limit, 801)
    p = np.asarray(sigmoid(logits))
    figure, axis = plt.subplots()
    axis.plot(logits, p, color=style.CROSS_ENTROPY, label="cross-entropy: $p$")
    axis.plot(
        logits,
        2 * p**2 * (1 - p),
        color=style.SQUARED_ERROR,
        label="squared error: $2p^2(1-p)$",
    )
    # Its derivative in p, 2p(2 − 3p), changes sign at p = 2/3, where the logit is log 2.
    axis.plot(np.log(2), 8 / 27, "o", color=style.SQUARED_ERROR)
    axis.axvspan(np.log(2), limit, color=style.NEUTRAL, alpha=0.12, linewidth=0)
    axis.text(
        limit,
        0.56,
        "squared error: \nmore wrong, \nless correction ",
        ha="right",
        va="center",
        color=style.SQUARED_ERROR,
    )
    axis.set_xlabel("logit $m$ (target 0: right on the left, wrong on the right)")
    axis.set_ylabel("logit gradient")
    axis.legend(loc="upper left")
    return figure


def race(outputs: Mapping[str, Mapping[str, ArrayLike]]) -> Figure:
    """Draw the output of a neuron during training, one panel for each loss.

    Parameters
    ----------
    outputs : mapping of str to mapping of str to array_like, shape (steps + 1,)
        For each loss, and each start, the outputs step by step.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each loss, one line for each start.
    """
    colours = {"squared error": style.SQUARED_ERROR, "cross-entropy": style.CROSS_ENTROPY}
    figure, axes = plt.subplots(1, len(outputs), sharey=True, squeeze=False)
    for axis, (loss, runs) in zip(axes[0], outputs.items(), strict=True):
        for (start, path), dash in zip(runs.items(), DASHES, strict=True):
            axis.plot(np.asarray(path), dash, color=colours[loss], label=start)
        axis.set_title(loss)
        axis.set_xlabel("steps of training")
        axis.set_ylim(0, 1)
    axes[0, 0].set_ylabel("output (target 0)")
    # One legend for both panels, above them: the curves leave no room for it inside.
    starts = list(next(iter(outputs.values())))
    samples = [Line2D([], [], color=style.NEUTRAL, linestyle=dash) for dash in DASHES]
    figure.legend(samples, starts, loc="outside upper center", ncols=len(starts))
    return figure


def regions(weights: ArrayLike, bias: ArrayLike, points: ArrayLike, labels: ArrayLike) -> Figure:
    """Draw samples in the plane over the class that a softmax regression gives to each place.

    Parameters
    ----------
    weights : array_like, shape (K, 2)
        Weights of the K classes.
    bias : array_like, shape (K,)
        Biases of the K classes.
    points : array_like, shape (N, 2)
        The samples.
    labels : array_like, shape (N,)
        Their classes, in 0..K-1.

    Returns
    -------
    matplotlib.figure.Figure
        Regions of the classes, and the samples with a marker for each class.
    """
    where, which = np.asarray(points, float), np.asarray(labels)
    low, high = where.min(axis=0) - 0.7, where.max(axis=0) + 0.7
    first, second = np.meshgrid(
        np.linspace(low[0], high[0], 300), np.linspace(low[1], high[1], 300)
    )
    logits = np.stack([first, second], axis=-1) @ np.asarray(weights).T + np.asarray(bias)
    classes = logits.shape[-1]
    figure, axis = plt.subplots(figsize=(style.WIDTH, 4.2))
    axis.contourf(
        first,
        second,
        logits.argmax(axis=-1),
        levels=np.arange(classes + 1) - 0.5,
        colors=style.CLASSES[:classes],
        alpha=0.18,
    )
    for label, marker in zip(range(classes), "osD^v<>", strict=False):
        mine = where[which == label]
        axis.plot(*mine.T, marker, color=style.CLASSES[label], markersize=4, label=f"class {label}")
    axis.set_xlabel("first feature")
    axis.set_ylabel("second feature")
    axis.legend()
    return figure
