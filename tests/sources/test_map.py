"""Every section, example, table and number of the sources is found again in the book."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from course_utils.derivations import entries

ROOT = Path(__file__).parents[2]
source_tables = pytest.importorskip("source_tables", reason="needs Sphinx, which builds the book")

CONTENTS = source_tables.read("contents")
MAP = source_tables.read("map")
FINDINGS = {f["id"] for f in source_tables.read("findings")}
ITEMS = [item for sections in CONTENTS.values() for s in sections for item in s["items"]]


@cache
def functions_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_item_is_mapped_and_nothing_else() -> None:
    assert len(ITEMS) == len(set(ITEMS))
    assert set(ITEMS) == set(MAP)


def test_sources_are_those_of_the_findings() -> None:
    assert list(CONTENTS) == list(source_tables.SOURCES)
    assert {f["source"] for f in source_tables.read("findings")} == set(CONTENTS)


@pytest.mark.parametrize("item", ITEMS)
def test_place_and_check_exist(item: str) -> None:
    place = MAP[item]
    assert (ROOT / "book" / f"{place['chapter']}.md").exists()
    assert place["heading"] in source_tables.headings(place["chapter"])
    checks = place["check"] if isinstance(place["check"], list) else [place["check"]]
    for check in checks:
        if check.startswith("eq-"):
            assert check in entries()
            continue
        path, _, name = check.partition("::")
        function, _, parameter = name.partition("[")
        assert function in functions_in(ROOT / path)
        assert not parameter or parameter.rstrip("]") in FINDINGS


@pytest.mark.parametrize("finding", source_tables.read("findings"), ids=lambda f: f["id"])
def test_chapter_of_a_finding_exists(finding: dict[str, str]) -> None:
    if "chapter" in finding:
        assert (ROOT / "book" / f"{finding['chapter']}.md").exists()


def test_comments_of_code_are_no_headings() -> None:
    text = (ROOT / "book" / "likelihood.md").read_text(encoding="utf-8")
    found = source_tables.headings("likelihood")
    assert "Pitfalls" in found
    comments = {line[2:] for line in text.splitlines() if line.startswith("# ")} - found
    assert comments
