"""Logits with a margin, against the formulas in angles with many digits."""

import math

import numpy as np
import pytest
from mpmath import mp

from course_utils.losses import softmax_cross_entropy
from course_utils.margins import (
    additive_margin_logits,
    arcface_logits,
    large_margin_logits,
    soft_margin_logits,
)

RNG = np.random.default_rng(8)
COSINES = np.concatenate([RNG.uniform(-1, 1, 200), [1.0, -1.0, 0.0, 1 - 1e-12, -1 + 1e-12]])


def pairs(cosines):
    """One label with the given cosine, and one other class at right angles."""
    return np.column_stack([cosines, np.zeros_like(cosines)])


def of_label(function, cosines, **arguments):
    labels = np.zeros(len(cosines), int)
    return function(labels, pairs(cosines), **arguments)[:, 0]


def exact(function, cosines):
    with mp.workdps(40):
        return np.array([float(function(mp.mpf(float(c)))) for c in cosines])


@pytest.mark.parametrize("margin", [0.0, 0.1, 0.5, 1.0, math.pi / 2, math.pi])
def test_arcface_adds_the_margin_to_the_angle(margin):
    expected = exact(lambda c: mp.cos(mp.acos(c) + margin), COSINES)
    found = of_label(arcface_logits, COSINES, margin=margin, scale=1.0)
    np.testing.assert_allclose(found, expected, atol=4e-16)  # two products and a sum near 1


def test_arcface_turns_back_and_the_fallback_jumps():
    margin = 0.5
    turn = -np.cos(margin)
    beside = np.array([turn + 1e-9, turn - 1e-9])
    formula = of_label(arcface_logits, beside, margin=margin, scale=1.0)
    np.testing.assert_allclose(formula, [-1, -1], atol=1e-8)
    jumps = of_label(arcface_logits, beside, margin=margin, scale=1.0, fallback=True)
    np.testing.assert_allclose(jumps, [-1, turn - margin * np.sin(margin)], atol=1e-8)
    assert f"{jumps[1]:.3f}" == "-1.117"

    angles = np.linspace(0, np.pi, 1001)
    by_formula = of_label(arcface_logits, np.cos(angles), margin=margin, scale=1.0)
    assert angles[by_formula.argmin()] == pytest.approx(np.pi - margin, abs=0.002)
    assert by_formula[-1] == pytest.approx(-np.cos(margin))
    falling = of_label(arcface_logits, np.cos(angles), margin=margin, scale=1.0, fallback=True)
    assert np.all(np.diff(falling) < 0)


def test_additive_margin_is_subtracted_from_the_cosine():
    found = of_label(additive_margin_logits, COSINES, margin=0.35, scale=30.0)
    np.testing.assert_allclose(found, 30 * (COSINES - 0.35), rtol=1e-15, atol=1e-14)


@pytest.mark.parametrize("margin", [1, 2, 3, 4, 7])
def test_large_margin_multiplies_the_angle(margin):
    def psi(c):
        angle = mp.acos(c)
        # The pieces of the paper, tried one after the other.
        for j in range(margin):
            if j * mp.pi / margin <= angle <= (j + 1) * mp.pi / margin:
                return (-1) ** j * mp.cos(margin * angle) - 2 * j
        raise AssertionError

    lengths = np.full(len(COSINES), 2.0)
    found = of_label(
        large_margin_logits, COSINES, feature_norms=lengths, margin=margin, weight_norms=[3.0, 1.0]
    )
    # The angle is rounded, and multiplied by the margin.
    np.testing.assert_allclose(found, 6 * exact(psi, COSINES), atol=6 * 4e-16 * margin**2)


@pytest.mark.parametrize("margin", [1, 2, 3, 4, 7])
def test_psi_falls_without_a_jump_from_one_and_stays_below_the_cosine(margin):
    angles = np.linspace(0, np.pi, 2 * 3 * 4 * 7 * 20 + 1)
    lengths = np.ones(len(angles))
    psi = of_label(large_margin_logits, np.cos(angles), feature_norms=lengths, margin=margin)
    assert psi[0] == 1
    assert psi[-1] == 1 - 2 * margin
    assert np.all(np.diff(psi) < 0)
    assert np.abs(np.diff(psi)).max() <= margin * (angles[1] - angles[0]) * (1 + 1e-9)
    assert np.all(psi <= np.cos(angles) + 1e-15)


