"""Exercises on disk: the master with its solution, and the specification beside it.

``book/exercises/<slug>/master.md`` is a text notebook in MyST Markdown that solves the exercise.
The student's version is made from it:

* In a code cell, the lines from ``### BEGIN SOLUTION`` to ``### END SOLUTION`` are replaced by the
  lines that begin with ``# STUB: `` between them. Where there are none, a function is left with
  ``raise NotImplementedError("write <function>")``.
* Cells tagged ``check`` are visible checks; cells tagged ``solution`` are left out.
* Each question has a heading ``## Question 2. Title (4 points)``, and below it, before the next
  heading, the cell whose stub defines its names.

A private exercise may have variants: ``<slug>/<variant>/master.md`` and ``spec.py``, all with the
same slug. Its key is then ``<slug>/<variant>``.
"""

import ast
import hashlib
import re
import runpy
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from course_utils.grading.spec import Exercise, Question

MASTER, SPEC = "master.md", "spec.py"
BEGIN, END, STUB = "### BEGIN SOLUTION", "### END SOLUTION", "# STUB: "
TAGS = {"check", "solution"}
SLUG = re.compile(r"[a-z][a-z0-9_]*")
# Markers that are not written as they should be, and would go to the students.
LEFT_OVER = re.compile(r"\b(BEGIN|END)\b[\s_-]*SOLUTION|#\s*STUB\b", re.IGNORECASE)
ONLY_ON_THE_SITE = (
    (re.compile(r"\$\$|\\\[|\\begin\{"), "a display equation; write it inline, between dollars"),
    (re.compile(r"^\s*(```|~~~|:::)"), "a directive or fence; only code cells stand in a master"),
    (re.compile(r"\{[\w:-]+\}`"), "a MyST role, which a notebook shows as it is"),
    (re.compile(r"^\([\w-]+\)=\s*$|^% "), "a MyST target or comment, which a notebook shows"),
    (re.compile(r"\]\((?!https?://)"), "a relative link, which leads nowhere from a notebook"),
)
# Shorter lines, such as `total = 0.0`, give nothing away and occur everywhere.
TELLING = 16


class ExerciseError(ValueError):
    """An exercise that cannot be used; every line says where and why."""


@dataclass(frozen=True)
class Cell:
    """A cell of a master; `line` is that of its first line in the file."""

    kind: str
    source: str
    tags: frozenset[str] = frozenset()
    line: int = 1


@dataclass(frozen=True)
class Region:
    """The lines ``[begin, end]`` of a cell, markers included, that students do not see."""

    begin: int
    end: int
    shown: tuple[str, ...]


