"""Softmax, hardmax and sparsemax at a temperature."""

from __future__ import annotations

from course_utils import softmax
from course_utils.information import entropy

from .picture import Marks, Picture, Values
from .softmax import bars, distribution, logits_of


def follows(v: Values) -> Values:
    logits = logits_of(v)
    shares = softmax.softmax(logits, temperature=v["temperature"])
    return {
        "logits": logits,
        "softmax": shares,
        "hardmax": softmax.hardmax(logits),
        "sparsemax": softmax.sparsemax(logits / v["temperature"]),
        "entropy": entropy(shares),
    }


def marks(v: Values) -> Marks:
    return (
        bars(v["logits"], 95, 130 / 6)
        | distribution("softmax", 184, 38, 164, v["softmax"])
        | distribution("hardmax", 184, 232, 354, v["hardmax"])
        | distribution("sparsemax", 184, 232, 354, v["sparsemax"])
    )


PICTURES = {
    "temperature": Picture(
        "temperature",
        follows,
        marks,
        lambda v: [
            *((share, 2) for share in v["softmax"]),
            (v["entropy"], 2),
            *((share, 0) for share in v["hardmax"]),
            *((share, 2) for share in v["sparsemax"]),
        ],
        positions={"temperature": lambda position: 10.0**position},
    )
}
