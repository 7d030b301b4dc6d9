"""Gradients of the losses: by the logits, and on to the weights."""

from __future__ import annotations

import numpy as np

from course_utils.derivations.calculus import (
    LimitValue,
    SignOfDerivative,
)
from course_utils.derivations.engine import (
    Definition,
    Derivation,
    at_most,
    chain,
    equals,
    greater,
    inserted,
    less,
)
from course_utils.derivations.formulas import (
    INFINITY,
    NON_NEGATIVE,
    ONE,
    UNIT,
    Function,
    argmax,
    decimal,
    delta,
    derivative,
    distribution,
    exp,
    family,
    limit,
    log,
    partial,
    symbol,
    total,
    whole,
)
from course_utils.derivations.inequalities import (
    Sign,
)
from course_utils.derivations.softmax import (
    definition as softmax_definition,
)
from course_utils.derivations.softmax import (
    logsumexp_definition,
    lse,
    p,
    sigmoid_definition,
)
from course_utils.derivations.softmax import (
    sigmoid_argument as m,
)
from course_utils.derivations.symbols import (
    D,
    K,
    N,
    W,
    b,
    d,
    i,
    j,
    k,
    n,
    sigma,
    x,
    y,
    z,
)
from course_utils.losses import (
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_and_gradient,
    softmax_cross_entropy,
    softmax_cross_entropy_and_gradient,
    squared_error_and_gradient,
)
from course_utils.sigmoid import sigmoid
from course_utils.softmax import softmax

# One logit m, one probability p, one target y.

target = symbol("y", interval=UNIT)
chance = symbol("p")
loss = symbol("L")

probability = Definition(
    label="eq-gradients-probability",
    title="Probability of one logit",
    symbol=chance,
    expression=sigma(m),
    introduces="the probability that belongs to the logit $m$",
    where=(sigmoid_definition,),
    numpy=lambda m: sigmoid(m),
    independent="`course_utils.sigmoid.sigmoid` at random logits",
)

sigmoid_derivative = Derivation(
    label="eq-gradients-sigmoid",
    title="Derivative of the sigmoid",
    where=(sigmoid_definition,),
    steps=chain(
        derivative(sigma(m), m),
        equals(derivative(1 / (1 + exp(-m)), m), "the definition", inserted),
        equals(exp(-m) / (1 + exp(-m)) ** 2, "chain rule"),
        equals(
            1 / (1 + exp(-m)) * (exp(-m) / (1 + exp(-m))),
            "split the square",
        ),
        equals(sigma(m) * (1 - sigma(m)), "the second factor is $1 - \\sigma(m)$"),
    ),
    independent="numerical derivatives at random logits",
)

binary_loss = Definition(
    label="eq-gradients-binary-loss",
    title="Binary cross-entropy of a logit",
    symbol=loss,
    expression=-(target * log(sigma(m))) - (1 - target) * log(1 - sigma(m)),
    introduces="the loss of the logit $m$ for the target $y$",
    where=(sigmoid_definition,),
    numpy=lambda m, y: sigmoid_cross_entropy(y, m),
    independent="`course_utils.losses.sigmoid_cross_entropy` at random logits and targets",
)

binary_softplus = Derivation(
    label="eq-gradients-binary-softplus",
    title="Binary cross-entropy without the probability",
    where=(binary_loss,),
    steps=chain(
        loss,
        equals(
            target * log(1 + exp(-m)) + (1 - target) * (m + log(1 + exp(-m))),
            "$-\\log \\sigma(m) = \\log(1 + e^{-m})$, and "
            "$-\\log(1 - \\sigma(m)) = m + \\log(1 + e^{-m})$",
        ),
        equals(log(1 + exp(m)) - target * m, "collect; $m + \\log(1 + e^{-m}) = \\log(1 + e^m)$"),
    ),
    numpy=lambda m, y: sigmoid_cross_entropy(y, m),
    independent="`course_utils.losses.sigmoid_cross_entropy` at random logits and targets",
)

binary_gradient = Derivation(
    label="eq-gradients-binary",
    title="Gradient of binary cross-entropy",
    where=(binary_loss,),
    steps=chain(
        derivative(loss, m),
        equals(
            -(target * (1 - sigma(m))) + (1 - target) * sigma(m),
            "the derivative of $\\log \\sigma$ is $1 - \\sigma$, that of $\\log(1 - \\sigma)$ is "
            "$-\\sigma$",
        ),
        equals(sigma(m) - target, "the products cancel"),
    ),
    numpy=lambda m, y: sigmoid_cross_entropy_and_gradient(y, m)[1],
    independent="`course_utils.losses.sigmoid_cross_entropy_and_gradient`",
)

