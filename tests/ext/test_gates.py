"""A book that breaks a rule does not build, and does not build the second time either.

Each test breaks a copy of the book on purpose. The copy starts with what earlier builds executed
and proved, so that only what was broken is done again. Reading all pages twice still takes a
minute, so all rules about what the pages say are broken in one copy: the build names every breach
of every rule, and each has to stand under its own rule, where it would stop the build alone.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from course_utils import derivations

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

    def keep_pages(self, root: str, *others: str) -> None:
        """Shorten the table of contents."""
        lines = ["format: jb-book", f"root: {root}"]
        if others:
            lines += ["chapters:", *(f"  - file: {page}" for page in others)]
        (self.root / "_toc.yml").write_text("\n".join(lines), encoding="utf-8")

    def remember_as_proved(self, labels: set[str]) -> None:
        code = "from course_utils.derivations.memo import source_hash; print(source_hash())"
        result = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            check=True,
        )
        folder = self.root / "_build" / ".proved" / result.stdout.strip()
        folder.mkdir(parents=True, exist_ok=True)
        for label in labels:
            (folder / label).touch()

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

    def fails_twice(self, *messages: str) -> list[str]:
        """Return what the two builds said, each of which failed with these messages."""
        said = []
        for attempt in ("first", "second"):
            status, output = self.build()
            assert status != 0, f"the {attempt} build passes"
            for message in messages:
                assert message in output, f"the {attempt} build does not say {message!r}:\n{output}"
            said.append(output)
        return said


def new_copy(root: Path) -> Copy:
    for name in (*SOURCES, *REMEMBERED):
        source, target = ROOT / name, root / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            target.parent.mkdir(exist_ok=True)
            shutil.copy(source, target)
    return Copy(root)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return new_copy(tmp_path)


def break_every_rule(copy: Copy) -> dict[str, list[str]]:
    """Break each rule about what the pages say, and return what a build has to say, by rule."""
    chapter = "book/softmax.md"
    title = "## A common constant changes nothing"
    copy.edit(
        chapter,
        f"{title}\n",
        "$$ 1 + 1 = 3 $$\n\n"
        "$$ 1 + 1 = 4 \\tag{9} $$\n\n"
        "$$ 1 + 1 = 5 $$ (eq-of-nobody)\n\n"
        f"```{{equation}} eq-softmax-shfit\n```\n\n{title}\n",
    )
    copy.edit(chapter, "```{equation} eq-softmax-shift\n```", "$$ p = z $$ (eq-softmax-shift)")
    copy.edit(chapter, "```{equation} eq-softmax-softplus-shift\n```\n", "")
    copy.edit(chapter, "\nproofs.softplus_shift\n", "\nNone\n")
    copy.edit(chapter, "\nproofs.jacobian\n", "\nNone\n")
    copy.edit(
        chapter,
        "## Summary",
        "```{code-cell} ipython3\nfrom IPython.display import Math\n\n"
        'Math("p = z")\n```\n\n## Summary',
    )
    pitfalls = "## Pitfalls\n"
    line = copy.edit(
        chapter,
        pitfalls,
        f"{pitfalls}\nThe answer is 42, and $x = 0.123$.\n\n![](static/logo.svg)\n",
    )
    call = '"-log_softmax([46.0, 0.0])[0]": {\n    "gives": '
    copy.edit("book/data/observations.json", f'{call}"0"', f'{call}"1.053e-20"')
    places = "book/data/source_map.yml"
    heading = "heading: A common constant changes"
    copy.edit(places, f"{heading} nothing", f"{heading} something")
    copy.edit(places, "zhihu-pipeline:", "zhihu-pipelines:")
    copy.edit("book/data/notation.yml", r"  - symbol: '\tau'", r"  - symbol: '\Theta'")
    return {
        "equation ledger": [
            "an equation has no label: 1 + 1 = 3",
            "an equation has a \\tag",
            "'eq-of-nobody' has no entry",
            "'eq-softmax-shift' shows p = z, but what was checked is",
            "'eq-softmax-jacobian' stands here without its proof",
            "no page shows the equation 'eq-softmax-softplus-shift'",
            "a cell shows mathematics that no derivation made: \\displaystyle p = z",
        ],
        "numbers in prose": [
            f"book/softmax.md:{line + 2}: the number 42 in",
            "the number 0.123 in",
            "is not computed",
        ],
        "alternative text": [
            f"book/softmax.md:{line + 4}: a picture has no alternative text",
        ],
        "observations": [
            "SciPy: -log_softmax([46.0, 0.0])[0] gave 1.053e-20 and gives 0",
        ],
        "places in the book": [
            "the chapter 'softmax' has no heading 'A common constant changes something'",
            "zhihu-pipeline is nowhere in the book",
        ],
        "notation": [
            r"the letter $\tau$ of 'eq-convexity-prior' has no meaning in the chapter 'convexity'",
            r"no equation uses $\Theta$",
        ],
    }


def breaches(output: str) -> dict[str, str]:
    """Return what a build says about each rule; this is the error that ends the build."""
    _, *parts = re.split(r"^([a-z ]+): \d+ breach\(es\)\n", output, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_breach_of_every_rule_is_named(copy: Copy) -> None:
    expected = break_every_rule(copy)
    # An error of Sphinx, which `-W` makes a failure.
    unknown = r"softmax\.md:\d+: ERROR: .*'eq-softmax-shfit' has no entry.*mean eq-softmax-shift"
    for output in copy.fails_twice():
        assert re.search(unknown, output), output
        found = breaches(output)
        assert set(expected) <= set(found), output
        for rule, messages in expected.items():
            for message in messages:
                assert message in found[rule], f"{rule} does not say {message!r}:\n{output}"


def test_failing_cells_are_named_with_their_lines(copy: Copy) -> None:
    line = copy.edit(
        "book/softmax.md",
        "## Pitfalls\n",
        "## Pitfalls\n\n```{code-cell} ipython3\nassert scores.sum() == 3\n```\n",
    )
    copy.edit("book/temperature.md", "\nproofs.hot\n", "\nproofs.no_such_thing\n")
    copy.fails_twice(
        f"softmax.md:{line + 2}: a code cell failed with AssertionError",
        "Mend the cell",
        "a code cell failed with AttributeError",
        "no_such_thing",
    )


def test_wrong_step_does_not_survive_its_check(copy: Copy) -> None:
    labels = set(derivations.entries())
    copy.remember_as_proved(labels)
    copy.edit(
        "course_utils/derivations/softmax.py",
        'equals(p[i] * (delta(i, j) - p[j]), "a common factor")',
        'equals(p[i] * (delta(i, j) + p[j]), "a common factor")',
    )
    # Of another package nothing counts as proved; to prove the rest again takes a minute.
    copy.remember_as_proved(labels - {"eq-softmax-jacobian"})
    # The ledger checks every equation, whatever the chapters show.
    copy.keep_pages("book/equation_ledger")
    for output in copy.fails_twice():
        found = breaches(output)["equation ledger"]
        assert re.search("eq-softmax-jacobian, step 4.*a common factor", found)


def test_broken_references_fail_until_they_are_mended(copy: Copy) -> None:
    """Warnings stop the build as breaches do; two small pages in place of the book's warn alike."""
    copy.keep_pages("book/intro", "book/other")
    # Of these pages the ledger would say that they show no equation of the book.
    copy.edit("_config.yml", "    ledger: book/_ext\n", "")
    copy.edit("_config.yml", "    notation_table: book/_ext\n", "")
    (copy.root / "book/other.md").write_text("# Another page\n", encoding="utf-8")
    intro = copy.root / "book/intro.md"
    intro.write_text("# A page\n\nSee {doc}`others`.\n", encoding="utf-8")
    copy.fails_twice("intro.md:3: WARNING: unknown document: 'others'")
    intro.write_text("# A page\n\nSee {doc}`other`.\n", encoding="utf-8")
    status, output = copy.build()
    assert status == 0, output
