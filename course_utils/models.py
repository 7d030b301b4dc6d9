"""Softmax regression, fitted to its optimum, and plain gradient descent, to be watched."""

import warnings
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils._validation import (
    FloatArray,
    IntArray,
    as_array,
    as_distributions,
    as_finite,
    as_float,
    as_non_negative,
    check_count,
    check_number,
    check_positive,
    common_dtype,
    reject,
)
from course_utils.losses import softmax_cross_entropy_and_gradient
from course_utils.softmax import softmax

__all__ = ["ConvergenceWarning", "Descent", "SoftmaxRegression", "gradient_descent"]

NEWTON_PARAMETERS = 300
"""Up to this many parameters Newton's few steps cost less than the many of L-BFGS."""

LOGIT_TOLERANCE = 1e-3
"""How far the step that would come next may still move a logit at an optimum."""


class ConvergenceWarning(RuntimeWarning):
    """The optimum was not reached, or there is none."""


class SoftmaxRegression:
    r"""Multinomial logistic regression, fitted by maximum likelihood or with an L2 penalty.

    .. math:: J(W, b) = \frac{1}{\sum_n s_n} \sum_n s_n \,H(y_n, \operatorname{softmax}(W x_n + b))
              + \frac{\lambda}{2} \lVert W \rVert^2

    Parameters
    ----------
    l2 : float, default 0.0
        λ, non-negative, in nats per squared unit of W. The intercept b is never penalised.
    solver : {"auto", "newton", "lbfgs"}, default "auto"
        Newton's method, whose steps need a square matrix as large as the number of parameters, or
        L-BFGS, which does without; "auto" takes Newton up to 300 parameters.
    tol : float, default 1e-10
        The fit ends when no entry of the gradient exceeds `tol`, each weight being measured in the
        unit in which the curvature of J at W = 0 is 1: so the units of the features do not matter.
    max_iter : int, default 10000
        The largest number of steps.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The class labels, sorted; 0..K-1 if the targets were distributions.
    coef_ : ndarray of shape (K, D)
        W: one row for each class, also if there are two. Its columns sum to 0.
    intercept_ : ndarray of shape (K,)
        b, which sums to 0.
    n_iter_ : int
        The number of steps made.
    converged_ : bool
        Whether the optimum was reached.

    Notes
    -----
    The penalty is that of a Gaussian prior with variance τ² on every weight: λ = 1/(Nτ²). In
    scikit-learn's ``LogisticRegression`` C = τ², so λ = 1/(N C) finds the same optimum, N being the
    sum of the sample weights. With two classes scikit-learn fits the difference w of the two rows
    alone and penalises ‖w‖², which is twice ‖W‖²: there λ = 2/(N C).

    Without a penalty there is no optimum if the classes can be separated, wholly or in part: the
    loss falls for ever while the weights grow. The gradient vanishes then too, but the steps do
    not; so `fit` looks at both, and warns.

    Every step is shortened until the objective falls by a share of what its slope promises
    (Armijo's condition). Source: chapters *Gradients* and *Convexity*; Nocedal and Wright,
    *Numerical Optimization* (2006), chapters 3 and 7.

    See Also
    --------
    sklearn.linear_model.LogisticRegression

    Examples
    --------
    >>> model = SoftmaxRegression(l2=0.1).fit([[0.0], [1.0], [2.0], [3.0]], ["a", "a", "b", "b"])
    >>> model.predict([[0.5], [2.5]]).tolist()
    ['a', 'b']
    >>> model.predict_proba([[1.5]]).round(4).tolist()
    [[0.5, 0.5]]
    """

    classes_: NDArray[Any]
    coef_: FloatArray
    intercept_: FloatArray
    n_iter_: int
    converged_: bool

    def __init__(
        self,
        *,
        l2: float = 0.0,
        solver: Literal["auto", "newton", "lbfgs"] = "auto",
        tol: float = 1e-10,
        max_iter: int = 10_000,
    ) -> None:
        self.l2 = check_number("l2", l2)
        if not 0 <= self.l2 < np.inf:
            raise ValueError(f"l2 must be non-negative and finite, but is {self.l2!r}")
        if solver not in ("auto", "newton", "lbfgs"):
            raise ValueError(f"solver must be 'auto', 'newton' or 'lbfgs', but is {solver!r}")
        self.solver = solver
        self.tol = check_positive("tol", tol)
        self.max_iter = check_count("max_iter", max_iter)

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the weights to samples and their classes.

        Parameters
        ----------
        X : array_like
            N samples of D features, finite, of shape (N, D).
        y : array_like
            N class labels (numbers or strings), of shape (N,), or N distributions over K classes,
            of shape (N, K).
        sample_weight : array_like, optional
            Non-negative weights s of the samples, of shape (N,), not all 0; 1 if omitted.

        Returns
        -------
        SoftmaxRegression
            The model itself.

        Raises
        ------
        TypeError
            If `X` or `sample_weight` does not hold real numbers.
        ValueError
            If the shapes do not fit; if `X` is not finite; if `y` holds fewer than two classes,
            nan, fractions, or rows that are no distributions; if a weight is negative.

        Warns
        -----
        ConvergenceWarning
            If the optimum was not reached within `max_iter` steps, or if there seems to be none.

        See Also
        --------
        sklearn.linear_model.LogisticRegression.fit

        Examples
        --------
        Features that tell nothing leave the shares of the classes:

        >>> model = SoftmaxRegression().fit([[0.0]] * 4, [0, 0, 0, 1])
        >>> model.predict_proba([[0.0]]).round(4).tolist()
        [[0.75, 0.25]]
        """
        features = _as_samples(X)
        classes, targets = _as_classes(y, len(features))
        weights = _as_weights(sample_weight, len(features))

        # The intercept is free, so moving the origin changes nothing but the rounding: to the mean,
        # by way of a sample, so that a constant feature becomes exactly 0.
        origin = features[0] + weights @ (features - features[0])
        design = np.column_stack([features - origin, np.ones(len(features))])
        penalties = np.append(np.full(features.shape[1], self.l2), 0)
        # Nor does measuring the weights in units in which the curvature at the start is 1.
        curvatures = (1 - 1 / len(classes)) / len(classes) * (weights @ design**2) + penalties
        units = 1 / np.sqrt(np.where(curvatures > 0, curvatures, 1))
        problem = _Problem(design * units, targets, weights, penalties * units**2, len(classes))
        newton = self.solver == "newton" or (
            self.solver == "auto" and problem.parameters <= NEWTON_PARAMETERS
        )
        step = problem.newton_step if newton else _LimitedMemory().step
        optimum, self.n_iter_, obstacle = _minimise(problem, step, self.tol, self.max_iter)

        self.converged_ = obstacle is None
        if obstacle is not None:
            warnings.warn(obstacle, ConvergenceWarning, stacklevel=2)
        self.classes_ = classes
        self.coef_ = optimum[:, :-1] * units[:-1]
        self.intercept_ = optimum[:, -1] * units[-1] - self.coef_ @ origin
        return self

    def decision_function(self, X: ArrayLike) -> FloatArray:
        """Logits Wx + b.

        Parameters
        ----------
        X : array_like
            N samples of D features, finite, of shape (N, D).

        Returns
        -------
        ndarray
            Logits, of shape (N, K), also if there are two classes.

        Raises
        ------
        RuntimeError
            If the model has not been fitted.
        ValueError, TypeError
            If `X` is not finite, not real or not of shape (N, D).

        See Also
        --------
        sklearn.linear_model.LogisticRegression.decision_function : for two classes, of shape (N,).

        Examples
        --------
        >>> model = SoftmaxRegression().fit([[0.0]] * 2, ["a", "b"])
        >>> model.decision_function([[1.0], [2.0]]).tolist()
        [[0.0, 0.0], [0.0, 0.0]]
        """
        if not hasattr(self, "coef_"):
            raise RuntimeError("SoftmaxRegression is not fitted: call fit first")
        features = _as_samples(X)
        if features.shape[1] != self.coef_.shape[1]:
            raise ValueError(
                f"X must have {self.coef_.shape[1]} features, as in fit, "
                f"but has {features.shape[1]}"
            )
        logits: FloatArray = features @ self.coef_.T + self.intercept_
        return logits.astype(common_dtype(X), copy=False)

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """Probabilities of the classes, the softmax of the logits.

        Parameters
        ----------
        X : array_like
            N samples of D features, finite, of shape (N, D).

        Returns
        -------
        ndarray
            Distributions, of shape (N, K), in the order of `classes_`.

        Raises
        ------
        RuntimeError, ValueError, TypeError
            As `decision_function`.

        See Also
        --------
        sklearn.linear_model.LogisticRegression.predict_proba

        Examples
        --------
        >>> SoftmaxRegression().fit([[0.0]] * 2, ["a", "b"]).predict_proba([[1.0]]).tolist()
        [[0.5, 0.5]]
        """
        return softmax(self.decision_function(X))

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Most probable classes.

        Parameters
        ----------
        X : array_like
            N samples of D features, finite, of shape (N, D).

        Returns
        -------
        ndarray
            Entries of `classes_`, of shape (N,); the first of several that are equally probable.

        Raises
        ------
        RuntimeError, ValueError, TypeError
            As `decision_function`.

        See Also
        --------
        sklearn.linear_model.LogisticRegression.predict

        Examples
        --------
        >>> SoftmaxRegression().fit([[0.0]] * 3, ["a", "b", "b"]).predict([[1.0]]).tolist()
        ['b']
        """
        largest = self.decision_function(X).argmax(axis=1)
        predicted: NDArray[Any] = self.classes_[largest]
        return predicted


