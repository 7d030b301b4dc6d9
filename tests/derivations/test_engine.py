"""The frame of an entry: statement, chain, assumptions, registry."""

import subprocess
import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

import course_utils.derivations as package
from course_utils.derivations import (
    Assumption,
    Definition,
    Derivation,
    DerivationError,
    entries,
    get,
)
from course_utils.derivations.engine import (
    Step,
    at_least,
    at_most,
    chain,
    claim,
    equals,
    greater,
    inserted,
    less,
)
from course_utils.derivations.formulas import (
    UNIT,
    Function,
    equation,
    exp,
    family,
    indices,
    log,
    relation,
    size,
    symbol,
    total,
    whole,
)
from course_utils.derivations.inequalities import Rearrangement, Sign

K = size("K")
i, j, k = indices("i j k", K)
z, p = family("z", K), family("p", K)
x, c, y = symbol("x"), symbol("c"), symbol("y")

SQUARE = Derivation(
    label="eq-test-square",
    title="Square of a sum",
    steps=chain(
        (x + 1) ** 2,
        equals(x**2 + 2 * x + 1, "multiply out"),
        equals(x * (x + 2) + 1, "a common factor"),
    ),
    independent="none",
)


def test_statement_is_the_conclusion_of_the_last_chain() -> None:
    assert SQUARE.relation == equation((x + 1) ** 2, x * (x + 2) + 1)
    assert SQUARE.latex == "(x + 1)^2 = x (x + 2) + 1"


def test_chain_of_inequalities_claims_what_all_its_links_allow() -> None:
    some = chain(
        x,
        equals(c, "", inserted),
        at_most(y, "", Sign()),
        less(x, "", Sign()),
    )
    assert replace(SQUARE, steps=some).relation == relation(x, "<", x)
    mixed = chain(x, at_most(y, "", Sign()), at_least(c, "", Sign()))
    with pytest.raises(DerivationError, match="cannot join"):
        _ = replace(SQUARE, steps=mixed).relation
    downward = chain(x, greater(y, "", Sign()), at_least(c, "", Sign()))
    assert replace(SQUARE, steps=downward).relation.op == ">"


def test_statement_may_join_two_conclusions() -> None:
    u = symbol("u", interval=UNIT)
    both = Derivation(
        label="eq-test-both",
        title="Between",
        statement=relation(relation(0 * u, "≤", u), "≤", u + 1),
        steps=(
            *claim(relation(0 * u, "≤", u), "positive", Sign()),
            *claim(relation(u, "≤", u + 1), "one more", Sign()),
        ),
        independent="none",
    )
    both.check()
    with pytest.raises(DerivationError, match="no chain of its steps ends in the statement"):
        replace(both, steps=both.steps[:1]).check()


def test_statement_that_was_not_derived_is_refused() -> None:
    with pytest.raises(DerivationError, match="no chain of its steps ends"):
        replace(SQUARE, statement=equation(x, x)).check()


def test_gap_in_a_chain_is_refused() -> None:
    jump = replace(SQUARE.steps[1], claim=equation(x**2 + 1 + 2 * x, SQUARE.steps[1].claim.right))
    with pytest.raises(DerivationError, match="go on from the right side"):
        replace(SQUARE, steps=(SQUARE.steps[0], jump)).check()
    with pytest.raises(DerivationError, match="nothing to go on from"):
        replace(SQUARE, steps=SQUARE.steps[1:]).check()


def test_error_names_label_step_statement_and_reason() -> None:
    wrong = replace(SQUARE.steps[1], claim=equation(x**2 + 2 * x + 1, x * (x - 2) + 1))
    with pytest.raises(DerivationError) as refusal:
        replace(SQUARE, steps=(SQUARE.steps[0], wrong)).check()
    assert str(refusal.value).startswith(
        "eq-test-square, step 2: x^2 + 2 x + 1 = x (x - 2) + 1 [a common factor] fails: "
    )


def test_independent_check_must_be_named() -> None:
    with pytest.raises(DerivationError, match="independent"):
        replace(SQUARE, independent="").check()


def test_definitions_alone_prove_nothing() -> None:
    named = Definition(label="eq-test-x", title="X", symbol=x, expression=c + 1, introduces="x")
    entry = Derivation(
        label="eq-test-empty",
        title="Empty",
        where=(named,),
        steps=chain(x, equals(c + 1, "the definition", inserted)),
        independent="none",
    )
    with pytest.raises(DerivationError, match="proves nothing"):
        entry.check()


def test_one_name_has_one_meaning_in_a_whole_derivation() -> None:
    other = symbol("x", interval=UNIT)
    steps = (*SQUARE.steps, *chain(other, equals(other * 1, "one")))
    with pytest.raises(DerivationError, match="'x' stands for two"):
        replace(SQUARE, steps=steps).check()


def test_assumption_of_a_derivation_is_used_and_shown() -> None:
    entry = Derivation(
        label="eq-test-given",
        title="Given",
        assumptions=(equation(total(k, p[k]), 1), "the classes exclude each other"),
        example=((p[k], exp(z[k]) / total(j, exp(z[j]))),),
        steps=chain(total(k, c * p[k]), equals(c, "the probabilities sum to 1")),
        independent="none",
    )
    entry.check()
    shown = entry._repr_markdown_()
    assert r"- assuming $\sum_{k=1}^{K} p_k = 1$" in shown
    assert "- the classes exclude each other" in shown
    # The numbers want an example that satisfies the assumption.
    with pytest.raises(DerivationError, match="random point"):
        replace(entry, example=()).check()
    with pytest.raises(DerivationError, match="does not cancel"):
        replace(entry, assumptions=()).check()


