"""What is expected of the moving pictures, chapter by chapter."""

from __future__ import annotations

from . import (
    calibration,
    convexity,
    gradients,
    information,
    kl_divergence,
    regression,
    soft_labels,
)
from .picture import Picture

PICTURES: dict[str, Picture] = {
    **calibration.PICTURES,
    **convexity.PICTURES,
    **gradients.PICTURES,
    **information.PICTURES,
    **kl_divergence.PICTURES,
    **regression.PICTURES,
    **soft_labels.PICTURES,
}
