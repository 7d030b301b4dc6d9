"""The pictures of the chapter *softmax* show what their captions say."""

import numpy as np
import pytest

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


def test_errors_are_drawn_as_given_and_zero_at_the_bottom() -> None:
    errors = {"a": [1e-16, 1e-8], "b": [1e-16, 1.0], "c": [0.0, 1e-16]}
    (axis,) = pictures.error_against_gap([1.0, 2.0], errors).axes
    drawn = {str(one.get_label()): one.get_ydata().tolist() for one in axis.get_lines()}
    assert drawn["a"] == errors["a"]
    assert drawn["b"] == errors["b"]
    assert drawn["c"] == [1e-17, 1e-16]
    assert axis.get_yscale() == "log"
