"""Right answers to the exercise on cross-entropy in other styles; no mutant is right."""

STYLES = {
    "break_even": {
        "rounded": "break_even = 0.28935",
        "logarithms": "break_even = np.exp(4 * np.log(0.5) - 3 * np.log(0.6))",
        "array in float32": "break_even = np.array(0.0625 / 0.216, dtype=np.float32)",
        "bisection": """
a = loss_of_labels(np.zeros(4, dtype=int), np.full((4, 2), 0.5))
low, high = 0.0, 1.0
for _ in range(60):
    q = (low + high) / 2
    rows = np.array([[0.6, 0.4]] * 3 + [[q, 1 - q]])
    if loss_of_labels(np.zeros(4, dtype=int), rows) > a:
        low = q
    else:
        high = q
break_even = q
""",
    },
    "loss_of_labels": {
        "loop": """
import math
def loss_of_labels(labels, probabilities):
    total = 0.0
    for label, row in zip(labels, probabilities):
        total += math.inf if row[label] == 0 else -math.log(row[label])
    return total / len(labels)
""",
        "take along axis": """
def loss_of_labels(labels, probabilities):
    p = np.take_along_axis(probabilities, labels[:, None], axis=1)
    return np.mean(-np.log(p))
""",
        "one-hot mask": """
def loss_of_labels(labels, probabilities):
    right = labels[:, None] == np.arange(probabilities.shape[1])
    return np.array(np.log(1 / probabilities[right]).sum() / right.sum())
""",
        "SciPy": """
from scipy.special import xlogy
def loss_of_labels(labels, probabilities):
    one_hot = np.eye(probabilities.shape[1])[labels]
    return -xlogy(one_hot, probabilities).sum() / len(labels)
""",
        "diagonal in float32": """
def loss_of_labels(labels, probabilities):
    if len(labels) > 100:
        return np.mean([loss_of_labels(labels[i:i + 1], probabilities[i:i + 1])
                        for i in range(len(labels))])
    return np.float32(np.mean(-np.log(np.diag(probabilities[:, labels]))))
""",
    },
    "yes_no_loss": {
        "loops": """
import math
def yes_no_loss(answers, probabilities):
    total = 0.0
    for row, p_row in zip(answers.tolist(), probabilities.tolist()):
        for answer, p in zip(row, p_row):
            given = p if answer else 1 - p
            total += -math.log(given) if given else float("inf")
    return total / len(answers)
""",
        "absolute value": """
def yes_no_loss(answers, probabilities):
    return np.mean(np.sum(-np.log(np.abs(1 - answers - probabilities)), axis=-1))
""",
        "masks": """
def yes_no_loss(answers, probabilities):
    yes = answers.astype(bool)
    total = np.log(probabilities[yes]).sum() + np.log1p(-probabilities[~yes]).sum()
    return np.array(-total / answers.shape[0], dtype=np.float32)
""",
        "SciPy": """
from scipy.special import xlogy, xlog1py
def yes_no_loss(answers, probabilities):
    losses = -xlogy(answers, probabilities) - xlog1py(1 - answers, -probabilities)
    return losses.sum(axis=1).mean()
""",
        "powers": """
def yes_no_loss(answers, probabilities):
    given = probabilities**answers * (1 - probabilities) ** (1 - answers)
    return -np.log(given.prod(axis=1)).mean()
""",
    },
    "smallest_loss": {
        "rounded": "smallest_loss = 0.39785",
        "SciPy": """
from scipy.stats import entropy
smallest_loss = entropy([[0.8, 0.2], [0.5, 0.5], [1, 0]], axis=1).mean()
""",
        "float32": "smallest_loss = np.float32((0.5004024235 + 0.6931471806) / 3)",
        "search": """
q = np.linspace(0.001, 0.999, 999)
first = (-0.8 * np.log(q) - 0.2 * np.log(1 - q)).min()
second = (-0.5 * np.log(q) - 0.5 * np.log(1 - q)).min()
smallest_loss = np.array((first + second) / 3)
""",
    },
    "claim_5": {
        "array": """
claim_5 = np.False_
counterexample_5 = np.array([[0.41, 0.59, 0.0], [0.4, 0.3, 0.3]])
""",
        "tuples": "claim_5, counterexample_5 = False, ((0.5, 0.5, 0), (0.49, 0.25, 0.26))",
        "float32": """
claim_5 = bool(0)
counterexample_5 = np.array([[0.2, 0.0, 0.8], [0.19, 0.4, 0.41]], dtype=np.float32)
""",
        "found": """
claim_5 = False
def both(q):
    return -np.log(q[0]), -np.log(q[0]) - np.log(1 - q[1]) - np.log(1 - q[2])
draws = np.random.default_rng(1).dirichlet(np.ones(3), size=(1000, 2))
counterexample_5 = next(
    (a, b) for a, b in draws if both(a)[0] < both(b)[0] and both(a)[1] > both(b)[1]
)
""",
    },
}

EQUIVALENT: dict[str, str] = {}

WRONG_EXAMPLES = {
    "counterexample_5": [
        [[0.4, 0.3, 0.3], [0.42, 0.58, 0.0]],
        [[0.7, 0.2, 0.1], [0.4, 0.3, 0.3]],
        [[0.4, 0.6, 0.0], [0.4, 0.3, 0.3]],
        [[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]],
        [[0.0, 1.0, 0.0], [0.0, 0.5, 0.5]],
        [[0.42, 0.9, 0.0], [0.4, 0.3, 0.3]],
        [[0.5 + 1e-8, 0.25, 0.250009], [0.5, 0.25, 0.25]],
        [[1.42, -0.42, 0.0], [0.4, 0.3, 0.3]],
        [[0.42, 0.58], [0.4, 0.6]],
        [[float("nan"), 0.58, 0.0], [0.4, 0.3, 0.3]],
        [0.42, 0.58, 0.0],
        "text",
        None,
    ],
}
