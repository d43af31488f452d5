"""Writes drawings in the PaintBucket-Character layout."""

import json
from pathlib import Path

import numpy as np

from .character import Character
from .drawing import LINE_COLOURS, draw, painted
from .png import write
from .raster import render
from .shots import Shot


def write_drawing(
    folder: Path, name: str, character: Character, shot: Shot, size: tuple[int, int], paint: bool
) -> None:
    """`line` and `seg` of one drawing under `folder`, and `gt` if `paint`."""
    drawn = draw(render(character.parts, shot.pose, shot.camera, size), shot.style)
    rgba = character.rgba()[drawn.colours[:, 0], drawn.colours[:, 1]]
    for kind in ("line", "seg", "gt")[: 2 + paint]:
        (folder / kind).mkdir(parents=True, exist_ok=True)
    write(folder / "line" / f"{name}.png", drawn.kinds, LINE_COLOURS)
    labels = np.arange(len(rgba))
    write(
        folder / "seg" / f"{name}.png",
        drawn.labels,
        np.stack([labels >> 16, labels >> 8 & 255, labels & 255], -1).astype(np.uint8),
    )
    listed = {str(label): rgba[label].tolist() for label in labels[1:]}
    (folder / "seg" / f"{name}.json").write_text(json.dumps(listed, separators=(",", ":")))
    if paint:
        write(folder / "gt" / f"{name}.png", *painted(drawn, rgba))
