"""The same commit builds the same site."""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The command line of this very environment, wherever its scripts are installed.
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"

# What may differ between two builds, each with its reason.
EXCEPTIONS: dict[str, str] = {}


def build(target: Path) -> Path:
    for name in ("_config.yml", "_toc.yml", "CITATION.cff", "book", "tests/peers"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target / name)
    environment = os.environ | {"PYTHONHASHSEED": "random"}
    environment.pop("COURSE_UTILS_MEMO", None)
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(target)]
    subprocess.run([*command, "-W", "-n", "--keep-going"], cwd=target, env=environment, check=True)
    return target / "_build" / "html"


def differences(first: Path, second: Path) -> list[str]:
    names = {path.relative_to(first) for path in first.rglob("*") if path.is_file()}
    names |= {path.relative_to(second) for path in second.rglob("*") if path.is_file()}
    return sorted(
        name.as_posix()
        for name in names
        if not (first / name).exists()
        or not (second / name).exists()
        or not filecmp.cmp(first / name, second / name, shallow=False)
    )


@pytest.mark.slow
def test_two_builds_from_scratch_are_equal_byte_for_byte(tmp_path: Path) -> None:
    # The same path both times, since a path may show in a message.
    first = build(tmp_path / "book")
    kept = tmp_path / "first"
    shutil.move(first, kept)
    shutil.rmtree(tmp_path / "book")
    second = build(tmp_path / "book")
    assert [name for name in differences(kept, second) if name not in EXCEPTIONS] == []
