"""Reliability, calibration error, Brier's parts and the temperature, by other routes."""

import math

import numpy as np
import pytest
from scipy import optimize, special, stats

from course_utils.calibration import (
    brier_decomposition,
    expected_calibration_error,
    fit_temperature,
    null_calibration_errors,
    reliability_curve,
)
from course_utils.losses import brier_score, softmax_cross_entropy

EPS = np.finfo(np.float64).eps


def forecasts_of(samples, classes, seed=0, decimals=None):
    """Return labels that do not obey the forecasts, and the forecasts; rounded ones have ties."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(classes, 0.7), size=samples)
    if decimals is not None:
        p[:, :-1] = np.floor(p[:, :-1] * 10**decimals) / 10**decimals
        p[:, -1] = 1 - p[:, :-1].sum(axis=1)
    return rng.integers(0, classes, samples), p


def score_of(parts):
    reliability, resolution, uncertainty, variance, covariance = parts
    return reliability - resolution + uncertainty + variance - covariance


# --- the reliability curve ------------------------------------------------------------------------


@pytest.mark.parametrize("n_bins", [1, 4, 15])
def test_the_curve_is_what_loops_over_the_bins_find(n_bins):
    labels, p = forecasts_of(300, 2)
    p = p[:, 1]
    curve = reliability_curve(labels, p, n_bins=n_bins)
    np.testing.assert_array_equal(curve.edges, np.linspace(0, 1, n_bins + 1))
    for b, (low, high) in enumerate(zip(curve.edges[:-1], curve.edges[1:], strict=True)):
        inside = [n for n in range(300) if low < p[n] <= high]
        assert curve.counts[b] == len(inside)
        if inside:
            # A sum of 300 numbers, in another order.
            assert curve.prob_true[b] == pytest.approx(np.mean(labels[inside]), rel=1e-13)
            assert curve.prob_pred[b] == pytest.approx(np.mean(p[inside]), rel=1e-13)


def test_a_bin_holds_its_upper_end_and_the_first_both():
    curve = reliability_curve([0, 0, 0, 1], [0.0, 0.25, 0.5, 1.0], n_bins=4)
    assert curve.counts.tolist() == [2, 1, 0, 1]


def test_an_empty_bin_has_no_frequency_and_an_interval_that_excludes_nothing():
    curve = reliability_curve([0, 1], [0.1, 0.9], n_bins=3)
    assert curve.counts.tolist() == [1, 0, 1]
    assert np.isnan(curve.prob_true[1])
    assert np.isnan(curve.prob_pred[1])
    assert (curve.lower[1], curve.upper[1]) == (0, 1)


def test_equal_mass_bins_hold_equally_many_and_ties_stay_together():
    labels, p = forecasts_of(300, 2)
    curve = reliability_curve(labels, p[:, 1], n_bins=10, strategy="quantile")
    assert curve.counts.tolist() == [30] * 10
    assert (curve.edges[0], curve.edges[-1]) == (p[:, 1].min(), p[:, 1].max())
    tied = reliability_curve([0, 1, 1, 0], [0.5, 0.5, 0.5, 0.9], n_bins=2, strategy="quantile")
    assert tied.counts.tolist() == [3, 1]


def test_the_top_label_is_an_event_like_any_other():
    labels, p = forecasts_of(200, 4)
    top = reliability_curve(labels, p)
    binary = reliability_curve((labels == p.argmax(axis=1)).astype(int), p.max(axis=1))
    for one, other in zip(top, binary, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
def test_class_by_class_there_is_a_binary_curve_each(strategy):
    labels, p = forecasts_of(200, 3)
    curves = reliability_curve(labels, p, kind="classwise", strategy=strategy)
    for k in range(3):
        binary = reliability_curve((labels == k).astype(int), p[:, k], strategy=strategy)
        for one, other in zip(curves, binary, strict=True):
            np.testing.assert_array_equal(one[k], other)


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("trials", [1, 7, 400])
def test_the_interval_is_the_one_of_wilson(trials, confidence):
    for successes in {0, 1, trials // 2, trials - 1, trials}:
        labels = [1] * successes + [0] * (trials - successes)
        curve = reliability_curve(labels, [0.5] * trials, n_bins=1, confidence=confidence)
        expected = stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
        # SciPy's ends cancel to a few roundings where they should be 0 or 1.
        assert curve.lower[0] == pytest.approx(expected.low, abs=1e-14)
        assert curve.upper[0] == pytest.approx(expected.high, abs=1e-14)
        assert (curve.lower[0] == 0) == (successes == 0)
        assert (curve.upper[0] == 1) == (successes == trials)


def test_the_interval_covers_the_chance_about_as_often_as_it_says():
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(2000):
        labels = (rng.random(40) < 0.3).astype(int)
        curve = reliability_curve(labels, [0.3] * 40, n_bins=1)
        hits += curve.lower[0] <= 0.3 <= curve.upper[0]
    # The exact coverage, by adding up binomial probabilities.
    exact = sum(
        stats.binom.pmf(k, 40, 0.3)
        for k in range(41)
        if abs(k / 40 - 0.3) <= stats.norm.ppf(0.975) * math.sqrt(0.3 * 0.7 / 40)
    )
    # Four standard errors of 2000 draws.
    assert hits / 2000 == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 2000))


# --- the calibration error ------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
@pytest.mark.parametrize("kind", ["top-label", "classwise"])
def test_the_error_is_the_distance_of_the_curve_from_the_diagonal(kind, strategy):
    labels, p = forecasts_of(250, 3)
    curve = reliability_curve(labels, p, kind=kind, strategy=strategy)
    gaps = np.nan_to_num(np.abs(curve.prob_true - curve.prob_pred))
    share = curve.counts / curve.counts.sum()
    expected = {
        "l1": (share * gaps).sum(),
        "l2": math.sqrt((share * gaps**2).sum()),
        "max": gaps.max(),
    }
    for norm, value in expected.items():
        found = expected_calibration_error(labels, p, kind=kind, strategy=strategy, norm=norm)
        assert float(found) == pytest.approx(value, rel=1e-13)


def test_class_by_class_the_error_is_the_mean_of_the_classes():
    labels, p = forecasts_of(250, 3)
    each = [expected_calibration_error((labels == k).astype(int), p[:, k]) for k in range(3)]
    found = expected_calibration_error(labels, p, kind="classwise")
    assert float(found) == pytest.approx(np.mean(each), rel=1e-13)


def test_the_base_rate_has_no_error_and_no_worth():
    labels = np.arange(30) % 3
    p = np.full((30, 3), 1 / 3)
    for kind in ("top-label", "classwise"):
        error = expected_calibration_error(labels, p, kind=kind)
        assert float(error) == pytest.approx(0, abs=4 * EPS)


def test_top_labels_may_be_calibrated_and_classes_not():
    # Half of the time the surer class comes, as forecast, but it is always the same one.
    p = [[0.5, 0.3, 0.2]] * 2 + [[0.3, 0.5, 0.2]] * 2
    labels = [0, 2, 1, 2]
    assert float(expected_calibration_error(labels, p)) == 0
    assert float(expected_calibration_error(labels, p, kind="classwise")) > 0.1


def exact_null_mean(p, n_bins):
    """Return the mean error of calibrated forecasts, by the distribution of the sum in each bin."""
    total = 0.0
    which = np.ceil(p * n_bins).clip(1).astype(int)
    for b in range(1, n_bins + 1):
        inside = p[which == b]
        chances = np.ones(1)
        for one in inside:
            chances = np.convolve(chances, [1 - one, one])
        total += float(chances @ np.abs(np.arange(len(chances)) - inside.sum()))
    return total / len(p)


@pytest.mark.parametrize("p", [np.random.default_rng(5).random(120), np.full(400, 0.5)])
def test_the_error_by_chance_has_the_mean_that_its_distribution_gives(p):
    errors = null_calibration_errors(p, samples=4000, rng=1, n_bins=10)
    assert errors.shape == (4000,)
    # Four standard errors.
    slack = 4 * errors.std() / math.sqrt(4000)
    assert errors.mean() == pytest.approx(exact_null_mean(p, 10), abs=slack)


def test_the_errors_by_chance_are_those_of_labels_drawn_from_the_forecasts():
    _, p = forecasts_of(150, 3)
    rng = np.random.default_rng(7)
    drawn = [np.array([rng.choice(3, p=row / row.sum()) for row in p]) for _ in range(400)]
    for kind in ("top-label", "classwise"):
        for norm in ("l1", "l2", "max"):
            options = {"kind": kind, "norm": norm, "n_bins": 8}
            by_hand = [float(expected_calibration_error(y, p, **options)) for y in drawn]
            errors = null_calibration_errors(p, samples=400, rng=2, **options)
            assert stats.ks_2samp(by_hand, errors).pvalue > 1e-3


def test_a_seed_repeats_and_a_generator_goes_on():
    p = [0.2, 0.5, 0.9]
    first, again = (null_calibration_errors(p, samples=20, rng=4) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    rng = np.random.default_rng(4)
    np.testing.assert_array_equal(null_calibration_errors(p, samples=20, rng=rng), first)
    assert np.any(null_calibration_errors(p, samples=20, rng=rng) != first)
    assert null_calibration_errors(p, samples=3).shape == (3,)


# --- the parts of the Brier score -----------------------------------------------------------------


@pytest.mark.parametrize("classes", [2, 3, 6])
@pytest.mark.parametrize("decimals", [1, None])
def test_without_bins_three_parts_make_the_score(classes, decimals):
    labels, p = forecasts_of(400, classes, decimals=decimals)
    parts = brier_decomposition(labels, p)
    assert parts.within_bin_variance == parts.within_bin_covariance == 0
    assert score_of(parts) == pytest.approx(float(brier_score(labels, p)), rel=1e-13)


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("n_bins", [1, 7, 15])
def test_with_bins_five_parts_make_the_score_and_three_do_not(classes, strategy, n_bins):
    labels, p = forecasts_of(400, classes)
    parts = brier_decomposition(labels, p, n_bins=n_bins, strategy=strategy)
    score = float(brier_score(labels, p))
    assert score_of(parts) == pytest.approx(score, rel=1e-13)
    three = parts.reliability - parts.resolution + parts.uncertainty
    assert abs(three - score) > 1e-5


def test_the_parts_are_what_loops_over_distinct_forecasts_find():
    labels, p = forecasts_of(500, 2, decimals=1)
    p = p[:, 0]
    base = labels.mean()
    reliability = resolution = 0.0
    for one in sorted(set(p.tolist())):
        came = labels[p == one]
        reliability += len(came) / 500 * (one - came.mean()) ** 2
        resolution += len(came) / 500 * (came.mean() - base) ** 2
    parts = brier_decomposition(labels, p)
    assert parts.reliability == pytest.approx(reliability, rel=1e-13)
    assert parts.resolution == pytest.approx(resolution, rel=1e-13)
    assert parts.uncertainty == pytest.approx(base * (1 - base), rel=1e-14)


def test_two_columns_count_each_part_twice():
    labels, p = forecasts_of(300, 2, decimals=1)
    for options in ({}, {"n_bins": 5}):
        once = brier_decomposition(labels, p[:, 1], **options)
        twice = brier_decomposition(labels, p, **options)
        # The bins of 1 - p are those of p turned round, but for forecasts on their ends.
        if not options:
            assert twice == pytest.approx([2 * part for part in once], rel=1e-12)
        assert score_of(twice) == pytest.approx(2 * score_of(once), rel=1e-12)


def test_a_distinct_forecast_for_every_label_makes_reliability_the_score():
    labels, p = forecasts_of(100, 3)
    parts = brier_decomposition(labels, p)
    assert parts.reliability == pytest.approx(float(brier_score(labels, p)), rel=1e-13)
    assert parts.resolution == pytest.approx(parts.uncertainty, rel=1e-13)


# --- the temperature ------------------------------------------------------------------------------


def overlapping(samples=200, classes=4, sharpness=3.0, seed=0):
    """Return labels drawn from the softmax of logits, and those logits times `sharpness`."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (samples, classes))
    labels = [rng.choice(classes, p=row) for row in special.softmax(logits, axis=1)]
    return np.array(labels), sharpness * logits


