"""Reads what students hand in: the code of a notebook, whatever state the file is in.

The trusted process calls this, so it runs nothing of the file, and the size of what it looks at
bounds its time. Lines that only IPython understands, such as ``%matplotlib inline``, become calls
that do nothing; this alone needs IPython (the extra ``course_utils[grading]``).
"""

import functools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from course_utils.grading.answers import NotGraded

MAX_BYTES = 10_000_000
MAX_ITEMS = 2_000_000
"""Commas and brackets of the file at most, as in `wire`: outputs may hold long lists of numbers."""
MAX_CODE = 1_000_000
"""Characters of code at most, in all cells together."""
MAX_CELLS = 2_000

MAGIC = re.compile(r"^[ \t]*(?:[%!?,;/]|>>> |In \[)|=[ \t]*[%!]|\?[ \t]*$", flags=re.MULTILINE)
"""What makes a line one that IPython may change."""
# IPython reads a cell anew after every line that it has changed, and a long line in the square of
# its length. A cell beyond these bounds is left as it is.
MAX_CELL_MAGICS = 5
MAX_MAGIC_CELL = 10_000
MAX_MAGIC_LINE = 300
MAGIC_BUDGET = 300_000
"""Lengths of cells times their possible magics, summed over the notebook."""

MAX_HEADINGS = 200
MAX_HEADING = 200

RUN_THEIR_BODY = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun"})
"""Cell magics whose cell is Python that counts; the cells of others, such as bash, are nothing."""

NOT_PYTHON = {
    "<": "a web page",
    "%PDF": "a PDF",
    "PK\x03\x04": "an archive or a document of an office program",
    "\x1f\x8b": "an archive",
    "\x89PNG": "a picture",
}
"""How files of other kinds begin."""


class UnreadableNotebook(Exception):
    """The file is no notebook; `reason` says why, in words that may be shown to its author."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Document:
    """The parts of a notebook that grading looks at."""

    code: tuple[str, ...]
    """The code of each code cell in order, as plain Python where it could be made so."""
    metadata: dict[str, Any]
    """The metadata of the notebook, which its author may have changed."""
    headings: tuple[str, ...]
    """The headings of its text cells, in order, without their marks."""

    @property
    def title(self) -> str:
        """The first heading, or nothing."""
        return next(iter(self.headings), "")

    @property
    def exercise(self) -> str:
        """The exercise, with its variant, that the metadata names, ``slug/variant``, or nothing."""
        course = self.metadata.get("course")
        named = [course.get(part) for part in ("exercise", "variant")] if _is_object(course) else []
        return "/".join(part for part in named if isinstance(part, str) and part)


def read(data: bytes) -> Document:
    """Return the code, the metadata and the headings of a notebook.

    Accepted are the formats 3 and 4, with or without valid metadata, in UTF-8, UTF-16 or UTF-32
    with or without a mark; other bytes are read as Latin-1. So is a Python script under the name of
    a notebook: lines ``# %%`` or ``# In[1]:`` separate its cells.

    Parameters
    ----------
    data : bytes
        The content of the file, 10 MB at most.

    Raises
    ------
    UnreadableNotebook
        If it is none of these.
    NotGraded
        If it contains lines for IPython, and IPython is not installed.

    Examples
    --------
    >>> data = b'{"cells": [{"cell_type": "code", "source": ["x = 1\\\\n", "x + 1"]}]}'
    >>> read(data).code
    ('x = 1\\nx + 1',)
    """
    if len(data) > MAX_BYTES:
        raise UnreadableNotebook(f"the file is larger than {MAX_BYTES // 10**6} MB")
    text = _decoded(data)
    if not text.strip():
        raise UnreadableNotebook("the file is empty")
    if text.lstrip()[0] not in "{[":
        return Document(_plain(_script_cells(text)), {}, ())
    content = _parsed(text)
    cells = list(_cells(content))
    code = [source for kind, source in cells if kind == "code"]
    if len(cells) > MAX_CELLS or sum(map(len, code)) > MAX_CODE:
        raise UnreadableNotebook(
            f"there are more than {MAX_CELLS} cells or {MAX_CODE} characters of code"
        )
    metadata = content.get("metadata")
    headings = [h for kind, source in cells for h in _headings(kind, source)]
    return Document(
        code=_plain(code),
        metadata=metadata if _is_object(metadata) else {},
        headings=tuple(headings[:MAX_HEADINGS]),
    )


def _decoded(data: bytes) -> str:
    """Return the text of a file in whatever encoding it is."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    encoding = json.detect_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise UnreadableNotebook(f"the file is not valid {encoding.upper()}") from error
        text = data.decode("latin-1")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _parsed(text: str) -> dict[str, Any]:
    """Return the outermost object of the JSON."""
    if text.count(",") + text.count("[") + text.count("{") > MAX_ITEMS:
        raise UnreadableNotebook("the file holds too many items")
    try:
        content = json.loads(text)
    except RecursionError as error:
        raise UnreadableNotebook("the file is nested too deeply") from error
    except ValueError as error:
        raise UnreadableNotebook(
            "the file is damaged: it begins like a notebook, but is not valid JSON"
        ) from error
    if not isinstance(content, dict):
        raise UnreadableNotebook("the file is JSON, but not a notebook")
    return content


