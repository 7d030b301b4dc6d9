"""The results on likelihood, against NumPy and SciPy by other routes."""

import numpy as np
import pytest
from scipy import integrate, optimize, special, stats

from course_utils.derivations import likelihood as proofs
from course_utils.likelihood import (
    bernoulli_log_likelihood,
    categorical_log_likelihood,
    gaussian_nll,
)

RNG = np.random.default_rng(2)
# What a bounded scalar search for an extremum reaches: the square root of the rounding.
SEARCH = 1e-6


def best(function: object, low: float, high: float) -> float:
    found = optimize.minimize_scalar(
        function, bounds=(low, high), method="bounded", options={"xatol": 1e-10}
    )
    return float(found.x)


@pytest.mark.parametrize(("heads", "tosses"), [(1, 10), (3, 7), (9, 10)])
def test_coin_is_estimated_by_the_share_of_heads(heads: int, tosses: int) -> None:
    proofs.bernoulli_estimate.check()
    outcomes = np.arange(tosses) < heads
    found = best(lambda theta: -bernoulli_log_likelihood(outcomes, theta), 0.001, 0.999)
    assert found == pytest.approx(heads / tosses, abs=SEARCH)


@pytest.mark.parametrize("heads", [0, 10])
def test_score_has_no_root_inside_without_heads_or_without_tails(heads: int) -> None:
    proofs.no_heads_score.check()
    outcomes = np.arange(10) < heads
    theta = np.linspace(0.001, 0.999, 999)
    slopes = np.diff(bernoulli_log_likelihood(outcomes, theta))
    assert np.all(slopes < 0) if heads == 0 else np.all(slopes > 0)


@pytest.mark.parametrize(("heads", "tails"), [(0, 0), (1, 9), (4, 2), (12, 30)])
def test_area_under_the_likelihood(heads: int, tails: int) -> None:
    proofs.area.check()
    area, _ = integrate.quad(lambda theta: theta**heads * (1 - theta) ** tails, 0, 1)
    by_factorials = (
        special.factorial(heads) * special.factorial(tails) / special.factorial(heads + tails + 1)
    )
    assert area == pytest.approx(by_factorials, rel=1e-9)
    if (heads, tails) == (1, 9):
        proofs.area_example.check()
        assert area == pytest.approx(1 / 110, rel=1e-12)


def test_classes_are_estimated_by_their_shares() -> None:
    proofs.categorical_bound.check()
    labels = np.repeat([0, 1, 2, 3], [5, 1, 2, 4])
    estimate = np.bincount(labels) / len(labels)
    highest = categorical_log_likelihood(labels, estimate)
    others = RNG.dirichlet(np.ones(4), size=500)
    assert all(categorical_log_likelihood(labels, other) < highest for other in others)


def test_case_of_equality_is_the_shares_alone() -> None:
    proofs.categorical_estimate.check()
    counts = np.array([5.0, 1.0, 2.0])
    shares = counts / counts.sum()
    moved = shares + 1e-4 * np.array([1.0, -1.0, 0.0])
    assert counts @ np.log(moved) < counts @ np.log(shares)


def test_gaussian_scale_is_the_mean_squared_residual() -> None:
    proofs.gaussian_scale.check()
    values, means = RNG.normal(size=20), RNG.normal(size=20)
    found = best(lambda v: np.sum(gaussian_nll(values, means, np.sqrt(v))), 0.01, 100)
    assert found == pytest.approx(np.mean((values - means) ** 2), rel=SEARCH)


def test_gaussian_likelihood_and_least_squares_have_one_optimum() -> None:
    proofs.least_squares.check()
    x, y = RNG.normal(size=15), RNG.normal(size=15)
    by_likelihood = best(lambda a: np.sum(gaussian_nll(y, a * x, 0.7)), -5, 5)
    by_squares = np.linalg.lstsq(x[:, None], y, rcond=None)[0][0]
    assert by_likelihood == pytest.approx(by_squares, abs=SEARCH)


def test_mean_has_the_least_squares() -> None:
    proofs.mean_minimises.check()
    y = RNG.normal(size=15)
    assert best(lambda m: np.sum((y - m) ** 2), -5, 5) == pytest.approx(y.mean(), abs=SEARCH)


def test_gaussian_density_is_that_of_scipy() -> None:
    proofs.gaussian_nll_derivation.check()
    y = RNG.normal(size=15)
    by_scipy = -stats.norm.logpdf(y, loc=0.3, scale=1.7)
    np.testing.assert_allclose(gaussian_nll(y, 0.3, 1.7), by_scipy, rtol=1e-14)


def test_tangent_lies_above_the_logarithm() -> None:
    proofs.log_bound.check()
    u = np.geomspace(1e-6, 1e6, 1001)
    assert np.all(np.log(u) <= u - 1)