@dataclass(frozen=True)
class Descent:
    """The path of `gradient_descent`."""

    points: FloatArray
    """The start and the point after every step, of shape (steps + 1, ...)."""
    values: FloatArray
    """The values at these points, of shape (steps + 1,)."""


def gradient_descent(
    value_and_gradient: Callable[[FloatArray], tuple[float, ArrayLike]],
    start: ArrayLike,
    *,
    learning_rate: float,
    steps: int,
) -> Descent:
    r"""Descend along the gradient with a fixed learning rate, and keep the whole path.

    .. math:: x_{t+1} = x_t - \eta\, \nabla f(x_t)

    Parameters
    ----------
    value_and_gradient : callable
        Takes a point and returns f, a number, and ∇f, of the shape of the point.
    start : array_like
        The finite point x₀, of any shape.
    learning_rate : float
        η, positive and finite.
    steps : int
        How many steps to make, 0 or more.

    Returns
    -------
    Descent
        All `points` and their `values`, the start included.

    Raises
    ------
    TypeError
        If `start` or `learning_rate` is not a real number, `steps` not an integer, or the value
        not a single number.
    ValueError
        If `start` is not finite; if `learning_rate` is not positive and finite; if `steps` is
        negative; if the gradient has another shape than the point.
    FloatingPointError
        If the value or the gradient becomes nan or infinite.

    Notes
    -----
    It is there to be watched: it neither shortens a step that leads upwards nor stops at the
    optimum. To fit a model, use `SoftmaxRegression`. float32 stays float32.

    Source: chapter *Gradients*.

    See Also
    --------
    torch.optim.SGD, keras.optimizers.SGD : the same step.
    scipy.optimize.minimize : chooses its steps.

    Examples
    --------
    >>> path = gradient_descent(lambda x: (float(x**2), 2 * x), 1.0, learning_rate=0.25, steps=3)
    >>> path.points.tolist(), path.values.tolist()
    ([1.0, 0.5, 0.25, 0.125], [1.0, 0.25, 0.0625, 0.015625])
    """
    point = as_finite("start", start)
    rate = check_positive("learning_rate", learning_rate)
    points = np.empty((check_count("steps", steps, 0) + 1, *point.shape), point.dtype)
    values = np.empty(len(points))
    points[0] = point
    for t, point in enumerate(points):
        value, slope = value_and_gradient(point.copy())
        values[t] = check_number("the value of value_and_gradient", value)
        gradient = as_float("the gradient of value_and_gradient", slope)
        if gradient.shape != point.shape:
            raise ValueError(
                f"the gradient of value_and_gradient must have the shape {point.shape} of the "
                f"point, but has shape {gradient.shape}"
            )
        if not (np.isfinite(values[t]) and np.isfinite(gradient).all()):
            raise FloatingPointError(
                f"value_and_gradient must return finite numbers, but after {t} steps the value is "
                f"{float(values[t])!r}; a smaller learning_rate than {rate:g} may help"
            )
        if t + 1 < len(points):
            points[t + 1] = point - rate * gradient
    return Descent(points, values)


