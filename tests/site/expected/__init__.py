"""What is expected of the moving pictures, chapter by chapter."""

from __future__ import annotations

from . import (
    calibration,
    convexity,
    cross_entropy,
    gradients,
    information,
    kl_divergence,
    likelihood,
    margins,
    regression,
    robustness,
    sigmoid,
    soft_labels,
    soft_likelihood,
    softmax,
    temperature,
)
from .picture import Picture

PICTURES: dict[str, Picture] = {
    **calibration.PICTURES,
    **convexity.PICTURES,
    **cross_entropy.PICTURES,
    **gradients.PICTURES,
    **information.PICTURES,
    **kl_divergence.PICTURES,
    **likelihood.PICTURES,
    **margins.PICTURES,
    **regression.PICTURES,
    **robustness.PICTURES,
    **sigmoid.PICTURES,
    **soft_labels.PICTURES,
    **soft_likelihood.PICTURES,
    **softmax.PICTURES,
    **temperature.PICTURES,
}
