"""What training makes small: the distance to the labels, as far as they are known, and to a teacher's answers."""

from __future__ import annotations

import torch

from nli.training.examples import TARGETS, allowed


def target_loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean negative log of the summed probability of the labels that each target leaves possible.

    Args:
        logits: shape (pairs, labels), in the order of `LABELS`.
        targets: shape (pairs,), positions in `TARGETS`.
    """
    possible = torch.tensor([allowed(target) for target in TARGETS], device=targets.device)[targets]
    logits = logits.float()
    return (logits.logsumexp(-1) - logits.masked_fill(~possible, float("-inf")).logsumexp(-1)).mean()


def teacher_loss(logits: torch.Tensor, teacher: torch.Tensor, temperature: float) -> torch.Tensor:
    """Mean Kullback-Leibler divergence of the answers from the teacher's, both softened by the temperature.

    It is multiplied by the square of the temperature, so that gradients keep their size whatever that is.

    Args:
        logits: shape (pairs, labels).
        teacher: the teacher's logits, likewise.
        temperature: what both are divided by; above 0.

    Source: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network" (2015).
    """
    ours = torch.log_softmax(logits.float() / temperature, -1)
    theirs = torch.log_softmax(teacher.float() / temperature, -1)
    return torch.nn.functional.kl_div(ours, theirs, reduction="batchmean", log_target=True) * temperature**2
