"""Temperature: from hard to soft choices, and sparsemax."""

from __future__ import annotations

from course_utils.derivations.calculus import (
    Integration,
    LimitValue,
    SignOfDerivative,
    Squeeze,
    TermByTerm,
)
from course_utils.derivations.engine import (
    Definition,
    Derivation,
    at_least,
    at_most,
    chain,
    claim,
    equals,
    inserted,
)
from course_utils.derivations.formulas import (
    INFINITY,
    NON_NEGATIVE,
    ONE,
    POSITIVE,
    UNIT,
    argmin,
    between,
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
    whole,
)
from course_utils.derivations.inequalities import (
    Rearrangement,
    Sign,
    Termwise,
)
from course_utils.derivations.likelihood import log_bound
from course_utils.derivations.softmax import definition as softmax_definition
from course_utils.derivations.softmax import exponential_bound, p
from course_utils.derivations.steps import Replacement
from course_utils.derivations.symbols import K, i, j, k, v, y, z
from course_utils.information import entropy as numpy_entropy
from course_utils.losses import (
    softmax_cross_entropy,
    softmax_cross_entropy_and_gradient,
)
from course_utils.softmax import softmax, softmax_jacobian, sparsemax

T = symbol("T", interval=POSITIVE)

definition = Definition(
    label="eq-temperature-definition",
    title="Softmax with a temperature",
    symbol=p[k],
    expression=exp(z[k] / T) / total(j, exp(z[j] / T)),
    introduces="the probabilities $p_k$ of the logits $z_k$ at the temperature $T$",
    numpy=lambda z, T: softmax(z, temperature=T),
    independent="`course_utils.softmax.softmax` at random logits and temperatures",
)

multiplier = symbol("beta", r"\beta", POSITIVE)

multiplier_definition = Definition(
    label="eq-temperature-multiplier",
    title="Multiplier of the logits",
    symbol=multiplier,
    expression=1 / T,
    introduces="the number by which the logits are multiplied",
)

with_multiplier = Derivation(
    label="eq-temperature-with-multiplier",
    title="Softmax with a multiplier",
    where=(definition, multiplier_definition),
    steps=chain(
        p[k],
        equals(
            exp(multiplier * z[k]) / total(j, exp(multiplier * z[j])),
            "to divide by $T$ is to multiply by $1/T$",
        ),
    ),
    numpy=lambda z, T: softmax(z / T),
    independent="`course_utils.softmax.softmax` of scaled random logits",
)

log_ratio = Derivation(
    label="eq-temperature-log-ratio",
    title="The temperature divides every difference of logits",
    where=(definition,),
    steps=chain(
        log(p[i] / p[j]),
        equals((z[i] - z[j]) / T, "the denominators cancel; the logarithm undoes the rest"),
    ),
    independent="both sides at random logits and temperatures",
)

order = Derivation(
    label="eq-temperature-order",
    title="The temperature keeps the order",
    where=(definition,),
    steps=chain(
        p[i] - p[j],
        equals(
            exp(z[j] / T) / total(k, exp(z[k] / T)) * (exp(z[i] / T) / exp(z[j] / T) - 1),
            "a common factor",
        ),
        equals(p[j] * (exp((z[i] - z[j]) / T) - 1), "the definition of $p_j$"),
    ),
    independent="both sides at random logits and temperatures",
)

# Cold. K_+ classes share the largest logit, and K_- others have gaps below it.

leading, trailing = size("K_+"), size("K_-")
below, behind = indices("j k", trailing)
largest = symbol("largest", r"z_{\max}")
gaps = family("gaps", trailing, head=r"\Delta", interval=POSITIVE)
least_gap = symbol("least gap", r"\Delta", POSITIVE)
excess = family("excess", trailing, head="u", interval=NON_NEGATIVE)
share = symbol("share of the largest", r"p_{\max}")

