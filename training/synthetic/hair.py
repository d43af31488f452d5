"""Hair: a cap over the skull, tufts that lie on it, tails that hang and swing."""

import numpy as np

from .face import Skull
from .kit import Kit
from .surface import Pose, rigid, tube, unit
from .textures import plain

LAGS = np.linspace(0, 1, 10) ** 1.5


def hair(kit: Kit, shape: Skull) -> None:
    if kit.chance(0.04):
        return
    main, volume = kit.region("hair"), kit.between(1.06, 1.16)
    cap(kit, shape, main, volume)
    tips = kit.region("hair2") if kit.chance(0.25) else None
    bangs(kit, shape, main, volume, tips)
    back = kit.rng.choice(["short", "long", "tail", "twin", "buns", "braid"], p=(0.3, 0.2, 0.17, 0.15, 0.1, 0.08))
    if back in ("short", "long"):
        curtain(kit, shape, main, volume, kit.between(0.25, 0.5) if back == "short" else kit.between(0.6, 2.2), tips)
    if back == "tail":
        tails(kit, shape, main, [(180, kit.between(-10, 50))], tips)
    if back in ("twin", "braid"):
        lon, lat = kit.between(95, 150), kit.between(-20, 45)
        tails(kit, shape, main, [(lon, lat), (-lon, lat)], tips, braided=back == "braid")
    if back == "buns":
        buns(kit, shape)
    if kit.chance(0.3):
        strand(kit, shape, main, 1.1, (kit.between(-30, 30), 80), (kit.between(-60, 60), 60), 0.05, lift=kit.between(0.1, 0.35))
    if kit.chance(0.15):
        strand(kit, shape, kit.region("hair2"), volume + 0.06, (kit.between(-40, 40), 75), (kit.between(-60, 60), 0), 0.1)


def cap(kit: Kit, shape: Skull, region: int, volume: float) -> None:
    """Covers the skull down to a hairline; teeth at its rim; a band of gloss."""
    rows, columns = 256, 512
    lon = np.linspace(-180, 180, columns)
    front, side, back = kit.between(28, 48), kit.between(-10, 15), kit.between(-50, -25)
    line = np.interp(np.abs(lon), [0, 45, 75, 100, 130, 180], [front, front - 5, side + 10, side - 10, back, back])
    teeth, depth = kit.rng.integers(14, 40), kit.between(0, 14)
    line = line + depth * np.abs((lon / 360 * teeth) % 1 - 0.5) * 2
    lat = 90 - 150 * np.arange(rows)[:, None] / rows
    texture = np.where(lat > line, region, 0).astype(np.uint16)
    if kit.chance(0.25):
        texture[(lat > line) & (np.abs(lon) < kit.between(0.5, 1.2)) & (lat > 20)] = kit.region("hair")
    if kit.chance(0.1):
        half = kit.region("hair2")
        texture[(texture > 0) & (lon > 0)] = half
    grid_lon, grid_lat = np.meshgrid(np.linspace(-180, 180, 37), np.linspace(90, -60, 21))
    bumps = 1 + kit.between(0, 0.03) * np.sin(np.radians(grid_lon) * kit.rng.integers(4, 14)) * np.cos(np.radians(grid_lat))
    kit.add(rigid("head", shape.points(grid_lon, grid_lat, volume * bumps)), texture, kit.region("hair"), gloss(kit, lat, lon))


def gloss(kit: Kit, lat: np.ndarray, lon: np.ndarray) -> np.ndarray | None:
    """A zigzag ring on the cap, with gaps."""
    if kit.chance(0.15):
        return None
    at, height, teeth = kit.between(30, 60), kit.between(4, 10), kit.rng.integers(8, 24)
    wave = np.abs((lon / 360 * teeth) % 1 - 0.5) * 4 - 1
    gaps = np.sin(np.radians(lon) * kit.rng.integers(2, 6) + kit.between(0, 6)) > -0.3
    return (np.abs(lat - at) < height * (0.6 + 0.4 * wave)) & gaps


def strand(kit, shape, region, volume, start, end, width, lift=0.0, tips=None, flare=0.0) -> None:
    """A flat tuft over the skull from `start` to `end` (longitude, latitude)."""
    t = np.linspace(0, 1, 9)
    lon, lat = (start[i] + (end[i] - start[i]) * t for i in (0, 1))
    over = volume - 0.06 * (1 - t) + lift * np.sin(t * np.pi / 2) + flare * t**2
    points = shape.points(lon, lat, over)
    out = unit(points - shape.middle)
    across = kit.body.head * width * np.clip(1.15 * np.sin(np.pi * (0.25 + 0.75 * t)), 0, 1)
    grid = tube(points, out, across, across * 0.3, 9)
    texture = plain(region) if tips is None else np.where(np.arange(32)[:, None] < kit.rng.integers(14, 26), region, tips).astype(np.uint16)
    kit.add(rigid("head", grid), texture)


def bangs(kit: Kit, shape: Skull, region: int, volume: float, tips: int | None) -> None:
    """Tufts over the forehead and beside the face."""
    rng, count = kit.rng, int(kit.rng.integers(5, 13))
    parting, low, spread = kit.between(-40, 40), kit.between(2, 24), kit.between(0.05, 0.16)
    own = kit.chance(0.4)
    for lon in np.linspace(-62, 62, count) + rng.normal(0, 4, count):
        root = (parting * 0.7 + lon * 0.5, kit.between(62, 80))
        tip = (lon + rng.normal(0, 5), low + rng.normal(0, 5) - 0.2 * abs(lon))
        strand(kit, shape, kit.region("hair") if own else region, volume + rng.uniform(0, 0.04), root, tip, spread * rng.uniform(0.8, 1.3), tips=tips)
    if kit.chance(0.7):
        length, width = kit.between(-70, -15), kit.between(0.06, 0.13)
        for s in (1, -1):
            strand(kit, shape, region, volume + 0.02, (s * 55, 60), (s * kit.between(68, 85), length), width, tips=tips)