class BadMarkers(ValueError):
    """The markers of a cell do not match; `line` counts from 0 within the cell."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


# Loading


def load_exercise(folder: Path) -> Exercise:
    """Return what ``spec.py`` in this folder defines as ``exercise``.

    Raises
    ------
    ExerciseError
        If the file is missing or fails, with the line; if it defines no exercise, or one whose
        slug is neither the folder's name nor, for a variant, that of the folder above.
    """
    path = folder / SPEC
    if not path.is_file():
        raise ExerciseError(f"{path}: there is no such file")
    try:
        defined = runpy.run_path(str(path))
    except SyntaxError as error:
        raise ExerciseError(f"{error.filename}:{error.lineno}: {error.msg}") from error
    except Exception as error:
        lines = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename == str(path)
        ]
        place = f"{path}:{lines[-1]}" if lines else str(path)
        raise ExerciseError(f"{place}: {type(error).__name__}: {error}") from error
    if "exercise" not in defined:
        raise ExerciseError(f"{path}: the name `exercise` is not defined")
    exercise = defined["exercise"]
    if not isinstance(exercise, Exercise):
        kind = type(exercise).__name__
        raise ExerciseError(f"{path}: `exercise` must be an Exercise, and is a {kind}")
    if exercise.slug not in (folder.resolve().name, folder.resolve().parent.name):
        raise ExerciseError(
            f"{path}: the slug is {exercise.slug!r}, and the folder {folder.name!r}"
        )
    return exercise


def find_exercises(folder: Path) -> dict[str, Path]:
    """Return the folders of all exercises by their keys, ``slug`` or ``slug/variant``.

    Raises
    ------
    ExerciseError
        If there are none, if a name is no slug, or if a folder lacks one of its two files.
    """
    if not folder.is_dir():
        raise ExerciseError(f"{folder}: there is no such folder")
    found: dict[str, Path] = {}
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        if is_exercise(place):
            found[place.name] = place
        else:
            variants = sorted(path for path in place.iterdir() if path.is_dir())
            found |= {f"{place.name}/{v.name}": v for v in variants if is_exercise(v)}
    if not found:
        raise ExerciseError(f"{folder}: no folder in it holds {MASTER} and {SPEC}")
    problems = [
        f"{place}: `{name}` is no name for an exercise or a variant: small letters, digits and _"
        for key, place in found.items()
        for name in key.split("/")
        if not SLUG.fullmatch(name)
    ]
    for place in found.values():
        missing = [name for name in (MASTER, SPEC) if not (place / name).is_file()]
        problems += [f"{place / name}: there is no such file" for name in missing]
    raise_if_any(problems)
    return found


def is_exercise(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (MASTER, SPEC))


def raise_if_any(problems: Sequence[str]) -> None:
    if problems:
        raise ExerciseError("\n".join(problems))


def read_master(folder: Path) -> tuple[Cell, ...]:
    """Return the cells of ``master.md`` in this folder.

    Raises
    ------
    ExerciseError
        If the file is missing or is no notebook, or holds a cell or an option of unknown kind.
    """
    try:
        from jupytext.myst import MystMetadataParsingError, myst_to_notebook
    except ModuleNotFoundError as error:
        raise ExerciseError(
            f"{error.name} is missing: pip install 'course_utils[grading]'"
        ) from error

    path = folder / MASTER
    if not path.is_file():
        raise ExerciseError(f"{path}: there is no such file")
    text = path.read_text(encoding="utf-8")
    try:
        notebook = myst_to_notebook(text, add_source_map=True)
    except MystMetadataParsingError as error:
        raise ExerciseError(f"{path}: {error}") from error
    lines = text.splitlines()
    cells, problems = [], []
    for cell, start in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        first = cell.source.split("\n", 1)[0]
        # The map leads to the options of a cell, or to blank lines before its text.
        while start < len(lines) - 1 and lines[start].strip() != first.strip():
            start += 1
        unknown = set(cell.metadata) - {"tags"}
        if cell.cell_type not in ("code", "markdown"):
            problems.append(f"{path}:{start + 1}: a cell of the kind {cell.cell_type}")
        if unknown:
            problems.append(f"{path}:{start + 1}: unknown option {', '.join(sorted(unknown))}")
        tags = cell.metadata.get("tags", ())
        tags = frozenset([tags] if isinstance(tags, str) else tags)
        cells.append(Cell(cell.cell_type, cell.source, tags, start + 1))
    raise_if_any(problems)
    return tuple(cells)


# The student's version


def regions(source: str) -> Iterator[Region]:
    """Yield the solutions of a code cell, with what stands in their place for students.

    Raises
    ------
    BadMarkers
        If a marker has no partner, or if nothing is left in the place of a solution outside of a
        function.
    """
    lines = source.split("\n")
    begin: int | None = None
    for number, line in enumerate(lines):
        marker = line.strip()
        if marker == BEGIN:
            if begin is not None:
                raise BadMarkers(number, f"`{BEGIN}` within a solution")
            begin = number
        elif marker == END:
            if begin is None:
                raise BadMarkers(number, f"`{END}` without `{BEGIN}`")
            yield Region(begin, number, tuple(stub(source, lines, begin, number)))
            begin = None
    if begin is not None:
        raise BadMarkers(begin, f"`{BEGIN}` without `{END}`")


def stub(source: str, lines: Sequence[str], begin: int, end: int) -> list[str]:
    """Return the lines that students get instead of a solution."""
    stubs = [line for line in lines[begin:end] if line.strip().startswith(STUB)]
    if stubs:
        return [line.replace(STUB, "", 1) for line in stubs]
    around = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.lineno <= begin < (node.end_lineno or 0)
    ]
    if not around:
        raise BadMarkers(begin, f"a solution outside of a function needs a line `{STUB}…`")
    innermost = max(around, key=lambda node: node.lineno)
    indent = lines[begin][: len(lines[begin]) - len(lines[begin].lstrip())]
    return [f'{indent}raise NotImplementedError("write {innermost.name}")']


def without_solution(source: str) -> str:
    """Return the source of a code cell as students get it."""
    lines = source.split("\n")
    for region in reversed(list(regions(source))):
        lines[region.begin : region.end + 1] = region.shown
    return "\n".join(lines)


def student_cells(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Return the cells of the student's version: no solutions, and no cells tagged so."""
    return tuple(
        replace(cell, source=without_solution(cell.source)) if cell.kind == "code" else cell
        for cell in cells
        if "solution" not in cell.tags
    )


