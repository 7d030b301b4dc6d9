"""The tricks behind the public functions: without any one of them, a test here fails."""

import tracemalloc
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from course_utils import _kernels as kernels
from course_utils.information import cross_entropy, jensen_shannon_divergence, kl_divergence
from course_utils.losses import softmax_cross_entropy, softmax_cross_entropy_and_gradient
from course_utils.softmax import log_softmax, logsumexp, softmax, sparsemax

EPS = 2.0**-52
DTYPES = [np.float64, np.float32]


def relative_error(result, truth):
    return float(abs(mpmath.mpf(float(result)) - truth) / truth)


def test_blocks_cover_the_rows_in_order():
    rows = np.arange(3 * kernels.BLOCK_BYTES // 8).reshape(-1, 3)
    blocks = [rows[block] for block in kernels.blocks(rows)]
    assert len(blocks) == 4  # 3 and a bit: a row is not split
    assert np.array_equal(np.concatenate(blocks), rows)
    assert max(block.nbytes for block in blocks) <= kernels.BLOCK_BYTES
    long = np.zeros((2, kernels.BLOCK_BYTES))
    assert [long[block].shape[0] for block in kernels.blocks(long)] == [1, 1]


@pytest.mark.parametrize("function", [softmax, log_softmax, logsumexp])
def test_the_place_of_a_block_boundary_does_not_show(function, monkeypatch):
    z = np.random.default_rng(1).normal(0, 3, (100, 7))
    whole = function(z)
    monkeypatch.setattr(kernels, "BLOCK_BYTES", 7 * 8 * 3)
    assert np.array_equal(function(z), whole)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("size", [1.0, 200.0])
def test_blocks_of_losses_and_gradients_fit_together(size, smoothing, monkeypatch):
    rng = np.random.default_rng(2)
    z, y = size * rng.normal(0, 3, (100, 7)), rng.integers(0, 7, 100)
    options = {"label_smoothing": smoothing, "class_weight": np.arange(1.0, 8)}
    whole = softmax_cross_entropy_and_gradient(y, z, **options)
    # Every block is of one kind here, shifted or not, whatever its length.
    monkeypatch.setattr(kernels, "BLOCK_BYTES", 7 * 8 * 9)
    if size == 1:
        monkeypatch.setitem(kernels.SAFE, np.dtype(np.float64), 1e3)
    again = softmax_cross_entropy_and_gradient(y, z, **options)
    assert again[0] == pytest.approx(whole[0], rel=4 * EPS)
    assert np.allclose(again[1], whole[1], rtol=8 * EPS, atol=0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [1, 63, 64, 65, 128, 1000, 4096, 100_000])
def test_long_sums_keep_their_digits(size, dtype):
    values = np.full((2, size), 0.1, dtype)
    exact = mpmath.mpf(float(values[0, 0])) * size
    unit = float(np.finfo(dtype).eps)
    # Adding one by one errs by size/4 units: in float32, 100,000 terms are off by 0.9 %.
    for total in kernels.row_sums(values)[:, 0]:
        assert relative_error(total, exact) <= 8 * unit
    assert kernels.row_sums(values).shape == (2, 1)


def test_a_row_is_summed_alike_whatever_stands_beside_it():
    values = np.exp(np.random.default_rng(3).normal(0, 3, (50, 37)))
    alone = np.concatenate([kernels.row_sums(row[np.newaxis]) for row in values])
    assert np.array_equal(kernels.row_sums(values), alone)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_shift_puts_back_what_it_rounded(dtype):
    # The difference of these has more digits than a float holds.
    z = np.array([[1.1, 0.3, -60.7]], dtype)
    shifted = kernels.shift(z)
    unit = float(np.finfo(dtype).eps)
    with mpmath.workdps(60):
        truth = mpmath.exp(mpmath.mpf(float(z[0, 2])) - mpmath.mpf(float(z[0, 0])))
    # exp errs by up to 2.4 units in float32. The difference is rounded by up to 32 of them.
    assert relative_error(shifted.exponentials[0, 2], truth) <= 4 * unit
    bare = np.exp(z[0, 2] - z[0, 0])
    assert relative_error(bare, truth) > 4 * unit


@pytest.mark.parametrize("dtype", DTYPES)
def test_division_by_a_temperature_puts_back_what_it_rounded(dtype):
    # Many, since the remainder of some quotients is 0.
    z = np.array([[0.0, *np.linspace(-60.1, -30.1, 40)]], dtype)
    temperature = float(dtype(0.7))
    exponentials = kernels.shift(z, temperature).exponentials
    bare = np.exp(z / dtype(0.7))
    unit = float(np.finfo(dtype).eps)
    with mpmath.workdps(60):
        truths = [mpmath.exp(mpmath.mpf(float(v)) / mpmath.mpf(temperature)) for v in z[0]]
    assert max(map(relative_error, exponentials[0], truths)) <= 4 * unit
    assert max(map(relative_error, bare[0], truths)) > 4 * unit


@pytest.mark.parametrize("temperature", [1e-308, 1e-300, 1e300, 1.7e308])
def test_temperatures_at_the_ends_of_the_range(temperature):
    z = np.array([0.5, 0.25, 0.5]) * min(temperature, 1e307)
    scaled = z / temperature
    assert np.allclose(softmax(z, temperature=temperature), softmax(scaled), rtol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
def test_logits_of_safe_size_neither_overflow_nor_underflow(dtype):
    bound = kernels.SAFE[np.dtype(dtype)]
    z = np.full((2, 1000), bound, dtype)
    z[0, 0] = z[1, 1:] = -bound
    with np.errstate(all="raise"):
        p, loss = softmax(z), softmax_cross_entropy([0, 1], z, reduction="none")
    assert (p >= np.finfo(dtype).tiny).all()
    assert loss == pytest.approx([2 * bound + np.log(999), 2 * bound], rel=4 * EPS * 2**29)


def test_beyond_the_safe_size_only_the_block_concerned_is_shifted(monkeypatch):
    shifted_rows = []

    def watched(logits, temperature=1.0, shift=kernels.shift):
        shifted_rows.append(len(logits))
        return shift(logits, temperature)

    monkeypatch.setattr(kernels, "shift", watched)
    monkeypatch.setattr(kernels, "BLOCK_BYTES", 10 * 3 * 8)
    z = np.zeros((40, 3))
    softmax(z)
    assert shifted_rows == []
    z[25, 0] = 341
    softmax(z)
    assert shifted_rows == [10]


def test_a_confident_loss_needs_the_others_summed_without_the_label():
    loss, gradient = softmax_cross_entropy_and_gradient([0], [[50.0, 0.0, 0.0]])
    expected = 2 * np.exp(-50.0)
    assert loss == pytest.approx(expected, rel=4 * EPS)
    assert gradient[0, 0] == pytest.approx(-expected, rel=6 * EPS)


def test_a_log_sum_exp_next_to_zero_keeps_digits():
    if np.finfo(np.longdouble).nmant <= 52:
        pytest.skip("this machine has no floats longer than double")
    z = np.array([-0.7, -0.6863410])
    with mpmath.workdps(50):
        truth = mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(float(v))) for v in z))
    assert abs(truth) < 1e-8
    # A rounding of doubles, 1e-16, is 8e-8 of the truth; one of longer floats 4e-11.
    assert relative_error(abs(logsumexp(z)), abs(truth)) < 1e-9


