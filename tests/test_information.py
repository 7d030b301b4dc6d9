"""Information measures against mpmath and SciPy, by their properties, at the edges."""

import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.spatial.distance
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.information import (
    cross_entropy,
    entropy,
    gaussian_cross_entropy,
    gaussian_kl_divergence,
    huffman_code,
    jensen_shannon_divergence,
    kl_divergence,
    self_information,
)

INF, NAN = math.inf, math.nan
EPS = np.finfo(np.float64).eps
LOG_2 = math.log(2)
OF_TWO = [cross_entropy, kl_divergence, jensen_shannon_divergence]
OF_DISTRIBUTIONS = [entropy, *OF_TWO]
DTYPES = [np.float64, np.float32]

# Enough for the squares of differences of 1e-16 beside 1, and for 1e-300 beside 1.
DIGITS = 700

# Relative to the result, in units of 2⁻⁵²: all sums run over terms of one sign, and a term takes
# a logarithm, a product, a difference and a quotient; then the total is divided by two sums.
UNITS = 6


# --- the measured truth ---------------------------------------------------------------------------


def exact(p):
    """Return p/Σp in mpmath."""
    entries = [mpmath.mpf(float(x)) for x in p]
    total = mpmath.fsum(entries)
    return [x / total for x in entries]


def true_cross_entropy(p, q):
    return -mpmath.fsum(a * mpmath.log(b) for a, b in zip(exact(p), exact(q), strict=True) if a)


def true_kl(p, q):
    pairs = zip(exact(p), exact(q), strict=True)
    return mpmath.fsum(a * mpmath.log(a / b) for a, b in pairs if a)


def true_jensen_shannon(p, q):
    p, q = exact(p), exact(q)
    middles = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    terms = [
        x * mpmath.log(x / m) for side in (p, q) for x, m in zip(side, middles, strict=True) if x
    ]
    return mpmath.fsum(terms) / 2


TRUTHS = {
    entropy: lambda p, q: true_cross_entropy(p, p),
    cross_entropy: true_cross_entropy,
    kl_divergence: true_kl,
    jensen_shannon_divergence: true_jensen_shannon,
}


def assert_near(result, truth, units=UNITS, dtype=np.float64):
    if truth == 0:
        assert result == 0
    else:
        # A result in float32 is computed in float64 and rounded once.
        rounding = float(np.finfo(dtype).eps) * (units if dtype is np.float64 else 0.5001)
        error = float(abs((mpmath.mpf(float(result)) - truth) / truth))
        assert error <= rounding, f"{result!r} is off by {error / EPS:.1f} units"


# --- distributions against mpmath -----------------------------------------------------------------

FAMILIES = ["apart", "close", "nearly equal", "confident", "tiny", "zeros", "unnormalised"]


def some_pairs(family, dtype=np.float64, samples=60, classes=6):
    """Return two arrays of distributions, each normalised only up to rounding."""
    rng = np.random.default_rng(FAMILIES.index(family))
    z = rng.normal(0, 2, (samples, classes))
    moved = z + rng.normal(0, 2, z.shape)
    if family == "close":
        moved = z + 10 ** rng.uniform(-8, -1, (samples, 1)) * rng.normal(0, 1, z.shape)
    elif family == "nearly equal":
        moved = z + 10 ** rng.uniform(-16, -8, (samples, 1)) * rng.normal(0, 1, z.shape)
    elif family == "confident":
        z[:, 2] += rng.uniform(20, 600, samples)
        moved[:, 2] += rng.uniform(20, 600, samples)
    elif family == "tiny":
        z, moved = 100 * z, 100 * moved
    p, q = (np.exp(np.maximum(x - x.max(axis=1, keepdims=True), -680)) for x in (z, moved))
    if family == "zeros":
        p[rng.random(p.shape) < 0.4] = 0
        p[:, 0] = 1
    p /= p.sum(axis=1, keepdims=True)
    q /= q.sum(axis=1, keepdims=True)
    if family == "unnormalised":
        p *= 1 + 1e-7 * rng.normal(0, 1, (samples, 1))
        q *= 1 + 1e-7 * rng.normal(0, 1, (samples, 1))
    return p.astype(dtype), q.astype(dtype)


