"""Pictures of the chapter *practice*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullFormatter, PercentFormatter
from numpy.typing import ArrayLike

from course_utils.calibration import ReliabilityCurve
from course_utils.plots import style

_LOSS_COLOURS = {"cross-entropy": style.CROSS_ENTROPY, "squared error": style.SQUARED_ERROR}


def digits(images: ArrayLike, captions: Sequence[object], columns: int = 10) -> Figure:
    """Draw images of digits in rows, each with its caption above.

    Parameters
    ----------
    images : array_like, shape (M, H, W)
        Ink of every pixel; each image is drawn on the same scale, from none to the most of all.
    captions : sequence, length M
        What stands above each image.
    columns : int, default 10
        Images in a row.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each image.
    """
    pixels = np.asarray(images, dtype=float)
    rows = -(-len(pixels) // columns)
    width = style.WIDTH / columns
    lines = max(str(caption).count("\n") + 1 for caption in captions)
    figure, axes = plt.subplots(
        rows, columns, figsize=(style.WIDTH, rows * (width + 0.19 * lines)), squeeze=False
    )
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, image, caption in zip(axes.flat, pixels, captions, strict=False):
        axis.imshow(image, cmap="gray_r", vmin=0, vmax=pixels.max())
        axis.set_title(str(caption), fontsize=10)
    return figure


def penalty_choice(penalties: ArrayLike, training: ArrayLike, validation: ArrayLike) -> Figure:
    """Draw the loss on training and on validation data against the penalty; mark the lowest.

    Parameters
    ----------
    penalties : array_like, shape (M,)
        The positive penalties λ.
    training, validation : array_like, shape (M,)
        Negative log-likelihood per image, in nats.

    Returns
    -------
    matplotlib.figure.Figure
        Two lines; a dashed one at the penalty with the lowest loss on validation data.
    """
    strength = np.asarray(penalties, dtype=float)
    held_out = np.asarray(validation, dtype=float)
    figure, axis = plt.subplots()
    axis.loglog(strength, training, "o-", color=style.NEUTRAL, label="training")
    axis.loglog(strength, held_out, "o-", color=style.MODEL, label="validation")
    axis.axvline(strength[held_out.argmin()], color=style.HIGHLIGHT, linestyle="--")
    axis.set_xlabel("penalty λ (nats per squared weight)")
    axis.set_ylabel("loss (nats per image)")
    axis.legend()
    return figure


def confusions(
    labels: ArrayLike, predictions: ArrayLike, classes: int, framed: int | None = None
) -> Figure:
    """Draw how often each class was taken for each other one.

    Parameters
    ----------
    labels, predictions : array_like of int, shape (N,)
        The true and the predicted classes, from 0 to K − 1.
    classes : int
        K.
    framed : int, optional
        The class whose row and column get a frame.

    Returns
    -------
    matplotlib.figure.Figure
        A table of K rows (true) and K columns (predicted); where they agree the cell is grey.
    """
    counts = np.zeros((classes, classes))
    np.add.at(counts, (np.asarray(labels), np.asarray(predictions)), 1)
    np.fill_diagonal(counts, np.nan)
    figure, axis = plt.subplots(figsize=(4.6, 4.4))
    colours = mpl.colormaps["Blues"].with_extremes(bad="0.8")
    axis.imshow(counts, cmap=colours, vmin=0)
    for true, predicted in np.argwhere(counts > 0):
        dark = counts[true, predicted] > 0.6 * np.nanmax(counts)
        axis.text(
            predicted,
            true,
            f"{counts[true, predicted]:.0f}",
            ha="center",
            va="center",
            color="white" if dark else "black",
        )
    if framed is not None:
        for corner, width, height in [
            ((-0.5, framed - 0.5), classes, 1),
            ((framed - 0.5, -0.5), 1, classes),
        ]:
            axis.add_patch(
                Rectangle(corner, width, height, fill=False, edgecolor=style.HIGHLIGHT, linewidth=2)
            )
    axis.set_xticks(range(classes))
    axis.set_yticks(range(classes))
    axis.set_xlabel("predicted digit")
    axis.set_ylabel("true digit")
    axis.grid(False)
    return figure


def rate_contest(
    rates: ArrayLike,
    errors: Mapping[str, Mapping[str, ArrayLike]],
    chosen: Mapping[str, Sequence[float]],
) -> Figure:
    """Draw error rates against the learning rate, one panel for each kind of start.

    Parameters
    ----------
    rates : array_like, shape (M,)
        The positive learning rates.
    errors : mapping of str to mapping of str to array_like, shape (M, S)
        By kind of start, then by loss ("cross-entropy", "squared error"): the error rates of
        S starts.
    chosen : mapping of str to sequence
        By kind of start: the chosen rate for each loss, in their order.

    Returns
    -------
    matplotlib.figure.Figure
        In each panel the mean over the starts, a band from the best to the worst, and a ring at
        the chosen rate.
    """
    eta = np.asarray(rates, dtype=float)
    figure, axes = plt.subplots(1, len(errors), sharey=True, squeeze=False)
    for axis, (kind, by_loss) in zip(axes[0], errors.items(), strict=True):
        for (loss, values), rate in zip(by_loss.items(), chosen[kind], strict=True):
            table = np.asarray(values, dtype=float)
            mean = table.mean(axis=1)
            colour = _LOSS_COLOURS[loss]
            axis.fill_between(
                eta, table.min(axis=1), table.max(axis=1), color=colour, alpha=0.25, linewidth=0
            )
            axis.loglog(eta, mean, "o-", color=colour, markersize=4, label=loss)
            axis.plot(
                rate,
                mean[eta == rate],
                "o",
                markersize=12,
                markerfacecolor="none",
                markeredgecolor="black",
            )
        axis.set_title(kind)
        axis.set_xlabel("learning rate η")
        axis.set_xticks(eta, [f"{rate:g}" for rate in eta])
        axis.minorticks_off()
    axes[0, 0].set_ylabel("error rate, validation")
    axes[0, 0].yaxis.set_major_formatter(PercentFormatter(xmax=1))
    axes[0, 0].yaxis.set_minor_formatter(NullFormatter())
    axes[0, 0].set_yticks([0.05, 0.1, 0.2, 0.5, 1.0])
    axes[0, 0].legend()
    return figure


def resampled_differences(differences: Mapping[str, ArrayLike]) -> Figure:
    """Draw histograms of resampled differences, with zero and the central 95 % marked.

    Parameters
    ----------
    differences : mapping of str to array_like, shape (B,)
        Differences of the B resampled test sets, by the name on the horizontal axis.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each; the bar below the histogram spans the central 95 %.
    """
    figure, axes = plt.subplots(1, len(differences), figsize=(style.WIDTH, 2.8), squeeze=False)
    for axis, (name, values) in zip(axes[0], differences.items(), strict=True):
        sample = np.asarray(values, dtype=float)
        # A count of mistakes takes few values; bins of another width would leave gaps.
        values_taken, counts = np.unique(np.round(sample, 9), return_counts=True)
        if len(values_taken) > 50:
            counts, edges = np.histogram(sample, bins=25)
            values_taken = (edges[:-1] + edges[1:]) / 2
        width = np.diff(values_taken).min()
        axis.bar(values_taken, counts, width, color=style.MODEL, alpha=0.7)
        low, high = np.quantile(sample, [0.025, 0.975])
        below = -0.06 * counts.max()
        axis.plot([low, high], [below, below], color="black", linewidth=4, solid_capstyle="butt")
        axis.axvline(0, color=style.HIGHLIGHT, linestyle="--")
        axis.set_xlabel(name, fontsize="small")
        axis.set_yticks([])
    axes[0, 0].set_ylabel("resampled test sets")
    return figure


def reliability_with_bands(
    curves: Mapping[str, ReliabilityCurve], bands: Mapping[str, ArrayLike]
) -> Figure:
    """Draw reliability diagrams side by side, each with what chance does to a calibrated model.

    Parameters
    ----------
    curves : mapping of str to ReliabilityCurve
        One curve for each panel, by its title.
    bands : mapping of str to array_like, shape (2, B)
        For each panel the bounds of the frequencies that chance allows in the B bins.

    Returns
    -------
    matplotlib.figure.Figure
        Above, how often the forecasts came true against what they said, with a ring around those
        outside their band, and a box for each bin that is not empty; below, how many forecasts a
        bin holds, on a logarithmic scale.
    """
    figure, axes = plt.subplots(
        2,
        len(curves),
        figsize=(style.WIDTH, 3.9),
        sharex=True,
        sharey="row",
        height_ratios=(5, 2),
        squeeze=False,
    )
    for above, below, (title, curve) in zip(axes[0], axes[1], curves.items(), strict=True):
        filled = curve.counts > 0
        low, high = np.asarray(bands[title], dtype=float)[:, filled]
        left, width = curve.edges[:-1], np.diff(curve.edges)
        above.plot([0, 1], [0, 1], color=style.TRUTH, linestyle="--", linewidth=1.2)
        above.bar(
            left[filled],
            high - low,
            width[filled],
            bottom=low,
            align="edge",
            color=style.NEUTRAL,
            alpha=0.35,
            linewidth=0,
        )
        said, came = curve.prob_pred[filled], curve.prob_true[filled]
        above.plot(said, came, "o", color=style.MODEL, markersize=5, clip_on=False)
        # A frequency on the end of its band lies inside, however that end was rounded.
        outside = (came < low - 1e-9) | (came > high + 1e-9)
        # A line without points would upset the layout.
        if outside.any():
            above.plot(
                said[outside],
                came[outside],
                "o",
                markersize=11,
                markerfacecolor="none",
                markeredgecolor=style.HIGHLIGHT,
                markeredgewidth=1.8,
                clip_on=False,
            )
        above.set_title(title, fontsize="medium")
        above.set_xlim(0, 1)
        above.set_ylim(0, 1)
        below.bar(left, curve.counts, width, align="edge", color=style.MODEL, edgecolor="white")
        # From below 1, so that a single forecast shows.
        below.set_yscale("log")
        below.set_ylim(bottom=0.5)
        below.set_xlabel("highest probability")
    axes[0, 0].set_ylabel("share that was right")
    axes[1, 0].set_ylabel("images")
    return figure
