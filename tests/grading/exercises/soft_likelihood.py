"""Right answers to the exercise on soft labels as likelihood in other styles."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "C"',
        "spaces": 'prediction_1 = "c "',
        "single quotes": "prediction_1 = 'c'",
        "found": """
losses = np.random.default_rng(0).choice([0.3, 1.4], size=(2000, 400))
growth = losses.sum(axis=1).std() / losses[:, :100].sum(axis=1).std()
prediction_1 = "abcd"[int(np.argmin(np.abs(np.array([0.5, 1, 2, 4]) - growth)))]
""",
    },
    "mean_and_deviation": {
        "loops": """
import math
def mean_and_deviation(p, q, draws):
    mean = 0.0
    for a, b in zip(p, q):
        if a > 0:
            mean -= a * math.log(b)
    variance = 0.0
    for a, b in zip(p, q):
        if a > 0:
            variance += a * (-math.log(b) - mean) ** 2
    return [mean, math.sqrt(variance / draws)]
""",
        "by pairs": """
def mean_and_deviation(p, q, draws):
    p, q = np.array(p), np.array(q)
    keep = np.flatnonzero(p)
    p, q = p[keep], q[keep]
    gaps = np.log(q[:, None] / q[None, :])
    variance = (p[:, None] * p[None, :] * gaps**2).sum() / 2
    return np.array([-(p * np.log(q)).sum(), (variance / draws) ** 0.5])
""",
        "np.average, in float32 at the end": """
def mean_and_deviation(p, q, draws):
    safe = np.where(np.asarray(p) > 0, q, 1.0)
    mean = np.average(-np.log(safe), weights=p)
    variance = np.average((np.log(safe) + mean) ** 2, weights=p)
    return np.array([mean, np.sqrt(variance) / np.sqrt(draws)], dtype=np.float32)
""",
        "SciPy": """
from scipy.special import xlogy
def mean_and_deviation(p, q, draws):
    p = np.asarray(p)
    mean = -xlogy(p, q).sum()
    with np.errstate(divide="ignore"):
        losses = np.where(p > 0, -np.log(q), mean)
    return np.array(mean), np.array(np.sqrt(np.sum(p * (losses - mean) ** 2) / draws))
""",
    },
    "nll_per_vote": {
        "loops": """
def nll_per_vote(counts, log_q):
    total, votes = 0.0, 0
    for row, logs in zip(counts, log_q):
        for count, value in zip(row, logs):
            if count:
                total -= count * value
                votes += count
    return total / votes
""",
        "vote by vote": """
def nll_per_vote(counts, log_q):
    return np.repeat(-log_q.ravel(), counts.ravel()).mean()
""",
        "where, as a 0-d array": """
def nll_per_vote(counts, log_q):
    with np.errstate(invalid="ignore"):
        terms = np.where(counts == 0, 0, counts * log_q)
    return np.array(-terms.sum() / np.sum(counts))
""",
        "SciPy, in float32 at the end": """
from scipy.special import xlogy
def nll_per_vote(counts, log_q):
    shares = counts / counts.sum()
    return np.float32(-xlogy(shares, np.exp(log_q)).sum())
""",
        "np.average": """
def nll_per_vote(counts, log_q):
    seen = counts.nonzero()
    return float(np.average(-log_q[seen], weights=counts[seen]))
""",
    },
    "second_sad_4": {
        "fraction": "second_sad_4 = 53 / 90",
        "four digits": "second_sad_4 = 0.5889",
        "0-d array": "second_sad_4 = np.array(0.265 / 0.45, dtype=np.float32)",
        "by Bayes": """
second = 0.5 * 0.7 / (0.5 * 0.2 + 0.5 * 0.7)
second_sad_4 = second * 0.7 + (1 - second) * 0.2
""",
    },
    "claim_5": {
        "array": """
claim_5 = np.False_
counterexample_5 = np.array([[0.5, 0.5, 0], [0.1, 0.1, 0.8]])
""",
        "tuples": "claim_5, counterexample_5 = 1 < 0, ((0, 0.3, 0.7), (0, 0.5, 0.5))",
        "float32": """
claim_5 = np.array(False)
counterexample_5 = np.array([[0.2, 0.8, 0, 0], [0.3, 0.3, 0.3, 0.1]], dtype=np.float32)
""",
        "many classes": """
claim_5 = False
counterexample_5 = [[0.25] * 4 + [0.0] * 2, [0.2] * 4 + [0.1] * 2]
""",
    },
}

EQUIVALENT: dict[str, str] = {}

WRONG_EXAMPLES = {
    "counterexample_5": [
        [[1.0, 0.0], [0.7, 0.3]],
        [[0.4, 0.6], [0.5, 0.5]],
        [[0.4, 0.6, 0.0], [1 / 3, 1 / 3, 1 / 3]],
        [[0.4, 0.6, 0.0], [0.4, 0.6, 0.0]],
        [[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]],
        [[0.5, 0.5, 0.0]],
        [[0.5, 0.6, 0.0], [0.2, 0.2, 0.6]],
        [[0.5, float("nan"), 0.5], [0.2, 0.2, 0.6]],
        [0.5, 0.5],
        "text",
        None,
    ],
}
