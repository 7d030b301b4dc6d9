"""What the docstrings of `course_utils.likelihood` say of SciPy, scikit-learn and PyTorch."""

import math

import numpy as np
import pytest
import scipy.stats
import sklearn.metrics
import sklearn.mixture

from course_utils.likelihood import (
    bernoulli_log_likelihood,
    categorical_log_likelihood,
    gaussian_mixture_nll,
    gaussian_nll,
    laplace_nll,
)

OUTCOMES = np.array([1, 0, 0, 1, 0])
LABELS = np.array([2, 0, 1])
TABLE = np.array([[0.1, 0.2, 0.7], [0.6, 0.3, 0.1], [0.3, 0.4, 0.3]])
X = np.array([-1.0, 0.5, 100.0])
WEIGHTS, MEANS, SCALES = np.array([0.2, 0.8]), np.array([0.0, 3.0]), np.array([1.0, 0.5])

# Sums of a few terms near 1, taken in another order.
NEAR = {"rel": 1e-13, "abs": 0}


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is an optional peer")


def test_scipy_has_the_summands():
    bernoulli = scipy.stats.bernoulli(0.3).logpmf(OUTCOMES).sum()
    assert bernoulli == pytest.approx(bernoulli_log_likelihood(OUTCOMES, 0.3), **NEAR)
    assert -scipy.stats.norm(1, 2).logpdf(X) == pytest.approx(gaussian_nll(X, 1, 2), **NEAR)
    assert -scipy.stats.laplace(1, 2).logpdf(X) == pytest.approx(laplace_nll(X, 1, 2), **NEAR)


def test_log_loss_of_scikit_learn_is_minus_the_mean():
    mean = sklearn.metrics.log_loss(LABELS, TABLE, labels=[0, 1, 2])
    assert -3 * mean == pytest.approx(categorical_log_likelihood(LABELS, TABLE), **NEAR)


def test_log_loss_of_scikit_learn_clips():
    impossible = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert categorical_log_likelihood([0, 1], impossible) == -math.inf
    eps = np.finfo(np.float64).eps
    mean = sklearn.metrics.log_loss([0, 1], impossible)
    assert mean == pytest.approx(-math.log(eps) / 2, rel=1e-12, abs=0)


def test_gaussian_mixture_of_scikit_learn_once_fitted():
    model = sklearn.mixture.GaussianMixture(2, covariance_type="spherical")
    model.weights_, model.means_ = WEIGHTS, MEANS[:, np.newaxis]
    model.covariances_ = SCALES**2
    model.precisions_cholesky_ = 1 / SCALES
    scores = model.score_samples(X[:, np.newaxis])
    assert -scores == pytest.approx(gaussian_mixture_nll(X, WEIGHTS, MEANS, SCALES), **NEAR)


def test_distributions_of_torch_have_the_summands(torch):
    outcomes, table = torch.from_numpy(OUTCOMES).double(), torch.from_numpy(TABLE)
    theta = torch.tensor(0.3, dtype=torch.float64)
    bernoulli = torch.distributions.Bernoulli(theta).log_prob(outcomes).sum().item()
    assert bernoulli == pytest.approx(bernoulli_log_likelihood(OUTCOMES, 0.3), **NEAR)
    categorical = torch.distributions.Categorical(table).log_prob(torch.from_numpy(LABELS))
    ours = categorical_log_likelihood(LABELS, TABLE)
    assert categorical.sum().item() == pytest.approx(ours, **NEAR)
    mean = torch.nn.NLLLoss()(table.log(), torch.from_numpy(LABELS)).item()
    assert -3 * mean == pytest.approx(ours, **NEAR)


def test_gaussian_nll_loss_of_torch_takes_the_variance_and_leaves_the_constant_out(torch):
    x, mean = torch.from_numpy(X), torch.ones(3, dtype=torch.float64)
    variance = torch.full_like(mean, 4.0)
    ours = gaussian_nll(X, 1, 2)
    full = torch.nn.GaussianNLLLoss(full=True, reduction="none")(mean, x, variance).numpy()
    assert full == pytest.approx(ours, **NEAR)
    short = torch.nn.GaussianNLLLoss(reduction="none")(mean, x, variance).numpy()
    assert short == pytest.approx(ours - math.log(2 * math.pi) / 2, **NEAR)


def test_l1_loss_of_torch_has_the_minimiser_of_the_laplace_likelihood(torch):
    x = torch.from_numpy(X)
    candidates = np.linspace(-2, 2, 401)
    losses = [torch.nn.L1Loss()(torch.full_like(x, float(m)), x).item() for m in candidates]
    ours = laplace_nll(X, candidates[:, np.newaxis], 2).mean(axis=1)
    assert ours == pytest.approx(np.array(losses) / 2 + math.log(4), **NEAR)
    assert candidates[np.argmin(losses)] == pytest.approx(np.median(X))


def test_mixture_same_family_of_torch(torch):
    weights, means, scales = (torch.from_numpy(a) for a in (WEIGHTS, MEANS, SCALES))
    mixture = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(weights), torch.distributions.Normal(means, scales)
    )
    theirs = -mixture.log_prob(torch.from_numpy(X)).numpy()
    assert theirs == pytest.approx(gaussian_mixture_nll(X, WEIGHTS, MEANS, SCALES), **NEAR)
