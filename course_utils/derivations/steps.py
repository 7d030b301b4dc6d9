"""The kinds of step, each with the rule by which it is proved: equations."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from mpmath import mp

from course_utils.derivations.evaluation import Point
from course_utils.derivations.formulas import (
    ONE,
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
    Number,
    Partial,
    Relation,
    Size,
    Symbol,
    bound_by,
    children,
    formula,
    free_indices,
    name_of,
    rebuild,
    substitute,
    walk,
)
from course_utils.derivations.meaning import Algebra

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
class Kind(ABC):
    """A rule of proof: `prove` raises if the claim does not follow by it."""

    label: ClassVar[str] = ""
    points: ClassVar[int] = 3

    @abstractmethod
    def prove(self, claim: Relation, setting: Setting) -> None:
        """Raise `DerivationError` unless the claim follows."""

    def try_numbers(self, claim: Relation, setting: Setting) -> None:
        """Evaluate both sides at random points, by loops and finite differences."""
        for point in self._points(claim, setting):
            if not point.holds(claim):
                raise DerivationError(f"it is false at a random point ({_shown(point, claim)})")

    def _points(self, claim: Relation, setting: Setting) -> Iterator[Point]:
        """Random points, with free indices that differ by chance, and with all of them equal."""
        free = sorted(free_indices(claim), key=lambda index: index.name)
        for seed in range(self.points):
            point = setting.point(seed)
            yield point
            if len(free) > 1:
                for index in free[1:]:
                    if index.size == free[0].size:
                        point = point.with_value(index.name, point.value(free[0]))
                yield point


def _shown(point: Point, claim: Relation) -> str:
    left, right = point.value(claim.left), point.value(claim.right)
    return f"left {mp.nstr(left, 8)}, right {mp.nstr(right, 8)}"


def require(condition: bool, message: str) -> None:
    if not condition:
        raise DerivationError(message)


def require_independent(value: Formula, variable: Formula) -> None:
    require(variable not in walk(value), "it depends on the variable itself")


def require_inside(value: Formula, variable: Symbol, algebra: Algebra) -> None:
    interval = variable.interval
    for end, sign in ((interval.lower, 1), (interval.upper, -1)):
        if end is not None:
            distance = algebra.expression(value - end if sign > 0 else end - value)
            inside = (
                algebra.is_non_negative(distance)
                if interval.closed
                else algebra.is_positive(distance)
            )
            require(inside, f"its argument may lie outside the domain of {variable.name}")


@dataclass(frozen=True)
class Insertion(Kind):
    """Both sides are the same once the definitions are inserted, without any algebra."""

    label: ClassVar[str] = "definition"

    def prove(self, claim: Relation, setting: Setting) -> None:
        require(claim.op == "=", "inserting a definition gives an equation")
        left, right = (_inserted(side, setting.definitions) for side in (claim.left, claim.right))
        require(claim.left != claim.right, "both sides are the same formula")
        require(left == right, "the sides differ after the definitions are inserted")


@dataclass(frozen=True)
class Equality(Kind):
    """Both sides are the same function, for every size: by the normal form of `sums`."""

    label: ClassVar[str] = "equality"

    def prove(self, claim: Relation, setting: Setting) -> None:
        require(claim.op == "=", "an equality step claims an equation")
        left, right = (_inserted(side, setting.definitions) for side in (claim.left, claim.right))
        require(
            left != right,
            "both sides are the same by definition: nothing would be checked against itself",
        )
        equal = setting.algebra().equal(claim.left, claim.right)
        require(equal, "the difference of its sides does not cancel")


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
        require(before != after, "both sides are summed over the same ranges")
        super().prove(claim, setting)


@dataclass(frozen=True)
class Cases(Kind):
    """An equation in a whole number between two ends: proved for each value that it can have."""

    label: ClassVar[str] = "cases"
    variable: Symbol

    def prove(self, claim: Relation, setting: Setting) -> None:
        require(claim.op == "=", "cases prove an equation")
        interval = self.variable.interval
        lower, upper = interval.lower, interval.upper
        if not (isinstance(lower, Number) and isinstance(upper, Number) and interval.integer):
            raise DerivationError(f"{self.variable.name} can have more than a few values")
        open_end = 0 if interval.closed else 1
        algebra = setting.algebra()
        for value in range(int(lower.value) + open_end, int(upper.value) + 1 - open_end):
            left, right = (
                At(side, self.variable, formula(value)) for side in (claim.left, claim.right)
            )
            shown = f"it does not hold for {self.variable.name} = {value}"
            require(algebra.equal(left, right), shown)


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
        require(claim.op == "=", "replacing equals gives an equation")
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
        require(claim.op == "=", "induction proves an equation")
        require(self.over.least == 1 and self.over.offset == 0, "induction starts from 1")
        last = [index for index in free_indices(claim) if index.size == self.over]
        require(not last, f"it speaks of one index up to {self.over.name}")
        first = [substitute(side, {self.over: ONE}) for side in (claim.left, claim.right)]
        require(setting.algebra().equal(*first), f"it does not hold for {self.over.name} = 1")
        left, right = (
            _one_more(side, self.over, setting.definitions) for side in (claim.left, claim.right)
        )
        hypothesis = replace(setting, facts=(*setting.facts, claim))
        # Without this, the rule to be proved would be used in its own proof.
        equal = hypothesis.algebra(logarithm_of_product=False).equal(left, right)
        require(equal, f"it does not pass on from {self.over.name} to {self.over.name} + 1")


def _one_more(node: Formula, over: Size, definitions: Definitions) -> Formula:
    """The formula for one more term, which stands outside its sum or product."""
    node = _inserted(node, definitions)
    if isinstance(node, Big) and node.index.size == over:
        require(node.kind in ("sum", "product"), "a maximum has no induction step")
        last = substitute(node.body, {node.index: replace(over, offset=1)})
        inner = Big(node.kind, node.index, _one_more(node.body, over, ()))
        return Binary("+" if node.kind == "sum" else "*", inner, last)
    if node == over:
        return replace(over, offset=1)
    return rebuild(node, tuple(_one_more(child, over, ()) for child in children(node)))


@dataclass(frozen=True)
class Different(Kind):
    """Two numbers that differ, compared exactly or with certified digits."""

    label: ClassVar[str] = "numbers"

    def prove(self, claim: Relation, setting: Setting) -> None:
        require(claim.op == "≠", "the claim is that two numbers differ")
        difference = setting.algebra().expression(claim.left - claim.right)
        require(bool(difference.is_number), "the sides are no numbers")
        require(
            difference.is_zero is False or bool(abs(difference.evalf(30)) > 1e-20), "they agree"
        )


@dataclass(frozen=True)
class Numeric(Kind):
    """Not proved but tried at random points with 50 digits, since SymPy cannot prove it."""

    label: ClassVar[str] = "numeric"
    points: ClassVar[int] = 20
    why: str

    def prove(self, claim: Relation, setting: Setting) -> None:
        require(bool(self.why), "a numeric step says why SymPy cannot prove it")
        with mp.workdps(50):
            for seed in range(self.points):
                point = setting.point(seed)
                require(point.holds(claim, digits=50), f"it is false ({_shown(point, claim)})")
