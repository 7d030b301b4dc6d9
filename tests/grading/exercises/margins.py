"""Right answers to the exercise on margins in other styles, and mutants that are no mistakes."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "A"',
        "spaces": "prediction_1 = ' a '",
        "computed": 'prediction_1 = "ab"[int(np.argmax([0.62, 0.45]))]',
        "by a dictionary": 'prediction_1 = {"Ada": "a", "Ben": "b"}["Ada"]',
    },
    "label_logit": {
        "all four at once": """
import math
def label_logit(name, degrees, length, scale):
    t = math.pi * degrees / 180
    r = 0 if degrees < 60 else 1 if degrees < 120 else 2
    return {
        "large": length * ((-1) ** r * math.cos(3 * t) - 2 * r),
        "soft": length * math.cos(t) - 1,
        "additive": scale * math.cos(t) - 0.35 * scale,
        "arcface": scale * (math.cos(t) * math.cos(0.5) - math.sin(t) * math.sin(0.5)),
    }[name]
""",
        "by cases": """
def label_logit(name, degrees, length, scale):
    theta = np.deg2rad(degrees)
    match name:
        case "large":
            r = min(int(degrees // 60), 2)
            sign = 1 if r % 2 == 0 else -1
            return length * (sign * np.cos(3 * theta) - 2 * r)
        case "soft":
            return -1 + length * np.cos(theta)
        case "additive":
            return scale * (np.cos(theta) - 0.35)
        case "arcface":
            return scale * np.cos(theta + 0.5)
""",
        "float32 in a 0-d array": """
def label_logit(name, degrees, length, scale):
    t = np.radians(degrees)
    if name == "large":
        z = length * np.select(
            [t <= np.pi / 3, t <= 2 * np.pi / 3],
            [np.cos(3 * t), -np.cos(3 * t) - 2],
            np.cos(3 * t) - 4,
        )
    elif name == "soft":
        z = length * np.cos(t) - 1
    elif name == "additive":
        z = scale * (np.cos(t) - 0.35)
    else:
        z = scale * np.cos(t + 0.5)
    return np.array(z, dtype=np.float32)
""",
        "by the length of the way": """
def label_logit(name, degrees, length, scale):
    angle = np.pi * degrees / 180
    if name == "large":  # ψ falls as far as cos(3θ) has moved in all
        whole = int(3 * angle / np.pi)
        rest = 3 * angle - whole * np.pi
        return float(length * (1 - 2 * whole - (1 - np.cos(rest))))
    margins = {"soft": (length, 0, 1), "additive": (scale, 0, 0.35 * scale)}
    factor, more, less = margins.get(name, (scale, 0.5, 0))
    return float(factor * np.cos(angle + more) - less)
""",
    },
    "batch_logits": {
        "loops and lists": """
import math
def batch_logits(features, weights, labels, margin, scale):
    rows = []
    for i, x in enumerate(features):
        row = []
        for k, w in enumerate(weights):
            product = sum(a * b for a, b in zip(x, w))
            c = product / math.sqrt(sum(a * a for a in x)) / math.sqrt(sum(b * b for b in w))
            if labels is not None and labels[i] == k:
                c -= margin
            row.append(scale * c)
        rows.append(row)
    return rows
""",
        "one-hot": """
def batch_logits(features, weights, labels, margin, scale):
    lengths = np.outer(np.sqrt((features**2).sum(1)), np.sqrt((weights**2).sum(1)))
    cosines = features @ weights.T / lengths
    if labels is None:
        return scale * cosines
    return scale * (cosines - margin * np.eye(len(weights))[labels])
""",
        "float32": """
def batch_logits(features, weights, labels, margin, scale):
    f = features / np.linalg.norm(features, axis=-1)[:, None]
    w = weights / np.linalg.norm(weights, axis=-1)[:, None]
    z = np.einsum("nd,kd->nk", f, w)
    if labels is not None:
        z = np.where(np.arange(len(w)) == np.asarray(labels)[:, None], z - margin, z)
    return np.float32(scale * z)
""",
        "SciPy": """
from scipy.spatial.distance import cdist
def batch_logits(features, weights, labels, margin, scale):
    z = 1 - cdist(features, weights, "cosine")
    for row, label in zip(z, [] if labels is None else labels):
        row[label] -= margin
    return tuple(tuple(scale * row) for row in z)
""",
    },
    "least_loss_4": {
        "softmax": """
z = np.full(1000, -4.0)
z[0] = 4 * (1 - 0.25)
least_loss_4 = -np.log(np.exp(z)[0] / np.exp(z).sum())
""",
        "by the bound": """
import math
least_loss_4 = math.log1p(999 * math.exp(-7))
""",
        "rounded": "least_loss_4 = round(np.log(1 + 999 * np.exp(-7.0)), 5)",
        "0-d array in float32": "least_loss_4 = np.array(np.log1p(999 * np.exp(-7)), np.float32)",
        "by one's own function": """
one = np.ones((1, 1))
z = batch_logits(one, np.append(one, -np.ones((999, 1)), axis=0), np.array([0]), 0.25, 4)[0]
least_loss_4 = np.logaddexp.reduce(z) - z[0]
""",
    },
    "claim_5": {
        "array": "claim_5 = False; counterexample_5 = np.array([1.0, 2.5, 3.0])",
        "tuple": "claim_5, counterexample_5 = np.False_, (0.3, 3.0, 3.1)",
        "across the turn": "claim_5, counterexample_5 = False, [1.5, 1.0, 3]",
        "float32": """
claim_5 = bool(0)
counterexample_5 = np.array([0.5, np.radians(160), np.radians(180)], dtype=np.float32)
""",
    },
}

EQUIVALENT: dict[str, str] = {}

WRONG_EXAMPLES = {
    "counterexample_5": [
        [0.5, 1.0, 2.0],
        [0.5, 3.0, 2.8],
        [0.5, 160, 180],
        [0.0, 1.0, 2.0],
        [2.0, 2.0, 3.0],
        [0.5, 2.0, 4.0],
        [0.5, 3.0],
        [float("nan"), 1.0, 2.0],
        "text",
        None,
    ],
}
