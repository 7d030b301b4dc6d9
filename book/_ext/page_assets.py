"""Leaves out of the pages what the theme brings and no page uses.

Jupyter Book loads sphinx-thebe into every page, also where no button starts a kernel. Its script
stands there twice, which is an error in the browser, and names an address outside the site.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config


def leave_out_thebe(app: Sphinx, config: Config) -> None:
    for listeners in app.events.listeners.values():
        for listener in list(listeners):
            if listener.handler.__module__.split(".")[0] == "sphinx_thebe":
                app.disconnect(listener.id)
    files = app.registry.css_files
    files[:] = [(name, options) for name, options in files if name != "sphinx-thebe.css"]


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", leave_out_thebe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
