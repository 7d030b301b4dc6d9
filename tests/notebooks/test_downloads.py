"""What a student runs is what the page shows.

`pytest --nbval`, which is strict, runs every download of the built site in a fresh kernel of an
environment whose `course_utils` is the published wheel. Another site is tested with
`BOOK_HTML=<folder> pytest tests/notebooks`.
"""

from __future__ import annotations

import os
import re
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).parents[2]
HTML = Path(os.environ.get("BOOK_HTML", ROOT / "_build" / "html"))
HERE = Path(__file__).parent
RECORD = "application/papermill.record/"


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def downloads() -> list[Path]:
    found = sorted((HTML / "_sources" / "book").glob("*.ipynb"))
    assert found, f"{HTML} offers no notebooks: run `make book` first"
    return found


@pytest.fixture(scope="module")
def student(new_student: Callable[[], Any]) -> Any:
    student = new_student()
    shutil.copy(HERE / "nbval_conftest.py", student.desk / "conftest.py")
    return student


def nbval(student: Any, folder: str) -> CompletedProcess[str]:
    """Run all notebooks of a folder, each in a kernel of its own, two at a time."""
    return student.run(  # type: ignore[no-any-return]
        *("-m", "pytest", "-q", "--color=no", "--nbval", "--nbval-current-env"),
        *("-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider"),
        *("--nbval-sanitize-with", HERE / "sanitize.cfg"),
        # Nothing that lies above the desk, in the folder for temporary files, may take part.
        *("--rootdir", student.desk, "--confcutdir", student.desk),
        *("--junit-xml", f"{folder}.xml", folder),
    )


def probe() -> NotebookNode:
    """A notebook that says where the kernel takes the package from."""
    cell = new_code_cell(
        "import sys, course_utils\ncourse_utils.__file__.startswith(sys.prefix)",
        execution_count=1,
        outputs=[new_output("execute_result", data={"text/plain": "True"}, execution_count=1)],
    )
    return new_notebook(cells=[cell])


def test_every_download_has_outputs(downloads: list[Path]) -> None:
    """Strict comparison leaves out a cell that was not run, and a notebook of such cells passes."""
    for path in downloads:
        cells = code_cells(path)
        assert all(cell.execution_count for cell in cells), path.name
        outputs = [output for cell in cells for output in cell.outputs]
        shown = [
            output
            for output in outputs
            if not all(mime.startswith(RECORD) for mime in output.get("data", {"": ""}))
        ]
        assert shown, f"{path.name} has no outputs"


def test_downloads_give_what_the_pages_show(student: Any, downloads: list[Path]) -> None:
    (wheel,) = (HTML / "wheels").iterdir()
    student.install(wheel)
    folder = student.desk / "downloads"
    folder.mkdir()
    for path in downloads:
        shutil.copy(path, folder)
    nbformat.write(probe(), folder / "probe.ipynb")
    result = nbval(student, "downloads")
    assert result.returncode == 0, result.stdout + result.stderr
    # Nothing was skipped, expected to fail, or left out.
    cells = sum(len(code_cells(path)) for path in folder.iterdir())
    assert re.search(rf"^{cells} passed\b", result.stdout, re.MULTILINE), result.stdout
    assert not re.search(r"\d+ (skipped|xfailed|xpassed)", result.stdout), result.stdout


def break_number(notebook: NotebookNode) -> None:
    (output,) = (
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.get("data", {}).get("text/plain") == "np.float64(1.0)"
    )
    output.data["text/plain"] = "np.float64(1.1)"


def break_printed_line(notebook: NotebookNode) -> None:
    (output,) = (
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.get("text", "").startswith("one stream")
    )
    output.text = output.text.replace("two", "three")


def break_glued_number(notebook: NotebookNode) -> None:
    glued(notebook, "quarter")[f"{RECORD}text/plain"] = "0.26"


def break_equation(notebook: NotebookNode) -> None:
    data = glued(notebook, "formula")
    data[f"{RECORD}text/latex"] = data[f"{RECORD}text/latex"].replace("-", "+")


def glued(notebook: NotebookNode, name: str) -> NotebookNode:
    (output,) = (
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.get("metadata", {}).get("scrapbook", {}).get("name") == name
    )
    return output.data


def break_figure(notebook: NotebookNode) -> None:
    (output,) = (
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    )
    data = output.data["image/png"]
    middle = len(data) // 2
    output.data["image/png"] = (
        data[:middle] + ("A" if data[middle] != "A" else "B") + data[middle + 1 :]
    )


def lose_outputs(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if "two lines" in cell.source:
            cell.outputs = []


def break_code(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.source = cell.source.replace("[0.25, 0.75]", "[0.25, 0.25]")


def print_in_setup(notebook: NotebookNode) -> None:
    setup = next(cell for cell in notebook.cells if cell.cell_type == "code")
    setup.source += '\nprint("ready")'


BREAKS = (
    break_number,
    break_printed_line,
    break_glued_number,
    break_equation,
    break_figure,
    lose_outputs,
    break_code,
    print_in_setup,
)


def test_broken_download_fails(site: Any, student: Any) -> None:
    """Without this, a comparison that compares nothing would pass as well."""
    student.install(site.wheel)
    folder = student.desk / "broken"
    folder.mkdir()
    source = site.html / "_sources" / "book" / "constructs.ipynb"
    shutil.copy(source, folder / "intact.ipynb")
    for change in BREAKS:
        notebook = read(source)
        change(notebook)
        assert notebook != read(source), f"{change.__name__} changes nothing"
        nbformat.write(notebook, folder / f"{change.__name__}.ipynb")
    assert nbval(student, "broken").returncode == 1
    report = ElementTree.parse(student.desk / "broken.xml")
    failed = {
        case.get("classname", "").split(".")[-2]
        for case in report.iter("testcase")
        if case.find("failure") is not None
    }
    assert failed == {change.__name__ for change in BREAKS}
