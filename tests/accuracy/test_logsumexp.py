"""Log-sum-exp is as exact as SciPy's on every family of inputs, or more so."""

import accuracy
import families
import numpy as np
import pytest

(MEASURE,) = (measure for measure in accuracy.MEASURES if measure.name == "logsumexp")
# Of logits far apart the truth takes hundreds of digits: they are left to the benchmark.
DEAR = {
    "wide",
    "mixed",
    "far apart",
    "confident",
    "subnormal tails",
    *families.MOST_CASES,
}
FAMILIES = [name for name in MEASURE.inputs if name not in DEAR]


@pytest.mark.parametrize("dtype", accuracy.BOTH)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_largest_error_is_not_above_that_of_scipy(family, dtype):
    errors = accuracy.errors_of(MEASURE, family, dtype, 100)
    assert errors.worst["ours"] <= errors.worst["SciPy"] + 0.01


@pytest.mark.parametrize("family", ["normal", "one ruled out"])
def test_little_but_the_last_rounding_is_left(family):
    # The result is rounded once, by half a unit. The logarithm is one of a number between √½ and
    # √2, thus below 0.35: its own error, about half a unit of 0.25 to 0.5, is small beside 1 or 2.
    errors = accuracy.errors_of(MEASURE, family, np.float64, 100)
    assert errors.worst["ours"] <= 0.63
