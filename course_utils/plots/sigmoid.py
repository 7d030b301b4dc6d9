"""Pictures of the chapter *sigmoid*."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch
from numpy.typing import ArrayLike, NDArray

from course_utils.plots import style
from course_utils.sigmoid import odds, sigmoid

Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def linked_scales(logits: ArrayLike, marked: float) -> Figure:
    """Draw the scales of probability, odds and logit, and link what belongs together.

    Parameters
    ----------
    logits : array_like, shape (M,)
        Equally spaced logits, each of which is linked to its odds and its probability.
    marked : float
        The one that is drawn in colour.

    Returns
    -------
    matplotlib.figure.Figure
        Three scales, one below the other: probability, odds and logit.
    """
    scores = np.asarray(logits, dtype=float)
    columns = {"probability": sigmoid(scores), "odds": odds(sigmoid(scores)), "logit": scores}
    figure, axes = plt.subplots(3, 1, figsize=(style.WIDTH, 3.4), height_ratios=[0.05, 1, 1])
    for axis, (name, values) in zip(axes, columns.items(), strict=True):
        margin = 0.05 * (values[-1] - values[0])
        low = values[0] - margin if name == "logit" else 0.0
        axis.set_xlim(low, 1.0 if name == "probability" else values[-1] + margin)
        axis.set_ylim(0, 1)
        axis.set_yticks([])
        axis.spines["left"].set_visible(False)
        axis.grid(visible=False)
        # Nothing of a scale may hide the links that run behind it.
        axis.patch.set_visible(False)
        axis.set_ylabel(name, rotation=0, ha="right", va="center", y=0.0)
        axis.plot(values, np.zeros_like(values), "o", color=style.NEUTRAL, clip_on=False)
        for label in axis.get_xticklabels():
            label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1.0})
            label.set_zorder(3)
    pairs = list(zip(axes, columns.values(), strict=True))
    for (above, top), (below, bottom) in pairwise(pairs):
        for score, start, end in zip(scores, top, bottom, strict=True):
            chosen = bool(np.isclose(score, marked))
            link = ConnectionPatch(
                xyA=(start, 0),
                coordsA=above.transData,
                xyB=(end, 0),
                coordsB=below.transData,
                color=style.HIGHLIGHT if chosen else style.NEUTRAL,
                linewidth=2.5 if chosen else 0.8,
                zorder=-1,
            )
            link.set_in_layout(False)
            figure.add_artist(link)
    return figure


def gaussian_classes(
    inputs: ArrayLike, cases: Mapping[str, tuple[tuple[float, float], tuple[float, float]]]
) -> Figure:
    """Draw two Gaussian classes and the log-odds of the first, for several pairs of classes.

    Parameters
    ----------
    inputs : array_like, shape (M,)
        Where the curves are drawn.
    cases : dict of str to pair
        For each column its title, and mean and scale of class 1 and of class 2.

    Returns
    -------
    matplotlib.figure.Figure
        The densities above, and the log-odds of two equally frequent classes below.
    """
    x = np.asarray(inputs, dtype=float)
    figure, axes = plt.subplots(
        2, len(cases), sharex=True, sharey="row", figsize=(style.WIDTH, 4.4), squeeze=False
    )
    for above, below, (title, classes) in zip(axes[0], axes[1], cases.items(), strict=True):
        log_densities = [
            -(((x - mean) / scale) ** 2) / 2 - np.log(scale * np.sqrt(2 * np.pi))
            for mean, scale in classes
        ]
        for number, log_density in enumerate(log_densities):
            above.plot(
                x, np.exp(log_density), color=style.CLASSES[number], label=f"class {number + 1}"
            )
        below.plot(x, log_densities[0] - log_densities[1], color=style.MODEL)
        below.axhline(0, color="black", linewidth=0.8)
        above.set_title(title)
        below.set_xlabel("input x")
    axes[0, 0].set_ylabel("density")
    axes[0, -1].legend(loc="upper right")
    axes[1, 0].set_ylabel("log-odds of class 1\n(nats)")
    return figure


def s_curves(scores: ArrayLike, curves: Mapping[str, Curve]) -> Figure:
    """Draw S-curves, and the log-odds of the probabilities that they give.

    Parameters
    ----------
    scores : array_like, shape (M,)
        Where the curves are drawn.
    curves : dict of str to callable
        Each turns scores into probabilities strictly between 0 and 1.

    Returns
    -------
    matplotlib.figure.Figure
        The curves on the left, their log-odds on the right.
    """
    m = np.asarray(scores, dtype=float)
    figure, (left, right) = plt.subplots(1, 2, figsize=(style.WIDTH, 3.8))
    for number, (name, curve) in enumerate(curves.items()):
        p = curve(m)
        look = {"color": style.CLASSES[number], "linestyle": "-" if number == 0 else "--"}
        left.plot(m, p, **look)
        right.plot(m, np.log(p) - np.log1p(-p), label=name, **look)
    left.set_ylabel("probability")
    right.set_ylabel("log-odds (nats)")
    right.set_ylim(-12, 12)
    for axis in (left, right):
        axis.set_xlabel("score m")
    figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def errors(panels: Mapping[str, tuple[str, ArrayLike, Mapping[str, ArrayLike]]]) -> Figure:
    """Draw relative errors of several ways to compute the same thing.

    Parameters
    ----------
    panels : dict of str to tuple
        For each panel its title; then what runs along its axis, the places, and the relative
        errors of each way by its name, the same names in every panel.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each, with logarithmic errors; no error is drawn below 1e-17.
    """
    figure, axes = plt.subplots(2, 2, sharey=True, figsize=(style.WIDTH, 5.6))
    looks = ((style.CROSS_ENTROPY, "-"), (style.CONTRAST, "-"), (style.MODEL, "--"))
    for axis, (title, (along, places, ways)) in zip(axes.flat, panels.items(), strict=True):
        for (name, error), (colour, line) in zip(ways.items(), looks, strict=True):
            # An error of zero has no logarithm; the bottom of the picture stands for it.
            drawn = np.maximum(np.asarray(error, dtype=float), 1e-17)
            axis.semilogy(places, drawn, color=colour, linestyle=line, label=name)
        axis.set_title(title)
        axis.set_xlabel(along)
    for axis in axes[:, 0]:
        axis.set_ylabel("relative error")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure
