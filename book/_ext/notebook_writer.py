"""Writes the text of a page as Markdown that every notebook program renders.

A page is walked after all its references are resolved, so numbers and titles are those that the
reader of the site sees. What comes out is CommonMark with pipe tables, mathematics between dollars
and a few HTML tags (`details`, `sub`, `sup`, `kbd`): what JupyterLab, VS Code and Colab share.
A node that the writer does not know raises, so that nothing is lost in silence.
"""

from __future__ import annotations

import base64
import html
import mimetypes
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urljoin

from docutils import nodes
from moving_pictures import MovingPicture
from quizzes import Quiz
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number

LANGUAGES = {"default": "python", "ipython": "python", "ipython3": "python", "none": "", "text": ""}
# What works only on the site; a notebook program removes it or shows its source.
ACTIVE_HTML = re.compile(
    r"<\s*(script|style|svg|iframe|button|input|canvas|object|embed|template)\b", re.IGNORECASE
)
# An environment of LaTeX that holds no other.
INNERMOST = re.compile(r"\\begin\{(\w+\*?)\}((?!\\begin).)*?\\end\{\1\}", re.DOTALL)
FOLDED = {"dropdown", "toggle"}


@dataclass
class CodeCell:
    """A code cell of the page: its place in the source, and whether it stands in a folded box."""

    index: int
    folded: bool = False


