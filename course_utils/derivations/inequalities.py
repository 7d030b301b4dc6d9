"""Steps that prove inequalities: identities with signs, and lemmas in one variable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

import sympy

from course_utils.derivations.formulas import (
    ONE,
    ZERO,
    At,
    Big,
    Binary,
    DerivationError,
    Formula,
    Index,
    Integral,
    Interval,
    Negative,
    Partial,
    Relation,
    Symbol,
    substitute,
)
from course_utils.derivations.meaning import Algebra
from course_utils.derivations.steps import (
    Kind,
    Setting,
    require,
    require_independent,
    require_inside,
)


class Proved(Protocol):
    """A lemma: an entry that proves an inequality in one variable by its minimum."""

    @property
    def relation(self) -> Relation: ...

    @property
    def steps(self) -> Sequence[Any]: ...

    def check(self) -> None: ...


def _larger_first(claim: Relation) -> tuple[Formula, Formula]:
    require(claim.op in ("<", "≤", ">", "≥"), "an inequality is claimed by < ≤ > or ≥")
    return (claim.right, claim.left) if claim.op in "<≤" else (claim.left, claim.right)


@dataclass(frozen=True)
class Sign(Kind):
    """The difference of the sides has a sign: squares, and products of positive factors."""

    label: ClassVar[str] = "sign"

    def prove(self, claim: Relation, setting: Setting) -> None:
        larger, smaller = _larger_first(claim)
        difference = larger if smaller == ZERO else larger - smaller
        difference = -smaller if larger == ZERO else difference
        lowest = _least_sign(difference, setting.algebra())
        if claim.op in "<>":
            require(lowest == 1, "the difference is not seen to be positive")
        else:
            require(lowest >= 0, "the difference is not seen to be at least 0")


def _least_sign(node: Formula, algebra: Algebra) -> int:
    """1 if positive, 0 if not negative, -1 if nothing is known; term by term and by factors."""
    expression = algebra.expression(node)
    if algebra.is_positive(expression):
        return 1
    if algebra.is_non_negative(expression):
        return 0
    match node:
        case Big(kind="sum"):
            return _least_sign(node.body, algebra)
        case Integral():
            # Signs are known where the variable is declared to live: just between the two ends.
            width = algebra.expression(node.upper - node.lower)
            declared = node.variable.interval == Interval(node.lower, node.upper)
            if declared and algebra.is_positive(width):
                return _least_sign(node.body, algebra)
        case Binary(op="+"):
            parts = [_least_sign(part, algebra) for part in (node.left, node.right)]
            return max(parts) if min(parts) >= 0 else -1
        case Binary(op="-"):
            return _least_sign(node.left + -node.right, algebra)
        case Binary(op="*" | "/"):
            for sign in (1, -1):
                sides = [part if sign == 1 else -part for part in (node.left, node.right)]
                parts = [_least_sign(part, algebra) for part in sides]
                if min(parts) >= 0:
                    return min(parts)
        case Negative(body=Binary(op="*" | "/") as inner):
            parts = [_least_sign(replace(inner, left=-inner.left), algebra)]
            parts += [_least_sign(replace(inner, right=-inner.right), algebra)]
            return max(parts)
        case Negative(body=Big(kind="sum") as inner):
            return _least_sign(replace(inner, body=-inner.body), algebra)
        case Negative(body=Negative() as inner):
            return _least_sign(inner.body, algebra)
    return -1


@dataclass(frozen=True)
class Rearrangement(Kind):
    """An inequality that stands proved, with terms on other sides or a positive factor."""

    label: ClassVar[str] = "rearrangement"

    def prove(self, claim: Relation, setting: Setting) -> None:
        algebra = setting.algebra()
        larger, smaller = _larger_first(claim)
        difference = algebra.expression(larger - smaller)
        for known in setting.known:
            if known.op not in "<≤>≥" or (known.op in "<>") != (claim.op in "<>"):
                continue
            before, after = _larger_first(known)
            ratio = sympy.cancel(difference / algebra.expression(before - after))
            if algebra.is_positive(ratio):
                return
        raise DerivationError("no inequality before it says this")


@dataclass(frozen=True)
class Minimum(Kind):
    """Lemma in one variable: the difference of the sides is 0 at `at` and grows away from it."""

    label: ClassVar[str] = "lemma"
    variable: Symbol
    at: Formula

    def prove(self, claim: Relation, setting: Setting) -> None:
        require(claim.op in "≤≥", "the lemma claims ≤ or ≥")
        require_independent(self.at, self.variable)
        algebra = setting.algebra()
        larger, smaller = _larger_first(claim)
        difference = larger - smaller
        lowest = algebra.expression(At(difference, self.variable, self.at))
        require(lowest == 0, "the sides do not agree at the minimum")
        slope = algebra.expression(Partial(difference, self.variable))
        interval = self.variable.interval
        if interval.closed and interval.lower == self.at:
            require(algebra.is_positive(slope), "the difference does not grow from its lower end")
            return
        away = algebra.expression(self.variable - self.at)
        require(
            algebra.is_positive(sympy.cancel(slope / away)),
            "the difference does not fall before the minimum and rise after it",
        )


@dataclass(frozen=True)
class Termwise(Kind):
    """A lemma at `at`, times a weight that is not negative, summed over indices.

    `under`: a variable and the ends between which the lemma is integrated after that.
    """

    label: ClassVar[str] = "lemma, summed termwise"
    lemma: Proved
    at: Formula
    weight: Formula = ONE
    over: tuple[Index, ...] = ()
    under: tuple[Symbol, Formula, Formula] | None = None

    def prove(self, claim: Relation, setting: Setting) -> None:
        require(claim.op in "≤≥", "the lemma gives ≤ or ≥")
        algebra = setting.algebra()
        gain, _ = self.gain()
        larger, smaller = _larger_first(claim)
        require(algebra.equal(larger - smaller, gain), "the lemma gives another difference")
        self.check_use(algebra)

    def gain(self) -> tuple[Formula, Minimum]:
        """Larger minus smaller side of the lemma, weighted and summed; and how it is proved."""
        self.lemma.check()
        rule = self.lemma.steps[-1].by
        if not isinstance(rule, Minimum):
            raise DerivationError("the lemma is not proved by its minimum")
        larger, smaller = _larger_first(self.lemma.relation)
        summed = substitute(self.weight * (larger - smaller), {rule.variable: self.at})
        for index in self.over:
            summed = Big("sum", index, summed)
        if self.under:
            summed = Integral(summed, *self.under)
        return summed, rule

    def check_use(self, algebra: Algebra, *, strict: bool = False) -> None:
        """Raise unless the weight has its sign and the lemma holds at `at`."""
        weight = algebra.expression(self.weight)
        signed = algebra.is_positive(weight) if strict else algebra.is_non_negative(weight)
        require(signed, "the weight may be negative")
        rule = self.lemma.steps[-1].by
        require_inside(self.at, rule.variable, algebra)


@dataclass(frozen=True)
class EqualityCase(Kind):
    """A sum of terms that a lemma keeps from being negative is 0 only if each of them is.

    The claim is "left = right ⟺ a = b for every index": the difference of left and right is the
    lemma's, with positive weights, and its argument is at the minimum exactly if a = b.
    """

    label: ClassVar[str] = "case of equality"
    lemma: Proved
    at: Formula
    weight: Formula = ONE
    over: tuple[Index, ...] = ()

    def prove(self, claim: Relation, setting: Setting) -> None:
        whole_claim, each = claim.left, claim.right
        if not (isinstance(whole_claim, Relation) and isinstance(each, Relation)):
            raise DerivationError("the claim joins two equations by ⟺")
        require(
            claim.op == "⟺" and whole_claim.op == "=" and each.op == "=",
            "the claim joins two equations by ⟺",
        )
        require(each.every == self.over, "the equation on the right holds for every index")
        algebra = setting.algebra()
        use = Termwise(self.lemma, self.at, self.weight, self.over)
        gain, rule = use.gain()
        equal = algebra.equal(whole_claim.left - whole_claim.right, gain) or algebra.equal(
            whole_claim.right - whole_claim.left, gain
        )
        require(equal, "the lemma gives another difference")
        use.check_use(algebra, strict=True)
        away = algebra.expression(self.at - rule.at)
        ratio = sympy.cancel(away / algebra.expression(each.left - each.right))
        require(
            algebra.is_positive(ratio) or algebra.is_positive(-ratio),
            "the minimum of the lemma is not where the two sides agree",
        )

    def try_numbers(self, claim: Relation, setting: Setting) -> None:
        assert isinstance(claim.left, Relation)
        assert isinstance(claim.right, Relation)
        for seed in range(self.points):
            point = setting.point(seed)
            every = [
                point.with_value(index.name, place)
                for index in self.over
                for place in range(1, point.size(index.size) + 1)
            ]
            each = all(here.holds(claim.right) for here in every)
            require(point.holds(claim.left) == each, "it is false at a random point")


@dataclass(frozen=True)
class OneTerm(Kind):
    """A sum of terms that are not negative is at least each of them."""

    label: ClassVar[str] = "one term of a sum"
    term: Index

    def prove(self, claim: Relation, setting: Setting) -> None:
        larger, smaller = _larger_first(claim)
        require(claim.op in "≤≥", "one term gives ≤ or ≥")
        if not (isinstance(larger, Big) and larger.kind == "sum"):
            raise DerivationError("the larger side is no sum")
        require(larger.index.size == self.term.size, "the term is none of this sum")
        algebra = setting.algebra()
        one = substitute(larger.body, {larger.index: self.term})
        require(algebra.equal(one, smaller), "the smaller side is not that term")
        require(algebra.is_non_negative(algebra.expression(larger.body)), "a term may be negative")


@dataclass(frozen=True)
class Increasing(Kind):
    """A growing function on both sides of an inequality that stands proved."""

    label: ClassVar[str] = "monotone function"
    function: Formula
    variable: Symbol

    def prove(self, claim: Relation, setting: Setting) -> None:
        algebra = setting.algebra()
        slope = algebra.expression(Partial(self.function, self.variable))
        require(algebra.is_positive(slope), "the function does not grow everywhere")
        for known in setting.known:
            sides = [
                substitute(self.function, {self.variable: side})
                for side in (known.left, known.right)
            ]
            if known.op == claim.op and sides == [claim.left, claim.right]:
                for side in (known.left, known.right):
                    require_inside(side, self.variable, algebra)
                return
        raise DerivationError("no inequality before it becomes this one by the function")
