"""Surfaces as grids of points, [rows, columns, 3]: tubes, boxes and balls, shells of the head."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .skeleton import turn

Bones = dict[str, tuple[np.ndarray, np.ndarray]]


@dataclass
class Part:
    """A surface: where its grid is in a pose, and a texture of region numbers (0 is a hole).

    Texture rows run along the first axis of the grid, columns along the second. `inside` is the region of the inner
    side of an open surface; 0: the surface is closed. Several textures: the pose chooses by `face`.
    """

    place: Callable[["Pose"], np.ndarray]
    textures: list[np.ndarray]
    inside: int = 0
    glossy: np.ndarray | None = None


@dataclass
class Pose:
    """Bones of a drawing, what hangs swinging by (x, z), state of the hands (0 open to 1 fist), number of the face."""

    bones: Bones
    swing: np.ndarray
    fists: dict[str, float]
    face: int

    def drift(self) -> np.ndarray:
        return np.array([self.swing[0], 0, self.swing[1]])


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def tube(centres, reference, across, deep, columns=16, arc=(0.0, 1.0), square=1.0) -> np.ndarray:
    """Rings around a line of `centres`; `reference` [rows, 3] or [3] is where the middle column lies.

    `across` and `deep` are radii by row, or by row and column. `square` below 1 makes the rings boxes.
    """
    centres = np.asarray(centres, float)
    along = unit(np.gradient(centres, axis=0))
    z = np.broadcast_to(reference, centres.shape)
    z = unit(z - (z * along).sum(-1, keepdims=True) * along)
    x = np.cross(along, z)
    angle = 2 * np.pi * (np.linspace(*arc, columns) - 0.5)
    power = lambda c: np.sign(c) * np.abs(c) ** square
    across, deep = (np.asarray(r, float).reshape(len(centres), -1) * np.ones(columns) for r in (across, deep))
    sideways, forward = across * power(np.sin(angle)), deep * power(np.cos(angle))
    return centres[:, None] + sideways[..., None] * x[:, None] + forward[..., None] * z[:, None]


def ball(radii, square=1.0, rows=12, columns=18) -> np.ndarray:
    """A ball, or a box with round edges where `square` is small; rows from the top down."""
    power = lambda c: np.sign(c) * np.abs(c) ** square
    latitude, angle = np.linspace(np.pi / 2, -np.pi / 2, rows), 2 * np.pi * (np.linspace(0, 1, columns) - 0.5)
    ring, height = power(np.cos(latitude)), power(np.sin(latitude))
    unit_grid = np.stack(
        [ring[:, None] * power(np.sin(angle)), height[:, None] + 0 * angle, ring[:, None] * power(np.cos(angle))], -1
    )
    return unit_grid * np.asarray(radii, float)


def rigid(bone: str, grid: np.ndarray) -> Callable[[Pose], np.ndarray]:
    """A grid in the coordinates of a bone."""

    def place(pose: Pose) -> np.ndarray:
        rotation, origin = pose.bones[bone]
        return grid @ rotation.T + origin

    return place


def limb(bones: Bones, names: tuple[str, str, str], at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points of a bent limb at shares `at` (0 to 1) of its length, and where its front is."""
    (r0, p0), (r1, p1), (_, p2) = (bones[name] for name in names)
    half = 0.09
    on = lambda t: np.where(t[:, None] < 0.5, p0 + (p1 - p0) * 2 * t[:, None], p1 + (p2 - p1) * (2 * t[:, None] - 1))
    points = on(at)
    bend = np.abs(at - 0.5) < half
    s = ((at[bend] - 0.5 + half) / (2 * half))[:, None]
    a, b = on(np.array([0.5 - half, 0.5 + half]))
    points[bend] = (1 - s) ** 2 * a + 2 * s * (1 - s) * p1 + s**2 * b
    share = np.clip((at - 0.5 + half) / (2 * half), 0, 1)[:, None]
    return points, (1 - share) * r0[:, 2] + share * r1[:, 2]


def turned_grid(grid: np.ndarray, angles: tuple[float, float, float]) -> np.ndarray:
    """The grid turned about x, then y, then z, in degrees."""
    return grid @ (turn(2, angles[2]) @ turn(1, angles[1]) @ turn(0, angles[0])).T
