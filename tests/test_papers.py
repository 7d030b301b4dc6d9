"""Licences, citation and contributors' pages agree with the package and with the files."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import course_utils

ROOT = Path(__file__).parents[1]
CITATION = ROOT / "CITATION.cff"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_citation_obeys_the_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    command += ["vendor.citation-file-format", str(CITATION)]
    check = subprocess.run(command, capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout + check.stderr


def test_citation_names_the_version_and_the_licences() -> None:
    citation = YAML(typ="safe", pure=True).load(read("CITATION.cff"))
    assert citation["version"] == course_utils.__version__
    assert citation["license"] == tomllib.loads(read("pyproject.toml"))["project"]["license"]
    assert citation["preferred-citation"]["license"] == "CC-BY-4.0"


def test_licence_of_the_code_is_the_one_that_the_package_names() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert project["license"] == "BSD-3-Clause"
    assert project["license-files"] == ["LICENSE"]
    licence = " ".join(read("LICENSE").split())
    assert licence.startswith("BSD 3-Clause License Copyright (c)")
    # The third clause is what sets this licence apart from the BSD-2-Clause one.
    assert re.findall(r" (\d)\. (\w+)", licence) == [
        ("1", "Redistributions"),
        ("2", "Redistributions"),
        ("3", "Neither"),
    ]
    assert 'PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"' in licence


def test_licence_of_the_text_is_complete() -> None:
    licence = read("LICENSE-TEXT")
    assert "Creative Commons Attribution 4.0 International Public License" in licence
    sections = re.findall(r"^Section (\d) -- ", licence, flags=re.MULTILINE)
    assert sections == list("12345678")


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_relative_links_point_to_files(name: str) -> None:
    targets = re.findall(r"\]\(([^)\s]+)|<(?:a|img)\b[^>]*?(?:href|src)=\"([^\"]+)", read(name))
    links = {link or source for link, source in targets}
    relative = {link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)}
    assert {link for link in relative if not (ROOT / link).exists()} == set()


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "CONTRIBUTING.md",
        *(f".github/workflows/{path.name}" for path in ROOT.glob(".github/workflows/*.yml")),
    ],
)
def test_make_commands_are_targets(name: str) -> None:
    targets = re.findall(r"^([\w.-]+):(?!=)", read("Makefile"), flags=re.MULTILINE)
    # Prose may make do: a command begins a line, a span of code, a step or the part after `&&`.
    commands = re.findall(r"(?:^|`|run: |&& )\$? *make ([a-z][\w-]*)", read(name), re.MULTILINE)
    assert set(commands) <= set(targets)


def test_readme_gives_the_two_commands() -> None:
    assert set(re.findall(r"\bmake (?:book|test)\b", read("README.md"))) == {
        "make book",
        "make test",
    }
