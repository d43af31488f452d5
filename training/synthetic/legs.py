"""Legs and feet, with trousers, stockings, shoes and boots."""

import numpy as np

from .kit import LEG, LEG_RADII, LIMB_AT, Kit
from .skeleton import SIDES
from .textures import bands, pattern, rectangle


def legs(kit: Kit, skin: int, bottom: str, lower: int) -> None:
    """Both legs. `lower` is the region of what is worn around the hips, in the colour of slot `bottom`."""
    cover, sock, boot = (
        float(kit.rng.choice([0, 0.3, 0.55, 1], p=(0.3, 0.25, 0.1, 0.35))),
        kit.chance(0.5),
        kit.chance(0.5),
    )
    sock_from, boot_from = float(kit.rng.choice([0.3, 0.5, 0.75, 0.85])), kit.between(0.55, 0.9)
    sock_slot, shoe, sole, trim = (kit.cloth() for _ in range(4))
    loose, striped, band, uneven = kit.chance(0.4), kit.chance(0.25), kit.chance(0.5), kit.chance(0.12)
    straps = [(at, kit.cloth()) for at in kit.rng.uniform(0.12, 0.6, kit.rng.integers(0, 3))]
    joined, seed = kit.chance(0.75), int(kit.rng.integers(1 << 30))
    for side in SIDES:
        if uneven and side == "r":
            sock_slot, sock_from, sock = kit.cloth(), kit.between(0.3, 0.8), True
        texture = bands(skin, [])
        if sock:
            stocking, row = kit.region(sock_slot), round(sock_from * 256)
            texture[row:] = stocking
            if striped:
                pattern(texture, stocking, kit.region, trim, np.random.default_rng(seed))
            if band:
                texture[row : row + 12] = kit.region(trim)
        if cover and not (loose and cover < 0.9):
            texture[: round(cover * 256)] = lower if joined else kit.region(bottom)
        kit.on_limb(LEG, side, LIMB_AT, kit.body.leg_radius * LEG_RADII, texture)
        if cover and loose:
            loose_trouser(kit, side, min(cover, 0.93), bottom, trim if band else bottom)
        for at, slot in straps:
            kit.ring(LEG, side, at, kit.body.leg_radius * 1.3, 0.04, slot)
        # The same shoe on both sides.
        same = np.random.default_rng(seed)
        upper = shoe_on(kit, side, shoe, sole, trim, same)
        if boot:
            shaft(kit, side, boot_from, upper, shoe, trim, same)


def loose_trouser(kit: Kit, side: str, length: float, slot: str, trim: str) -> None:
    at = np.linspace(0.01, length, 12)
    radii = kit.body.leg_radius * (np.interp(at, LIMB_AT, LEG_RADII) + np.linspace(0.2, 0.55, 12))
    texture = bands(kit.region(slot), [(0.9, 1, kit.region(trim))] if trim != slot else [], (256, 128))
    if length > 0.5:
        rectangle(texture, (0.77, 0.47), (0.08, 0.08), kit.region(trim))
    kit.on_limb(LEG, side, at, radii, texture, inside=kit.region(slot))


def shoe_on(kit: Kit, side: str, shoe: str, sole: str, trim: str, rng: np.random.Generator) -> int:
    """A shoe with a sole, laces or a cap; gives back the region of its upper."""
    body, upper = kit.body, kit.region(shoe)
    texture = bands(upper, [(rng.uniform(0.66, 0.8), 1, kit.region(sole))], (128, 128))
    if rng.random() < 0.5:
        for v in (0.33, 0.45, 0.57)[: rng.integers(1, 4)]:
            rectangle(texture, (0.5, v), (0.1, 0.03), kit.region(trim))
    if rng.random() < 0.4:
        texture[50:100, 44:84] = kit.region(trim)
    length = body.foot * rng.uniform(0.62, 0.75)
    radii = (body.leg_radius * 0.78, body.foot * 0.42, length)
    kit.ball("foot_" + side, (0, -0.06 * body.foot, length * 0.4), radii, texture, square=0.75)
    return upper


def shaft(kit: Kit, side: str, start: float, upper: int, shoe: str, trim: str, rng: np.random.Generator) -> None:
    """The shaft of a boot, from a share of the leg down."""
    at = np.linspace(start, 0.995, 9)
    radii = kit.body.leg_radius * (np.interp(at, LIMB_AT, LEG_RADII) + np.linspace(rng.uniform(0.12, 0.35), 0.12, 9))
    texture = bands(upper, [(0, 0.15, kit.region(trim))] if rng.random() < 0.6 else [], (128, 64))
    if rng.random() < 0.4:
        texture[60:74] = kit.region(trim)
    kit.on_limb(LEG, side, at, radii, texture, inside=kit.region(shoe))
