"""Makes up a class: notebooks on an exercise of the tests, right, mistaken and broken."""

from __future__ import annotations

from itertools import cycle, islice
from pathlib import Path

from course_utils.grading.grader import as_notebook

COURSE = Path(__file__).parent / "course"
"""A folder of exercises with one in it, ``softmax``."""

IMPORTS = "import numpy as np"
CHOICE = 'prediction_1 = "c"'
SOFTMAX = """def softmax_rows(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""
LOGSUMEXP = """def logsumexp(logits):
    logits = np.asarray(logits)
    largest = logits.max()
    return largest + np.log(np.sum(np.exp(logits - largest)))
"""
CLAIM = "claim_4 = False\ncounterexample_4 = [1.0, 0.0, -2.0]"
RIGHT = (IMPORTS, CHOICE, SOFTMAX, LOGSUMEXP, CLAIM)

#: Cells and score, by what is special about them.
STUDENTS: dict[str, tuple[tuple[str, ...], float]] = {
    "right": (RIGHT, 10),
    "wrong-choice": ((IMPORTS, 'prediction_1 = "a"', SOFTMAX, LOGSUMEXP, CLAIM), 9),
    "overflow": (
        (
            IMPORTS,
            CHOICE,
            SOFTMAX.replace(" - logits.max(axis=1, keepdims=True)", ""),
            LOGSUMEXP,
            CLAIM,
        ),
        8,
    ),
    "columns": ((IMPORTS, CHOICE, SOFTMAX.replace("axis=1", "axis=0"), LOGSUMEXP, CLAIM), 6),
    "half-done": ((IMPORTS, CHOICE, SOFTMAX), 5),
    "raises": ((IMPORTS, "undefined_name + 1", *RIGHT[1:]), 10),
    "ends-itself": ((*RIGHT[:3], "import os\nos._exit(0)", *RIGHT[3:]), 10),
    "nothing": ((), 0),
}


def write_class(folder: Path, size: int) -> dict[str, float]:
    """Write notebooks of so many students; return the scores that they deserve, by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    deserved = {}
    for number, (kind, (cells, score)) in enumerate(islice(cycle(STUDENTS.items()), size)):
        # A comment makes each notebook one of its own.
        name = f"student{number:03d}{kind}_{1000 + number}_{9000 + number}_softmax.ipynb"
        (folder / name).write_bytes(as_notebook([*cells, f"# {number}"]))
        deserved[name] = score
    return deserved
