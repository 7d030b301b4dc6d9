"""Exercises on disk: the master with its solution, and the specification beside it.

``book/exercises/<slug>/master.md`` is a text notebook in MyST Markdown that solves the exercise.
The student's version is made from it:

* In a code cell, the lines from ``### BEGIN SOLUTION`` to ``### END SOLUTION`` are replaced by the
  lines that begin with ``# STUB: `` between them, or by ``raise NotImplementedError`` where there
  are none.
* Cells tagged ``check`` are visible checks; cells tagged ``solution`` are left out.
"""

import runpy
from dataclasses import dataclass
from pathlib import Path

from course_utils.grading.spec import Exercise


def load_exercise(folder: Path) -> Exercise:
    """Return what ``spec.py`` in this folder defines as ``exercise``."""
    exercise = runpy.run_path(str(folder / "spec.py"))["exercise"]
    if not isinstance(exercise, Exercise):
        raise TypeError(f"{folder / 'spec.py'}: `exercise` must be an Exercise")
    if exercise.slug != folder.name:
        raise ValueError(f"{folder}: the slug of the exercise is {exercise.slug!r}")
    return exercise


@dataclass(frozen=True)
class Cell:
    """A cell of a master."""

    kind: str
    source: str
    tags: frozenset[str]


def read_master(folder: Path) -> tuple[Cell, ...]:
    """Return the cells of ``master.md`` in this folder."""
    import jupytext

    notebook = jupytext.read(folder / "master.md")
    return tuple(
        Cell(cell.cell_type, cell.source, frozenset(cell.metadata.get("tags", ())))
        for cell in notebook.cells
    )
