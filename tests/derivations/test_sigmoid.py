"""The results on the sigmoid, against NumPy, SciPy and differences."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special, stats

from course_utils.derivations import DerivationError
from course_utils.derivations import sigmoid as proofs
from course_utils.derivations.engine import chain, equals
from course_utils.derivations.formulas import exp, log
from course_utils.derivations.softmax import sigmoid_argument as m
from course_utils.derivations.steps import Cases
from course_utils.derivations.symbols import outcome

RNG = np.random.default_rng(7)
SCORES = RNG.normal(scale=3, size=50)
STEP = 1e-20  # a complex step has no rounding error, however small it is


def test_one_class_needs_no_logit() -> None:
    proofs.reference_logits.check()
    proofs.reference_log_ratio.check()
    z = RNG.normal(scale=2, size=5)
    for reference in range(5):
        relative = np.delete(z - z[reference], reference)
        shares = np.exp(relative) / (1 + np.exp(relative).sum())
        p = special.softmax(z)
        np.testing.assert_allclose(shares, np.delete(p, reference), rtol=1e-14)
        assert 1 / (1 + np.exp(relative).sum()) == pytest.approx(p[reference], rel=1e-14)
        np.testing.assert_allclose(np.log(p / p[reference]), z - z[reference], atol=1e-14)


def test_logit_and_sigmoid_undo_each_other() -> None:
    proofs.logit_of_sigmoid.check()
    proofs.sigmoid_of_logit.check()
    proofs.odds_of_sigmoid.check()
    p = special.expit(SCORES)
    # Next to p = 1 the rounding of p costs eps / (1 - p) of the logit: at most 1e-12 here.
    np.testing.assert_allclose(special.logit(p), SCORES, atol=1e-12)
    np.testing.assert_allclose(p / special.expit(-SCORES), np.exp(SCORES), rtol=1e-14)


def test_odds_ratio_is_not_odds() -> None:
    proofs.odds_ratio.check()
    proofs.odds_move.check()
    before, after = special.expit(0.3 - 2), special.expit(0.3 * 2 - 2)
    ratio = after / (1 - after) / (before / (1 - before))
    assert ratio == pytest.approx(np.exp(0.3))
    assert abs(ratio - after / (1 - after)) > 1


def test_mirror_and_slope() -> None:
    proofs.mirror.check()
    proofs.slope_bound.check()
    p = special.expit(SCORES)
    np.testing.assert_allclose(special.expit(-SCORES), 1 - p, atol=1e-16)
    slopes = (1 / (1 + np.exp(-(SCORES + 1j * STEP)))).imag / STEP
    np.testing.assert_allclose(slopes, p * (1 - p), rtol=1e-12)
    assert slopes.max() <= 0.25


def test_softplus_against_numpy() -> None:
    for entry in (proofs.log_sigmoid, proofs.softplus_shift, proofs.softplus_slope):
        entry.check()
    softplus = np.logaddexp(0, SCORES)
    np.testing.assert_allclose(softplus, -special.log_expit(-SCORES), rtol=1e-13)
    np.testing.assert_allclose(softplus, SCORES + np.logaddexp(0, -SCORES), atol=1e-14)
    slopes = np.log1p(np.exp(SCORES + 1j * STEP)).imag / STEP
    np.testing.assert_allclose(slopes, special.expit(SCORES), rtol=1e-13)


@pytest.mark.parametrize("label", [0, 1])
def test_signed_loss_is_the_loss_of_scikit_learn(label: int) -> None:
    from sklearn.metrics import log_loss

    proofs.signed_loss.check()
    for score in SCORES:
        p = special.expit(score)
        expected = log_loss([label], [[1 - p, p]], labels=[0, 1])
        assert np.logaddexp(0, -(2 * label - 1) * score) == pytest.approx(expected, rel=1e-9)


def test_signed_loss_holds_for_labels_alone() -> None:
    # At y = 1/2 the sign is 0, and the left side log 2 whatever the logit.
    entry = proofs.signed_loss
    half = replace(entry, steps=(replace(entry.steps[0], by=Cases(m)),))
    with pytest.raises(DerivationError, match="more than a few values"):
        half.prove()
    wrong = chain(
        proofs.loss(outcome, m),
        equals(log(1 + exp(proofs.signed * m)), "the other sign", Cases(outcome)),
    )
    with pytest.raises(DerivationError):
        replace(entry, steps=wrong, numpy=None).prove()


def test_loss_is_symmetric() -> None:
    proofs.loss_symmetry.check()
    proofs.loss_softplus.check()

    def loss(y: float, score: float) -> float:
        p = special.expit(score)
        return float(-special.xlogy(y, p) - special.xlogy(1 - y, 1 - p))

    for score in SCORES:
        for y in (0.0, 0.3, 1.0):
            assert loss(1 - y, -score) == pytest.approx(loss(y, score), rel=1e-9)
            by_softplus = y * np.logaddexp(0, -score) + (1 - y) * np.logaddexp(0, score)
            assert by_softplus == pytest.approx(loss(y, score), rel=1e-9)


def test_descent_on_two_logits_is_descent_on_one_with_twice_the_rate() -> None:
    for entry in (proofs.first_slope, proofs.second_slope, proofs.two_logit_step):
        entry.check()
    rate, y = 0.3, 1.0
    two, one = np.array([-0.7, 0.4]), -1.1
    for _ in range(20):
        p = special.softmax(two)
        two = two - rate * np.array([p[0] - y, p[1] - (1 - y)])
        one = one - 2 * rate * (special.expit(one) - y)
        assert two[0] - two[1] == pytest.approx(one, rel=1e-13)
    assert two.sum() == pytest.approx(-0.3, rel=1e-12)


def test_least_penalty_of_two_weights_is_half_of_one() -> None:
    from scipy.optimize import minimize_scalar

    proofs.two_penalties.check()
    found = minimize_scalar(lambda first: first**2 + (first - 1.7) ** 2)
    assert found.x == pytest.approx(1.7 / 2)
    assert found.fun == pytest.approx(1.7**2 / 2)


def test_gaussian_classes() -> None:
    proofs.posterior_sigmoid.check()
    proofs.gaussian_classes.check()
    means, scales, prior = RNG.normal(size=(2, 3)), RNG.uniform(0.5, 2, size=3), 0.3
    weights = (means[0] - means[1]) / scales**2
    bias = np.log(prior / (1 - prior)) + np.sum((means[1] ** 2 - means[0] ** 2) / (2 * scales**2))
    for x in RNG.normal(size=(20, 3)):
        first, second = (stats.norm.pdf(x, mean, scales).prod() for mean in means)
        posterior = prior * first / (prior * first + (1 - prior) * second)
        assert special.expit(x @ weights + bias) == pytest.approx(posterior, rel=1e-12)


def test_unequal_scales_bend_the_log_odds() -> None:
    proofs.unequal_scales.check()
    x = np.linspace(-3, 3, 7)
    log_odds = stats.norm.logpdf(x, 1, 2) - stats.norm.logpdf(x, 0, 0.5)
    bends = np.diff(log_odds, 2)  # twice the coefficient of the square, at steps of 1
    np.testing.assert_allclose(bends, 1 / 0.5**2 - 1 / 2**2, rtol=1e-12)


def test_poisson_counts_are_an_exponential_family() -> None:
    proofs.exponential_families.check()
    counts, rates = np.arange(8), (3.0, 1.2)
    log_odds = stats.poisson.logpmf(counts, rates[0]) - stats.poisson.logpmf(counts, rates[1])
    line = counts * (np.log(rates[0]) - np.log(rates[1])) + rates[1] - rates[0]
    np.testing.assert_allclose(log_odds, line, atol=1e-12)


def test_other_curves_do_not_keep_log_odds_linear() -> None:
    proofs.only_sigmoid.check()
    proofs.softsign_log_odds.check()
    m = np.linspace(0, 6, 13)
    curves = {
        "probit": stats.norm.cdf(m),
        "arctan": 0.5 + np.arctan(m) / np.pi,
        "softsign": 0.5 * (1 + m / (1 + m)),
        "Gompertz": np.exp(-np.exp(-m)),
    }
    for p in curves.values():
        assert np.abs(np.diff(special.logit(p), 2)).max() > 0.01
    assert np.abs(np.diff(special.logit(special.expit(m)), 2)).max() < 1e-12
    np.testing.assert_allclose(special.logit(curves["softsign"]), np.log1p(2 * m), atol=1e-14)


def test_tanh_is_a_stretched_sigmoid() -> None:
    proofs.tanh_sigmoid.check()
    proofs.tanh_slope.check()
    np.testing.assert_allclose(np.tanh(SCORES), 2 * special.expit(2 * SCORES) - 1, atol=1e-15)
    slopes = np.tanh(SCORES + 1j * STEP).imag / STEP
    np.testing.assert_allclose(slopes, 1 - np.tanh(SCORES) ** 2, atol=1e-15)


def test_logit_beside_a_half() -> None:
    proofs.near_half.check()
    p = special.expit(SCORES)
    np.testing.assert_allclose(np.log1p((2 * p - 1) / (1 - p)), SCORES, rtol=1e-11)
