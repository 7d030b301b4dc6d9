"""Pictures of the chapter *softmax*."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.information import entropy
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


def maximum_entropy(logits: ArrayLike, choices: ArrayLike, rates: ArrayLike) -> Figure:
    """Draw entropy against mean score, for given distributions and for softmax.

    Parameters
    ----------
    logits : array_like, shape (K,)
        The scores of the classes.
    choices : array_like, shape (M, K)
        Distributions to compare with, a point each.
    rates : array_like, shape (R,)
        Factors of the logits in growing order; softmax of these multiples is the curve.

    Returns
    -------
    matplotlib.figure.Figure
        The points, the curve with softmax itself marked, and the line on which entropy and mean
        score sum to log-sum-exp.
    """
    scores, shares = np.asarray(logits, dtype=float), np.asarray(choices, dtype=float)
    figure, axis = plt.subplots()
    axis.scatter(shares @ scores, entropy(shares), s=6, color=style.NEUTRAL, label="other choices")
    curve = softmax(np.multiply.outer(np.asarray(rates, dtype=float), scores))
    axis.plot(curve @ scores, entropy(curve), color=style.CONTRAST, label="softmax of multiples")
    means = np.array([scores.min(), scores.max()])
    axis.plot(
        means,
        logsumexp(scores) - means,
        color="black",
        linestyle="--",
        linewidth=1.2,
        label="the sum is log-sum-exp",
    )
    p = softmax(scores)
    axis.plot(p @ scores, entropy(p), "o", color=style.MODEL, markersize=9, label="softmax")
    axis.set_ylim(0, 1.15 * np.log(len(scores)))
    axis.set_xlabel("mean score")
    axis.set_ylabel("entropy (nats)")
    figure.legend(loc="outside upper center", ncols=2)
    return figure


FLOOR = 1e-17
NOTHING_LEFT = 1.0


def error_against_gap(gaps: ArrayLike, errors: Mapping[str, ArrayLike]) -> Figure:
    """Draw relative errors of the loss against the gap between the label's logit and the other.

    Parameters
    ----------
    gaps : array_like, shape (M,)
        Logit of the label minus logit of the other class, positive.
    errors : mapping of str to array_like, shape (M,)
        Relative error of up to four ways to compute the loss, by name; the last is the course's. A
        line ends where an error is not finite.

    Returns
    -------
    matplotlib.figure.Figure
        One line for each way, on logarithmic scales. Errors above 1, of results with no right
        digit, leave the picture.
    """
    figure, axis = _errors(gaps, errors, "relative error of the loss", top=1e3)
    axis.axhline(NOTHING_LEFT, color="black", linewidth=0.8)
    axis.annotate("no right digit", (1, NOTHING_LEFT), (0, 3), textcoords="offset points")
    axis.set_xlabel("gap: logit of the label minus the other logit")
    ticks = [1, 10, 37, 100, 700]
    axis.set_xticks(ticks, [str(tick) for tick in ticks])
    axis.set_xticks([], minor=True)
    return figure


def error_against_offset(offsets: ArrayLike, errors: Mapping[str, ArrayLike]) -> Figure:
    """Draw relative errors of softmax against a constant added to all logits.

    Parameters
    ----------
    offsets : array_like, shape (M,)
        The constants, positive.
    errors : mapping of str to array_like, shape (M,)
        Relative error of up to four ways to compute softmax, by name; the last is the course's. A
        line ends where an error is not finite.

    Returns
    -------
    matplotlib.figure.Figure
        One line for each way, on logarithmic scales.
    """
    figure, axis = _errors(offsets, errors, "relative error of softmax", top=1e-6)
    axis.set_xlabel("constant added to all logits")
    return figure


def _errors(
    places: ArrayLike, errors: Mapping[str, ArrayLike], what: str, top: float
) -> tuple[Figure, Axes]:
    """Draw one line for each way of computing; the last, the course's, is thick and lies below."""
    figure, axis = plt.subplots()
    # Limits before lines: matplotlib would look for its own, and errors go up to 1e305.
    axis.set(xscale="log", yscale="log", ylim=(FLOOR, top))
    colours = (style.HIGHLIGHT, style.CROSS_ENTROPY, style.SQUARED_ERROR)
    looks: list[dict[str, Any]] = [
        {"color": colour, "linestyle": dashes, "linewidth": 1.8}
        for colour, dashes in zip(colours, ("-", "--", ":"), strict=True)
    ]
    ours: dict[str, Any] = {"color": style.MODEL, "linewidth": 4.0, "alpha": 0.6, "zorder": 1.5}
    for (name, error), look in zip(errors.items(), [*looks[: len(errors) - 1], ours], strict=True):
        # An error of zero has no logarithm; the bottom of the picture stands for it.
        axis.plot(places, np.maximum(np.asarray(error, float), FLOOR), label=name, **look)
    axis.set_ylabel(what)
    figure.legend(loc="outside upper center", ncols=2)
    return figure, axis
