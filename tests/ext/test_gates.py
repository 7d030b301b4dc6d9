"""A book that breaks a rule does not build, and does not build the second time either.

Each test breaks a copy of the book on purpose. The copy starts with what earlier builds executed
and proved, so that only what was broken is done again. Reading all pages twice still takes a
minute, so those that repeat in a build what a unit test holds as well are marked as slow.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The command line of this very environment, wherever its scripts are installed.
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
SOURCES = (
    "_config.yml",
    "_toc.yml",
    "book",
    "course_utils",
    "tests/peers",
    "tests/requirements.txt",
    "tests/requirements-oracles.txt",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CITATION.cff",
)
REMEMBERED = ("_build/.executed", "_build/.proved", "_build/.math")


@dataclass
class Copy:
    """A copy of the book that may be broken and built."""

    root: Path

    def edit(self, name: str, old: str, new: str) -> int:
        """Replace `old`, which stands there once, and return its line."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} holds {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def build(self) -> tuple[int, str]:
        # The package is the copy's own; as long as it is unchanged, so are the outputs remembered.
        environment = os.environ | {"PYTHONPATH": str(self.root)}
        environment.pop("COURSE_UTILS_MEMO", None)
        command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(self.root)]
        result = subprocess.run(
            [*command, "-W", "-n", "--keep-going"],
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return result.returncode, result.stdout

    def fails_twice(self, *messages: str) -> None:
        for attempt in ("first", "second"):
            status, output = self.build()
            assert status != 0, f"the {attempt} build passes"
            for message in messages:
                assert message in output, f"the {attempt} build does not say {message!r}:\n{output}"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    for name in (*SOURCES, *REMEMBERED):
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            target.parent.mkdir(exist_ok=True)
            shutil.copy(source, target)
    return Copy(tmp_path)


def test_every_kind_of_bad_equation_is_named(copy: Copy) -> None:
    title = "## A common constant changes nothing"
    copy.edit(
        "book/softmax.md",
        title,
        "$$ 1 + 1 = 3 $$\n\n"
        "$$ 1 + 1 = 4 \\tag{9} $$\n\n"
        "$$ 1 + 1 = 5 $$ (eq-of-nobody)\n\n"
        f"{title}",
    )
    copy.edit(
        "book/softmax.md", "```{equation} eq-softmax-shift\n```", "$$ p = z $$ (eq-softmax-shift)"
    )
    copy.fails_twice(
        "an equation has no label: 1 + 1 = 3",
        "an equation has a \\tag",
        "'eq-of-nobody' has no entry",
        "'eq-softmax-shift' shows p = z, but what was checked is",
    )


@pytest.mark.slow
def test_equation_that_no_page_shows(copy: Copy) -> None:
    copy.edit("book/softmax.md", "```{equation} eq-softmax-jacobian\n```\n", "")
    copy.edit("book/softmax.md", "\nproofs.jacobian\n", "\nNone\n")
    copy.fails_twice("no page shows the equation 'eq-softmax-jacobian'")


def test_equation_without_its_proof(copy: Copy) -> None:
    copy.edit("book/softmax.md", "\nproofs.jacobian\n", "\nNone\n")
    copy.fails_twice("'eq-softmax-jacobian' stands here without its proof")


@pytest.mark.slow
def test_unknown_equation_names_its_neighbours(copy: Copy) -> None:
    copy.edit(
        "book/softmax.md", "```{equation} eq-softmax-shift\n", "```{equation} eq-softmax-shfit\n"
    )
    copy.fails_twice("'eq-softmax-shfit' has no entry", "did you mean eq-softmax-shift")


@pytest.mark.slow
def test_mathematics_in_an_output_that_no_derivation_made(copy: Copy) -> None:
    copy.edit(
        "book/softmax.md",
        "## Summary",
        "```{code-cell} ipython3\nfrom IPython.display import Math\n\n"
        'Math("p = z")\n```\n\n## Summary',
    )
    copy.fails_twice("a cell shows mathematics that no derivation made: \\displaystyle p = z")


def test_wrong_step_does_not_survive_its_check(copy: Copy) -> None:
    # One chapter to execute: what another package computes is executed again.
    toc = "format: jb-book\nroot: book/softmax\nchapters:\n  - file: book/equation_ledger\n"
    (copy.root / "_toc.yml").write_text(toc, encoding="utf-8")
    copy.edit(
        "course_utils/derivations/softmax.py",
        'equals(p[i] * (delta(i, j) - p[j]), "a common factor")',
        'equals(p[i] * (delta(i, j) + p[j]), "a common factor")',
    )
    copy.fails_twice("eq-softmax-jacobian, step 4", "a common factor")


def test_numbers_in_prose(copy: Copy) -> None:
    line = copy.edit(
        "book/softmax.md",
        "## Pitfalls\n",
        "## Pitfalls\n\nThe answer is 42, and $x = 0.123$.\n",
    )
    copy.fails_twice(
        f"book/softmax.md:{line + 2}: the number 42 in", "the number 0.123 in", "is not computed"
    )


def test_picture_without_alternative_text(copy: Copy) -> None:
    line = copy.edit(
        "book/softmax.md",
        "## Pitfalls\n",
        "## Pitfalls\n\n![](static/logo.svg)\n",
    )
    copy.fails_twice(f"book/softmax.md:{line + 2}: a picture has no alternative text")


def test_broken_reference_fails_until_it_is_mended(copy: Copy) -> None:
    copy.edit("book/softmax.md", "{doc}`cross_entropy`", "{doc}`cross_entropies`")
    copy.fails_twice("softmax.md:", "unknown document: 'cross_entropies'")
    copy.edit("book/softmax.md", "{doc}`cross_entropies`", "{doc}`cross_entropy`")
    status, output = copy.build()
    assert status == 0, output


def test_failing_cell_is_named_with_its_line(copy: Copy) -> None:
    line = copy.edit(
        "book/softmax.md",
        "## Pitfalls\n",
        "## Pitfalls\n\n```{code-cell} ipython3\nassert scores.sum() == 3\n```\n",
    )
    copy.fails_twice(
        f"softmax.md:{line + 2}: a code cell failed with AssertionError", "Mend the cell"
    )


@pytest.mark.slow
def test_unknown_derivation_is_named_with_its_line(copy: Copy) -> None:
    copy.edit("book/softmax.md", "\nproofs.shift_invariance\n", "\nproofs.no_such_thing\n")
    copy.fails_twice("a code cell failed with AttributeError", "no_such_thing")


@pytest.mark.slow
def test_library_that_does_something_else_than_the_page_says(copy: Copy) -> None:
    call = '"-log_softmax([46.0, 0.0])[0]": {\n    "gives": '
    copy.edit("book/data/observations.json", f'{call}"0"', f'{call}"1.053e-20"')
    copy.fails_twice("SciPy: -log_softmax([46.0, 0.0])[0] gave 1.053e-20 and gives 0")


@pytest.mark.slow
def test_item_of_a_source_that_is_nowhere_in_the_book(copy: Copy) -> None:
    copy.edit(
        "book/data/source_map.yml",
        "heading: A common constant changes nothing",
        "heading: A common constant changes something",
    )
    copy.edit("book/data/source_map.yml", "zhihu-pipeline:", "zhihu-pipelines:")
    copy.fails_twice(
        "the chapter 'softmax' has no heading 'A common constant changes something'",
        "zhihu-pipeline is nowhere in the book",
    )


@pytest.mark.slow
def test_letter_without_a_meaning(copy: Copy) -> None:
    # No chapter is needed to see that, and so none is executed, nor missed by the ledger.
    toc = "format: jb-book\nroot: book/notation\n"
    (copy.root / "_toc.yml").write_text(toc, encoding="utf-8")
    copy.edit("_config.yml", "    ledger: book/_ext\n", "")
    copy.edit("book/data/notation.yml", r"  - symbol: '\tau'", r"  - symbol: '\Theta'")
    copy.fails_twice(
        r"the letter $\tau$ of 'eq-convexity-prior' has no meaning in the chapter 'convexity'",
        r"no equation uses $\Theta$",
    )