def solution_lines(cells: Iterable[Cell]) -> Iterator[tuple[int, str]]:
    """Yield the lines that students must not see, each with its line in the file."""
    for cell in cells:
        if cell.kind != "code":
            continue
        lines = cell.source.split("\n")
        hidden = [range(len(lines))] if "solution" in cell.tags else []
        hidden += [range(region.begin + 1, region.end) for region in regions(cell.source)]
        for number in (number for span in hidden for number in span):
            if not lines[number].strip().startswith(STUB):
                yield cell.line + number, lines[number].strip()


def is_telling(line: str) -> bool:
    """Return whether a line of code says something: an import or the head of a loop does not."""
    return (
        len(line) >= TELLING
        and not line.startswith(("import ", "from "))
        and not line.endswith((":", '"""'))
    )


# What a master is held to


def load_master(folder: Path) -> tuple[Exercise, tuple[Cell, ...]]:
    """Return an exercise and the cells of its master, after all checks.

    Raises
    ------
    ExerciseError
        With one line for every fault, each with file, line and cell.
    """
    exercise, cells = load_exercise(folder), read_master(folder)
    path = folder / MASTER
    problems = [
        f"{path}:{line}: cell {number}: {message}"
        for number, cell in enumerate(cells, start=1)
        for line, message in faults_of_cell(cell)
    ]
    # What follows parses the code.
    raise_if_any(problems)
    faults = [*faults_of_questions(exercise, cells), *leaks(cells)]
    raise_if_any([f"{path}:{line}: {message}" for line, message in sorted(faults)])
    return exercise, cells


