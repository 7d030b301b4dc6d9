"""The slopes of two losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.losses import sigmoid_cross_entropy_and_gradient, squared_error_and_gradient
from course_utils.sigmoid import sigmoid

from .picture import Marks, Picture, Values, at

KEYS = ("crossEntropy", "squaredError")
ACROSS = at(-6, 6, 30, 390)
UP = {"loss": at(0, 6, 222, 62), "slope": at(-1, 1, 402, 282)}


def of(logit: Any, target: float) -> Values:
    logits = np.asarray(logit, float)
    targets = np.full(logits.shape, target)
    binary = sigmoid_cross_entropy_and_gradient(targets, logits, reduction="none")
    # That of two classes counts both of them.
    both = np.stack([targets, 1 - targets], -1), np.stack([logits, np.zeros_like(logits)], -1)
    square, gradient = squared_error_and_gradient(*both, reduction="none")
    return {
        "probability": sigmoid(logits),
        "crossEntropy": dict(zip(("loss", "slope"), binary, strict=True)),
        "squaredError": {"loss": square / 2, "slope": gradient[..., 0] / 2},
    }


def marks(v: Values) -> Marks:
    found: Marks = {
        f"here-{part}-{key}": {"cx": ACROSS(v["logit"]), "cy": UP[part](v[key][part])}
        for part in UP
        for key in KEYS
    }
    for key in KEYS:
        # Nearly along the curve: a chord of the same length in a small neighbourhood.
        ends = [of(v["logit"] + shift, v["target"])[key]["loss"] for shift in (-1e-5, 1e-5)]
        rise = (ends[1] - ends[0]) / 2e-5
        loss = of(v["logit"], v["target"])[key]["loss"]
        found[f"tangent-{key}"] = {
            "x1": ACROSS(v["logit"] - 1),
            "y1": UP["loss"](loss - rise),
            "x2": ACROSS(v["logit"] + 1),
            "y2": UP["loss"](loss + rise),
        }
    return found


def curves(v: Values) -> dict[str, Any]:
    return {
        f"{part}-{key}": lambda x, part=part, key=key: UP[part](
            of(at(30, 390, -6, 6)(x), v["target"])[key][part]
        )
        for part in UP
        for key in KEYS
    }


PICTURES = {
    "two-slopes": Picture(
        "gradients",
        lambda v: of(v["logit"], v["target"]),
        marks,
        lambda v: [
            (v["probability"], 3),
            *((v[key][part], 3) for key in KEYS for part in ("loss", "slope")),
        ],
        curves=curves,
    )
}
