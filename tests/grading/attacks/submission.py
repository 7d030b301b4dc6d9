"""Submissions of attackers: what is in the notebook, and which score it deserves."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any

IMPORT = "import numpy as np"
DOUBLE = "def double(x):\n    return 2 * x"
SURPRISE = "def surprise(p):\n    return -np.mean(np.log(p))"
LETTER = 'letter = "b"'
CLAIM = "claim = False\nnumber = 0.5"
SOLUTION = (IMPORT, DOUBLE, SURPRISE, LETTER, CLAIM)
"""Right answers to everything: 3 + 4 + 1 + 2 points."""
STUBS = (
    IMPORT,
    "def double(x):\n    return 0",
    "def surprise(p):\n    return 0",
    "letter = None",
    "claim = None\nnumber = None",
)
"""Wrong answers to everything."""


def notebook(*cells: str, metadata: dict[str, Any] | None = None, **changes: Any) -> bytes:
    """Return a notebook with these code cells, as JupyterLab would write it."""
    content: dict[str, Any] = {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"cell-{number}",
                "metadata": {},
                "outputs": [],
                "source": dedent(source).strip().splitlines(keepends=True),
            }
            for number, source in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"display_name": "Python 3", "name": "python3"}}
        if metadata is None
        else metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content | changes, indent=1).encode()


@dataclass(frozen=True)
class Attack:
    """A hostile submission.

    Parameters
    ----------
    name : str
        What it tries.
    cells : tuple of str
        The cells of the notebook, or nothing if `content` gives its bytes.
    score : float or None
        The points that it deserves, or None if it cannot be graded.
    fools : str
        The naive check (see ``naive.py``) that gives it more than it deserves, for attacks on the
        score: the positive control.
    limits_score : float
        The points under ``--isolation=limits`` where that differs.
    """

    name: str
    cells: tuple[str, ...] = ()
    score: float | None = 0.0
    fools: str = ""
    content: bytes | None = field(default=None, repr=False)
    limits_score: float | None = -1.0

    @property
    def notebook(self) -> bytes:
        return notebook(*self.cells) if self.content is None else self.content

    def deserves(self, isolation: str) -> float | None:
        if isolation == "limits" and self.limits_score != -1.0:
            return self.limits_score
        return self.score