def test_soft_margin_is_subtracted_from_the_inner_product():
    x, W = RNG.normal(size=(6, 4)), RNG.normal(size=(3, 4))
    labels = np.array([0, 1, 2, 2, 1, 0])
    features, weights = np.linalg.norm(x, axis=1), np.linalg.norm(W, axis=1)
    cosines = x @ W.T / features[:, None] / weights
    found = soft_margin_logits(labels, cosines, features, margin=0.75, weight_norms=weights)
    expected = x @ W.T
    expected[np.arange(6), labels] -= 0.75
    np.testing.assert_allclose(found, expected, atol=1e-14)


@pytest.mark.parametrize("logits_of", [arcface_logits, additive_margin_logits])
def test_no_margin_leaves_scaled_cosines(logits_of):
    cosines = RNG.uniform(-1, 1, (5, 3))
    for labels in (np.zeros(5, int), np.full(5, 2)):
        found = logits_of(labels, cosines, margin=0.0, scale=7.0)
        np.testing.assert_allclose(found, 7 * cosines, rtol=1e-15)


def test_only_the_label_is_changed_and_the_input_is_not():
    cosines = RNG.uniform(-1, 1, (2, 4, 3))
    before = cosines.copy()
    labels = RNG.integers(0, 3, (2, 4))
    lengths = np.full((2, 4), 2.0)
    others = np.arange(3) != labels[..., None]
    for found, unit in (
        (arcface_logits(labels, cosines, scale=2.0), 2),
        (additive_margin_logits(labels, cosines, scale=2.0), 2),
        (large_margin_logits(labels, cosines, lengths, margin=3), 2),
        (soft_margin_logits(labels, cosines, lengths, margin=0.5), 2),
    ):
        assert found.shape == cosines.shape
        np.testing.assert_array_equal(found[others], unit * cosines[others])
        assert np.all(found[~others] < unit * cosines[~others])
    np.testing.assert_array_equal(cosines, before)


def test_float32_stays():
    cosines = np.array([[0.5, 0.25]], np.float32)
    lengths = np.ones(1, np.float32)
    for found in (
        arcface_logits([0], cosines),
        additive_margin_logits([0], cosines),
        large_margin_logits([0], cosines, lengths, margin=2),
        soft_margin_logits([0], cosines, lengths, margin=0.5),
    ):
        assert found.dtype == np.float32
    assert large_margin_logits([0], cosines, np.ones(1), margin=2).dtype == np.float64


def test_what_rounding_pushed_out_is_a_cosine_of_one():
    features = RNG.normal(size=(2000, 7))
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    cosines = np.sum(unit * unit, axis=1)
    assert cosines.max() > 1  # it does happen
    found = of_label(arcface_logits, cosines, margin=0.5, scale=1.0)
    # An error of half a unit in the cosine is one of its root in the angle.
    np.testing.assert_allclose(found, np.cos(0.5), atol=5e-8)
    with pytest.raises(ValueError, match=r"cosines\[0\] is 1.0001"):
        arcface_logits(0, [1.0001, 0.0])


@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_no_cosines_give_a_higher_probability_than_the_bound(classes):
    scale = 3.0
    bound = 1 / (1 + (classes - 1) * math.exp(-2 * scale))
    best = np.full(classes, -1.0)
    best[0] = 1.0
    for cosines in (best, RNG.uniform(-1, 1, classes), np.full(classes, 1.0)):
        logits = additive_margin_logits(0, cosines, margin=0.0, scale=scale)
        assert math.exp(-softmax_cross_entropy(0, logits)) <= bound * (1 + 1e-14)
    logits = additive_margin_logits(0, best, margin=0.0, scale=scale)
    assert math.exp(-softmax_cross_entropy(0, logits)) == pytest.approx(bound, rel=1e-14)
