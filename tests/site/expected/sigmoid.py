"""Three scales of one probability."""

from __future__ import annotations

from course_utils.sigmoid import logit, odds, sigmoid

from .picture import Marks, Picture, Values


def marks(v: Values) -> Marks:
    return {
        "probability": {"cx": 20 + 360 * v["probability"], "cy": 48},
        "odds": {"cx": 20 + 360 * v["odds"] / 21, "cy": 138},
        "logit": {"cx": 20 + 360 * (v["logit"] + 3.2) / 6.4, "cy": 228},
    }


PICTURES = {
    "linked-scales": Picture(
        "sigmoid",
        lambda v: {},
        marks,
        lambda v: [(v["probability"], 3), (v["odds"], 2), (v["logit"], 2)],
        lambda v: {
            "odds": odds(v["probability"]),
            "logit": logit(v["probability"]),
            "probability": sigmoid(v["logit"]),
        },
    )
}
