"""Cross-entropy over colours: the softmax over all reference segments is to fall on segments of the right colour."""

import torch

from model import NEVER

# How much each pass counts.
PASS_SHARES = (0.2, 0.3, 1.0)


def colour_log_likelihood(scores, target_colours, reference_colours):
    """Log probability of the right colour for each target segment, and which segments have one at all."""
    right = target_colours[:, None] == reference_colours[None]
    known = right.any(1)
    matching = scores.masked_fill(~right, -1e9).logsumexp(1)
    return matching - scores.logsumexp(1), known


def segment_weights(description, mask):
    """`[drawings, segments]`: half of the weight alike, half by the root of the area, as pictures are judged both ways."""
    root = (2 * description[..., 4]).exp() * mask
    return 0.5 * mask / mask.sum(-1, keepdim=True) + 0.5 * root / root.sum(-1, keepdim=True)


def weighted(likelihood, weight):
    return (likelihood * weight).sum() / weight.sum().clamp(min=1e-6)


def step_loss(compared, batch, tasks):
    """Loss of one example; `compared` has the scores of every pass for each pair."""
    weights = segment_weights(batch["description"], batch["mask"])
    total, tasks = 0.0, [task for task in tasks if task[1]]
    for target, numbers in tasks:
        # Padding of a reference has no colour: -1 is none that a target's segments are asked for.
        colours = batch["colours"][batch["references"][numbers]].flatten()
        for level, share in enumerate(PASS_SHARES):
            scores = compared[level][numbers].transpose(0, 1).flatten(1)
            likelihood, known = colour_log_likelihood(scores, batch["colours"][target], colours)
            total = total - share * weighted(likelihood, weights[target] * known)
    return total / len(tasks)


def rows_loss(model, rows, batch):
    """The same for the segments' rows alone, each drawing painted from all others of the example.

    Without it the cues, which are good from the start, leave the U-Net little to learn.
    """
    count = len(rows)
    scores = model.scores[0].alike(rows[:, None], rows[None])
    others = ~torch.eye(count, dtype=torch.bool, device=rows.device)[:, :, None] & batch["mask"][None]
    scores = scores.masked_fill(~others[:, :, None], NEVER).transpose(1, 2).flatten(2)
    weights = segment_weights(batch["description"], batch["mask"])
    total = 0.0
    for target in range(count):
        colours = torch.where(others[target], batch["colours"], -1).flatten()
        likelihood, known = colour_log_likelihood(scores[target], batch["colours"][target], colours)
        total = total - weighted(likelihood, weights[target] * known)
    return total / count
