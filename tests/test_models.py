"""Softmax regression at its optimum, or warning that there is none; gradient descent's path."""

import warnings

import numpy as np
import pytest
import scipy.optimize
import scipy.special
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # scikit-learn depends on it

from course_utils.models import (
    ConvergenceWarning,
    Descent,
    SoftmaxRegression,
    _LimitedMemory,
    gradient_descent,
)

SOLVERS = ["newton", "lbfgs"]


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Threads of BLAS that wait for each other are slow where tests run in parallel."""
    with threadpool_limits(1):
        yield


# The gradient ends below 1e-10 where the curvature at the start is 1. Divided by the smallest
# curvature at the optimum, which is above 1e-4 here, that leaves 1e-6 at most.
CLOSE = {"rtol": 0, "atol": 1e-6}


def overlapping(samples=200, classes=3, features=4, seed=0):
    """Return samples whose classes overlap, so that an optimum exists without a penalty."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, samples)
    centres = rng.normal(0, 1, (classes, features))
    return centres[y] + rng.normal(0, 1, (samples, features)), y


def objective(X, y, l2, weights=None):
    """Return the objective as a function of W and b in one row, written with SciPy's softmax."""
    X, weights = np.asarray(X, float), np.ones(len(X)) if weights is None else np.asarray(weights)
    targets = np.eye(np.max(y) + 1)[y] if np.ndim(y) == 1 else np.asarray(y)

    def value(parameters):
        table = parameters.reshape(targets.shape[1], -1)
        log_p = scipy.special.log_softmax(X @ table[:, :-1].T + table[:, -1], axis=1)
        loss = -(weights * (targets * log_p).sum(axis=1)).sum() / weights.sum()
        return loss + l2 / 2 * (table[:, :-1] ** 2).sum()

    return value


def parameters_of(model):
    return np.column_stack([model.coef_, model.intercept_]).ravel()


def slopes(value, parameters, step=1e-5):
    """Return central differences; their error is about step² and 1e-16/step."""
    offsets = step * np.eye(len(parameters))
    return np.array([(value(parameters + o) - value(parameters - o)) / (2 * step) for o in offsets])


# --- the optimum ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X / 16, y


@pytest.mark.parametrize("C", [1.0, 0.05])
def test_the_optimum_on_the_digits_is_that_of_scikit_learn(digits, C):
    X, y = digits
    theirs = LogisticRegression(C=C, solver="newton-cg", tol=1e-10, max_iter=1000).fit(X, y)
    ours = SoftmaxRegression(l2=1 / (len(X) * C)).fit(X, y)
    assert ours.converged_
    np.testing.assert_allclose(ours.coef_, theirs.coef_, **CLOSE)
    centred = theirs.intercept_ - theirs.intercept_.mean()
    np.testing.assert_allclose(ours.intercept_, centred, **CLOSE)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), **CLOSE)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))


def test_newton_finds_the_same_optimum_on_the_digits(digits):
    X, y = digits
    X, y = X[y < 5][::3], y[y < 5][::3]
    newton, lbfgs = (SoftmaxRegression(l2=1e-3, solver=s).fit(X, y) for s in SOLVERS)
    np.testing.assert_allclose(newton.coef_, lbfgs.coef_, **CLOSE)
    np.testing.assert_allclose(newton.intercept_, lbfgs.intercept_, **CLOSE)
    assert newton.n_iter_ < 15 < lbfgs.n_iter_


def test_two_classes_need_twice_the_l2_of_scikit_learn():
    X, y = overlapping(classes=2)
    C = 0.3
    theirs = LogisticRegression(C=C, tol=1e-12, solver="newton-cg").fit(X, y)
    ours = SoftmaxRegression(l2=2 / (len(X) * C)).fit(X, y)
    difference = ours.coef_[1] - ours.coef_[0]
    np.testing.assert_allclose(difference, theirs.coef_[0], **CLOSE)
    offset = ours.intercept_[1] - ours.intercept_[0]
    np.testing.assert_allclose(offset, theirs.intercept_[0], **CLOSE)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("l2", [0.0, 1e-3, 1.0])
@pytest.mark.parametrize("classes", [2, 3, 5])
def test_the_objective_is_flat_at_the_optimum_and_higher_around_it(solver, l2, classes):
    X, y = overlapping(classes=classes)
    model = SoftmaxRegression(l2=l2, solver=solver).fit(X, y)
    value, best = objective(X, y, l2), parameters_of(model)
    np.testing.assert_allclose(slopes(value, best), 0, atol=1e-9)
    around = np.random.default_rng(1).normal(0, 1e-2, (50, len(best)))
    # A common shift of all classes changes nothing, so the values may be equal but for rounding.
    assert min(value(best + move) for move in around) > value(best) - 1e-15