share_definition = Definition(
    label="eq-temperature-share",
    title="Probability of a class with the largest logit",
    symbol=share,
    expression=exp(largest / T)
    / (leading * exp(largest / T) + total(below, exp((largest - gaps[below]) / T))),
    introduces="the probability of each of the $K_+$ classes with the largest logit, where $K_-$ "
    "others are $\\Delta_1, \\Delta_2, \\dots$ below it",
)

tied_share = Derivation(
    label="eq-temperature-tied",
    title="Only the gaps count",
    where=(share_definition,),
    steps=chain(
        share,
        equals(
            exp(largest / T)
            / (exp(largest / T) * (leading + total(below, exp(-(gaps[below] / T))))),
            "the largest exponential is a factor of every term",
        ),
        equals(1 / (leading + total(below, exp(-(gaps[below] / T)))), "it cancels"),
    ),
    independent="`course_utils.softmax.softmax` with some equal logits",
)

bound = trailing / leading * exp(-(least_gap / T))
remainder = 1 - leading * share

squeeze = Derivation(
    label="eq-temperature-squeeze",
    title="What the other classes keep",
    where=(share_definition,),
    assumptions=(
        relation(gaps[below], "=", least_gap + excess[below]).for_every(below),
        "$\\Delta > 0$ is the least of the gaps, so the $u_j$ are not negative",
    ),
    example=((gaps[below], least_gap + excess[below]),),
    statement=relation(relation(whole(0), "≤", remainder), "≤", bound),
    steps=(
        *claim(
            relation(whole(0), "≤", remainder),
            "$K_+$ equal probabilities are together at most 1",
            Sign(),
        ),
        *chain(
            remainder,
            equals(
                total(below, exp(-(gaps[below] / T)))
                / (leading + total(behind, exp(-(gaps[behind] / T)))),
                "a common denominator",
            ),
            at_most(
                1 / leading * total(below, exp(-(gaps[below] / T))),
                "a smaller denominator",
                Sign(),
            ),
            equals(
                1 / leading * exp(-(least_gap / T)) * total(below, exp(-(excess[below] / T))),
                "each gap is the least gap and an excess",
            ),
            at_most(
                1 / leading * exp(-(least_gap / T)) * total(below, 1),
                "$e^{-u} \\le 1$ for $u \\ge 0$",
                Termwise(
                    exponential_bound,
                    excess[below] / T,
                    1 / leading * exp(-(least_gap / T)),
                    (below,),
                ),
            ),
            equals(bound, "one for each of the $K_-$ classes"),
        ),
    ),
    independent="both bounds at random gaps and temperatures",
)

cold_rest = Derivation(
    label="eq-temperature-cold-rest",
    title="Towards zero, nothing remains for the others",
    where=(share_definition,),
    assumptions=squeeze.assumptions,
    example=squeeze.example,
    steps=(
        *claim(
            equation(limit(bound, T, 0), 0),
            "the exponent tends to $-\\infty$, since $\\Delta > 0$",
            LimitValue(),
        ),
        *claim(
            equation(limit(remainder, T, 0), 0),
            "by the inequality before, it lies between 0 and what has the limit 0",
            Squeeze(squeeze),
        ),
    ),
    independent="`course_utils.softmax.softmax` at a low temperature",
)

cold = Derivation(
    label="eq-temperature-cold",
    title="Towards zero, the largest logits share everything equally",
    where=(share_definition,),
    assumptions=("every gap $\\Delta_j$ is positive",),
    steps=chain(
        limit(share, T, 0),
        equals(
            1 / leading,
            "$p_{\\max} = 1 / (K_+ + \\sum_j e^{-\\Delta_j/T})$: every exponent tends to "
            "$-\\infty$ and every term of the sum to 0",
            TermByTerm(),
        ),
    ),
    independent="`course_utils.softmax.softmax` at a low temperature",
)

hot = Derivation(
    label="eq-temperature-hot",
    title="Towards infinity, all classes are alike",
    where=(definition,),
    steps=chain(
        limit(p[k], T, INFINITY),
        equals(
            1 / K,
            "every exponent $z/T$ tends to 0 and every exponential to 1; there are $K$ of them "
            "below the line",
            TermByTerm(),
        ),
    ),
    independent="`course_utils.softmax.softmax` at a high temperature",
)

