"""Convexity: what it buys, which losses have it, and when a smallest loss exists."""

from __future__ import annotations

import numpy as np

from course_utils.derivations.calculus import Integration, LimitValue, Parts, SameExtremum
from course_utils.derivations.engine import (
    Assumption,
    Definition,
    Derivation,
    at_least,
    at_most,
    chain,
    claim,
    equals,
    greater,
    inserted,
    less,
)
from course_utils.derivations.formulas import (
    INFINITY,
    NON_NEGATIVE,
    ONE,
    PI,
    POSITIVE,
    UNIT,
    ZERO,
    Formula,
    Function,
    Interval,
    Symbol,
    argmax,
    argmin,
    at,
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
    product,
    relation,
    size,
    sqrt,
    symbol,
    total,
    whole,
)
from course_utils.derivations.gradients import (
    batch_logits,
    binary_loss,
    categorical_loss,
    probability,
)
from course_utils.derivations.gradients import (
    chance as output,
)
from course_utils.derivations.gradients import (
    target as binary_target,
)
from course_utils.derivations.inequalities import (
    EqualityCase,
    Minimum,
    Rearrangement,
    Sign,
    Termwise,
)
from course_utils.derivations.likelihood import (
    log_bound,
)
from course_utils.derivations.softmax import (
    definition as softmax_definition,
)
from course_utils.derivations.softmax import (
    exponential_bound,
    p,
    sigmoid_definition,
)
from course_utils.derivations.softmax import (
    sigmoid_argument as m,
)
from course_utils.derivations.steps import Replacement
from course_utils.derivations.symbols import (
    D,
    K,
    N,
    W,
    b,
    d,
    e,
    i,
    j,
    k,
    likelihood,
    n,
    sigma,
    theta,
    v,
    y,
    z,
)
from course_utils.likelihood import gaussian_nll
from course_utils.losses import (
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_and_gradient,
    softmax_cross_entropy,
)
from course_utils.sigmoid import sigmoid
from course_utils.softmax import softmax, softmax_jacobian

loss = symbol("L")

# A function along a line from one point (t = 0) to another (t = 1).

f = Function("f", "f")
bend = Function("bend", "h", NON_NEGATIVE)
t = symbol("t", interval=UNIT)
r = symbol("r", interval=UNIT)
q = symbol("place", "t")
below = symbol("below", "v", NON_NEGATIVE)
above = symbol("above", "u", NON_NEGATIVE)
least_bend = symbol("least bend", r"\kappa", NON_NEGATIVE)

chord = Assumption(
    label="eq-convexity-chord",
    title="Convex",
    statement=relation(f(t), "≤", (1 - t) * f(0) + t * f(1)),
    why="the definition of the word: on the way from one point to another, convex functions do not "
    "rise above the chord",
)

local_is_global = Derivation(
    label="eq-convexity-local",
    title="A local minimum of a convex function is a global one",
    assumptions=(
        equation(f(t), (1 - t) * f(0) + t * f(1) - below),
        equation(f(t), f(0) + above),
        "the first with $v \\ge 0$, since $f$ does not rise above the chord; the second with "
        "$u \\ge 0$ and a small $t > 0$, since $f$ is nowhere lower near a local minimum",
    ),
    example=(
        (f(q), q**2),
        (below, t - t**2),
        (above, t**2),
    ),
    statement=relation(f(1), "≥", f(0)),
    steps=(
        *chain(
            f(1) - f(0),
            equals(((1 - t) * f(0) + t * f(1) - f(0)) / t, "multiply out"),
            equals((f(t) + below - f(0)) / t, "the first assumption"),
            equals((f(0) + above + below - f(0)) / t, "the second assumption", Replacement()),
            equals((above + below) / t, "$f(0)$ cancels"),
            at_least(0, "neither $u$ nor $v$ is negative, and $t$ is positive", Sign()),
        ),
        *claim(
            relation(f(1), "≥", f(0)),
            "move $f(0)$ to the right",
            Rearrangement(),
        ),
    ),
    independent="both sides for a parabola",
)


start_slope = at(derivative(f(q), q), q, 0)
remainder = integral((1 - r) * derivative(f(r), r, 2), r, 0, 1)

