"""The checks of arguments: what passes, in which dtype, and what an error says."""

import math
import re

import numpy as np
import pytest

from course_utils._validation import (
    SUM_TOLERANCE,
    as_distributions,
    as_finite,
    as_float,
    as_labels,
    as_logits,
    as_non_negative,
    as_positive,
    as_probabilities,
    as_targets,
    check_axis,
    check_base,
    check_interval,
    check_number,
    check_out,
    check_positive,
    check_reduction,
    common_dtype,
)

NAN, INF = math.nan, math.inf
SHAPE = (2, 3)


def test_float32_stays_and_all_else_becomes_float64():
    assert as_float("x", np.zeros(2, np.float32)).dtype == np.float32
    assert as_float("x", np.zeros(2, ">f4")).dtype == np.float32
    for values in ([1, 2], [True], 3, 0.5, np.float16(1), np.longdouble(1), np.zeros(2, "u1")):
        assert as_float("x", values).dtype == np.float64


def test_the_common_dtype_ignores_python_numbers():
    single = np.ones(2, np.float32)
    assert common_dtype(single, 1, 2.0) == np.float32
    assert common_dtype(single, np.float32(1)) == np.float32
    for other in ([1.0], np.ones(2), np.float64(1), np.int8(1)):
        assert common_dtype(single, other) == np.float64
    assert common_dtype(1, 2.0) == np.float64


def test_what_needs_no_conversion_is_not_copied_and_nothing_is_changed():
    array = np.array([0.25, 0.75])
    array.flags.writeable = False
    for function in (as_float, as_finite, as_positive, as_non_negative, as_probabilities):
        assert function("x", array) is array
    assert as_distributions("p", array) is array
    labels = np.array([0, 1], np.intp)
    assert as_labels("labels", labels, 2) is labels


def test_nan_passes_only_where_it_may():
    assert np.isnan(as_float("x", [NAN])[0])
    assert np.isnan(as_probabilities("p", [NAN], allow_nan=True)[0])


def test_sums_are_judged_in_float64_within_the_stated_tolerance():
    assert as_distributions("p", [0.5, 0.5 + 0.9 * SUM_TOLERANCE]).dtype == np.float64
    with pytest.raises(ValueError, match="p must sum to 1"):
        as_distributions("p", [0.5, 0.5 + 1.1 * SUM_TOLERANCE])
    # Along the first axis NumPy adds one by one: in float32 a million shares miss 1 by 0.9 %.
    shares = np.full((1_000_000, 2), 1e-6, np.float32)
    assert abs(shares.sum(axis=0) - 1).min() > 100 * SUM_TOLERANCE
    assert as_distributions("p", shares, axis=0).dtype == np.float32


def test_whole_floats_are_labels():
    labels = as_labels("labels", [0.0, 2.0], 3)
    assert labels.tolist() == [0, 2]
    assert labels.dtype == np.intp
    assert as_labels("labels", np.uint8(2), 3) == 2
    assert as_labels("labels", [], 3).shape == (0,)


def test_targets_are_told_apart_by_their_shape():
    assert as_targets("y", [0, 2], SHAPE).dtype.kind == "i"
    assert as_targets("y", np.eye(3, dtype=int)[[0, 2]], SHAPE).dtype == np.float64
    assert as_targets("y", np.eye(2)[:, [0, 1, 1]], SHAPE, axis=0, dtype=np.float32).shape == SHAPE
    assert as_targets("y", [1, 0, 1], SHAPE, axis=0).tolist() == [1, 0, 1]
    assert as_targets("y", 2, (3,)).shape == ()


def test_axis_is_counted_from_the_front():
    array = np.zeros((2, 3, 4))
    assert [check_axis("x", array, a) for a in (-3, -1, 0, 2, np.int64(1))] == [0, 2, 0, 2, 1]


def test_temperature_counts_in_the_dtype_of_the_logits():
    assert check_positive("temperature", 1e-50) == 1e-50
    for lost in (1e-50, 1e50):
        with pytest.raises(ValueError, match=r"temperature .*float32"):
            check_positive("temperature", lost, np.float32)


