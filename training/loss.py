"""Cross-entropy over colours: the softmax over all reference segments is to fall on segments of the right colour."""

import torch

# How much each pass counts.
PASS_SHARES = (0.2, 0.3, 1.0)


def colour_log_likelihood(scores, target_colours, reference_colours):
    """Log probability of the right colour for each target segment, and which segments have one at all."""
    right = target_colours[:, None] == reference_colours[None]
    known = right.any(1)
    matching = scores.masked_fill(~right, -1e9).logsumexp(1)
    return matching - scores.logsumexp(1), known


def segment_weights(description):
    """Half of the weight alike, half by the root of the area, as pictures are judged both ways."""
    root = (2 * description[:, 4]).exp()
    return 0.5 / len(root) + 0.5 * root / root.sum()


def step_loss(compared, step):
    """Loss of one step; `compared` has the scores of every pass for each pair."""
    total, tasks = 0.0, 0
    for target, numbers in step["tasks"]:
        if not numbers:
            continue
        drawing = step["drawings"][target]
        colours = torch.cat([step["drawings"][step["pairs"][n][1]]["colours"] for n in numbers])
        weights = segment_weights(drawing["description"])
        for level, share in enumerate(PASS_SHARES):
            scores = torch.cat([compared[n][level] for n in numbers], 1)
            likelihood, known = colour_log_likelihood(scores, drawing["colours"], colours)
            weight = weights * known
            total = total - share * (likelihood * weight).sum() / weight.sum().clamp(min=1e-6)
        tasks += 1
    return total / tasks


def rows_loss(model, embedded, step):
    """The same for the segments' rows alone, each drawing painted from all others of the step.

    Without it the cues, which are good from the start, leave the U-Net little to learn.
    """
    total, score = 0.0, model.scores[0]
    for target, drawing in enumerate(step["drawings"]):
        others = [n for n in range(len(step["drawings"])) if n != target]
        scores = torch.cat([score.alike(embedded[target][0], embedded[n][0]) for n in others], 1)
        colours = torch.cat([step["drawings"][n]["colours"] for n in others])
        likelihood, known = colour_log_likelihood(scores, drawing["colours"], colours)
        weight = segment_weights(drawing["description"]) * known
        total = total - (likelihood * weight).sum() / weight.sum().clamp(min=1e-6)
    return total / len(step["drawings"])
