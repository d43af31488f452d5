"""The trunk and the neck, with what is worn close to them."""

import numpy as np

from .kit import Kit
from .textures import bands, ellipse, pattern, polygon, rectangle, star

SIZE = 400


def trunk(kit: Kit, skin: int, top: str, upper: int, lower: int) -> None:
    """A top and a bottom, panels, a neckline, patches; regions `upper` and `lower`, `upper` in slot `top`."""
    waist, collar = kit.between(0.3, 0.45), kit.between(0.86, 0.97)
    texture = bands(upper, [(0, waist, lower)], (SIZE, SIZE))
    if kit.chance(0.25):
        texture[round(waist * SIZE) : round((waist + kit.between(0.08, 0.25)) * SIZE)] = skin
    if kit.chance(0.35):
        # Seams between pieces of one colour.
        for u in (0.0, 0.22, 0.7):
            polygon(texture, [(u, waist), (u + 0.08, waist), (u + 0.1, 1), (u + 0.02, 1)], kit.region(top))
    if kit.chance(0.55):
        pattern(texture, upper, kit.region, kit.cloth(), kit.rng)
    texture[round(collar * SIZE) :] = skin
    if kit.chance(0.6):
        neckline(kit, texture, skin)
    patches(kit, texture, waist, collar)
    kit.on_torso(np.concatenate([[0, 0.001], np.linspace(0.04, 1, 20)]), 0.0, texture)
    neck = bands(skin, [(0, kit.between(0.2, 0.7), kit.region(kit.cloth()))] if kit.chance(0.3) else [], (64, 16))
    points = [(0, y, 0) for y in np.linspace(-0.02, kit.body.neck + kit.body.head * 0.12, 6)]
    kit.rod("chest", points, np.full(6, kit.body.head * 0.17), neck)


def neckline(kit: Kit, texture: np.ndarray, skin: int) -> None:
    """A V with a border."""
    w, low = kit.between(0.05, 0.14), kit.between(0.62, 0.85)
    border = kit.region(kit.cloth())
    polygon(texture, [(0.45 - w, 1), (0.55 + w, 1), (0.5, low - 0.06)], border)
    polygon(texture, [(0.5 - w, 1), (0.5 + w, 1), (0.5, low)], skin if kit.chance(0.6) else kit.region("white"))


def patches(kit: Kit, texture: np.ndarray, waist: float, collar: float) -> None:
    """Buttons, breast pockets, an emblem."""
    if kit.chance(0.5):
        slot, columns = kit.cloth(), (0.5,) if kit.chance(0.5) else (0.45, 0.55)
        for v in np.linspace(waist + 0.06, collar - 0.16, kit.rng.integers(2, 6)):
            for u in columns:
                ellipse(texture, (u, v), (0.012, 0.02), kit.region(slot))
    if kit.chance(0.5):
        for u in (0.4, 0.6)[: kit.rng.integers(1, 3)]:
            rectangle(texture, (u, 0.71), (0.04, 0.05), kit.region(kit.cloth()))
    if kit.chance(0.35):
        centre, radius = (kit.rng.choice([0.5, 0.38]), 0.62), kit.between(0.04, 0.08)
        polygon(texture, star(centre, (radius, radius * 1.5), kit.rng.integers(3, 7)), kit.region(kit.cloth()))
