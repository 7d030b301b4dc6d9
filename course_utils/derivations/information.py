"""Information: surprisal from its demands, entropy and its bounds, and the length of codes."""

from __future__ import annotations

import numpy as np

from course_utils import information
from course_utils.derivations.calculus import Integration, LimitValue, Substitution, ZeroDerivative
from course_utils.derivations.engine import (
    Assumption,
    Definition,
    Derivation,
    at_least,
    at_most,
    chain,
    claim,
    equals,
    inserted,
    less,
)
from course_utils.derivations.formulas import (
    NON_NEGATIVE,
    POSITIVE,
    UNIT,
    Function,
    Interval,
    derivative,
    distribution,
    equation,
    exp,
    family,
    indices,
    integral,
    limit,
    log,
    relation,
    size,
    symbol,
    total,
    whole,
)
from course_utils.derivations.inequalities import EqualityCase, Rearrangement, Sign, Termwise
from course_utils.derivations.likelihood import log_bound
from course_utils.derivations.steps import Replacement

# Surprisal, from its demands.

probability = symbol("probability", "p", interval=UNIT)
other = symbol("other", "r", interval=UNIT)
surprisal = Function("surprisal", "I")
c = symbol("c", interval=POSITIVE)
a, b = symbol("a", interval=NON_NEGATIVE), symbol("b", interval=NON_NEGATIVE)
t = symbol("t")

additivity = Assumption(
    label="eq-information-additive",
    title="Surprisals of independent events add",
    statement=equation(surprisal(probability * other), surprisal(probability) + surprisal(other)),
    why="both of two independent events happen with the product of their probabilities, and the "
    "one tells nothing about the other",
)

# A surprisal that meets the demands, at which the steps are evaluated.
satisfying = ((surprisal(probability), -(c * log(probability))),)

certain_event = Derivation(
    label="eq-information-certain-event",
    title="A certain event is no surprise",
    assumptions=(equation(surprisal(whole(1) * whole(1)), surprisal(1) + surprisal(1)),),
    example=satisfying,
    steps=chain(
        surprisal(1),
        equals(surprisal(1) + surprisal(1) - surprisal(1), "add it and take it away again"),
        equals(
            surprisal(whole(1) * whole(1)) - surprisal(1),
            "a certain event is independent of itself, so the demand holds for $p = r = 1$",
            Replacement(),
        ),
        equals(0, "both are the surprisal of a certain event"),
    ),
    independent="the logarithm, which meets the demands",
)

exponent = Function("exponent", "f")

in_exponents = Definition(
    label="eq-information-exponents",
    title="Surprisal as a function of minus the logarithm",
    symbol=exponent(a),
    expression=surprisal(exp(-a)),
    introduces="the surprisal of an event of probability $e^{-a}$",
)

exponents_add = Derivation(
    label="eq-information-exponents-add",
    title="In these terms, sums become sums",
    where=(in_exponents,),
    assumptions=(equation(surprisal(exp(-a) * exp(-b)), surprisal(exp(-a)) + surprisal(exp(-b))),),
    example=satisfying,
    steps=chain(
        exponent(a + b),
        equals(surprisal(exp(-a) * exp(-b)), "an exponential turns sums into products"),
        equals(
            surprisal(exp(-a)) + surprisal(exp(-b)),
            "the surprisals of independent events add",
            Replacement(),
        ),
        equals(exponent(a) + exponent(b), "the definition", inserted),
    ),
    independent="the logarithm, which meets the demands",
)

adds = equation(exponent(a + b), exponent(a) + exponent(b))
moved = integral(exponent(t), t, a, a + 1)
fixed = integral(exponent(b), b, 0, 1)
straight = ((exponent(a), c * a),)

smoothness = Derivation(
    label="eq-information-smoothness",
    title="A continuous such function is differentiable",
    assumptions=(adds, "$f$ is continuous"),
    example=straight,
    steps=chain(
        moved,
        equals(
            integral(exponent(a + b), b, 0, 1),
            "substitute $t = a + b$. By the fundamental theorem of calculus the left side has a "
            "derivative by $a$",
            Substitution(t - a),
        ),
        equals(
            integral(exponent(a) + exponent(b), b, 0, 1), "$f(a + b) = f(a) + f(b)$", Replacement()
        ),
        equals(
            exponent(a) + fixed,
            "$f(a)$ does not depend on $b$. The left side has a derivative, and so has $f$",
            Integration(),
        ),
    ),
    independent="quadrature for a straight line",
)

