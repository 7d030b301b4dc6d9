"""The results on margins, against NumPy on grids and random vectors."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from course_utils.derivations import DerivationError
from course_utils.derivations import margins as proofs

RNG = np.random.default_rng(2)


@pytest.mark.parametrize("m", [0.1, 0.5, 1.0])
def test_arcface_is_lowest_where_it_turns(m: float) -> None:
    for entry in (proofs.turn, proofs.end, proofs.arcface_slope, proofs.arcface_computed):
        entry.check()
    angles = np.linspace(0, np.pi, 100_001)
    logits = np.cos(angles) * np.cos(m) - np.sin(angles) * np.sin(m)
    assert angles[logits.argmin()] == pytest.approx(np.pi - m, abs=1e-4)
    assert logits[-1] == pytest.approx(-np.cos(m))
    differences = np.gradient(logits, angles)[1:-1]
    np.testing.assert_allclose(differences, -np.sin(angles[1:-1] + m), atol=1e-8)


def test_the_fallback_jumps_down_for_every_margin_below_a_right_angle() -> None:
    for entry in (proofs.fallback, proofs.fallback_slope, proofs.jump):
        entry.check()
    margins = np.linspace(1e-3, np.pi / 2, 1000)
    start = np.cos(np.pi - margins) - margins * np.sin(margins)
    assert np.all(start < -1)
    assert np.all(np.diff(start) < 0)
    assert f"{np.cos(np.pi - 0.5) - 0.5 * np.sin(0.5):.3f}" == "-1.117"


@pytest.mark.parametrize("m", [1, 2, 3, 5])
def test_pieces_join_at_every_multiple(m: int) -> None:
    proofs.psi_joins.check()
    for j in range(1, m):
        angle = j * np.pi / m
        before = (-1) ** (j - 1) * np.cos(m * angle) - 2 * (j - 1)
        after = (-1) ** j * np.cos(m * angle) - 2 * j
        assert before == pytest.approx(after, abs=1e-14)
        assert after == pytest.approx(1 - 2 * j, abs=1e-14)


@pytest.mark.parametrize("classes", [2, 5, 100])
@pytest.mark.parametrize("s", [0.5, 4.0, 10.0])
def test_no_unit_vectors_pass_the_bound(classes: int, s: float) -> None:
    proofs.scale_bound.check()
    proofs.needed_scale.check()
    bound = 1 / (1 + (classes - 1) * np.exp(-2 * s))
    weights = RNG.normal(size=(classes, 4))
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    x = RNG.normal(size=(500, 4))
    x[0] = weights[0]
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    assert special.softmax(s * x @ weights.T, axis=1).max() <= bound
    reached = special.softmax(s * np.append(1.0, -np.ones(classes - 1)))[0]
    assert reached == pytest.approx(bound, rel=1e-13)
    assert np.log((classes - 1) * bound / (1 - bound)) / 2 == pytest.approx(s, rel=1e-2)


def test_the_margin_multiplies_the_rivals() -> None:
    proofs.margin_loss.check()
    cosines, s, m = RNG.uniform(-1, 1, 6), 8.0, 0.35
    logits = s * cosines
    logits[0] -= s * m
    rest = np.exp(s * (cosines[1:] - cosines[0])).sum()
    loss = -special.log_softmax(logits)[0]
    assert loss == pytest.approx(np.log1p(np.exp(s * m) * rest), rel=1e-13)


def test_without_the_room_between_cosines_there_is_no_bound() -> None:
    entry = proofs.scale_bound
    with pytest.raises(DerivationError, match="step 2"):
        replace(entry, assumptions=(), example=()).prove()
