"""Makes nbval stricter; it is copied beside the notebooks as their `conftest.py`."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Compare pictures as well: nbval leaves PNG and JPEG out, since other machines draw others."""
    for item in items:
        skipped = item.parent.skip_compare
        item.parent.skip_compare = tuple(key for key in skipped if not key.startswith("image/"))
