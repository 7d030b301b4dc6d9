"""A constant that is added to all logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import softmax

from .picture import Marks, Picture, Values

NAMES = ("cat", "dog", "pig")


def distribution(title: str, width: float, top: float, bottom: float, shares: Any) -> Marks:
    """Return where the bars of ``pen.distribution`` end."""
    heights = {f"{title}-{name}": share for name, share in zip(NAMES, shares, strict=True)}
    bars = {
        mark: {"height": (bottom - top) * share, "y": bottom - (bottom - top) * share}
        for mark, share in heights.items()
    }
    return bars | {f"{title}-zero": {"y1": bottom}, f"{title}-one": {"y1": top}}


def logits_of(v: Values) -> Any:
    return np.array([v[name] for name in NAMES])


def bars(logits: Any, zero: float, unit: float) -> Marks:
    """Return where bars of logits lie, which stand on a line or hang from it."""
    return {
        f"logit-{name}": {
            "y": zero - unit * max(logit, 0),
            "height": unit * abs(logit),
        }
        for name, logit in zip(NAMES, logits, strict=True)
    }


def follows(v: Values) -> Values:
    logits = logits_of(v) + v["shift"]
    return {
        "logits": logits,
        "probabilities": softmax.softmax(logits),
        "logsumexp": softmax.logsumexp(logits),
    }


def marks(v: Values) -> Marks:
    unit = (258 - 24) / 13.5
    zero = 258 - 6 * unit
    return (
        bars(v["logits"], zero, unit)
        | {"zero": {"y1": zero}, "logsumexp": {"y1": zero - unit * v["logsumexp"]}}
        | distribution("probability", 184, 38, 264, v["probabilities"])
    )


PICTURES = {
    "softmax-shift": Picture(
        "softmax",
        follows,
        marks,
        lambda v: [*((share, 3) for share in v["probabilities"]), (v["logsumexp"], 2)],
    )
}
