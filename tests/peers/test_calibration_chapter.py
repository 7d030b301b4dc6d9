"""What the chapter *calibration* says of PyTorch and Keras. The page includes these functions."""

import os
from importlib.util import find_spec

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")
# Keras asks for TensorFlow unless told otherwise.
os.environ.setdefault("KERAS_BACKEND", "torch")
needs_keras = pytest.mark.skipif(
    find_spec("keras") is None, reason="the claim is about Keras, which is not installed"
)


def test_pytorch_fits_the_inverse_temperature() -> None:
    import math

    import torch
    from torch.nn.functional import cross_entropy

    logits = torch.tensor([[4.0, 0.0]] * 4).double()
    labels = torch.tensor([0, 0, 0, 1])  # three of four are right

    beta = torch.ones((), dtype=torch.double, requires_grad=True)
    search = torch.optim.LBFGS(
        [beta],
        max_iter=100,
        tolerance_grad=1e-12,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )

    def closure() -> torch.Tensor:
        search.zero_grad()
        loss = cross_entropy(beta * logits, labels)
        loss.backward()
        return loss

    search.step(closure)
    assert abs(1 / beta.item() - 4 / math.log(3)) < 1e-6


@needs_keras
def test_keras_takes_scaled_logits() -> None:
    import numpy as np
    from keras.losses import CategoricalCrossentropy

    loss = CategoricalCrossentropy(from_logits=True)
    logits = np.array([[4.0, 0.0]] * 4)
    one_hot = np.eye(2)[[0, 0, 0, 1]]
    best = 4 / np.log(3)

    at_best = float(loss(one_hot, logits / best))
    assert at_best < float(loss(one_hot, logits / (best - 0.1)))
    assert at_best < float(loss(one_hot, logits / (best + 0.1)))
