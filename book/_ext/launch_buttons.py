"""Offers the notebooks of chapters and exercises in Colab and Binder, once a repository is set.

The theme's own buttons open the source of a page, which is Markdown here, and Colab cannot open
that. These open the notebooks on the branch ``notebooks``, which the workflow that publishes the
site fills. Without ``repository.url`` in ``_config.yml`` there are no buttons.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx

from course_utils.grading.publish import notebook_name

BRANCH = "notebooks"
# What Jupyter Book takes for the repository when none is set.
UNSET = "https://github.com/executablebooks/jupyter-book"
# After the theme has made its own buttons.
AFTER_THEME = 600


def launchers(repository: str, notebook: str) -> dict[str, str]:
    """Return the addresses at which Colab and Binder open a notebook of a GitHub repository."""
    found = re.match(r"https://github\.com/([^/]+)/([^/]+?)(?:\.git)?/?$", repository)
    if not found:
        return {}
    owner, name = found.groups()
    path = quote(notebook)
    return {
        "Colab": f"https://colab.research.google.com/github/{owner}/{name}/blob/{BRANCH}/{path}",
        "Binder": f"https://mybinder.org/v2/gh/{owner}/{name}/{BRANCH}?urlpath=lab/tree/{path}",
    }


def add_buttons(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    repository = app.config.html_theme_options.get("repository_url", UNSET)
    about = app.env.metadata.get(pagename, {})
    if "kernelspec" in about:
        notebook, what = f"{PurePosixPath(pagename).name}.ipynb", "chapter"
    elif "exercise" in about:
        notebook, what = f"exercises/{notebook_name(about['exercise'])}", "exercise"
    else:
        return
    if repository == UNSET:
        return
    links = [
        {
            "type": "link",
            "url": url,
            "text": name,
            "tooltip": f"Open this {what} as a notebook in {name}",
            "icon": f"_static/images/logo_{name.lower()}.{'png' if name == 'Colab' else 'svg'}",
        }
        for name, url in launchers(repository, notebook).items()
    ]
    if links:
        context["header_buttons"].append(
            {
                "type": "group",
                "tooltip": f"Run this {what} on another machine",
                "icon": "fas fa-rocket",
                "buttons": links,
                "label": "launch-buttons",
            }
        )


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", add_buttons, priority=AFTER_THEME)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
