"""What is worn on the head: horns, animal ears, phones, ribbons, glasses, rings."""

import numpy as np

from .face import Skull
from .hats import hat
from .kit import Kit
from .surface import unit
from .textures import bands


def on_head(kit: Kit, shape: Skull) -> None:
    for share, make in (
        (0.3, hat),
        (0.14, horns),
        (0.18, animal_ears),
        (0.1, phones),
        (0.2, clips),
        (0.12, glasses),
        (0.08, ear_rings),
    ):
        if kit.chance(share):
            make(kit, shape)


def horns(kit: Kit, shape: Skull) -> None:
    lon, lat, length = kit.between(25, 80), kit.between(40, 65), kit.between(0.25, 0.7) * kit.body.head
    curl, t = kit.between(-1, 1.5), np.linspace(0, 1, 9)[:, None]
    rings = (0.3, 0.6) if kit.chance(0.4) else ()
    slot = kit.rng.choice(["white", "dark", "metal2", "leather"])
    texture = bands(kit.region(slot), [(k, k + 0.1, kit.region("accent")) for k in rings], (64, 4))
    for s in (1, -1):
        start = shape.point(s * lon, lat)
        out = unit(start - shape.middle)
        points = start + length * (t * out + t**2 * curl * np.array([0.3 * s, 0.2, 0.5]))
        kit.rod("head", points, length * 0.22 * (1 - t[:, 0]) ** 0.8, texture)


def animal_ears(kit: Kit, shape: Skull) -> None:
    h, slot = kit.body.head, kit.rng.choice(["hair", "white", "dark", "hair2"])
    lon, tall, wide = kit.between(30, 55), kit.between(0.25, 0.9), kit.between(0.1, 0.2)
    for s in (1, -1):
        start = shape.point(s * lon, 58.0)
        direction = unit(np.array([0.35 * s, 1.0, kit.between(-0.2, 0.1)]))
        points = start + np.array([-0.05, 0.3, 0.7, 1.0])[:, None] * direction * tall * h
        outer = np.array([1, 1.05, 0.65, 0]) * wide * h
        kit.rod("head", points, outer, kit.region(slot), outer * 0.4, columns=12, reference=(0, 0, 1))
        inner = points * 0.9 + start * 0.1 + [0, 0, 0.18 * wide * h]
        kit.rod("head", inner, outer * 0.62, kit.region("skin2"), outer * 0.34, columns=12, reference=(0, 0, 1))


def phones(kit: Kit, shape: Skull) -> None:
    h, slot = kit.body.head, kit.cloth()
    size, disc = kit.between(0.14, 0.24) * h, kit.region(kit.cloth())
    angle = np.radians(np.linspace(-90, 90, 15))
    arch = np.stack([np.sin(angle), np.cos(angle), 0 * angle], -1)
    band = 1.22 * arch * shape.radii + shape.middle
    kit.rod("head", band, np.full(15, 0.05 * h), kit.region(slot), np.full(15, 0.03 * h), columns=8)
    for s in (1, -1):
        centre = shape.middle + [s * shape.radii[0] * 1.18, 0, 0]
        kit.ball("head", centre, (size * 0.5, size, size), kit.region(slot), 0.6)
        kit.ball("head", centre + [s * size * 0.4, 0, 0], (size * 0.3, size * 0.6, size * 0.6), disc, 0.7)
        if s > 0 and kit.chance(0.4):
            # An aerial.
            points = centre + np.linspace(0, 1, 4)[:, None] * [0.05 * h, 0.8 * h, 0]
            kit.rod("head", points, np.array([1, 1, 0.6, 0]) * 0.025 * h, kit.region("metal"))


def clips(kit: Kit, shape: Skull) -> None:
    """Ribbons, flowers or pins in the hair."""
    h, slot, kind = kit.body.head, kit.cloth(), kit.rng.integers(3)
    size, lon, lat = kit.between(0.08, 0.18) * h, kit.between(25, 80), kit.between(20, 65)
    for s in (1, -1) if kit.chance(0.5) else (kit.rng.choice([-1, 1]),):
        centre = shape.point(s * lon, lat, 1.2)
        if kind == 0:
            for k in (1, -1):
                points = centre + np.array([(0, 0, 0), (0.8 * k, 0.4, 0), (1.6 * k, 0.3, 0), (1.65 * k, 0.3, 0)]) * size
                across, deep = np.array([0.3, 0.7, 0.9, 0]) * size, np.array([0.2, 0.3, 0.2, 0]) * size
                kit.rod("head", points, across, kit.region(slot), deep, reference=(0, 0, 1))
        if kind == 1:
            for k in np.arange(5) * 72:
                petal = np.array([np.cos(np.radians(k)), np.sin(np.radians(k)), 0.3]) * size
                kit.ball("head", centre + petal, np.array([0.7, 0.7, 0.4]) * size, kit.region(slot), rows=7, columns=9)
        radii = np.array([0.45, 0.45, 0.7] if kind < 2 else [1, 0.35, 0.5]) * size
        kit.ball("head", centre, radii, kit.region(kit.cloth()), 0.7, rows=8, columns=10)


def glasses(kit: Kit, shape: Skull) -> None:
    slot, lift = kit.rng.choice(["dark", "metal", "accent", "gem"]), kit.rng.choice([-8.0, 38.0], p=(0.6, 0.4))
    size = kit.between(0.15, 0.22) * kit.body.head
    angle = np.linspace(0, 2 * np.pi, 25)
    for s in (1, -1):
        centre = shape.point(s * 26.0, lift, 1.16)
        ring = centre + np.stack([np.sin(angle), np.cos(angle) * 0.85, -0.25 * s * np.sin(angle)], -1) * size
        kit.rod("head", ring, np.full(25, 0.14 * size), kit.region(slot), columns=6, reference=(0.01, 0.02, 1))
        if lift > 0:
            kit.ball("head", centre, (size, size * 0.85, size * 0.2), kit.region("gem"), angles=(0, s * 14, 0))
        rear = shape.points(np.array(s * np.linspace(50, 92, 5)), np.full(5, lift), 1.12)
        kit.rod("head", rear, np.full(5, 0.1 * size), kit.region(slot), columns=6, reference=(0, 1, 0))
    bridge = shape.points(np.linspace(-10, 10, 5), np.full(5, lift), 1.17)
    kit.rod("head", bridge, np.full(5, 0.12 * size), kit.region(slot), columns=6, reference=(0, 1, 0))


def ear_rings(kit: Kit, shape: Skull) -> None:
    long, square = kit.between(0.03, 0.09), kit.between(0.4, 1)
    for s in (1, -1):
        centre = shape.point(s * 95.0, -28.0, 1.1)
        radii = np.array([0.03, long, 0.03]) * kit.body.head
        kit.ball("head", centre, radii, kit.region("gem"), square, rows=7, columns=9)
