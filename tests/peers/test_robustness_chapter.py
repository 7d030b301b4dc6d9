"""What the chapter *robustness* says of PyTorch and Keras. The page includes these functions."""

import os
from importlib.util import find_spec

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")
# Keras asks for TensorFlow unless told otherwise.
os.environ.setdefault("KERAS_BACKEND", "torch")
needs_keras = pytest.mark.skipif(
    find_spec("keras") is None, reason="the claim is about Keras, which is not installed"
)


def test_pytorch_has_another_hinge_loss() -> None:
    import torch
    from torch.nn.functional import multi_margin_loss

    scores = torch.tensor([[0.5, 0.0, 0.2]], dtype=torch.double)
    label = torch.tensor([0])

    # Weston and Watkins add up all rivals, and PyTorch divides by the classes.
    shortfall_of_both = [1 + 0.0 - 0.5, 1 + 0.2 - 0.5]
    theirs = multi_margin_loss(scores, label)
    assert abs(theirs - sum(shortfall_of_both) / 3) < 1e-12
    # Crammer and Singer take the best rival alone.
    ours = max(shortfall_of_both)
    assert abs(theirs - ours) > 0.2


@needs_keras
def test_keras_weights_its_focal_loss() -> None:
    import numpy as np
    from keras.losses import CategoricalFocalCrossentropy

    p = np.array([[0.6, 0.3, 0.1]])
    one_hot = np.array([[1.0, 0.0, 0.0]])
    plain = -((1 - 0.6) ** 2) * np.log(0.6)

    by_default = float(CategoricalFocalCrossentropy()(one_hot, p))
    assert np.isclose(by_default, 0.25 * plain, rtol=1e-5)
    as_here = float(CategoricalFocalCrossentropy(alpha=1.0)(one_hot, p))
    assert np.isclose(as_here, plain, rtol=1e-5)


@needs_keras
def test_keras_generalised_cross_entropy_has_another_exponent() -> None:
    import numpy as np
    from keras.losses import CategoricalGeneralizedCrossEntropy

    p = np.array([[0.6, 0.3, 0.1]])
    label = np.array([0])

    by_default = float(CategoricalGeneralizedCrossEntropy()(label, p))
    assert np.isclose(by_default, (1 - 0.6**0.5) / 0.5, rtol=1e-5)
    as_in_the_paper = float(CategoricalGeneralizedCrossEntropy(q=0.7)(label, p))
    assert np.isclose(as_in_the_paper, (1 - 0.6**0.7) / 0.7, rtol=1e-5)
