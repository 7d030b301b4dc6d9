"""The losses beside scikit-learn, PyTorch and Keras, and where those do something else."""

import math
import os

import numpy as np
import pytest
import sklearn.metrics

from course_utils.losses import (
    absolute_error,
    binary_cross_entropy,
    brier_score,
    categorical_cross_entropy,
    focal_loss,
    generalised_cross_entropy,
    hinge_loss,
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_and_gradient,
    softmax_cross_entropy,
    softmax_cross_entropy_and_gradient,
    squared_error,
    squared_error_and_gradient,
    zero_one_loss,
)
from course_utils.softmax import softmax

RNG = np.random.default_rng(1)
Z = RNG.normal(0, 2, (40, 5))
P = softmax(Z)
LABELS = RNG.integers(0, 5, 40)
HOT = np.eye(5)[LABELS]
SOFT = RNG.dirichlet(np.ones(5), 40)
WEIGHTS = RNG.uniform(0.2, 3, 5)
BINARY_LABELS = RNG.integers(0, 2, (40, 5)).astype(float)

# A mean of 40 losses of ordinary size, each with a few roundings on either side.
AGREE = {"rel": 1e-14}
GRADIENTS_AGREE = {"rtol": 1e-12, "atol": 1e-16}


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is an optional peer")


@pytest.fixture(scope="module")
def keras():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras", reason="Keras is an optional peer")


# scikit-learn


def test_sklearn_log_loss():
    expected = sklearn.metrics.log_loss(LABELS, P, labels=range(5))
    assert categorical_cross_entropy(LABELS, P) == pytest.approx(expected, **AGREE)
    assert softmax_cross_entropy(LABELS, Z) == pytest.approx(expected, **AGREE)
    binary = sklearn.metrics.log_loss(BINARY_LABELS[:, 0], P[:, 0])
    assert binary_cross_entropy(BINARY_LABELS[:, 0], P[:, 0]) == pytest.approx(binary, **AGREE)


def test_sklearn_log_loss_clips_and_we_do_not():
    assert sklearn.metrics.log_loss([0, 1], [[0.0, 1.0], [0.0, 1.0]]) < 20
    assert categorical_cross_entropy([0, 1], [[0.0, 1.0], [0.0, 1.0]]) == math.inf


def test_sklearn_brier_score_is_half_of_ours_for_two_classes():
    y, p = BINARY_LABELS[:, 0].astype(int), P[:, 0]
    half = sklearn.metrics.brier_score_loss(y, p)
    assert brier_score(y, np.stack([1 - p, p], axis=1)) == pytest.approx(2 * half, **AGREE)


def test_sklearn_zero_one_loss():
    expected = sklearn.metrics.zero_one_loss(LABELS, P.argmax(axis=1))
    assert zero_one_loss(LABELS, P) == pytest.approx(expected, **AGREE)
    accuracy = sklearn.metrics.accuracy_score(LABELS, P.argmax(axis=1))
    assert zero_one_loss(LABELS, P) == pytest.approx(1 - accuracy, **AGREE)


def test_sklearn_hinge_loss():
    expected = sklearn.metrics.hinge_loss(LABELS, Z, labels=range(5))
    assert hinge_loss(LABELS, Z) == pytest.approx(expected, **AGREE)
    z, y = Z[:, 0], BINARY_LABELS[:, 0].astype(int)
    two = np.stack([np.zeros(40), z], axis=1)
    assert hinge_loss(y, two) == pytest.approx(sklearn.metrics.hinge_loss(y, z), **AGREE)


# PyTorch


def by_torch(torch, function, z=Z):
    """Return a loss and its gradient in the logits, as PyTorch has them."""
    logits = torch.from_numpy(z.copy()).requires_grad_()
    loss = function(logits)
    loss.sum().backward()
    return loss.detach().numpy(), logits.grad.numpy()