tangent = Derivation(
    label="eq-convexity-tangent",
    title="A function that bends upwards lies above its tangent",
    assumptions=(
        relation(derivative(f(r), r, 2), "=", least_bend + bend(r)),
        "the second derivative is at least $\\kappa \\ge 0$ all the way: $h(r) \\ge 0$",
    ),
    example=((f(q), exp(q) + least_bend / 2 * q**2), (bend(q), exp(q))),
    statement=relation(f(1), "≥", f(0) + start_slope + least_bend / 2),
    steps=(
        *chain(
            remainder,
            equals(
                f(1) - f(0) - start_slope,
                "integrate by parts: $(1 - r) f'(r) + f(r)$ has the derivative $(1 - r) f''(r)$",
                Parts((1 - r) * derivative(f(r), r) + f(r)),
            ),
        ),
        *chain(
            f(1) - f(0) - start_slope,
            equals(remainder, "as just shown", Replacement()),
            equals(
                integral((1 - r) * (least_bend + bend(r)), r, 0, 1),
                "the assumption",
                Replacement(),
            ),
            equals(
                least_bend / 2 + integral((1 - r) * bend(r), r, 0, 1),
                "the integral of $1 - r$ is a half",
                Integration(),
            ),
        ),
        *chain(
            f(1) - f(0) - start_slope - least_bend / 2,
            equals(
                least_bend / 2 + integral((1 - r) * bend(r), r, 0, 1) - least_bend / 2,
                "as just shown",
                Replacement(),
            ),
            equals(integral((1 - r) * bend(r), r, 0, 1), "subtract"),
            at_least(0, "the integrand is not negative", Sign()),
        ),
        *claim(
            relation(f(1), "≥", f(0) + start_slope + least_bend / 2),
            "move the rest to the right",
            Rearrangement(),
        ),
    ),
    independent="both sides for an exponential plus a parabola",
)

slope = symbol("slope", "a")
middle_below = (
    equation(f(0), f(t) - t * slope + above),
    equation(f(1), f(t) + (1 - t) * slope + below),
)

chord_from_tangents = Derivation(
    label="eq-convexity-tangent-chord",
    title="A function above all its tangents is below all its chords",
    assumptions=(
        *middle_below,
        "both ends lie above the tangent at $t$ with its slope $a$: $u \\ge 0$ and $v \\ge 0$",
    ),
    example=((f(q), q**2), (slope, 2 * t), (above, t**2), (below, (1 - t) ** 2)),
    statement=relation(f(t), "≤", (1 - t) * f(0) + t * f(1)),
    steps=(
        *chain(
            (1 - t) * f(0) + t * f(1) - f(t),
            equals((1 - t) * above + t * below, "insert both ends: the slope cancels"),
            at_least(0, "no part of it is negative", Sign()),
        ),
        *claim(
            relation(f(t), "≤", (1 - t) * f(0) + t * f(1)),
            "move $f(t)$ to the left",
            Rearrangement(),
        ),
    ),
    independent="both sides for a parabola",
)

# Cross-entropy in the logits.

binary_curvature = Derivation(
    label="eq-convexity-binary",
    title="Binary cross-entropy bends upwards everywhere",
    where=(binary_loss,),
    steps=chain(
        derivative(loss, m, 2),
        equals(derivative(sigma(m) - binary_target, m), "the gradient is prediction minus target"),
        equals(sigma(m) * (1 - sigma(m)), "the derivative of the sigmoid; the target drops out"),
        greater(0, "both factors are positive", Sign()),
    ),
    independent="numerical second derivatives at random logits and targets",
)

hessian = Derivation(
    label="eq-convexity-hessian",
    title="Hessian of cross-entropy in the logits",
    where=(categorical_loss,),
    steps=chain(
        partial(partial(loss, z[i]), z[j]),
        equals(partial(p[i] - y[i], z[j]), "the gradient is prediction minus target"),
        equals(p[i] * (delta(i, j) - p[j]), "the Jacobian of softmax; the target drops out"),
    ),
    numpy=lambda z: softmax_jacobian(z),
    independent="`course_utils.softmax.softmax_jacobian` at random logits",
)

square_at = symbol("a")