def faults_of_cell(cell: Cell) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with a cell alone, each with its line in the file."""
    if cell.kind == "markdown":
        for number, line in enumerate(cell.source.split("\n"), start=cell.line):
            prose = re.sub(r"`[^`]+`", "``", line)
            yield from (
                (number, what) for pattern, what in ONLY_ON_THE_SITE if pattern.search(prose)
            )
        return
    for tag in sorted(cell.tags - TAGS):
        yield cell.line, f"unknown tag `{tag}`; there are: {', '.join(sorted(TAGS))}"
    if cell.tags >= TAGS:
        yield cell.line, "a cell is a visible check or a part of the solution, not both"
    try:
        ast.parse(cell.source)
        shown = without_solution(cell.source)
        ast.parse(shown)
    except SyntaxError as error:
        yield cell.line + (error.lineno or 1) - 1, f"no Python: {error.msg}"
    except BadMarkers as error:
        yield cell.line + error.line, str(error)
    else:
        if shown != cell.source and cell.tags:
            yield cell.line, f"a solution is marked in a cell tagged {', '.join(sorted(cell.tags))}"
        hidden = {n for r in regions(cell.source) for n in range(r.begin, r.end + 1)}
        for number, line in enumerate(cell.source.split("\n")):
            found = LEFT_OVER.search(line)
            if found and number not in hidden and "solution" not in cell.tags:
                markers = f"`{BEGIN}`, `{END}` and `{STUB}…`"
                yield (
                    cell.line + number,
                    f"solution text is left over: {found[0]!r}; the markers are {markers}",
                )


def names_defined(source: str) -> set[str]:
    """Return the names that a cell binds outside of functions: functions and variables."""
    found: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
            continue
        found |= {
            part.id
            for part in ast.walk(node)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
        }
    return found


def headings(cells: Iterable[Cell]) -> Iterator[tuple[int, str]]:
    """Yield the headings below the title, each with its line in the file."""
    for cell in cells:
        if cell.kind == "markdown":
            for number, line in enumerate(cell.source.split("\n"), start=cell.line):
                if re.match("##+ ", line):
                    yield number, line.rstrip()


def heading_of(number: int, question: Question) -> str:
    unit = "point" if question.points == 1 else "points"
    return f"## Question {number}. {question.title} ({question.points:g} {unit})"


def faults_of_questions(exercise: Exercise, cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
    """Yield where the master does not fit the specification."""
    title = cells[0].source.split("\n", 1)[0] if cells else ""
    if title != f"# {exercise.title}":
        yield 1, f"the first line must be the title of the specification: `# {exercise.title}`"
    found = list(headings(cells))
    expected = [heading_of(n, q) for n, q in enumerate(exercise.questions, start=1)]
    for (line, heading), wanted in zip(found, expected, strict=False):
        if heading != wanted:
            yield line, f"the specification says `{wanted}`, and the heading is `{heading}`"
    for line, heading in found[len(expected) :]:
        yield line, f"the specification has no question for the heading `{heading}`"
    for wanted in expected[len(found) :]:
        yield cells[-1].line if cells else 1, f"there is no heading `{wanted}`"
    if len(found) != len(expected):
        return
    starts = [line for line, _ in found] + [10**9]
    code = [cell for cell in cells if cell.kind == "code" and "solution" not in cell.tags]
    stubs = [cell for cell in code if not cell.tags and any(regions(cell.source))]
    for question, start, end in zip(exercise.questions, starts, starts[1:], strict=False):
        for name in question.names:
            for what in (str, without_solution):
                here = [
                    cell
                    for cell in stubs
                    if start < cell.line < end and name in names_defined(what(cell.source))
                ]
                if not here:
                    version = "student's" if what is without_solution else "solved"
                    yield start, f"no stub below defines `{name}` in the {version} version"
            for cell in code:
                inside = cell in stubs and start < cell.line < end
                if not inside and name in names_defined(cell.source):
                    yield cell.line, f"this cell overwrites the student's answer `{name}`"


def leaks(cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
    """Yield the telling lines of the solution that occur in the student's version."""
    shown = "\n".join(cell.source for cell in student_cells(cells))
    for line, text in solution_lines(cells):
        if is_telling(text) and text in shown:
            yield line, f"a line of the solution occurs in the student's version: {text}"


# Versions and keys

PACKAGE = Path(__file__).parents[1]
# What shows results or writes files, and does not decide about a score.
NO_PROTOCOL = {
    "__main__",
    "batch",
    "executors",
    "feedback",
    "pages",
    "progress",
    "publish",
    "report",
    "results",
    "selftest",
    "submissions",
    "tables",
}


def digest(files: Mapping[str, Path]) -> str:
    """Return a short hash of named text files, the same on every machine."""
    total = hashlib.sha256()
    for name, path in sorted(files.items()):
        # Git may write line endings of the system.
        content = path.read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{name}\n{len(content)}\n".encode() + content)
    return total.hexdigest()[:16]


def specification_version(folder: Path) -> str:
    """Return a hash of the master and the specification; notebooks carry it."""
    return digest({name: folder / name for name in (MASTER, SPEC)})


def exercise_version(folder: Path) -> str:
    """Return a hash of everything that decides about the score of a notebook.

    Besides the exercise these are the protocol and the numeric modules, on which references rest.
    """
    grading = [p for p in (PACKAGE / "grading").glob("*.py") if p.stem not in NO_PROTOCOL]
    files = {
        path.relative_to(PACKAGE).as_posix(): path for path in [*PACKAGE.glob("*.py"), *grading]
    }
    return digest({name: folder / name for name in (MASTER, SPEC)} | files)


def label(key: str) -> str:
    """Return the line in a notebook's first code cell that says which exercise it is."""
    slug, _, variant = key.partition("/")
    return f"# Exercise: {slug}" + (f", variant: {variant}" if variant else "")


def key_in(code_cells: Iterable[str]) -> str | None:
    """Return the key of the exercise that a notebook's code names first, if any does.

    The line and not the metadata counts: Colab drops metadata. The notebook is a student's, so
    that the key may be anything that looks like one.
    """
    pattern = re.compile(
        rf"^# Exercise: ({SLUG.pattern})(?:, variant: ({SLUG.pattern}))?\s*$", re.M
    )
    for source in code_cells:
        if found := pattern.search(source):
            return "/".join(filter(None, found.groups()))
    return None