# Several logits.

categorical_loss = Definition(
    label="eq-gradients-categorical-loss",
    title="Cross-entropy of the softmax of logits",
    symbol=loss,
    expression=-total(k, y[k] * log(p[k])),
    introduces="the loss of the logits for a target distribution $y_1, \\dots, y_K$",
    where=(softmax_definition,),
    numpy=lambda y, z: softmax_cross_entropy(y, z),
    independent="`course_utils.losses.softmax_cross_entropy` at random logits and targets",
)

categorical_logsumexp = Derivation(
    label="eq-gradients-categorical-logsumexp",
    title="Cross-entropy without the probabilities",
    where=(categorical_loss, logsumexp_definition),
    steps=chain(
        loss,
        equals(-total(k, y[k] * (z[k] - lse)), "$\\log p_k = z_k - \\operatorname{lse}(z)$"),
        equals(lse - total(k, y[k] * z[k]), "the targets sum to 1"),
    ),
    numpy=lambda y, z: softmax_cross_entropy(y, z),
    independent="`course_utils.losses.softmax_cross_entropy` at random logits and targets",
)

categorical_gradient = Derivation(
    label="eq-gradients-categorical",
    title="Gradient of cross-entropy",
    where=(categorical_loss, logsumexp_definition),
    assumptions=("the targets $y_k$ sum to 1",),
    steps=chain(
        partial(loss, z[i]),
        equals(
            partial(lse, z[i]) - partial(total(k, y[k] * z[k]), z[i]),
            "the loss without probabilities",
        ),
        equals(
            p[i] - y[i],
            "the slope of log-sum-exp is softmax; of the sum, only $k = i$ remains",
        ),
    ),
    numpy=lambda y, z: softmax_cross_entropy_and_gradient(y, z)[1],
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient`",
)

# Classes that count for more than others.

w = family("w", K, interval=NON_NEGATIVE)

weighted_loss = Definition(
    label="eq-gradients-class-weights-loss",
    title="Cross-entropy with class weights",
    symbol=loss,
    expression=-total(k, w[k] * y[k] * log(p[k])),
    introduces="the loss in which class $k$ counts $w_k$ times",
    where=(softmax_definition,),
    numpy=lambda w, y, z: softmax_cross_entropy(y, z, class_weight=w, reduction="sum"),
    independent="`course_utils.losses.softmax_cross_entropy` with `class_weight`",
)

weighted_gradient = Derivation(
    label="eq-gradients-class-weights",
    title="Gradient of cross-entropy with class weights",
    where=(weighted_loss, logsumexp_definition),
    steps=chain(
        partial(loss, z[i]),
        equals(
            partial(lse * total(k, w[k] * y[k]), z[i])
            - partial(total(k, w[k] * y[k] * z[k]), z[i]),
            "$\\log p_k = z_k - \\operatorname{lse}(z)$",
        ),
        equals(
            p[i] * total(k, w[k] * y[k]) - w[i] * y[i],
            "the slope of log-sum-exp is softmax; of the second sum, only $k = i$ remains",
        ),
    ),
    numpy=lambda w, y, z: softmax_cross_entropy_and_gradient(y, z, class_weight=w, reduction="sum")[
        1
    ],
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient` with `class_weight`",
)

# Why p - y appears again and again.

cumulant = Function("cumulant", "A")
mu = symbol("mu", r"\mu")
value = symbol("value", "y")

gaussian_gradient = Derivation(
    label="eq-gradients-gaussian",
    title="Gradient of the Gaussian loss with unit variance",
    steps=chain(
        derivative(ONE / 2 * (value - mu) ** 2, mu),
        equals(mu - value, "chain rule"),
    ),
    independent="numerical derivatives at random points",
)

exponential_family = Derivation(
    label="eq-gradients-exponential-family",
    title="The target enters the gradient as it is",
    steps=chain(
        derivative(cumulant(m) - value * m, m),
        equals(
            derivative(cumulant(m), m) - value,
            "the target stands in a linear term alone",
        ),
    ),
    independent="numerical derivatives for an arbitrary smooth function",
)

