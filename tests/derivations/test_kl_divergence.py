"""The results on the Kullback–Leibler divergence, against NumPy and SciPy by other routes."""

import math

import mpmath
import numpy as np
import pytest
from scipy import integrate, optimize, special, stats

from course_utils import information
from course_utils.derivations import kl_divergence as proofs

RNG = np.random.default_rng(11)
PAIRS = [RNG.dirichlet(np.ones(k), size=2) for k in (2, 3, 5, 8)]
GAUSSIANS = [(0.0, 1.0, 1.0, 2.0), (0.3, 0.7, -1.1, 0.9), (2.0, 3.0, 2.0, 0.8)]

# Quadrature promises 1.5e-8 absolute by default and reaches far more on smooth densities.
QUADRATURE = 1e-9


def over_the_line(function) -> float:
    return integrate.quad(function, -np.inf, np.inf, epsabs=1e-12)[0]


@pytest.mark.parametrize(("mu_p", "s_p", "mu_q", "s_q"), GAUSSIANS)
def test_gaussian_forms_by_quadrature(mu_p: float, s_p: float, mu_q: float, s_q: float) -> None:
    for proof in (proofs.gaussian_divergence, proofs.gaussian_cross_entropy):
        proof.check()
    p, q = stats.norm(mu_p, s_p), stats.norm(mu_q, s_q)
    divergence = over_the_line(lambda y: p.pdf(y) * (p.logpdf(y) - q.logpdf(y)))
    cross = over_the_line(lambda y: -p.pdf(y) * q.logpdf(y))
    arguments = (mu_p, s_p, mu_q, s_q)
    assert information.gaussian_kl_divergence(*arguments) == pytest.approx(
        divergence, abs=QUADRATURE
    )
    assert information.gaussian_cross_entropy(*arguments) == pytest.approx(cross, abs=QUADRATURE)
    assert cross == pytest.approx(p.entropy() + divergence, abs=QUADRATURE)


def test_cross_entropy_of_a_gaussian_model_needs_two_moments_of_any_truth() -> None:
    proofs.gaussian_cross_entropy.check()
    # A gamma density, as far from a Gaussian as one likes, with the mean 2 and the variance 2.
    p, q = stats.gamma(2), stats.norm(1.0, 1.5)
    cross = integrate.quad(lambda y: -p.pdf(y) * q.logpdf(y), 0, np.inf, epsabs=1e-12)[0]
    closed = information.gaussian_cross_entropy(2.0, math.sqrt(2), 1.0, 1.5)
    assert closed == pytest.approx(cross, abs=QUADRATURE)


def test_divergence_does_not_see_the_unit_and_entropy_does() -> None:
    proofs.invariance.check()
    proofs.entropy_change.check()
    # y is normal, x = e^y log-normal: g(y) = e^y, and the mean of log g'(y) is that of y.
    p, q = stats.norm(0.3, 0.5), stats.norm(-0.2, 0.8)
    moved_p = stats.lognorm(0.5, scale=math.exp(0.3))
    moved_q = stats.lognorm(0.8, scale=math.exp(-0.2))

    def moved(x: float) -> float:
        return float(moved_p.pdf(x) * (moved_p.logpdf(x) - moved_q.logpdf(x)))

    divergence = integrate.quad(moved, 0, np.inf, epsabs=1e-12)[0]
    expected = information.gaussian_kl_divergence(0.3, 0.5, -0.2, 0.8)
    assert divergence == pytest.approx(expected, abs=QUADRATURE)
    assert moved_p.entropy() == pytest.approx(p.entropy() + 0.3, abs=QUADRATURE)
    assert q.entropy() > p.entropy()


def test_forward_fit_of_two_modes_by_search() -> None:
    for proof in (proofs.best_mean, proofs.best_variance):
        proof.check()
    for proof in (proofs.two_modes_mean, proofs.two_modes_variance):
        proof.check()
    s = 0.2

    def density(y: float) -> float:
        return float((stats.norm(0.5, s).pdf(y) + stats.norm(1.5, s).pdf(y)) / 2)

    def forward(parameters: np.ndarray) -> float:
        q = stats.norm(parameters[0], math.exp(parameters[1]))
        return integrate.quad(lambda y: -density(y) * q.logpdf(y), -1, 3, points=[0.5, 1.5])[0]

    found = optimize.minimize(forward, [0.2, 0.0], tol=1e-12, method="Nelder-Mead")
    # The search is flat near its end: the square root of the quadrature's error.
    assert found.x[0] == pytest.approx(1, abs=1e-4)
    assert math.exp(2 * found.x[1]) == pytest.approx(0.25 + s**2, abs=1e-4)


