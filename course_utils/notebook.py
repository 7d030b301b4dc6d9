"""Hands values from a chapter's code cells to its prose."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["glue"]

# Front ends show no output of this MIME type, and the book's builder looks for it.
_PREFIX = "application/papermill.record/"


def glue(**values: object) -> None:
    r"""Record values under their names, so that a chapter's text can show them.

    Nothing is displayed: neither on the page nor in a notebook that a student runs. Outside a
    notebook, the call does nothing.

    Parameters
    ----------
    **values
        What to record, by name. Scalars of NumPy are recorded as those of Python, so that every
        version of NumPy gives the same text; anything else as the notebook would display it, with
        its LaTeX if it has a ``_repr_latex_`` method.

    Notes
    -----
    In a chapter, ``{glue:text}`name:.4f``` shows a number with four decimals, and
    ``{glue:math} name`` shows a LaTeX representation as an equation. The format of the records is
    that of ``myst_nb.glue``, which students need not have installed.

    Examples
    --------
    >>> import numpy as np
    >>> glue(mean_loss=np.float64(0.25), best="Newton")

    See Also
    --------
    myst_nb.glue : The same for one value, given its name as a string.
    """
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is None:
        return
    for name, value in values.items():
        data, metadata = _mime_bundle(value, shell)
        shell.display_pub.publish(
            data={_PREFIX + mime: content for mime, content in data.items()},
            metadata={**metadata, "scrapbook": {"name": name, "mime_prefix": _PREFIX}},
        )


def _mime_bundle(value: object, shell: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is recorded of a value, by MIME type, and its metadata."""
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        value = value.item()
    if isinstance(value, bool | int | float | complex | str):
        return {"text/plain": repr(value)}, {}
    data, metadata = shell.display_formatter.format(value)
    return data, metadata
