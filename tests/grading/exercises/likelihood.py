"""Right answers to the exercise on likelihood in other styles, and mutants that are no mistakes."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "C"',
        "spaces": 'prediction_1 = " c"',
        "single quotes": "prediction_1 = 'c'",
        "computed": """
once, twice = (np.repeat([1, 0], [2 * n, 8 * n]) for n in (1, 2))
r, r_twice = (np.exp(log_likelihood(t, 0.2) - log_likelihood(t, 0.5)) for t in (once, twice))
prediction_1 = "c" if np.isclose(r_twice, r**2) else "b"
""",
    },
    "log_likelihood": {
        "loop": """
import math
def log_likelihood(tosses, theta):
    total = 0.0
    for toss in tosses.tolist():
        factor = theta if toss else 1 - theta
        if factor == 0:
            return float("-inf")
        total += math.log(factor)
    return total
""",
        "counts": """
def log_likelihood(tosses, theta):
    heads = int(sum(tosses))
    tails = len(tosses) - heads
    result = 0.0
    if heads:
        result += heads * np.log(theta)
    if tails:
        result += tails * np.log(1 - theta)
    return result
""",
        "SciPy": """
from scipy.stats import bernoulli
def log_likelihood(tosses, theta):
    return bernoulli.logpmf(tosses, theta).sum()
""",
        "xlogy": """
from scipy.special import xlogy, xlog1py
def log_likelihood(tosses, theta):
    return (xlogy(tosses, theta) + xlog1py(1 - tosses, -theta)).sum()
""",
        "power of each toss, as a 0-d array in float32": """
def log_likelihood(tosses, theta):
    factors = theta**tosses * (1 - theta) ** (1 - tosses)
    return np.array(np.sum(np.log(factors)), dtype=np.float32)
""",
        "indexing": """
def log_likelihood(tosses, theta):
    return np.log(np.array([1 - theta, theta])[tosses.astype(int)]).sum()
""",
    },
    "best_within": {
        "branches": """
def best_within(tosses, low, high):
    share = sum(tosses) / len(tosses)
    if share < low:
        return low
    if share > high:
        return high
    return share
""",
        "min and max": """
def best_within(tosses, low, high):
    return min(high, max(low, float(tosses.mean())))
""",
        "bisection on the slope": """
def best_within(tosses, low, high):
    h, t = tosses.sum(), (1 - tosses).sum()
    for _ in range(100):
        middle = (low + high) / 2
        if h * (1 - middle) > t * middle:
            low = middle
        else:
            high = middle
    return (low + high) / 2
""",
        "median of three": """
def best_within(tosses, low, high):
    return np.median([low, np.average(tosses), high])
""",
        "float32": """
def best_within(tosses, low, high):
    return np.float32(sorted([low, tosses.mean(), high])[1])
""",
    },
    "slope_at_best": {
        "rounded": "slope_at_best = -25",
        "NumPy": "slope_at_best = np.float32(6 / 0.6 - 14 / 0.4)",
        "array": "slope_at_best = np.array(-25.0)",
        "difference": """
six_of_twenty = np.repeat([1, 0], [6, 14])
values = [log_likelihood(six_of_twenty, 0.6 + d) for d in (-1e-5, 1e-5)]
slope_at_best = (values[1] - values[0]) / 2e-5
""",
    },
    "claim_5": {
        "the border": "claim_5, counterexample_5 = False, [0, 0.5]",
        "array": "claim_5 = np.False_; counterexample_5 = np.array([0.01, 0.4])",
        "tuple in float32": """
claim_5 = 1 < 0
counterexample_5 = tuple(np.array([0.04, 0.37], dtype=np.float32))
""",
        "found": """
claim_5 = False
tosses_5 = np.repeat([1, 0], [20, 80])
draws = np.random.default_rng(1).uniform(size=(1000, 2))
counterexample_5 = next(
    pair for pair in draws
    if abs(pair[0] - 0.2) < abs(pair[1] - 0.2)
    and log_likelihood(tosses_5, pair[0]) < log_likelihood(tosses_5, pair[1])
)
""",
    },
}

EQUIVALENT: dict[str, str] = {
    "best_within: np.clip(np.mean(tosses), low, high) -> np.clip(low, np.mean(tosses), high)": (
        "the larger of the share and the lower limit is the same in either order"
    ),
}

WRONG_EXAMPLES = {
    "counterexample_5": [
        [0.25, 0.5],
        [0.5, 0.0],
        [0.1, 0.3],
        [0.3, 0.1],
        [0.2, 0.0],
        [0.2],
        [0.0, 0.5, 0.6],
        [-0.1, 0.6],
        [float("nan"), 0.5],
        [[0.0, 0.5]],
        "text",
        None,
    ],
}
