r"""Entries of the equation ledger: derivations, definitions, assumptions.

A derivation is data: a statement, its assumptions, and a chain of steps, each with the reason why
it follows from the one before. `Entry.check` proves every step and fails naming the one that does
not follow.

    >>> from course_utils.derivations.formulas import symbol
    >>> a, b = symbol("a"), symbol("b")
    >>> square = Derivation(
    ...     label="eq-example-square",
    ...     title="Square of a sum",
    ...     steps=chain((a + b) ** 2, equals(a**2 + 2 * a * b + b**2, "multiply out")),
    ...     independent="none needed",
    ... )
    >>> square.check()
    >>> print(square.latex)
    (a + b)^2 = a^2 + 2 a b + b^2
    >>> square.status
    'proved'
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

import numpy as np
from mpmath import mp

from course_utils.derivations import memo
from course_utils.derivations.evaluation import DIGITS, table
from course_utils.derivations.formulas import (
    Big,
    DerivationError,
    Family,
    Formula,
    FormulaLike,
    Index,
    Item,
    Relation,
    Size,
    Symbol,
    equation,
    formula,
    free_indices,
    walk,
)
from course_utils.derivations.latex import domain, latex
from course_utils.derivations.notation import check_notation
from course_utils.derivations.steps import Equality, Insertion, Kind, Numeric, Setting

# Inputs are rounded to float64 before NumPy sees them: a few ulp, times the condition of a formula
# at values of moderate size.
TOLERANCE = 1e-12
POINTS = 4

inserted = Insertion()
algebra = Equality()


@dataclass(frozen=True)
class Step:
    """A relation, the reason for it, and the rule by which it is proved."""

    claim: Relation
    reason: str
    by: Kind = algebra
    continues: bool = False


@dataclass(frozen=True)
class Link:
    """The right side of a step whose left side is the right side before it."""

    op: str
    right: Formula
    reason: str
    by: Kind


def equals(right: FormulaLike, reason: str, by: Kind = algebra) -> Link:
    return Link("=", formula(right), reason, by)


def at_most(right: FormulaLike, reason: str, by: Kind) -> Link:
    return Link("≤", formula(right), reason, by)


def at_least(right: FormulaLike, reason: str, by: Kind) -> Link:
    return Link("≥", formula(right), reason, by)


def less(right: FormulaLike, reason: str, by: Kind) -> Link:
    return Link("<", formula(right), reason, by)


def greater(right: FormulaLike, reason: str, by: Kind) -> Link:
    return Link(">", formula(right), reason, by)


def differs(right: FormulaLike, reason: str, by: Kind) -> Link:
    return Link("≠", formula(right), reason, by)


def chain(first: FormulaLike, *links: Link) -> tuple[Step, ...]:
    """Steps that start from `first` and go on from one right side to the next."""
    steps: list[Step] = []
    left = formula(first)
    for link in links:
        claim = Relation(left, link.op, link.right)
        steps.append(Step(claim, link.reason, link.by, continues=bool(steps)))
        left = link.right
    return tuple(steps)


def claim(relation: Relation, reason: str, by: Kind) -> tuple[Step, ...]:
    """A step that stands alone."""
    return (Step(relation, reason, by),)


@dataclass(frozen=True, kw_only=True, repr=False)
class Entry(ABC):
    """What the ledger holds for one equation."""

    label: str
    title: str
    independent: str = ""
    numpy: Callable[..., Any] | None = field(default=None, compare=False)
    domain: tuple[Formula, ...] = ()

    @property
    @abstractmethod
    def status(self) -> str:
        """How the equation is known: proved, numerically checked, defined or assumed."""

    @property
    def reason(self) -> str:
        return ""

    @property
    @abstractmethod
    def relation(self) -> Relation:
        """What the equation states."""

    @property
    def latex(self) -> str:
        """The statement, without delimiters."""
        shown = latex(self.relation)
        if self.domain:
            shown += r" \qquad (" + r",\; ".join(domain(part) for part in self.domain) + ")"
        return shown

    def check(self) -> None:
        """Prove the entry, unless this very source was proved before; raise `DerivationError`."""
        memo.once(self, self.prove, registered=_is_registered)

    @abstractmethod
    def prove(self) -> None:
        """Prove the entry without looking whether that was done before."""

    def __repr__(self) -> str:
        # Short and the same in every run: it stands beside the proof in a notebook's output.
        return f"<{type(self).__name__} {self.label}: {self.title}>"

    def _repr_latex_(self) -> str:
        return f"$${self.latex}$$"

    def _failed(self, where: str, statement: str, reason: str, error: Exception) -> DerivationError:
        return DerivationError(f"{self.label}, {where}: {statement} [{reason}] fails: {error}")

    def _compare(self, formula_: Formula, over: Sequence[Index], setting: Setting) -> None:
        """Hold the values of a formula against a NumPy function at random points."""
        if self.numpy is None:
            return
        leaves = {leaf.name: leaf for leaf in _leaves(self.relation, setting)}
        for seed in range(POINTS):
            point = setting.point(seed)
            with mp.workdps(DIGITS):
                expected = np.asarray(table(formula_, over, point))
                names = list(inspect.signature(self.numpy).parameters)
                if unknown := set(names) - set(leaves):
                    raise DerivationError(f"the NumPy function asks for {min(unknown)!r}")
                values = {name: _as_array(leaves[name], point) for name in names}
            actual = np.asarray(self.numpy(**values))
            if actual.shape != expected.shape:
                raise DerivationError(
                    f"the NumPy function gives the shape {actual.shape}, not {expected.shape}"
                )
            error = np.abs(actual - expected)
            if not np.all(error <= TOLERANCE * (1 + np.abs(expected))):
                raise DerivationError(f"the NumPy function differs by {error.max():.2g}")


@dataclass(frozen=True, kw_only=True, repr=False)
class Definition(Entry):
    """Introduces a symbol; agrees with the package's function where there is one.

    `example`: what unknown functions are in the evaluation at random points, where any will not do.
    """

    symbol: Formula
    expression: Formula
    introduces: str
    where: tuple[Definition, ...] = ()
    example: tuple[tuple[Formula, Formula], ...] = ()

    @property
    def status(self) -> str:
        return "defined"

    @property
    def reason(self) -> str:
        return self.introduces

    @property
    def relation(self) -> Relation:
        return equation(self.symbol, self.expression)

    def prove(self) -> None:
        try:
            check_notation([self.relation])
            inside = free_indices(self.expression) - free_indices(self.symbol)
            stray = [index for index in inside if not index.is_label]
            if stray:
                raise DerivationError(f"the index {min(i.name for i in stray)!r} is free")
            setting = Setting(definitions=_pairs((*self.where, self)), given=self.example)
            with mp.workdps(DIGITS):
                if not mp.isfinite(setting.point(0).value(self.expression)):
                    raise DerivationError("it has no finite value at a random point")
            self._compare(self.expression, _order(self.symbol), setting)
        except (DerivationError, ValueError, TypeError) as error:
            raise self._failed("definition", self.latex, self.introduces, error) from error


@dataclass(frozen=True, kw_only=True, repr=False)
class Assumption(Entry):
    """Is taken for granted, and says why."""

    statement: Relation
    why: str

    @property
    def status(self) -> str:
        return "assumed"

    @property
    def reason(self) -> str:
        return self.why

    @property
    def relation(self) -> Relation:
        return self.statement

    def prove(self) -> None:
        try:
            check_notation([self.statement])
        except DerivationError as error:
            raise self._failed("assumption", self.latex, self.why, error) from error


@dataclass(frozen=True, kw_only=True, repr=False)
class Derivation(Entry):
    """A statement with its proof.

    `where`: the definitions that are inserted. `let`: abbreviations for this proof alone, pairs of
    a symbol and what it stands for. `assumptions`: sentences, equations that the steps
    may use, or entries of the ledger. `example`: values that satisfy the assumptions, for the
    evaluation at random points. `statement`: by default the conclusion of the last chain.
    """

    steps: tuple[Step, ...]
    where: tuple[Definition, ...] = ()
    let: tuple[tuple[Symbol, Formula], ...] = ()
    assumptions: tuple[str | Relation | Assumption, ...] = ()
    example: tuple[tuple[Formula, Formula], ...] = ()
    statement: Relation | None = None

    @property
    def status(self) -> str:
        numeric = any(isinstance(step.by, Numeric) for step in self.steps)
        return "numerically checked" if numeric else "proved"

    @property
    def reason(self) -> str:
        return "; ".join(step.by.why for step in self.steps if isinstance(step.by, Numeric))

    @property
    def relation(self) -> Relation:
        return self.statement or self.conclusions()[-1]

    def chains(self) -> list[list[Step]]:
        """The steps, cut where a new left side begins."""
        found: list[list[Step]] = []
        for step in self.steps:
            if step.continues and found:
                found[-1].append(step)
            else:
                found.append([step])
        return found

    def conclusions(self) -> list[Relation]:
        """What each chain proves as a whole."""
        return [_conclusion(steps) for steps in self.chains()]

    def prove(self) -> None:
        self._prove_frame()
        for number in range(1, len(self.steps) + 1):
            self.prove_step(number)
        try:
            self._compare(self.relation.right, _order(self.relation.left), self.setting())
        except (DerivationError, ValueError, TypeError) as error:
            raise self._failed("comparison", self.latex, self.independent, error) from error

    def prove_step(self, number: int) -> None:
        """Prove one step, counted from 1, from what stands before it."""
        step, setting = self.steps[number - 1], self.setting(number)
        try:
            check_notation([step.claim])
            with mp.workdps(DIGITS):
                step.by.try_numbers(step.claim, setting)
            step.by.prove(step.claim, setting)
        except (DerivationError, ValueError, TypeError, ArithmeticError) as error:
            where = f"step {number}"
            raise self._failed(where, latex(step.claim), step.reason, error) from error

    def setting(self, number: int = 1) -> Setting:
        """What the step `number` may use."""
        stated = [
            part.statement if isinstance(part, Assumption) else part for part in self.assumptions
        ]
        facts = [part for part in stated if isinstance(part, Relation) and part.op == "="]
        known, start = [], 0
        for place, step in enumerate(self.steps[: number - 1]):
            start = start if step.continues else place
            known += [step.claim, _conclusion(self.steps[start : place + 1])]
        definitions = (*_pairs(self.where), *self.let)
        return Setting(definitions, tuple(facts), self.example, tuple(known))

    def _prove_frame(self) -> None:
        """Check what belongs to no single step."""
        try:
            if not self.independent:
                raise DerivationError("it says nothing of an independent check")
            if all(isinstance(step.by, Insertion) for step in self.steps):
                raise DerivationError("inserting definitions alone proves nothing")
            if self.steps[0].continues:
                raise DerivationError("the first step has nothing to go on from")
            for earlier, later in zip(self.steps, self.steps[1:], strict=False):
                if later.continues and later.claim.left != earlier.claim.right:
                    raise DerivationError("a chain must go on from the right side before")
            if not set(_links(self.relation)) <= set(self.conclusions()):
                raise DerivationError("no chain of its steps ends in the statement")
            facts = [part for part in self.assumptions if isinstance(part, Relation)]
            meanings = [equation(*pair) for pair in (*self.setting().definitions, *self.example)]
            claims = [step.claim for step in self.steps]
            check_notation([self.relation, *facts, *meanings, *claims])
        except DerivationError as error:
            raise self._failed("statement", self.latex, self.title, error) from error

    def _repr_markdown_(self) -> str:
        """The whole proof as CommonMark with mathematics in dollars."""
        parts = [f"**{self.title}.**", f"$$\n{self.latex}\n$$"]
        named = [latex(equation(*pair)) for pair in _pairs(self.where)]
        named += [latex(equation(short, long)) for short, long in self.let]
        terms = [f"- with ${shown}$" for shown in named]
        for part in self.assumptions:
            if isinstance(part, str):
                terms.append(f"- {part}")
            else:
                shown = latex(part) if isinstance(part, Relation) else part.latex
                terms.append(f"- assuming ${shown}$")
        if terms:
            parts.append("\n".join(terms))
        parts.append("*Proof.*")
        number = 0
        for steps in self.chains():
            lines, reasons = [], []
            for step in steps:
                number += 1
                left = "" if step.continues else latex(step.claim.left)
                right = latex(Relation(formula(0), step.claim.op, step.claim.right))[2:]
                lines.append(rf"{left} &{right} && \text{{({number})}}")
                reasons.append(f"{number}. {step.reason}")
            body = " \\\\\n".join(lines)
            parts.append(f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$")
            parts.append("\n".join(reasons))
        return "\n\n".join(parts) + "\n"


def _conclusion(steps: Sequence[Step]) -> Relation:
    ops = {step.claim.op for step in steps} - {"="}
    if len(steps) == 1:
        return steps[0].claim
    for strict, weak in (("<", "≤"), (">", "≥")):
        if ops and ops <= {strict, weak}:
            op = strict if strict in ops else weak
            break
    else:
        if len(ops) > 1 or (ops and sum(step.claim.op != "=" for step in steps) > 1):
            raise DerivationError(f"a chain cannot join {' and '.join(sorted(ops))}")
        op = next(iter(ops), "=")
    return Relation(steps[0].claim.left, op, steps[-1].claim.right)


def _links(statement: Relation) -> list[Relation]:
    """The relations that a statement such as a ≤ b ≤ c joins."""
    if isinstance(statement.left, Relation) and statement.op != "⟺":
        return [*_links(statement.left), replace(statement, left=statement.left.right)]
    return [statement]


def _pairs(definitions: Sequence[Definition]) -> tuple[tuple[Formula, Formula], ...]:
    found: dict[str, tuple[Formula, Formula]] = {}
    for definition in definitions:
        for inner in definition.where:
            found[inner.label] = (inner.symbol, inner.expression)
        found[definition.label] = (definition.symbol, definition.expression)
    return tuple(found.values())


def _order(node: Formula) -> list[Index]:
    """The free indices in the order in which they are read."""
    free = free_indices(node)
    found = [part for part in walk(node) if isinstance(part, Index) and part in free]
    return list(dict.fromkeys(index for index in found if not index.is_label))


def _leaves(node: Formula, setting: Setting) -> list[Any]:
    inside = [node, *(body for _, body in setting.definitions)]
    found: list[Any] = []
    for part in (part for each in inside for part in walk(each)):
        if isinstance(part, Item):
            found += [part.family, *part.family.sizes]
        elif isinstance(part, Big):
            found += [part.index.size]
        elif isinstance(part, Symbol | Size | Index):
            found += [part]
    return [leaf for leaf in found if isinstance(leaf, Family | Symbol | Size | Index)]


def _as_array(leaf: Any, point: Any) -> Any:
    """The value of a variable as NumPy functions take it: labels count from 0."""
    if isinstance(leaf, Index):
        return point.value(leaf) - 1
    if isinstance(leaf, Family):
        places = [Index(f"place {axis}", bound) for axis, bound in enumerate(leaf.sizes)]
        member = leaf[tuple(places)] if len(places) > 1 else leaf[places[0]]
        values = np.asarray(table(member, places, point))
        return values.astype(int) - 1 if leaf.labels is not None else values
    return float(point.value(leaf))


# All entries of the book.


def entries() -> dict[str, Entry]:
    """Every entry of every module of `course_utils.derivations`, by label."""
    package = importlib.import_module("course_utils.derivations")
    found: dict[str, Entry] = {}
    for information in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{information.name}")
        for value in vars(module).values():
            if isinstance(value, Entry) and found.setdefault(value.label, value) is not value:
                raise DerivationError(f"two entries have the label {value.label!r}")
    return found


def get(label: str) -> Entry:
    """The entry with this label; a `KeyError` names the labels that come close."""
    known = entries()
    if label in known:
        return known[label]
    close = get_close_matches(label, known, n=3)
    hint = f"; did you mean {', '.join(close)}?" if close else ""
    raise KeyError(f"no entry has the label {label!r}{hint}")


def _is_registered(entry: Entry) -> bool:
    return entries().get(entry.label) is entry
