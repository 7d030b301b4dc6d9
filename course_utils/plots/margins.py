"""Pictures of the chapter on margins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.margins import (
    additive_margin_logits,
    arcface_logits,
    large_margin_logits,
    soft_margin_logits,
)
from course_utils.plots import style


def target_logits(
    *, large: int, soft: float, length: float, additive: float, angle: float
) -> Figure:
    """Draw the label's logit against the angle, with the four margins and without.

    Parameters
    ----------
    large, soft, additive, angle : float
        The margins of L-Softmax, soft margin, additive margin and ArcFace.
    length : float
        The length of the inner product, from which the soft margin is subtracted.

    Returns
    -------
    matplotlib.figure.Figure
        Logits divided by the scale, or by the lengths; on the right the end of the range, where
        ArcFace turns back and its fallback, dotted, jumps.
    """
    degrees = np.linspace(0, 180, 721)
    cosines = np.column_stack([np.cos(np.radians(degrees)), np.zeros_like(degrees)])
    labels, ones = np.zeros(len(degrees), int), np.ones(len(degrees))
    lengths = length * ones
    figure, axes = plt.subplots(1, 2, figsize=(style.WIDTH, 4.4), width_ratios=(3, 2))
    lines = {
        "L-Softmax": large_margin_logits(labels, cosines, ones, margin=large),
        "soft margin": soft_margin_logits(labels, cosines, lengths, margin=soft) / length,
        "additive margin": additive_margin_logits(labels, cosines, margin=additive, scale=1),
        "ArcFace": arcface_logits(labels, cosines, margin=angle, scale=1),
    }
    dashes = ("-.", (0, (1, 1)), "--", "-")
    beyond = np.radians(degrees) > np.pi - angle
    rest = arcface_logits(labels, cosines, margin=angle, scale=1, fallback=True)[beyond, 0]
    for axis in axes:
        axis.plot(degrees, cosines[:, 0], color="black", linewidth=1.2, label="no margin")
        for (name, logits), colour, dash in zip(lines.items(), style.CLASSES, dashes, strict=False):
            axis.plot(degrees, logits[:, 0], color=colour, linestyle=dash, label=name)
        label = "ArcFace, fallback"
        axis.plot(degrees[beyond], rest, ":", color=style.NEUTRAL, linewidth=3, label=label)
    axes[0].set_xticks(np.arange(0, 181, 30))
    axes[1].set(xlim=(130, 180), ylim=(-1.4, -0.6))
    figure.supxlabel("angle between feature and weights of the label (degrees)", fontsize=11)
    axes[0].set_ylabel("label's logit, per unit of scale")
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=3)
    return figure


def probability_bound(scales: ArrayLike, classes: Sequence[int]) -> Figure:
    """Draw the largest probability that cosines can give against the scale.

    Parameters
    ----------
    scales : array_like, shape (M,)
        Scales, positive.
    classes : sequence of int
        Numbers of classes, a line each.

    Returns
    -------
    matplotlib.figure.Figure
        The probability of the label where its cosine is 1 and all others are -1.
    """
    s = np.asarray(scales, dtype=float)
    figure, axis = plt.subplots()
    for count, dash in zip(classes, ("-", "--", "-."), strict=False):
        axis.plot(s, 1 / (1 + (count - 1) * np.exp(-2 * s)), dash, label=f"{count:,} classes")
    axis.set_ylim(0, 1.02)
    axis.set_xlabel("scale $s$")
    axis.set_ylabel("largest possible probability")
    figure.legend(loc="outside upper center", ncols=len(classes))
    return figure


def circles(panels: Mapping[str, tuple[ArrayLike, ArrayLike, ArrayLike]]) -> Figure:
    """Draw unit features in the plane around a circle, with the weights of the classes.

    Parameters
    ----------
    panels : mapping of str to tuple of array_like
        By title: features (N, 2) and weights (K, 2), all of length 1, and labels (N,) in 0..K-1.

    Returns
    -------
    matplotlib.figure.Figure
        Features lie on the circle, pushed outwards at random for the eye; weights are rays.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(style.WIDTH, 3.2), squeeze=False)
    for axis, (title, (features, weights, labels)) in zip(axes[0], panels.items(), strict=True):
        points, rays = np.asarray(features, dtype=float), np.asarray(weights, dtype=float)
        outwards = 1 + 0.12 * np.random.default_rng(0).random((len(points), 1))
        for k, ray in enumerate(rays):
            colour = style.CLASSES[k]
            mine = np.asarray(labels) == k
            axis.plot(*(outwards * points)[mine].T, ".", markersize=3, color=colour)
            axis.plot([0, ray[0]], [0, ray[1]], color=colour, linewidth=1.6)
            axis.annotate(str(k), 0.72 * ray, ha="center", va="center", color="black")
        axis.set(xlim=(-1.25, 1.25), ylim=(-1.25, 1.25), title=title, aspect="equal")
        axis.set_axis_off()
    return figure
