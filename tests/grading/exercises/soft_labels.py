"""Right answers to the exercise on soft labels in other styles, and equivalent mutants."""

STYLES = {
    "prediction_1": {
        "capital": 'prediction_1 = "B"',
        "spaces": 'prediction_1 = " b "',
        "single quotes": "prediction_1 = 'b'",
        "computed": 'prediction_1 = "b" if 0.95 - (0.8 + 0.2 / 4) > 0 else "a"',
    },
    "soft_loss": {
        "loops": """
import math
def soft_loss(votes, logits):
    top = max(logits)
    log_sum = math.log(sum(math.exp(z - top) for z in logits))
    total = 0.0
    for n, z in zip(votes, logits):
        if n:
            total += n * (log_sum - (z - top))
    return total / sum(votes)
""",
        "vote by vote": """
def soft_loss(votes, logits):
    answers = np.repeat(np.arange(len(votes)), votes)
    logits = np.array(logits)
    return np.mean(np.logaddexp.reduce(logits) - logits[answers])
""",
        "SciPy": """
from scipy.special import log_softmax
def soft_loss(votes, logits):
    shares = np.array(votes) / np.sum(votes)
    log_q = np.where(shares > 0, log_softmax(logits), 0.0)
    return -shares @ log_q
""",
        "float32 in a 0-d array": """
def soft_loss(votes, logits):
    votes, logits = np.array(votes), np.array(logits)
    lead = logits - logits.max()
    lead = np.nan_to_num(np.log(np.exp(lead).sum()) - lead, posinf=0.0)
    return np.array(np.average(lead, weights=votes), dtype=np.float32)
""",
    },
    "learnt": {
        "decimals": "learnt = (0.6, 0.6, 0.6826, 0.58)",
        "array": "learnt = np.array([0.6, 0.6, 0.68256, 0.58])",
        "SciPy": """
from scipy.stats import binom
learnt = [0.6, 3 / 5, binom.sf(2, 5, 0.6), (1 - 0.2) * 0.6 + 0.2 * 0.5]
""",
        "all answers of five people, in float32": """
from itertools import product
majority = sum(0.6**sum(v) * 0.4**(5 - sum(v)) for v in product((0, 1), repeat=5) if sum(v) > 2)
learnt = np.float32([0.6, 0.6, majority, 0.58])
""",
    },
    "distillation_gradient": {
        "loops": """
import math
def distillation_gradient(teacher, student, temperature):
    def soften(logits):
        terms = [math.exp((z - max(logits)) / temperature) for z in logits]
        return [term / sum(terms) for term in terms]
    return [(q - p) / temperature for q, p in zip(soften(student), soften(teacher))]
""",
        "SciPy": """
from scipy.special import softmax
def distillation_gradient(teacher, student, temperature):
    return (softmax(student / temperature) - softmax(teacher / temperature)) / temperature
""",
        "float32 at the end": """
def distillation_gradient(teacher, student, temperature):
    beta = 1 / temperature
    p = np.exp(beta * (teacher - teacher.max()))
    q = np.exp(beta * (student - student.max()))
    return (beta * (q / q.sum() - p / p.sum())).astype(np.float32)
""",
        "by way of the Jacobian, as a tuple": """
def distillation_gradient(teacher, student, temperature):
    p = np.exp((teacher - np.max(teacher)) / temperature)
    q = np.exp((student - np.max(student)) / temperature)
    p, q = p / p.sum(), q / q.sum()
    slopes = (np.eye(len(q)) - q) / temperature
    return tuple(-p @ slopes)
""",
    },
    "claim_5": {
        "array": "claim_5 = np.False_; counterexample_5 = np.array([11, 9]), np.ones(2) / 2",
        "list": "claim_5, counterexample_5 = False, [[3, 0, 1], [1, 0, 0]]",
        "floats": "claim_5, counterexample_5 = False, ((2.0, 1.0), (2 / 3, 1 / 3))",
        "found": """
claim_5 = False
q = np.array([0.7, 0.2, 0.1])
votes = np.array([4, 2, 1])
single = sum(n * ((q - y) ** 2).sum() for n, y in zip(votes, np.eye(3)))
if abs(single - 7 * ((q - votes / 7) ** 2).sum()) > 1e-9:
    counterexample_5 = votes, q
""",
    },
}

EQUIVALENT: dict[str, str] = {}

WRONG_EXAMPLES = {
    "counterexample_5": [
        ([5, 0], [0.4, 0.6]),
        ([0, 0], [0.4, 0.6]),
        ([2.5, 1], [0.4, 0.6]),
        ([-1, 3], [0.4, 0.6]),
        ([1, 1], [0.4, 0.4]),
        ([1, 1], [1.2, -0.2]),
        ([1, 1], [float("nan"), 0.5]),
        ([1, float("inf")], [0.5, 0.5]),
        ([1, 1], [0.2, 0.3, 0.5]),
        ([1], [1.0]),
        ([], []),
        [1, 1],
        "text",
        None,
    ],
}