@pytest.mark.parametrize("measure", OF_DISTRIBUTIONS)
@pytest.mark.parametrize("family", FAMILIES)
def test_measures_against_mpmath(measure, family):
    p, q = some_pairs(family)
    results = measure(p) if measure is entropy else measure(p, q)
    with mpmath.workdps(DIGITS):
        for row_p, row_q, result in zip(p, q, results, strict=True):
            assert_near(result, TRUTHS[measure](row_p, row_q))


@pytest.mark.parametrize("measure", OF_DISTRIBUTIONS)
@pytest.mark.parametrize("family", ["apart", "close", "zeros"])
def test_float32_is_the_truth_of_its_float32_inputs_rounded_once(measure, family):
    p, q = some_pairs(family, np.float32)
    results = measure(p) if measure is entropy else measure(p, q)
    assert results.dtype == np.float32
    with mpmath.workdps(60):
        for row_p, row_q, result in zip(p, q, results, strict=True):
            assert_near(result, TRUTHS[measure](row_p, row_q), dtype=np.float32)


@pytest.mark.parametrize("family", FAMILIES)
def test_self_information_of_a_distribution_is_that_of_its_entries_normalised(family):
    p, _ = some_pairs(family)
    with mpmath.workdps(DIGITS):
        for row, surprisals in zip(p, self_information(p, axis=1), strict=True):
            for truth, surprisal in zip(exact(row), surprisals, strict=True):
                if truth == 0:
                    assert surprisal == INF
                else:
                    assert_near(surprisal, -mpmath.log(truth))


@pytest.mark.parametrize("family", ["apart", "zeros"])
def test_measures_against_scipy(family):
    p, q = some_pairs(family)
    # SciPy sums terms of both signs; its own rounding stays below 1e-14 as the results are near 1.
    near = {"rtol": 1e-13, "atol": 1e-14}
    for base in (None, 2, 10):
        np.testing.assert_allclose(
            entropy(p, base=base), scipy.stats.entropy(p.T, base=base), **near
        )
        np.testing.assert_allclose(
            kl_divergence(p, q, base=base), scipy.stats.entropy(p.T, q.T, base=base), **near
        )
        distances = scipy.spatial.distance.jensenshannon(p, q, axis=1, base=base)
        np.testing.assert_allclose(jensen_shannon_divergence(p, q, base=base), distances**2, **near)


# --- the examples of the course -------------------------------------------------------------------


def test_the_tournament_takes_three_bits_and_its_final_two():
    assert entropy([1 / 8] * 8, base=2) == 3
    assert entropy([1 / 4] * 4, base=2) == 2
    assert self_information(1 / 8, base=2) == 3
    assert self_information(1 / 8, base=2) / 8 == 3 / 8


def test_a_fair_die_holds_log_6():
    assert_near(entropy([1 / 6] * 6), math.log(6))


def test_the_loss_of_one_sample_is_the_surprisal_of_its_class():
    assert_near(cross_entropy([1, 0, 0], [0.7, 0.2, 0.1]), -mpmath.log(mpmath.mpf(0.7)))


# --- properties of distributions ------------------------------------------------------------------

fair = settings(max_examples=150, deadline=None, derandomize=True)


@st.composite
def distributions(draw, count=1, positive=False):
    """Draw distributions with as many classes as each other; zeros and tiny entries occur."""
    classes = draw(st.integers(1, 8))
    smallest = 1e-9 if positive else 0
    entry = st.floats(smallest, 1) if positive else st.just(0.0) | st.floats(0, 1)
    weights = hnp.arrays(np.float64, classes, elements=entry)
    drawn = [draw(weights.filter(lambda w: w.sum() > 1e-9)) for _ in range(count)]
    result = [w / w.sum() for w in drawn]
    return result[0] if count == 1 else result


