"""Margins: logits that are made harder for the label while a model learns."""

from __future__ import annotations

import numpy as np

from course_utils.derivations.engine import (
    Definition,
    Derivation,
    at_least,
    chain,
    claim,
    equals,
    inserted,
    less,
)
from course_utils.derivations.formulas import (
    NON_NEGATIVE,
    ONE,
    PI,
    POSITIVE,
    UNIT,
    Function,
    Interval,
    at,
    between,
    cos,
    derivative,
    exp,
    family,
    formula,
    indices,
    log,
    relation,
    sin,
    size,
    symbol,
    total,
    whole,
)
from course_utils.derivations.inequalities import (
    Increasing,
    Minimum,
    Rearrangement,
    Sign,
    Termwise,
)
from course_utils.losses import softmax_cross_entropy
from course_utils.margins import additive_margin_logits, arcface_logits, soft_margin_logits
from course_utils.softmax import softmax

# In this chapter θ is an angle, m a margin and s a scale, as in the papers that it is about.

K = size("K", 2)
(k,) = indices("k", K)
ANGLE = between(0, PI)
angles = family("angles", K, head=r"\theta", interval=ANGLE)
z = family("z", K)
s = symbol("s", interval=POSITIVE)
theta = symbol("theta", r"\theta_y", ANGLE)
any_theta = symbol("any theta", r"\theta", ANGLE)
m = symbol("m", interval=UNIT)
own = symbol("own", "z_y")

scaled = Definition(
    label="eq-margins-scaled",
    title="Logits of unit vectors",
    symbol=z[k],
    expression=s * cos(angles[k]),
    introduces="the logits of a feature and weights of length 1, with a scale $s$",
    numpy=lambda angles, s: additive_margin_logits(0, np.cos(angles), margin=0.0, scale=s),
    independent="`course_utils.margins.additive_margin_logits` without a margin",
)

# The four margins, in the order of the years.

feature_norm = symbol("feature norm", r"\lVert x \rVert", POSITIVE)
weight_norm = symbol("weight norm", r"\lVert W_y \rVert", POSITIVE)
psi = Function("psi", r"\psi")
times = symbol("times", "m", Interval(lower=whole(0), integer=True))
piece = symbol("piece", "r", Interval(integer=True))

psi_definition = Definition(
    label="eq-margins-psi",
    title="The function of a large margin",
    symbol=psi(any_theta),
    expression=(-ONE) ** piece * cos(times * any_theta) - 2 * piece,
    introduces="$\\cos(m\\theta)$, turned over and moved down wherever it would rise: $r$ is the "
    "whole number with $r\\pi/m \\le \\theta \\le (r + 1)\\pi/m$",
)

large_margin = Definition(
    label="eq-margins-large",
    title="Large-margin softmax",
    symbol=own,
    expression=weight_norm * feature_norm * psi(theta),
    introduces="the label's logit with a whole number $m$ as margin",
)

inner = symbol("inner", r"W_y^{\top} x")
lift = symbol("m", interval=POSITIVE)

soft_margin = Definition(
    label="eq-margins-soft",
    title="Soft-margin softmax",
    symbol=own,
    expression=inner - lift,
    introduces="the label's logit with a margin $m \\ge 0$ in units of the logit",
    numpy=lambda inner, m: soft_margin_logits(
        0, [np.sign(inner), 0.0], abs(inner), margin=m, weight_norms=1.0
    )[0],
    independent="`course_utils.margins.soft_margin_logits` at random inner products",
)

additive_margin = Definition(
    label="eq-margins-additive",
    title="Additive-margin softmax",
    symbol=own,
    expression=s * (cos(theta) - m),
    introduces="the label's logit with a margin $m \\ge 0$ in units of the cosine",
    numpy=lambda theta, m, s: additive_margin_logits(0, [np.cos(theta), 0.0], margin=m, scale=s)[0],
    independent="`course_utils.margins.additive_margin_logits` at random angles",
)

arcface = Definition(
    label="eq-margins-arcface",
    title="ArcFace",
    symbol=own,
    expression=s * cos(theta + m),
    introduces="the label's logit with a margin $m \\ge 0$ in radians",
    numpy=lambda theta, m, s: arcface_logits(0, [np.cos(theta), 0.0], margin=m, scale=s)[0],
    independent="`course_utils.margins.arcface_logits` at random angles",
)

