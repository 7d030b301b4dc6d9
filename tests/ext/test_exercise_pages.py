"""A small book with a graded exercise: what is published leads to it, and gives nothing away."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from exercise_pages import exercise_of
from sample_exercise import MASTER, SHOWN, SPEC, write_book

ROOT = Path(__file__).parents[2]
EXTENSIONS = (
    "build_guard",
    "number_gate",
    "glossary_links",
    "notebook_downloads",
    "launch_buttons",
    "exercise_pages",
)
PACKAGE = ("course_utils", "pyproject.toml", "README.md", "LICENSE", "tests/requirements.txt")
PACKAGE += ("tests/requirements-oracles.txt",)
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
# The search index knows the stems of words.
TOKENS = {word[:10] for word in re.findall(r"secret\w+", MASTER + SPEC)} | {"876543"}
PUBLISHED = "https://elsewhere.example/site"


def run(root: Path, *command: str | Path) -> None:
    # The package is the copy's own, so that the wheel is built where the masters lie.
    environment = os.environ | {"PYTHONPATH": str(root), "BOOK_BASEURL": PUBLISHED}
    result = subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the book as `make book` does, in a copy of the project."""
    root = tmp_path_factory.mktemp("project")
    write_book(root, "sample")
    for name in PACKAGE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (root / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    real = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config |= {key: real[key] for key in ("only_build_toc_files", "exclude_patterns", "parse")}
    config["repository"] = {"url": "https://github.com/someone/course"}
    config["sphinx"] = {
        "local_extensions": {name: str(ROOT / "book" / "_ext") for name in EXTENSIONS}
    }
    (root / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    run(root, "-m", "course_utils.grading", "build")
    run(root, "-c", JUPYTER_BOOK, "build", root, "-W", "-n")
    return root / "_build" / "html"


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield everything that is published, packed files unpacked."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    yield f"{name}/{member}", archive.read(member)
        elif name == "objects.inv":
            packed = path.read_bytes().split(b"\n", 4)[4]
            yield name, zlib.decompress(packed)
        else:
            yield name, path.read_bytes()


def page(html: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((html / name).read_text(encoding="utf-8"), "html.parser")


def test_nothing_that_is_published_holds_an_answer(html: Path) -> None:
    published = dict(contents(html))
    leaks = [
        (name, token)
        for name, content in published.items()
        for token in TOKENS
        if token.encode() in content.lower()
    ]
    assert leaks == []
    assert not any(name.endswith(("master.md", "sample/spec.py")) for name in published)
    # The search is not blind: what may be seen is found, also where it is packed.
    assert any(name.endswith(".whl/course_utils/grading/spec.py") for name in published)
    for place in (
        "book/exercises/sample.html",
        "_sources/book/exercises/sample.md",
        "_sources/book/exercises/exercise_sample.ipynb",
    ):
        assert all(word.encode() in published[place] for word in SHOWN), place
    assert b"shownprompt" in published["searchindex.js"]


def test_notebooks_name_the_address_at_which_they_are_published(html: Path) -> None:
    found = [(name, c) for name, c in contents(html) if name.endswith("exercise_sample.ipynb")]
    assert sorted(name.split("/")[0] for name, _ in found) == ["_downloads", "_sources"]
    for _, content in found:
        assert f"({PUBLISHED}/book/sample.html)".encode() in content
        assert b"book.example" not in content
    source = html.parents[1] / "book/exercises/notebooks/exercise_sample.ipynb"
    assert b"book.example" in source.read_bytes(), "the file in the repository stays as it is"


def test_table_leads_to_page_chapter_and_notebook(html: Path) -> None:
    (table,) = page(html, "book/exercises.html").select("table.graded-exercises")
    cells = [cell.get_text(strip=True) for cell in table.select("tbody td")]
    assert cells == ["A sample", "On sample", "5", "10", "download"]
    links = [str(link["href"]) for link in table.select("a")]
    assert links[:2] == ["exercises/sample.html", "sample.html"]
    assert (html / "book" / links[2]).resolve().name == "exercise_sample.ipynb"
    assert (html / "book" / links[2]).is_file()


def test_page_offers_the_notebook_and_leads_back(html: Path) -> None:
    soup = page(html, "book/exercises/sample.html")
    links = [str(link["href"]) for link in soup.select("article a")]
    assert "../sample.html" in links
    assert "../exercises.html" in links
    (button,) = soup.select(".dropdown-download-buttons a[href$='.ipynb']")
    assert (html / "book/exercises" / str(button["href"])).resolve().is_file()
    assert len(soup.select("article details")) == 3
    launchers = {str(link["href"]) for link in soup.select(".dropdown-launch-buttons a")}
    assert launchers == {
        "https://colab.research.google.com/github/someone/course/blob/notebooks/exercises/"
        "exercise_sample.ipynb",
        "https://mybinder.org/v2/gh/someone/course/notebooks?urlpath=lab/tree/exercises/"
        "exercise_sample.ipynb",
    }
    chapter = [str(link["href"]) for link in page(html, "book/sample.html").select("article a")]
    assert "exercises/sample.html" in chapter


def test_only_a_page_in_its_place_counts_as_an_exercise(tmp_path: Path) -> None:
    text = "---\nexercise: sample\n---\n\n# A sample\n"
    for name in ("exercises/sample.md", "exercises/other.md", "sample.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert exercise_of(tmp_path / "exercises/sample.md") == "sample"
    assert exercise_of(tmp_path / "exercises/other.md") is None
    assert exercise_of(tmp_path / "sample.md") is None
    (tmp_path / "exercises/sample.md").write_text("# A sample\n", encoding="utf-8")
    assert exercise_of(tmp_path / "exercises/sample.md") is None
