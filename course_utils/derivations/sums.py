r"""A small normal form for finite sums in SymPy.

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

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import permutations
from typing import Any

import sympy
from sympy import Add, Indexed, IndexedBase, Integer, KroneckerDelta, Mul, Pow

from course_utils.derivations.formulas import DerivationError


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


class NormalForm:
    """Normal forms of expressions, given what their symbols stand for.

    `sizes`: how far each index runs. `label_sizes`: the same for families of class labels.
    `distributions`: the size of each family that sums to 1 over its last index. `intervals`: the
    ends between which a variable or the members of a family lie.
    """

    def __init__(self, *, logarithm_of_product: bool = True) -> None:
        self.logarithm_of_product = logarithm_of_product
        self.sizes: dict[Any, Any] = {}
        self.label_sizes: dict[str, Any] = {}
        self.distributions: dict[str, Any] = {}
        self.intervals: dict[str, tuple[Any, Any]] = {}
        self._heights: dict[Any, int] = {}
        self._varied: frozenset[str] = frozenset()
        self._known: dict[Any, Any] = {}
        self._positive: dict[Any, bool] = {}

    def normal(self, expression: Any) -> Any:
        """Rational in atoms that are themselves in normal form."""
        key = (expression, self._varied)
        if key not in self._known:
            result = rational(self._rebuilt(expression))
            self._known[key] = self._known[result, self._varied] = result
        return self._known[key]

    def _rebuilt(self, expression: Any) -> Any:
        if not expression.args or isinstance(expression, Indexed):
            return expression
        if isinstance(expression, FiniteSum):
            fresh = freshened(expression)
            self._register(fresh.limits)
            return self._total(self.normal(fresh.body), fresh.limits)
        if isinstance(expression, FiniteProduct):
            fresh = freshened(expression)
            self._register(fresh.limits)
            return self._named(FiniteProduct, self.normal(fresh.body), fresh.limits)
        parts = [self._rebuilt(part) for part in expression.args]
        if isinstance(expression, sympy.exp):
            return expand_exponential(rational(parts[0]))
        if isinstance(expression, sympy.log):
            return self._logarithm(rational(parts[0]))
        if isinstance(expression, sympy.cos | sympy.sin):
            return sympy.expand_trig(expression.func(sympy.expand(rational(parts[0]))))
        if isinstance(expression, Pow) and not expression.exp.is_Integer:
            return self._power(rational(parts[0]), sympy.expand(parts[1]))
        return expression.func(*parts)

    def _register(self, limits: Iterable[Any]) -> None:
        for index, bound in limits:
            self.sizes[index] = bound

    def _power(self, base: Any, exponent: Any) -> Any:
        """x^(a+b) as x^a x^b, and powers of a product as a product of powers."""
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
                    fresh = freshened(base)
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
            return self.label_sizes.get(index.base.label.name)
        return self.sizes.get(index)

    def _is_distribution(self, factor: Any, index: Any, bound: Any) -> bool:
        return (
            isinstance(factor, Indexed)
            and factor.base.label.name not in self._varied
            and self.distributions.get(factor.base.label.name) == bound
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

    @contextmanager
    def varying(self, name: str) -> Iterator[None]:
        """While one member of a distribution varies, the members do not sum to 1."""
        before = self._varied
        self._varied = before | {name}
        try:
            yield
        finally:
            self._varied = before

    # Signs.

    def is_positive(self, expression: Any) -> bool:
        """Whether an expression is positive wherever its variables live."""
        if expression not in self._positive:
            self._positive[expression] = bool(self._signed(expression).is_positive)
        return self._positive[expression]

    def is_non_negative(self, expression: Any) -> bool:
        """Whether an expression is positive or zero wherever its variables live."""
        return bool(self._signed(expression).is_nonnegative)

    def _signed(self, expression: Any) -> Any:
        """Rewrite variables between two ends by positive ones: x = (a + b u) / (1 + u)."""
        if expression.is_positive or expression.is_number:
            return expression
        # A variable of integration is bound: nothing can be put in its place.
        integrals = expression.atoms(sympy.Integral)
        expression = expression.xreplace({part: sympy.Dummy(real=True) for part in integrals})
        changes: dict[Any, Any] = {}
        for atom in expression.atoms(sympy.Symbol, Indexed):
            name = atom.base.label.name if isinstance(atom, Indexed) else atom.name
            lower, upper = self.intervals.get(name, (None, None))
            if isinstance(atom, Indexed):
                free = IndexedBase(f"{name} parameter", positive=True)[atom.indices]
            else:
                free = sympy.Symbol(f"{name} parameter", positive=True)
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
    if not expression.args or isinstance(expression, Indexed | _Over):
        return expression
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


def freshened(expression: Any) -> Any:
    """The same with every bound index a new symbol."""
    if isinstance(expression, _Over):
        fresh = [
            (sympy.Dummy(index.name, integer=True, positive=True), bound)
            for index, bound in expression.limits
        ]
        changes = {old: new for (old, _), (new, _) in zip(expression.limits, fresh, strict=True)}
        return expression.func(freshened(expression.body.xreplace(changes)), *fresh)
    if not expression.args or isinstance(expression, Indexed) or not expression.has(_Over):
        return expression
    return expression.func(*(freshened(part) for part in expression.args))


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
