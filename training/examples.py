"""Training examples: drawings of one character, the pairs to compare, and which references paint which target."""

from pathlib import Path

import cv2
import numpy as np
import shiage_native
import torch
from torch.utils.data import IterableDataset, get_worker_info

from augment import Camera, augment
from batch import collate, couple
from clips import Character, Sample, characters
from model import Config

# How far the neighbour in the clip is, and how often.
STEPS, STEP_SHARES = (1, 2, 3), (0.55, 0.3, 0.15)
SHEETS = 3


def look(sample: Sample, config: Config) -> shiage_native.Drawing:
    """The drawing as the painter measures it."""
    count = len(sample.colours) - 1
    grids = [(config.input // config.shuffle) >> level for level in range(len(config.widths))]
    return shiage_native.Drawing(sample.line(), sample.labels.astype(np.uint32), count, config.input, grids)


def tensors(seen: shiage_native.Drawing, colours: np.ndarray) -> dict:
    """What the model is given of a drawing, and the colours of its segments."""
    plan = lambda arrays: tuple(torch.from_numpy(a.astype(t)) for a, t in zip(arrays, (np.int64, np.int64, np.float32)))
    return {
        "ink": torch.from_numpy(seen.ink()),
        "pooling": [plan(arrays) for arrays in seen.pooling()],
        "description": torch.from_numpy(seen.description()),
        "contact": torch.from_numpy(seen.relations()),
        "colours": torch.from_numpy(colours[1:]),
    }


class Examples(IterableDataset):
    """Endless examples from number `first` on, from each data set as many; the same seed gives the same ones."""

    def __init__(self, roots: list[Path | None], config: Config, seed: int, first: int):
        self.roots = [root for root in roots if root]
        self.config, self.seed, self.first = config, seed, first

    def __iter__(self):
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        torch.set_num_threads(1)
        cv2.setNumThreads(1)
        sets = [characters(root) for root in self.roots]
        # Characters count by the root of their clips, so that those of one family do not drown the others.
        shares = [np.array([len(character.clips) ** 0.5 for character in found]) for found in sets]
        number = self.first + worker
        while True:
            rng = np.random.default_rng([self.seed, number])
            which = rng.integers(len(sets))
            chosen = rng.choice(len(sets[which]), p=shares[which] / shares[which].sum())
            yield example(sets[which][chosen], self.config, rng)
            number += workers


def example(character: Character, config: Config, rng: np.random.Generator) -> tuple[dict, list]:
    """A batch of two neighbours and a far drawing of one clip, with some sheets; and five tasks (target, pairs)."""
    clip = character.clips[rng.integers(len(character.clips))]
    at = int(rng.integers(len(clip)))
    beside = at + int(rng.choice(STEPS, p=STEP_SHARES)) * int(rng.choice([-1, 1]))
    beside = min(max(beside, 0), len(clip) - 1)
    far = 0 if rng.random() < 0.5 else int(rng.integers(len(clip)))
    camera = Camera.random(rng, close=True)
    samples = [augment(clip[index].sample, camera, rng) for index in (at, beside, far)]
    sheets = rng.permutation(len(character.sheets))[:SHEETS]
    for index in sheets:
        samples.append(augment(character.sheets[index].sample, Camera.random(rng, close=False), rng))
    seen = [look(sample, config) for sample in samples]
    sheet_numbers = list(range(3, len(samples)))
    pairs = [(0, 1), (0, 2), *((0, n) for n in sheet_numbers), *((1, n) for n in sheet_numbers)]
    first = list(range(2, 2 + len(sheet_numbers)))
    second = list(range(2 + len(sheet_numbers), len(pairs)))
    batch = collate([tensors(s, sample.colours) for s, sample in zip(seen, samples)])
    # Previous drawing; first drawing and sheets; sheets alone, twice; everything.
    tasks = [(0, [0]), (0, [1, *first]), (0, first), (1, second), (0, [0, 1, *first])]
    coupled = couple([(a, b, torch.from_numpy(seen[a].pair_cues(seen[b]))) for a, b in pairs], batch["mask"].shape[1])
    return batch | coupled, tasks
