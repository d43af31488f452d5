"""DACoN's losses on one pair of drawings."""

import torch.nn.functional as F

from loss import colour_log_likelihood

# Of cosines, before softmax.
TEMPERATURE = 0.1
MATCHING, CONSISTENCY = 0.5, 0.2


def pair_losses(similarities, target, reference):
    """Matching and consistency, each weighted, their sum being the loss.

    Matching is cross-entropy over colours: the softmax over the reference's segments is to fall on those of the right
    colour; target segments whose colour the reference has not are left out. Consistency is the mean absolute difference
    from the similarities of the frozen backbone's own features.
    """
    scores = similarities / TEMPERATURE
    likelihood, known = colour_log_likelihood(scores, target["colours"], reference["colours"])
    matching = -(likelihood * known).sum() / known.sum().clamp(min=1)
    if "backbone" not in target:
        return MATCHING * matching, 0.0 * matching
    own, other = (F.normalize(drawing["backbone"], dim=-1) for drawing in (target, reference))
    consistency = (scores - own @ other.t() / TEMPERATURE).abs().mean()
    return MATCHING * matching, CONSISTENCY * consistency
