"""Notebooks are read in whatever state they are handed in, quickly, and run nothing."""

import json
import subprocess
import sys
import textwrap
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading import notebooks
from course_utils.grading.answers import Call, NotGraded, Variable
from course_utils.grading.notebooks import UnreadableNotebook, read
from course_utils.grading.session import Session

pytest.importorskip("IPython", reason="the extra `grading` is not installed")


def code(source, **more):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], **more}


def text(source):
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def notebook(*cells, **more):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def data(content, encoding="utf-8", **options):
    return json.dumps(content, **options).encode(encoding)


# Files.

PLAIN = notebook(text("# Größe"), code("x = 'é漢'"), code(["y = 2\n", "z = 3"]))
CELLS = ("x = 'é漢'", "y = 2\nz = 3")


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"],
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_every_encoding_of_unicode_is_read(encoding, ascii_only):
    document = read(data(PLAIN, encoding, ensure_ascii=ascii_only))
    assert document.code == CELLS
    assert document.headings == ("Größe",)


def test_utf_16_with_the_other_order_of_bytes_and_its_mark():
    assert read(b"\xfe\xff" + data(PLAIN, "utf-16-be")).code == CELLS


def test_other_bytes_are_read_as_latin_1():
    content = notebook(code("x = 1  # café"))
    assert read(data(content, "latin-1", ensure_ascii=False)).code == ("x = 1  # café",)


@pytest.mark.parametrize(
    "content",
    [
        {"cells": [code("x = 1")]},
        notebook(code("x = 1"), metadata=None),
        notebook(code("x = 1"), metadata=[1], nbformat="four"),
        notebook(code("x = 1", id="a"), code("", id="a")),
        notebook(code("x = 1"), metadata={"kernelspec": {"name": "ir", "language": "R"}}),
        notebook(None, 3, "cell", [], {}, {"cell_type": "code"}, code("x = 1")),
        notebook({"cell_type": ["code"], "source": "y"}, code("x = 1"), code(None), code({"a": 1})),
        notebook({"cell_type": "raw", "source": "y"}, text("y"), code(["x =", " 1", 3, None])),
        notebook(code("x = 1", metadata="none", outputs="none", execution_count="one")),
        {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = ", "1"]}]}], "nbformat": 3},
        {"worksheets": [None, {"cells": 3}, {"cells": [{"cell_type": "code", "input": "x = 1"}]}]},
    ],
    ids=lambda content: json.dumps(content)[:30],
)
def test_what_is_missing_or_wrong_around_the_code_does_no_harm(content):
    document = read(data(content))
    assert [cell for cell in document.code if cell] == ["x = 1"]
    assert isinstance(document.metadata, dict)


def test_metadata_and_headings_are_returned():
    cells = [
        text("# Softmax #\n\ntext\n\n## Question **1**"),
        text(["   ### Third\n", "#no heading\n", "    # code\n"]),
        code("# Not a heading"),
        {"cell_type": "heading", "level": 1, "source": "Old"},
    ]
    document = read(data(notebook(*cells, metadata={"course": {"exercise": "softmax"}})))
    assert document.metadata == {"course": {"exercise": "softmax"}}
    assert document.headings == ("Softmax", "Question **1**", "Third", "Old")
    assert document.title == "Softmax"


@pytest.mark.parametrize(
    ("course", "exercise"),
    [
        ({"exercise": "softmax"}, "softmax"),
        ({"exercise": "softmax", "variant": "b"}, "softmax/b"),
        ({"exercise": ["softmax"], "variant": None}, ""),
        ({}, ""),
        ("softmax", ""),
        (None, ""),
    ],
)
def test_the_exercise_is_what_the_metadata_say(course, exercise):
    assert read(data(notebook(metadata={"course": course}))).exercise == exercise
    assert read(data({"cells": []})).title == ""


def test_lines_may_end_as_on_windows():
    content = json.dumps(notebook(code("x = 1\r\ny = 2")), indent=1).replace("\n", "\r\n")
    assert read(content.encode()).code == ("x = 1\ny = 2",)


def test_halves_of_characters_are_replaced():
    [cell] = read(b'{"cells":[{"cell_type":"code","source":"x=\'\\ud800\'"}]}').code
    assert cell == "x='?'"
    cell.encode()


SCRIPT = "import numpy as np\n# %% [markdown]\n# Text\n# %%\ndef f(x):\n    return x\n"


@pytest.mark.parametrize(
    ("script", "cells"),
    [
        ("x = 1\n", ("x = 1\n",)),
        (SCRIPT, ("import numpy as np\n", "# Text\n", "def f(x):\n    return x\n")),
        ("#!/usr/bin/env python\n\n# In[1]:\n\n\nx = 1\n\n# In[ ]:\n\n\n", None),
        ("%matplotlib inline\nx = 1\n", None),
    ],
)
def test_a_script_under_the_name_of_a_notebook_is_read(script, cells):
    document = read(script.encode())
    if cells is not None:
        assert document.code == cells
    namespace = {"get_ipython": lambda: Silent()}
    for cell in document.code:
        exec(cell, namespace)
    assert "x" in namespace or "f" in namespace


class Silent:
    def __getattr__(self, name):
        return lambda *_: None


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  \n", "empty"),
        (b'{"cells": [', "damaged"),
        (data(PLAIN)[:-9], "damaged"),
        (b'{"a": ' + b"9" * 9999 + b"}", "damaged"),
        (b"{}", "no list of cells"),
        (b'{"cells": 3}', "no list of cells"),
        (b'{"worksheets": [3]}', "no list of cells"),
        (b"[1]", "not a notebook"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b'{"cells":' * 100_000, "nested too deeply|damaged"),
        (b'{"a":[' + b"[]," * 2_000_000 + b"[]]}", "too many items"),
        (b"<!DOCTYPE html><html>import x</html>", "a web page, not a notebook"),
        (b"%PDF-1.5\nimport\n", "a PDF, not"),
        (b"PK\x03\x04\nimport\n", "an archive or a document"),
        (b"\x00\x01\x02\x03 import", "neither a notebook|not valid"),
        (b"just some words", "neither"),
        (b"\xff\xfe{\x00}", "not valid UTF-16"),
        (b"x" * (notebooks.MAX_BYTES + 1), "larger than 10 MB"),
        (data(notebook(*[code("")] * 3000)), "2000 cells"),
        (data(notebook(code("x" * 1_000_001))), "1000000 characters"),
        (b"x = 1\n" * 200_000, "1000000 characters"),
    ],
    ids=lambda value: str(value[:20]),
)
def test_what_is_no_notebook_is_refused_with_a_reason(file, reason):
    start = time.process_time()
    with pytest.raises(UnreadableNotebook, match=reason) as caught:
        read(file)
    assert len(caught.value.reason) < 100
    assert time.process_time() - start < 5


