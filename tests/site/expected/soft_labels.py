"""Twenty votes, and labels made of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.information import entropy
from course_utils.labels import labels_from_votes, smooth_labels
from course_utils.losses import categorical_cross_entropy
from course_utils.softmax import hardmax

from .picture import Marks, Picture, Values, at

LABELS = ("majority", "soft", "smoothed")
ACROSS = at(0, 1, 30, 390)
UP = at(0, 4.8, 366, 128)


def labels(v: Values) -> dict[str, Any]:
    soft = labels_from_votes([v["happy"], 20 - v["happy"]])
    majority = hardmax(soft)
    smoothed = smooth_labels(majority, v["smoothing"]) if v["smoothing"] else majority
    return dict(zip(LABELS, (majority, soft, smoothed), strict=True))


def follows(v: Values) -> Values:
    q = np.array([v["q"], 1 - v["q"]])
    return {
        name: {
            "target": label[0],
            "loss": categorical_cross_entropy(label, q),
            "least": entropy(label),
        }
        for name, label in labels(v).items()
    }


def marks(v: Values) -> Marks:
    found: Marks = {f"vote-{k}": {"cx": 20 + 19 * k} for k in range(int(v["happy"]))}
    found |= {f"vote-{k}": {"x": 14 + 19 * k} for k in range(int(v["happy"]), 20)}
    for name in LABELS:
        found[f"here-{name}"] = {"cx": ACROSS(v["q"]), "cy": UP(v[name]["loss"])}
        if 0 < v[name]["target"] < 1:
            found[f"least-{name}"] = {
                "x": ACROSS(v[name]["target"]),
                "y": UP(v[name]["least"]) + 17,
            }
    return found


def curves(v: Values) -> dict[str, Any]:
    def loss(label: Any) -> Any:
        def height(x: Any) -> Any:
            q = at(30, 390, 0, 1)(x)
            return UP(
                categorical_cross_entropy(
                    np.tile(label, (len(q), 1)), np.c_[q, 1 - q], reduction="none"
                )
            )

        return height

    return {f"curve-{name}": loss(label) for name, label in labels(v).items()}


PICTURES = {
    "votes": Picture(
        "soft_labels",
        follows,
        marks,
        lambda v: [
            (v["majority"]["loss"], 2),
            *((v[name][key], 2) for name in LABELS[1:] for key in ("loss", "least", "target")),
        ],
        curves=curves,
    )
}