@fair
@given(distributions())
def test_entropy_lies_between_0_and_log_k(p):
    # A sum of K terms, each with the rounding of a logarithm.
    assert 0 <= entropy(p) <= math.log(len(p)) * (1 + UNITS * EPS)


@fair
@given(distributions(count=2))
def test_gibbs_inequality_and_no_nan(pair):
    p, q = pair
    assert kl_divergence(p, q) >= 0
    assert 0 <= jensen_shannon_divergence(p, q) <= LOG_2
    assert cross_entropy(p, q) >= entropy(p) * (1 - UNITS * EPS)


@fair
@given(distributions())
def test_the_divergence_of_equals_is_exactly_0(p):
    assert kl_divergence(p, p) == 0
    assert jensen_shannon_divergence(p, p) == 0


@fair
@given(distributions(count=2, positive=True))
def test_cross_entropy_is_entropy_plus_divergence(pair):
    p, q = pair
    assert cross_entropy(p, q) == pytest.approx(
        entropy(p) + kl_divergence(p, q), rel=4 * UNITS * EPS, abs=0
    )


@fair
@given(distributions(count=2))
def test_jensen_shannon_is_symmetric_to_the_last_bit(pair):
    p, q = pair
    assert jensen_shannon_divergence(p, q) == jensen_shannon_divergence(q, p)


@fair
@given(distributions(count=2, positive=True))
def test_jensen_shannon_is_the_mean_divergence_from_the_mixture(pair):
    p, q = pair
    middle = (p + q) / 2
    mean = (kl_divergence(p, middle) + kl_divergence(q, middle)) / 2
    # The mixture is rounded: relative to its distance d from p and q the error is EPS / d, and the
    # divergence is about d².
    assert jensen_shannon_divergence(p, q) == pytest.approx(mean, rel=1e-14, abs=4 * EPS)


@fair
@given(distributions(count=3))
def test_the_root_of_jensen_shannon_obeys_the_triangle_inequality(three):
    p, q, r = three
    a, b, c = (math.sqrt(jensen_shannon_divergence(x, y)) for x, y in ((p, q), (q, r), (p, r)))
    assert c <= (a + b) * (1 + UNITS * EPS)


@fair
@given(distributions(count=2), st.randoms(use_true_random=False))
def test_the_order_of_the_classes_does_not_matter(pair, random):
    p, q = pair
    order = list(range(len(p)))
    random.shuffle(order)
    for measure in OF_TWO:
        assert measure(p[order], q[order]) == pytest.approx(
            measure(p, q), rel=2 * UNITS * EPS, abs=0
        )


@pytest.mark.parametrize("measure", OF_TWO)
def test_a_common_factor_of_the_inputs_costs_nothing(measure):
    p, q = some_pairs("apart")
    # A factor of 1 + 2⁻²¹ is within the tolerance of a sum, and halves no accuracy: the formulas
    # measure p/Σp and q/Σq.
    larger = measure(p * (1 + 2**-21), q)
    np.testing.assert_allclose(larger, measure(p, q), rtol=2 * UNITS * EPS)


def test_a_factor_alone_makes_no_divergence():
    p, _ = some_pairs("apart")
    # p(1 + 1e-7) rounded entry by entry differs from p by less than 1e-16, relatively.
    assert (kl_divergence(p, p * (1 + 1e-7)) <= (2 * EPS) ** 2).all()


# --- edges ----------------------------------------------------------------------------------------


def test_zeros():
    assert kl_divergence([1, 0], [1, 0]) == 0
    assert kl_divergence([1, 0], [0.5, 0.5]) == pytest.approx(LOG_2, rel=UNITS * EPS, abs=0)
    assert kl_divergence([0.5, 0.5], [1, 0]) == INF
    assert cross_entropy([0.5, 0.5], [1, 0]) == INF
    assert cross_entropy([1, 0], [0, 1]) == INF
    assert jensen_shannon_divergence([1, 0], [0, 1]) == LOG_2
    assert jensen_shannon_divergence([1, 0], [0, 1], base=2) == 1


