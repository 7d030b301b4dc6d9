"""What the exercise on gradients asks, with its answers."""

import numpy as np

from course_utils import softmax as exact
from course_utils.grading.spec import (
    Array,
    Cases,
    Choice,
    Claim,
    Exercise,
    Function,
    Mistake,
    Number,
    Several,
)
from course_utils.labels import one_hot
from course_utils.losses import softmax_cross_entropy_and_gradient, squared_error_and_gradient


def rows_of_softmax(z):
    return exact.softmax(z, axis=1)


def with_labels(rng):
    return [
        (rng.normal(size=(n, k)) * 2, one_hot(rng.integers(k, size=n), k))
        for n, k in [(4, 3), (1, 5), (3, 3)]
    ]


def with_soft_targets(rng):
    return [
        (rng.normal(size=(n, k)) * 2, rng.dirichlet(np.full(k, 2.0), size=n))
        for n, k in [(5, 3), (2, 4), (3, 3)]
    ]


def far_from_zero(rng):
    shifted = rng.normal(size=(3, 4)) + np.array([[0.0], [880.0], [-880.0]])
    certain = np.array([[0.0, 850.0, 1.0], [0.0, 1.0, -850.0]])
    return [
        (shifted, one_hot(rng.integers(4, size=3), 4)),
        (certain + rng.normal(size=(2, 1)), np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])),
    ]


def sum_of_samples(z, y):
    return rows_of_softmax(z) - y


def mean_of_entries(z, y):
    return (rows_of_softmax(z) - y) / z.size


def downhill(z, y):
    return (y - rows_of_softmax(z)) / len(z)


def in_the_probabilities(z, y):
    return -y / rows_of_softmax(z) / len(z)


def by_way_of_the_probabilities(z, y):
    p = rows_of_softmax(z)
    slope = -y / p
    return p * (slope - (p * slope).sum(axis=1, keepdims=True)) / len(z)


def no_shift(z, y):
    return (np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) - y) / len(z)


def down_the_columns(z, y):
    return (exact.softmax(z, axis=0) - y) / len(z)


def majority(z, y):
    return (rows_of_softmax(z) - one_hot(y.argmax(axis=1), y.shape[1])) / len(z)


def sample_by_sample(weights, bias, inputs, labels):
    """The mean of the samples' own gradients, each an outer product."""
    of_weights, of_bias = np.zeros_like(weights), np.zeros_like(bias)
    for x, label in zip(inputs, labels, strict=True):
        _, error = softmax_cross_entropy_and_gradient(int(label), weights @ x + bias)
        of_weights += np.outer(error, x) / len(labels)
        of_bias += error / len(labels)
    return of_weights, of_bias


def draw(rng, n, k, d, scale=1.0):
    return (
        rng.normal(size=(k, d)),
        rng.normal(size=k),
        rng.normal(size=(n, d)) * scale + 0.5,
        rng.integers(k, size=n),
    )


def batches(rng):
    return [draw(rng, 6, 3, 2), draw(rng, 5, 4, 4), draw(rng, 3, 3, 3)]


def few_samples(rng):
    weights, bias, inputs, _ = draw(rng, 5, 4, 3)
    return [draw(rng, 1, 3, 2), (weights, bias, inputs, np.array([0, 2, 0, 2, 2]))]


def large_features(rng):
    weights, bias, inputs, labels = draw(rng, 4, 3, 2)
    inputs[0], weights[:, 0] = [4000.0, 1.0], [1.0, -1.0, 2.0]
    labels[0] = 0
    return [(weights, bias, inputs, labels)]


def errors(weights, bias, inputs, labels):
    return rows_of_softmax(inputs @ weights.T + bias) - one_hot(labels, len(bias))


def summed(weights, bias, inputs, labels):
    error = errors(weights, bias, inputs, labels)
    return error.T @ inputs, error.sum(axis=0)


def bias_summed(weights, bias, inputs, labels):
    error = errors(weights, bias, inputs, labels)
    return error.T @ inputs / len(inputs), error.sum(axis=0)


def against_the_slope(weights, bias, inputs, labels):
    return tuple(-part for part in sample_by_sample(weights, bias, inputs, labels))


def product_of_means(weights, bias, inputs, labels):
    error = errors(weights, bias, inputs, labels)
    return np.outer(error.mean(axis=0), inputs.mean(axis=0)), error.mean(axis=0)


def transposed(weights, bias, inputs, labels):
    of_weights, of_bias = sample_by_sample(weights, bias, inputs, labels)
    return of_weights.T, of_bias


def without_the_bias(weights, bias, inputs, labels):
    return sample_by_sample(weights, np.zeros_like(bias), inputs, labels)


def without_the_features(weights, bias, inputs, labels):
    error = errors(weights, bias, inputs, labels).mean(axis=0)
    return np.outer(error, np.ones(inputs.shape[1])), error


def flaw_of_counterexample(logits):
    if logits.size < 2:
        return "There has to be a wrong class: give two logits or more."
    if not np.isfinite(logits).all():
        return "Give finite logits."
    if logits.size == 2:
        return (
            "With two classes the two entries of the gradient are opposite, and the wrong class is "
            "never raised. Take more."
        )
    _, gradient = squared_error_and_gradient(0, np.asarray(logits, dtype=np.float64))
    # Smaller slopes than this cannot be told from rounding.
    if (gradient[1:] < -1e-9).any():
        return None
    return (
        "For these logits no wrong class has a negative slope, beyond rounding. Look for a wrong "
        "class whose own error is small beside the error of another wrong class."
    )


