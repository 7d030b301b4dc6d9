"""Tosses of a coin."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.likelihood import bernoulli_log_likelihood

from .picture import Marks, Picture, Values


def follows(v: Values) -> Values:
    heads, tosses, theta = v["heads"], v["tosses"], v["theta"]
    outcomes = np.arange(tosses) < heads

    def at(probability: float) -> Values:
        log_likelihood = bernoulli_log_likelihood(outcomes.astype(int), probability)
        return {
            "probability": probability,
            "likelihood": np.exp(log_likelihood),
            "logLikelihood": log_likelihood,
        }

    return {
        "factors": np.where(outcomes, theta, 1 - theta),
        **at(theta),
        "estimate": at(heads / tosses),
        "models": {"A": at(0.1), "B": at(0.7), "C": at(0.2), "fair": at(0.5)},
    }


def marks(v: Values) -> Marks:
    lowest = 1.4 * min(model["logLikelihood"] for model in v["models"].values())
    highest = 1.15 * v["estimate"]["likelihood"]

    def dot(left: float, state: Values, key: str) -> dict[str, float]:
        value = state[key]
        share = value / highest if key == "likelihood" else 1 - max(value, lowest) / lowest
        return {"cx": left + 170 * state["probability"], "cy": 360 - 184 * share}

    found: Marks = {
        f"factor-{place}": {"height": 70 * factor, "y": 106 - 70 * factor}
        for place, factor in enumerate(v["factors"])
    }
    for left, key in ((12, "likelihood"), (218, "logLikelihood")):
        found[f"best-{key}"] = {"x1": left + 170 * v["heads"] / v["tosses"]}
        found[f"here-{key}"] = dot(left, v, key)
        for name, model in v["models"].items():
            found[f"{name}-{key}"] = dot(left, model, key)
    return found


def curves(v: Values) -> dict[str, Any]:
    outcomes = (np.arange(v["tosses"]) < v["heads"]).astype(int)
    lowest = 1.4 * min(model["logLikelihood"] for model in v["models"].values())
    highest = 1.15 * v["estimate"]["likelihood"]

    def height(left: float, key: str) -> Any:
        def of(x: Any) -> Any:
            theta = np.clip((x - left) / 170, 0, 1)
            value = bernoulli_log_likelihood(outcomes, theta)
            return 360 - 184 * (
                np.exp(value) / highest if key == "likelihood" else 1 - value / lowest
            )

        return of

    return {
        f"curve-{key}": height(left, key)
        for left, key in ((12, "likelihood"), (218, "logLikelihood"))
    }


PICTURES = {
    "coin-likelihood": Picture(
        "likelihood",
        follows,
        marks,
        lambda v: [
            (v["likelihood"], None),
            (v["logLikelihood"], 2),
            (v["estimate"]["probability"], 2),
            (v["estimate"]["likelihood"], None),
        ],
        lambda v: {"heads": min(v["heads"], v["tosses"])},
        curves=curves,
    )
}
