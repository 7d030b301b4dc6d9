"""What the chapter *soft_likelihood* says of PyTorch and Keras. The page includes one of these."""

import os
from importlib.util import find_spec

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")
os.environ.setdefault("KERAS_BACKEND", "torch")
needs_keras = pytest.mark.skipif(
    find_spec("keras") is None, reason="the claim is about Keras, which is not installed"
)


def test_loss_of_drawn_labels_tends_to_that_of_the_soft_label() -> None:
    import torch
    from torch.distributions import Categorical
    from torch.nn.functional import cross_entropy

    torch.manual_seed(0)
    soft = torch.tensor([0.55, 0.45]).double()
    logits = torch.tensor([0.75, 0.25]).double().log()

    limit = cross_entropy(logits, soft)
    labels = Categorical(soft).sample((100_000,))
    losses = cross_entropy(logits.expand(100_000, 2), labels, reduction="none")
    standard_error = losses.std() / 100_000**0.5
    assert abs(losses.mean() - limit) < 4 * standard_error


@needs_keras
def test_keras_has_a_loss_for_soft_and_one_for_drawn_labels() -> None:
    import numpy as np
    from keras.losses import CategoricalCrossentropy, SparseCategoricalCrossentropy

    q = np.array([[0.75, 0.25]])
    soft = np.array([[0.55, 0.45]])
    by_label = [float(SparseCategoricalCrossentropy()(np.array([k]), q)) for k in (0, 1)]
    limit = float(CategoricalCrossentropy()(soft, q))
    # Single precision.
    assert np.isclose(limit, soft[0] @ by_label, rtol=1e-6)
