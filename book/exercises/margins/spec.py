"""What the exercise on margins asks, with its answers."""

import math

import numpy as np

from course_utils.grading.spec import (
    Array,
    Cases,
    Choice,
    Claim,
    Exercise,
    Function,
    Mistake,
    Number,
    Real,
)
from course_utils.losses import softmax_cross_entropy
from course_utils.margins import (
    additive_margin_logits,
    arcface_logits,
    large_margin_logits,
    soft_margin_logits,
)


def one_logit(name, degrees, length, scale):
    """Return the label's logit, from the cosine alone."""
    cosines = [math.cos(math.radians(degrees)), 0.0]
    if name == "large":
        return large_margin_logits(0, cosines, length, margin=3)[0]
    if name == "soft":
        return soft_margin_logits(0, cosines, length, margin=1.0)[0]
    if name == "additive":
        return additive_margin_logits(0, cosines, margin=0.35, scale=scale)[0]
    return arcface_logits(0, cosines, margin=0.5, scale=scale)[0]


def angles_for(name, *ranges, always=()):
    """Return what draws an angle from each range, with a length and a scale that differ."""

    def inputs(rng):
        drawn = [float(rng.uniform(low, high)) for low, high in ranges]
        return [
            (name, degrees, float(rng.uniform(2, 5)), float(rng.uniform(8, 30)))
            for degrees in [*drawn, *always]
        ]

    return inputs


def mistaken_logit(
    angle=math.radians,
    large=lambda t, r: (-1) ** r * math.cos(3 * t) - 2 * r,
    soft=lambda t, length: length * math.cos(t) - 1,
    additive=lambda t, scale: scale * (math.cos(t) - 0.35),
    arcface=lambda t, scale: scale * math.cos(t + 0.5),
):
    """Return a student's function in which one part is replaced by a mistaken one."""

    def answer(name, degrees, length, scale):
        t = angle(degrees)
        if name == "large":
            return length * large(t, min(int(3 * t / math.pi), 2))
        if name == "soft":
            return soft(t, length)
        return additive(t, scale) if name == "additive" else arcface(t, scale)

    return answer


def cosine(a, b):
    return math.fsum(a * b) / math.hypot(*a) / math.hypot(*b)


def logits_one_by_one(features, weights, labels, margin, scale):
    cosines = np.array([[cosine(f, w) for w in weights] for f in features])
    if labels is None:
        return scale * cosines
    return additive_margin_logits(labels, cosines, margin=margin, scale=scale)


def some_settings(rng):
    return float(rng.uniform(0.1, 0.5)), float(rng.uniform(4, 30))


def batches(rng):
    drawn = []
    for n, k, d in [(4, 3, 2), (3, 3, 3), (1, 4, 5)]:
        features, weights = rng.normal(size=(n, d)), rng.normal(size=(k, d))
        drawn.append((features, weights, rng.integers(k, size=n), *some_settings(rng)))
    return drawn


def long_and_short(rng):
    features = rng.normal(size=(4, 3)) * np.array([[1000.0], [0.001], [30.0], [0.2]])
    weights = rng.normal(size=(5, 3)) * np.array([[0.01], [100.0], [1.0], [7.0], [0.3]])
    features[1] = weights[1] / 1000  # exactly along its class
    labels = np.array([0, 1, *rng.integers(5, size=2)])
    return [(features, weights, labels, *some_settings(rng))]


def test_time(rng):
    return [(rng.normal(size=(3, 2)), rng.normal(size=(4, 2)), None, *some_settings(rng))]


def unit_rows(a):
    return a / np.linalg.norm(a, axis=1, keepdims=True)


def hot(labels, classes):
    return np.zeros(classes) if labels is None else np.eye(classes)[labels]


def margin_from_all(features, weights, labels, margin, scale):
    z = unit_rows(features) @ unit_rows(weights).T
    return scale * (z if labels is None else z - margin)


def margin_from_columns(features, weights, labels, margin, scale):
    z = unit_rows(features) @ unit_rows(weights).T
    if labels is not None:
        z[:, labels] -= margin
    return scale * z


def margin_after_the_scale(features, weights, labels, margin, scale):
    z = unit_rows(features) @ unit_rows(weights).T
    return scale * z - margin * hot(labels, len(weights))


def margin_added(features, weights, labels, margin, scale):
    z = unit_rows(features) @ unit_rows(weights).T
    return scale * (z + margin * hot(labels, len(weights)))


def plain_products(features, weights, labels, margin, scale):
    return scale * (features @ weights.T - margin * hot(labels, len(weights)))


def weights_keep_their_length(features, weights, labels, margin, scale):
    z = unit_rows(features) @ weights.T
    return scale * (z - margin * hot(labels, len(weights)))


