"""Colab and Binder are offered once the repository's address is set, and not before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

EXTENSIONS = Path(__file__).parents[2] / "book" / "_ext"
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
CHAPTER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Chapter

```{code-cell} ipython3
1 + 1
```
"""


def launch_links(root: Path, config: dict[str, object]) -> dict[str, str]:
    """Build a book of one chapter and return the links of its launch buttons, by their text."""
    (root / "book").mkdir()
    (root / "book" / "chapter.md").write_text(CHAPTER, encoding="utf-8")
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/chapter\n", encoding="utf-8")
    base = {
        "title": "Book",
        "execute": {"execute_notebooks": "off"},
        "sphinx": {"local_extensions": {"launch_buttons": str(EXTENSIONS)}},
    }
    (root / "_config.yml").write_text(yaml.safe_dump(base | config), encoding="utf-8")
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(root), "-W", "-n"]
    subprocess.run(command, check=True, capture_output=True)
    page = BeautifulSoup((root / "_build/html/book/chapter.html").read_text("utf-8"), "html.parser")
    links = page.select(".dropdown-launch-buttons a")
    return {link.get_text(strip=True): str(link["href"]) for link in links}


def test_no_button_without_a_repository(tmp_path: Path) -> None:
    assert launch_links(tmp_path, {}) == {}


@pytest.mark.parametrize("ending", ["", "/", ".git"])
def test_buttons_open_the_notebook_on_its_branch(tmp_path: Path, ending: str) -> None:
    repository = {"url": f"https://github.com/someone/course{ending}"}
    assert launch_links(tmp_path, {"repository": repository}) == {
        "Colab": "https://colab.research.google.com/github/someone/course/blob/notebooks/chapter.ipynb",
        "Binder": "https://mybinder.org/v2/gh/someone/course/notebooks?urlpath=lab/tree/chapter.ipynb",
    }


def test_another_host_has_no_buttons(tmp_path: Path) -> None:
    repository = {"url": "https://gitlab.com/someone/course"}
    assert launch_links(tmp_path, {"repository": repository}) == {}
