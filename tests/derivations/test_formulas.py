"""The tree: what it refuses, what is free in it, and substitution that captures nothing."""

import pytest

from course_utils.derivations import DerivationError
from course_utils.derivations.formulas import (
    ONE,
    Big,
    at,
    children,
    exp,
    family,
    free_indices,
    indices,
    partial,
    rebuild,
    size,
    substitute,
    symbol,
    total,
    walk,
)

K = size("K")
i, j, k = indices("i j k", K)
z = family("z", K)
x = symbol("x")


@pytest.mark.parametrize("number", [0.5, True, "1", None])
def test_only_exact_numbers_enter_a_formula(number: object) -> None:
    with pytest.raises(TypeError, match="whole numbers"):
        x + number  # type: ignore[operator]


def test_operators_keep_the_order_of_their_author() -> None:
    assert x + 1 != 1 + x
    assert (1 + x) - x != x


def test_a_family_wants_all_its_indices() -> None:
    with pytest.raises(DerivationError, match="z takes 1 indices, not 2"):
        z[i, j]


def test_free_indices_are_those_that_nothing_binds() -> None:
    assert free_indices(z[i] * total(k, z[k])) == {i}
    assert free_indices(at(z[i], z[k], z[k] + 1)) == {i}
    assert free_indices(partial(total(k, z[k]), z[j])) == {j}


def test_substitution_leaves_bound_indices_alone() -> None:
    assert substitute(total(k, z[k]), {k: i}) == total(k, z[k])


def test_substitution_renames_what_it_would_capture() -> None:
    changed = substitute(total(k, z[i] * z[k]), {i: k})
    assert isinstance(changed, Big)
    assert changed.index.name == "k'"
    assert free_indices(changed) == {k}


def test_substitution_of_a_size_moves_the_ranges() -> None:
    changed = substitute(total(k, exp(z[k])) / K, {K: ONE})
    assert K not in set(walk(changed))
    assert {part.index.size for part in walk(changed) if isinstance(part, Big)} == {ONE}


@pytest.mark.parametrize(
    "formula", [x + 1, -x, exp(x), total(k, z[k]), partial(z[i], z[j]), at(z[i], z[k], z[k] + x)]
)
def test_rebuilding_from_the_same_children_changes_nothing(formula: object) -> None:
    assert rebuild(formula, children(formula)) == formula  # type: ignore[arg-type]
