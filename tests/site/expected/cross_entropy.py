"""The one probability of each row that cross-entropy uses."""

from __future__ import annotations

import numpy as np

from course_utils.losses import categorical_cross_entropy, squared_error

from .picture import Marks, Picture, Values

NAMES = ("cat", "dog", "pig")
OTHERS = {
    "model A": ([0.3, 0.4, 0.3], [0.1, 0.2, 0.7]),
    "model B": ([0.1, 0.7, 0.2], [0.3, 0.4, 0.3]),
}


def follows(v: Values) -> Values:
    rest = 1 - v["pig"]
    first = [rest * v["cat"], rest * (1 - v["cat"]), v["pig"]]
    rows = np.array([first, *OTHERS[v["model"]]])
    labels = np.array([NAMES.index(v["first"]), 1, 0])
    return {
        "rows": rows,
        "labels": labels,
        "means": {
            "squared": squared_error(labels, rows),
            "crossEntropy": categorical_cross_entropy(labels, rows),
        },
    }


def marks(v: Values) -> Marks:
    return {
        f"{mark}-{n}-{k}": found
        for n, row in enumerate(v["rows"])
        for k, share in enumerate(row)
        for mark, found in {
            "share": {"width": 54 * share, "x": 56 + 74 * k},
            "cell": {"stroke-width": 3 if k == v["labels"][n] else 0.75},
        }.items()
    }


def said(v: Values) -> list[tuple[float, int | None]]:
    rows, labels = np.array(v["rows"][:1]), v["labels"][:1]
    first = categorical_cross_entropy(labels, rows), squared_error(labels, rows)
    means = v["means"]["crossEntropy"], v["means"]["squared"]
    return [(float(number), 3) for number in (*first, *means)]


PICTURES = {
    "one-term": Picture(
        "cross_entropy",
        follows,
        marks,
        said,
        # Choosing a model sets its first row.
        linked=lambda v: {},
    )
}
