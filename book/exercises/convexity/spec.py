"""What the exercise on convexity asks, with its answers."""

import numpy as np

from course_utils.grading.spec import (
    Array,
    Cases,
    Choice,
    Claim,
    Exercise,
    Function,
    Mistake,
    Number,
    Real,
    Several,
    Truth,
)
from course_utils.losses import sigmoid_cross_entropy_and_gradient
from course_utils.sigmoid import sigmoid


def overlaps(x, y):
    """Whether no line σ(wx + b) has every sample on its own side or on the border."""
    x, side = np.asarray(x), 2 * np.asarray(y) - 1
    # A border that separates can be moved until it touches a sample, so only those are tried.
    leads = [side * w * (x - border) for w in (1, -1) for border in x]
    return not any((lead >= 0).all() for lead in leads)


def ordered(rng, x, y):
    order = rng.permutation(len(x))
    nudge = rng.uniform(-0.2, 0.2, size=len(x)) + rng.normal()
    return (np.array(x)[order] + nudge[order], np.array(y)[order])


def apart_or_overlapping(rng):
    return [
        ordered(rng, [0.0, 1.0, 2.0, 4.0, 5.0, 6.0], [0, 0, 0, 1, 1, 1]),
        ordered(rng, [0.0, 1.0, 3.0, 4.0, 9.0], [1, 1, 0, 0, 0]),
        ordered(rng, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [0, 0, 1, 0, 1, 1]),
        ([-3.0, -2.0, 0.5, 2.0, 3.0], [1, 1, 0, 1, 1]),
    ]


def touching(rng):
    level = int(rng.integers(-5, 5))
    return [
        (np.array([1, 2, 2, 3]) + level, np.array([0, 0, 1, 1])),
        (np.array([3, 2, 1, 2, 2]) + level, np.array([0, 0, 1, 1, 0])),
        (np.array([1, 2, 1, 2]) + level, np.array([0, 0, 1, 1])),
    ]


def classes(x, y):
    x, y = np.asarray(x), np.asarray(y)
    return x[y == 0], x[y == 1]


def rising_only(x, y):
    zeros, ones = classes(x, y)
    return bool(zeros.max() > ones.min())


def touching_is_overlap(x, y):
    zeros, ones = classes(x, y)
    return bool(zeros.max() >= ones.min() and ones.max() >= zeros.min())


def the_opposite(x, y):
    return not overlaps(x, y)


def always(x, y):
    return True


def cut_at_the_mean(x, y):
    above = np.asarray(x) > np.mean(x)
    return not ((above == y).all() or (above != y).all())


POINTS = np.array(
    [[1, 0], [0, -1], [3, 4], [2, 3], [2, 1], [1, 2], [4, 5], [3, 5], [0, 0]], dtype=float
)
LABELS = np.array([1, 0, 1, 0, 1, 0, 1, 0, 0])


def flaw_of_direction(direction):
    if direction.shape != (3,) or not np.isfinite(direction).all():
        return "Give three finite numbers: two weights and the bias."
    if not direction.any():
        return "All three numbers are zero: along that direction nothing changes."
    direction = direction / np.abs(direction).max()  # that no sum overflows
    terms = np.column_stack([POINTS, np.ones(len(POINTS))]) * direction
    leads = (2 * LABELS - 1) * terms.sum(axis=1)
    wrong = int(np.sum(leads < -1e-12 * np.abs(terms).sum(axis=1)))
    if wrong:
        return (
            f"{wrong} of the nine samples have the wrong sign along your direction: far out, their "
            "losses grow."
        )
    return None


def ordinary(rng):
    return [
        (
            rng.normal(size=d),
            rng.normal() + 1.5,
            rng.normal(size=(n, d)),
            np.arange(n) % 2,
            rng.uniform(0.1, 0.6),
        )
        for n, d in [(5, 3), (6, 2)]
    ]


def at_the_edges(rng):
    return [
        (rng.normal(size=3), 0.5, rng.normal(size=(1, 3)), np.array([1]), rng.uniform(2.0, 5.0)),
        (rng.normal(size=2), -0.5, rng.normal(size=(4, 2)), np.array([0, 1, 1, 1]), 0.0),
    ]