def test_a_small_log_sum_exp_of_many_classes_has_the_digits_of_the_careful_route():
    # Rounding of the sum, near 1.1, is one of its logarithm, which is ten times as small.
    z = np.random.default_rng(6).normal(0, 1, (20, 1000))
    z -= logsumexp(z, keepdims=True) - 0.1
    for row, result in zip(z, logsumexp(z), strict=True):
        with mpmath.workdps(50):
            truth = mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(float(v))) for v in row))
        assert relative_error(result, truth) <= 4 * EPS


def test_the_mean_of_a_tangent_is_taken_off_to_the_last_digit():
    # All classes but the likeliest move by 1, and so does nearly the mean: their distance from it
    # is the one probability left out, 2e-3, which holds the error of the mean 500 times over.
    e = np.exp(np.random.default_rng(7).normal(0, 0.3, 1000))
    p, top = (e / e.sum())[np.newaxis], np.array([[e.argmax()]])
    tangent = np.ones_like(p)
    tangent[0, top] = 0
    change = kernels.jacobian_times(p, tangent, top)
    others = np.arange(1000) != top[0]
    assert np.allclose(change[0, others], p[0, others] * p[0, top[0]], rtol=8 * EPS, atol=0)


def test_memory_beyond_the_result_is_bounded():
    z = np.random.default_rng(4).normal(0, 3, (100_000, 20))
    y, out = np.zeros(100_000, int), np.empty_like(z)
    for call in (
        lambda: softmax(z, out=out),
        lambda: log_softmax(z, out=out),
        lambda: softmax_cross_entropy_and_gradient(y, z, out=out),
        lambda: softmax_cross_entropy_and_gradient(y, z * 100, out=out),
    ):
        tracemalloc.start()
        call()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak - (z.nbytes if "100" in call.__code__.co_consts.__repr__() else 0) < 4 * 2**20


