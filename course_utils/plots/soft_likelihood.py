"""Pictures of the chapter *soft_likelihood*."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.plots import style


def fan(means: ArrayLike, limit: float, scale: float) -> Figure:
    """Draw running means of losses against the number of draws, with the band they should fill.

    Parameters
    ----------
    means : array_like, shape (R, M)
        The mean of the first 1, …, M losses, one row for each run.
    limit : float
        What they tend to: the cross-entropy.
    scale : float
        Standard deviation of the loss of one draw.

    Returns
    -------
    matplotlib.figure.Figure
        A line for each run, one for the limit, and both edges of limit ± scale/√M.
    """
    runs = np.asarray(means, dtype=float)
    draws = np.arange(1, runs.shape[1] + 1)
    figure, axis = plt.subplots()
    # Equally many points in each decade: a run of ten thousand points would bloat the picture.
    shown = np.unique(np.geomspace(1, len(draws), 160).astype(int)) - 1
    axis.plot(draws[shown], runs[:, shown].T, color=style.MODEL, linewidth=0.7, alpha=0.5)
    for sign in (1, -1):
        edge = limit + sign * scale / np.sqrt(draws)
        axis.plot(draws[shown], edge[shown], color=style.HIGHLIGHT, linestyle="--")
    axis.axhline(limit, color=style.CROSS_ENTROPY)
    handles = [axis.get_lines()[place] for place in (0, -2, -1)]
    names = ["one run", "one standard deviation", "cross-entropy"]
    axis.legend(handles, names)
    axis.set_xscale("log")
    axis.set_xlabel("number of drawn labels, $M$")
    axis.set_ylabel("mean loss of the draws (nats)")
    return figure