def _cells(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the type and the source of each cell; what has neither is passed over."""
    sheets = content.get("worksheets")  # format 3
    lists = [sheet.get("cells") for sheet in _dicts(sheets)] if _dicts(sheets) else []
    if isinstance(content.get("cells"), list):
        lists = [content["cells"]]
    if not lists:
        raise UnreadableNotebook("the file is JSON, but not a notebook: it has no list of cells")
    for cell in (cell for cells in lists for cell in _dicts(cells)):
        source = cell.get("source", cell.get("input", ""))
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        kind = cell.get("cell_type")
        if isinstance(source, str) and isinstance(kind, str):
            # Halves of surrogate pairs, which JSON can hold, are in no text.
            yield kind, source.encode(errors="replace").decode().replace("\r\n", "\n")


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _dicts(items: object) -> list[dict[str, Any]]:
    """Return the objects of a list, and nothing of what is no list."""
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _headings(kind: str, source: str) -> list[str]:
    """Return the headings in a text cell, or the one that a cell of format 3 is."""
    if kind == "heading":
        return [source.strip()[:MAX_HEADING]]
    if kind != "markdown":
        return []
    found = re.findall(r"^ {0,3}#{1,6}[ \t]+(\S.*)", source, flags=re.MULTILINE)
    return [heading[:MAX_HEADING].rstrip(" \t#") for heading in found]


def _script_cells(text: str) -> list[str]:
    """Return the cells of a Python script."""
    for beginning, kind in NOT_PYTHON.items():
        if text.lstrip().startswith(beginning):
            raise UnreadableNotebook(f"the file is {kind}, not a notebook")
    if "\0" in text:
        raise UnreadableNotebook("the file is neither a notebook nor Python")
    if len(text) > MAX_CODE:
        raise UnreadableNotebook(f"there are more than {MAX_CODE} characters of code")
    if not re.search(r"^[ \t]*(def |import |from |class |#|\w+[ \t]*=)", text, re.MULTILINE):
        raise UnreadableNotebook("the file is neither a notebook nor Python")
    cells = re.split(r"^# (?:%%|In ?\[).*\n", text, flags=re.MULTILINE)
    return [cell for cell in cells[:MAX_CELLS] if cell.strip()]


# Lines that IPython alone understands.


def _plain(cells: list[str]) -> tuple[str, ...]:
    """Return the cells with what is meant for IPython made into calls that do nothing."""
    budget = MAGIC_BUDGET
    plain = []
    for cell in cells:
        code = _body(cell)
        magics = len(MAGIC.findall(code))
        cost = (magics + 1) * (len(code) + 500)
        small = len(code) <= MAX_MAGIC_CELL and max(map(len, code.split("\n"))) <= MAX_MAGIC_LINE
        if magics and small and cost <= budget:
            budget -= cost
            code = _transformed(code)
        plain.append(code)
    return tuple(plain)


def _body(cell: str) -> str:
    """Return the code of a cell without its cell magics, each line where it was."""
    for _ in range(MAX_CELL_MAGICS):
        match = re.match(r"(\s*)%%(\w*)[^\n]*", cell)
        if not match:
            break
        if match[2] not in RUN_THEIR_BODY:
            return ""
        cell = match[1] + cell[match.end() :]
    return cell


def _transformed(code: str) -> str:
    """Return the code as IPython would run it, or as it is if it makes no sense to IPython."""
    transform = _transformer()
    rest = re.sub(r"\A(?:[ \t]*\n)+", "", code)  # IPython would drop these lines
    try:
        return code[: len(code) - len(rest)] + transform(rest)
    except Exception:  # whatever a strange cell does to it; Python will say what is wrong
        return code


@functools.cache
def _transformer() -> Callable[[str], str]:
    try:
        from IPython.core.inputtransformer2 import TransformerManager
    except ImportError as error:
        raise NotGraded(
            "a notebook holds lines for IPython, which is not installed: "
            "pip install course_utils[grading]"
        ) from error
    manager: Callable[[], Any] = TransformerManager
    # Each call has one of its own: several threads may read notebooks at once.
    return lambda code: str(manager().transform_cell(code))