# The mean of weighted soft targets is another one: the next test shows it.
CASES = [
    pytest.param(targets, weights, reduction, id=f"{kind}-{weighted}-{reduction}")
    for kind, targets in [("labels", LABELS), ("soft", SOFT)]
    for weighted, weights in [("weighted", WEIGHTS), ("plain", None)]
    for reduction in ("mean", "sum", "none")
    if not (kind == "soft" and weighted == "weighted" and reduction == "mean")
]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize(("targets", "weights", "reduction"), CASES)
def test_torch_cross_entropy(torch, targets, weights, reduction, smoothing):
    there, gradient_there = by_torch(
        torch,
        lambda z: torch.nn.functional.cross_entropy(
            z,
            torch.from_numpy(targets),
            weight=None if weights is None else torch.from_numpy(weights),
            label_smoothing=smoothing,
            reduction=reduction,
        ),
    )
    loss, gradient = softmax_cross_entropy_and_gradient(
        targets,
        Z,
        class_weight=weights,
        label_smoothing=smoothing,
        reduction=reduction,
    )
    assert loss == pytest.approx(there, **AGREE)
    assert np.allclose(gradient, gradient_there, **GRADIENTS_AGREE)


def test_torch_divides_by_the_batch_size_for_weighted_soft_targets(torch):
    def mean(targets):
        return torch.nn.functional.cross_entropy(
            torch.from_numpy(Z), torch.from_numpy(targets), weight=torch.from_numpy(WEIGHTS)
        ).item()

    total = softmax_cross_entropy(LABELS, Z, class_weight=WEIGHTS, reduction="sum")
    assert mean(LABELS) == pytest.approx(total / WEIGHTS[LABELS].sum(), **AGREE)
    assert mean(HOT) == pytest.approx(total / 40, **AGREE)
    for targets in (LABELS, HOT):
        ours = softmax_cross_entropy(targets, Z, class_weight=WEIGHTS)
        assert ours == pytest.approx(mean(LABELS), **AGREE)


def test_torch_nll_loss(torch):
    log_p = torch.from_numpy(np.log(P))
    there = torch.nn.functional.nll_loss(log_p, torch.from_numpy(LABELS)).item()
    assert categorical_cross_entropy(LABELS, P) == pytest.approx(there, **AGREE)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("targets", [BINARY_LABELS, SOFT], ids=["hard", "soft"])
def test_torch_binary_cross_entropy(torch, targets, reduction):
    functional = torch.nn.functional
    y = torch.from_numpy(targets)
    there, gradient_there = by_torch(
        torch,
        lambda z: functional.binary_cross_entropy_with_logits(z, y, reduction=reduction),
    )
    loss, gradient = sigmoid_cross_entropy_and_gradient(targets, Z, reduction=reduction)
    assert loss == pytest.approx(there, rel=1e-13)
    assert np.allclose(gradient, gradient_there, **GRADIENTS_AGREE)
    from_p = functional.binary_cross_entropy(torch.from_numpy(P), y, reduction=reduction)
    assert binary_cross_entropy(targets, P, reduction=reduction) == pytest.approx(
        from_p.numpy(), **AGREE
    )


def test_torch_cuts_the_logarithms_of_binary_cross_entropy_off(torch):
    p, y = np.array([1e-300]), np.array([1.0])
    there = torch.nn.functional.binary_cross_entropy(torch.from_numpy(p), torch.from_numpy(y))
    assert there.item() == 100
    assert binary_cross_entropy(y, p) == pytest.approx(690.7755, rel=1e-6)


def test_torch_squared_and_absolute_errors_average_over_the_classes(torch):
    functional = torch.nn.functional
    y = torch.from_numpy(HOT)
    there, gradient_there = by_torch(torch, lambda z: functional.mse_loss(torch.softmax(z, -1), y))
    loss, gradient = squared_error_and_gradient(LABELS, Z)
    assert loss == pytest.approx(5 * there, **AGREE)
    assert np.allclose(gradient, 5 * gradient_there, **GRADIENTS_AGREE)
    assert squared_error(LABELS, P) == pytest.approx(5 * there, **AGREE)
    there = functional.l1_loss(torch.from_numpy(P), y).item()
    assert absolute_error(LABELS, Z) == pytest.approx(5 * there, **AGREE)


