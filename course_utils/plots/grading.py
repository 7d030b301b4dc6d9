"""Pictures of the report on a graded class."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from course_utils.plots import style

# Narrower than those of the book: the page is read on telephones, too.
WIDTH = 4.8


def score_distribution(scores: ArrayLike, points: float) -> Figure:
    """Draw how many notebooks got how many points.

    Parameters
    ----------
    scores : array_like, shape (N,)
        Scores, from 0 to `points`.
    points : float
        The points possible, above 0.

    Returns
    -------
    matplotlib.figure.Figure
        A bar for each whole number of points, where a score counts to the number below it.
    """
    whole = np.floor(np.asarray(scores, dtype=float) + 1e-9).astype(int)
    counts = np.bincount(whole, minlength=int(points) + 1)
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    axis = figure.subplots()
    axis.bar(np.arange(len(counts)), counts, width=0.85, color=style.MODEL)
    axis.set_xticks(np.arange(len(counts)))
    axis.yaxis.set_major_locator(MaxNLocator(integer=True))
    axis.set_ylim(0, max(counts.max() * 1.08, 1))
    axis.set_xlabel("score (points, rounded down)")
    axis.set_ylabel("notebooks")
    plain(axis, "y")
    return figure


def question_shares(names: Sequence[str], shares: ArrayLike) -> Figure:
    """Draw which share of the points each question brought.

    Parameters
    ----------
    names : sequence of str
        What to call the questions, from the top.
    shares : array_like, shape (Q,)
        Mean scores divided by the points possible, in [0, 1].

    Returns
    -------
    matplotlib.figure.Figure
        A bar for each question.
    """
    values = 100 * np.asarray(shares, dtype=float)
    figure = Figure(figsize=(WIDTH, 0.9 + 0.36 * len(names)), layout="constrained")
    axis = figure.subplots()
    places = np.arange(len(names))
    axis.barh(places, values, height=0.65, color=style.MODEL)
    for place, value in zip(places, values, strict=True):
        axis.annotate(
            f"{value:.0f}", (value, place), (4, 0), textcoords="offset points", va="center"
        )
    axis.set_yticks(places, names)
    axis.invert_yaxis()
    axis.set_xlim(0, 108)
    axis.set_xticks(np.arange(0, 101, 20))
    axis.set_xlabel("mean score (% of the points)")
    plain(axis, "x")
    return figure


def plain(axis: Axes, grid: Literal["x", "y"]) -> None:
    """Leave the axes that are needed, and lines to read the values by, on any background."""
    axis.spines[["top", "right"]].set_visible(False)
    axis.set_axisbelow(True)
    axis.grid(axis=grid, color=style.NEUTRAL, alpha=0.4, linewidth=0.6)


def as_svg(figure: Figure, name: str, label: str) -> str:
    """Return a figure as an ``svg`` element to be put into a page.

    The same figure gives the same text. Lines and words take the colour of the text around them.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    name : str
        Letters and digits that set its identifiers apart from those of others on the page.
    label : str
        What the picture shows, for those who do not see it.

    Returns
    -------
    str
        Markup without declaration, scripts or references to other files.
    """
    text = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "none", "svg.id": None}):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r"(url\(|href=\")#", rf"\1#{name}-", svg)
    svg = re.sub(r"#000000\b", "currentColor", svg)
    label = label.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1).rstrip()
