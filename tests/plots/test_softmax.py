"""The pictures of the chapter *softmax* show what their captions say."""

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.plots import softmax as pictures


def test_probabilities_stand_still_while_logits_and_log_sum_exp_move() -> None:
    logits, shifts = np.array([2.0, 1.0, -1.0]), [0.0, 1.5]
    figure = pictures.shift_invariance(logits, shifts, ("cat", "dog", "pig"))
    above, below = figure.axes[:2], figure.axes[2:]
    for axis, shift in zip(above, shifts, strict=True):
        assert [bar.get_height() for bar in axis.patches] == pytest.approx(logits + shift)
        dashed = axis.get_lines()[0].get_ydata()[0]
        assert dashed == pytest.approx(np.log(np.exp(logits).sum()) + shift)
    heights = [[bar.get_height() for bar in axis.patches] for axis in below]
    assert heights[0] == pytest.approx(heights[1])
    assert sum(heights[0]) == pytest.approx(1)


def test_softmax_of_multiples_lies_above_all_choices_and_touches_the_line() -> None:
    logits = np.array([2.0, 1.0, -1.0])
    choices = np.random.default_rng(1).dirichlet(np.ones(3), 300)
    figure = pictures.maximum_entropy(logits, choices, np.linspace(-20, 20, 2001))
    (axis,) = figure.axes
    drawn = {str(one.get_label()): one.get_xydata() for one in axis.get_lines()}
    curve = drawn["softmax of multiples"]
    (points,) = axis.collections
    for mean, entropy in points.get_offsets():
        # Between the points of the curve it bends away from the chord by less than this.
        assert entropy <= np.interp(mean, curve[:, 0], curve[:, 1]) + 1e-3
    line = drawn["the sum is log-sum-exp"]
    assert np.all(curve.sum(axis=1) <= line.sum(axis=1).max() + 1e-12)
    ((mean, entropy),) = drawn["softmax"]
    assert mean + entropy == pytest.approx(line.sum(axis=1))


def lines(axis: Axes) -> dict[str, list[float]]:
    return {str(one.get_label()): np.asarray(one.get_ydata()).tolist() for one in axis.get_lines()}


@pytest.mark.parametrize("draw", [pictures.error_against_gap, pictures.error_against_offset])
def test_errors_are_drawn_as_given_and_zero_at_the_bottom(
    draw: Callable[[list[float], dict[str, list[float]]], Figure],
) -> None:
    errors = {"a": [1e-16, 1e-8], "b": [1e-16, 1.0], "c": [0.0, 1e-16]}
    (axis,) = draw([1.0, 2.0], errors).axes
    drawn = lines(axis)
    assert drawn["a"] == errors["a"]
    assert drawn["b"] == errors["b"]
    assert drawn["c"] == [1e-17, 1e-16]
    assert (axis.get_xscale(), axis.get_yscale()) == ("log", "log")


def test_a_line_ends_where_the_result_is_no_number() -> None:
    errors = {"as it stands": [1e-16, np.nan], "ours": [1e-16, 1e-16]}
    (axis,) = pictures.error_against_offset([1.0, 1e3], errors).axes
    assert np.isnan(lines(axis)["as it stands"][1])
    assert lines(axis)["ours"] == errors["ours"]


def test_errors_of_results_without_a_right_digit_are_marked_and_may_leave_the_picture() -> None:
    errors = {"clipped": [1e-16, 1e305], "ours": [1e-16, 1e-16]}
    figure = pictures.error_against_gap([1.0, 100.0], errors)
    figure.canvas.draw()
    (axis,) = figure.axes
    assert axis.get_ylim() == (1e-17, 1e3)
    marked = axis.get_lines()[-1].get_ydata()
    assert list(marked) == [1, 1]
