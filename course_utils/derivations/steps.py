"""The kinds of step, each with the rule by which it is proved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from mpmath import mp

from course_utils.derivations.evaluation import Point
from course_utils.derivations.formulas import (
    Apply,
    At,
    Big,
    DerivationError,
    Family,
    Formula,
    Index,
    Item,
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


# What makes a formula well formed.


def check_notation(formulas: Sequence[Formula]) -> None:
    """Refuse names with two meanings and bound indices that are not fresh.

    SymPy's ``diff(Sum(exp(z[k]), (k, 1, K)), z[k])`` returns the whole sum without a word; here
    the index of a derivative must not be bound inside it.
    """
    meanings: dict[str, object] = {}
    for node in (part for whole_formula in formulas for part in walk(whole_formula)):
        for leaf in _leaves(node):
            name = leaf.name
            if meanings.setdefault(name, leaf) != leaf:
                raise DerivationError(f"{name!r} stands for two different things")
    for each in formulas:
        _check_bound(each, frozenset())


def _leaves(node: Formula) -> Iterator[Symbol | Size | Index | Family]:
    if isinstance(node, Symbol | Size | Index):
        yield node
    elif isinstance(node, Item):
        yield node.family
    elif isinstance(node, Big):
        yield node.index


def _check_bound(node: Formula, taken: frozenset[str]) -> None:
    free = {index.name for index in free_indices(node)}
    if isinstance(node, Relation):
        inside = {index.name for side in children(node) for index in _bound_inside(side)}
        _require_fresh(free & inside)
    if isinstance(node, Big):
        _require_fresh({node.index.name} & taken)
        taken = taken | {node.index.name}
    if isinstance(node, Partial):
        places = {index.name for index in free_indices(node.variable)}
        _require_fresh(places & {index.name for index in _bound_inside(node.body)})
    for child in children(node):
        _check_bound(child, taken)


def _bound_inside(node: Formula) -> frozenset[Index]:
    found = bound_by(node)
    for child in children(node):
        found |= _bound_inside(child)
    return found


def _require_fresh(names: set[str] | frozenset[str]) -> None:
    if names:
        raise DerivationError(
            f"the bound index {min(names)!r} is used outside its sum as well: take a fresh one"
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
