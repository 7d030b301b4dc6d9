"""A target that narrows."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.information import gaussian_cross_entropy, gaussian_kl_divergence
from course_utils.likelihood import gaussian_nll

from .picture import Marks, Picture, Values, at

UP = at(0, 12, 400, 240)
ALONG = {"width": at(-3, 1, 26, 198), "mean": at(17, 29, 218, 390)}
BACK = {"width": at(26, 198, -3, 1), "mean": at(218, 390, 17, 29)}


def of(width: Any, mean: Any, scale: Any) -> Values:
    return {
        "nll": gaussian_nll(23.0, mean, scale),
        "crossEntropy": gaussian_cross_entropy(23.0, width, mean, scale),
        "entropy": gaussian_cross_entropy(23.0, width, 23.0, width),
        "divergence": gaussian_kl_divergence(23.0, width, mean, scale),
    }


def marks(v: Values) -> Marks:
    places = {"width": ALONG["width"](np.log10(v["width"])), "mean": ALONG["mean"](v["mean"])}
    return {
        f"here-{name}-{key}": {"cx": x, "cy": UP(min(v[key], 12))}
        for name, x in places.items()
        for key in ("crossEntropy", "divergence")
    }


def curves(v: Values) -> dict[str, Any]:
    def height(name: str, key: str) -> Any:
        def seen(x: Any) -> Any:
            place = BACK[name](x)
            settings = {"width": 10**place} if name == "width" else {"mean": place}
            value = of(**({key: v[key] for key in ("width", "mean", "scale")} | settings))[key]
            return UP(np.broadcast_to(value, x.shape))

        return seen

    value = at(10, 390, 11, 35)
    density = at(0, 0.8, 150, 44)
    return {
        f"{name}-{key}": height(name, key)
        for name in ALONG
        for key in ("nll", "crossEntropy", "divergence")
        # A curve may be out of sight.
        if of(**{part: v[part] for part in ("width", "mean", "scale")})[key] < 8
    } | {
        name: lambda x, m=m, s=s: density(np.minimum(np.exp(-gaussian_nll(value(x), m, s)), 0.85))
        for name, m, s in (("target", 23.0, v["width"]), ("model", v["mean"], v["scale"]))
    }


PICTURES = {
    "delta-limit": Picture(
        "regression",
        lambda v: of(v["width"], v["mean"], v["scale"]),
        marks,
        lambda v: [(v[key], 3) for key in ("crossEntropy", "nll", "divergence", "entropy")],
        positions={"width": lambda position: 10.0**position},
        curves=curves,
    )
}
