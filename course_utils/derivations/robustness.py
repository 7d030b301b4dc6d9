"""Robustness: losses judged by bounds, gradients, symmetry and propriety."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.derivations.calculus import LimitValue
from course_utils.derivations.calibration import chosen
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
    less,
)
from course_utils.derivations.formulas import (
    ONE,
    POSITIVE,
    UNIT,
    Formula,
    at,
    between,
    decimal,
    delta,
    derivative,
    distribution,
    equation,
    family,
    indices,
    label,
    limit,
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
from course_utils.derivations.likelihood import log_bound
from course_utils.derivations.softmax import definition as softmax_definition
from course_utils.derivations.steps import Different
from course_utils.derivations.symbols import K, i, j, k, true_class, z
from course_utils.losses import (
    absolute_error,
    brier_score,
    focal_loss,
    generalised_cross_entropy,
)


def _of_every_label(loss: Any, forecast: ArrayLike) -> Any:
    """The losses of one forecast for all labels."""
    classes = np.size(forecast)
    return loss(np.arange(classes), np.tile(forecast, (classes, 1)), reduction="none")


# Losses of the probability that the softmax of the logits gives to the label.

p = family("p", K)
p_label = p[true_class]
loss = symbol("loss", r"\ell")
q = symbol("q", interval=UNIT)
gamma = symbol("gamma", r"\gamma", POSITIVE)

generalised = Definition(
    label="eq-robustness-generalised",
    title="Generalised cross-entropy",
    symbol=loss,
    expression=(1 - p_label**q) / q,
    introduces="the generalised cross-entropy with the exponent $q$",
    where=(softmax_definition,),
    numpy=lambda true_class, z, q: generalised_cross_entropy(true_class, z, q=q),
    independent="`course_utils.losses.generalised_cross_entropy`",
)

focal = Definition(
    label="eq-robustness-focal",
    title="Focal loss",
    symbol=loss,
    expression=-((1 - p_label) ** gamma * log(p_label)),
    introduces="the focal loss with the exponent $\\gamma$",
    where=(softmax_definition,),
    numpy=lambda true_class, z, gamma: focal_loss(true_class, z, gamma=gamma),
    independent="`course_utils.losses.focal_loss`",
)

generalised_gradient = Derivation(
    label="eq-robustness-generalised-gradient",
    title="Gradient of the generalised cross-entropy",
    where=(generalised, softmax_definition),
    steps=chain(
        partial(loss, z[i]),
        equals(
            -(p_label ** (q - 1) * (p_label * (delta(i, true_class) - p[i]))),
            "chain rule, with the Jacobian of softmax",
        ),
        equals(p_label**q * (p[i] - delta(i, true_class)), "collect the powers"),
    ),
    independent="numerical derivatives at random logits",
)

focal_gradient = Derivation(
    label="eq-robustness-focal-gradient",
    title="Gradient of the focal loss",
    where=(focal, softmax_definition),
    example=((K, whole(3)),),
    steps=chain(
        partial(loss, z[i]),
        equals(
            (gamma * (1 - p_label) ** (gamma - 1) * log(p_label) - (1 - p_label) ** gamma / p_label)
            * (p_label * (delta(i, true_class) - p[i])),
            "chain rule, with the Jacobian of softmax",
        ),
        equals(
            ((1 - p_label) ** gamma - gamma * p_label * (1 - p_label) ** (gamma - 1) * log(p_label))
            * (p[i] - delta(i, true_class)),
            "multiply by $p_y$ and turn the sign",
        ),
    ),
    independent="numerical derivatives at random logits",
)

absolute_gradient = Derivation(
    label="eq-robustness-absolute-gradient",
    title="Gradient of the absolute error",
    where=(softmax_definition,),
    steps=chain(
        partial(2 * (1 - p_label), z[i]),
        equals(-(2 * (p_label * (delta(i, true_class) - p[i]))), "the Jacobian of softmax"),
        equals(2 * p_label * (p[i] - delta(i, true_class)), "turn the sign"),
    ),
    independent="numerical derivatives at random logits",
)

# How the gradients differ from that of cross-entropy, as the probability of the label goes to 0.

chance = symbol("p", interval=UNIT)
focal_weight = (1 - chance) ** 2 - 2 * chance * (1 - chance) * log(chance)

focal_limit = Derivation(
    label="eq-robustness-focal-limit",
    title="The focal loss keeps its gradient where the model is most wrong",
    steps=chain(
        limit(focal_weight, chance, 0),
        equals(1, "$p \\log p$ tends to 0", LimitValue()),
    ),
    independent="the weight at $p = 10^{-20}$",
)

generalised_limit = Derivation(
    label="eq-robustness-generalised-limit",
    title="The generalised cross-entropy loses it",
    example=((q, decimal("0.9")),),
    steps=chain(
        limit(chance**q, chance, 0),
        equals(0, "a positive power of what tends to 0", LimitValue()),
    ),
    independent="the weight at $p = 10^{-20}$",
)

# Bounds.

rare = symbol("p", interval=between(0, ONE / 2))

focal_unbounded = Derivation(
    label="eq-robustness-focal-unbounded",
    title="The focal loss has no bound either",
    domain=(rare,),
    steps=chain(
        -((1 - rare) ** 2 * log(rare)),
        equals(
            -(ONE / 4) * log(rare) + (ONE / 2 - rare) * (whole(3) / 2 - rare) * -log(rare),
            "$(1 - p)^2 = \\frac{1}{4} + (\\frac{1}{2} - p)(\\frac{3}{2} - p)$",
        ),
        at_least(-(ONE / 4) * log(rare), "for $p < 1/2$ all three factors are positive", Sign()),
    ),
    independent="numbers at random probabilities",
)

generalised_bound = Derivation(
    label="eq-robustness-generalised-bound",
    title="The generalised cross-entropy is at most $1/q$",
    domain=(chance, q),
    steps=chain(
        (1 - chance**q) / q,
        equals(1 / q - chance**q / q, "divide each term"),
        at_most(1 / q, "a positive number is subtracted", Sign()),
    ),
    independent="numbers at random probabilities",
)

r = distribution("r", K, head="p", interval=UNIT)

brier_of_label = total(k, (r[k] - delta(k, true_class)) ** 2)

brier_bound = Derivation(
    label="eq-robustness-brier-bound",
    title="The Brier score is at most 2",
    steps=(
        *chain(
            2 - brier_of_label,
            equals(
                total(k, r[k] * (1 - r[k])) + 2 * r[true_class],
                "multiply out; the probabilities sum to 1",
            ),
            at_least(0, "no term is negative", Sign()),
        ),
        *claim(relation(brier_of_label, "≤", 2), "move a term", Rearrangement()),
    ),
    independent="`course_utils.losses.brier_score` at random distributions",
)

# Label noise, spread evenly: with the chance e the label is replaced by one of the others.

noise = symbol("noise", r"\varepsilon", UNIT)
C2 = size("K", 2)
c, d = indices("k j", C2)
a, b = indices("i j", C2)
costs = family("costs", C2, head=r"\ell")
right = label("right", "y", C2)

noisy_loss = Derivation(
    label="eq-robustness-noise",
    title="Mean loss under uniform label noise",
    steps=chain(
        (1 - noise) * costs[right] + noise / (C2 - 1) * total(c, (1 - delta(c, right)) * costs[c]),
        equals(
            (1 - noise * C2 / (C2 - 1)) * costs[right] + noise / (C2 - 1) * total(c, costs[c]),
            "add and subtract the term $k = y$",
        ),
    ),
    independent="both sides at random losses",
)

same_sum = symbol("c")

tolerant = Derivation(
    label="eq-robustness-tolerant",
    title="Even noise, where the losses of all labels have the same sum",
    assumptions=(equation(total(c, costs[c]), same_sum),),
    example=((same_sum, total(c, costs[c])),),
    steps=chain(
        (1 - noise) * costs[right] + noise / (C2 - 1) * total(c, (1 - delta(c, right)) * costs[c]),
        equals(
            (1 - noise * C2 / (C2 - 1)) * costs[right] + noise * same_sum / (C2 - 1),
            "the sum is the same for every forecast",
        ),
    ),
    independent="both sides at random losses",
)

absolute_symmetric = Derivation(
    label="eq-robustness-absolute-symmetric",
    title="The absolute errors of all labels have the same sum",
    steps=chain(
        total(k, 2 * (1 - r[k])),
        equals(2 * (K - 1), "the probabilities sum to 1"),
    ),
    numpy=lambda r: np.sum(_of_every_label(absolute_error, np.log(r))),
    independent="`course_utils.losses.absolute_error` of every label",
)

zero_one_symmetric = Derivation(
    label="eq-robustness-zero-one-symmetric",
    title="And so have the zero-one losses",
    assumptions=("the forecast has one winner, the class $\\hat{y}$",),
    steps=chain(
        total(k, 1 - delta(k, chosen)),
        equals(K - 1, "every label but one is wrong"),
    ),
    independent="both sides for random winners",
)

brier_sum = Derivation(
    label="eq-robustness-brier-sum",
    title="The Brier scores of all labels",
    steps=chain(
        total(j, total(k, (r[k] - delta(j, k)) ** 2)),
        equals(K * total(k, r[k] ** 2) + K - 2, "multiply out; the probabilities sum to 1"),
    ),
    numpy=lambda r: np.sum(_of_every_label(brier_score, r)),
    independent="`course_utils.losses.brier_score` of every label",
)

half = ONE / 2


def _asymmetric(name: str, title: str, one: Formula, other: Formula, reason: str) -> Derivation:
    return Derivation(
        label=f"eq-robustness-{name}-asymmetric",
        title=title,
        steps=chain(one, differs(other, reason, Different())),
        independent="floating-point values of both sides",
    )


brier_asymmetric = _asymmetric(
    "brier",
    "The sum of the Brier scores depends on the forecast",
    2 * (half**2 + half**2),
    2 * (ONE**2 + whole(0) ** 2),
    "two classes, an even forecast and a certain one",
)

cross_entropy_asymmetric = _asymmetric(
    "cross-entropy",
    "The sum of the cross-entropies depends on the forecast",
    -log(half) - log(half),
    -log(ONE / 4) - log(whole(3) / 4),
    "the forecasts one half and one quarter of two classes",
)

generalised_asymmetric = _asymmetric(
    "generalised",
    "The sum of the generalised cross-entropies depends on the forecast",
    2 * (1 - sqrt(half)) + 2 * (1 - sqrt(half)),
    2 * (1 - sqrt(ONE)) + 2 * (1 - sqrt(whole(0))),
    "an even forecast and a certain one, for $q = 1/2$",
)

focal_asymmetric = _asymmetric(
    "focal",
    "The sum of the focal losses depends on the forecast",
    -(half**2 * log(half)) - half**2 * log(half),
    -((whole(3) / 4) ** 2 * log(ONE / 4)) - (ONE / 4) ** 2 * log(whole(3) / 4),
    "the forecasts one half and one quarter, for $\\gamma = 2$",
)

# In the population, even noise keeps the order of the classes.

truth = distribution("truth", C2, head="p", interval=UNIT)
spoilt = family("spoilt", C2, head=r"\tilde{p}")

noisy_distribution = Definition(
    label="eq-robustness-spoilt",
    title="Probabilities of the spoilt labels",
    symbol=spoilt[c],
    expression=(1 - noise) * truth[c] + noise / (C2 - 1) * (1 - truth[c]),
    introduces="how often the class $k$ is written on the label, after the noise",
    numpy=lambda truth, noise: (1 - noise) * truth + noise / (len(truth) - 1) * (1 - truth),
    independent="NumPy's arithmetic",
)

noise_keeps_order = Derivation(
    label="eq-robustness-order",
    title="Even noise keeps the order of the classes",
    where=(noisy_distribution,),
    steps=chain(
        spoilt[a] - spoilt[b],
        equals(
            (1 - noise * C2 / (C2 - 1)) * (truth[a] - truth[b]),
            "what does not depend on the class cancels",
        ),
    ),
    independent="both sides at random probabilities",
)

# Propriety, by two classes: the truth is the chance of the first.

sure = symbol("theta", r"\theta", between(half, 1))

mean_generalised = sure * ((1 - chance**q) / q) + (1 - sure) * ((1 - (1 - chance) ** q) / q)

generalised_improper = Derivation(
    label="eq-robustness-generalised-improper",
    title="The generalised cross-entropy is improper",
    domain=(sure,),
    steps=chain(
        at(derivative(mean_generalised, chance), chance, sure),
        equals(
            -(sure * sure ** (q - 1)) + (1 - sure) * (1 - sure) ** (q - 1),
            "differentiate, and put the truth in",
        ),
        equals((1 - sure) ** q - sure**q, "collect the powers"),
    ),
    independent="numerical derivatives",
)

mean_focal = -(sure * ((1 - chance) ** 2 * log(chance))) - (1 - sure) * (
    chance**2 * log(1 - chance)
)

focal_improper = Derivation(
    label="eq-robustness-focal-improper",
    title="The focal loss is improper",
    domain=(sure,),
    steps=chain(
        at(derivative(mean_focal, chance), chance, sure),
        equals(
            -(2 * sure * (1 - sure) * log((1 - sure) / sure)) + (2 * sure - 1),
            "differentiate, and put the truth in",
        ),
        at_least(
            -(2 * sure * (1 - sure) * ((1 - sure) / sure - 1)) + (2 * sure - 1),
            "$\\log u \\le u - 1$ with $u = (1 - \\theta)/\\theta$",
            Termwise(log_bound, (1 - sure) / sure, 2 * sure * (1 - sure)),
        ),
        equals((2 * sure - 1) * (2 * (1 - sure) + 1), "collect"),
        greater(0, "both factors are positive", Sign()),
    ),
    independent="numerical derivatives",
)

mean_focal_example = -(decimal("0.8") * ((1 - chance) ** 2 * log(chance))) - decimal("0.2") * (
    chance**2 * log(1 - chance)
)

focal_below = Derivation(
    label="eq-robustness-focal-below",
    title="A little below 0.627 the mean focal loss falls",
    steps=chain(
        at(derivative(mean_focal_example, chance), chance, decimal("0.6265")),
        less(0, "by its digits", Sign()),
    ),
    independent="numerical derivatives",
)

focal_above = Derivation(
    label="eq-robustness-focal-above",
    title="A little above 0.627 it rises",
    steps=chain(
        at(derivative(mean_focal_example, chance), chance, decimal("0.6275")),
        greater(0, "by its digits", Sign()),
    ),
    independent="numerical derivatives",
)

# Hinge loss: the margin m, within one of zero.

margin = symbol("m", interval=between(-1, 1))

mean_hinge = Derivation(
    label="eq-robustness-hinge",
    title="The mean hinge loss is a straight line between the margins",
    domain=(margin, sure),
    steps=chain(
        sure * (1 - margin) + (1 - sure) * (1 + margin),
        equals(1 - (2 * sure - 1) * margin, "collect"),
        at_least(
            1 - (2 * sure - 1),
            "the larger the margin the smaller the loss, whatever $\\theta$ is",
            Sign(),
        ),
    ),
    independent="numbers at random margins",
)
