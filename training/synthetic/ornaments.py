"""Smaller things worn on the trunk: collars, scarves, bows, plates, braces, aprons, belts."""

import numpy as np

from .kit import ARM, Kit
from .surface import Pose, tube, unit
from .textures import bands, polygon


def ornaments(kit: Kit) -> None:
    for share, make in (
        (0.7, belt),
        (0.45, collar),
        (0.2, scarf),
        (0.4, bow),
        (0.25, shoulders),
        (0.25, straps),
        (0.15, apron),
    ):
        if kit.chance(share):
            make(kit)


def belt(kit: Kit) -> None:
    at = kit.between(0.3, 0.45)
    rows = at + np.array([-0.035, -0.03, 0, 0.03, 0.035]) * kit.between(0.7, 1.4)
    texture = bands(kit.region(kit.cloth()), [], (32, 400))
    if kit.chance(0.3):
        texture[:, ::50] = kit.region(kit.cloth())
    kit.on_torso(rows, np.array([0.003, 0.008, 0.008, 0.008, 0.003]), texture)
    (across,), (deep,) = kit.girth(np.array([at]))
    y = (at * 0.99 - 0.05) * kit.body.torso
    if kit.chance(0.75):
        size = kit.between(0.014, 0.028)
        buckle = np.array([size, 0.9 * size, 0.008])
        kit.ball("pelvis", (0, y, deep + 0.008), buckle, kit.region("metal"), 0.35, rows=8, columns=12)
        if kit.chance(0.5):
            inner = buckle * [0.55, 0.55, 1]
            kit.ball("pelvis", (0, y, deep + 0.012), inner, kit.region("leather2"), 0.35, rows=8, columns=12)
    for s in (1, -1):
        if kit.chance(0.3):
            size = kit.between(0.022, 0.04)
            texture = bands(kit.region("leather"), [(0, 0.45, kit.region("leather2"))], (64, 64))
            centre, radii = (s * (across + 0.01), y - size, deep * 0.4), (size * 0.8, size, size * 0.7)
            kit.ball("pelvis", centre, radii, texture, 0.45, (0, s * 50, 0))


def collar(kit: Kit) -> None:
    """A ring around the neck, or a wide flat one with two points."""
    slot, r = kit.cloth(), kit.body.head * 0.17
    if kit.chance(0.5):
        texture = bands(kit.region(slot), [(0.75, 1, kit.region(kit.cloth()))] if kit.chance(0.5) else [], (64, 200))
        if kit.chance(0.5):
            polygon(texture, [(0.46, -0.1), (0.54, -0.1), (0.54, 1.1), (0.46, 1.1)], 0)
        top = kit.between(0.04, 0.16) * kit.body.head
        points = [(0, y, 0) for y in np.linspace(-0.05 * kit.body.torso, top, 6)]
        radii = r * np.linspace(1.5, kit.between(1.1, 1.6), 6)
        kit.rod("chest", points, radii, texture, columns=24, inside=kit.region(slot))
        return
    texture = bands(kit.region(slot), [(0, 0.15, kit.region(kit.cloth()))] if kit.chance(0.6) else [], (100, 400))
    polygon(texture, [(0.5, 0.95), (0.42, -0.1), (0.58, -0.1)], 0)
    at = np.linspace(kit.between(0.76, 0.84), 0.985, 8)
    kit.on_torso(at, np.linspace(0.02, 0.008, 8), texture, inside=kit.region(slot))


def scarf(kit: Kit) -> None:
    slot, r = kit.cloth(), kit.body.head * 0.17
    texture = bands(kit.region(slot), [], (64, 64))
    angle = np.linspace(0, 2 * np.pi, 19)
    ring = np.stack([np.sin(angle), 0.1 * np.cos(angle) + 0.1, np.cos(angle)], -1) * r * 1.5
    kit.rod("chest", ring, np.full(19, r * kit.between(0.4, 0.6)), texture, reference=(0, 1, 0.01))
    length, start = kit.between(0.3, 0.9) * kit.body.torso, np.array([r, 0, -r])
    tail = bands(kit.region(slot), [(0.8, 0.9, kit.region(kit.cloth()))], (64, 8))

    def place(pose: Pose) -> np.ndarray:
        chest, neck = pose.bones["chest"]
        t = np.linspace(0, 1, 9)[:, None]
        drift = pose.drift() + [0, -1.0, -0.3]
        line = neck + chest @ start + t * length * unit(drift - chest[:, 2] * 0.3)
        width = np.array([0.6, 1, 1, 1, 1, 1, 1, 1, 0]) * r * 0.7
        return tube(line, chest[:, 2], width, width * 0.25, 9)

    kit.add(place, tail)


