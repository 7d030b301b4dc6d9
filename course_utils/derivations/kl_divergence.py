"""Kullback–Leibler divergence: densities, Gaussians, directions, and how to compute it."""

from __future__ import annotations

import numpy as np

from course_utils import information
from course_utils.derivations.calculus import Integration, SignOfDerivative, Substitution
from course_utils.derivations.cross_entropy import K, k, kl_divergence, p, q
from course_utils.derivations.engine import (
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
    INFINITY,
    ONE,
    PI,
    POSITIVE,
    UNIT,
    Formula,
    Function,
    Integral,
    Symbol,
    argmin,
    between,
    derivative,
    distribution,
    equation,
    exp,
    family,
    indices,
    integral,
    log,
    partial,
    relation,
    size,
    sqrt,
    symbol,
    total,
    whole,
)
from course_utils.derivations.inequalities import Rearrangement, Sign, Termwise
from course_utils.derivations.likelihood import gaussian, log_bound
from course_utils.derivations.softmax import definition as softmax_definition
from course_utils.derivations.softmax import p as softmax_p
from course_utils.derivations.steps import Different, Earlier
from course_utils.derivations.symbols import K as classes
from course_utils.derivations.symbols import density, i, s, z
from course_utils.derivations.symbols import k as each_class
from course_utils.softmax import softmax

# Densities of a value y, of the truth P and of the model Q.
value = symbol("value", "y")
truth = Function("p", "p", POSITIVE)
model = Function("q", "q", POSITIVE)
cross = symbol("H(P, Q)", "H", arguments="P, Q")
entropy_of_p = symbol("H(P)", "H", arguments="P")
divergence = symbol("D(P, Q)", "D", arguments=r"P \,\|\, Q")

mu_p, mu_q = symbol("mu_p", r"\mu_p"), symbol("mu_q", r"\mu_q")
s_p, s_q = symbol("s_p", interval=POSITIVE), symbol("s_q", interval=POSITIVE)
width_p, width_q = symbol("width_p", interval=UNIT), symbol("width_q", interval=UNIT)


def over_the_line(body: Formula, variable: Symbol = value) -> Integral:
    return integral(body, variable, -INFINITY, INFINITY)


def bell(at: Formula, mean: Formula, scale: Formula) -> Formula:
    return 1 / (sqrt(2 * PI) * scale) * exp(-((at - mean) ** 2 / (2 * scale**2)))


# Densities for the evaluation in numbers: Gaussians, written with few operations.
two_densities = (
    (truth(value), exp(-((value - mu_p) ** 2)) / sqrt(PI)),
    (model(value), exp(-(value**2) / 2) / sqrt(2 * PI)),
)
# Not too narrow: quadrature would miss a needle.
well_scaled = ((s_p, ONE / 2 + width_p), (s_q, ONE / 2 + width_q))

differential_cross_entropy = Definition(
    label="eq-kl-divergence-cross-entropy",
    title="Cross-entropy of two densities",
    symbol=cross,
    expression=-over_the_line(truth(value) * log(model(value))),
    introduces="the cross-entropy of a density $q$ relative to the density $p$ of the truth",
    example=two_densities,
)

differential_entropy = Definition(
    label="eq-kl-divergence-entropy",
    title="Differential entropy",
    symbol=entropy_of_p,
    expression=-over_the_line(truth(value) * log(truth(value))),
    introduces="the differential entropy of a density $p$",
    example=two_densities,
)

continuous = Definition(
    label="eq-kl-divergence-densities",
    title="Kullback–Leibler divergence of two densities",
    symbol=divergence,
    expression=over_the_line(truth(value) * log(truth(value) / model(value))),
    introduces="the divergence of a density $q$ from the density $p$ of the truth",
    example=two_densities,
)

