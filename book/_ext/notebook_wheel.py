"""Builds the wheel of the companion package that is published with the site."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sphinx.errors import ExtensionError

import course_utils

# What the build of the wheel reads. It is copied to a folder of its own, since setuptools would
# take into the wheel what an earlier build has left behind in the checkout.
SOURCES = (
    "pyproject.toml",
    "README*",
    "LICENSE*",
    "course_utils/**/*",
    "tests/requirements*.txt",
)
BUILD = "import sys, setuptools.build_meta as backend; backend.build_wheel(sys.argv[1])"
# The earliest time that a wheel, which is a zip file, can hold.
NO_DATE = "315532800"


# The project whose package the chapters have imported: what is published is what was run.
ROOT = Path(course_utils.__file__).parents[1]


def wheel_name() -> str:
    return f"course_utils-{course_utils.__version__}-py3-none-any.whl"


def sources(root: Path) -> list[Path]:
    found = {path for pattern in SOURCES for path in root.glob(pattern) if path.is_file()}
    return sorted(path for path in found if "__pycache__" not in path.parts)


def digest(root: Path) -> str:
    """Return a hash of all that the wheel is made of."""
    total = hashlib.sha256()
    for path in sources(root):
        total.update(path.relative_to(root).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def build_wheel(root: Path, folder: Path) -> None:
    """Build the wheel of the project ``root`` into ``folder``, the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as staging:
        for path in sources(root):
            copy = Path(staging, path.relative_to(root))
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            copy.chmod(0o644)
        process = subprocess.run(
            [sys.executable, "-c", BUILD, str(folder.resolve())],
            cwd=staging,
            env={**os.environ, "SOURCE_DATE_EPOCH": NO_DATE},
            capture_output=True,
            text=True,
            check=False,
        )
    if process.returncode:
        raise ExtensionError(f"the wheel of {root} could not be built\n{process.stderr}")


def publish_wheel(folder: Path, stamp: Path) -> None:
    """Build the wheel into ``folder``, alone there, unless ``stamp`` says that it is up to date."""
    if not (ROOT / "pyproject.toml").is_file():
        raise ExtensionError(
            f"course_utils comes from {ROOT}, where there is no pyproject.toml to build a wheel "
            "from; install the package with `pip install -e .`"
        )
    wheel, current = folder / wheel_name(), digest(ROOT)
    if wheel.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == current:
        return
    shutil.rmtree(folder, ignore_errors=True)
    build_wheel(ROOT, folder)
    if not wheel.is_file():
        built = [path.name for path in folder.iterdir()]
        raise ExtensionError(f"the build made {built} where {wheel.name} was expected")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(current, encoding="utf-8")