def large(rng):
    inputs = rng.normal(size=(4, 2)) + np.array([[900.0, 0], [-900.0, 0], [800.0, 0], [0, 0]])
    weights = np.array([2.0, -1.0]) + rng.uniform(-0.1, 0.1, size=2)
    return [(weights, rng.normal() + 1.5, inputs, np.array([1, 0, 0, 1]), rng.uniform(0.1, 0.6))]


def penalised(weights, bias, inputs, labels, strength):
    loss, error = sigmoid_cross_entropy_and_gradient(labels, inputs @ weights + bias)
    loss += strength * np.vdot(weights, weights) / 2
    return loss, error @ inputs + strength * weights, error.sum()


def without_the_half(weights, bias, inputs, labels, strength):
    return penalised(weights, bias, inputs, labels, 2 * strength)


def half_in_the_loss_only(weights, bias, inputs, labels, strength):
    loss, of_weights, of_bias = penalised(weights, bias, inputs, labels, strength)
    return loss, of_weights - strength * weights / 2, of_bias


def bias_too(weights, bias, inputs, labels, strength):
    loss, of_weights, of_bias = penalised(weights, bias, inputs, labels, strength)
    return loss + strength * bias**2 / 2, of_weights, of_bias + strength * bias


def sum_of_losses(weights, bias, inputs, labels, strength):
    n = len(labels)
    return tuple(n * part for part in penalised(weights, bias, inputs, labels, strength / n))


def penalty_over_samples(weights, bias, inputs, labels, strength):
    return penalised(weights, bias, inputs, labels, strength / len(labels))


def no_penalty(weights, bias, inputs, labels, strength):
    return penalised(weights, bias, inputs, labels, 0.0)


def penalty_in_the_loss_only(weights, bias, inputs, labels, strength):
    loss, _, _ = penalised(weights, bias, inputs, labels, strength)
    return loss, *penalised(weights, bias, inputs, labels, 0.0)[1:]


def by_way_of_p(weights, bias, inputs, labels, strength):
    p = 1 / (1 + np.exp(-(inputs @ weights + bias)))
    losses = -(labels * np.log(p) + (1 - labels) * np.log(1 - p))
    return losses.mean() + strength * np.sum(weights**2) / 2, *penalised(
        weights, bias, inputs, labels, strength
    )[1:]


def overflowing_exponential(weights, bias, inputs, labels, strength):
    z = inputs @ weights + bias
    losses = np.log(1 + np.exp(z)) - labels * z
    return losses.mean() + strength * np.sum(weights**2) / 2, *penalised(
        weights, bias, inputs, labels, strength
    )[1:]


X = np.array([-3.0, -1.0, 1.0, 2.0, 4.0])
Y = np.array([0, 0, 0, 1, 1])
STRENGTH = 0.1


def minimiser(strength, strength_of_bias=0.0):
    """Weight and bias by Newton's method from zero, on the mean loss."""
    design = np.column_stack([X, np.ones(len(X))])
    penalty = np.diag([strength, strength_of_bias])
    at = np.zeros(2)
    for _ in range(50):
        p = sigmoid(design @ at)
        gradient = design.T @ (p - Y) / len(X) + penalty @ at
        hessian = (design.T * (p * (1 - p))) @ design / len(X) + penalty
        at = at - np.linalg.solve(hessian, gradient)
    return at