# Squared error.

squared_gradient = Derivation(
    label="eq-gradients-squared-scalar",
    title="Gradient of the squared error of one probability",
    where=(probability,),
    steps=chain(
        derivative((chance - target) ** 2, m),
        equals(2 * (chance - target) * derivative(chance, m), "chain rule"),
        equals(2 * (chance - target) * chance * (1 - chance), "the derivative of the sigmoid"),
    ),
    independent="numerical derivatives at random logits and targets",
)

half_squared_gradient = Derivation(
    label="eq-gradients-squared-half",
    title="Gradient of half the squared error",
    where=(probability,),
    steps=chain(
        derivative(ONE / 2 * (chance - target) ** 2, m),
        equals((chance - target) * derivative(chance, m), "chain rule"),
        equals((chance - target) * chance * (1 - chance), "the derivative of the sigmoid"),
    ),
    independent="numerical derivatives at random logits and targets",
)

both_classes = (chance - target) ** 2 + ((1 - chance) - (1 - target)) ** 2

two_class_squared_gradient = Derivation(
    label="eq-gradients-squared-two-class",
    title="Gradient of the squared error, summed over two classes",
    where=(probability,),
    steps=chain(
        derivative(both_classes, m),
        equals(
            derivative(2 * (chance - target) ** 2, m),
            "the second class errs by the same amount",
        ),
        equals(4 * (chance - target) * chance * (1 - chance), "twice the gradient of one class"),
    ),
    numpy=lambda y, m: squared_error_and_gradient([y, 1 - y], [m, 0.0])[1][0],
    independent="`course_utils.losses.squared_error_and_gradient` for two classes",
)

mean_squared_gradient = Derivation(
    label="eq-gradients-squared-mean",
    title="Gradient of the squared error, averaged over two classes",
    where=(probability,),
    steps=chain(
        derivative(ONE / 2 * both_classes, m),
        equals(2 * (chance - target) * chance * (1 - chance), "half of the sum"),
    ),
    numpy=lambda y, m: squared_error_and_gradient([y, 1 - y], [m, 0.0])[1][0] / 2,
    independent="half of `course_utils.losses.squared_error_and_gradient` for two classes",
)

squared_loss = Definition(
    label="eq-gradients-squared-loss",
    title="Squared error of the softmax of logits",
    symbol=loss,
    expression=total(k, (p[k] - y[k]) ** 2),
    introduces="the squared error, summed over the classes",
    where=(softmax_definition,),
    numpy=lambda y, z: squared_error_and_gradient(y, z)[0],
    independent="`course_utils.losses.squared_error_and_gradient` at random logits and targets",
)

J = family("J", K, K)

jacobian_definition = Definition(
    label="eq-gradients-jacobian",
    title="Jacobian of softmax, named",
    symbol=J[i, k],
    expression=p[i] * (delta(i, k) - p[k]),
    introduces="the Jacobian of softmax",
    where=(softmax_definition,),
)

squared_multiclass_gradient = Derivation(
    label="eq-gradients-squared",
    title="Gradient of the squared error of several classes",
    where=(squared_loss, jacobian_definition),
    steps=chain(
        partial(loss, z[i]),
        equals(2 * total(k, (p[k] - y[k]) * partial(p[k], z[i])), "chain rule"),
        equals(
            2 * total(k, J[i, k] * (p[k] - y[k])),
            "the Jacobian is symmetric: in vectors, $2 J (p - y)$",
        ),
    ),
    numpy=lambda y, z: squared_error_and_gradient(y, z)[1],
    independent="`course_utils.losses.squared_error_and_gradient` at random logits and targets",
)

squared_multiclass_expanded = Derivation(
    label="eq-gradients-squared-expanded",
    title="Gradient of the squared error, written out",
    where=(squared_loss,),
    steps=chain(
        partial(loss, z[i]),
        equals(2 * total(k, p[i] * (delta(i, k) - p[k]) * (p[k] - y[k])), "$2 J (p - y)$"),
        equals(
            2 * p[i] * ((p[i] - y[i]) - total(k, p[k] * (p[k] - y[k]))),
            "of the deltas, the one with $k = i$ remains",
        ),
    ),
    numpy=lambda y, z: squared_error_and_gradient(y, z)[1],
    independent="`course_utils.losses.squared_error_and_gradient` at random logits and targets",
)

