"""A student's machine: the libraries of the book, and of the course what the site publishes."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
import threading
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "ext" / "download_book"
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
# What could lead a student's interpreter back to this checkout or to the settings of its owner.
INHERITED = ("PYTHONPATH", "COURSE_UTILS_MEMO", "VIRTUAL_ENV", "PYTEST_ADDOPTS", "MPLBACKEND")


@dataclass
class Student:
    """An environment of its own, with a folder to work in outside of the checkout."""

    environment: Path
    desk: Path

    @property
    def python(self) -> Path:
        return self.environment / "bin" / "python"

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        settings = {key: value for key, value in os.environ.items() if key not in INHERITED}
        # Nothing may come from elsewhere: what is needed is here, or served by the test.
        settings |= {"PIP_NO_INDEX": "1", "IPYTHONDIR": str(self.environment / "ipython")}
        return subprocess.run(
            [self.python, *arguments],
            cwd=self.desk,
            env=settings,
            capture_output=True,
            text=True,
            check=False,
        )

    def install(self, wheel: Path) -> None:
        result = self.run("-m", "pip", "install", "--quiet", "--no-deps", wheel)
        assert result.returncode == 0, result.stderr


@pytest.fixture(scope="session")
def new_student(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Student]:
    """Make an environment that has every installed library but `course_utils`.

    The libraries are linked, not installed: it takes a second, and they are those of the book.
    The editable installation of the checkout works by a `.pth` file, and none is linked.
    """

    def make() -> Student:
        student = Student(tmp_path_factory.mktemp("student"), tmp_path_factory.mktemp("desk"))
        venv.create(student.environment, symlinks=True)
        answer = student.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
        libraries = Path(answer.stdout.strip())
        for path in Path(sysconfig.get_path("purelib")).iterdir():
            if "course_utils" not in path.name and path.suffix != ".pth":
                (libraries / path.name).symlink_to(path)
        return student

    return make


class CountingHandler(SimpleHTTPRequestHandler):
    """Serves files, remembers what was asked for, and prints nothing."""

    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test report free of requests."""


@dataclass
class Site:
    """A small book, built and served at the address that it was built for."""

    address: str
    html: Path
    asked: list[str]

    @property
    def wheel(self) -> Path:
        (found,) = (self.html / "wheels").iterdir()
        return found


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("book")
    shutil.copytree(SAMPLE, root, dirs_exist_ok=True)
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    config["sphinx"]["local_extensions"] = {"notebook_downloads": str(ROOT / "book" / "_ext")}
    (root / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    html = root / "_build" / "html"
    handler = type("Handler", (CountingHandler,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(html)))
    address = f"http://127.0.0.1:{server.server_port}"
    built = subprocess.run(
        [sys.executable, "-c", JUPYTER_BOOK, "build", str(root), "-W", "-n"],
        env={**os.environ, "BOOK_BASEURL": address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(address, html, handler.asked)
    server.shutdown()
    server.server_close()
