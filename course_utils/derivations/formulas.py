"""Formulas as they are written: one tree with three readings.

A formula keeps the order in which its author wrote it, which SymPy would not. The same tree is
printed (`latex`), turned into a SymPy expression and proved (`sums`, `steps`), and evaluated in
numbers (`evaluation`), so that what a page shows is what was checked.

    >>> K = size("K")
    >>> k, j = indices("k j", K)
    >>> z = family("z", K)
    >>> softmax = exp(z[k]) / total(j, exp(z[j]))
    >>> sorted(index.name for index in free_indices(softmax))
    ['k']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import Any, Union

FormulaLike = Union["Formula", int]


class DerivationError(Exception):
    """A formula that is not well formed, or a step that does not follow."""


def formula(value: FormulaLike) -> Formula:
    """Return `value` as a formula; floats are refused, since they are not exact."""
    if isinstance(value, Formula):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Number(Fraction(value)) if value >= 0 else Negative(Number(Fraction(-value)))
    raise TypeError(f"a formula is made of formulas and whole numbers, not of {value!r}")


class Formula:
    """A node of the tree; operators build larger ones."""

    def __add__(self, other: FormulaLike) -> Formula:
        return Binary("+", self, formula(other))

    def __radd__(self, other: FormulaLike) -> Formula:
        return Binary("+", formula(other), self)

    def __sub__(self, other: FormulaLike) -> Formula:
        return Binary("-", self, formula(other))

    def __rsub__(self, other: FormulaLike) -> Formula:
        return Binary("-", formula(other), self)

    def __mul__(self, other: FormulaLike) -> Formula:
        return Binary("*", self, formula(other))

    def __rmul__(self, other: FormulaLike) -> Formula:
        return Binary("*", formula(other), self)

    def __truediv__(self, other: FormulaLike) -> Formula:
        return Binary("/", self, formula(other))

    def __rtruediv__(self, other: FormulaLike) -> Formula:
        return Binary("/", formula(other), self)

    def __pow__(self, other: FormulaLike) -> Formula:
        return Binary("^", self, formula(other))

    def __neg__(self) -> Formula:
        return Negative(self)


@dataclass(frozen=True)
class Interval:
    """Where a variable lives; the ends do not belong to it unless `closed`."""

    lower: Formula | None = None
    upper: Formula | None = None
    closed: bool = False
    integer: bool = False


@dataclass(frozen=True)
class Number(Formula):
    """An exact number, printed as `text` if its author wrote a decimal."""

    value: Fraction
    text: str = ""


@dataclass(frozen=True)
class Constant(Formula):
    r"""$\pi$ or $\infty$."""

    name: str


ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
REAL = Interval()
POSITIVE = Interval(lower=ZERO)
NON_NEGATIVE = Interval(lower=ZERO, closed=True)
UNIT = Interval(lower=ZERO, upper=ONE)
PI = Constant("pi")
INFINITY = Constant("infinity")


@dataclass(frozen=True)
class Symbol(Formula):
    """A scalar; `arguments` are shown behind its name, as in H(P, Q)."""

    name: str
    head: str
    interval: Interval = REAL
    arguments: str = ""


@dataclass(frozen=True)
class Size(Formula):
    """How many classes, samples or features there are: a whole number, at least `least`."""

    name: str
    least: int = 1
    offset: int = 0


@dataclass(frozen=True)
class Index(Formula):
    """An index that runs from 1 to `size`; `head` is how it is printed, if not by its name."""

    name: str
    size: Formula
    head: str = ""

    @property
    def is_label(self) -> bool:
        """Whether it is one given class, not an index that runs."""
        return bool(self.head)


@dataclass(frozen=True)
class Family:
    """An indexed variable such as z_k or y_{nk}.

    `distribution`: non-negative and summing to 1 over the last index. `labels`: its members are
    indices that run from 1 to this size.
    """

    name: str
    head: str
    sizes: tuple[Formula, ...]
    interval: Interval = REAL
    distribution: bool = False
    labels: Formula | None = None

    def __getitem__(self, at: FormulaLike | tuple[FormulaLike, ...]) -> Item:
        subscripts = at if isinstance(at, tuple) else (at,)
        if len(subscripts) != len(self.sizes):
            raise DerivationError(
                f"{self.name} takes {len(self.sizes)} indices, not {len(subscripts)}"
            )
        return Item(self, tuple(formula(subscript) for subscript in subscripts))


@dataclass(frozen=True)
class Item(Formula):
    """A member of a family."""

    family: Family
    subscripts: tuple[Formula, ...]


@dataclass(frozen=True)
class Function:
    """A named function: one of SymPy's, one that a definition explains, or an unknown one."""

    name: str
    head: str
    interval: Interval = REAL

    def __call__(self, *arguments: FormulaLike, given: tuple[Formula, ...] = ()) -> Apply:
        return Apply(self, tuple(formula(argument) for argument in arguments), given)