def test_chain_rule_and_additivity() -> None:
    proofs.chain_rule.check()
    proofs.additivity.check()
    p, q = RNG.dirichlet(np.ones(3), size=2)
    given_p, given_q = RNG.dirichlet(np.ones(4), size=(2, 3))
    joint = np.sum(special.rel_entr(p[:, None] * given_p, q[:, None] * given_q))
    parts = np.sum(special.rel_entr(p, q)) + p @ np.sum(special.rel_entr(given_p, given_q), axis=1)
    assert joint == pytest.approx(parts, rel=1e-13)
    other_p, other_q = given_p[0], given_q[0]
    product = np.sum(special.rel_entr(np.outer(p, other_p), np.outer(q, other_q)))
    added = np.sum(special.rel_entr(p, q)) + np.sum(special.rel_entr(other_p, other_q))
    assert product == pytest.approx(added, rel=1e-13)


def test_it_is_no_distance() -> None:
    proofs.asymmetry.check()
    proofs.triangle.check()
    coins = [np.array([heads, 1 - heads]) for heads in (0.5, 0.25, 0.1)]
    d = [[np.sum(special.rel_entr(p, q)) for q in coins] for p in coins]
    assert d[0][1] == pytest.approx(math.log(4 / 3) / 2)
    assert abs(d[0][1] - d[1][0]) > 0.01
    assert d[0][2] == pytest.approx(math.log(5 / 3))
    assert d[0][2] > d[0][1] + d[1][2]


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_divergence_from_the_mixture_is_bounded(p: np.ndarray, q: np.ndarray) -> None:
    proofs.mixture_bound.check()
    assert 0 < np.sum(special.rel_entr(p, (p + q) / 2)) < math.log(2)


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_terms_that_are_summed(p: np.ndarray, q: np.ndarray) -> None:
    for proof in (proofs.term_sign, proofs.same_sum, proofs.stable_term):
        proof.check()
    terms = special.kl_div(p, q)
    kappa = (p - q) / (p + q)
    stable = (p + q) * (kappa**2 + (1 + kappa) * (np.arctanh(kappa) - kappa))
    assert np.all(terms >= 0)
    np.testing.assert_allclose(stable, terms, rtol=1e-10)
    assert terms.sum() == pytest.approx(np.sum(special.rel_entr(p, q)), rel=1e-13)


def test_slope_of_the_excess_gives_its_series() -> None:
    proofs.artanh_slope.check()
    with mpmath.workdps(40):
        coefficients = mpmath.taylor(lambda kappa: mpmath.atanh(kappa) - kappa, 0, 9)
    expected = [0, 0, 0, 1 / 3, 0, 1 / 5, 0, 1 / 7, 0, 1 / 9]
    assert [float(value) for value in coefficients] == pytest.approx(expected, abs=1e-15)


def test_numbers_that_do_not_sum_to_one() -> None:
    for proof in (proofs.normalised, proofs.scaled_difference):
        proof.check()
    p, q = RNG.uniform(size=(2, 5))
    expected = np.sum(special.rel_entr(p / p.sum(), q / q.sum()))
    a, b = p * q.sum(), q * p.sum()
    assert special.kl_div(a, b).sum() / (p.sum() * q.sum()) == pytest.approx(expected, rel=1e-13)


def test_gradient_is_that_of_cross_entropy() -> None:
    proofs.gradient.check()
    y, z = RNG.dirichlet(np.ones(4)), RNG.normal(size=4)

    def divergence(logits: np.ndarray) -> float:
        return float(np.sum(special.rel_entr(y, special.softmax(logits))))

    numeric = optimize.approx_fprime(z, divergence, 1e-7)
    # One-sided differences: the step, and rounding over the step.
    np.testing.assert_allclose(numeric, special.softmax(z) - y, atol=1e-6)
