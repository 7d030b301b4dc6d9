"""Offers every chapter as an executed notebook that runs anywhere.

For each page made from a notebook, ``_sources/<page>.ipynb`` is written: the text as Markdown that
JupyterLab and Colab render, the code with its outputs, and first of all a cell that installs the
companion package from the wheel published with the site. The page's download button offers it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from string import Template
from typing import Any

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from myst_nb.sphinx_ import NbMetadataCollector
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_wheel import publish_wheel, wheel_name
from notebook_writer import CodeCell, NotebookWriter, is_code_cell
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError, ExtensionError

import course_utils

SETUP_CELL = Template("""\
# Installs the course's package, course_utils, if it is missing. Prints nothing when all is well.
def set_up(needed, wheel):
    import subprocess, sys
    from importlib import invalidate_caches, metadata
    from packaging.version import Version

    try:
        found = Version(metadata.version("course_utils"))
    except metadata.PackageNotFoundError:
        found = Version("0")
    if found < Version(needed):
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--retries=1", wheel]
        result = subprocess.run(pip, capture_output=True, text=True)
        if result.returncode != 0:
            raise RuntimeError(
                f"course_utils {needed} could not be installed from {wheel}. "
                "Are you online? Then run this cell again. pip said:\\n" + result.stderr.strip()
            )
        invalidate_caches()
    loaded = sys.modules.get("course_utils")
    if loaded and Version(loaded.__version__) < Version(needed):
        raise RuntimeError("course_utils has been updated: restart the kernel, then run all cells")


set_up("$version", "$wheel")
""")

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    # No version: it would change from machine to machine.
    "language_info": {"name": "python"},
}
HIDES_SOURCE = {"hide-cell", "hide-input", "remove-cell", "remove-input"}
HIDES_OUTPUTS = {"hide-cell", "hide-output", "remove-cell", "remove-output"}

# Output that differs from run to run, and why.
VOLATILE = (
    (re.compile(r"\bat 0x[0-9a-fA-F]{6,}"), "the address of an object; give its class a __repr__"),
    (re.compile(r"<dc:date>"), "the date of an SVG; save it with metadata={'Date': None}"),
    (re.compile(r"ipykernel_\d+"), "the number of a process; print what matters of the message"),
)
Cells = dict[int, dict[str, Any]]


def choose_address(app: Sphinx, config: Config) -> None:
    """Take the address of the site from the environment or the configuration."""
    config.html_baseurl = os.environ.get("BOOK_BASEURL") or config.html_baseurl
    if not config.html_baseurl.startswith(("http://", "https://")):
        raise ConfigError(
            f"html.baseurl in _config.yml is {config.html_baseurl!r}; name the site's address "
            "(https://…): downloaded notebooks link to it and install the package from it"
        )
    site = config.html_baseurl.rstrip("/")
    config.notebook_setup_cell = SETUP_CELL.substitute(
        version=course_utils.__version__, wheel=f"{site}/wheels/{wheel_name()}"
    ).strip()
    config.templates_path.insert(0, str(Path(__file__).parent / "templates"))


def build_package(app: Sphinx) -> None:
    if app.builder.name == "html":
        publish_wheel(Path(app.outdir, "wheels"), Path(app.doctreedir, "wheel.sha256"))


def keep_outputs(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the code cells with the page that was made from them.

    myst-nb takes the glued values out of its own copy, and on a hit of the cache writes it without
    any outputs. The cache has all of them.
    """
    env = app.env
    execution = NbMetadataCollector.get_exec_data(env, env.docname)
    if "kernelspec" not in env.metadata[env.docname] or (execution and execution["error"]):
        return
    config = env.mystnb_config  # type: ignore[attr-defined]
    notebook = nbformat.read(Path(config.output_folder, f"{env.docname}.ipynb"), as_version=4)
    try:
        cache = get_cache(config.execution_cache_path)
        _, executed = cache.merge_match_into_notebook(notebook)
    except KeyError:
        raise ExtensionError(
            f"{env.doc2path(env.docname, False)}: the page was not executed, so there is no "
            "notebook to offer; set execute.execute_notebooks to `cache`"
        ) from None
    lines = notebook.metadata["source_map"]
    doctree["code_cells"] = {
        index: {
            "line": lines[index],
            "metadata": notebook.cells[index].metadata,
            "source": cell.source.strip("\n"),
            "execution_count": cell.execution_count,
            "outputs": cell.outputs,
        }
        for index, cell in enumerate(executed.cells)
        if cell.cell_type == "code"
    }