def test_jensen_shannon_keeps_its_bound_where_the_sum_is_rounded_upwards():
    assert jensen_shannon_divergence([1, 0, 0], [0, 18 / 31, 13 / 31]) == LOG_2


def test_certainty_is_plus_0():
    for result in (
        entropy([1, 0]),
        entropy([1]),
        cross_entropy([1, 0], [1, 0]),
        self_information(1),
    ):
        assert result == 0
        assert math.copysign(1, result) == 1


def test_self_information_of_events():
    surprisals = self_information([1, 0.5, 0, NAN])
    np.testing.assert_array_equal(surprisals, [0, LOG_2, INF, NAN])


def test_the_smallest_numbers():
    tiny = 5e-324
    assert kl_divergence([1, tiny], [1, 1e-310]) == pytest.approx(
        1e-310, rel=1e-9, abs=0
    )  # subnormal
    assert kl_divergence([0.5, 0.5], [1, tiny]) == pytest.approx(
        371.5268887801307, rel=UNITS * EPS, abs=0
    )
    assert kl_divergence([tiny, 1], [0, 1]) == INF
    assert jensen_shannon_divergence([tiny, 1], [1, 0]) == LOG_2
    # The surprisal of what is left of certainty.
    assert_near(entropy([1, 1e-300]), true_cross_entropy_of_tail())


def true_cross_entropy_of_tail():
    with mpmath.workdps(DIGITS):
        return true_cross_entropy([1, 1e-300], [1, 1e-300])


# --- axes, shapes, dtypes -------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_axis(axis):
    p, q = some_pairs("apart", samples=20)
    p, q = p.reshape(4, 5, 6), q.reshape(4, 5, 6)
    moved_p, moved_q = np.moveaxis(p, -1, axis), np.moveaxis(q, -1, axis)
    np.testing.assert_array_equal(entropy(moved_p, axis=axis), entropy(p))
    for measure in OF_TWO:
        np.testing.assert_array_equal(measure(moved_p, moved_q, axis=axis), measure(p, q))
    surprisals = self_information(moved_p, axis=axis)
    np.testing.assert_array_equal(np.moveaxis(surprisals, axis, -1), self_information(p, axis=-1))


@pytest.mark.parametrize("measure", OF_TWO)
def test_one_distribution_against_many(measure):
    p, q = some_pairs("apart")
    one_by_one = [measure(p[0], row) for row in q]
    np.testing.assert_array_equal(measure(p[0], q), one_by_one)
    np.testing.assert_array_equal(measure(p[0], q.T, axis=0), one_by_one)
    table = measure(p[:, np.newaxis], q)
    assert table.shape == (60, 60)
    assert table[3, 7] == measure(p[3], q[7])


def test_no_distributions_give_no_results():
    empty = np.ones((0, 3)) / 3
    assert entropy(empty).shape == (0,)
    for measure in OF_TWO:
        assert measure(empty, empty).shape == (0,)


def test_dtypes():
    single, double = np.float32([0.5, 0.5]), np.float64([0.5, 0.5])
    for measure in OF_TWO:
        assert measure(single, single).dtype == np.float32
        assert measure(single, double).dtype == np.float64
        assert measure([1, 0], [1, 0]).dtype == np.float64
    assert entropy(single, base=2).dtype == np.float32
    assert self_information(np.float32(0.5)).dtype == np.float32
    one = np.float32(1)
    assert gaussian_kl_divergence(one, one, 0.0, 2.0).dtype == np.float32
    assert gaussian_cross_entropy(one, one, 0.0, np.float64(2)).dtype == np.float64


def test_inputs_stay_as_they_are():
    p, q = some_pairs("apart")
    copies = p.copy(), q.copy()
    for array in (p, q):
        array.flags.writeable = False
    entropy(p)
    for measure in OF_TWO:
        measure(p, q)
    np.testing.assert_array_equal((p, q), copies)


# --- Gaussians ------------------------------------------------------------------------------------


