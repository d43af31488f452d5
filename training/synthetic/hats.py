"""Hats of five kinds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .face import Skull
from .kit import Kit
from .surface import rigid, tube, turned_grid
from .textures import bands, ellipse, pattern, zigzag

FRONT = np.array([0, 0, 1.0])


@dataclass
class Block:
    """What hats are shaped on: a skull, the height where they sit, how they are tilted, their cloth."""

    shape: Skull
    y: float
    tilt: tuple[float, float, float]
    slot: str
    main: int
    trim: int

    def place(self, grid: np.ndarray) -> Callable:
        return rigid("head", turned_grid(grid, self.tilt) + [0, self.y, self.shape.middle[2]])


def hat(kit: Kit, shape: Skull) -> None:
    slot, y = kit.cloth(), shape.middle[1] + shape.radii[1] * kit.between(0.45, 0.62)
    tilt = (kit.between(-12, 4), 0, kit.rng.normal(0, 4))
    block = Block(shape, y, tilt, slot, kit.region(slot), kit.region(kit.cloth()))
    (pointed, round_crown, cap, hoop, soft)[kit.rng.integers(5)](kit, block)


def pointed(kit: Kit, block: Block) -> None:
    """A witch's hat."""
    t, tall = np.linspace(0, 1, 10), kit.between(1.2, 2.4) * block.shape.radii[1]
    crown(kit, block, tall, (1 - t) ** kit.between(0.7, 1.2), kit.rng.normal(0, 0.7))
    brim(kit, block)


def round_crown(kit: Kit, block: Block) -> None:
    """A straw or a bowler hat."""
    profile = np.array([1, 1, 1, 1, 0.98, 0.96, 0.9, 0.75, 0.45, 0])
    crown(kit, block, kit.between(0.5, 0.9) * block.shape.radii[1], profile, kit.rng.normal(0, 0.3))
    brim(kit, block)


def crown(kit: Kit, block: Block, tall: float, profile: np.ndarray, lean: float) -> None:
    w, _, d = block.shape.radii
    t = np.linspace(0, 1, len(profile))
    points = np.stack([0.3 * tall * t**2 * lean, t * tall, -0.25 * tall * t**2], -1)
    texture = bands(block.main, [(0.04, kit.between(0.12, 0.25), block.trim)], (128, 128))
    if kit.chance(0.4):
        pattern(texture, block.main, kit.region, kit.cloth(), kit.rng)
    kit.add(block.place(tube(points, FRONT, 1.13 * w * profile, 1.13 * d * profile, 28)), texture)


def brim(kit: Kit, block: Block) -> None:
    w, h, d = block.shape.radii
    t = np.linspace(0, 1, 5)
    wide, droop = 1.1 + t * kit.between(0.5, 1.1), -0.12 * h * np.sin(t * 3) - 0.02 * h * t
    grid = tube(np.stack([0 * t, -0.02 * h * t, 0 * t], -1), FRONT, w * wide, d * wide, 33)
    grid[..., 1] += droop[:, None]
    texture = bands(block.main, [(0.85, 1, block.trim)] if kit.chance(0.5) else [], (64, 8))
    kit.add(block.place(grid), texture, kit.region(block.slot))


def cap(kit: Kit, block: Block) -> None:
    """A dome, quartered or plain, perhaps with a visor and a bobble: cap, helmet, woollen hat."""
    (w, h, d), middle = block.shape.radii, block.shape.middle[2]
    texture = bands(block.main, [], (100, 200))
    if kit.chance(0.5):
        texture[:, :50] = texture[:, 100:150] = block.trim
    texture[85:] = kit.region(kit.cloth())
    t = np.linspace(0, 1, 12)
    r = np.sin(np.pi / 2 * (0.02 + 0.98 * t)) * np.where(t > 0.9, 1.16, kit.between(1.16, 1.4))
    points = np.stack([0 * t, (1 - t) * h * kit.between(0.6, 0.85), 0 * t], -1)
    kit.add(block.place(tube(points, FRONT, w * r, d * r, 28)), texture, kit.region("dark"))
    if kit.chance(0.6):
        centre = (0, block.y + 0.02 * h, middle + 1.3 * d)
        kit.ball("head", centre, (0.7 * w, 0.06 * h, 0.6 * d), kit.region(kit.cloth()), angles=(12, 0, 0))
    if kit.chance(0.5):
        kit.ball("head", (0, block.y + 0.8 * h, middle), np.full(3, 0.17 * h), kit.region(kit.cloth()))


def hoop(kit: Kit, block: Block) -> None:
    """A crown, tiara or band, set with stones."""
    w, h, d = block.shape.radii
    texture = bands(block.main, [], (64, 400))
    if kit.chance(0.6):
        zigzag(texture, kit.rng, kit.between(0.3, 0.6), int(kit.rng.integers(5, 12)))
    for u in np.linspace(0, 1, kit.rng.integers(4, 10)):
        ellipse(texture, (u, 0.3), (0.015, 0.15), kit.region("gem"))
    points = [(0, y, 0) for y in np.linspace(0, kit.between(0.15, 0.4) * h, 4)]
    kit.add(
        block.place(tube(points, FRONT, np.full(4, 1.1 * w), np.full(4, 1.1 * d), 33)), texture, kit.region(block.slot)
    )


def soft(kit: Kit, block: Block) -> None:
    """A beret."""
    w, h, d = block.shape.radii
    texture = bands(block.main, [(0.8, 1, block.trim)], (100, 100))
    if kit.chance(0.4):
        pattern(texture, block.main, kit.region, kit.cloth(), kit.rng)
    centre = (kit.between(-0.3, 0.3) * w, block.y + 0.4 * h, block.shape.middle[2] - 0.1 * d)
    angles = (block.tilt[0], 0, kit.rng.normal(0, 10))
    kit.ball("head", centre, (1.35 * w, 0.3 * h, 1.3 * d), texture, angles=angles)