linear = Derivation(
    label="eq-information-linear",
    title="A continuous function that turns sums into sums is a straight line",
    assumptions=(
        equation(moved, exponent(a) + fixed),
        equation(exponent(a + 1), exponent(a) + exponent(1)),
        equation(exponent(0), 0),
        "the first as just shown, the second with $b = 1$, the third since a certain event is no "
        "surprise",
    ),
    example=straight,
    steps=(
        *chain(
            derivative(exponent(a), a),
            equals(
                derivative(exponent(a) + fixed, a),
                "the integral does not depend on $a$",
            ),
            equals(derivative(moved, a), "the first assumption", Replacement()),
            equals(exponent(a + 1) - exponent(a), "the two ends of the integral move"),
            equals(exponent(a) + exponent(1) - exponent(a), "the second assumption", Replacement()),
            equals(exponent(1), "the slope is the same everywhere"),
        ),
        *chain(
            derivative(exponent(a) - a * exponent(1), a),
            equals(derivative(exponent(a), a) - exponent(1), "differentiate each term"),
            equals(
                exponent(1) - exponent(1),
                "the slope of $f$ is $f(1)$, as just shown",
                Replacement(),
            ),
            equals(0, "nothing is left"),
        ),
        *chain(
            exponent(a) - a * exponent(1),
            equals(
                exponent(whole(0)) - whole(0) * exponent(1),
                "what has no slope anywhere is the same everywhere",
                ZeroDerivative(a, whole(0)),
            ),
            equals(0, "the third assumption"),
        ),
        *chain(
            exponent(a),
            equals(exponent(a) - a * exponent(1) + a * exponent(1), "take away and add the same"),
            equals(whole(0) + a * exponent(1), "the difference is 0", Replacement()),
            equals(a * exponent(1), "leave it out"),
        ),
    ),
    independent="both sides for a straight line",
)

rate = Definition(
    label="eq-information-rate",
    title="Surprisal of an event of probability 1/e",
    symbol=c,
    expression=surprisal(exp(-whole(1))),
    introduces="the one number that the demands leave open: the unit",
)

from_axioms = Derivation(
    label="eq-information-from-axioms",
    title="Only the logarithm meets the demands",
    where=(in_exponents, rate),
    domain=(probability,),
    assumptions=(
        relation(exponent(-log(probability)), "=", -log(probability) * exponent(1)),
        "this since $f(a) = a\\,f(1)$ for every $a \\ge 0$, and $a = -\\log p$ is such a number",
    ),
    example=((surprisal(probability), -(t * log(probability))),),
    steps=chain(
        surprisal(probability),
        equals(exponent(-log(probability)), "$p = e^{-a}$ with $a = -\\log p$"),
        equals(-log(probability) * exponent(1), "$f$ is a straight line", Replacement()),
        equals(-(c * log(probability)), "$f(1) = I(e^{-1}) = c$"),
    ),
    independent="the logarithm, which meets the demands",
)

definition = Definition(
    label="eq-information-surprisal",
    title="Surprisal",
    symbol=surprisal(probability),
    expression=-log(probability),
    introduces="the surprisal of an event of probability $p$, in nats",
    numpy=lambda probability: information.self_information(probability),
    independent="`course_utils.information.self_information` at random probabilities",
)

bits = Function("bits", "I_2")

in_bits = Definition(
    label="eq-information-bits",
    title="Surprisal in bits",
    symbol=bits(probability),
    expression=-(log(probability) / log(2)),
    introduces="the surprisal in bits: a logarithm to base two",
    numpy=lambda probability: information.self_information(probability, base=2),
    independent="`course_utils.information.self_information` to base two",
)

# Entropy. At least two classes: with one alone, its probability is 1 and all is 0.

K = size("K", 2)
(k,) = indices("k", K)
p = distribution("p", K, interval=UNIT)
entropy_of_p = symbol("H(P)", "H", arguments="P")

entropy = Definition(
    label="eq-information-entropy",
    title="Entropy",
    symbol=entropy_of_p,
    expression=-total(k, p[k] * log(p[k])),
    introduces="the entropy of $P$",
    numpy=lambda p: information.entropy(p),
    independent="`course_utils.information.entropy`",
)

mean_surprisal = Derivation(
    label="eq-information-mean-surprisal",
    title="Entropy is the mean surprisal",
    where=(entropy, definition),
    steps=chain(
        total(k, p[k] * surprisal(p[k])),
        equals(total(k, -(p[k] * log(p[k]))), "the surprisal of class $k$ is $-\\log p_k$"),
        equals(entropy_of_p, "take the minus out of the sum: the definition"),
    ),
    numpy=lambda p: np.sum(p * information.self_information(p)),
    independent="`course_utils.information.self_information`, averaged",
)

