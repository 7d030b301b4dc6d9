"""Right answers to the exercise on regression in other styles, and mutants that are no mistakes."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "C"',
        "spaces": 'prediction_1 = " c"',
        "single quotes": "prediction_1 = 'c'",
        "found": """
delays = np.random.default_rng(0).exponential(5.0, size=4000)
guesses = np.linspace(0, 10, 1001)
best = guesses[np.argmin([np.mean((delays - guess) ** 2) for guess in guesses])]
prediction_1 = "c" if abs(best - delays.mean()) < 0.01 else "b"
""",
    },
    "fit_line": {
        "polyfit": """
def fit_line(x, y, scales):
    return np.polyfit(x, y, 1, w=1 / np.array(scales))[::-1]
""",
        "normal equations": """
def fit_line(x, y, scales):
    design = np.vander(np.array(x), 2, increasing=True)
    weights = np.diag(np.array(scales) ** -2.0)
    return np.linalg.solve(design.T @ weights @ design, design.T @ weights @ np.array(y)).tolist()
""",
        "sums in loops": """
def fit_line(x, y, scales):
    s, sx, sy, sxx, sxy = 0.0, 0.0, 0.0, 0.0, 0.0
    for a, b, c in zip(x, y, scales):
        w = 1.0 / c**2
        s += w
        sx += w * a
        sy += w * b
        sxx += w * a * a
        sxy += w * a * b
    slope = (s * sxy - sx * sy) / (s * sxx - sx**2)
    return (sy - slope * sx) / s, slope
""",
        "SciPy": """
from scipy.optimize import curve_fit
def fit_line(x, y, scales):
    found, _ = curve_fit(lambda at, a, b: a + b * at, x, y, sigma=scales, p0=[1.0, 1.0])
    return found
""",
        "np.average, in float32 at the end": """
def fit_line(x, y, scales):
    w = 1 / np.square(scales)
    x_mean, y_mean = np.average(x, weights=w), np.average(y, weights=w)
    dx = x - x_mean
    slope = (w * dx * (y - y_mean)).sum() / (w * dx * dx).sum()
    return np.array([y_mean - slope * x_mean, slope], dtype=np.float32)
""",
        "0-d arrays": """
def fit_line(x, y, scales):
    w = 1 / np.array(scales)
    design = np.stack([w, w * x], axis=1)
    intercept, slope = np.linalg.pinv(design) @ (w * y)
    return [np.array(intercept), np.array(slope)]
""",
    },
    "loss_and_slopes": {
        "through the variance": """
def loss_and_slopes(y, mu, gamma):
    variance = np.exp(2 * gamma)
    losses = 0.5 * np.log(2 * np.pi * variance) + (y - mu) ** 2 / (2 * variance)
    n = y.size
    return [losses.mean(), (mu - y) / variance / n, (1 - (y - mu) ** 2 / variance) / n]
""",
        "loops": """
import math
def loss_and_slopes(y, mu, gamma):
    n, total, in_mu, in_gamma = len(y), 0.0, [], []
    for a, m, g in zip(y, mu, gamma):
        s = math.exp(g)
        r = (a - m) / s
        total += r * r / 2 + math.log(s) + 0.5 * math.log(2 * math.pi)
        in_mu.append(-r / s / n)
        in_gamma.append((1 - r * r) / n)
    return total / n, in_mu, in_gamma
""",
        "SciPy": """
from scipy.stats import norm
def loss_and_slopes(y, mu, gamma):
    s = np.exp(gamma)
    loss = -norm.logpdf(y, mu, s).mean()
    return np.array(loss), -(y - mu) / s**2 / len(y), 1 / len(y) - ((y - mu) / s) ** 2 / len(y)
""",
        "float32 at the end": """
def loss_and_slopes(y, mu, gamma):
    inverse = np.exp(-gamma)
    r = (mu - y) * inverse
    loss = np.float32(0.5 * np.mean(r * r + 2 * gamma + np.log(2 * np.pi)))
    share = 1 / len(r)
    return loss, (share * r * inverse).astype("f4"), (share * (1 - r * r)).astype("f4")
""",
    },
    "binned_4": {
        "corrected cross-entropy": """
at = np.digitize(waits, edges) - 1
binned_4 = -np.log(q[at]).mean() + np.log(np.diff(edges)[at]).mean()
""",
        "loop": """
total = 0.0
for wait in waits:
    for k in range(5):
        if edges[k] <= wait < edges[k + 1]:
            total -= np.log(q[k] / (edges[k + 1] - edges[k]))
binned_4 = total / 8
""",
        "counts": """
counts, _ = np.histogram(waits, edges)
binned_4 = np.array(np.average(-np.log(q / np.diff(edges)), weights=counts))
""",
        "four digits": "binned_4 = 2.4333",
        "SciPy": """
from scipy.stats import rv_histogram
binned_4 = np.float32(-rv_histogram((q, edges), density=False).logpdf(waits).mean())
""",
    },
    "claim_5": {
        "the largest value": """
claim_5 = False
counterexample_5 = np.array([[0.1, 0.9], [4.5, 1.0], [1e-100, 1.0]])
""",
        "the second component": """
claim_5, counterexample_5 = np.False_, ((0.8, 0.2), (1, 1.5), (2, 1e-35))
""",
        "float32": """
claim_5 = np.array(False)
counterexample_5 = np.array([[0.5, 0.5], [0.75, 2], [1e-30, 2]], dtype=np.float32)
""",
        "tiny": "claim_5 = 1 < 0; counterexample_5 = [[0.5, 0.5], [2, 2], [1e-300, 3]]",
    },
}

EQUIVALENT: dict[str, str] = {}

WRONG_EXAMPLES = {
    "counterexample_5": [
        [[0.5, 0.5], [0.5, 2.0], [0.5, 1.5]],
        [[0.5, 0.5], [0.25, 2.0], [1e-3, 1.5]],
        [[0.5, 0.5], [0.25, 2.0], [1e-40, 1e-40]],
        [[0.5, 0.5], [0.3, 2.0], [1e-40, 1.5]],
        [[0.5, 0.5], [0.25, 2.0], [0.0, 1.5]],
        [[0.0, 1.0], [0.25, 2.0], [1e-40, 1.5]],
        [[0.5, 0.6], [0.25, 2.0], [1e-40, 1.5]],
        [[0.5, 0.5], [0.25, float("inf")], [1e-40, 1.5]],
        [[0.5, 0.25, 1e-40], [0.5, 2.0, 1.5]],
        [0.5, 0.25, 1e-40],
        "text",
        None,
    ],
}
