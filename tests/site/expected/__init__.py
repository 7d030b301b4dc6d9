"""What is expected of the moving pictures, chapter by chapter."""

from __future__ import annotations

from . import (
    kl_divergence,
)
from .picture import Picture

PICTURES: dict[str, Picture] = {
    **kl_divergence.PICTURES,
}
