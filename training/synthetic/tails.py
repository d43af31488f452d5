"""Hair that hangs from the head: tails, braids, buns, a curtain around the back."""

from collections.abc import Callable

import numpy as np

from .face import Skull
from .kit import Kit
from .surface import Pose, tube, unit
from .textures import plain

TAIL = np.array([0.3, 0.75, 1, 1.05, 1, 0.95, 0.85, 0.7, 0.45, 0])
BRAID = np.array([0.6, 1, 0.6, 1, 0.6, 1, 0.55, 0.9, 0.5, 0])
ALONG = np.linspace(0, 1, len(TAIL))[:, None]


def hanging(start: np.ndarray, length: float, out: np.ndarray, swing: float) -> Callable[[Pose], np.ndarray]:
    """A line from a point of the head that hangs, swings, and keeps off the body."""

    def line(pose: Pose) -> np.ndarray:
        rotation, origin = pose.bones["head"]
        down = unit(np.array([0, -0.55, 0]) - 0.45 * rotation[:, 1])
        away = 0.28 * np.sqrt(ALONG) * (rotation @ out)
        return origin + rotation @ start + length * (ALONG * down + away + swing * ALONG**1.8 * pose.drift())

    return line


def tress(line: Callable[[Pose], np.ndarray], across: np.ndarray, deep: np.ndarray, columns: int):
    """A tube around a hanging line."""
    return lambda pose: tube(line(pose), pose.bones["head"][0][:, 2], across, deep, columns)


def tails(kit: Kit, shape: Skull, region: int, tips: int, roots: list, braided: bool) -> None:
    """Tails or braids that start at `roots` (longitude, latitude), with a ribbon and thinner tresses."""
    h, profile = kit.body.head, BRAID if braided else TAIL
    length, width, tie = h * kit.between(0.5, 2.6), h * kit.between(0.1, 0.24) * (0.6 if braided else 1), kit.cloth()
    across = width * profile * (1 + kit.between(0, 0.25) * np.sin(np.arange(len(profile)) * 2))
    texture = np.where(np.arange(64)[:, None] < 44, region, tips).astype(np.uint16)
    for lon, lat in roots:
        start = shape.point(lon, lat, 1.05)
        out = unit(start - shape.middle)
        kit.add(tress(hanging(start, length, out, kit.between(0.5, 1.2)), across, 0.7 * width * profile, 14), texture)
        for _ in range(0 if braided else kit.rng.integers(0, 4)):
            x, z = kit.rng.normal(0, 0.4, 2) * width
            thin = kit.between(0.2, 0.45) * width * profile
            line = hanging(start + np.array([x, 0, z]), length * kit.between(0.7, 1.15), out, 1)
            kit.add(tress(line, thin, thin, 8), plain(region))
        knot = start + out * 0.05 * h
        kit.ball("head", knot, np.full(3, 0.09 * h), kit.region(tie), kit.between(0.5, 1), rows=8, columns=10)


def buns(kit: Kit, shape: Skull) -> None:
    """One or two balls of hair, perhaps tied."""
    lon, lat, radius = kit.between(40, 120), kit.between(25, 55), kit.body.head * kit.between(0.14, 0.24)
    for longitude in (lon, -lon) if kit.chance(0.7) else (180,):
        centre = shape.point(longitude, lat, 1.2)
        kit.ball("head", centre, np.full(3, radius), kit.region("hair"))
        if kit.chance(0.5):
            tie = shape.point(longitude, lat, 1.1)
            kit.ball("head", tie, np.array([0.9, 0.5, 0.9]) * radius, kit.region(kit.cloth()))


def curtain(kit: Kit, shape: Skull, region: int, tips: int, volume: float, length: float) -> None:
    """Hair around the back of the head, `length` heads long, with a ragged rim."""
    h, side, locks = kit.body.head, kit.between(75, 105), int(kit.rng.integers(5, 14))
    flare, wave = kit.between(-0.15, 0.5), kit.between(0, 0.05)
    lon, t = np.linspace(side, 360 - side, 33), np.linspace(0, 1, 10)[:, None, None]
    rim = shape.points(lon, np.full(len(lon), kit.between(-5, 20)), volume + 0.02)
    rim = rim + wave * h * np.sin((lon - side) / (360 - 2 * side) * locks * 2 * np.pi)[:, None] * unit(
        rim - shape.middle
    )
    radial = unit((rim - shape.middle) * [1, 0, 1])
    u, v = np.linspace(0, 1, 512), np.arange(256)[:, None] / 256
    cut = 1 - kit.between(0.05, 0.35) * np.abs((u * locks) % 1 - 0.5) * 2
    texture = np.where(v < cut - kit.between(0.1, 0.3), region, np.where(v < cut, tips, 0)).astype(np.uint16)

    def place(pose: Pose) -> np.ndarray:
        rotation, origin = pose.bones["head"]
        down = unit(np.array([0, -0.5, 0]) - 0.5 * rotation[:, 1])
        out = flare * length**0.5 * t**1.5 * (radial @ rotation.T)
        return rim @ rotation.T + origin + h * (t * length * down + out + 0.5 * length * t**1.8 * pose.drift())

    kit.add(place, texture, kit.region("hair"))
