"""Makes what students get from the masters: notebooks, and the pages of the site.

The files are tracked in git, so that a change of a master shows in the review what students will
see, and so that `build --check` can say that one was forgotten.
"""

import argparse
import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from course_utils.grading.masters import (
    Cell,
    ExerciseError,
    find_exercises,
    label,
    load_master,
    raise_if_any,
    specification_version,
    student_cells,
)
from course_utils.grading.spec import POINTS, Exercise

EXERCISES = Path("book", "exercises")
NOTEBOOKS = "notebooks"
VISIBLE = "# Visible check: it looks at the form and at easy cases, and is not the final score."
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    # No version: it would change from machine to machine.
    "language_info": {"name": "python"},
}
HOW_TO = (
    "* Write your code in the cells that say so, and keep the names of functions and variables: "
    "your answers are found by them.",
    "* You may add cells. Nothing has to be installed: NumPy is enough.",
    "* The checks below the questions are *visible checks*. They look at the form of an answer and "
    "at easy cases. **To pass them is not the final score**: your functions are called with other "
    "inputs as well.",
    "* Before you hand in, restart the kernel and run all cells from top to bottom. Then save, and "
    "hand in this file, `{file}`, as your lecturer says.",
)
# A number of a student, an address or a name, which becomes the name of a folder.
STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")


@dataclass(frozen=True)
class Course:
    """The site to which exercises belong."""

    root: Path

    @cached_property
    def settings(self) -> dict[str, Any]:
        return read_yaml(self.root / "_config.yml")

    @property
    def title(self) -> str:
        return str(self.settings["title"])

    @property
    def address(self) -> str:
        """Where the site is published, without a slash at the end."""
        return str(self.settings["html"]["baseurl"]).rstrip("/")

    def address_of(self, page: Path) -> str:
        """Return where a page is published."""
        path = page.resolve().relative_to(self.root).with_suffix(".html")
        return f"{self.address}/{path.as_posix()}"

    @property
    def contents(self) -> str:
        return (self.root / "_toc.yml").read_text(encoding="utf-8")


def read_yaml(path: Path) -> dict[str, Any]:
    import yaml

    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def course_around(folder: Path) -> Course | None:
    """Return the course in which a folder lies, if it does."""
    for above in folder.resolve().parents:
        if (above / "_config.yml").is_file() and (above / "_toc.yml").is_file():
            return Course(above)
    return None


def title_of(chapter: Path) -> str:
    text = chapter.read_text(encoding="utf-8")
    return next(line[2:].strip() for line in text.splitlines() if line.startswith("# "))


def notebook_name(slug: str) -> str:
    return f"exercise_{slug}.ipynb"


def counted(number: float, unit: str) -> str:
    return f"{number:g} {unit}" + ("" if number == 1 else "s")


def size(exercise: Exercise) -> str:
    questions = counted(len(exercise.questions), "question")
    return f"{questions}, {counted(POINTS, 'point')}, about {counted(exercise.minutes, 'minute')}"


def without_title(cells: Sequence[Cell]) -> Iterator[tuple[str, Cell]]:
    """Yield the student's cells, each with what is shown of it."""
    for number, cell in enumerate(cells):
        source = cell.source
        if number == 0:
            source = source.partition("\n")[2].strip("\n")
        if source:
            yield source, cell


# The notebook


def opening(exercise: Exercise, key: str, chapter: Path | None, page: Path | None) -> str:
    """Return the first text of a notebook: what it is and how it is handed in."""
    course = course_around(page) if page else None
    lines = [f"# {exercise.title}", ""]
    if course and page and chapter:
        lines.append(
            f"A graded exercise of [{course.title}]({course.address}): "
            f"{size(exercise)}. It belongs to the chapter "
            f"[{title_of(chapter)}]({course.address_of(chapter)}), and stands "
            f"[on the site]({course.address_of(page)}) as well."
        )
    else:
        variant = key.partition("/")[2]
        named = f" Yours is the variant `{variant}`." if variant else ""
        lines.append(f"A graded exercise: {size(exercise)}.{named}")
    how_to = "\n".join(HOW_TO).format(file=notebook_name(exercise.slug))
    return "\n".join([*lines, "", how_to])


