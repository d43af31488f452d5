"""Training examples: pairs of neighbouring drawings of a clip, as the painter sees them."""

from pathlib import Path

import numpy as np
import shiage_native
import torch
from torch.utils.data import IterableDataset, get_worker_info

from augment import Camera, augment
from clips import Sample, characters
from dacon.config import Config
from dacon.model import pool

# How far apart the drawings of a pair are, at most.
REACH = 2


class Seen:
    """What the networks are given of a drawing, by the painter's own code: a frozen backbone's maps, and poolings."""

    def __init__(self, config: Config, backbone: shiage_native.Backbone | None):
        self.config, self.backbone = config, backbone

    def look(self, sample: Sample) -> dict:
        config, line = self.config, sample.line()
        labels, count = sample.labels.astype(np.uint32), len(sample.colours) - 1
        plan = lambda grid: tuple(
            torch.from_numpy(array.astype(kind))
            for array, kind in zip(shiage_native.pooling(labels, count, grid, config.pool), (np.int64, np.int64, np.float32))
        )
        seen = {
            "square": torch.from_numpy(shiage_native.square(line, config.input)),
            "fine": plan((config.input, config.input)),
            "colours": torch.from_numpy(sample.colours[1:]),
        }
        if self.backbone:
            seen |= self.maps(line, plan)
        return seen

    def maps(self, line, plan) -> dict:
        """Pooled features of the last layer; where layers are reduced, their maps and the pooling of the result, too."""
        layers, seen = self.config.layers, {}
        if layers:
            maps = torch.from_numpy(self.backbone.layers(line, list(layers)))
            seen |= {"layers": maps, "coarse": plan((8 * maps.shape[2], 8 * maps.shape[3]))}
        last = maps[-1] if layers and layers[-1] == self.backbone.depth else torch.from_numpy(self.backbone.features(line))
        return seen | {"backbone": pool(last, plan(tuple(last.shape[1:])))}


class Pairs(IterableDataset):
    """Batches of pairs up to the last step; the same seed gives the same ones."""

    def __init__(self, args, config: Config, start: int):
        self.args, self.config, self.start = args, config, start

    def __iter__(self):
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        backbone = open_backbone(self.args)
        seen, clips = Seen(self.config, backbone), [clip for one in characters(self.args.train) for clip in one.clips]
        for step in range(self.start + worker, self.args.steps, workers):
            rng = np.random.default_rng([self.args.seed, step])
            yield [pair(clips, seen, rng) for _ in range(self.args.batch)]


def open_backbone(args) -> shiage_native.Backbone | None:
    """The backbone that the command line names, on its device."""
    return shiage_native.Backbone(Path(args.backbone), args.heads, args.backbone_device) if args.backbone else None


def pair(clips, seen: Seen, rng: np.random.Generator) -> tuple[dict, dict]:
    """Two drawings of a random clip, through one camera, each with a small motion and bend of its own."""
    clip = clips[rng.integers(len(clips))]
    target = int(rng.integers(len(clip)))
    near = [at for at in range(target - REACH, target + REACH + 1) if 0 <= at < len(clip) and at != target]
    reference = int(rng.choice(near)) if near else target
    camera = Camera.random(rng, close=True)
    return tuple(seen.look(augment(clip[at].sample, camera, rng)) for at in (target, reference))
