"""Steps of calculus: extrema, limits, integrals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import sympy
from mpmath import mp

from course_utils.derivations.formulas import (
    ZERO,
    At,
    Binary,
    DerivationError,
    Extremum,
    Formula,
    Integral,
    Limit,
    Partial,
    Relation,
    Symbol,
    equation,
    substitute,
    walk,
)
from course_utils.derivations.inequalities import Proved
from course_utils.derivations.steps import (
    Kind,
    Setting,
    require,
    require_independent,
    require_inside,
)
from course_utils.derivations.sums import FiniteSum


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
        require_independent(claim.right, variable)
        algebra = setting.algebra()
        require_inside(claim.right, variable, algebra)
        slope = algebra.expression(Partial(extremum.body, variable))
        ahead = algebra.expression(claim.right - variable)
        ratio = sympy.cancel(slope / ahead)
        require(
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
            place = point.value(claim.right)
            interval = extremum.variable.interval
            lower, upper = (
                end if end is None else point.value(end) for end in (interval.lower, interval.upper)
            )
            inside = (lower is None or lower < place) and (upper is None or place < upper)
            require(inside, "the point lies outside the interval")
            best = point.with_value(name, place).value(extremum.body)
            better = best >= other if extremum.kind == "max" else best <= other
            require(better, "another point is better")


@dataclass(frozen=True)
class SameExtremum(Kind):
    """One function is a monotone function of the other: their extrema lie at the same place."""

    label: ClassVar[str] = "monotone function"
    through: Formula
    variable: Symbol

    def prove(self, claim: Relation, setting: Setting) -> None:
        one, other = _extrema(claim)
        require_independent(self.through, one.variable)
        algebra = setting.algebra()
        for inner, outer in ((one.body, other.body), (other.body, one.body)):
            if algebra.equal(outer, substitute(self.through, {self.variable: inner})):
                require_inside(inner, self.variable, algebra)
                break
        else:
            raise DerivationError("neither is this function of the other")
        slope = algebra.expression(Partial(self.through, self.variable))
        require(
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
            require(agree == (one.kind == other.kind), "the order of two points disagrees")


def _extrema(claim: Relation) -> tuple[Extremum, Extremum]:
    one, other = claim.left, claim.right
    if not (isinstance(one, Extremum) and isinstance(other, Extremum) and claim.op == "="):
        raise DerivationError("the claim equates two extrema")
    require(one.variable == other.variable, "the extrema are over different variables")
    return one, other


@dataclass(frozen=True)
class LimitValue(Kind):
    """A limit, which SymPy computes."""

    label: ClassVar[str] = "limit"

    def prove(self, claim: Relation, setting: Setting) -> None:
        require(claim.op == "=", "a limit is claimed by an equation")
        require(any(isinstance(part, Limit) for part in walk(claim.left)), "there is no limit")
        equal = setting.algebra().equal(claim.left, claim.right)
        require(equal, "SymPy finds another limit")


@dataclass(frozen=True)
class Squeeze(Kind):
    """A limit between two bounds that have this very limit.

    The bounds stand proved before it, or are those of the inequality `between`.
    """

    label: ClassVar[str] = "squeeze"
    between: Proved | None = None

    def prove(self, claim: Relation, setting: Setting) -> None:
        wanted = claim.left
        if not (isinstance(wanted, Limit) and claim.op == "="):
            raise DerivationError("the claim is a limit and its value")
        require_independent(claim.right, wanted.variable)
        proved = list(setting.known)
        if self.between is not None:
            self.between.check()
            proved += _joined(self.between.relation)
        for side, name in (("≤", "below"), ("≥", "above")):
            bounds = [bound for known in proved for bound in _bounds(known, wanted, side)]
            arrives = any(
                bound == claim.right
                or equation(replace(wanted, body=bound), claim.right) in setting.known
                for bound in bounds
            )
            require(arrives, f"no bound from {name} has this limit")


def _joined(statement: Relation) -> list[Relation]:
    """The inequalities that a ≤ b ≤ c joins."""
    if isinstance(statement.left, Relation):
        return [*_joined(statement.left), replace(statement, left=statement.left.right)]
    return [statement]


def _bounds(known: Relation, wanted: Limit, side: str) -> list[Formula]:
    """What stands below (≤) or above (≥) the formula whose limit is wanted."""
    other = {"≤": "≥", "≥": "≤"}[side]
    # A strict bound is a weak one as well.
    op = {"<": "≤", ">": "≥"}.get(known.op, known.op)
    if known.right == wanted.body and op == side:
        return [known.left]
    if known.left == wanted.body and op == other:
        return [known.right]
    return []


@dataclass(frozen=True)
class TermByTerm(Kind):
    """A limit of sums, products and quotients of finite sums, each term of which has a limit."""

    label: ClassVar[str] = "limit, term by term"

    def prove(self, claim: Relation, setting: Setting) -> None:
        wanted = claim.left
        if not (isinstance(wanted, Limit) and claim.op == "="):
            raise DerivationError("the claim is a limit and its value")
        algebra = setting.algebra()
        variable, point = algebra.raw(wanted.variable), algebra.raw(wanted.point)
        changes: dict[Any, Any] = {}
        body = algebra.expression(wanted.body)
        for piece in _pieces(body, variable):
            if isinstance(piece, FiniteSum):
                term = _finite_limit(piece.body, variable, point)
                changes[piece] = FiniteSum(term, *piece.limits)
            else:
                changes[piece] = _finite_limit(piece, variable, point)
        numerator, denominator = (side.xreplace(changes) for side in body.as_numer_denom())
        require(algebra.is_positive(algebra.normal(denominator)), "the denominator may tend to 0")
        require(
            algebra.is_zero(numerator / denominator - algebra.raw(claim.right)),
            "its terms have another limit",
        )


def _pieces(expression: Any, variable: Any) -> list[Any]:
    """The sums and exponentials with the variable, of which the expression is rational."""
    if not expression.has(variable):
        return []
    if isinstance(expression, FiniteSum | sympy.exp):
        return [expression]
    rational = isinstance(expression, sympy.Add | sympy.Mul) or (
        isinstance(expression, sympy.Pow) and expression.exp.is_Integer
    )
    require(rational, "it is not made of sums and exponentials by rational operations")
    return [piece for part in expression.args for piece in _pieces(part, variable)]


def _finite_limit(term: Any, variable: Any, point: Any) -> Any:
    members = term.atoms(sympy.Indexed)
    plain = {one: sympy.Dummy(real=True, positive=one.is_positive) for one in members}
    try:
        found = sympy.limit(term.xreplace(plain), variable, point, "+")
    except NotImplementedError as unknown:
        raise DerivationError(f"a term has no limit that SymPy finds: {unknown}") from unknown
    require(bool(found.is_finite), "a term has no finite limit")
    return found.xreplace({name: member for member, name in plain.items()})


@dataclass(frozen=True)
class DifferenceQuotient(Kind):
    """The limit of f(c)/c for c → 0 is the derivative of f at 0, if f(0) = 0."""

    label: ClassVar[str] = "derivative as a limit"

    def prove(self, claim: Relation, setting: Setting) -> None:
        match claim:
            case Relation(
                Limit(Binary("/", body, below), variable, point),
                "=",
                At(Partial(derived, by, order), at, value),
            ):
                same = derived == body and below == variable == by == at
                require(same and order == 1, "the right side is not the derivative of f at 0")
                require(point == value == ZERO, "the limit and the derivative are not at 0")
            case _:
                raise DerivationError("the claim equates the limit of f(c)/c and a derivative")
        algebra = setting.algebra()
        require(algebra.expression(At(body, variable, ZERO)) == 0, "f is not 0 at 0")
        slope = algebra.expression(claim.right)
        infinite = slope.has(sympy.oo, -sympy.oo, sympy.zoo, sympy.nan)
        require(not infinite, "f has no derivative at 0")


@dataclass(frozen=True)
class Parts(Kind):
    """The integrands differ by the derivative of `primitive`, which is 0 at both ends.

    If the right side has no integral, the difference of the ends is its value.
    """

    label: ClassVar[str] = "integral"
    primitive: Formula

    def prove(self, claim: Relation, setting: Setting) -> None:
        require(claim.op == "=", "an integral is claimed by an equation")
        algebra = setting.algebra()
        first = next(part for part in walk(claim.left) if isinstance(part, Integral))
        variable = algebra.expression(first.variable)
        ends = sympy.Tuple(variable, algebra.raw(first.lower), algebra.raw(first.upper))
        difference = algebra.raw(claim.left) - algebra.raw(claim.right)
        integrand = sympy.Integer(0)
        for found in difference.atoms(sympy.Integral):
            require(found.limits == (ends,), "the integrals have different ends")
            integrand += difference.coeff(found) * found.function
            difference = difference - difference.coeff(found) * found
        primitive = algebra.expression(self.primitive)
        rest = algebra.differentiate(primitive, variable) - integrand
        require(algebra.is_zero(rest), "the primitive has another derivative")
        upper, lower = (
            algebra.normal(primitive.subs(variable, algebra.expression(end)))
            for end in (first.upper, first.lower)
        )
        require(algebra.is_zero(upper - lower + difference), "the ends give another value")


@dataclass(frozen=True)
class Integration(Kind):
    """An integral, which SymPy computes."""

    label: ClassVar[str] = "integral"

    def prove(self, claim: Relation, setting: Setting) -> None:
        require(claim.op == "=", "an integral is claimed by an equation")
        algebra = setting.algebra()
        require(algebra.raw(claim.left).has(sympy.Integral), "there is no integral")
        difference = algebra.raw(claim.left).doit() - algebra.raw(claim.right)
        require(algebra.is_zero(difference), "SymPy finds another value")


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
        require(algebra.equal(before.body, pulled_back), "the integrands differ")
        for old, new in ((before.lower, after.lower), (before.upper, after.upper)):
            end = algebra.expression(substitute(self.inner, {before.variable: old}))
            # Not by their difference: that of two infinite ends is no number.
            require(end == algebra.expression(new), "the ends differ")


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
        require(claim.op == "=", "induction proves an equation")
        algebra = setting.algebra()
        down: dict[Formula, Formula] = {self.over: self.over - 1, self.beside: self.beside + 1}
        before = [substitute(side, down) for side in (claim.left, claim.right)]
        recursion = Relation(claim.left, "=", self.factor * before[0])
        require(recursion in setting.known, "the recursion does not stand proved before it")
        ratio = algebra.raw(claim.right) / algebra.raw(self.factor * before[1])
        require(
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
                require(sympy.combsimp(start[1] / value) == 1, "the right side starts elsewhere")
                return
        raise DerivationError("the case 0 does not stand proved before it")


@dataclass(frozen=True)
class ZeroDerivative(Kind):
    """What has the derivative 0 everywhere has the same value everywhere."""

    label: ClassVar[str] = "constant function"
    variable: Symbol
    start: Formula

    def prove(self, claim: Relation, setting: Setting) -> None:
        require(claim.op == "=", "a constant is claimed by an equation")
        at_start = substitute(claim.left, {self.variable: self.start})
        algebra = setting.algebra()
        require(algebra.equal(claim.right, at_start), "the right side is not the value there")
        for known in setting.known:
            derived = known.left
            if isinstance(derived, Partial) and derived.variable == self.variable:
                same = derived.body == claim.left and known.right == ZERO
                if same and known.op == "=" and derived.order == 1:
                    return
        raise DerivationError("no step before it shows that its derivative is 0")