squares = Derivation(
    label="eq-convexity-square",
    title="A square is never negative, and zero at zero alone",
    steps=claim(
        relation(square_at**2, "≥", 0),
        "both are 0 for $a = 0$; $a^2$ falls before it and rises behind it",
        Minimum(square_at, whole(0)),
    ),
    independent="both sides at random points",
)

flat_directions = Derivation(
    label="eq-convexity-flat",
    title="The only flat direction is a common shift of all logits",
    where=(softmax_definition,),
    steps=claim(
        relation(
            equation(total(i, total(j, v[i] * (p[i] * (delta(i, j) - p[j])) * v[j])), 0),
            "⟺",
            equation(v[i], v[j]).for_every(i, j),
        ),
        "the left side is $\\frac12 \\sum_i \\sum_j p_i p_j (v_i - v_j)^2$, and every weight "
        "$p_i p_j$ is positive: it is 0 only if every square is",
        EqualityCase(squares, v[i] - v[j], ONE / 2 * p[i] * p[j], (i, j)),
    ),
    independent="the eigenvalues of the Hessian at random logits",
)

# Cross-entropy in the weights, along any line.

V = family("V", K, D)
inputs = family("batch_x", N, D, head="x")
targets = distribution("batch_y", N, K, head="y", interval=NON_NEGATIVE)
start_z = family("batch_z", N, K, head="z")
move = family("move", N, K, head="u")
line_p = family("line_p", N, K, head="p")
far = symbol("t")

logit_move = Definition(
    label="eq-convexity-move",
    title="How a direction moves the logits",
    symbol=move[n, k],
    expression=total(d, V[k, d] * inputs[n, d]) + v[k],
    introduces="how far the logit $z_{nk}$ moves when the weights move by $V$ and the biases by "
    "$v$",
    numpy=lambda V, batch_x, v: batch_x @ V.T + v,
    independent="NumPy's matrix product",
)

line = Derivation(
    label="eq-convexity-line",
    title="A line in the parameters is a line in the logits",
    where=(batch_logits, logit_move),
    steps=chain(
        total(d, (W[k, d] + far * V[k, d]) * inputs[n, d]) + (b[k] + far * v[k]),
        equals(
            total(d, W[k, d] * inputs[n, d])
            + b[k]
            + far * (total(d, V[k, d] * inputs[n, d]) + v[k]),
            "collect what $t$ multiplies",
        ),
        equals(start_z[n, k] + far * move[n, k], "the definitions", inserted),
    ),
    numpy=lambda W, V, batch_x, b, v, t: (batch_x @ (W + t * V).T + b + t * v).T,
    independent="NumPy's matrix product",
)

line_probabilities = Definition(
    label="eq-convexity-line-probabilities",
    title="Probabilities along the line",
    symbol=line_p[n, k],
    expression=exp(start_z[n, k] + far * move[n, k])
    / total(j, exp(start_z[n, j] + far * move[n, j])),
    introduces="the probabilities of the sample $n$ after $t$ steps along the line",
    numpy=lambda batch_z, move, t: softmax(batch_z + t * move),
    independent="`course_utils.softmax.softmax` along the last axis",
)

line_loss = Definition(
    label="eq-convexity-line-loss",
    title="Mean cross-entropy along the line",
    symbol=f(far),
    expression=-(1 / N) * total(n, total(k, targets[n, k] * log(line_p[n, k]))),
    introduces="the mean loss along the line",
    where=(line_probabilities,),
    numpy=lambda batch_y, batch_z, move, t: softmax_cross_entropy(batch_y, batch_z + t * move),
    independent="`course_utils.losses.softmax_cross_entropy` of random samples",
)

line_slope = Derivation(
    label="eq-convexity-line-slope",
    title="Slope along the line",
    where=(line_loss,),
    steps=chain(
        derivative(f(far), far),
        equals(
            1 / N * total(n, total(k, (line_p[n, k] - targets[n, k]) * move[n, k])),
            "chain rule: prediction minus target, times what moves the logit",
        ),
    ),
    independent="numerical derivatives at random points and in random directions",
)

spread = (
    1
    / (2 * N)
    * total(n, total(i, total(j, line_p[n, i] * line_p[n, j] * (move[n, i] - move[n, j]) ** 2)))
)

