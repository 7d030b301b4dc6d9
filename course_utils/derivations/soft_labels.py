"""Targets that are distributions: votes, smoothed labels, a teacher's probabilities."""

from __future__ import annotations

import numpy as np

from course_utils.derivations.calculus import DifferenceQuotient, SignOfDerivative
from course_utils.derivations.engine import (
    Definition,
    Derivation,
    chain,
    claim,
    equals,
    inserted,
    less,
)
from course_utils.derivations.formulas import (
    NON_NEGATIVE,
    UNIT,
    argmin,
    at,
    delta,
    derivative,
    distribution,
    equation,
    exp,
    family,
    limit,
    log,
    partial,
    relation,
    size,
    symbol,
    total,
)
from course_utils.derivations.inequalities import EqualityCase, Sign
from course_utils.derivations.likelihood import class_counts as counts
from course_utils.derivations.likelihood import count_definition, log_bound
from course_utils.derivations.steps import Reindexing
from course_utils.derivations.symbols import (
    K,
    N,
    i,
    j,
    k,
    n,
    true_classes,
    y,
    z,
)
from course_utils.derivations.temperature import T, multiplier_definition
from course_utils.derivations.temperature import multiplier as beta
from course_utils.labels import labels_from_votes, one_hot, smooth_labels
from course_utils.losses import softmax_cross_entropy, softmax_cross_entropy_and_gradient
from course_utils.softmax import softmax

loss = symbol("L")
q = family("q", K)

model = Definition(
    label="eq-soft-labels-model",
    title="The model's probabilities",
    symbol=q[k],
    expression=exp(z[k]) / total(j, exp(z[j])),
    introduces="the probabilities that the model gives, the softmax of its logits",
    numpy=lambda z: softmax(z),
    independent="`course_utils.softmax.softmax` at random logits",
)

# Votes. The label y_n is what the annotator n chose, the same sample being shown to all.

share = family("share", K, head=r"\hat{p}")
given_q = distribution("q", K, interval=UNIT)

votes = Definition(
    label="eq-soft-labels-shares",
    title="Shares of the votes",
    symbol=share[k],
    expression=counts[k] / N,
    introduces="the share of the $N$ annotators who chose class $k$",
    where=(count_definition,),
    numpy=lambda true_classes, K: labels_from_votes(np.bincount(true_classes, minlength=int(K))),
    independent="`course_utils.labels.labels_from_votes` of random votes",
)

hard_losses = -total(n, log(given_q[true_classes[n]]))

sum_of_votes = Derivation(
    label="eq-soft-labels-votes",
    title="The losses of all votes add up to the loss of their shares",
    where=(votes,),
    steps=chain(
        hard_losses,
        equals(
            -total(k, total(n, delta(true_classes[n], k)) * log(given_q[k])),
            "collect the votes for each class",
            Reindexing(),
        ),
        equals(-total(k, counts[k] * log(given_q[k])), "count them", inserted),
        equals(
            N * -total(k, share[k] * log(given_q[k])),
            "a share is a count, divided by $N$",
        ),
    ),
    independent="both sides for random votes, at random probabilities",
)