impossible = Derivation(
    label="eq-information-impossible",
    title="What becomes impossible adds nothing",
    steps=chain(
        limit(probability * log(probability), probability, 0),
        equals(
            0,
            "$p \\log p = \\log p / p^{-1}$, and the slopes of numerator and denominator have the "
            "ratio $-p$ (l'Hôpital's rule)",
            LimitValue(),
        ),
    ),
    independent="the value beside zero",
)

some_are_zero = (
    "every class has a positive probability; a class with $p_k = 0$ adds nothing on either side"
)

entropy_bound = Derivation(
    label="eq-information-non-negative",
    title="Entropy is at least the sum of $p_k(1 - p_k)$, and so not negative",
    where=(entropy,),
    assumptions=(some_are_zero,),
    statement=relation(relation(entropy_of_p, "≥", total(k, p[k] * (1 - p[k]))), "≥", 0),
    steps=(
        *chain(
            entropy_of_p,
            at_least(
                total(k, p[k] * (1 - p[k])),
                "$\\log u \\le u - 1$ for every class, with $u = p_k$",
                Termwise(log_bound, p[k], p[k], (k,)),
            ),
        ),
        *chain(
            total(k, p[k] * (1 - p[k])),
            at_least(0, "each factor lies between 0 and 1", Sign()),
        ),
    ),
    independent="`course_utils.information.entropy` at random distributions",
)

largest_entropy = Derivation(
    label="eq-information-largest",
    title="Entropy is at most the logarithm of the number of classes",
    where=(entropy,),
    assumptions=(
        "every class has a positive probability; if only $m < K$ have, the same steps give "
        "$H(P) \\le \\log m < \\log K$",
    ),
    steps=(
        *chain(
            entropy_of_p - log(K),
            equals(
                total(k, p[k] * log(1 / (K * p[k]))),
                "the definition; the probabilities sum to one",
            ),
            at_most(
                total(k, p[k] * (1 / (K * p[k]) - 1)),
                "$\\log u \\le u - 1$ for every class, with $u = 1/(K p_k)$",
                Termwise(log_bound, 1 / (K * p[k]), p[k], (k,)),
            ),
            equals(0, "$K$ terms $1/K$, minus the sum of the probabilities"),
        ),
        *claim(relation(entropy_of_p, "≤", log(K)), "move a term to the right", Rearrangement()),
    ),
    independent="`course_utils.information.entropy` at random distributions",
)

largest_equality = Derivation(
    label="eq-information-largest-equality",
    title="The largest entropy belongs to equal probabilities alone",
    where=(entropy,),
    assumptions=(
        "every class has a positive probability; otherwise $H(P) < \\log K$, as just shown, and "
        "the probabilities are not equal either",
    ),
    steps=claim(
        relation(equation(entropy_of_p, log(K)), "⟺", equation(p[k], 1 / K).for_every(k)),
        "the bound uses $\\log u \\le u - 1$ with $u = 1/(K p_k)$, which is an equality for "
        "$u = 1$ alone",
        EqualityCase(log_bound, 1 / (K * p[k]), p[k], (k,)),
    ),
    independent="`course_utils.information.entropy` of equal and of random probabilities",
)

(pair,) = indices("k", 2)
two_p = distribution("two_p", 2, head="p", interval=UNIT)

two_classes = Derivation(
    label="eq-information-two-classes",
    title="Entropy of two classes",
    assumptions=(equation(two_p[1], probability), equation(two_p[2], 1 - probability)),
    example=((probability, two_p[1]),),
    steps=chain(
        -total(pair, two_p[pair] * log(two_p[pair])),
        equals(-(two_p[1] * log(two_p[1])) - two_p[2] * log(two_p[2]), "write out both terms"),
        equals(
            -(probability * log(probability)) - (1 - probability) * log(1 - probability),
            "the second probability follows from the first",
        ),
    ),
    numpy=lambda two_p: information.entropy(two_p),
    independent="`course_utils.information.entropy` of random pairs",
)

# Two independent sources.

J = size("J", 2)
(j,) = indices("j", J)
r = distribution("r", J, interval=UNIT)
entropy_of_r = symbol("H(R)", "H", arguments="R")
joint_entropy = symbol("H(P x R)", "H", arguments=r"P \times R")

