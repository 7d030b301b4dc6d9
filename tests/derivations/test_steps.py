"""Each rule of proof accepts what follows by it and refuses what does not."""

from dataclasses import replace

import pytest

from course_utils.derivations import Derivation, DerivationError
from course_utils.derivations.calculus import (
    Descent,
    DifferenceQuotient,
    Integration,
    LimitValue,
    Parts,
    SameExtremum,
    SignOfDerivative,
    Squeeze,
    Substitution,
    TermByTerm,
    ZeroDerivative,
)
from course_utils.derivations.engine import chain, claim, equals
from course_utils.derivations.formulas import (
    INFINITY,
    NON_NEGATIVE,
    POSITIVE,
    UNIT,
    Formula,
    Function,
    Interval,
    Relation,
    absolute,
    argmax,
    argmin,
    at,
    between,
    delta,
    derivative,
    equation,
    exp,
    factorial,
    family,
    indices,
    integral,
    labels,
    limit,
    log,
    product,
    relation,
    size,
    sqrt,
    symbol,
    total,
    whole,
)
from course_utils.derivations.inequalities import (
    EqualityCase,
    Increasing,
    Minimum,
    OneTerm,
    Rearrangement,
    Sign,
    Termwise,
)
from course_utils.derivations.steps import (
    Cases,
    Different,
    Earlier,
    Equality,
    Induction,
    Insertion,
    Kind,
    Numeric,
    Reindexing,
    Replacement,
    Setting,
)

K, N = size("K"), size("N")
i, j, k = indices("i j k", K)
n, m = indices("n m", N)
x, c = symbol("x"), symbol("c")
u = symbol("u", interval=POSITIVE)
t = symbol("t", interval=UNIT)
d = symbol("d", interval=NON_NEGATIVE)
a, z = family("a", N), family("z", K)
r, w = family("r", K, interval=POSITIVE), family("w", K, interval=POSITIVE)
gaps = family("gaps", K, interval=NON_NEGATIVE)
y = labels("y", N, classes=K)
g = Function("g", "g", POSITIVE)
SOFTMAX: tuple[tuple[Formula, Formula], ...] = ((r[k], exp(z[k]) / total(j, exp(z[j]))),)

LOG_BOUND = Derivation(
    label="eq-test-log",
    title="Bound",
    steps=claim(relation(log(u), "≤", u - 1), "tangent", Minimum(u, whole(1))),
    independent="none",
)
EXP_BOUND = Derivation(
    label="eq-test-exp",
    title="Bound",
    steps=claim(relation(exp(-d), "≤", 1), "falls", Minimum(d, whole(0))),
    independent="none",
)


def accepts(by: Kind, statement: Relation, setting: Setting | None = None) -> None:
    by.prove(statement, setting or Setting())


def refuses(by: Kind, statement: Relation, message: str, setting: Setting | None = None) -> None:
    with pytest.raises(DerivationError, match=message):
        by.prove(statement, setting or Setting())


def test_insertion_is_no_algebra() -> None:
    softmax = Setting(definitions=SOFTMAX)
    accepts(Insertion(), equation(r[i], exp(z[i]) / total(k, exp(z[k]))), softmax)
    refuses(Insertion(), equation(r[i], r[i]), "same formula", softmax)
    doubled = equation(2 * r[i], 2 * exp(z[i]) / total(k, exp(z[k])))
    refuses(Insertion(), doubled, "differ after", softmax)
    accepts(Equality(), doubled, softmax)


def test_equality_checks_nothing_against_itself() -> None:
    softmax = Setting(definitions=SOFTMAX)
    refuses(Equality(), equation(x, x), "against itself")
    refuses(Equality(), equation(total(k, z[k]), total(j, z[j])), "against itself")
    refuses(Equality(), equation(r[i], exp(z[i]) / total(k, exp(z[k]))), "against itself", softmax)
    refuses(Equality(), relation(x, "≤", x + 1), "claims an equation")


def test_absolute_values_lose_a_sign_and_no_more() -> None:
    accepts(Equality(), equation(absolute(-u) + absolute(u), 2 * u))
    accepts(Equality(), equation(absolute(x - c) ** 2, (c - x) ** 2))
    accepts(Sign(), relation(total(k, absolute(z[k])), "≥", 0))
    refuses(Equality(), equation(absolute(x), x), "does not cancel")
    refuses(Sign(), relation(absolute(x), ">", 0), "not seen")