@pytest.mark.parametrize("solver", SOLVERS)
def test_scipy_finds_nothing_lower(solver):
    X, y = overlapping()
    model = SoftmaxRegression(l2=0.01, solver=solver).fit(X, y)
    value = objective(X, y, 0.01)
    found = scipy.optimize.minimize(value, np.zeros(15), method="BFGS", options={"gtol": 1e-7})
    assert value(parameters_of(model)) <= found.fun + 1e-15
    np.testing.assert_allclose(model.coef_, found.x.reshape(3, 5)[:, :-1], atol=1e-4)


def test_auto_takes_newton_while_the_problem_is_small():
    X, y = overlapping()
    for features, solver in ((X, "newton"), (np.tile(X, 30), "lbfgs")):
        auto = SoftmaxRegression(l2=0.1).fit(features, y)
        named = SoftmaxRegression(l2=0.1, solver=solver).fit(features, y)
        np.testing.assert_array_equal(auto.coef_, named.coef_)


def test_the_intercept_is_free():
    """Under a penalty that leaves no weights, the shares of the classes remain."""
    X, y = overlapping()
    model = SoftmaxRegression(l2=1e9).fit(X, y)
    shares = np.bincount(y) / len(y)
    np.testing.assert_allclose(model.coef_, 0, atol=1e-8)
    np.testing.assert_allclose(model.predict_proba(X), np.tile(shares, (len(X), 1)), **CLOSE)


def test_the_weights_of_the_classes_sum_to_0():
    X, y = overlapping()
    for solver in SOLVERS:
        for l2 in (0.0, 0.1):
            model = SoftmaxRegression(l2=l2, solver=solver).fit(X + 5, y)
            np.testing.assert_allclose(model.coef_.sum(axis=0), 0, atol=1e-12)
            np.testing.assert_allclose(model.intercept_.sum(), 0, atol=1e-12)


# --- what must not matter -------------------------------------------------------------------------


@pytest.mark.parametrize("solver", SOLVERS)
def test_moving_the_origin_does_not_matter(solver):
    X, y = overlapping()
    here, there = (SoftmaxRegression(l2=0.1, solver=solver).fit(X + c, y) for c in (0, 2.0**20))
    np.testing.assert_allclose(there.coef_, here.coef_, **CLOSE)
    np.testing.assert_allclose(there.predict_proba(X + 2.0**20), here.predict_proba(X), **CLOSE)


@pytest.mark.parametrize("solver", SOLVERS)
def test_without_a_penalty_units_do_not_matter(solver):
    X, y = overlapping()
    units = np.array([1e-8, 1e-3, 1.0, 1e8])
    plain, scaled = (SoftmaxRegression(solver=solver).fit(X * u, y) for u in (1, units))
    np.testing.assert_allclose(scaled.coef_ * units, plain.coef_, **CLOSE)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("l2", [0.0, 0.1])
def test_features_that_say_nothing_new_do_no_harm(solver, l2):
    X, y = overlapping()
    more = np.column_stack([X, X[:, 0] - X[:, 1], np.full(len(X), 7.3), np.zeros(len(X))])
    model = SoftmaxRegression(l2=l2, solver=solver).fit(more, y)
    assert model.converged_
    np.testing.assert_allclose(model.coef_[:, -2:], 0, atol=1e-12)
    if l2 == 0:
        alone = SoftmaxRegression(solver=solver).fit(X, y)
        np.testing.assert_allclose(model.predict_proba(more), alone.predict_proba(X), **CLOSE)


def test_a_weight_of_two_is_a_sample_given_twice():
    X, y = overlapping()
    weights = np.arange(len(X)) % 3
    model = SoftmaxRegression(l2=0.1).fit(X, y, sample_weight=weights)
    repeated = SoftmaxRegression(l2=0.1).fit(np.repeat(X, weights, axis=0), np.repeat(y, weights))
    np.testing.assert_allclose(model.coef_, repeated.coef_, **CLOSE)
    larger = SoftmaxRegression(l2=0.1).fit(X, y, sample_weight=1000.0 * weights)
    np.testing.assert_allclose(model.coef_, larger.coef_, **CLOSE)
    theirs = LogisticRegression(C=1 / (0.1 * weights.sum()), tol=1e-12, solver="newton-cg")
    theirs.fit(X, y, sample_weight=weights)
    np.testing.assert_allclose(model.coef_, theirs.coef_, **CLOSE)


