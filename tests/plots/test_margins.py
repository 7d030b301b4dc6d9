"""The pictures of the chapter *margins* show what their captions say."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from course_utils.plots import margins as pictures


def lines(axis: Axes) -> dict[str, np.ndarray]:
    return {str(one.get_label()): np.asarray(one.get_xydata()) for one in axis.get_lines()}


def test_margins_lower_the_logit_and_only_arcface_turns_back() -> None:
    figure = pictures.target_logits(large=2, soft=1.0, length=4.0, additive=0.35, angle=0.5)
    axis, close = figure.axes
    np.testing.assert_array_equal(lines(close)["ArcFace"], lines(axis)["ArcFace"])
    assert close.get_xlim()[0] < 180 - np.degrees(0.5)
    drawn = lines(axis)
    plain = drawn["no margin"][:, 1]
    for name in ("L-Softmax", "soft margin", "additive margin"):
        assert np.all(drawn[name][1:, 1] < plain[1:])
        assert np.all(np.diff(drawn[name][:, 1]) < 0)
    degrees, arcface = drawn["ArcFace"].T
    assert degrees[arcface.argmin()] == pytest.approx(180 - np.degrees(0.5), abs=0.3)
    assert arcface[-1] > arcface.min()
    np.testing.assert_allclose(drawn["soft margin"][:, 1], plain - 1 / 4, atol=1e-12)
    first = drawn["ArcFace, fallback"][0]
    assert first[1] < arcface[degrees == first[0]] - 0.1


def test_the_bound_grows_with_the_scale_and_falls_with_the_classes() -> None:
    (axis,) = pictures.probability_bound([0.5, 1.0, 5.0], [2, 1000]).axes
    drawn = lines(axis)
    few, many = drawn["2 classes"][:, 1], drawn["1,000 classes"][:, 1]
    assert np.all(np.diff(few) > 0)
    assert np.all(many < few)
    assert few[1] == pytest.approx(np.e / (np.e + 1 / np.e))


def test_points_lie_on_or_outside_the_circle_in_the_direction_of_their_feature() -> None:
    angles = np.linspace(0, 6, 40)
    features = np.column_stack([np.cos(angles), np.sin(angles)])
    labels = np.arange(40) % 2
    (axis,) = pictures.circles({"a": (features, features[:2], labels)}).axes
    points = [one.get_xydata() for one in axis.get_lines() if one.get_marker() == "."]
    for k, drawn in enumerate(points):
        radius = np.linalg.norm(drawn, axis=1)
        assert np.all((radius >= 1) & (radius <= 1.12))
        np.testing.assert_allclose(drawn / radius[:, None], features[labels == k])
