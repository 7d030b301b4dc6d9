"""What the chapter *softmax* says of PyTorch. The page includes these functions."""

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")


def test_cross_entropy_is_log_softmax_and_nll_loss() -> None:
    import torch
    from torch.nn.functional import cross_entropy, log_softmax, nll_loss

    logits = torch.tensor([[10.0, 0.0, -10.0], [8.0, 8.0, 8.0]], dtype=torch.float64)
    labels = torch.tensor([0, 2])

    in_one = cross_entropy(logits, labels)
    in_two = nll_loss(log_softmax(logits, dim=-1), labels)
    assert torch.equal(in_one, in_two)


def test_softmax_before_cross_entropy_flattens_the_loss() -> None:
    import torch
    from torch.nn.functional import cross_entropy

    certain = torch.tensor([[100.0, 0.0, 0.0]])  # as sure as can be, and right
    label = torch.tensor([0])

    assert cross_entropy(certain, label) == 0.0
    mistaken = cross_entropy(certain.softmax(dim=-1), label)
    assert torch.isclose(mistaken, torch.log(1 + 2 * torch.exp(torch.tensor(-1.0))))
    assert mistaken > 0.5
