"""Pictures of the chapter *kl_divergence*."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.likelihood import gaussian_nll
from course_utils.plots import style

MODES = (0.5, 1.5)


def _density(y: ArrayLike, mean: float, scale: float) -> np.ndarray:
    return np.exp(-np.asarray(gaussian_nll(y, mean, scale)))


def fits_in_both_directions(scales: ArrayLike, forward: ArrayLike, reverse: ArrayLike) -> Figure:
    """Draw a truth with two modes and the Gaussians that fit it best in each direction.

    Parameters
    ----------
    scales : array_like, shape (M,)
        The scale of both modes, one panel for each.
    forward, reverse : array_like, shape (M, 2)
        Mean and scale of the best Gaussian in each direction, one row for each panel.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each scale: the truth filled, the forward fit solid, the reverse fit dashed.
    """
    widths = np.asarray(scales, dtype=float)
    y = np.linspace(-0.6, 2.6, 641)
    figure, axes = plt.subplots(1, len(widths), figsize=(style.WIDTH, 3.2), sharex=True)
    panels = zip(np.atleast_1d(axes), widths, np.asarray(forward), np.asarray(reverse), strict=True)
    for axis, s, there, back in panels:
        truth = sum(_density(y, mode, s) for mode in MODES) / len(MODES)
        axis.fill_between(y, truth, color=style.TRUTH, alpha=0.35, linewidth=0, label="truth")
        axis.plot(y, _density(y, *there), color=style.MODEL, label="forward")
        axis.plot(y, _density(y, *back), color=style.CROSS_ENTROPY, linestyle="--", label="reverse")
        axis.set_title(f"$s$ = {s:g}")
        axis.set_xlabel("$y$")
        axis.set_ylim(bottom=0)
    figure.axes[0].set_ylabel("density")
    handles, names = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=3)
    return figure


def reverse_minima(scales: ArrayLike, one: ArrayLike, both: ArrayLike, crossing: float) -> Figure:
    """Draw the divergence of the two candidates in the reverse direction, and where they swap.

    Parameters
    ----------
    scales : array_like, shape (M,)
        The scale of both modes.
    one, both : array_like, shape (M,)
        Least divergence of a Gaussian on one mode (nan where there is no such minimum) and of one
        between the modes.
    crossing : float
        The scale at which both are equal.

    Returns
    -------
    matplotlib.figure.Figure
        Two lines against the scale, and a dot where they cross.
    """
    s = np.asarray(scales, dtype=float)
    height = float(np.interp(crossing, s, np.asarray(both, dtype=float)))
    figure, axis = plt.subplots()
    axis.plot(s, one, color=style.CROSS_ENTROPY, linestyle="--", label="on one mode")
    axis.plot(s, both, color=style.MODEL, label="in the middle, over both")
    axis.axhline(np.log(2), color=style.NEUTRAL, linewidth=1, linestyle=":")
    axis.text(s[-1], np.log(2), r"$\log 2$", ha="right", va="bottom", color=style.NEUTRAL)
    axis.plot(crossing, height, "o", color="black", zorder=3)
    axis.annotate(
        "the winner changes",
        (crossing, height),
        (12, 24),
        textcoords="offset points",
    )
    axis.set_ylim(0, 1.4)
    axis.set_xlabel("scale $s$ of each mode")
    axis.set_ylabel("divergence of the truth\nfrom the model (nats)")
    axis.legend()
    return figure


def error_against_difference(differences: ArrayLike, errors: dict[str, ArrayLike]) -> Figure:
    """Draw relative errors of the divergence against the relative difference of its arguments.

    Parameters
    ----------
    differences : array_like, shape (M,)
        How far the probabilities of both distributions are apart, relative to themselves.
    errors : dict of str to array_like, shape (M,)
        Relative error of each way to compute the divergence, by its name; three ways at most.

    Returns
    -------
    matplotlib.figure.Figure
        One line for each way, both axes logarithmic, and a line where every digit is lost.
    """
    figure, axis = plt.subplots()
    colours = (style.CROSS_ENTROPY, style.HIGHLIGHT, style.MODEL)
    for (name, error), colour, marker in zip(errors.items(), colours, "os^", strict=False):
        # An error of zero has no logarithm; the bottom of the picture stands for it.
        shown = np.maximum(np.asarray(error, float), 1e-17)
        axis.loglog(differences, shown, marker=marker, markersize=4, color=colour, label=name)
    axis.axhline(1, color="black", linewidth=0.8, linestyle=":")
    axis.text(float(np.max(differences)), 2, "no digit left", ha="right", va="bottom")
    axis.set_xlabel("relative difference of the two distributions")
    axis.set_ylabel("relative error of the divergence")
    axis.legend()
    return figure
