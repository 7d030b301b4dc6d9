"""What the docstrings of `course_utils.models` say of scikit-learn, PyTorch and Keras."""

import os

import numpy as np
import pytest
import scipy.optimize
from sklearn.linear_model import LogisticRegression

from course_utils.models import SoftmaxRegression, gradient_descent


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is an optional peer")


@pytest.fixture
def keras(torch):
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras", reason="Keras is an optional peer")


def some_samples(classes):
    rng = np.random.default_rng(4)
    y = rng.integers(0, classes, 90)
    return y[:, np.newaxis] + rng.normal(0, 1, (90, 2)), y


def test_c_is_the_variance_of_the_prior():
    """λ = 1/(N C): the default C = 1 is a penalty too."""
    X, y = some_samples(classes=3)
    theirs = LogisticRegression(tol=1e-10, max_iter=1000).fit(X, y)
    # The solver of scikit-learn ends about 1e-6 from the optimum.
    ours = SoftmaxRegression(l2=1 / (len(X) * 1.0)).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)
    unpenalised = SoftmaxRegression().fit(X, y)
    assert np.abs(unpenalised.coef_ - theirs.coef_).max() > 0.01


def test_two_classes_have_one_row_of_weights_and_one_logit():
    X, y = some_samples(classes=2)
    theirs = LogisticRegression(C=0.5, tol=1e-10, max_iter=1000).fit(X, y)
    ours = SoftmaxRegression(l2=2 / (len(X) * 0.5)).fit(X, y)
    assert theirs.coef_.shape == (1, 2)
    assert ours.coef_.shape == (2, 2)
    assert theirs.decision_function(X).shape == (90,)
    assert ours.decision_function(X).shape == (90, 2)
    np.testing.assert_allclose(ours.coef_[1] - ours.coef_[0], theirs.coef_[0], atol=1e-4)


def rosenbrock(x):
    """Return Rosenbrock's value and gradient."""
    a, b = 1 - x[0], x[1] - x[0] ** 2
    return float(a**2 + 5 * b**2), np.array([-2 * a - 20 * x[0] * b, 10 * b])


def test_sgd_of_torch_makes_the_same_steps(torch):
    x = torch.tensor([-1.0, 0.5], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([x], lr=0.02)
    points = [x.detach().numpy().copy()]
    for _ in range(20):
        optimiser.zero_grad()
        ((1 - x[0]) ** 2 + 5 * (x[1] - x[0] ** 2) ** 2).backward()
        optimiser.step()
        points.append(x.detach().numpy().copy())
    ours = gradient_descent(rosenbrock, [-1.0, 0.5], learning_rate=0.02, steps=20)
    np.testing.assert_allclose(ours.points, points, rtol=1e-12)


def test_sgd_of_keras_makes_the_same_step(keras):
    x = keras.Variable([-1.0, 0.5])
    gradient = keras.ops.convert_to_tensor(rosenbrock(np.array([-1.0, 0.5]))[1], dtype="float32")
    keras.optimizers.SGD(learning_rate=0.02).apply([gradient], [x])
    ours = gradient_descent(rosenbrock, [-1.0, 0.5], learning_rate=0.02, steps=1)
    np.testing.assert_allclose(ours.points[1], x.value.tolist(), rtol=1e-6)  # float32


def test_minimize_of_scipy_chooses_its_steps():
    found = scipy.optimize.minimize(rosenbrock, [-1.0, 0.5], jac=True)
    fixed = gradient_descent(rosenbrock, [-1.0, 0.5], learning_rate=0.02, steps=found.nfev)
    np.testing.assert_allclose(found.x, [1, 1], atol=1e-4)
    assert np.abs(fixed.points[-1] - 1).max() > 0.1