# Entropy.

H = symbol("H", arguments="T")

entropy_definition = Definition(
    label="eq-temperature-entropy",
    title="Entropy at a temperature",
    symbol=H,
    expression=-total(k, p[k] * log(p[k])),
    introduces="the entropy of the probabilities at the temperature $T$",
    where=(definition,),
    numpy=lambda z, T: numpy_entropy(softmax(z, temperature=T)),
    independent="`course_utils.information.entropy` at random logits and temperatures",
)

entropy_split = Derivation(
    label="eq-temperature-entropy-split",
    title="Entropy without logarithms of probabilities",
    where=(entropy_definition,),
    steps=chain(
        H,
        equals(
            -total(k, p[k] * (z[k] / T - log(total(j, exp(z[j] / T))))),
            "$\\log p_k = z_k/T - \\log \\sum_j e^{z_j/T}$",
        ),
        equals(
            log(total(j, exp(z[j] / T))) - 1 / T * total(k, p[k] * z[k]),
            "the probabilities sum to 1",
        ),
    ),
    independent="both sides at random logits and temperatures",
)

variance = total(k, p[k] * z[k] ** 2) - total(k, p[k] * z[k]) ** 2

mean_slope = Derivation(
    label="eq-temperature-mean-slope",
    title="The mean logit falls as the temperature rises",
    where=(definition,),
    steps=chain(
        derivative(total(k, p[k] * z[k]), T),
        equals(
            -(1 / T**2 * variance),
            "quotient rule: the bracket is the variance of the logits under $p$",
        ),
    ),
    independent="numerical derivatives at random logits and temperatures",
)

entropy_variance = Derivation(
    label="eq-temperature-entropy-variance",
    title="Slope of the entropy",
    where=(entropy_definition,),
    steps=chain(
        derivative(H, T),
        equals(
            -(1 / T * derivative(total(k, p[k] * z[k]), T)),
            "differentiate the form without logarithms of probabilities: its first term gives "
            "$-T^{-2} \\sum_k p_k z_k$, which cancels a part of its second",
        ),
        equals(1 / T**3 * variance, "the slope of the mean logit"),
    ),
    independent="numerical derivatives at random logits and temperatures",
)

entropy_slope = Derivation(
    label="eq-temperature-entropy-slope",
    title="Entropy grows with the temperature",
    where=(entropy_definition,),
    steps=chain(
        derivative(H, T),
        equals(1 / T**3 * variance, "the slope of the entropy"),
        equals(
            1 / (2 * T**3) * total(i, total(j, p[i] * p[j] * (z[i] - z[j]) ** 2)),
            "Lagrange's identity, since the probabilities sum to 1",
        ),
        at_least(0, "a sum of squares with positive weights", Sign()),
    ),
    independent="numerical derivatives at random logits and temperatures",
)

# What softmax maximises.

q = distribution("q", K)

objective = total(k, q[k] * z[k]) - T * total(k, q[k] * log(q[k]))

variational = Derivation(
    label="eq-temperature-variational",
    title="No distribution has more of mean logit plus temperature times entropy",
    where=(definition,),
    assumptions=("every $q_k$ is positive; a class with $q_k = 0$ adds nothing to the left side",),
    steps=(
        *chain(
            objective - T * log(total(j, exp(z[j] / T))),
            equals(
                total(k, T * q[k] * log(p[k] / q[k])),
                "$z_k = T \\log p_k + T \\log \\sum_j e^{z_j/T}$, and the $q_k$ sum to 1",
            ),
            at_most(
                total(k, T * q[k] * (p[k] / q[k] - 1)),
                "$\\log u \\le u - 1$ for every class",
                Termwise(log_bound, p[k] / q[k], T * q[k], (k,)),
            ),
            equals(0, "both distributions sum to 1"),
        ),
        *claim(
            relation(objective, "≤", T * log(total(j, exp(z[j] / T)))),
            "move the second term to the right",
            Rearrangement(),
        ),
    ),
    independent="both sides at random distributions, logits and temperatures",
)

