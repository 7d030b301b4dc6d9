"""Right answers to the exercise on practice in other styles, and mutants that are no mistakes."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "B"',
        "spaces": 'prediction_1 = "b "',
        "simulated": """
draws = np.random.default_rng(1)
test_nll = []
for _ in range(200):
    validation_nll = draws.exponential(0.5, size=(20, 500)).mean(axis=1)
    losses = draws.exponential(0.5, size=(20, 500)).mean(axis=1)
    test_nll.append(losses[validation_nll.argmin()])
nearest = np.argmin(np.abs(np.array([0.46, 0.50, 0.54]) - np.mean(test_nll)))
prediction_1 = "abc"[nearest]
""",
        "single quotes": "prediction_1 = 'b'",
    },
    "tuned_nll": {
        "loops": """
import math
def tuned_nll(logits, labels, test_logits, test_labels, temperatures):
    def nll(rows, ys, T):
        total = 0.0
        for row, y in zip(rows, ys):
            scaled = [z / T for z in row]
            top = max(scaled)
            total += top - scaled[y] + math.log(sum(math.exp(z - top) for z in scaled))
        return total / len(rows)
    lowest = math.inf
    for T in temperatures:
        if nll(logits, labels, T) < lowest:
            lowest, best = nll(logits, labels, T), T
    return [best, nll(test_logits, test_labels, best)]
""",
        "SciPy": """
from scipy.special import log_softmax
def tuned_nll(logits, labels, test_logits, test_labels, temperatures):
    def nll(T, z, y):
        return -np.take_along_axis(log_softmax(z / T, axis=1), y[:, None], axis=1).mean()
    best = min(temperatures, key=lambda T: nll(T, logits, labels))
    return np.array([best, nll(best, test_logits, test_labels)])
""",
        "all temperatures at once": """
def tuned_nll(logits, labels, test_logits, test_labels, temperatures):
    T = np.reshape(temperatures, (-1, 1, 1))
    def nll(z, y):
        scaled = z / T
        scaled = scaled - scaled.max(axis=2, keepdims=True)
        log_p = scaled - np.log(np.exp(scaled).sum(axis=2, keepdims=True))
        return -log_p[:, np.arange(len(y)), y].mean(axis=1)
    best = nll(logits, labels).argmin()
    return temperatures[best], nll(test_logits, test_labels)[best]
""",
        "float32": """
def tuned_nll(logits, labels, test_logits, test_labels, temperatures):
    def nll(z, y, T):
        z = (z / T).astype(np.float32)
        z = z - z.max(axis=1)[:, None]
        return (np.log(np.exp(z).sum(axis=1)) - z[range(len(y)), y]).mean()
    best = sorted((nll(logits, labels, T), T) for T in temperatures)[0][1]
    return np.array(best), nll(test_logits, test_labels, best)
""",
    },
    "paired_interval": {
        "loops": """
def paired_interval(first, second, picks):
    means = []
    for row in picks:
        total = 0.0
        for i in row:
            total += second[i] - first[i]
        means.append(total / len(row))
    return np.percentile(means, 2.5), np.percentile(means, 97.5)
""",
        "means of each model": """
def paired_interval(first, second, picks):
    means = np.mean(second[picks], axis=1) - np.mean(first[picks], axis=1)
    return [np.quantile(means, q) for q in (0.025, 0.975)]
""",
        "SciPy": """
from scipy.stats.mstats import mquantiles
def paired_interval(first, second, picks):
    means = np.take(second - first, picks).mean(-1)
    return tuple(mquantiles(means, [0.025, 0.975], alphap=1, betap=1))
""",
        "float32": """
def paired_interval(first, second, picks):
    means = [np.average(second[row] - first[row]) for row in picks]
    return np.quantile(means, (0.025, 0.975)).astype(np.float32)
""",
    },
    "report_4": {
        "tuple and ddof=1": """
losses = [
    -(z - np.logaddexp.reduce(z, axis=1, keepdims=True))[np.arange(400), labels]
    for z in (first_logits, second_logits)
]
d = losses[1] - losses[0]
report_4 = (d.mean(), d.std(ddof=1) / 20, "First")
""",
        "loops": """
import math
d = []
for y, a, b in zip(labels, first_logits, second_logits):
    one = math.log(sum(math.exp(z - a[y]) for z in a))
    other = math.log(sum(math.exp(z - b[y]) for z in b))
    d.append(other - one)
mean = sum(d) / len(d)
error = math.sqrt(sum((x - mean) ** 2 for x in d) / len(d) / len(d))
choice = "undecided" if abs(mean) <= 2 * error else "first" if mean > 0 else "second"
report_4 = [mean, error, choice]
""",
        "SciPy": """
from scipy.special import log_softmax
from scipy.stats import sem
one, other = (
    log_softmax(z, axis=1)[range(400), labels] for z in (first_logits, second_logits)
)
report_4 = [np.mean(one - other), sem(one - other), "first"]
""",
        "rounded to three digits": """
p = [np.exp(z) / np.exp(z).sum(axis=1)[:, None] for z in (first_logits, second_logits)]
d = np.log(p[0][range(400), labels] / p[1][range(400), labels])
report_4 = [float(f"{d.mean():.3g}"), float(f"{d.std() / 20:.3g}"), "first"]
""",
        "float32": """
z = np.stack([first_logits, second_logits]).astype(np.float32)
losses = np.log(np.exp(z).sum(axis=2)) - z[:, np.arange(400), labels]
d = losses[1] - losses[0]
report_4 = (np.mean(d), np.std(d) / np.float32(20), "first")
""",
    },
    "claim_5": {
        "a constant more": """
claim_5 = False
losses = np.linspace(0, 3, 10)
counterexample_5 = np.array([losses, losses + 0.1])
""",
        "the other way round": """
claim_5, counterexample_5 = np.False_, [[0.5, 1, 2, 3, 4], [0.4, 0.9, 1.8, 2.9, 3.9]]
""",
        "the models of the fourth question": """
nll = [np.logaddexp.reduce(z, axis=1) - z[np.arange(400), labels]
       for z in (first_logits, second_logits)]
claim_5 = False
counterexample_5 = np.array(nll)
""",
        "tuples in float32": """
claim_5 = bool(0)
draws = np.random.default_rng(3).exponential(size=50).astype(np.float32)
counterexample_5 = tuple(draws), tuple(draws * np.float32(1.1))
""",
    },
}

EQUIVALENT: dict[str, str] = {}

WRONG_EXAMPLES = {
    "counterexample_5": [
        [[0.1, 0.2, 0.5, 1.0, 3.0], [3.0, 1.0, 0.5, 0.2, 0.2]],
        [[1.0, 1.1, 1.2, 1.3, 1.4], [2.0, 2.1, 2.2, 2.3, 2.5]],
        [[0.1, 0.2, 3.0], [0.2, 0.3, 3.1]],
        [[1.0] * 5, [1.0] * 5],
        [[1.0] * 5, [1.1] * 5],
        [[-1.0, 0.2, 0.5, 1.0, 3.0], [-0.9, 0.3, 0.6, 1.1, 3.1]],
        [[0.1, 0.2, 0.5, 1.0, 3.0]],
        [[float("nan")] * 5, [1.0] * 5],
        [0.1, 0.2, 0.5, 1.0, 3.0],
        "text",
        None,
    ],
}
