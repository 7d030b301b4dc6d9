"""Masters become what students get, or are refused with file, line and reason."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sample_exercise import MASTER, SHOWN, SPEC, write_exercise

from course_utils.grading.masters import (
    ExerciseError,
    Region,
    exercise_version,
    find_exercises,
    key_in,
    label,
    load_exercise,
    load_master,
    read_master,
    regions,
    specification_version,
    student_cells,
    without_solution,
)

ROOT = Path(__file__).parents[2]


def edited(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    return text.replace(old, new)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


# Loading


def test_an_exercise_is_what_its_specification_defines(tmp_path: Path) -> None:
    exercise = load_exercise(write_exercise(tmp_path / "sample"))
    assert (exercise.slug, exercise.title) == ("sample", "A sample")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ('title="A sample",', 'title="A sample"', "title=", "invalid syntax"),
        ("exercise = Exercise(", "exam = Exercise(", "", "the name `exercise` is not defined"),
        ("secretreference / 2", "secretreference /", "reference=", "invalid syntax"),
        ("import Cases, Choice", "import Case, Choice", "from course", "ImportError"),
        ("cases=(Cases(", "cases=(Kases(", "cases=", "NameError: name 'Kases'"),
        ('"A sample"', '"A sample" + None', 'title="A sample"', "TypeError"),
        ('slug="SLUG"', 'slug="other"', "", "the slug is 'other', and the folder 'sample'"),
    ],
)
def test_a_specification_that_fails_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: str, message: str
) -> None:
    folder = write_exercise(tmp_path / "sample", spec=edited(SPEC, old, new))
    with pytest.raises(ExerciseError) as caught:
        load_exercise(folder)
    place = f"{folder / 'spec.py'}:"
    assert message in str(caught.value)
    assert str(caught.value).startswith(place + (f"{line_of(SPEC, line)}:" if line else ""))


def test_a_specification_of_another_kind_is_refused(tmp_path: Path) -> None:
    folder = write_exercise(tmp_path / "sample", spec="exercise = 3\n")
    with pytest.raises(ExerciseError, match="must be an Exercise, and is a int"):
        load_exercise(folder)
    (folder / "spec.py").unlink()
    with pytest.raises(ExerciseError, match=r"spec\.py: there is no such file"):
        load_exercise(folder)


def test_exercises_and_variants_are_found_by_their_keys(tmp_path: Path) -> None:
    plain = write_exercise(tmp_path / "plain")
    variants = {
        f"exam/{name}": write_exercise(tmp_path / "exam" / name, slug="exam") for name in "ab"
    }
    (tmp_path / "notebooks").mkdir()
    assert find_exercises(tmp_path) == {"plain": plain, **variants}
    for folder in variants.values():
        assert load_exercise(folder).slug == "exam"


def test_folders_that_are_no_exercises_are_named(tmp_path: Path) -> None:
    with pytest.raises(ExerciseError, match="no folder in it holds"):
        find_exercises(tmp_path)
    with pytest.raises(ExerciseError, match="there is no such folder"):
        find_exercises(tmp_path / "nowhere")
    (write_exercise(tmp_path / "sample") / "spec.py").unlink()
    write_exercise(tmp_path / "Bad-Name")
    with pytest.raises(ExerciseError) as caught:
        find_exercises(tmp_path)
    assert "`Bad-Name` is no name for an exercise" in str(caught.value)
    assert f"{tmp_path / 'sample' / 'spec.py'}: there is no such file" in str(caught.value)


# The student's version


def test_cells_know_their_lines(tmp_path: Path) -> None:
    for cell in read_master(write_exercise(tmp_path / "sample")):
        first = cell.source.split("\n")[0]
        assert MASTER.split("\n")[cell.line - 1] == first


def test_solutions_are_replaced_and_their_cells_left_out(tmp_path: Path) -> None:
    cells = student_cells(read_master(write_exercise(tmp_path / "sample")))
    code = [cell.source for cell in cells if cell.kind == "code"]
    assert code == [
        "import numpy as np",
        'def half(x):\n    """Return half of x."""\n'
        '    raise NotImplementedError("write half")\n\n\n'
        "def shownhelper(x):\n    return x",
        'assert half(4.0) == 2.0, "showncheck"',
        "prediction_2 = None  # shownstub",
        'assert prediction_2 in {"a", "b"}, "a or b"',
        "found_3 = None",
        'assert found_3 is not None, "set found_3"',
    ]
    text = "\n".join(cell.source for cell in cells)
    assert "secret" not in text
    assert all(word in text for word in SHOWN)


def test_a_stub_keeps_its_indentation_and_several_solutions_their_places() -> None:
    source = """\
def outer(x):
    def inner(y):
        ### BEGIN SOLUTION
        return y
        ### END SOLUTION
    total = 0
    for part in x:
        ### BEGIN SOLUTION
        # STUB: total += ...
        total += inner(part)
        ### END SOLUTION
    return total"""
    assert [(r.begin, r.end) for r in regions(source)] == [(2, 4), (7, 10)]
    assert (
        without_solution(source)
        == """\
