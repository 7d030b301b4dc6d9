"""Mends the tags that Chromium gives a PDF.

Chromium has no tag for a formula, and none that names a language; whole_book.py passes them off as
pictures, whose descriptions are kept. And it tags every piece of text once more with ``NonStruct``,
which says nothing: in a book of formulas, that is five of six tags, and a third of the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Pdf, String
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


def number_names(pdf: Pdf) -> None:
    """Name the heads of tables in their order.

    Chromium takes numbers that depend on how long the browser has been running, and the same book
    would not give the same file.
    """
    nodes = list(below(pdf.Root.StructTreeRoot.get("/IDTree")))
    leaves = [node for node in nodes if "/Names" in node]
    old = sorted(str(name) for leaf in leaves for name in list(leaf.Names)[::2])
    new = {name: String(f"head{place:05}") for place, name in enumerate(old)}
    for leaf in leaves:
        for place in range(0, len(leaf.Names), 2):
            name = new[str(leaf.Names[place])]
            leaf.Names[place] = leaf.Names[place + 1].ID = name
    for node in nodes:
        if "/Limits" in node:
            node.Limits = Array([new[str(name)] for name in node.Limits])
    for tag in pdf.objects:
        attributes = tag.get("/A", Array()) if isinstance(tag, Dictionary) else Array()
        for attribute in attributes if isinstance(attributes, Array) else [attributes]:
            if "/Headers" in attribute:
                attribute.Headers = Array([new[str(name)] for name in attribute.Headers])


def below(node: Object | None) -> Iterator[Object]:
    """Yield a node of a tree of names and all that hang on it."""
    if node is not None:
        yield node
        for child in node.get("/Kids", Array()):
            yield from below(child)


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
