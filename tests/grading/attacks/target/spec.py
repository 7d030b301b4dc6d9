"""The exercise that the attacks are aimed at: small, and with every kind of question."""

import numpy as np

from course_utils.grading.spec import Array, Cases, Choice, Claim, Exercise, Function, Mistake, Real


def vectors(rng):
    return [(rng.uniform(1.0, 2.0, size=n),) for n in (2, 3, 5)]


def probabilities(rng):
    return [(rng.uniform(0.1, 0.9, size=n),) for n in (2, 4)]


def with_a_one(rng):
    return [(np.append(rng.uniform(0.1, 0.9, size=2), 1.0),)]


exercise = Exercise(
    slug="target",
    title="A target",
    minutes=5,
    questions=(
        Function(
            name="double",
            title="Twice",
            reference=lambda x: 2 * x,
            answer=Array(1),
            cases=(Cases("vectors", 3, vectors),),
            mistakes=(
                Mistake("same", lambda x: x, "once is not twice"),
                Mistake("square", lambda x: x**2, "that is the square"),
                Mistake("half", lambda x: x / 2, "that is the half"),
                Mistake("sum", lambda x: np.sum(2 * x), "one number for each"),
            ),
        ),
        Function(
            name="surprise",
            title="Mean surprise",
            reference=lambda p: float(-np.mean(np.log(p))),
            answer=Real(),
            cases=(
                Cases("probabilities", 2, probabilities),
                Cases("a certain event", 2, with_a_one),
            ),
            mistakes=(
                Mistake("sign", lambda p: np.mean(np.log(p)), "surprise is not negative"),
                Mistake("sum", lambda p: -np.sum(np.log(p)), "the mean, not the sum"),
                Mistake("bits", lambda p: -np.mean(np.log2(p)), "nats, not bits"),
                Mistake("of the mean", lambda p: -np.log(np.mean(p)), "first the logarithm"),
            ),
        ),
        Choice(name="letter", title="A letter", points=1, correct="b", hints={"a": "not a"}),
        Claim(
            name="claim",
            title="Squares are larger",
            points=2,
            holds=False,
            example="number",
            form=Real(),
            flaw=lambda x: None if 0 < x < 1 else "its square is no smaller",
            wrong_verdict="think of numbers below one",
        ),
    ),
)
