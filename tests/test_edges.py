"""What holds at the edges for every function alike: a million classes, odd arrays, odd numbers.

The edges of a single function stand with its other tests, bad input in `test_bad_input.py`, and
what other libraries do in `tests/peers/`.
"""

import math
from functools import partial

import numpy as np
import pytest

from course_utils import information, losses, softmax

INF = math.inf
SINGLE, DOUBLE = float(np.finfo(np.float32).eps), 2.0**-52

OF_LOGITS = [
    softmax.logsumexp,
    softmax.softmax,
    softmax.log_softmax,
    softmax.hardmax,
    softmax.sparsemax,
    softmax.softmax_jacobian,
]
OF_TARGETS_AND_LOGITS = [
    losses.softmax_cross_entropy,
    partial(losses.softmax_cross_entropy, label_smoothing=0.1, class_weight=[1, 2, 0.5]),
    losses.softmax_cross_entropy_and_gradient,
    losses.squared_error_and_gradient,
    losses.focal_loss,
    losses.generalised_cross_entropy,
    losses.hinge_loss,
    losses.absolute_error,
    losses.sparsemax_loss,
]
OF_TARGETS_AND_PROBABILITIES = [
    losses.zero_one_loss,
    losses.squared_error,
    losses.brier_score,
    losses.categorical_cross_entropy,
]
OF_TWO = [
    information.cross_entropy,
    information.kl_divergence,
    information.jensen_shannon_divergence,
]

RNG = np.random.default_rng(1)
Z = RNG.integers(-4, 5, (4, 3))
LABELS = np.array([0, 2, 1, 2])
SOFT = np.array([[0.5, 0.25, 0.25], [0, 1, 0], [0.125, 0.375, 0.5], [0.25, 0.75, 0]])
P = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.25, 0.25, 0.5], [0.25, 0.5, 0.25]])

CALLS = [
    *(partial(f, Z) for f in OF_LOGITS),
    *(partial(f, LABELS, Z) for f in OF_TARGETS_AND_LOGITS),
    *(partial(f, SOFT, Z) for f in OF_TARGETS_AND_LOGITS),
    *(partial(f, LABELS, P) for f in OF_TARGETS_AND_PROBABILITIES),
    *(partial(f, SOFT, P) for f in OF_TARGETS_AND_PROBABILITIES),
    partial(information.entropy, SOFT),
    partial(information.self_information, SOFT),
    *(partial(f, SOFT, P) for f in OF_TWO),
]


def name(call):
    function = call.func.func if isinstance(call.func, partial) else call.func
    return getattr(function, "__name__", str(function))


every_call = pytest.mark.parametrize("call", CALLS, ids=name)


def outputs(result):
    return result if isinstance(result, tuple) else (result,)


def assert_same(call, arrays):
    """Hold a call with other arrays of the same numbers to the call with plain ones."""
    plain = [np.asarray(a, float if a is not LABELS else int).copy() for a in call.args]
    expected = call.func(*plain, **call.keywords)
    found = call.func(*arrays, **call.keywords)
    for first, second in zip(outputs(found), outputs(expected), strict=True):
        assert np.array_equal(first, second)
        assert first.dtype == second.dtype == np.float64


# Arrays of every kind ----------------------------------------------------------------------------


@every_call
def test_lists(call):
    assert_same(call, [a.tolist() for a in call.args])


@every_call
def test_arrays_in_other_orders_in_memory(call):
    assert_same(call, [np.asfortranarray(a) for a in call.args])
    assert_same(call, [a[::-1].copy()[::-1] for a in call.args])
    gaps = []
    for a in call.args:
        wide = np.zeros((*a.shape, 3), a.dtype)
        wide[..., 1] = a
        gaps.append(wide[..., 1])
    assert_same(call, gaps)


@every_call
def test_read_only_broadcast_arrays(call):
    """One row for all samples, without copies of it: the strides are 0."""
    if any(a.ndim == 1 for a in call.args):
        arrays = [np.broadcast_to(call.args[0][0], 4), np.broadcast_to(call.args[1][0], (4, 3))]
    else:
        arrays = [np.broadcast_to(a[0], (4, 3)) for a in call.args]
    copies = [a.copy() for a in arrays]
    for first, second in zip(outputs(call.func(*arrays)), outputs(call.func(*copies)), strict=True):
        assert np.array_equal(first, second)


