"""What the grader writes for students and lecturers, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import axe
from classes import COURSE, RIGHT, write_class
from fake_session import FakeSession
from playwright.sync_api import Browser

from course_utils.grading import batch, grader, report

LONG = "A Student With a Very Long Name Who Also Has " + "a_file_name_without_any_space_" * 4


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The report on a class, and the pages of its most troubled students."""
    folder = tmp_path_factory.mktemp("class")
    write_class(folder / "submissions", 16)
    raising = grader.as_notebook([*RIGHT[:3], "raise ValueError('no space' * 60)"])
    (folder / "submissions" / f"{LONG}.ipynb").write_bytes(raising)
    (folder / "submissions" / "broken.ipynb").write_text("{")
    options = batch.Options(
        folder / "submissions",
        folder / "out",
        grader.load_materials(COURSE),
        exercise="softmax",
        seed=1,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grader, "Session", FakeSession)
        rows = batch.run(options, lambda line: None)
    kinds = ("columns", "half-done", "a_file_name")
    pages = [
        folder / "out" / next(row.feedback for row in rows if kind in row.submission.path)
        for kind in kinds
    ]
    return [report.write_report(folder / "out"), *pages]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_fit_need_no_network_and_have_no_axe_violations(
    written: list[Path], browser: Browser, scheme: str, width: int
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,  # for axe, whose script is put into the page
    )
    page = context.new_page()
    requested: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    for path in written:
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe(page) == []
    assert requested == [path.as_uri() for path in written]
    assert messages == []
    context.close()


def test_the_pages_forbid_scripts(written: list[Path], browser: Browser) -> None:
    page = browser.new_page()
    page.goto(written[0].as_uri())
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p onclick=\"alert(1)\" id=\"x\">x</p>')"
    )
    page.locator("#x").click()
    assert any("Content Security Policy" in message for message in messages)
    page.close()
