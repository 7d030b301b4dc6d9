"""Softmax, its relatives and derivatives, against mpmath, by their properties, at the edges."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.softmax import (
    hardmax,
    log_softmax,
    logsumexp,
    softmax,
    softmax_jacobian,
    softmax_jvp,
    sparsemax,
)

INF, NAN = math.inf, math.nan
EPS = 2.0**-52
OF_LOGITS = [logsumexp, softmax, log_softmax, hardmax, sparsemax, softmax_jacobian]
DTYPES = [np.float64, np.float32]

# A confident prediction leaves 1e-323 beside 1: the literal definitions below keep hundreds of
# digits even then, so they need no trick that could share a mistake with the code.
DIGITS = 1000

# Tolerances count the rounding unit of the dtype, relative to the result: one for each of
# exponential, sum, quotient or logarithm, and the same again for what is above half a unit.
UNITS = 6
FAMILIES = ["normal", "wide", "offset", "nearly equal", "minus infinity", "confident", "two"]


def some_logits(family, dtype, samples=20, classes=10):
    rng = np.random.default_rng(FAMILIES.index(family))
    z = rng.normal(0, 3, (samples, classes))
    if family == "wide":
        z = rng.normal(0, 100, (samples, classes))
    elif family == "offset":
        z += 1e4
    elif family == "nearly equal":
        z = 1e4 + 1e-6 * z
    elif family == "minus infinity":
        z[:, 2] = -INF
    elif family == "confident":
        # The rest stays above the smallest normal number, e^-708 or e^-87.
        z[:, 0] = z.max(axis=1) + rng.uniform(20, 80 if dtype is np.float32 else 700, samples)
    elif family == "two":
        z = z[:, :2]
    return z.astype(dtype)


def exact(number):
    return number if isinstance(number, mpmath.mpf) else mpmath.mpf(float(number))


def true_softmax(z, temperature=1):
    exponentials = [mpmath.exp(exact(v) / mpmath.mpf(temperature)) for v in z]
    total = mpmath.fsum(exponentials)
    return [e / total for e in exponentials]


def assert_near(results, truths, units, scale=None):
    """Hold floats to mpmath numbers, within `units` of rounding of the truth or of `scale`."""
    info = np.finfo(results.dtype)
    scales = truths if scale is None else scale
    for i, (result, truth, size) in enumerate(zip(results.flat, truths, scales, strict=True)):
        if mpmath.isinf(truth):
            assert result == -INF
            continue
        # Below the normal numbers, digits run out: there the smallest step is the unit.
        allowed = units * max(float(abs(size)) * float(info.eps), float(info.smallest_subnormal))
        error = float(abs(mpmath.mpf(float(result)) - truth))
        assert error <= allowed, f"entry {i}: {result!r} is {error / allowed * units:.1f} units off"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", FAMILIES)
def test_softmax_and_its_logarithm_against_mpmath(family, dtype):
    z = some_logits(family, dtype)
    p, log_p = softmax(z), log_softmax(z)
    assert p.dtype == log_p.dtype == dtype
    with mpmath.workdps(DIGITS):
        for row, p_row, log_row in zip(z, p, log_p, strict=True):
            truth = true_softmax(row)
            assert_near(p_row, truth, UNITS)
            assert_near(log_row, [mpmath.log(t) if t else mpmath.ninf for t in truth], UNITS)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", FAMILIES)
def test_logsumexp_against_mpmath(family, dtype):
    z = some_logits(family, dtype)
    results = logsumexp(z)
    assert results.dtype == dtype
    with mpmath.workdps(DIGITS):
        truths = [mpmath.log(mpmath.fsum(mpmath.exp(exact(v)) for v in row)) for row in z]
        # max z and a logarithm are added: where they cancel, the error is that of the larger.
        scales = [max(abs(t), abs(exact(row.max()))) for t, row in zip(truths, z, strict=True)]
        assert_near(results, truths, UNITS, scales)


@pytest.mark.parametrize("family", ["normal", "wide"])
@pytest.mark.parametrize("temperature", [0.5, 4.0, 0.7, 3.3])
def test_temperature_against_mpmath(temperature, family):
    z = some_logits(family, np.float64)
    p, log_p = softmax(z, temperature=temperature), log_softmax(z, temperature=temperature)
    units = UNITS
    if temperature not in (0.5, 4.0):
        # Division by a power of two is exact. Else it rounds gaps, of at most 745 that count, by
        # half a unit, which is as large a relative error of their exponentials.
        units += min(np.ptp(z, axis=1).max() / temperature, 745) / 2
    with mpmath.workdps(DIGITS):
        for row, p_row, log_row in zip(z, p, log_p, strict=True):
            truth = true_softmax(row, temperature)
            assert_near(p_row, truth, units)
            # Here they count for the maximum alone: its logarithm is that of 1 + rest.
            top = row.argmax()
            assert_near(log_row[[top]], [mpmath.log(truth[top])], units)
            others = [k for k in range(len(row)) if k != top]
            assert_near(log_row[others], [mpmath.log(truth[k]) for k in others], UNITS)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", FAMILIES)
def test_jacobian_against_mpmath(family, dtype):
    z = some_logits(family, dtype, samples=4)
    jacobian = softmax_jacobian(z)
    assert jacobian.dtype == dtype
    with mpmath.workdps(DIGITS):
        for row, matrix in zip(z, jacobian, strict=True):
            p = true_softmax(row)
            truth = [pj * (int(j == k) - pk) for j, pj in enumerate(p) for k, pk in enumerate(p)]
            assert_near(matrix, truth, 2 * UNITS)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", FAMILIES)
def test_jvp_against_mpmath(family, dtype):
    z = some_logits(family, dtype, samples=8)
    v = np.random.default_rng(5).normal(0, 2, z.shape).astype(dtype)
    product = softmax_jvp(z, v)
    assert product.dtype == dtype
    with mpmath.workdps(DIGITS):
        for row, tangent, result in zip(z, v, product, strict=True):
            p, t = true_softmax(row), [exact(x) for x in tangent]
            truth = [
                pk * mpmath.fsum(pj * (tk - tj) for pj, tj in zip(p, t, strict=True))
                for pk, tk in zip(p, t, strict=True)
            ]
            # A sum of terms of both signs: its error is that of the sum of their sizes, which are
            # p_j |v_j − v_top|. None of them is large where p is nearly 1.
            ways = [abs(tk - t[int(row.argmax())]) for tk in t]
            mean = mpmath.fsum(pj * way for pj, way in zip(p, ways, strict=True))
            sizes = [pk * (way + mean) for pk, way in zip(p, ways, strict=True)]
            assert_near(result, truth, 2 * UNITS, sizes)


def test_the_jacobian_is_the_derivative():
    z = np.array([0.3, -1.2, 2.0])
    with mpmath.workdps(60):
        step = mpmath.mpf(10) ** -20  # central differences err by step², 1e-40
        for temperature in (1.0, 2.0):
            jacobian = softmax_jacobian(z, temperature=temperature)
            for k, unit in enumerate(np.eye(3)):
                towards = [true_softmax(z + sign * step * unit, temperature) for sign in (1, -1)]
                column = [(a - b) / (2 * step) for a, b in zip(*towards, strict=True)]
                assert_near(jacobian[:, k], column, 2 * UNITS)
                assert_near(softmax_jvp(z, unit, temperature=temperature), column, 2 * UNITS)


def test_a_saturated_jacobian_keeps_its_diagonal():
    assert softmax_jacobian([60.0, 0.0, 1.0])[0, 0] == pytest.approx(3.2558e-26, rel=1e-4)
    assert softmax_jvp([60.0, 0.0, 1.0], [1.0, 0.0, 0.0])[0] == pytest.approx(3.2558e-26, rel=1e-4)


def test_jvp_is_the_jacobian_times_the_tangent():
    z, v = some_logits("normal", np.float64), some_logits("wide", np.float64)
    # Both are sums of ten products of size up to 300.
    assert np.allclose(softmax_jvp(z, v), (softmax_jacobian(z) @ v[..., None])[..., 0], atol=1e-12)


def test_log_softmax_of_a_source_is_right():
    # A source prints -4.5418e-05, which is what float32 makes of log(1 − 4.54e-05).
    assert f"{log_softmax([10.0, 0.0, -10.0])[0]:.4e}" == "-4.5401e-05"


# Sparsemax


def true_sparsemax(z):
    """By bisection for the threshold, which the code finds by sorting."""
    z = [exact(v) for v in z]
    low, high = max(z) - 1, max(z)
    for _ in range(250):
        middle = (low + high) / 2
        if mpmath.fsum(max(v - middle, 0) for v in z) > 1:
            low = middle
        else:
            high = middle
    return [max(v - high, mpmath.mpf(0)) for v in z]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", FAMILIES)
def test_sparsemax_against_mpmath(family, dtype):
    z = some_logits(family, dtype) / dtype(4)
    p = sparsemax(z)
    assert p.dtype == dtype
    with mpmath.workdps(60):
        for row, result in zip(z, p, strict=True):
            assert_near(result, true_sparsemax(row), 2, scale=[1] * len(row))


def test_sparsemax_cuts_off_at_a_gap_of_one():
    assert sparsemax([1.0, 0.0]).tolist() == [1.0, 0.0]
    assert sparsemax([0.75, 0.0]).tolist() == [0.875, 0.125]
    assert sparsemax([2.0, 2.0, 0.0]).tolist() == [0.5, 0.5, 0.0]
    assert sparsemax([0.0, -1e308, -1e308]).tolist() == [1.0, 0.0, 0.0]


# Properties

eighths = hnp.arrays(
    np.float64,
    st.integers(1, 6),
    elements=st.integers(-8000, 8000).map(lambda n: n / 8),
)
logits = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 3), st.integers(1, 6)), elements=st.floats(-800, 800)
)
fair = settings(max_examples=150, deadline=None, derandomize=True)


@fair
@given(logits)
def test_probabilities_are_distributions(z):
    for p in (softmax(z), sparsemax(z), hardmax(z)):
        assert (p >= 0).all()
        # Six terms, each within a few roundings.
        assert np.allclose(p.sum(axis=-1), 1, rtol=0, atol=1e-15)


@fair
@given(logits)
def test_the_logarithm_is_the_logarithm(z):
    assert (log_softmax(z) <= 0).all()
    # exp turns a rounding of log p ≥ −1600 into a relative error of 1600 · 2.2e-16.
    assert np.allclose(np.exp(log_softmax(z)), softmax(z), rtol=1e-12, atol=1e-320)


@fair
@given(eighths, st.integers(-(10**6), 10**6))
def test_a_shift_changes_nothing(z, shift):
    # On multiples of 1/8 the shift is exact, so the results agree to the last bit, but where
    # small logits are not shifted: there each side is within 4 units of the truth.
    for function in (log_softmax, sparsemax, hardmax, softmax_jacobian):
        assert np.array_equal(function(z + shift), function(z))
    assert np.allclose(softmax(z + shift), softmax(z), rtol=8 * EPS, atol=0)
    assert logsumexp(z + shift) == pytest.approx(logsumexp(z) + shift, rel=1e-15, abs=1e-12)


@fair
@given(eighths, st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_a_temperature_divides_the_logits(z, temperature):
    # Powers of two divide exactly; but small logits are not shifted, as above.
    logarithms = log_softmax(z, temperature=temperature), log_softmax(z / temperature)
    assert np.array_equal(*logarithms)
    p = softmax(z, temperature=temperature), softmax(z / temperature)
    assert np.allclose(*p, rtol=8 * EPS, atol=0)


@fair
@given(eighths, st.randoms(use_true_random=False))
def test_classes_may_be_reordered(z, random):
    order = list(range(len(z)))
    random.shuffle(order)
    # The order of a sum changes its last digits.
    assert np.allclose(softmax(z[order]), softmax(z)[order], rtol=1e-14, atol=0)
    assert np.array_equal(sparsemax(z[order]), sparsemax(z)[order])


@fair
@given(eighths)
def test_larger_logits_have_larger_probabilities(z):
    order = z.argsort()
    for p in (softmax(z), sparsemax(z), log_softmax(z)):
        assert (np.diff(p[order]) >= 0).all()


@fair
@given(eighths)
def test_the_jacobian_is_symmetric_with_rows_that_sum_to_zero(z):
    jacobian = softmax_jacobian(z)
    assert np.array_equal(jacobian, jacobian.T)
    # Entries are at most ¼.
    assert np.allclose(jacobian.sum(axis=-1), 0, atol=1e-15)
    assert np.linalg.eigvalsh(jacobian).min() >= -1e-15


@fair
@given(eighths, st.floats(-1e6, 1e6))
def test_a_constant_tangent_changes_nothing(z, constant):
    assert not softmax_jvp(z, np.full_like(z, constant)).any()


@fair
@given(eighths)
def test_the_limit_at_temperature_zero_splits_ties_and_hardmax_does_not(z):
    limit = softmax(z, temperature=1e-4)  # gaps are 0 or at least 1/8, so exp(−1250) = 0 is left
    best = z == z.max()
    assert np.array_equal(limit, best / best.sum())
    assert hardmax(z).argmax() == np.flatnonzero(best)[0]
    assert hardmax(z).sum() == 1


# Edges


def test_logits_too_large_for_exp():
    assert softmax([1e4, 1e4 - 1, -1e4])[:2] == pytest.approx(softmax([1.0, 0.0]), rel=1e-15)
    assert softmax([1e308, -1e308]).tolist() == [1, 0]
    assert log_softmax([1e308, -1e308]).tolist() == [0, -INF]
    assert softmax([1e10, 0.0], temperature=1e-300).tolist() == [1, 0]
    assert logsumexp([1e308, 1e308]) == 1e308
    assert softmax([1e308, 1e308], temperature=1e300).tolist() == [0.5, 0.5]


def test_each_sample_has_its_own_maximum():
    z = np.array([[0.0, 1.0], [-2000.0, -2001.0]])
    # Not bit for bit: NumPy's loops may round an exponential by its place in the array.
    assert np.allclose(softmax(z)[1], softmax([1.0, 0.0]), rtol=4 * EPS, atol=0)


def test_minus_infinity_is_probability_zero():
    z = [1.0, -INF, 1.0]
    assert softmax(z).tolist() == sparsemax(z).tolist() == [0.5, 0.0, 0.5]
    assert log_softmax(z)[1] == -INF
    assert hardmax(z).tolist() == [1, 0, 0]
    assert softmax_jacobian(z).tolist() == [[0.25, 0, -0.25], [0, 0, 0], [-0.25, 0, 0.25]]
    assert softmax_jvp(z, [1.0, 5.0, 0.0]).tolist() == [0.25, 0.0, -0.25]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("peak", [0.0, 1e-30, -1e-30, -1e-20])
def test_logsumexp_keeps_the_digits_of_a_sum_barely_above_or_below_one(peak, dtype):
    others = [-20.0, -30.0, -38.0, -45.0, -60.0, -80.0]
    z = np.array([[peak, other, other - 1] for other in others], dtype)
    with mpmath.workdps(120):
        truths = [mpmath.log(mpmath.fsum(mpmath.exp(exact(v)) for v in row)) for row in z]
        assert_near(logsumexp(z), truths, UNITS)


def test_logsumexp_takes_infinities():
    z = [[-INF, -INF], [INF, 0], [INF, -INF], [INF, INF]]
    assert logsumexp(z).tolist() == [-INF, INF, INF, INF]


def test_a_single_class_is_certain():
    assert softmax([3.0]).tolist() == sparsemax([3.0]).tolist() == hardmax([3.0]).tolist() == [1]
    assert math.copysign(1, log_softmax([3.0])[0]) == 1
    assert logsumexp([3.0]) == 3
    assert softmax_jacobian([3.0]).tolist() == [[0]]


@pytest.mark.parametrize("classes", [1000, 100_000])
def test_many_classes(classes):
    # Equal logits: the truth is 1/K. In float32 a running sum would err by K/2 units.
    for dtype in DTYPES:
        z = np.full(classes, 0.1, dtype)
        unit = float(np.finfo(dtype).eps)
        assert np.allclose(softmax(z), 1 / classes, rtol=10 * unit, atol=0)
        assert logsumexp(z) == pytest.approx(0.1 + math.log(classes), rel=4 * unit)


def test_sums_along_the_first_axis_are_as_good_as_along_the_last():
    # NumPy adds along the first axis one by one, which in float32 costs digits.
    z = np.random.default_rng(6).normal(0, 3, (3, 50_000)).astype(np.float32)
    assert np.array_equal(softmax(z.T.copy(), axis=0).T, softmax(z))


@pytest.mark.parametrize("function", [softmax, log_softmax, hardmax, sparsemax])
@pytest.mark.parametrize("axis", [0, 1, 2, -3])
def test_axis(function, axis):
    z = np.random.default_rng(7).normal(0, 2, (2, 3, 4))
    moved = function(np.moveaxis(z, axis, -1).copy())
    assert np.array_equal(function(z, axis=axis), np.moveaxis(moved, -1, axis))


def test_axis_where_the_shape_changes():
    z = np.random.default_rng(8).normal(0, 2, (2, 3, 4))
    moved = np.moveaxis(z, 1, -1).copy()
    assert np.array_equal(logsumexp(z, axis=1), logsumexp(moved))
    assert logsumexp(z, axis=1, keepdims=True).shape == (2, 1, 4)
    assert np.array_equal(logsumexp(z, axis=1, keepdims=True)[:, 0], logsumexp(moved))
    assert np.array_equal(softmax_jacobian(z, axis=1), softmax_jacobian(moved))
    assert softmax_jacobian(z, axis=1).shape == (2, 4, 3, 3)
    v = np.random.default_rng(9).normal(0, 2, z.shape)
    product = softmax_jvp(moved, np.moveaxis(v, 1, -1))
    assert np.array_equal(softmax_jvp(z, v, axis=1), np.moveaxis(product, -1, 1))


@pytest.mark.parametrize("function", OF_LOGITS)
def test_dtypes_and_empty_batches(function):
    assert function([0, 1]).dtype == np.float64
    assert function(np.array([0, 1], np.float16)).dtype == np.float64
    assert function(np.array([0, 1], np.float32)).dtype == np.float32
    assert function(np.zeros((0, 3))).shape[0] == 0


def test_the_dtype_of_a_product():
    single, double = np.zeros(2, np.float32), np.zeros(2)
    assert softmax_jvp(single, single).dtype == np.float32
    assert softmax_jvp(single, double).dtype == softmax_jvp(double, single).dtype == np.float64


@pytest.mark.parametrize("function", OF_LOGITS)
def test_views_and_read_only_arrays(function):
    z = np.random.default_rng(10).normal(0, 2, (6, 8))
    view = z[::2, ::-2]
    expected = function(view.copy())
    before = z.copy()
    z.flags.writeable = False
    assert np.array_equal(function(view), expected)
    assert np.array_equal(function(np.broadcast_to(view[0], (3, 4)))[2], expected[0])
    assert np.array_equal(z, before)


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_out(function):
    z = np.random.default_rng(11).normal(0, 2, (3, 4))
    expected = function(z)
    out = np.empty((4, 3)).T
    assert function(z, out=out) is out
    assert np.array_equal(out, expected)
    assert np.array_equal(function(z.T, axis=0, out=np.empty((4, 3))).T, expected)
    assert function(z, out=z) is z
    assert np.array_equal(z, expected)


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_out_that_does_not_fit_is_an_error(function):
    with pytest.raises(ValueError, match=r"^out must have shape \(2,\), but has shape \(3,\)$"):
        function([0.0, 1.0], out=np.empty(3))
    with pytest.raises(TypeError, match=r"^out must have dtype float64, but has dtype float32$"):
        function([0.0, 1.0], out=np.empty(2, np.float32))


BAD_LOGITS = [
    ([[0.0, 1.0], [NAN, 0.0]], ValueError, r"logits\[1, 0\] is nan"),
    ([], ValueError, "logits must not be empty along axis 0"),
    (np.zeros((3, 0)), ValueError, "logits must not be empty along axis 1"),
    (1.0, ValueError, "logits must have at least one dimension"),
    (["a"], TypeError, "logits must hold real numbers"),
    ([1j], TypeError, "logits must hold real numbers"),
    ([[0.0], [0.0, 1.0]], ValueError, "logits must be a rectangular array"),
]


@pytest.mark.parametrize("function", OF_LOGITS)
@pytest.mark.parametrize(("values", "error", "text"), BAD_LOGITS)
def test_bad_logits(function, values, error, text):
    with pytest.raises(error, match=text):
        function(values)


@pytest.mark.parametrize("function", [f for f in OF_LOGITS if f is not logsumexp])
def test_logits_without_a_softmax(function):
    with pytest.raises(ValueError, match=r"finite or -inf, but logits\[0\] is inf$"):
        function([INF, 0.0])
    with pytest.raises(ValueError, match=r"a finite entry .* but logits\[1, :\] is all -inf$"):
        function([[0.0, 0.0], [-INF, -INF]])


@pytest.mark.parametrize("function", OF_LOGITS)
def test_bad_axis(function):
    with pytest.raises(ValueError, match=r"^axis must lie in -1\.\.0 for logits"):
        function([0.0, 1.0], axis=1)
    with pytest.raises(TypeError, match=r"^axis must be an integer, but is None$"):
        function([0.0, 1.0], axis=None)


@pytest.mark.parametrize("function", [softmax, log_softmax, softmax_jacobian])
@pytest.mark.parametrize(
    ("temperature", "error"),
    [(0, ValueError), (-1.0, ValueError), (NAN, ValueError), (INF, ValueError), ("1", TypeError)],
)
def test_bad_temperature(function, temperature, error):
    with pytest.raises(error, match=r"^temperature must be"):
        function([0.0, 1.0], temperature=temperature)


def test_bad_tangent():
    with pytest.raises(ValueError, match=r"^tangent must have the shape of logits \(2,\), but"):
        softmax_jvp([0.0, 1.0], [1.0])
    with pytest.raises(ValueError, match=r"^tangent must be finite, but tangent\[1\] is nan$"):
        softmax_jvp([0.0, 1.0], [1.0, NAN])
    with pytest.raises(ValueError, match=r"^temperature must be"):
        softmax_jvp([0.0, 1.0], [1.0, 0.0], temperature=0)