@pytest.mark.parametrize("sharpness", [1e-6, 0.5, 3.0, 1e6])
@pytest.mark.parametrize("classes", [2, 4])
def test_no_other_search_finds_a_better_temperature(classes, sharpness):
    labels, logits = overlapping(classes=classes, sharpness=sharpness)
    found = fit_temperature(labels, logits)

    def slope(beta):
        p = special.softmax(beta * logits, axis=1)
        return np.mean((p * logits).sum(axis=1) - logits[np.arange(len(logits)), labels])

    root = optimize.brentq(slope, 0.2 / sharpness, 5 / sharpness, xtol=1e-300, rtol=4 * EPS)
    # The slope is a mean of cancelling terms, known to a few roundings of the logits.
    assert found == pytest.approx(1 / root, rel=1e-13)
    # The labels obey the logits before they were sharpened.
    assert found / sharpness == pytest.approx(1, abs=0.25)


def test_it_needs_no_particular_unit_axis_dtype_or_offset():
    labels, logits = overlapping()
    found = fit_temperature(labels, logits)
    assert fit_temperature(labels, 1e200 * logits) == pytest.approx(1e200 * found, rel=1e-13)
    assert fit_temperature(labels, logits.T, axis=0) == found
    assert fit_temperature(labels, logits + np.arange(200)[:, None]) == pytest.approx(
        found, rel=1e-12
    )
    of_floats = fit_temperature(labels, logits.astype(np.float32))
    assert isinstance(of_floats, float)
    assert of_floats == pytest.approx(found, rel=1e-6)
    cube = fit_temperature(labels.reshape(20, 10), logits.reshape(20, 10, 4))
    assert cube == pytest.approx(found, rel=1e-13)


