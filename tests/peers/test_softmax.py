"""Softmax and its relatives beside SciPy, PyTorch and Keras."""

import os

import numpy as np
import pytest
import scipy.special

from course_utils.softmax import (
    log_softmax,
    logsumexp,
    softmax,
    softmax_jacobian,
    softmax_jvp,
    sparsemax,
)

Z = np.random.default_rng(1).normal(0, 3, (50, 10))
V = np.random.default_rng(2).normal(0, 1, (50, 10))

# Ten terms, each with a few roundings on either side. The logarithm of a probability near 1 is
# where the peers lose digits: there they agree to a rounding of 1.
AGREE = {"rtol": 4e-15, "atol": 0}
AGREE_NEAR_ZERO = {"rtol": 4e-15, "atol": 4e-15}


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is an optional peer")


@pytest.fixture(scope="module")
def keras():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras", reason="Keras is an optional peer")


@pytest.mark.parametrize("axis", [0, 1])
def test_scipy(axis):
    assert np.allclose(softmax(Z, axis=axis), scipy.special.softmax(Z, axis=axis), **AGREE)
    assert np.allclose(
        log_softmax(Z, axis=axis), scipy.special.log_softmax(Z, axis=axis), **AGREE_NEAR_ZERO
    )
    assert np.allclose(logsumexp(Z, axis=axis), scipy.special.logsumexp(Z, axis=axis), **AGREE)
    ours, theirs = (f(Z, axis=axis, keepdims=True) for f in (logsumexp, scipy.special.logsumexp))
    assert ours.shape == theirs.shape


def test_scipy_with_minus_infinity():
    z = [0.0, -np.inf, 1.0]
    assert np.allclose(softmax(z), scipy.special.softmax(z), **AGREE)
    assert np.allclose(log_softmax(z), scipy.special.log_softmax(z), **AGREE)
    for values in ([-np.inf, -np.inf], [np.inf, 0.0], [np.inf, np.inf]):
        assert logsumexp(values) == scipy.special.logsumexp(values)


def test_scipy_subtracts_one_maximum_for_a_whole_batch_unless_told_the_axis():
    z = np.array([[0.0, 1.0], [-2000.0, -2001.0]])
    assert scipy.special.softmax(z)[1].tolist() == [0, 0]
    assert softmax(z)[1].sum() == 1


@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_torch(torch, temperature):
    z = torch.from_numpy(Z) / temperature
    assert np.allclose(softmax(Z, temperature=temperature), torch.softmax(z, -1), **AGREE)
    ours = log_softmax(Z, temperature=temperature)
    assert np.allclose(ours, torch.log_softmax(z, -1), **AGREE_NEAR_ZERO)
    assert np.allclose(logsumexp(Z), torch.logsumexp(torch.from_numpy(Z), -1), **AGREE)


def test_torch_in_float32(torch):
    z = Z.astype(np.float32)
    # Eight units of rounding of float32.
    assert np.allclose(softmax(z), torch.softmax(torch.from_numpy(z), -1), rtol=1e-6, atol=0)
    ours, theirs = log_softmax(z), torch.log_softmax(torch.from_numpy(z), -1)
    assert np.allclose(ours, theirs, rtol=1e-6, atol=1e-6)


# PyTorch's forward mode compiles its rules by a function that PyTorch itself deprecates.
@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")
def test_derivatives_by_torch(torch):
    def function(z):
        return torch.softmax(z, -1)

    for z, v in zip(Z[:5], V[:5], strict=True):
        z_there, v_there = torch.from_numpy(z), torch.from_numpy(v)
        jacobian = torch.func.jacrev(function)(z_there).numpy()
        product = torch.func.jvp(function, (z_there,), (v_there,))[1].numpy()
        # Entries are at most ¼ and 1; autograd subtracts from 1 where p is near 1.
        assert np.allclose(softmax_jacobian(z), jacobian, rtol=1e-13, atol=1e-16)
        assert np.allclose(softmax_jvp(z, v), product, rtol=1e-13, atol=1e-15)


def test_keras(keras):
    z = Z.astype(np.float32)
    for ours, theirs in [(softmax, keras.ops.softmax), (log_softmax, keras.ops.log_softmax)]:
        assert np.allclose(ours(z), theirs(z).tolist(), rtol=1e-5, atol=1e-6)
    assert np.allclose(logsumexp(z), keras.ops.logsumexp(z, axis=-1).tolist(), rtol=1e-5)


def test_keras_sparsemax_is_wrong_where_several_classes_remain(keras):
    def there(z):
        return keras.ops.sparsemax(np.array(z)).tolist()

    assert there([1.0, 0.0, -1.0]) == sparsemax([1.0, 0.0, -1.0]).tolist() == [1, 0, 0]
    assert sparsemax([1.0, 0.5, -1.0]).tolist() == [0.75, 0.25, 0]
    # Its threshold sums the cumulative sums (keras-team/keras#23425, mended after 3.15.1).
    version = tuple(int(part) for part in keras.__version__.split(".")[:3])
    expected = [0.25, 0, 0] if version <= (3, 15, 1) else [0.75, 0.25, 0]
    assert there([1.0, 0.5, -1.0]) == expected
