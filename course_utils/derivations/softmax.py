"""Softmax: from its demands to its Jacobian."""

from __future__ import annotations

import numpy as np

from course_utils.derivations.calculus import (
    LimitValue,
    Substitution,
    ZeroDerivative,
)
from course_utils.derivations.engine import (
    Assumption,
    Definition,
    Derivation,
    at_least,
    at_most,
    chain,
    claim,
    differs,
    equals,
    greater,
    inserted,
)
from course_utils.derivations.formulas import (
    NON_NEGATIVE,
    ONE,
    POSITIVE,
    Function,
    at,
    delta,
    derivative,
    distribution,
    equation,
    exp,
    family,
    indices,
    integral,
    limit,
    log,
    partial,
    relation,
    size,
    symbol,
    total,
    total_but,
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
from course_utils.derivations.likelihood import log_bound
from course_utils.derivations.steps import (
    Different,
    Earlier,
    Replacement,
)
from course_utils.derivations.symbols import K, c, i, j, k, sigma, true_class, u, v, z
from course_utils.losses import softmax_cross_entropy, softmax_cross_entropy_and_gradient
from course_utils.sigmoid import sigmoid
from course_utils.softmax import log_softmax, logsumexp, softmax, softmax_jacobian

p = family("p", K)

definition = Definition(
    label="eq-softmax-definition",
    title="Softmax",
    symbol=p[k],
    expression=exp(z[k]) / total(j, exp(z[j])),
    introduces="the probabilities $p_k$ that belong to the logits $z_k$",
    numpy=lambda z: softmax(z),
    independent="`course_utils.softmax.softmax` at random logits",
)

# From its demands. Three classes are needed: with two, there is no class between them.

K3 = size("K", 3)
i3, j3, k3, l3 = indices("i j k l", K3)
z3 = family("z", K3)
p3 = family("p", K3, interval=POSITIVE)
a, b, t = symbol("a"), symbol("b"), symbol("t")
sum_of_both = symbol("sum of both", r"\xi")
g = Function("g", "g", POSITIVE)
rate = symbol("rate")

ratio_assumption = Assumption(
    label="eq-softmax-ratio",
    title="Only differences of scores count",
    statement=equation(p3[i3] / p3[j3], g(z3[i3] - z3[j3])),
    why="how many times more probable one class is than another depends on the difference of their "
    "scores alone, by the same function for every pair",
)

sum_assumption = Assumption(
    label="eq-softmax-sum-to-one",
    title="Probabilities sum to one",
    statement=equation(total(k3, p3[k3]), 1),
    why="one of the classes is the true one",
)

# A model that meets the demands, at which the steps are evaluated.
satisfying = (
    (g(a), exp(rate * a)),
    (
        p3[i3],
        exp(rate * z3[i3]) / total(l3, exp(rate * z3[l3])),
    ),
)

functional_equation = Derivation(
    label="eq-softmax-functional-equation",
    title="The function turns sums into products",
    let=((a, z3[i3] - z3[j3]), (b, z3[j3] - z3[k3])),
    assumptions=(
        relation(g(z3[i3] - z3[j3]), "=", p3[i3] / p3[j3]).for_every(i3, j3),
        "there are at least three classes $i$, $j$ and $k$",
    ),
    example=satisfying,
    steps=chain(
        g(a + b),
        equals(g(z3[i3] - z3[k3]), "the middle score cancels"),
        equals(
            p3[i3] / p3[k3],
            "the ratio of two probabilities is $g$ of their difference",
        ),
        equals(
            p3[i3] / p3[j3] * (p3[j3] / p3[k3]),
            "go by way of the middle class",
        ),
        equals(
            g(z3[i3] - z3[j3]) * g(z3[j3] - z3[k3]),
            "the same for both ratios",
        ),
        equals(g(a) * g(b), "the names of the differences", inserted),
    ),
    independent="both sides for the exponential model at random scores",
)

turns_sums_into_products = relation(g(a + b), "=", g(a) * g(b))

smoothness = Derivation(
    label="eq-softmax-smoothness",
    title="A continuous such function is differentiable",
    assumptions=(turns_sums_into_products, "$g$ is continuous and positive"),
    example=satisfying[:1],
    steps=chain(
        g(a) * integral(g(b), b, 0, 1),
        equals(integral(g(a) * g(b), b, 0, 1), "$g(a)$ does not depend on $b$"),
        equals(integral(g(a + b), b, 0, 1), "$g(a)\\,g(b) = g(a + b)$", Replacement()),
        equals(
            integral(g(sum_of_both), sum_of_both, a, a + 1),
            "substitute $\\xi = a + b$. By the fundamental theorem of calculus the right side has "
            "a derivative by $a$, and so has $g$, since the first integral is positive",
            Substitution(a + b),
        ),
    ),
    independent="quadrature for the exponential model",
)

rate_definition = Definition(
    label="eq-softmax-rate",
    title="Slope at zero",
    symbol=c,
    expression=at(derivative(g(b), b), b, 0),
    introduces="the slope of $g$ at 0: the one number that the demands leave open",
)

exponential = Derivation(
    label="eq-softmax-exponential",
    title="A continuous function that turns sums into products is an exponential",
    where=(rate_definition,),
    assumptions=(turns_sums_into_products, equation(g(0), 1)),
    example=satisfying[:1],
    steps=(
        *chain(
            derivative(g(a), a),
            equals(
                at(derivative(g(a + b), b), b, 0),
                "$g(a + b)$ grows with $b$ as it grows with $a$",
            ),
            equals(
                at(derivative(g(a) * g(b), b), b, 0),
                "$g(a + b) = g(a)\\,g(b)$",
                Replacement(),
            ),
            equals(c * g(a), "$g(a)$ does not depend on $b$"),
        ),
        *chain(
            derivative(g(a) * exp(-(c * a)), a),
            equals(
                derivative(g(a), a) * exp(-(c * a)) - c * g(a) * exp(-(c * a)),
                "product rule",
            ),
            equals(0, "$g' = c\\,g$, as just shown", Earlier()),
        ),
        *chain(
            g(a) * exp(-(c * a)),
            equals(
                g(whole(0)) * exp(-(c * whole(0))),
                "what has no slope anywhere is the same everywhere",
                ZeroDerivative(a, whole(0)),
            ),
            equals(1, "$g(0) = p_i / p_i = 1$"),
        ),
        *chain(
            g(a),
            equals(g(a) * exp(-(c * a)) * exp(c * a), "the exponentials cancel"),
            equals(ONE * exp(c * a), "the first product is 1", Replacement()),
            equals(exp(c * a), "leave out the factor"),
        ),
    ),
    independent="both sides for the exponential model",
)

positive_rate = Derivation(
    label="eq-softmax-rate-positive",
    title="Since the function is increasing, its slope at zero is positive",
    assumptions=(
        equation(g(1), exp(c)),
        equation(g(1), 1 + u),
        "the first since $g(a) = e^{ca}$; in the second $u > 0$, since $g$ is increasing and "
        "$g(0) = 1$",
    ),
    example=((c, log(1 + u)), satisfying[0], (rate, c)),
    steps=chain(
        c,
        equals(log(exp(c)), "the logarithm undoes the exponential"),
        equals(log(g(1)), "the first assumption", Replacement()),
        equals(log(1 + u), "the second assumption", Replacement()),
        greater(0, "the logarithm of a number above 1 is positive", Sign()),
    ),
    independent="both sides for the exponential model",
)

from_axioms = Derivation(
    label="eq-softmax-from-axioms",
    title="Only softmax meets the demands",
    assumptions=(
        sum_assumption,
        relation(p3[j3] / p3[k3], "=", exp(c * (z3[j3] - z3[k3]))).for_every(j3, k3),
        "the second since a continuous $g$ with $g(a + b) = g(a)\\,g(b)$ is $g(a) = e^{ca}$; and "
        "$c > 0$ where $g$ is increasing",
    ),
    example=((c, rate), satisfying[1]),
    steps=chain(
        p3[k3],
        equals(
            p3[k3] / total(j3, p3[j3]),
            "the probabilities sum to one",
        ),
        equals(
            1 / total(j3, p3[j3] / p3[k3]),
            "divide numerator and denominator by $p_k$",
        ),
        equals(
            1 / total(j3, exp(c * (z3[j3] - z3[k3]))),
            "each ratio is the exponential of a difference",
            Replacement(),
        ),
        equals(
            exp(c * z3[k3]) / total(j3, exp(c * z3[j3])),
            "multiply numerator and denominator by $e^{c z_k}$",
        ),
    ),
    numpy=lambda z, c: softmax(c * z),
    independent="`course_utils.softmax.softmax` of scaled random scores",
)

# Being positive and summing to one does not force the exponential.

squares_sum = Derivation(
    label="eq-softmax-squares-sum",
    title="Shares of squares sum to one",
    steps=chain(
        total(k, z[k] ** 2 / total(j, z[j] ** 2)),
        equals(1, "the denominator stands before the sum and cancels it"),
    ),
    independent="both sides at random scores",
)

squares_shift = Derivation(
    label="eq-softmax-squares-shift",
    title="But the ratio of squares changes with a common constant",
    steps=chain(
        whole(2) ** 2 / whole(1) ** 2,
        differs(
            whole(3) ** 2 / whole(2) ** 2,
            "scores 2 and 1, and the same plus 1: four, and nine quarters",
            Different(),
        ),
    ),
    independent="floating-point values of both sides",
)

softplus_shift = Derivation(
    label="eq-softmax-softplus-shift",
    title="The ratio of softplus shares changes with a common constant",
    steps=chain(
        log(1 + exp(whole(0))) / log(1 + exp(log(whole(3)))),
        differs(
            log(1 + exp(log(whole(3)))) / log(1 + exp(2 * log(whole(3)))),
            "scores 0 and $\\log 3$, and the same plus $\\log 3$: $\\log 2 / \\log 4$ is a half, "
            "$\\log 4 / \\log 10$ is more",
            Different(),
        ),
    ),
    independent="floating-point values of both sides",
)

cubes = Derivation(
    label="eq-softmax-two-classes-more",
    title="With two classes, other functions meet all demands",
    steps=chain(
        exp(a**3) * exp((-a) ** 3),
        equals(
            1,
            "two classes ask for $g(a)\\,g(-a) = 1$ alone, which $g(a) = e^{a^3}$ satisfies; "
            "it is continuous and increasing, and it is a third class that forbids it",
        ),
    ),
    independent="both sides at random differences",
)

# What softmax does.

sum_to_one = Derivation(
    label="eq-softmax-sum",
    title="Softmax sums to one",
    where=(definition,),
    steps=chain(
        total(k, p[k]),
        equals(
            total(k, exp(z[k])) / total(j, exp(z[j])),
            "the denominator is the same for every class",
        ),
        equals(1, "both sums are the same"),
    ),
    independent="both sides at random logits",
)

positivity = Derivation(
    label="eq-softmax-positive",
    title="Softmax is positive",
    where=(definition,),
    steps=chain(
        p[k],
        equals(exp(z[k]) / total(j, exp(z[j])), "the definition", inserted),
        greater(0, "exponentials are positive", Sign()),
    ),
    independent="both sides at random logits",
)

ratio = Derivation(
    label="eq-softmax-odds",
    title="Ratios of probabilities",
    where=(definition,),
    steps=chain(
        p[i] / p[j],
        equals(
            exp(z[i] - z[j]),
            "the denominators cancel; so the order of the probabilities is that of the logits",
        ),
    ),
    numpy=lambda z: np.divide.outer(softmax(z), softmax(z)),
    independent="`course_utils.softmax.softmax` at random logits",
)

shift_invariance = Derivation(
    label="eq-softmax-shift",
    title="Shift invariance of softmax",
    where=(definition,),
    steps=chain(
        at(p[k], z[i], z[i] + t),
        equals(
            exp(z[k] + t) / total(j, exp(z[j] + t)),
            "insert the shifted logits into the definition",
        ),
        equals(
            exp(t) * exp(z[k]) / (exp(t) * total(j, exp(z[j]))),
            "the shift is a factor of every term",
        ),
        equals(p[k], "the factor cancels"),
    ),
    numpy=lambda z: softmax(z),
    independent="`course_utils.softmax.softmax` at random logits",
)

sigmoid_argument = symbol("m")

sigmoid_definition = Definition(
    label="eq-softmax-sigmoid-definition",
    title="Sigmoid",
    symbol=sigma(sigmoid_argument),
    expression=1 / (1 + exp(-sigmoid_argument)),
    introduces="the sigmoid of a logit $m$",
    numpy=lambda m: sigmoid(m),
    independent="`course_utils.sigmoid.sigmoid` at random logits",
)

one_of_two, other_of_two = indices("k j", 2)
pair = family("pair", 2, head="z")
share = family("share", 2, head="p")

two_class_definition = Definition(
    label="eq-softmax-two-class-definition",
    title="Softmax of two logits",
    symbol=share[one_of_two],
    expression=exp(pair[one_of_two]) / total(other_of_two, exp(pair[other_of_two])),
    introduces="the probabilities of two classes",
    numpy=lambda pair: softmax(pair),
    independent="`course_utils.softmax.softmax` of two logits",
)

two_classes = Derivation(
    label="eq-softmax-sigmoid",
    title="Softmax of two classes is the sigmoid of the difference",
    where=(two_class_definition, sigmoid_definition),
    steps=chain(
        share[1],
        equals(exp(pair[1]) / (exp(pair[1]) + exp(pair[2])), "the definition for two classes"),
        equals(1 / (1 + exp(-(pair[1] - pair[2]))), "divide by $e^{z_1}$"),
        equals(sigma(pair[1] - pair[2]), "the definition of the sigmoid", inserted),
    ),
    numpy=lambda pair: softmax(pair)[0],
    independent="`course_utils.softmax.softmax` of two logits against the sigmoid",
)

# Log-sum-exp.

lse = symbol("lse", r"\operatorname{lse}", arguments="z")

logsumexp_definition = Definition(
    label="eq-softmax-logsumexp",
    title="Log-sum-exp",
    symbol=lse,
    expression=log(total(j, exp(z[j]))),
    introduces="the logarithm of the denominator of softmax",
    numpy=lambda z: logsumexp(z),
    independent="`course_utils.softmax.logsumexp` at random logits",
)

log_probability = Derivation(
    label="eq-softmax-log",
    title="The logarithm of softmax",
    where=(definition, logsumexp_definition),
    steps=chain(
        log(p[k]),
        equals(
            log(exp(z[k])) - log(total(j, exp(z[j]))),
            "the logarithm of a fraction is a difference",
        ),
        equals(z[k] - lse, "the logarithm undoes the exponential"),
    ),
    numpy=lambda z: log_softmax(z),
    independent="`course_utils.softmax.log_softmax` at random logits",
)

logsumexp_shift = Derivation(
    label="eq-softmax-logsumexp-shift",
    title="Log-sum-exp moves with a common constant",
    where=(logsumexp_definition,),
    steps=chain(
        at(lse, z[i], z[i] + t),
        equals(log(exp(t) * total(j, exp(z[j]))), "the shift is a factor of every term"),
        equals(lse + t, "the logarithm makes it a summand"),
    ),
    numpy=lambda z, t: logsumexp(z + t),
    independent="`course_utils.softmax.logsumexp` at random logits",
)

top = symbol("largest logit", r"\max_k z_k")
gap = family("gap", K, head=r"\Delta", interval=NON_NEGATIVE)
one_gap = symbol("one gap", r"\Delta", NON_NEGATIVE)

largest_logit = (
    relation(z[j], "=", top - gap[j]).for_every(j),
    "the gaps $\\Delta_j$ below the largest logit are not negative, and that of a class $i$ with "
    "the largest logit is 0:",
    equation(gap[i], 0),
)
gaps_below = ((z[j], top - gap[j]), (gap[j], (1 - delta(i, j)) * v[j] ** 2))

exponential_bound = Derivation(
    label="eq-softmax-exp-bound",
    title="The exponential of a number that is not positive is at most 1",
    domain=(one_gap,),
    steps=claim(
        relation(exp(-one_gap), "≤", 1),
        "both are 1 for $\\Delta = 0$, and the left side falls from there",
        Minimum(one_gap, whole(0)),
    ),
    independent="both sides at random points",
)

logsumexp_bounds = Derivation(
    label="eq-softmax-lse-bounds",
    title="Log-sum-exp is a soft maximum",
    where=(logsumexp_definition,),
    assumptions=largest_logit,
    example=gaps_below,
    statement=relation(relation(top, "≤", lse), "≤", top + log(K)),
    steps=(
        *chain(
            lse,
            equals(
                log(total(j, exp(top - gap[j]))),
                "write each logit as the largest less its gap",
            ),
            equals(
                top + log(total(j, exp(-gap[j]))),
                "the largest logit is a factor of every term",
            ),
        ),
        *chain(
            total(j, exp(-gap[j])),
            at_most(
                total(j, 1),
                "$e^{-\\Delta} \\le 1$ for every gap",
                Termwise(exponential_bound, gap[j], ONE, (j,)),
            ),
            equals(K, "one for each class"),
        ),
        *claim(
            relation(log(total(j, exp(-gap[j]))), "≤", log(K)),
            "the logarithm is increasing",
            Increasing(log(u), u),
        ),
        *claim(
            relation(lse, "≤", top + log(K)),
            "add the largest logit on both sides",
            Rearrangement(),
        ),
        *chain(
            total(j, exp(-gap[j])),
            at_least(
                exp(-gap[i]),
                "a sum of positive terms is at least each of them",
                OneTerm(i),
            ),
            equals(1, "the class $i$ has no gap"),
        ),
        *claim(
            relation(log(total(j, exp(-gap[j]))), "≥", log(ONE)),
            "the logarithm is increasing",
            Increasing(log(u), u),
        ),
        *claim(
            relation(top, "≤", lse),
            "add the largest logit on both sides",
            Rearrangement(),
        ),
    ),
    independent="`course_utils.softmax.logsumexp` at random logits lies between the bounds",
)

# As the solution of a maximum. The logarithm's bound is Gibbs' inequality.

q = distribution("q", K)
mean_score = total(k, q[k] * z[k])
entropy_of_q = -total(k, q[k] * log(q[k]))

positive_shares = (
    "$q$ gives positive probability to every class; a class with $q_k = 0$ adds nothing on the "
    "left, and leaves $\\sum_k p_k < 1$ for the others, so that the bound holds and is not reached"
)

maximum_entropy = Derivation(
    label="eq-softmax-maximum-entropy",
    title="Entropy plus mean score is at most log-sum-exp",
    where=(logsumexp_definition, definition),
    assumptions=(positive_shares,),
    steps=chain(
        entropy_of_q + mean_score,
        equals(
            entropy_of_q + total(k, q[k] * (log(p[k]) + lse)),
            "the logarithm of softmax is the logit less log-sum-exp",
        ),
        equals(
            lse - total(k, q[k] * log(q[k] / p[k])),
            "$q$ sums to 1, and the logarithms of $p$ and $q$ make a divergence",
        ),
        at_most(
            lse,
            "Gibbs' inequality: the divergence is not negative",
            Termwise(log_bound, p[k] / q[k], q[k], (k,)),
        ),
    ),
    independent="`course_utils.information.entropy` at random distributions",
)

maximum_entropy_equality = Derivation(
    label="eq-softmax-maximum-entropy-equality",
    title="Softmax alone reaches the maximum",
    where=(logsumexp_definition, definition),
    assumptions=(positive_shares,),
    steps=claim(
        relation(equation(entropy_of_q + mean_score, lse), "⟺", equation(q[k], p[k]).for_every(k)),
        "what is missing is the divergence of $p$ from $q$, which is 0 for equal distributions "
        "alone",
        EqualityCase(log_bound, p[k] / q[k], q[k], (k,)),
    ),
    independent="`course_utils.information.entropy` at softmax and at random distributions",
)

entropy_excess = Derivation(
    label="eq-softmax-entropy-excess",
    title="How much more entropy softmax has",
    where=(definition,),
    assumptions=("$q$ gives positive probability to every class",),
    steps=chain(
        -total(k, p[k] * log(p[k])) + total(k, q[k] * log(q[k])),
        equals(
            total(k, (q[k] - p[k]) * log(p[k])) + total(k, q[k] * log(q[k] / p[k])),
            "take $\\sum_k q_k \\log p_k$ away and add it again",
        ),
        equals(
            total(k, (q[k] - p[k]) * z[k]) + total(k, q[k] * log(q[k] / p[k])),
            "$\\log p_k$ is the logit less a constant, which drops out, since $p$ and $q$ both sum "
            "to 1",
        ),
    ),
    independent="`course_utils.information` at random distributions",
)

# In floating point. The exponential that is known to be 1 is left out of the sum.

logsumexp_of_gaps = Derivation(
    label="eq-softmax-lse-gaps",
    title="Log-sum-exp, shifted by the largest logit",
    where=(logsumexp_definition,),
    assumptions=largest_logit,
    example=gaps_below,
    steps=chain(
        lse,
        equals(
            log(total(j, exp(top - gap[j]))),
            "write each logit as the largest less its gap",
        ),
        equals(top + log(total(j, exp(-gap[j]))), "the largest logit is a factor of every term"),
        equals(
            top + log(1 + total_but(j, i, exp(-gap[j]))),
            "the class $i$ has no gap: its exponential is 1",
        ),
    ),
    independent="`course_utils.softmax.logsumexp` at random logits",
)

log_probability_of_gaps = Derivation(
    label="eq-softmax-log-gaps",
    title="The logarithm of softmax, of terms that cannot cancel",
    where=(definition,),
    assumptions=largest_logit,
    example=gaps_below,
    steps=chain(
        -log(p[k]),
        equals(
            log(total(j, exp(top - gap[j]))) - (top - gap[k]),
            "log-sum-exp less the logit, both written with gaps",
        ),
        equals(
            gap[k] + log(total(j, exp(-gap[j]))),
            "the largest logit cancels before anything is rounded",
        ),
        equals(
            gap[k] + log(1 + total_but(j, i, exp(-gap[j]))),
            "the class $i$ has no gap: its exponential is 1",
        ),
    ),
    independent="`course_utils.softmax.log_softmax` at random logits",
)

rest = symbol("rest", "r", POSITIVE)

rest_definition = Definition(
    label="eq-softmax-rest",
    title="What the other classes weigh",
    symbol=rest,
    expression=total_but(k, true_class, exp(z[k] - z[true_class])),
    introduces="the exponentials of all classes but the label $y$, relative to that of the label",
    numpy=lambda z, true_class: np.exp(np.delete(z, true_class) - z[true_class]).sum(),
    independent="the sum without the label at random logits",
)

label_loss = Derivation(
    label="eq-softmax-label-loss",
    title="The loss of a label without its own exponential",
    where=(definition, rest_definition),
    steps=chain(
        -log(p[true_class]),
        equals(
            log(total(j, exp(z[j])) / exp(z[true_class])),
            "the definition; a minus turns the fraction over",
        ),
        equals(log(total(j, exp(z[j] - z[true_class]))), "divide every term"),
        equals(
            log(1 + total_but(k, true_class, exp(z[k] - z[true_class]))),
            "the term $j = y$ is 1",
        ),
        equals(log(1 + rest), "the definition of $r$", inserted),
    ),
    numpy=lambda z, true_class: softmax_cross_entropy(true_class, z),
    independent="`course_utils.losses.softmax_cross_entropy` at random logits and labels",
)

label_gradient = Derivation(
    label="eq-softmax-label-gradient",
    title="The gradient at the label without a subtraction",
    where=(definition,),
    steps=chain(
        p[true_class] - 1,
        equals(p[true_class] - total(k, p[k]), "the probabilities sum to 1"),
        equals(-total_but(k, true_class, p[k]), "the label's own term cancels"),
    ),
    numpy=lambda z, true_class: softmax_cross_entropy_and_gradient(true_class, z)[1][true_class],
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient` at random logits",
)

complement = Derivation(
    label="eq-softmax-complement",
    title="What a probability lacks to 1",
    where=(definition, rest_definition),
    steps=chain(
        1 - p[true_class],
        equals(
            total_but(k, true_class, exp(z[k])) / total(j, exp(z[j])),
            "the other probabilities, which have the same denominator",
        ),
        equals(
            total_but(k, true_class, exp(z[k] - z[true_class]))
            / (1 + total_but(k, true_class, exp(z[k] - z[true_class]))),
            "divide numerator and denominator by $e^{z_y}$",
        ),
        equals(rest / (1 + rest), "the definition of $r$", inserted),
    ),
    independent="the sum of the other entries of `course_utils.softmax.softmax`",
)

conditioning = Derivation(
    label="eq-softmax-conditioning",
    title="The logarithm of 1 + r does not magnify relative errors of r",
    domain=(rest,),
    steps=(
        *claim(
            relation(rest / (1 + rest), "≤", log(1 + rest)),
            "both are 0 for $r = 0$, and the right side grows faster: the slopes are "
            "$1 / (1 + r)^2$ and $1 / (1 + r)$",
            Minimum(rest, whole(0)),
        ),
        *chain(
            rest / log(1 + rest) * derivative(log(1 + rest), rest),
            equals(
                rest / ((1 + rest) * log(1 + rest)),
                "the derivative of $\\log(1 + r)$ is $1 / (1 + r)$",
            ),
            at_most(1, "divide the first line by its right side", Rearrangement()),
        ),
    ),
    independent="the ratio at random points",
)

rounding = symbol("rounding", r"\rho")

exponent_error = Derivation(
    label="eq-softmax-exponent-error",
    title="What an error of the exponent does to an exponential",
    steps=chain(
        limit((exp(a + rounding) - exp(a) * (1 + rounding)) / (exp(a) * rounding**2), rounding, 0),
        equals(
            ONE / 2,
            "after the factor $1 + \\rho$, what is left of the relative error is half of "
            "$\\rho^2$; SymPy finds the limit",
            LimitValue(),
        ),
    ),
    independent="the quotient at a very small error",
)

# Derivatives.

jacobian = Derivation(
    label="eq-softmax-jacobian",
    title="Jacobian of softmax",
    where=(definition,),
    steps=chain(
        partial(p[i], z[j]),
        equals(
            partial(exp(z[i]) / total(k, exp(z[k])), z[j]),
            "the definition",
            inserted,
        ),
        equals(
            delta(i, j) * exp(z[i]) / total(k, exp(z[k]))
            - exp(z[i]) * exp(z[j]) / total(k, exp(z[k])) ** 2,
            "quotient rule: $e^{z_i}$ depends on $z_j$ if $i = j$, and of the sum only the term "
            "$k = j$ does",
        ),
        equals(delta(i, j) * p[i] - p[i] * p[j], "these fractions are probabilities"),
        equals(p[i] * (delta(i, j) - p[j]), "a common factor"),
    ),
    numpy=lambda z: softmax_jacobian(z),
    independent="`course_utils.softmax.softmax_jacobian` at random logits",
)

jacobian_rows = Derivation(
    label="eq-softmax-jacobian-rows",
    title="The rows of the Jacobian sum to zero",
    where=(definition,),
    steps=chain(
        total(j, partial(p[i], z[j])),
        equals(total(j, p[i] * (delta(i, j) - p[j])), "insert the Jacobian"),
        equals(p[i] - p[i] * total(j, p[j]), "of the deltas, the one with $j = i$ remains"),
        equals(0, "the probabilities sum to 1"),
    ),
    numpy=lambda z: np.sum(softmax_jacobian(z), axis=-1),
    independent="`course_utils.softmax.softmax_jacobian` at random logits",
)

slope_bound = Derivation(
    label="eq-softmax-slope",
    title="The slope of a probability is at most a quarter",
    where=(definition,),
    steps=chain(
        partial(p[i], z[i]),
        equals(p[i] * (1 - p[i]), "the Jacobian with $j = i$"),
        equals(ONE / 4 - (p[i] - ONE / 2) ** 2, "complete the square"),
        at_most(ONE / 4, "a square is not negative", Sign()),
    ),
    independent="numerical derivatives at random logits",
)

sensitivity = Derivation(
    label="eq-softmax-sensitivity",
    title="How far a probability can follow the logits",
    where=(definition,),
    steps=chain(
        partial(p[i], z[i]) - total_but(j, i, partial(p[i], z[j])),
        equals(
            p[i] * (1 - p[i]) + total_but(j, i, p[i] * p[j]),
            "insert the Jacobian: only the own logit has a positive slope",
        ),
        equals(2 * (p[i] * (1 - p[i])), "the other probabilities sum to $1 - p_i$"),
        equals(ONE / 2 - 2 * (p[i] - ONE / 2) ** 2, "complete the square"),
        at_most(ONE / 2, "a square is not negative", Sign()),
    ),
    independent="`course_utils.softmax.softmax_jacobian` at random logits",
)

gradient_of_logsumexp = Derivation(
    label="eq-softmax-gradient-lse",
    title="The gradient of log-sum-exp is softmax",
    where=(logsumexp_definition, definition),
    steps=chain(
        partial(lse, z[i]),
        equals(
            partial(total(j, exp(z[j])), z[i]) / total(j, exp(z[j])),
            "the derivative of $\\log u$ is $1/u$",
        ),
        equals(
            exp(z[i]) / total(j, exp(z[j])),
            "of the sum, only the term $j = i$ depends on $z_i$",
        ),
        equals(p[i], "the definition", inserted),
    ),
    numpy=lambda z: softmax(z),
    independent="`course_utils.softmax.softmax` at random logits",
)

hessian_of_logsumexp = Derivation(
    label="eq-softmax-hessian-lse",
    title="The Hessian of log-sum-exp is the Jacobian of softmax",
    where=(logsumexp_definition, definition),
    steps=chain(
        partial(partial(lse, z[i]), z[j]),
        equals(partial(p[i], z[j]), "the gradient of log-sum-exp is softmax"),
        equals(p[i] * (delta(i, j) - p[j]), "the Jacobian of softmax"),
    ),
    numpy=lambda z: softmax_jacobian(z),
    independent="`course_utils.softmax.softmax_jacobian` at random logits",
)

quadratic_form = Derivation(
    label="eq-softmax-jacobian-form",
    title="The Jacobian is positive semi-definite",
    where=(definition,),
    steps=chain(
        total(i, total(j, v[i] * partial(p[i], z[j]) * v[j])),
        equals(
            total(k, p[k] * v[k] ** 2) - total(k, p[k] * v[k]) ** 2,
            "insert the Jacobian: this is the variance of $v$ under $p$",
        ),
        equals(
            ONE / 2 * total(i, total(j, p[i] * p[j] * (v[i] - v[j]) ** 2)),
            "Lagrange's identity, since the probabilities sum to 1",
        ),
        at_least(0, "a sum of squares with positive weights", Sign()),
    ),
    independent="numerical derivatives at random logits and vectors",
)
