"""The pictures of the chapter *prerequisites* show what they claim to show."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from scipy import stats

from course_utils.plots import prerequisites as pictures

EDGES = [-2.0, -1.0, 0.0, 1.0]


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def area(strip: PolyCollection) -> float:
    x, y = strip.get_paths()[0].vertices.T
    return float(abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2)


def test_strips_of_one_colour_have_one_area_and_it_is_the_probability() -> None:
    before, after = pictures.change_of_variables(EDGES).axes
    probabilities = np.diff(stats.norm.cdf(EDGES))
    for axis in (before, after):
        # The polygon has 201 corners: the error of the trapezium rule.
        assert [area(strip) for strip in axis.collections] == pytest.approx(probabilities, rel=1e-4)
    colours = [[strip.get_facecolor().tolist() for strip in a.collections] for a in (before, after)]
    assert colours[0] == colours[1]


def test_density_behind_the_exponential_is_the_lognormal() -> None:
    _, after = pictures.change_of_variables(EDGES).axes
    y, density = (np.asarray(values) for values in after.lines[0].get_data())
    assert density == pytest.approx(stats.lognorm(s=1).pdf(y), rel=1e-12)


def test_extremes_along_the_directions_are_the_eigenvalues() -> None:
    matrices = {"a": [[2, -1], [-1, 2]], "b": [[1, 1], [1, 1]], "c": [[1, 2], [2, 1]]}
    (axis,) = pictures.quadratic_forms(matrices).axes
    for line, matrix in zip(axis.lines, matrices.values(), strict=False):
        values = np.asarray(line.get_ydata())
        extremes = [values.min(), values.max()]
        assert extremes == pytest.approx(np.linalg.eigvalsh(matrix), abs=1e-12)
