"""Right answers to the exercise on robustness in other styles, and mutants that are no mistakes."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "B"',
        "spaces": "prediction_1 = ' b'",
        "computed": """
focal = lambda gamma: (1 - 1e-6) ** gamma * -np.log(1e-6)
prediction_1 = "b" if np.isclose(focal(2), focal(5), rtol=0.01) else "a"
""",
        "chosen from a list": 'prediction_1 = ["a", "b", "c"][1]',
    },
    "pull": {
        "loop and lists": """
import math
def pull(logits, label, q):
    top = max(logits)
    terms = [math.exp(z - top) for z in logits]
    p = [term / sum(terms) for term in terms]
    return [p[label] ** q * (p[k] - (k == label)) for k in range(len(p))]
""",
        "by the Jacobian": """
def pull(logits, label, q):
    z = np.array(logits, dtype=float)
    z -= np.logaddexp.reduce(z)
    p = np.exp(z)
    jacobian = np.diag(p) - np.outer(p, p)
    row = np.eye(len(p))[label] - p  # the row of the label, divided by p_y
    assert np.allclose(jacobian[label], p[label] * row)
    return -np.exp(q * z[label]) * row
""",
        "SciPy": """
from scipy.special import softmax, log_softmax
def pull(logits, label, q):
    error = softmax(logits)
    error[label] -= 1
    return np.exp(q * log_softmax(logits)[label]) * error
""",
        "float32 at the end": """
def pull(logits, label, q):
    e = np.exp(np.array(logits) - np.max(logits))
    p = e / e.sum()
    hot = np.zeros(len(p))
    hot[label] = 1
    return (p[label] ** q * (p - hot)).astype(np.float32)
""",
        "a case for q = 0, and a tuple": """
def pull(logits, label, q):
    e = np.exp(np.array(logits) - np.max(logits))
    p = e / e.sum()
    error = p - np.eye(len(p))[label]
    if q == 0:
        return tuple(error)
    return tuple(p[label] ** q * error)
""",
    },
    "noisy_mean": {
        "loop": """
def noisy_mean(losses, label, share):
    total = 0.0
    for k, loss in enumerate(losses):
        chance = 1 - share if k == label else share / (len(losses) - 1)
        total += chance * loss
    return total
""",
        "weights": """
def noisy_mean(losses, label, share):
    weights = np.full(len(losses), share / (len(losses) - 1))
    weights[label] = 1 - share
    return np.average(losses, weights=weights)
""",
        "mean of the others": """
def noisy_mean(losses, label, share):
    return (1 - share) * losses[label] + share * np.mean(np.delete(losses, label))
""",
        "0-d array in float32": """
def noisy_mean(losses, label, share):
    k = len(losses)
    factor = 1 - share * k / (k - 1)
    total = np.sum(losses)
    return np.array(factor * losses[label] + share / (k - 1) * total, dtype=np.float32)
""",
    },
    "verdict": {
        "lists": """
def verdict(name):
    bounded = name not in ("focal", "mixed")
    symmetric = name in ("absolute", "normalised")
    proper = name in ("brier", "mixed")
    return [bounded, symmetric, proper]
""",
        "array": """
def verdict(name):
    sets = [{"brier", "absolute", "capped", "normalised"}, {"absolute", "normalised"}]
    sets.append({"brier", "mixed"})
    return np.array([name in names for names in sets])
""",
        "truth values of NumPy": """
def verdict(name):
    codes = {"focal": 0, "brier": 5, "absolute": 6, "capped": 4, "normalised": 6, "mixed": 1}
    return tuple(np.bool_(codes[name] & bit) for bit in (4, 2, 1))
""",
        "measured": """
def verdict(name):
    loss = six_losses[name]
    p = np.arange(1, 1000) / 1000
    table = np.array([loss(np.array([a, 1 - a])) for a in p])
    bounded = loss(np.array([1e-12, 1 - 1e-12]))[0] < 5
    symmetric = np.std(table.sum(axis=1)) < 1e-6
    found = [p[np.argmin(t * table[:, 0] + (1 - t) * table[:, 1])] for t in (0.8, 0.99)]
    return bounded, symmetric, np.allclose(found, [0.8, 0.99], atol=0.002)
""",
    },
    "claim_5": {
        "array": """
claim_5 = False
counterexample_5 = np.array([[0.9, 0.05, 0.05], [0.7, 0.15, 0.15]])
""",
        "tuples": "claim_5, counterexample_5 = bool(0), ((1, 0, 0), (0.8, 0.1, 0.1))",
        "float32": """
claim_5 = np.False_
counterexample_5 = np.array([[0.95, 0.05, 0.0], [0.6, 0.2, 0.2]], dtype=np.float32)
""",
        "found": """
def brier_means(p):
    scores = [np.sum((p - corner) ** 2) for corner in np.eye(3)]
    return scores[0], noisy_mean(scores, 0, 0.4)
draws = np.random.default_rng(0).dirichlet(np.ones(3), size=(500, 2))
claim_5 = False
counterexample_5 = next(
    pair for pair in draws
    if brier_means(pair[0])[0] < brier_means(pair[1])[0]
    and brier_means(pair[0])[1] > brier_means(pair[1])[1]
)
""",
    },
}

EQUIVALENT: dict[str, str] = {}

WRONG_EXAMPLES = {
    "counterexample_5": [
        [[0.6, 0.2, 0.2], [1.0, 0.0, 0.0]],
        [[0.5, 0.25, 0.25], [0.4, 0.3, 0.3]],
        [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]],
        [[1.0, 0.0, 0.0], [0.6, 0.2, 0.1]],
        [[1.0, 0.0, 0.0], [1.4, -0.2, -0.2]],
        [[1.0, 0.0], [0.6, 0.4]],
        [[float("nan"), 0.0, 0.0], [0.6, 0.2, 0.2]],
        [1.0, 0.0, 0.0],
        "text",
        None,
    ],
}