decomposition = Derivation(
    label="eq-kl-divergence-decomposition",
    title="Cross-entropy is entropy plus divergence, for densities too",
    where=(differential_cross_entropy, differential_entropy, continuous),
    example=two_densities,
    steps=chain(
        cross,
        equals(-over_the_line(truth(value) * log(model(value))), "the definition", inserted),
        equals(
            -over_the_line(truth(value) * log(truth(value)))
            + over_the_line(truth(value) * log(truth(value) / model(value))),
            "subtract and add $\\int p \\log p$",
        ),
        equals(entropy_of_p + divergence, "the definitions", inserted),
    ),
    independent="quadrature for random Gaussian densities",
)

gibbs = Derivation(
    label="eq-kl-divergence-gibbs",
    title="Gibbs' inequality for densities",
    where=(continuous,),
    assumptions=(
        equation(over_the_line(truth(value)), 1),
        equation(over_the_line(model(value)), 1),
    ),
    example=two_densities,
    steps=(
        *chain(
            -divergence,
            equals(
                over_the_line(truth(value) * log(model(value) / truth(value))),
                "the definition; a minus turns the fraction over",
            ),
            at_most(
                over_the_line(truth(value) * (model(value) / truth(value) - 1)),
                "$\\log u \\le u - 1$ at every $y$, with $u = q(y)/p(y)$",
                Termwise(
                    log_bound,
                    model(value) / truth(value),
                    truth(value),
                    under=(value, -INFINITY, INFINITY),
                ),
            ),
            equals(over_the_line(model(value)) - over_the_line(truth(value)), "multiply out"),
            equals(0, "both densities integrate to 1"),
        ),
        *claim(relation(divergence, "≥", 0), "change the sign", Rearrangement()),
    ),
    independent="quadrature for random Gaussian densities",
)

# Another unit, or any other increasing change of the variable.

other = symbol("other", r"\xi")
change = Function("g", "g")
moved_truth = Function("moved p", r"\tilde{p}", POSITIVE)
moved_model = Function("moved q", r"\tilde{q}", POSITIVE)
slope = Function("slope", "g'", POSITIVE)
moved_divergence = symbol("D(tilde)", "D", arguments=r"\tilde{P} \,\|\, \tilde{Q}")
moved_entropy = symbol("H(tilde)", "H", arguments=r"\tilde{P}")
changed = (
    equation(derivative(change(value), value), slope(value)),
    equation(change(INFINITY), INFINITY),
    equation(change(-INFINITY), -INFINITY),
)
cubic = (
    (change(value), value + value**3 / 3),
    (slope(value), 1 + value**2),
    (moved_truth(other), exp(-((other - mu_p) ** 2)) / sqrt(PI)),
    (moved_model(other), exp(-(other**2) / 2) / sqrt(2 * PI)),
)

change_of_p = Definition(
    label="eq-kl-divergence-change-p",
    title="Density in another variable",
    symbol=truth(value),
    expression=moved_truth(change(value)) * slope(value),
    introduces="how the density $\\tilde{p}$ of $\\xi = g(y)$ gives that of $y$",
    example=cubic,
)

change_of_q = Definition(
    label="eq-kl-divergence-change-q",
    title="Density of the model in another variable",
    symbol=model(value),
    expression=moved_model(change(value)) * slope(value),
    introduces="the same for the model",
    example=cubic,
)

moved_divergence_definition = Definition(
    label="eq-kl-divergence-moved",
    title="Divergence in another variable",
    symbol=moved_divergence,
    expression=over_the_line(
        moved_truth(other) * log(moved_truth(other) / moved_model(other)), other
    ),
    introduces="the divergence of the two densities of $\\xi = g(y)$",
    example=cubic,
)

moved_entropy_definition = Definition(
    label="eq-kl-divergence-moved-entropy",
    title="Differential entropy in another variable",
    symbol=moved_entropy,
    expression=-over_the_line(moved_truth(other) * log(moved_truth(other)), other),
    introduces="the differential entropy of $\\xi = g(y)$",
    example=cubic,
)

of_the_change = moved_truth(change(value))

