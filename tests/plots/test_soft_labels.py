"""The pictures of the chapter *soft labels* show what their captions say."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from course_utils.plots import soft_labels as pictures


def lines(axis: Axes) -> dict[str, np.ndarray]:
    return {str(one.get_label()): np.asarray(one.get_xydata()) for one in axis.get_lines()}


def test_the_soft_loss_is_lowest_at_the_share_and_the_hard_one_at_the_end() -> None:
    (axis,) = pictures.hard_and_soft([11, 9], "happiness").axes
    drawn = lines(axis)
    soft, hard = drawn["soft label"], drawn["majority label"]
    ((place, loss),) = drawn["lowest soft loss"]
    assert place == pytest.approx(0.55)
    assert loss <= soft[:, 1].min() + 1e-12
    assert soft[soft[:, 1].argmin(), 0] == pytest.approx(place, abs=0.002)
    assert np.all(np.diff(hard[:, 1]) < 0)


def test_gaps_make_the_gradient_of_the_smoothed_loss_vanish() -> None:
    amounts = np.array([0.01, 0.1, 0.5])
    (axis,) = pictures.gap_against_smoothing(amounts, [10]).axes
    drawn = lines(axis)
    for name, share in (
        ("10 classes", 1 - amounts + amounts / 10),
        ("the same, others alone", 1 - amounts),
    ):
        gaps = drawn[name][:, 1]
        probability = np.exp(gaps) / (np.exp(gaps) + 9)
        np.testing.assert_allclose(probability, share, rtol=1e-12)


def test_runs_are_drawn_by_their_mean_lowest_and_highest() -> None:
    runs = {"soft label": [[0.1, 0.3], [0.01, 0.03]], "majority": [[1.0, 1.0], [1.0, 1.0]]}
    (left, right) = pictures.divergence_against_clips([100, 400], {"a": runs, "b": runs}).axes
    assert left.get_title() == "a"
    for axis in (left, right):
        np.testing.assert_allclose(lines(axis)["soft label"][:, 1], [0.2, 0.02])
        bars = axis.collections[0].get_segments()
        np.testing.assert_allclose(np.array(bars)[:, :, 1], [[0.1, 0.3], [0.01, 0.03]])
