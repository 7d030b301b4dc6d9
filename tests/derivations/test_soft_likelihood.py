"""The results on drawn labels, against enumeration and simulation."""

import itertools
import math

import numpy as np
import pytest

from course_utils import information
from course_utils.derivations import soft_likelihood as proofs

RNG = np.random.default_rng(5)
PAIRS = [RNG.dirichlet(np.ones(k), size=2) for k in (2, 3, 4)]


def variance_of_one(p: np.ndarray, q: np.ndarray) -> float:
    loss = -np.log(q)
    return float(p @ loss**2 - (p @ loss) ** 2)


@pytest.mark.parametrize(("p", "q"), PAIRS)
@pytest.mark.parametrize("draws", [1, 2, 5])
def test_mean_and_variance_by_enumerating_all_sequences(
    p: np.ndarray, q: np.ndarray, draws: int
) -> None:
    for proof in (proofs.means_add, proofs.variances_add, proofs.scaled_variance):
        proof.check()
    for proof in (proofs.mean_of_one, proofs.resampling_mean, proofs.resampling_variance):
        proof.check()
    proofs.rate.check()
    sequences = np.array(list(itertools.product(range(len(p)), repeat=draws)))
    chances = p[sequences].prod(axis=1)
    means = -np.log(q[sequences]).mean(axis=1)
    assert chances @ means == pytest.approx(information.cross_entropy(p, q), rel=1e-13)
    spread = chances @ (means - chances @ means) ** 2
    assert spread == pytest.approx(variance_of_one(p, q) / draws, rel=1e-11)


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_variance_by_pairs(p: np.ndarray, q: np.ndarray) -> None:
    proofs.variance_by_pairs.check()
    pairs = sum(p[i] * p[j] * math.log(q[i] / q[j]) ** 2 for i in range(len(p)) for j in range(i))
    assert pairs == pytest.approx(variance_of_one(p, q), rel=1e-12)


def test_variance_vanishes_where_the_model_is_flat_on_the_support() -> None:
    p, q = np.array([0.2, 0.8, 0.0]), np.array([0.3, 0.3, 0.4])
    assert variance_of_one(p, q) == pytest.approx(0, abs=1e-15)
    assert variance_of_one(p, np.array([0.3, 0.31, 0.39])) > 1e-4


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_chebyshev_bounds_the_chance_of_a_large_error(p: np.ndarray, q: np.ndarray) -> None:
    proofs.chebyshev.check()
    proofs.large_numbers.check()
    sequences = np.array(list(itertools.product(range(len(p)), repeat=6)))
    chances = p[sequences].prod(axis=1)
    errors = np.abs(-np.log(q[sequences]).mean(axis=1) - information.cross_entropy(p, q))
    for distance in (0.1, 0.3, 1.0):
        bound = variance_of_one(p, q) / (6 * distance**2)
        assert chances[errors >= distance].sum() <= bound + 1e-12


def test_all_inputs_together() -> None:
    proofs.data_loss.check()
    q = RNG.dirichlet(np.ones(3), size=4)
    drawn = RNG.integers(0, 3, size=(4, 50))
    mean = -np.mean(np.log(np.take_along_axis(q, drawn, axis=1)))
    shares = np.stack([np.bincount(row, minlength=3) / 50 for row in drawn])
    assert mean == pytest.approx(information.cross_entropy(shares, q).mean(), rel=1e-13)