invariance = Derivation(
    label="eq-kl-divergence-invariance",
    title="The divergence does not depend on the unit",
    where=(change_of_p, change_of_q, continuous, moved_divergence_definition),
    assumptions=changed,
    example=cubic,
    steps=chain(
        divergence,
        equals(
            over_the_line(truth(value) * log(truth(value) / model(value))),
            "the definition",
            inserted,
        ),
        equals(
            over_the_line(
                of_the_change * log(of_the_change / moved_model(change(value))) * slope(value)
            ),
            "insert both densities; in the ratio $g'(y)$ cancels",
        ),
        equals(
            over_the_line(moved_truth(other) * log(moved_truth(other) / moved_model(other)), other),
            "substitute $\\xi = g(y)$, $d\\xi = g'(y)\\,dy$",
            Substitution(change(value)),
        ),
        equals(moved_divergence, "the definition", inserted),
    ),
    independent="quadrature in both variables for random Gaussian densities",
)

entropy_change = Derivation(
    label="eq-kl-divergence-entropy-change",
    title="Differential entropy depends on the unit",
    where=(change_of_p, differential_entropy, moved_entropy_definition),
    assumptions=changed,
    example=cubic,
    steps=(
        *chain(
            over_the_line(of_the_change * log(of_the_change) * slope(value)),
            equals(
                over_the_line(moved_truth(other) * log(moved_truth(other)), other),
                "substitute $\\xi = g(y)$, $d\\xi = g'(y)\\,dy$",
                Substitution(change(value)),
            ),
        ),
        *chain(
            moved_entropy,
            equals(
                -over_the_line(of_the_change * log(of_the_change) * slope(value)),
                "the definition, and the line above",
                Earlier(),
            ),
            equals(
                entropy_of_p + over_the_line(truth(value) * log(slope(value))),
                "$\\tilde{p}(g(y)) = p(y)/g'(y)$, and the logarithm splits the fraction",
            ),
        ),
    ),
    independent="quadrature in both variables for random Gaussian densities",
)

# Gaussians, from their integrals.

mu = symbol("mu", r"\mu")
normal = density(value, given=(mu, s))
wide = ((s, ONE / 2 + width_p),)

gaussian_mass = Derivation(
    label="eq-kl-divergence-gaussian-mass",
    title="The Gaussian density integrates to 1",
    where=(gaussian,),
    example=wide,
    steps=chain(
        over_the_line(normal),
        equals(
            1,
            "$\\int e^{-\\xi^2/2}\\,d\\xi = \\sqrt{2\\pi}$ with $\\xi = (y - \\mu)/s$",
            Integration(),
        ),
    ),
    independent="quadrature at random means and scales",
)

gaussian_mean = Derivation(
    label="eq-kl-divergence-gaussian-mean",
    title="Mean of the Gaussian density",
    where=(gaussian,),
    example=wide,
    steps=chain(
        over_the_line(value * normal),
        equals(
            mu,
            "$y = \\mu + s \\xi$: the integral of $\\xi e^{-\\xi^2/2}$ is 0, since it is odd",
            Integration(),
        ),
    ),
    independent="quadrature at random means and scales",
)

gaussian_square = Derivation(
    label="eq-kl-divergence-gaussian-square",
    title="Mean square of the Gaussian density",
    where=(gaussian,),
    example=wide,
    steps=chain(
        over_the_line(value**2 * normal),
        equals(
            mu**2 + s**2,
            "$y^2 = \\mu^2 + 2 \\mu s \\xi + s^2 \\xi^2$, and by parts "
            "$\\int \\xi^2 e^{-\\xi^2/2}\\,d\\xi = \\sqrt{2\\pi}$",
            Integration(),
        ),
    ),
    independent="quadrature at random means and scales",
)

gaussian_truth = Definition(
    label="eq-kl-divergence-gaussian-p",
    title="A Gaussian truth",
    symbol=truth(value),
    expression=density(value, given=(mu_p, s_p)),
    introduces="the truth with the mean $\\mu_p$ and the scale $s_p$",
    where=(gaussian,),
)