def hanging(kit: Kit, start: np.ndarray, length: float, out: np.ndarray, swing: float):
    """A line that starts at the head and hangs, swings, and keeps off the body."""
    t = np.linspace(0, 1, 10)[:, None]

    def line(pose: Pose) -> np.ndarray:
        rotation, origin = pose.bones["head"]
        away = rotation @ out
        drift = np.array([pose.swing[0], 0, pose.swing[1]]) * swing
        down = unit(0.55 * np.array([0, -1.0, 0]) - 0.45 * rotation[:, 1])
        return origin + rotation @ start + length * (t * down + np.sqrt(t) * 0.28 * away + t**1.8 * drift)

    return line


def tails(kit, shape, region, roots, tips, braided=False) -> None:
    """Ponytails or braids with a ribbon at the root."""
    h = kit.body.head
    length, width, wave, tie = h * kit.between(0.5, 2.6), h * kit.between(0.1, 0.24), kit.between(0, 0.25), kit.cloth()
    profile = np.array([0.3, 0.75, 1, 1.05, 1, 0.95, 0.85, 0.7, 0.45, 0.0])
    if braided:
        width, profile = width * 0.6, np.array([0.6, 1, 0.6, 1, 0.6, 1, 0.55, 0.9, 0.5, 0])
    for lon, lat in roots:
        start = shape.points(np.array(float(lon)), np.array(float(lat)), 1.05)
        out = unit(start - shape.middle)
        line = hanging(kit, start, length, out, kit.between(0.5, 1.2))
        textures = np.where(np.arange(64)[:, None] < 44, region, tips if tips else region).astype(np.uint16)
        kit.add(lambda pose, line=line: tube(line(pose), pose.bones["head"][0][:, 2], width * profile * (1 + wave * np.sin(np.arange(10) * 2)), width * 0.7 * profile, 14), textures)
        for _ in range(0 if braided else kit.rng.integers(0, 4)):
            side, thin = kit.rng.normal(0, 0.7, 2) * width, kit.between(0.2, 0.45)
            shorter = hanging(kit, start + np.array([side[0], 0, side[1]]) * 0.6, length * kit.between(0.7, 1.15), out, 1)
            kit.add(lambda pose, line=shorter, thin=thin: tube(line(pose), pose.bones["head"][0][:, 2], width * thin * profile, width * thin * profile, 8), plain(region))
        kit.ball("head", start + out * 0.05 * h, np.array([0.09, 0.09, 0.09]) * h, kit.region(tie), kit.between(0.5, 1), rows=8, columns=10)


def buns(kit: Kit, shape: Skull) -> None:
    lon, lat, radius = kit.between(40, 120), kit.between(25, 55), kit.body.head * kit.between(0.14, 0.24)
    for s in (1, -1) if kit.chance(0.7) else (0,):
        start = shape.points(np.array(float(s * lon if s else 180)), np.array(lat), 1.2)
        kit.ball("head", start, (radius, radius, radius), kit.region("hair"))
        if kit.chance(0.5):
            kit.ball("head", start * 0.5 + shape.points(np.array(float(s * lon if s else 180)), np.array(lat)) * 0.5, np.array([0.9, 0.5, 0.9]) * radius, kit.region(kit.cloth()))


def curtain(kit: Kit, shape: Skull, region: int, volume: float, length: float, tips: int | None) -> None:
    """Hair around the back of the head that hangs to the neck or the knees, with a ragged rim."""
    h, rng = kit.body.head, kit.rng
    from_lon, rows, columns = kit.between(75, 105), 10, 33
    lon = np.linspace(from_lon, 360 - from_lon, columns)
    locks, flare, wave = int(rng.integers(5, 14)), kit.between(-0.15, 0.5), kit.between(0, 0.05)
    rim = shape.points(lon, np.full(columns, kit.between(-5, 20)), volume + 0.02)
    rim = rim + wave * h * np.sin(np.linspace(0, locks * 2 * np.pi, columns))[:, None] * unit(rim - shape.middle)
    u = np.linspace(0, 1, 512)
    cut = 1 - kit.between(0.05, 0.35) * np.abs((u * locks) % 1 - 0.5) * 2
    v = np.arange(256)[:, None] / 256
    texture = np.where(v < cut, region, 0)
    if tips:
        texture[(v > cut - kit.between(0.1, 0.3)) & (texture > 0)] = tips
    t = np.linspace(0, 1, rows)[:, None, None]
    radial = unit((rim - shape.middle) * [1, 0, 1])

    def place(pose: Pose) -> np.ndarray:
        rotation, origin = pose.bones["head"]
        drift = np.array([pose.swing[0], 0, pose.swing[1]])
        down = unit(0.5 * np.array([0, -1.0, 0]) - 0.5 * rotation[:, 1])
        body = rim @ rotation.T + origin + t * length * h * down
        return body + (flare * h * t**1.5) * (radial @ rotation.T) * length**0.5 + t**1.8 * length * h * 0.5 * drift

    kit.add(place, texture.astype(np.uint16), kit.region("hair"))
