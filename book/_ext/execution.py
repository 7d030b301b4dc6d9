"""Executes chapters before the build, several at a time, into a cache keyed on the package.

myst-nb executes one notebook after the other, and keys its cache on the code cells alone. Here the
cache lies in a folder named by the package's fingerprint, the chapters that are not yet in it are
executed in parallel, and a failing cell stops the build with its file and line.
"""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fingerprint import fingerprint
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.display import progress_message

logger = logging.getLogger(__name__)


def choose_cache(app: Sphinx, config: Config) -> None:
    build = Path(app.outdir).parent
    caches = build / ".executed"
    current = caches / fingerprint()
    if caches.is_dir():
        for stale in caches.iterdir():
            if stale != current:
                shutil.rmtree(stale)
    current.mkdir(parents=True, exist_ok=True)
    config.nb_execution_cache_path = str(current)
    # Chapters run side by side, on small matrices: threads of their own would only collide.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Kernels draw into the page unless told otherwise; with another backend all pictures are lost.
    os.environ.pop("MPLBACKEND", None)
    # Derivations remember there what they have proved, in the build and in the kernels it starts.
    os.environ.setdefault("COURSE_UTILS_MEMO", str(build / ".proved"))


def execute_chapters(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    cache = get_cache(env.mystnb_config.execution_cache_path)  # type: ignore[attr-defined]
    pending: list[tuple[Path, NotebookNode]] = []
    for docname in docnames:
        path = Path(env.doc2path(docname))
        text = path.read_text(encoding="utf-8")
        if not is_myst_markdown_notebook(text):
            continue
        notebook = read_myst_markdown_notebook(
            text,
            env.myst_config,
            add_source_map=True,
            path=path,  # type: ignore[attr-defined]
        )
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            pending.append((path, notebook))
    if not pending:
        return
    failures = []
    names = ", ".join(path.stem for path, _ in pending)
    with (
        progress_message(f"executing {len(pending)} chapter(s): {names}"),
        ThreadPoolExecutor(max_workers=os.cpu_count()) as pool,
    ):
        jobs = [
            pool.submit(execute, path, nb, env.mystnb_config.execution_timeout)
            for path, nb in pending
        ]
        for (path, notebook), job in zip(pending, jobs, strict=True):
            result = job.result()
            if result.err is not None:
                failures.append(failure(path, notebook))
                continue
            join_streams(notebook)
            cache.cache_notebook_bundle(
                CacheBundleIn(notebook, str(path), data={"execution_seconds": result.time}),
                check_validity=False,
                overwrite=True,
            )
    if failures:
        raise ExtensionError("\n\n".join(failures))


def execute(path: Path, notebook: NotebookNode, timeout: int) -> Any:
    return single_nb_execution(
        notebook,
        cwd=str(path.parent),
        timeout=timeout,
        allow_errors=False,
        # A kernel warns at every start that its port on this machine is not encrypted.
        extra_arguments=["--log-level=ERROR"],
    )


def join_streams(notebook: NotebookNode) -> None:
    """Join what a cell printed in pieces: where it is cut depends on timing alone."""
    for cell in notebook.cells:
        joined: list[NotebookNode] = []
        for output in cell.get("outputs", []):
            last = joined[-1] if joined else None
            if (
                output.output_type == "stream"
                and last is not None
                and last.get("name") == output.name
            ):
                last.text += output.text
            else:
                joined.append(output)
        if "outputs" in cell:
            cell.outputs = joined


def failure(path: Path, notebook: NotebookNode) -> str:
    """Say which cell failed, where it stands in the source, and what to do."""
    lines = notebook.metadata["source_map"]
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                trace = "\n".join(output.traceback)
                return (
                    f"{path}:{lines[index]}: a code cell failed with "
                    f"{output.ename}: {output.evalue}\n"
                    "Mend the cell, or tag it `raises-exception` if the page shows the error "
                    f"on purpose.\n{trace}"
                )
    return f"{path}: a code cell did not finish; make it faster or raise `execute: timeout`."


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", choose_cache)
    app.connect("env-before-read-docs", execute_chapters)
    return {"parallel_read_safe": False}
