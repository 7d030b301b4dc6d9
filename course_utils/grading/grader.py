"""Grades one notebook: a pure function of its bytes, the exercise and the seed."""

import hashlib
import json
import platform
import re
import types
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from course_utils import __version__
from course_utils.grading import judge, notebooks
from course_utils.grading.answers import Answer, NotGraded
from course_utils.grading.masters import (
    SPEC,
    ExerciseError,
    exercise_version,
    find_exercises,
    key_in,
    load_exercise,
    names_defined,
    read_master,
)
from course_utils.grading.notebooks import UnreadableNotebook
from course_utils.grading.sandbox import Isolation, Limits
from course_utils.grading.session import Ending, Session
from course_utils.grading.spec import Exercise

GRADED, NOT_GRADED = "graded", "not graded"
NOTEBOOK, GRADING = "notebook", "grading"
"""What is at fault where a notebook is not graded: the file that was handed in, or the grading."""


@dataclass(frozen=True)
class Material:
    """All that grading by one exercise takes, as text, so that it can go to another machine."""

    key: str
    """``slug`` or ``slug/variant``."""
    version: str
    specification: str
    solution: tuple[str, ...] = ()
    """The cells of the master's code, for the canary."""

    @property
    def slug(self) -> str:
        return self.key.partition("/")[0]

    @property
    def variant(self) -> str:
        return self.key.partition("/")[2]

    @property
    def exercise(self) -> Exercise:
        """The exercise that the specification defines."""
        return exercise_of(self.specification)

    @property
    def solved(self) -> bytes:
        """A notebook that solves the exercise."""
        return as_notebook(self.solution)


@lru_cache(maxsize=256)
def exercise_of(specification: str) -> Exercise:
    """Return the exercise that the text of a ``spec.py`` defines."""
    module = types.ModuleType("spec")
    exec(compile(specification, SPEC, "exec"), module.__dict__)
    exercise = module.__dict__["exercise"]
    assert isinstance(exercise, Exercise)
    return exercise


def load_materials(folder: Path, slug: str | None = None) -> dict[str, Material]:
    """Return all exercises of a folder by their keys, or all variants of one.

    Raises
    ------
    ExerciseError
        If there are none, or one is incomplete or wrong.
    """
    places = find_exercises(folder)
    chosen = {key: path for key, path in places.items() if slug in (None, key.partition("/")[0])}
    for place in chosen.values():
        load_exercise(place)  # which says where a specification is wrong
    if not chosen:
        raise ExerciseError(f"{folder}: no exercise {slug!r}; there are: {', '.join(places)}")
    return {
        key: Material(
            key,
            exercise_version(place),
            (place / SPEC).read_text(encoding="utf-8"),
            tuple(cell.source for cell in read_master(place) if cell.kind == "code"),
        )
        for key, place in chosen.items()
    }


def as_notebook(cells: Iterable[str], **course: str) -> bytes:
    """Return a notebook with these code cells."""
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "metadata": {},
                    "outputs": [],
                    "source": source,
                }
                for source in cells
            ],
            "metadata": {"course": course} if course else {},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
    ).encode()


# Which exercise


class Undecided(ValueError):
    """It cannot be told which exercise a notebook belongs to; the message says what to do."""


class AnotherExercise(ValueError):
    """The notebook says that it belongs to another exercise than the one that is graded."""


def plain(title: str) -> str:
    return re.sub(r"\W+", " ", title).strip().casefold()


def choose(notebook: bytes, materials: Mapping[str, Material], wanted: str | None = None) -> str:
    """Return the key of the exercise that a notebook answers.

    `wanted`, a slug, decides, unless the code holds the line ``# Exercise: …`` of another exercise:
    that notebook was handed in by mistake, and is not worth a zero. Of variants the notebook names
    its own. Without `wanted` the first of these decides: that line in the code, the metadata, the
    title, and last the exercise of which the notebook defines the most names.

    Raises
    ------
    Undecided
        With what to do.
    AnotherExercise
        If the code names another exercise than `wanted`.
    UnreadableNotebook
        If the bytes are no notebook.
    NotGraded
        If something is missing that reading it takes.
    """
    document = notebooks.read(notebook)
    named = key_in(document.code)
    if wanted is not None and named is not None and named.partition("/")[0] != wanted:
        other = named.partition("/")[0][:40]
        raise AnotherExercise(f"it is a notebook of the exercise {other}, and not of {wanted}")
    known = {key for key in materials if wanted is None or key.partition("/")[0] == wanted}
    if len(known) == 1 and wanted is not None:
        return known.pop()
    for key in (named, document.exercise):
        if key in known:
            return key
    if any("/" in key for key in known):
        raise Undecided(
            "it does not name its variant; put the line `# Exercise: <slug>, variant: <variant>` "
            "into its first code cell"
        )
    headings = {plain(heading) for heading in document.headings}
    titled = [key for key in known if plain(materials[key].exercise.title) in headings]
    if len(titled) == 1:
        return titled[0]
    defined = names_in(document.code)
    shared = {
        key: sum(name in defined for q in materials[key].exercise.questions for name in q.names)
        for key in known
    }
    best = [key for key in known if shared[key] == max(shared.values()) > 0]
    if len(best) == 1:
        return best[0]
    raise Undecided("which exercise it answers cannot be told; say so with --exercise SLUG")