def test_reindexing_changes_the_range() -> None:
    by_class = total(k, total(n, delta(y[n], k)) * r[k])
    accepts(Reindexing(), equation(total(n, r[y[n]]), by_class))
    refuses(Reindexing(), equation(2 * total(n, a[n]), total(m, 2 * a[m])), "same ranges")
    refuses(Reindexing(), equation(total(n, r[y[n]]), total(k, r[k])), "does not cancel")


def test_induction_proves_the_rule_for_products() -> None:
    f = family("f", N, interval=POSITIVE)
    accepts(Induction(N), equation(log(product(n, f[n])), total(n, log(f[n]))))
    # Without a sign there is no logarithm of the factors.
    refuses(Induction(N), equation(log(product(n, a[n])), total(n, log(a[n]))), "pass on")


def test_induction_wants_both_its_halves() -> None:
    wrong_start = equation(total(n, 2 * a[n]), 2 * total(n, a[n]) + 1)
    refuses(Induction(N), wrong_start, "does not hold for N = 1")
    one_only = equation(total(n, total(m, a[n] * a[m])), total(n, a[n] ** 2))
    refuses(Induction(N), one_only, "does not pass on from N to N")
    refuses(Induction(size("N", 2)), wrong_start, "starts from 1")
    of_one = equation(a[n] * total(m, 1), a[n] * N)
    refuses(Induction(N), of_one, "speaks of one index")


def test_sign_needs_a_reason_in_the_formula() -> None:
    accepts(Sign(), relation(total(k, r[k] * z[k] ** 2), "≥", 0))
    accepts(Sign(), relation(-(t * log(t)), ">", 0))
    refuses(Sign(), relation(total(k, r[k] * z[k] ** 2), ">", 0), "not seen")
    refuses(Sign(), relation(total(k, r[k] * z[k]), "≥", 0), "not seen")
    refuses(Sign(), relation(r[i] - r[j], "≥", 0), "not seen")
    refuses(Sign(), equation(x, x), "by < ≤ > or ≥")


def test_sign_of_an_integral_is_known_where_its_variable_lives() -> None:
    accepts(Sign(), relation(integral((1 - t) * x**2, t, 0, 1), "≥", 0))
    accepts(Sign(), relation(integral(g(t), t, 0, 1), ">", 0))
    refuses(Sign(), relation(integral(1 - 2 * t, t, 0, 1), "≥", 0), "not seen")
    # Beyond 1 the integrand is negative; from 1 to 0 the integral is.
    refuses(Sign(), relation(integral(1 - t, t, 0, 5), "≥", 0), "not seen")
    refuses(Sign(), relation(integral(1 - t, t, 1, 0), "≥", 0), "not seen")
    backwards = symbol("backwards", interval=between(1, 0))
    refuses(Sign(), relation(integral(g(backwards), backwards, 1, 0), ">", 0), "not seen")


def test_rearrangement_keeps_what_is_known() -> None:
    known = Setting(known=(relation(x, "≤", c),))
    accepts(Rearrangement(), relation(c - x, "≥", 0), known)
    accepts(Rearrangement(), relation(2 * x + 1, "≤", 2 * c + 1), known)
    refuses(Rearrangement(), relation(x, "≥", c), "says this", known)
    refuses(Rearrangement(), relation(x, "<", c), "says this", known)
    refuses(Rearrangement(), relation(x * x, "≤", c * c), "says this", known)


def test_lemma_holds_at_its_minimum_and_away_from_it() -> None:
    LOG_BOUND.check()
    EXP_BOUND.check()
    refuses(Minimum(u, whole(2)), relation(log(u), "≤", u - 1), "do not agree")
    refuses(Minimum(u, whole(1)), relation(log(u), "≥", u - 1), "fall before")
    refuses(Minimum(u, whole(1)), relation(0 * u, "≤", (u - 1) * (u - 2)), "fall before")
    refuses(Minimum(d, whole(0)), relation(exp(-d), "≥", 1), "grow from")
    refuses(Minimum(u, u), relation(log(u), "≤", u - 1), "depends on the variable")


