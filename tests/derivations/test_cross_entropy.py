"""The results on cross-entropy, against NumPy and SciPy by other routes."""

import numpy as np
import pytest
from scipy import optimize, special, stats

from course_utils import information
from course_utils.derivations import cross_entropy as proofs
from course_utils.losses import binary_cross_entropy, categorical_cross_entropy

RNG = np.random.default_rng(3)
PAIRS = [RNG.dirichlet(np.ones(k), size=2) for k in (2, 3, 5, 8)]


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_decomposition_with_the_divergence_of_scipy(p: np.ndarray, q: np.ndarray) -> None:
    proofs.decomposition.check()
    summed = stats.entropy(p) + np.sum(special.rel_entr(p, q))
    # A few rounding errors of sums of eight terms.
    assert information.cross_entropy(p, q) == pytest.approx(summed, rel=1e-14)


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_divergence_is_positive_but_for_equal_distributions(p: np.ndarray, q: np.ndarray) -> None:
    proofs.gibbs.check()
    proofs.gibbs_equality.check()
    assert np.sum(special.rel_entr(p, q)) > 0
    assert np.sum(special.rel_entr(p, p)) == 0


def test_divergence_with_classes_that_never_occur() -> None:
    # The remarks in the proofs: a class with p = 0 adds nothing, the others give at least 1 − Σ q.
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.2, 0.3, 0.5])
    assert information.kl_divergence(p, q) > 1 - (0.2 + 0.3)
    assert information.kl_divergence(p, p) == 0
    for rest in (1e-3, 1e-6):
        moved = np.array([0.5 - rest / 2, 0.5 - rest / 2, rest])
        assert information.kl_divergence(p, moved) >= rest


def test_mean_loss_has_both_its_forms() -> None:
    proofs.mean_loss.check()
    labels = RNG.integers(0, 3, size=7)
    p = RNG.dirichlet(np.ones(3), size=7)
    by_sum = -np.sum(np.eye(3)[labels] * np.log(p)) / 7
    assert categorical_cross_entropy(labels, p) == pytest.approx(by_sum, rel=1e-14)


@pytest.mark.parametrize("k", [2, 3, 5])
def test_a_search_for_the_least_cross_entropy_finds_the_truth(k: int) -> None:
    proofs.lower_bound.check()
    p = RNG.dirichlet(np.ones(k))
    found = optimize.minimize(
        lambda z: -p @ special.log_softmax(np.append(z, 0)), np.zeros(k - 1), tol=1e-12
    )
    # The search is flat near its end: the square root of its tolerance.
    np.testing.assert_allclose(special.softmax(np.append(found.x, 0)), p, atol=1e-5)
    assert found.fun == pytest.approx(stats.entropy(p), abs=1e-10)


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_convexity_along_every_chord(p: np.ndarray, q: np.ndarray) -> None:
    proofs.convexity.check()
    other = RNG.dirichlet(np.ones(len(q)))
    middle = information.cross_entropy(p, (q + other) / 2)
    ends = information.cross_entropy(p, q) + information.cross_entropy(p, other)
    assert middle < ends / 2


def test_mean_loss_of_a_sample_is_the_cross_entropy_of_its_shares() -> None:
    proofs.sample_loss.check()
    labels = RNG.integers(0, 4, size=30)
    q = RNG.dirichlet(np.ones(4))
    shares = np.bincount(labels, minlength=4) / 30
    assert -np.mean(np.log(q[labels])) == pytest.approx(information.cross_entropy(shares, q))


def test_class_wise_example() -> None:
    proofs.classwise_example.check()
    classwise = np.sum(binary_cross_entropy([1, 0, 0], [0.7, 0.2, 0.1], reduction="none"))
    assert round(float(classwise), 3) == 0.685
    assert round(float(categorical_cross_entropy([1.0, 0, 0], [0.7, 0.2, 0.1])), 3) == 0.357


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_class_wise_loss_is_larger_and_least_at_the_truth(p: np.ndarray, q: np.ndarray) -> None:
    proofs.classwise_excess.check()
    proofs.classwise_minimum.check()

    def classwise(model: np.ndarray) -> float:
        return float(-np.sum(special.xlogy(p, model) + special.xlog1py(1 - p, -model)))

    assert classwise(q) > information.cross_entropy(p, q)
    assert classwise(q) > classwise(p)