def outer(x):
    def inner(y):
        raise NotImplementedError("write inner")
    total = 0
    for part in x:
        total += ...
    return total"""
    )


def test_a_cell_without_a_solution_stays_as_it_is() -> None:
    assert without_solution("x = 1\n\ny = 2") == "x = 1\n\ny = 2"
    assert list(regions("x = 1")) == []
    one = "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    assert list(regions(one)) == [Region(1, 3, ('    raise NotImplementedError("write f")',))]


# What a master is held to


def test_the_sample_is_sound(tmp_path: Path) -> None:
    exercise, cells = load_master(write_exercise(tmp_path / "sample"))
    assert len(exercise.questions) == 3
    assert len(cells) == 12


FAULTS = {
    "no end": (
        "    ### END SOLUTION\n",
        "",
        "    ### BEGIN SOLUTION",
        "cell 4: `### BEGIN SOLUTION` without `### END SOLUTION`",
    ),
    "no beginning": (
        "    ### BEGIN SOLUTION\n",
        "",
        "    ### END SOLUTION",
        "`### END SOLUTION` without `### BEGIN SOLUTION`",
    ),
    "nested": (
        "    return secretsolution / 2",
        "    ### BEGIN SOLUTION\n    return secretsolution / 2",
        "    return secretsolution",
        "`### BEGIN SOLUTION` within a solution",
    ),
    "no stub outside of a function": (
        "# STUB: found_3 = None\n",
        "",
        "### BEGIN SOLUTION\n# STUB: found_3 = None",
        "a solution outside of a function needs a line `# STUB: …`",
    ),
    "marker in other words": (
        "    return x\n",
        "    return x  # begin solution\n",
        "    return x\n```",
        "solution text is left over: 'begin solution'",
    ),
    "stub outside of a solution": (
        "    return x\n",
        "    return x  # STUB: ...\n",
        "    return x\n```",
        "solution text is left over: '# STUB'",
    ),
    "another title": (
        "Question 2. Predict (",
        "Question 2. Foresee (",
        "## Question 2",
        "says `## Question 2. Predict (1 point)`, and the heading is `## Question 2. Foresee (1",
    ),
    "other points": (
        "(7 points)",
        "(6 points)",
        "## Question 1",
        "the specification says `## Question 1. Halve it (7 points)`",
    ),
    "another order": (
        "## Question 3.",
        "## Question 4.",
        "## Question 3",
        "the specification says `## Question 3. Find it (2 points)`",
    ),
    "a question too many": (
        "a or b?",
        "a or b?\n\n## Question 4. More (3 points)",
        "## Question 3",
        "no question for the heading `## Question 3. Find it (2 points)`",
    ),
    "a question too few": (
        "## Question 3. Find it (2 points)\n\n",
        "",
        "assert found_3",
        "there is no heading `## Question 3. Find it (2 points)`",
    ),
    "another title of the whole": (
        "# A sample",
        "# An example",
        "---",
        "must be the title of the specification: `# A sample`",
    ),
    "no stub": (
        "# STUB: found_3 = None",
        "# STUB: find_3 = None",
        "## Question 3",
        "no stub below defines `found_3` in the student's version",
    ),
    "no solution": (
        "found_3 = float(",
        "find_3 = float(",
        "## Question 3",
        "no stub below defines `found_3` in the solved version",
    ),
    "overwritten": (
        "assert found_3 is",
        "found_3 = 1.0\nassert found_3 is",
        "assert found_3 is",
        "this cell overwrites the student's answer `found_3`",
    ),
    "unknown tag": (
        ":tags: [solution]",
        ":tags: [solutions]",
        "# secretcell",
        "cell 6: unknown tag `solutions`; there are: check, solution",
    ),
    "two tags": (
        ":tags: [solution]",
        ":tags: [solution, check]",
        "# secretcell",
        "not both",
    ),
    "solution in a check": (
        'assert half(4.0) == 2.0, "showncheck"',
        "### BEGIN SOLUTION\n# STUB: half(4.0)\nhalf(4)\n### END SOLUTION",
        "assert half",
        "a solution is marked in a cell tagged check",
    ),
    "unknown option": (
        ":tags: [solution]",
        ":tags: [solution]\n:label: x",
        "# secretcell",
        "unknown option label",
    ),
    "raw cell": (
        "```{code-cell} ipython3\nimport",
        "```{raw-cell}\nimport",
        "import numpy",
        "a cell of the kind raw",
    ),
    "no Python": ("import numpy as np", "import numpy as", "import numpy", "no Python: "),
    "display equation": ("a or b?", "$$a = b$$", "a or b?", "a display equation"),
    "environment": ("a or b?", r"\begin{align}", "a or b?", "a display equation"),
    "directive": ("a or b?", ":::{note}\na\n:::", "a or b?", "a directive or fence"),
    "fence": ("a or b?", "```python\na\n```", "a or b?", "a directive or fence"),
    "role": ("a or b?", "{doc}`softmax`", "a or b?", "a MyST role"),
    "target": ("a or b?", "(here)=\n", "a or b?", "a MyST target"),
    "relative link": ("a or b?", "[a](softmax.md)", "a or b?", "a relative link"),
    "leak in a check": (
        'assert half(4.0) == 2.0, "showncheck"',
        "assert half(4.0) == 2.0\nprint(half(np.arange(3.0)))",
        "print(half(np.arange(3.0)))\n```\n\n## Question 2",
        "a line of the solution occurs in the student's version: print(half(np.arange(3.0)))",
    ),
    "leak in prose": (
        "shownprompt.",
        "shownprompt: `return secretsolution / 2`",
        "    return secretsolution",
        "a line of the solution occurs in the student's version: return secretsolution / 2",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_master_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    old, new, place, message = FAULTS[name]
    folder = write_exercise(tmp_path / "sample", edited(MASTER, old, new))
    with pytest.raises(ExerciseError) as caught:
        load_master(folder)
    # Lines are those of the sample as it stands, moved by the edit if it comes first.
    line = line_of(MASTER, place)
    if MASTER.index(old) < MASTER.index(place):
        line += new.count("\n") - old.count("\n")
    found = [text for text in str(caught.value).split("\n") if message in text]
    assert found, str(caught.value)
    assert found[0].startswith(f"{folder / 'master.md'}:{line}: "), found


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    text = edited(edited(MASTER, "(7 points)", "(6 points)"), "STUB: found_3", "STUB: find_3")
    with pytest.raises(ExerciseError) as caught:
        load_master(write_exercise(tmp_path / "sample", text))
    assert len(str(caught.value).split("\n")) == 2


def test_mathematics_and_code_in_prose_are_no_faults(tmp_path: Path) -> None:
    text = edited(
        MASTER, "a or b?", "Is $p_k^2$ less than `x[0](y)`, or `$$`? See [it](https://a.b)."
    )
    load_master(write_exercise(tmp_path / "sample", text))


def test_a_missing_or_broken_master_is_named(tmp_path: Path) -> None:
    folder = write_exercise(tmp_path / "sample", edited(MASTER, "kernelspec:\n", "kernelspec: [\n"))
    with pytest.raises(ExerciseError, match=r"master\.md: Notebook metadata"):
        read_master(folder)
    (folder / "master.md").unlink()
    with pytest.raises(ExerciseError, match=r"master\.md: there is no such file"):
        read_master(folder)


# Versions and keys


def test_versions_change_with_the_exercise_and_not_with_line_endings(tmp_path: Path) -> None:
    unix = write_exercise(tmp_path / "unix" / "sample")
    windows = write_exercise(tmp_path / "windows" / "sample")
    for path in windows.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    for version in (specification_version, exercise_version):
        before = version(unix)
        assert before == version(windows)
        for name in ("master.md", "spec.py"):
            content = (unix / name).read_bytes()
            (unix / name).write_bytes(content + b"# more\n")
            assert version(unix) != before
            (unix / name).write_bytes(content)
        assert version(unix) == before


@pytest.mark.parametrize(
    ("module", "matters"),
    [("grading/judge.py", True), ("softmax.py", True), ("grading/publish.py", False)],
)
def test_the_version_for_the_grader_counts_what_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, matters: bool
) -> None:
    folder = write_exercise(tmp_path / "sample")
    for name in ("grading/judge.py", "grading/publish.py", "softmax.py"):
        (tmp_path / "package" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "package" / name).write_text("pass\n", encoding="utf-8")
    monkeypatch.setattr("course_utils.grading.masters.PACKAGE", tmp_path / "package")
    before = exercise_version(folder), specification_version(folder)
    (tmp_path / "package" / module).write_text("changed\n", encoding="utf-8")
    assert (exercise_version(folder) != before[0]) == matters
    assert specification_version(folder) == before[1]


def test_the_version_is_the_same_in_every_process(tmp_path: Path) -> None:
    folder = write_exercise(tmp_path / "sample")
    code = (
        "import sys; from pathlib import Path; from course_utils.grading.masters import *;"
        "print(exercise_version(Path(sys.argv[1])))"
    )
    versions = {
        subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in "12"
    }
    assert versions == {exercise_version(folder)}


def test_the_key_of_an_exercise_is_read_from_the_code() -> None:
    for key in ("softmax", "exam/b2"):
        assert key_in(["x = 1", f"{label(key)}\nimport numpy as np"]) == key
        assert key_in([f"import numpy as np\n{label(key)}  \n"]) == key
    assert key_in([]) is None
    assert key_in(["# Exercise: ../../etc", "# Exercise: exam, variant: /b", "x = 1"]) is None
    assert key_in([label("first"), label("second")]) == "first"
