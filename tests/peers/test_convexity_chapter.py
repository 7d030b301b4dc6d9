"""What the chapter *convexity* says of scikit-learn, PyTorch and Keras. The page includes some."""

import os
from importlib.util import find_spec

import pytest

# Keras asks for TensorFlow unless told otherwise.
os.environ.setdefault("KERAS_BACKEND", "torch")
needs_torch = pytest.mark.skipif(
    find_spec("torch") is None, reason="the claim is about PyTorch, which is not installed"
)
needs_keras = pytest.mark.skipif(
    find_spec("keras") is None or find_spec("torch") is None,
    reason="the claim is about Keras with PyTorch, which is not installed",
)


def test_c_of_logistic_regression_is_the_variance_of_the_prior() -> None:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    from course_utils.models import SoftmaxRegression

    rng = np.random.default_rng(3)
    labels = np.arange(60) % 3
    features = rng.normal(size=(60, 2)) + labels[:, np.newaxis]
    for variance in (0.2, 5.0):
        theirs = LogisticRegression(C=variance, solver="newton-cg", tol=1e-12)
        theirs.fit(features, labels)
        ours = SoftmaxRegression(l2=1 / (60 * variance)).fit(features, labels)
        np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-6)
        # With two classes there is one row, the difference, and so twice the strength.
        theirs.fit(features, labels == 2)
        ours = SoftmaxRegression(l2=2 / (60 * variance)).fit(features, labels == 2)
        np.testing.assert_allclose(ours.coef_[1] - ours.coef_[0], theirs.coef_[0], atol=1e-6)


@needs_torch
def test_weight_decay_is_half_lambda_times_the_squares() -> None:
    import torch

    layer = torch.nn.Linear(2, 3)
    weights, biases = (part.detach().clone() for part in layer.parameters())
    step = torch.optim.SGD(layer.parameters(), lr=0.1, weight_decay=0.5)
    (0.0 * layer(torch.ones(1, 2)).sum()).backward()  # no slope of its own
    step.step()

    assert torch.allclose(layer.weight, weights - 0.1 * 0.5 * weights)
    # The biases decay as well, unless they are in a group of their own.
    assert torch.allclose(layer.bias, biases - 0.1 * 0.5 * biases)


@needs_keras
def test_l2_regulariser_has_no_half() -> None:
    import numpy as np
    from keras.regularizers import L2

    weights = np.array([[1.0, -2.0], [3.0, 0.5]])
    assert np.isclose(float(L2(0.1)(weights)), 0.1 * np.sum(weights**2))
