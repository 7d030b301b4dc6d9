"""The pictures of the chapter *temperature* show what their captions say."""

import numpy as np
import pytest
from scipy import special, stats

from course_utils.plots import temperature as pictures

TEMPERATURES = np.array([0.1, 1.0, 10.0])


def test_softmax_hardmax_and_sparsemax_over_the_temperature() -> None:
    z = np.array([2.0, 1.0, -1.0])
    figure = pictures.over_temperature(z, TEMPERATURES, ("cat", "dog", "pig"))
    soft, hard, sparse = (
        np.column_stack([line.get_ydata() for line in axis.get_lines()]) for axis in figure.axes
    )
    np.testing.assert_allclose(soft, special.softmax(z / TEMPERATURES[:, None], axis=1))
    assert np.all(hard == [1, 0, 0])
    # Two classes and their difference of 1 / T: 10, 1 and 0.1; in the last case all three are in.
    np.testing.assert_allclose(sparse[:2], [[1, 0, 0], [1, 0, 0]])
    np.testing.assert_allclose(sparse[2], 1 / 3 + (z - z.mean()) / 10)
    assert all(axis.get_xscale() == "log" for axis in figure.axes)


def test_entropies_rise_from_that_of_the_ties_to_the_largest() -> None:
    cases = {"one leads": [2.0, 1.0, -1.0], "two lead": [2.0, 2.0, 0.0]}
    (axis,) = pictures.entropies(cases, [0.02, 1.0, 1e6]).axes
    one, two, dashed = (np.asarray(line.get_ydata()) for line in axis.get_lines())
    assert one[0] == pytest.approx(0, abs=1e-12)
    assert two[0] == pytest.approx(np.log(2))
    assert one[1] == pytest.approx(stats.entropy(special.softmax(cases["one leads"])))
    assert one[2] == pytest.approx(np.log(3))
    assert np.all(dashed == np.log(3))


def test_two_classes_by_four_functions() -> None:
    gaps = np.array([-2.0, -0.5, 0.5, 2.0])
    (axis,) = pictures.two_classes(gaps, 0.2).axes
    drawn = {str(line.get_label()): line.get_ydata() for line in axis.get_lines()}
    np.testing.assert_allclose(drawn["softmax"], special.expit(gaps))
    np.testing.assert_allclose(drawn["softmax, cold"], special.expit(gaps / 0.2))
    np.testing.assert_allclose(drawn["sparsemax"], [0, 0.25, 0.75, 1])
    np.testing.assert_allclose(drawn["hardmax"], [0, 0, 1, 1])