@every_call
@pytest.mark.parametrize("dtype", [np.float16, np.longdouble, np.dtype(">f8"), np.dtype(">f4")])
def test_other_floats(call, dtype):
    """All these numbers are exact in every dtype, so only the dtype of the result can differ."""
    arrays = [a if a is LABELS else a.astype(dtype) for a in call.args]
    found, native = call.func(*arrays), np.dtype(dtype).newbyteorder("=")
    kept = np.float32 if native == np.float32 else np.float64
    expected = call.func(*(a if a is LABELS else a.astype(kept) for a in call.args))
    for first, second in zip(outputs(found), outputs(expected), strict=True):
        assert first.dtype == kept
        assert np.array_equal(first, second)


@pytest.mark.parametrize("function", OF_TARGETS_AND_LOGITS + OF_TARGETS_AND_PROBABILITIES)
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.uint64, np.float32, np.dtype(">i4")])
def test_labels_of_other_dtypes(function, dtype):
    predictions = P if function in OF_TARGETS_AND_PROBABILITIES else Z
    found = outputs(function(LABELS.astype(dtype), predictions))
    for first, second in zip(found, outputs(function(LABELS, predictions)), strict=True):
        assert np.array_equal(first, second)


@pytest.mark.parametrize("label", [-1, 3, -3, 255, 2**63, -(2**63)])
@pytest.mark.parametrize("function", OF_TARGETS_AND_LOGITS + OF_TARGETS_AND_PROBABILITIES)
def test_no_label_wraps_around(function, label):
    predictions = P if function in OF_TARGETS_AND_PROBABILITIES else Z
    labels = np.array([0, label, 1, 2], np.uint64 if label > 255 else np.int64)
    with pytest.raises(ValueError, match=rf"^targets must lie in 0\.\.2, but .*\[1\] is {label}$"):
        function(labels, predictions)


# Weights -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_labels_and_one_hot_targets_have_the_same_weighted_loss(smoothing, reduction):
    options = {
        "class_weight": [1.0, 3.0, 0.5],
        "label_smoothing": smoothing,
        "reduction": reduction,
    }
    of_labels, of_hot = (
        losses.softmax_cross_entropy_and_gradient(targets, Z, **options)
        for targets in (LABELS, np.eye(3)[LABELS])
    )
    for first, second in zip(of_labels, of_hot, strict=True):
        # The same terms, rounded in another order; smoothed gradients are differences of them.
        assert np.allclose(first, second, rtol=8 * DOUBLE, atol=DOUBLE)


# A million classes -------------------------------------------------------------------------------

MANY = 10**6


@pytest.mark.parametrize(("dtype", "eps"), [(np.float32, SINGLE), (np.float64, DOUBLE)])
def test_a_million_equal_classes(dtype, eps):
    """The truth is known, and a running sum in float32 would err by thousands of units."""
    z = np.full(MANY, 7, dtype)
    near = {"rtol": 8 * eps, "atol": 0}
    assert np.allclose(softmax.softmax(z), 1 / MANY, **near)
    assert np.allclose(softmax.log_softmax(z), -math.log(MANY), **near)
    assert np.allclose(softmax.logsumexp(z), 7 + math.log(MANY), **near)
    loss, gradient = losses.softmax_cross_entropy_and_gradient(3, z)
    assert np.allclose(loss, math.log(MANY), **near)
    assert np.allclose(gradient[3], -1 + 1 / MANY, **near)
    assert np.allclose(np.delete(gradient, 3), 1 / MANY, **near)
    tangent = np.zeros(MANY, dtype)
    tangent[3] = 1
    assert np.allclose(softmax.softmax_jvp(z, tangent)[3], (1 - 1 / MANY) / MANY, **near)
    p = np.full(MANY, 1 / MANY, dtype)
    assert np.allclose(information.entropy(p), math.log(MANY), **near)
    assert information.kl_divergence(p, p) == 0
    assert np.allclose(losses.categorical_cross_entropy(3, p), math.log(MANY), **near)
    assert np.allclose(losses.brier_score(3, p), 1 - 1 / MANY, **near)


def test_a_million_classes_of_which_one_matters():
    z = np.full(MANY, -INF)
    z[123_456] = -1e300
    assert softmax.softmax(z)[123_456] == softmax.sparsemax(z)[123_456] == 1
    assert softmax.logsumexp(z) == -1e300
    assert losses.softmax_cross_entropy(123_456, z) == 0
    assert losses.softmax_cross_entropy(0, z) == INF


def test_sparsemax_of_a_million_classes():
    z = np.zeros(MANY)
    assert np.allclose(softmax.sparsemax(z), 1 / MANY, rtol=1e-9, atol=0)
    z[:2] = 1.0
    # Gaps of 1 lie beyond the threshold, which is ½ below the two largest.
    assert softmax.sparsemax(z)[:3].tolist() == [0.5, 0.5, 0]