def test_lemma_is_summed_with_weights_that_are_not_negative() -> None:
    sums = total(k, w[k] * log(r[k])), total(k, w[k] * (r[k] - 1))
    accepts(Termwise(LOG_BOUND, r[k], w[k], (k,)), relation(sums[0], "≤", sums[1]))
    refuses(Termwise(LOG_BOUND, r[k], w[k], (k,)), relation(sums[0], "≥", sums[1]), "another")
    unsigned = total(k, z[k] * log(r[k])), total(k, z[k] * (r[k] - 1))
    refuses(
        Termwise(LOG_BOUND, r[k], z[k], (k,)), relation(unsigned[0], "≤", unsigned[1]), "weight"
    )
    outside = total(k, log(z[k])), total(k, z[k] - 1)
    refuses(
        Termwise(LOG_BOUND, z[k], whole(1), (k,)), relation(outside[0], "≤", outside[1]), "outside"
    )


def test_lemma_is_checked_before_it_is_used() -> None:
    false = Derivation(
        label="eq-test-false",
        title="False",
        steps=claim(relation(log(u), "≤", u - 2), "no", Minimum(u, whole(1))),
        independent="none",
    )
    refuses(Termwise(false, r[i]), relation(log(r[i]), "≤", r[i] - 2), "eq-test-false")


def test_case_of_equality_is_where_the_lemma_has_its_minimum() -> None:
    gap = equation(total(k, w[k] * log(r[k])), total(k, w[k] * (r[k] - 1)))
    by = EqualityCase(LOG_BOUND, r[k], w[k], (k,))
    accepts(by, relation(gap, "⟺", equation(r[k], 1).for_every(k)))
    refuses(by, relation(gap, "⟺", equation(r[k], 2).for_every(k)), "not where")
    refuses(by, relation(gap, "⟺", equation(r[k], 1)), "every index")
    zero_weight = EqualityCase(LOG_BOUND, r[k], gaps[k], (k,))
    loose = equation(total(k, gaps[k] * log(r[k])), total(k, gaps[k] * (r[k] - 1)))
    refuses(zero_weight, relation(loose, "⟺", equation(r[k], 1).for_every(k)), "weight")


def test_one_term_of_a_sum() -> None:
    accepts(OneTerm(i), relation(total(k, r[k]), "≥", r[i]))
    refuses(OneTerm(i), relation(total(k, r[k]), "≤", r[i]), "no sum")
    refuses(OneTerm(i), relation(total(k, z[k]), "≥", z[i]), "may be negative")
    refuses(OneTerm(i), relation(total(k, r[k]), "≥", 2 * r[i]), "not that term")
    refuses(OneTerm(n), relation(total(k, r[k]), "≥", a[n]), "none of this sum")


def test_growing_function_of_a_known_inequality() -> None:
    known = Setting(known=(relation(r[i], "≤", r[j]),))
    accepts(Increasing(log(u), u), relation(log(r[i]), "≤", log(r[j])), known)
    refuses(Increasing(-log(u), u), relation(-log(r[i]), "≤", -log(r[j])), "does not grow", known)
    refuses(Increasing(log(u), u), relation(log(r[j]), "≤", log(r[i])), "no inequality", known)
    anywhere = Setting(known=(relation(z[i], "≤", z[j]),))
    refuses(Increasing(log(u), u), relation(log(z[i]), "≤", log(z[j])), "outside", anywhere)


def test_extremum_is_where_the_derivative_changes_its_sign() -> None:
    accepts(SignOfDerivative(), equation(argmax(t, t * (1 - t)), whole(1) / 2))
    refuses(SignOfDerivative(), equation(argmin(t, t * (1 - t)), whole(1) / 2), "sign")
    refuses(SignOfDerivative(), equation(argmax(t, t * (1 - t)), whole(1) / 3), "sign")
    refuses(SignOfDerivative(), equation(argmax(t, t * (2 - t)), whole(1)), "outside")
    two_minima = (x - 1) ** 2 * (x + 1) ** 2
    refuses(SignOfDerivative(), equation(argmin(x, two_minima), 1), "sign")
    refuses(SignOfDerivative(), equation(argmax(x, -(x**2)), x), "depends on the variable")


def test_extrema_agree_through_a_monotone_function_alone() -> None:
    f = g(x)
    accepts(SameExtremum(log(u), u), equation(argmax(x, f), argmax(x, log(f))))
    accepts(SameExtremum(-log(u), u), equation(argmax(x, f), argmin(x, -log(f))))
    refuses(SameExtremum(-log(u), u), equation(argmax(x, f), argmax(x, -log(f))), "right way")
    refuses(SameExtremum(u * x, u), equation(argmax(x, f), argmax(x, f * x)), "the variable")
    squares = equation(argmin(x, x - c), argmin(x, (x - c) ** 2))
    refuses(SameExtremum(c**2, c), squares, "right way")
    refuses(SameExtremum(u**3, u), squares, "neither is this function")
    refuses(SameExtremum(u**2, u), equation(argmin(x, x), argmin(x, x**2)), "outside")