# Gradients.

jacobian = Derivation(
    label="eq-temperature-jacobian",
    title="Jacobian of softmax at a temperature",
    where=(definition,),
    steps=chain(
        partial(p[i], z[j]),
        equals(1 / T * p[i] * (delta(i, j) - p[j]), "chain rule: the logits are divided by $T$"),
    ),
    numpy=lambda z, T: softmax_jacobian(z, temperature=T),
    independent="`course_utils.softmax.softmax_jacobian` at random logits and temperatures",
)

loss = symbol("L")

loss_definition = Definition(
    label="eq-temperature-loss",
    title="Cross-entropy at a temperature",
    symbol=loss,
    expression=-total(k, y[k] * log(p[k])),
    introduces="the loss of the logits at the temperature $T$ for the targets $y_1, \\dots, y_K$",
    where=(definition,),
    numpy=lambda y, z, T: softmax_cross_entropy(y, z, temperature=T),
    independent="`course_utils.losses.softmax_cross_entropy` at random logits and targets",
)

gradient = Derivation(
    label="eq-temperature-gradient",
    title="Gradient of cross-entropy at a temperature",
    where=(loss_definition,),
    steps=chain(
        partial(loss, z[i]),
        equals(
            -total(k, y[k] * (delta(i, k) - p[i]) / T),
            "the logarithm of $p_k$ has the slope $(\\delta_{ik} - p_i)/T$",
        ),
        equals((p[i] - y[i]) / T, "the targets sum to 1"),
    ),
    numpy=lambda y, z, T: softmax_cross_entropy_and_gradient(y, z, temperature=T)[1],
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient`",
)

# A draw from softmax: the first of independent exponential clocks to ring.

time = symbol("t", interval=NON_NEGATIVE)

first_to_ring = Derivation(
    label="eq-temperature-clocks",
    title="The first clock to ring is drawn by softmax",
    where=(softmax_definition,),
    assumptions=(
        "the clock of class $k$ has not rung before the time $t$ with probability "
        "$\\exp(-t\\,e^{z_k})$, independently of the others; so the integrand is the density of "
        "$k$ ringing at $t$, times the probability that no other has rung before",
    ),
    steps=chain(
        integral(exp(z[k]) * exp(-(time * total(j, exp(z[j])))), time, 0, INFINITY),
        equals(
            exp(z[k]) / total(j, exp(z[j])),
            "the integral of $e^{-ct}$ from 0 to $\\infty$ is $1/c$",
            Integration(),
        ),
        equals(p[k], "the definition of softmax", inserted),
    ),
    independent="quadrature at random logits",
)

# Sparsemax: any number of classes.

threshold_logit = symbol("threshold", "z_0")
nearest = distribution("nearest", K, head="p", interval=NON_NEGATIVE)
other = distribution("other", K, head="q", interval=NON_NEGATIVE)
slack = family("slack", K, head=r"\nu", interval=NON_NEGATIVE)

nearest_point = Derivation(
    label="eq-temperature-nearest",
    title="A threshold makes the nearest distribution",
    assumptions=(
        relation(z[k], "=", nearest[k] + threshold_logit - slack[k]).for_every(k),
        equation(total(k, nearest[k] * slack[k]), 0),
        "$p$ and $q$ are distributions, and no $\\nu_k$ is negative",
    ),
    example=(
        (nearest[k], delta(k, i)),
        (slack[k], (1 - delta(k, i)) * v[k] ** 2),
        (z[k], delta(k, i) + threshold_logit - (1 - delta(k, i)) * v[k] ** 2),
    ),
    steps=(
        *chain(
            total(k, (other[k] - z[k]) ** 2)
            - total(k, (nearest[k] - z[k]) ** 2)
            - total(k, (other[k] - nearest[k]) ** 2),
            equals(
                2 * total(k, (other[k] - nearest[k]) * (nearest[k] - z[k])),
                "multiply out",
            ),
            equals(
                2 * total(k, (other[k] - nearest[k]) * (slack[k] - threshold_logit)),
                "$p_k - z_k = \\nu_k - z_0$",
            ),
            equals(
                2 * total(k, other[k] * slack[k]),
                "both distributions sum to 1, and the $p_k \\nu_k$ to 0",
            ),
            at_least(0, "no term is negative", Sign()),
        ),
        *claim(
            relation(
                total(k, (other[k] - z[k]) ** 2),
                "≥",
                total(k, (nearest[k] - z[k]) ** 2) + total(k, (other[k] - nearest[k]) ** 2),
            ),
            "move two terms to the right",
            Rearrangement(),
        ),
    ),
    independent="`course_utils.softmax.sparsemax` against random distributions",
)

(inside,) = indices("k", leading)
(also_inside,) = indices("j", leading)
(row,) = indices("i", leading)
supported = family("supported", leading, head="z")
threshold_value = 1 / leading * (total(inside, supported[inside]) - 1)

threshold = Derivation(
    label="eq-temperature-threshold",
    title="The threshold of sparsemax",
    assumptions=(
        equation(total(inside, supported[inside] - threshold_logit), 1),
        "the $K_+$ classes with positive probability come first",
    ),
    example=((threshold_logit, threshold_value),),
    steps=chain(
        threshold_logit,
        equals(
            1
            / leading
            * (
                total(inside, supported[inside])
                - total(inside, supported[inside] - threshold_logit)
            ),
            "the logits cancel, and $z_0$ stands $K_+$ times",
        ),
        equals(
            threshold_value,
            "the probabilities sum to 1",
            Replacement(),
        ),
    ),
    independent="`course_utils.softmax.sparsemax` at random logits",
)

# Sparsemax: two and three classes.

chance = symbol("p", interval=UNIT)
gap = symbol("m", interval=between(-1, 1))
low = symbol("z_2")

two_objective = (chance - (low + gap)) ** 2 + (1 - chance - low) ** 2

two_classes = Derivation(
    label="eq-temperature-sparsemax-two",
    title="Sparsemax of two classes whose logits differ by less than 1",
    domain=(gap,),
    steps=chain(
        argmin(chance, two_objective),
        equals(
            (1 + gap) / 2,
            "the derivative is $4(p - (1 + m)/2)$: negative before this point and positive behind "
            "it",
            SignOfDerivative(),
        ),
    ),
    numpy=lambda m, z_2: sparsemax([z_2 + m, z_2])[0],
    independent="`course_utils.softmax.sparsemax` of two logits",
)

wide = symbol("u", interval=NON_NEGATIVE)

two_certain = Derivation(
    label="eq-temperature-sparsemax-two-certain",
    title="Sparsemax of two classes whose logits differ by 1 or more",
    assumptions=("$0 < p < 1$ and $u \\ge 0$",),
    steps=(
        *chain(
            (chance - (low + 1 + wide)) ** 2
            + (1 - chance - low) ** 2
            - ((1 - (low + 1 + wide)) ** 2 + low**2),
            equals(2 * (1 - chance) * (1 - chance + wide), "multiply out to see it"),
            at_least(0, "neither factor is negative", Sign()),
        ),
        *claim(
            relation(
                (chance - (low + 1 + wide)) ** 2 + (1 - chance - low) ** 2,
                "≥",
                (1 - (low + 1 + wide)) ** 2 + low**2,
            ),
            "move the last bracket to the right: it is the distance for $p = 1$",
            Rearrangement(),
        ),
    ),
    independent="`course_utils.softmax.sparsemax` of two logits",
)

first, second, third = symbol("z_1"), symbol("z_2"), symbol("z_3")

three_all = Derivation(
    label="eq-temperature-sparsemax-three",
    title="Sparsemax of three classes, all of them in",
    steps=chain(
        first - ONE / 3 * (first + second + third - 1),
        equals((1 + 2 * first - second - third) / 3, "a common denominator"),
    ),
    independent="`course_utils.softmax.sparsemax` of three logits",
)

three_two = Derivation(
    label="eq-temperature-sparsemax-three-two",
    title="Sparsemax of three classes, two of them in",
    steps=chain(
        first - ONE / 2 * (first + second - 1),
        equals((1 + first - second) / 2, "a common denominator"),
    ),
    independent="`course_utils.softmax.sparsemax` of three logits",
)

# Its Jacobian and its loss, where the classes with positive probability stay the same.

sparse = family("sparse", leading, head="p")

sparse_definition = Definition(
    label="eq-temperature-sparsemax",
    title="Sparsemax of the classes that are in",
    symbol=sparse[inside],
    expression=supported[inside] - 1 / leading * (total(also_inside, supported[also_inside]) - 1),
    introduces="the probabilities of the $K_+$ classes above the threshold; the others have 0",
)

sparse_sum = Derivation(
    label="eq-temperature-sparsemax-sum",
    title="They sum to 1",
    where=(sparse_definition,),
    steps=chain(
        total(inside, sparse[inside]),
        equals(
            total(inside, supported[inside]) - (total(also_inside, supported[also_inside]) - 1),
            "the threshold stands $K_+$ times, divided by $K_+$",
        ),
        equals(1, "cancel"),
    ),
    independent="both sides at random logits",
)

sparse_jacobian = Derivation(
    label="eq-temperature-sparsemax-jacobian",
    title="Jacobian of sparsemax",
    where=(sparse_definition,),
    steps=chain(
        partial(sparse[row], supported[also_inside]),
        equals(
            delta(row, also_inside) - 1 / leading,
            "the logit itself, and its part in the threshold",
        ),
    ),
    independent="differences of `course_utils.softmax.sparsemax`",
)

inside_targets = family("inside targets", leading, head="y", interval=NON_NEGATIVE)
sparse_loss = symbol("sparse loss", "L")

sparse_loss_definition = Definition(
    label="eq-temperature-sparsemax-loss",
    title="Sparsemax loss of the classes that are in",
    symbol=sparse_loss,
    expression=ONE
    / 2
    * (
        total(inside, (inside_targets[inside] - supported[inside]) ** 2)
        - total(inside, (sparse[inside] - supported[inside]) ** 2)
    ),
    introduces="half the squared distance from logits to targets, less half that from logits to "
    "sparsemax",
    where=(sparse_definition,),
)

sparse_loss_gradient = Derivation(
    label="eq-temperature-sparsemax-gradient",
    title="Gradient of the sparsemax loss, for a class that is in",
    where=(sparse_loss_definition,),
    steps=chain(
        partial(sparse_loss, supported[row]),
        equals(
            supported[row]
            - inside_targets[row]
            - 1 / leading * (total(also_inside, supported[also_inside]) - 1),
            "the first sum gives $z_i - y_i$; the second is $K_+ z_0^2$, half of which has the "
            "slope $z_0$",
        ),
        equals(sparse[row] - inside_targets[row], "$p_i = z_i - z_0$"),
    ),
    independent="differences of `course_utils.losses.sparsemax_loss`",
)

one_target, one_logit = symbol("y", interval=NON_NEGATIVE), symbol("z")

sparse_loss_outside = Derivation(
    label="eq-temperature-sparsemax-gradient-out",
    title="Gradient of the sparsemax loss, for a class that is out",
    steps=chain(
        derivative(ONE / 2 * ((one_target - one_logit) ** 2 - one_logit**2), one_logit),
        equals((one_logit - one_target) - one_logit, "chain rule"),
        equals(-one_target, "the logit cancels; prediction minus target again, with $p = 0$"),
    ),
    independent="differences of `course_utils.losses.sparsemax_loss`",
)
