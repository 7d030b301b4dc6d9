"""A reliability diagram at a temperature."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from course_utils.calibration import (
    expected_calibration_error,
    fit_temperature,
    reliability_curve,
)
from course_utils.losses import softmax_cross_entropy
from course_utils.softmax import softmax

from .picture import Marks, Picture, Values, at, generator


@functools.cache
def data() -> tuple[Any, Any]:
    random = generator(1)
    labels, reported = [], []
    for _ in range(3000):
        z = [
            1.5 * np.sqrt(-2 * np.log(1 - next(random))) * np.cos(2 * np.pi * next(random))
            for _ in range(3)
        ]
        noisy = [logit - np.log(-np.log(1 - next(random))) for logit in z]
        labels.append(np.argmax(noisy))
        reported.append(2.5 * np.array(z))
    return np.array(labels), np.array(reported)


@functools.cache
def fitted(cases: int) -> float:
    labels, reported = data()
    return fit_temperature(labels[:cases], reported[:cases])


def follows(v: Values) -> Values:
    cases = int(v["cases"])
    labels, reported = (part[:cases] for part in data())
    p = softmax(reported, temperature=v["temperature"])
    curve = reliability_curve(labels, p, n_bins=10)
    return {
        "accuracy": np.mean(p.argmax(axis=1) == labels),
        "nll": softmax_cross_entropy(labels, reported, temperature=v["temperature"]),
        "ece": expected_calibration_error(labels, p, n_bins=10),
        "fitted": fitted(cases),
        "counts": curve.counts,
        "forecasts": curve.prob_pred,
        "frequencies": curve.prob_true,
        "intervals": np.stack([curve.lower, curve.upper], axis=1),
    }


def marks(v: Values) -> Marks:
    across, up = at(0.3, 1, 36, 390), at(0, 1, 262, 34)
    found: Marks = {}
    for b in np.flatnonzero(v["counts"]):
        x = across(v["forecasts"][b])
        lower, upper = v["intervals"][b]
        found[f"bin-{b}"] = {"cx": x, "cy": up(v["frequencies"][b])}
        found[f"interval-{b}"] = {"x1": x, "y1": up(lower), "x2": x, "y2": up(upper)}
        found[f"count-{b}"] = {"height": 88 * v["counts"][b] / v["cases"]}
    return found


PICTURES = {
    "reliability": Picture(
        "calibration",
        follows,
        marks,
        lambda v: [(v["accuracy"], 3), (v["nll"], 3), (v["ece"], 3), (v["fitted"], 2)],
        positions={"temperature": lambda position: 10.0**position},
    )
}
