"""Two surfaces, and a descent on each."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from scipy.optimize import minimize

from course_utils.losses import sigmoid_cross_entropy_and_gradient
from course_utils.models import gradient_descent
from course_utils.sigmoid import sigmoid

from .picture import Marks, Picture, Values, at

X = np.arange(8) - 3.5
YEARS = {
    "overlapping": np.array([0, 0, 1, 0, 1, 1, 1, 1]),
    "separable": np.array([0, 0, 0, 0, 1, 1, 1, 1]),
}
KEYS = ("crossEntropy", "squaredError")
UP = at(-6, 6, 240, 40)
ACROSS = {"crossEntropy": at(-4, 4, 58, 218), "squaredError": at(-4, 4, 232, 392)}


def of(key: str, passed: Any) -> Any:
    def value_and_gradient(parameters: Any) -> tuple[float, Any]:
        logits = parameters[0] * X + parameters[1]
        if key == "crossEntropy":
            loss, error = sigmoid_cross_entropy_and_gradient(passed, logits)
        else:
            p = sigmoid(logits)
            loss, error = np.mean((p - passed) ** 2), 2 * (p - passed) * p * (1 - p) / len(X)
        return float(loss), np.array([error @ X, error.sum()])

    return value_and_gradient


@functools.cache
def lowest(key: str) -> Any:
    """The lowest of what several starts lead to."""
    loss = of(key, YEARS["overlapping"])
    starts = [(w, b) for w in (0.5, 1.0, 2.0) for b in (-1.0, 0.0, 1.0)]
    found = [minimize(loss, start, jac=True, tol=1e-12) for start in starts]
    return min(found, key=lambda result: result.fun).x


def follows(v: Values) -> Values:
    found = {}
    for key in KEYS:
        run = gradient_descent(
            of(key, YEARS[v["data"]]),
            [v["weight"], v["bias"]],
            learning_rate=0.5,
            steps=int(v["steps"]),
        )
        found[key] = {"path": run.points, "loss": run.values[-1]}
    return found


def marks(v: Values) -> Marks:
    found: Marks = {}
    for key in KEYS:
        x, y = np.clip(v[key]["path"][-1], [-4, -6], [4, 6])
        found[f"here-{key}"] = {"cx": ACROSS[key](x), "cy": UP(y)}
        found[f"start-{key}"] = {"cx": ACROSS[key](v["weight"]), "cy": UP(v["bias"])}
        if v["data"] == "overlapping":
            x, y = lowest(key)
            found[f"lowest-{key}"] = {"x": ACROSS[key](x), "y": UP(y) + 5}
    return found


PICTURES = {
    "two-surfaces": Picture(
        "convexity",
        follows,
        marks,
        lambda v: [
            (number, digits)
            for key in KEYS
            for number, digits in zip([v[key]["loss"], *v[key]["path"][-1]], (3, 2, 2), strict=True)
        ],
    )
}