def offer_download(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Tell the theme that there is a notebook, before it makes its buttons."""
    if doctree is not None and "code_cells" in doctree:
        context["ipynb_source"] = f"{pagename}.ipynb"


def write_download(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the notebook, after the theme has copied one of its own for the launch buttons."""
    if doctree is None or "code_cells" not in doctree:
        return
    notebook = make_notebook(app, pagename, doctree)
    nbformat.validate(notebook)
    path = Path(app.outdir, "_sources", f"{pagename}.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")


def make_notebook(app: Sphinx, docname: str, doctree: nodes.document) -> NotebookNode:
    writer = NotebookWriter(app.builder, docname)
    code: Cells = doctree["code_cells"]
    check_outputs(app, docname, doctree, code)
    lines = {index: cell["line"] for index, cell in code.items()}
    title, *rest = writer.write(doctree, lines)
    heading, _, lead = title.partition("\n\n")
    origin = (
        f"*From [{app.config.html_title}]({app.config.html_baseurl}): [this page]({writer.url}).*"
    )
    setup = new_code_cell(app.config.notebook_setup_cell, id="setup", execution_count=1)
    cells = [new_markdown_cell(f"{heading}\n\n{origin}", id="title"), setup]
    for place, cell in enumerate([lead, *rest] if lead else rest, start=1):
        if isinstance(cell, CodeCell):
            cells.append(code_cell(code[cell.index], cell.folded, f"code-{place}"))
        else:
            cells.append(new_markdown_cell(cell, id=f"text-{place}"))
    return new_notebook(cells=cells, metadata=METADATA)


def code_cell(cell: dict[str, Any], folded: bool, identifier: str) -> NotebookNode:
    tags = cell["metadata"].get("tags", [])
    names = {tag.replace("_", "-") for tag in tags}
    hidden = {}
    if folded or HIDES_SOURCE & names:
        hidden["source_hidden"] = True
    if folded or HIDES_OUTPUTS & names:
        hidden["outputs_hidden"] = True
    # The setup cell comes first.
    count = cell["execution_count"] + 1
    alt = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt")
    return new_code_cell(
        cell["source"],
        id=identifier,
        execution_count=count,
        metadata={key: value for key, value in (("tags", tags), ("jupyter", hidden)) if value},
        outputs=[output_of(output, count, alt) for output in merge_streams(cell["outputs"])],
    )


def merge_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what was printed: how a kernel cuts it into pieces is chance."""
    merged: list[NotebookNode] = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            merged[-1] = NotebookNode({**last, "text": last["text"] + output.text})
        else:
            merged.append(output)
    return merged


def output_of(output: NotebookNode, count: int, alt: str | None) -> NotebookNode:
    output = NotebookNode(output)
    if "execution_count" in output:
        output.execution_count = count
    if output.output_type == "error":
        # The rest of a traceback holds paths of this machine.
        output.traceback = [f"{output.ename}: {output.evalue}"]
    for mime in output.get("data", {}):
        if alt and mime.startswith("image/"):
            described = {**output.metadata.get(mime, {}), "alt": alt}
            output.metadata = {**output.metadata, mime: described}
    return output


def check_outputs(app: Sphinx, docname: str, doctree: nodes.document, code: Cells) -> None:
    """Raise if a cell was not executed, if outputs are missing, or if they change with each run."""
    path = app.env.doc2path(docname, False)
    here = (
        re.compile(re.escape(str(app.srcdir))),
        "a path of this machine; print what matters of it",
    )
    shown = {
        cell["cell_index"]
        for cell in doctree.findall(is_code_cell)
        for inner in cell.findall(nodes.container)
        if inner.get("nb_element") == "cell_code_output"
    }
    for index, cell in code.items():
        place = f"{path}:{cell['line']}"
        if cell["execution_count"] is None:
            raise ExtensionError(f"{place}: the code cell was not executed")
        if index in shown and not cell["outputs"]:
            raise ExtensionError(f"{place}: the page shows an output that the notebook lacks")
        for output in cell["outputs"]:
            text = str([value for key, value in output.items() if key != "traceback"])
            for pattern, what in (*VOLATILE, here):
                if pattern.search(text):
                    raise ExtensionError(f"{place}: an output differs from run to run: {what}")


def setup(app: Sphinx) -> dict[str, Any]:
    # Filled by `choose_address`; registered so that a change of it writes all pages anew.
    app.add_config_value("notebook_setup_cell", "", "html", types=[str])
    app.connect("config-inited", choose_address)
    app.connect("builder-inited", build_package)
    app.connect("doctree-read", keep_outputs)
    app.connect("html-page-context", offer_download, priority=400)
    app.connect("html-page-context", write_download, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
