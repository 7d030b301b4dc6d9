"""The sigmoid and its relatives, against mpmath, against one another and at the edges."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.sigmoid import log_sigmoid, logit, odds, sigmoid, softplus

INF, NAN = math.inf, math.nan
ELEMENTWISE = [sigmoid, log_sigmoid, softplus, logit, odds]

# At |x| = 745 the truth lies 1e-324 away from 0 or 1. 1000 digits leave hundreds after that.
DIGITS = 1000

# The literal definitions.
TRUTH = {
    sigmoid: lambda x: 1 / (1 + mpmath.exp(-x)),
    log_sigmoid: lambda x: mpmath.log(1 / (1 + mpmath.exp(-x))),
    softplus: lambda x: mpmath.log(1 + mpmath.exp(x)),
    logit: lambda p: mpmath.log(p / (1 - p)),
    odds: lambda p: p / (1 - p),
}

# Units in the last place. Each function takes at most four roundings, of ½ to 1 unit each.
UNITS = {sigmoid: 2, log_sigmoid: 2, softplus: 2, logit: 3, odds: 2}


def assert_exact_to(units, results, arguments, definition):
    with mpmath.workdps(DIGITS):
        for result, argument in zip(results, arguments, strict=True):
            truth = definition(mpmath.mpf(float(argument)))
            unit = np.spacing(np.abs(results.dtype.type(float(truth))))
            error = abs(mpmath.mpf(float(result)) - truth) / mpmath.mpf(float(unit))
            assert error <= units, f"{argument!r}: {result!r} is {float(error):.1f} units off"


def log_odds(dtype):
    rng = np.random.default_rng(20)
    size = 100 if dtype is np.float32 else 740
    return {
        "normal": rng.normal(0, 3, 60),
        "wide": rng.uniform(-size, size, 60),
        "tiny": rng.choice([-1, 1], 60) * 10.0 ** rng.uniform(-30, -1, 60),
        "saturated": np.concatenate([rng.uniform(30, size, 30), rng.uniform(-size, -30, 30)]),
    }


def some_probabilities(dtype):
    rng = np.random.default_rng(21)
    eps = float(np.finfo(dtype).eps)
    smallest = -37 if dtype is np.float32 else -300
    return {
        "uniform": rng.uniform(0, 1, 60),
        "small": 10.0 ** rng.uniform(smallest, -1, 60),
        "next to a half": 0.5 + eps * rng.integers(-1000, 1000, 60),
        "near a half": 0.5 + rng.uniform(-1e-3, 1e-3, 60),
        "around a quarter": rng.uniform(0.2, 0.3, 60),
        "next to one": 1 - eps * rng.integers(1, 1000, 60),
    }


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("family", log_odds(np.float64))
@pytest.mark.parametrize("function", [sigmoid, log_sigmoid, softplus])
def test_functions_of_log_odds_against_mpmath(function, family, dtype):
    x = log_odds(dtype)[family].astype(dtype)
    results = function(x)
    assert results.dtype == dtype
    assert_exact_to(UNITS[function], results, x, TRUTH[function])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("family", some_probabilities(np.float64))
@pytest.mark.parametrize("function", [logit, odds])
def test_functions_of_probabilities_against_mpmath(function, family, dtype):
    p = some_probabilities(dtype)[family].astype(dtype)
    results = function(p)
    assert results.dtype == dtype
    assert_exact_to(UNITS[function], results, p, TRUTH[function])


def test_subnormal_probabilities_keep_their_logit():
    assert logit(5e-324) == pytest.approx(-744.4400719213812, rel=1e-15)
    assert sigmoid(-745.0) == 5e-324


@pytest.mark.parametrize(
    ("function", "at_minus_infinity", "at_infinity"),
    [(sigmoid, 0, 1), (log_sigmoid, -INF, 0), (softplus, 0, INF)],
)
def test_limits_of_log_odds(function, at_minus_infinity, at_infinity):
    assert function(-INF) == at_minus_infinity
    assert function(INF) == at_infinity
    assert function(-1e308) == (-1e308 if function is log_sigmoid else at_minus_infinity)
    assert function(1e308) == (1e308 if function is softplus else at_infinity)


def test_limits_of_probabilities():
    assert logit([0.0, 0.5, 1.0]).tolist() == [-INF, 0, INF]
    assert odds([0.0, 0.5, 1.0]).tolist() == [0, 1, INF]


def test_the_logarithm_of_certainty_has_no_minus_sign():
    assert math.copysign(1, log_sigmoid(INF)) == 1


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_nan_passes(function):
    result = function([NAN, 0.5])
    assert np.isnan(result).tolist() == [True, False]


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_shapes_and_dtypes(function):
    assert np.ndim(function(0.25)) == 0
    assert function(np.float32(0.25)).dtype == np.float32
    assert function(0).dtype == function([0, 1]).dtype == np.float64
    assert function(np.float16(0.25)).dtype == np.float64
    assert function(np.zeros((2, 0, 3))).shape == (2, 0, 3)
    grid = np.linspace(0, 1, 24).reshape(4, 6)
    assert np.array_equal(function(grid[::2, ::3]), function(grid.copy())[::2, ::3])


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_the_input_is_not_changed(function):
    x = np.array([0.0, 0.3, 1.0])
    x.flags.writeable = False
    function(x)
    assert x.tolist() == [0.0, 0.3, 1.0]


@pytest.mark.parametrize("function", ELEMENTWISE)
@pytest.mark.parametrize("values", ["0.5", [1j], [None]])
def test_what_is_no_real_number_is_an_error(function, values):
    with pytest.raises(TypeError, match="must hold real numbers"):
        function(values)


@pytest.mark.parametrize("function", [logit, odds])
@pytest.mark.parametrize("outside", [-0.1, 1.1, INF, -5e-324])
def test_what_is_no_probability_is_an_error(function, outside):
    with pytest.raises(ValueError, match=r"^p must lie in \[0, 1\], but p\[1\] is "):
        function([0.5, outside])


real = st.floats(-700, 700)
fair = settings(max_examples=200, deadline=None, derandomize=True)


@fair
@given(real)
def test_the_two_classes_share_one(x):
    # Each term is exact to 2 units, of which the larger term's weigh.
    assert sigmoid(x) + sigmoid(-x) == pytest.approx(1, abs=5e-16)


@fair
@given(real)
def test_log_sigmoid_is_minus_softplus_of_the_opposite(x):
    assert log_sigmoid(x) == -softplus(-x)


@fair
@given(st.floats(-30, 30))
def test_the_logit_undoes_the_sigmoid(x):
    # A rounding of p by eps·p moves the logit by eps/(1 − p), which is eps·(1 + e^x).
    assert logit(sigmoid(x)) == pytest.approx(x, rel=1e-15, abs=4e-16 * (1 + math.exp(x)))


@fair
@given(st.floats(0, 1))
def test_opposite_probabilities_have_opposite_logits(p):
    opposite = 1 - p
    if 1 - opposite == p:
        assert logit(opposite) == pytest.approx(-logit(p), rel=1e-15)


@fair
@given(st.floats(0, 1), st.floats(0, 1))
def test_odds_rise_with_the_probability(p, q):
    # Correctly rounded operations keep an order, so this holds to the last digit.
    low, high = sorted([p, q])
    assert odds(low) <= odds(high)
