"""The results on softmax, against NumPy, SciPy and differences."""

from dataclasses import replace

import numpy as np
import pytest
from mpmath import mp
from scipy import special

from course_utils.derivations import DerivationError
from course_utils.derivations import softmax as proofs
from course_utils.derivations.evaluation import Point, table
from course_utils.derivations.formulas import Relation, equation
from course_utils.derivations.symbols import i, k, u, z
from course_utils.softmax import softmax, softmax_jacobian

RNG = np.random.default_rng(4)
LOGITS = [RNG.normal(scale=2, size=k) for k in (2, 3, 6)]
STEP = 1e-20  # a complex step has no rounding error, however small it is


def complex_softmax(z: np.ndarray) -> np.ndarray:
    weights = np.exp(z)
    return np.asarray(weights / weights.sum())


@pytest.mark.parametrize("z", LOGITS)
def test_jacobian_by_complex_steps(z: np.ndarray) -> None:
    proofs.jacobian.check()
    by_steps = np.column_stack(
        [complex_softmax(z + 1j * STEP * one).imag / STEP for one in np.eye(len(z))]
    )
    np.testing.assert_allclose(softmax_jacobian(z), by_steps, atol=1e-15)
    np.testing.assert_allclose(by_steps.sum(axis=1), 0, atol=1e-15)


@pytest.mark.parametrize("z", LOGITS)
def test_gradient_of_logsumexp_by_complex_steps(z: np.ndarray) -> None:
    proofs.gradient_of_logsumexp.check()
    by_steps = [np.log(np.exp(z + 1j * STEP * one).sum()).imag / STEP for one in np.eye(len(z))]
    np.testing.assert_allclose(special.softmax(z), by_steps, rtol=1e-14)


@pytest.mark.parametrize("z", LOGITS)
def test_quadratic_form_is_that_of_lagrange(z: np.ndarray) -> None:
    proofs.quadratic_form.check()
    p, v = special.softmax(z), RNG.normal(size=len(z))
    pairs = sum(
        p[i] * p[j] * (v[i] - v[j]) ** 2 for i in range(len(z)) for j in range(i + 1, len(z))
    )
    assert v @ softmax_jacobian(z) @ v == pytest.approx(pairs, rel=1e-13)
    eigenvalues = np.linalg.eigvalsh(softmax_jacobian(z))
    # Singular along the vector of ones, and positive otherwise.
    assert abs(eigenvalues[0]) < 1e-15
    assert np.all(eigenvalues[1:] > 0)


@pytest.mark.parametrize("z", [*LOGITS, np.zeros(5), np.array([50.0, 0.0, -50.0])])
def test_logsumexp_lies_between_its_bounds(z: np.ndarray) -> None:
    proofs.logsumexp_bounds.check()
    lse = special.logsumexp(z)
    # One ulp: the upper bound is reached by equal logits.
    assert z.max() <= lse <= (z.max() + np.log(len(z))) * (1 + 1e-15)


@pytest.mark.parametrize("z", LOGITS)
def test_slope_is_at_most_a_quarter(z: np.ndarray) -> None:
    proofs.slope_bound.check()
    assert np.all(np.diag(softmax_jacobian(z)) <= 0.25)
    assert softmax_jacobian(np.zeros(2))[0, 0] == 0.25


def test_shares_of_squares_and_softplus_sum_to_one_but_move_with_a_shift() -> None:
    proofs.squares_sum.check()
    z = np.array([1.0, 2.0, -0.5])
    for positive in (np.square, lambda z: np.log1p(np.exp(z))):
        p, shifted = (positive(x) / positive(x).sum() for x in (z, z + 1))
        assert p.min() > 0
        assert p.sum() == pytest.approx(1, rel=1e-15)
        assert np.abs(p - shifted).max() > 0.01
    np.testing.assert_allclose(softmax(z), softmax(z + 1), rtol=1e-14)


