"""Likelihoods against mpmath and SciPy, by their properties, at the edges."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.information import cross_entropy, entropy
from course_utils.likelihood import (
    bernoulli_log_likelihood,
    categorical_log_likelihood,
    gaussian_mixture_nll,
    gaussian_nll,
    laplace_nll,
)
from course_utils.losses import binary_cross_entropy, categorical_cross_entropy

INF, NAN = math.inf, math.nan
EPS = np.finfo(np.float64).eps

# Relative to the largest part of the result, in units of 2⁻⁵²: a logarithm, a quotient, a square
# and two sums.
UNITS = 6

ONE_HEAD_IN_TEN = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]

fair = settings(max_examples=100, deadline=None, derandomize=True)


# --- Bernoulli ------------------------------------------------------------------------------------


def test_the_four_coin_models_of_the_course():
    heads = np.array([0.1, 0.7, 0.2, 0.5])
    likelihoods = np.exp(bernoulli_log_likelihood(ONE_HEAD_IN_TEN, heads))
    exact = [Fraction(h).limit_denominator(10) for h in heads]
    truth = [float(h * (1 - h) ** 9) for h in exact]
    # exp multiplies the absolute error of a logarithm near -10.
    np.testing.assert_allclose(likelihoods, truth, rtol=20 * EPS)
    np.testing.assert_allclose(likelihoods, [0.0387, 1.38e-5, 0.0268, 0.000977], rtol=3e-3)


def test_the_likelihood_is_no_density_over_theta():
    area, _ = scipy.integrate.quad(
        lambda theta: math.exp(bernoulli_log_likelihood(ONE_HEAD_IN_TEN, theta)), 0, 1
    )
    assert area == pytest.approx(1 / 110, rel=1e-8, abs=0)  # the quadrature's promise


@fair
@given(st.lists(st.sampled_from([0, 1]), min_size=1, max_size=30), st.floats(0, 1))
def test_bernoulli_against_the_product_of_the_probabilities(outcomes, theta):
    result = float(bernoulli_log_likelihood(outcomes, theta))
    factors = [Fraction(theta) if outcome else 1 - Fraction(theta) for outcome in outcomes]
    product = math.prod(factors)
    if product == 0:
        assert result == -INF
        return
    with mpmath.workdps(700):  # 1 - 5e-324 is not 1
        truth = mpmath.log(mpmath.mpf(product.numerator) / product.denominator)
        assert abs(result - truth) <= UNITS * EPS * abs(truth)


@fair
@given(st.lists(st.sampled_from([0, 1]), min_size=1, max_size=30))
def test_the_mean_of_the_outcomes_maximises_the_likelihood(outcomes):
    best = bernoulli_log_likelihood(outcomes, np.mean(outcomes))
    others = bernoulli_log_likelihood(outcomes, np.linspace(0, 1, 101))
    assert (others <= best * (1 - UNITS * EPS)).all()


def test_bernoulli_at_the_ends():
    assert bernoulli_log_likelihood([0, 0], 0) == 0
    assert bernoulli_log_likelihood([1, 1], 1) == 0
    np.testing.assert_array_equal(bernoulli_log_likelihood([0, 1], [0, 1]), [-INF, -INF])


def test_a_probability_next_to_0_loses_nothing():
    assert bernoulli_log_likelihood([0], 1e-20) == -1e-20


def test_bernoulli_shapes_and_dtypes():
    candidates = np.linspace(0.1, 0.9, 6, dtype=np.float32).reshape(2, 3)
    result = bernoulli_log_likelihood(ONE_HEAD_IN_TEN, candidates)
    assert result.shape == (2, 3)
    assert result.dtype == np.float32
    as_table = np.reshape(ONE_HEAD_IN_TEN, (2, 5)).astype(bool)
    np.testing.assert_array_equal(bernoulli_log_likelihood(as_table, candidates), result)
    assert bernoulli_log_likelihood(1, 0.5) == -math.log(2)


def test_ten_thousand_tosses_do_not_underflow():
    result = bernoulli_log_likelihood(np.zeros(10_000, int), 0.5)
    assert result == pytest.approx(-10_000 * math.log(2), rel=UNITS * EPS, abs=0)


def test_bernoulli_is_minus_n_binary_cross_entropies():
    losses = binary_cross_entropy(ONE_HEAD_IN_TEN, np.full(10, 0.3), reduction="sum")
    assert bernoulli_log_likelihood(ONE_HEAD_IN_TEN, 0.3) == pytest.approx(
        -losses, rel=10 * EPS, abs=0
    )


# --- categorical ----------------------------------------------------------------------------------


@st.composite
def samples(draw):
    classes = draw(st.integers(1, 6))
    labels = draw(st.lists(st.integers(0, classes - 1), min_size=1, max_size=20))
    weights = np.array([draw(st.integers(1, 100)) for _ in range(classes)])
    return labels, weights / weights.sum()


@fair
@given(samples())
def test_categorical_against_the_product_of_the_probabilities(sample):
    labels, p = sample
    total = sum(map(Fraction, p))
    product = math.prod(Fraction(p[label]) / total for label in labels)
    with mpmath.workdps(50):
        truth = mpmath.log(mpmath.mpf(product.numerator) / product.denominator)
        assert abs(float(categorical_log_likelihood(labels, p)) - truth) <= UNITS * EPS * abs(truth)


@fair
@given(samples())
def test_categorical_is_minus_n_times_the_cross_entropy_from_the_shares(sample):
    labels, p = sample
    shares = np.bincount(labels, minlength=len(p)) / len(labels)
    result = categorical_log_likelihood(labels, p)
    assert result == pytest.approx(-len(labels) * cross_entropy(shares, p), rel=10 * EPS, abs=0)
    # The shares maximise it, by Gibbs' inequality: what is left is their entropy.
    assert result <= -len(labels) * entropy(shares) * (1 - 10 * EPS)
    assert categorical_log_likelihood(labels, shares) == pytest.approx(
        -len(labels) * entropy(shares), rel=10 * EPS, abs=0
    )


def test_categorical_with_one_model_for_each_sample():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(4), 50)
    labels = rng.integers(0, 4, 50)
    one_by_one = [categorical_log_likelihood([y], row) for y, row in zip(labels, p, strict=True)]
    result = categorical_log_likelihood(labels, p)
    assert result == pytest.approx(math.fsum(one_by_one), rel=10 * EPS, abs=0)
    assert result == pytest.approx(
        -categorical_cross_entropy(labels, p, reduction="sum"), rel=10 * EPS, abs=0
    )


def test_categorical_edges():
    assert categorical_log_likelihood([0, 0], [1, 0]) == 0
    assert math.copysign(1, categorical_log_likelihood([0, 0], [1, 0])) == 1
    assert categorical_log_likelihood([0, 1], [1, 0]) == -INF
    # What certainty leaves to the other class, which 1 - 1e-20 has lost.
    assert categorical_log_likelihood([0], [1, 1e-20]) == -1e-20
    assert categorical_log_likelihood(np.array([0, 1]), np.float32([0.5, 0.5])).dtype == np.float32


# --- densities ------------------------------------------------------------------------------------


def some_values():
    rng = np.random.default_rng(1)
    scale = 10 ** rng.uniform(-6, 6, 400)
    location = rng.normal(0, 1, 400)
    return location + scale * 10 ** rng.uniform(-3, 3, 400) * rng.normal(0, 1, 400), location, scale


def assert_near(result, parts):
    """Hold a float to a sum, within a few units of its largest part (or of 1)."""
    allowed = UNITS * EPS * max(1, *map(abs, parts))
    assert abs(mpmath.mpf(float(result)) - mpmath.fsum(parts)) <= allowed


def test_gaussian_nll_against_mpmath():
    arguments = some_values()
    with mpmath.workdps(40):
        for result, *numbers in zip(gaussian_nll(*arguments), *arguments, strict=True):
            x, mean, scale = (mpmath.mpf(float(v)) for v in numbers)
            logarithm = mpmath.log(2 * mpmath.pi * scale**2) / 2
            assert_near(result, [logarithm, (x - mean) ** 2 / (2 * scale**2)])


def test_laplace_nll_against_mpmath():
    arguments = some_values()
    with mpmath.workdps(40):
        for result, *numbers in zip(laplace_nll(*arguments), *arguments, strict=True):
            x, location, scale = (mpmath.mpf(float(v)) for v in numbers)
            assert_near(result, [mpmath.log(2 * scale), abs(x - location) / scale])


def test_densities_against_scipy():
    x, location, scale = some_values()
    # SciPy takes the logarithm of a Laplace density, which is 0 beyond 745 scales.
    x = np.clip(x, location - 700 * scale, location + 700 * scale)
    np.testing.assert_allclose(
        gaussian_nll(x, location, scale), -scipy.stats.norm(location, scale).logpdf(x), rtol=1e-12
    )
    np.testing.assert_allclose(
        laplace_nll(x, location, scale), -scipy.stats.laplace(location, scale).logpdf(x), rtol=1e-12
    )


@pytest.mark.parametrize(
    "nll",
    [
        lambda x: gaussian_nll(x, 0.3, 0.7),
        lambda x: laplace_nll(x, 0.3, 0.7),
        lambda x: gaussian_mixture_nll(x, [0.2, 0.8], [-1, 2], [0.5, 0.3]),
    ],
)
def test_the_densities_have_area_1(nll):
    area, _ = scipy.integrate.quad(lambda x: math.exp(-nll(x)), -40, 40, points=[-1, 0.3, 2])
    assert area == pytest.approx(1, abs=1e-7)  # the quadrature promises 1.5e-8


@pytest.mark.parametrize("nll", [gaussian_nll, laplace_nll])
def test_elementwise_edges(nll):
    assert math.isnan(nll(NAN, 0, 1))
    assert math.isnan(nll(0, NAN, 1))
    assert math.isnan(nll(0, 0, NAN))
    assert nll(INF, 0, 1) == nll(-INF, 0, 1) == INF
    assert nll(1e200, 0, 1e-200) == INF
    assert nll(np.float32(1), 0.0, 1.0).dtype == np.float32
    assert nll(np.zeros((3, 1)), np.zeros(2), 1).shape == (3, 2)
    assert nll(np.float32(3e38), 0, np.float32(1e-38)) == INF


def test_the_widest_laplace_distribution():
    # Twice the scale is out of range.
    assert laplace_nll(0, 0, 1.5e308) == pytest.approx(math.log(3) + 308 * math.log(10), abs=1e-12)


def test_gaussian_minimises_at_the_mean_and_laplace_at_the_median():
    values = np.array([0.0, 1.0, 5.0])
    candidates = np.linspace(-1, 6, 701)[:, np.newaxis]
    best = candidates[gaussian_nll(values, candidates, 1).sum(axis=1).argmin(), 0]
    assert best == pytest.approx(2, abs=0.005)
    best = candidates[laplace_nll(values, candidates, 1).sum(axis=1).argmin(), 0]
    assert best == pytest.approx(1, abs=0.005)


# --- mixtures -------------------------------------------------------------------------------------


def test_mixture_against_mpmath():
    rng = np.random.default_rng(2)
    for _ in range(60):
        weights = rng.dirichlet(np.ones(3))
        means, scales = rng.normal(0, 3, 3), 10 ** rng.uniform(-2, 1, 3)
        x = rng.normal(0, 10)
        result = gaussian_mixture_nll(x, weights, means, scales)
        with mpmath.workdps(2000):  # a far value has a density of 1e-1000
            pi, mu, sigma = ([mpmath.mpf(float(v)) for v in a] for a in (weights, means, scales))
            density = mpmath.fsum(
                w * mpmath.npdf(mpmath.mpf(float(x)), m, s)
                for w, m, s in zip(pi, mu, sigma, strict=True)
            ) / mpmath.fsum(pi)
            truth = -mpmath.log(density)
            assert abs(mpmath.mpf(float(result)) - truth) <= UNITS * EPS * max(1, abs(truth))


def test_one_component_is_a_gaussian_and_equal_ones_too():
    x = np.linspace(-50, 50, 11)
    # Parts of both signs: the error is that of the largest, 1250.
    near = {"rtol": UNITS * EPS, "atol": UNITS * EPS}
    single = gaussian_nll(x, 0.5, 2)
    np.testing.assert_allclose(gaussian_mixture_nll(x, [1], [0.5], [2]), single, **near)
    equal = gaussian_mixture_nll(x, [0.2, 0.8], [0.5, 0.5], [2, 2])
    np.testing.assert_allclose(equal, single, **near)
    unused = gaussian_mixture_nll(x, [1, 0], [0.5, 30], [2, 1e-3])
    np.testing.assert_allclose(unused, single, **near)


def test_mixture_with_parameters_of_its_own_for_each_value():
    rng = np.random.default_rng(3)
    x, weights = rng.normal(0, 1, 7), rng.dirichlet(np.ones(3), 7)
    means, scales = rng.normal(0, 1, (7, 3)), rng.uniform(0.5, 2, (7, 3))
    result = gaussian_mixture_nll(x, weights, means, scales)
    one_by_one = [gaussian_mixture_nll(*a) for a in zip(x, weights, means, scales, strict=True)]
    np.testing.assert_array_equal(result, one_by_one)


def test_mixture_edges():
    assert math.isnan(gaussian_mixture_nll(NAN, [0.5, 0.5], [0, 1], [1, 1]))
    assert gaussian_mixture_nll(INF, [0.5, 0.5], [0, 1], [1, 1]) == INF
    far = gaussian_mixture_nll(1e6, [0.5, 0.5], [0, 0], [1, 1])
    assert far == pytest.approx(5e11, rel=1e-11, abs=0)  # its constant is 0.9
    single = np.float32([0.5, 0.5])
    assert gaussian_mixture_nll(np.float32(0), single, single, single).dtype == np.float32
    assert gaussian_mixture_nll(np.zeros((2, 5)), [1], [0], [1]).shape == (2, 5)


def test_a_component_that_shrinks_onto_a_value_is_unbounded_below():
    totals = [
        gaussian_mixture_nll([0.0, 1.0], [0.5, 0.5], [0, 0.5], [scale, 1]).sum()
        for scale in 10.0 ** -np.arange(1, 100, 20)
    ]
    np.testing.assert_allclose(np.diff(totals)[1:], -20 * math.log(10), rtol=1e-12)
