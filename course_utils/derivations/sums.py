r"""The meaning of a formula in SymPy, and a small normal form for finite sums.

SymPy's own ``Sum`` is avoided: it differentiates by a bound index without complaint and mostly
leaves sums as they are. Here a sum over 1..K is an opaque atom `FiniteSum` in a normal form:

* sums are linear, factors without the index stand in front, and Σ 1 = K;
* a Kronecker delta in a summand selects its term, if the other index runs over the same range;
* nested sums are one sum over several indices, split into the connected components of its factors;
* bound indices are renamed, so that equal sums are equal expressions.

Everything else is a rational function of such atoms, exponentials and logarithms, and two formulas
are equal if their difference cancels to 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import permutations, product
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
    exp,
    factorial,
    log,
    name_of,
    sqrt,
    substitute,
    whole,
)

FUNCTIONS = {exp: sympy.exp, log: sympy.log, sqrt: sympy.sqrt, factorial: sympy.factorial}
CONSTANTS = {"pi": sympy.pi, "infinity": sympy.oo}


class _Over(sympy.Expr):  # type: ignore[misc]
    """`body` combined over indices, each a pair (index, size); SymPy looks at its sign only."""

    is_commutative = True

    def __new__(cls, body: Any, *limits: Any) -> Any:
        return sympy.Expr.__new__(cls, body, *(sympy.Tuple(*limit) for limit in limits))

    @property
    def body(self) -> Any:
        return self.args[0]

    @property
    def limits(self) -> tuple[Any, ...]:
        return tuple(self.args[1:])

    def _eval_is_finite(self) -> bool | None:
        return bool(self.body.is_finite) or None

    def _eval_is_extended_real(self) -> bool | None:
        return bool(self.body.is_real) or None

    def _eval_is_extended_positive(self) -> bool | None:
        return bool(self.body.is_positive) or None

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return bool(self.body.is_nonnegative) or None

    def _eval_derivative(self, _: Any) -> Any:
        raise DerivationError("SymPy must not differentiate a finite sum or product")


class FiniteSum(_Over):
    """A sum whose sizes are at least 1, so that it has the sign of its summand."""

    def _eval_is_extended_negative(self) -> bool | None:
        return bool(self.body.is_negative) or None

    def _eval_is_extended_nonpositive(self) -> bool | None:
        return bool(self.body.is_nonpositive) or None


class FiniteProduct(_Over):
    """A product over 1..N."""


def expand_exponential(exponent: Any) -> Any:
    """exp of a sum as a product of exps, and exp(c log x) as x^c."""
    result = Integer(1)
    for term in Add.make_args(sympy.expand(exponent)):
        factors = Mul.make_args(term)
        logarithms = [factor for factor in factors if isinstance(factor, sympy.log)]
        if len(logarithms) == 1:
            rest = Mul(*(factor for factor in factors if factor is not logarithms[0]))
            result *= Pow(logarithms[0].args[0], rest)
        else:
            result *= sympy.exp(term)
    return result


def rational(expression: Any) -> Any:
    """Cancel an expression as a rational function of its atoms."""
    names: dict[Any, Any] = {}
    abstract = _abstract(expression, names)
    result = sympy.cancel(sympy.together(abstract))
    return result.xreplace({name: atom for atom, name in names.items()})


def factored(expression: Any) -> Any:
    """The same as `rational`, with numerator and denominator as products."""
    names: dict[Any, Any] = {}
    result = sympy.factor(_abstract(expression, names))
    return result.xreplace({name: atom for atom, name in names.items()})


def _abstract(expression: Any, names: dict[Any, Any]) -> Any:
    """Replace everything that is not +, ·, or a whole power by a symbol."""
    if expression.is_Rational:
        return expression
    if isinstance(expression, Add | Mul):
        return expression.func(*(_abstract(part, names) for part in expression.args))
    if isinstance(expression, Pow) and expression.exp.is_Integer:
        return _abstract(expression.base, names) ** expression.exp
    if isinstance(expression, sympy.exp | Pow):
        base = sympy.E if isinstance(expression, sympy.exp) else expression.base
        exponent = expression.args[0] if base is sympy.E else expression.exp
        if base.is_positive or exponent.is_integer:
            return Mul(*(_abstract_power(base, term, names) for term in Add.make_args(exponent)))
    return _name(expression, names)


def _abstract_power(base: Any, exponent: Any, names: dict[Any, Any]) -> Any:
    if exponent.is_Integer and base is not sympy.E:
        return _abstract(base, names) ** exponent
    coefficient, rest = exponent.as_coeff_Mul()
    if coefficient.is_Integer:
        return _name(Pow(base, rest), names) ** coefficient
    return _name(Pow(base, exponent), names)


def _name(atom: Any, names: dict[Any, Any]) -> Any:
    if atom not in names:
        names[atom] = sympy.Dummy()
    return names[atom]


class Algebra:
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
        self.definitions = {name_of(symbol): (symbol, body) for symbol, body in definitions}
        self.facts = tuple(facts)
        self.logarithm_of_product = logarithm_of_product
        self._sizes: dict[Any, Any] = {}
        self._label_sizes: dict[str, Any] = {}
        self._distributions: dict[str, Any] = {}
        self._intervals: dict[str, Interval] = {}
        self._heights: dict[Any, int] = {}
        self._functions: dict[str, Any] = {}
        self._varied: frozenset[str] = frozenset()

    # What a formula means.

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
                left, right = found.args
                if not left.is_Symbol:
                    left, right = right, left
                return self.is_zero(result.xreplace({left: right})) and self.is_zero(
                    result.xreplace({found: Integer(0)})
                )
        return False

    def _is_free(self, found: Any) -> bool:
        return not any(symbol in self._heights for symbol in found.atoms(sympy.Symbol)) and any(
            argument.is_Symbol for argument in found.args
        )

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
                    changes[one] = _freshened(value.xreplace(places) / coefficient)
            if changes:
                expression = self.normal(expression.xreplace(changes))
        return expression

    def _instances(self, fact: Relation, expression: Any) -> Iterator[dict[Any, Any]]:
        """All ways to put indices of the expression into a fact that holds for every index."""
        parameters = [self._index(index) for index in fact.every]
        found = sorted(expression.atoms(sympy.Symbol), key=sympy.default_sort_key)
        choices = [
            [one for one in found if self._sizes.get(one) == self._sizes[parameter]]
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
        self._sizes[name] = self._raw(node.size, frozenset())
        return name

    def _symbol(self, node: Symbol, hidden: frozenset[str]) -> Any:
        if node.name in self.definitions and node.name not in hidden:
            return self._raw(self.definitions[node.name][1], hidden)
        self._intervals[node.name] = node.interval
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
            self._label_sizes[family.name] = self._raw(family.labels, frozenset())
            return IndexedBase(family.name, integer=True, positive=True)
        if family.distribution:
            self._distributions[family.name] = self._raw(family.sizes[-1], frozenset())
        self._intervals[family.name] = family.interval
        return IndexedBase(family.name, **_assumptions(family.interval))

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
            member: _freshened(meaning).xreplace(dict(zip(parameters, member.indices, strict=True)))
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
        self._sizes[index] = self._raw(node.index.size, hidden)
        plain = self._index(node.index)
        body = self._raw(node.body, hidden).xreplace({plain: index})
        over = FiniteSum if node.kind == "sum" else FiniteProduct
        return self.normal(over(body, (index, self._sizes[index])))

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
        with self._varying(name):
            result = self.normal(self._raw(node.body, hidden | {name}))
            for _ in range(node.order):
                result = self.differentiate(result, variable)
        if name in self.definitions and name not in hidden:
            return self._reveal(result, name, hidden)
        return result

    def _at(self, node: At, hidden: frozenset[str]) -> Any:
        name = name_of(node.variable)
        with self._varying(name):
            body = self.normal(self._raw(node.body, hidden | {name}))
        value = self.normal(self._raw(node.value, hidden))
        if isinstance(node.variable, Symbol):
            return body.xreplace({self._raw(node.variable, hidden | {name}): value})
        parameters = [self._raw(subscript, hidden) for subscript in node.variable.subscripts]
        return self._replace_members(body, name, parameters, value)

    @contextmanager
    def _varying(self, name: str) -> Iterator[None]:
        """While one member of a distribution varies, the members do not sum to 1."""
        before = self._varied
        self._varied = before | {name}
        yield
        self._varied = before

    # Derivatives.

    def differentiate(self, expression: Any, variable: Any) -> Any:
        """The derivative by a symbol or by a member of a family, in normal form."""
        outer: dict[Any, Any] = {}
        for part in _topmost(expression, variable):
            outer.setdefault(part, sympy.Dummy(real=True))
        plain = expression.xreplace(outer)
        result = plain.diff(variable) if variable.is_Symbol and plain.has(variable) else 0
        for part, name in outer.items():
            inner = self._inner_derivative(part, variable)
            if inner != 0:
                result += plain.diff(name) * inner
        back = {name: part for part, name in outer.items()}
        return self.normal(sympy.sympify(result).xreplace(back))

    def _inner_derivative(self, part: Any, variable: Any) -> Any:
        if isinstance(part, FiniteSum):
            return self.normal(FiniteSum(self.differentiate(part.body, variable), *part.limits))
        if isinstance(part, FiniteProduct):
            if part.has(variable if variable.is_Symbol else variable.base):
                raise DerivationError("a product is differentiated by way of its logarithm")
            return Integer(0)
        if variable.is_Symbol:
            return Integer(0)
        pairs = zip(part.indices, variable.indices, strict=True)
        return Mul(*(KroneckerDelta(one, other) for one, other in pairs))

    # The normal form.

    def normal(self, expression: Any) -> Any:
        """Rational in atoms that are themselves in normal form."""
        return rational(self._rebuilt(expression))

    def _rebuilt(self, expression: Any) -> Any:
        if not expression.args or isinstance(expression, Indexed):
            return expression
        if isinstance(expression, FiniteSum):
            fresh = _freshened(expression)
            self._register(fresh.limits)
            return self._total(self.normal(fresh.body), fresh.limits)
        if isinstance(expression, FiniteProduct):
            fresh = _freshened(expression)
            self._register(fresh.limits)
            return self._named(FiniteProduct, self.normal(fresh.body), fresh.limits)
        parts = [self._rebuilt(part) for part in expression.args]
        if isinstance(expression, sympy.exp):
            return expand_exponential(rational(parts[0]))
        if isinstance(expression, sympy.log):
            return self._logarithm(rational(parts[0]))
        if isinstance(expression, Pow) and not expression.exp.is_Integer:
            return self._power(rational(parts[0]), sympy.expand(parts[1]))
        return expression.func(*parts)

    def _register(self, limits: Iterable[Any]) -> None:
        for index, bound in limits:
            self._sizes[index] = bound

    def _power(self, base: Any, exponent: Any) -> Any:
        """x^(a+b) as x^a x^b, and powers of a product as a product of powers."""
        if not self.is_positive(base):
            return Pow(base, exponent)
        if len(Add.make_args(exponent)) > 1:
            return Mul(*(self._power(base, term) for term in Add.make_args(exponent)))
        numerator, denominator = factored(base).as_numer_denom()
        result = Integer(1)
        for side, sign in ((numerator, 1), (denominator, -1)):
            parts = [part.as_base_exp() for part in Mul.make_args(side)]
            if not all(self.is_positive(part) for part, _ in parts):
                return Pow(base, exponent)
            for part, power in parts:
                inner = exponent * power * sign
                result *= expand_exponential(inner) if part is sympy.E else Pow(part, inner)
        return result

    def _logarithm(self, argument: Any) -> Any:
        """The log of a product of positive factors as a sum of logs."""
        result, rest = Integer(0), Integer(1)
        numerator, denominator = factored(argument).as_numer_denom()
        for side, sign in ((numerator, 1), (denominator, -1)):
            for factor in Mul.make_args(side):
                base, power = factor.as_base_exp()
                if power.is_Integer and self.is_positive(-base):
                    base, rest = -base, rest * Integer(-1) ** power
                if base.is_Rational and base > 0:
                    result += sign * power * _logarithm_of_number(base)
                elif base is sympy.E:
                    result += sign * power
                elif isinstance(base, FiniteProduct) and self.logarithm_of_product:
                    inner = FiniteSum(self._logarithm(base.body), *base.limits)
                    result += sign * power * self._rebuilt(inner)
                elif self.is_positive(base):
                    result += sign * power * sympy.log(base)
                else:
                    rest *= base ** (power * sign)
        return result + (sympy.log(sympy.expand(rest)) if rest != 1 else 0)

    def _total(self, body: Any, limits: Sequence[Any]) -> Any:
        numerator, denominator = body.as_numer_denom()
        below = [part**-1 for part in Mul.make_args(factored(denominator))]
        terms = Add.make_args(sympy.expand(numerator))
        return Add(*(self._total_of_product([*Mul.make_args(t), *below], limits) for t in terms))

    def _total_of_product(self, parts: Sequence[Any], limits: Sequence[Any]) -> Any:
        bounds = dict(limits)
        factors = self._inlined(list(parts), bounds)
        again = self._one_index_less(factors, bounds)
        if again is not None:
            return again
        front = [factor for factor in factors if not _has_any(factor, bounds)]
        result = Mul(*front)
        for indices, together in _components(factors, list(bounds)):
            pairs = [(index, bounds[index]) for index in indices]
            result *= self._named(FiniteSum, Mul(*together), pairs) if together else pairs[0][1]
        return result

    def _inlined(self, factors: list[Any], bounds: dict[Any, Any]) -> list[Any]:
        """Turn inner sums that depend on an outer index into more indices of the outer sum."""
        flat: list[Any] = []
        while factors:
            factor = factors.pop()
            base, power = factor.as_base_exp()
            if isinstance(base, FiniteSum) and _has_any(base, bounds) and power.is_Integer:
                if power < 0:
                    flat.append(factor)
                    continue
                for _ in range(int(power)):
                    fresh = _freshened(base)
                    self._register(fresh.limits)
                    bounds.update(fresh.limits)
                    factors += Mul.make_args(fresh.body)
            else:
                flat.append(factor)
        return flat

    def _one_index_less(self, factors: list[Any], bounds: dict[Any, Any]) -> Any:
        """Sum over an index at once where a delta, a distribution or a denominator allows it."""
        for factor in factors:
            if isinstance(factor, KroneckerDelta):
                for index, other in (factor.args, factor.args[::-1]):
                    if index in bounds and self._range(other) == bounds[index]:
                        rest = [part for part in factors if part is not factor]
                        kept = [(i, bound) for i, bound in bounds.items() if i != index]
                        product = self.normal(Mul(*rest).xreplace({index: other}))
                        return self._total(product, kept)
        for index, bound in bounds.items():
            having = [factor for factor in factors if factor.has(index)]
            others = [factor for factor in factors if not factor.has(index)]
            kept = [(i, b) for i, b in bounds.items() if i != index]
            if len(having) == 1 and self._is_distribution(having[0], index, bound):
                return self._total_of_product(others, kept)
            if kept and having and others:
                alone = self._total_of_product(having, [(index, bound)])
                if any(alone == other**-1 for other in others):
                    return self._total(rational(Mul(alone, *others)), kept)
        return None

    def _range(self, index: Any) -> Any:
        """How far an index runs: its size, or for a label the number of classes."""
        if isinstance(index, Indexed):
            return self._label_sizes.get(index.base.label.name)
        return self._sizes.get(index)

    def _is_distribution(self, factor: Any, index: Any, bound: Any) -> bool:
        return (
            isinstance(factor, Indexed)
            and factor.base.label.name not in self._varied
            and self._distributions.get(factor.base.label.name) == bound
            and factor.indices[-1] == index
            and not any(other.has(index) for other in factor.indices[:-1])
        )

    def _named(self, over: Any, body: Any, limits: Sequence[Any]) -> Any:
        """Give the bound indices the names that depend on the body alone."""
        height = max((self._heights.get(atom, 0) for atom in body.atoms(sympy.Symbol)), default=0)
        candidates = []
        for order in permutations(limits):
            names = [self._bound_name(height + place) for place in range(1, len(order) + 1)]
            changes = {index: name for (index, _), name in zip(order, names, strict=True)}
            pairs = [(name, bound) for name, (_, bound) in zip(names, order, strict=True)]
            self._register(pairs)
            candidates.append(over(body.xreplace(changes), *pairs))
        return min(candidates, key=sympy.default_sort_key)

    def _bound_name(self, height: int) -> Any:
        name = sympy.Symbol(f"bound {height}", integer=True, positive=True)
        self._heights[name] = height
        return name

    # Signs.

    def is_positive(self, expression: Any) -> bool:
        """Whether an expression is positive wherever its variables live."""
        return bool(self._signed(expression).is_positive)

    def is_non_negative(self, expression: Any) -> bool:
        """Whether an expression is positive or zero wherever its variables live."""
        return bool(self._signed(expression).is_nonnegative)

    def _signed(self, expression: Any) -> Any:
        """Rewrite variables between two ends by positive ones: x = (a + b u) / (1 + u)."""
        if expression.is_positive or expression.is_number:
            return expression
        changes: dict[Any, Any] = {}
        for atom in expression.atoms(sympy.Symbol, Indexed):
            name = atom.base.label.name if isinstance(atom, Indexed) else atom.name
            interval = self._intervals.get(name)
            if interval is None or interval.closed:
                continue
            lower, upper = (
                None if end is None else self._raw(end, frozenset())
                for end in (interval.lower, interval.upper)
            )
            indexed = isinstance(atom, Indexed)
            free = (
                IndexedBase(f"{name} parameter", positive=True)[atom.indices]
                if indexed
                else sympy.Symbol(f"{name} parameter", positive=True)
            )
            if lower is not None and upper is not None:
                changes[atom] = (lower + upper * free) / (1 + free)
            elif lower is not None and lower != 0:
                changes[atom] = lower + free
        return factored(self._rebuilt_signs(expression.xreplace(changes)))

    def _rebuilt_signs(self, expression: Any) -> Any:
        if isinstance(expression, FiniteSum):
            return FiniteSum(factored(self._rebuilt_signs(expression.body)), *expression.limits)
        if not expression.args or isinstance(expression, Indexed):
            return expression
        if isinstance(expression, sympy.log):
            # SymPy sees the sign of log(1 + positive) alone.
            above, below = factored(expression.args[0]).as_numer_denom()
            excess = sympy.expand(above - below)
            if excess.is_negative:
                return -sympy.log(1 - rational(excess / above))
            return sympy.log(1 + rational(excess / below))
        return expression.func(*(self._rebuilt_signs(part) for part in expression.args))


def _assumptions(interval: Interval) -> Mapping[str, bool]:
    number = {"integer": True} if interval.integer else {"real": True}
    if not isinstance(interval.lower, Number) or interval.lower.value < 0:
        return number
    touches_zero = interval.closed and interval.lower.value == 0
    return {**number, "nonnegative" if touches_zero else "positive": True}


def _freshened(expression: Any) -> Any:
    """The same with every bound index a new symbol."""
    if isinstance(expression, _Over):
        fresh = [
            (sympy.Dummy(index.name, integer=True, positive=True), bound)
            for index, bound in expression.limits
        ]
        changes = {old: new for (old, _), (new, _) in zip(expression.limits, fresh, strict=True)}
        return expression.func(_freshened(expression.body.xreplace(changes)), *fresh)
    if not expression.args or isinstance(expression, Indexed) or not expression.has(_Over):
        return expression
    return expression.func(*(_freshened(part) for part in expression.args))


def _topmost(expression: Any, variable: Any) -> list[Any]:
    """Sums, products and members of the variable's family that are not inside a sum."""
    if isinstance(expression, _Over):
        return [expression]
    if isinstance(expression, Indexed):
        same = not variable.is_Symbol and expression.base == variable.base
        return [expression] if same else []
    return [found for part in expression.args for found in _topmost(part, variable)]


def _has_any(expression: Any, bounds: Iterable[Any]) -> bool:
    return any(expression.has(index) for index in bounds)


def _components(
    factors: Sequence[Any], indices: Sequence[Any]
) -> list[tuple[list[Any], list[Any]]]:
    """Group indices that share a factor, with the factors that have them."""
    groups: list[tuple[set[Any], list[Any]]] = [({index}, []) for index in indices]
    for factor in factors:
        touched = [group for group in groups if any(factor.has(index) for index in group[0])]
        if not touched:
            continue
        merged = (set().union(*(group[0] for group in touched)), [factor])
        for group in touched:
            merged[1].extend(group[1])
            groups.remove(group)
        groups.append(merged)
    ordered = {index: place for place, index in enumerate(indices)}
    return [(sorted(group, key=ordered.__getitem__), parts) for group, parts in groups]


def _logarithm_of_number(number: Any) -> Any:
    """log of a rational number by its prime factors, so that log 6 = log 2 + log 3."""
    powers = sympy.factorrat(number)
    return Add(*(power * sympy.log(prime) for prime, power in powers.items() if prime != 1))
