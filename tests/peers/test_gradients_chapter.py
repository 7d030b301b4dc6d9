"""What the chapter *gradients* says of PyTorch. The page includes these functions."""

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")


def test_autograd_gives_the_mean_of_p_minus_y() -> None:
    import torch
    from torch.nn.functional import cross_entropy, one_hot

    logits = torch.tensor([[2.0, 1.0, -1.0], [0.0, 0.5, 0.0]]).double()
    logits.requires_grad_()
    labels = torch.tensor([0, 2])

    cross_entropy(logits, labels).backward()  # the mean of two samples
    by_hand = (logits.softmax(dim=-1) - one_hot(labels, 3)) / 2
    assert torch.allclose(logits.grad, by_hand, rtol=1e-14)


def test_mse_loss_divides_by_the_classes_too() -> None:
    import torch
    from torch.nn.functional import mse_loss, one_hot

    logits = torch.tensor([[2.0, 1.0, -1.0], [0.0, 0.5, 0.0]]).double()
    labels = torch.tensor([0, 2])
    p, y = logits.softmax(dim=-1), one_hot(labels, 3).to(logits.dtype)

    per_sample = ((p - y) ** 2).sum(dim=-1)
    assert torch.isclose(mse_loss(p, y), per_sample.mean() / 3, rtol=1e-14)
