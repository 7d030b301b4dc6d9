"""Sigmoid: one logit for two classes, its odds, its loss, and where it comes from."""

from __future__ import annotations

import numpy as np

from course_utils.derivations.engine import (
    Assumption,
    Definition,
    Derivation,
    at_least,
    at_most,
    chain,
    equals,
    inserted,
)
from course_utils.derivations.formulas import (
    NON_NEGATIVE,
    ONE,
    POSITIVE,
    UNIT,
    Function,
    derivative,
    equation,
    exp,
    family,
    label,
    log,
    partial,
    product,
    symbol,
    total,
    total_but,
)
from course_utils.derivations.inequalities import Sign
from course_utils.derivations.likelihood import gaussian
from course_utils.derivations.softmax import (
    definition as softmax_definition,
)
from course_utils.derivations.softmax import (
    p,
    pair,
    share,
    sigmoid_definition,
    two_class_definition,
)
from course_utils.derivations.softmax import (
    sigmoid_argument as m,
)
from course_utils.derivations.steps import Cases, Replacement
from course_utils.derivations.symbols import D, K, d, density, j, k, outcome, sigma, x, z
from course_utils.losses import sigmoid_cross_entropy, softmax_cross_entropy_and_gradient
from course_utils.sigmoid import logit as numpy_logit
from course_utils.sigmoid import odds as numpy_odds
from course_utils.sigmoid import sigmoid
from course_utils.sigmoid import softplus as numpy_softplus
from course_utils.softmax import softmax

# K - 1 logits for K classes: all are measured against one of them.

reference = label("reference", "k_0", K)

reference_logits = Derivation(
    label="eq-sigmoid-reference",
    title="One class less in need of a logit",
    where=(softmax_definition,),
    steps=chain(
        p[k],
        equals(
            exp(z[k] - z[reference]) / total(j, exp(z[j] - z[reference])),
            "subtract the logit of class $k_0$ from all: a common constant changes nothing",
        ),
        equals(
            exp(z[k] - z[reference]) / (1 + total_but(j, reference, exp(z[j] - z[reference]))),
            "of the sum, the term $j = k_0$ is $e^0 = 1$",
        ),
    ),
    numpy=lambda z: softmax(z),
    independent="`course_utils.softmax.softmax` at random logits",
)

reference_log_ratio = Derivation(
    label="eq-sigmoid-reference-ratio",
    title="The probabilities determine what remains of the logits",
    where=(softmax_definition,),
    steps=chain(
        log(p[k] / p[reference]),
        equals(z[k] - z[reference], "the denominators cancel; the logarithm undoes the rest"),
    ),
    independent="both sides at random logits",
)

# Odds and log-odds.

chance = symbol("p", interval=UNIT)
shift = symbol("t")
odds = Function("odds", r"\operatorname{odds}")
logit = Function("logit", r"\operatorname{logit}")

odds_definition = Definition(
    label="eq-sigmoid-odds",
    title="Odds",
    symbol=odds(chance),
    expression=chance / (1 - chance),
    introduces="how many times more probable a class is than its opposite",
    numpy=lambda p: numpy_odds(p),
    independent="`course_utils.sigmoid.odds` at random probabilities",
)

logit_definition = Definition(
    label="eq-sigmoid-logit",
    title="Logit",
    symbol=logit(chance),
    expression=log(chance / (1 - chance)),
    introduces="the logarithm of the odds",
    numpy=lambda p: numpy_logit(p),
    independent="`course_utils.sigmoid.logit` at random probabilities",
)

odds_of_sigmoid = Derivation(
    label="eq-sigmoid-odds-exp",
    title="The odds are the exponential of the logit",
    where=(sigmoid_definition, odds_definition),
    steps=chain(
        odds(sigma(m)),
        equals(sigma(m) / (1 - sigma(m)), "the definition of the odds", inserted),
        equals(
            1 / (1 + exp(-m)) * ((1 + exp(-m)) / exp(-m)),
            "$1 - \\sigma(m) = e^{-m} / (1 + e^{-m})$",
        ),
        equals(exp(m), "cancel"),
    ),
    numpy=lambda m: numpy_odds(sigmoid(m)),
    independent="`course_utils.sigmoid.odds` of the sigmoid at random logits",
)