gaussian_model = Definition(
    label="eq-kl-divergence-gaussian-q",
    title="A Gaussian model",
    symbol=model(value),
    expression=density(value, given=(mu_q, s_q)),
    introduces="the model with the mean $\\mu_q$ and the scale $s_q$",
    where=(gaussian,),
)

moments = (
    equation(over_the_line(truth(value)), 1),
    equation(over_the_line(value * truth(value)), mu_p),
    equation(over_the_line(value**2 * truth(value)), mu_p**2 + s_p**2),
)
cost = ONE / 2 * log(2 * PI * s_q**2) + (s_p**2 + (mu_p - mu_q) ** 2) / (2 * s_q**2)

gaussian_cross_entropy = Derivation(
    label="eq-kl-divergence-gaussian-cross-entropy",
    title="Cross-entropy of a Gaussian model",
    where=(gaussian_model, differential_cross_entropy),
    assumptions=moments,
    example=((truth(value), bell(value, mu_p, s_p)), *well_scaled),
    steps=chain(
        cross,
        equals(-over_the_line(truth(value) * log(model(value))), "the definition", inserted),
        equals(
            over_the_line(
                truth(value) * ((value - mu_q) ** 2 / (2 * s_q**2) + ONE / 2 * log(2 * PI * s_q**2))
            ),
            "the logarithm of the Gaussian density",
        ),
        equals(
            cost,
            "multiply out: the integrals of $p$, $y\\,p$ and $y^2 p$ are known",
        ),
    ),
    numpy=lambda mu_p, s_p, mu_q, s_q: information.gaussian_cross_entropy(mu_p, s_p, mu_q, s_q),
    independent="`course_utils.information.gaussian_cross_entropy`; quadrature",
)

gaussian_entropy = Derivation(
    label="eq-kl-divergence-gaussian-entropy",
    title="Differential entropy of a Gaussian",
    where=(gaussian_truth, differential_entropy),
    example=well_scaled,
    steps=chain(
        entropy_of_p,
        equals(-over_the_line(truth(value) * log(truth(value))), "the definition", inserted),
        equals(
            ONE / 2 * log(2 * PI * s_p**2) + ONE / 2,
            "the integral, with $\\int p\\,(y - \\mu_p)^2\\,dy = s_p^2$",
            Integration(),
        ),
    ),
    numpy=lambda mu_p, s_p: information.gaussian_cross_entropy(mu_p, s_p, mu_p, s_p),
    independent="`course_utils.information.gaussian_cross_entropy` of a density and itself",
)

closed_form = log(s_q / s_p) + (s_p**2 + (mu_p - mu_q) ** 2) / (2 * s_q**2) - ONE / 2

gaussian_divergence = Derivation(
    label="eq-kl-divergence-gaussian",
    title="Divergence of two Gaussians",
    where=(gaussian_truth, gaussian_model, continuous),
    example=well_scaled,
    steps=chain(
        divergence,
        equals(
            over_the_line(truth(value) * log(truth(value) / model(value))),
            "the definition",
            inserted,
        ),
        equals(
            over_the_line(
                truth(value)
                * (
                    log(s_q / s_p)
                    + (value - mu_q) ** 2 / (2 * s_q**2)
                    - (value - mu_p) ** 2 / (2 * s_p**2)
                )
            ),
            "the logarithm of the ratio of both densities",
        ),
        equals(closed_form, "the integrals of $p$, $y\\,p$ and $y^2 p$", Integration()),
    ),
    numpy=lambda mu_p, s_p, mu_q, s_q: information.gaussian_kl_divergence(mu_p, s_p, mu_q, s_q),
    independent="`course_utils.information.gaussian_kl_divergence`; quadrature",
)