def test_distributions_are_fitted_as_well():
    rng = np.random.default_rng(2)
    targets = rng.dirichlet(np.ones(3), size=50)
    logits = 2.5 * np.log(targets)
    assert fit_temperature(targets, logits) == pytest.approx(2.5, rel=1e-12)
    labels = rng.integers(0, 3, 50)
    one_hot = np.eye(3)[labels]
    scores = logits + 2 * one_hot
    assert fit_temperature(one_hot, scores) == fit_temperature(labels, scores)


def test_the_example_has_its_closed_form():
    # Three of four labels on a logit of 4 against 0: σ(4/T) = 3/4, so T = 4 / log 3.
    found = fit_temperature([0, 0, 0, 1], [[4.0, 0.0]] * 4)
    assert found == pytest.approx(4 / math.log(3), rel=4 * EPS)


def test_a_class_ruled_out_stays_out():
    labels, logits = overlapping(classes=3)
    wider = np.column_stack([logits, np.full(200, -np.inf)])
    assert fit_temperature(labels, wider) == pytest.approx(
        fit_temperature(labels, logits), rel=1e-13
    )
    labels[5] = 3
    with pytest.raises(ValueError, match=r"^logits must be finite where .*, but logits\[5, 3\] is"):
        fit_temperature(labels, wider)


