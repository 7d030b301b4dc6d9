"""The pictures of the chapter *robustness* show what their captions say."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import robustness as pictures


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    with mpl.rc_context():
        plt.switch_backend("agg")
        yield
    plt.close("all")


def curves() -> Iterator[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
    left, right = pictures.losses_against_margin().axes
    for loss, slope in zip(left.lines, right.lines, strict=True):
        assert loss.get_label() == slope.get_label()
        x, y = (np.asarray(values) for values in loss.get_data())
        yield str(loss.get_label()), x, y, np.asarray(slope.get_ydata())


def test_each_slope_is_the_derivative_of_its_loss() -> None:
    for name, margin, loss, slope in curves():
        smooth = np.abs(margin - 1) > 0.02 if name == "hinge" else margin < np.inf
        by_differences = np.gradient(loss, margin)
        # Central differences with a step of 0.01 are off by its square.
        inner = smooth[1:-1]
        np.testing.assert_allclose(
            slope[1:-1][inner], by_differences[1:-1][inner], atol=1e-4, err_msg=name
        )


def test_three_losses_let_go_of_the_most_wrong_and_three_do_not() -> None:
    far_left = {name: slope[0] for name, _, _, slope in curves()}
    keep = {name for name, slope in far_left.items() if slope < -0.95}
    let_go = {name for name, slope in far_left.items() if slope > -0.05}
    assert keep == {"cross-entropy", "focal", "hinge"}
    assert let_go == {"Brier", "generalised", "absolute"}
    bounded = {name for name, _, loss, _ in curves() if loss.max() <= 2}
    assert bounded == let_go


def test_dots_are_the_runs_and_lines_their_means() -> None:
    rates = {
        "cross-entropy": {"none": [0.1, 0.3], "many": [0.2, 0.2]},
        "Brier": {"none": [0.1, 0.1], "many": [0.4, 0.6]},
    }
    figure = pictures.error_rates(rates, ["none", "many"])
    for axis, share in zip(figure.axes, ("none", "many"), strict=True):
        assert axis.get_title() == share
        # Both panels have one scale, which holds all runs.
        assert axis.get_xlim()[0] == 0
        assert axis.get_xlim()[1] > 0.6
        dots, lines = axis.lines[::2], axis.lines[1::2]
        for runs, dot, line in zip(rates.values(), dots, lines, strict=True):
            assert list(dot.get_xdata()) == runs[share]
            assert line.get_xdata()[0] == pytest.approx(np.mean(runs[share]))