def test_torch_multi_margin_loss_is_that_of_weston_and_watkins(torch):
    there = torch.nn.MultiMarginLoss()(torch.from_numpy(Z), torch.from_numpy(LABELS)).item()
    own = Z[np.arange(40), LABELS][:, None]
    shortfalls = np.maximum(0, 1 - own + Z) * (1 - HOT)
    assert there == pytest.approx(shortfalls.sum(axis=1).mean() / 5, **AGREE)
    assert hinge_loss(LABELS, Z) == pytest.approx(shortfalls.max(axis=1).mean(), **AGREE)


# Keras, which computes in float32

SINGLE = {"rel": 1e-5}


def test_keras_cross_entropy(keras):
    losses = keras.losses
    from_logits = float(losses.CategoricalCrossentropy(from_logits=True)(HOT, Z))
    sparse = float(losses.SparseCategoricalCrossentropy(from_logits=True)(LABELS, Z))
    smooth = float(losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(HOT, Z))
    binary = float(losses.BinaryCrossentropy(from_logits=True)(BINARY_LABELS, Z))
    assert softmax_cross_entropy(LABELS, Z) == pytest.approx(from_logits, **SINGLE)
    assert softmax_cross_entropy(LABELS, Z) == pytest.approx(sparse, **SINGLE)
    ours = softmax_cross_entropy(LABELS, Z, label_smoothing=0.1)
    assert ours == pytest.approx(smooth, **SINGLE)
    assert sigmoid_cross_entropy(BINARY_LABELS, Z) == pytest.approx(binary, **SINGLE)


def test_keras_clips_probabilities_and_we_do_not(keras):
    y, p = [[1.0, 0.0]], [[0.0, 1.0]]
    assert float(keras.losses.CategoricalCrossentropy()(y, p)) < 20
    assert float(keras.losses.BinaryCrossentropy()(y, p)) < 20
    assert categorical_cross_entropy(y, p) == binary_cross_entropy(y, p) == math.inf


def test_keras_robust_losses(keras):
    losses = keras.losses
    focal = float(losses.CategoricalFocalCrossentropy(gamma=2.0)(HOT, P))
    assert 0.25 * focal_loss(LABELS, Z) == pytest.approx(focal, **SINGLE)
    generalised = float(losses.CategoricalGeneralizedCrossEntropy(q=0.7)(LABELS, P))
    assert generalised_cross_entropy(LABELS, Z) == pytest.approx(generalised, **SINGLE)
    default = float(losses.CategoricalGeneralizedCrossEntropy()(LABELS, P))
    assert generalised_cross_entropy(LABELS, Z, q=0.5) == pytest.approx(default, **SINGLE)
    squared = float(losses.MeanSquaredError()(HOT, P))
    assert squared_error(LABELS, P) == pytest.approx(5 * squared, **SINGLE)
    absolute = float(losses.MeanAbsoluteError()(HOT, P))
    assert absolute_error(LABELS, Z) == pytest.approx(5 * absolute, **SINGLE)


def test_keras_hinge_takes_the_best_rival_for_zero_where_all_are_negative(keras):
    y, z = [[1.0, 0.0, 0.0]], [[-3.0, -1.0, -2.0]]
    assert float(keras.losses.CategoricalHinge()(y, z)) == 4
    assert hinge_loss([0], z) == 3
    positive = np.abs(Z)
    there = float(keras.losses.CategoricalHinge()(HOT, positive))
    assert hinge_loss(LABELS, positive) == pytest.approx(there, **SINGLE)