def test_out_that_overlaps_an_argument_is_written_last():
    z = np.random.default_rng(5).normal(0, 3, (9, 4))
    expected = softmax(z[1:])
    store = z.copy()
    assert np.array_equal(softmax(store[1:], out=store[:-1]), expected)


def test_bad_logits_in_place_leave_the_input_as_it_was():
    z = np.zeros((100_000, 3))
    z[-1, 1] = np.nan
    with pytest.raises(ValueError, match=r"logits\[99999, 1\] is nan$"):
        softmax(z, out=z)
    assert not z[:-1].any()


def exactly(values):
    return [Fraction(float(v)) for v in np.ravel(values)]


def test_a_product_and_what_it_lacks_are_exact():
    a, b = np.random.default_rng(6).normal(0, 1, (2, 200))
    product, lost = kernels.products(a, b)
    for x, y, high, low in zip(*map(exactly, (a, b, product, lost)), strict=True):
        assert high + low == x * y
    assert lost.any()


def test_a_sum_is_exact_but_for_its_small_part():
    values = np.full((1, 97), 0.1) ** np.arange(1, 98) ** 0.25
    (high,), (low,) = (exactly(part) for part in kernels.exact_sums(values))
    exact = sum(exactly(values))
    # What is left of each is at most a rounding of a number 2K times as large.
    assert abs(high + low - exact) <= exact * Fraction(2) ** -90
    assert abs(exactly(values.sum())[0] - exact) > exact * Fraction(2) ** -60


def test_an_excess_keeps_what_the_sum_rounds_away():
    p = np.array([[1.0, 1e-20], [0.1, 0.9]])
    exact = [sum(exactly(row)) - 1 for row in p]
    assert exact[1] != 0
    for result, truth in zip(exactly(kernels.excess(p)), exact, strict=True):
        assert abs(result - truth) <= abs(truth) * Fraction(2) ** -50


def test_a_divergence_survives_sums_that_explain_nearly_all_of_the_difference():
    q = np.array([0.7, 0.3])
    p = q * (1 + np.array([1.0001e-8, 1e-8]))
    truth = true_divergence(p, q)
    assert relative_error(kl_divergence(p, q), truth) <= 1e-15
    # The rounding of q Σ(p − q), 1e-16 of p − q, is 1e-12 of what this leaves of p − q.
    gap = p - q
    left = gap - q * gap.sum()
    assert relative_error((left**2 / (2 * q)).sum(), truth) > 1e-13


@pytest.mark.parametrize(
    ("coefficients", "function"),
    [
        (kernels.ARTANH_EXCESS, lambda v: (mpmath.atanh(v) - v) / v**3),
        (
            kernels.MIXING,
            lambda v: ((1 + v) * mpmath.log1p(v) + (1 - v) * mpmath.log1p(-v)) / v**2,
        ),
    ],
)
def test_the_polynomials_are_those_nearest_to_their_series(coefficients, function):
    with mpmath.workdps(60):
        # At 0 itself the quotients are 0/0; next to it they are within 1e-30 of their limit.
        nearest = mpmath.chebyfit(
            lambda w: function(mpmath.sqrt(w + mpmath.mpf(10) ** -30)),
            [0, mpmath.mpf("0.36")],
            len(coefficients),
        )
        for coefficient, number in zip(coefficients, nearest[::-1], strict=True):
            assert float(coefficient) == pytest.approx(float(number), rel=1e-12)
        w = np.linspace(1e-6, float(kernels.NEAR), 300)
        for x, result in zip(w, kernels.polynomial(coefficients, w), strict=True):
            truth = function(mpmath.sqrt(mpmath.mpf(float(x))))
            # Horner's rule rounds the last product and the last sum; the fit is below a rounding.
            assert relative_error(result, truth) <= 2 * EPS


def test_a_logarithm_of_a_ratio_that_no_float_holds():
    p, q = np.array([1e300, 5e-324, 1e-310]), np.array([1e-310, 1.0, 1e300])
    with np.errstate(all="ignore"):
        results = kernels.log_ratio(p, q)
    with mpmath.workdps(40):
        for result, x, y in zip(results, p, q, strict=True):
            truth = mpmath.log(mpmath.mpf(float(x)) / mpmath.mpf(float(y)))
            assert abs(mpmath.mpf(float(result)) - truth) <= 2 * EPS * abs(truth)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("classes", [1000, 100_000])
