"""What holds for every entry of the book: it is proved, and it would fail if it were wrong."""

import os
import pkgutil
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from inspect import signature

import pytest
from mpmath import mp

from course_utils import derivations
from course_utils.derivations import (
    Assumption,
    Definition,
    Derivation,
    DerivationError,
    entries,
)
from course_utils.derivations.engine import Step
from course_utils.derivations.evaluation import DIGITS
from course_utils.derivations.formulas import (
    Binary,
    Extremum,
    Formula,
    Negative,
    Number,
    Relation,
    children,
    rebuild,
    whole,
)
from course_utils.derivations.latex import latex
from course_utils.derivations.steps import Equality, Insertion, Numeric, Setting

ENTRIES = entries()
DERIVATIONS = {label: e for label, e in ENTRIES.items() if isinstance(e, Derivation)}
DEFINITIONS = {label: e for label, e in ENTRIES.items() if isinstance(e, Definition)}
NAMES = (
    "frac sum prod int log exp lim max sqrt partial delta theta kappa xi rho sigma mu pi eta "
    "Delta ell infty mathcal operatorname operatorname* arg bar hat tilde omega left right to "
    "mid le ge ne iff in quad qquad text dots cdot times , | ; tanh tau nu beta gamma "
    "varepsilon lambda zeta lVert rVert alpha psi lvert rvert cos sin top"
)
COMMANDS = {"\\" + name for name in NAMES.split()}
MODULES = [information.name for information in pkgutil.iter_modules(derivations.__path__)]
SLUGS = [name.replace("_", "-") for name in MODULES]


def mutations(claim: Relation, setting: Setting) -> list[Relation]:
    """Versions of a claim that are false."""
    left, op, right = claim.left, claim.op, claim.right
    if op in ("≤", "≥", "<", ">"):
        flipped = {"≤": "≥", "≥": "≤", "<": ">", ">": "<"}[op]
        tighter = right - 1 if op in ("≤", "<") else right + 1
        return [replace(claim, op=flipped), replace(claim, right=tighter)]
    if op == "≠":
        return [replace(claim, right=left)]
    if op == "⟺":
        assert isinstance(left, Relation)
        assert isinstance(right, Relation)
        return [
            replace(claim, left=replace(left, right=left.right + 1)),
            replace(claim, right=replace(right, right=right.right + 1)),
        ]
    if isinstance(right, Extremum):
        other = "min" if right.kind == "max" else "max"
        return [replace(claim, right=replace(right, kind=other))]
    changed = [replace(claim, right=right + 1), replace(claim, right=-right)]
    return changed if abs(setting.point(0).value(right)) > 1e-9 else changed[:1]


def with_step(derivation: Derivation, number: int, claim: Relation) -> Derivation:
    """The derivation up to a step, which claims something else."""
    steps = list(derivation.steps[: number + 1])
    steps[number] = replace(steps[number], claim=claim)
    return replace(derivation, steps=tuple(steps))


@pytest.mark.parametrize("label", ENTRIES)
def test_every_entry_is_proved(label: str) -> None:
    ENTRIES[label].prove()


def mutants(derivation: Derivation) -> Iterator[tuple[int, Step, Relation]]:
    for number, step in enumerate(derivation.steps, start=1):
        for claim in mutations(step.claim, derivation.setting(number)):
            yield number, step, claim