@dataclass(frozen=True)
class Apply(Formula):
    """A function of its arguments, with what is given behind a bar."""

    function: Function
    arguments: tuple[Formula, ...]
    given: tuple[Formula, ...] = ()


exp = Function("exp", r"\exp", POSITIVE)
log = Function("log", r"\log")
sqrt = Function("sqrt", r"\sqrt", NON_NEGATIVE)
factorial = Function("factorial", "!", POSITIVE)
absolute = Function("absolute", r"|\cdot|", NON_NEGATIVE)
cos = Function("cos", r"\cos")
sin = Function("sin", r"\sin")
BUILT_IN = (exp, log, sqrt, factorial, absolute, cos, sin)


@dataclass(frozen=True)
class Binary(Formula):
    """left op right, with op one of + - * / ^."""

    op: str
    left: Formula
    right: Formula


@dataclass(frozen=True)
class Negative(Formula):
    """The negative of a formula."""

    body: Formula


@dataclass(frozen=True)
class Big(Formula):
    """The sum, the product or the maximum of `body` over an index."""

    kind: str
    index: Index
    body: Formula


@dataclass(frozen=True)
class Delta(Formula):
    """Kronecker's delta: 1 if both indices agree, else 0."""

    left: Formula
    right: Formula


@dataclass(frozen=True)
class Partial(Formula):
    """The derivative of `body`; `partial` chooses the curly d."""

    body: Formula
    variable: Formula
    order: int = 1
    partial: bool = True


@dataclass(frozen=True)
class Integral(Formula):
    """The integral of `body` from `lower` to `upper`."""

    body: Formula
    variable: Symbol
    lower: Formula
    upper: Formula


@dataclass(frozen=True)
class Limit(Formula):
    """The limit of `body`, from the right at a finite point."""

    body: Formula
    variable: Symbol
    point: Formula


@dataclass(frozen=True)
class At(Formula):
    """`body` with `variable` (a symbol, or a member of a family for all) set to `value`."""

    body: Formula
    variable: Symbol | Item
    value: Formula


@dataclass(frozen=True)
class Extremum(Formula):
    """The point at which `body` is largest (`max`) or smallest (`min`)."""

    kind: str
    variable: Formula
    body: Formula


@dataclass(frozen=True)
class Relation(Formula):
    """left op right, with op one of = ≠ < ≤ > ≥ ⟺."""

    left: Formula
    op: str
    right: Formula
    every: tuple[Index, ...] = field(default=())

    def for_every(self, *every: Index) -> Relation:
        """The same relation, claimed for all values of these indices."""
        return replace(self, every=every)


# Names for the leaves and nodes, as the chapters' derivations write them.


def symbol(name: str, head: str = "", interval: Interval = REAL, *, arguments: str = "") -> Symbol:
    return Symbol(name, head or name, interval, arguments)


def size(name: str, least: int = 1) -> Size:
    return Size(name, least)


def indices(names: str, bound: FormulaLike) -> tuple[Index, ...]:
    return tuple(Index(name, formula(bound)) for name in names.split())


def family(name: str, *sizes: FormulaLike, head: str = "", interval: Interval = REAL) -> Family:
    return Family(name, head or name, tuple(formula(bound) for bound in sizes), interval)


def distribution(
    name: str, *sizes: FormulaLike, head: str = "", interval: Interval = POSITIVE
) -> Family:
    bounds = tuple(formula(bound) for bound in sizes)
    return Family(name, head or name, bounds, interval, distribution=True)


def label(name: str, head: str, classes: FormulaLike) -> Index:
    """One true class, where a variable of the same letter stands beside it."""
    return Index(name, formula(classes), head)


def labels(name: str, *sizes: FormulaLike, classes: FormulaLike, head: str = "") -> Family:
    bounds = tuple(formula(bound) for bound in sizes)
    return Family(name, head or name, bounds, labels=formula(classes))


def decimal(text: str) -> Number:
    return Number(Fraction(text), text)


def between(lower: FormulaLike, upper: FormulaLike, *, integer: bool = False) -> Interval:
    return Interval(formula(lower), formula(upper), integer=integer)


def total(index: Index, body: FormulaLike) -> Big:
    return Big("sum", index, formula(body))


def total_but(index: Index, other: FormulaLike, body: FormulaLike) -> Big:
    """The sum over all but one: a delta takes its term out, and the page shows k ≠ y."""
    return total(index, (1 - delta(index, other)) * formula(body))


def product(index: Index, body: FormulaLike) -> Big:
    return Big("product", index, formula(body))


def largest(index: Index, body: FormulaLike) -> Big:
    return Big("max", index, formula(body))


def delta(left: FormulaLike, right: FormulaLike) -> Delta:
    return Delta(formula(left), formula(right))


def partial(body: Formula, variable: Formula, order: int = 1) -> Partial:
    return Partial(body, variable, order)


