"""What the chapter *softmax* says of PyTorch and Keras. The page includes these functions."""

import os
from importlib.util import find_spec

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")
# Keras asks for TensorFlow unless told otherwise.
os.environ.setdefault("KERAS_BACKEND", "torch")
needs_keras = pytest.mark.skipif(
    find_spec("keras") is None, reason="the claim is about Keras, which is not installed"
)


def test_cross_entropy_is_log_softmax_and_nll_loss() -> None:
    import torch
    from torch.nn.functional import cross_entropy, log_softmax, nll_loss

    logits = torch.tensor([[10.0, 0.0, -10.0], [8.0, 8.0, 8.0]]).double()
    labels = torch.tensor([0, 2])

    in_one = cross_entropy(logits, labels)
    in_two = nll_loss(log_softmax(logits, dim=-1), labels)
    assert torch.equal(in_one, in_two)


def test_softmax_before_cross_entropy_flattens_the_loss() -> None:
    import math

    import torch
    from torch.nn.functional import cross_entropy

    certain = torch.tensor([[100.0, 0.0, 0.0]])  # as sure as can be, and right
    label = torch.tensor([0])

    assert cross_entropy(certain, label) == 0.0
    mistaken = cross_entropy(certain.softmax(dim=-1), label)
    assert abs(mistaken - math.log(1 + 2 / math.e)) < 1e-6


@needs_keras
def test_keras_takes_logits_or_probabilities() -> None:
    import numpy as np
    from keras.losses import CategoricalCrossentropy

    of_logits = CategoricalCrossentropy(from_logits=True)
    of_probabilities = CategoricalCrossentropy()

    logits = np.array([[2.0, 1.0, -1.0]])
    probabilities = np.exp(logits) / np.exp(logits).sum()
    one_hot = np.array([[1.0, 0.0, 0.0]])
    both = of_logits(one_hot, logits), of_probabilities(one_hot, probabilities)
    assert np.isclose(float(both[0]), float(both[1]), rtol=1e-6)

    # Far out, only the first still knows the loss: the second clips.
    wrong_class = np.array([[0.0, 1.0]])
    from_logits = of_logits(wrong_class, np.array([[100.0, 0.0]]))
    from_probabilities = of_probabilities(wrong_class, np.array([[1.0, 0.0]]))
    assert np.isclose(float(from_logits), 100.0)
    assert float(from_probabilities) < 17