def test_temperatures_far_out_are_found():
    # One label in a million is off: σ(1/T) = 1 − 1e-6.
    n = 10**6
    labels = np.zeros(n, int)
    labels[0] = 1
    logits = np.tile([1.0, 0.0], (n, 1))
    assert fit_temperature(labels, logits) == pytest.approx(1 / math.log(n - 1), rel=1e-12)
    # And the logits tell next to nothing: σ(1/T) = 1/2 + 1/n.
    labels[: n // 2 - 1] = 1
    expected = 1 / math.log((n // 2 + 1) / (n // 2 - 1))
    # The distance to chance is 1e-6, so six digits are lost.
    assert fit_temperature(labels, logits) == pytest.approx(expected, rel=1e-9)


def test_no_temperature_is_best():
    def refusal(targets, logits):
        with pytest.raises(ValueError, match=r"^no temperature is best: ") as caught:
            fit_temperature(targets, logits)
        return str(caught.value)

    separated = [[2.0, 1.0], [0.0, 3.0], [1.0, 1.0]]
    labels = [0, 1, 0]
    assert "T → 0" in refusal(labels, separated)
    losses = [softmax_cross_entropy(labels, separated, temperature=t) for t in (1, 0.1, 0.01)]
    assert np.all(np.diff(losses) < 0)

    inverted = [[0.1, 0.2, 0.3]] * 3
    for worse in ([0, 1, 2], [0, 0, 1]):
        assert "T → ∞" in refusal(worse, inverted)
        losses = [softmax_cross_entropy(worse, inverted, temperature=t) for t in (1, 10, 100)]
        assert np.all(np.diff(losses) < 0)

    assert "equal" in refusal([0, 1], [[1.0, 1.0], [5.0, 5.0]])


def test_a_convex_function_of_the_inverse_and_not_of_the_temperature():
    labels, logits = overlapping()
    betas = np.linspace(0.05, 3, 60)
    of_inverse = [float(softmax_cross_entropy(labels, b * logits)) for b in betas]
    assert np.all(np.diff(of_inverse, 2) > 0)
    of_temperature = [float(softmax_cross_entropy(labels, logits / t)) for t in np.arange(1, 60)]
    assert np.any(np.diff(of_temperature, 2) < 0)


# --- what all have in common ----------------------------------------------------------------------


def test_single_precision_stays_single():
    labels, p = forecasts_of(100, 3)
    narrow = (p / p.sum(axis=1, keepdims=True)).astype(np.float32)
    curve = reliability_curve(labels, narrow)
    assert curve.counts.dtype == np.intp
    assert {part.dtype for part in curve} - {np.dtype(np.intp)} == {np.dtype(np.float32)}
    assert expected_calibration_error(labels, narrow).dtype == np.float32
    assert null_calibration_errors(narrow, samples=5, rng=0).dtype == np.float32
    # Float32 rounds a forecast by 6e-8.
    exact = expected_calibration_error(labels, narrow.astype(float))
    assert expected_calibration_error(labels, narrow) == pytest.approx(float(exact), rel=1e-6)


def test_inputs_are_left_alone():
    labels, p = forecasts_of(50, 3)
    logits = np.log(p)
    before = labels.copy(), p.copy(), logits.copy()
    for function in (reliability_curve, expected_calibration_error, brier_decomposition):
        function(labels, p)
    null_calibration_errors(p, samples=2, rng=0, kind="classwise")
    fit_temperature(np.where(labels == 0, p.argmax(axis=1), labels), logits)
    for array, kept in zip((labels, p, logits), before, strict=True):
        np.testing.assert_array_equal(array, kept)
