"""The results on surprisal, entropy and codes, against SciPy and lists of all short codes."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement, permutations, product

import numpy as np
import pytest
from scipy import integrate, special, stats

from course_utils.derivations import DerivationError
from course_utils.derivations import information as proofs
from course_utils.derivations.formulas import Relation, equation
from course_utils.information import huffman_code

RNG = np.random.default_rng(6)
DISTRIBUTIONS = [RNG.dirichlet(np.ones(k)) for k in (2, 3, 4, 5)]
STRINGS = ["".join(bits) for length in range(5) for bits in product("01", repeat=length)]


def kraft_sum(lengths: tuple[int, ...] | list[int]) -> Fraction:
    return sum((Fraction(1, 2**length) for length in lengths), Fraction(0))


def has_prefix_code(lengths: tuple[int, ...]) -> bool:
    """Whether words of these lengths exist, none the beginning of another: by trying all."""

    def extend(words: tuple[str, ...]) -> bool:
        if len(words) == len(lengths):
            return True
        return any(
            extend((*words, new))
            for new in STRINGS
            if len(new) == lengths[len(words)]
            and not any(new.startswith(word) or word.startswith(new) for word in words)
        )

    return extend(())


@pytest.mark.parametrize("rate", [0.5, 1.0, 1 / np.log(2)])
def test_every_positive_rate_meets_the_demands(rate: float) -> None:
    # What the demands leave open: the converse of the proofs.
    for entry in (proofs.certain_event, proofs.exponents_add, proofs.linear, proofs.from_axioms):
        entry.check()

    def surprisal(p: float) -> float:
        return -rate * math.log(p)

    for p, r in RNG.uniform(0.01, 1, size=(20, 2)):
        assert surprisal(p * r) == pytest.approx(surprisal(p) + surprisal(r), rel=1e-13)
    assert surprisal(1) == 0
    assert surprisal(1 / math.e) == pytest.approx(rate)
    assert np.all(np.diff([surprisal(p) for p in np.linspace(0.01, 1, 50)]) < 0)


def test_smoothness_is_not_proved_of_a_function_that_does_not_add() -> None:
    proofs.smoothness.check()
    entry = proofs.smoothness
    spoilt = tuple(
        equation(fact.left, 2 * fact.right) if isinstance(fact, Relation) else fact
        for fact in entry.assumptions
    )
    with pytest.raises(DerivationError, match="step 2"):
        replace(entry, assumptions=spoilt).prove()
    # The two integrals of the statement, by quadrature, for a curve that is no straight line.
    moved, fixed = (integrate.quad(np.square, a, a + 1)[0] for a in (2.0, 0.0))
    assert moved != pytest.approx(2.0**2 + fixed)


def test_zero_times_its_logarithm_vanishes() -> None:
    proofs.impossible.check()
    small = 10.0 ** -np.arange(2, 300)
    assert np.all(np.diff(np.abs(small * np.log(small))) < 0)
    assert special.entr(0.0) == 0


@pytest.mark.parametrize("p", DISTRIBUTIONS)
def test_entropy_lies_between_its_bounds(p: np.ndarray) -> None:
    proofs.entropy_bound.check()
    proofs.largest_entropy.check()
    assert np.sum(p * (1 - p)) < stats.entropy(p) < np.log(len(p))


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_the_bounds_are_reached_where_the_page_says(classes: int) -> None:
    proofs.largest_equality.check()
    equal = np.full(classes, 1 / classes)
    # One rounding for each term and one for their sum.
    assert stats.entropy(equal) == pytest.approx(np.log(classes), rel=1e-15)
    assert stats.entropy(np.eye(classes)[0]) == 0
    some = np.append(np.full(classes - 1, 1 / (classes - 1)), 0)
    assert stats.entropy(some) == pytest.approx(np.log(classes - 1), abs=1e-15)


def test_mean_surprisal_and_two_classes() -> None:
    proofs.mean_surprisal.check()
    proofs.two_classes.check()
    for p in (0.1, 0.5, 0.83):
        by_parts = special.entr(p) + special.entr(1 - p)
        assert stats.bernoulli(p).entropy() == pytest.approx(by_parts, rel=1e-14)


def test_entropies_of_independent_sources_add_and_of_copies_do_not() -> None:
    proofs.additive_entropy.check()
    p, r = DISTRIBUTIONS[1], DISTRIBUTIONS[2]
    pairs = stats.entropy(np.outer(p, r).ravel())
    assert pairs == pytest.approx(stats.entropy(p) + stats.entropy(r), rel=1e-14)
    assert stats.entropy(np.diag(p).ravel()) == pytest.approx(stats.entropy(p), rel=1e-14)


def test_kraft_decides_which_lengths_have_a_prefix_code() -> None:
    proofs.kraft.check()
    decided = []
    for size in (2, 3, 4):
        for lengths in combinations_with_replacement(range(5), size):
            assert has_prefix_code(lengths) == (kraft_sum(lengths) <= 1)
            decided.append(kraft_sum(lengths) <= 1)
    assert {True, False} == set(decided)


@pytest.mark.parametrize("p", DISTRIBUTIONS)
def test_no_lengths_beat_entropy_and_none_beat_huffman(p: np.ndarray) -> None:
    proofs.source_coding.check()
    proofs.shannon_code.check()
    in_bits = stats.entropy(p, base=2)
    allowed = [
        np.array(order)
        for lengths in combinations_with_replacement(range(1, len(p) + 1), len(p))
        if kraft_sum(lengths) <= 1
        for order in set(permutations(lengths))
    ]
    means = [p @ lengths for lengths in allowed]
    huffman = p @ [len(word or "") for word in huffman_code(p)]
    assert min(means) > in_bits
    assert huffman == pytest.approx(min(means), rel=1e-14)
    assert huffman < in_bits + 1


@pytest.mark.parametrize("p", DISTRIBUTIONS)
def test_rounded_lengths_satisfy_kraft_and_cost_less_than_one_bit(p: np.ndarray) -> None:
    proofs.shannon_lengths.check()
    lengths = np.ceil(-np.log2(p)).astype(int)
    assert kraft_sum(lengths.tolist()) <= 1
    assert p @ lengths < stats.entropy(p, base=2) + 1


def test_huffman_reaches_entropy_for_powers_of_a_half_alone() -> None:
    proofs.shortest_equality.check()
    dyadic = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
    assert dyadic @ [1, 2, 3, 3] == stats.entropy(dyadic, base=2) == 1.75
    assert [len(word or "") for word in huffman_code(dyadic)] == [1, 2, 3, 3]
    for p in DISTRIBUTIONS:
        assert p @ [len(word or "") for word in huffman_code(p)] > stats.entropy(p, base=2)


def test_wrong_code_costs_the_divergence() -> None:
    proofs.wrong_code.check()
    q, lengths = np.array([1 / 2, 1 / 4, 1 / 4]), np.array([1, 2, 2])
    p = DISTRIBUTIONS[1]
    extra = stats.entropy(p, q, base=2)
    assert p @ lengths == pytest.approx(stats.entropy(p, base=2) + extra, rel=1e-14)
