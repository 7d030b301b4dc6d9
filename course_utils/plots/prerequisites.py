"""Pictures of the chapter *prerequisites*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_utils.likelihood import gaussian_nll
from course_utils.plots import style


def change_of_variables(edges: Sequence[float]) -> Figure:
    """Draw a standard Gaussian X and its exponential Y, cut at the same places.

    Parameters
    ----------
    edges : sequence of float
        Values of x at which both areas are cut, in increasing order.

    Returns
    -------
    matplotlib.figure.Figure
        The density of X on the left, that of Y = exp(X) on the right; strips that belong together
        have the same colour and the same area.
    """
    figure, (before, after) = plt.subplots(1, 2, figsize=(style.WIDTH, style.HEIGHT))
    for low, high, colour in zip(edges, edges[1:], style.CLASSES, strict=False):
        x = np.linspace(low, high, 201)
        density = np.exp(-gaussian_nll(x, 0, 1))
        before.fill_between(x, density, color=colour, alpha=0.7, linewidth=0)
        after.fill_between(np.exp(x), density / np.exp(x), color=colour, alpha=0.7, linewidth=0)
    x = np.linspace(min(edges) - 1.5, max(edges) + 1, 601)
    density = np.exp(-gaussian_nll(x, 0, 1))
    before.plot(x, density, color="black", linewidth=1.2)
    after.plot(np.exp(x), density / np.exp(x), color="black", linewidth=1.2)
    after.set_xlim(0, np.exp(max(edges)) + 0.5)
    before.set_xlabel("x")
    before.set_ylabel("density of X")
    after.set_xlabel("y = exp(x)")
    after.set_ylabel("density of Y")
    for axis in (before, after):
        axis.set_ylim(0, None)
    return figure


def quadratic_forms(matrices: Mapping[str, ArrayLike]) -> Figure:
    """Draw the quadratic form of some matrices along every direction of the plane.

    Parameters
    ----------
    matrices : mapping of str to array_like, shape (2, 2)
        Symmetric matrices A, by name.

    Returns
    -------
    matplotlib.figure.Figure
        vᵀAv of the unit vector v against its angle; one line for each matrix.
    """
    figure, axis = plt.subplots()
    angle = np.linspace(0, 180, 721)
    directions = np.stack([np.cos(np.radians(angle)), np.sin(np.radians(angle))], axis=-1)
    for name, matrix in matrices.items():
        values = np.einsum("ai,ij,aj->a", directions, np.asarray(matrix, dtype=float), directions)
        axis.plot(angle, values, label=name)
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set_xticks(range(0, 181, 45))
    axis.set_xlabel("angle of the direction v, in degrees")
    axis.set_ylabel("sum of all $v_i A_{ij} v_j$")
    axis.legend()
    return figure
