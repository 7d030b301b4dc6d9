"""Right answers to the exercise on convexity in other styles, and mutants that are no mistakes."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "B"',
        "spaces": 'prediction_1 = " b "',
        "single quotes": "prediction_1 = 'b'",
        "computed": """
x = np.array([-2.0, -1.0, 1.0, 2.0])
losses = [np.mean(np.logaddexp(0, -w * np.abs(x))) for w in (9.0, 18.0)]
prediction_1 = "b" if losses[1] < losses[0] else "c"
""",
    },
    "has_estimate": {
        "lists": """
def has_estimate(x, y):
    zeros = [a for a, b in zip(x, y) if b == 0]
    ones = [a for a, b in zip(x, y) if b == 1]
    if max(zeros) <= min(ones):
        return False
    if max(ones) <= min(zeros):
        return False
    return True
""",
        "all pairs, as a NumPy truth value": """
def has_estimate(x, y):
    x, y = np.array(x), np.array(y, dtype=bool)
    gaps = x[y][:, None] - x[~y][None, :]
    return np.any(gaps > 0) & np.any(gaps < 0)
""",
        "every border, as a 0-d array": """
def has_estimate(x, y):
    x, y = np.array(x), np.array(y)
    for border in x:
        left, right = y[x < border], y[x > border]
        at_ends = set(left), set(right)
        if at_ends in [(a, b) for a in (set(), {0}) for b in (set(), {1})]:
            return np.array(False)
        if at_ends in [(a, b) for a in (set(), {1}) for b in (set(), {0})]:
            return np.array(False)
    return np.array(True)
""",
        "SciPy": """
from scipy.optimize import linprog
def has_estimate(x, y):
    sides = 2 * np.array(y) - 1
    moves = sides[:, None] * np.column_stack([x, np.ones(len(x))])
    best = linprog(-moves.sum(axis=0), A_ub=-moves, b_ub=np.zeros(len(x)), bounds=[(-1, 1)] * 2)
    return bool(-best.fun < 1e-9)
""",
    },
    "claim_3": {
        "array": "claim_3 = np.False_; direction_3 = np.array([4, -2, -3])",
        "tuple": "claim_3, direction_3 = False, (20.0, -10.0, -12.0)",
        "some samples on the border": "claim_3, direction_3 = False, [2, -1, -1]",
        "found": """
claim_3, w = False, np.zeros(3)
design = np.column_stack([points, np.ones(9)])
for _ in range(2000):
    for row, label in zip(design, labels):
        if (row @ w > 0) != label or row @ w == 0:
            w = w + (2 * label - 1) * row
direction_3 = w
""",
    },
    "loss_and_gradient": {
        "loops": """
import math
def loss_and_gradient(weights, bias, inputs, labels, strength):
    n, d = inputs.shape
    loss, slopes, slope = 0.0, [0.0] * d, 0.0
    for x, y in zip(inputs, labels):
        z = sum(w * a for w, a in zip(weights, x)) + bias
        small = math.exp(-abs(z))
        loss += (max(z, 0) - y * z + math.log1p(small)) / n
        p = 1 / (1 + small) if z > 0 else small / (1 + small)
        slope += (p - y) / n
        slopes = [s + (p - y) * a / n for s, a in zip(slopes, x)]
    loss += strength * sum(w * w for w in weights) / 2
    return loss, [s + strength * w for s, w in zip(slopes, weights)], slope
""",
        "SciPy": """
from scipy.special import expit, log_expit
def loss_and_gradient(weights, bias, inputs, labels, strength):
    sides = 2 * labels - 1
    m = sides * (inputs @ weights + bias)
    pulls = -sides * expit(-m)
    return (
        -log_expit(m).mean() + strength * weights @ weights / 2,
        (pulls[:, None] * inputs).mean(axis=0) + strength * weights,
        pulls.mean(),
    )
""",
        "float32, as a list": """
def loss_and_gradient(weights, bias, inputs, labels, strength):
    z = inputs.dot(weights) + bias
    losses = np.where(labels == 1, np.logaddexp(0, -z), np.logaddexp(0, z))
    with np.errstate(over="ignore"):
        error = 1 / (1 + np.exp(-z)) - labels
    loss = losses.mean() + strength * np.linalg.norm(weights) ** 2 / 2
    gradient = inputs.T.dot(error) / len(z) + strength * weights
    return [np.float32(loss), gradient.astype(np.float32), np.float32(error.mean())]
""",
        "a feature that is one": """
def loss_and_gradient(weights, bias, inputs, labels, strength):
    design = np.column_stack([inputs, np.ones(len(inputs))])
    theta = np.append(weights, bias)
    held = np.append(np.full(len(weights), strength), 0.0)
    z = design @ theta
    gradient = design.T @ (0.5 * (1 + np.tanh(z / 2)) - labels) / len(z) + held * theta
    loss = np.logaddexp(0, (1 - 2 * labels) * z).mean() + (held * theta**2).sum() / 2
    return np.array(loss), tuple(gradient[:-1]), gradient[-1]
""",
    },
    "best": {
        "rounded": "best = (1.209, -1.822)",
        "array": "best = np.array([1.20916, -1.82159])",
        "float32": "best = np.float32([1.2092, -1.8216])",
        "SciPy": """
from scipy.optimize import minimize
def penalised(theta):
    loss, of_weight, of_bias = loss_and_gradient(
        theta[:1], theta[1], feature[:, None], passed, 0.1
    )
    return loss, np.append(of_weight, of_bias)
best = minimize(penalised, np.zeros(2), jac=True, tol=1e-8).x
""",
        "Newton": """
best = np.zeros(2)
design = np.column_stack([feature, np.ones(5)])
for _ in range(20):
    p = 1 / (1 + np.exp(-design @ best))
    slope = design.T @ (p - passed) / 5 + [0.1 * best[0], 0]
    bend = (design.T * (p * (1 - p))) @ design / 5 + np.diag([0.1, 0])
    best = best - np.linalg.solve(bend, slope)
""",
    },
}

SYMMETRIC = "logaddexp is symmetric in its two arguments"

EQUIVALENT = {
    "loss_and_gradient: np.logaddexp(0, z) -> np.logaddexp(z, 0)": SYMMETRIC,
    "loss_and_gradient: np.logaddexp(0, -z) -> np.logaddexp(-z, 0)": SYMMETRIC,
}

WRONG_EXAMPLES = {
    "direction_3": [
        [0, 0, 0],
        [1, 0, -1.5],
        [0, 1, -1.5],
        [2, -1, 0],
        [-2, 1, 1.5],
        [2, -1, -2.1],
        [2, -1],
        [float("nan"), -1, -1.5],
        [float("inf"), -1, -1.5],
        [1e308, 1e308, 1e308],
        [-1e308, -1e308, -1e308],
        [1e308, 0, -1.5e308],
        [5e-324, 0, 0],
        "text",
        None,
    ],
}
