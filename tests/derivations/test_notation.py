"""Names with one meaning, and bound indices that are fresh."""

import pytest
import sympy

from course_utils.derivations import Derivation, DerivationError
from course_utils.derivations.engine import chain, equals
from course_utils.derivations.formulas import (
    at,
    equation,
    exp,
    family,
    indices,
    log,
    partial,
    size,
    symbol,
    total,
)
from course_utils.derivations.notation import check_notation

K, N = size("K"), size("N")
i, j, k = indices("i j k", K)
(n,) = indices("n", N)
z, p = family("z", K), family("p", K)


def test_sympy_differentiates_by_a_bound_index_without_a_word() -> None:
    # The trap: the derivative of a sum by one of its terms comes out as the whole sum.
    index, bound = sympy.symbols("k K", integer=True, positive=True)
    logits = sympy.IndexedBase("z")
    whole_sum = sympy.Sum(sympy.exp(logits[index]), (index, 1, bound))
    assert sympy.diff(whole_sum, logits[index]) == whole_sum


def test_the_engine_refuses_it() -> None:
    trap = Derivation(
        label="eq-test-trap",
        title="Trap",
        steps=chain(
            partial(total(k, exp(z[k])), z[k]), equals(total(k, exp(z[k])), "SymPy says so")
        ),
        independent="none",
    )
    with pytest.raises(DerivationError, match=r"eq-test-trap.*bound index 'k'"):
        trap.check()


def test_the_right_derivative_is_proved_with_a_fresh_index() -> None:
    fresh = Derivation(
        label="eq-test-fresh",
        title="Fresh",
        steps=chain(
            partial(total(k, exp(z[k])), z[j]), equals(exp(z[j]), "one term depends on it")
        ),
        independent="none",
    )
    fresh.check()


@pytest.mark.parametrize(
    "formula",
    [
        equation(p[k], exp(z[k]) / total(k, exp(z[k]))),
        equation(total(k, total(k, exp(z[k]))), 1),
        equation(partial(log(total(i, z[i])), z[i]), 1),
        total(k, z[k] * total(k, p[k])),
        partial(total(k, exp(z[k])), z[k]),
    ],
)
def test_a_bound_index_used_outside_its_sum_is_refused(formula: object) -> None:
    with pytest.raises(DerivationError, match="fresh one"):
        check_notation([formula])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "formula",
    [
        equation(p[k], exp(z[k]) / total(j, exp(z[j]))),
        total(k, p[k]) * total(k, z[k]),
        total(j, partial(p[i], z[j])),
        at(p[i], z[k], z[k] + 1),
    ],
)
def test_fresh_indices_are_accepted(formula: object) -> None:
    check_notation([formula])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "other",
    [symbol("z"), family("z", N)[n], family("z", K, head=r"\zeta")[k], size("z")],
)
def test_a_name_with_two_meanings_is_refused(other: object) -> None:
    with pytest.raises(DerivationError, match="'z' stands for two different things"):
        check_notation([z[k], other])  # type: ignore[list-item]


def test_an_index_with_two_ranges_is_refused() -> None:
    with pytest.raises(DerivationError, match="'k' stands for two"):
        check_notation([total(k, z[k]), total(indices("k", N)[0], 1)])