def test_values_of_the_counterexamples() -> None:
    proofs.squares_shift.check()
    proofs.softplus_shift.check()
    shares = [scores**2 / np.sum(scores**2) for scores in (np.array([2, 1]), np.array([3, 2]))]
    assert [p[0] / p[1] for p in shares] == pytest.approx([4, 9 / 4])
    values = np.log1p(np.exp([0, np.log(3), 2 * np.log(3)]))
    assert values[0] / values[1] == pytest.approx(0.5)
    assert values[1] / values[2] == pytest.approx(np.log(4) / np.log(10))


def test_with_two_classes_cubes_satisfy_what_three_classes_forbid() -> None:
    proofs.cubes.check()

    def g(a: float) -> float:
        return float(np.exp(a**3))

    assert g(0.7) * g(-0.7) == pytest.approx(1)
    assert np.all(np.diff([g(a) for a in np.linspace(-2, 2, 101)]) >= 0)
    assert g(0.7 + 0.4) != pytest.approx(g(0.7) * g(0.4))


@pytest.mark.parametrize("rate", [0.5, 1.0, 3.0, 0.0, -1.0])
def test_every_rate_meets_the_demands_but_the_order_needs_a_positive_one(rate: float) -> None:
    # What the demands leave open: the converse of the proofs.
    proofs.from_axioms.check()
    proofs.positive_rate.check()
    z = LOGITS[1]
    p = softmax(rate * z)
    np.testing.assert_allclose(
        np.divide.outer(p, p), np.exp(rate * np.subtract.outer(z, z)), rtol=1e-13
    )
    in_order = bool(np.all(np.diff(p[np.argsort(z)]) > 0))
    assert in_order == (rate > 0)


def test_rate_of_a_function_that_does_not_increase_is_not_proved_positive() -> None:
    entry = proofs.positive_rate
    constant = tuple(
        equation(fact.left, 1) if isinstance(fact, Relation) and fact.right == 1 + u else fact
        for fact in entry.assumptions
    )
    assert constant != entry.assumptions
    with pytest.raises(DerivationError, match="step 3"):
        replace(entry, assumptions=constant).prove()


def test_largest_logit_of_the_bounds_is_the_maximum() -> None:
    # The proof speaks of gaps below the largest logit, one of which is 0.
    for seed in range(10):
        point = Point(seed, given=proofs.logsumexp_bounds.example)
        point.value(i)
        values = table(z[k], [k], point)
        assert max(values) == float(point.value(proofs.top))


@pytest.mark.parametrize("z", [*LOGITS, np.array([50.0, 0.0, -50.0]), LOGITS[2] - 300])
def test_forms_for_floats_agree_with_the_definition(z: np.ndarray) -> None:
    for proof in (
        proofs.logsumexp_of_gaps,
        proofs.log_probability_of_gaps,
        proofs.label_loss,
        proofs.label_gradient,
        proofs.complement,
    ):
        proof.check()
    with mp.workdps(60):
        e = [mp.exp(mp.mpf(v)) for v in z.tolist()]
        p = [v / mp.fsum(e) for v in e]
        top = int(z.argmax())
        gaps = [mp.mpf(z[top]) - mp.mpf(v) for v in z.tolist()]
        others = mp.fsum(mp.exp(-gap) for place, gap in enumerate(gaps) if place != top)
        assert mp.almosteq(mp.log(mp.fsum(e)), z[top] + mp.log(1 + others))
        for label, probability in enumerate(p):
            assert mp.almosteq(-mp.log(probability), gaps[label] + mp.log(1 + others))
            rest = mp.fsum(v / e[label] for place, v in enumerate(e) if place != label)
            assert mp.almosteq(-mp.log(probability), mp.log(1 + rest))
            assert mp.almosteq(1 - probability, rest / (1 + rest))


