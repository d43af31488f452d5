"""Accuracy on clips the model was not trained on, in the ways drawings are painted."""

from pathlib import Path

import torch

from batch import collate, couple, place
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
            seen = [*drawings.values(), *sheets]
            at = {n: index for index, n in enumerate(drawings)}
            by_sheet = range(len(drawings), len(seen))
            batch = place(collate([given for _, given, _ in seen]), device)
            rows, relations = model.embed(batch)
            for n in numbers:
                target, others = seen[at[n]], [at[n - 1], at[0], *by_sheet]
                pairs = [(at[n], other, torch.from_numpy(target[0].pair_cues(seen[other][0]))) for other in others]
                coupled = place(couple(pairs, rows.shape[1]), device)
                scores = model.compare(rows, relations, batch | coupled)[-1].cpu()
                for mode, used in zip(MODES, (slice(1), slice(1, None), slice(2, None))):
                    references = [seen[other] for other in others[used]]
                    cuts = [cut(score, target, reference) for score, reference in zip(scores[used], references)]
                    results[mode].append(judge(cuts, target, references))
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
