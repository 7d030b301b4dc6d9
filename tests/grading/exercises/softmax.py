"""Right answers to the exercise on softmax in other styles, and mutants that are no mistakes."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "C"',
        "spaces": 'prediction_1 = " c "',
        "single quotes": "prediction_1 = 'c'",
        "computed": """
z = np.array([1.0, 2.0, 4.0])
same = np.allclose(softmax_rows(z[None]), softmax_rows(z[None] + 3))
prediction_1 = "c" if same else "a"
""",
    },
    "softmax_rows": {
        "loops and lists": """
import math
def softmax_rows(logits):
    rows = []
    for row in logits:
        top = max(row)
        terms = [math.exp(z - top) for z in row]
        rows.append([term / sum(terms) for term in terms])
    return rows
""",
        "SciPy": """
from scipy.special import softmax
def softmax_rows(logits):
    return softmax(logits, axis=1)
""",
        "float32 at the end": """
def softmax_rows(logits):
    e = np.exp(logits - np.max(logits, axis=-1)[:, None])
    return (e / np.sum(e, axis=-1)[:, None]).astype(np.float32)
""",
        "through the logarithm": """
def softmax_rows(logits):
    return np.exp(logits - np.array([[logsumexp(row)] for row in logits]))
""",
        "tuples": """
def softmax_rows(logits):
    shifted = logits - logits.max(1, keepdims=True)
    return tuple(tuple(np.exp(row) / np.exp(row).sum()) for row in shifted)
""",
    },
    "logsumexp": {
        "reduce": """
from functools import reduce
def logsumexp(logits):
    return reduce(np.logaddexp, logits)
""",
        "loop": """
import math
def logsumexp(logits):
    top = max(logits)
    total = 0.0
    for z in logits:
        total += math.exp(z - top)
    return float(top + math.log(total))
""",
        "SciPy": """
from scipy.special import logsumexp as of_scipy
def logsumexp(logits):
    return of_scipy(logits)
""",
        "0-d array in float32": """
def logsumexp(logits):
    z = np.array(logits)
    return np.array(z.max() + np.log(np.exp(z - z.max()).sum()), dtype=np.float32)
""",
    },
    "claim_4": {
        "two classes": "claim_4, counterexample_4 = False, [1, -2]",
        "array": "claim_4 = np.False_; counterexample_4 = np.array([3.0, -4.0])",
        "tuple": "claim_4 = bool(0); counterexample_4 = (0, -1, -1)",
        "found": """
claim_4 = False
draws = np.random.default_rng(1).normal(size=(100, 4))
counterexample_4 = next(z for z in draws if np.argmax(z) != np.argmax(z**2))
""",
    },
}

EQUIVALENT: dict[str, str] = {}

WRONG_EXAMPLES = {
    "counterexample_4": [
        [1.0, 2.0],
        [-3.0, 3.0],
        [5.0],
        [0.0, 0.0],
        [float("nan"), 1.0],
        "text",
        None,
    ],
}
