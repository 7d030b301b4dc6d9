"""What the docstrings of `course_utils.information` say of SciPy, PyTorch and Keras."""

import math
import os

import numpy as np
import pytest
import scipy.spatial.distance
import scipy.special
import scipy.stats

from course_utils.information import (
    cross_entropy,
    entropy,
    gaussian_cross_entropy,
    gaussian_kl_divergence,
    jensen_shannon_divergence,
    kl_divergence,
    self_information,
)

P, Q = np.array([0.7, 0.3]), np.array([0.5, 0.5])

# Formulas that differ in the order of their operations, on numbers near 1.
NEAR = {"rel": 1e-14, "abs": 0}


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is an optional peer")


@pytest.fixture
def keras(torch):
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras", reason="Keras is an optional peer")


def test_scipy_entropy_is_entropy_and_divergence():
    assert scipy.stats.entropy(P) == pytest.approx(entropy(P), **NEAR)
    assert scipy.stats.entropy(P, Q) == pytest.approx(kl_divergence(P, Q), **NEAR)


def test_scipy_entropy_normalises_whatever_it_is_given():
    assert scipy.stats.entropy([7, 3]) == pytest.approx(entropy(P), **NEAR)
    with pytest.raises(ValueError, match="p must sum to 1"):
        entropy([7, 3])


def test_scipy_has_the_terms():
    assert scipy.special.entr(P).sum() == pytest.approx(entropy(P), **NEAR)
    terms = scipy.special.kl_div(P, Q)
    assert terms == pytest.approx(P * np.log(P / Q) - P + Q, **NEAR)
    assert terms.sum() == pytest.approx(kl_divergence(P, Q), **NEAR)


def test_jensenshannon_of_scipy_is_the_square_root():
    distance = scipy.spatial.distance.jensenshannon(P, Q)
    assert distance == pytest.approx(math.sqrt(jensen_shannon_divergence(P, Q)), **NEAR)


def test_scipy_loses_the_digits_of_a_small_divergence():
    close = P + np.array([1e-9, -1e-9])
    truth = 0.5 * 1e-18 * (1 / 0.7 + 1 / 0.3)  # Σ δ²/2p, up to δ³
    assert kl_divergence(P, close) == pytest.approx(truth, rel=1e-6, abs=0)
    assert abs(scipy.stats.entropy(P, close) - truth) > 0.1 * truth


def test_categorical_of_torch(torch):
    categorical = torch.distributions.Categorical(torch.from_numpy(P))
    assert categorical.entropy().item() == pytest.approx(entropy(P), **NEAR)
    log_p = categorical.log_prob(torch.tensor([0, 1])).numpy()
    assert -log_p == pytest.approx(self_information(P), **NEAR)


def test_kl_div_of_torch_takes_log_q_and_p(torch):
    log_q, p = torch.from_numpy(np.log(Q)), torch.from_numpy(P)
    summed = torch.nn.functional.kl_div(log_q, p, reduction="sum")
    assert summed.item() == pytest.approx(kl_divergence(P, Q), **NEAR)


def test_kl_div_of_torch_divides_by_the_number_of_entries(torch):
    log_q, p = torch.from_numpy(np.log([Q] * 5)), torch.from_numpy(np.array([P] * 5))
    with pytest.warns(UserWarning, match="'batchmean' divides only by the batch size"):
        mean = torch.nn.functional.kl_div(log_q, p)
    assert mean.item() == pytest.approx(kl_divergence(P, Q) / 2, **NEAR)
    per_sample = torch.nn.functional.kl_div(log_q, p, reduction="batchmean")
    assert per_sample.item() == pytest.approx(kl_divergence(P, Q), **NEAR)


def test_cross_entropy_of_torch_takes_the_prediction_first(torch):
    logits, p = torch.from_numpy(np.log([Q])), torch.from_numpy(P[np.newaxis])
    loss = torch.nn.functional.cross_entropy(logits, p)
    assert loss.item() == pytest.approx(cross_entropy(P, Q), **NEAR)


def test_kl_divergence_of_torch_for_two_normals(torch):
    as_double = [torch.tensor(x, dtype=torch.float64) for x in (0.0, 1.0, 1.0, 2.0)]
    p, q = torch.distributions.Normal(*as_double[:2]), torch.distributions.Normal(*as_double[2:])
    theirs = torch.distributions.kl_divergence(p, q).item()
    assert theirs == pytest.approx(gaussian_kl_divergence(0, 1, 1, 2), **NEAR)


def test_gaussian_nll_loss_of_torch_is_the_limit_without_its_constant(torch):
    mean, point, variance = (torch.tensor([x], dtype=torch.float64) for x in (0.0, 1.3, 4.0))
    loss = torch.nn.GaussianNLLLoss()(mean, point, variance).item()
    limit = gaussian_cross_entropy(1.3, 1e-9, 0, 2) - math.log(2 * math.pi) / 2
    assert loss == pytest.approx(limit, **NEAR)


def test_keras_clips(keras):
    certain, other = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    assert kl_divergence(certain[0], other[0]) == math.inf
    # float32 arithmetic: 1e-5 relative is a few of its units.
    divergence = float(keras.losses.KLDivergence()(certain, other))
    assert divergence == pytest.approx(-math.log(1e-7), rel=1e-5, abs=0)
    loss = float(keras.losses.CategoricalCrossentropy()(certain, other))
    assert loss == pytest.approx(-math.log(1e-7), rel=1e-5, abs=0)