squared_multiclass_mean = Derivation(
    label="eq-gradients-squared-classes-mean",
    title="Gradient of the squared error, averaged over the classes",
    where=(softmax_definition, jacobian_definition),
    steps=chain(
        partial(1 / K * total(k, (p[k] - y[k]) ** 2), z[i]),
        equals(2 / K * total(k, (p[k] - y[k]) * partial(p[k], z[i])), "chain rule"),
        equals(2 / K * total(k, J[i, k] * (p[k] - y[k])), "the Jacobian is symmetric"),
    ),
    numpy=lambda y, z: squared_error_and_gradient(y, z)[1] / len(z),
    independent="`course_utils.losses.squared_error_and_gradient`, divided by the classes",
)

# Far from the target and near it, where the target is 1.

cross_entropy_slope = sigma(m) - 1
squared_slope = 2 * (sigma(m) - 1) * sigma(m) * (1 - sigma(m))

cross_entropy_wrong = Derivation(
    label="eq-gradients-limit-cross-entropy-wrong",
    title="Cross-entropy keeps its slope where the model is most wrong",
    where=(sigmoid_definition,),
    steps=chain(
        limit(cross_entropy_slope, m, -INFINITY),
        equals(-ONE, "the sigmoid tends to 0", LimitValue()),
    ),
    independent="the slope at a logit of $-10^{20}$",
)

cross_entropy_right = Derivation(
    label="eq-gradients-limit-cross-entropy-right",
    title="Cross-entropy loses its slope where the model is right",
    where=(sigmoid_definition,),
    steps=chain(
        limit(cross_entropy_slope, m, INFINITY),
        equals(0, "the sigmoid tends to 1", LimitValue()),
    ),
    independent="the slope at a logit of $10^{20}$",
)

squared_wrong = Derivation(
    label="eq-gradients-limit-squared-wrong",
    title="Squared error loses its slope where the model is most wrong",
    where=(sigmoid_definition,),
    steps=chain(
        limit(squared_slope, m, -INFINITY),
        equals(0, "the factor $\\sigma(m)$ tends to 0", LimitValue()),
    ),
    independent="the slope at a logit of $-10^{20}$",
)

squared_right = Derivation(
    label="eq-gradients-limit-squared-right",
    title="Squared error loses its slope where the model is right, too",
    where=(sigmoid_definition,),
    steps=chain(
        limit(squared_slope, m, INFINITY),
        equals(0, "the factors $1 - \\sigma(m)$ tend to 0", LimitValue()),
    ),
    independent="the slope at a logit of $10^{20}$",
)

# Between the ends, where the target is 0: the slope 2 (p - 0) p (1 - p).

any_chance = symbol("p", interval=UNIT)
steepness = 2 * any_chance**2 * (1 - any_chance)

steepest = Derivation(
    label="eq-gradients-peak-place",
    title="Where squared error learns fastest",
    domain=(any_chance,),
    steps=chain(
        argmax(any_chance, steepness),
        equals(
            whole(2) / 3,
            "the derivative $6p(2/3 - p)$ is positive before $2/3$ and negative behind it",
            SignOfDerivative(),
        ),
    ),
    independent="the slope at random probabilities, none of which is steeper",
)

steepest_slope = Derivation(
    label="eq-gradients-peak",
    title="How fast squared error learns at most",
    domain=(any_chance,),
    steps=chain(
        steepness,
        equals(
            whole(8) / 27 - 2 * (any_chance - whole(2) / 3) ** 2 * (any_chance + ONE / 3),
            "multiply out to see it",
        ),
        at_most(whole(8) / 27, "what is subtracted is not negative", Sign()),
    ),
    independent="both sides at random probabilities",
)

# On to the weights: logits that are linear in the inputs.

logits = Definition(
    label="eq-gradients-logits",
    title="Logits of a linear model",
    symbol=z[k],
    expression=total(d, W[k, d] * x[d]) + b[k],
    introduces="the logits of a model with weights $W$ and biases $b$ for the input $x$",
    numpy=lambda W, b, x: W @ x + b,
    independent="NumPy's matrix product",
)