gaussian_sum = Derivation(
    label="eq-kl-divergence-gaussian-sum",
    title="For Gaussians, too, cross-entropy is entropy plus divergence",
    steps=chain(
        ONE / 2 * log(2 * PI * s_p**2) + ONE / 2 + closed_form,
        equals(cost, "the halves cancel, and $\\log s_p + \\log(s_q/s_p) = \\log s_q$"),
    ),
    numpy=lambda mu_p, s_p, mu_q, s_q: information.gaussian_cross_entropy(mu_p, s_p, mu_q, s_q),
    independent="`course_utils.information.gaussian_cross_entropy`",
)

gaussian_parts = Derivation(
    label="eq-kl-divergence-gaussian-parts",
    title="Three parts, none of them negative",
    steps=chain(
        closed_form,
        equals(
            ONE / 2 * ((mu_p - mu_q) / s_q) ** 2
            + ONE / 2 * (s_p / s_q - 1) ** 2
            + (s_p / s_q - 1 - log(s_p / s_q)),
            "$\\frac{1}{2} u^2 - \\frac{1}{2} = \\frac{1}{2} (u - 1)^2 + (u - 1)$ with "
            "$u = s_p/s_q$",
        ),
    ),
    numpy=lambda mu_p, s_p, mu_q, s_q: information.gaussian_kl_divergence(mu_p, s_p, mu_q, s_q),
    independent="`course_utils.information.gaussian_kl_divergence`",
)

# The best Gaussian in the forward direction, and two modes.

variance = symbol("variance", "s_q^2", POSITIVE)

best_mean = Derivation(
    label="eq-kl-divergence-best-mean",
    title="The best mean is that of the truth",
    steps=chain(
        argmin(mu_q, cost),
        equals(
            mu_p,
            "the derivative $(\\mu_q - \\mu_p)/s_q^2$ is negative before $\\mu_p$ and positive "
            "behind it, whatever $s_q$ is",
            SignOfDerivative(),
        ),
    ),
    independent="the cross-entropy of random means, none of which is better",
)

best_variance = Derivation(
    label="eq-kl-divergence-best-variance",
    title="The best variance is that of the truth",
    steps=chain(
        argmin(variance, ONE / 2 * log(2 * PI * variance) + s_p**2 / (2 * variance)),
        equals(
            s_p**2,
            "the derivative $\\frac{1}{2 s_q^4} (s_q^2 - s_p^2)$ is negative before $s_p^2$ and "
            "positive behind it",
            SignOfDerivative(),
        ),
    ),
    independent="the cross-entropy of random variances, none of which is better",
)

first_mode, second_mode = symbol("mu_1", r"\mu_1"), symbol("mu_2", r"\mu_2")
middle = ONE / 2 * (first_mode + second_mode)

two_modes = Definition(
    label="eq-kl-divergence-two-modes",
    title="A density with two modes",
    symbol=truth(value),
    expression=ONE / 2 * density(value, given=(first_mode, s))
    + ONE / 2 * density(value, given=(second_mode, s)),
    introduces="a truth with two modes of the same scale",
    where=(gaussian,),
)

two_modes_mean = Derivation(
    label="eq-kl-divergence-two-modes-mean",
    title="Mean of the two modes",
    where=(two_modes,),
    example=wide,
    steps=chain(
        over_the_line(value * truth(value)),
        equals(middle, "half of the mean of each mode", Integration()),
    ),
    independent="quadrature at random modes and scales",
)

two_modes_variance = Derivation(
    label="eq-kl-divergence-two-modes-variance",
    title="Variance of the two modes",
    where=(two_modes,),
    example=wide,
    steps=chain(
        over_the_line((value - middle) ** 2 * truth(value)),
        equals(
            s**2 + ONE / 4 * (first_mode - second_mode) ** 2,
            "each mode has the variance $s^2$, and lies half their distance away from the mean",
            Integration(),
        ),
    ),
    independent="quadrature at random modes and scales",
)

# Properties.

J = size("J", 2)
(j,) = indices("j", J)
second_p = distribution("second p", J, head="p'", interval=UNIT)
second_q = distribution("second q", J, head="q'", interval=UNIT)
given_p = distribution("given p", K, J, head="p", interval=UNIT)
given_q = distribution("given q", K, J, head="q", interval=UNIT)

