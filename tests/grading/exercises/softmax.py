"""Right answers to the exercise on softmax in other styles, and mutants that are no mistakes."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "B"',
        "spaces": 'prediction_1 = " b "',
        "single quotes": "prediction_1 = 'b'",
        "computed": """
z = np.array([[-3.0, -2.0, -1.0]])
p, doubled = (masked_softmax(factor * z, z < 0)[0, 2] for factor in (1, 2))
prediction_1 = "b" if doubled > p else "c"
""",
    },
    "masked_softmax": {
        "loops and lists": """
import math
def masked_softmax(logits, allowed):
    rows = []
    for row, may in zip(logits, allowed):
        top = max(z for z, a in zip(row, may) if a)
        terms = [math.exp(z - top) if a else 0 for z, a in zip(row, may)]
        rows.append([term / sum(terms) for term in terms])
    return rows
""",
        "SciPy": """
from scipy.special import softmax
def masked_softmax(logits, allowed):
    return softmax(np.where(allowed, logits, -np.inf), axis=-1)
""",
        "float32 at the end": """
def masked_softmax(logits, allowed):
    z = logits.copy()
    z[~allowed] = -np.inf
    e = np.exp(z - np.max(z, axis=1)[:, None])
    return (e / np.sum(e, axis=1)[:, None]).astype(np.float32)
""",
        "a masked array": """
def masked_softmax(logits, allowed):
    z = np.ma.masked_array(logits, mask=~allowed)
    e = np.ma.exp(z - z.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True)).filled(0)
""",
        "tuples, and a very small logit": """
def masked_softmax(logits, allowed):
    z = np.where(allowed, logits, -1e9)
    z = z - z.max(1, keepdims=True)
    return tuple(tuple(np.exp(row) / np.exp(row).sum()) for row in z)
""",
    },
    "label_loss": {
        "loop": """
import math
def label_loss(logits, label):
    gaps = [z - logits[label] for k, z in enumerate(logits) if k != label]
    top = max(gaps)
    if top <= 0:
        return math.log1p(sum(math.exp(gap) for gap in gaps))
    return top + math.log(math.exp(-top) + sum(math.exp(gap - top) for gap in gaps))
""",
        "logaddexp of all gaps": """
def label_loss(logits, label):
    gaps = np.asarray(logits) - logits[label]
    gaps = np.sort(np.delete(gaps, label))
    return np.logaddexp(np.logaddexp.reduce(gaps), 0.0)
""",
        "SciPy": """
from scipy.special import logsumexp, log1p, exp
def label_loss(logits, label):
    gap = logsumexp(np.delete(logits, label)) - logits[label]
    return float(gap + log1p(exp(-gap)) if gap > 0 else log1p(exp(gap)))
""",
        "0-d array in float32": """
def label_loss(logits, label):
    z = np.array(logits, dtype=float)
    own, z[label] = z[label], -np.inf
    gap = z.max() - own
    rest = np.exp(z - z.max()).sum()
    loss = np.log1p(rest * np.exp(gap)) if gap < 0 else gap + np.log(rest + np.exp(-gap))
    return np.array(loss, dtype=np.float32)
""",
    },
    "certain_4": {
        "loop": """
d = 1
while True:
    e = np.exp(np.array([0, -d], dtype=np.float32))
    if (e / e.sum())[0] == 1:
        break
    d += 1
certain_4 = d
""",
        "float": "certain_4 = 17.0",
        "by the unit": """
certain_4 = np.ceil(-np.log(np.finfo(np.float32).eps / 2))
""",
        "all at once": """
d = np.arange(200, dtype=np.float32)
p = 1 / (1 + np.exp(-d))
assert p.dtype == np.float32
certain_4 = np.argmax(p == 1)
""",
    },
    "claim_5": {
        "two classes": "claim_5, counterexample_5 = False, [1, -2]",
        "array": "claim_5 = np.False_; counterexample_5 = np.array([3.0, -4.0])",
        "tuple": "claim_5 = bool(0); counterexample_5 = (0, -1, -1)",
        "found": """
claim_5 = False
draws = np.random.default_rng(1).normal(size=(100, 4))
counterexample_5 = next(z for z in draws if np.argmax(z) != np.argmax(z**2))
""",
    },
}

EQUIVALENT = {
    "label_loss: np.logaddexp(0, np.logaddexp.reduce(others) - logits[label]) -> "
    "np.logaddexp(np.logaddexp.reduce(others) - logits[label], 0)": "logaddexp is symmetric",
}

WRONG_EXAMPLES = {
    "counterexample_5": [
        [1.0, 2.0],
        [-3.0, 3.0],
        [5.0],
        [0.0, 0.0],
        [float("nan"), 1.0],
        "text",
        None,
    ],
}