MAX_PARSED = 100_000
"""Characters of code that are looked through for names: a syntax tree takes a thousandfold."""


def names_in(cells: Sequence[str]) -> set[str]:
    """Return the names that code cells define; a cell that is no Python defines none.

    Cells that do not fit into `MAX_PARSED` beside those before them are passed over.
    """
    found: set[str] = set()
    room = MAX_PARSED
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a student's backslashes are not the lecturer's concern
        for source in cells:
            if len(source) > room:
                continue
            room -= len(source)
            try:
                found |= names_defined(source)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
    return found


# Grading


@lru_cache(maxsize=256)
def plan_of(material: Material, seed: int) -> judge.Plan:
    """Return what to ask, computed once for all submissions under a seed."""
    return judge.plan(material.exercise, seed)


def grade_notebook(
    notebook: bytes,
    material: Material,
    seed: int,
    *,
    isolation: Isolation = "bubblewrap",
    limits: Limits | None = None,
    hidden: Sequence[Path] = (),
    step: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Grade one notebook.

    Parameters
    ----------
    notebook : bytes
        The file as it was handed in.
    material : Material
        The exercise.
    seed : int
        The seed of the hidden inputs, 0 or above.
    isolation : {"bubblewrap", "limits"}
        How the student's code is locked in.
    limits : Limits, optional
        What it may use.
    hidden : sequence of Path
        Folders that the student's code shall not see, wherever they lie.
    step : callable, optional
        Is told each step at which the submission may do something, before it begins.

    Returns
    -------
    dict
        What can be written as JSON: the status with its reason, the score of every question with
        its parts, and the cells that failed. Equal arguments give equal results: there is no time
        in it, and no name of a machine. It holds no hidden input, no answer of the reference, and
        no text of the student's code from after the first hidden input was sent.
    """
    result: dict[str, Any] = {
        "status": NOT_GRADED,
        "reason": "",
        "fault": "",
        "exercise": material.key,
        "version": material.version,
        "seed": seed,
        "isolation": isolation,
        "sha256": hashlib.sha256(notebook).hexdigest(),
        "software": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "course_utils": __version__,
        },
    }
    try:
        document = notebooks.read(notebook)
        plan = plan_of(material, seed)
        with Session(
            document.code, isolation=isolation, limits=limits, hidden=hidden, step=step
        ) as session:
            cells = session.run_cells()
            answers = session.evaluate(plan.requests)
        if step is not None:
            step("judging")
        questions = score(plan, answers)
    except UnreadableNotebook as error:
        return result | {"fault": NOTEBOOK, "reason": str(error)}
    except NotGraded as error:
        return result | {"fault": GRADING, "reason": str(error)}
    return result | {
        "status": GRADED,
        "title": material.exercise.title,
        "score": sum(question.earned for question in questions),
        "points": sum(question.points for question in questions),
        "questions": [asdict(question) for question in questions],
        "cells": [
            {"number": number, **asdict(cell)}
            for number, cell in enumerate(cells, start=1)
            if cell.ending is not Ending.OK
        ],
    }


def score(plan: judge.Plan, answers: Sequence[Answer]) -> tuple[judge.QuestionResult, ...]:
    """Return the results of all questions.

    Raises
    ------
    NotGraded
        If the specification fails on an answer.
    """
    try:
        return judge.score(plan, answers)
    except Exception as error:
        # The text of the error may hold the answer, or a hidden input.
        kind = type(error).__name__
        raise NotGraded(f"the specification raised {kind} on an answer; mend its spec.py") from None
