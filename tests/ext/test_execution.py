"""Chapters are executed alike, whatever the environment of the build says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXTENSIONS = str(ROOT / "book" / "_ext")
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
CONFIG = {
    "title": "A book",
    "only_build_toc_files": True,
    "execute": {"execute_notebooks": "cache"},
    "sphinx": {"local_extensions": {"execution": EXTENSIONS}},
}
CHAPTER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Two pictures

```{code-cell} ipython3
import matplotlib.pyplot as plt

plt.plot([1, 2])
plt.show()
plt.plot([2, 1])
plt.show()
```
"""


def test_pictures_are_drawn_whatever_backend_the_environment_names(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text(json.dumps(CONFIG))
    (tmp_path / "_toc.yml").write_text(json.dumps({"format": "jb-book", "root": "chapter"}))
    (tmp_path / "chapter.md").write_text(CHAPTER)
    result = subprocess.run(
        [sys.executable, "-c", JUPYTER_BOOK, "build", str(tmp_path), "-W"],
        env=os.environ | {"MPLBACKEND": "agg"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stdout
    page = (tmp_path / "_build" / "html" / "chapter.html").read_text(encoding="utf-8")
    assert page.count('src="_images/') == 2
