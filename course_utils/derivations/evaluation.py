"""Formulas in numbers: direct evaluation at random points, without SymPy.

This is the second route by which a step is checked. Sums are loops, derivatives are numerical
(mpmath's finite differences), integrals are quadrature; nothing here knows the normal form of
`sums`, so that an error there cannot hide.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import product as combinations
from typing import Any

from mpmath import mp

from course_utils.derivations.formulas import (
    Apply,
    At,
    Big,
    Binary,
    Constant,
    Delta,
    DerivationError,
    Family,
    Formula,
    Function,
    Index,
    Integral,
    Interval,
    Item,
    Limit,
    Negative,
    Number,
    Partial,
    Relation,
    Size,
    Symbol,
    absolute,
    cos,
    exp,
    factorial,
    log,
    name_of,
    sin,
    sqrt,
    substitute,
    whole,
)

DIGITS = 30
FAR = 20  # a limit is tried at 10^20, or 10^-20 beside a finite point
FUNCTIONS: dict[Function, Callable[[Any], Any]] = {
    exp: mp.exp,
    log: mp.log,
    sqrt: mp.sqrt,
    factorial: mp.factorial,
    absolute: mp.fabs,
    cos: mp.cos,
    sin: mp.sin,
}


class Point:
    """Random values for whatever a formula mentions, drawn when first asked for."""

    def __init__(
        self,
        seed: int,
        definitions: Sequence[tuple[Formula, Formula]] = (),
        given: Sequence[tuple[Formula, Formula]] = (),
    ) -> None:
        self.random = random.Random(seed)
        self.definitions = {
            name_of(defined): (defined, body) for defined, body in (*definitions, *given)
        }
        self.values: dict[Any, Any] = {}

    def with_value(self, key: Any, value: Any) -> Point:
        """The same point but for one value."""
        changed = object.__new__(Point)
        changed.random = self.random
        changed.definitions = self.definitions
        changed.values = _Changed(self.values, {key: value})
        return changed

    def size(self, node: Formula) -> int:
        """The value of a size."""
        return int(self.value(node))

    def holds(self, claim: Relation, digits: int = DIGITS) -> bool:
        """Whether a relation holds here.

        Half of the digits must agree: numerical derivatives and limits lose up to that many.
        """
        left, right = self.value(claim.left), self.value(claim.right)
        slack = mp.mpf(10) ** (-digits / 2) * (1 + abs(left) + abs(right))
        verdicts = {
            "=": abs(left - right) <= slack,
            "≤": left <= right + slack,
            "≥": left >= right - slack,
            # Strictness is a matter of the proof: a gap may be too small to be seen.
            "<": left <= right + slack,
            ">": left >= right - slack,
            "≠": abs(left - right) > slack,
        }
        return bool(verdicts[claim.op])

    def value(self, node: Formula) -> Any:
        """The number that a formula stands for here."""
        match node:
            case Number():
                return mp.mpf(node.value.numerator) / node.value.denominator
            case Constant():
                return mp.pi if node.name == "pi" else mp.inf
            case Size():
                return self._size(node)
            case Index():
                return self._drawn(node.name, lambda: self.random.randint(1, self.size(node.size)))
            case Symbol():
                return self._symbol(node)
            case Item():
                return self._item(node.family, tuple(int(self.value(s)) for s in node.subscripts))
            case Negative():
                return -self.value(node.body)
            case Binary():
                return self._binary(node)
            case Apply():
                return self._apply(node)
            case Delta():
                return mp.mpf(self.value(node.left) == self.value(node.right))
            case Big():
                return self._big(node)
            case Partial():
                return self._partial(node)
            case Integral():
                ends = [self.value(node.lower), self.value(node.upper)]
                # Half of the digits must agree; more than two thirds of them would be wasted time.
                with mp.workdps(2 * mp.dps // 3):
                    return mp.quad(
                        lambda x: self.with_value(node.variable.name, x).value(node.body), ends
                    )
            case At():
                return self._at(node)
            case Limit():
                return self._limit(node)
        raise DerivationError(f"{type(node).__name__} has no value")

    def _drawn(self, key: Any, draw: Callable[[], Any]) -> Any:
        if key not in self.values:
            self.values[key] = draw()
        return self.values[key]

    def _size(self, node: Size) -> Any:
        if node.name not in self.values and node.name in self.definitions:
            return self.value(self.definitions[node.name][1]) + node.offset
        # At its least once in a while: one class, one sample.
        drawn = self._drawn(node.name, lambda: node.least + self.random.choice((0, 1, 2, 2)))
        return drawn + node.offset

    def _symbol(self, node: Symbol) -> Any:
        if node.name in self.values:
            return self.values[node.name]
        if node.name in self.definitions:
            return self.value(self.definitions[node.name][1])
        return self._drawn(node.name, lambda: self._draw(node.interval))

    def _item(self, family: Family, at: tuple[int, ...]) -> Any:
        key = (family.name, at)
        if key in self.values:
            return self.values[key]
        if family.name in self.definitions:
            defined, body = self.definitions[family.name]
            assert isinstance(defined, Item)
            return self._with_parameters(defined.subscripts, at).value(body)
        if family.labels is not None:
            classes = self.size(family.labels)
            return self._drawn(key, lambda: self.random.randint(1, classes))
        if family.distribution:
            self._draw_distribution(family, at[:-1])
            return self.values[key]
        return self._drawn(key, lambda: self._draw(family.interval))

    def _draw_distribution(self, family: Family, front: tuple[int, ...]) -> None:
        classes = self.size(family.sizes[-1])
        weights = [self.random.expovariate(1) for _ in range(classes)]
        if family.interval.closed and self.random.random() < 0.25:
            certain = self.random.randrange(classes)
            weights = [float(place == certain) for place in range(classes)]
        whole_weight = mp.fsum(weights)
        for place, weight in enumerate(weights, start=1):
            self.values[family.name, (*front, place)] = weight / whole_weight

    def _draw(self, interval: Interval) -> Any:
        lower = None if interval.lower is None else self.value(interval.lower)
        upper = None if interval.upper is None else self.value(interval.upper)
        if interval.integer:
            first = -3 if lower is None else int(lower) + (not interval.closed)
            last = first + 3 if upper is None else int(upper) - (not interval.closed)
            return mp.mpf(self.random.randint(first, last))
        if lower is not None and upper is not None:
            return lower + (upper - lower) * mp.mpf(self.random.uniform(0.05, 0.95))
        if lower is not None:
            return lower + mp.mpf(self.random.expovariate(1))
        return mp.mpf(self.random.gauss(0, 1.5))

    def _binary(self, node: Binary) -> Any:
        left, right = self.value(node.left), self.value(node.right)
        match node.op:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return left / right
        return left**right

    def _apply(self, node: Apply) -> Any:
        if node.function in FUNCTIONS:
            return FUNCTIONS[node.function](self.value(node.arguments[0]))
        arguments = node.arguments + node.given
        if node.function.name in self.definitions:
            defined, body = self.definitions[node.function.name]
            assert isinstance(defined, Apply)
            values = [self.value(argument) for argument in arguments]
            return self._with_parameters(defined.arguments + defined.given, values).value(body)
        # An arbitrary smooth function stands in for an unknown one.
        phase = self._drawn(("phase", node.function.name), lambda: self.random.uniform(0, 6))
        weighted = (place * self.value(part) for place, part in enumerate(arguments, start=1))
        wave = mp.sin(phase + sum(weighted))
        return mp.exp(wave) if node.function.interval.lower is not None else wave

    def _with_parameters(self, parameters: Sequence[Formula], values: Sequence[Any]) -> Point:
        point = self
        for parameter, value in zip(parameters, values, strict=True):
            point = point.with_value(name_of(parameter), value)
        return point

    def _big(self, node: Big) -> Any:
        terms = [
            self.with_value(node.index.name, place).value(node.body)
            for place in range(1, self.size(node.index.size) + 1)
        ]
        if node.kind == "max":
            return max(terms)
        return mp.fsum(terms) if node.kind == "sum" else mp.fprod(terms)

    def _partial(self, node: Partial) -> Any:
        variable = node.variable
        key: Any = name_of(variable)
        if isinstance(variable, Item):
            key = (key, tuple(int(self.value(subscript)) for subscript in variable.subscripts))
        start = self.value(variable)
        return mp.diff(lambda x: self.with_value(key, x).value(node.body), start, node.order)

    def _at(self, node: At) -> Any:
        if isinstance(node.variable, Symbol):
            value = self.value(node.value)
            return self.with_value(node.variable.name, value).value(node.body)
        family, (index,) = node.variable.family, node.variable.subscripts
        assert isinstance(index, Index)
        changed = self
        for place in range(1, self.size(index.size) + 1):
            # From this point and not the changed one: the new members may refer to the old.
            value = self.value(substitute(node.value, {index: whole(place)}))
            changed = changed.with_value((family.name, (place,)), value)
        return changed.value(node.body)

    def _limit(self, node: Limit) -> Any:
        point = self.value(node.point)
        step = mp.mpf(10) ** FAR
        near = mp.sign(point) * step if mp.isinf(point) else point + 1 / step
        with mp.extradps(2 * FAR):
            return self.with_value(node.variable.name, near).value(node.body)


class _Changed(dict[Any, Any]):
    """A mapping with some values changed; what is drawn later goes to the mapping below."""

    def __init__(self, below: dict[Any, Any], changes: Mapping[Any, Any]) -> None:
        super().__init__(changes)
        self.below = below

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self.below

    def __missing__(self, key: Any) -> Any:
        return self.below[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.below[key] = value


def table(node: Formula, over: Sequence[Index], point: Point) -> Any:
    """The values of a formula for all values of its free indices, as nested lists."""
    sizes = [point.size(index.size) for index in over]
    values = {}
    for places in combinations(*(range(1, bound + 1) for bound in sizes)):
        here = point
        for index, place in zip(over, places, strict=True):
            here = here.with_value(index.name, place)
        values[places] = here.value(node)
    return _nested(values, sizes, ())


def _nested(values: dict[tuple[int, ...], Any], sizes: list[int], front: tuple[int, ...]) -> Any:
    if len(front) == len(sizes):
        return float(values[front])
    return [_nested(values, sizes, (*front, place)) for place in range(1, sizes[len(front)] + 1)]