logit_of_sigmoid = Derivation(
    label="eq-sigmoid-logit-of-sigmoid",
    title="The logit undoes the sigmoid",
    where=(sigmoid_definition, logit_definition),
    steps=chain(
        logit(sigma(m)),
        equals(log(sigma(m) / (1 - sigma(m))), "the definition of the logit", inserted),
        equals(log(exp(m)), "the odds are $e^m$"),
        equals(m, "the logarithm undoes the exponential"),
    ),
    numpy=lambda m: numpy_logit(sigmoid(m)),
    independent="`course_utils.sigmoid.logit` of the sigmoid at random logits",
)

sigmoid_of_logit = Derivation(
    label="eq-sigmoid-sigmoid-of-logit",
    title="The sigmoid undoes the logit",
    where=(sigmoid_definition, logit_definition),
    domain=(chance,),
    steps=chain(
        sigma(logit(chance)),
        equals(
            1 / (1 + exp(-log(chance / (1 - chance)))),
            "both definitions",
            inserted,
        ),
        equals(1 / (1 + (1 - chance) / chance), "$e^{-\\log u} = 1/u$"),
        equals(chance, "multiply numerator and denominator by $p$"),
    ),
    numpy=lambda p: sigmoid(numpy_logit(p)),
    independent="`course_utils.sigmoid.sigmoid` of the logit at random probabilities",
)

odds_move = Derivation(
    label="eq-sigmoid-odds-move",
    title="Adding to the logit multiplies the odds",
    where=(sigmoid_definition, odds_definition),
    steps=chain(
        odds(sigma(m + shift)),
        equals(exp(m + shift), "the odds are the exponential of the logit"),
        equals(exp(shift) * odds(sigma(m)), "the exponential of a sum"),
    ),
    independent="both sides at random logits",
)

weight, bias, one_input = symbol("w"), symbol("b"), symbol("x")

odds_ratio = Derivation(
    label="eq-sigmoid-odds-ratio",
    title="An odds ratio compares two odds",
    where=(sigmoid_definition, odds_definition),
    steps=chain(
        odds(sigma(weight * (one_input + 1) + bias)) / odds(sigma(weight * one_input + bias)),
        equals(
            exp(weight * (one_input + 1) + bias) / exp(weight * one_input + bias),
            "the odds are the exponential of the logit",
        ),
        equals(exp(weight), "all but one weight cancels"),
    ),
    independent="both sides at random weights and inputs",
)

# Symmetry and slope.

mirror = Derivation(
    label="eq-sigmoid-mirror",
    title="The other class has the logit with the other sign",
    where=(sigmoid_definition,),
    steps=chain(
        sigma(-m),
        equals(1 / (1 + exp(m)), "the definition"),
        equals(exp(-m) / (exp(-m) + 1), "multiply numerator and denominator by $e^{-m}$"),
        equals(1 - sigma(m), "$1 - 1/(1 + e^{-m})$ has this numerator"),
    ),
    numpy=lambda m: sigmoid(-m),
    independent="`course_utils.sigmoid.sigmoid` at random logits",
)

slope_bound = Derivation(
    label="eq-sigmoid-slope",
    title="The sigmoid is nowhere steeper than a quarter",
    where=(sigmoid_definition,),
    steps=chain(
        derivative(sigma(m), m),
        equals(sigma(m) * (1 - sigma(m)), "the derivative of the sigmoid"),
        equals(ONE / 4 - (sigma(m) - ONE / 2) ** 2, "complete the square"),
        at_most(ONE / 4, "a square is not negative", Sign()),
    ),
    independent="numerical derivatives at random logits",
)

# The loss.

softplus = Function("softplus", r"\operatorname{softplus}")

softplus_definition = Definition(
    label="eq-sigmoid-softplus",
    title="Softplus",
    symbol=softplus(m),
    expression=log(1 + exp(m)),
    introduces="a smooth relative of $\\max(m, 0)$",
    numpy=lambda m: numpy_softplus(m),
    independent="`course_utils.sigmoid.softplus` at random logits",
)

