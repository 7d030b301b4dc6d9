"""The appendix *For lecturers* says what is so: its commands, columns, files and recipes."""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from course_utils.grading import __main__ as command_line
from course_utils.grading import results, sandbox, submissions, tables
from course_utils.grading.spec import POINTS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "book" / "for_lecturers.md").read_text(encoding="utf-8")
PROSE = " ".join(PAGE.split())


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """Every command line of the grader that a text for lecturers or authors quotes."""
    found = []
    for path in ("book/for_lecturers.md", "README.md", "CONTRIBUTING.md", "Makefile"):
        text = (ROOT / path).read_text(encoding="utf-8").replace("\\\n", " ")
        found += re.findall(r"python -m course_utils\.grading ([^`\n#]+)", text)
        found += re.findall(r"^ *course-grading (.+)$", text, re.MULTILINE)
    return [command.strip() for command in found]


def subcommands() -> dict[str, argparse.ArgumentParser]:
    (choices,) = (
        action.choices
        for action in command_line.parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    return dict(choices)


def table_after(heading: str) -> list[list[str]]:
    """Return the rows below the first table after a heading, as lists of cells."""
    lines = PAGE[PAGE.index(heading) :].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            return rows
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_command_is_quoted_that_there_is() -> None:
    assert len(commands()) >= 12
    assert {command.split()[0] for command in commands()} == set(subcommands())


@pytest.mark.parametrize("command", commands())
def test_a_quoted_command_is_understood(command: str) -> None:
    words = shlex.split(command)
    arguments = command_line.parser().parse_args(words)
    assert arguments.command == words[0]


@pytest.mark.parametrize("name", subcommands())
def test_every_option_is_explained(name: str) -> None:
    for action in subcommands()[name]._actions:
        what = action.option_strings or [action.dest]
        assert action.help, f"{name} {what} has no help"
    # What a lecturer has to know of is on the page as well.
    known = {"-h", "--help", "--check", "--exercises", "--out"}
    for action in subcommands()[name]._actions:
        for option in set(action.option_strings) - known:
            assert option in PAGE, f"{name} {option}"


def test_the_exit_statuses_are_those_of_the_command_line() -> None:
    told = {int(status) for status, _ in table_after("### How it ends")}
    in_help = {int(number) for number in re.findall(r"(?m)^ *(\d+)  ", command_line.STATUS)}
    assert told == in_help
    statuses = (
        command_line.SOME_NOT_GRADED,
        command_line.REFUSED,
        command_line.CANNOT_WRITE,
        command_line.INTERRUPTED,
    )
    # Argparse itself ends with 2.
    assert told == {0, 2, *statuses}


def test_the_columns_are_those_that_are_written() -> None:
    rows = table_after("### The columns of `grades.csv`")
    assert [name for names, _ in rows for name in quoted(names)] == list(tables.COLUMNS)
    (status,) = (what for names, what in rows if names == "`status`")
    assert quoted(status) == [tables.GRADED, tables.NOT_GRADED, tables.SUPERSEDED]
    for column in (*tables.MOODLE_COLUMNS, *tables.CANVAS_COLUMNS):
        assert f"`{column}`" in PROSE, column


def test_limits_and_points_are_those_in_force() -> None:
    limits = sandbox.Limits()
    told = re.search(
        r"A cell may take (\d+) seconds, a call (\d+), and everything together (\d+)", PROSE
    )
    assert told
    cell, call, together = map(float, told.groups())
    assert (cell, call) == (limits.cell, limits.call)
    assert limits.submission < together == 40
    assert f"what can be earned: {POINTS} in every exercise" in PROSE
    assert f"let the maximum grade be {POINTS}" in PROSE
    # "twice" and "three times"
    assert (results.DEATHS_ALONE, results.DEATHS_WITH_THE_GRADER) == (2, 3)


def test_the_files_that_a_run_leaves_are_told() -> None:
    told = {name for names, _ in table_after("What you get in `graded`") for name in quoted(names)}
    table = results.__doc__ or ""
    for name in re.findall(r"``([\w.]+)(?:/[^`]*)?``", table):
        assert name in {entry.rstrip("/") for entry in told}, name
    assert {"grades.csv", "moodle.csv", "canvas.csv", "moodle-feedback.zip", "report.html"} <= told


@pytest.mark.parametrize(
    ("path", "student", "late"),
    [
        (
            "Ann Lee_123456_assignsubmission_file_/exercise_softmax.ipynb",
            submissions.Student("Ann Lee", moodle_id="123456"),
            False,
        ),
        # As Moodle names it since its release 4.1, and for marking without names.
        (
            "Participant_123456_assignsubmission_file/exercise_softmax.ipynb",
            submissions.Student("Participant", moodle_id="123456"),
            False,
        ),
        (
            "leeann_12345_67890_exercise_softmax.ipynb",
            submissions.Student("leeann", canvas_id="12345"),
            False,
        ),
        (
            "leeann_LATE_12345_67890_exercise_softmax.ipynb",
            submissions.Student("leeann", canvas_id="12345"),
            True,
        ),
    ],
)
def test_names_of_files_are_read_as_the_page_says(
    path: str, student: submissions.Student, late: bool
) -> None:
    assert submissions.whose(path)[:2] == (student, late)


def test_what_the_page_names_in_the_repository_is_there() -> None:
    named = {
        word
        for word in quoted(re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL))
        if re.fullmatch(r"(book|tests|course_utils)/[\w/.]+|[\w_]+\.(txt|md|yml)", word)
    }
    known = {"master.md", "constraints.txt", "CONTRIBUTING.md", "_toc.yml", "book/exercises"}
    assert known <= named
    for word in named - {"master.md"}:
        assert (ROOT / word).exists() or (ROOT / ".github/workflows" / word).exists(), word
    targets = re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    used = set(re.findall(r"\bmake ([a-z-]+)$", "\n".join(blocks(PAGE, "console")), re.MULTILINE))
    used |= {word.split()[1] for word in quoted(PAGE) if word.startswith("make ")}
    assert used
    assert used <= set(targets)


