"""A small exercise full of words that must not, or must, reach the students.

Every word that begins with ``secret`` stands in a place that students do not see, every word that
begins with ``shown`` in one that they do.
"""

from __future__ import annotations

from pathlib import Path

MASTER = '''\
---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A sample

The lead shownlead.

```{code-cell} ipython3
import numpy as np
```

## Question 1. Halve it (7 points)

Write `half(x)`, shownprompt.

```{code-cell} ipython3
def half(x):
    """Return half of x."""
    ### BEGIN SOLUTION
    secretsolution = np.asarray(x)
    return secretsolution / 2
    ### END SOLUTION


def shownhelper(x):
    return x
```

```{code-cell} ipython3
:tags: [check]
assert half(4.0) == 2.0, "showncheck"
```

```{code-cell} ipython3
:tags: [solution]
# secretcell, which only the lecturer sees
print(half(np.arange(3.0)))
```

## Question 2. Predict (1 point)

a or b?

```{code-cell} ipython3
### BEGIN SOLUTION
# STUB: prediction_2 = None  # shownstub
prediction_2 = "a" or "secretprediction"
### END SOLUTION
```

```{code-cell} ipython3
---
tags: [check]
---
assert prediction_2 in {"a", "b"}, "a or b"
```

## Question 3. Find it (2 points)

Set `found_3` to the half of 3.

```{code-cell} ipython3
### BEGIN SOLUTION
# STUB: found_3 = None
found_3 = float("1.5" or "secretnumber")
### END SOLUTION
```

```{code-cell} ipython3
:tags: [check]
assert found_3 is not None, "set found_3"
```
'''

SPEC = '''\
"""The specification: secretdocstring."""

from course_utils.grading.spec import Cases, Choice, Exercise, Function, Mistake, Number

# secretcomment


def secretinputs(rng):
    return [(rng.normal(),), (876543.25,)]


def secretmistake(x):
    return 2 * x


exercise = Exercise(
    slug="SLUG",
    title="A sample",
    minutes=5,
    questions=(
        Function(
            name="half",
            title="Halve it",
            reference=lambda secretreference: secretreference / 2,
            cases=(Cases("secretlabel", 7, secretinputs),),
            mistakes=(
                Mistake("secretname", secretmistake, "secrethint: you doubled it"),
                Mistake("secretname2", lambda x: x, "secrethint: you kept it"),
                Mistake("secretname3", lambda x: -x / 2, "secrethint: you turned the sign"),
                Mistake("secretname4", lambda x: x / 4, "secrethint: you halved it twice"),
            ),
        ),
        Choice(
            name="prediction_2",
            title="Predict",
            points=1,
            correct="a",
            hints={"b": "secretoption: the other one"},
        ),
        Number(
            name="found_3",
            title="Find it",
            points=2,
            expected=1.5,
            mistakes=(Mistake("secretwrong", 6.0, "secrethint: you doubled it"),),
        ),
    ),
)
'''
SHOWN = ("shownlead", "shownprompt", "shownhelper", "showncheck", "shownstub")


def write_exercise(folder: Path, master: str = MASTER, spec: str = SPEC, slug: str = "") -> Path:
    """Write the exercise into a folder; its slug is the folder's name unless another is named."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "master.md").write_text(master, encoding="utf-8")
    text = spec.replace('"SLUG"', f'"{slug or folder.name}"')
    (folder / "spec.py").write_text(text, encoding="utf-8")
    return folder


def write_book(root: Path, *slugs: str) -> Path:
    """Write a book whose only chapters are those of the exercises; return the exercises' folder."""
    exercises = root / "book" / "exercises"
    config = 'title: A book\nhtml:\n  baseurl: "https://book.example/course"\n'
    (root / "book").mkdir(parents=True)
    (root / "_config.yml").write_text(config, encoding="utf-8")
    toc = "format: jb-book\nroot: book/exercises\nchapters:\n"
    for slug in slugs:
        write_exercise(exercises / slug)
        toc += f"  - file: book/{slug}\n  - file: book/exercises/{slug}\n"
        text = f"# On {slug}\n\nThe graded exercise is {{doc}}`exercises/{slug}`.\n"
        (root / "book" / f"{slug}.md").write_text(text, encoding="utf-8")
    (root / "_toc.yml").write_text(toc, encoding="utf-8")
    overview = "# Graded exercises\n\n```{graded-exercises}\n```\n"
    (root / "book" / "exercises.md").write_text(overview, encoding="utf-8")
    return exercises
