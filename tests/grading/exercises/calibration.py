"""Right answers to the exercise on calibration in other styles, and mutants that are none."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "B"',
        "spaces": 'prediction_1 = " b "',
        "single quotes": "prediction_1 = 'b'",
        "joined": 'prediction_1 = "".join(["b"])',
    },
    "calibration_error": {
        "loop over bins": """
def calibration_error(outcomes, forecasts, bins):
    y, f = np.array(outcomes), np.array(forecasts)
    edges = np.linspace(0, 1, bins + 1)
    total = 0.0
    for b in range(bins):
        inside = (f > edges[b]) & (f <= edges[b + 1])
        if b == 0:
            inside |= f == 0
        if inside.any():
            total += inside.sum() / len(y) * abs(y[inside].mean() - f[inside].mean())
    return total
""",
        "dictionary": """
from collections import defaultdict
def calibration_error(outcomes, forecasts, bins):
    cases = defaultdict(list)
    for y, f in zip(outcomes, forecasts):
        cases[min(int(f * bins), bins - 1)].append(float(y) - float(f))
    return sum(abs(sum(gaps)) for gaps in cases.values()) / len(forecasts)
""",
        "digitize, as a 0-d array": """
def calibration_error(outcomes, forecasts, bins):
    where = np.digitize(forecasts, np.linspace(0, 1, bins + 1)[1:-1])
    counts = np.bincount(where, minlength=bins)
    with np.errstate(invalid="ignore"):
        frequency = np.bincount(where, weights=outcomes, minlength=bins) / counts
        forecast = np.bincount(where, weights=forecasts, minlength=bins) / counts
    return np.array(np.nansum(counts / counts.sum() * np.abs(frequency - forecast)))
""",
        "SciPy, in float32 at the end": """
from scipy.stats import binned_statistic
def calibration_error(outcomes, forecasts, bins):
    gaps = np.asarray(outcomes) - np.asarray(forecasts)
    sums, *_ = binned_statistic(forecasts, gaps, "sum", bins=bins, range=(0, 1))
    return np.float32(np.abs(sums).sum() / gaps.size)
""",
        "histograms": """
def calibration_error(outcomes, forecasts, bins):
    came, _ = np.histogram(forecasts, bins, (0, 1), weights=outcomes)
    said, _ = np.histogram(forecasts, bins, (0, 1), weights=forecasts)
    return float(np.abs(came - said).sum() / len(outcomes))
""",
    },
    "by_chance_3": {
        "literal": "by_chance_3 = 0.081",
        "another seed": """
rng = np.random.default_rng(42)
by_chance_3 = 0.0
for _ in range(2000):
    f = rng.uniform(size=150)
    by_chance_3 += calibration_error(rng.binomial(1, f), f, 10) / 2000
""",
        "all at once": """
rng = np.random.default_rng(7)
f = rng.random((3000, 150))
gaps = (rng.random(f.shape) < f) - f
bins = (10 * f).astype(int)
sums = np.stack([np.where(bins == b, gaps, 0).sum(axis=1) for b in range(10)])
by_chance_3 = np.array(np.abs(sums).sum(axis=0).mean() / 150)
""",
        "old generator, float32": """
random = np.random.RandomState(3)
errors = []
for _ in range(2500):
    f = random.rand(150)
    errors.append(calibration_error(list((random.rand(150) < f) * 1), list(f), 10))
by_chance_3 = np.float32(sum(errors) / len(errors))
""",
    },
    "slope": {
        "loops": """
import math
def slope(labels, logits, beta):
    total = 0.0
    for y, z in zip(labels, logits):
        top = max(z)
        e = [math.exp(beta * (a - top)) for a in z]
        total += sum(b * a for a, b in zip(z, e)) / sum(e) - z[y]
    return total / len(labels)
""",
        "SciPy": """
from scipy.special import softmax
def slope(labels, logits, beta):
    p = softmax(beta * logits, axis=1)
    return np.array(np.average(logits - logits[range(len(labels)), labels][:, None], weights=p)
                    * p.sum() / len(labels))
""",
        "gaps, in float32 at the end": """
def slope(labels, logits, beta):
    gaps = logits - np.take_along_axis(logits, labels[:, None], axis=1)
    e = np.exp(beta * (gaps - gaps.max(axis=1)[:, None]))
    return np.float32(((e * gaps).sum(1) / e.sum(1)).mean())
""",
        "p minus one-hot": """
def slope(labels, logits, beta):
    z = beta * logits
    log_total = np.logaddexp.reduce(z, axis=1, keepdims=True)
    residual = np.exp(z - log_total) - np.eye(logits.shape[1])[labels]
    return float(np.sum(residual * logits) / len(logits))
""",
    },
    "claim_5": {
        "array": """
claim_5 = np.False_
counterexample_5 = np.array([np.full(8, rain.mean()), np.where(rain == 1, 0.85, 0.15)])
""",
        "tuples": """
claim_5 = 1 < 0
counterexample_5 = ((0.38,) * 8, (0.75, 0.25, 0.25, 0.75, 0.25, 0.75, 0.25, 0.25))
""",
        "float32, on the ends of bins": """
claim_5 = np.array(False)
counterexample_5 = np.array([[0.375] * 8, 0.1 + 0.8 * rain], dtype=np.float32)
""",
        "opposite errors in a bin": """
claim_5 = False
counterexample_5 = [[0.44] * 3 + [0.335] * 5, np.where(rain == 1, 0.7, 0.3).tolist()]
""",
    },
}

EQUIVALENT = {
    "calibration_error: np.minimum((f * bins).astype(int), bins - 1) -> "
    "np.minimum(bins - 1, (f * bins).astype(int))": "the smaller of two does not depend on their "
    "order",
}

WRONG_EXAMPLES = {
    "counterexample_5": [
        [[0.375] * 8, [0.375] * 8],
        [[0.375] * 8, [0.05, 0.95, 0.95, 0.05, 0.95, 0.05, 0.95, 0.95]],
        [[0.95, 0.05, 0.05, 0.95, 0.05, 0.95, 0.05, 0.05], [0.375] * 8],
        [[1, 0, 0, 1, 0, 1, 0, 0], [0.375] * 8],
        [[0.375] * 8, [1.5, 0, 0, 1, 0, 1, 0, 0]],
        [[0.375] * 8, [float("nan"), 0, 0, 1, 0, 1, 0, 0]],
        [[0.375] * 7, [0.9] * 7],
        [0.375] * 8,
        "text",
        None,
    ],
}