psi_joins = Derivation(
    label="eq-margins-psi-joins",
    title="The pieces of a large margin join",
    steps=chain(
        (-ONE) ** piece * cos(times * (piece * PI / times)) - 2 * piece,
        equals(1 - 2 * piece, "$\\cos(r\\pi) = (-1)^r$; the square of a sign is 1"),
        equals(
            (-ONE) ** (piece - 1) * cos(times * (piece * PI / times)) - 2 * (piece - 1),
            "the piece before, at the same angle: $-1 - 2(r - 1)$",
        ),
    ),
    independent="both sides at random whole numbers",
)

arcface_computed = Derivation(
    label="eq-margins-arcface-computed",
    title="ArcFace without the angle",
    where=(arcface,),
    steps=chain(
        own,
        equals(s * cos(theta + m), "the definition", inserted),
        equals(
            s * (cos(theta) * cos(m) - sin(theta) * sin(m)),
            "the cosine of a sum",
        ),
    ),
    numpy=lambda theta, m, s: arcface_logits(0, [np.cos(theta), 0.0], margin=m, scale=s)[0],
    independent="`course_utils.margins.arcface_logits` at random angles",
)

arcface_slope = Derivation(
    label="eq-margins-arcface-slope",
    title="How ArcFace answers to the angle",
    where=(arcface,),
    steps=chain(
        derivative(own, theta),
        equals(-(s * sin(theta + m)), "chain rule"),
    ),
    independent="numerical derivatives at random angles",
)

additive_slope = Derivation(
    label="eq-margins-additive-slope",
    title="How the additive margin answers to the angle",
    where=(additive_margin,),
    steps=chain(
        derivative(own, theta),
        equals(-(s * sin(theta)), "the margin is a constant"),
    ),
    independent="numerical derivatives at random angles",
)

turn = Derivation(
    label="eq-margins-turn",
    title="ArcFace turns back",
    steps=chain(
        at(derivative(cos(any_theta + m), any_theta), any_theta, PI - m),
        equals(-sin(PI - m + m), "chain rule"),
        equals(0, "the sine of a straight angle"),
    ),
    independent="numerical derivatives at random margins",
)

end = Derivation(
    label="eq-margins-end",
    title="ArcFace at the opposite of the class",
    steps=chain(
        at(cos(any_theta + m), any_theta, PI),
        equals(cos(PI + m), "insert the straight angle"),
        equals(-cos(m), "half a turn changes the sign"),
    ),
    independent="both sides at random margins",
)

fallback = Derivation(
    label="eq-margins-fallback",
    title="Where the usual fallback begins",
    steps=chain(
        cos(PI - m) - m * sin(m),
        equals(-cos(m) - m * sin(m), "$\\cos(\\pi - m) = -\\cos m$"),
    ),
    independent="both sides at random margins",
)

fallback_slope = Derivation(
    label="eq-margins-fallback-slope",
    title="The jump of the fallback grows with the margin",
    steps=chain(
        derivative(-cos(m) - m * sin(m), m),
        equals(sin(m) - (sin(m) + m * cos(m)), "product rule"),
        equals(-(m * cos(m)), "the sines cancel"),
    ),
    independent="numerical derivatives at random margins",
)

jump = Derivation(
    label="eq-margins-jump",
    title="The jump for a margin of a half",
    steps=chain(
        -cos(ONE / 2) - ONE / 2 * sin(ONE / 2),
        less(-1, "with certified digits", Sign()),
    ),
    independent="floating-point values of both sides",
)

# What a margin does to the loss, and what the scale does to the probability.

others = formula(K - 1)
(j,) = indices("j", others)
rival_angles = family("rival_angles", others, head=r"\theta", interval=ANGLE)
rivals = total(j, exp(s * cos(rival_angles[j])))
probability = symbol("p_y")

margin_probability = Definition(
    label="eq-margins-probability",
    title="The label's probability with an additive margin",
    symbol=probability,
    expression=exp(s * (cos(theta) - m)) / (exp(s * (cos(theta) - m)) + rivals),
    introduces="the probability of the label while the model learns; $j$ runs over the other "
    "classes",
    numpy=lambda rival_angles, theta, m, s: softmax(
        additive_margin_logits(0, np.cos(np.append(theta, rival_angles)), margin=m, scale=s)
    )[0],
    independent="`course_utils.softmax.softmax` of `course_utils.margins.additive_margin_logits`",
)

