"""Accuracy on clips the model was not trained on, in the ways drawings are painted."""

from pathlib import Path

import torch

from batch import collate, place
from clips import characters
from examples import look, tensors

MODES = ("previous-frame", "first-frame+sheets", "keyframe")


class Validation:
    """Every `stride`-th drawing of every clip under `root`."""

    def __init__(self, root: Path, config, stride: int):
        self.clips = []
        for character in characters(root):
            sheets = [self.prepare(drawing, config) for drawing in character.sheets]
            for clip in character.clips:
                numbers = range(1 + stride // 2, len(clip), stride)
                used = sorted({0, *numbers, *(n - 1 for n in numbers)})
                self.clips.append((sheets, {n: self.prepare(clip[n], config) for n in used}, list(numbers)))

    @staticmethod
    def prepare(drawing, config):
        sample = drawing.sample
        areas = torch.bincount(torch.from_numpy(sample.labels.ravel().astype("int64")), minlength=len(sample.colours))
        seen = look(sample, config)
        return seen, tensors(seen, sample.colours), areas[1:]

    @torch.no_grad()
    def run(self, model):
        """Shares of segments and of foreground pixels for each mode, mean over drawings."""
        model.eval()
        device = next(model.parameters()).device
        results = {mode: [] for mode in MODES}
        for sheets, drawings, numbers in self.clips:
            for n in numbers:
                target, previous, first = drawings[n], drawings[n - 1], drawings[0]
                seen = [target, previous, first, *sheets]
                pairs = [(0, at, torch.from_numpy(target[0].pair_cues(other[0]))) for at, other in enumerate(seen) if at]
                batch = place(collate([given for _, given, _ in seen], pairs), device)
                scores = model.compare(*model.embed(batch), batch)[-1].cpu()
                for mode, used in zip(MODES, ([0], range(1, len(pairs)), range(2, len(pairs)))):
                    references = [seen[1 + number] for number in used]
                    results[mode].append(judge([cut(scores[number], target, seen[1 + number]) for number in used], target, references))
        model.train()
        return {mode: torch.tensor(rows).mean(0).tolist() for mode, rows in results.items()}


def cut(scores, target, reference):
    """Without padding."""
    return scores[: len(target[1]["colours"]), : len(reference[1]["colours"])]


def judge(scores, target, references):
    """Share of segments right, share of foreground pixels right."""
    colours = torch.cat([tensors["colours"] for _, tensors, _ in references])
    painted = vote(torch.cat(scores, 1), colours)
    right = painted == target[1]["colours"]
    ink = target[1]["colours"] != 1 << 24
    foreground = target[2] * (ink | (painted != 1 << 24))
    return right.float().mean().item(), ((right * foreground).sum() / foreground.sum().clamp(min=1)).item()


def vote(scores, colours):
    """The colour with most of the softmax over all reference segments."""
    palette, index = colours.unique(return_inverse=True)
    votes = torch.zeros(len(scores), len(palette)).index_add(1, index, scores.softmax(1))
    return palette[votes.argmax(1)]