entropy_of_other = Definition(
    label="eq-information-entropy-other",
    title="Entropy of the other source",
    symbol=entropy_of_r,
    expression=-total(j, r[j] * log(r[j])),
    introduces="the entropy of a second source",
    numpy=lambda r: information.entropy(r),
    independent="`course_utils.information.entropy`",
)

joint = Definition(
    label="eq-information-joint",
    title="Entropy of independent pairs",
    symbol=joint_entropy,
    expression=-total(k, total(j, p[k] * r[j] * log(p[k] * r[j]))),
    introduces="the entropy of the pairs of two independent sources",
    numpy=lambda p, r: information.entropy(np.outer(p, r).ravel()),
    independent="`course_utils.information.entropy` of all products",
)

additive_entropy = Derivation(
    label="eq-information-sources-add",
    title="Entropies of independent sources add",
    where=(joint, entropy, entropy_of_other),
    steps=chain(
        joint_entropy,
        equals(
            -total(k, total(j, p[k] * r[j] * (log(p[k]) + log(r[j])))),
            "the logarithm of a product",
        ),
        equals(
            -total(k, p[k] * log(p[k])) - total(j, r[j] * log(r[j])),
            "in each part, the sum over the other index is one",
        ),
        equals(entropy_of_p + entropy_of_r, "the definitions"),
    ),
    numpy=lambda p, r: information.entropy(np.outer(p, r).ravel()),
    independent="`course_utils.information.entropy` of all products",
)

# Codes. The length of a code word is the loss of sending its symbol, in bits.

ell = family("ell", K, head=r"\ell", interval=Interval(whole(0), closed=True, integer=True))
mean_length_symbol = symbol("mean length", r"\bar{\ell}")
longest = symbol("longest", "M", Interval(whole(0), integer=True))
free = symbol("free", "F", NON_NEGATIVE)
strings = whole(2) ** longest
begins = whole(2) ** (-ell[k])
covered = total(k, whole(2) ** (longest - ell[k]))

mean_length = Definition(
    label="eq-information-mean-length",
    title="Mean length of a code",
    symbol=mean_length_symbol,
    expression=total(k, p[k] * ell[k]),
    introduces="the mean number of bits per symbol of a code with word lengths $\\ell_k$",
    numpy=lambda p, ell: np.dot(p, ell),
    independent="NumPy's scalar product",
)

# A code that meets the assumptions: words 0, 10, 110, … and a longest word of three more bits.
unary = ((ell[k], k), (longest, K + 3))

kraft = Derivation(
    label="eq-information-kraft",
    title="Kraft's inequality",
    assumptions=(
        "the words have the lengths $\\ell_k$, the longest $M$, and none is the beginning of "
        "another",
        equation(covered, strings - free),
        "here $F \\ge 0$ counts the strings of $M$ bits that begin with no word; word $k$ is the "
        "beginning of $2^{M - \\ell_k}$ of them, and no string begins with two words",
    ),
    example=((free, strings - covered), *unary),
    steps=(
        *chain(
            1 - total(k, begins),
            equals(
                (strings - covered) / strings,
                "count strings instead of shares",
            ),
            equals(
                (strings - (strings - free)) / strings,
                "every string of $M$ bits begins with one word or with none",
                Replacement(),
            ),
            equals(free / strings, "those without a word are left"),
            at_least(0, "a number of strings is not negative", Sign()),
        ),
        *claim(relation(total(k, begins), "≤", 1), "move the sum to the right", Rearrangement()),
    ),
    independent="Kraft's sum of Huffman codes, and of all codes with short words",
)

source_coding = Derivation(
    label="eq-information-shortest",
    title="No prefix code is shorter on average than the entropy",
    where=(entropy, mean_length),
    assumptions=(
        equation(total(k, begins), 1 - free / strings),
        "here $F \\ge 0$ counts the strings of $M$ bits that begin with no word, as for Kraft's "
        "inequality",
        some_are_zero,
    ),
    example=((free, strings - covered), *unary),
    steps=(
        *chain(
            entropy_of_p - mean_length_symbol * log(2),
            equals(total(k, p[k] * log(begins / p[k])), "the definitions, in one sum"),
            at_most(
                total(k, p[k] * (begins / p[k] - 1)),
                "$\\log u \\le u - 1$ for every symbol, with $u = 2^{-\\ell_k} / p_k$",
                Termwise(log_bound, begins / p[k], p[k], (k,)),
            ),
            equals(-(free / strings), "multiply out: Kraft's sum, minus the probabilities"),
            at_most(0, "Kraft's inequality", Sign()),
        ),
        *claim(
            relation(mean_length_symbol, "≥", entropy_of_p / log(2)),
            "move a term to the other side and divide by $\\log 2$",
            Rearrangement(),
        ),
    ),
    independent="the mean lengths of all codes with short words",
)

