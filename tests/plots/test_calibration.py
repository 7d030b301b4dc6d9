"""The pictures of the chapter *calibration* show what their captions say."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.calibration import fit_temperature, reliability_curve
from course_utils.losses import softmax_cross_entropy
from course_utils.plots import calibration as pictures


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    with mpl.rc_context():
        plt.switch_backend("agg")
        yield
    plt.close("all")


def test_only_the_strictly_proper_losses_are_least_at_the_truth() -> None:
    (axis,) = pictures.mean_losses(0.7).axes
    curves = {str(line.get_label()): line for line in axis.lines if len(line.get_xdata()) > 9}
    assert set(curves) == set(pictures.COLOURS)
    lowest = {}
    for name, line in curves.items():
        x, y = (np.asarray(values) for values in line.get_data())
        lowest[name] = x[np.isclose(y, np.nanmin(y), rtol=0, atol=1e-12)]
    assert lowest["cross-entropy"].tolist() == lowest["Brier score"].tolist() == [0.7]
    assert lowest["absolute error"].tolist() == [0.999]
    # Every forecast above one half costs the same.
    assert lowest["zero-one loss"].min() == 0.501
    assert lowest["zero-one loss"].max() == 0.999
    marked = [float(line.get_xdata()[0]) for line in axis.lines if line.get_marker() == "o"]
    assert marked == [0.7, 0.7, 0.999]
    # At the forecast 1/2 the losses are known: log 2, 1/2 and 1.
    middle = {name: float(np.asarray(line.get_ydata())[499]) for name, line in curves.items()}
    assert middle["cross-entropy"] == pytest.approx(np.log(2))
    assert middle["Brier score"] == pytest.approx(0.5)
    assert middle["absolute error"] == pytest.approx(1)


def test_a_reliability_diagram_draws_filled_bins_with_intervals_and_all_counts() -> None:
    labels = [0, 1, 0, 1, 1, 1]
    curve = reliability_curve(labels, [0.1, 0.1, 0.2, 0.9, 0.8, 0.95], n_bins=5)
    figure = pictures.reliability({"one": curve, "two": curve})
    above, below = figure.axes[0], figure.axes[2]
    assert [axis.get_title() for axis in figure.axes[:2]] == ["one", "two"]
    points, _, (bars,) = above.containers[0]
    filled = curve.counts > 0
    np.testing.assert_array_equal(points.get_xdata(), curve.prob_pred[filled])
    np.testing.assert_array_equal(points.get_ydata(), curve.prob_true[filled])
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    np.testing.assert_allclose(ends[:, 0], curve.lower[filled], atol=1e-15)
    np.testing.assert_allclose(ends[:, 1], curve.upper[filled], atol=1e-15)
    assert [bar.get_height() for bar in below.patches] == curve.counts.tolist()
    assert [bar.get_x() for bar in below.patches] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])


def test_the_marked_temperature_is_the_lowest_of_both_curves() -> None:
    labels, logits = [0, 0, 0, 1], np.array([[4.0, 0.0]] * 4)
    best = fit_temperature(labels, logits)
    temperatures = np.geomspace(0.5, 50, 201)
    losses = [float(softmax_cross_entropy(labels, logits / t)) for t in temperatures]
    figure = pictures.loss_against_temperature(temperatures, losses, best)
    for axis, place in zip(figure.axes, (1 / best, best), strict=True):
        curve, mark = axis.lines
        assert float(mark.get_xdata()[0]) == place
        height = float(mark.get_ydata()[0])
        # The curve is read between two of its points, which lie above the minimum.
        assert min(losses) - 1e-4 <= height <= min(losses) + 1e-3
        x = np.asarray(curve.get_xdata())
        nearest = x[np.argmin(np.asarray(curve.get_ydata()))]
        assert nearest == pytest.approx(place, rel=0.03)
