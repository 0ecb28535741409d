"""The losses of sequence models. Logits hold the positive first, then its negatives; `real` is false in padded slots."""

import torch
from torch import Tensor
from torch.nn import functional

EPSILON = 1e-10


def generalised_positive(logits: Tensor, items: int, negatives: int, calibration: float) -> Tensor:
    """The positive logit that makes binary cross-entropy the generalised one, in f64."""
    sampled = negatives / (items - 1)
    beta = sampled * (calibration * (1 - 1 / sampled) + 1 / sampled)
    largest = torch.finfo(torch.float64).max
    probability = logits.double().sigmoid().clamp(EPSILON, 1 - EPSILON)
    inverse = probability.pow(-beta).clamp(1 + EPSILON, largest)
    return (1 / (inverse - 1)).clamp(EPSILON, largest).log()


def gbce(logits: Tensor, real: Tensor, items: int, calibration: float) -> Tensor:
    positive = generalised_positive(logits[..., :1], items, logits.size(-1) - 1, calibration)
    right = torch.cat([positive, -logits[..., 1:].double()], -1)
    return mean_of_real(-functional.logsigmoid(right).mean(-1), real)


def sampled_softmax(logits: Tensor, real: Tensor) -> Tensor:
    """Cross-entropy of the positive among itself and its negatives, whichever they are."""
    return mean_of_real(logits.logsumexp(-1) - logits[..., 0], real)


def full_softmax(scores: Tensor, targets: Tensor, real: Tensor) -> Tensor:
    """Cross-entropy over items 1 to N: `scores` has a column for each, and none for 0 and padding."""
    positive = scores.gather(-1, (targets - 1).where(real, 0).unsqueeze(-1)).squeeze(-1)
    return mean_of_real(scores.logsumexp(-1) - positive, real)


def mean_of_real(losses: Tensor, real: Tensor) -> Tensor:
    return (losses * real).sum() / real.sum()
