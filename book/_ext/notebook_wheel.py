"""Builds the wheel of the companion package that is published with the site."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sphinx.errors import ExtensionError

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


def package_version(root: Path) -> str:
    text = (root / "course_utils" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    if found is None:
        raise ExtensionError(f"{root}/course_utils/__init__.py: there is no __version__")
    return found[1]


def wheel_name(root: Path) -> str:
    return f"course_utils-{package_version(root)}-py3-none-any.whl"


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


def build_wheel(root: Path, folder: Path) -> Path:
    """Build the wheel of the package below ``root`` into ``folder``, the same bytes every time."""
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
        )
    if process.returncode:
        raise ExtensionError(f"the wheel of {root} could not be built\n{process.stderr}")
    return folder / wheel_name(root)


def publish_wheel(root: Path, folder: Path, stamp: Path) -> None:
    """Build the wheel into ``folder``, alone there, unless ``stamp`` says that it is up to date."""
    wheel, current = folder / wheel_name(root), digest(root)
    if wheel.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == current:
        return
    shutil.rmtree(folder, ignore_errors=True)
    built = build_wheel(root, folder)
    if not built.is_file():
        raise ExtensionError(f"{built.name} was expected, not {[p.name for p in folder.iterdir()]}")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(current, encoding="utf-8")
