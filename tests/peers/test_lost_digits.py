"""Where the peers are wrong, and we are not: each test fails on the day a peer is mended.

The page *At the edges* shows four digits, and `test_observations.py` holds the peers to them. Here
stand the errors that need an exact truth, or more digits than those, to be seen.
"""

import math
import os

import mpmath
import numpy as np
import pytest
import scipy.spatial.distance
import scipy.special
import scipy.stats
import sklearn.metrics

from course_utils.information import jensen_shannon_divergence, kl_divergence
from course_utils.losses import (
    categorical_cross_entropy,
    softmax_cross_entropy,
    softmax_cross_entropy_and_gradient,
)
from course_utils.softmax import log_softmax, softmax, softmax_jacobian

EPS = 2.0**-52
RIGHT = 4 * EPS
"""What may be lost by a few roundings."""


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is an optional peer")


@pytest.fixture(scope="module")
def keras(torch):
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras", reason="Keras is an optional peer")


@pytest.fixture(autouse=True)
def sixty_digits():
    with mpmath.workdps(60):
        yield


def error(result, truth):
    """Return the relative error against a number of mpmath."""
    return float(abs((mpmath.mpf(float(result)) - truth) / truth))


def true_loss(z, label=0):
    """log Σ exp(z_k − z_label), by its definition."""
    z = [mpmath.mpf(float(v)) for v in z]
    return mpmath.log(mpmath.fsum(mpmath.exp(v - z[label]) for v in z))


def true_kl(p, q):
    p, q = ([mpmath.mpf(float(v)) for v in side] for side in (p, q))
    p, q = ([v / mpmath.fsum(side) for v in side] for side in (p, q))
    return mpmath.fsum(a * mpmath.log(a / b) for a, b in zip(p, q, strict=True))


CONFIDENT = np.array([46.0, 0.0, -3.0])


def test_the_loss_of_a_confident_prediction_is_zero_elsewhere(torch):
    truth = true_loss(CONFIDENT)
    assert error(softmax_cross_entropy(0, CONFIDENT), truth) < RIGHT
    assert scipy.special.log_softmax(CONFIDENT)[0] == 0
    batch, label = torch.from_numpy(CONFIDENT)[None], torch.tensor([0])
    assert torch.nn.functional.cross_entropy(batch, label) == 0
    # scikit-learn moves p = 1 down by the spacing of floats.
    p = scipy.special.softmax(CONFIDENT)[None]
    assert sklearn.metrics.log_loss([0], p, labels=[0, 1, 2]) == pytest.approx(EPS, rel=1e-12)


def test_the_gradient_of_a_confident_prediction_is_zero_elsewhere(torch):
    gradient = softmax_cross_entropy_and_gradient(0, CONFIDENT)[1]
    e = [mpmath.exp(v) for v in CONFIDENT]
    assert error(gradient[0], -(e[1] + e[2]) / mpmath.fsum(e)) < RIGHT
    logits = torch.from_numpy(CONFIDENT.copy())[None].requires_grad_()
    torch.nn.functional.cross_entropy(logits, torch.tensor([0])).backward()
    assert logits.grad[0, 0] == 0
    # So it does not sum to 0, as a gradient in logits must; ours does.
    assert logits.grad.sum() > 1e-20
    assert abs(gradient.sum()) <= EPS * abs(gradient[0])


def test_an_offset_costs_scipy_and_torch_digits(torch):
    z = 1e4 + np.random.default_rng(1).normal(0, 3, (200, 10))
    labels = z.argmax(axis=1)
    truths = [true_loss(row, label) for row, label in zip(z, labels, strict=True)]
    ours = softmax_cross_entropy(labels, z, reduction="none")
    by_scipy = -scipy.special.log_softmax(z, axis=1)[np.arange(200), labels]
    by_torch = torch.nn.functional.cross_entropy(
        torch.from_numpy(z), torch.from_numpy(labels), reduction="none"
    ).numpy()
    worst_ours, worst_scipy, worst_torch = (
        max(error(r, t) for r, t in zip(results, truths, strict=True))
        for results in (ours, by_scipy, by_torch)
    )
    assert worst_ours < RIGHT
    assert worst_scipy > 100 * EPS
    assert worst_torch > 100 * EPS


