"""The pictures of the chapter *sigmoid* show what their captions say."""

import numpy as np
import pytest
from matplotlib.patches import ConnectionPatch
from scipy import special, stats

from course_utils.plots import sigmoid as pictures


def test_scales_show_the_same_points_in_three_units() -> None:
    logits = np.linspace(-2, 2, 5)
    figure = pictures.linked_scales(logits, 1.0)
    drawn = [axis.get_lines()[0].get_xdata() for axis in figure.axes]
    np.testing.assert_allclose(drawn[0], special.expit(logits))
    np.testing.assert_allclose(drawn[1], np.exp(logits))
    np.testing.assert_allclose(drawn[2], logits)
    # Each point is linked to the next scale, and one of the links is marked.
    links = [patch for patch in figure.get_children() if isinstance(patch, ConnectionPatch)]
    assert len(links) == 2 * len(logits)
    assert sum(link.get_linewidth() > 2 for link in links) == 2


def test_log_odds_are_straight_for_equal_scales_alone() -> None:
    x = np.linspace(-3, 3, 13)
    cases = {"equal": ((1.0, 1.0), (-1.0, 1.0)), "unequal": ((1.0, 2.0), (-1.0, 1.0))}
    figure = pictures.gaussian_classes(x, cases)
    above, below = figure.axes[:2], figure.axes[2:]
    np.testing.assert_allclose(above[1].get_lines()[0].get_ydata(), stats.norm.pdf(x, 1, 2))
    bends = [np.diff(axis.get_lines()[0].get_ydata(), 2) for axis in below]
    assert np.abs(bends[0]).max() < 1e-12
    assert np.all(bends[1] > 0.05)


def test_log_odds_of_the_curves_are_drawn_on_the_right() -> None:
    m = np.linspace(-3, 3, 7)
    figure = pictures.s_curves(m, {"sigmoid": special.expit, "probit": stats.norm.cdf})
    left, right = figure.axes
    np.testing.assert_allclose(left.get_lines()[1].get_ydata(), stats.norm.cdf(m))
    np.testing.assert_allclose(right.get_lines()[0].get_ydata(), m, atol=1e-14)
    assert right.get_lines()[1].get_ydata()[-1] == pytest.approx(special.logit(stats.norm.cdf(3)))


def test_errors_are_drawn_as_given_and_zero_at_the_bottom() -> None:
    ways = {"formula": [1.0, 0.1], "SciPy": [1e-16, 0.0], "course_utils": [0.0, 1e-16]}
    panels = {f"panel {number}": ("place", [1.0, 2.0], ways) for number in range(4)}
    figure = pictures.errors(panels)
    assert [axis.get_title() for axis in figure.axes] == list(panels)
    drawn = [line.get_ydata().tolist() for line in figure.axes[3].get_lines()]
    assert drawn == [[1.0, 0.1], [1e-16, 1e-17], [1e-17, 1e-16]]
    assert all(axis.get_yscale() == "log" for axis in figure.axes)
