"""Right answers to the exercise on information in other styles; no mutant is right."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "C"',
        "spaces": 'prediction_1 = " c "',
        "single quotes": "prediction_1 = 'c'",
        "computed": """
h = entropy_bits([1e-6, 1 - 1e-6])
prediction_1 = "c" if h < 1e-3 else "b" if h < 10 else "a"
""",
    },
    "entropy_bits": {
        "loop": """
import math
def entropy_bits(p):
    total = 0
    for share in p:
        if share:
            total -= share * math.log(share, 2)
    return total
""",
        "SciPy": """
from scipy.stats import entropy
def entropy_bits(p):
    return entropy(p, base=2)
""",
        "entr": """
from scipy.special import entr
def entropy_bits(p):
    return np.array(entr(p).sum() / np.log(2))
""",
        "where": """
def entropy_bits(p):
    p = np.array(p, dtype=float)
    safe = np.where(p > 0, p, 1)
    return -(p @ np.log2(safe))
""",
        "nan replaced, in float32": """
def entropy_bits(p):
    p = np.array(p)
    return np.float32(-np.nansum(p * np.log2(p)))
""",
        "the smallest float inside": """
def entropy_bits(p):
    p = np.array(p)
    return -np.sum(p * np.log2(p + 1e-300))
""",
    },
    "huffman_mean": {
        "heap": """
import heapq
def huffman_mean(p):
    groups = [float(x) for x in p]
    heapq.heapify(groups)
    total = 0
    while len(groups) > 1:
        pair = heapq.heappop(groups) + heapq.heappop(groups)
        heapq.heappush(groups, pair)
        total += pair
    return total
""",
        "recursion": """
def huffman_mean(p):
    if len(p) == 1:
        return 0.0
    p = np.sort(p)
    pair = p[0] + p[1]
    return pair + huffman_mean(np.append(p[2:], pair))
""",
        "lengths": """
def huffman_mean(p):
    lengths = [0] * len(p)
    groups = [(x, [k]) for k, x in enumerate(p)]
    while len(groups) > 1:
        groups.sort(key=lambda group: -group[0])
        (a, left), (b, right) = groups.pop(), groups.pop()
        for k in left + right:
            lengths[k] += 1
        groups.append((a + b, left + right))
    return np.dot(p, lengths)
""",
        "argmin, as a 0-d array in float32": """
def huffman_mean(p):
    p, total = np.array(p, dtype=float), 0.0
    while p.size > 1:
        i = p.argmin()
        first, p = p[i], np.delete(p, i)
        j = p.argmin()
        p[j] += first
        total += p[j]
    return np.array(total, dtype=np.float32)
""",
    },
    "bits_per_toss": {
        "fraction": """
from fractions import Fraction
bits_per_toss = float(Fraction(158, 64) / 3)
""",
        "rounded": "bits_per_toss = 0.82292",
        "NumPy": "bits_per_toss = np.float32(2.46875) / np.float32(3)",
        "products": """
from itertools import product
blocks = [a * b * c for a, b, c in product([0.75, 0.25], repeat=3)]
bits_per_toss = np.array(huffman_mean(blocks) / 3)
""",
    },
    "claim_5": {
        "a tie": "claim_5, counterexample_5 = False, [1 / 3, 1 / 3, 1 / 4, 1 / 12]",
        "exactly a bit": "claim_5 = not True; counterexample_5 = (0.36, 0.34, 0.25, 0.05)",
        "array in float32": """
claim_5 = np.bool_(False)
counterexample_5 = np.array([0.05, 0.29, 0.32, 0.34], dtype=np.float32)
""",
        "found": """
claim_5 = False
def word_lengths(p):
    lengths = np.zeros(len(p), dtype=int)
    groups = [(x, (k,)) for k, x in enumerate(p)]
    while len(groups) > 1:
        (a, left), (b, right), *groups = sorted(groups)
        lengths[list(left + right)] += 1
        groups.append((a + b, left + right))
    return lengths
draws = np.random.default_rng(1).dirichlet(np.ones(6), size=1000)
counterexample_5 = next(p for p in draws if (word_lengths(p) + np.log2(p)).max() > 1)
""",
    },
}

EQUIVALENT: dict[str, str] = {}

WRONG_EXAMPLES = {
    "counterexample_5": [
        [0.5, 0.5],
        [0.99, 0.005, 0.005],
        [0.4, 0.3, 0.2, 0.1],
        [0.37, 0.33, 0.28, 0.2],
        [0.5, 0.5, 0.0],
        [1.0],
        [1 - 1e-12, 1e-12],
        [1.0, 1e-300],
        [1.000005, 1e-9],
        [1 - 3e-12, 1e-12, 2e-12],
        [],
        [1 / 4096] * 4096,
        [float("nan"), 0.5],
        [-0.5, 1.5],
        "text",
        None,
    ],
}