def test_the_jacobian_of_a_saturated_softmax_is_zero_elsewhere(torch):
    z = np.array([60.0, 0.0, 1.0])
    p = [mpmath.exp(v) for v in z]
    p = [v / mpmath.fsum(p) for v in p]
    truth = p[0] * (p[1] + p[2])
    assert error(softmax_jacobian(z)[0, 0], truth) < RIGHT
    jacobian = torch.func.jacrev(lambda x: torch.softmax(x, -1))(torch.from_numpy(z))
    assert jacobian[0, 0] == 0
    by_scipy = scipy.special.softmax(z)
    assert by_scipy[0] * (1 - by_scipy[0]) == 0


@pytest.mark.parametrize("step", [1e-8, 1e-9])
def test_the_divergence_of_near_equals_is_wrong_by_a_factor_elsewhere(torch, step):
    rng = np.random.default_rng(2)
    factors = {"SciPy": [], "PyTorch": []}
    for _ in range(20):
        p = rng.dirichlet(np.ones(10))
        q = p * (1 + step * rng.normal(0, 1, 10))
        q /= q.sum()
        truth = true_kl(p, q)
        assert error(kl_divergence(p, q), truth) < 5 * EPS
        there = {
            "SciPy": scipy.special.rel_entr(p, q).sum(),
            "PyTorch": torch.nn.functional.kl_div(
                torch.from_numpy(q).log(), torch.from_numpy(p), reduction="sum"
            ).item(),
        }
        for name, value in there.items():
            factors[name].append(value / float(truth))
    for name, found in factors.items():
        # Off by more than the value itself in most cases, and of either sign.
        assert np.median(np.abs(np.array(found) - 1)) > 0.5, name
        assert min(found) < 0, name


def test_scipy_jensenshannon_is_nan_for_near_equals():
    rng = np.random.default_rng(3)
    nans = 0
    for _ in range(50):
        p = rng.dirichlet(np.ones(10))
        q = p * (1 + 1e-9 * rng.normal(0, 1, 10))
        q /= q.sum()
        with np.errstate(invalid="ignore"):
            nans += math.isnan(scipy.spatial.distance.jensenshannon(p, q))
        middle = (true_kl(p, (p + q) / 2), jensen_shannon_divergence(p, q))
        assert middle[1] > 0
    assert nans > 5


def test_zero_times_infinity_is_nan_in_torch_and_keras(torch, keras):
    functional = torch.nn.functional
    certain = torch.tensor([1.0, 0.0], dtype=torch.float64)
    assert functional.kl_div(certain.log(), certain, reduction="sum").isnan()
    assert kl_divergence([1.0, 0.0], [1.0, 0.0]) == 0
    y, z = np.array([[0.5, 0.0, 0.5]]), np.array([[0.0, -np.inf, 0.0]])
    assert functional.cross_entropy(torch.from_numpy(z), torch.from_numpy(y)).isnan()
    assert math.isnan(float(keras.losses.CategoricalCrossentropy(from_logits=True)(y, z)))
    assert softmax_cross_entropy(y, z) == pytest.approx(math.log(2), rel=EPS)


def test_a_clip_makes_a_plausible_number_of_an_infinite_loss(keras):
    certain_and_wrong = np.array([[0.0, 1.0]])
    assert categorical_cross_entropy([0], certain_and_wrong) == math.inf
    by_sklearn = sklearn.metrics.log_loss([0], certain_and_wrong, labels=[0, 1])
    assert by_sklearn == pytest.approx(-math.log(EPS), rel=1e-12)
    by_keras = float(keras.losses.SparseCategoricalCrossentropy()(np.array([0]), certain_and_wrong))
    assert by_keras == pytest.approx(-math.log(1e-7), rel=1e-5)  # in float32
    # Below the clip nothing tells a small probability from a smaller one.
    tiny = np.array([[1e-30, 1.0]])
    assert sklearn.metrics.log_loss([0], tiny, labels=[0, 1]) == by_sklearn
    assert categorical_cross_entropy([0], tiny) == pytest.approx(30 * math.log(10), rel=EPS)


def test_float32_loses_three_digits_of_an_ordinary_loss(torch):
    z = np.array([10, 0, -10], np.float32)
    truth = true_loss(z)
    single = float(np.finfo(np.float32).eps)
    assert error(softmax_cross_entropy(0, z), truth) < 4 * single
    assert error(-log_softmax(z)[0], truth) < 4 * single
    there = torch.nn.functional.cross_entropy(torch.from_numpy(z)[None], torch.tensor([0])).item()
    for result in (-scipy.special.log_softmax(z)[0], there, -np.log(softmax(z)[0])):
        assert error(result, truth) > 100 * single