line_curvature = Derivation(
    label="eq-convexity-weights",
    title="Cross-entropy is convex in the weights and biases",
    where=(line_loss,),
    statement=relation(equation(derivative(f(far), far, 2), spread), "≥", 0),
    steps=(
        *chain(
            derivative(f(far), far, 2),
            equals(
                1
                / N
                * total(
                    n,
                    total(k, line_p[n, k] * move[n, k] ** 2)
                    - total(k, line_p[n, k] * move[n, k]) ** 2,
                ),
                "the targets drop out; what is left of each sample is the variance of its moves "
                "$u_{nk}$ under its probabilities",
            ),
            equals(spread, "Lagrange's identity, since the probabilities of a sample sum to 1"),
        ),
        *claim(
            relation(spread, "≥", 0),
            "a sum of squares with positive weights",
            Sign(),
        ),
    ),
    independent="numerical second derivatives at random points and in random directions",
)

# Squared error of a sigmoid.

squared_curvature = Derivation(
    label="eq-convexity-squared",
    title="Squared error bends both ways",
    where=(probability,),
    steps=chain(
        derivative((output - 1) ** 2, m, 2),
        equals(
            derivative(2 * (output - 1) * output * (1 - output), m),
            "the gradient of the squared error for the target 1",
        ),
        equals(
            2 * output * (1 - output) ** 2 * (3 * output - 1),
            "product rule; the derivative of $p$ is $p(1 - p)$",
        ),
    ),
    independent="numerical second derivatives at random logits",
)

left_of_third = symbol("p", interval=between(0, whole(1) / 3))
right_of_third = symbol("p", interval=between(whole(1) / 3, 1))


def squared_bend(at_chance: Symbol) -> Formula:
    return 2 * at_chance * (1 - at_chance) ** 2 * (3 * at_chance - 1)


bends_upwards = Derivation(
    label="eq-convexity-squared-up",
    title="Near the target, squared error bends upwards",
    domain=(right_of_third,),
    steps=claim(
        relation(squared_bend(right_of_third), ">", 0),
        "every factor is positive",
        Sign(),
    ),
    independent="both sides at random probabilities",
)

bends_downwards = Derivation(
    label="eq-convexity-squared-down",
    title="Far from the target, squared error bends downwards",
    domain=(left_of_third,),
    steps=claim(
        relation(squared_bend(left_of_third), "<", 0),
        "the last factor is negative, the others are positive",
        Sign(),
    ),
    independent="both sides at random probabilities",
)

at_inflection = -log(whole(2))

inflection = Derivation(
    label="eq-convexity-inflection",
    title="The logit at which squared error changes its bend",
    where=(sigmoid_definition,),
    steps=chain(
        sigma(at_inflection),
        equals(1 / (1 + exp(-at_inflection)), "the definition", inserted),
        equals(whole(1) / 3, "the exponential undoes the logarithm"),
    ),
    independent="`course_utils.sigmoid.sigmoid`",
    numpy=lambda: sigmoid(-np.log(2)),
)

squared_monotone = Derivation(
    label="eq-convexity-squared-slope",
    title="Yet a single squared error has a slope everywhere",
    where=(probability, sigmoid_definition),
    steps=chain(
        derivative((output - 1) ** 2, m),
        equals(-(2 * output * (1 - output) ** 2), "the gradient for the target 1"),
        less(0, "no factor is zero", Sign()),
    ),
    independent="numerical derivatives at random logits",
)

# Existence: classes that can be separated. The true class leads all others.

others = size("K_-")
(other,) = indices("j", others)
leads = family("leads", N, others, head=r"\Delta")
excess = family("excess", N, others, head="c", interval=NON_NEGATIVE)
gap = symbol("g", interval=POSITIVE)
scale = symbol("t", interval=POSITIVE)

lead_loss = Definition(
    label="eq-convexity-leads",
    title="Mean cross-entropy as a function of the leads",
    symbol=loss,
    expression=1 / N * total(n, log(1 + total(other, exp(-leads[n, other])))),
    introduces="the mean loss if, in the sample $n$, the logit of the true class leads the $K_-$ "
    "others by $\\Delta_{nj}$",
    numpy=lambda leads: softmax_cross_entropy(
        np.zeros(len(leads), int), np.column_stack([np.zeros(len(leads)), -leads])
    ),
    independent="`course_utils.losses.softmax_cross_entropy` of logits with such leads",
)