@pytest.mark.parametrize("label", DERIVATIONS)
def test_a_false_step_is_refused_and_named(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    derivation = DERIVATIONS[label]
    for number, step, claim in mutants(derivation):
        steps = list(derivation.steps)
        steps[number - 1] = replace(step, claim=claim)
        wrong = replace(derivation, steps=tuple(steps))
        with monkeypatch.context() as patch:
            if claim.op == "=":
                # An equation is refused without SymPy already, by loops and finite differences.
                patch.setattr(type(step.by), "prove", lambda *_: None)
            with pytest.raises(DerivationError) as refusal:
                wrong.prove_step(number)
        assert str(refusal.value).startswith(f"{label}, step {number}: {latex(claim)}")
        assert step.reason in str(refusal.value)


@pytest.mark.thorough
@pytest.mark.parametrize("label", DERIVATIONS)
def test_the_proof_alone_refuses_a_false_step(label: str) -> None:
    # Without the evaluation at random points: SymPy has to see it.
    derivation = DERIVATIONS[label]
    for number, step, claim in mutants(derivation):
        with pytest.raises(DerivationError):
            step.by.prove(claim, derivation.setting(number))


def variants(node: Formula) -> list[Formula]:
    """The formula with one sign, one operation or one number changed, anywhere in it."""
    found: list[Formula] = []
    if isinstance(node, Number) and node.value.denominator == 1:
        found.append(whole(int(node.value) + 1))
    if isinstance(node, Binary):
        other = {"+": "-", "-": "+", "*": "/", "/": "*", "^": "*"}[node.op]
        found += [replace(node, op=other), node.left]
    if isinstance(node, Negative):
        found.append(node.body)
    inside = children(node)
    for place, child in enumerate(inside):
        for new in variants(child):
            found.append(rebuild(node, (*inside[:place], new, *inside[place + 1 :])))
    return found


def check_that_proof_and_numbers_agree(derivation: Derivation, most: int) -> None:
    chosen = random.Random(derivation.label)
    for number, step in enumerate(derivation.steps, start=1):
        if type(step.by) is not Equality:
            continue
        changed = variants(step.claim.right)
        for right in chosen.sample(changed, min(most, len(changed))):
            claim = replace(step.claim, right=right)
            setting = derivation.setting(number)
            try:
                step.by.prove(claim, setting)
            except (DerivationError, TypeError, ValueError):
                continue
            with mp.workdps(DIGITS):
                step.by.try_numbers(claim, setting)


@pytest.mark.thorough
@pytest.mark.parametrize("label", DERIVATIONS)
def test_what_is_proved_of_a_changed_equation_holds_in_numbers(label: str) -> None:
    check_that_proof_and_numbers_agree(DERIVATIONS[label], most=1)


@pytest.mark.slow
@pytest.mark.parametrize("label", DERIVATIONS)
def test_what_is_proved_of_any_changed_equation_holds_in_numbers(label: str) -> None:
    check_that_proof_and_numbers_agree(DERIVATIONS[label], most=1000)


@pytest.mark.parametrize("label", [label for label, e in DEFINITIONS.items() if e.numpy])
def test_a_definition_that_disagrees_with_the_package_is_refused(label: str) -> None:
    definition = DEFINITIONS[label]
    for wrong in (definition.expression + 1, 2 * definition.expression):
        with pytest.raises(DerivationError, match=f"^{label}, definition: "):
            replace(definition, expression=wrong).prove()


@pytest.mark.thorough
@pytest.mark.parametrize("label", [label for label, e in DERIVATIONS.items() if e.numpy])
def test_a_derivation_that_disagrees_with_the_package_is_refused(label: str) -> None:
    derivation = DERIVATIONS[label]
    right = derivation.numpy
    assert right is not None

    def shifted(*arguments: object, **named: object) -> object:
        return right(*arguments, **named) + 1e-9

    shifted.__signature__ = signature(right)  # type: ignore[attr-defined]
    with pytest.raises(DerivationError, match=f"^{label}, comparison: "):
        replace(derivation, numpy=shifted).prove()


@pytest.mark.parametrize("label", DEFINITIONS)
def test_a_definition_names_the_code_that_it_agrees_with(label: str) -> None:
    # One without code gives a name to a formula of others.
    assert bool(DEFINITIONS[label].numpy) == bool(DEFINITIONS[label].independent)


def test_at_most_one_entry_in_ten_rests_on_numbers() -> None:
    numeric = [e.label for e in ENTRIES.values() if e.status == "numerically checked"]
    assert 10 * len(numeric) <= len(ENTRIES)
    assert all(ENTRIES[label].reason for label in numeric)


@pytest.mark.parametrize("label", ENTRIES)
def test_entry_is_complete(label: str) -> None:
    entry = ENTRIES[label]
    assert re.fullmatch(rf"eq-({'|'.join(SLUGS)})(-[a-z]+)+", label)
    assert entry.title[0].isupper() or entry.title[0].isdigit()
    assert not entry.title.endswith(".")
    statuses = {
        Definition: {"defined"},
        Assumption: {"assumed"},
        Derivation: {"proved", "numerically checked"},
    }
    assert entry.status in statuses[type(entry)]
    if entry.status == "proved":
        assert entry.reason == ""
        assert entry.independent
    else:
        assert entry.reason


@pytest.mark.parametrize("label", ENTRIES)
def test_latex_is_well_formed(label: str) -> None:
    entry = ENTRIES[label]
    shown = [entry.latex]
    if isinstance(entry, Derivation):
        shown += re.findall(r"\$\$\n(.*?)\n\$\$", entry._repr_markdown_(), flags=re.DOTALL)
    for text in shown:
        depth = 0
        for character in re.sub(r"\\[{}]", "", text):
            depth += {"{": 1, "}": -1}.get(character, 0)
            assert depth >= 0
        assert depth == 0
        assert text.count(r"\left") == text.count(r"\right")
        commands = set(re.findall(r"\\(?:operatorname\*|[A-Za-z]+|[^A-Za-z\s\\])", text))
        assert commands - {r"\begin", r"\end"} <= COMMANDS
        assert not re.search(r"\\(tag|label)\b", text)
        assert "--" not in text
        assert "+ -" not in text
    assert entry._repr_latex_() == f"$${entry.latex}$$"
    assert "\n" not in entry.latex


@pytest.mark.parametrize("label", DERIVATIONS)
def test_proof_shows_every_step_with_its_reason(label: str) -> None:
    derivation = DERIVATIONS[label]
    shown = derivation._repr_markdown_()
    assert derivation.latex in shown
    for number, step in enumerate(derivation.steps, start=1):
        assert rf"\text{{({number})}}" in shown
        assert f"\n{number}. {step.reason}\n" in shown
    # An empty line inside would end the block for CommonMark.
    for block in re.findall(r"\$\$\n(.*?)\n\$\$", shown, flags=re.DOTALL):
        assert "\n\n" not in block


def test_reasons_are_prose_with_inline_mathematics() -> None:
    for derivation in DERIVATIONS.values():
        for step in derivation.steps:
            assert step.reason.count("$") % 2 == 0
            assert not step.reason.endswith(".")


@pytest.mark.thorough
def test_latex_does_not_depend_on_the_hash_seed() -> None:
    program = (
        "from course_utils.derivations import entries, Derivation\n"
        "for e in entries().values():\n"
        "    print(e.latex, e._repr_markdown_() if isinstance(e, Derivation) else '')\n"
    )
    shown = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(shown) == 1
    assert len(shown.pop()) > 10_000


def test_no_two_entries_of_a_chapter_state_the_same() -> None:
    stated: dict[tuple[str, str], str] = {}
    for entry in ENTRIES.values():
        chapter = entry.label.split("-")[1]
        if isinstance(entry, Derivation):
            assert stated.setdefault((chapter, entry.latex), entry.label) == entry.label


def test_every_kind_of_step_says_what_it_is() -> None:
    kinds = {type(step.by) for e in DERIVATIONS.values() for step in e.steps}
    assert all(kind.label for kind in kinds)
    assert Insertion in kinds
    assert Numeric not in kinds