def make_notebook(
    folder: Path, key: str, chapter: Path | None = None, page: Path | None = None
) -> bytes:
    """Return the student's notebook of an exercise, the same bytes every time.

    Parameters
    ----------
    folder : Path
        Holds the master and the specification.
    key : str
        ``slug`` or ``slug/variant``.
    chapter, page : Path, optional
        The pages of the site to which the notebook leads.
    """
    exercise, master = load_master(folder)
    sources: list[tuple[str, str, list[str]]] = [
        ("markdown", opening(exercise, key, chapter, page), [])
    ]
    named = False
    for source, cell in without_title(student_cells(master)):
        if cell.kind == "code" and not named:
            source, named = f"{label(key)}\n{source}", True
        elif "check" in cell.tags:
            source = f"{VISIBLE}\n{source}"
        sources.append((cell.kind, source, sorted(cell.tags)))
    prefix = key.replace("/", "-")
    cells: list[dict[str, object]] = []
    for number, (kind, source, tags) in enumerate(sources):
        cell_of_notebook: dict[str, object] = {
            "cell_type": kind,
            "id": f"{prefix[:50]}-{number}",
            "metadata": {"tags": tags} if tags else {},
            "source": source.splitlines(keepends=True),
        }
        if kind == "code":
            cell_of_notebook |= {"execution_count": None, "outputs": []}
        cells.append(cell_of_notebook)
    slug, _, variant = key.partition("/")
    course = {"exercise": slug, "specification": specification_version(folder)}
    if variant:
        course["variant"] = variant
    notebook = {
        "cells": cells,
        "metadata": {**METADATA, "course": course},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


# The page


def make_page(folder: Path) -> bytes:
    """Return the page of an exercise: what it asks, for reading."""
    exercise, master = load_master(folder)
    slug = exercise.slug
    parts = [
        "---\n"
        f"# Made by `python -m course_utils.grading build` from {slug}/: change that, not this.\n"
        f"exercise: {slug}\n"
        f"minutes: {exercise.minutes}\n"
        f"points: {POINTS}\n"
        "---",
        f"# {exercise.title}",
        f"A graded exercise for the chapter {{doc}}`../{slug}`: {size(exercise)}. "
        f"{{download}}`Download the notebook <{NOTEBOOKS}/{notebook_name(slug)}>`, write your "
        "answers into it, and hand it in. How that is graded is told in {doc}`../exercises`.",
    ]
    for source, cell in without_title(student_cells(master)):
        if cell.kind == "markdown":
            parts.append(source)
        elif "check" in cell.tags:
            title = "Visible check, which is not the final score"
            parts.append(f":::{{dropdown}} {title}\n{fenced(source)}\n:::")
        else:
            parts.append(fenced(source))
    return ("\n\n".join(parts) + "\n").encode()


def fenced(source: str) -> str:
    return f"```python\n{source}\n```"


# Everything that belongs to the site


def site_files(exercises: Path, out: Path) -> dict[Path, bytes]:
    """Return the contents of all files that the exercises of the site are made into.

    Raises
    ------
    ExerciseError
        With the faults of all masters.
    """
    files: dict[Path, bytes] = {}
    problems = []
    course = course_around(exercises)
    for key, folder in find_exercises(exercises).items():
        page, chapter = exercises / f"{key}.md", exercises.parent / f"{key}.md"
        try:
            if "/" in key:
                raise ExerciseError(f"{folder}: exercises of the site have no variants")
            if course and not chapter.is_file():
                raise ExerciseError(f"{folder}: there is no chapter {chapter}")
            notebook = make_notebook(folder, key, *([chapter, page] if course else []))
            files[out / NOTEBOOKS / notebook_name(key)] = notebook
            files[out / f"{key}.md"] = make_page(folder)
        except ExerciseError as error:
            problems.append(str(error))
    raise_if_any(problems)
    return files


def missing_links(exercises: Path) -> Iterator[str]:
    """Yield what has to be added by hand for an exercise to have its place in the book."""
    course = course_around(exercises)
    if not course:
        return
    for slug in find_exercises(exercises):
        chapter = exercises.parent / f"{slug}.md"
        link = f"{{doc}}`{exercises.name}/{slug}`"
        if link not in chapter.read_text(encoding="utf-8"):
            yield f"{chapter}: the exercises of the chapter do not lead to {link}"
        page = (exercises / slug).resolve().relative_to(course.root).as_posix()
        if not re.search(rf"(?m)^\s*- file: {page}$", course.contents):
            yield f"_toc.yml: add `- file: {page}` below the graded exercises"


# Exams


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Make an `ExerciseError` of what is wrong with a file as a whole."""
    try:
        yield
    except OSError as error:
        raise ExerciseError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ExerciseError(f"{path}: not a CSV file in UTF-8") from error


def read_roster(path: Path) -> list[str]:
    """Return the students of a CSV file with a column ``student``, in its order.

    Raises
    ------
    ExerciseError
        If the file cannot be read, or the column is missing, or if a student is no name for a
        folder or occurs twice.
    """
    with reading(path), path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if "student" not in (reader.fieldnames or ()):
            raise ExerciseError(
                f"{path}:1: there is no column `student`, with commas between the columns"
            )
        rows = [(reader.line_num, (row["student"] or "").strip()) for row in reader]
    problems = []
    seen: dict[str, int] = {}
    for line, student in rows:
        if not STUDENT.fullmatch(student):
            problems.append(
                f"{path}:{line}: {student!r} cannot name a folder: letters, digits and ._@+- only"
            )
        # Not every file system tells capitals from small letters.
        elif student.casefold() in seen:
            first = seen[student.casefold()]
            problems.append(f"{path}:{line}: {student!r} stands on line {first} already")
        seen.setdefault(student.casefold(), line)
    raise_if_any(problems)
    if not rows:
        raise ExerciseError(f"{path}: there are no students in it")
    return [student for _, student in rows]


def variant_for(student: str, keys: Sequence[str], seed: int) -> str:
    """Return which of the keys of an exercise a student gets.

    It hangs on the student, the exercise and the seed alone: whoever enrols late changes nothing
    for the others.
    """
    slug = keys[0].partition("/")[0]
    number = hashlib.sha256(f"{seed}\n{slug}\n{student}".encode()).digest()
    return sorted(keys)[int.from_bytes(number) % len(keys)]


def assign(students: Sequence[str], keys: Sequence[str], seed: int) -> dict[tuple[str, str], str]:
    """Return the key of the exercise for each student and slug."""
    by_slug: dict[str, list[str]] = {}
    for key in keys:
        by_slug.setdefault(key.partition("/")[0], []).append(key)
    return {
        (student, slug): variant_for(student, variants, seed)
        for student in students
        for slug, variants in by_slug.items()
    }


def private_files(
    exercises: Path, out: Path, students: Sequence[str] = (), seed: int = 0
) -> dict[Path, bytes]:
    """Return the contents of all files of private exercises.

    Without students, one notebook for each exercise and variant; with students, a folder for each
    of them, and ``assignment.csv``, which says who has got which variant.
    """
    found = find_exercises(exercises)
    notebooks: dict[str, bytes] = {}
    problems = []
    for key, folder in found.items():
        try:
            notebooks[key] = make_notebook(folder, key)
        except ExerciseError as error:
            problems.append(str(error))
    raise_if_any(problems)
    if not students:
        return {
            out / variant / notebook_name(slug): content
            for key, content in notebooks.items()
            for slug, _, variant in [key.partition("/")]
        }
    files: dict[Path, bytes] = {}
    lines = ["student,exercise,variant"]
    for (student, slug), key in assign(students, list(found), seed).items():
        lines.append(f"{student},{slug},{key.partition('/')[2]}")
        files[out / student / notebook_name(slug)] = notebooks[key]
    files[out / "assignment.csv"] = ("\n".join(lines) + "\n").encode()
    return files


def read_assignment(path: Path) -> dict[tuple[str, str], str]:
    """Return the key of the exercise for each student and slug, as `assign` gave it.

    Raises
    ------
    ExerciseError
        If the file cannot be read, or a column is missing.
    """
    with reading(path), path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"student", "exercise", "variant"} <= set(reader.fieldnames or ()):
            raise ExerciseError(f"{path}:1: the columns are not `student,exercise,variant`")
        return {
            (row["student"], row["exercise"]): "/".join(
                filter(None, (row["exercise"], row["variant"]))
            )
            for row in reader
        }


# The command


def orphans(files: Mapping[Path, bytes], out: Path) -> list[Path]:
    """Return the files of exercises that there are no more."""
    found = {*out.rglob(notebook_name("*")), *out.glob("*.md")}
    return sorted(found - set(files))


def is_fresh(path: Path, content: bytes) -> bool:
    # Git may have written line endings of the system.
    return path.is_file() and path.read_bytes().replace(b"\r\n", b"\n") == content


def stale(files: Mapping[Path, bytes]) -> Iterator[str]:
    for path, content in sorted(files.items()):
        if not is_fresh(path, content):
            yield f"{'stale' if path.is_file() else 'missing'}: {path}"


def write(files: Mapping[Path, bytes]) -> int:
    """Write what has changed, and count it; what has not keeps its time, on which builds rest."""
    count = 0
    for path, content in sorted(files.items()):
        if not is_fresh(path, content):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            count += 1
    return count


def build(arguments: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    try:
        if arguments.private:
            if not arguments.out:
                raise ExerciseError("--private needs --out: a folder outside of the repository")
            students = read_roster(arguments.roster) if arguments.roster else []
            files = private_files(arguments.private, arguments.out, students, arguments.seed)
        elif arguments.roster:
            raise ExerciseError("--roster goes with --private: the site's exercises are for all")
        else:
            files = site_files(arguments.exercises, arguments.out or arguments.exercises)
    except ExerciseError as error:
        print(error, file=sys.stderr)
        return 1
    out = arguments.out or arguments.exercises
    left: list[str] = []
    if arguments.check:
        left += stale(files)
        if left:
            left.append("run `python -m course_utils.grading build`, and commit what it writes")
    else:
        try:
            print(f"wrote {write(files)} of {len(files)} files to {out}")
        except OSError as error:
            print(f"{error.filename}: {error.strerror}", file=sys.stderr)
            return 1
    left += [f"orphaned, delete it: {path}" for path in orphans(files, out)]
    if not arguments.private:
        left += missing_links(arguments.exercises)
    for line in left:
        print(line, file=sys.stderr)
    return 1 if left else 0


def add_build_parser(subparsers: Any) -> None:
    """Add the command `build`."""
    parser = subparsers.add_parser(
        "build",
        help="make the students' notebooks and the pages from the masters",
        description="Make the students' notebooks and the pages from the masters. "
        "Nothing is written unless all masters are sound.",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if a file is out of date"
    )
    parser.add_argument(
        "--exercises",
        type=Path,
        default=EXERCISES,
        metavar="DIR",
        help="the folder of the masters (default: %(default)s)",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where to write (default: beside the masters)"
    )
    parser.add_argument(
        "--private",
        type=Path,
        metavar="DIR",
        help="build the exercises of an exam from this folder outside of the repository, "
        "<slug>/ or <slug>/<variant>/",
    )
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="CSV",
        help="with --private: one notebook for each line of the column `student`, and "
        "assignment.csv with their variants",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="with --roster: draws the variants (default: 0)"
    )
    parser.set_defaults(run=build)