never_zero = Derivation(
    label="eq-convexity-never-zero",
    title="The loss is never zero",
    where=(lead_loss,),
    steps=chain(
        loss,
        equals(
            1 / N * total(n, log(1 + total(other, exp(-leads[n, other])))),
            "the definition",
            inserted,
        ),
        greater(0, "the logarithm of a number above 1 is positive", Sign()),
    ),
    independent="both sides at random leads",
)

scaled_leads = exp(-(scale * (gap + excess[n, other])))

separable_bound = Derivation(
    label="eq-convexity-separable",
    title="Larger weights make the loss of separated classes as small as you like",
    domain=(scale, gap, excess[n, other]),
    steps=chain(
        1 / N * total(n, log(1 + total(other, scaled_leads))),
        at_most(
            1 / N * total(n, total(other, scaled_leads)),
            "$\\log u \\le u - 1$ for every sample",
            Termwise(log_bound, 1 + total(other, scaled_leads), 1 / N, (n,)),
        ),
        equals(
            1 / N * total(n, total(other, exp(-(scale * gap)) * exp(-(scale * excess[n, other])))),
            "split the exponentials",
        ),
        at_most(
            1 / N * total(n, total(other, exp(-(scale * gap)))),
            "the exponential of a number that is not positive is at most 1",
            Termwise(
                exponential_bound,
                scale * excess[n, other],
                1 / N * exp(-(scale * gap)),
                (n, other),
            ),
        ),
        equals(others * exp(-(scale * gap)), "the same for every sample and every other class"),
    ),
    independent="both sides at random leads",
)

separable_limit = Derivation(
    label="eq-convexity-separable-limit",
    title="The bound tends to zero",
    domain=(gap,),
    steps=chain(
        limit(others * exp(-(scale * gap)), scale, INFINITY),
        equals(0, "the exponent tends to minus infinity", LimitValue()),
    ),
    independent="the bound at $t = 10^{20}$",
)

# A prior, and the penalty that it becomes.

tau = symbol("tau", r"\tau", POSITIVE)
penalty = symbol("lambda", r"\lambda", POSITIVE)
squared_norm = symbol("squared norm", r"\lVert W \rVert^2")
bell = 1 / (sqrt(2 * PI) * tau) * exp(-(W[k, d] ** 2 / (2 * tau**2)))

norm = Definition(
    label="eq-convexity-norm",
    title="Sum of the squared weights",
    symbol=squared_norm,
    expression=total(k, total(d, W[k, d] ** 2)),
    introduces="the sum of the squares of all weights; the biases are not among them",
    numpy=lambda W: np.sum(W**2),
    independent="NumPy's sum",
)

prior = Derivation(
    label="eq-convexity-prior",
    title="A Gaussian prior is a penalty",
    where=(norm,),
    steps=chain(
        -log(product(k, product(d, bell))),
        equals(
            total(k, total(d, W[k, d] ** 2 / (2 * tau**2) + log(sqrt(2 * PI) * tau))),
            "the logarithm turns the products into sums and undoes the exponential",
        ),
        equals(
            squared_norm / (2 * tau**2) + K * D * log(sqrt(2 * PI) * tau),
            "collect: the second part does not depend on the weights",
        ),
    ),
    numpy=lambda W, tau: np.sum(gaussian_nll(W, 0.0, tau)),
    independent="`course_utils.likelihood.gaussian_nll`, summed over random weights",
)

norm_of = Function("norm", "R", NON_NEGATIVE)

penalty_definition = Definition(
    label="eq-convexity-lambda",
    title="Strength of the penalty",
    symbol=penalty,
    expression=1 / (N * tau**2),
    introduces="the strength $\\lambda$ of the penalty that belongs to the width $\\tau$ of the "
    "prior and to $N$ samples",
)

map_estimate = Derivation(
    label="eq-convexity-map",
    title="The most probable weights minimise the penalised mean loss",
    where=(penalty_definition,),
    steps=chain(
        argmax(
            theta,
            likelihood(theta) * exp(-(norm_of(theta) / (2 * tau**2))),
        ),
        equals(
            argmin(theta, -(1 / N) * log(likelihood(theta)) + penalty / 2 * norm_of(theta)),
            "the product is $e^{-Nu}$ of the penalised loss $u$, and $e^{-Nu}$ falls: where one is "
            "largest, the other is smallest",
            SameExtremum(exp(-(N * q)), q),
        ),
    ),
    independent="the order of two random parameters under both functions",
)