log_sigmoid = Derivation(
    label="eq-sigmoid-log",
    title="The logarithm of the sigmoid is a softplus",
    where=(sigmoid_definition, softplus_definition),
    steps=chain(
        -log(sigma(m)),
        equals(log(1 + exp(-m)), "the logarithm of a reciprocal changes its sign"),
        equals(softplus(-m), "the definition of softplus", inserted),
    ),
    independent="both sides at random logits",
)

softplus_shift = Derivation(
    label="eq-sigmoid-softplus-shift",
    title="Softplus of a number and of its opposite",
    where=(softplus_definition,),
    steps=chain(
        softplus(m),
        equals(log(exp(m) * (exp(-m) + 1)), "a common factor"),
        equals(m + softplus(-m), "the logarithm of a product is a sum"),
    ),
    numpy=lambda m: numpy_softplus(m),
    independent="`course_utils.sigmoid.softplus` at random logits",
)

softplus_slope = Derivation(
    label="eq-sigmoid-softplus-slope",
    title="The slope of softplus is the sigmoid",
    where=(sigmoid_definition, softplus_definition),
    steps=chain(
        derivative(softplus(m), m),
        equals(exp(m) / (1 + exp(m)), "chain rule"),
        equals(sigma(m), "divide numerator and denominator by $e^m$"),
    ),
    numpy=lambda m: sigmoid(m),
    independent="`course_utils.sigmoid.sigmoid` at random logits",
)

target = symbol("y", interval=UNIT)
loss = Function("logistic loss", r"\ell", NON_NEGATIVE)

loss_definition = Definition(
    label="eq-sigmoid-loss",
    title="Loss of one logit",
    symbol=loss(target, m),
    expression=-(target * log(sigma(m))) - (1 - target) * log(1 - sigma(m)),
    introduces="the loss of the logit $m$ for the target $y$",
    where=(sigmoid_definition,),
    numpy=lambda y, m: sigmoid_cross_entropy(y, m),
    independent="`course_utils.losses.sigmoid_cross_entropy` at random logits and targets",
)

loss_softplus = Derivation(
    label="eq-sigmoid-loss-softplus",
    title="The loss of one logit in terms of softplus",
    where=(loss_definition, softplus_definition),
    steps=chain(
        loss(target, m),
        equals(
            target * log(1 + exp(-m)) + (1 - target) * log(1 + exp(m)),
            "$-\\log \\sigma(m) = \\log(1 + e^{-m})$, and $1 - \\sigma(m) = \\sigma(-m)$",
        ),
        equals(
            target * softplus(-m) + (1 - target) * softplus(m),
            "the definition of softplus",
            inserted,
        ),
    ),
    numpy=lambda y, m: sigmoid_cross_entropy(y, m),
    independent="`course_utils.losses.sigmoid_cross_entropy` at random logits and targets",
)

signed = symbol("signed label", r"\tilde{y}")

signed_label = Definition(
    label="eq-sigmoid-signed-label",
    title="Label as a sign",
    symbol=signed,
    expression=2 * outcome - 1,
    introduces="the label $\\tilde{y} = 1$ for $y = 1$, and $\\tilde{y} = -1$ for $y = 0$",
)

signed_loss = Derivation(
    label="eq-sigmoid-signed-loss",
    title="The loss with labels as signs",
    where=(signed_label, loss_definition),
    assumptions=("$y$ is 0 or 1",),
    steps=chain(
        loss(outcome, m),
        equals(
            log(1 + exp(-(signed * m))),
            "for $y = 1$ both sides are $\\log(1 + e^{-m})$, for $y = 0$ both are $\\log(1 + e^m)$",
            Cases(outcome),
        ),
    ),
    numpy=lambda outcome, m: sigmoid_cross_entropy(outcome, m),
    independent="`course_utils.losses.sigmoid_cross_entropy` at random logits and both labels",
)