exercise = Exercise(
    slug="gradients",
    title="Gradients by hand, for any number of classes",
    minutes=50,
    questions=(
        Number(
            name="slopes",
            title="One neuron, two losses",
            points=1,
            expected=[0.486, 2.7],
            answer=Array(1),
            mistakes=(
                Mistake(
                    "without the input",
                    [0.162, 0.9],
                    "These are the slopes in the logit. The weight reaches the logit by way of the "
                    "input.",
                ),
                Mistake(
                    "half the square",
                    [0.243, 2.7],
                    "The first is the slope of half the square. Here the loss is the plain square.",
                ),
                Mistake(
                    "without the slope of the sigmoid",
                    [5.4, 2.7],
                    "The second is right. For the first the chain has one more link: the loss "
                    "depends on p, and p on the logit.",
                ),
                Mistake(
                    "without the slope of the sigmoid, twice",
                    [5.4, 30.0],
                    "Both are slopes in p, times the input. Between p and the logit stands the "
                    "sigmoid, whose slope is a factor of both.",
                ),
                Mistake(
                    "downhill",
                    [-0.486, -2.7],
                    "The signs are those of the steps that descent takes. The slopes are asked "
                    "for: a larger weight makes both losses larger.",
                ),
                Mistake(
                    "the slope of the sigmoid in both",
                    [0.486, 0.243],
                    "The first is right. In the second the slope of the sigmoid should have "
                    "cancelled.",
                ),
                Mistake(
                    "the other way round",
                    [2.7, 0.486],
                    "Both numbers are right, but the squared error comes first.",
                ),
            ),
        ),
        Choice(
            name="prediction_2",
            title="Predict: from the mean to the sum",
            points=1,
            correct="c",
            hints={
                "a": "The loss is multiplied by a number. What happens to its gradient, and so to "
                "the step?",
                "b": "The gradient of the sum is larger than that of the mean. Must the rate grow "
                "or shrink to make the same step?",
                "d": "Sum and mean differ by a constant factor, and so do their gradients: they "
                "point the same way.",
            },
        ),
        Function(
            name="logit_gradient",
            title="The gradient in the logits",
            reference=lambda z, y: softmax_cross_entropy_and_gradient(y, z)[1],
            answer=Array(2),
            cases=(
                Cases("targets that are certain of one class", 1, with_labels),
                Cases("targets that are distributions", 1, with_soft_targets),
                Cases("logits far from zero, and certain mistakes", 1, far_from_zero),
            ),
            mistakes=(
                Mistake(
                    "sum for mean",
                    sum_of_samples,
                    "This is the gradient of the sum over the samples. The loss is their mean.",
                ),
                Mistake(
                    "mean over all entries",
                    mean_of_entries,
                    "You divide by the number of all entries. The mean is over the samples; the "
                    "classes are summed.",
                ),
                Mistake(
                    "downhill",
                    downhill,
                    "You return the direction of descent. The gradient points uphill: raising the "
                    "logit of the true class makes the loss smaller.",
                ),
                Mistake(
                    "in the probabilities",
                    in_the_probabilities,
                    "This is the slope with respect to the probabilities. The logits are one step "
                    "of the chain rule away.",
                ),
                Mistake(
                    "by way of the probabilities",
                    by_way_of_the_probabilities,
                    "You divide by a probability and multiply by it afterwards. Where it has been "
                    "rounded to zero that gives nan: simplify the formula on paper first.",
                ),
                Mistake(
                    "no shift",
                    no_shift,
                    "The softmax overflows for large logits. Each row needs its largest logit "
                    "subtracted first.",
                ),
                Mistake(
                    "down the columns",
                    down_the_columns,
                    "Your softmax sums over the samples. The classes of a sample stand in a row.",
                ),
                Mistake(
                    "only the most probable class of the target",
                    majority,
                    "You reduce each target to one class. A target may share itself among classes, "
                    "and all its shares count.",
                ),
            ),
        ),
        Function(
            name="weight_gradient",
            title="The gradient in the weights and biases",
            reference=sample_by_sample,
            answer=Several(
                (
                    Array(2, "the gradient in the weights, with two axes"),
                    Array(1, "the gradient in the biases, with one axis"),
                )
            ),
            cases=(
                Cases("batches of several sizes", 1, batches),
                Cases("a single sample, and a class without samples", 1, few_samples),
                Cases("a feature in the thousands", 1, large_features),
            ),
            mistakes=(
                Mistake(
                    "sum for mean",
                    summed,
                    "Both gradients are those of the sum over the samples. The loss is their mean.",
                ),
                Mistake(
                    "sum for mean in the biases",
                    bias_summed,
                    "The gradient in the weights is right. In the biases you sum over the samples, "
                    "where the loss is a mean.",
                ),
                Mistake(
                    "downhill",
                    against_the_slope,
                    "Both gradients have the wrong sign: the error is prediction minus target.",
                ),
                Mistake(
                    "product of the means",
                    product_of_means,
                    "You multiply the mean error by the mean input. What is asked for is the mean "
                    "of the products, sample by sample.",
                ),
                Mistake(
                    "transposed",
                    transposed,
                    "The numbers are right, but rows and columns are exchanged: the gradient has "
                    "the shape of the weights.",
                ),
                Mistake(
                    "without the bias",
                    without_the_bias,
                    "Your predictions leave the biases out: they belong to the logits.",
                ),
                Mistake(
                    "without the features",
                    without_the_features,
                    "You give each weight the error of its class. A weight acts by way of its "
                    "feature, which is a factor of its slope.",
                ),
            ),
        ),
        Claim(
            name="claim_5",
            title="Judge: does descent lower every wrong class?",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Array(1),
            flaw=flaw_of_counterexample,
            wrong_verdict="For cross-entropy it would hold. The squared error sends the errors "
            "through the Jacobian of softmax, which mixes them. What happens to a wrong class with "
            "a small probability, if another wrong class is nearly certain?",
        ),
    ),
)
