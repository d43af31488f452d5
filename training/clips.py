"""Reads a data set in the PaintBucket-Character layout: line drawings, label images, colours, design sheets."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

CLIP_INTERVAL = 20

# What a pixel of a line drawing is.
PAPER, INK, SHADOW_TRACE, HIGHLIGHT_TRACE = range(4)
LINE_COLOURS = np.array([[255, 255, 255, 0], [0, 0, 0, 255], [0, 0, 255, 255], [255, 0, 0, 255]], np.uint8)


@dataclass
class Sample:
    """One drawing: kinds of pixels, labels (0 is line), and a number for the colour of each label."""

    kinds: np.ndarray
    labels: np.ndarray
    colours: np.ndarray

    def line(self):
        """The line drawing as RGBA bytes."""
        return LINE_COLOURS.take(self.kinds, axis=0)


# Drawings that are kept once read: about 2 MB each.
KEPT = 2500


class Drawing:
    """A drawing of a data set, read when it is asked for."""

    def __init__(self, folder: Path, name: str):
        self.line = folder / "line" / f"{name}.png"
        self.seg = folder / "seg" / f"{name}.png"

    @property
    def sample(self) -> Sample:
        return read(self.line, self.seg)


@lru_cache(KEPT)
def read(line_file: Path, seg_file: Path) -> Sample:
    """A line drawing with its label image and the colours beside that."""
    line = cv2.imread(str(line_file), cv2.IMREAD_UNCHANGED)
    blue, _, red, alpha = (line[..., channel] for channel in range(4))
    kinds = np.where(alpha > 0, INK, PAPER).astype(np.uint8)
    kinds[(alpha > 0) & (blue > 127)] = SHADOW_TRACE
    kinds[(alpha > 0) & (red > 127)] = HIGHLIGHT_TRACE
    seg = cv2.imread(str(seg_file)).astype(np.uint32)
    labels = (seg[..., 2] << 16) | (seg[..., 1] << 8) | seg[..., 0]
    listed = json.loads(seg_file.with_suffix(".json").read_text())
    colours = np.full(int(labels.max()) + 1, -1, np.int64)
    for label, (r, g, b, a) in listed.items():
        # Every transparent colour is the background.
        colours[int(label)] = (r << 16 | g << 8 | b) if a else 1 << 24
    return Sample(kinds, labels.astype(np.uint16), colours)


@dataclass
class Character:
    """Clips and design sheets of one character."""

    name: str
    clips: list[list[Drawing]]
    sheets: list[Drawing]


def names(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / "seg").glob("*.png"))


def characters(root: Path) -> list[Character]:
    """All characters under `root`; `NAME_2` holds more clips of `NAME`."""
    found: dict[str, Character] = {}
    for folder in sorted(path for path in root.iterdir() if (path / "seg").is_dir()):
        name = folder.name.removesuffix("_2")
        character = found.setdefault(name, Character(name, [], []))
        drawings = [Drawing(folder, stem) for stem in names(folder)]
        character.clips += [drawings[i : i + CLIP_INTERVAL] for i in range(0, len(drawings), CLIP_INTERVAL)]
        if not character.sheets and (folder / "ref").is_dir():
            character.sheets = [Drawing(folder / "ref", stem) for stem in names(folder / "ref")]
    return list(found.values())
