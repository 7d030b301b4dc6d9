"""The results on soft labels, against SciPy, searches for optima, and exact fractions."""

from dataclasses import replace

import numpy as np
import pytest
from mpmath import mp
from scipy import optimize, special

from course_utils.derivations import DerivationError
from course_utils.derivations import soft_labels as proofs

RNG = np.random.default_rng(11)


@pytest.mark.parametrize("votes", [[11, 9], [20, 0], [1, 1], [3, 0, 4, 13], [1]])
def test_hard_losses_of_all_votes_are_the_soft_loss_times_their_number(votes: list[int]) -> None:
    proofs.sum_of_votes.check()
    proofs.votes_gradient.check()
    counts = np.array(votes)
    z = RNG.normal(size=len(counts))
    q = special.softmax(z)
    one_by_one = -np.log(q[np.repeat(np.arange(len(counts)), counts)])
    shares = counts / counts.sum()
    assert one_by_one.sum() == pytest.approx(counts.sum() * -(shares @ np.log(q)), rel=1e-13)
    gradients = q - np.eye(len(counts))[np.repeat(np.arange(len(counts)), counts)]
    np.testing.assert_allclose(gradients.sum(axis=0), counts.sum() * (q - shares), atol=1e-13)


def test_optimum_of_eleven_and_nine_votes() -> None:
    proofs.soft_optimum.check()
    proofs.hard_slope.check()

    def soft(q: float) -> float:
        return float(-(11 * np.log(q) + 9 * np.log1p(-q)) / 20)

    found = optimize.minimize_scalar(soft, bounds=(0, 1), method="bounded").x
    assert found == pytest.approx(0.55, abs=1e-5)  # the search ends there
    q = np.linspace(0.01, 0.99, 99)
    assert np.all(np.diff(-np.log(q)) / np.diff(q) < -1)


@pytest.mark.parametrize(("classes", "epsilon"), [(10, 0.1), (2, 0.3), (1000, 0.1), (3, 0.9)])
def test_where_the_loss_of_a_smoothed_label_is_lowest(classes: int, epsilon: float) -> None:
    for entry in (proofs.smoothed_optimum, proofs.gap, proofs.other_gap, proofs.conventions):
        entry.check()
    others = classes - 1

    def loss_by(label_share: float, gap: float) -> float:
        # One logit at the gap, all others at 0.
        lse = np.log(np.exp(gap) + others)
        return float(lse - label_share * gap)

    for label_share, expected in (
        (1 - epsilon + epsilon / classes, np.log1p(classes * (1 - epsilon) / epsilon)),
        (1 - epsilon, np.log(others * (1 - epsilon) / epsilon)),
    ):
        by_loss = lambda gap, share=label_share: loss_by(share, gap)  # noqa: E731
        found = optimize.minimize_scalar(by_loss, bracket=(-3, 8), tol=1e-10).x
        assert found == pytest.approx(expected, abs=1e-5)


def test_the_numbers_of_ten_classes() -> None:
    with mp.workdps(30):
        label, other = mp.mpf("0.91"), mp.mpf("0.01")
        assert mp.nstr(mp.log(label / other), 3) == "4.51"
        assert mp.nstr(-label * mp.log(label) - 9 * other * mp.log(other), 3) == "0.5"
        assert mp.nstr(mp.log(9 * mp.mpf("0.9") / mp.mpf("0.1")), 3) == "4.39"


def test_smoothed_loss_splits_and_its_mean_target_is_not_the_truth() -> None:
    for entry in (
        proofs.smoothed_split,
        proofs.mean_target,
        proofs.shrinkage,
        proofs.order,
        proofs.uniform_loss,
    ):
        entry.check()
    p, epsilon = np.array([0.7, 0.2, 0.1]), 0.3
    target = (1 - epsilon) * p + epsilon / 3

    # Descent on the mean loss of labels drawn from p ends at the smoothed truth.
    def mean_loss(z: np.ndarray) -> float:
        log_q = special.log_softmax(z)
        losses = -((1 - epsilon) * log_q + epsilon * log_q.mean())
        return float(p @ losses)

    found = special.softmax(optimize.minimize(mean_loss, np.zeros(3), tol=1e-10).x)
    np.testing.assert_allclose(found, target, atol=1e-6)
    assert np.abs(found - p).max() > 0.1
    assert -np.mean(np.log(p)) == pytest.approx(
        np.log(3) + special.rel_entr(np.full(3, 1 / 3), p).sum(), rel=1e-13
    )


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0, 20.0])
def test_gradient_of_distillation_by_differences(temperature: float) -> None:
    proofs.distillation_gradient.check()
    z, teacher = RNG.normal(size=5), RNG.normal(size=5)
    p = special.softmax(teacher / temperature)

    def loss(z: np.ndarray) -> float:
        return float(-p @ special.log_softmax(z / temperature))

    gradient = (special.softmax(z / temperature) - p) / temperature
    differences = optimize.approx_fprime(z, loss, 1e-7)
    np.testing.assert_allclose(gradient, differences, atol=1e-6)


def test_at_high_temperatures_a_second_factor_appears() -> None:
    proofs.high_temperature.check()
    proofs.centred.check()
    z, teacher = RNG.normal(size=5), RNG.normal(size=5)
    expected = ((z - z.mean()) - (teacher - teacher.mean())) / 5
    for temperature in (1e2, 1e3, 1e4):
        difference = special.softmax(z / temperature) - special.softmax(teacher / temperature)
        scaled = temperature**2 * (difference / temperature)
        # The next term is smaller by the factor 1/T.
        np.testing.assert_allclose(scaled, expected, atol=5 / temperature)
    assert np.abs(expected - (z - teacher) / 5).max() > 0.01


def test_without_the_means_the_limit_is_another() -> None:
    entry = proofs.centred
    with pytest.raises(DerivationError, match="step 1"):
        replace(entry, assumptions=(), example=()).prove()
