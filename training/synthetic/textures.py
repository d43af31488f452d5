"""Textures of region numbers: bands, patterns, patches."""

from collections.abc import Callable

import cv2
import numpy as np

Region = Callable[[str], int]


def plain(region: int) -> np.ndarray:
    return np.full((1, 1), region, np.uint16)


def bands(base: int, listed: list[tuple[float, float, int]], shape=(256, 64)) -> np.ndarray:
    """`base` with rings over it: (from, to, region) along the first axis."""
    texture = np.full(shape, base, np.uint16)
    for start, end, region in listed:
        texture[round(start * shape[0]) : round(end * shape[0])] = region
    return texture


def polygon(texture: np.ndarray, points, region: int) -> None:
    """Fills a polygon, corners as shares (u, v) of the texture."""
    rows, columns = texture.shape
    corners = (np.asarray(points, float) * [columns, rows]).round().astype(np.int32)
    cv2.fillPoly(texture, [corners], int(region))


def ellipse(texture: np.ndarray, centre, radii, region: int) -> None:
    """Fills an ellipse; centre and radii as shares (u, v) of the texture."""
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    polygon(texture, np.stack([np.cos(t), np.sin(t)], -1) * radii + np.asarray(centre), region)


def star(centre, radius, points: int, inner=0.45) -> np.ndarray:
    """Corners of a star; `radius` in u and v."""
    angle = np.arange(2 * points) * np.pi / points - np.pi / 2
    reach = np.where(np.arange(2 * points) % 2, inner, 1.0)
    return np.asarray(centre) + np.stack([np.cos(angle) * reach, np.sin(angle) * reach], -1) * radius


def pattern(texture: np.ndarray, over: int, region: Region, slot: str, rng: np.random.Generator) -> None:
    """Stripes, checks, dots or stars of one region where the texture is `over`."""
    rows, columns = texture.shape
    v, u = np.meshgrid(np.arange(rows) / rows, np.arange(columns) / columns, indexing="ij")
    kind, n, drawn = rng.integers(5), int(rng.integers(3, 7)), region(slot)
    if kind == 0:
        mask = (v * n * 2 % 2) < rng.uniform(0.4, 1)
    elif kind == 1:
        mask = (u * n * 2 % 2) < rng.uniform(0.4, 1)
    elif kind == 2:
        mask = ((u * n + v * rng.integers(1, 5)) % 1) < rng.uniform(0.3, 0.5)
    elif kind == 3:
        mask = ((u * n * 2 % 2) < 1) ^ ((v * n * 2 % 2) < 1)
    else:
        stamped = np.zeros_like(texture)
        corners, step = int(rng.integers(3, 9)), np.array([1 / n, 1 / n])
        for i in range(n):
            for j in range(n):
                centre = (np.array([i + 0.5 * (j % 2), j + 0.5])) * step
                polygon(stamped, star(centre, 0.33 * step, corners, rng.choice([0.45, 0.8])), 1)
        mask = stamped == 1
    texture[mask & (texture == over)] = drawn


def zigzag(texture: np.ndarray, rng: np.random.Generator, depth: float, count: int) -> None:
    """Cuts the lower rim into `count` teeth or waves, `depth` of the height deep."""
    rows, columns = texture.shape
    u = np.arange(columns) / columns * count % 1
    wave = np.abs(u - 0.5) * 2 if rng.random() < 0.6 else 1 - np.sin(np.pi * u)
    cut = wave * depth * rows
    texture[np.arange(rows)[:, None] > rows - 1 - cut] = 0


def rectangle(texture: np.ndarray, centre, half, region: int) -> None:
    (u, v), (du, dv) = centre, half
    polygon(texture, [(u - du, v - dv), (u + du, v - dv), (u + du, v + dv), (u - du, v + dv)], region)