class NotebookWriter:
    """Turns one page into Markdown texts and code cells, in the order of the page."""

    def __init__(self, builder: StandaloneHTMLBuilder, docname: str) -> None:
        self.builder = builder
        self.docname = docname
        site = builder.config.html_baseurl.rstrip("/") + "/"
        self.url = urljoin(site, builder.get_target_uri(docname))
        self.depth = 0
        self.quoted = False
        self.in_table = False
        self.cells: list[str | CodeCell] = []
        self.unseen: list[tuple[int, int]] = []

    # Pages and cells

    def write(self, doctree: nodes.document, lines: dict[int, int]) -> list[str | CodeCell]:
        """Return the cells of the notebook.

        ``lines`` gives the line of the source on which each code cell begins: the page does not
        show all of them, and those that it leaves out keep their place.
        """
        shown = {node["cell_index"] for node in doctree.findall(is_code_cell)}
        self.cells = []
        self.unseen = [(line, index) for index, line in sorted(lines.items()) if index not in shown]
        self.walk(doctree.children)
        self.add_unseen(lambda line, index: True)
        return self.cells

    def walk(self, children: Iterable[nodes.Node]) -> None:
        """Write nodes one after the other; a box that holds code cells is opened up for them."""
        for node in children:
            if node.line is not None:
                self.add_unseen(lambda line, index, here=node.line: line < here)
            if is_code_cell(node):
                self.add_code(node)
            elif isinstance(node, nodes.section):
                self.depth += 1
                self.walk(node.children)
                self.depth -= 1
            elif not any(node.findall(is_code_cell)):
                self.add(self.block(node))
            elif isinstance(node, nodes.Admonition):
                self.open_up(node)
            else:
                raise self.error(node, "a code cell stands where a notebook cannot have one")

    def open_up(self, box: nodes.Element) -> None:
        """Write a box that holds code cells piece by piece; folded, each piece is folded."""
        title, body = self.title_and_body(box)
        folded = bool(FOLDED & set(box["classes"]))
        if not folded or is_code_cell(body[0]):
            self.add(f"**{self.box_title(box, title)}**")
        if not folded:
            return self.walk(body)
        for code, run in groupby(body, is_code_cell):
            if code:
                for cell in run:
                    self.add_code(cell, folded=True)
            else:
                self.add(self.details(title, run))
        return None

    def add_unseen(self, is_due: Callable[[int, int], bool]) -> None:
        """Add the code cells that the page leaves out and whose place has come."""
        while self.unseen and is_due(*self.unseen[0]):
            self.cells.append(CodeCell(self.unseen.pop(0)[1]))

    def add_code(self, node: nodes.Element, folded: bool = False) -> None:
        self.add_unseen(lambda line, index: index < node["cell_index"])
        self.cells.append(CodeCell(node["cell_index"], folded))
        # The captions of the figures that the cell draws are not part of its outputs.
        self.add(self.blocks(node.findall(nodes.caption)))

    def add(self, text: str) -> None:
        if not text:
            return
        # A heading begins a cell of its own, so that JupyterLab can fold what is below it.
        if self.cells and isinstance(self.cells[-1], str) and not text.startswith("#"):
            self.cells[-1] += f"\n\n{text}"
        else:
            self.cells.append(text)

    # Dispatch

    def block(self, node: nodes.Node) -> str:
        return self.dispatch("block", node)

    def inline(self, node: nodes.Node) -> str:
        return self.dispatch("inline", node)

    def dispatch(self, kind: str, node: nodes.Node) -> str:
        for ancestor in type(node).__mro__:
            method: Callable[[nodes.Node], str] | None
            method = getattr(self, f"{kind}_{ancestor.__name__}", None)
            if method is not None:
                return method(node)
        name = type(node).__name__
        raise self.error(node, f"a notebook has no form for {name}; write {kind}_{name}")

    def error(self, node: nodes.Node, message: str) -> ExtensionError:
        """Return an error that begins with ``file:line`` of a node, as far as it is known."""
        current: nodes.Node | None = node
        while current is not None and current.line is None:
            current = current.parent
        line = f":{current.line}" if current is not None else ""
        return ExtensionError(f"{self.builder.env.doc2path(self.docname, False)}{line}: {message}")

    def blocks(self, children: Iterable[nodes.Node], separator: str = "\n\n") -> str:
        return separator.join(text for text in map(self.block, children) if text)

    def inlines(self, node: nodes.Element) -> str:
        return "".join(map(self.inline, node.children))

    def nothing(self, node: nodes.Node) -> str:
        return ""

    def content(self, node: nodes.Element) -> str:
        return self.blocks(node.children)

    # Text

    def block_title(self, node: nodes.title) -> str:
        return f"{'#' * self.depth} {self.section_number(node)}{one_line(self.inlines(node))}"

    def block_paragraph(self, node: nodes.Element) -> str:
        return "\n".join(map(guard_line_start, self.inlines(node).strip().splitlines()))

    def block_rubric(self, node: nodes.Element) -> str:
        return f"**{one_line(self.inlines(node))}**"

    def block_transition(self, node: nodes.Element) -> str:
        return "---"

    def block_line_block(self, node: nodes.Element) -> str:
        return "<br>\n".join(map(self.block, node.children))

    block_compact_paragraph = block_paragraph
    block_line = block_paragraph
    block_attribution = block_paragraph
    block_PassthroughTextElement = block_paragraph

    def block_TextElement(self, node: nodes.Element) -> str:
        """Take an inline node that stands by itself, such as a link to a figure, as a paragraph."""
        return self.inline(node)

    block_comment = nothing
    block_substitution_definition = nothing
    block_target = nothing
    block_index = nothing
    block_toctree = nothing
    block_meta = nothing

    # Lists

    def block_bullet_list(self, node: nodes.Element) -> str:
        return self.items(node, lambda _: "- ")

    def block_enumerated_list(self, node: nodes.Element) -> str:
        first = node.get("start", 1)
        return self.items(node, lambda place: f"{first + place}. ")

    def items(self, node: nodes.Element, marker: Callable[[int], str]) -> str:
        tight = all(
            isinstance(item.children[0], nodes.paragraph)
            and all(isinstance(child, nodes.Sequential) for child in item.children[1:])
            for item in node.children
            if item.children
        )
        separator = "\n" if tight else "\n\n"
        return separator.join(
            hang(marker(place), self.blocks(item.children, separator))
            for place, item in enumerate(node.children)
        )

    def block_definition_list(self, node: nodes.Element) -> str:
        return self.blocks(node.children)

    def block_definition_list_item(self, node: nodes.Element) -> str:
        terms = [child for child in node.children if isinstance(child, nodes.term)]
        definition = self.blocks(child for child in node.children if child not in terms)
        names = ", ".join(f"**{one_line(self.inlines(term))}**" for term in terms)
        return hang("- ", f"{names}: {definition}")

    block_definition = content
    block_glossary = content

    # Boxes

    def block_block_quote(self, node: nodes.Element) -> str:
        with self.quoting():
            *body, last = node.children
            if isinstance(last, nodes.attribution):
                return quote(f"{self.blocks(body)}\n\n— {self.block(last)}")
            return quote(self.content(node))

    def block_Admonition(self, node: nodes.Element) -> str:
        """Write a box as a quotation with its title in bold, or folded if the page folds it."""
        title, body = self.title_and_body(node)
        if FOLDED & set(node["classes"]):
            return self.details(title, body)
        with self.quoting():
            return quote(f"**{self.box_title(node, title)}**\n\n{self.blocks(body)}")

    def block_sidebar(self, node: nodes.Element) -> str:
        title, body = self.title_and_body(node)
        with self.quoting():
            text = self.blocks(body)
            return quote(f"**{self.inlines(title)}**\n\n{text}" if title.children else text)

    def block_topic(self, node: nodes.Element) -> str:
        # A list of the sections of this page: notebook programs show their own.
        return "" if "contents" in node["classes"] else self.block_Admonition(node)

    def block_exercise_node(self, node: nodes.Element) -> str:
        """Write an exercise flat, since its hints are folded and its code may be run."""
        title, body = self.title_and_body(node)
        return f"**{self.box_title(node, title)}**\n\n{self.blocks(body)}".strip()

    block_exercise_enumerable_node = block_exercise_node

    def block_Quiz(self, node: Quiz) -> str:
        """Write a quiz with its answers folded; a notebook has no form that checks."""
        parts = [f"**{node.title}.** {self.content(node.question)}"]
        if node["kind"] != "number":
            texts = [self.inlines(choice.children[0]) for choice in node.choices]
            parts.append("\n".join(hang("- ", one_line(text)) for text in texts))
        parts.append(self.details(nodes.title("", "Answer and explanations"), [node.explanations]))
        return "\n\n".join(parts)

    def block_container(self, node: nodes.Element) -> str:
        if "toggle" in node["classes"]:
            return self.details(nodes.title("", "Show"), node.children)
        return self.content(node)

    def block_dropdown_main(self, node: nodes.Element) -> str:
        title, *body = node.children
        return self.details(title, body)

    def block_sd_tab_label(self, node: nodes.Element) -> str:
        return f"**{one_line(self.inlines(node))}**"

    block_sd_tab_input = nothing
    block_compound = content
    block_legend = content

    def title_and_body(self, node: nodes.Element) -> tuple[nodes.Element, list[nodes.Node]]:
        """Split a box; a box with a fixed name, such as a warning, has no title of its own."""
        body = list(node.children)
        if body and isinstance(body[0], nodes.title):
            title = body.pop(0)
        else:
            name = {"seealso": "See also"}.get(node.tagname, node.tagname.capitalize())
            title = nodes.title("", name)
        # Exercises and solutions hold their content in a section.
        if len(body) == 1 and isinstance(body[0], nodes.section):
            body = body[0].children
        return title, body

    def box_title(self, box: nodes.Element, title: nodes.Element) -> str:
        return one_line(self.caption_number(box) + self.inlines(title)).strip()

    def details(self, title: nodes.Element, body: Iterable[nodes.Node]) -> str:
        # The blank lines let Markdown begin again after the HTML tag.
        summary = one_line("".join(map(summary_html, title.children)))
        return f"<details>\n<summary>{summary}</summary>\n\n{self.blocks(body)}\n\n</details>"

    @contextmanager
    def quoting(self) -> Iterator[None]:
        before, self.quoted = self.quoted, True
        yield
        self.quoted = before

    # Code, mathematics and HTML

    def block_literal_block(self, node: nodes.Element) -> str:
        language = LANGUAGES.get(node.get("language", ""), node.get("language", ""))
        return fenced(node.astext(), language)

    def block_doctest_block(self, node: nodes.Element) -> str:
        return fenced(node.astext(), "python")

    def block_math_block(self, node: nodes.math_block) -> str:
        tag = ""
        if node["number"]:
            number = get_node_equation_number(SimpleNamespace(builder=self.builder), node)
            tag = rf" \tag{{{number}}}"
        latex = display_latex(node.astext())
        if self.in_table:
            return rf"$\displaystyle {one_line(escape_pipes(latex))}$"
        # Within a quotation the marks `>` of further lines would become part of the formula.
        if self.quoted:
            return f"$${one_line(latex)}{tag}$$"
        return f"$$\n{latex}{tag}\n$$"

    def block_raw(self, node: nodes.Element) -> str:
        if node["format"] != "html":
            return ""
        if ACTIVE_HTML.search(node.astext()):
            if "text_html" in node["classes"]:
                raise self.error(node, "a notebook cannot show this glued HTML; glue text instead")
            return ""
        return node.astext().strip()

    # Figures and tables

    def block_figure(self, node: nodes.Element) -> str:
        return self.content(node)

    def block_MovingPicture(self, node: MovingPicture) -> str:
        # The picture stands still here; what the caption asks to be moved is on the page.
        data = base64.b64encode(node.svg.encode()).decode()
        alt = html.escape(node["alt"])
        image = f'<img alt="{alt}" src="data:image/svg+xml;base64,{data}">'
        link = f"[Move this picture on its page.]({self.url}#{node['ids'][0]})"
        return f"{image}\n\n{self.content(node)}\n\n{link}"

    def block_image(self, node: nodes.Element) -> str:
        return self.inline(node)

    def block_caption(self, node: nodes.Element) -> str:
        number = self.caption_number(node.parent).strip()
        return " ".join(part for part in (number and f"**{number}.**", self.inlines(node)) if part)

    def block_table(self, node: nodes.Element) -> str:
        title = "".join(
            f"**{self.caption_number(node).strip()}.** {self.inlines(child)}".replace("**.** ", "")
            for child in node.children
            if isinstance(child, nodes.title)
        )
        head: list[list[str]] = []
        body: list[list[str]] = []
        self.in_table = True
        for row in node.findall(nodes.row):
            rows = head if isinstance(row.parent, nodes.thead) else body
            rows.append([text for entry in row.children for text in self.entry(entry)])
        self.in_table = False
        header, *rest = head or [[""] * max(map(len, body))]
        rule = [self.alignment(entry) for entry in next(iter(node.findall(nodes.row))).children]
        rows = [header, rule, *rest, *body]
        table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        return f"{title}\n\n{table}" if title else table

    def entry(self, entry: nodes.Element) -> list[str]:
        if entry.get("morerows"):
            raise self.error(entry, "Markdown has no table cells over several rows; repeat it")
        text = "<br>".join(filter(None, map(self.flat, entry.children)))
        return [text] + [""] * entry.get("morecols", 0)

    def alignment(self, entry: nodes.Element) -> str:
        marks = {"text-left": ":---", "text-center": ":---:", "text-right": "---:"}
        return next((marks[name] for name in entry["classes"] if name in marks), "---")

    def flat(self, node: nodes.Node) -> str:
        """Write what stands in a table cell on one line."""
        if isinstance(node, nodes.bullet_list | nodes.enumerated_list):
            items = (self.flat(child) for item in node.children for child in item.children)
            return "<br>".join(f"• {item}" for item in items)
        return one_line(self.block(node))

    # Notes and citations

    def block_footnote(self, node: nodes.Element) -> str:
        label, *body = node.children
        return f"<sup>[{label.astext()}]</sup> {self.blocks(body)}"

    def block_citation(self, node: nodes.Element) -> str:
        label, *body = node.children
        return hang("- ", f"**[{label.astext()}]** {self.blocks(body)}")

    # Inline nodes

    def inline_Text(self, node: nodes.Text) -> str:
        return escape(node.astext())

    def inline_emphasis(self, node: nodes.Element) -> str:
        return surround("*", self.inlines(node))

    def inline_strong(self, node: nodes.Element) -> str:
        return surround("**", self.inlines(node))

    def inline_literal(self, node: nodes.Element) -> str:
        if "kbd" in node["classes"]:
            return f"<kbd>{html.escape(node.astext(), quote=False)}</kbd>"
        text = one_line(node.astext())
        if self.in_table:
            text = text.replace("|", r"\|")
        ticks = "`" * (longest_run("`", text) + 1)
        pad = " " if text.startswith("`") or text.endswith("`") else ""
        return f"{ticks}{pad}{text}{pad}{ticks}"

    def inline_math(self, node: nodes.Element) -> str:
        latex = one_line(node.astext())
        return f"${escape_pipes(latex) if self.in_table else latex}$"

    def inline_reference(self, node: nodes.Element) -> str:
        return f"[{self.inlines(node)}]({self.address(node)})"

    def inline_download_reference(self, node: nodes.Element) -> str:
        if "filename" not in node:
            return self.inlines(node)
        target = posixpath.join(self.builder.dlpath, node["filename"])
        return f"[{self.inlines(node)}]({urljoin(self.url, target)})"

    def inline_footnote_reference(self, node: nodes.Element) -> str:
        return f"<sup>[{node.astext()}]</sup>"

    def inline_SideNoteNode(self, node: nodes.Element) -> str:
        # The note itself follows, as inline text of the class `sidenote` or `marginnote`.
        return ""

    def inline_inline(self, node: nodes.Element) -> str:
        classes = set(node["classes"])
        if {"sidenote", "marginnote"} & classes:
            # Hidden on wide screens: the copy beside the paragraph is the one to keep.
            return "" if "d-n" in classes else f" ({one_line(self.inlines(node))})"
        return self.inlines(node)

    def inline_abbreviation(self, node: nodes.Element) -> str:
        title = html.escape(node.get("explanation", ""))
        return f'<abbr title="{title}">{self.inlines(node)}</abbr>' if title else self.inlines(node)

    def inline_superscript(self, node: nodes.Element) -> str:
        return f"<sup>{self.inlines(node)}</sup>"

    def inline_subscript(self, node: nodes.Element) -> str:
        return f"<sub>{self.inlines(node)}</sub>"

    def inline_image(self, node: nodes.Element) -> str:
        if "only-dark" in node["classes"]:
            return ""
        # As HTML: markdown-it, which VS Code uses, does not take an SVG as data in Markdown.
        alt = html.escape(one_line(node.get("alt", "")))
        return f'<img alt="{alt}" src="{self.image_address(node["uri"])}">'

    inline_literal_emphasis = inline_emphasis
    inline_title_reference = inline_emphasis
    inline_literal_strong = inline_strong
    inline_number_reference = inline_reference
    inline_generated = inline_inline
    inline_term = inline_inline
    inline_line = inline_inline
    inline_raw = block_raw
    inline_math_block = block_math_block
    inline_PassthroughTextElement = inline_inline
    inline_container = inline_inline
    inline_target = inline_inline
    inline_comment = nothing
    inline_index = nothing

    # Addresses and numbers

    def address(self, node: nodes.Element) -> str:
        target = node["refuri"] if "refuri" in node else f"#{node['refid']}"
        return urljoin(self.url, target)

    def image_address(self, uri: str) -> str:
        """Return an image as data, so that it is seen offline and wherever the notebook goes."""
        if "://" in uri or uri.startswith("data:"):
            return uri
        # The HTML writer has replaced the path in the source by that on the site.
        published = {name: source for source, name in self.builder.images.items()}
        name = posixpath.basename(unquote(uri))
        source = Path(self.builder.srcdir, published.get(name, uri).lstrip("/"))
        media_type, _ = mimetypes.guess_type(source.name)
        data = base64.b64encode(source.read_bytes()).decode()
        return f"data:{media_type};base64,{data}"

    def section_number(self, title: nodes.title) -> str:
        section = title.parent
        anchor = f"#{section['ids'][0]}" if section["ids"] else ""
        numbers = self.builder.secnumbers
        number = numbers.get(anchor, numbers.get("") if self.depth == 1 else None)
        return f"{'.'.join(map(str, number))}. " if number else ""

    def caption_number(self, node: nodes.Element) -> str:
        """Return the number of a figure, table, listing or exercise, as the page shows it."""
        kind = self.builder.env.get_domain("std").get_enumerable_node_type(node)
        number = self.builder.fignumbers.get(kind, {}).get(next(iter(node["ids"]), ""))
        if not number:
            return ""
        return self.builder.config.numfig_format[kind] % ".".join(map(str, number)) + " "


