"""Pictures of the chapter *cross-entropy*."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from course_utils.information import cross_entropy, entropy
from course_utils.losses import categorical_cross_entropy, squared_error, zero_one_loss
from course_utils.plots import style
from course_utils.softmax import log_softmax, softmax


def terms_used(
    models: Mapping[str, ArrayLike], labels: ArrayLike, names: tuple[str, ...]
) -> Figure:
    """Draw the table of predictions, with the one probability lit that cross-entropy uses.

    Parameters
    ----------
    models : mapping of str to array_like, shape (N, K)
        The predictions of each model, one sample a row.
    labels : array_like, shape (N,)
        The true classes.
    names : tuple of str
        Names of the K classes.

    Returns
    -------
    matplotlib.figure.Figure
        One table for each model; behind every row its loss.
    """
    truth = np.asarray(labels)
    figure, axes = plt.subplots(1, len(models), figsize=(style.WIDTH, 2.5), squeeze=False)
    for axis, (title, predictions) in zip(axes[0], models.items(), strict=True):
        table = np.asarray(predictions, dtype=float)
        losses = categorical_cross_entropy(truth, table, reduction="none")
        for (row, column), probability in np.ndenumerate(table):
            lit = column == truth[row]
            axis.add_patch(
                Rectangle(
                    (column - 0.46, row - 0.42),
                    0.92,
                    0.84,
                    facecolor=style.MODEL if lit else "white",
                    edgecolor=style.MODEL if lit else "#d1d5db",
                )
            )
            colour = "white" if lit else style.NEUTRAL
            axis.text(column, row, f"{probability:.1f}", color=colour, ha="center", va="center")
        for row, loss in enumerate(losses):
            axis.text(
                len(names), row, f"{loss:.2f}", color=style.CROSS_ENTROPY, ha="center", va="center"
            )
        axis.set_title(f"{title}: mean {losses.mean():.2f}")
        axis.set_xticks(range(len(names) + 1), [*names, "loss"])
        axis.set_yticks(range(len(table)), [f"sample {row + 1}" for row in range(len(table))])
        axis.set_xlim(-0.6, len(names) + 0.6)
        axis.set_ylim(len(table) - 0.5, -0.5)
        axis.xaxis.tick_top()
        axis.tick_params(length=0)
        axis.grid(visible=False)
        axis.spines[:].set_visible(False)
    axes[0, -1].tick_params(labelleft=len(models) == 1)
    return figure


def losses_of_one_prediction() -> Figure:
    """Draw three losses of one sample of two classes against the probability of the true class.

    Returns
    -------
    matplotlib.figure.Figure
        Error, squared error (summed over both classes) and cross-entropy.
    """
    # Both sides of a half are drawn apart, since the error jumps there.
    below, above = np.linspace(0.005, 0.4999, 300), np.linspace(0.5001, 1, 300)
    figure, axis = plt.subplots()
    for name, loss, colour in (
        ("cross-entropy", categorical_cross_entropy, style.CROSS_ENTROPY),
        ("squared error", squared_error, style.SQUARED_ERROR),
        ("error, 0 or 1", zero_one_loss, style.NEUTRAL),
    ):
        sides = [
            np.asarray(loss(np.zeros(len(q), int), np.column_stack([q, 1 - q]), reduction="none"))
            for q in (below, above)
        ]
        axis.plot(
            [*below, np.nan, *above], [*sides[0], np.nan, *sides[1]], color=colour, label=name
        )
    axis.set_xlabel("probability that the model gave to the true class")
    axis.set_ylabel("loss of this sample")
    axis.set_ylim(-0.1, 4.5)
    axis.legend()
    return figure


def from_scores_to_loss(logits: ArrayLike, label: int, names: tuple[str, ...]) -> Figure:
    """Draw the way of one sample: scores, probabilities, surprisals, and the loss among them.

    Parameters
    ----------
    logits : array_like, shape (K,)
        The scores of the classes.
    label : int
        The true class.
    names : tuple of str
        Names of the K classes.

    Returns
    -------
    matplotlib.figure.Figure
        Three panels of bars, with an arrow from each to the next; the true class stands out.
    """
    scores = np.asarray(logits, dtype=float)
    surprisals = -log_softmax(scores)
    figure, axes = plt.subplots(
        1, 5, figsize=(style.WIDTH, 2.9), gridspec_kw={"width_ratios": (6, 1.6, 6, 1.6, 6)}
    )
    for axis, step in zip(axes[1::2], ("softmax", "−log"), strict=True):
        axis.set_axis_off()
        axis.annotate("", (1, 0.5), (0, 0.5), arrowprops={"arrowstyle": "-|>", "color": "black"})
        axis.text(0.5, 0.54, step, ha="center", va="bottom", fontsize=10)
    colours = [style.CROSS_ENTROPY if k == label else "#d1d5db" for k in range(len(scores))]
    # With fewer digits, the probabilities of the chapter's example would not sum to one, and
    # the logarithms would not be those of the probabilities shown.
    panels = (
        (scores, "scores", 1),
        (softmax(scores), "probabilities", 4),
        (surprisals, "−log probabilities", 4),
    )
    for axis, (heights, title, digits) in zip(axes[::2], panels, strict=True):
        bars = axis.bar(names, heights, color=colours)
        numbers = [f"{height:.{digits}f}".replace("-", "−") for height in heights]
        axis.bar_label(bars, numbers, padding=2, fontsize=10)
        axis.axhline(0, color="black", linewidth=0.8)
        axis.set_title(title, fontsize=11)
        axis.margins(y=0.15)
        axis.set_yticks([])
        axis.tick_params(length=0)
        axis.grid(visible=False)
        axis.spines[["left", "bottom"]].set_visible(False)
    return figure


def minima_on_the_entropy(truths: ArrayLike, shown: float) -> Figure:
    """Draw the cross-entropy of every model of two classes, for several truths.

    Parameters
    ----------
    truths : array_like, shape (M,)
        True probabilities of the first class, one curve for each.
    shown : float
        The model at which the divergence of the first truth is marked.

    Returns
    -------
    matplotlib.figure.Figure
        One curve for each truth; the minima lie on the dashed curve of the entropy.
    """
    q = np.linspace(0.0005, 0.9995, 1999)
    models = np.column_stack([q, 1 - q])
    figure, axis = plt.subplots()
    ends = np.linspace(0, 1, 401)
    axis.plot(
        ends,
        entropy(np.column_stack([ends, 1 - ends])),
        color=style.NEUTRAL,
        linestyle="--",
        label="entropy",
    )
    for number, p in enumerate(np.asarray(truths, dtype=float)):
        truth = np.array([p, 1 - p])
        colour = style.CLASSES[number]
        axis.plot(q, cross_entropy(truth, models), color=colour, label=f"$p$ = {p:g}")
        axis.plot(p, float(entropy(truth)), "o", color=colour, clip_on=False, zorder=3)
        if number == 0:
            model = np.array([shown, 1 - shown])
            floor, height = float(entropy(truth)), float(cross_entropy(truth, model))
            axis.annotate(
                "",
                (shown, floor),
                (shown, height),
                arrowprops={"arrowstyle": "<->", "shrinkA": 0, "shrinkB": 0},
            )
            axis.plot([shown, p], [floor, floor], color=colour, linewidth=2, linestyle=":")
            axis.text(shown + 0.012, floor + 0.3 * (height - floor), "divergence", va="center")
    axis.set_xlabel("probability that the model gives to the first class")
    axis.set_ylabel("cross-entropy (nats)")
    axis.set_ylim(0, 2.5)
    axis.legend(ncols=2)
    return figure
