"""Tables and pictures of stored runs of the benchmarks.

``{benchmark-machine} accuracy`` says where, when and with what a run was made, ``{accuracy-table}
float64`` and ``{speed-table} <function>`` what it found, ``{accuracy-families}`` the same family by
family, ``{missed-bars}`` what is not as exact or as fast as promised. ``{benchmark-picture}
accuracy`` draws. The runs are ``book/data/accuracy.json`` and ``book/data/speed.json``, written by
``tests/benchmarks/``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
from docutils import nodes
from docutils.parsers.rst import directives
from observation_tables import NONE, MarkdownDirective, code, table
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from course_utils.plots import accuracy_and_speed as pictures
from course_utils.plots.style import use_course_style

DATA = Path(__file__).parents[1] / "data"
PEERS = {
    "accuracy": ["naive", "SciPy", "PyTorch", "scikit-learn", "JAX", "optax"],
    "speed": ["NumPy", "SciPy", "scikit-learn", "PyTorch", "optax"],
}


def stored(run: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / f"{run}.json").read_text(encoding="utf-8"))
    return found


def number(value: float | str | None) -> str:
    """Return a number as code, with the digits that matter; of infinitely wrong ones the word."""
    if value is None:
        return NONE
    if float(value) == float("inf"):
        return "nan or inf"
    return code(f"{float(value):.2f}" if float(value) < 100 else f"{float(value):.0e}")


def worst(rows: list[dict[str, Any]], name: str) -> float | None:
    """Return the largest error over families, of whoever computes the function."""
    found = [float(row["worst"][name]) for row in rows if name in row["worst"]]
    return max(found, default=None)


class RunDirective(MarkdownDirective):
    classes = ("benchmarks",)

    def run(self) -> list[nodes.Node]:
        for path in DATA.glob("*.json"):
            self.env.note_dependency(str(path))
        return super().run()


class MachineDirective(RunDirective):
    required_arguments = 1

    def markdown(self) -> str:
        machine = stored(self.arguments[0])["machine"]
        versions = ", ".join(
            code(f"{name} {version}") if version != "absent" else f"{name} absent"
            for name, version in machine["versions"].items()
        )
        features = f"{'with' if machine['avx512'] else 'without'} {code('AVX-512')}"
        return (
            f"The run shown here was made on {code(machine['date'])}, on {machine['system']} and "
            f"one core of a processor that calls itself {code(machine['processor'])}, {features}. "
            f"Versions: {versions}."
        )


class AccuracyDirective(RunDirective):
    required_arguments = 1

    def markdown(self) -> str:
        rows = [r for r in stored("accuracy")["results"] if r["dtype"] == self.arguments[0]]
        names = [n for n in PEERS["accuracy"] if any(n in row["worst"] for row in rows)]
        lines = []
        for function in dict.fromkeys(row["function"] for row in rows):
            own = [row for row in rows if row["function"] == function]
            bars = {row["bar"] for row in own}
            bar = number(bars.pop() if len(bars) == 1 else None)
            ours = number(worst(own, "ours"))
            if own[0]["relative bar"] is not None:
                error = max(float(row["relative error"]) for row in own)
                bound = own[0]["relative bar"]
                bar = f"{code(f'{bound:.0e}')} relative"
                ours = f"{ours}, which is {code(f'{error:.1e}')} relative"
            errors = [number(worst(own, name)) for name in names]
            lines.append([code(function), bar, ours, *errors])
        return table(["Function", "Promised", "Ours", *names], lines)


class FamiliesDirective(RunDirective):
    def markdown(self) -> str:
        rows = stored("accuracy")["results"]
        parts = []
        for function in dict.fromkeys(row["function"] for row in rows):
            own = [row for row in rows if row["function"] == function]
            names = [n for n in PEERS["accuracy"] if any(n in row["worst"] for row in own)]
            lines = [
                [
                    row["family"],
                    code(row["dtype"]),
                    code(str(row["cases"])),
                    *(number(row["worst"].get(name)) for name in ["ours", *names]),
                ]
                for row in own
            ]
            head = ["Inputs", "Type", "Cases", "Ours", *names]
            parts.append(f"::::{{dropdown}} {code(function)}\n{table(head, lines)}\n::::")
        return "\n\n".join(parts)


class SpeedDirective(RunDirective):
    required_arguments = 1
    final_argument_whitespace = True

    def markdown(self) -> str:
        function = self.arguments[0]
        rows = [r for r in stored("speed")["results"] if r["name"].startswith(f"{function} (")]
        if not rows:
            raise self.error(f"no stored run has the function {function!r}")
        peers = [p for p in PEERS["speed"] if any(r["quantity"] == ratio(p) for r in rows)]
        lines = []
        for name in dict.fromkeys(row["name"] for row in rows):
            own = {row["quantity"]: row for row in rows if row["name"] == name}
            seconds = next(row["seconds"] for row in own.values() if "seconds" in row)
            lines.append(
                [
                    code(name.removeprefix(f"{function} ")),
                    code(f"{1e3 * seconds:.3g} ms"),
                    *(compared(own.get(ratio(p))) for p in peers),
                    compared(own.get("extra memory, MiB")),
                ]
            )
        head = ["Shape and type", "Ours", *(f"over {p}" for p in peers), "Extra MiB"]
        return table(head, lines)


def ratio(peer: str) -> str:
    return f"time over {peer}'s"


def compared(row: dict[str, Any] | None) -> str:
    """Return what was measured, and what was allowed."""
    if row is None:
        return NONE
    allowed = "" if row["bar"] is None else f" (at most {two_digits(row['bar'])})"
    return f"{two_digits(row['value'])}{allowed}"


def two_digits(value: float) -> str:
    return code(f"{value:.2g}")


class SmallCallsDirective(RunDirective):
    def markdown(self) -> str:
        rows = [
            r for r in stored("speed")["results"] if r["quantity"] in ("microseconds a call", "ms")
        ]
        units = {"microseconds a call": "µs", "ms": "ms"}
        lines = [
            [
                code(row["name"]),
                code(f"{row['value']:.3g} {units[row['quantity']]}"),
                NONE if row["bar"] is None else code(f"{row['bar']:g} {units[row['quantity']]}"),
            ]
            for row in rows
        ]
        return table(["Call", "Takes", "At most"], lines)


class MissedDirective(RunDirective):
    def markdown(self) -> str:
        missed = [
            f"- {code(row['function'])}, {row['dtype']}, {code(row['family'])}: "
            f"{number(row['worst']['ours'])} where {number(row['bar'])} is promised"
            for row in stored("accuracy")["results"]
            if row["met"] is False
        ]
        missed += [
            f"- {code(row['name'])}, {row['quantity']}: {two_digits(row['value'])} where "
            f"{two_digits(row['bar'])} is allowed"
            for row in stored("speed")["results"]
            if row["bar"] is not None and row["value"] > row["bar"]
        ]
        return "\n".join(missed) or "None."


class PictureDirective(SphinxDirective):
    """Draw a run; the picture is made in the build, like those of the chapters."""

    required_arguments = 1
    option_spec = {"alt": directives.unchanged_required}  # noqa: RUF012, docutils takes a dictionary

    def run(self) -> list[nodes.Node]:
        run = self.arguments[0]
        self.env.note_dependency(str(DATA / f"{run}.json"))
        path = Path(self.env.srcdir) / "_build" / ".pictures" / f"{run}.svg"
        path.parent.mkdir(parents=True, exist_ok=True)
        with matplotlib.rc_context():
            use_course_style()
            figure = getattr(pictures, run)(stored(run)["results"])
            figure.savefig(path, metadata={"Date": None})
            plt.close(figure)
        uri = "/" + path.relative_to(self.env.srcdir).as_posix()
        image = nodes.image(uri=uri, alt=self.options["alt"], classes=["picture"])
        self.set_source_info(image)
        return [image]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("benchmark-machine", MachineDirective)
    app.add_directive("accuracy-table", AccuracyDirective)
    app.add_directive("accuracy-families", FamiliesDirective)
    app.add_directive("speed-table", SpeedDirective)
    app.add_directive("small-calls", SmallCallsDirective)
    app.add_directive("missed-bars", MissedDirective)
    app.add_directive("benchmark-picture", PictureDirective)
    return {"parallel_read_safe": False}