def test_a_soft_target_is_the_sum_of_its_hard_ones_weighted():
    X, _ = overlapping()
    targets = np.random.default_rng(2).dirichlet(np.ones(3), len(X))
    soft = SoftmaxRegression(l2=0.01).fit(X, targets)
    hard = SoftmaxRegression(l2=0.01).fit(
        np.repeat(X, 3, axis=0), np.tile(np.arange(3), len(X)), sample_weight=targets.ravel()
    )
    np.testing.assert_allclose(soft.coef_, hard.coef_, **CLOSE)
    np.testing.assert_allclose(
        slopes(objective(X, targets, 0.01), parameters_of(soft)), 0, atol=1e-9
    )
    assert soft.classes_.tolist() == [0, 1, 2]


def test_labels_may_be_of_any_kind():
    X, y = overlapping()
    plain = SoftmaxRegression().fit(X, y)
    assert plain.classes_.tolist() == [0, 1, 2]
    for names in (
        np.array(["cat", "dog", "pig"]),
        np.array([-5, 3, 10]),
        np.array([0.0, 1.0, 7.0]),
    ):
        model = SoftmaxRegression().fit(X, names[y])
        np.testing.assert_array_equal(model.classes_, names)
        np.testing.assert_array_equal(model.coef_, plain.coef_)
        np.testing.assert_array_equal(model.predict(X), names[plain.predict(X)])
    assert SoftmaxRegression(l2=0.1).fit([[0], [1]], [False, True]).predict([[1]]).tolist() == [
        True
    ]


def test_fitting_again_forgets_the_first_fit():
    X, y = overlapping()
    model = SoftmaxRegression().fit(X[:, :2], 1 - (y == 0))
    assert model.fit(X, y) is model
    np.testing.assert_array_equal(model.coef_, SoftmaxRegression().fit(X, y).coef_)


# --- no optimum -----------------------------------------------------------------------------------