def some_gaussians(samples=300):
    rng = np.random.default_rng(3)
    mean_p, shift, ratio = rng.normal(0, 1, (3, samples))
    scale_p = 10 ** rng.uniform(-8, 8, samples)
    scale_q = scale_p * np.exp(ratio * 10 ** rng.uniform(-16, 1, samples))
    mean_q = mean_p + scale_q * shift * 10 ** rng.uniform(-16, 1, samples)
    mean_q[::3] = mean_p[::3]
    return mean_p, scale_p, mean_q, scale_q


def test_gaussian_kl_divergence_against_mpmath():
    arguments = some_gaussians()
    results = gaussian_kl_divergence(*arguments)
    with mpmath.workdps(80):
        for result, *numbers in zip(results, *arguments, strict=True):
            m, s, n, t = (mpmath.mpf(float(x)) for x in numbers)
            truth = mpmath.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - mpmath.mpf(1) / 2
            assert_near(result, truth)


def test_gaussian_cross_entropy_against_mpmath():
    arguments = some_gaussians()
    results = gaussian_cross_entropy(*arguments)
    with mpmath.workdps(80):
        for result, *numbers in zip(results, *arguments, strict=True):
            m, s, n, t = (mpmath.mpf(float(x)) for x in numbers)
            logarithm = mpmath.log(2 * mpmath.pi * t**2) / 2
            quadratic = (s**2 + (m - n) ** 2) / (2 * t**2)
            # The logarithm may be negative: the error is that of the larger part.
            size = max(abs(logarithm), quadratic, 1)
            assert abs(mpmath.mpf(float(result)) - logarithm - quadratic) <= UNITS * EPS * size


def test_gaussian_divergence_is_that_of_the_densities():
    """By integration, which knows nothing of the closed form."""
    for m, s, n, t in [(0, 1, 0, 1.5), (0.5, 0.7, 1.5, 1.1), (-1, 2, 1, 1.3)]:
        p, q = scipy.stats.norm(m, s), scipy.stats.norm(n, t)
        divergence = p.expect(lambda x, p=p, q=q: p.logpdf(x) - q.logpdf(x), lb=-30, ub=30)
        crossed = p.expect(lambda x, q=q: -q.logpdf(x), lb=-30, ub=30)
        # The quadrature promises 1.5e-8.
        assert gaussian_kl_divergence(m, s, n, t) == pytest.approx(divergence, abs=1e-7)
        assert gaussian_cross_entropy(m, s, n, t) == pytest.approx(crossed, abs=1e-7)


def test_gaussian_edges():
    assert gaussian_kl_divergence(2, 3, 2, 3) == 0
    assert math.isnan(gaussian_kl_divergence(NAN, 1, 0, 1))
    assert math.isnan(gaussian_cross_entropy(0, 1, 0, NAN))
    # log(1e600) and nothing else: the ratio of the scales itself is out of range.
    logarithm = 600 * math.log(10) - 0.5
    assert gaussian_kl_divergence(0, 1e-300, 0, 1e300) == pytest.approx(
        logarithm, rel=UNITS * EPS, abs=0
    )
    assert gaussian_kl_divergence(0, 1e300, 0, 1e-300) == INF
    assert gaussian_kl_divergence(0, 1, 1e200, 1) == INF
    half_way = gaussian_kl_divergence(0, 1.7e308, 0, 1.1e308)
    assert half_way == pytest.approx(
        float(gaussian_kl_divergence(0, 1.7, 0, 1.1)), rel=1e-14, abs=0
    )


def test_gaussian_base_and_shapes():
    bits = gaussian_kl_divergence(0, 1, 0, [2, 3], base=2)
    np.testing.assert_allclose(
        bits * LOG_2, gaussian_kl_divergence(0, 1, 0, [2, 3]), rtol=UNITS * EPS
    )
    assert gaussian_cross_entropy(np.zeros((3, 1)), 1, np.zeros(2), 1).shape == (3, 2)
    entropy_in_bits = 0.5 * math.log2(2 * math.pi * math.e)
    assert gaussian_cross_entropy(0, 1, 0, 1, base=2) == pytest.approx(
        entropy_in_bits, rel=1e-15, abs=0
    )


