"""What the chapter *temperature* says of PyTorch. The page includes these functions."""

import os

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")
# Keras asks for TensorFlow unless told otherwise.
os.environ.setdefault("KERAS_BACKEND", "torch")


def test_gumbel_softmax_is_hard_forwards_and_soft_backwards() -> None:
    import torch
    from torch.nn.functional import gumbel_softmax

    torch.manual_seed(0)
    logits = torch.tensor([2.0, 1.0, -1.0], requires_grad=True)
    choice = gumbel_softmax(logits, tau=0.5, hard=True)
    assert sorted(choice.detach().round(decimals=6).tolist()) == [0, 0, 1]

    prices = torch.tensor([1.0, 2.0, 4.0])
    (choice * prices).sum().backward()
    assert logits.grad.abs().max() > 0


def test_argmax_has_no_gradient() -> None:
    import torch

    logits = torch.tensor([2.0, 1.0, -1.0], requires_grad=True)
    assert not logits.argmax().requires_grad


def test_straight_through_passes_on_the_gradient_of_softmax() -> None:
    import torch
    from torch.nn.functional import one_hot

    prices = torch.tensor([1.0, 2.0, 4.0])
    logits = torch.tensor([2.0, 1.0, -1.0], requires_grad=True)
    soft = logits.softmax(dim=-1)
    hard = one_hot(logits.argmax(), 3)

    straight_through = hard + soft - soft.detach()  # worth `hard`, slope of `soft`
    (straight_through * prices).sum().backward()
    through = logits.grad.clone()

    logits.grad = None
    (logits.softmax(dim=-1) * prices).sum().backward()
    assert torch.allclose(through, logits.grad)


def test_no_softmax_of_the_libraries_has_a_temperature() -> None:
    import inspect
    from importlib.util import find_spec

    import scipy.special
    import torch

    functions = [scipy.special.softmax, torch.nn.functional.softmax]
    if find_spec("keras") is not None:
        import keras

        functions.append(keras.ops.softmax)
    for function in functions:
        assert not {"temperature", "tau", "T"} & set(inspect.signature(function).parameters)


def test_tau_of_gumbel_softmax_divides() -> None:
    import torch
    from torch.nn.functional import gumbel_softmax

    differences = {}
    for tau in (1.0, 2.0):
        torch.manual_seed(0)  # the same noise
        p = gumbel_softmax(torch.tensor([2.0, 1.0, -1.0]).double(), tau=tau)
        differences[tau] = p.log().diff()
    assert torch.allclose(differences[1.0], 2 * differences[2.0])