def test_many_ties_behind_a_leader_leave_sparsemax_exact(classes, dtype):
    z = np.full(classes, 0.3, dtype)
    z[0] = 1
    p = sparsemax(z)
    leader, tied = Fraction(float(z[0])), Fraction(float(z[1]))
    threshold = (leader + (classes - 1) * tied - 1) / classes
    for result, logit in ((p[0], leader), (p[1], tied)):
        assert abs(Fraction(float(result)) - (logit - threshold)) <= float(np.finfo(dtype).eps)


def test_a_confident_surprisal_comes_from_the_other_entries():
    assert kernels.normalised_surprisal(np.array([1.0, 3e-30]))[0] == 3e-30


def test_what_the_rounding_of_a_quotient_takes_from_a_surprisal_is_put_back():
    p = np.random.default_rng(8).dirichlet(np.ones(3), 2000)
    surprisal, lacking = kernels.surprisals(p)
    tops = p.argmax(axis=1)
    places = np.arange(len(p)), tops
    with mpmath.workdps(40):
        for row, top, high, low in zip(p, tops, surprisal[places], lacking[places], strict=True):
            entries = [mpmath.mpf(float(v)) for v in row]
            truth = mpmath.log(mpmath.fsum(entries) / entries[top])
            # What remains is the error of log1p, not those of the quotient and the sum.
            unit = float(np.spacing(high))
            assert abs(mpmath.mpf(float(high)) + mpmath.mpf(float(low)) - truth) <= LOG1P * unit


def test_a_mean_surprisal_rounds_once_what_its_logarithms_give():
    rng = np.random.default_rng(11)
    p, q = rng.dirichlet(np.full(6, 0.5), (2, 200)) * (1 + 1e-7)
    surprisal, lacking = kernels.surprisals(q)
    for row, result, high, low in zip(
        p, kernels.mean_surprisal(p, q), surprisal, lacking, strict=True
    ):
        weights = exactly(row)
        costs = [a + b for a, b in zip(exactly(high), exactly(low), strict=True)]
        exact = sum(w * c for w, c in zip(weights, costs, strict=True)) / sum(weights)
        assert abs(Fraction(float(result)) - exact) <= 0.51 * float(np.spacing(result))


def true_divergence(p, q):
    with mpmath.workdps(120):
        rows = [[mpmath.mpf(float(v)) for v in row] for row in (p, q)]
        shares = [[v / mpmath.fsum(row) for v in row] for row in rows]
        return mpmath.fsum(a * mpmath.log(a / b) for a, b in zip(*shares, strict=True) if a)


def test_differences_of_shares_sum_to_zero():
    q = np.array([1e-19, 1 - 3e-7])
    p = q * (1 + np.array([7e-8, 2e-7]))
    # Rounded, Σp/Σq − 1 is off by 1e-23, and its square is 1e-13 of this divergence.
    assert relative_error(kl_divergence(p, q), true_divergence(p, q)) <= 1e-15


@pytest.mark.parametrize(
    ("p", "q"),
    [
        ([0.0264, 0.9736], [0.0127, 0.9873]),
        ([0.1226, 0.8774], [0.0585, 0.9415]),
        ([0.1009, 0.8991], [0.0489, 0.9511]),
    ],
)
def test_shares_that_differ_by_a_factor_of_two_need_no_logarithm(p, q):
    # p log(p/q) and p − q cancel here to a sixth of them, and would leave an error of 1.2e-15.
    assert relative_error(kl_divergence(p, q), true_divergence(p, q)) <= 1e-15


# Of NumPy's log1p, in units; before NumPy 2 it errs by up to 1.83 on one machine.
LOG1P = 0.75 if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else 2


def test_the_memory_of_a_divergence_is_bounded():
    p = np.random.default_rng(9).dirichlet(np.ones(20), 100_000).astype(np.float32)
    q = p[::-1].copy()
    for measure in (kl_divergence, jensen_shannon_divergence, cross_entropy):
        tracemalloc.start()
        measure(p, q)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        # Beyond results in float64 and in float32.
        assert peak - 12 * len(p) < 4 * 2**20


def test_divergences_do_not_depend_on_the_place_of_a_block_boundary(monkeypatch):
    p, q = np.random.default_rng(10).dirichlet(np.ones(7), (2, 100))
    measures = (kl_divergence, jensen_shannon_divergence, cross_entropy)
    whole = [measure(p, q) for measure in measures]
    monkeypatch.setattr(kernels, "BLOCK_BYTES", 7 * 8 * 8 * 3)
    for measure, result in zip(measures, whole, strict=True):
        assert np.array_equal(measure(p, q), result)
