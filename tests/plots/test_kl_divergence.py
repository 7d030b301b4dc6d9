"""The pictures of the chapter *kl_divergence* show what their captions say."""

import numpy as np
import pytest

from course_utils.plots import kl_divergence as pictures


def test_each_panel_shows_densities_with_the_given_moments() -> None:
    scales = [0.1, 0.3]
    forward = [(1.0, np.sqrt(0.25 + s**2)) for s in scales]
    reverse = [(0.5, 0.1), (1.0, 0.5)]
    figure = pictures.fits_in_both_directions(scales, forward, reverse)
    for axis, s, there, back in zip(figure.axes, scales, forward, reverse, strict=True):
        assert f"{s:g}" in axis.get_title()
        truth = axis.collections[0].get_paths()[0].vertices
        # Two modes of the same scale: at a mode half of a Gaussian's height, or a little more.
        height = np.exp(-(0.5**2) / (2 * 0.25 * s**2)) + 1
        expected = height / (2 * np.sqrt(2 * np.pi) * s)
        assert truth[np.isclose(truth[:, 0], 0.5), 1].max() == pytest.approx(expected)
        for line, (mean, scale) in zip(axis.get_lines(), (there, back), strict=True):
            y, density = line.get_xdata(), line.get_ydata()
            assert y[density.argmax()] == pytest.approx(mean)
            assert density.max() == pytest.approx(1 / (np.sqrt(2 * np.pi) * scale))


def test_the_dot_stands_where_both_lines_cross() -> None:
    s = np.linspace(0.1, 0.3, 201)
    figure = pictures.reverse_minima(s, np.full_like(s, 0.7), 1.4 - 3.5 * s, 0.2)
    one, both, _, dot = figure.axes[0].get_lines()
    assert dot.get_xdata()[0] == 0.2
    for line in (one, both):
        assert np.interp(0.2, s, line.get_ydata()) == pytest.approx(dot.get_ydata()[0])


def test_errors_are_drawn_as_given_and_zero_at_the_bottom() -> None:
    errors = {"a": [1e-8, 1.0], "b": [1e-16, 0.0]}
    (axis,) = pictures.error_against_difference([1e-4, 1e-8], errors).axes
    drawn = {str(one.get_label()): one.get_ydata() for one in axis.get_lines()[:2]}
    assert drawn["a"].tolist() == errors["a"]
    assert drawn["b"].tolist() == [1e-16, 1e-17]
    assert axis.get_xscale() == axis.get_yscale() == "log"
