"""Writes drawings in the PaintBucket-Character layout."""

import json
from pathlib import Path

import cv2
import numpy as np

from clips import LINE_COLOURS

from .character import Character
from .drawing import draw, painted
from .raster import render
from .shots import Shot


def write_shot(folder: Path, name: str, character: Character, shot: Shot, size: tuple[int, int], paint: bool) -> None:
    """`line` and `seg` of one drawing under `folder`, and `gt` if `paint`."""
    drawn = draw(render(character.parts, shot.pose, shot.camera, size), shot.style)
    rgba = character.rgba()[drawn.colours[:, 0], drawn.colours[:, 1]]
    for kind in ("line", "seg", "gt")[: 2 + paint]:
        (folder / kind).mkdir(parents=True, exist_ok=True)
    write_drawing(folder / "line" / f"{name}.png", drawn.kinds, LINE_COLOURS)
    write_labels(folder / "seg" / f"{name}.png", drawn.labels)
    listed = {str(label): colour.tolist() for label, colour in enumerate(rgba) if label}
    (folder / "seg" / f"{name}.json").write_text(json.dumps(listed, separators=(",", ":")))
    if paint:
        write_drawing(folder / "gt" / f"{name}.png", *painted(drawn, rgba))


def write_labels(path: Path, labels: np.ndarray) -> None:
    """Writes labels [height, width] as R·65536 + G·256 + B."""
    save(path, np.stack([labels & 255, labels >> 8 & 255, labels >> 16], -1).astype(np.uint8))


def write_drawing(path: Path, numbers: np.ndarray, colours: np.ndarray) -> None:
    """Writes the image of `colours` [n, 4] (RGBA) by number, [height, width]."""
    save(path, colours[:, [2, 1, 0, 3]].astype(np.uint8)[numbers])


def save(path: Path, image: np.ndarray) -> None:
    if not cv2.imwrite(str(path), image, [cv2.IMWRITE_PNG_COMPRESSION, 9]):
        raise OSError(f"{path}: cannot be written")
