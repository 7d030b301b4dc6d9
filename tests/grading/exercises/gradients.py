"""Right answers to the exercise on gradients in other styles, and mutants that are no mistakes."""

STYLES = {
    "slopes": {
        "tuple": "slopes = (0.486, 2.7)",
        "array": "slopes = 3 * np.array([2 * 0.9**2 * 0.1, 0.9])",
        "float32": "slopes = np.float32([0.486, 2.7])",
        "differences": """
def output(w):
    return 1 / (1 + np.exp(-(3 * w + np.log(9))))
losses = [lambda w: output(w) ** 2, lambda w: -np.log(1 - output(w))]
slopes = [(loss(1e-5) - loss(-1e-5)) / 2e-5 for loss in losses]
""",
    },
    "prediction_2": {
        "capital": 'prediction_2 = "C"',
        "spaces": 'prediction_2 = " c "',
        "single quotes": "prediction_2 = 'c'",
        "computed": 'prediction_2 = {0.4: "a", 20.0: "b", 0.008: "c"}[0.4 / 50]',
    },
    "logit_gradient": {
        "loops and lists": """
import math
def logit_gradient(logits, targets):
    rows = []
    for z, y in zip(logits, targets):
        terms = [math.exp(one - max(z)) for one in z]
        rows.append([(t / sum(terms) - one) / len(logits) for t, one in zip(terms, y)])
    return rows
""",
        "SciPy": """
from scipy.special import softmax
def logit_gradient(logits, targets):
    return (softmax(logits, axis=1) - targets) / logits.shape[0]
""",
        "float32 at the end": """
def logit_gradient(logits, targets):
    e = np.exp(logits - np.max(logits, axis=-1)[:, None])
    return ((e / e.sum(-1)[:, None] - targets) / len(e)).astype(np.float32)
""",
        "Jacobian of each sample, as a tuple": """
def logit_gradient(logits, targets):
    rows = []
    for z, y in zip(logits, targets):
        log_p = z - z.max() - np.log(np.exp(z - z.max()).sum())
        slope_of_log_p = np.eye(len(z)) - np.exp(log_p)
        rows.append(tuple(-(y @ slope_of_log_p) / len(logits)))
    return tuple(rows)
""",
        "times the sum of the targets": """
def logit_gradient(logits, targets):
    p = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    return p * (targets.sum(axis=1, keepdims=True) / len(p)) - targets / len(p)
""",
    },
    "weight_gradient": {
        "loops": """
def weight_gradient(weights, bias, inputs, labels):
    of_weights, of_bias = np.zeros(weights.shape), np.zeros(bias.shape)
    for x, label in zip(inputs, labels):
        z = weights @ x + bias
        p = np.exp(z - z.max())
        p /= p.sum()
        p[label] -= 1
        of_weights += np.outer(p, x)
        of_bias += p
    return of_weights / len(labels), of_bias / len(labels)
""",
        "einsum, as a list of lists": """
def weight_gradient(weights, bias, inputs, labels):
    z = np.einsum("kd,nd->nk", weights, inputs) + bias
    error = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])
    error[np.arange(len(labels)), labels] -= 1
    return [np.einsum("nk,nd->kd", error, inputs).tolist() / np.float64(len(z)),
            error.mean(axis=0).tolist()]
""",
        "SciPy": """
from scipy.special import softmax
def weight_gradient(weights, bias, inputs, labels):
    p = softmax(inputs @ weights.T + bias, axis=1)
    error = p - (labels[:, None] == np.arange(len(bias)))
    return (inputs.T @ error).T / len(p), error.mean(0)
""",
        "a feature that is one, in float32": """
def weight_gradient(weights, bias, inputs, labels):
    extended = np.column_stack([inputs, np.ones(len(inputs))])
    error = logit_gradient(extended @ np.column_stack([weights, bias]).T, np.eye(len(bias))[labels])
    both = (error.T @ extended).astype(np.float32)
    return both[:, :-1], both[:, -1]
""",
    },
    "claim_5": {
        "array": "claim_5 = np.False_; counterexample_5 = np.array([0.0, 5.0, 0.0])",
        "tuple": "claim_5, counterexample_5 = False, (-1, 2, -1, 1)",
        "integers": "claim_5, counterexample_5 = False, [0, 4, 1]",
        "found": """
claim_5 = False
for z in np.random.default_rng(2).normal(size=(500, 4)) * 2:
    p = np.exp(z) / np.exp(z).sum()
    r = p - np.eye(4)[0]
    if (p * (r - p @ r))[1:].min() < -1e-3:
        counterexample_5 = z
        break
""",
    },
}

EQUIVALENT: dict[str, str] = {}

WRONG_EXAMPLES = {
    "counterexample_5": [
        [0.0, 0.0, 0.0],
        [3.0, 1.0, 0.0],
        [0.0, 5.0],
        [0.0, 1000.0, 0.0],
        [1.0],
        [],
        [float("nan"), 1.0, 0.0],
        [float("inf"), 1.0, 0.0],
        [[0.0, 3.0, 0.0]],
        "text",
        None,
    ],
}
