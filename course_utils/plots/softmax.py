"""Pictures of the chapter *softmax*."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.plots import style
from course_utils.softmax import logsumexp, softmax


def shift_invariance(logits: ArrayLike, shifts: ArrayLike, names: tuple[str, ...]) -> Figure:
    """Draw logits, log-sum-exp and probabilities, before and after a constant is added.

    Parameters
    ----------
    logits : array_like, shape (K,)
        The logits before the shift.
    shifts : array_like, shape (M,)
        The constants to add, one column of the picture for each.
    names : tuple of str
        Names of the K classes.

    Returns
    -------
    matplotlib.figure.Figure
        Two rows: logits with log-sum-exp above, probabilities below.
    """
    scores = np.asarray(logits, dtype=float)
    moves = np.asarray(shifts, dtype=float)
    figure, axes = plt.subplots(
        2, len(moves), sharey="row", figsize=(style.WIDTH, 4.6), squeeze=False
    )
    for above, below, move in zip(axes[0], axes[1], moves, strict=True):
        moved = scores + move
        above.bar(names, moved, color=style.CLASSES[: len(scores)])
        above.axhline(float(logsumexp(moved)), color=style.NEUTRAL, linestyle="--")
        above.axhline(0, color="black", linewidth=0.8)
        above.set_title(f"constant added: {move:g}")
        below.bar(names, softmax(moved), color=style.CLASSES[: len(scores)])
        below.set_ylim(0, 1)
    axes[0, 0].set_ylabel("logit\n(dashed: log-sum-exp)")
    axes[1, 0].set_ylabel("probability")
    return figure


def error_against_gap(gaps: ArrayLike, errors: dict[str, ArrayLike]) -> Figure:
    """Draw relative errors of the loss against the gap between the label's logit and the other.

    Parameters
    ----------
    gaps : array_like, shape (M,)
        Logit of the label minus logit of the other class.
    errors : dict of str to array_like, shape (M,)
        Relative error of each way to compute the loss, by its name.

    Returns
    -------
    matplotlib.figure.Figure
        One line for each way, on a logarithmic scale.
    """
    figure, axis = plt.subplots()
    for (name, error), colour in zip(
        errors.items(), (style.CROSS_ENTROPY, style.HIGHLIGHT, style.MODEL), strict=True
    ):
        # An error of zero has no logarithm; the bottom of the picture stands for it.
        axis.semilogy(gaps, np.maximum(np.asarray(error, float), 1e-17), color=colour, label=name)
    axis.set_xlabel("gap: logit of the label minus the other logit")
    axis.set_ylabel("relative error of the loss")
    axis.legend()
    return figure