def features_keep_their_length(features, weights, labels, margin, scale):
    z = features @ unit_rows(weights).T
    return scale * (z - margin * hot(labels, len(weights)))


def columns_of_length_one(features, weights, labels, margin, scale):
    z = (features / np.linalg.norm(features, axis=0)) @ (
        weights / np.linalg.norm(weights, axis=0)
    ).T
    return scale * (z - margin * hot(labels, len(weights)))


def whole_array_of_length_one(features, weights, labels, margin, scale):
    z = (features / np.linalg.norm(features)) @ (weights / np.linalg.norm(weights)).T
    return scale * (z - margin * hot(labels, len(weights)))


def margin_at_test_time(features, weights, labels, margin, scale):
    z = unit_rows(features) @ unit_rows(weights).T
    winners = z.argmax(axis=1) if labels is None else labels
    return scale * (z - margin * hot(winners, len(weights)))


def least_loss(classes=1000, margin=0.25, scale=4.0, of_rivals=-1.0):
    """Return the loss at the cosine 1 of the label and a common cosine of all others."""
    cosines = np.append(1.0, np.full(classes - 1, of_rivals))
    logits = additive_margin_logits(0, cosines, margin=margin, scale=scale)
    return float(softmax_cross_entropy(0, logits))


def margin_outside():
    return float(np.log1p(999 * np.exp(-(4.0 * 2 - 0.25))))


def flaw_of_angles(numbers):
    if numbers.shape != (3,) or not np.isfinite(numbers).all():
        return "Give three finite numbers: the margin, the smaller angle and the larger one."
    margin, near, far = (float(number) for number in numbers)
    if not 0 < margin < math.pi / 2:
        return "The margin should lie between 0 and π/2, in radians."
    if not 0 <= near < far <= math.pi + 1e-6:
        return "The angles should lie between 0 and π, in radians, the smaller one first."
    if not math.cos(near + margin) < math.cos(far + margin) - 1e-9:
        return (
            "For these numbers the nearer feature does have the larger logit. Where does θ + m "
            "pass the angle at which a cosine is lowest?"
        )
    return None