shortest_equality = Derivation(
    label="eq-information-shortest-equality",
    title="Only probabilities that are powers of a half reach the entropy",
    where=(entropy, mean_length),
    assumptions=(
        equation(total(k, begins), 1),
        "the code leaves no string unused; if it leaves $F > 0$, its mean length exceeds the "
        "bound by $F / (2^M \\log 2)$ or more, as just shown, and the $2^{-\\ell_k}$ do not sum "
        "to one as the $p_k$ do",
        "every symbol has a positive probability; a word for an impossible one counts as unused",
    ),
    example=((ell[k], log(K) / log(2)),),
    steps=claim(
        relation(
            equation(mean_length_symbol, entropy_of_p / log(2)),
            "⟺",
            equation(p[k], begins).for_every(k),
        ),
        "the bound uses $\\log u \\le u - 1$ with $u = 2^{-\\ell_k} / p_k$, which is an equality "
        "for $u = 1$ alone",
        EqualityCase(log_bound, begins / p[k], p[k] / log(2), (k,)),
    ),
    independent="the mean lengths of Huffman codes of such and of other probabilities",
)

lost = family("lost", K, head="d", interval=NON_NEGATIVE)
rest = family("rest", K, head="u", interval=POSITIVE)
rounded_up = ((ell[k], -(log(p[k]) / log(2)) + whole(1) / 2),)

shannon_lengths = Derivation(
    label="eq-information-rounded",
    title="Lengths rounded up satisfy Kraft's inequality",
    assumptions=(
        relation(begins, "=", p[k] - lost[k]).for_every(k),
        "here $d_k \\ge 0$, since $\\ell_k \\ge -\\log_2 p_k$ means $2^{-\\ell_k} \\le p_k$",
    ),
    example=((lost[k], p[k] - begins), *rounded_up),
    statement=equation(relation(total(k, begins), "≤", total(k, p[k])), 1),
    steps=(
        *chain(
            total(k, begins),
            equals(
                total(k, p[k] - lost[k]), "each power is its probability, less $d_k$", Replacement()
            ),
            at_most(total(k, p[k]), "what is taken away is not negative", Sign()),
        ),
        *chain(total(k, p[k]), equals(1, "the probabilities sum to one")),
    ),
    independent="Kraft's sum of the rounded lengths of random distributions",
)

shannon_code = Derivation(
    label="eq-information-within-one-bit",
    title="Lengths rounded up cost less than one bit more",
    where=(entropy, mean_length),
    assumptions=(
        relation(ell[k], "=", 1 - log(p[k]) / log(2) - rest[k]).for_every(k),
        "here $u_k > 0$, since rounding up adds less than one",
    ),
    example=((rest[k], 1 - log(p[k]) / log(2) - ell[k]), *rounded_up),
    steps=chain(
        mean_length_symbol,
        equals(total(k, p[k] * (1 - log(p[k]) / log(2) - rest[k])), "insert the rounded lengths"),
        equals(
            entropy_of_p / log(2) + 1 - total(k, p[k] * rest[k]),
            "multiply out; the probabilities sum to one",
        ),
        less(entropy_of_p / log(2) + 1, "every term of the sum is positive", Sign()),
    ),
    independent="the mean of the rounded lengths of random distributions",
)

q = distribution("q", K, interval=UNIT)

wrong_code = Derivation(
    label="eq-information-wrong-code",
    title="Mean length of a code made for other probabilities",
    where=(mean_length,),
    assumptions=(
        relation(ell[k], "=", -(log(q[k]) / log(2))).for_every(k),
        "the code is made for $Q$, and its lengths need no rounding",
    ),
    example=((ell[k], -(log(q[k]) / log(2))),),
    steps=chain(
        mean_length_symbol,
        equals(total(k, p[k] * ell[k]), "the definition", inserted),
        equals(
            -(1 / log(2)) * total(k, p[k] * log(q[k])),
            "insert the lengths, and take the constant out of the sum",
        ),
    ),
    numpy=lambda p, q: information.cross_entropy(p, q, base=2),
    independent="`course_utils.information.cross_entropy` to base two",
)