SEPARABLE = {
    "wholly": ([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]),
    # Both classes at 1, and nowhere else: the loss tends to 2/5 log 2 and never reaches it.
    "in part": ([[0.0], [1.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1, 1]),
    # Only the first of three classes can be told from the others.
    "one class": (
        [[0, 0.0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [1, 0], [1, 1], [1, 2]],
        [0, 0, 0, 1, 2, 1, 2, 1, 2],
    ),
    "iris": load_iris(return_X_y=True),
}


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", SEPARABLE)
def test_separable_classes_have_no_optimum_without_a_penalty(name, solver):
    X, y = SEPARABLE[name]
    model = SoftmaxRegression(solver=solver)
    with pytest.warns(ConvergenceWarning, match="the classes can probably be separated") as caught:
        model.fit(X, y)
    assert caught[0].filename == __file__  # the warning points at whoever called fit
    assert not model.converged_
    assert model.predict_proba(X).shape == (len(X), len(set(y)))


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", SEPARABLE)
def test_a_penalty_gives_separable_classes_an_optimum(name, solver):
    X, y = SEPARABLE[name]
    model = SoftmaxRegression(l2=1e-4, solver=solver).fit(X, y)  # a warning would be an error
    assert model.converged_
    np.testing.assert_allclose(slopes(objective(X, y, 1e-4), parameters_of(model)), 0, atol=1e-8)


@pytest.mark.parametrize("solver", SOLVERS)
def test_certain_soft_targets_have_an_optimum_if_no_target_is_0(solver):
    """Even at logits of ±16 a fitted model must not be taken for a separable one."""
    p = 1e-7
    X, targets = [[-1.0], [1.0]], [[1 - p, p], [p, 1 - p]]
    model = SoftmaxRegression(solver=solver, tol=1e-13).fit(X, targets)
    assert model.converged_
    np.testing.assert_allclose(model.predict_proba(X), targets, rtol=1e-5)


@pytest.mark.parametrize("solver", SOLVERS)
def test_too_few_steps_are_told(solver):
    X, y = overlapping()
    model = SoftmaxRegression(solver=solver, max_iter=2)
    with pytest.warns(
        ConvergenceWarning, match=r"the gradient is still .* after 2 steps, more than tol=1e-10"
    ):
        model.fit(X, y)
    assert model.n_iter_ == 2
    assert not model.converged_


def test_the_warning_is_a_runtime_warning():
    assert issubclass(ConvergenceWarning, RuntimeWarning)


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_step_lowers_the_objective(solver):
    X, y = overlapping(classes=3)
    X[0] *= 300  # an outlier, for which the full first step goes too far
    y[0] = (SoftmaxRegression(l2=0.1).fit(X[1:], y[1:]).predict(X[:1])[0] + 1) % 3
    value = objective(X, y, 1e-6)
    values = [value(np.zeros(15))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for steps in range(1, 25):
            model = SoftmaxRegression(l2=1e-6, solver=solver, max_iter=steps).fit(X, y)
            values.append(value(parameters_of(model)))
    assert (np.diff(values) <= 1e-14).all()
    assert values[-1] < values[1] < values[0]


def test_a_move_without_curvature_teaches_lbfgs_nothing():
    memory, gradient = _LimitedMemory(), np.array([[1.0, -2.0]])
    for point in ([[0.0, 0.0]], [[-1.0, 2.0]]):
        np.testing.assert_array_equal(memory.step(np.array(point), gradient), -gradient)


# --- prediction -----------------------------------------------------------------------------------


def test_prediction():
    X, y = overlapping()
    model = SoftmaxRegression().fit(X, y)
    logits = model.decision_function(X)
    np.testing.assert_allclose(logits, X @ model.coef_.T + model.intercept_, rtol=1e-14)
    np.testing.assert_allclose(
        model.predict_proba(X), scipy.special.softmax(logits, axis=1), rtol=1e-13
    )
    np.testing.assert_array_equal(model.predict(X), logits.argmax(axis=1))
    assert model.predict_proba(np.float32(X)).dtype == np.float32
    assert model.decision_function(X[:1].tolist()).dtype == np.float64


def test_inputs_stay_as_they_are():
    X, y = overlapping()
    weights = np.ones(len(X))
    copies = X.copy(), y.copy(), weights.copy()
    for array in (X, y, weights):
        array.flags.writeable = False
    SoftmaxRegression().fit(X, y, sample_weight=weights).predict(X)
    for array, copy in zip((X, y, weights), copies, strict=True):
        np.testing.assert_array_equal(array, copy)


# --- gradient descent -----------------------------------------------------------------------------


def square(x):
    return float((x**2).sum()), 2 * x


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("start", [3.0, [3.0, -1.0], [[1.0, 2.0], [3.0, 4.0]]])
def test_descent_on_a_square_is_a_geometric_series(rate, start):
    path = gradient_descent(square, start, learning_rate=rate, steps=6)
    factors = (1 - 2 * rate) ** np.arange(7)
    truth = np.multiply.outer(factors, start)
    np.testing.assert_allclose(path.points, truth, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(path.values, factors**2 * np.sum(np.square(start)), atol=1e-15)


def test_the_path_holds_the_start_and_every_step():
    start = np.array([1.0, 2.0])
    path = gradient_descent(square, start, learning_rate=0.1, steps=0)
    assert isinstance(path, Descent)
    np.testing.assert_array_equal(path.points, [start])
    assert path.values.tolist() == [5]
    assert gradient_descent(square, np.float32(1), learning_rate=0.1, steps=3).points.dtype == "f4"


def test_a_callable_that_writes_into_its_point_does_not_change_the_path():
    def careless(x):
        value, gradient = square(x)
        x[:] = 1e9
        return value, gradient

    start = np.array([1.0, 2.0])
    path = gradient_descent(careless, start, learning_rate=0.25, steps=2)
    np.testing.assert_array_equal(path.points, [[1, 2], [0.5, 1], [0.25, 0.5]])
    assert start.tolist() == [1, 2]


def test_a_rate_too_large_is_told_when_numbers_run_out():
    def steep(x):
        with np.errstate(over="ignore"):
            return float(x**2), 2 * x

    with pytest.raises(
        FloatingPointError, match=r"after \d+ steps the value is inf; .*learning_rate"
    ):
        gradient_descent(steep, 1.0, learning_rate=1e3, steps=1000)


def test_a_gradient_that_is_nan_is_told():
    with pytest.raises(FloatingPointError, match="after 0 steps"):
        gradient_descent(lambda x: (1.0, np.full(2, np.nan)), [1, 2], learning_rate=1, steps=1)


def test_two_neurons_race():
    """Nielsen's neurons: x = 1, target 0, η = 0.15; the one that is more wrong learns later."""

    def squared(parameters):
        output = scipy.special.expit(parameters.sum())
        return output**2 / 2, np.full(2, output**2 * (1 - output))

    def crossed(parameters):
        return float(np.logaddexp(0, parameters.sum())), np.full(
            2, scipy.special.expit(parameters.sum())
        )

    starts = {0.98: [2.0, 2.0], 0.82: [0.6, 0.9]}
    for output, start in starts.items():
        assert scipy.special.expit(sum(start)) == pytest.approx(output, abs=0.005)
    steps = {
        loss: [
            int(np.argmax(scipy.special.expit(path.points.sum(axis=1)) < 0.5))
            for path in (
                gradient_descent(loss, start, learning_rate=0.15, steps=300)
                for start in starts.values()
            )
        ]
        for loss in (squared, crossed)
    }
    # Down to ½ the worse neuron needs many times as long under the squared error.
    assert steps[squared][0] > 3 * steps[squared][1]
    assert steps[crossed][0] < 3 * steps[crossed][1]
