"""The package keeps its word about the oldest versions that it supports."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# The lower bounds of pyproject.toml and tests/requirements.txt. The last two are of the same age:
# newer ones warn about this SymPy and this Matplotlib, and warnings are errors here.
OLDEST = [
    "numpy~=1.26.0",
    "sympy==1.12",
    "matplotlib~=3.8.0",
    "scipy~=1.11.0",
    "scikit-learn~=1.4.0",
    "mpmath~=1.3.0",
    "pyparsing~=3.1.0",
]


@pytest.mark.slow
@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="these releases have wheels for Python 3.11 alone"
)
def test_the_units_pass_with_the_oldest_versions(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    install = [python, "-m", "pip", "install", "--quiet", "hypothesis", "pytest", "ruamel.yaml"]
    subprocess.run([*install, "check-jsonschema", *OLDEST, str(ROOT)], check=True)
    units = ["tests", "--ignore=tests/ext", "--ignore=tests/notebooks", "--ignore=tests/site"]
    result = subprocess.run(
        [python, "-m", "pytest", "-q", *units, "-m", "not slow", "-p", "no:cacheprovider"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