def test_logarithm_of_one_plus_never_magnifies_a_relative_error() -> None:
    proofs.conditioning.check()
    r = np.logspace(-300, 300, 1001)
    # Two units for the roundings of the ratio itself, which tends to 1 for small r.
    assert np.all(r / (1 + r) / np.log1p(r) <= 1 + 4.5e-16)
    moved = np.abs(np.log1p(r * (1 + 1e-6)) / np.log1p(r) - 1)
    assert np.all(moved <= 1e-6 * (1 + 1e-8))


def test_what_is_left_after_the_error_of_an_exponent_is_put_back() -> None:
    proofs.exponent_error.check()
    with mp.workdps(60):
        for rounding in (2.0**-44, -(2.0**-44), 2.0**-50):
            left = mp.expm1(rounding) - rounding
            assert left / mp.mpf(rounding) ** 2 == pytest.approx(0.5, rel=1e-12)


def test_the_largest_logit_is_not_just_any() -> None:
    # With another class than i left out of the sum, the steps do not follow.
    for entry in (proofs.logsumexp_of_gaps, proofs.log_probability_of_gaps):
        with pytest.raises(DerivationError, match="step 3"):
            replace(entry, assumptions=entry.assumptions[:2]).prove()


@pytest.mark.parametrize("z", LOGITS)
def test_no_distribution_has_more_entropy_plus_mean_score_than_softmax(z: np.ndarray) -> None:
    proofs.maximum_entropy.check()
    proofs.maximum_entropy_equality.check()
    p = special.softmax(z)
    ceiling = special.logsumexp(z)
    assert special.entr(p).sum() + p @ z == pytest.approx(ceiling, rel=1e-14)
    others = RNG.dirichlet(np.ones(len(z)), 500)
    others[:100, 0] = 0
    others[:100] /= others[:100].sum(axis=1, keepdims=True)
    values = special.entr(others).sum(axis=1) + others @ z
    assert np.all(values < ceiling)
    missing = special.rel_entr(others, p).sum(axis=1)
    np.testing.assert_allclose(ceiling - values, missing, rtol=1e-10, atol=1e-14)


def test_of_all_distributions_with_its_mean_score_softmax_has_the_largest_entropy() -> None:
    proofs.entropy_excess.check()
    z = LOGITS[2]
    p = special.softmax(z)
    # Directions that change neither the sum of the probabilities nor the mean score.
    basis = np.linalg.svd(np.stack([np.ones_like(z), z]))[2][2:]
    for direction in RNG.normal(size=(50, len(basis))) @ basis:
        q = p + 0.5 * p.min() * direction / np.abs(direction).max()
        assert q @ z == pytest.approx(p @ z, rel=1e-13)
        gained = special.entr(p).sum() - special.entr(q).sum()
        assert gained == pytest.approx(special.rel_entr(q, p).sum(), rel=1e-8)
        assert gained > 0


@pytest.mark.parametrize("z", LOGITS)
def test_a_probability_moves_by_half_of_the_largest_change_at_most(z: np.ndarray) -> None:
    proofs.sensitivity.check()
    sizes = np.abs(softmax_jacobian(z)).sum(axis=1)
    p = special.softmax(z)
    np.testing.assert_allclose(sizes, 2 * p * (1 - p), rtol=1e-13)
    changed = special.softmax(z + RNG.uniform(-1, 1, (1000, len(z))), axis=1)
    assert np.abs(changed - p).max() <= 0.5
    # The bound is reached where a class has half of the probability.
    even = np.append(np.zeros(len(z) - 1), np.log(len(z) - 1))
    assert np.abs(softmax_jacobian(even)).sum(axis=1)[-1] == pytest.approx(0.5)


def test_the_ceiling_is_no_floor() -> None:
    # With Gibbs' inequality turned round, the step is refused.
    entry = proofs.maximum_entropy
    last = entry.steps[-1]
    turned = replace(last, claim=replace(last.claim, op="≥"))
    with pytest.raises(DerivationError, match="step 3"):
        replace(entry, steps=(*entry.steps[:-1], turned)).prove()