votes_gradient = Derivation(
    label="eq-soft-labels-votes-gradient",
    title="The gradients of all votes add up, too",
    where=(votes, model),
    steps=chain(
        partial(-total(n, log(q[true_classes[n]])), z[i]),
        equals(
            total(n, q[i] - delta(true_classes[n], i)),
            "the gradient of each hard loss is probability minus label",
        ),
        equals(N * q[i] - counts[i], "the votes for class $i$ are counted"),
        equals(N * (q[i] - share[i]), "a share is a count, divided by $N$"),
    ),
    numpy=lambda true_classes, z: (
        len(true_classes)
        * softmax_cross_entropy_and_gradient(
            labels_from_votes(np.bincount(true_classes, minlength=len(z))), z
        )[1]
    ),
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient` of the shares",
)

# Two classes: where the two losses are lowest.

one_share = symbol("share of one class", r"\hat{p}", UNIT)
one_q = symbol("q", interval=UNIT)

soft_optimum = Derivation(
    label="eq-soft-labels-optimum",
    title="The loss of a soft label is lowest at the soft label",
    domain=(one_q, one_share),
    steps=chain(
        argmin(one_q, -(one_share * log(one_q)) - (1 - one_share) * log(1 - one_q)),
        equals(
            one_share,
            "the derivative is $(q - \\hat{p}) / (q (1 - q))$: negative before, positive behind",
            SignOfDerivative(),
        ),
    ),
    independent="the loss at random probabilities, none of which does better",
)

hard_slope = Derivation(
    label="eq-soft-labels-hard-slope",
    title="The loss of a hard label falls all the way",
    domain=(one_q,),
    steps=chain(
        derivative(-log(one_q), one_q),
        equals(-(1 / one_q), "the derivative of the logarithm"),
        less(-1, "a probability is below 1", Sign()),
    ),
    independent="numerical derivatives at random probabilities",
)

# Smoothing.

epsilon = symbol("epsilon", r"\varepsilon", UNIT)
smooth = family("smooth", K, head=r"y^{\varepsilon}")

smoothed = Definition(
    label="eq-soft-labels-smoothed",
    title="Smoothed labels",
    symbol=smooth[k],
    expression=(1 - epsilon) * y[k] + epsilon / K,
    introduces="the target $y$, mixed with equal shares of weight $\\varepsilon$",
    numpy=lambda y, epsilon: smooth_labels(y, epsilon),
    independent="`course_utils.labels.smooth_labels` of random targets",
)

smoothed_loss = Definition(
    label="eq-soft-labels-smoothed-loss",
    title="Loss of smoothed labels",
    symbol=loss,
    expression=-total(k, smooth[k] * log(q[k])),
    introduces="the cross-entropy of the smoothed target",
    where=(smoothed, model),
    numpy=lambda y, z, epsilon: softmax_cross_entropy(y, z, label_smoothing=epsilon),
    independent="`course_utils.losses.softmax_cross_entropy` with `label_smoothing`",
)

smoothed_split = Derivation(
    label="eq-soft-labels-split",
    title="The smoothed loss is a mixture of two losses",
    where=(smoothed_loss,),
    steps=chain(
        loss,
        equals(
            -total(k, ((1 - epsilon) * y[k] + epsilon / K) * log(q[k])),
            "the definitions",
            inserted,
        ),
        equals(
            (1 - epsilon) * -total(k, y[k] * log(q[k])) + epsilon * -total(k, 1 / K * log(q[k])),
            "multiply out: the loss of the target, and that of equal shares",
        ),
    ),
    numpy=lambda y, z, epsilon: (
        (1 - epsilon) * softmax_cross_entropy(y, z)
        + epsilon * softmax_cross_entropy(np.full(len(z), 1 / len(z)), z)
    ),
    independent="`course_utils.losses.softmax_cross_entropy` of both targets",
)

smoothed_gradient = Derivation(
    label="eq-soft-labels-smoothed-gradient",
    title="Gradient of the smoothed loss",
    where=(smoothed_loss,),
    steps=chain(
        partial(loss, z[i]),
        equals(q[i] - smooth[i], "probability minus target, as for any target that sums to 1"),
        equals(q[i] - (1 - epsilon) * y[i] - epsilon / K, "insert the smoothed target"),
    ),
    numpy=lambda y, z, epsilon: softmax_cross_entropy_and_gradient(y, z, label_smoothing=epsilon)[
        1
    ],
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient` with `label_smoothing`",
)

# Whichever q: no longer the softmax of logits, but any distribution.

smoothed_optimum = Derivation(
    label="eq-soft-labels-smoothed-optimum",
    title="The smoothed loss is lowest at the smoothed target alone",
    where=(smoothed,),
    assumptions=("$q$ is any distribution whose probabilities are positive",),
    steps=claim(
        relation(
            equation(-total(k, smooth[k] * log(given_q[k])), -total(k, smooth[k] * log(smooth[k]))),
            "⟺",
            equation(given_q[k], smooth[k]).for_every(k),
        ),
        "the left side of the first equation exceeds the right by the divergence of $q$ from "
        "$y^{\\varepsilon}$, which is zero for equal distributions alone: Gibbs' inequality uses "
        "$\\log u \\le u - 1$ with $u = q_k / y^{\\varepsilon}_k$",
        EqualityCase(log_bound, given_q[k] / smooth[k], smooth[k], (k,)),
    ),
    independent="both losses at equal and at random distributions",
)

