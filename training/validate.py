"""Accuracy on clips the model was not trained on, in the ways drawings are painted."""

from pathlib import Path

import torch

from clips import characters
from examples import look, tensors
from model import place

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
            embed = lambda items: [model.embed([place(tensors, device)])[0] for _, tensors, _ in items]
            sheet_rows = embed(sheets)
            rows = dict(zip(drawings, embed(drawings.values())))
            for n in numbers:
                target = drawings[n]
                scores = lambda reference, row: model.compare(
                    rows[n], row, torch.from_numpy(target[0].pair_cues(reference[0])).to(device)
                )[-1].cpu()
                by_sheet = [scores(sheet, row) for sheet, row in zip(sheets, sheet_rows)]
                previous, first = scores(drawings[n - 1], rows[n - 1]), scores(drawings[0], rows[0])
                for mode, used, references in (
                    (MODES[0], [previous], [drawings[n - 1]]),
                    (MODES[1], [first, *by_sheet], [drawings[0], *sheets]),
                    (MODES[2], by_sheet, sheets),
                ):
                    results[mode].append(judge(used, target, references))
        model.train()
        return {mode: torch.tensor(rows).mean(0).tolist() for mode, rows in results.items()}


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
