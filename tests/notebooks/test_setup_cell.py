"""The first code cell of a download, where `course_utils` is missing, old or not to be had."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import nbformat
import pytest

import course_utils

ROOT = Path(__file__).parents[2]
SHOW = "\nimport course_utils; print(course_utils.__version__, course_utils.__file__)"


@pytest.fixture(scope="module")
def cell(site: Any) -> str:
    path = site.html / "_sources" / "book" / "constructs.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    source: str = next(cell.source for cell in cells if cell.cell_type == "code")
    return source


@pytest.fixture
def student(new_student: Callable[[], Any]) -> Any:
    return new_student()


@pytest.fixture(scope="module")
def old_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this package, as of a version long ago."""
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    wheels = importlib.import_module("notebook_wheel")
    sys.path.pop(0)
    project = tmp_path_factory.mktemp("project")
    for path in wheels.sources(ROOT):
        copy = project / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    init = project / "course_utils" / "__init__.py"
    text = init.read_text(encoding="utf-8")
    init.write_text(text.replace(course_utils.__version__, "0.0.1"), encoding="utf-8")
    wheels.build_wheel(project, project / "wheels")
    (found,) = (project / "wheels").iterdir()
    return Path(found)


def installed(result: CompletedProcess[str], student: Any) -> bool:
    """Say whether the run printed nothing but what SHOW prints, of the student's own package."""
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    version, path = result.stdout.split()
    return version == course_utils.__version__ and Path(path).is_relative_to(student.environment)


def test_missing_package_is_installed_and_found_the_second_time(
    site: Any, student: Any, cell: str
) -> None:
    assert "No module named 'course_utils'" in student.run("-c", SHOW).stderr
    site.asked.clear()
    assert installed(student.run("-c", cell + SHOW), student)
    assert site.asked == [f"/wheels/{site.wheel.name}"]
    assert installed(student.run("-c", cell + SHOW), student)
    assert len(site.asked) == 1


def test_old_package_is_replaced(student: Any, cell: str, old_wheel: Path) -> None:
    student.install(old_wheel)
    assert student.run("-c", SHOW).stdout.startswith("0.0.1 ")
    assert installed(student.run("-c", cell + SHOW), student)


def test_old_package_in_use_asks_for_a_restart(student: Any, cell: str, old_wheel: Path) -> None:
    student.install(old_wheel)
    result = student.run("-c", f"import course_utils\n{cell}")
    assert result.returncode != 0
    assert "course_utils has been updated: restart the kernel, then run all cells" in result.stderr
    assert installed(student.run("-c", cell + SHOW), student)


def test_offline_the_message_says_what_failed_and_what_to_do(
    site: Any, student: Any, cell: str
) -> None:
    # Port 9 belongs to a service that nobody runs.
    unreachable = re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:9", cell)
    result = student.run("-c", unreachable)
    assert result.returncode != 0
    assert result.stdout == ""
    message = result.stderr[result.stderr.index("RuntimeError: ") :]
    wheel = f"http://127.0.0.1:9/wheels/{site.wheel.name}"
    assert f"course_utils {course_utils.__version__} could not be installed from {wheel}" in message
    assert "Are you online? Then run this cell again." in message
    assert "pip said:" in message
    assert "Connection refused" in message


def test_offline_nothing_is_needed_once_the_package_is_there(
    site: Any, student: Any, cell: str
) -> None:
    student.install(site.wheel)
    unreachable = re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:9", cell)
    assert installed(student.run("-c", unreachable + SHOW), student)


def test_cell_leaves_one_name_behind(student: Any, site: Any, cell: str) -> None:
    """A chapter must not come to rest on a name that its own cells do not define."""
    student.install(site.wheel)
    before = "before = set(globals()) | {'before'}\n"
    result = student.run("-c", f"{before}{cell}\nprint(set(globals()) - before)")
    assert result.stdout == "{'set_up'}\n"