truth = distribution("p", K, interval=NON_NEGATIVE)
optimum = family("optimum", K, head="q")

mean_target = Derivation(
    label="eq-soft-labels-mean-target",
    title="The mean of smoothed labels",
    steps=chain(
        total(j, truth[j] * ((1 - epsilon) * delta(k, j) + epsilon / K)),
        equals(
            (1 - epsilon) * truth[k] + epsilon / K,
            "of the deltas, the one with $j = k$ remains; the probabilities sum to 1",
        ),
    ),
    numpy=lambda p, epsilon: p @ smooth_labels(one_hot(np.arange(len(p)), len(p)), epsilon),
    independent="the mean of `course_utils.labels.smooth_labels` of all labels",
)

optimum_definition = Definition(
    label="eq-soft-labels-tendency",
    title="What smoothed labels teach",
    symbol=optimum[k],
    expression=(1 - epsilon) * truth[k] + epsilon / K,
    introduces="the probabilities at which the mean loss is lowest, where the labels are drawn "
    "from $p$",
    numpy=lambda p, epsilon: smooth_labels(p, epsilon),
    independent="`course_utils.labels.smooth_labels` of the true probabilities",
)

shrinkage = Derivation(
    label="eq-soft-labels-shrinkage",
    title="Smoothing pulls every probability towards equal shares",
    where=(optimum_definition,),
    steps=chain(
        optimum[k] - truth[k],
        equals((1 - epsilon) * truth[k] + epsilon / K - truth[k], "the definition", inserted),
        equals(epsilon * (1 / K - truth[k]), "collect"),
    ),
    numpy=lambda p, epsilon: smooth_labels(p, epsilon) - p,
    independent="`course_utils.labels.smooth_labels` of the true probabilities",
)

order = Derivation(
    label="eq-soft-labels-order",
    title="Smoothing keeps the order of the classes",
    where=(optimum_definition,),
    steps=chain(
        (1 - epsilon) * (truth[i] - truth[j]),
        equals(
            ((1 - epsilon) * truth[i] + epsilon / K) - ((1 - epsilon) * truth[j] + epsilon / K),
            "multiply out; add and subtract the equal share",
        ),
        equals(optimum[i] - optimum[j], "the definition", inserted),
    ),
    independent="both sides at random distributions",
)

classes = size("K", 2)

gap = Derivation(
    label="eq-soft-labels-gap",
    title="The logit gap of smoothed labels",
    domain=(classes, epsilon),
    steps=chain(
        log((1 - epsilon + epsilon / classes) / (epsilon / classes)),
        equals(
            log(1 + classes * (1 - epsilon) / epsilon),
            "divide both terms of the numerator",
        ),
    ),
    numpy=lambda epsilon, K: np.log(np.divide(*smooth_labels(one_hot(0, int(K)), epsilon)[:2])),
    independent="the logarithm of a ratio of `course_utils.labels.smooth_labels`",
)

other_gap = Derivation(
    label="eq-soft-labels-other-gap",
    title="The logit gap where only the other classes get a share",
    domain=(classes, epsilon),
    steps=chain(
        log((1 - epsilon) / (epsilon / (classes - 1))),
        equals(log((classes - 1) * (1 - epsilon) / epsilon), "multiply by $K - 1$"),
    ),
    independent="both sides at random numbers of classes",
)

conventions = Derivation(
    label="eq-soft-labels-conventions",
    title="One convention in terms of the other",
    domain=(classes, epsilon),
    steps=chain(
        1 - epsilon + epsilon / classes,
        equals(
            1 - epsilon * (classes - 1) / classes,
            "the label's own share of $\\varepsilon$ comes back to it",
        ),
    ),
    numpy=lambda epsilon, K: smooth_labels(one_hot(0, int(K)), epsilon)[0],
    independent="the label's entry of `course_utils.labels.smooth_labels`",
)