def is_code_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def escape(text: str) -> str:
    """Escape what Markdown would take for markup, and no more, so that the text stays readable."""
    text = re.sub(r"([\\`*~])", r"\\\1", text)
    # Underscores within a word and brackets without an address are literal.
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    text = re.sub(r"\](?=[(\[:])", r"\\]", text)
    text = re.sub(r"&(?=#?\w+;)", "&amp;", text)
    text = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text)
    # Notebook programs look for mathematics after Markdown has removed its backslashes, but not
    # across the border of an element.
    return text.replace("$", "<span>&#36;</span>")


def guard_line_start(line: str) -> str:
    """Keep a line of a paragraph from beginning a heading, a list or a quotation."""
    line = re.sub(r"^(\s*)([-+>#=])", r"\1\\\2", line)
    return re.sub(r"^(\s*\d+)([.)])(?=\s|$)", r"\1\\\2", line)


def summary_html(node: nodes.Node) -> str:
    """Write a title as HTML, since Markdown is not read within the tag `summary`."""
    if isinstance(node, nodes.Text):
        return html.escape(node.astext(), quote=False).replace("$", "<span>&#36;</span>")
    if isinstance(node, nodes.raw):
        return ""
    if isinstance(node, nodes.math):
        latex = node.astext().replace("<", r"\lt ").replace(">", r"\gt ")
        return f"${latex}$"
    inner = "".join(map(summary_html, node.children))
    tags = {nodes.emphasis: "em", nodes.strong: "strong", nodes.literal: "code"}
    tag = tags.get(type(node))
    return f"<{tag}>{inner}</{tag}>" if tag else inner


