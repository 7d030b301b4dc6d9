"""Lets the front page link to the PDF of the book when one is being made.

``make pdf`` sets ``BOOK_PDF``; then the book has the tag ``pdf``, and shows what stands in
``{only} pdf``. A plain build makes no PDF, and must not promise one.
"""

from __future__ import annotations

import os
from typing import Any

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    if os.environ.get("BOOK_PDF"):
        app.tags.add("pdf")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
