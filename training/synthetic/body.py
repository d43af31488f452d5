"""Limbs, hands, feet and torso, with what is worn close to the body."""

import numpy as np

from .kit import ARM, LEG, Kit
from .skeleton import SIDES
from .surface import Pose, tube
from .textures import bands, ellipse, pattern, polygon, star

ARM_AT = np.array([0, 0.001, 0.03, 0.1, 0.2, 0.3, 0.38, 0.44, 0.5, 0.56, 0.62, 0.72, 0.85, 0.97, 0.999, 1])
ARM_RADII = np.array([0, 0.6, 1.1, 1.2, 1.15, 1.05, 1, 1, 1, 1, 1.02, 1, 0.85, 0.72, 0.6, 0])
LEG_RADII = np.array([0, 0.7, 1.15, 1.2, 1.18, 1.1, 1, 0.93, 0.88, 0.88, 0.9, 0.92, 0.75, 0.6, 0.5, 0])


def arms(kit: Kit, skin: int, top: str, upper: int) -> None:
    """Both arms: sleeves, gloves, cuffs; with a chance the sides differ."""
    rng, sleeve, glove = kit.rng, kit.rng.choice([0, 0.25, 0.5, 0.8, 0.95], p=(0.2, 0.25, 0.1, 0.15, 0.3)), kit.chance(0.4)
    glove_from, cloth, trim = kit.between(0.55, 0.92), top if kit.chance(0.7) else kit.cloth(), kit.cloth()
    loose, puffed, band = kit.chance(0.5), kit.chance(0.2), kit.chance(0.4)
    glove_slot, fingers, decorated = kit.cloth(), kit.chance(0.6), kit.chance(0.35)
    rings = [(kit.between(0.1, 0.85), kit.cloth()) for _ in range(rng.integers(0, 2))]
    uneven, joined = kit.chance(0.15), kit.chance(0.6)
    for side in SIDES:
        if uneven and side == "r":
            sleeve, glove, cloth, glove_slot = kit.between(0, 0.95), kit.chance(0.5), kit.cloth(), kit.cloth()
        texture = bands(skin, [])
        if sleeve and not loose:
            texture = bands(skin, [(0, sleeve, upper if joined and cloth == top else kit.region(cloth))])
            if decorated:
                pattern(texture, texture[0, 0], kit.region, trim, np.random.default_rng(len(cloth) + len(trim)))
            if band:
                texture[round((sleeve - 0.06) * 256) : round(sleeve * 256)] = kit.region(trim)
        if glove:
            texture[round(glove_from * 256) :] = kit.region(glove_slot)
        kit.on_limb(ARM, side, ARM_AT, kit.body.arm_radius * ARM_RADII, texture)
        if sleeve and loose:
            sleeve_over(kit, side, sleeve, cloth, trim if band else cloth, puffed)
        for at, slot in rings:
            ring(kit, ARM, side, at, kit.body.arm_radius * 1.25, 0.05, slot)
        if glove and band:
            ring(kit, ARM, side, glove_from, kit.body.arm_radius * 1.12, 0.06, trim)
        hand(kit, side, kit.region(glove_slot) if glove else skin, fingers)


def ring(kit: Kit, kind, side: str, at: float, radius: float, height: float, slot: str) -> None:
    """A band around a limb."""
    rows = np.array([-0.5, -0.5, 0, 0.5, 0.5]) * height + at
    kit.on_limb(kind, side, rows + [-0.001, 0, 0, 0, 0.001], radius * np.array([0.8, 1, 1.04, 1, 0.8]), kit.region(slot))


def sleeve_over(kit: Kit, side: str, length: float, slot: str, trim: str, puffed: bool) -> None:
    """A loose sleeve, open at its end."""
    at = np.concatenate([np.linspace(0.0, length, 13)])
    flare = np.linspace(0, kit.between(0.1, 0.9) if length > 0.3 else 0.25, 13)
    bulge = 0.9 * np.sin(np.linspace(0, np.pi, 13)) if puffed else 0
    radii = kit.body.arm_radius * (np.interp(at, ARM_AT, ARM_RADII) + 0.22 + flare + bulge)
    radii[0] = kit.body.arm_radius * 0.9
    hem = kit.between(0.8, 0.95)
    texture = bands(kit.region(slot), [(hem, 1, kit.region(trim))] if trim != slot else [])
    kit.on_limb(ARM, side, at, radii, texture, inside=kit.region(slot))