def test_abbreviation_is_inserted_and_shown() -> None:
    entry = Derivation(
        label="eq-test-let",
        title="Let",
        let=((y, x + 1),),
        steps=chain(y**2, equals(x**2 + 2 * x + 1, "multiply out")),
        independent="none",
    )
    entry.check()
    assert "- with $y = x + 1$" in entry._repr_markdown_()


DEFINITION = Definition(
    label="eq-test-softmax",
    title="Softmax",
    symbol=p[k],
    expression=exp(z[k]) / total(j, exp(z[j])),
    introduces="probabilities",
    numpy=lambda z: np.exp(z) / np.exp(z).sum(),
)


def test_definition_with_an_unknown_function_is_tried_with_its_example() -> None:
    f = Function("f", "f")
    named = Definition(
        label="eq-test-log",
        title="Logarithm of a function",
        symbol=c,
        expression=log(f(x)),
        introduces="c",
        example=((f(x), exp(x)),),
    )
    named.check()
    with pytest.raises(DerivationError, match="no finite value"):
        replace(named, example=((f(x), x - x),)).check()


def test_definition_agrees_with_the_code() -> None:
    DEFINITION.check()
    assert (DEFINITION.status, DEFINITION.reason) == ("defined", "probabilities")


@pytest.mark.parametrize(
    ("numpy", "message"),
    [
        (lambda z: np.exp(z), "differs by"),
        (lambda z: np.exp(z).sum(), "shape"),
        (lambda q: q, "asks for 'q'"),
    ],
)
def test_definition_that_disagrees_with_the_code_is_refused(numpy: object, message: str) -> None:
    with pytest.raises(DerivationError, match=f"eq-test-softmax, definition: .*{message}"):
        replace(DEFINITION, numpy=numpy).check()  # type: ignore[arg-type]


def test_definition_has_no_stray_index_and_is_finite() -> None:
    with pytest.raises(DerivationError, match="the index 'i' is free"):
        replace(DEFINITION, expression=exp(z[i]), numpy=None).check()
    with pytest.raises(DerivationError, match="finite"):
        replace(DEFINITION, expression=-log(0 * z[k]), numpy=None).check()


def test_assumption_says_why() -> None:
    entry = Assumption(
        label="eq-test-assumed", title="Assumed", statement=equation(x, c), why="by design"
    )
    entry.check()
    assert (entry.status, entry.reason) == ("assumed", "by design")


def test_comparison_of_a_derivation_with_code() -> None:
    replace(SQUARE, numpy=lambda x: (x + 1) ** 2).check()
    with pytest.raises(DerivationError, match="eq-test-square, comparison: "):
        replace(SQUARE, numpy=lambda x: (x + 1) ** 3).check()


def test_entries_are_those_of_all_modules() -> None:
    from course_utils.derivations import cross_entropy, gradients, likelihood, softmax

    found = entries()
    for module in (cross_entropy, gradients, likelihood, softmax):
        own = [value for value in vars(module).values() if isinstance(value, package.Entry)]
        assert own
        assert all(found[entry.label] is entry for entry in own)


def test_a_label_is_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from course_utils.derivations import softmax

    twin = replace(softmax.jacobian, title="Twin")
    monkeypatch.setattr(softmax, "twin", twin, raising=False)
    with pytest.raises(DerivationError, match="two entries have the label 'eq-softmax-jacobian'"):
        entries()


def test_get_names_what_comes_close() -> None:
    assert get("eq-softmax-jacobian").title == "Jacobian of softmax"
    with pytest.raises(KeyError, match=r"eq-softmax-jacobain.*did you mean eq-softmax-jacobian"):
        get("eq-softmax-jacobain")
    with pytest.raises(KeyError, match="no entry has the label 'zzz'"):
        get("zzz")


def test_markdown_numbers_go_on_through_all_chains() -> None:
    two = replace(
        SQUARE,
        steps=(
            *claim(relation(x**2, "≥", 0), "a square", Sign()),
            *claim(relation(x**2 + 1, "≥", 1), "plus 1", Rearrangement()),
        ),
    )
    two.check()
    assert two._repr_markdown_() == (
        "**Square of a sum.**\n\n"
        "$$\nx^2 + 1 \\ge 1\n$$\n\n"
        "*Proof.*\n\n"
        "$$\n\\begin{aligned}\nx^2 &\\ge 0 && \\text{(1)}\n\\end{aligned}\n$$\n\n"
        "1. a square\n\n"
        "$$\n\\begin{aligned}\nx^2 + 1 &\\ge 1 && \\text{(2)}\n\\end{aligned}\n$$\n\n"
        "2. plus 1\n"
    )


def test_numeric_modules_do_not_import_sympy() -> None:
    program = (
        "import sys\n"
        "import course_utils.softmax, course_utils.losses, course_utils.information\n"
        "import course_utils.likelihood, course_utils.sigmoid, course_utils.labels\n"
        "assert 'sympy' not in sys.modules and 'mpmath' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_steps_are_plain_data() -> None:
    assert isinstance(SQUARE.steps[0], Step)
    assert hash(SQUARE) == hash(replace(SQUARE))
    assert replace(SQUARE) == SQUARE
    assert isinstance(package, ModuleType)
    assert whole(2) != whole(3)
