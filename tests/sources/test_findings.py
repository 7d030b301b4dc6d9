"""What a text says fails, and what holds passes: every finding of the appendix *Sources*."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import csdn  # noqa: F401, registers its checks
import habr  # noqa: F401
import public  # noqa: F401
import pytest
import softmax_notes  # noqa: F401
import yaml
import zhihu  # noqa: F401
from verdicts import CHECKS

BOOK = Path(__file__).parents[2] / "book"
FINDINGS, PUBLIC = (
    yaml.safe_load((BOOK / "data" / f"source_{name}.yml").read_text(encoding="utf-8"))
    for name in ("findings", "public")
)
BY_ID = {f["id"]: f for f in (*FINDINGS, *PUBLIC)}
KINDS = {
    *("sign", "index", "normalisation", "formula", "number"),
    *("label", "term", "reference", "range", "condition"),
}
NO_RESULT = re.compile(r"`[^`]*`|section \d\.\d")
DECIMAL = re.compile(r"(?<![\d.])\d+\.\d+(?!\.?\d)")


def decimals(finding: dict[str, str]) -> list[str]:
    return DECIMAL.findall(NO_RESULT.sub("", finding["holds"]))


@pytest.mark.parametrize("finding", CHECKS)
def test_finding(finding: str) -> None:
    verdict = CHECKS[finding]()
    assert not verdict.says, "what the source says holds"
    assert verdict.holds, "what is said to hold does not"
    for numeral in decimals(BY_ID[finding]):
        half = 0.5 * 10.0 ** -len(numeral.partition(".")[2]) + 1e-12
        assert any(abs(n - float(numeral)) <= half for n in verdict.numbers), f"whence {numeral}?"


def test_ids_are_unique() -> None:
    assert max(Counter(f["id"] for f in (*FINDINGS, *PUBLIC)).values()) == 1


def test_every_finding_has_a_check_or_says_why_there_is_none() -> None:
    unchecked = {f["id"] for f in FINDINGS if f.get("unchecked")}  # the public ones are all checked
    assert not unchecked & set(CHECKS)
    assert unchecked | set(CHECKS) == set(BY_ID)


@pytest.mark.parametrize("finding", BY_ID)
def test_entry(finding: str) -> None:
    entry = BY_ID[finding]
    allowed = {"id", "place", "says", "holds", "kind", "seriousness"}
    allowed |= {"work" if entry in PUBLIC else "source"}
    assert allowed <= set(entry) <= allowed | {"chapter", "unchecked"}
    assert entry["kind"] in KINDS
    assert entry["seriousness"] in (1, 2, 3)
    texts = [entry["place"], entry["says"], entry["holds"]]
    assert all(isinstance(text, str) and text.strip() for text in texts)
    # A bar would end the cell of the table.
    assert not any("|" in text for text in texts)


def test_no_number_rests_on_nothing() -> None:
    assert not [f["id"] for f in FINDINGS if "unchecked" in f and decimals(f)]
