"""Makes one stylesheet of all that the pages load, with no more in it than the pages use.

The theme, its icons and every extension bring stylesheets of their own: a dozen requests and half a
megabyte, most of it for components that no page of this book has. A rule stays if its classes occur
in some page or, as words, in some script: a class that a script sets is therefore never lost. The
icons' font is cut down to those that the rules which remain draw. The fonts, of icons and of
formulas, are part of the stylesheet, so that nothing moves when they arrive.
"""

from __future__ import annotations

import base64
import io
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

# Scripts put these together from parts, so that they are no words of any script.
ASSEMBLED = re.compile(r"bs-(tooltip|popover)-\w+")
CLASS_ATTRIBUTE = re.compile(r"""\bclass=(?:"([^"]*)"|'([^']*)')""")
WORD = re.compile(r"[A-Za-z_][\w-]*")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Up to the brace or semicolon that ends it; within strings and brackets these end nothing.
PRELUDE = re.compile(r"""(?:[^{};"'(]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\([^()]*\)|\()*""")
TOKEN = re.compile(r"""[{}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\((?!["'])[^)]*\)""")
SELECTOR_CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
ARGUMENTS = re.compile(r"\([^()]*\)")
URL = re.compile(r"""url\(\s*(["']?)(?!data:|#)([^"')]+)\1\s*\)""")
FONT_URL = re.compile(r"""url\((["'])(?!data:)([^"']+\.woff2)\1\)""")
VARIABLE = re.compile(r"--[\w-]+")
ASKED = re.compile(r"var\((--[\w-]+)")
# A value may hold strings, and in them any sign. What follows a word with a variable's look, as in
# the class `.a--b`, is no definition.
DEFINED = re.compile(
    r"""(?<![\w.-])(--[\w-]+):((?:[^;{}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*)(?:;|(?=\}))"""
)
# As an escape, or as the character itself; the private use area holds nothing but icons.
ICON = re.compile(r"\\(f[0-9a-f]{3})\b|([\uf000-\uf8ff])")
ICON_FONT = re.compile(r"@font-face\{[^{}]*?Font Awesome[^{}]*\}")


def used_classes(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    used: set[str] = set()
    for page in pages:
        for double, single in CLASS_ATTRIBUTE.findall(page):
            used.update((double or single).split())
    for script in scripts:
        used.update(WORD.findall(script))
    return used


def end_of_block(text: str, start: int) -> int:
    """Return the place after the brace that closes the block which begins before ``start``."""
    depth = 1
    for token in TOKEN.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    raise ValueError(f"a block of a stylesheet is not closed: {text[start - 80 : start + 80]!r}")


def statements(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield what stands before each block, and the block; the latter is missing in ``@import``."""
    place = 0
    while place < len(text):
        match = PRELUDE.match(text, place)
        assert match is not None
        prelude, place = match[0].strip(), match.end()
        if place < len(text) and text[place] == "{":
            end = end_of_block(text, place + 1)
            yield prelude, text[place + 1 : end - 1]
            place = end
        else:
            if prelude:
                yield prelude, None
            place += 1


def selectors(prelude: str) -> list[str]:
    """Split a list of selectors at the commas that are in no brackets."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(prelude):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(prelude[start:place])
            start = place + 1
    return [part.strip() for part in (*parts, prelude[start:])]


def needed(selector: str, used: set[str]) -> bool:
    # In brackets stand what must not be, and alternatives: neither shows that a rule is in vain.
    while ARGUMENTS.search(selector):
        selector = ARGUMENTS.sub("", selector)
    return all(
        name.replace("\\", "") in used or ASSEMBLED.fullmatch(name)
        for name in SELECTOR_CLASS.findall(selector)
    )


def purge(text: str, used: set[str]) -> str:
    """Return a stylesheet without comments, spare white space and rules that no page uses."""
    kept = []
    for prelude, block in statements(COMMENT.sub("", text)):
        if block is None:
            if not prelude.startswith("@charset"):
                kept.append(f"{prelude};")
        elif prelude.startswith(("@media", "@supports", "@layer", "@container")):
            if inner := purge(block, used):
                kept.append(f"{compact(prelude)}{{{inner}}}")
        elif prelude.startswith("@"):
            kept.append(f"{compact(prelude)}{{{compact(block)}}}")
        else:
            alive = [part for part in selectors(prelude) if needed(part, used)]
            if alive and block.strip():
                kept.append(f"{compact(','.join(alive))}{{{compact(block)}}}")
    return "".join(kept)


def without_idle_variables(text: str, named: set[str]) -> str:
    """Leave out the variables that no rule asks for, and that are not ``named`` elsewhere."""
    asked = named.union(ASKED.findall(text))
    shorter = DEFINED.sub(lambda match: match[0] if match[1] in asked else "", text)
    # What has gone may have asked for others.
    return text if shorter == text else without_idle_variables(shorter, named)


def compact(text: str) -> str:
    """Leave out white space where it means nothing; strings stay as they are."""
    pieces = re.split(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", text)
    for place in range(0, len(pieces), 2):
        piece = re.sub(r"\s+", " ", pieces[place])
        piece = re.sub(r" ?([{};,]) ?", r"\1", piece)
        pieces[place] = re.sub(r"(?<=[\w-]): ", ":", piece)
    return "".join(pieces).strip().rstrip(";")


def rebased(text: str, folder: str) -> str:
    """Rewrite the addresses in a stylesheet of ``folder`` for one that lies above it."""
    return URL.sub(
        lambda match: f'url("{posixpath.normpath(posixpath.join(folder, match[2]))}")', text
    )


def with_icons(text: str, webfonts: Path) -> str:
    """Replace the theme's icon fonts by one that holds those icons alone which the rules draw."""
    icons = {int(code, 16) if code else ord(sign) for code, sign in ICON.findall(text)}
    font = TTFont(webfonts / "fa-solid-900.ttf", recalcTimestamp=False)
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(icons))
    cutter.subset(font)
    font.flavor = "woff"
    stream = io.BytesIO()
    font.save(stream)
    source = base64.b64encode(stream.getvalue()).decode()
    face = (
        '@font-face{font-family:"Font Awesome 6 Free";font-weight:900;font-display:block;'
        f"src:url(data:font/woff;base64,{source})}}"
    )
    return face + ICON_FONT.sub("", text)


def with_fonts(text: str, static: Path) -> str:
    """Put the fonts themselves in place of their addresses.

    Formulas that arrive in another font than their own would move the text when it follows.
    """

    def embedded(match: re.Match[str]) -> str:
        source = base64.b64encode((static / match[2]).read_bytes()).decode()
        return f"url(data:font/woff2;base64,{source})"

    return FONT_URL.sub(embedded, text)


def merged(static: Path, names: Iterable[str], pages: Iterable[str], scripts: Iterable[str]) -> str:
    """Return the rules of the stylesheets ``names`` beneath ``static`` that the pages need."""
    pages, scripts = list(pages), list(scripts)
    used = used_classes(pages, scripts)
    named = {name for page in pages for name in ASKED.findall(page)}
    named.update(name for script in scripts for name in VARIABLE.findall(script))
    texts = []
    for name in names:
        text = (static / name).read_text(encoding="utf-8")
        texts.append(purge(rebased(text, posixpath.dirname(name)), used))
    text = without_idle_variables("".join(texts), named)
    text = with_icons(text, static / "vendor" / "fontawesome" / "webfonts")
    return with_fonts(text, static)