def test_base_is_returned_as_its_logarithm():
    assert check_base(None) == 1
    assert check_base(2) == math.log(2)


def test_out_fits_or_is_none():
    like = np.zeros((2, 3))
    check_out(None, like)
    check_out(np.empty((3, 2)).T, like)


def read_only(array):
    array.flags.writeable = False
    return array


# What is called, the exception, and what it says in full.
FAILURES = [
    (lambda: as_float("x", [[1], [1, 2]]), ValueError, "x must be a rectangular array of numbers"),
    (lambda: as_float("x", ["a"]), TypeError, "x must hold real numbers, but has dtype <U1"),
    (lambda: as_float("x", [1j]), TypeError, "x must hold real numbers, but has dtype complex128"),
    (lambda: as_float("x", None), TypeError, "x must hold real numbers, but has dtype object"),
    (lambda: as_finite("x", [1, NAN]), ValueError, "x must be finite, but x[1] is nan"),
    (lambda: as_finite("x", [[INF]]), ValueError, "x must be finite, but x[0, 0] is inf"),
    (
        lambda: as_positive("scale", 0),
        ValueError,
        "scale must be positive and finite, but scale is 0.0",
    ),
    (
        lambda: as_positive("scale", [1, INF]),
        ValueError,
        "scale must be positive and finite, but scale[1] is inf",
    ),
    (
        lambda: as_non_negative("votes", [1, -2]),
        ValueError,
        "votes must be non-negative and finite, but votes[1] is -2.0",
    ),
    (
        lambda: as_probabilities("p", [0.5, 1.5]),
        ValueError,
        "p must lie in [0, 1], but p[1] is 1.5",
    ),
    (lambda: as_probabilities("p", [NAN]), ValueError, "p must lie in [0, 1], but p[0] is nan"),
    (
        lambda: as_probabilities("p", [NAN, -1], allow_nan=True),
        ValueError,
        "p must lie in [0, 1], but p[1] is -1.0",
    ),
    (
        lambda: as_distributions("p", [[0.5, 0.5], [1.5, -0.5]]),
        ValueError,
        "p must be non-negative and finite, but p[1, 1] is -0.5",
    ),
    (
        lambda: as_distributions("p", [0.5, NAN]),
        ValueError,
        "p must be non-negative and finite, but p[1] is nan",
    ),
    (
        lambda: as_distributions("p", [[0.5, 0.5], [0.5, 0.75]]),
        ValueError,
        "p must sum to 1 along axis 1 within 1e-06, but p[1, :] sums to 1.25",
    ),
    (
        lambda: as_distributions("p", [[0.5, 0.5], [0.5, 0.75]], axis=0),
        ValueError,
        "p must sum to 1 along axis 0 within 1e-06, but p[:, 1] sums to 1.25",
    ),
    (
        lambda: as_distributions("p", [1e308, 1e308]),
        ValueError,
        "p must sum to 1 along axis 0 within 1e-06, but p sums to inf",
    ),
    (
        lambda: as_logits("logits", [[0, 1], [NAN, 0]]),
        ValueError,
        "logits must be finite or -inf, but logits[1, 0] is nan",
    ),
    (
        lambda: as_logits("logits", [0, INF]),
        ValueError,
        "logits must be finite or -inf, but logits[1] is inf",
    ),
    (
        lambda: as_logits("logits", [[0, -INF], [-INF, -INF]]),
        ValueError,
        "logits must have a finite entry along axis 1, but logits[1, :] is all -inf",
    ),
    (
        lambda: as_labels("labels", [0, 1, 2, 0, 3], 3),
        ValueError,
        "labels must lie in 0..2, but labels[4] is 3",
    ),
    (
        lambda: as_labels("labels", [[0], [-1]], 3),
        ValueError,
        "labels must lie in 0..2, but labels[1, 0] is -1",
    ),
    (
        lambda: as_labels("labels", [0, 0.5], 3),
        ValueError,
        "labels must be whole numbers, but labels[1] is 0.5",
    ),
    (
        lambda: as_labels("labels", [0, NAN], 3),
        ValueError,
        "labels must be whole numbers, but labels[1] is nan",
    ),
    (
        lambda: as_labels("labels", [True], 3),
        TypeError,
        "labels must be integer labels, but has dtype bool",
    ),
    (
        lambda: as_labels("labels", ["cat"], 3),
        TypeError,
        "labels must be integer labels, but has dtype <U3",
    ),
    (
        lambda: as_labels("labels", [0, 1], 3, (3,)),
        ValueError,
        "labels must have shape (3,), but has shape (2,)",
    ),
    (
        lambda: as_targets("targets", [1, 2, 0], SHAPE),
        ValueError,
        "targets must be labels of shape (2,) or distributions of shape (2, 3), but has shape (3,)",
    ),
    (
        lambda: as_targets("targets", [0, 3], SHAPE),
        ValueError,
        "targets must lie in 0..2, but targets[1] is 3",
    ),
    (
        lambda: check_axis("x", np.zeros((2, 3)), 2),
        ValueError,
        "axis must lie in -2..1 for x of shape (2, 3), but is 2",
    ),
    (
        lambda: check_axis("x", np.zeros(2), 1.5),
        TypeError,
        "axis must be an integer, but is 1.5",
    ),
    (
        lambda: check_axis("x", np.zeros(()), 0),
        ValueError,
        "x must have at least one dimension, but is a single number",
    ),
    (
        lambda: check_axis("x", np.zeros((2, 0)), -1),
        ValueError,
        "x must not be empty along axis 1, but has shape (2, 0)",
    ),
    (
        lambda: check_positive("temperature", -1),
        ValueError,
        "temperature must be positive and finite (as float64), but is -1.0",
    ),
    (
        lambda: check_positive("temperature", NAN),
        ValueError,
        "temperature must be positive and finite (as float64), but is nan",
    ),
    (
        lambda: check_interval("label_smoothing", 1.5, 0, 1),
        ValueError,
        "label_smoothing must lie in [0, 1], but is 1.5",
    ),
    (
        lambda: check_interval("label_smoothing", NAN, 0, 1),
        ValueError,
        "label_smoothing must lie in [0, 1], but is nan",
    ),
    (
        lambda: check_number("gamma", [1.0]),
        TypeError,
        "gamma must be a single real number, but is [1.0]",
    ),
    (
        lambda: check_number("gamma", "2"),
        TypeError,
        "gamma must be a single real number, but is '2'",
    ),
    (
        lambda: check_base(1),
        ValueError,
        "base must be None (for e) or a finite number above 1, but is 1.0",
    ),
    (
        lambda: check_reduction("avg"),
        ValueError,
        "reduction must be 'mean', 'sum' or 'none', but is 'avg'",
    ),
    (
        lambda: check_out([0.0], np.zeros(1)),
        TypeError,
        "out must be a NumPy array, but is of type list",
    ),
    (
        lambda: check_out(np.zeros(1, np.float32), np.zeros(1)),
        TypeError,
        "out must have dtype float64, but has dtype float32",
    ),
    (
        lambda: check_out(np.zeros(2), np.zeros(1)),
        ValueError,
        "out must have shape (1,), but has shape (2,)",
    ),
    (
        lambda: check_out(read_only(np.zeros(1)), np.zeros(1)),
        ValueError,
        "out must be writeable, but is read-only",
    ),
]


@pytest.mark.parametrize(("call", "error", "text"), FAILURES, ids=[text for _, _, text in FAILURES])
def test_an_error_names_the_argument_what_was_expected_and_the_first_offender(call, error, text):
    # The first message goes on with NumPy's own words, which differ between versions.
    end = "" if "rectangular" in text else "$"
    with pytest.raises(error, match="^" + re.escape(text) + end):
        call()
