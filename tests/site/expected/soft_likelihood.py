"""Mean losses of drawn labels."""

from __future__ import annotations

import functools
from itertools import islice
from typing import Any

import numpy as np

from course_utils.information import cross_entropy, self_information

from .picture import Marks, Picture, Values, at, generator

DRAWS = [
    *(1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32, 40, 50, 64, 80),
    *(100, 128, 160, 200, 256, 320, 400, 500, 640, 800),
    *(1000, 1280, 1600, 2000, 2560, 3200),
]
UP = at(0, 3, 330, 62)
ALONG = at(0, np.log(3200), 34, 388)


@functools.cache
def numbers() -> Any:
    return np.array(list(islice(generator(2), 30 * 3200))).reshape(30, 3200)


def running(v: Values) -> Any:
    """Return the mean loss of each run after every draw."""
    losses = self_information([v["q"], 1 - v["q"]])
    drawn = np.where(numbers() < v["share"], *losses)
    return drawn.cumsum(axis=1) / np.arange(1, 3201)


def follows(v: Values) -> Values:
    p, q = (np.array([share, 1 - share]) for share in (v["share"], v["q"]))
    h = cross_entropy(p, q)
    deviation = np.sqrt(p @ (self_information(q) - h) ** 2 / v["draws"])
    means = running(v)[:, int(v["draws"]) - 1]
    within = np.abs(means - h) <= deviation * (1 + 1e-9) + 1e-12
    return {
        "crossEntropy": h,
        "deviation": deviation,
        "means": means,
        "within": within.sum(),
    }


def marks(v: Values) -> Marks:
    x = ALONG(np.log(v["draws"]))
    found: Marks = {"draws": {"x1": x}, "cross-entropy": {"y1": UP(v["crossEntropy"])}}
    return found | {f"mean-{run}": {"cx": x, "cy": UP(mean)} for run, mean in enumerate(v["means"])}


def curves(v: Values) -> dict[str, Any]:
    runs = running(v)
    single = v["deviation"] * np.sqrt(v["draws"])

    def run(place: int) -> Any:
        def height(x: Any) -> Any:
            return UP(runs[place, np.rint(np.exp(at(34, 388, 0, np.log(3200))(x))).astype(int) - 1])

        return height

    def edge(side: int) -> Any:
        def height(x: Any) -> Any:
            draws = np.exp(at(34, 388, 0, np.log(3200))(x))
            return UP(v["crossEntropy"] + side * single / np.sqrt(draws))

        return height

    # With few draws there is no curve yet.
    drawn = {f"run-{place}": run(place) for place in range(30)} if v["draws"] > 30 else {}
    return drawn | {"upper": edge(1), "lower": edge(-1)}


PICTURES = {
    "fan": Picture(
        "soft_likelihood",
        follows,
        marks,
        lambda v: [
            (v["crossEntropy"], 3),
            (v["deviation"], 3),
            (v["within"], 0),
            (30, 0),
        ],
        positions={"draws": lambda position: DRAWS[int(position)]},
        curves=curves,
    )
}
