"""The glossary is complete, and the first use of each term in a chapter links to it."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from docutils import nodes
from docutils.core import publish_doctree

ROOT = Path(__file__).parents[2]
CHAPTERS = [
    path for path in (ROOT / "book").glob("*.md") if "kernelspec:" in path.read_text("utf-8")
]
TERMS = (
    {"entropy": "g#entropy"},
    {"cross-entropy": "g#cross-entropy"},
    {"Gibbs' inequality": "g#gibbs"},
    {"surprisal": "g#surprisal", "self-information": "g#self-information"},
    {"maximum a posteriori": "g#posteriori", "MAP": "g#map"},
    {"probability": "g#probability"},
    {"probability density": "g#density"},
)


@pytest.fixture(scope="module")
def links() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "book" / "_ext"))
        import glossary_links
    return glossary_links


def linked(links: ModuleType, text: str) -> list[str]:
    """Return what the transform links in a text in reStructuredText, and where to."""
    doctree = publish_doctree(text, settings_overrides={"report_level": 5})
    before = doctree.astext()
    links.link_terms(doctree, TERMS)
    assert doctree.astext() == before, "the text itself is left alone"
    return [
        f"{reference.astext()} -> {reference['refuri']}"
        for reference in doctree.findall(nodes.reference)
        if "glossary-term" in reference["classes"]
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Entropy, then entropy again.", ["Entropy -> g#entropy"]),
        ("Some **entropy** here.", ["entropy -> g#entropy"]),
        ("The cross-entropy alone.", ["cross-entropy -> g#cross-entropy"]),
        (
            "Cross-entropy, cross-entropy, and entropy.",
            ["Cross-entropy -> g#cross-entropy", "entropy -> g#entropy"],
        ),
        ("Self-information is surprisal.", ["Self-information -> g#self-information"]),
        (
            "Two entropies, three surprisals.",
            ["entropies -> g#entropy", "surprisals -> g#surprisal"],
        ),
        ("Gibbs’ inequality.", ["Gibbs’ inequality -> g#gibbs"]),
        ("A probability\ndensity.", ["probability\ndensity -> g#density"]),
        ("A map of the town; the MAP estimate.", ["MAP -> g#map"]),
        ("Entropylike, non-entropy, entropy-based.", []),
        ("See `entropy <https://a.org>`_ and ``entropy``.", []),
        ("Entropy\n=======\n\nText.", []),
        (".. note::\n\n   In an entropy box.", ["entropy -> g#entropy"]),
        (".. admonition:: On entropy\n\n   In a box.", []),
        (".. math::\n\n   entropy\n\n:math:`entropy`", []),
        (".. list-table::\n\n   * - entropy", []),
        ("- an item with entropy", ["entropy -> g#entropy"]),
        ("`entropy <g#entropy>`_ by hand, then entropy.", []),
    ],
)
def test_first_use_in_running_prose(links: ModuleType, text: str, expected: list[str]) -> None:
    assert linked(links, text) == expected


def test_outputs_of_cells_are_no_prose(links: ModuleType) -> None:
    output = nodes.container("", nodes.paragraph("", "entropy"), nb_element="cell_code_output")
    doctree = publish_doctree("")
    doctree += output
    links.link_terms(doctree, TERMS)
    assert not list(doctree.findall(nodes.reference))


@pytest.mark.parametrize(
    ("front_matter", "expected"),
    [
        ({"kernelspec": "{}"}, ["glossary.html#term-entropy", "glossary.html#term-loss"]),
        ({"kernelspec": "{}", "no_terms": "loss, mixture"}, ["glossary.html#term-entropy"]),
        ({}, []),
    ],
)
def test_pages_made_from_notebooks_are_linked(
    links: ModuleType, front_matter: dict, expected: list[str]
) -> None:
    objects = [(name, name, "term", "glossary", f"term-{name}", 0) for name in ("entropy", "loss")]
    env = SimpleNamespace(
        metadata={"page": front_matter},
        get_domain=lambda name: SimpleNamespace(get_objects=lambda: objects),
    )
    builder = SimpleNamespace(get_relative_uri=lambda start, end: f"{end}.html")
    doctree = publish_doctree("A loss, an entropy, a temperature.")
    links.link_page(SimpleNamespace(env=env, builder=builder), doctree, "page")
    found = [reference["refuri"] for reference in doctree.findall(nodes.reference)]
    assert sorted(found) == expected


def test_entries_are_complete(links: ModuleType) -> None:
    for term in links.read():
        assert re.search("[а-яё]", term.russian), f"{term.names[0]} has no Russian term"
        assert re.search(r"[\u4e00-\u9fff]|LogSumExp", term.chinese), term.names[0]
        assert term.meaning.endswith("."), term.names[0]
        # Readers' software chooses the font and the voice by the language.
        spans = re.sub(r"\[[^\]]*\]\{\.language-(?:ru|zh)\}", "", term.false_friends)
        assert not re.search(r"[а-яё\u4e00-\u9fff]", spans), f"{term.names[0]}: {spans}"


def test_entries_are_in_order_and_named_once(links: ModuleType) -> None:
    first = [term.names[0].lower() for term in links.read()]
    assert first == sorted(first)
    names = [name.lower() for term in links.read() for name in term.names]
    assert len(set(names)) == len(names)


def test_terms_are_those_of_the_course(links: ModuleType) -> None:
    text = "\n".join(path.read_text("utf-8") for path in CHAPTERS)
    for term in links.read():
        used = links.pattern_of(term.names).search(text)
        assert used or term.false_friends, f"no chapter uses {term.names[0]!r}"


def test_every_chapter_uses_terms(links: ModuleType) -> None:
    pattern = links.pattern_of(name for term in links.read() for name in term.names)
    for path in CHAPTERS:
        found = {match.lower() for match in pattern.findall(path.read_text("utf-8"))}
        assert len(found) >= 10, path.name


def test_words_in_another_sense_are_terms(links: ModuleType) -> None:
    known = {term.names[0] for term in links.read()}
    for path in CHAPTERS:
        for named in re.findall(r"^no_terms: (.+)$", path.read_text("utf-8"), re.M):
            assert set(named.split(", ")) <= known, path.name