first_log, second_log = log(p[k] / q[k]), log(given_p[k, j] / given_q[k, j])
joint_p, joint_q = p[k] * given_p[k, j], q[k] * given_q[k, j]

chain_rule = Derivation(
    label="eq-kl-divergence-chain",
    title="Chain rule of the divergence",
    steps=chain(
        total(k, total(j, joint_p * log(joint_p / joint_q))),
        equals(
            total(k, total(j, joint_p * first_log)) + total(k, total(j, joint_p * second_log)),
            "the logarithm of a product is a sum",
        ),
        equals(
            total(k, p[k] * first_log) + total(k, p[k] * total(j, given_p[k, j] * second_log)),
            "for each $k$, the $p_{kj}$ sum to 1 over $j$",
        ),
    ),
    independent="both sides by loops at random distributions",
)

additivity = Derivation(
    label="eq-kl-divergence-additive",
    title="Divergences of independent parts add",
    steps=chain(
        total(k, total(j, p[k] * second_p[j] * log(p[k] * second_p[j] / (q[k] * second_q[j])))),
        equals(
            total(k, p[k] * log(p[k] / q[k]))
            + total(j, second_p[j] * log(second_p[j] / second_q[j])),
            "the logarithm of a product is a sum, and each distribution sums to 1",
        ),
    ),
    independent="both sides by loops at random distributions",
)

asymmetry = Derivation(
    label="eq-kl-divergence-asymmetry",
    title="The divergence is not symmetric",
    steps=chain(
        ONE / 2 * log(ONE / 2 / (ONE / 4)) + ONE / 2 * log(ONE / 2 / (whole(3) / 4)),
        differs(
            ONE / 4 * log(ONE / 4 / (ONE / 2)) + whole(3) / 4 * log(whole(3) / 4 / (ONE / 2)),
            "one coin is fair, the other shows heads once in four tosses",
            Different(),
        ),
    ),
    independent="floating-point values of both sides",
)

triangle = Derivation(
    label="eq-kl-divergence-triangle",
    title="The divergence violates the triangle inequality",
    steps=chain(
        ONE / 2 * log(whole(5)) + ONE / 2 * log(whole(5) / 9),
        greater(
            ONE / 2 * log(whole(2))
            + ONE / 2 * log(whole(2) / 3)
            + (ONE / 4 * log(whole(5) / 2) + whole(3) / 4 * log(whole(5) / 6)),
            "coins that show heads with the probabilities $1/2$, $1/4$ and $1/10$: the way from "
            "the first to the last is longer than the way by the middle one",
            Sign(),
        ),
    ),
    independent="floating-point values of both sides",
)

# Jensen–Shannon.

mixture_family = family("mixture", K, head=r"\bar{p}")
jensen_shannon = symbol("JS", r"\operatorname{JS}", arguments="P, Q")

mixture = Definition(
    label="eq-kl-divergence-mixture",
    title="Mixture in the middle",
    symbol=mixture_family[k],
    expression=ONE / 2 * (p[k] + q[k]),
    introduces="the distribution in the middle between $P$ and $Q$",
    numpy=lambda p, q: np.add(p, q) / 2,
    independent="NumPy's mean",
)

jensen_shannon_definition = Definition(
    label="eq-kl-divergence-jensen-shannon",
    title="Jensen–Shannon divergence",
    symbol=jensen_shannon,
    expression=ONE / 2 * total(k, p[k] * log(p[k] / mixture_family[k]))
    + ONE / 2 * total(k, q[k] * log(q[k] / mixture_family[k])),
    introduces="the mean of both divergences that have the mixture in the second place",
    where=(mixture,),
    numpy=lambda p, q: information.jensen_shannon_divergence(p, q),
    independent="`course_utils.information.jensen_shannon_divergence`",
)

quotient = family("u", K, interval=POSITIVE)

