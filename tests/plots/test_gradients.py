"""The pictures of the chapter *gradients* show what their captions say."""

import numpy as np
import pytest

from course_utils.losses import sigmoid_cross_entropy_and_gradient
from course_utils.plots import gradients as pictures


def line(axis, start):
    (found,) = [one for one in axis.get_lines() if str(one.get_label()).startswith(start)]
    return np.array(found.get_xdata()), np.array(found.get_ydata())


def test_the_curves_are_the_gradients_and_the_dot_is_on_the_peak() -> None:
    (axis,) = pictures.slopes_against_logit().axes
    logits, cross_entropy = line(axis, "cross-entropy")
    targets = np.zeros_like(logits)
    _, gradient = sigmoid_cross_entropy_and_gradient(targets, logits, reduction="none")
    assert np.allclose(cross_entropy, gradient, rtol=1e-12)

    _, squared = line(axis, "squared error")
    nudge = 1e-6

    def loss(z):
        return (1 / (1 + np.exp(-z))) ** 2

    differences = (loss(logits + nudge) - loss(logits - nudge)) / (2 * nudge)
    assert np.allclose(squared, differences, atol=1e-9)

    (dot,) = [one for one in axis.get_lines() if one.get_marker() == "o"]
    # The grid of the curve comes within half a step of its peak, where it is flat.
    assert dot.get_xdata()[0] == pytest.approx(logits[squared.argmax()], abs=0.02)
    assert dot.get_ydata()[0] == pytest.approx(squared.max(), abs=1e-4)
    assert dot.get_ydata()[0] >= squared.max()
    # The words beyond the peak are about the curve of their colour.
    (words,) = axis.texts
    (curve,) = [one for one in axis.get_lines() if str(one.get_label()).startswith("squared")]
    assert words.get_color() == curve.get_color()
    assert words.get_text().startswith("squared error:")


def test_the_race_shows_every_run_in_the_panel_of_its_loss() -> None:
    outputs = {
        "squared error": {"mild": [0.8, 0.5], "bad": [0.98, 0.97]},
        "cross-entropy": {"mild": [0.8, 0.3], "bad": [0.98, 0.5]},
    }
    figure = pictures.race(outputs)
    assert [axis.get_title() for axis in figure.axes] == list(outputs)
    for axis, runs in zip(figure.axes, outputs.values(), strict=True):
        for name, path in runs.items():
            assert line(axis, name)[1].tolist() == path
        # Told apart without colour.
        assert len({one.get_linestyle() for one in axis.get_lines()}) == 2
    (legend,) = figure.legends
    named = {
        words.get_text(): sample.get_linestyle()
        for words, sample in zip(legend.get_texts(), legend.get_lines(), strict=True)
    }
    for axis in figure.axes:
        assert named == {one.get_label(): one.get_linestyle() for one in axis.get_lines()}


def test_the_samples_lie_in_the_regions_of_the_model() -> None:
    weights = np.array([[1.0, 0.0], [-1.0, 0.0]])
    points = np.array([[2.0, 0.0], [-2.0, 1.0]])
    (axis,) = pictures.regions(weights, np.zeros(2), points, np.array([0, 1])).axes
    assert line(axis, "class 0")[0].tolist() == [2.0]
    assert line(axis, "class 1")[0].tolist() == [-2.0]
    filled = axis.collections[0]
    paths = filled.get_paths()
    # The first level is class 0, which wins on the right.
    assert paths[0].get_extents().x0 == pytest.approx(0, abs=0.02)
    assert paths[1].get_extents().x1 == pytest.approx(0, abs=0.02)