loss_symmetry = Derivation(
    label="eq-sigmoid-loss-symmetry",
    title="Neither class is preferred",
    where=(loss_definition,),
    steps=chain(
        loss(1 - target, -m),
        equals(
            -((1 - target) * log(sigma(-m))) - target * log(1 - sigma(-m)),
            "insert into the definition; $1 - (1 - y) = y$",
        ),
        equals(
            -((1 - target) * log(1 - sigma(m))) - target * log(sigma(m)),
            "$\\sigma(-m) = 1 - \\sigma(m)$",
        ),
        equals(loss(target, m), "the same two terms"),
    ),
    numpy=lambda y, m: sigmoid_cross_entropy(1 - y, -m),
    independent="`course_utils.losses.sigmoid_cross_entropy` at random logits and targets",
)

# Descent on one logit and on two.

eta = symbol("eta", r"\eta", POSITIVE)
two_loss = symbol("loss of two logits", "L")

two_logit_loss = Definition(
    label="eq-sigmoid-two-logit-loss",
    title="Binary cross-entropy of two logits",
    symbol=two_loss,
    expression=-(target * log(share[1])) - (1 - target) * log(share[2]),
    introduces="the loss of the two logits $z_1$ and $z_2$ for the target $y$ of the first class",
    where=(two_class_definition,),
)

first_slope = Derivation(
    label="eq-sigmoid-first-slope",
    title="Slope of the loss in the first of two logits",
    where=(two_logit_loss,),
    steps=chain(
        partial(two_loss, pair[1]),
        equals(
            -(target * (1 - share[1])) + (1 - target) * share[1],
            "the Jacobian of softmax",
        ),
        equals(share[1] - target, "the products cancel"),
    ),
    numpy=lambda y, pair: softmax_cross_entropy_and_gradient([y, 1 - y], pair)[1][0],
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient` for two classes",
)

second_slope = Derivation(
    label="eq-sigmoid-second-slope",
    title="Slope of the loss in the second of two logits",
    where=(two_logit_loss,),
    steps=chain(
        partial(two_loss, pair[2]),
        equals(share[2] - (1 - target), "the same with the classes exchanged"),
        equals(-(share[1] - target), "the probabilities sum to 1"),
    ),
    numpy=lambda y, pair: softmax_cross_entropy_and_gradient([y, 1 - y], pair)[1][1],
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient` for two classes",
)

two_logit_step = Derivation(
    label="eq-sigmoid-two-logit-step",
    title="The difference of two logits moves twice as fast as one logit",
    where=(two_logit_loss, sigmoid_definition),
    steps=chain(
        pair[1] - eta * partial(two_loss, pair[1]) - (pair[2] - eta * partial(two_loss, pair[2])),
        equals(
            pair[1] - pair[2] - 2 * eta * (share[1] - target),
            "the two slopes are opposite, so both logits move, and apart",
        ),
        equals(
            pair[1] - pair[2] - 2 * eta * (sigma(pair[1] - pair[2]) - target),
            "the probability is the sigmoid of the difference",
        ),
    ),
    independent="both sides at random logits, by numerical derivatives",
)

first_weight, second_weight = symbol("w_1"), symbol("w_2")

two_penalties = Derivation(
    label="eq-sigmoid-penalty",
    title="A penalty on two weights charges half for their difference",
    steps=chain(
        first_weight**2 + second_weight**2,
        equals(
            (first_weight - second_weight) ** 2 / 2 + (first_weight + second_weight) ** 2 / 2,
            "multiply out to see it",
        ),
        at_least(
            (first_weight - second_weight) ** 2 / 2,
            "the second square is not negative; it is 0 for $w_2 = -w_1$",
            Sign(),
        ),
    ),
    independent="both sides at random weights",
)

# Where linear log-odds come from.

prior_1 = symbol("prior_1", "p(1)", POSITIVE)
prior_2 = symbol("prior_2", "p(2)", POSITIVE)
density_1 = symbol("density_1", r"p(x \mid 1)", POSITIVE)
density_2 = symbol("density_2", r"p(x \mid 2)", POSITIVE)
posterior = symbol("posterior", r"p(1 \mid x)")

bayes_rule = Definition(
    label="eq-sigmoid-bayes",
    title="Bayes' rule for two classes",
    symbol=posterior,
    expression=prior_1 * density_1 / (prior_1 * density_1 + prior_2 * density_2),
    introduces="the probability of class 1 once the input $x$ is known",
)