def hand(kit: Kit, side: str, region: int, fingers: bool) -> None:
    """A palm, a thumb, and four fingers or a mitten; the pose says how far they are bent."""
    s, r = SIDES[side], kit.body.arm_radius * kit.between(0.95, 1.15)
    kit.ball("hand_" + side, (0, -0.9 * r, 0), (0.5 * r, 1.2 * r, 0.95 * r), region, rows=8, columns=12)
    thumb = np.array([(0, -0.4, 0.6), (-0.1 * s, -0.9, 1.15), (-0.2 * s, -1.6, 1.4), (-0.2 * s, -1.75, 1.42)]) * r
    kit.rod("hand_" + side, thumb, np.array([0.34, 0.34, 0.26, 0]) * r, region, columns=7, reference=(1, 0, 0))
    rows = [(z, 0.27, 1.6 - 0.12 * abs(z)) for z in (-0.7, -0.24, 0.24, 0.7)] if fingers else [(0, 0.45, 1.3)]
    for z, radius, length in rows:
        kit.add(finger(side, -s, z * r, radius * r, length * r, r, 1 if fingers else 1.9), np.full((1, 1), region, np.uint16))


def finger(side: str, inwards: float, z: float, radius: float, length: float, r: float, wide: float):
    def place(pose: Pose) -> np.ndarray:
        bend = np.radians(15 + 75 * pose.fists[side]) * np.array([0.5, 1.3, 2.2])
        steps = np.stack([inwards * np.sin(bend), -np.cos(bend), 0 * bend], -1) * length / 2.6
        points = np.vstack([[0, -1.6 * r, z], np.array([0, -1.6 * r, z]) + np.cumsum(steps, 0)])
        points = np.vstack([points, points[-1] + steps[-1] * 0.15])
        rotation, origin = pose.bones["hand_" + side]
        grid = tube(points, np.array([0.0, 0, 1]), radius * np.array([1, 1, 0.95, 0.7, 0]), wide * radius * np.array([1, 1, 0.95, 0.7, 0]), 7)
        return grid @ rotation.T + origin

    return place


def legs(kit: Kit, skin: int, bottom: str, lower: int) -> None:
    """Both legs: trousers, stockings, shoes or boots."""
    cover, sock, boot = kit.rng.choice([0, 0.3, 0.55, 1], p=(0.3, 0.25, 0.1, 0.35)), kit.chance(0.5), kit.chance(0.5)
    sock_from, boot_from = kit.rng.choice([0.3, 0.5, 0.75, 0.85]), kit.between(0.55, 0.9)
    sock_slot, shoe, sole, trim, loose = kit.cloth(), kit.cloth(), kit.cloth(), kit.cloth(), kit.chance(0.4)
    striped, band, uneven, knee = kit.chance(0.25), kit.chance(0.5), kit.chance(0.12), kit.chance(0.15)
    joined, seed = kit.chance(0.75), int(kit.rng.integers(1 << 30))
    for side in SIDES:
        if uneven and side == "r":
            sock_slot, sock_from, sock = kit.cloth(), kit.between(0.3, 0.8), True
        texture = bands(skin, [])
        if sock:
            stocking = kit.region(sock_slot)
            texture[round(sock_from * 256) :] = stocking
            if striped:
                pattern(texture, stocking, kit.region, trim, np.random.default_rng(seed))
            if band:
                texture[round(sock_from * 256) : round(sock_from * 256) + 12] = kit.region(trim)
        if cover and not (loose and cover < 0.9):
            texture[: round(cover * 256)] = lower if joined else kit.region(bottom)
        kit.on_limb(LEG, side, ARM_AT, kit.body.leg_radius * LEG_RADII, texture)
        if cover and loose:
            trouser_over(kit, side, min(cover, 0.93), bottom, trim if band else bottom)
        if knee:
            ring(kit, LEG, side, 0.5, kit.body.leg_radius * 1.12, 0.12, trim)
        footwear(kit, side, boot_from if boot else None, shoe, sole, trim, seed)


def trouser_over(kit: Kit, side: str, length: float, slot: str, trim: str) -> None:
    at = np.linspace(0.01, length, 12)
    flare = np.linspace(0.1, 0.45, 12)
    radii = kit.body.leg_radius * (np.interp(at, ARM_AT, LEG_RADII) + 0.1 + flare)
    texture = bands(kit.region(slot), [(0.9, 1, kit.region(trim))] if trim != slot else [], (256, 128))
    if length > 0.5:
        polygon(texture, [(0.7, 0.4), (0.85, 0.4), (0.85, 0.55), (0.7, 0.55)], kit.region(trim))
    kit.on_limb(LEG, side, at, radii, texture, inside=kit.region(slot))