def test_limit() -> None:
    logistic = 1 / (1 + exp(-x))
    accepts(LimitValue(), equation(limit(logistic, x, INFINITY), 1))
    refuses(LimitValue(), equation(limit(logistic, x, -INFINITY), 1), "another limit")
    refuses(LimitValue(), equation(x - x, 0), "no limit")


def test_a_derivative_is_the_limit_of_a_difference_quotient() -> None:
    rule = DifferenceQuotient()

    def slope(body: Formula, *, order: int = 1) -> Formula:
        return at(derivative(body, t, order), t, 0)

    rises = exp(2 * t) - 1
    accepts(rule, equation(limit(rises / t, t, 0), slope(rises)))
    refuses(rule, equation(limit(exp(t) / t, t, 0), slope(exp(t))), "f is not 0 at 0")
    refuses(rule, equation(limit(rises / t, t, 0), slope(exp(t) - 1)), "not the derivative of f")
    refuses(rule, equation(limit(rises / t, t, 0), slope(rises, order=2)), "not the derivative")
    refuses(rule, equation(limit(rises / t**2, t, 0), slope(rises)), "not the derivative of f")
    refuses(rule, equation(limit(rises / t, t, 1), slope(rises)), "not at 0")
    refuses(rule, equation(limit(sqrt(t) / t, t, 0), slope(sqrt(t))), "no derivative at 0")
    refuses(rule, equation(limit(rises / t, t, 0), 2), "the limit of f")


def test_parts_needs_the_primitive_and_its_ends() -> None:
    square = equation(integral(t**2, t, 0, 1), whole(1) / 3)
    accepts(Parts(t**3 / 3), square)
    refuses(Parts(t**3), square, "another derivative")
    refuses(Parts(t**3 / 3), equation(integral(t**2, t, 0, 1), 1), "another value")
    shifted = equation(integral(t**2, t, 0, 1), integral(t, t, 0, 1))
    refuses(Parts(t**3 / 3 - t**2 / 2), shifted, "another value")
    other_ends = equation(integral(t**2, t, 0, 1), integral(t**2, t, 0, 2))
    refuses(Parts(0 * t), other_ends, "different ends")
    several_terms = equation(integral((1 - t) * t, t, 0, 1), whole(1) / 6)
    accepts(Parts(t**2 / 2 - t**3 / 3), several_terms)
    refuses(Parts(t**2 / 2), several_terms, "another derivative")


def test_integration() -> None:
    accepts(Integration(), equation(integral(t * (1 - t), t, 0, 1), whole(1) / 6))
    refuses(Integration(), equation(integral(t * (1 - t), t, 0, 1), whole(1) / 5), "another value")
    refuses(Integration(), equation(t, t), "no integral")


def test_substitution_carries_integrand_and_ends() -> None:
    s = symbol("s")
    left = integral(g(c + x), x, 0, 1)
    accepts(Substitution(c + x), equation(left, integral(g(s), s, c, c + 1)))
    refuses(Substitution(c + x), equation(left, integral(g(s), s, 0, 1)), "ends")
    refuses(Substitution(c + 2 * x), equation(left, integral(g(s), s, c, c + 2)), "integrands")


def test_descent_needs_its_start_and_its_recursion() -> None:
    whole_numbers = Interval(whole(0), integer=True)
    h = symbol("h", interval=whole_numbers)
    b = symbol("b", interval=whole_numbers)
    area = integral(t**h * (1 - t) ** b, t, 0, 1)
    start = equation(integral(t**h, t, 0, 1), 1 / (h + 1))
    recursion = equation(area, b / (h + 1) * integral(t ** (h + 1) * (1 - t) ** (b - 1), t, 0, 1))
    by = Descent(b, h, b / (h + 1))
    value = factorial(h) * factorial(b) / factorial(h + b + 1)
    accepts(by, equation(area, value), Setting(known=(start, recursion)))
    refuses(by, equation(area, value), "case 0", Setting(known=(recursion,)))
    refuses(by, equation(area, value), "recursion does not stand", Setting(known=(start,)))
    known = Setting(known=(start, recursion))
    refuses(by, equation(area, 2 * value), "starts elsewhere", known)
    refuses(by, equation(area, factorial(h) / factorial(h + b + 1)), "obey", known)