exercise = Exercise(
    slug="margins",
    title="Four margins, and what they ask",
    minutes=45,
    questions=(
        Choice(
            name="prediction_1",
            title="Predict: at the door",
            points=1,
            correct="a",
            hints={
                "b": "You took the margin from Ada as if she were the label. Nobody knows the "
                "label at the door: the margin is for training.",
                "c": "The margin asked for a lead while the model learnt. It is no threshold at "
                "test time.",
            },
        ),
        Function(
            name="label_logit",
            title="The logit of the label",
            reference=one_logit,
            cases=(
                Cases(
                    "L-Softmax, in all three pieces and at the ends",
                    1,
                    angles_for("large", (10, 50), (70, 110), (130, 170), always=(180.0,)),
                ),
                Cases("soft margin", 0.5, angles_for("soft", (10, 80), (100, 170), always=(0.0,))),
                Cases(
                    "additive margin",
                    0.5,
                    angles_for("additive", (10, 80), (100, 170), always=(0.0,)),
                ),
                Cases(
                    "ArcFace, before and behind its turn",
                    1,
                    angles_for("arcface", (10, 80), (100, 140), (160, 175), always=(180.0,)),
                ),
            ),
            mistakes=(
                Mistake(
                    "degrees taken for radians",
                    mistaken_logit(angle=float),
                    "`np.cos` wants radians, and the angle comes in degrees.",
                ),
                Mistake(
                    "L-Softmax is not continued",
                    mistaken_logit(large=lambda t, r: math.cos(3 * t)),
                    "Beyond 60 degrees cos(3θ) rises again, and so does your logit of L-Softmax. "
                    "Use the pieces of ψ.",
                ),
                Mistake(
                    "L-Softmax is not turned over",
                    mistaken_logit(large=lambda t, r: math.cos(3 * t) - 2 * r),
                    "Your ψ is moved down piece by piece, but every second piece also has to be "
                    "turned over.",
                ),
                Mistake(
                    "L-Softmax is moved down too little",
                    mistaken_logit(large=lambda t, r: (-1) ** r * math.cos(3 * t) - r),
                    "Your ψ jumps where two pieces meet: at 60 degrees it comes from −1. How far "
                    "down must the next piece be moved to begin there?",
                ),
                Mistake(
                    "ArcFace adds half a degree",
                    mistaken_logit(arcface=lambda t, s: s * math.cos(t + math.radians(0.5))),
                    "You added ArcFace's margin to the angle in degrees. It is half a radian, "
                    "nearly 29 degrees.",
                ),
                Mistake(
                    "ArcFace subtracts the angle",
                    mistaken_logit(arcface=lambda t, s: s * math.cos(t - 0.5)),
                    "Your ArcFace makes the angle smaller, which helps the label beyond a quarter "
                    "of a radian. A margin makes the task harder.",
                ),
                Mistake(
                    "ArcFace subtracts from the cosine",
                    mistaken_logit(arcface=lambda t, s: s * (math.cos(t) - 0.5)),
                    "Your ArcFace takes its margin from the cosine, as the additive margin does. "
                    "Its own acts on the angle.",
                ),
                Mistake(
                    "additive margin after the scale",
                    mistaken_logit(additive=lambda t, s: s * math.cos(t) - 0.35),
                    "The additive margin is in units of the cosine: subtract it before you "
                    "multiply by the scale.",
                ),
                Mistake(
                    "soft margin before the lengths",
                    mistaken_logit(soft=lambda t, length: length * (math.cos(t) - 1)),
                    "The soft margin is in units of the logit: the lengths do not multiply it.",
                ),
            ),
        ),
        Function(
            name="batch_logits",
            title="The logits of a batch",
            reference=logits_one_by_one,
            answer=Array(2),
            cases=(
                Cases("batches of ordinary features", 1, batches),
                Cases("features and weights of very different lengths", 1, long_and_short),
                Cases("test time, without labels", 1, test_time),
            ),
            mistakes=(
                Mistake(
                    "margin taken from every class",
                    margin_from_all,
                    "You subtract the margin from every class. That is one constant for all "
                    "logits, and softmax does not notice it.",
                ),
                Mistake(
                    "whole columns",
                    margin_from_columns,
                    "`z[:, labels]` takes whole columns, for all samples. You want one entry in "
                    "each row: an index for the row and an index for the column.",
                ),
                Mistake(
                    "margin after the scale",
                    margin_after_the_scale,
                    "The margin is in units of the cosine, so the scale multiplies it, too.",
                ),
                Mistake(
                    "margin added",
                    margin_added,
                    "You made the label's logit larger. A margin makes the task harder.",
                ),
                Mistake(
                    "products in the place of cosines",
                    plain_products,
                    "These are inner products of the features and weights as they come. A cosine "
                    "is the product of two vectors of length one.",
                ),
                Mistake(
                    "weights keep their length",
                    weights_keep_their_length,
                    "You divided the features by their lengths. The weights have lengths, too.",
                ),
                Mistake(
                    "features keep their length",
                    features_keep_their_length,
                    "You divided the weights by their lengths. The features have lengths, too.",
                ),
                Mistake(
                    "columns of length one",
                    columns_of_length_one,
                    "Your columns have the length one. A feature is a row, and so are the weights "
                    "of a class: which axis do you sum along?",
                ),
                Mistake(
                    "one length for the whole array",
                    whole_array_of_length_one,
                    "Without an axis, `np.linalg.norm` gives one length for the whole array. Each "
                    "row needs its own.",
                ),
                Mistake(
                    "margin at test time",
                    margin_at_test_time,
                    "Your training logits are right. At test time you still subtract the margin, "
                    "from the class with the largest cosine: it is for training alone.",
                ),
            ),
        ),
        Number(
            name="least_loss_4",
            title="Find: the least loss",
            points=1,
            expected=least_loss(),
            mistakes=(
                Mistake(
                    "no margin",
                    least_loss(margin=0.0),
                    "This is the least loss without a margin. While the model learns, the label "
                    "is handicapped.",
                ),
                Mistake(
                    "margin the other way",
                    float(np.log1p(999 * np.exp(-4 * 2.25))),
                    "Your margin helps the label. It should make its logit smaller.",
                ),
                Mistake(
                    "margin after the scale",
                    margin_outside(),
                    "The margin is in units of the cosine, so the scale multiplies it, too.",
                ),
                Mistake(
                    "rivals at right angles",
                    least_loss(of_rivals=0.0),
                    "Your rivals stand at right angles to the feature. Their cosines can be "
                    "smaller still.",
                ),
                Mistake(
                    "one rival too many",
                    least_loss(classes=1001),
                    "You counted the label among its own rivals. How many other classes are there?",
                ),
                Mistake(
                    "the probability",
                    float(np.exp(-least_loss())),
                    "This is the largest probability. The loss is minus its logarithm.",
                ),
                Mistake(
                    "in bits",
                    least_loss() / float(np.log(2)),
                    "This is the loss in bits. Use the natural logarithm.",
                ),
            ),
            answer=Real(),
        ),
        Claim(
            name="claim_5",
            title="Judge: nearer is better",
            points=2,
            holds=False,
            example="counterexample_5",
            form=Array(1),
            flaw=flaw_of_angles,
            wrong_verdict="The angle θ ends at π, and θ + m goes on beyond it. What does the "
            "cosine do there?",
        ),
    ),
)
