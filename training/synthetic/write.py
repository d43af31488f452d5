"""Writes drawings in the PaintBucket-Character layout."""

import json
from pathlib import Path

import cv2
import numpy as np

from .character import Character
from .drawing import LINE_COLOURS, draw, painted
from .raster import render
from .shots import Shot

PNG = [cv2.IMWRITE_PNG_COMPRESSION, 9]


def write_drawing(folder: Path, name: str, character: Character, shot: Shot, size: tuple[int, int]) -> None:
    """`line`, `gt` and `seg` of one drawing under `folder`."""
    drawn = draw(render(character.parts, shot.pose, shot.camera, size), shot.style)
    rgba = character.rgba()[drawn.colours[:, 0], drawn.colours[:, 1]]
    labels = drawn.labels
    seg = np.stack([labels >> 16, labels >> 8 & 255, labels & 255], -1).astype(np.uint8)
    for kind, image in (("line", LINE_COLOURS[drawn.kinds]), ("gt", painted(drawn, rgba)), ("seg", seg)):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        order = [2, 1, 0, 3][: image.shape[2]]
        if not cv2.imwrite(str(folder / kind / f"{name}.png"), image[..., order], PNG):
            raise OSError(f"cannot write {folder / kind / name}.png")
    listed = {str(number): rgba[number].tolist() for number in range(1, len(rgba))}
    (folder / "seg" / f"{name}.json").write_text(json.dumps(listed, separators=(",", ":")))
