"""The notation appendix names every letter of the equations once, and no others."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from course_utils import derivations
from course_utils.derivations.formulas import derivative, equation, family, indices, size, symbol

ROOT = Path(__file__).parents[2]
GREEK = {"alpha", "beta", "gamma", "Delta", "delta", "varepsilon", "zeta", "eta", "theta", "kappa"}
GREEK |= {"lambda", "mu", "xi", "pi", "rho", "sigma", "tau", "psi", "omega"}


@pytest.fixture(scope="module")
def table() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "book" / "_ext"))
        import notation_table
    return notation_table


def rows(table: ModuleType) -> list:
    return [row for group in table.read().values() for row in group]


def test_the_book_keeps_to_its_table(table: ModuleType) -> None:
    assert table.problems(rows(table), table.letters_used()) == []


def characters(latex: str) -> set[str]:
    """The Greek and Latin letters, without their decoration."""
    commands = re.findall(r"\\([A-Za-z]+)", latex)
    latin = re.sub(r"\\text\{[^}]*\}|\\operatorname\*?\{[^}]*\}|\\[A-Za-z]+", " ", latex)
    return GREEK & set(commands) | set(re.findall("[A-Za-z]", latin))


def test_every_printed_letter_is_found(table: ModuleType) -> None:
    # The letters are read off the tree of a formula; here they are read off what it prints, where
    # d also begins a derivative and e an exponential.
    for label, entry in derivations.entries().items():
        parts = (entry.relation, *entry.domain)
        found = [letter.exact for part in parts for letter in table.letters_of(part)]
        missing = characters(entry.latex) - characters(" ".join(found)) - {"d", "e"}
        assert not missing, f"{label}: {missing}"


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("p", ["p"]),
        ("p_{nk}", ["p_"]),
        (r"p(y \mid \mu_1, s)", ["p(", "y", r"\mu_1", "s"]),
        (r"\operatorname{BS}(\bar{f})", [r"\operatorname{BS}(", r"\bar{f}"]),
        (r"y^{\varepsilon}_k", [r"y^{\varepsilon}_"]),
        (r"\lVert W_y \rVert", ["W_"]),
        ("K_+", ["K_+"]),
        (r"p_{\max}", [r"p_\max"]),
        ("g'(y)", ["g'(", "y"]),
        ("s_q^2", ["s_"]),
    ],
)
def test_letters_with_what_they_wear(table: ModuleType, latex: str, expected: list[str]) -> None:
    assert [letter.key for letter in table.letters(latex)] == expected


def used(table: ModuleType, **chapters: str) -> dict:
    return {
        name: dict.fromkeys(table.letters(text), f"eq-{name}-one")
        for name, text in chapters.items()
    }


def test_a_letter_without_meaning_is_named_with_its_equation(table: ModuleType) -> None:
    here = [table.Row(("m",), "logit", ("gradients",))]
    (problem,) = table.problems(here, used(table, gradients="m", margins="m"))
    assert "$m$ of 'eq-margins-one' has no meaning in the chapter 'margins'" in problem


def test_an_index_or_an_argument_makes_another_letter(table: ModuleType) -> None:
    here = [table.Row(("q",), "exponent")]
    for other in ("q_k", "q(y)", r"\tilde{q}", "Q"):
        assert len(table.problems(here, used(table, softmax=f"q + {other}"))) > 0
    assert table.problems(here, used(table, softmax="q")) == []


def test_a_fixed_index_is_looked_up_first(table: ModuleType) -> None:
    here = [table.Row(("z_k",), "logit"), table.Row(("z_0",), "threshold")]
    assert table.problems(here, used(table, temperature="z_0 z_j z_1")) == []
    assert "no equation uses $z_0$" in table.problems(here, used(table, temperature="z_1"))[0]


@pytest.mark.parametrize("scopes", [((), ()), (("a",), ()), (("a",), ("a", "b"))])
def test_two_meanings_need_chapters_of_their_own(table: ModuleType, scopes: tuple) -> None:
    here = [table.Row(("m",), f"meaning {place}", scope) for place, scope in enumerate(scopes)]
    problems = table.problems(here, used(table, a="m", b="m"))
    assert any("`m` has several meanings" in problem for problem in problems)


def test_two_meanings_in_two_chapters(table: ModuleType) -> None:
    here = [table.Row(("m",), "logit", ("a",)), table.Row(("m",), "margin", ("b",))]
    assert table.problems(here, used(table, a="m", b="m")) == []


def test_rows_for_nothing(table: ModuleType) -> None:
    here = [table.Row(("m", "m_n"), "logit", ("a", "b"))]
    problems = table.problems(here, used(table, a="m"))
    assert "no equation uses $m_n$ (logit): remove it" in problems
    assert "m m_n is not used in the chapter 'b'" in problems


def test_bounds_and_variables_of_derivatives_count(table: ModuleType) -> None:
    k = indices("k", size("K"))[0]
    z, t = family("z", size("K")), symbol("t")
    statement = equation(derivative(t**2, t), z[k])
    assert {letter.key for letter in table.letters_of(statement)} == {"t", "z_", "k"}


def test_each_label_has_a_chapter(table: ModuleType) -> None:
    assert table.chapter_of("eq-soft-likelihood-loss") == "soft_likelihood"
    for label in derivations.entries():
        assert (ROOT / "book" / f"{table.chapter_of(label)}.md").exists()