mixture_bound = Derivation(
    label="eq-kl-divergence-mixture-bound",
    title="Against the mixture, the divergence is at most log 2",
    where=(mixture,),
    assumptions=(
        relation(q[k], "=", p[k] * quotient[k]).for_every(k),
        "$u_k = q_k / p_k$ is positive",
    ),
    example=((quotient[k], q[k] / p[k]),),
    steps=(
        *chain(
            log(whole(2)) - total(k, p[k] * log(p[k] / mixture_family[k])),
            equals(
                total(k, p[k] * log(1 + quotient[k])),
                "$\\bar{p}_k = \\frac{1}{2} p_k (1 + u_k)$, and the $p_k$ sum to 1",
            ),
            at_least(0, "the logarithm of a number above 1 is positive", Sign()),
        ),
        *claim(
            relation(total(k, p[k] * log(p[k] / mixture_family[k])), "≤", log(whole(2))),
            "move the sum to the other side",
            Rearrangement(),
        ),
    ),
    independent="`course_utils.information.kl_divergence` at random distributions",
)

# In a library: the gradient, whether entropy is subtracted or not.

target = distribution("y", classes, interval=UNIT)
divergence_loss = symbol("divergence loss", "D", arguments=r"Y \,\|\, P")

loss_definition = Definition(
    label="eq-kl-divergence-loss",
    title="Divergence as a loss",
    symbol=divergence_loss,
    expression=total(
        each_class, target[each_class] * log(target[each_class] / softmax_p[each_class])
    ),
    introduces="the divergence of the model's probabilities from a target",
    where=(softmax_definition,),
    numpy=lambda y, z: information.kl_divergence(y, softmax(z)),
    independent="`course_utils.information.kl_divergence` of softmax",
)

gradient = Derivation(
    label="eq-kl-divergence-gradient",
    title="The gradient is that of cross-entropy",
    where=(loss_definition,),
    steps=chain(
        partial(divergence_loss, z[i]),
        equals(
            -total(each_class, target[each_class] * partial(log(softmax_p[each_class]), z[i])),
            "$y_k \\log y_k$ does not depend on the logits",
        ),
        equals(softmax_p[i] - target[i], "the derivative of $\\log p_k$ is $\\delta_{ik} - p_i$"),
    ),
    numpy=lambda y, z: softmax(z) - y,
    independent="numerical differentiation at random targets and logits",
)

# Computing it.

one_p, one_q = symbol("p", interval=POSITIVE), symbol("q", interval=POSITIVE)
kappa = symbol("kappa", r"\kappa", between(-1, 1))
ratio = symbol("relative difference", r"\kappa")
artanh = Function("artanh", r"\operatorname{artanh}")
term = one_p * log(one_p / one_q) - one_p + one_q

term_sign = Derivation(
    label="eq-kl-divergence-term",
    title="No term is negative",
    domain=(one_p, one_q),
    steps=chain(
        term,
        at_least(
            0,
            "$\\log u \\le u - 1$ with $u = q/p$, times $p$",
            Termwise(log_bound, one_q / one_p, one_p),
        ),
    ),
    independent="`scipy.special.kl_div` at random points",
)

same_sum = Derivation(
    label="eq-kl-divergence-terms",
    title="What is added sums to nothing",
    where=(kl_divergence,),
    steps=chain(
        total(k, p[k] * log(p[k] / q[k]) - p[k] + q[k]),
        equals(divergence, "both distributions sum to 1"),
    ),
    numpy=lambda p, q: information.kl_divergence(p, q),
    independent="`course_utils.information.kl_divergence` at random distributions",
)

artanh_definition = Definition(
    label="eq-kl-divergence-artanh",
    title="Inverse hyperbolic tangent",
    symbol=artanh(kappa),
    expression=ONE / 2 * log((1 + kappa) / (1 - kappa)),
    introduces="the inverse hyperbolic tangent, for $-1 < \\kappa < 1$",
    numpy=lambda kappa: np.arctanh(kappa),
    independent="NumPy's `arctanh`",
)

