"""Pictures of the appendix *Accuracy and speed*, from stored runs of the benchmarks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from course_utils.plots import style

MARKS = {
    "ours": ("o", style.MODEL),
    "SciPy": ("s", style.CROSS_ENTROPY),
    "PyTorch": ("^", style.SQUARED_ERROR),
    "NumPy": ("x", style.NEUTRAL),
    "naive": ("x", style.NEUTRAL),
    "scikit-learn": ("D", style.HIGHLIGHT),
    "SciPy rel_entr": ("P", style.CROSS_ENTROPY),
    "JAX": ("v", style.SQUARED_ERROR),
    "optax": ("<", style.SQUARED_ERROR),
}
APART = {"SciPy": -0.2, "PyTorch": 0.2}
"""Marks of equal errors stand beside their line, so that none hides another."""


def accuracy(results: Iterable[Mapping[str, Any]]) -> Figure:
    """Draw the largest error of each function in float64, ours and those of the peers.

    Parameters
    ----------
    results : iterable of mappings
        Rows of ``tests/benchmarks/accuracy.py``: ``function``, ``dtype`` and ``worst``, the error
        in units in the last place by name.

    Returns
    -------
    matplotlib.figure.Figure
        One line for each function that a peer computes too, on a logarithmic scale.
    """
    worst: dict[str, dict[str, float]] = {}
    for row in results:
        if row["dtype"] == "float64" and len(row["worst"]) > 1:
            errors = worst.setdefault(row["function"], {})
            for name, error in row["worst"].items():
                errors[name] = max(errors.get(name, 0.0), float(error))
    figure, axis = plt.subplots(figsize=(style.WIDTH, 1.2 + 0.3 * len(worst)))
    # An error of all digits is the end of the scale; nan and wrong infinities stand there too.
    end = 2.0**53
    for height, errors in enumerate(worst.values()):
        for name, error in errors.items():
            mark, colour = MARKS[name]
            x, y = max(0.5, min(error, end)), height + APART.get(name, 0)
            axis.plot(x, y, mark, color=colour, label=name, markersize=5)
    axis.axvspan(2.0**52, 2 * end, color=style.NEUTRAL, alpha=0.15, linewidth=0)
    axis.set_xscale("log")
    axis.set_xlim(0.4, 2 * end)
    axis.set_yticks(range(len(worst)), list(worst))
    axis.invert_yaxis()
    axis.set_xlabel("largest error, ulp")
    _legend_above(figure)
    return figure


def speed(results: Iterable[Mapping[str, Any]]) -> Figure:
    """Draw the time of each function over that of each peer.

    Parameters
    ----------
    results : iterable of mappings
        Rows of ``tests/benchmarks/speed.py``: ``name``, ``quantity`` and ``value``.

    Returns
    -------
    matplotlib.figure.Figure
        One line for each function, shape and type; left of 1 is faster.
    """
    ratios: dict[str, dict[str, float]] = {}
    for row in results:
        found = re.fullmatch(r"time over (.+)'s", row["quantity"])
        if found:
            ratios.setdefault(row["name"], {})[found[1]] = float(row["value"])
    figure, axis = plt.subplots(figsize=(style.WIDTH, 1.2 + 0.25 * len(ratios)))
    for height, row in enumerate(ratios.values()):
        for name, ratio in row.items():
            mark, colour = MARKS[name]
            axis.plot(ratio, height, mark, color=colour, label=name)
    axis.axvline(1, color="black", linewidth=0.8)
    axis.set_xscale("log")
    ticks = [0.03, 0.1, 0.3, 1]
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks], minor=False)
    axis.set_yticks(range(len(ratios)), list(ratios), fontsize=8)
    axis.invert_yaxis()
    axis.set_xlabel("our time over that of the other")
    _legend_above(figure)
    return figure


def _legend_above(figure: Figure) -> None:
    """Name every mark once, above the picture."""
    handles, labels = figure.axes[0].get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    figure.legend(
        list(once.values()),
        list(once),
        loc="outside upper center",
        ncols=min(len(once), 4),
        numpoints=1,
    )