posterior_sigmoid = Derivation(
    label="eq-sigmoid-posterior",
    title="Bayes' rule is a sigmoid of log-odds",
    where=(bayes_rule, sigmoid_definition),
    steps=chain(
        posterior,
        equals(
            1 / (1 + prior_2 * density_2 / (prior_1 * density_1)),
            "divide numerator and denominator by $p(1)\\,p(x \\mid 1)$",
        ),
        equals(
            sigma(log(prior_1 * density_1 / (prior_2 * density_2))),
            "$u = e^{\\log u}$, and the definition of the sigmoid",
        ),
    ),
    independent="both sides at random priors and densities",
)

means = family("means", 2, D, head=r"\mu")
scales = family("scales", D, head="s", interval=POSITIVE)
constant = log(prior_1 / prior_2)

gaussian_classes = Derivation(
    label="eq-sigmoid-gaussian",
    title="Gaussian classes with equal scales have linear log-odds",
    where=(gaussian,),
    assumptions=(
        "in class $k$ the features are independent, and feature $d$ is Gaussian with the mean "
        "$\\mu_{kd}$ and the scale $s_d$, the same in both classes",
    ),
    steps=chain(
        log(
            prior_1
            * product(d, density(x[d], given=(means[1, d], scales[d])))
            / (prior_2 * product(d, density(x[d], given=(means[2, d], scales[d]))))
        ),
        equals(
            constant
            + total(
                d, ((x[d] - means[2, d]) ** 2 - (x[d] - means[1, d]) ** 2) / (2 * scales[d] ** 2)
            ),
            "the logarithm of a product is a sum; the factors before the exponentials cancel, "
            "since the scales are equal",
        ),
        equals(
            total(d, (means[1, d] - means[2, d]) / scales[d] ** 2 * x[d])
            + (constant + total(d, (means[2, d] ** 2 - means[1, d] ** 2) / (2 * scales[d] ** 2))),
            "the squares $x_d^2$ cancel, too: what remains is a weight for each feature, and a "
            "constant",
        ),
    ),
    independent="both sides at random means, scales and inputs",
)

mean_1, mean_2 = symbol("mean_1", r"\mu_1"), symbol("mean_2", r"\mu_2")
scale_1, scale_2 = symbol("s_1", interval=POSITIVE), symbol("s_2", interval=POSITIVE)

unequal_scales = Derivation(
    label="eq-sigmoid-unequal",
    title="With unequal scales the log-odds are quadratic",
    where=(gaussian,),
    steps=chain(
        log(
            density(one_input, given=(mean_1, scale_1))
            / density(one_input, given=(mean_2, scale_2))
        ),
        equals(
            (one_input - mean_2) ** 2 / (2 * scale_2**2)
            - (one_input - mean_1) ** 2 / (2 * scale_1**2)
            + log(scale_2 / scale_1),
            "the logarithm undoes the exponentials",
        ),
        equals(
            (1 / (2 * scale_2**2) - 1 / (2 * scale_1**2)) * one_input**2
            + (mean_1 / scale_1**2 - mean_2 / scale_2**2) * one_input
            + (
                mean_2**2 / (2 * scale_2**2) - mean_1**2 / (2 * scale_1**2) + log(scale_2 / scale_1)
            ),
            "collect the powers of $x$: the square stays",
        ),
    ),
    independent="both sides at random means, scales and inputs",
)

carrier = symbol("carrier", "h(x)", POSITIVE)
cumulant_1, cumulant_2 = symbol("A_1"), symbol("A_2")
natural = family("a", 2, D)

exponential_families = Derivation(
    label="eq-sigmoid-exponential-family",
    title="Classes from one exponential family have linear log-odds",
    steps=chain(
        log(
            prior_1
            * (carrier * exp(total(d, natural[1, d] * x[d]) - cumulant_1))
            / (prior_2 * (carrier * exp(total(d, natural[2, d] * x[d]) - cumulant_2)))
        ),
        equals(
            total(d, (natural[1, d] - natural[2, d]) * x[d]) + (constant + cumulant_2 - cumulant_1),
            "what the classes have in common, $h(x)$, cancels",
        ),
    ),
    independent="both sides at random parameters and inputs",
)

# Other S-curves.

