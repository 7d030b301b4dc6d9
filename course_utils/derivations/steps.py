"""The kinds of step, each with the rule by which it is proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

import sympy
from mpmath import mp

from course_utils.derivations.evaluation import Point
from course_utils.derivations.formulas import (
    ONE,
    ZERO,
    Apply,
    At,
    Big,
    Binary,
    DerivationError,
    Extremum,
    Formula,
    Index,
    Integral,
    Item,
    Limit,
    Negative,
    Partial,
    Relation,
    Size,
    Symbol,
    bound_by,
    children,
    free_indices,
    name_of,
    rebuild,
    substitute,
    walk,
)
from course_utils.derivations.sums import Algebra

Definitions = Sequence[tuple[Formula, Formula]]


@dataclass(frozen=True)
class Setting:
    """What a step may use: definitions, facts, and what stands proved before it."""

    definitions: tuple[tuple[Formula, Formula], ...] = ()
    facts: tuple[Relation, ...] = ()
    given: tuple[tuple[Formula, Formula], ...] = ()
    known: tuple[Relation, ...] = ()

    def algebra(self, *, logarithm_of_product: bool = True) -> Algebra:
        return Algebra(self.definitions, self.facts, logarithm_of_product=logarithm_of_product)

    def point(self, seed: int) -> Point:
        return Point(seed, self.definitions, self.given)


@dataclass(frozen=True)
class Kind:
    """A rule of proof: `prove` raises if the claim does not follow by it."""

    label: ClassVar[str] = ""
    points: ClassVar[int] = 3

    def prove(self, claim: Relation, setting: Setting) -> None:
        raise NotImplementedError

    def try_numbers(self, claim: Relation, setting: Setting) -> None:
        """Evaluate both sides at random points, by loops and finite differences."""
        for seed in range(self.points):
            point = setting.point(seed)
            if not point.holds(claim):
                raise DerivationError(f"it is false at a random point ({_shown(point, claim)})")


def _shown(point: Point, claim: Relation) -> str:
    left, right = point.value(claim.left), point.value(claim.right)
    return f"left {mp.nstr(left, 8)}, right {mp.nstr(right, 8)}"


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise DerivationError(message)


class Proved(Protocol):
    """A lemma: an entry that proves an inequality in one variable by its minimum."""

    @property
    def relation(self) -> Relation: ...

    @property
    def steps(self) -> Sequence[Any]: ...

    def check(self) -> None: ...


@dataclass(frozen=True)
class Insertion(Kind):
    """Both sides are the same once the definitions are inserted, without any algebra."""

    label: ClassVar[str] = "definition"

    def prove(self, claim: Relation, setting: Setting) -> None:
        _require(claim.op == "=", "inserting a definition gives an equation")
        left, right = (_inserted(side, setting.definitions) for side in (claim.left, claim.right))
        _require(claim.left != claim.right, "both sides are the same formula")
        _require(left == right, "the sides differ after the definitions are inserted")


@dataclass(frozen=True)
class Equality(Kind):
    """Both sides are the same function, for every size: by the normal form of `sums`."""

    label: ClassVar[str] = "equality"

    def prove(self, claim: Relation, setting: Setting) -> None:
        _require(claim.op == "=", "an equality step claims an equation")
        left, right = (_inserted(side, setting.definitions) for side in (claim.left, claim.right))
        _require(
            left != right,
            "both sides are the same by definition: nothing would be checked against itself",
        )
        equal = setting.algebra().equal(claim.left, claim.right)
        _require(equal, "the difference of its sides does not cancel")


def _inserted(node: Formula, definitions: Definitions) -> Formula:
    """The formula with definitions written out and bound indices named by their depth."""
    named = {name_of(defined): (defined, body) for defined, body in definitions}
    return _numbered(_written_out(node, named), 0)


def _written_out(node: Formula, named: dict[str, tuple[Formula, Formula]]) -> Formula:
    if isinstance(node, Partial | At):
        # The variable itself stays: one differentiates by it before its meaning is inserted.
        inner = {name: pair for name, pair in named.items() if name != name_of(node.variable)}
        return replace(node, body=_written_out(node.body, inner))
    node = rebuild(node, tuple(_written_out(child, named) for child in children(node)))
    if not isinstance(node, Symbol | Item | Apply) or name_of(node) not in named:
        return node
    defined, body = named[name_of(node)]
    if isinstance(node, Item):
        assert isinstance(defined, Item)
        body = substitute(body, dict(zip(defined.subscripts, node.subscripts, strict=True)))
    elif isinstance(node, Apply):
        assert isinstance(defined, Apply)
        pairs = zip(defined.arguments + defined.given, node.arguments + node.given, strict=True)
        body = substitute(body, dict(pairs))
    return _written_out(body, named)


def _numbered(node: Formula, depth: int) -> Formula:
    if isinstance(node, Big):
        plain = replace(node.index, name=f"bound {depth}", head="")
        body = substitute(node.body, {node.index: plain})
        return Big(node.kind, plain, _numbered(body, depth + 1))
    return rebuild(node, tuple(_numbered(child, depth) for child in children(node)))


@dataclass(frozen=True)
class Reindexing(Equality):
    """An equality by which a sum runs over another index; a delta picks the terms."""

    label: ClassVar[str] = "re-indexing"

    def prove(self, claim: Relation, setting: Setting) -> None:
        before, after = (
            {part.index.size for part in walk(side) if isinstance(part, Big)}
            for side in (claim.left, claim.right)
        )
        _require(before != after, "both sides are summed over the same ranges")
        super().prove(claim, setting)


@dataclass(frozen=True)
class Earlier(Equality):
    """An equality by the equations that stand proved before it."""

    label: ClassVar[str] = "earlier step"

    def prove(self, claim: Relation, setting: Setting) -> None:
        known = tuple(fact for fact in setting.known if fact.op == "=")
        super().prove(claim, replace(setting, facts=(*setting.facts, *known)))


@dataclass(frozen=True)
class Replacement(Kind):
    """Equals are put for equals inside a formula: under a derivative, an integral or a sum."""

    label: ClassVar[str] = "replacement"

    def prove(self, claim: Relation, setting: Setting) -> None:
        _require(claim.op == "=", "replacing equals gives an equation")
        for fact in (*setting.facts, *setting.known):
            if fact.op != "=":
                continue
            every = frozenset(fact.every)
            for old, new in ((fact.left, fact.right), (fact.right, fact.left)):
                replaced = _replaced(claim.left, old, new, every)
                if replaced == claim.right and replaced != claim.left:
                    return
        raise DerivationError("no equation that is assumed or proved before it does this")


def _replaced(node: Formula, old: Formula, new: Formula, every: frozenset[Index]) -> Formula:
    if node == old:
        return new
    # Where a variable varies, only what holds for all its values may be replaced: a property of
    # a function, not the value of a variable.
    varies = isinstance(node, Partial | Integral | Limit | At | Extremum)
    property_of_function = any(isinstance(part, Apply) for part in walk(old))
    if (bound_by(node) & free_indices(old)) - every or (varies and not property_of_function):
        return node
    return rebuild(node, tuple(_replaced(child, old, new, every) for child in children(node)))


@dataclass(frozen=True)
class Induction(Kind):
    """An equation for every size: it holds for 1, and one more term changes both sides alike."""

    label: ClassVar[str] = "induction"
    over: Size

    def prove(self, claim: Relation, setting: Setting) -> None:
        _require(claim.op == "=", "induction proves an equation")
        _require(self.over.least == 1 and self.over.offset == 0, "induction starts from 1")
        # Without this, the rule to be proved would be used in its own proof.
        algebra = setting.algebra(logarithm_of_product=False)
        first = [substitute(side, {self.over: ONE}) for side in (claim.left, claim.right)]
        _require(algebra.equal(*first), f"it does not hold for {self.over.name} = 1")
        left, right = (
            _one_more(side, self.over, setting.definitions) for side in (claim.left, claim.right)
        )
        hypothesis = replace(setting, facts=(*setting.facts, claim))
        equal = hypothesis.algebra(logarithm_of_product=False).equal(left, right)
        _require(equal, f"it does not pass on from {self.over.name} to {self.over.name} + 1")


def _one_more(node: Formula, over: Size, definitions: Definitions) -> Formula:
    """The formula for one more term, which stands outside its sum or product."""
    node = _inserted(node, definitions)
    if isinstance(node, Big) and node.index.size == over:
        _require(node.kind in ("sum", "product"), "a maximum has no induction step")
        last = substitute(node.body, {node.index: replace(over, offset=1)})
        inner = Big(node.kind, node.index, _one_more(node.body, over, ()))
        return Binary("+" if node.kind == "sum" else "*", inner, last)
    if node == over:
        return replace(over, offset=1)
    return rebuild(node, tuple(_one_more(child, over, ()) for child in children(node)))


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
            _require(lowest == 1, "the difference is not seen to be positive")
        else:
            _require(lowest >= 0, "the difference is not seen to be at least 0")


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


def _larger_first(claim: Relation) -> tuple[Formula, Formula]:
    _require(claim.op in ("<", "≤", ">", "≥"), "an inequality is claimed by < ≤ > or ≥")
    return (claim.right, claim.left) if claim.op in "<≤" else (claim.left, claim.right)


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
        _require(claim.op in "≤≥", "the lemma claims ≤ or ≥")
        _require_independent(self.at, self.variable)
        algebra = setting.algebra()
        larger, smaller = _larger_first(claim)
        difference = larger - smaller
        lowest = algebra.expression(At(difference, self.variable, self.at))
        _require(lowest == 0, "the sides do not agree at the minimum")
        slope = algebra.expression(Partial(difference, self.variable))
        interval = self.variable.interval
        if interval.closed and interval.lower == self.at:
            _require(algebra.is_positive(slope), "the difference does not grow from its lower end")
            return
        away = algebra.expression(self.variable - self.at)
        _require(
            algebra.is_positive(sympy.cancel(slope / away)),
            "the difference does not fall before the minimum and rise after it",
        )


@dataclass(frozen=True)
class Termwise(Kind):
    """A lemma at `at`, times a weight that is not negative, summed over indices."""

    label: ClassVar[str] = "lemma, summed termwise"
    lemma: Proved
    at: Formula
    weight: Formula = ONE
    over: tuple[Index, ...] = ()

    def prove(self, claim: Relation, setting: Setting) -> None:
        _require(claim.op in "≤≥", "the lemma gives ≤ or ≥")
        algebra = setting.algebra()
        gain, _ = self.gain()
        larger, smaller = _larger_first(claim)
        _require(algebra.equal(larger - smaller, gain), "the lemma gives another difference")
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
        return summed, rule

    def check_use(self, algebra: Algebra, *, strict: bool = False) -> None:
        """Raise unless the weight has its sign and the lemma holds at `at`."""
        weight = algebra.expression(self.weight)
        signed = algebra.is_positive(weight) if strict else algebra.is_non_negative(weight)
        _require(signed, "the weight may be negative")
        rule = self.lemma.steps[-1].by
        _require_inside(self.at, rule.variable, algebra)


def _require_independent(value: Formula, variable: Formula) -> None:
    _require(variable not in walk(value), "it depends on the variable itself")


def _require_inside(value: Formula, variable: Symbol, algebra: Algebra) -> None:
    interval = variable.interval
    for end, sign in ((interval.lower, 1), (interval.upper, -1)):
        if end is not None:
            distance = algebra.expression(value - end if sign > 0 else end - value)
            inside = (
                algebra.is_non_negative(distance)
                if interval.closed
                else algebra.is_positive(distance)
            )
            _require(inside, f"its argument may lie outside the domain of {variable.name}")


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
        _require(
            claim.op == "⟺" and whole_claim.op == "=" and each.op == "=",
            "the claim joins two equations by ⟺",
        )
        _require(each.every == self.over, "the equation on the right holds for every index")
        algebra = setting.algebra()
        use = Termwise(self.lemma, self.at, self.weight, self.over)
        gain, rule = use.gain()
        equal = algebra.equal(whole_claim.left - whole_claim.right, gain) or algebra.equal(
            whole_claim.right - whole_claim.left, gain
        )
        _require(equal, "the lemma gives another difference")
        use.check_use(algebra, strict=True)
        away = algebra.expression(self.at - rule.at)
        ratio = sympy.cancel(away / algebra.expression(each.left - each.right))
        _require(
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
            _require(point.holds(claim.left) == each, "it is false at a random point")


@dataclass(frozen=True)
class OneTerm(Kind):
    """A sum of terms that are not negative is at least each of them."""

    label: ClassVar[str] = "one term of a sum"
    term: Index

    def prove(self, claim: Relation, setting: Setting) -> None:
        larger, smaller = _larger_first(claim)
        _require(claim.op in "≤≥", "one term gives ≤ or ≥")
        if not (isinstance(larger, Big) and larger.kind == "sum"):
            raise DerivationError("the larger side is no sum")
        _require(larger.index.size == self.term.size, "the term is none of this sum")
        algebra = setting.algebra()
        one = substitute(larger.body, {larger.index: self.term})
        _require(algebra.equal(one, smaller), "the smaller side is not that term")
        _require(algebra.is_non_negative(algebra.expression(larger.body)), "a term may be negative")


@dataclass(frozen=True)
class Increasing(Kind):
    """A growing function on both sides of an inequality that stands proved."""

    label: ClassVar[str] = "monotone function"
    function: Formula
    variable: Symbol

    def prove(self, claim: Relation, setting: Setting) -> None:
        algebra = setting.algebra()
        slope = algebra.expression(Partial(self.function, self.variable))
        _require(algebra.is_positive(slope), "the function does not grow everywhere")
        for known in setting.known:
            sides = [
                substitute(self.function, {self.variable: side})
                for side in (known.left, known.right)
            ]
            if known.op == claim.op and sides == [claim.left, claim.right]:
                for side in (known.left, known.right):
                    _require_inside(side, self.variable, algebra)
                return
        raise DerivationError("no inequality before it becomes this one by the function")


@dataclass(frozen=True)
class SignOfDerivative(Kind):
    """The extremum on an interval: before the point the function grows, after it it falls."""

    label: ClassVar[str] = "sign of the derivative"

    def prove(self, claim: Relation, setting: Setting) -> None:
        extremum = claim.left
        if not (isinstance(extremum, Extremum) and claim.op == "="):
            raise DerivationError("the claim is an extremum and where it lies")
        variable = extremum.variable
        assert isinstance(variable, Symbol)
        _require_independent(claim.right, variable)
        algebra = setting.algebra()
        _require_inside(claim.right, variable, algebra)
        slope = algebra.expression(Partial(extremum.body, variable))
        ahead = algebra.expression(claim.right - variable)
        ratio = sympy.cancel(slope / ahead)
        _require(
            algebra.is_positive(ratio if extremum.kind == "max" else -ratio),
            "the derivative does not change its sign there alone",
        )

    def try_numbers(self, claim: Relation, setting: Setting) -> None:
        extremum = claim.left
        assert isinstance(extremum, Extremum)
        assert isinstance(extremum.variable, Symbol)
        name = extremum.variable.name
        for seed in range(self.points):
            point = setting.point(seed)
            other = point.value(extremum.body)
            best = point.with_value(name, point.value(claim.right)).value(extremum.body)
            better = best >= other if extremum.kind == "max" else best <= other
            _require(better, "another point is better")


@dataclass(frozen=True)
class SameExtremum(Kind):
    """One function is a monotone function of the other: their extrema lie at the same place."""

    label: ClassVar[str] = "monotone function"
    through: Formula
    variable: Symbol

    def prove(self, claim: Relation, setting: Setting) -> None:
        one, other = _extrema(claim)
        _require_independent(self.through, one.variable)
        algebra = setting.algebra()
        for inner, outer in ((one.body, other.body), (other.body, one.body)):
            if algebra.equal(outer, substitute(self.through, {self.variable: inner})):
                _require_inside(inner, self.variable, algebra)
                break
        else:
            raise DerivationError("neither is this function of the other")
        slope = algebra.expression(Partial(self.through, self.variable))
        _require(
            algebra.is_positive(slope if one.kind == other.kind else -slope),
            "the function does not run the right way everywhere",
        )

    def try_numbers(self, claim: Relation, setting: Setting) -> None:
        one, other = _extrema(claim)
        assert isinstance(one.variable, Symbol)
        for seed in range(self.points):
            point = setting.point(seed)
            moved = point.with_value(
                one.variable.name, setting.point(seed + 1000).value(one.variable)
            )
            change = moved.value(one.body) - point.value(one.body)
            answer = moved.value(other.body) - point.value(other.body)
            agree = mp.sign(change) == mp.sign(answer)
            _require(agree == (one.kind == other.kind), "the order of two points disagrees")


def _extrema(claim: Relation) -> tuple[Extremum, Extremum]:
    one, other = claim.left, claim.right
    if not (isinstance(one, Extremum) and isinstance(other, Extremum) and claim.op == "="):
        raise DerivationError("the claim equates two extrema")
    _require(one.variable == other.variable, "the extrema are over different variables")
    return one, other


@dataclass(frozen=True)
class LimitValue(Kind):
    """A limit, which SymPy computes."""

    label: ClassVar[str] = "limit"

    def prove(self, claim: Relation, setting: Setting) -> None:
        _require(claim.op == "=", "a limit is claimed by an equation")
        _require(any(isinstance(part, Limit) for part in walk(claim.left)), "there is no limit")
        equal = setting.algebra().equal(claim.left, claim.right)
        _require(equal, "SymPy finds another limit")


@dataclass(frozen=True)
class Parts(Kind):
    """The integrands differ by the derivative of `primitive`, which is 0 at both ends.

    If the right side has no integral, the difference of the ends is its value.
    """

    label: ClassVar[str] = "integral"
    primitive: Formula

    def prove(self, claim: Relation, setting: Setting) -> None:
        _require(claim.op == "=", "an integral is claimed by an equation")
        algebra = setting.algebra()
        first = next(part for part in walk(claim.left) if isinstance(part, Integral))
        variable = algebra.expression(first.variable)
        difference = algebra.raw(claim.left) - algebra.raw(claim.right)
        integrand = sympy.Integer(0)
        for found in difference.atoms(sympy.Integral):
            _require(found.limits == algebra.raw(first).limits, "the integrals have different ends")
            integrand += difference.coeff(found) * found.function
            difference = difference - difference.coeff(found) * found
        primitive = algebra.expression(self.primitive)
        rest = algebra.differentiate(primitive, variable) - integrand
        _require(algebra.is_zero(rest), "the primitive has another derivative")
        upper, lower = (
            algebra.normal(primitive.subs(variable, algebra.expression(end)))
            for end in (first.upper, first.lower)
        )
        _require(algebra.is_zero(upper - lower + difference), "the ends give another value")


@dataclass(frozen=True)
class Integration(Kind):
    """An integral, which SymPy computes."""

    label: ClassVar[str] = "integral"

    def prove(self, claim: Relation, setting: Setting) -> None:
        _require(claim.op == "=", "an integral is claimed by an equation")
        algebra = setting.algebra()
        _require(algebra.raw(claim.left).has(sympy.Integral), "there is no integral")
        difference = algebra.raw(claim.left).doit() - algebra.raw(claim.right)
        _require(algebra.is_zero(difference), "SymPy finds another value")


@dataclass(frozen=True)
class Substitution(Kind):
    """A new variable of integration, which is `inner` of the old one."""

    label: ClassVar[str] = "substitution"
    inner: Formula

    def prove(self, claim: Relation, setting: Setting) -> None:
        before, after = claim.left, claim.right
        if not (isinstance(before, Integral) and isinstance(after, Integral) and claim.op == "="):
            raise DerivationError("the claim equates two integrals")
        algebra = setting.algebra()
        body = substitute(after.body, {after.variable: self.inner})
        pulled_back = body * Partial(self.inner, before.variable)
        _require(algebra.equal(before.body, pulled_back), "the integrands differ")
        for old, new in ((before.lower, after.lower), (before.upper, after.upper)):
            end = substitute(self.inner, {before.variable: old})
            _require(algebra.equal(end, new), "the ends differ")


@dataclass(frozen=True)
class Descent(Kind):
    """Induction with a recursion proved before it: left(n) = c·left(n - 1), and the same right.

    `over` goes down by 1 as `beside` goes up by 1; both the recursion and the case 0 are claims of
    earlier steps.
    """

    label: ClassVar[str] = "induction"
    over: Symbol
    beside: Symbol
    factor: Formula

    def prove(self, claim: Relation, setting: Setting) -> None:
        _require(claim.op == "=", "induction proves an equation")
        algebra = setting.algebra()
        down: dict[Formula, Formula] = {self.over: self.over - 1, self.beside: self.beside + 1}
        before = [substitute(side, down) for side in (claim.left, claim.right)]
        recursion = Relation(claim.left, "=", self.factor * before[0])
        _require(recursion in setting.known, "the recursion does not stand proved before it")
        ratio = algebra.raw(claim.right) / algebra.raw(self.factor * before[1])
        _require(
            sympy.combsimp(ratio) == 1,
            "the right side does not obey the recursion",
        )
        start = [
            algebra.expression(substitute(side, {self.over: ZERO}))
            for side in (claim.left, claim.right)
        ]
        for known in setting.known:
            if algebra.expression(known.left) == start[0]:
                value = algebra.expression(known.right)
                _require(sympy.combsimp(start[1] / value) == 1, "the right side starts elsewhere")
                return
        raise DerivationError("the case 0 does not stand proved before it")


@dataclass(frozen=True)
class ZeroDerivative(Kind):
    """What has the derivative 0 everywhere has the same value everywhere."""

    label: ClassVar[str] = "constant function"
    variable: Symbol
    start: Formula

    def prove(self, claim: Relation, setting: Setting) -> None:
        _require(claim.op == "=", "a constant is claimed by an equation")
        at_start = substitute(claim.left, {self.variable: self.start})
        algebra = setting.algebra()
        _require(algebra.equal(claim.right, at_start), "the right side is not the value there")
        for known in setting.known:
            derived = known.left
            if isinstance(derived, Partial) and derived.variable == self.variable:
                same = derived.body == claim.left and known.right == ZERO
                if same and known.op == "=" and derived.order == 1:
                    return
        raise DerivationError("no step before it shows that its derivative is 0")


@dataclass(frozen=True)
class Different(Kind):
    """Two numbers that differ, compared exactly or with certified digits."""

    label: ClassVar[str] = "numbers"

    def prove(self, claim: Relation, setting: Setting) -> None:
        _require(claim.op == "≠", "the claim is that two numbers differ")
        difference = setting.algebra().expression(claim.left - claim.right)
        _require(bool(difference.is_number), "the sides are no numbers")
        _require(
            difference.is_zero is False or bool(abs(difference.evalf(30)) > 1e-20), "they agree"
        )


@dataclass(frozen=True)
class Numeric(Kind):
    """Not proved but tried at random points with 50 digits, since SymPy cannot prove it."""

    label: ClassVar[str] = "numeric"
    points: ClassVar[int] = 20
    why: str

    def prove(self, claim: Relation, setting: Setting) -> None:
        _require(bool(self.why), "a numeric step says why SymPy cannot prove it")
        with mp.workdps(50):
            for seed in range(self.points):
                point = setting.point(seed)
                _require(point.holds(claim, digits=50), f"it is false ({_shown(point, claim)})")
