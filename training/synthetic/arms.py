"""Arms and hands, with sleeves, gloves and bands."""

import numpy as np

from .kit import ARM, ARM_RADII, LIMB_AT, Kit
from .skeleton import SIDES
from .surface import Pose, tube
from .textures import bands, pattern, plain

FINGER = np.array([1, 1, 0.95, 0.7, 0])


def arms(kit: Kit, skin: int, top: str, upper: int) -> None:
    """Both arms; with a chance the sides differ. `upper` is the region of the top, in the colour of slot `top`."""
    sleeve, glove = float(kit.rng.choice([0, 0.25, 0.5, 0.8, 0.95], p=(0.2, 0.25, 0.1, 0.15, 0.3))), kit.chance(0.4)
    glove_from, cloth, trim = kit.between(0.55, 0.92), top if kit.chance(0.7) else kit.cloth(), kit.cloth()
    loose, puffed, band = kit.chance(0.5), kit.chance(0.2), kit.chance(0.4)
    glove_slot, fingers, decorated = kit.cloth(), kit.chance(0.75), kit.chance(0.45)
    rings = [(kit.between(0.1, 0.85), kit.cloth()) for _ in range(kit.rng.integers(0, 4))]
    uneven, joined, seed = kit.chance(0.15), kit.chance(0.6), int(kit.rng.integers(1 << 30))
    for side in SIDES:
        if uneven and side == "r":
            sleeve, glove, cloth, glove_slot = kit.between(0, 0.95), kit.chance(0.5), kit.cloth(), kit.cloth()
        texture = bands(skin, [])
        if sleeve and not loose:
            over = upper if joined and cloth == top else kit.region(cloth)
            texture = bands(skin, [(0, sleeve, over)])
            if decorated:
                pattern(texture, over, kit.region, trim, np.random.default_rng(seed))
            if band:
                texture[round((sleeve - 0.06) * 256) : round(sleeve * 256)] = kit.region(trim)
        if glove:
            texture[round(glove_from * 256) :] = kit.region(glove_slot)
        kit.on_limb(ARM, side, LIMB_AT, kit.body.arm_radius * ARM_RADII, texture)
        if sleeve and loose:
            loose_sleeve(kit, side, sleeve, cloth, trim if band else cloth, puffed)
        if glove and band:
            kit.ring(ARM, side, glove_from, kit.body.arm_radius * 1.12, 0.06, trim)
        for at, slot in rings:
            kit.ring(ARM, side, at, kit.body.arm_radius * 1.25, 0.05, slot)
        hand(kit, side, kit.region(glove_slot) if glove else skin, fingers)


def loose_sleeve(kit: Kit, side: str, length: float, slot: str, trim: str, puffed: bool) -> None:
    """A sleeve that widens to its open end."""
    at, t = np.linspace(0, length, 13), np.linspace(0, 1, 13)
    flare = t * (kit.between(0.1, 0.9) if length > 0.3 else 0.25)
    bulge = 0.9 * np.sin(np.pi * t) if puffed else 0
    radii = kit.body.arm_radius * (np.interp(at, LIMB_AT, ARM_RADII) + 0.22 + flare + bulge)
    radii[0] = kit.body.arm_radius * 0.9
    hem = [(kit.between(0.8, 0.95), 1, kit.region(trim))] if trim != slot else []
    kit.on_limb(ARM, side, at, radii, bands(kit.region(slot), hem), inside=kit.region(slot))


def hand(kit: Kit, side: str, region: int, fingers: bool) -> None:
    """A palm, a thumb, and four fingers or a mitten."""
    bone, s, r = "hand_" + side, SIDES[side], kit.body.arm_radius * kit.between(0.95, 1.15)
    kit.ball(bone, (0, -0.9 * r, 0), (0.5 * r, 1.2 * r, 0.95 * r), region, rows=8, columns=12)
    thumb = np.array([(0, -0.4, 0.6), (-0.1 * s, -0.9, 1.15), (-0.2 * s, -1.6, 1.4), (-0.2 * s, -1.75, 1.42)]) * r
    kit.rod(bone, thumb, np.array([0.34, 0.34, 0.26, 0]) * r, region, columns=7, reference=(1, 0, 0))
    rows = [(z, 0.27, 1.6 - 0.12 * abs(z)) for z in (-0.7, -0.24, 0.24, 0.7)] if fingers else [(0, 0.45, 1.3)]
    for z, radius, length in rows:
        start, wide = np.array([0, -1.6 * r, z * r]), 1 if fingers else 1.9
        kit.add(finger(side, start, length * r, radius * r, wide), plain(region))


def finger(side: str, start: np.ndarray, length: float, radius: float, wide: float):
    """Bends towards the palm as far as the pose says."""

    def place(pose: Pose) -> np.ndarray:
        bend = np.radians(15 + 75 * pose.fists[side]) * np.array([0.5, 1.3, 2.2])
        steps = np.stack([-SIDES[side] * np.sin(bend), -np.cos(bend), 0 * bend], -1) * length / 2.6
        points = start + np.vstack([[0, 0, 0], np.cumsum(steps, 0)])
        points = np.vstack([points, points[-1] + steps[-1] * 0.15])
        rotation, origin = pose.bones["hand_" + side]
        grid = tube(points, np.array([0.0, 0, 1]), radius * FINGER, wide * radius * FINGER, 7)
        return grid @ rotation.T + origin

    return place
