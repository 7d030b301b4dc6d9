"""Cross-entropy: its definition, its minimum, and the losses that are instances of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import information
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
    UNIT,
    decimal,
    delta,
    distribution,
    equation,
    family,
    indices,
    label,
    labels,
    log,
    partial,
    relation,
    size,
    symbol,
    total,
)
from course_utils.derivations.inequalities import (
    EqualityCase,
    Rearrangement,
    Sign,
    Termwise,
)
from course_utils.derivations.information import entropy, entropy_of_p
from course_utils.derivations.likelihood import log_bound
from course_utils.derivations.steps import (
    Reindexing,
)
from course_utils.derivations.symbols import N, n
from course_utils.labels import one_hot
from course_utils.losses import binary_cross_entropy, categorical_cross_entropy

# At least two classes: with one alone, its probability is 1 and all is 0.
K = size("K", 2)
i, j, k = indices("i j k", K)

# The truth P and the model Q; a target y and the probabilities p of a model that learns.
p = distribution("p", K, interval=UNIT)
q = distribution("q", K, interval=UNIT)
y = distribution("y", K, interval=UNIT)
v = family("v", K)
cross = symbol("H(P, Q)", "H", arguments="P, Q")
divergence = symbol("D(P, Q)", "D", arguments=r"P \,\|\, Q")

cross_entropy = Definition(
    label="eq-cross-entropy-definition",
    title="Cross-entropy",
    symbol=cross,
    expression=-total(k, p[k] * log(q[k])),
    introduces="the cross-entropy of a model $Q$ relative to the truth $P$",
    numpy=lambda p, q: information.cross_entropy(p, q),
    independent="`course_utils.information.cross_entropy`",
)

kl_divergence = Definition(
    label="eq-cross-entropy-divergence",
    title="Kullback–Leibler divergence",
    symbol=divergence,
    expression=total(k, p[k] * log(p[k] / q[k])),
    introduces="the divergence of $Q$ from $P$",
    numpy=lambda p, q: information.kl_divergence(p, q),
    independent="`course_utils.information.kl_divergence`",
)

decomposition = Derivation(
    label="eq-cross-entropy-decomposition",
    title="Cross-entropy is entropy plus divergence",
    where=(cross_entropy, entropy, kl_divergence),
    steps=chain(
        cross,
        equals(-total(k, p[k] * log(q[k])), "the definition", inserted),
        equals(
            -total(k, p[k] * log(p[k])) + total(k, p[k] * log(p[k] / q[k])),
            "subtract and add $\\sum_k p_k \\log p_k$",
        ),
        equals(entropy_of_p + divergence, "the definitions", inserted),
    ),
    numpy=lambda p, q: information.cross_entropy(p, q),
    independent="`course_utils.information.cross_entropy` at random distributions",
)

positive = (
    "$P$ and $Q$ give positive probability to every class; a class with $p_k = 0$ adds nothing to "
    "the sum and leaves $\\sum_k q_k \\le 1$ for the others, so that the bound holds still"
)

gibbs = Derivation(
    label="eq-cross-entropy-gibbs",
    title="Gibbs' inequality",
    where=(kl_divergence,),
    assumptions=(positive,),
    steps=(
        *chain(
            -divergence,
            equals(
                total(k, p[k] * log(q[k] / p[k])),
                "the definition; a minus turns the fraction over",
            ),
            at_most(
                total(k, p[k] * (q[k] / p[k] - 1)),
                "$\\log u \\le u - 1$ for every class, with $u = q_k / p_k$",
                Termwise(log_bound, q[k] / p[k], p[k], (k,)),
            ),
            equals(total(k, q[k]) - total(k, p[k]), "multiply out"),
            equals(0, "both distributions sum to 1"),
        ),
        *claim(relation(divergence, "≥", 0), "change the sign", Rearrangement()),
    ),
    independent="`course_utils.information.kl_divergence` at random distributions is not negative",
)

gibbs_equality = Derivation(
    label="eq-cross-entropy-gibbs-equality",
    title="The divergence is 0 for equal distributions alone",
    where=(kl_divergence,),
    assumptions=(
        "$P$ and $Q$ give positive probability to every class; if some $p_k$ are 0, the other "
        "classes give $D \\ge 1 - \\sum_{p_k > 0} q_k \\ge 0$, so that $D = 0$ forces $q_k = p_k$ "
        "where $p_k > 0$; these sum to 1, and nothing is left for the rest",
    ),
    steps=claim(
        relation(equation(divergence, 0), "⟺", equation(q[k], p[k]).for_every(k)),
        "Gibbs' inequality uses $\\log u \\le u - 1$ with $u = q_k/p_k$, which is an equality for "
        "$u = 1$ alone",
        EqualityCase(log_bound, q[k] / p[k], p[k], (k,)),
    ),
    independent="`course_utils.information.kl_divergence` at equal and at random distributions",
)

lower_bound = Derivation(
    label="eq-cross-entropy-minimum",
    title="The least cross-entropy is the entropy of the truth",
    where=(cross_entropy, entropy, kl_divergence),
    assumptions=(positive,),
    steps=chain(
        cross,
        equals(entropy_of_p + divergence, "cross-entropy is entropy plus divergence"),
        at_least(
            entropy_of_p,
            "Gibbs' inequality",
            Termwise(log_bound, q[k] / p[k], p[k], (k,)),
        ),
    ),
    independent="`course_utils.information` at random distributions",
)

second_derivative = Derivation(
    label="eq-cross-entropy-hessian",
    title="Second derivatives of cross-entropy by the model's probabilities",
    where=(cross_entropy,),
    steps=chain(
        partial(partial(cross, q[j]), q[i]),
        equals(partial(-(p[j] / q[j]), q[i]), "only one term of the sum depends on $q_j$"),
        equals(delta(i, j) * p[i] / q[i] ** 2, "and this one on $q_i$ if $i = j$"),
    ),
    independent="numerical second derivatives at random distributions",
)

convexity = Derivation(
    label="eq-cross-entropy-convex",
    title="Cross-entropy is convex in the model's probabilities",
    where=(cross_entropy,),
    steps=chain(
        total(i, total(j, v[i] * partial(partial(cross, q[j]), q[i]) * v[j])),
        equals(
            total(k, p[k] * (v[k] / q[k]) ** 2),
            "insert the second derivatives; those with $i \\ne j$ are 0",
        ),
        at_least(0, "a sum of squares with weights that are not negative", Sign()),
    ),
    independent="numerical second derivatives at random distributions",
)

# The loss of one example.

true_class = label("true_class", "y", K)
loss = symbol("loss", r"\ell")

loss_definition = Definition(
    label="eq-cross-entropy-loss",
    title="Loss of one labelled example",
    symbol=loss,
    expression=-log(p[true_class]),
    introduces="the loss of the probabilities $p$ for an example of class $y$",
    numpy=lambda true_class, p: categorical_cross_entropy(true_class, p),
    independent="`course_utils.losses.categorical_cross_entropy` with an integer label",
)

target = family("y", K)

one_hot_definition = Definition(
    label="eq-cross-entropy-one-hot",
    title="One-hot target",
    symbol=target[k],
    expression=delta(k, true_class),
    introduces="the one-hot target: 1 for the true class $y$, else 0",
    numpy=lambda true_class, K: one_hot(true_class, int(K)),
    independent="`course_utils.labels.one_hot`",
)

one_hot_loss = Derivation(
    label="eq-cross-entropy-one-hot-loss",
    title="A one-hot target leaves one term",
    where=(one_hot_definition,),
    steps=chain(
        -total(k, target[k] * log(p[k])),
        equals(-total(k, delta(k, true_class) * log(p[k])), "insert the one-hot target", inserted),
        equals(-log(p[true_class]), "of the sum, the term $k = y$ remains", Reindexing()),
    ),
    numpy=lambda true_class, p: categorical_cross_entropy(true_class, p),
    independent="`course_utils.losses.categorical_cross_entropy` with an integer label",
)

# Two classes.

(pair,) = indices("k", 2)
two_y = distribution("two_y", 2, head="y", interval=UNIT)
two_p = distribution("two_p", 2, head="p", interval=UNIT)
first_y = symbol("first_y", "y")
first_p = symbol("first_p", "p")

first_target = Definition(
    label="eq-cross-entropy-first-target",
    title="Target of the first of two classes",
    symbol=first_y,
    expression=two_y[1],
    introduces="the target of the first class; the second has $1 - y$",
)

first_probability = Definition(
    label="eq-cross-entropy-first-probability",
    title="Probability of the first of two classes",
    symbol=first_p,
    expression=two_p[1],
    introduces="the probability of the first class; the second has $1 - p$",
)

binary = Derivation(
    label="eq-cross-entropy-binary",
    title="Binary cross-entropy is the case of two classes",
    where=(first_target, first_probability),
    assumptions=(equation(two_y[2], 1 - two_y[1]), equation(two_p[2], 1 - two_p[1])),
    steps=chain(
        -total(pair, two_y[pair] * log(two_p[pair])),
        equals(-(two_y[1] * log(two_p[1])) - two_y[2] * log(two_p[2]), "write out both terms"),
        equals(
            -(first_y * log(first_p)) - (1 - first_y) * log(1 - first_p),
            "the second target and the second probability follow from the first",
        ),
    ),
    numpy=lambda two_y, two_p: binary_cross_entropy(two_y[0], two_p[0]),
    independent="`course_utils.losses.binary_cross_entropy` at random probabilities",
)

# A labelled sample.

true_classes = labels("true_classes", N, classes=K, head="y")
share = family("share", K, head=r"\hat{p}")
empirical = symbol("empirical cross-entropy", "H", arguments=r"\hat{P}, Q")

empirical_distribution = Definition(
    label="eq-cross-entropy-empirical",
    title="Empirical distribution",
    symbol=share[k],
    expression=1 / N * total(n, delta(true_classes[n], k)),
    introduces="the share of class $k$ among the $N$ labels",
    numpy=lambda true_classes, K: np.bincount(true_classes, minlength=int(K)) / len(true_classes),
    independent="NumPy's `bincount`",
)

empirical_cross_entropy = Definition(
    label="eq-cross-entropy-empirical-definition",
    title="Cross-entropy of the empirical distribution",
    symbol=empirical,
    expression=-total(k, share[k] * log(q[k])),
    introduces="the cross-entropy of the model relative to the empirical distribution",
    where=(empirical_distribution,),
)

sample_loss = Derivation(
    label="eq-cross-entropy-sample",
    title="The mean loss of a sample is a cross-entropy",
    where=(empirical_distribution, empirical_cross_entropy),
    steps=chain(
        -(1 / N) * total(n, log(q[true_classes[n]])),
        equals(
            -(1 / N) * total(k, total(n, delta(true_classes[n], k)) * log(q[k])),
            "collect the samples of each class",
            Reindexing(),
        ),
        equals(-total(k, share[k] * log(q[k])), "their shares are the empirical distribution"),
        equals(empirical, "the definition", inserted),
    ),
    numpy=lambda true_classes, q: categorical_cross_entropy(
        true_classes, np.tile(q, (len(true_classes), 1))
    ),
    independent="`course_utils.losses.categorical_cross_entropy` of random labels",
)

sample_targets = family("sample_targets", N, K, head="y")
sample_p = distribution("sample_p", N, K, head="p", interval=UNIT)

sample_one_hot = Definition(
    label="eq-cross-entropy-sample-one-hot",
    title="One-hot targets of a sample",
    symbol=sample_targets[n, k],
    expression=delta(true_classes[n], k),
    introduces="the one-hot targets of the samples",
    numpy=lambda true_classes, K: one_hot(true_classes, int(K)),
    independent="`course_utils.labels.one_hot`",
)

data_loss = symbol("L")
one_hot_form = -(1 / N) * total(n, total(k, sample_targets[n, k] * log(sample_p[n, k])))
label_form = -(1 / N) * total(n, log(sample_p[n, true_classes[n]]))


data_loss_definition = Definition(
    label="eq-cross-entropy-data-loss",
    title="Cross-entropy loss of a data set",
    symbol=data_loss,
    expression=one_hot_form,
    introduces="the mean of the losses of the samples",
    where=(sample_one_hot,),
    numpy=lambda true_classes, sample_p: categorical_cross_entropy(true_classes, sample_p),
    independent="`course_utils.losses.categorical_cross_entropy` of random labels",
)

mean_loss = Derivation(
    label="eq-cross-entropy-mean-loss",
    title="Mean cross-entropy of a labelled sample",
    where=(data_loss_definition,),
    statement=equation(equation(data_loss, one_hot_form), label_form),
    steps=(
        *chain(data_loss, equals(one_hot_form, "the definition", inserted)),
        *chain(
            one_hot_form,
            equals(
                label_form,
                "of each inner sum, the term of the true class remains",
                Reindexing(),
            ),
        ),
    ),
    numpy=lambda true_classes, sample_p: categorical_cross_entropy(true_classes, sample_p),
    independent="`course_utils.losses.categorical_cross_entropy` of random labels",
)

# The binary form, summed over the classes.

classwise = symbol("classwise loss", "B", arguments="P, Q")
least_classwise = symbol("least classwise loss", "B", arguments="P, P")


def _classwise(p: Any, q: Any) -> Any:
    return np.sum(binary_cross_entropy(p, q, reduction="none"))


classwise_definition = Definition(
    label="eq-cross-entropy-classwise",
    title="Binary cross-entropy, summed over the classes",
    symbol=classwise,
    expression=-total(k, p[k] * log(q[k]) + (1 - p[k]) * log(1 - q[k])),
    introduces="the loss that treats each class as a yes-or-no question of its own",
    numpy=_classwise,
    independent="`course_utils.losses.binary_cross_entropy` of every class",
)

least_classwise_definition = Definition(
    label="eq-cross-entropy-classwise-least",
    title="The class-wise loss of the truth itself",
    symbol=least_classwise,
    expression=-total(k, p[k] * log(p[k]) + (1 - p[k]) * log(1 - p[k])),
    introduces="the class-wise loss of a model that equals the truth",
    numpy=lambda p: _classwise(p, p),
    independent="`course_utils.losses.binary_cross_entropy` of every class",
)

classwise_excess = Derivation(
    label="eq-cross-entropy-classwise-excess",
    title="The class-wise loss exceeds cross-entropy",
    where=(cross_entropy, classwise_definition),
    steps=(
        *chain(
            classwise - cross,
            equals(
                -total(k, (1 - p[k]) * log(1 - q[k])),
                "the terms $p_k \\log q_k$ cancel",
            ),
            at_least(0, "each $1 - q_k$ lies between 0 and 1", Sign()),
        ),
        *claim(relation(classwise, "≥", cross), "move a term to the right", Rearrangement()),
    ),
    independent="both losses at random distributions",
)

classwise_minimum = Derivation(
    label="eq-cross-entropy-classwise-minimum",
    title="The class-wise loss is least at the truth, as cross-entropy is",
    where=(classwise_definition, least_classwise_definition),
    steps=(
        *chain(
            least_classwise - classwise,
            equals(
                total(k, p[k] * log(q[k] / p[k]))
                + total(k, (1 - p[k]) * log((1 - q[k]) / (1 - p[k]))),
                "insert the definitions",
            ),
            at_most(
                total(k, q[k] - p[k]) + total(k, (1 - p[k]) * log((1 - q[k]) / (1 - p[k]))),
                "$\\log u \\le u - 1$ with $u = q_k/p_k$",
                Termwise(log_bound, q[k] / p[k], p[k], (k,)),
            ),
            at_most(
                total(k, q[k] - p[k]) + total(k, p[k] - q[k]),
                "and with $u = (1 - q_k)/(1 - p_k)$",
                Termwise(log_bound, (1 - q[k]) / (1 - p[k]), 1 - p[k], (k,)),
            ),
            equals(0, "the sums cancel"),
        ),
        *claim(
            relation(classwise, "≥", least_classwise),
            "move a term to the other side",
            Rearrangement(),
        ),
    ),
    independent="the class-wise loss at random distributions",
)

# The table's example: the truth (1, 0, 0) against the model (0.7, 0.2, 0.1).

classwise_example = Derivation(
    label="eq-cross-entropy-classwise-example",
    title="Class-wise loss of the example",
    steps=chain(
        -log(decimal("0.7")) - log(1 - decimal("0.2")) - log(1 - decimal("0.1")),
        equals(
            -log(decimal("0.504")),
            "work out the brackets; a sum of logarithms is the logarithm of the product",
        ),
    ),
    numpy=lambda: _classwise(np.array([1.0, 0.0, 0.0]), np.array([0.7, 0.2, 0.1])),
    independent="`course_utils.losses.binary_cross_entropy` of every class",
)