squared_move = total(k, total(d, V[k, d] ** 2))
penalised = f(far) + penalty / 2 * total(k, total(d, (W[k, d] + far * V[k, d]) ** 2))

penalised_curvature = Derivation(
    label="eq-convexity-strict",
    title="With the penalty, every line that moves a weight bends upwards",
    where=(line_loss,),
    statement=relation(derivative(penalised, far, 2), "≥", penalty * squared_move),
    steps=(
        *chain(
            derivative(penalised, far, 2) - penalty * squared_move,
            equals(derivative(f(far), far, 2), "the penalty is a parabola in $t$"),
            equals(
                spread,
                "the second derivative of the loss, as before",
            ),
            at_least(0, "a sum of squares with positive weights", Sign()),
        ),
        *claim(
            relation(derivative(penalised, far, 2), "≥", penalty * squared_move),
            "move the second term to the right",
            Rearrangement(),
        ),
    ),
    independent="numerical second derivatives at random points and in random directions",
)

# Least squares: a quadratic, and so a closed form.

w = family("w", D)
values = family("values", N, head="y")
step = family("step", D, head="v")
fitted = total(d, w[d] * inputs[n, d])

squares_loss = Definition(
    label="eq-convexity-least-squares",
    title="Half the mean squared error of a linear model",
    symbol=loss,
    expression=1 / (2 * N) * total(n, (values[n] - fitted) ** 2),
    introduces="the loss of least squares",
    numpy=lambda values, batch_x, w: np.mean((values - batch_x @ w) ** 2) / 2,
    independent="NumPy's mean",
)

squares_gradient = Derivation(
    label="eq-convexity-least-squares-gradient",
    title="The gradient of least squares is linear in the weights",
    where=(squares_loss,),
    steps=chain(
        partial(loss, w[e]),
        equals(
            -(1 / N) * total(n, (values[n] - fitted) * inputs[n, e]),
            "chain rule",
        ),
        equals(
            1
            / N
            * (
                total(d, total(n, inputs[n, e] * inputs[n, d]) * w[d])
                - total(n, inputs[n, e] * values[n])
            ),
            "multiply out",
        ),
    ),
    numpy=lambda values, batch_x, w: -batch_x.T @ (values - batch_x @ w) / len(values),
    independent="NumPy's matrix product",
)

residual = family("residual", N, head=r"\rho")
moved = family("moved", N, head="u")
normal_equations = relation(total(n, inputs[n, e] * residual[n]), "=", 0).for_every(e)

step_moves = Definition(
    label="eq-convexity-step",
    title="How a step moves the output of a linear model",
    symbol=moved[n],
    expression=total(d, step[d] * inputs[n, d]),
    introduces="how far the step $v$ moves the output in the sample $n$",
    numpy=lambda batch_x, step: batch_x @ step,
    independent="NumPy's matrix product",
)

squares_excess = Derivation(
    label="eq-convexity-least-squares-excess",
    title="Every other place is worse, by a square",
    where=(step_moves,),
    assumptions=(normal_equations, "the residuals $\\rho_n$ solve the normal equations"),
    example=((residual[n], whole(0)),),
    steps=chain(
        1 / (2 * N) * total(n, (residual[n] - moved[n]) ** 2)
        - 1 / (2 * N) * total(n, residual[n] ** 2),
        equals(
            1 / (2 * N) * total(n, moved[n] ** 2)
            - 1 / N * total(e, step[e] * total(n, inputs[n, e] * residual[n])),
            "multiply out: a quadratic part and a linear one",
        ),
        equals(
            1 / (2 * N) * total(n, moved[n] ** 2) - 1 / N * total(e, step[e] * whole(0)),
            "the normal equations",
            Replacement(),
        ),
        equals(1 / (2 * N) * total(n, moved[n] ** 2), "the linear part is zero"),
    ),
    independent="random steps from the solution of NumPy's `lstsq`",
)