relative_difference = Definition(
    label="eq-kl-divergence-relative",
    title="Relative difference",
    symbol=ratio,
    expression=(one_p - one_q) / (one_p + one_q),
    introduces="the relative difference $\\kappa$ of two probabilities",
    numpy=lambda p, q: (p - q) / (p + q),
    independent="NumPy",
)

stable_term = Derivation(
    label="eq-kl-divergence-stable",
    title="A term without cancellation",
    where=(artanh_definition, relative_difference),
    domain=(one_p, one_q),
    steps=chain(
        term,
        equals(
            (one_p + one_q) * ((1 + ratio) * artanh(ratio) - ratio),
            "$p = \\frac{1}{2} (p + q)(1 + \\kappa)$ and $q = \\frac{1}{2} (p + q)(1 - \\kappa)$",
        ),
        equals(
            (one_p + one_q) * (ratio**2 + (1 + ratio) * (artanh(ratio) - ratio)),
            "$(1 + \\kappa) \\kappa - \\kappa = \\kappa^2$",
        ),
    ),
    independent="both sides at random points",
)

artanh_slope = Derivation(
    label="eq-kl-divergence-excess",
    title="Slope of what artanh exceeds its argument by",
    where=(artanh_definition,),
    domain=(kappa,),
    steps=chain(
        derivative(artanh(kappa) - kappa, kappa),
        equals(ONE / 2 * (1 / (1 + kappa) + 1 / (1 - kappa)) - 1, "differentiate both logarithms"),
        equals(kappa**2 / (1 - kappa**2), "one denominator"),
    ),
    independent="numerical differentiation at random points",
)

some_p = family("p", K, interval=POSITIVE)
some_q = family("q", K, interval=POSITIVE)
sum_p = symbol("S_p", interval=POSITIVE)
sum_q = symbol("S_q", interval=POSITIVE)

sum_of_p = Definition(
    label="eq-kl-divergence-sum-p",
    title="Sum of the given numbers",
    symbol=sum_p,
    expression=total(k, some_p[k]),
    introduces="what the numbers $p_k$ in the machine sum to",
    numpy=lambda p: np.sum(p),
    independent="NumPy's sum",
)

sum_of_q = Definition(
    label="eq-kl-divergence-sum-q",
    title="Sum of the model's numbers",
    symbol=sum_q,
    expression=total(k, some_q[k]),
    introduces="what the numbers $q_k$ in the machine sum to",
    numpy=lambda q: np.sum(q),
    independent="NumPy's sum",
)

scaled_p, scaled_q = some_p[k] * sum_q, some_q[k] * sum_p

normalised = Derivation(
    label="eq-kl-divergence-normalised",
    title="Divergence of numbers that do not sum to 1",
    where=(sum_of_p, sum_of_q),
    domain=(some_p[k], some_q[k]),
    steps=chain(
        total(k, some_p[k] / sum_p * log(some_p[k] / sum_p / (some_q[k] / sum_q))),
        equals(
            1 / (sum_p * sum_q) * total(k, scaled_p * log(scaled_p / scaled_q)),
            "multiply by $S_p S_q$ within each fraction",
        ),
        equals(
            1
            / (sum_p * sum_q)
            * total(k, scaled_p * log(scaled_p / scaled_q) - scaled_p + scaled_q),
            "the numbers $p_k S_q$ and the numbers $q_k S_p$ have the same sum, $S_p S_q$",
        ),
    ),
    independent="both sides by loops at random numbers",
)

scaled_difference = Derivation(
    label="eq-kl-divergence-difference",
    title="The difference, from differences",
    steps=chain(
        scaled_p - scaled_q,
        equals(
            ONE
            / 2
            * (
                (some_p[k] - some_q[k]) * (sum_p + sum_q)
                - (some_p[k] + some_q[k]) * (sum_p - sum_q)
            ),
            "multiply out",
        ),
    ),
    independent="both sides at random numbers",
)
