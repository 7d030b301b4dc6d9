"""What `glue` hands from code cells to text, in a shell like that of a notebook."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_utils.notebook import glue

pytest.importorskip("IPython", reason="values are glued within IPython")
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

PREFIX = "application/papermill.record/"


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Everything that a shell publishes while the test runs."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.display_pub = CapturingDisplayPublisher()
    yield shell.display_pub.outputs
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


class Formula:
    def __repr__(self) -> str:
        return "p"

    def _repr_latex_(self) -> str:
        return "$$p$$"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "0.25"),
        (3, "3"),
        (True, "True"),
        ("cat", "'cat'"),
        (1 + 2j, "(1+2j)"),
        (np.float64(0.1), "0.1"),
        (np.float32(0.5), "0.5"),
        (np.int64(3), "3"),
        (np.bool_(False), "False"),
        (np.str_("cat"), "'cat'"),
        (np.array(0.1), "0.1"),
        (np.float64("inf"), "inf"),
        (np.float64("nan"), "nan"),
        ([1, 2], "[1, 2]"),
        (None, "None"),
    ],
)
def test_text_is_the_same_under_every_numpy(
    published: list[dict[str, Any]], value: object, text: str
) -> None:
    glue(value=value)
    (record,) = published
    assert record["data"] == {f"{PREFIX}text/plain": text}


def test_record_is_that_of_myst_nb(published: list[dict[str, Any]]) -> None:
    reference = pytest.importorskip("myst_nb", reason="the book's builder").glue
    glue(answer="yes", loss=0.5)
    reference("answer", "yes", display=False)
    reference("loss", 0.5, display=False)
    ours, theirs = published[:2], published[2:]
    assert [record["data"] for record in ours] == [record["data"] for record in theirs]
    assert [record["metadata"] for record in ours] == [record["metadata"] for record in theirs]


def test_latex_is_recorded_beside_the_text(published: list[dict[str, Any]]) -> None:
    glue(formula=Formula())
    (record,) = published
    assert record["data"] == {f"{PREFIX}text/plain": "p", f"{PREFIX}text/latex": "$$p$$"}


def test_nothing_is_shown(
    published: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    glue(loss=0.5, formula=Formula())
    assert len(published) == 2
    assert all(mime.startswith(PREFIX) for record in published for mime in record["data"])
    assert capsys.readouterr() == ("", "")


def test_outside_a_notebook_nothing_happens(capsys: pytest.CaptureFixture[str]) -> None:
    assert not InteractiveShell.initialized()
    glue(loss=0.5)
    assert capsys.readouterr() == ("", "")


def test_without_ipython_nothing_happens(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "IPython", None)
    glue(loss=0.5)
    assert capsys.readouterr() == ("", "")