def footwear(kit: Kit, side: str, boot_from: float | None, shoe: str, sole: str, trim: str, seed: int) -> None:
    b, upper, rng = kit.body, kit.region(shoe), np.random.default_rng(seed)
    texture = bands(upper, [(rng.uniform(0.66, 0.8), 1, kit.region(sole))], (128, 128))
    if rng.random() < 0.5:
        for v in (0.3, 0.42, 0.54)[: rng.integers(1, 4)]:
            polygon(texture, [(0.4, v), (0.6, v), (0.6, v + 0.06), (0.4, v + 0.06)], kit.region(trim))
    if rng.random() < 0.4:
        texture[50:100, 44:84] = kit.region(trim)
    height, length = b.foot * 0.42, b.foot * rng.uniform(0.62, 0.75)
    kit.ball("foot_" + side, (0, -0.06 * b.foot, length * 0.4), (b.leg_radius * 0.78, height, length), texture, square=0.75)
    if boot_from is not None:
        at = np.linspace(boot_from, 0.995, 9)
        radii = b.leg_radius * (np.interp(at, ARM_AT, LEG_RADII) + np.linspace(rng.uniform(0.12, 0.35), 0.12, 9))
        cuff = kit.region(trim)
        texture = bands(upper, [(0, 0.15, cuff)] if rng.random() < 0.6 else [], (128, 64))
        if rng.random() < 0.4:
            texture[60:74] = kit.region(trim)
        kit.on_limb(LEG, side, at, radii, texture, inside=kit.region(shoe))


def torso(kit: Kit, skin: int, upper: int, lower: int) -> None:
    """The trunk: a top with a neckline, a bottom, patches and buttons."""
    rng, shape = kit.rng, (400, 400)
    waist = kit.between(0.3, 0.45)
    texture = bands(upper, [(0, waist, lower)], shape)
    if kit.chance(0.25):
        texture[round(waist * 400) : round((waist + kit.between(0.08, 0.25)) * 400)] = skin
    if kit.chance(0.45):
        pattern(texture, upper, kit.region, kit.cloth(), rng)
    collar = kit.between(0.86, 0.97)
    texture[round(collar * 400) :] = skin
    if kit.chance(0.6):
        w, low = kit.between(0.05, 0.14), kit.between(0.62, 0.85)
        lapel = kit.region(kit.cloth())
        polygon(texture, [(0.5 - w - 0.05, 1), (0.5 + w + 0.05, 1), (0.5, low - 0.06)], lapel)
        polygon(texture, [(0.5 - w, 1), (0.5 + w, 1), (0.5, low)], skin if kit.chance(0.6) else kit.region("white"))
    slot = kit.cloth()
    if kit.chance(0.5):
        for v in np.linspace(waist + 0.06, collar - 0.16, rng.integers(2, 6)):
            for u in (0.5,) if len(slot) % 2 else (0.45, 0.55):
                ellipse(texture, (u, v), (0.012, 0.02), kit.region(slot))
    if kit.chance(0.4):
        for u in (0.4, 0.6)[: rng.integers(1, 3)]:
            polygon(texture, [(u - 0.04, 0.66), (u + 0.04, 0.66), (u + 0.04, 0.76), (u - 0.04, 0.76)], kit.region(kit.cloth()))
    if kit.chance(0.35):
        centre, radius = (rng.choice([0.5, 0.38]), 0.62), kit.between(0.04, 0.08)
        polygon(texture, star(centre, (radius, radius * 1.5), rng.integers(3, 7)), kit.region(kit.cloth()))
    at = np.concatenate([[0, 0.001], np.linspace(0.04, 1, 20)])
    kit.on_torso(at, 0.0, texture)
    neck = bands(skin, [(0.0, kit.between(0.2, 0.7), kit.region(kit.cloth()))] if kit.chance(0.3) else [], (64, 16))
    radius = kit.body.head * 0.17
    kit.rod("chest", [(0, y, 0) for y in np.linspace(-0.02, kit.body.neck + kit.body.head * 0.12, 6)], np.full(6, radius), neck)
