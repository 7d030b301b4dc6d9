"""The pictures of the chapter *regression* show what their captions say."""

import numpy as np
import pytest
from scipy import integrate, stats

from course_utils.plots import regression as pictures


def test_cross_entropy_reaches_the_dashed_line_and_the_divergence_leaves_it() -> None:
    left, right = pictures.delta_limit(23.0, 20.0, 2.0, np.geomspace(1e-3, 10, 61)).axes
    cross, divergence, dashed = (line.get_ydata() for line in right.get_lines())
    nll = -stats.norm.logpdf(23, 20, 2)
    assert dashed[0] == pytest.approx(nll)
    assert cross[0] == pytest.approx(nll, abs=1e-6)
    assert np.all(np.diff(cross) > 0)
    # With the target as wide as the model, the divergence is the squared shift alone.
    assert np.interp(2.0, right.get_lines()[1].get_xdata(), divergence) == pytest.approx(
        9 / 8, abs=0.01
    )
    assert divergence[0] > 8
    grid, model = left.get_lines()[0].get_data()
    np.testing.assert_allclose(model, stats.norm.pdf(grid, 20, 2))
    # Each target is a density around the value; narrower ones are higher.
    areas = [integrate.trapezoid(line.get_ydata(), grid) for line in left.get_lines()[1:]]
    assert areas == pytest.approx([1, 1, 1], abs=1e-3)
    peaks = [grid[line.get_ydata().argmax()] for line in left.get_lines()[1:]]
    assert peaks == pytest.approx([23, 23, 23], abs=0.02)


def test_bands_hold_nine_tenths() -> None:
    x = np.linspace(0, 1, 5)
    fits = {"one": (2 * x, np.ones(5)), "other": (x, 1 + x)}
    for axis, (name, (means, scales)) in zip(
        pictures.bands(x, x, fits).axes, fits.items(), strict=True
    ):
        assert axis.get_title() == name
        dots, line = axis.get_lines()
        assert dots.get_ydata() == pytest.approx(x)
        assert line.get_ydata() == pytest.approx(means)
        corners = axis.collections[0].get_paths()[0].vertices
        for at, mean, scale in zip(x, means, scales, strict=True):
            ends = corners[corners[:, 0] == at, 1]
            assert [ends.min(), ends.max()] == pytest.approx(
                [mean - 1.645 * scale, mean + 1.645 * scale]
            )
    assert stats.norm.cdf(1.645) - stats.norm.cdf(-1.645) == pytest.approx(0.9, abs=1e-4)


def test_bins_are_drawn_with_their_area_not_their_height() -> None:
    edges, q = np.array([0.0, 1.0, 3.0]), np.array([0.4, 0.6])
    grid = np.linspace(0, 3, 7)
    (axis,) = pictures.densities(edges, q, {"flat": np.full(7, 1 / 3)}, grid).axes
    (steps,) = axis.patches
    heights, borders, _ = steps.get_data()
    assert heights == pytest.approx([0.4, 0.3])
    assert heights @ np.diff(borders) == pytest.approx(1)
    (line,) = axis.get_lines()
    assert line.get_ydata() == pytest.approx([1 / 3] * 7)