def test_zero_derivative_must_be_shown_before() -> None:
    f = g(x) * exp(-x)
    known = Setting(known=(equation(derivative(f, x), 0),))
    constant = equation(f, g(whole(0)) * exp(-whole(0)))
    accepts(ZeroDerivative(x, whole(0)), constant, known)
    refuses(ZeroDerivative(x, whole(0)), constant, "no step before")
    refuses(ZeroDerivative(x, whole(0)), equation(f, g(whole(1))), "not the value", known)


def test_different_numbers() -> None:
    accepts(Different(), relation(log(whole(2)), "≠", log(whole(3))))
    refuses(Different(), relation(log(whole(4)), "≠", 2 * log(whole(2))), "agree")
    refuses(Different(), relation(x, "≠", c), "no numbers")


def test_earlier_uses_what_is_proved() -> None:
    known = Setting(known=(equation(g(x), c),))
    accepts(Earlier(), equation(g(x) ** 2, c**2), known)
    refuses(Earlier(), equation(g(x) ** 2, c**2), "does not cancel")


def test_replacement_under_a_derivative_is_for_functions_alone() -> None:
    square = equation(derivative(x**2, x), derivative(c**2, x))
    refuses(Replacement(), square, "does this", Setting(facts=(equation(x, c),)))
    scaled = equation(derivative(c * x, x), derivative(x * x, x))
    refuses(Replacement(), scaled, "does this", Setting(facts=(equation(c, x),)))
    rule = Setting(facts=(equation(g(x + c), g(x) * g(c)),))
    accepts(Replacement(), equation(derivative(g(x + c), x), derivative(g(x) * g(c), x)), rule)
    refuses(Replacement(), equation(g(x + c), g(x)), "does this", rule)


def test_replacement_captures_no_index() -> None:
    one_term = Setting(facts=(equation(z[k], x),))
    refuses(Replacement(), equation(total(k, z[k]), total(k, x)), "does this", one_term)
    every_term = Setting(facts=(equation(z[k], x).for_every(k),))
    accepts(Replacement(), equation(total(k, z[k]), total(k, x)), every_term)


def test_numeric_step_says_why_and_shows_in_the_status() -> None:
    by = Numeric(why="SymPy has no rule for it")
    entry = Derivation(
        label="eq-test-numeric",
        title="Numeric",
        steps=chain((x + 1) ** 2, equals(x**2 + 2 * x + 1, "tried", by)),
        independent="none",
    )
    entry.check()
    assert entry.status == "numerically checked"
    assert entry.reason == "SymPy has no rule for it"
    refuses(by, equation(x, x + whole(1) / 10**20), "it is false")
    refuses(Numeric(why=""), equation(x, x), "says why")


