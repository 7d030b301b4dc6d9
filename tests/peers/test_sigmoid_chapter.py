"""What the chapter *sigmoid* says of PyTorch and Keras. The page includes these functions."""

import os
from importlib.util import find_spec

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")
# Keras asks for TensorFlow unless told otherwise.
os.environ.setdefault("KERAS_BACKEND", "torch")
needs_keras = pytest.mark.skipif(
    find_spec("keras") is None, reason="the claim is about Keras, which is not installed"
)


def test_soft_margin_loss_takes_labels_as_signs() -> None:
    import torch
    from torch.nn import functional

    logits = torch.tensor([2.0, -1.0, 0.5]).double()
    labels = torch.tensor([1.0, 0.0, 0.0]).double()

    from_labels = functional.binary_cross_entropy_with_logits(logits, labels)
    from_signs = functional.soft_margin_loss(logits, 2 * labels - 1)
    assert torch.isclose(from_labels, from_signs, rtol=1e-12)


def test_binary_cross_entropy_of_a_sigmoid_stops_at_a_hundred() -> None:
    import torch
    from torch.nn import functional

    logit = torch.tensor([-200.0])  # sure that the answer is no, and wrong
    yes = torch.tensor([1.0])

    assert functional.binary_cross_entropy_with_logits(logit, yes) == 200
    assert functional.binary_cross_entropy(logit.sigmoid(), yes) == 100


def test_two_logits_and_one_logit_cost_the_same() -> None:
    import torch
    from torch.nn import functional

    two = torch.tensor([[1.2, -0.8], [0.3, 0.1]]).double()
    labels = torch.tensor([0, 1])

    one = two[:, 0] - two[:, 1]
    is_first = (labels == 0).double()
    of_two = functional.cross_entropy(two, labels)
    of_one = functional.binary_cross_entropy_with_logits(one, is_first)
    assert torch.isclose(of_two, of_one, rtol=1e-12)


@needs_keras
def test_keras_wants_to_be_told_of_logits() -> None:
    import numpy as np
    from keras.losses import BinaryCrossentropy

    logits, labels = np.array([[2.0], [-1.0]]), np.array([[1.0], [0.0]])
    expected = np.logaddexp(0, -(2 * labels - 1) * logits).mean()

    told = BinaryCrossentropy(from_logits=True)(labels, logits)
    assert np.isclose(float(told), expected, rtol=1e-6)

    # Taken for probabilities, 2 and -1 are clipped to 1 and 0: no loss.
    untold = BinaryCrossentropy()(labels, logits)
    assert float(untold) < 1e-5
