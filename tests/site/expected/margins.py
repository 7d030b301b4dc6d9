"""A feature on the circle, and four margins."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.margins import (
    additive_margin_logits,
    arcface_logits,
    large_margin_logits,
    soft_margin_logits,
)

from .picture import Marks, Picture, Values, at

KEYS = ("none", "large", "soft", "additive", "arcface")
ACROSS = at(0, 180, 36, 382)
UP = at(-3, 1, 406, 238)


def all_logits(degrees: Any, v: Values) -> Values:
    """Return the logits of the label and of a rival, which stands at 120 degrees."""
    theta = np.radians(degrees)
    cosines = np.stack([np.cos(theta), np.cos(np.radians(120) - theta)], -1)
    labels, ones = np.zeros(theta.shape, int), np.ones(theta.shape)
    return {
        "none": cosines,
        "large": large_margin_logits(labels, cosines, ones, margin=2),
        "soft": soft_margin_logits(labels, cosines, 4 * ones, margin=2) / 4,
        "additive": additive_margin_logits(labels, cosines, margin=v["additive"], scale=1),
        "arcface": arcface_logits(labels, cosines, margin=v["angle"], scale=1),
    }


def near(v: Values) -> list[tuple[float, float, float]]:
    """Differences of logits at the boundaries, and of the slopes on both sides of the turn."""
    logits = all_logits(v["degrees"], v)
    found = [(v["logits"][key], logits[key][0], 1e-7) for key in KEYS]
    for key, place in v["boundaries"].items():
        label, rival = all_logits(place, v)[key]
        found.append((label, rival, 1e-12))
    lowest = [all_logits(v["turn"] + shift, v)["arcface"][0] for shift in (-0.5, 0)]
    if v["angle"] >= 0.05:
        lowest.append(all_logits(v["turn"] + 0.5, v)["arcface"][0])
    assert min(lowest) == lowest[1]
    return found


def marks(v: Values) -> Marks:
    def circle(degrees: float, radius: float) -> tuple[float, float]:
        theta = np.radians(degrees)
        return 98 + radius * np.sin(theta), 116 - radius * np.cos(theta)

    x, y = circle(v["degrees"], 74)
    found: Marks = {"feature": {"cx": x, "cy": y}, "turn": {"x1": ACROSS(v["turn"])}}
    for key in KEYS:
        found[f"here-{key}"] = {"cx": ACROSS(v["degrees"]), "cy": UP(v["logits"][key])}
    for key, place in v["boundaries"].items():
        (x1, y1), (x2, y2) = circle(place, 20), circle(place, 84)
        found[f"boundary-{key}"] = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return found


def curves(v: Values) -> dict[str, Any]:
    def height(key: str) -> Any:
        return lambda x: UP(all_logits(at(36, 382, 0, 180)(np.clip(x, 36, 382)), v)[key][:, 0])

    return {f"curve-{key}": height(key) for key in KEYS}


PICTURES = {
    "margins": Picture(
        "margins",
        lambda v: {},
        marks,
        lambda v: [*((v["logits"][key], 2) for key in KEYS), (v["turn"], 0)],
        near=near,
        curves=curves,
    )
}