# Recipes


def workflow() -> str:
    (text,) = blocks(PAGE, "yaml")
    # Placeholders stand in angle brackets.
    return re.sub(r"<[^>]+>", "value", text)


def test_the_workflow_obeys_the_schema_of_github(tmp_path: Path) -> None:
    path = tmp_path / "grade.yml"
    path.write_text(workflow(), encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    command += ["vendor.github-workflows", str(path)]
    check = subprocess.run(command, capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout + check.stderr


def test_the_workflow_uses_the_actions_of_our_own_workflows() -> None:
    def used(text: str) -> set[str]:
        return set(re.findall(r"uses: (actions/[\w-]+@v\d+)", text))

    ours = [path.read_text() for path in (ROOT / ".github/workflows").glob("*.yml")]
    assert used(workflow()) <= set().union(*map(used, ours))


def test_the_workflow_grades_with_the_exercises_that_it_has_checked_out() -> None:
    steps = YAML(typ="safe", pure=True).load(workflow())["jobs"]["grade"]["steps"]
    (place,) = (s["with"]["path"] for s in steps if "repository" in s.get("with", {}))
    runs = "\n".join(step.get("run", "") for step in steps)
    (exercises,) = re.findall(r"--exercises (\S+)", runs)
    (constraints, install) = re.findall(r'pip install -c (\S+) "\./(\w+)\[grading\]"', runs)[0]
    assert (exercises, constraints, install) == (
        f"{place}/book/exercises",
        f"{place}/constraints.txt",
        place,
    )
    # What comes after a step that named an ungraded notebook still has to run.
    number = next(n for n, step in enumerate(steps) if " grade " in step.get("run", ""))
    assert all(step.get("if") == "always()" for step in steps[number + 1 :])


def test_the_container_has_what_the_grader_asks_for() -> None:
    (recipe,) = blocks(PAGE, "docker")
    assert "bubblewrap" in recipe
    assert '[grading]"' in recipe
    (start,) = re.findall(r"docker run (.*?)\n```", PAGE.replace("\\\n", " "), re.DOTALL)
    advice = sandbox._explain("bubblewrap", "bwrap: no namespaces")
    rights = re.findall(r"--(?:cap-add|security-opt) [\w=]+", advice)
    assert len(rights) == 4
    for right in rights:
        assert right in start, right
    assert "--network none" in start
