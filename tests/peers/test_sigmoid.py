"""The sigmoid and its relatives beside SciPy, PyTorch and Keras."""

import os

import numpy as np
import pytest
import scipy
import scipy.special

from course_utils.sigmoid import log_sigmoid, logit, odds, sigmoid, softplus

X = np.concatenate([np.random.default_rng(1).normal(0, 5, 200), [-700.0, -40.0, 0.0, 40.0, 700.0]])
P = np.random.default_rng(2).uniform(0.001, 0.999, 200)

# All of them are good to a few roundings on these arguments.
AGREE = {"rtol": 2e-15, "atol": 0}


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is an optional peer")


@pytest.fixture(scope="module")
def keras():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras", reason="Keras is an optional peer")


def test_scipy():
    assert np.allclose(sigmoid(X), scipy.special.expit(X), **AGREE)
    assert np.allclose(log_sigmoid(X), scipy.special.log_expit(X), **AGREE)
    # SciPy 1.12 loses digits next to p = ½, where the logit is near 0.
    assert np.allclose(logit(P), scipy.special.logit(P), rtol=2e-15, atol=1e-15)
    assert np.allclose(odds(P), np.exp(scipy.special.logit(P)), rtol=1e-14)


def test_numpy_logaddexp():
    assert np.allclose(softplus(X), np.logaddexp(0, X), **AGREE)


def test_torch(torch):
    x, p = torch.from_numpy(X), torch.from_numpy(P)
    assert np.allclose(sigmoid(X), torch.sigmoid(x).numpy(), **AGREE)
    # PyTorch forms the logarithm of a probability that has rounded to 1.
    assert np.allclose(log_sigmoid(X), torch.nn.functional.logsigmoid(x).numpy(), atol=1e-15)
    assert np.allclose(logit(P), torch.logit(p).numpy(), rtol=1e-14, atol=1e-15)
    assert np.allclose(softplus(X), torch.nn.functional.softplus(x).numpy(), rtol=1e-9)


def test_torch_returns_x_for_the_softplus_of_more_than_20(torch):
    x = np.array([20.5])
    assert torch.nn.functional.softplus(torch.from_numpy(x)).item() == 20.5
    assert softplus(x)[0] - 20.5 == pytest.approx(np.exp(-20.5), rel=1e-5)


def test_scipy_returns_nan_for_what_is_no_probability():
    assert np.isnan(scipy.special.logit(1.5))
    with pytest.raises(ValueError, match=r"p must lie in \[0, 1\]"):
        logit(1.5)


def test_keras(keras):
    x = X.astype(np.float32)
    single = {"rtol": 1e-5, "atol": 1e-7}
    for ours, theirs in [
        (sigmoid, keras.ops.sigmoid),
        (log_sigmoid, keras.ops.log_sigmoid),
        (softplus, keras.ops.softplus),
    ]:
        assert np.allclose(ours(x), theirs(x).tolist(), **single)


@pytest.mark.skipif(
    np.lib.NumpyVersion(scipy.__version__) < "1.17.0",
    reason="what the picture of the chapter shows of SciPy was looked at with 1.17",
)
def test_what_the_picture_of_errors_shows_of_scipy():
    # All digits of the complement, of the logarithm and of the logit next to one half …
    m, p = np.linspace(1, 45, 89), 0.5 + 10.0 ** np.linspace(-1.3, -15, 89)
    assert np.allclose(scipy.special.expit(-m), sigmoid(-m), rtol=1e-15, atol=0)
    assert np.allclose(scipy.special.log_expit(m), log_sigmoid(m), rtol=1e-15, atol=0)
    assert np.allclose(scipy.special.logit(p), logit(p), rtol=1e-15, atol=0)
    # … but nothing of what is below 1e-308.
    assert scipy.special.expit(-744.0) == 0
    assert sigmoid(-744.0) > 0