def display_latex(latex: str) -> str:
    """Return a formula that stands between double dollars on its own."""
    # A comment would swallow what follows when the formula is written on one line.
    latex = re.sub(r"(?m)^\s*%.*\n?", "", latex)
    latex = re.sub(r"(?<!\\)%.*", "", latex)
    # A blank line would end the formula; on the page it begins a new line.
    paragraphs = re.split(r"\n\s*\n", latex.strip())
    lines = ("\n".join(map(str.strip, paragraph.splitlines())) for paragraph in paragraphs)
    latex = " \\\\\n".join(lines)
    whole = re.fullmatch(r"\\begin\{(\w+)\*?\}(.*)\\end\{\1\*?\}", latex, re.DOTALL)
    if whole and whole[1] in ("equation", "align", "gather", "multline", "eqnarray"):
        latex = whole[2].strip()
        if whole[1] == "equation":
            return latex
    inner, nested = latex, 1
    while nested:
        inner, nested = INNERMOST.subn("", inner)
    if r"\\" in inner or re.search(r"(?<!\\)&", inner):
        return f"\\begin{{aligned}}\n{latex}\n\\end{{aligned}}"
    return latex


def escape_pipes(latex: str) -> str:
    """Name the bars of a formula, since a table takes them for its own."""
    return latex.replace(r"\|", r"\Vert{}").replace("|", r"\vert{}")


def surround(mark: str, text: str) -> str:
    """Put marks around a text, which may neither begin nor end with a space."""
    stripped = text.strip()
    return text.replace(stripped, f"{mark}{stripped}{mark}", 1) if stripped else text


def hang(marker: str, text: str) -> str:
    """Put a marker before a text, and indent its further lines as far."""
    indent = " " * len(marker)
    first, *rest = text.split("\n")
    return "\n".join([marker + first, *(indent + line if line else "" for line in rest)])


def quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def fenced(code: str, language: str) -> str:
    fence = "`" * max(3, longest_run("`", code) + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def longest_run(character: str, text: str) -> int:
    return max((len(run) for run in re.findall(f"{re.escape(character)}+", text)), default=0)


def one_line(text: str) -> str:
    return " ".join(text.split())
