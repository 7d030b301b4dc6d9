"""What the pictures of the chapter *likelihood* show."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from course_utils.plots import likelihood as pictures

TOSSES = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
CANDIDATES = {"fair": 0.5, "A": 0.1, "B": 0.7}


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    with mpl.rc_context():
        plt.switch_backend("agg")
        yield
    plt.close("all")


def drawn(axis: Axes, line: int) -> tuple[np.ndarray, np.ndarray]:
    x, y = axis.lines[line].get_data()
    return np.asarray(x), np.asarray(y)


def test_coin_curve_is_the_product_of_the_factors() -> None:
    likelihood, _ = pictures.coin_likelihood(TOSSES, CANDIDATES).axes
    theta, height = drawn(likelihood, 0)
    # The exponential turns the rounding of a logarithm into a relative error of its own size.
    largest_logarithm = 9 * 2 * np.log(4000 / np.pi)
    rounding = 2 * largest_logarithm * np.finfo(float).eps
    np.testing.assert_allclose(height, theta * (1 - theta) ** 9, rtol=rounding)


def test_coin_dashed_line_stands_at_the_largest_value_of_both_curves() -> None:
    for axis in pictures.coin_likelihood(TOSSES, CANDIDATES).axes:
        theta, height = drawn(axis, 0)
        largest = theta[height.argmax()]
        spacing = np.diff(theta).max()
        assert drawn(axis, 2)[0] == pytest.approx([largest, largest], abs=spacing)


def test_coin_marks_lie_on_the_curves_and_carry_their_names() -> None:
    likelihood, logarithm = pictures.coin_likelihood(TOSSES, CANDIDATES).axes
    mark, height = drawn(likelihood, 1)
    np.testing.assert_array_equal(mark, [0.5, 0.1, 0.7])
    np.testing.assert_allclose(height, [0.5**10, 0.1 * 0.9**9, 0.7 * 0.3**9], rtol=1e-14)
    np.testing.assert_allclose(drawn(logarithm, 1)[1], np.log(height), rtol=1e-14)
    for axis in (likelihood, logarithm):
        named = {text.get_text(): text.xy for text in axis.texts}
        assert named == dict(zip(CANDIDATES, zip(*drawn(axis, 1), strict=True), strict=True))
        low, high = axis.get_ylim()
        assert np.all((low <= drawn(axis, 1)[1]) & (drawn(axis, 1)[1] <= high))


def test_estimates_show_every_sample_and_the_truth() -> None:
    few, many = [0.1, 0.3, 0.3, 1.0], [0.29, 0.3, 0.31, 0.31, 0.0]
    left, right = pictures.estimates(0.3, {10: few, 100: many}).axes
    assert (left.get_title(), right.get_title()) == ("10 tosses", "100 tosses")
    for axis, values in ((left, few), (right, many)):
        bars = {
            round(bar.get_x() + bar.get_width() / 2, 3): bar.get_height()
            for bar in axis.patches
            if bar.get_height() > 0
        }
        assert sum(bars.values()) == pytest.approx(1)
        share = np.mean(np.abs(np.array(values) - 0.3) < 0.025)
        assert bars[0.3] == pytest.approx(share)
        assert list(drawn(axis, 0)[0]) == [0.3, 0.3]
    assert left.get_xlim() == right.get_xlim()


def test_fitted_lines_pass_where_their_coefficients_say_and_the_points_are_those_given() -> None:
    hours, pages = [1.0, 2.0, 4.0], [2.0, 5.0, 3.0]
    lines = {"least squares": [0.5, 2.0], "least absolute values": [1.0, -3.0]}
    (axis,) = pictures.fitted_lines(hours, pages, lines).axes
    assert [line.get_label() for line in axis.lines[:2]] == list(lines)
    for line, (intercept, slope) in enumerate(lines.values()):
        x, y = drawn(axis, line)
        assert (x.min(), x.max()) == (1.0, 4.0)
        np.testing.assert_allclose(y, intercept + slope * x, rtol=1e-15)
    np.testing.assert_array_equal(drawn(axis, 2), [hours, pages])


def test_fitted_lines_have_the_colours_of_their_losses() -> None:
    (fitted,) = pictures.fitted_lines([0, 1], [0, 1], {"squares": [0, 1], "wedges": [1, 0]}).axes
    _, losses = pictures.noise_and_loss(1.0).axes
    for line, loss in zip(fitted.lines, losses.lines, strict=False):
        assert line.get_color() == loss.get_color()
        assert line.get_linestyle() == loss.get_linestyle()


@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_noise_densities_have_area_one_and_the_losses_are_minus_their_logarithms(
    scale: float,
) -> None:
    density, loss = pictures.noise_and_loss(scale).axes
    for line, name in enumerate(("Gaussian", "Laplace")):
        residual, height = drawn(density, line)
        assert density.lines[line].get_label() == loss.lines[line].get_label() == name
        # The Laplace tails beyond five scales hold exp(−5) of the area.
        assert np.sum((height[1:] + height[:-1]) * np.diff(residual)) / 2 == pytest.approx(
            1, abs=1.1 * np.exp(-5)
        )
        np.testing.assert_allclose(drawn(loss, line)[1], -np.log(height), rtol=1e-12, atol=1e-12)


def test_noise_losses_are_a_parabola_and_a_wedge() -> None:
    scale = 2.0
    _, loss = pictures.noise_and_loss(scale).axes
    residual, parabola = drawn(loss, 0)
    wedge = drawn(loss, 1)[1]
    middle = len(residual) // 2
    assert residual[middle] == 0
    np.testing.assert_allclose(parabola - parabola[middle], residual**2 / 8, atol=1e-12)
    np.testing.assert_allclose(wedge - wedge[middle], np.abs(residual) / 2, atol=1e-12)
