"""Pictures of the chapter *calibration*."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.calibration import ReliabilityCurve
from course_utils.plots import style

COLOURS = {
    "cross-entropy": style.CROSS_ENTROPY,
    "Brier score": style.SQUARED_ERROR,
    "absolute error": style.HIGHLIGHT,
    "zero-one loss": style.NEUTRAL,
}


def mean_losses(truth: float) -> Figure:
    """Draw the mean losses of a forecast of two classes, with the minimum of each.

    Parameters
    ----------
    truth : float
        The true probability of the first class, above 1/2 and below 1.

    Returns
    -------
    matplotlib.figure.Figure
        One line for each loss against the forecast, and the truth as a dashed line.
    """
    forecast = np.arange(1, 1000) / 1000
    of_first = {
        "cross-entropy": -np.log(forecast),
        "Brier score": 2 * (1 - forecast) ** 2,
        "absolute error": 2 * (1 - forecast),
        # At the tie the line is cut, so that the step shows as a step.
        "zero-one loss": np.where(forecast == 0.5, np.nan, forecast < 0.5),
    }
    figure, axis = plt.subplots(figsize=(style.WIDTH, 4.2))
    axis.axvline(truth, color=style.TRUTH, linestyle="--", label="the truth")
    for name, loss in of_first.items():
        # The loss of the second class is that of the first at the opposite forecast.
        mean = truth * loss + (1 - truth) * loss[::-1]
        axis.plot(forecast, mean, color=COLOURS[name], label=name)
        if name == "zero-one loss":
            continue
        lowest = np.argmin(mean)
        axis.plot(forecast[lowest], mean[lowest], "o", color=COLOURS[name], markersize=8)
    axis.set_ylim(0, 1.8)
    axis.set_xlabel("forecast of the first class")
    axis.set_ylabel("mean loss")
    axis.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1))
    return figure


def reliability(curves: Mapping[str, ReliabilityCurve]) -> Figure:
    """Draw reliability diagrams side by side, each over the counts of its bins.

    Parameters
    ----------
    curves : mapping of str to ReliabilityCurve
        One curve for each panel, by its title.

    Returns
    -------
    matplotlib.figure.Figure
        Above, how often the event came against the mean forecast, with intervals; below, counts.
    """
    figure, axes = plt.subplots(
        2,
        len(curves),
        figsize=(style.WIDTH, 4.4),
        sharex=True,
        sharey="row",
        height_ratios=(3, 1),
        squeeze=False,
    )
    for above, below, (title, curve) in zip(axes[0], axes[1], curves.items(), strict=True):
        filled = curve.counts > 0
        forecast, frequency = curve.prob_pred[filled], curve.prob_true[filled]
        above.plot([0, 1], [0, 1], color=style.TRUTH, linestyle="--", linewidth=1.2)
        # An interval of a frequency always holds it, but for rounding.
        errors = np.maximum(0, [frequency - curve.lower[filled], curve.upper[filled] - frequency])
        above.errorbar(
            forecast,
            frequency,
            errors,
            fmt="o",
            color=style.MODEL,
            markersize=4,
            linewidth=1.4,
            clip_on=False,
        )
        above.set_title(title)
        above.set_aspect("equal")
        above.set_xlim(0, 1)
        above.set_ylim(0, 1)
        below.bar(
            curve.edges[:-1],
            curve.counts,
            np.diff(curve.edges),
            align="edge",
            color=style.MODEL,
            edgecolor="white",
        )
        below.set_xlabel("forecast")
    axes[0, 0].set_ylabel("frequency")
    axes[1, 0].set_ylabel("cases")
    return figure


def loss_against_temperature(
    temperatures: ArrayLike, losses: ArrayLike, temperature: float
) -> Figure:
    """Draw a loss against the temperature and against its inverse.

    Parameters
    ----------
    temperatures : array_like, shape (M,)
        Positive temperatures.
    losses : array_like, shape (M,)
        The loss at each.
    temperature : float
        The best one, which is marked.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels: the loss against β = 1/T, and against T.
    """
    t, loss = np.asarray(temperatures, float), np.asarray(losses, float)
    lowest = float(np.interp(np.log(temperature), np.log(t), loss))
    figure, axes = plt.subplots(1, 2, sharey=True, figsize=(style.WIDTH, 3.2))
    for axis, places, best, name in (
        (axes[0], 1 / t, 1 / temperature, r"inverse temperature $\beta$"),
        (axes[1], t, temperature, "temperature $T$"),
    ):
        axis.plot(places, loss, color=style.CROSS_ENTROPY)
        axis.plot(best, lowest, "o", color=style.CROSS_ENTROPY, markersize=8)
        axis.set_xlabel(name)
    axes[0].set_ylabel("mean cross-entropy (nats)")
    return figure
