"""The picture of the chapter *soft_likelihood* shows what its caption says."""

import numpy as np
import pytest

from course_utils.plots import soft_likelihood as pictures


def test_runs_are_drawn_as_given_between_edges_that_close_with_the_root() -> None:
    means = np.random.default_rng(0).normal(size=(5, 1000))
    (axis,) = pictures.fan(means, limit=0.7, scale=2.0).axes
    *runs, upper, lower, level = axis.get_lines()
    assert len(runs) == 5
    for run, given in zip(runs, means, strict=True):
        places = run.get_xdata().astype(int) - 1
        assert places[0] == 0
        assert places[-1] == 999
        np.testing.assert_array_equal(run.get_ydata(), given[places])
    for edge, sign in ((upper, 1), (lower, -1)):
        assert edge.get_ydata()[0] == pytest.approx(0.7 + sign * 2.0)
        assert edge.get_ydata()[-1] == pytest.approx(0.7 + sign * 2.0 / np.sqrt(1000))
    assert level.get_ydata()[0] == 0.7
    assert axis.get_xscale() == "log"