def derivative(body: Formula, variable: Formula, order: int = 1) -> Partial:
    return Partial(body, variable, order, partial=False)


def integral(body: Formula, variable: Symbol, lower: FormulaLike, upper: FormulaLike) -> Integral:
    return Integral(body, variable, formula(lower), formula(upper))


def limit(body: Formula, variable: Symbol, point: FormulaLike) -> Limit:
    return Limit(body, variable, formula(point))


def at(body: Formula, variable: Symbol | Item, value: FormulaLike) -> At:
    return At(body, variable, formula(value))


def argmax(variable: Formula, body: Formula) -> Extremum:
    return Extremum("max", variable, body)


def argmin(variable: Formula, body: Formula) -> Extremum:
    return Extremum("min", variable, body)


def relation(left: FormulaLike, op: str, right: FormulaLike) -> Relation:
    return Relation(formula(left), op, formula(right))


def equation(left: FormulaLike, right: FormulaLike) -> Relation:
    return relation(left, "=", right)


# Walking the tree.


def whole(value: int) -> Number:
    """A whole number that is not negative, such as the place of an index."""
    return Number(Fraction(value))


def name_of(node: Formula) -> str:
    """The name of a leaf, a member of a family, or an applied function."""
    match node:
        case Symbol() | Size() | Index():
            return node.name
        case Item():
            return node.family.name
        case Apply():
            return node.function.name
    raise DerivationError(f"{type(node).__name__} has no name")


def children(node: Formula) -> tuple[Formula, ...]:
    """The formulas directly inside `node` (the index that it binds is not one of them)."""
    found: list[Formula] = []
    for name, value in _parts(node):
        if isinstance(value, Formula) and not (name == "index" or isinstance(node, Index)):
            found.append(value)
        elif isinstance(value, tuple):
            found += [part for part in value if isinstance(part, Formula)]
    return tuple(found)


def _parts(node: Formula) -> list[tuple[str, Any]]:
    return [(entry.name, getattr(node, entry.name)) for entry in fields(node)]  # type: ignore[arg-type]


def walk(node: Formula) -> Iterator[Formula]:
    """`node` and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def bound_by(node: Formula) -> frozenset[Index]:
    """The indices that this very node binds."""
    if isinstance(node, Big):
        return frozenset({node.index})
    if isinstance(node, Relation):
        return frozenset(node.every)
    return frozenset()


def free_indices(node: Formula) -> frozenset[Index]:
    """The indices that nothing in `node` binds."""
    if isinstance(node, Index):
        return frozenset({node})
    if isinstance(node, At):
        return free_indices(node.body) | (free_indices(node.value) - free_indices(node.variable))
    inside = frozenset().union(*(free_indices(child) for child in children(node)))
    return inside - bound_by(node)


def rebuild(node: Formula, new_children: tuple[Formula, ...]) -> Formula:
    """`node` with its children replaced, in the order of `children`."""
    queue = list(new_children)
    changes: dict[str, Any] = {}
    for name, value in _parts(node):
        if isinstance(value, Formula) and not (name == "index" or isinstance(node, Index)):
            changes[name] = queue.pop(0)
        elif isinstance(value, tuple) and any(isinstance(part, Formula) for part in value):
            changes[name] = tuple(
                queue.pop(0) if isinstance(part, Formula) else part for part in value
            )
    return replace(node, **changes) if changes else node  # type: ignore[type-var]


def substitute(node: Formula, changes: Mapping[Formula, Formula]) -> Formula:
    """Replace whole sub-formulas; bound indices are renamed where they would be captured."""
    if node in changes:
        return changes[node]
    bound = bound_by(node)
    changes = {old: new for old, new in changes.items() if not free_indices(old) & bound}
    arriving = frozenset().union(*(free_indices(new) for new in changes.values()))
    if isinstance(node, At):
        inner = free_indices(node.variable)
        kept = {old: new for old, new in changes.items() if not free_indices(old) & inner}
        return At(substitute(node.body, changes), node.variable, substitute(node.value, kept))
    if isinstance(node, Big):
        if node.index.name in {index.name for index in arriving}:
            taken = {index.name for index in arriving | free_indices(node.body)}
            node = renamed(node, _fresh(node.index, taken))
        size_after = substitute(node.index.size, changes)
        if size_after != node.index.size:
            moved = replace(node.index, size=size_after)
            node = Big(node.kind, moved, substitute(node.body, {node.index: moved}))
    return rebuild(node, tuple(substitute(child, changes) for child in children(node)))


def renamed(node: Big, new: Index) -> Big:
    """The same sum, product or maximum with another name for its index."""
    return Big(node.kind, new, substitute(node.body, {node.index: new}))


def _fresh(index: Index, taken: set[str]) -> Index:
    name = index.name
    while name in taken:
        name += "'"
    return replace(index, name=name)
