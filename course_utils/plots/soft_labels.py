"""Pictures of the chapter on soft labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.labels import labels_from_votes
from course_utils.losses import binary_cross_entropy
from course_utils.plots import style

COLOURS = (style.MODEL, style.CROSS_ENTROPY, style.NEUTRAL)
MARKS = ("o", "s", "^")


def hard_and_soft(counts: Sequence[int], name: str) -> Figure:
    """Draw the loss of the majority label and of the soft label of two classes.

    Parameters
    ----------
    counts : sequence of int
        Votes for the first and for the second class; the first has the majority.
    name : str
        The first class.

    Returns
    -------
    matplotlib.figure.Figure
        Both losses against the model's probability of the first class; the minimum of the soft one
        is marked.
    """
    share = float(labels_from_votes(counts)[0])
    q = np.linspace(0.02, 0.98, 481)
    figure, axis = plt.subplots()
    hard = binary_cross_entropy(np.ones_like(q), q, reduction="none")
    soft = binary_cross_entropy(np.full_like(q, share), q, reduction="none")
    axis.plot(q, hard, "--", color=style.CROSS_ENTROPY, label="majority label")
    axis.plot(q, soft, color=style.MODEL, label="soft label")
    lowest = float(binary_cross_entropy(share, share))
    axis.plot([share], [lowest], "o", color=style.TRUTH, markersize=9, label="lowest soft loss")
    axis.axvline(share, color=style.TRUTH, linestyle=":", linewidth=1.2)
    axis.set_ylim(0, 3)
    axis.set_xlabel(f"model's probability of {name}")
    axis.set_ylabel("loss (nats)")
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def gap_against_smoothing(amounts: ArrayLike, classes: Sequence[int]) -> Figure:
    """Draw the best gap between the label's logit and the others against the smoothing.

    Parameters
    ----------
    amounts : array_like, shape (M,)
        Amounts ε of smoothing, between 0 and 1.
    classes : sequence of int
        Up to three numbers of classes, a pair of lines each.

    Returns
    -------
    matplotlib.figure.Figure
        Solid: ε is shared among all classes. Dashed: among all but the label.
    """
    epsilon = np.asarray(amounts, dtype=float)
    figure, axis = plt.subplots()
    for count, colour in zip(classes, COLOURS, strict=False):
        among_all = np.log1p(count * (1 - epsilon) / epsilon)
        among_others = np.log((count - 1) * (1 - epsilon) / epsilon)
        axis.plot(epsilon, among_all, color=colour, label=f"{count} classes")
        axis.plot(epsilon, among_others, "--", color=colour, label="the same, others alone")
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set_xscale("log")
    axis.set_xlabel(r"amount of smoothing $\varepsilon$")
    axis.set_ylabel("best logit gap")
    figure.legend(loc="outside upper center", ncols=len(classes))
    return figure


def divergence_against_clips(
    sizes: Sequence[int], worlds: Mapping[str, Mapping[str, ArrayLike]]
) -> Figure:
    """Draw how far models are from the truth against the number of samples that taught them.

    Parameters
    ----------
    sizes : sequence of int
        Numbers S of samples.
    worlds : mapping of str to mapping of str to array_like, shape (S, R)
        For each panel, by name: for each kind of target, by name, the divergences of R runs.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each world: a line through the means, a thin bar from the lowest to the
        highest run.
    """
    figure, axes = plt.subplots(
        1, len(worlds), sharey=True, figsize=(style.WIDTH, 3.8), squeeze=False
    )
    for axis, (title, targets) in zip(axes[0], worlds.items(), strict=True):
        looks = zip(COLOURS, MARKS, strict=True)
        for (name, values), (colour, mark) in zip(targets.items(), looks, strict=False):
            runs = np.asarray(values, dtype=float)
            axis.plot(sizes, runs.mean(axis=1), mark, linestyle="-", color=colour, label=name)
            axis.vlines(sizes, runs.min(axis=1), runs.max(axis=1), color=colour, linewidth=1.2)
        axis.set(xscale="log", yscale="log", title=title, xlabel="number of clips")
        axis.set_xticks(sizes, [str(size) for size in sizes])
        axis.set_xticks([], minor=True)
    axes[0, 0].set_ylabel("divergence from the truth (nats)")
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=len(names))
    return figure
