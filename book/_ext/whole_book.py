"""Puts the pages of the built site together into one page, of which the PDF is made.

Every page keeps what the build made of it. What changes is what paper cannot do: what is folded is
unfolded, solutions stand at the end of their chapter, quizzes have boxes to tick instead of forms,
and a link to another page leads to another place of the same document. Sphinx's own builder
``singlehtml`` would not do: sphinx-exercise has no visitors for it, and where two chapters have a
section of the same name, a link to either finds the first.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import yaml
from bs4 import BeautifulSoup, Tag
from sphinx_external_toc.parsing import parse_toc_yaml

STYLES = ("pygments.css", "math.css", "print.css")
# Attributes that name an element by its id, alone or in a list.
NAMING = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
# What only a screen can use.
SCREEN_ONLY = (
    "a.headerlink, button, script, template, .screen-only, .quiz-result, .moving-controls, "
    ".sd-summary-state-marker"
)
# What the descriptions of formulas, and of words in another language, begin with. Chromium has no
# tag for either, but keeps the description of a picture: pdf_tags.py knows them again.
TEX = "TeX: "
LANGUAGE = "Language: "


@dataclass
class Page:
    """A page of the site, and its place in the book."""

    name: str
    level: int
    part: str | None
    """The part that begins with this page."""
    title: str = ""
    numbered: bool = False
    address: str = ""
    article: Tag | None = None
    targets: dict[str, str] = field(default_factory=dict)
    """New ids by old ones; the first element of an id is meant, as in a browser."""

    @property
    def key(self) -> str:
        return self.name.removeprefix("book/")


def contents(root: Path) -> Iterator[Page]:
    """Yield the pages of the book in their order, without what stands on them."""
    site_map = parse_toc_yaml(root / "_toc.yml")

    def below(name: str, level: int) -> Iterator[Page]:
        for tree in site_map[name].subtrees:
            for place, item in enumerate(tree.items):
                begins = tree.caption if level == 1 and place == 0 else None
                yield Page(str(item), level, begins)
                yield from below(str(item), level + 1)

    yield Page(site_map.root.docname, 0, None)
    yield from below(site_map.root.docname, 1)


def assemble(root: Path, site: Path, only: Collection[str] = ()) -> str:
    """Return the whole book as one HTML page, for a folder beside that of the site.

    ``only`` names the pages of a sample; links to all others then lead to the published site.
    """
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    book = BeautifulSoup("<!DOCTYPE html><html><head></head><body></body></html>", "html.parser")
    pages = [page for page in contents(root) if not only or page.name in only]
    for page in pages:
        read(page, site, book)
        simplify(page, book)
    by_name = {page.name: page for page in pages}
    for page in pages:
        describe(page)
        resolve(page, by_name, site)
        collect_solutions(page, book)
        lower_headings(page, book)
    language = str(book.html.get("lang", "en"))  # type: ignore[union-attr]
    styles = "".join(
        f'<link rel="stylesheet" href="../{site.name}/_static/{name}">' for name in STYLES
    )
    names = "".join(running_head(page) for page in pages)
    parts = [title_page(config, pages[0].address), table_of_contents(pages)]
    parts += [section(page) for page in pages]
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" data-theme="light">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{escape(config["title"])}</title>\n{styles}\n'
        f"<style>{names}</style>\n</head>\n<body>\n{''.join(parts)}</body>\n</html>\n"
    )


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def read(page: Page, site: Path, book: BeautifulSoup) -> None:
    """Take the article out of a page, and give its ids names that are their own in the book."""
    path = site / f"{page.name}.html"
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    article = soup.find("article")
    canonical = soup.find("link", rel="canonical")
    if not isinstance(article, Tag) or not isinstance(canonical, Tag):
        raise ValueError(f"{path} has no <article>, or no canonical address")
    page.article = article
    page.address = str(canonical["href"])
    if soup.html and soup.html.has_attr("lang"):
        book.html["lang"] = soup.html["lang"]  # type: ignore[index]
    for element in article.find_all(id=True):
        old = str(element["id"])
        if old in page.targets:
            del element["id"]
        else:
            page.targets[old] = element["id"] = f"{page.key}:{old}"


def simplify(page: Page, book: BeautifulSoup) -> None:
    """Unfold what is folded, and replace what only a screen can use."""
    article = page.article
    assert article
    for element in article.select(SCREEN_ONLY):
        element.decompose()
    if page.level == 0:
        for tree in article.select(".toctree-wrapper"):
            tree.decompose()  # the contents stand before it
    for details in article.find_all("details"):
        summary = details.find("summary")
        if isinstance(summary, Tag):
            shown = summary.select_one(".collapsed") or summary
            text = re.sub(r"^Show (the )?", "", " ".join(shown.get_text().split()))
            title = book.new_tag("p", attrs={"class": "unfolded-title"})
            title.string = text[:1].upper() + text[1:]
            summary.replace_with(title)
        details.name = "div"
        details["class"] = [*details.get_attribute_list("class"), "unfolded"]
    for form in article.select("form.quiz"):
        for name in ("method", "autocomplete"):
            del form[name]
        form.name = "div"
        for part in form.find_all(["fieldset", "legend", "label"]):
            part.name = {"fieldset": "div", "legend": "p", "label": "span"}[part.name]
            part["class"] = [*part.get_attribute_list("class"), f"quiz-{part.name}"]
            del part["for"]
        for blank in form.find_all("input"):
            kind = f"blank blank-{blank['type']}"
            blank.replace_with(book.new_tag("span", attrs={"class": kind}))


def describe(page: Page) -> None:
    """Say of formulas, and of words in another language, what they are."""
    assert page.article
    for words in page.article.find_all(lang=True):
        words["role"] = "img"
        words["aria-label"] = f"{LANGUAGE}{words['lang']}"
    for formula in page.article.find_all("math"):
        source = " ".join(str(formula.get("alttext", formula.get_text())).split())
        formula.attrs.pop("alttext", None)
        formula["role"] = "img"
        formula["aria-label"] = TEX + source


def resolve(page: Page, pages: dict[str, Page], site: Path) -> None:
    """Let links and pictures lead from the book to where they led from the page."""
    assert page.article
    folder = posixpath.dirname(page.name)
    for element in page.article.find_all(True):
        for name in NAMING:
            if element.has_attr(name):
                words = str(element[name]).split()
                element[name] = " ".join(page.targets.get(word, word) for word in words)
        for name, value in list(element.attrs.items()):
            if isinstance(value, str) and "url(#" in value:
                element[name] = re.sub(
                    r"url\(#([^)]*)\)", lambda found: f"url(#{page.targets[found[1]]})", value
                )
        if element.name == "img":
            source = str(element["src"])
            if not source.startswith("data:"):
                target = posixpath.normpath(posixpath.join(folder, source))
                element["src"] = f"../{site.name}/{target}"
        elif element.name in ("a", "use") and element.has_attr("href"):
            element["href"] = link(str(element["href"]), page, pages)


def link(href: str, page: Page, pages: dict[str, Page]) -> str:
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return href
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page.name), unquote(parts.path)))
    target = pages.get(path.removesuffix(".html")) if parts.path else page
    if target is None:
        return urljoin(page.address, href)
    if not parts.fragment:
        return f"#{target.key}"
    old = unquote(parts.fragment)
    if old not in target.targets:
        raise ValueError(f"{page.name}: the link to {href!r} leads nowhere")
    return f"#{target.targets[old]}"


def collect_solutions(page: Page, book: BeautifulSoup) -> None:
    """Move the solutions of a chapter to its end, with links there and back."""
    assert page.article
    solutions = page.article.select("div.solution")
    if not solutions:
        return
    outermost = page.article.find("section")
    assert isinstance(outermost, Tag)
    end = book.new_tag("section", attrs={"id": f"{page.key}:solutions-of-exercises"})
    heading = book.new_tag("h2")
    heading.string = "Solutions"
    end.append(heading)
    for solution in solutions:
        back = solution.select_one(".admonition-title a")
        assert back
        exercise = page.article.find(id=str(back["href"])[1:])
        assert isinstance(exercise, Tag)
        there = book.new_tag("a", href=f"#{solution['id']}")
        there.string = "Solution"
        paragraph = book.new_tag("p", attrs={"class": "to-solution"})
        paragraph.append(there)
        exercise.append(paragraph)
        end.append(solution.extract())
    outermost.append(end)


def lower_headings(page: Page, book: BeautifulSoup) -> None:
    """Put the headings below those of the part or page that they belong to."""
    assert page.article
    for heading in page.article.find_all(re.compile("^h[1-6]$")):
        level = int(heading.name[1])
        heading["class"] = f"level-{level}"
        heading.name = f"h{min(level + page.level, 6)}"
    heading = page.article.select_one(".level-1")
    assert heading
    page.title = " ".join(heading.get_text().split())
    page.numbered = heading.select_one(".section-number") is not None
    if page.level == 0:
        page.title = heading.string = "Introduction"


def running_head(page: Page) -> str:
    title = page.title.replace("\\", r"\\").replace('"', r"\"")
    return f'@page {style_name(page)} {{ @top-left {{ content: "{title}" }} }}\n'


def style_name(page: Page) -> str:
    return "on-" + re.sub("[^a-z]+", "-", page.key)


def section(page: Page) -> str:
    part = f'<h1 class="part">{escape(page.part)}</h1>\n' if page.part else ""
    assert page.article
    return (
        f'<article id="{page.key}" style="page: {style_name(page)}">\n'
        f"{part}{page.article.decode_contents(formatter='minimal')}</article>\n"
    )


def title_page(config: dict[str, str], address: str) -> str:
    site = urljoin(address, "..")
    return (
        f'<header class="title-page"><h1>{escape(config["title"])}</h1>\n'
        f'<p class="author">{escape(config["author"])}</p>\n'
        f'<p>Printed from <a href="{site}">{site}</a>, where every chapter is a notebook to '
        "download, and pictures move. Here proofs and hints are unfolded, the answers of a quiz "
        "follow it, and the solutions of exercises stand at the end of their chapter.</p>\n"
        f"<p>{escape(config['copyright'])}.</p></header>\n"
    )


def table_of_contents(pages: list[Page]) -> str:
    """Return the contents; print_pdf.py fills in the numbers of the pages."""
    rows = ['<nav class="contents"><h1>Contents</h1>\n']
    for page in pages:
        if page.part:
            rows.append(f'<p class="contents-part">{escape(page.part)}</p>\n')
        rows.append(entry(page.key, page.title, page.level))
        assert page.article
        if page.numbered:
            for heading in page.article.select(".level-2"):
                target = heading.find_parent("section")
                if isinstance(target, Tag) and target.has_attr("id"):
                    text = " ".join(heading.get_text().split())
                    rows.append(entry(str(target["id"]), text, page.level + 1))
    return "".join([*rows, "</nav>\n"])


def entry(target: str, text: str, level: int) -> str:
    return (
        f'<p class="contents-{level}"><a href="#{target}"><span>{escape(text)}</span>'
        f'<span class="page-number" data-target="{target}"></span></a></p>\n'
    )