margin_loss = Derivation(
    label="eq-margins-loss",
    title="What an additive margin does to the loss",
    where=(margin_probability,),
    steps=chain(
        -log(probability),
        equals(
            log(1 + total(j, exp(s * (cos(rival_angles[j]) - cos(theta) + m)))),
            "divide by $e^{z_y}$",
        ),
        equals(
            log(1 + exp(s * m) * total(j, exp(s * (cos(rival_angles[j]) - cos(theta))))),
            "the margin is in every term",
        ),
    ),
    numpy=lambda rival_angles, theta, m, s: softmax_cross_entropy(
        0,
        additive_margin_logits(0, np.cos(np.append(theta, rival_angles)), margin=m, scale=s),
    ),
    independent="`course_utils.losses.softmax_cross_entropy` of "
    "`course_utils.margins.additive_margin_logits`",
)

room = symbol("room", "u", NON_NEGATIVE)
rooms = family("rooms", others, head="u", interval=NON_NEGATIVE)
cosine = symbol("cosine", r"\cos \theta_y")
rival_cosines = family("rival_cosines", others, head=r"\cos \theta")

exponential_floor = Derivation(
    label="eq-margins-exp-floor",
    title="The exponential of a number that is not negative is at least 1",
    domain=(room, s),
    steps=claim(
        relation(exp(s * room), "≥", 1),
        "both are 1 for $u = 0$, and the left side rises from there",
        Minimum(room, whole(0)),
    ),
    independent="both sides at random points",
)

r = symbol("r", interval=NON_NEGATIVE)
best = exp(-(2 * s))
plain_rivals = total(j, exp(s * (rival_cosines[j] - cosine)))
plain = symbol("p_y")

plain_probability = Definition(
    label="eq-margins-plain-probability",
    title="The label's probability without a margin",
    symbol=plain,
    expression=exp(s * cosine) / (exp(s * cosine) + total(j, exp(s * rival_cosines[j]))),
    introduces="the probability of the label without a margin; $j$ runs over the other classes",
    numpy=lambda cosine, rival_cosines, s: softmax(s * np.append(cosine, rival_cosines))[0],
    independent="`course_utils.softmax.softmax` at random cosines",
)

scale_bound = Derivation(
    label="eq-margins-bound",
    title="The scale bounds the probability",
    where=(plain_probability,),
    domain=(K, s),
    assumptions=(
        relation(rival_cosines[j], "=", cosine - 2 + rooms[j]).for_every(j),
        "no two cosines differ by more than 2, so that "
        "$u_j = 2 - (\\cos \\theta_y - \\cos \\theta_j)$ is not negative",
    ),
    example=((rival_cosines[j], cosine - 2 + rooms[j]),),
    steps=(
        *chain(
            plain,
            equals(1 / (1 + plain_rivals), "divide by $e^{s \\cos \\theta_y}$"),
        ),
        *chain(
            plain_rivals,
            equals(
                total(j, best * exp(s * rooms[j])), "$\\cos \\theta_j - \\cos \\theta_y = u_j - 2$"
            ),
            at_least(
                total(j, best),
                "$e^{s u} \\ge 1$ for every $u_j$",
                Termwise(exponential_floor, rooms[j], best, (j,)),
            ),
            equals((K - 1) * best, "one for each of the other classes"),
        ),
        *claim(
            relation(-(1 / (1 + plain_rivals)), "≥", -(1 / (1 + (K - 1) * best))),
            "$-1/(1 + r)$ grows with $r$",
            Increasing(-(1 / (1 + r)), r),
        ),
        *claim(
            relation(plain, "≤", 1 / (1 + (K - 1) * best)),
            "change the sign",
            Rearrangement(),
        ),
    ),
    independent="random cosines, and those of opposite vectors, which reach the bound",
)

wanted = symbol("p_y", interval=UNIT)

needed_scale = Derivation(
    label="eq-margins-scale",
    title="The scale that a probability needs",
    domain=(K, wanted),
    steps=chain(
        at(1 / (1 + (K - 1) * exp(-(2 * s))), s, ONE / 2 * log((K - 1) * wanted / (1 - wanted))),
        equals(
            1 / (1 + (K - 1) * ((1 - wanted) / ((K - 1) * wanted))),
            "the exponential undoes the logarithm",
        ),
        equals(wanted, "the number of classes cancels"),
    ),
    independent="both sides at random probabilities",
)