squares_unique = Derivation(
    label="eq-convexity-least-squares-unique",
    title="When another place is as good",
    where=(step_moves,),
    steps=claim(
        relation(
            equation(total(n, moved[n] ** 2), 0),
            "⟺",
            equation(moved[n], 0).for_every(n),
        ),
        "a sum of squares is zero only if each of them is",
        EqualityCase(squares, moved[n], ONE, (n,)),
    ),
    independent="both sides at random inputs",
)

# Newton's method for two classes.

chances = family("chances", N, head="p")
outcomes = family("outcomes", N, head="y", interval=Interval(ZERO, ONE, closed=True))
pull = family("pull", N, head="r", interval=POSITIVE)
response = family("response", N, head=r"\zeta")

logistic_chances = Definition(
    label="eq-convexity-logistic",
    title="Logistic regression",
    symbol=chances[n],
    expression=sigma(fitted),
    introduces="the probability of the class 1 in the sample $n$",
    where=(sigmoid_definition,),
    numpy=lambda batch_x, w: sigmoid(batch_x @ w),
    independent="`course_utils.sigmoid.sigmoid`",
)

logistic_loss = Definition(
    label="eq-convexity-logistic-loss",
    title="Mean loss of logistic regression",
    symbol=loss,
    expression=1 / N * total(n, log(1 + exp(fitted)) - outcomes[n] * fitted),
    introduces="the mean cross-entropy for the targets $y_n$, written without the probabilities",
    numpy=lambda outcomes, batch_x, w: sigmoid_cross_entropy(outcomes, batch_x @ w),
    independent="`course_utils.losses.sigmoid_cross_entropy` of random samples",
)

logistic_gradient = Derivation(
    label="eq-convexity-logistic-gradient",
    title="Gradient of logistic regression",
    where=(logistic_loss, logistic_chances, sigmoid_definition),
    steps=chain(
        partial(loss, w[e]),
        equals(
            1 / N * (total(n, chances[n] * inputs[n, e]) - total(n, outcomes[n] * inputs[n, e])),
            "prediction minus target, times the feature",
        ),
    ),
    numpy=lambda outcomes, batch_x, w: (
        batch_x.T @ sigmoid_cross_entropy_and_gradient(outcomes, batch_x @ w)[1]
    ),
    independent="`course_utils.losses.sigmoid_cross_entropy_and_gradient`, times the inputs",
)

logistic_hessian = Derivation(
    label="eq-convexity-logistic-hessian",
    title="Hessian of logistic regression",
    where=(logistic_loss, logistic_chances, sigmoid_definition),
    steps=chain(
        partial(partial(loss, w[e]), w[d]),
        equals(
            1 / N * total(n, chances[n] * (1 - chances[n]) * inputs[n, e] * inputs[n, d]),
            "the derivative of the gradient; that of $p_n$ is $p_n (1 - p_n) x_{nd}$",
        ),
    ),
    independent="numerical second derivatives at random weights",
)

logits = family("logits", N, head="m")
working_response = Definition(
    label="eq-convexity-response",
    title="Working response",
    symbol=response[n],
    expression=logits[n] + (outcomes[n] - chances[n]) / pull[n],
    introduces="the logit $\\zeta_n$ that the sample $n$ should have if the sigmoid were the "
    "straight line with its slope $r_n = p_n(1 - p_n)$",
    numpy=lambda logits, outcomes, chances, pull: logits + (outcomes - chances) / pull,
    independent="NumPy's arithmetic",
)

reweighting = Derivation(
    label="eq-convexity-irls",
    title="Newton's step is weighted least squares",
    where=(working_response, step_moves),
    steps=chain(
        total(n, pull[n] * (response[n] - (logits[n] + moved[n])) * inputs[n, e]),
        equals(
            total(n, pull[n] * ((outcomes[n] - chances[n]) / pull[n] - moved[n]) * inputs[n, e]),
            "the old logit cancels",
        ),
        equals(
            total(n, (outcomes[n] - chances[n]) * inputs[n, e])
            - total(d, total(n, pull[n] * inputs[n, e] * inputs[n, d]) * step[d]),
            "multiply out: minus the gradient, minus the Hessian times the step, both times $N$",
        ),
    ),
    numpy=lambda batch_x, step, outcomes, chances, pull: (
        batch_x.T @ (outcomes - chances) - (batch_x.T * pull) @ batch_x @ step
    ),
    independent="NumPy's matrix product",
)
