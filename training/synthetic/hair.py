"""Hair on the skull: a cap, and tufts that lie on it."""

import numpy as np

from .face import Skull
from .kit import Kit
from .surface import rigid, tube, unit
from .tails import buns, curtain, tails

BACKS = ("short", "long", "tail", "twin", "buns", "braid")
BACK_SHARES = (0.3, 0.2, 0.17, 0.15, 0.1, 0.08)


def hair(kit: Kit, shape: Skull) -> None:
    if kit.chance(0.04):
        return
    main, volume = kit.region("hair"), kit.between(1.06, 1.16)
    cap(kit, shape, main, volume)
    tips = kit.region("hair2") if kit.chance(0.25) else main
    bangs(kit, shape, main, volume, tips)
    back = kit.rng.choice(BACKS, p=BACK_SHARES)
    if back in ("short", "long"):
        length = kit.between(0.25, 0.5) if back == "short" else kit.between(0.6, 2.2)
        curtain(kit, shape, main, tips, volume, length)
    if back == "tail":
        tails(kit, shape, main, tips, [(180, kit.between(-10, 50))], False)
    if back in ("twin", "braid"):
        lon, lat = kit.between(95, 150), kit.between(-20, 45)
        tails(kit, shape, main, tips, [(lon, lat), (-lon, lat)], back == "braid")
    if back == "buns":
        buns(kit, shape)
    if kit.chance(0.3):
        # A lock that stands up.
        start, end = (kit.between(-30, 30), 80), (kit.between(-60, 60), 60)
        strand(kit, shape, start, end, main, main, 1.1, 0.05, lift=kit.between(0.1, 0.35))
    if kit.chance(0.15):
        start, end, region = (kit.between(-40, 40), 75), (kit.between(-60, 60), 0), kit.region("hair2")
        strand(kit, shape, start, end, region, region, volume + 0.06, 0.1)


def cap(kit: Kit, shape: Skull, region: int, volume: float) -> None:
    """Covers the skull down to a hairline; teeth at its rim; a band of gloss."""
    rows, columns = 256, 512
    lon, lat = np.linspace(-180, 180, columns), 90 - 150 * np.arange(rows)[:, None] / rows
    front, side, back = kit.between(28, 48), kit.between(-10, 15), kit.between(-50, -25)
    line = np.interp(np.abs(lon), [0, 45, 75, 100, 130, 180], [front, front - 5, side + 10, side - 10, back, back])
    teeth, depth = kit.rng.integers(14, 40), kit.between(0, 14)
    line = line + depth * np.abs((lon / 360 * teeth) % 1 - 0.5) * 2
    texture = np.where(lat > line, region, 0).astype(np.uint16)
    if kit.chance(0.25):
        # A parting.
        texture[(lat > line) & (np.abs(lon) < kit.between(0.5, 1.2)) & (lat > 20)] = kit.region("hair")
    if kit.chance(0.1):
        # Two colours, side by side.
        texture[(texture > 0) & (lon > 0)] = kit.region("hair2")
    lons, lats = np.meshgrid(np.linspace(-180, 180, 37), np.linspace(90, -60, 21))
    waves = np.sin(np.radians(lons) * kit.rng.integers(4, 14)) * np.cos(np.radians(lats))
    grid = shape.points(lons, lats, volume * (1 + kit.between(0, 0.03) * waves))
    kit.add(rigid("head", grid), texture, kit.region("hair"), gloss(kit, lat, lon))


def gloss(kit: Kit, lat: np.ndarray, lon: np.ndarray) -> np.ndarray | None:
    """A zigzag ring on the cap, with gaps."""
    if kit.chance(0.15):
        return None
    at, height, teeth = kit.between(30, 60), kit.between(4, 10), kit.rng.integers(8, 24)
    wave = np.abs((lon / 360 * teeth) % 1 - 0.5) * 4 - 1
    gaps = np.sin(np.radians(lon) * kit.rng.integers(2, 6) + kit.between(0, 6)) > -0.3
    return (np.abs(lat - at) < height * (0.6 + 0.4 * wave)) & gaps


def strand(kit: Kit, shape: Skull, start, end, region, tips, volume: float, width: float, lift=0.0, gloss=0.0) -> None:
    """A flat tuft over the skull from `start` to `end` (longitude, latitude); `tips` at its end, some gloss above."""
    t = np.linspace(0, 1, 9)
    lon, lat = (start[i] + (end[i] - start[i]) * t for i in (0, 1))
    points = shape.points(lon, lat, volume - 0.06 * (1 - t) + lift * np.sin(t * np.pi / 2))
    across = kit.body.head * width * np.clip(1.15 * np.sin(np.pi * (0.25 + 0.75 * t)), 0, 1)
    row = np.arange(64)[:, None]
    texture = np.where(row < kit.rng.integers(28, 52), region, tips).astype(np.uint16)
    glossy = np.abs(row - kit.rng.integers(20, 26)) < gloss * kit.between(2, 6)
    kit.add(rigid("head", tube(points, unit(points - shape.middle), across, across * 0.3, 9)), texture, glossy=glossy)


def bangs(kit: Kit, shape: Skull, region: int, volume: float, tips: int) -> None:
    """Tufts over the forehead and beside the face."""
    rng, count, own = kit.rng, int(kit.rng.integers(6, 15)), kit.chance(0.55)
    parting, low, spread = kit.between(-40, 40), kit.between(2, 24), kit.between(0.05, 0.16)
    shine = 1.0 if kit.chance(0.45) else 0.0
    for lon in np.linspace(-62, 62, count) + rng.normal(0, 4, count):
        root = (parting * 0.7 + lon * 0.5, kit.between(62, 80))
        tip = (lon + rng.normal(0, 5), low + rng.normal(0, 5) - 0.2 * abs(lon))
        lock = kit.region("hair") if own else region
        ends = lock if tips == region else tips
        over, width = volume + rng.uniform(0, 0.04), spread * rng.uniform(0.8, 1.3)
        strand(kit, shape, root, tip, lock, ends, over, width, gloss=shine)
    if kit.chance(0.7):
        length, width, out = kit.between(-70, -15), kit.between(0.06, 0.13), kit.between(68, 85)
        for s in (1, -1):
            strand(kit, shape, (s * 55, 60), (s * out, length), region, tips, volume + 0.02, width)
