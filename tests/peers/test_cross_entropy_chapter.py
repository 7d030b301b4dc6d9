"""What the chapter *cross-entropy* says of PyTorch. The page includes these functions."""

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")


def test_nll_loss_takes_logarithms_and_trusts_them() -> None:
    import torch
    from torch.nn.functional import nll_loss

    model_b = torch.tensor([[0.1, 0.2, 0.7], [0.1, 0.7, 0.2], [0.3, 0.4, 0.3]])
    labels = torch.tensor([2, 1, 0])

    assert round(nll_loss(model_b.log(), labels).item(), 4) == 0.6391
    # Given the probabilities themselves, it averages them and changes the sign.
    assert round(nll_loss(model_b, labels).item(), 4) == -0.5667


def test_binary_cross_entropy_cuts_the_logarithm_off() -> None:
    import torch
    from torch.nn.functional import binary_cross_entropy, nll_loss

    yes = torch.ones(2, dtype=torch.float64)
    too_small = torch.tensor([1e-50, 0.0], dtype=torch.float64)

    cut_off = binary_cross_entropy(too_small, yes, reduction="none")
    assert cut_off.tolist() == [100.0, 100.0]  # not 115.1 and inf

    both_classes = torch.stack([1 - too_small, too_small], dim=-1)
    as_it_is = nll_loss(both_classes.log(), yes.long(), reduction="none")
    assert round(as_it_is[0].item(), 1) == 115.1
    assert as_it_is[1] == torch.inf