curve = Function("curve", "F", UNIT)
slope = symbol("a")

linear_log_odds = Assumption(
    label="eq-sigmoid-linear",
    title="Linear log-odds",
    statement=equation(log(curve(m) / (1 - curve(m))), slope * m + bias),
    why="the S-curve $F$ turns a score $m$ into a probability whose log-odds are linear in $m$",
)

only_sigmoid = Derivation(
    label="eq-sigmoid-only",
    title="Only the sigmoid keeps the log-odds linear",
    where=(sigmoid_definition,),
    assumptions=(linear_log_odds,),
    example=((curve(m), 1 / (1 + exp(-(slope * m + bias)))),),
    steps=chain(
        curve(m),
        equals(
            1 / (1 + exp(-log(curve(m) / (1 - curve(m))))),
            "the sigmoid undoes the logarithm of the odds",
        ),
        equals(
            1 / (1 + exp(-(slope * m + bias))),
            "the log-odds are linear",
            Replacement(),
        ),
        equals(sigma(slope * m + bias), "the definition of the sigmoid", inserted),
    ),
    independent="both sides for the sigmoid of a random line",
)

tanh = Function("tanh", r"\tanh")

tanh_definition = Definition(
    label="eq-sigmoid-tanh-definition",
    title="Hyperbolic tangent",
    symbol=tanh(m),
    expression=(exp(m) - exp(-m)) / (exp(m) + exp(-m)),
    introduces="an S-curve between −1 and 1",
    numpy=lambda m: np.tanh(m),
    independent="NumPy's hyperbolic tangent at random points",
)

tanh_sigmoid = Derivation(
    label="eq-sigmoid-tanh",
    title="The hyperbolic tangent is a sigmoid, stretched",
    where=(tanh_definition, sigmoid_definition),
    steps=chain(
        tanh(m),
        equals(
            (1 - exp(-(2 * m))) / (1 + exp(-(2 * m))),
            "multiply numerator and denominator by $e^{-m}$",
        ),
        equals(2 * (1 / (1 + exp(-(2 * m)))) - 1, "$1 - u = 2 - (1 + u)$ with $u = e^{-2m}$"),
        equals(2 * sigma(2 * m) - 1, "the definition of the sigmoid", inserted),
    ),
    numpy=lambda m: np.tanh(m),
    independent="NumPy's hyperbolic tangent at random points",
)

tanh_slope = Derivation(
    label="eq-sigmoid-tanh-slope",
    title="Slope of the hyperbolic tangent",
    where=(tanh_definition,),
    steps=chain(
        derivative(tanh(m), m),
        equals(
            ((exp(m) + exp(-m)) ** 2 - (exp(m) - exp(-m)) ** 2) / (exp(m) + exp(-m)) ** 2,
            "quotient rule: the derivative of the numerator is the denominator, and the other way "
            "round",
        ),
        equals(1 - tanh(m) ** 2, "divide both squares"),
    ),
    independent="numerical derivatives at random points",
)

score = symbol("score", "m", NON_NEGATIVE)
softsign_share = ONE / 2 * (1 + score / (1 + score))

softsign_log_odds = Derivation(
    label="eq-sigmoid-softsign",
    title="The log-odds of softsign grow like a logarithm",
    domain=(score,),
    where=(logit_definition,),
    steps=chain(
        logit(softsign_share),
        equals(
            log((1 + 2 * score) / (1 + score)) - log(1 / (1 + score)),
            "the share of the class and of its opposite, each with the factor $1/2$",
        ),
        equals(log(1 + 2 * score), "the denominators cancel"),
    ),
    independent="both sides at random points",
)

# Numerics.

near_half = Derivation(
    label="eq-sigmoid-logit-near",
    title="The logit without a quotient near 1",
    where=(logit_definition,),
    domain=(chance,),
    steps=chain(
        logit(chance),
        equals(log((1 - chance + (2 * chance - 1)) / (1 - chance)), "$p = (1 - p) + (2p - 1)$"),
        equals(log(1 + (2 * chance - 1) / (1 - chance)), "divide"),
    ),
    numpy=lambda p: numpy_logit(p),
    independent="`course_utils.sigmoid.logit` at random probabilities",
)