weight_gradient = Derivation(
    label="eq-gradients-weights",
    title="Gradient by the weights",
    where=(categorical_loss, logits),
    steps=chain(
        partial(loss, W[k, d]),
        equals(
            total(i, partial(loss, z[i]) * partial(z[i], W[k, d])),
            "chain rule: the weight acts through the logits",
        ),
        equals(
            total(i, (p[i] - y[i]) * (delta(i, k) * x[d])),
            "the gradient by the logits, and $W_{kd}$ is in the logit $k$ alone, times $x_d$",
        ),
        equals((p[k] - y[k]) * x[d], "the term $i = k$ remains"),
    ),
    numpy=lambda y, W, b, x: np.outer(softmax_cross_entropy_and_gradient(y, W @ x + b)[1], x),
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient`, times the input",
)

bias_gradient = Derivation(
    label="eq-gradients-bias",
    title="Gradient by the biases",
    where=(categorical_loss, logits),
    steps=chain(
        partial(loss, b[k]),
        equals(
            total(i, partial(loss, z[i]) * partial(z[i], b[k])),
            "chain rule: the bias acts through the logits",
        ),
        equals(p[k] - y[k], "it is in the logit $k$ alone, with the factor 1"),
    ),
    numpy=lambda y, W, b, x: softmax_cross_entropy_and_gradient(y, W @ x + b)[1],
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient`",
)

input_gradient = Derivation(
    label="eq-gradients-input",
    title="Gradient by the input",
    where=(categorical_loss, logits),
    steps=chain(
        partial(loss, x[d]),
        equals(
            total(k, partial(loss, z[k]) * partial(z[k], x[d])),
            "chain rule: the input acts through every logit",
        ),
        equals(total(k, (p[k] - y[k]) * W[k, d]), "insert both derivatives"),
    ),
    numpy=lambda y, W, b, x: softmax_cross_entropy_and_gradient(y, W @ x + b)[1] @ W,
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient`, times the weights",
)

# The mean over a batch of samples.

batch_x = family("batch_x", N, D, head="x")
batch_z = family("batch_z", N, K, head="z")
batch_p = family("batch_p", N, K, head="p")
batch_y = distribution("batch_y", N, K, head="y", interval=NON_NEGATIVE)

batch_logits = Definition(
    label="eq-gradients-batch-logits",
    title="Logits of a batch",
    symbol=batch_z[n, k],
    expression=total(d, W[k, d] * batch_x[n, d]) + b[k],
    introduces="the logits of the sample $n$",
    numpy=lambda W, b, batch_x: batch_x @ W.T + b,
    independent="NumPy's matrix product",
)

batch_probabilities = Definition(
    label="eq-gradients-batch-probabilities",
    title="Probabilities of a batch",
    symbol=batch_p[n, k],
    expression=exp(batch_z[n, k]) / total(j, exp(batch_z[n, j])),
    introduces="the probabilities of the sample $n$",
    numpy=lambda batch_z: softmax(batch_z),
    independent="`course_utils.softmax.softmax` along the last axis",
)

batch_loss = Definition(
    label="eq-gradients-batch-loss",
    title="Mean cross-entropy of a batch",
    symbol=loss,
    expression=-(1 / N) * total(n, total(k, batch_y[n, k] * log(batch_p[n, k]))),
    introduces="the mean loss of $N$ samples",
    where=(batch_logits, batch_probabilities),
    numpy=lambda batch_y, batch_x, W, b: softmax_cross_entropy(batch_y, batch_x @ W.T + b),
    independent="`course_utils.losses.softmax_cross_entropy` of random samples",
)

batch_logit_gradient = Derivation(
    label="eq-gradients-batch-logit",
    title="Gradient of a mean loss by one sample's logits",
    where=(batch_loss,),
    steps=chain(
        partial(loss, batch_z[n, i]),
        equals(
            1 / N * (batch_p[n, i] - batch_y[n, i]),
            "the logits of a sample are in its own term alone",
        ),
    ),
    numpy=lambda batch_y, batch_z: softmax_cross_entropy_and_gradient(batch_y, batch_z)[1],
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient` of random samples",
)

