"""The glossary, and links to it from every chapter.

``{terms}`` shows ``book/data/glossary.yml`` as a glossary. On each page made from a notebook or an
exercise, the first use of each term in running prose becomes a link to its entry, once all other
references are resolved: headings, code, mathematics, tables, outputs, quizzes and links stay as
they are. A synonym counts as its term, and where several terms fit, the longest does: the entropy
in *cross-entropy* is none. A page opts out of terms that it uses in another sense with ``no_terms:
temperature, sample`` in its front matter; a term that an author has linked by hand is not linked
again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from observation_tables import MarkdownDirective
from quizzes import Quiz
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

DATA = Path(__file__).parents[1] / "data" / "glossary.yml"

# What has an address, is not read as prose, or is shown in a place too narrow for a link.
NO_PROSE = (
    nodes.reference,
    nodes.title,
    nodes.caption,
    nodes.entry,
    nodes.literal,
    nodes.math,
    nodes.raw,
    nodes.footnote,
    nodes.citation,
    Quiz,
)


@dataclass(frozen=True)
class Term:
    names: tuple[str, ...]
    meaning: str
    russian: str
    chinese: str
    false_friends: str = ""


def read(path: Path = DATA) -> list[Term]:
    """Return the terms in the order of the page."""
    return [_term(**entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]


def _term(term: str | list[str], ru: str, zh: str, beware: str = "", **rest: str) -> Term:
    names = (term,) if isinstance(term, str) else tuple(term)
    return Term(names, rest.pop("is"), ru, zh, beware, **rest)


class TermsDirective(MarkdownDirective):
    classes = ()

    def markdown(self) -> str:
        self.env.note_dependency(str(DATA))
        return "\n".join(["```{glossary}", *map(entry_of, read()), "```"])


def entry_of(term: Term) -> str:
    paragraphs = [
        term.meaning,
        f"Russian: [{term.russian}]{{.language-ru}} · Chinese: [{term.chinese}]{{.language-zh}}",
        *([f"**False friends.** {term.false_friends}"] if term.false_friends else []),
    ]
    return "\n".join([*term.names, *(f"  {text}\n" for text in paragraphs)])


def pattern_of(names: Iterable[str]) -> re.Pattern[str]:
    """Match whole terms, longer ones first, in the singular or with a regular plural."""
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(_forms, longest_first))})(?![\w-])")


def _forms(name: str) -> str:
    words = r"\s+".join(re.escape(word) for word in name.split())
    words = words.replace("'", "['’]")
    plural = f"(?:{words[:-1]}ies|{words})" if name.endswith("y") else f"{words}(?:e?s)?"
    # An abbreviation in capitals is not the word that it spells.
    return plural if name.isupper() else f"(?i:{plural})"


def link_terms(doctree: nodes.document, terms: Sequence[Mapping[str, str]]) -> None:
    """Turn the first use of each term into a link; a term is its names with their addresses."""
    if not terms:
        return
    pattern = pattern_of(name for term in terms for name in term)
    linked = {
        number
        for number, term in enumerate(terms)
        for reference in doctree.findall(nodes.reference)
        if reference.get("refuri") in term.values()
    }
    for text in [text for text in doctree.findall(nodes.Text) if in_prose(text)]:
        pieces: list[nodes.Node] = []
        end, prose = 0, text.astext()
        for found in pattern.finditer(prose):
            number, address = _look_up(found[0], terms)
            if number not in linked:
                linked.add(number)
                link = nodes.reference(
                    found[0], found[0], refuri=address, internal=True, classes=["glossary-term"]
                )
                pieces += [nodes.Text(prose[end : found.start()]), link]
                end = found.end()
        if pieces:
            text.parent.replace(text, [*pieces, nodes.Text(prose[end:])])


def _look_up(found: str, terms: Sequence[Mapping[str, str]]) -> tuple[int, str]:
    return next(
        (number, address)
        for number, term in enumerate(terms)
        for name, address in term.items()
        if re.fullmatch(_forms(name), found)
    )


def in_prose(text: nodes.Text) -> bool:
    within_paragraph = False
    current: nodes.Element | None = text.parent
    while current is not None:
        if isinstance(current, NO_PROSE) or current.get("nb_element"):
            return False
        within_paragraph = within_paragraph or isinstance(current, nodes.paragraph)
        current = current.parent
    return within_paragraph


def places(env: BuildEnvironment) -> dict[str, tuple[str, str]]:
    """Return the page and the anchor of each term of the glossary."""
    return {
        name.replace("’", "'"): (docname, anchor)
        for name, _, kind, docname, anchor, _ in env.get_domain("std").get_objects()
        if kind == "term"
    }


def is_chapter(env: BuildEnvironment, docname: str) -> bool:
    """Return whether a page is read from top to bottom: a chapter or an exercise."""
    return not {"kernelspec", "exercise"}.isdisjoint(env.metadata[docname])


def link_page(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if not is_chapter(app.env, docname):
        return
    anchors = places(app.env)
    other_sense = re.split(r",\s*", app.env.metadata[docname].get("no_terms", ""))
    terms = []
    for term in read():
        if term.names[0] in other_sense:
            continue
        addresses = {}
        for name in term.names:
            if name in anchors:
                page, anchor = anchors[name]
                addresses[name] = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
        terms.append(addresses)
    link_terms(doctree, [addresses for addresses in terms if addresses])


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name the chapters, to be written anew, if the terms have changed."""
    found = sorted(places(env).items())
    if getattr(env, "glossary_places", None) == found:
        return []
    env.glossary_places = found  # type: ignore[attr-defined]
    return [page for page in env.found_docs if is_chapter(env, page)]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("terms", TermsDirective)
    app.connect("env-updated", rewrite)
    app.connect("doctree-resolved", link_page)
    return {"parallel_read_safe": False}
