"""The pictures of the chapter *convexity* show what their captions say."""

import numpy as np
import pytest
from scipy import optimize, special

from course_utils.plots import convexity as pictures

X = np.arange(8) - 3.5
Y = np.array([0, 0, 1, 0, 1, 1, 1, 1])


def losses(parameters: np.ndarray) -> tuple[float, float]:
    p = special.expit(parameters[0] * X + parameters[1])
    return -float(np.mean(special.xlogy(Y, p) + special.xlog1py(1 - Y, -p))), float(
        np.mean((p - Y) ** 2)
    )


def test_stars_mark_the_minima_and_paths_are_drawn_as_given() -> None:
    path = np.array([[-3.0, -5.0], [-1.0, 0.0], [1.0, 1.0]])
    paths = {"cross-entropy": [path], "squared error": [path[:2]]}
    axes = pictures.two_surfaces(X, Y, paths).axes
    for place, (axis, name) in enumerate(zip(axes, paths, strict=True)):
        lines = axis.get_lines()
        np.testing.assert_array_equal(np.transpose(lines[0].get_data()), paths[name][0])
        np.testing.assert_array_equal(np.ravel(lines[1].get_data()), path[0])
        np.testing.assert_array_equal(np.ravel(lines[2].get_data()), paths[name][0][-1])
        star = np.ravel(lines[-1].get_data())
        best = optimize.minimize(lambda q, place=place: losses(q)[place], star, tol=1e-10).x
        # As near as the grid allows, whose steps are a twentieth.
        np.testing.assert_allclose(star, best, atol=0.04)
        assert axis.get_title() == name


def test_every_local_minimum_is_marked() -> None:
    w = np.linspace(-3, 3, 601)
    drawn = {"cross-entropy": w**2, "squared error": (w**2 - 1) ** 2}
    for axis, expected in zip(pictures.one_weight(w, drawn).axes, ([0], [-1, 1]), strict=True):
        curve, marks = axis.get_lines()
        assert curve.get_ydata() == pytest.approx(drawn[axis.get_title()])
        assert marks.get_xdata() == pytest.approx(expected, abs=1e-9)


def test_a_point_marks_a_lowest_place_inside_alone() -> None:
    t = np.geomspace(0.1, 10, 201)
    falling, turning = np.exp(-t), t + 1 / t
    (axis,) = pictures.loss_against_scale(t, {"falls": falling, "turns": turning}).axes
    assert [line.get_label() for line in axis.get_lines()][:2] == ["falls", "turns"]
    assert len(axis.get_lines()) == 3
    assert np.ravel(axis.get_lines()[2].get_data()) == pytest.approx([1, 2])