batch_weight_gradient = Derivation(
    label="eq-gradients-batch-weights",
    title="Gradient of a mean loss by the weights",
    where=(batch_loss,),
    steps=chain(
        partial(loss, W[k, d]),
        equals(
            total(
                n,
                total(i, partial(loss, batch_z[n, i]) * partial(batch_z[n, i], W[k, d])),
            ),
            "chain rule: the weight acts through all logits of all samples",
        ),
        equals(
            1 / N * total(n, (batch_p[n, k] - batch_y[n, k]) * batch_x[n, d]),
            "insert both derivatives: of the classes, $i = k$ remains",
        ),
    ),
    numpy=lambda batch_y, batch_x, W, b: (
        softmax_cross_entropy_and_gradient(batch_y, batch_x @ W.T + b)[1].T @ batch_x
    ),
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient`, times the inputs",
)

batch_bias_gradient = Derivation(
    label="eq-gradients-batch-bias",
    title="Gradient of a mean loss by the biases",
    where=(batch_loss,),
    steps=chain(
        partial(loss, b[k]),
        equals(
            1 / N * total(n, batch_p[n, k] - batch_y[n, k]),
            "as for the weights, with 1 in place of the input",
        ),
    ),
    numpy=lambda batch_y, batch_x, W, b: np.sum(
        softmax_cross_entropy_and_gradient(batch_y, batch_x @ W.T + b)[1], axis=0
    ),
    independent="`course_utils.losses.softmax_cross_entropy_and_gradient`, summed over samples",
)

# One neuron with the target 0, as in the race of the two losses.

weight, bias, one_input = symbol("w"), symbol("b"), symbol("x")

neuron = Definition(
    label="eq-gradients-neuron",
    title="A neuron with one input",
    symbol=chance,
    expression=sigma(weight * one_input + bias),
    introduces="the output of a neuron with weight $w$ and bias $b$ for the input $x$",
    where=(sigmoid_definition,),
    numpy=lambda w, b, x: sigmoid(w * x + b),
    independent="`course_utils.sigmoid.sigmoid`",
)

squared_speed = Derivation(
    label="eq-gradients-speed-squared",
    title="How fast half the squared error moves the weight",
    where=(neuron,),
    steps=chain(
        derivative(ONE / 2 * chance**2, weight),
        equals(chance * derivative(chance, weight), "chain rule"),
        equals(chance**2 * (1 - chance) * one_input, "the derivative of the sigmoid"),
    ),
    numpy=lambda w, b, x: squared_error_and_gradient([0.0, 1.0], [w * x + b, 0.0])[1][0] / 4 * x,
    independent="a quarter of `course_utils.losses.squared_error_and_gradient` for two classes",
)

cross_entropy_speed = Derivation(
    label="eq-gradients-speed-cross-entropy",
    title="How fast cross-entropy moves the weight",
    where=(neuron,),
    steps=chain(
        derivative(-log(1 - chance), weight),
        equals(1 / (1 - chance) * derivative(chance, weight), "chain rule"),
        equals(chance * one_input, "the derivative of the sigmoid; $1 - p$ cancels"),
    ),
    numpy=lambda w, b, x: sigmoid_cross_entropy_and_gradient(0.0, w * x + b)[1] * x,
    independent="`course_utils.losses.sigmoid_cross_entropy_and_gradient`, times the input",
)

speed_ratio = Derivation(
    label="eq-gradients-speed-ratio",
    title="Squared error against cross-entropy",
    where=(neuron,),
    steps=chain(
        derivative(ONE / 2 * chance**2, weight) / derivative(-log(1 - chance), weight),
        equals(
            chance**2 * (1 - chance) * one_input / (chance * one_input),
            "insert both gradients",
        ),
        equals(chance * (1 - chance), "cancel"),
    ),
    numpy=lambda w, b, x: sigmoid(w * x + b) * sigmoid(-(w * x + b)),
    independent="numerical derivatives at random weights",
)

first_output, second_output = decimal("0.98"), decimal("0.82")

squared_race = Derivation(
    label="eq-gradients-race-squared",
    title="With squared error, the neuron that is more wrong learns more slowly",
    steps=chain(
        second_output**2 * (1 - second_output) / (first_output**2 * (1 - first_output)),
        equals((whole(123) / 49) ** 2, "both factors: $(41/49)^2 \\cdot 9$"),
        greater(6, "a little more than six times the speed", Sign()),
    ),
    independent="floating-point values of both sides",
)

cross_entropy_race = Derivation(
    label="eq-gradients-race-cross-entropy",
    title="With cross-entropy, it learns faster",
    steps=chain(
        second_output / first_output,
        equals(whole(41) / 49, "cancel"),
        less(1, "the neuron that is less wrong is the slower one", Sign()),
    ),
    independent="floating-point values of both sides",
)
