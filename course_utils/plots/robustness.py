"""Pictures of the chapter *robustness*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.losses import (
    absolute_error,
    brier_score,
    focal_loss,
    generalised_cross_entropy,
    hinge_loss,
    softmax_cross_entropy,
)
from course_utils.plots import style
from course_utils.sigmoid import sigmoid
from course_utils.softmax import softmax

#: Colour and line of each loss, so that no two are told apart by colour alone.
LOOKS = {
    "cross-entropy": (style.CROSS_ENTROPY, "-"),
    "focal": (style.NEUTRAL, "--"),
    "hinge": ("black", ":"),
    "Brier": (style.SQUARED_ERROR, "-"),
    "generalised": (style.CONTRAST, "--"),
    "absolute": (style.HIGHLIGHT, "-."),
}


def losses_against_margin(limit: float = 6.0, q: float = 0.7) -> Figure:
    """Draw six losses of two classes and their slopes against the margin of the label.

    Parameters
    ----------
    limit : float
        The margins run from -limit to limit.
    q : float
        Exponent of the generalised cross-entropy; that of the focal loss is 2.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels: the losses, and their derivatives by the margin.
    """
    margin = np.linspace(-limit, limit, 1201)
    logits = np.column_stack([margin, np.zeros_like(margin)])
    label = np.zeros(len(margin), int)
    p = np.asarray(sigmoid(margin))
    surprise = np.log1p(np.exp(-margin))
    curves = {
        "cross-entropy": (softmax_cross_entropy(label, logits, reduction="none"), p - 1),
        "focal": (
            focal_loss(label, logits, reduction="none"),
            ((1 - p) ** 2 + 2 * p * (1 - p) * surprise) * (p - 1),
        ),
        "hinge": (
            hinge_loss(label, logits, reduction="none"),
            np.where(margin < 1, -1.0, np.where(margin > 1, 0.0, np.nan)),
        ),
        "Brier": (
            brier_score(label, softmax(logits), reduction="none"),
            4 * p * (1 - p) * (p - 1),
        ),
        "generalised": (
            generalised_cross_entropy(label, logits, q=q, reduction="none"),
            p**q * (p - 1),
        ),
        "absolute": (absolute_error(label, logits, reduction="none"), 2 * p * (p - 1)),
    }
    figure, (left, right) = plt.subplots(1, 2, figsize=(style.WIDTH, 4.0), sharex=True)
    for name, (loss, slope) in curves.items():
        colour, line = LOOKS[name]
        left.plot(margin, loss, line, color=colour, label=name)
        right.plot(margin, slope, line, color=colour, label=name)
    left.set_ylabel("loss")
    right.set_ylabel("slope of the loss")
    for axis in (left, right):
        axis.set_xlabel("margin $m$ (wrong on the left)")
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def error_rates(rates: Mapping[str, Mapping[str, ArrayLike]], shares: Sequence[str]) -> Figure:
    """Draw error rates of models trained with several losses, one panel for each share of noise.

    Parameters
    ----------
    rates : mapping of str to mapping of str to array_like, shape (runs,)
        For each loss and each share of wrong labels, the error rate of each run.
    shares : sequence of str
        The shares, one panel each.

    Returns
    -------
    matplotlib.figure.Figure
        One dot for each run, and a line at the mean of each loss.
    """
    figure, axes = plt.subplots(
        1, len(shares), figsize=(style.WIDTH, 3.2), sharex=True, sharey=True, squeeze=False
    )
    for axis, share in zip(axes[0], shares, strict=True):
        for place, (name, runs) in enumerate(rates.items()):
            found = np.asarray(runs[share], float)
            colour = LOOKS[name][0]
            axis.plot(found, np.full(len(found), place), "o", color=colour, alpha=0.6)
            axis.plot([found.mean()] * 2, [place - 0.3, place + 0.3], color=colour)
        axis.set_title(share)
        axis.set_xlabel("error rate on clean labels")
    axes[0, 0].set_yticks(range(len(rates)), list(rates))
    axes[0, 0].invert_yaxis()
    axes[0, 0].set_xlim(left=0)
    return figure
