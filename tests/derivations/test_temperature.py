"""The results on the temperature and on sparsemax, against NumPy, SciPy and differences."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize, special, stats

from course_utils.derivations import DerivationError
from course_utils.derivations import temperature as proofs
from course_utils.derivations.calculus import Squeeze
from course_utils.derivations.formulas import INFINITY, equation, limit, whole
from course_utils.derivations.steps import Numeric
from course_utils.losses import sparsemax_loss
from course_utils.softmax import softmax, sparsemax

RNG = np.random.default_rng(11)
LOGITS = [RNG.normal(scale=2, size=classes) for classes in (2, 3, 6)]
TEMPERATURES = [0.3, 1.0, 4.0]


def by_hand(z: np.ndarray, temperature: float) -> np.ndarray:
    weights = np.exp(z / temperature)
    return np.asarray(weights / weights.sum())


def test_multiplier_is_one_over_the_temperature() -> None:
    proofs.with_multiplier.check()
    # What is called hot by the one is cold by the other.
    z = np.array([2.0, 0.0])
    assert by_hand(z, 1 / 5)[0] == pytest.approx(special.expit(10))
    assert softmax(z, temperature=5)[0] == pytest.approx(special.expit(0.4))


@pytest.mark.parametrize("z", LOGITS)
@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_order_and_differences(z: np.ndarray, temperature: float) -> None:
    proofs.log_ratio.check()
    proofs.order.check()
    p = by_hand(z, temperature)
    assert np.argsort(p).tolist() == np.argsort(z).tolist()
    ratios = np.subtract.outer(np.log(p), np.log(p))
    np.testing.assert_allclose(ratios, np.subtract.outer(z, z) / temperature, atol=1e-12)


@pytest.mark.parametrize("ties", [1, 2, 4])
def test_cold_shares_are_squeezed(ties: int) -> None:
    for entry in (proofs.tied_share, proofs.squeeze, proofs.cold, proofs.cold_rest):
        entry.check()
    gaps = np.array([0.7, 1.5, 3.0])
    z = np.append(np.full(ties, 2.0), 2.0 - gaps)
    for temperature in (2.0, 0.5, 0.1):
        rest = by_hand(z, temperature)[ties:].sum()
        assert 0 <= rest <= len(gaps) / ties * np.exp(-gaps.min() / temperature)
    assert softmax(z, temperature=1e-4).tolist() == [1 / ties] * ties + [0.0] * len(gaps)


def test_wrong_limits_are_refused() -> None:
    (step,) = proofs.cold.steps
    one_winner = equation(limit(proofs.share, proofs.T, 0), 1)
    with pytest.raises(DerivationError, match="another limit"):
        step.by.prove(one_winner, proofs.cold.setting())
    # Without an inequality in between there is nothing to squeeze.
    arrives, squeezed = proofs.cold_rest.steps
    alone = replace(proofs.cold_rest, steps=(arrives, replace(squeezed, by=Squeeze())))
    with pytest.raises(DerivationError, match="no bound from below"):
        alone.prove()


@pytest.mark.parametrize("z", LOGITS)
def test_hot_shares_are_equal(z: np.ndarray) -> None:
    proofs.hot.check()
    # p = 1/K + O(1/T): at 1e12 no more than 1e-11 is left of logits of this size.
    np.testing.assert_allclose(softmax(z, temperature=1e12), 1 / len(z), atol=1e-11)


def test_hot_is_not_proved_as_cold() -> None:
    entry = proofs.hot
    (step,) = entry.steps
    wrong = replace(step, claim=equation(limit(step.claim.left.body, proofs.T, whole(0)), 1))
    assert step.claim.left.point == INFINITY
    with pytest.raises(DerivationError):
        step.by.prove(wrong.claim, entry.setting())
    assert not isinstance(step.by, Numeric)


@pytest.mark.parametrize("z", LOGITS)
@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_entropy_grows_by_the_variance(z: np.ndarray, temperature: float) -> None:
    for entry in (proofs.entropy_split, proofs.mean_slope, proofs.entropy_variance):
        entry.check()
    proofs.entropy_slope.check()
    p, step = by_hand(z, temperature), 1e-5
    variance = p @ z**2 - (p @ z) ** 2

    def slope(of: object) -> float:
        after, before = (of(by_hand(z, temperature + move)) for move in (step, -step))  # type: ignore[operator]
        return float((after - before) / (2 * step))

    # Central differences err by about step² and by rounding/step: 1e-10 together.
    assert slope(stats.entropy) == pytest.approx(variance / temperature**3, abs=1e-8)
    assert slope(lambda p: p @ z) == pytest.approx(-variance / temperature**2, abs=1e-8)
    assert slope(stats.entropy) >= 0


def test_softmax_is_the_maximiser() -> None:
    proofs.variational.check()
    z, temperature = LOGITS[1], 0.7

    def negative_objective(free: np.ndarray) -> float:
        q = special.softmax(free)
        return float(-(q @ z + temperature * stats.entropy(q)))

    best = optimize.minimize(negative_objective, np.zeros(3), tol=1e-12)
    np.testing.assert_allclose(special.softmax(best.x), by_hand(z, temperature), atol=1e-5)
    assert -best.fun == pytest.approx(temperature * special.logsumexp(z / temperature))


@pytest.mark.parametrize("z", LOGITS)
def test_gradient_is_divided_by_the_temperature(z: np.ndarray) -> None:
    proofs.jacobian.check()
    proofs.gradient.check()
    y, temperature, step = RNG.dirichlet(np.ones(len(z))), 2.5, 1e-20

    def loss(z: np.ndarray) -> complex:
        weights = np.exp(z / temperature)
        return complex(-(y @ np.log(weights / weights.sum())))

    slopes = [loss(z + 1j * step * one).imag / step for one in np.eye(len(z))]
    np.testing.assert_allclose(slopes, (by_hand(z, temperature) - y) / temperature, atol=1e-14)


def test_first_clock_to_ring_is_drawn_by_softmax() -> None:
    proofs.first_to_ring.check()
    z, draws = LOGITS[1], 200_000
    first = RNG.exponential(1 / np.exp(z), size=(draws, len(z))).argmin(axis=1)
    by_gumbel = (z + RNG.gumbel(size=(draws, len(z)))).argmax(axis=1)
    p = by_hand(z, 1.0)
    for chosen in (first, by_gumbel):
        shares = np.bincount(chosen, minlength=len(z)) / draws
        # Five standard errors of a share.
        assert np.all(np.abs(shares - p) < 5 * np.sqrt(p * (1 - p) / draws))


def test_sparsemax_is_the_nearest_distribution() -> None:
    proofs.nearest_point.check()
    proofs.threshold.check()
    for z in LOGITS:
        p = sparsemax(z)
        support = p > 0
        tau = (z[support].sum() - 1) / support.sum()
        np.testing.assert_allclose(p, np.maximum(z - tau, 0), atol=1e-15)
        slack = p - z + tau
        assert slack.min() > -1e-14
        assert abs(p @ slack) < 1e-14
        for q in RNG.dirichlet(np.ones(len(z)), size=200):
            nearer = ((q - z) ** 2).sum() - ((p - z) ** 2).sum()
            assert nearer >= ((q - p) ** 2).sum() - 1e-12


@pytest.mark.parametrize("gap", [-3.0, -1.0, -0.4, 0.0, 0.8, 1.0, 2.0])
def test_sparsemax_of_two(gap: float) -> None:
    proofs.two_classes.check()
    proofs.two_certain.check()
    expected = np.clip((1 + gap) / 2, 0, 1)
    np.testing.assert_allclose(sparsemax([gap + 0.3, 0.3]), [expected, 1 - expected], atol=1e-15)
    distance = optimize.minimize_scalar(
        lambda p: (p - gap) ** 2 + (1 - p) ** 2, bounds=(0, 1), method="bounded"
    )
    assert distance.x == pytest.approx(expected, abs=1e-5)


def three_by_cases(z: np.ndarray) -> np.ndarray:
    """Sparsemax of three sorted logits by its three cases."""
    first, second, third = z
    if first - second >= 1:
        return np.array([1.0, 0.0, 0.0])
    if first + second - 2 * third >= 1:
        return np.array([(1 + first - second) / 2, (1 + second - first) / 2, 0.0])
    return np.array([(1 + 2 * one - (z.sum() - one)) / 3 for one in z])


def test_sparsemax_of_three() -> None:
    proofs.three_all.check()
    proofs.three_two.check()
    cases = set()
    for z in RNG.normal(scale=0.8, size=(200, 3)):
        ordered = np.sort(z)[::-1]
        expected = three_by_cases(ordered)
        np.testing.assert_allclose(sparsemax(ordered), expected, atol=1e-15)
        cases.add(int((expected > 0).sum()))
    assert cases == {1, 2, 3}


def test_jacobian_and_loss_of_sparsemax_by_differences() -> None:
    for entry in (proofs.sparse_sum, proofs.sparse_jacobian, proofs.sparse_loss_gradient):
        entry.check()
    proofs.sparse_loss_outside.check()
    z, y, step = np.array([1.0, 0.6, -1.0]), np.array([0.2, 0.3, 0.5]), 1e-6
    p = sparsemax(z)
    assert (p > 0).tolist() == [True, True, False]
    inside = np.outer(p > 0, p > 0)
    expected = np.where(inside, np.eye(3) - 1 / 2, 0)
    moves = step * np.eye(3)
    by_steps = [(sparsemax(z + move) - sparsemax(z - move)) / (2 * step) for move in moves]
    np.testing.assert_allclose(np.column_stack(by_steps), expected, atol=1e-9)
    slopes = [
        (sparsemax_loss([y], [z + move]) - sparsemax_loss([y], [z - move])) / (2 * step)
        for move in moves
    ]
    np.testing.assert_allclose(slopes, p - y, atol=1e-9)