def bow(kit: Kit) -> None:
    """A ribbon or a tie on the breast."""
    _, (deep,) = kit.girth(np.array([0.88]))
    size, slot = kit.between(0.15, 0.28) * kit.body.torso, kit.cloth()
    knot = np.array([0, -0.13 * kit.body.torso, deep + 0.02])
    if kit.chance(0.5):
        for s in (1, -1):
            points = np.array([(0, 0, 0), (0.5 * s, 0.1, 0.05), (s, 0.05, 0), (1.02 * s, 0.05, 0)]) * size + knot
            across, thick = np.array([0.15, 0.35, 0.42, 0]) * size, np.array([0.1, 0.14, 0.1, 0]) * size
            kit.rod("chest", points, across, kit.region(slot), thick, reference=(0, 0, 1))
    long = kit.between(0.8, 2.0)
    for s in (1, -1) if kit.chance(0.5) else (0,):
        points = np.array(
            [(0, 0, -0.02), (0.2 * s, -0.5 * long, 0), (0.3 * s, -long, -0.05), (0.3 * s, -long - 0.15, -0.05)]
        )
        texture = bands(kit.region(slot), [(0.5, 0.6, kit.region(kit.cloth()))] if kit.chance(0.4) else [], (64, 8))
        across, thick = np.array([0.12, 0.22, 0.3, 0]) * size, np.array([0.06, 0.06, 0.06, 0]) * size
        kit.rod("chest", points * size + knot, across, texture, thick, reference=(0, 0, 1))
    centre = kit.region(slot if kit.chance(0.4) else "gem")
    kit.ball("chest", knot + [0, 0, 0.01], np.array([0.16, 0.16, 0.14]) * size, centre, rows=8, columns=10)


def shoulders(kit: Kit) -> None:
    """Plates on the shoulders, one or both."""
    slot, trim = kit.rng.choice(["metal", "metal2", "leather", "accent"]), kit.cloth()
    at = np.linspace(-0.14, 0.3, 9)
    radii = kit.body.arm_radius * kit.between(1.9, 2.6) * np.sin(np.linspace(0.15, 2.2, 9))
    for side in ("l", "r") if kit.chance(0.75) else ("l",):
        texture = bands(kit.region(slot), [(0.68, 0.86, kit.region(trim)), (0.98, 1, 0)], (70, 60))
        if kit.chance(0.5):
            texture[:15] = kit.region(trim)
        kit.on_limb(ARM, side, at, radii, texture, inside=kit.region("dark"))


def straps(kit: Kit) -> None:
    """Braces over the shoulders and perhaps a pack."""
    slot = kit.rng.choice(["leather", "dark", "accent", "second"])
    texture = np.zeros((100, 400), np.uint16)
    for u in (0.4, 0.6, 0.9, 0.1):
        polygon(texture, [(u - 0.02, -0.1), (u + 0.02, -0.1), (u + 0.02, 1.1), (u - 0.02, 1.1)], kit.region(slot))
    kit.on_torso(np.linspace(0.4, 0.965, 14), 0.011, texture, inside=kit.region(slot))


def apron(kit: Kit) -> None:
    texture = np.zeros((200, 400), np.uint16)
    polygon(texture, [(0.36, -0.1), (0.64, -0.1), (0.58, 1.1), (0.42, 1.1)], kit.region(kit.cloth()))
    polygon(texture, [(0.45, 0.6), (0.55, 0.6), (0.55, 0.8), (0.45, 0.8)], kit.region(kit.cloth()))
    kit.on_torso(np.linspace(0.04, 0.85, 14), 0.012, texture, inside=kit.region("white"))
