"""The meaning of a formula in SymPy, under definitions and facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import sympy
from sympy import Add, Indexed, IndexedBase, Integer, KroneckerDelta, Mul, Pow

from course_utils.derivations.formulas import (
    BUILT_IN,
    Apply,
    At,
    Big,
    Binary,
    Constant,
    Delta,
    DerivationError,
    Family,
    Formula,
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
from course_utils.derivations.sums import FiniteProduct, FiniteSum, NormalForm, freshened

FUNCTIONS = {
    exp: sympy.exp,
    log: sympy.log,
    sqrt: sympy.sqrt,
    factorial: sympy.factorial,
    absolute: sympy.Abs,
    cos: sympy.cos,
    sin: sympy.sin,
}
CONSTANTS = {"pi": sympy.pi, "infinity": sympy.oo}


class Algebra(NormalForm):
    """Formulas as SymPy expressions in normal form, under definitions and facts.

    `definitions`: pairs of what is defined (a symbol, a member of a family with free indices, or
    a function of symbols) and its formula. `facts`: equations whose left side is an atom.
    """

    def __init__(
        self,
        definitions: Sequence[tuple[Formula, Formula]] = (),
        facts: Sequence[Relation] = (),
        *,
        logarithm_of_product: bool = True,
    ) -> None:
        super().__init__(logarithm_of_product=logarithm_of_product)
        self.definitions = {name_of(symbol): (symbol, body) for symbol, body in definitions}
        self.facts = tuple(facts)
        self._functions: dict[str, Any] = {}

    def expression(self, node: Formula) -> Any:
        """The normal form of a formula, with definitions inserted and facts used."""
        return self._use_facts(self.normal(self._raw(node, frozenset())))

    def raw(self, node: Formula) -> Any:
        """The SymPy expression of a formula, with definitions inserted."""
        return self._raw(node, frozenset())

    def equal(self, left: Formula, right: Formula) -> bool:
        """Whether both are the same for all values, sizes and indices."""
        return self.is_zero(self._raw(left - right, frozenset()))

    def is_zero(self, expression: Any) -> bool:
        """Whether an expression vanishes, for equal and for different free indices."""
        result = self._use_facts(self.normal(expression))
        if result == 0:
            return True
        for found in sorted(result.atoms(KroneckerDelta), key=sympy.default_sort_key):
            if self._is_free(found):
                old, new = found.args[::-1] if found.args[0].is_number else found.args
                return self.is_zero(result.xreplace({old: new})) and self.is_zero(
                    result.xreplace({found: Integer(0)})
                )
        return False

    def _is_free(self, found: Any) -> bool:
        return not any(symbol in self._heights for symbol in found.atoms(sympy.Symbol))

    def _use_facts(self, expression: Any) -> Any:
        for fact in self.facts:
            atom = self.normal(self._raw(fact.left, frozenset()))
            value = self.normal(self._raw(fact.right, frozenset()))
            coefficient, atom = atom.as_coeff_Mul()
            if isinstance(atom, Add | Mul | Pow) or atom.is_Rational:
                continue
            changes = {}
            for places in self._instances(fact, expression):
                one = self.normal(atom.xreplace(places))
                if expression.has(one):
                    changes[one] = freshened(value.xreplace(places) / coefficient)
            if changes:
                expression = self.normal(expression.xreplace(changes))
        return expression

    def _instances(self, fact: Relation, expression: Any) -> Iterator[dict[Any, Any]]:
        """All ways to put indices of the expression into a fact that holds for every index."""
        parameters = [self._index(index) for index in fact.every]
        found = sorted(expression.atoms(sympy.Symbol), key=sympy.default_sort_key)
        choices = [
            [one for one in found if self.sizes.get(one) == self.sizes[parameter]]
            for parameter in parameters
        ]
        for chosen in product(*choices):
            yield dict(zip(parameters, chosen, strict=True))

    def _raw(self, node: Formula, hidden: frozenset[str]) -> Any:
        match node:
            case Number():
                return sympy.Rational(node.value.numerator, node.value.denominator)
            case Constant():
                return CONSTANTS[node.name]
            case Size():
                return sympy.Symbol(node.name, integer=True, positive=True) + node.offset
            case Index():
                return self._index(node)
            case Symbol():
                return self._symbol(node, hidden)
            case Item():
                return self._item(node, hidden)
            case Negative():
                return -self._raw(node.body, hidden)
            case Binary():
                return self._binary(node, hidden)
            case Apply():
                return self._apply(node, hidden)
            case Delta():
                return KroneckerDelta(self._raw(node.left, hidden), self._raw(node.right, hidden))
            case Big():
                return self._big(node, hidden)
            case Partial():
                return self._partial(node, hidden)
            case At():
                return self._at(node, hidden)
            case Limit():
                body = self.normal(self._raw(node.body, hidden))
                point = self._raw(node.point, hidden)
                return sympy.limit(body, self._raw(node.variable, hidden), point, "+")
            case Integral():
                return self._integral(node, hidden)
        raise DerivationError(f"{type(node).__name__} is no expression")

    def _index(self, node: Index) -> Any:
        name = sympy.Symbol(node.name, integer=True, positive=True)
        self.sizes[name] = self._raw(node.size, frozenset())
        return name

    def _symbol(self, node: Symbol, hidden: frozenset[str]) -> Any:
        if node.name in self.definitions and node.name not in hidden:
            return self._raw(self.definitions[node.name][1], hidden)
        self._place(node.name, node.interval)
        return sympy.Symbol(node.name, **_assumptions(node.interval))

    def _item(self, node: Item, hidden: frozenset[str]) -> Any:
        family = node.family
        base = self._base(family)
        plain = base[tuple(self._raw(subscript, hidden) for subscript in node.subscripts)]
        if family.name in self.definitions and family.name not in hidden:
            return self._reveal(plain, family.name, hidden)
        return plain

    def _base(self, family: Family) -> Any:
        if family.labels is not None:
            self.label_sizes[family.name] = self._raw(family.labels, frozenset())
            return IndexedBase(family.name, integer=True, positive=True)
        if family.distribution:
            self.distributions[family.name] = self._raw(family.sizes[-1], frozenset())
        self._place(family.name, family.interval)
        return IndexedBase(family.name, **_assumptions(family.interval))

    def _place(self, name: str, interval: Interval) -> None:
        """Remember the ends between which a variable lies, for the signs of expressions."""
        if not interval.closed:
            lower, upper = (
                None if end is None else self._raw(end, frozenset())
                for end in (interval.lower, interval.upper)
            )
            self.intervals[name] = (lower, upper)

    def _reveal(self, expression: Any, name: str, hidden: frozenset[str] = frozenset()) -> Any:
        """Insert the definition of a family, or of a symbol, wherever it stands."""
        defined, body = self.definitions[name]
        meaning = self.normal(self._raw(body, hidden))
        if isinstance(defined, Symbol):
            return expression.xreplace({self._raw(defined, hidden | {name}): meaning})
        assert isinstance(defined, Item)
        parameters = [self._raw(subscript, hidden) for subscript in defined.subscripts]
        return self._replace_members(expression, name, parameters, meaning)

    def _replace_members(
        self, expression: Any, name: str, parameters: Sequence[Any], meaning: Any
    ) -> Any:
        changes = {
            member: freshened(meaning).xreplace(dict(zip(parameters, member.indices, strict=True)))
            for member in expression.atoms(Indexed)
            if member.base.label.name == name
        }
        return expression.xreplace(changes)

    def _binary(self, node: Binary, hidden: frozenset[str]) -> Any:
        left, right = self._raw(node.left, hidden), self._raw(node.right, hidden)
        match node.op:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return left / right
            case "^":
                return left**right
        raise DerivationError(f"unknown operation {node.op!r}")

    def _apply(self, node: Apply, hidden: frozenset[str]) -> Any:
        arguments = [self._raw(part, hidden) for part in node.arguments + node.given]
        if node.function in BUILT_IN:
            return FUNCTIONS[node.function](*arguments)
        if node.function.name in self.definitions:
            defined, body = self.definitions[node.function.name]
            assert isinstance(defined, Apply)
            parameters = defined.arguments + defined.given
            given = dict(zip(parameters, node.arguments + node.given, strict=True))
            return self._raw(substitute(body, given), hidden)
        assumptions = _assumptions(node.function.interval)
        return self._unknown_function(node.function.name, assumptions)(*arguments)

    def _unknown_function(self, name: str, assumptions: Mapping[str, bool]) -> Any:
        """A function of which only its sign is known; its derivatives are unknown functions."""

        def fdiff(applied: Any, place: int = 1) -> Any:
            return self._unknown_function(f"{name}'{place}", {"real": True})(*applied.args)

        if name not in self._functions:
            members = {f"is_{word}": value for word, value in assumptions.items()}
            self._functions[name] = type(sympy.Function)(
                name, (sympy.Function,), {**members, "fdiff": fdiff}
            )
        return self._functions[name]

    def _big(self, node: Big, hidden: frozenset[str]) -> Any:
        if isinstance(node.index.size, Number):
            terms = [
                self._raw(substitute(node.body, {node.index: whole(value)}), hidden)
                for value in range(1, int(node.index.size.value) + 1)
            ]
            return {"sum": Add, "product": Mul, "max": sympy.Max}[node.kind](*terms)
        if node.kind == "max":
            raise DerivationError("a maximum is no expression: name it, with the gaps below it")
        index = sympy.Dummy(node.index.name, integer=True, positive=True)
        self.sizes[index] = self._raw(node.index.size, hidden)
        plain = self._index(node.index)
        body = self._raw(node.body, hidden).xreplace({plain: index})
        over = FiniteSum if node.kind == "sum" else FiniteProduct
        return self.normal(over(body, (index, self.sizes[index])))

    def _integral(self, node: Integral, hidden: frozenset[str]) -> Any:
        """Linear, with factors that do not depend on the variable in front."""
        variable = self._raw(node.variable, hidden)
        limits = (variable, self._raw(node.lower, hidden), self._raw(node.upper, hidden))
        result = Integer(0)
        for term in Add.make_args(sympy.expand(self.normal(self._raw(node.body, hidden)))):
            front, inside = term.as_independent(variable, as_Add=False)
            result += front * sympy.Integral(inside, limits)
        return result

    def _partial(self, node: Partial, hidden: frozenset[str]) -> Any:
        name = name_of(node.variable)
        variable = self._raw(node.variable, hidden | {name})
        with self.varying(name):
            result = self.normal(self._raw(node.body, hidden | {name}))
            for _ in range(node.order):
                result = self.differentiate(result, variable)
        if name in self.definitions and name not in hidden:
            return self._reveal(result, name, hidden)
        return result

    def _at(self, node: At, hidden: frozenset[str]) -> Any:
        name = name_of(node.variable)
        with self.varying(name):
            body = self.normal(self._raw(node.body, hidden | {name}))
        value = self.normal(self._raw(node.value, hidden))
        if isinstance(node.variable, Symbol):
            return body.xreplace({self._raw(node.variable, hidden | {name}): value})
        parameters = [self._raw(subscript, hidden) for subscript in node.variable.subscripts]
        return self._replace_members(body, name, parameters, value)


def _assumptions(interval: Interval) -> Mapping[str, bool]:
    number = {"integer": True} if interval.integer else {"real": True}
    if not isinstance(interval.lower, Number) or interval.lower.value < 0:
        return number
    touches_zero = interval.closed and interval.lower.value == 0
    return {**number, "nonnegative" if touches_zero else "positive": True}