@pytest.mark.parametrize("wrong", ["prover", "numbers"])
def test_an_error_in_one_route_is_caught_by_the_other(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    false = Derivation(
        label="eq-test-false",
        title="False",
        steps=chain((x + 1) ** 2, equals(x**2 + 1, "no")),
        independent="none",
    )
    if wrong == "prover":
        monkeypatch.setattr(Equality, "prove", lambda *_: None)
    else:
        monkeypatch.setattr(Equality, "try_numbers", lambda *_: None)
    with pytest.raises(DerivationError, match="eq-test-false, step 1"):
        false.check()


def test_lemma_is_integrated_as_it_is_summed() -> None:
    p, q = Function("p", "p", POSITIVE), Function("q", "q", POSITIVE)
    f = Function("f", "f")
    use = Termwise(LOG_BOUND, q(x) / p(x), p(x), under=(x, whole(0), whole(1)))
    logarithm = integral(p(x) * log(q(x) / p(x)), x, 0, 1)
    accepts(use, relation(logarithm, "≤", integral(q(x) - p(x), x, 0, 1)))
    refuses(use, relation(logarithm, "≤", integral(p(x) - q(x), x, 0, 1)), "another difference")
    # Not over other ends, and not with a weight that may be negative.
    elsewhere = relation(logarithm, "≤", integral(q(x) - p(x), x, 0, 2))
    refuses(use, elsewhere, "another difference")
    weighted = Termwise(LOG_BOUND, q(x), f(x), under=(x, whole(0), whole(1)))
    signless = relation(
        integral(f(x) * log(q(x)), x, 0, 1), "≤", integral(f(x) * (q(x) - 1), x, 0, 1)
    )
    refuses(weighted, signless, "weight may be negative")


def test_substitution_on_the_whole_line() -> None:
    h = Function("h", "h")
    r = symbol("r")
    before = integral(h(x**3) * 3 * x**2, x, -INFINITY, INFINITY)
    by = Substitution(x**3)
    accepts(by, equation(before, integral(h(r), r, -INFINITY, INFINITY)))
    refuses(by, equation(before, integral(h(r), r, 0, INFINITY)), "ends differ")
    refuses(by, equation(before, integral(h(r), r, INFINITY, -INFINITY)), "ends differ")


def test_cases_are_those_of_a_whole_number_between_two_ends() -> None:
    one_of_three = symbol("i", interval=Interval(whole(0), whole(2), closed=True, integer=True))
    # Their difference is i(i - 1)(i - 2).
    accepts(Cases(one_of_three), equation(one_of_three**3, 3 * one_of_three**2 - 2 * one_of_three))
    refuses(Cases(one_of_three), equation(one_of_three**2, one_of_three), "= 2")
    refuses(Cases(x), equation(x**2, x), "more than a few values")
    open_ends = symbol("i", interval=Interval(whole(0), whole(2), integer=True))
    accepts(Cases(open_ends), equation(open_ends**2, 1))


def test_squeeze_needs_a_bound_from_both_sides_with_the_same_limit() -> None:
    middle, above = c * d, d * c**2
    wanted = equation(limit(middle, d, 0), 0)
    below_it, above_it = relation(whole(0), "≤", middle), relation(middle, "≤", above)
    arrives = equation(limit(above, d, 0), 0)
    accepts(Squeeze(), wanted, Setting(known=(below_it, above_it, arrives)))
    # A bound may be written the other way round, and may be strict.
    turned = (relation(middle, ">", 0), relation(above, "≥", middle), arrives)
    accepts(Squeeze(), wanted, Setting(known=turned))
    refuses(Squeeze(), wanted, "from above", Setting(known=(below_it, above_it)))
    refuses(Squeeze(), wanted, "from below", Setting(known=(above_it, arrives)))
    elsewhere = equation(limit(above, d, 1), 0)
    refuses(Squeeze(), wanted, "from above", Setting(known=(below_it, above_it, elsewhere)))
    both = Setting(known=(below_it, above_it, arrives))
    refuses(Squeeze(), equation(limit(middle, d, 0), 1), "from below", both)
    refuses(Squeeze(), equation(middle, 0), "a limit", both)


def test_squeeze_between_the_sides_of_an_inequality_that_is_checked() -> None:
    lemma = Derivation(
        label="eq-test-squeeze",
        title="Bounds",
        steps=(
            *claim(relation(whole(0), "≤", d**2), "square", Sign()),
            *claim(relation(d**2, "≤", d**2 + u * d), "positive", Sign()),
        ),
        statement=relation(relation(whole(0), "≤", d**2), "≤", d**2 + u * d),
        independent="none",
    )
    wanted = equation(limit(d**2, d, 0), 0)
    arrives = Setting(known=(equation(limit(d**2 + u * d, d, 0), 0),))
    accepts(Squeeze(lemma), wanted, arrives)
    refuses(Squeeze(lemma), wanted, "from above")
    wrong = replace(lemma, steps=claim(relation(d**2, "≤", d), "no", Sign()), statement=None)
    refuses(Squeeze(wrong), wanted, "eq-test-squeeze", arrives)


def test_a_limit_is_taken_term_by_term_where_every_term_has_one() -> None:
    share = exp(z[k] / u) / total(j, exp(z[j] / u))
    accepts(TermByTerm(), equation(limit(share, u, INFINITY), 1 / K))
    refuses(TermByTerm(), equation(limit(share, u, INFINITY), 2 / K), "another limit")
    # Towards 0 all depends on the signs of the logits.
    growing = total(j, exp(r[j] * u))
    refuses(TermByTerm(), equation(limit(1 / growing, u, INFINITY), 0), "no finite limit")
    refuses(TermByTerm(), equation(limit(share, u, whole(0)), 1 / K), "no limit")
    # A denominator that tends to 0 would hide what happens.
    fading = total(j, exp(-(r[j] * u)))
    refuses(TermByTerm(), equation(limit(fading / fading**2, u, INFINITY), 0), "tend to 0")
    refuses(TermByTerm(), equation(limit(log(u), u, INFINITY), 0), "rational operations")
    refuses(TermByTerm(), equation(share, 1 / K), "a limit")
