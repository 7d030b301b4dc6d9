"""Right answers to the exercise on the sigmoid in other styles; mutants that are no mistakes."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "C"',
        "spaces": 'prediction_1 = " c "',
        "single quotes": "prediction_1 = 'c'",
        "computed": """
def loss(m):
    return -np.log(0.5 * (1 + m / (1 + abs(m))))
near, far = (loss(m - 1e-4) - loss(m + 1e-4) for m in (-2, -20))
prediction_1 = "c" if near > 2 * far else "a" if far > 2 * near else "b"
""",
    },
    "losses": {
        "loop": """
import math
def losses(labels, logits):
    found = []
    for y, m in zip(labels.tolist(), logits.tolist()):
        wrong_by = m if y == 0 else -m
        if wrong_by > 0:
            found.append(wrong_by + math.log1p(math.exp(-wrong_by)))
        else:
            found.append(math.log1p(math.exp(wrong_by)))
    return found
""",
        "logaddexp": """
def losses(labels, logits):
    return np.logaddexp(0, -(2 * labels - 1) * logits)
""",
        "SciPy": """
from scipy.special import log_expit
def losses(labels, logits):
    return -log_expit(np.where(labels == 1, logits, -logits))
""",
        "branches in float32": """
def losses(labels, logits):
    m = np.where(labels, -logits, logits)
    small = np.log1p(np.exp(-abs(m)))
    return np.where(m > 0, m + small, small).astype(np.float32)
""",
        "two terms, as a tuple": """
def softplus(m):
    return np.maximum(m, 0) + np.log1p(np.exp(-np.abs(m)))
def losses(labels, logits):
    return tuple(labels * softplus(-logits) + (1 - labels) * softplus(logits))
""",
    },
    "probability_after": {
        "SciPy": """
from scipy.special import expit, logit
def probability_after(p, w):
    return expit(logit(p) + w)
""",
        "the formula of the logit": """
def probability_after(p, w):
    return 1 / (1 + np.exp(-(np.log(p / (1 - p)) + w)))
""",
        "loop over odds": """
import math
def probability_after(p, w):
    found = []
    for x in p.tolist():
        if x in (0.0, 1.0):
            found.append(x)
        elif w < 0:
            o = x / (1 - x) * math.exp(w)
            found.append(o / (1 + o))
        else:
            against = (1 - x) / x * math.exp(-w)
            found.append(1 / (1 + against))
    return found
""",
        "two weights": """
def probability_after(p, w):
    up, down = p * np.exp(min(w, 0)), (1 - p) * np.exp(min(-w, 0))
    return up / (up + down)
""",
        "softmax of two, in float32": """
def probability_after(p, w):
    z = np.stack([np.log(p) + w, np.log(1 - p)])
    e = np.exp(z - z.max(axis=0))
    return (e[0] / e.sum(axis=0)).astype(np.float32)
""",
    },
    "claim_4": {
        "one half": "claim_4, counterexample_4 = False, [0.5, 0.2]",
        "array": "claim_4 = np.False_; counterexample_4 = np.array([0.9, 0.05])",
        "tuple in float32": """
claim_4 = 0 > 1
counterexample_4 = tuple(np.array([0.7, 0.1], dtype=np.float32))
""",
        "found": """
claim_4 = False
draws = np.random.default_rng(1).uniform(size=(1000, 2))
rises = [probability_after(pair, 3.0) - pair for pair in draws]
counterexample_4 = next(
    pair for pair, rise in zip(draws, rises)
    if abs(pair[0] - 0.5) < abs(pair[1] - 0.5) and rise[0] < rise[1]
)
""",
    },
    "times_as_fast": {
        "rounded": "times_as_fast = [1.625, -0.66667]",
        "tuple": "times_as_fast = (1.3 / 0.8, -2 / 3)",
        "float32": "times_as_fast = np.array([13 / 8, -2 / 3], dtype=np.float32)",
        "by differences": """
def loss(z):
    return np.log(np.exp(z).sum()) - z[0]
z = np.log([0.2, 0.3, 0.5])
slopes = np.array([(loss(z + d) - loss(z - d)) / 2e-5 for d in 1e-5 * np.eye(3)])
a = np.append(z[:2] - z[2], 0)
short = np.array([(loss(a + d) - loss(a - d)) / 2e-5 for d in 1e-5 * np.eye(3)[:2]])
times_as_fast = [(slopes[k] - slopes[2]) / short[k] for k in range(2)]
""",
    },
}

EQUIVALENT: dict[str, str] = {
    "losses: np.maximum(wrong_by, 0) -> np.maximum(0, wrong_by)": (
        "the larger of two numbers is the same in either order"
    ),
    "probability_after: m >= 0 -> m > 0": "for m = 0 both branches are 1/2: exp(-|m|) is one there",
}

WRONG_EXAMPLES = {
    "counterexample_4": [
        [0.2, 0.6],
        [0.5, 0.9],
        [0.2, 0.8],
        [0.5, 0.0],
        [0.5, 0.001],
        [0.5],
        [0.5, -0.2],
        [float("nan"), 0.2],
        [[0.5, 0.2]],
        "text",
        None,
    ],
}
