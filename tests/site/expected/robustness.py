"""How far six losses trust a label."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.losses import (
    absolute_error,
    brier_score,
    focal_loss,
    generalised_cross_entropy,
    hinge_loss,
    softmax_cross_entropy_and_gradient,
)
from course_utils.softmax import softmax

from .picture import Picture, Values, at

KEYS = ("crossEntropy", "focal", "hinge", "brier", "generalised", "absolute")
ACROSS = at(-6, 6, 36, 390)
UP = at(-1.5, 0, 346, 92)
STEP = 1e-4


def slopes(margin: Any, q: float, gamma: float) -> Values:
    """Return differences of the package's losses, good to a hundredth of a millionth."""
    margins = np.asarray(margin, float)
    labels = np.zeros(margins.shape, int)

    def losses(shift: float) -> Values:
        logits = np.stack([margins + shift, np.zeros_like(margins)], -1)
        return {
            "focal": focal_loss(labels, logits, gamma=gamma, reduction="none"),
            "hinge": hinge_loss(labels, logits, reduction="none"),
            "brier": brier_score(labels, softmax(logits), reduction="none"),
            "generalised": generalised_cross_entropy(labels, logits, q=q, reduction="none"),
            "absolute": absolute_error(labels, logits, reduction="none"),
        }

    above, below = losses(STEP), losses(-STEP)
    found = {key: (above[key] - below[key]) / (2 * STEP) for key in above}
    logits = np.stack([margins, np.zeros_like(margins)], -1)
    _, gradient = softmax_cross_entropy_and_gradient(labels, logits, reduction="none")
    return found | {"crossEntropy": gradient[..., 0]}


def near(v: Values) -> list[tuple[float, float, float]]:
    right = slopes(v["margin"], v["q"], v["gamma"])
    if v["margin"] == 1:
        # The slopes on both sides of the corner; the picture shows the right one.
        assert abs(right["hinge"] + 0.5) < 1e-9
        right["hinge"] = 0.0
    return [(v["slopes"][key], right[key], 1e-7) for key in KEYS]


def curves(v: Values) -> dict[str, Any]:
    def height(key: str) -> Any:
        return lambda x: UP(slopes(at(36, 390, -6, 6)(x), v["q"], v["gamma"])[key])

    return {f"curve-{key}": height(key) for key in KEYS if key != "hinge"}


PICTURES = {
    "trust": Picture(
        "robustness",
        lambda v: {},
        lambda v: {
            f"here-{key}": {"cx": ACROSS(v["margin"]), "cy": UP(v["slopes"][key])} for key in KEYS
        },
        lambda v: [(v["slopes"][key], 2) for key in KEYS],
        near=near,
        curves=curves,
    )
}
