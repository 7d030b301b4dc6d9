"""Right answers to the exercise on temperature in other styles, and equivalent mutants."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "B"',
        "spaces": 'prediction_1 = " b\\n"',
        "single quotes": "prediction_1 = 'b'",
        "computed": """
tops = [softmax_at([2.0, 1.0, 0.0], 1 / C)[0] for C in (0.5, 2.0)]
prediction_1 = "b" if tops[0] < tops[1] else "a"
""",
    },
    "softmax_at": {
        "loops and lists": """
import math
def softmax_at(logits, temperature):
    top = max(logits)
    if temperature == 0:
        leaders = list(logits).count(top)
        return [1 / leaders if z == top else 0.0 for z in logits]
    terms = [math.exp(max((z - top) / temperature, -800.0)) for z in logits]
    return [term / math.fsum(terms) for term in terms]
""",
        "SciPy": """
from scipy.special import softmax
def softmax_at(logits, temperature):
    shifted = np.array(logits) - max(logits)
    if not temperature:
        return np.where(shifted < 0, 0, 1) / np.count_nonzero(shifted == 0)
    return softmax(shifted / temperature)
""",
        "float32 at the end": """
def softmax_at(logits, temperature):
    z = np.asarray(logits, dtype=float)
    z = z - z.max()
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        e = np.where(z == 0, 1.0, np.exp(z / temperature))
    return (e / e.sum()).astype(np.float32)
""",
        "the lowest temperature for zero, as a tuple": """
def softmax_at(logits, temperature):
    gaps = np.max(logits) - np.array(logits)
    e = np.exp(-gaps / max(temperature, 1e-306))
    return tuple(e / sum(e))
""",
    },
    "sparsemax": {
        "one class after another": """
def sparsemax(logits):
    total, threshold = 0.0, -float("inf")
    for count, z in enumerate(sorted(logits, reverse=True), start=1):
        total += z
        if z <= (total - 1) / count:
            break
        threshold = (total - 1) / count
    return [max(z - threshold, 0.0) for z in logits]
""",
        "as published": """
def sparsemax(logits):
    z = np.array(logits)
    s = -np.sort(-z)
    k = 1 + np.arange(z.size)
    k_plus = k[1 + k * s > np.cumsum(s)].max()
    return np.maximum(z - (s[:k_plus].sum() - 1) / k_plus, 0.0)
""",
        "bisection": """
def sparsemax(logits):
    z = np.array(logits, dtype=float)
    low, high = z.max() - 1, z.max()
    for _ in range(80):
        middle = (low + high) / 2
        if np.maximum(z - middle, 0).sum() > 1:
            low = middle
        else:
            high = middle
    return np.maximum(z - high, 0)
""",
        "throwing classes out, in float32": """
def sparsemax(logits):
    z = np.array(logits)
    inside = np.ones(len(z), dtype=bool)
    while True:
        threshold = (z[inside].sum() - 1) / inside.sum()
        if (z[inside] > threshold).all():
            return np.float32(np.where(inside, z - threshold, 0))
        inside &= z > threshold
""",
    },
    "third_enters": {
        "decimal": "third_enters = 3.3",
        "0-d array": "third_enters = np.array(4.5 - 1.2)",
        "float32": "third_enters = np.float32(3.3)",
        "searched": """
grid = np.linspace(3, 4, 100_001)
inside = lambda T: sparsemax(np.array([3, 1.5, 0.6]) / T)[2] > 1e-12
third_enters = next(T for T in grid[29_900:] if inside(T))
""",
    },
    "claim_5": {
        "array": "claim_5 = np.False_; counterexample_5 = (np.array([3.0, 2.9, 0.0]), 1, 10)",
        "list": "claim_5, counterexample_5 = False, [[2, 1.9, -9], 1, 1000]",
        "tuples": "claim_5, counterexample_5 = False, ((1, 0.9, 0.9, -4, -4), 0.5, 50)",
        "found": """
claim_5 = False
draws = np.random.default_rng(3).normal(size=(500, 4)) * 3
for z in draws:
    before, after = softmax_at(z, 0.5), softmax_at(z, 5.0)
    if (after < before - 1e-3).sum() > 1:
        counterexample_5 = (z, np.float64(0.5), np.array(5.0))
        break
""",
    },
}

EQUIVALENT: dict[str, str] = {}

WRONG_EXAMPLES = {
    "counterexample_5": [
        ([1.0, 0.9, -5.0], 100.0, 0.5),
        ([1.0, 0.9, -5.0], 0.0, 0.5),
        ([1.0, 0.9, -5.0], 0.5, float("inf")),
        ([1.0, 0.9, float("-inf")], 0.5, 2.0),
        ([2.0, 1.0], 1.0, 5.0),
        ([2.0, 2.0, 2.0], 1.0, 5.0),
        ([1.0, 1.0, 0.9, -4.0], 0.5, 50.0),
        ([5.0, 0.0, -1.0], 1.0, 2.0),
        ([], 1.0, 2.0),
        [1.0, 0.9, -5.0],
        "text",
        None,
    ],
}