uniform_loss = Derivation(
    label="eq-soft-labels-uniform",
    title="The loss of equal shares is log K plus a divergence",
    steps=chain(
        -total(k, 1 / K * log(given_q[k])),
        equals(
            log(K) + total(k, 1 / K * log(1 / (K * given_q[k]))),
            "subtract and add $\\log K$",
        ),
    ),
    independent="both sides at random distributions",
)

# A teacher, at the temperature T.

teacher_z = family("teacher_z", K, head=r"\tilde{z}")
p = family("p", K)

student = Definition(
    label="eq-soft-labels-student",
    title="The student's probabilities",
    symbol=q[k],
    expression=exp(beta * z[k]) / total(j, exp(beta * z[j])),
    introduces="softmax of the student's logits at the temperature $T$",
    numpy=lambda beta, z: softmax(beta * z),
    independent="`course_utils.softmax.softmax` of scaled random logits",
)

teacher = Definition(
    label="eq-soft-labels-teacher",
    title="The teacher's probabilities",
    symbol=p[k],
    expression=exp(beta * teacher_z[k]) / total(j, exp(beta * teacher_z[j])),
    introduces="softmax of the teacher's logits at the same temperature",
    numpy=lambda beta, teacher_z: softmax(beta * teacher_z),
    independent="`course_utils.softmax.softmax` of scaled random logits",
)

distillation_loss = Definition(
    label="eq-soft-labels-distillation",
    title="Loss of distillation",
    symbol=loss,
    expression=-total(k, p[k] * log(q[k])),
    introduces="the cross-entropy of the student relative to the teacher",
    where=(student, teacher, multiplier_definition),
    numpy=lambda z, teacher_z, T: softmax_cross_entropy(
        softmax(teacher_z, temperature=T), z, temperature=T
    ),
    independent="`course_utils.losses.softmax_cross_entropy` with `temperature`",
)

distillation_gradient = Derivation(
    label="eq-soft-labels-distillation-gradient",
    title="Gradient of distillation",
    where=(distillation_loss,),
    steps=chain(
        partial(loss, z[i]),
        equals(
            beta * (q[i] - p[i]),
            "probability minus target, by the chain rule times the factor $\\beta$ of the logit",
        ),
        equals((q[i] - p[i]) / T, "the factor is $\\beta = 1/T$"),
    ),
    numpy=lambda z, teacher_z, T: softmax_cross_entropy_and_gradient(
        softmax(teacher_z, temperature=T), z, temperature=T
    )[1],
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient` with `temperature`",
)

mean_z = 1 / K * total(j, z[j])
mean_teacher_z = 1 / K * total(j, teacher_z[j])
linear = 1 / K * ((z[i] - mean_z) - (teacher_z[i] - mean_teacher_z))

high_temperature = Derivation(
    label="eq-soft-labels-high-temperature",
    title="The gradient of distillation, where the temperature is high",
    where=(student, teacher),
    steps=(
        *chain(
            limit((q[i] - p[i]) / beta, beta, 0),
            equals(
                at(derivative(q[i] - p[i], beta), beta, 0),
                "both probabilities are $1/K$ for $\\beta = 0$, so this is the slope of their "
                "difference there",
                DifferenceQuotient(),
            ),
            equals(
                linear,
                "the slope of $q_i$ is $q_i (z_i - \\sum_j q_j z_j)$, with $q_j = 1/K$ for "
                "$\\beta = 0$",
            ),
        ),
    ),
    independent="the quotient at a very small $\\beta$",
)

centred = Derivation(
    label="eq-soft-labels-matching",
    title="For logits that sum to zero, distillation at a high temperature matches logits",
    assumptions=(equation(total(k, z[k]), 0), equation(total(k, teacher_z[k]), 0)),
    example=(
        (z[k], k - (K + 1) / 2),
        (teacher_z[k], 2 * ((K + 1) / 2 - k)),
    ),
    steps=chain(
        linear,
        equals(1 / K * (z[i] - teacher_z[i]), "both means are 0"),
    ),
    independent="both sides for logits that sum to zero",
)