def test_a_target_that_shrinks_to_a_point():
    """The cross-entropy tends to a negative log-likelihood, the divergence to infinity."""
    scales = 10.0 ** -np.arange(1, 9)
    crossed = gaussian_cross_entropy(1.3, scales, 0, 2)
    # What is left is s²/(2·2²), down to rounding.
    nll = -scipy.stats.norm(0, 2).logpdf(1.3)
    np.testing.assert_allclose(crossed - nll, scales**2 / 8, rtol=1e-9, atol=4 * EPS)
    divergence = gaussian_kl_divergence(1.3, scales, 0, 2)
    np.testing.assert_allclose(np.diff(divergence), math.log(10), rtol=2e-2)


# --- Huffman's code -------------------------------------------------------------------------------


def mean_length(p, code):
    return sum(x * len(word) for x, word in zip(p, code, strict=True) if x > 0)


def shortest_mean_length(p):
    """Return the least mean length over all full sets of lengths, by trying them.

    Kraft: lengths belong to a prefix code if, and only if, Σ 2^-l is at most 1. No word of an
    optimal code is longer than K - 1.
    """
    lengths = itertools.product(range(len(p)), repeat=len(p))
    return min(
        sum(x * n for x, n in zip(p, choice, strict=True))
        for choice in lengths
        if sum(Fraction(1, 2**n) for n in choice) <= 1
    )


@fair
@given(distributions())
def test_huffman_code_is_a_full_prefix_code_near_the_entropy(p):
    code = huffman_code(p)
    words = [word for word in code if word is not None]
    assert [word is None for word in code] == [x == 0 for x in p]
    assert sum(Fraction(1, 2 ** len(word)) for word in words) == 1
    for first, second in itertools.permutations(words, 2):
        assert not second.startswith(first)
    bits = float(entropy(p, base=2))
    # As fractions, so that a length of 1 stays below 1 + 1e-270.
    shares = [Fraction(x) / sum(map(Fraction, p)) for x in p]
    length = mean_length(shares, code)
    assert bits * (1 - UNITS * EPS) <= length
    assert length - 1 < bits


@settings(max_examples=40, deadline=None, derandomize=True)
@given(distributions().filter(lambda p: len(p) <= 5 and (p > 0).all()))
def test_huffman_code_is_optimal(p):
    # The trees that Huffman compares are sums of floats, rounded.
    assert mean_length(p, huffman_code(p)) == pytest.approx(
        shortest_mean_length(p), rel=1e-14, abs=0
    )


def test_huffman_reaches_the_entropy_of_powers_of_a_half():
    p = [1 / 8, 1 / 2, 1 / 16, 1 / 4, 1 / 16]
    code = huffman_code(p)
    assert code == ["110", "0", "1110", "10", "1111"]
    assert mean_length(p, code) == entropy(p, base=2)


def test_three_equal_symbols_and_their_pairs():
    thirds = [Fraction(1, 3)] * 3
    assert mean_length(thirds, huffman_code([1 / 3] * 3)) == Fraction(5, 3)
    ninths = [Fraction(1, 9)] * 9
    assert mean_length(ninths, huffman_code([1 / 9] * 9)) / 2 == Fraction(29, 18)


def test_huffman_edges():
    assert huffman_code([1.0]) == [""]
    assert huffman_code([0, 1, 0]) == [None, "", None]
    assert huffman_code([0.5, 0.5]) == ["0", "1"]
    # Ties: the longest word is kept short, 2 and not 3.
    assert huffman_code([1 / 3, 1 / 3, 1 / 6, 1 / 6]) == ["00", "01", "10", "11"]
    rare = 0.5 ** np.arange(1, 1001)
    rare[-1] *= 2
    assert len(huffman_code(rare)[-1]) == 999