def test_outputs_do_not_count_as_code():
    image = {"output_type": "display_data", "data": {"image/png": "A" * 5_000_000}}
    assert read(data(notebook(code("x = 1", outputs=[image])))).code == ("x = 1",)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(file):
    try:
        document = read(file)
    except UnreadableNotebook:
        return
    assert all(isinstance(cell, str) for cell in document.code)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.sampled_from(["code", "markdown"]),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["cells", "cell_type", "source", "input", "metadata", "worksheets"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["cells", "worksheets", "metadata"]), JSON))
def test_any_json_is_read_or_refused(content):
    try:
        document = read(data(content))
    except UnreadableNotebook:
        return
    for cell in (*document.code, *document.headings):
        cell.encode()


# Lines for IPython.

MAGIC = r"""
%matplotlib inline
!pip install numpy
files = !ls
%time x = 1
?len
len?
t = %timeit -o pass
import math; %config InlineBackend.figure_format = 'svg'
def f():
    !ls
    %pwd
    return 5 % 3
s = "100%"; b = not 1 != 2
y = 2
"""


def test_what_is_meant_for_ipython_does_no_harm_and_the_rest_counts(isolation):
    cells = [
        MAGIC.replace("import math; %config", "%config"),
        "%%time\nz = 3",
        "\n%%capture out\n%%time\nw = 4\nassert w == 4",
        "%%bash\nrm -rf /",
        "%%html\n<b>bold</b>",
        "%%writefile a.py\nfrom nothing import all",
        "%load_ext autoreload\n%autoreload 2",
        "%%timeit\nv = 5",
        "%who\nu = 6",
        "%unknown\nq = files",
    ]
    names = ["x", "y", "z", "w", "v", "u", "q"]
    document = read(data(notebook(*map(code, cells))))
    with Session(document.code, isolation=isolation) as session:
        assert {report.ending for report in session.run_cells()} == {"ok"}
        answers = session.evaluate([(name, Variable(name)) for name in names])
        assert [answer.value for answer in answers] == [1, 2, 3, 4, 5, 6, []]
        assert session.evaluate([("f", Call("f", ()))])[0].value == 2


