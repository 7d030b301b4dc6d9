"""Pictures of the chapter *temperature*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.information import entropy
from course_utils.plots import style
from course_utils.softmax import hardmax, softmax, sparsemax


def over_temperature(logits: ArrayLike, temperatures: ArrayLike, names: tuple[str, ...]) -> Figure:
    """Draw the probabilities by softmax, hardmax and sparsemax against the temperature.

    Parameters
    ----------
    logits : array_like, shape (K,)
        The logits, which are divided by the temperature.
    temperatures : array_like, shape (M,)
        Positive temperatures, in ascending order.
    names : tuple of str
        Names of the K classes.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each function, with a logarithmic axis for the temperature.
    """
    z, T = np.asarray(logits, dtype=float), np.asarray(temperatures, dtype=float)
    figure, axes = plt.subplots(1, 3, sharey=True, figsize=(style.WIDTH, 3.6))
    functions = {"softmax": softmax, "hardmax": hardmax, "sparsemax": sparsemax}
    for axis, (title, function) in zip(axes, functions.items(), strict=True):
        probabilities = function(z / T[:, np.newaxis])
        for number, (name, line) in enumerate(zip(names, ("-", "--", ":"), strict=True)):
            colour = style.CLASSES[number]
            axis.plot(T, probabilities[:, number], color=colour, linestyle=line, label=name)
        axis.set_xscale("log")
        axis.set_ylim(-0.03, 1.03)
        axis.set_title(title)
        axis.set_xlabel("temperature T")
    axes[0].set_ylabel("probability")
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(names)
    )
    return figure


def entropies(cases: Mapping[str, Sequence[float]], temperatures: ArrayLike) -> Figure:
    """Draw the entropy of softmax against the temperature.

    Parameters
    ----------
    cases : dict of str to sequence of float
        Logits by their name, of equally many classes.
    temperatures : array_like, shape (M,)
        Positive temperatures, in ascending order.

    Returns
    -------
    matplotlib.figure.Figure
        One line for each set of logits, and a dashed one for the largest entropy there is.
    """
    T = np.asarray(temperatures, dtype=float)
    figure, axis = plt.subplots()
    for number, (name, logits) in enumerate(cases.items()):
        p = softmax(np.asarray(logits, dtype=float) / T[:, np.newaxis])
        axis.plot(T, entropy(p), color=style.CLASSES[number], label=name)
    classes = len(next(iter(cases.values())))
    axis.axhline(np.log(classes), color=style.NEUTRAL, linestyle="--", label="uniform")
    axis.set_xscale("log")
    axis.set_ylim(bottom=-0.03)
    axis.set_xlabel("temperature T")
    axis.set_ylabel("entropy (nats)")
    axis.legend()
    return figure


def two_classes(differences: ArrayLike, temperature: float) -> Figure:
    """Draw the probability of the first of two classes against the difference of the logits.

    Parameters
    ----------
    differences : array_like, shape (M,)
        First logit minus second.
    temperature : float
        A low temperature, for the second line of softmax.

    Returns
    -------
    matplotlib.figure.Figure
        Hardmax, softmax at the temperatures 1 and `temperature`, and sparsemax.
    """
    gaps = np.asarray(differences, dtype=float)
    z = np.column_stack([gaps, np.zeros_like(gaps)])
    lines = {
        "softmax": (softmax(z), style.MODEL, "-"),
        "softmax, cold": (softmax(z, temperature=temperature), style.CONTRAST, "-"),
        "sparsemax": (sparsemax(z), style.CROSS_ENTROPY, "--"),
        "hardmax": (hardmax(z), style.NEUTRAL, ":"),
    }
    figure, axis = plt.subplots()
    for name, (p, colour, line) in lines.items():
        axis.plot(gaps, p[:, 0], color=colour, linestyle=line, label=name)
    axis.set_xlabel("difference of the logits")
    axis.set_ylabel("probability of the first class")
    axis.legend()
    return figure
