"""What the chapter *margins* says of PyTorch. The page includes these functions."""

import math

import pytest

pytest.importorskip("torch", reason="the claims are about PyTorch, which is not installed")


def test_arcface_in_four_lines() -> None:
    import torch
    from torch.nn.functional import cross_entropy, linear, normalize, one_hot

    from course_utils.margins import arcface_logits

    torch.manual_seed(0)
    weights = torch.randn(3, 8)
    features = torch.randn(5, 8)
    features[0] = weights[0] = torch.eye(8)[0]  # their sine is 0
    features.requires_grad_()
    labels = torch.tensor([0, 2, 1, 1, 0])
    s, m = 16.0, 0.5

    cosines = linear(normalize(features), normalize(weights))
    sines = (1 - cosines**2).clamp(min=1e-12).sqrt()
    moved = cosines * math.cos(m) - sines * math.sin(m)
    logits = s * torch.where(one_hot(labels, 3).bool(), moved, cosines)

    cross_entropy(logits, labels).backward()
    assert features.grad is not None
    assert features.grad.isfinite().all()

    ours = arcface_logits(labels, cosines.detach(), margin=m, scale=s)
    assert torch.allclose(logits.detach(), torch.from_numpy(ours), atol=1e-5)


def test_the_arc_cosine_has_no_gradient_at_one() -> None:
    import torch

    cosine = torch.tensor([1.0, 0.5], requires_grad=True)
    torch.cos(torch.acos(cosine) + 0.5).sum().backward()

    assert cosine.grad is not None
    assert cosine.grad.isinf()[0]
    assert cosine.grad.isfinite()[1]