exercise = Exercise(
    slug="convexity",
    title="A valley without a floor, and how to give it one",
    minutes=60,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: a stricter solver",
            points=1,
            correct="b",
            hints={
                "a": "A convex loss has no side valleys. That does not say that it has a lowest "
                "place: is there one if the data can be separated?",
                "c": "The loss that is minimised here is that of the training data, and the solver "
                "only goes down. Can it be higher after more steps?",
            },
        ),
        Function(
            name="has_estimate",
            title="Does the estimate exist?",
            reference=overlaps,
            answer=Truth(),
            cases=(
                Cases("classes that are apart, and classes that overlap", 1, apart_or_overlapping),
                Cases("samples of both classes in the same place", 1, touching),
            ),
            mistakes=(
                Mistake(
                    "rising only",
                    rising_only,
                    "You look for a border with the ones to the right of it. A weight may be "
                    "negative: then the ones are to the left.",
                ),
                Mistake(
                    "touching taken for overlap",
                    touching_is_overlap,
                    "Classes that meet in a single place still have no estimate: the samples there "
                    "keep their loss, and that of all others can be lowered for ever.",
                ),
                Mistake(
                    "the opposite",
                    the_opposite,
                    "Your answers are all the wrong way round: what can be separated has no "
                    "estimate.",
                ),
                Mistake(
                    "always",
                    always,
                    "You always say that the estimate exists. Convex means that there are no side "
                    "valleys, not that the valley has a floor.",
                ),
                Mistake(
                    "cut at the mean",
                    cut_at_the_mean,
                    "You try only the border at the mean of x. The bias can put it anywhere.",
                ),
            ),
        ),
        Claim(
            name="claim_3",
            title="Judge: is there a best place?",
            points=2,
            holds=False,
            example="direction_3",
            form=Array(1),
            flaw=flaw_of_direction,
            wrong_verdict="Draw the nine points. Neither feature alone separates the classes; does "
            "a sloping line?",
        ),
        Function(
            name="loss_and_gradient",
            title="The penalised loss",
            reference=penalised,
            answer=Several(
                (
                    Real("the loss, one number"),
                    Array(1, "the gradient in the weights, with one axis"),
                    Real("the derivative in the bias, one number"),
                )
            ),
            cases=(
                Cases("ordinary data", 1, ordinary),
                Cases("a single sample, and a strength of zero", 1, at_the_edges),
                Cases("logits in the thousands, right and wrong", 1, large),
            ),
            mistakes=(
                Mistake(
                    "without the half",
                    without_the_half,
                    "Your penalty is twice as strong as asked for, in the loss and in the "
                    "gradient: a half is missing.",
                ),
                Mistake(
                    "the half in the gradient as well",
                    half_in_the_loss_only,
                    "The loss is right. Its gradient is not: what becomes of the half when a "
                    "square is differentiated?",
                ),
                Mistake(
                    "the bias penalised",
                    bias_too,
                    "Your penalty holds the bias as well. Only the weights are penalised here.",
                ),
                Mistake(
                    "sum for mean",
                    sum_of_losses,
                    "You sum the losses of the samples. The loss here is their mean, plus the "
                    "penalty once.",
                ),
                Mistake(
                    "the penalty divided too",
                    penalty_over_samples,
                    "You divide the penalty by the number of samples. Only the losses of the "
                    "samples are averaged.",
                ),
                Mistake(
                    "no penalty",
                    no_penalty,
                    "The penalty is missing, in the loss and in the gradient.",
                ),
                Mistake(
                    "the penalty in the loss only",
                    penalty_in_the_loss_only,
                    "The loss is right. Its gradient in the weights leaves out the penalty.",
                ),
                Mistake(
                    "the logarithm of a rounded probability",
                    by_way_of_p,
                    "The gradients are right. For large logits the probability is rounded to 0 or "
                    "1, and its logarithm is infinite or nan: compute the loss from the logit.",
                ),
                Mistake(
                    "the exponential of a large logit",
                    overflowing_exponential,
                    "The gradients are right, and you compute the loss from the logit. But the "
                    "exponential of a large logit overflows: take it only of what is negative.",
                ),
            ),
        ),
        Number(
            name="best",
            title="The floor",
            points=2,
            expected=minimiser(STRENGTH),
            answer=Array(1, "a weight and a bias, in a list or an array with one axis"),
            rtol=1e-3,
            mistakes=(
                Mistake(
                    "half the strength",
                    minimiser(STRENGTH / 2),
                    "This is the minimum for half the strength: the derivative of the penalty is "
                    "the strength times the weight, without a half.",
                ),
                Mistake(
                    "twice the strength",
                    minimiser(2 * STRENGTH),
                    "This is the minimum for twice the strength: mind the half in the penalty.",
                ),
                Mistake(
                    "sum for mean",
                    minimiser(STRENGTH / len(X)),
                    "This is the minimum of the sum of the losses plus the penalty. The loss here "
                    "is their mean.",
                ),
                Mistake(
                    "the bias penalised",
                    minimiser(STRENGTH, STRENGTH),
                    "This is the minimum if the bias is penalised as well.",
                ),
                Mistake(
                    "the other way round",
                    minimiser(STRENGTH)[::-1],
                    "Both numbers are right, but the weight comes first.",
                ),
            ),
        ),
    ),
)
