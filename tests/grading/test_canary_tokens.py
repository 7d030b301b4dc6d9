"""No answer and no hidden input stands in what students get.

The lines of the solutions and of the specifications are the tokens that are searched for. What the
built site, its search index, its downloads and the wheel hold is searched in
``tests/ext/test_exercise_pages.py``.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
from sample_exercise import write_exercise

from course_utils.grading.masters import (
    find_exercises,
    is_telling,
    load_exercise,
    read_master,
    solution_lines,
)
from course_utils.grading.publish import make_notebook, make_page
from course_utils.grading.spec import Number

ROOT = Path(__file__).parents[2]
EXERCISES = find_exercises(ROOT / "book" / "exercises")
# What a specification has in common with the notebook by right, and why.
GIVEN = {
    # The data from which students find the temperature are drawn in the same way on both sides.
    "practice": {
        "rng = np.random.default_rng(132)",
        "scores = 8 * rng.random((400, 4))",
        "labels = np.argmax(scores - np.log(-np.log(rng.random((400, 4)))), axis=1)",
    },
}


def student_text(notebook: Path, page: Path) -> str:
    cells = nbformat.read(notebook, as_version=4).cells
    return "\n".join([*(cell.source for cell in cells), page.read_text(encoding="utf-8")])


@cache
def text_of(slug: str) -> str:
    """All that students see of an exercise, as it lies in the repository."""
    folder = ROOT / "book" / "exercises"
    return student_text(folder / "notebooks" / f"exercise_{slug}.ipynb", folder / f"{slug}.md")


def solution_tokens(folder: Path) -> set[str]:
    return {text for _, text in solution_lines(read_master(folder)) if is_telling(text)}


def specification_tokens(folder: Path) -> set[str]:
    """The telling lines of a specification, without the comma at the end and lists of names."""
    lines = (folder / "spec.py").read_text(encoding="utf-8").splitlines()
    stripped = (line.strip().rstrip(",") for line in lines)
    return {text for text in stripped if is_telling(text) and not re.fullmatch(r"[\w, ]+", text)}


@pytest.mark.parametrize("slug", EXERCISES)
def test_no_line_of_a_solution_is_shown(slug: str) -> None:
    tokens = solution_tokens(EXERCISES[slug])
    assert tokens
    assert {token for token in tokens if token in text_of(slug)} == set()


@pytest.mark.parametrize("slug", EXERCISES)
def test_no_line_of_a_specification_is_shown(slug: str) -> None:
    tokens = specification_tokens(EXERCISES[slug])
    assert len(tokens) > 20
    assert {token for token in tokens if token in text_of(slug)} == GIVEN.get(slug, set())


@pytest.mark.parametrize("slug", EXERCISES)
def test_no_number_to_be_found_is_shown(slug: str) -> None:
    """Numbers with fewer than four digits occur by chance, and may be given data."""
    for question in load_exercise(EXERCISES[slug]).questions:
        if not isinstance(question, Number):
            continue
        values = np.asarray(question.expected)
        for value in values[np.isfinite(values)].ravel() if values.dtype.kind == "f" else ():
            digits = f"{abs(value):.4g}".lstrip("0.")
            if len(digits.replace(".", "")) >= 4:
                assert digits not in text_of(slug), question.name


def test_the_search_sees_a_leak(tmp_path: Path) -> None:
    folder = write_exercise(tmp_path / "sample")
    notebook, page = tmp_path / "sample.ipynb", tmp_path / "sample.md"
    notebook.write_bytes(make_notebook(folder, "sample"))
    page.write_bytes(make_page(folder))
    sound = student_text(notebook, page)
    tokens = solution_tokens(folder) | specification_tokens(folder)
    assert not any(token in sound for token in tokens)
    for token in ("return secretsolution / 2", "return [(rng.normal(),), (876543.25,)]"):
        assert token in tokens
        page.write_text(sound + token, encoding="utf-8")
        assert any(token in student_text(notebook, page) for token in tokens)
