"""Right answers to the exercise on the divergence in other styles, and what is no mistake."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "B"',
        "spaces": 'prediction_1 = " b\\n"',
        "single quotes": "prediction_1 = 'b'",
        "NumPy text": 'prediction_1 = str(np.array(["a", "b", "c"])[1])',
    },
    "kl_div": {
        "loops": """
import math
def kl_div(log_q, p):
    total = 0.0
    for row_q, row_p in zip(log_q, p):
        for a, b in zip(row_q, row_p):
            if b > 0:
                total += b * (math.log(b) - a)
    return total / len(p)
""",
        "SciPy": """
from scipy.special import rel_entr
def kl_div(log_q, p):
    return rel_entr(p, np.exp(log_q)).sum(axis=1).mean()
""",
        "where, in float32 at the end": """
def kl_div(log_q, p):
    safe_p = np.where(p > 0, p, 1.0)
    safe_q = np.where(p > 0, log_q, 0.0)
    return np.float32((p * (np.log(safe_p) - safe_q)).sum(axis=-1).mean())
""",
        "0-d array, cross-entropy less entropy": """
def kl_div(log_q, p):
    with np.errstate(all="ignore"):
        h = -np.where(p > 0, p * np.log(p), 0).sum(axis=1)
        cross = -np.where(p > 0, p * log_q, 0).sum(axis=1)
    return np.array((cross - h).mean())
""",
        "the mean of a list": """
def kl_div(log_q, p):
    rows = []
    for a, b in zip(log_q, p):
        a, b = a[b != 0], b[b != 0]
        rows.append(b @ (np.log(b) - a))
    return float(np.mean(rows))
""",
    },
    "diagnose": {
        "one after the other": """
def diagnose(p, q, reported):
    right = kl_div(np.log(q), p)
    def agrees(value):
        return np.isclose(value, reported, rtol=1e-6, atol=0)
    if agrees(right):
        return "right"
    if agrees(right / p.shape[1]):
        return "reduction"
    if agrees(kl_div(q, p)):
        return "logarithm"
    if agrees(kl_div(np.log(p), q)):
        return "direction"
    return "none"
""",
        "by the ratio": """
def diagnose(p, q, reported):
    def mean(terms):
        return terms.sum(axis=1).mean()
    forward = mean(p * np.log(p / q))
    values = [forward, mean(p * (np.log(p) - q)), mean(q * np.log(q / p)), forward / len(p[0])]
    names = ["right", "logarithm", "direction", "reduction"]
    for name, value in zip(names, values):
        if round(value / reported, 5) == 1:
            return name
    return "none"
""",
        "the nearest, if it is near": """
def diagnose(p, q, reported):
    calls = dict(
        right=kl_div(np.log(q), p),
        logarithm=kl_div(q, p),
        direction=kl_div(np.log(p), q),
        reduction=np.mean(p * (np.log(p) - np.log(q))),
    )
    best = min(calls, key=lambda name: abs(calls[name] - reported))
    return best if abs(calls[best] / reported - 1) < 1e-6 else "none"
""",
        "capitals, from math": """
import math
def diagnose(p, q, reported):
    calls = {
        "RIGHT": kl_div(np.log(q), p),
        "Logarithm": kl_div(q, p),
        "Direction": kl_div(np.log(p), q),
        "Reduction": kl_div(np.log(q), p) * p.shape[0] / p.size,
    }
    agreeing = [name for name in calls if math.isclose(calls[name], reported, rel_tol=1e-6)]
    return agreeing[0] if agreeing else "None"
""",
    },
    "reverse_4": {
        "literals": "reverse_4 = [0.63272, 0.22784]",
        "array": "reverse_4 = np.array([0.632720, 0.227842])",
        "tuple": "reverse_4 = (0.63272019, 0.22784151)",
        "SciPy": """
from scipy.integrate import quad
from scipy.stats import norm
def log_truth(y):
    return np.logaddexp(norm.logpdf(y, -1, 0.5), norm.logpdf(y, 1, 0.5)) - np.log(2)
reverse_4 = []
for m, s in ((1, 0.5), (0, 1)):
    def integrand(y):
        return norm.pdf(y, m, s) * (norm.logpdf(y, m, s) - log_truth(y))
    reverse_4.append(quad(integrand, -12, 12)[0])
""",
        "a coarse grid": """
y = np.arange(-8, 8, 0.05)
def log_g(m, s):
    return -(y - m) ** 2 / (2 * s * s) - np.log(s) - np.log(2 * np.pi) / 2
log_p = np.logaddexp(log_g(-1, 0.5), log_g(1, 0.5)) - np.log(2)
reverse_4 = tuple(
    0.05 * np.sum(np.exp(log_q) * (log_q - log_p)) for log_q in (log_g(1, 0.5), log_g(0, 1))
)
""",
    },
    "claim_5": {
        "without zeros": """
claim_5 = False
counterexample_5 = [[1 - 1e-300, 1e-300], [0.995, 0.005]]
""",
        "array": "claim_5, counterexample_5 = np.False_, np.array([[1.0, 0.0], [0.999, 0.001]])",
        "tuples": "claim_5 = bool(0); counterexample_5 = ((0, 0.5, 0.5), (0.002, 0.499, 0.499))",
        "float32": """
claim_5 = False
counterexample_5 = np.array([[0, 1, 0], [0.00390625, 0.9921875, 0.00390625]], dtype=np.float32)
""",
    },
}

EQUIVALENT: dict[str, str] = {
    "diagnose: abs(value - reported) < 1e-06 * abs(reported) -> "
    "abs(value - reported) <= 1e-06 * abs(reported)": "two floats that differ by just this much do "
    "not occur",
}

WRONG_EXAMPLES = {
    "counterexample_5": [
        [[0.5, 0.5], [0.5, 0.5]],
        [[0.995, 0.005], [1.0, 0.0]],
        [[0.5, 0.5], [0.9, 0.1]],
        [[0.9, 0.0], [0.895, 0.005]],
        [[1.0, 0.0]],
        [[1.0], [1.0]],
        [[1.5, -0.5], [0.5, 0.5]],
        [[float("nan"), 1.0], [0.5, 0.5]],
        [1.0, 0.0],
        "text",
        None,
    ],
}
