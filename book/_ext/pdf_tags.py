"""Mends the tags that Chromium gives a PDF.

Chromium has no tag for a formula, and none that names a language; whole_book.py passes them off as
pictures, whose descriptions are kept. And it tags every piece of text once more with ``NonStruct``,
which says nothing: in a book of formulas, that is five of six tags, and a third of the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Pdf
from whole_book import LANGUAGE, TEX

# What makes even a NonStruct say something.
SPEAKING = ("/Alt", "/ActualText", "/Lang")


def mend(pdf: Pdf) -> None:
    """Give formulas and words in other languages their tags, and drop those that say nothing."""
    tree = pdf.Root.StructTreeRoot
    todo = [tag for tag, _ in kept(tree)]
    while todo:
        tag = todo.pop()
        words = str(tag.get("/Alt", ""))
        if words.startswith(TEX):
            tag.S = Name.Formula
            tag.Alt = words.removeprefix(TEX)
        elif words.startswith(LANGUAGE):
            tag.S = Name.Span
            tag.Lang = words.removeprefix(LANGUAGE)
            del tag.Alt
        children = []
        for child, page in kept(tag):
            if page is None:
                children.append(child)
                if "/S" in child:
                    child.P = tag
                    todo.append(child)
            else:
                # A number alone means a piece of the page that is the tag's own.
                if "/Pg" not in tag:
                    tag.Pg = page
                same = tag.Pg.objgen == page.objgen
                piece = Dictionary(Type=Name.MCR, Pg=page, MCID=child)
                children.append(child if same else piece)
        if children:
            tag.K = Array(children)
    owners: dict[tuple[int, int], Object] = {}
    numbers = tree.ParentTree.Nums
    for place in range(1, len(numbers), 2):
        entry = numbers[place]
        if isinstance(entry, Array):
            numbers[place] = Array([owner(tag, owners) for tag in entry])
        else:
            numbers[place] = owner(entry, owners)


def says_nothing(tag: Object) -> bool:
    return bool(tag.get("/S") == Name.NonStruct) and not any(key in tag for key in SPEAKING)


def kept(tag: Object) -> Iterator[tuple[Object | int, Object | None]]:
    """Yield what a tag holds once the empty ones are gone; pieces of pages with their page."""
    children = tag.get("/K", Array())
    for child in children if isinstance(children, Array) else [children]:
        if isinstance(child, int):
            yield child, tag.get("/Pg")
        elif says_nothing(child):
            yield from kept(child)
        else:
            yield child, None


def owner(tag: Object, owners: dict[tuple[int, int], Object]) -> Object:
    """Return the innermost tag around a piece of a page that is still there."""
    if not isinstance(tag, Dictionary):
        return tag  # a piece without any
    if tag.objgen not in owners:
        owners[tag.objgen] = owner(tag.P, owners) if says_nothing(tag) else tag
    return owners[tag.objgen]
