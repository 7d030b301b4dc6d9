"""Malformed and mangled notebooks: what can be read is graded, the rest is named and not scored."""

from __future__ import annotations

import json
from typing import Any

from attacks.submission import (
    CLAIM,
    DOUBLE,
    IMPORT,
    LETTER,
    SOLUTION,
    SURPRISE,
    Attack,
    notebook,
)

RIGHT = notebook(*SOLUTION)


def raw(name: str, content: bytes, score: float | None) -> Attack:
    return Attack(name, content=content, score=score)


def changed(**changes: Any) -> bytes:
    return notebook(*SOLUTION, **changes)


def cells(change: Any) -> bytes:
    content = json.loads(RIGHT)
    content["cells"] = change(content["cells"])
    return json.dumps(content).encode()


def version_3() -> bytes:
    sheet = {
        "cells": [
            {"cell_type": "code", "input": source, "language": "python", "outputs": []}
            for source in SOLUTION
        ],
        "metadata": {},
    }
    return json.dumps(
        {"worksheets": [sheet], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}
    ).encode()


def without_types(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"source": cell["source"]} for cell in found]


ATTACKS = [
    raw("an empty file", b"", None),
    raw("no JSON", b"this is no notebook", None),
    raw("half a notebook", RIGHT[: len(RIGHT) // 2], None),
    raw("JSON that is no notebook", b"[1, 2, 3]", None),
    raw("a notebook without cells", json.dumps({"nbformat": 4, "metadata": {}}).encode(), None),
    raw("cells that are a text", changed(cells="none"), None),
    raw("nesting a hundred thousand deep", b"[" * 100_000 + b"]" * 100_000, None),
    raw("twenty million bytes", RIGHT + b" " * 20_000_000, None),
    raw("a byte order mark", b"\xef\xbb\xbf" + RIGHT, 10.0),
    raw("UTF-16", RIGHT.decode().encode("utf-16"), 10.0),
    raw(
        "a stray byte in a comment",
        RIGHT.replace(b"import numpy", b"# \\u00e9\\nimport numpy"),
        10.0,
    ),
    raw("no list of cells, but an empty one", changed(cells=[]), 0.0),
    raw("format 3", version_3(), 10.0),
    raw(
        "sources as one text",
        cells(lambda c: [x | {"source": "".join(x["source"])} for x in c]),
        10.0,
    ),
    raw("a source that is a number", cells(lambda c: [*c, c[0] | {"source": 7}]), 10.0),
    raw("a cell that is a number", cells(lambda c: [*c, 7]), 10.0),
    raw("every identifier the same", cells(lambda c: [x | {"id": "same"} for x in c]), 10.0),
    raw("metadata stripped as Colab does", notebook(*SOLUTION, metadata={}), 10.0),
    raw(
        "no metadata at all",
        json.dumps({k: v for k, v in json.loads(RIGHT).items() if k != "metadata"}).encode(),
        10.0,
    ),
    raw(
        "the kernel of another language",
        notebook(
            *SOLUTION, metadata={"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
        ),
        10.0,
    ),
    Attack("a cell twice", (*SOLUTION, SURPRISE, DOUBLE), 10.0),
    Attack("a cell left out", (IMPORT, SURPRISE, LETTER, CLAIM), 7.0),
    Attack(
        "a function renamed",
        (IMPORT, DOUBLE.replace("double", "twice"), SURPRISE, LETTER, CLAIM),
        7.0,
    ),
    Attack("cells in another order", tuple(reversed(SOLUTION)), 10.0),
    Attack(
        "a broken cell between the others", (*SOLUTION[:2], "def broken(:", *SOLUTION[2:]), 10.0
    ),
    Attack("the last definition counts", (*SOLUTION, "def double(x):\n    return x"), 7.0),
    Attack(
        "magics and shell commands",
        (
            "%matplotlib inline\n!pip install nothing\n" + IMPORT,
            *SOLUTION[1:],
            "%%timeit\npass",
            "%%bash\nexit 1",
        ),
        10.0,
    ),
    Attack("a magic before the definition", (IMPORT, "%%time\n" + DOUBLE, *SOLUTION[2:]), 10.0),
    Attack("an output that says ten", (*SOLUTION[:1], "print('score 10')"), 0.0),
    Attack("null bytes", (*SOLUTION, "x = '\x00'"), 10.0),
    Attack("surrogates", (*SOLUTION, "x = '\ud800'"), 10.0),
    Attack("a very long line", (*SOLUTION, "x = '" + "x" * 300_000 + "'"), 10.0),
    Attack("parentheses nested too deep", (*SOLUTION, "(" * 5000 + ")" * 5000), 10.0),
    Attack("five hundred cells", (*SOLUTION, *["1 + 1"] * 500), 10.0),
    Attack("imports that are not there", ("import torch", *SOLUTION), 10.0),
    Attack(
        "pictures",
        (*SOLUTION, "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
        10.0,
    ),
]