def test_an_error_is_reported_in_the_line_where_it_stands(isolation):
    cells = ["%%time\n%pwd\n1 / 0", "\n\n%%capture\n\n1 / 0", "%pwd\n\n1 / 0"]
    document = read(data(notebook(*map(code, cells))))
    with Session(document.code, isolation=isolation) as session:
        assert [report.line for report in session.run_cells()] == [3, 5, 3]


@pytest.mark.parametrize(
    "cell",
    [
        "x = = 1",
        "def f(:\n%pwd",
        "'''\n%pwd",
        "x = (\n%pwd",
        "(" * 300 + "\n%pwd",
        "\0%pwd",
        "\t %a\n %b",
    ],
)
def test_a_cell_that_makes_no_sense_is_handed_over(cell):
    [found] = read(data(notebook(code(cell)))).code
    assert isinstance(found, str)


@pytest.mark.parametrize(
    "cell", ["x = 5 % 3\nprint(f'{x}%')", "a = b if c != d else '?!'", "# %%\n"]
)
def test_plain_python_is_left_as_it_is(cell):
    assert read(data(notebook(code(cell)))).code == (cell,)


WORST = {
    "magics": "%pwd\n",
    "questions": "x?\n",
    "words": "x",
    "long lines": "x" * 298 + ")?\n",
    "dotted lines": "x." * 148 + ")?\n",
    "assignments": "x = !ls\n",
    "brackets": "%pwd\n" + "(" * 80,
    "strings": "%pwd\n'''\n" + "x\n" * 300,
    "blanks": " " * 100 + "\n",
    "lines": "\n",
    "tabs": "\t",
    "blanks and magics": " " * 80 + "%pwd\n",
    "continued": "%pwd \\\n",
    "backslashes": "\\",
    "prompts": ">>> x?\n",
    "percent signs": "%",
    "modulo": "x = % ",
    "cell magics": "%%time\n",
    "cell magics of nothing": "%%time \n\n",
    "commas": ",f a\n",
    "comments": "#\n",
    "quotes": "'\"",
    "equal signs": "= ",
}


@pytest.mark.thorough
@pytest.mark.parametrize("attack", WORST)
@pytest.mark.parametrize("size", [500, 9_000, 900_000])
def test_no_notebook_holds_up_the_grader(attack, size):
    """In many cells, in cells that are just short enough for IPython, and in one."""
    cell = (WORST[attack] * (size // len(WORST[attack]) + 1))[:size]
    file = data(notebook(*[code(cell)] * min(900_000 // size, 1900)))
    start = time.process_time()
    read(file)
    assert time.process_time() - start < 6


def test_the_test_above_could_fail(monkeypatch):
    """Without the budget a single cell takes as long as a notebook may."""
    monkeypatch.setattr(notebooks, "MAGIC_BUDGET", 10**12)
    monkeypatch.setattr(notebooks, "MAX_MAGIC_CELL", 10**6)
    start = time.process_time()
    read(data(notebook(code("%pwd\n" * 60 + "x = 1\n" * 1500))))
    assert time.process_time() - start > 0.5


def test_without_ipython_nothing_is_recorded(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython.core.inputtransformer2", None)
    notebooks._transformer.cache_clear()
    assert read(data(notebook(code("x = 1")))).code == ("x = 1",)
    with pytest.raises(NotGraded, match=r"pip install course_utils\[grading\]"):
        read(data(notebook(code("%pwd"))))
    notebooks._transformer.cache_clear()


def test_ipython_is_imported_when_it_is_needed_alone():
    script = """
    import sys
    from course_utils.grading.notebooks import read
    read(b'{"cells": [{"cell_type": "code", "source": "x = 5 % 3"}]}')
    print("IPython" in sys.modules)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    assert subprocess.run(command, capture_output=True, text=True).stdout.strip() == "False"