@dataclass(frozen=True)
class _Problem:
    """The objective of `SoftmaxRegression`; the intercept is the last column of the parameters."""

    design: FloatArray
    """Features and a column of ones, moved and scaled, `(N, D + 1)`."""
    targets: IntArray | FloatArray
    weights: FloatArray
    """Weights of the samples, summing to 1."""
    penalties: FloatArray
    """λ of each feature in its unit; 0 for the intercept."""
    classes: int

    @property
    def parameters(self) -> int:
        return self.classes * int(self.design.shape[1])

    def value_and_gradient(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        losses, residuals = softmax_cross_entropy_and_gradient(
            self.targets, self.design @ parameters.T, reduction="none"
        )
        penalised = self.penalties * parameters
        value = self.weights @ losses + 0.5 * np.vdot(penalised, parameters)
        return float(value), (residuals.T * self.weights) @ self.design + penalised

    def hessian(self, parameters: FloatArray) -> FloatArray:
        """Return the second derivatives, `(K, D + 1, K, D + 1)`.

        Without the penalty the blocks of a row sum to 0, as shifting all logits changes nothing:
        so those on the diagonal come from the others, and 1 - p is never formed.
        """
        classes, features = parameters.shape
        p = softmax(self.design @ parameters.T)
        hessian = np.zeros((classes, features, classes, features))
        for k in range(classes):
            for j in range(k):
                products = (self.weights * p[:, k] * p[:, j])[:, np.newaxis]
                block = self.design.T @ (products * self.design)
                hessian[k, :, j] = hessian[j, :, k] = -block
                hessian[k, :, k] += block
                hessian[j, :, j] += block
            hessian[k, :, k] += np.diag(self.penalties)
        return hessian

    def newton_step(self, parameters: FloatArray, gradient: FloatArray) -> FloatArray:
        """Return the step to the minimum of the quadratic that touches the objective here.

        The Hessian is singular, at least along a shift of all logits; the gradient has no part in
        those directions, nor has the step.
        """
        hessian = self.hessian(parameters).reshape(self.parameters, self.parameters)
        curvatures, directions = np.linalg.eigh(hessian)
        curved = curvatures > self.parameters * np.finfo(np.float64).eps * curvatures[-1]
        directions = directions[:, curved]
        slopes = directions.T @ gradient.ravel()
        step = -(directions @ (slopes / curvatures[curved])).reshape(gradient.shape)
        centred: FloatArray = step - step.mean(axis=0)
        return centred


class _LimitedMemory:
    """The steps of L-BFGS, which learns the curvature from the latest changes of the gradient."""

    def __init__(self, memory: int = 10) -> None:
        self.changes: deque[tuple[FloatArray, FloatArray]] = deque(maxlen=memory)
        self.previous: tuple[FloatArray, FloatArray] | None = None

    def step(self, parameters: FloatArray, gradient: FloatArray) -> FloatArray:
        """Return minus the gradient times the inverse of the Hessian, as far as it is known."""
        if self.previous is not None:
            moved: FloatArray = parameters - self.previous[0]
            turned: FloatArray = gradient - self.previous[1]
            # Rounding can hide the curvature, which convexity makes positive.
            if np.vdot(moved, turned) > 1e-14 * np.linalg.norm(moved) * np.linalg.norm(turned):
                self.changes.append((moved, turned))
        self.previous = parameters, gradient

        direction: FloatArray = -gradient
        projections = []
        for moved, turned in reversed(self.changes):
            projection = np.vdot(moved, direction) / np.vdot(moved, turned)
            direction = direction - projection * turned
            projections.append(projection)
        if self.changes:
            moved, turned = self.changes[-1]
            direction = direction * np.vdot(moved, turned) / np.vdot(turned, turned)
        for (moved, turned), projection in zip(self.changes, reversed(projections), strict=True):
            direction += (projection - np.vdot(turned, direction) / np.vdot(moved, turned)) * moved
        return direction


def _minimise(
    problem: _Problem,
    step: Callable[[FloatArray, FloatArray], FloatArray],
    tol: float,
    max_iter: int,
) -> tuple[FloatArray, int, str | None]:
    """Return the optimum, the number of steps, and what kept it from being reached, if anything."""
    parameters: FloatArray = np.zeros((problem.classes, problem.design.shape[1]))
    value, gradient = problem.value_and_gradient(parameters)
    for iteration in range(max_iter + 1):
        direction = step(parameters, gradient)
        if np.abs(gradient).max() <= tol:
            moved = float(np.ptp(problem.design @ direction.T, axis=1).max())
            if moved <= LOGIT_TOLERANCE:
                return parameters, iteration, None
            obstacle = (
                f"the gradient has vanished, but the next step would still move a logit by "
                f"{moved:.2g}: the classes can probably be separated, so that there is no optimum "
                f"without a penalty; raise l2"
            )
            return parameters, iteration, obstacle
        found = None
        if iteration < max_iter:
            found = _line_search(problem, parameters, direction, value, gradient)
        if found is None:
            break
        parameters, value, gradient = found
    obstacle = (
        f"the gradient is still {np.abs(gradient).max():.2g} after {iteration} steps, more than "
        f"tol={tol:g}; raise max_iter or l2"
    )
    return parameters, iteration, obstacle


def _line_search(
    problem: _Problem,
    parameters: FloatArray,
    direction: FloatArray,
    value: float,
    gradient: FloatArray,
) -> tuple[FloatArray, float, FloatArray] | None:
    """Return parameters, value and gradient after the step, halved until it lowers the value."""
    slope = float(np.vdot(gradient, direction))
    rounding = 8 * np.finfo(np.float64).eps * abs(value)
    fraction = 1.0
    while fraction > 1e-12:
        new_parameters = parameters + fraction * direction
        new_value, new_gradient = problem.value_and_gradient(new_parameters)
        if new_value <= value + 1e-4 * fraction * slope:
            return new_parameters, new_value, new_gradient
        # Close to the optimum the values differ by rounding alone; the slopes still tell whether
        # the step went much too far.
        new_slope = float(np.vdot(new_gradient, direction))
        if new_value <= value + rounding and new_slope <= 0.9 * abs(slope):
            return new_parameters, new_value, new_gradient
        fraction /= 2
    return None


def _as_samples(X: ArrayLike) -> FloatArray:
    """Return samples in float64, of shape (N, D)."""
    features = as_finite("X", X, np.float64)
    if features.ndim != 2 or 0 in features.shape:
        raise ValueError(f"X must have shape (N, D), both at least 1, but has {features.shape}")
    return features


def _as_classes(y: ArrayLike, samples: int) -> tuple[NDArray[Any], IntArray | FloatArray]:
    """Return the classes, and the targets as integer labels or distributions."""
    labels = as_array("y", y)
    if labels.ndim not in (1, 2) or len(labels) != samples:
        raise ValueError(
            f"y must have shape ({samples},) or ({samples}, K), as X has {samples} samples, "
            f"but has {labels.shape}"
        )
    targets: IntArray | FloatArray
    if labels.ndim == 2:
        targets = as_distributions("y", labels, -1, np.float64)
        classes = np.arange(labels.shape[1])
    else:
        if labels.dtype.kind not in "biufUSO":
            raise TypeError(f"y must hold labels or distributions, but has dtype {labels.dtype}")
        if labels.dtype.kind == "f":
            reject("y", "be whole numbers", labels, labels != np.floor(labels))
        classes, targets = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"y must hold at least two classes, but has {len(classes)}")
    return classes, targets


def _as_weights(sample_weight: ArrayLike | None, samples: int) -> FloatArray:
    """Return weights that sum to 1, of shape (N,)."""
    if sample_weight is None:
        return np.full(samples, 1 / samples)
    weights = as_non_negative("sample_weight", sample_weight, np.float64)
    if weights.shape != (samples,):
        raise ValueError(
            f"sample_weight must have shape ({samples},), as X has {samples} samples, "
            f"but has {weights.shape}"
        )
    total = weights.sum()
    if total == 0:
        raise ValueError("sample_weight must hold a positive weight, but all are 0")
    shares: FloatArray = weights / total
    return shares
