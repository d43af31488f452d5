"""What is worn over the body: skirts, jackets, capes."""

import numpy as np

from .kit import ARM, Kit
from .skeleton import SIDES
from .surface import Pose, tube, unit
from .textures import bands, ellipse, pattern, polygon, rectangle, star, zigzag


def clothes(kit: Kit, bottom: str) -> None:
    if kit.chance(0.45):
        length = kit.between(0.25, 0.55) if kit.chance(0.7) else kit.between(0.6, 0.95)
        skirt(kit, bottom if kit.chance(0.6) else kit.cloth(), length, 0.004)
        if kit.chance(0.2):
            skirt(kit, kit.cloth(), kit.between(0.15, 0.3), 0.012)
    if kit.chance(0.4):
        jacket(kit, kit.cloth())
    if kit.chance(0.22):
        cape(kit)


def skirt(kit: Kit, slot: str, length: float, wider: float) -> None:
    """Hangs from the waist and follows the thighs; `length` is a share of the leg."""
    body, texture = kit.body, skirt_cloth(kit, slot)
    t, angle = np.linspace(0, 1, 9)[:, None], 2 * np.pi * (np.linspace(0, 1, 49) - 0.5)
    (across,), (deep,) = kit.girth(np.array([0.42]))
    flare = kit.between(0.25, 0.9) * length * body.leg + body.hip * 0.3
    grow = np.sqrt(t) if kit.chance(0.6) else t
    folds = np.sin(angle * kit.rng.integers(6, 16))
    folds = np.sign(folds) if kit.chance(0.4) else folds
    ripple = 1 + (kit.between(0, 0.06) if kit.chance(0.6) else 0) * t * folds
    wide, thick = (across + wider + flare * grow) * ripple, (deep + wider + flare * 0.8 * grow) * ripple
    long = length * body.leg + 0.2 * body.torso

    def place(pose: Pose) -> np.ndarray:
        root, hips = pose.bones["pelvis"]
        thighs = np.array([-pose.bones["leg_" + side][0][:, 1] for side in SIDES])
        apart = 0.5 * np.abs((thighs[0] - thighs[1]) @ root)
        down = unit(unit(thighs.sum(0)) * 0.75 - root[:, 1] * 0.25 + pose.drift() * 0.3)
        start = hips + root @ [0, 0.34 * body.torso, 0]
        centres = start + t * long * np.where(t < 0.2, -root[:, 1], down)
        more = t * length * body.leg * 0.6
        return tube(centres, root[:, 2], wide + more * apart[0], thick + more * apart[2], len(angle))

    kit.add(place, texture, kit.region(slot if kit.chance(0.4) else "dark"))


def skirt_cloth(kit: Kit, slot: str) -> np.ndarray:
    main = kit.region(slot)
    texture = bands(main, [], (256, 512))
    if kit.chance(0.5):
        pattern(texture, main, kit.region, kit.cloth(), kit.rng)
    if kit.chance(0.5):
        low = kit.between(0.75, 0.92)
        texture[round(low * 256) : round((low + 0.07) * 256)] = kit.region(kit.cloth())
    if kit.chance(0.3):
        zigzag(texture, kit.rng, kit.between(0.04, 0.2), int(kit.rng.integers(8, 24)))
    if kit.chance(0.15):
        # A slit.
        w = kit.between(0.03, 0.1)
        polygon(texture, [(0.5, 0.1), (0.5 - w, 1.1), (0.5 + w, 1.1)], 0)
    return texture


def jacket(kit: Kit, slot: str) -> None:
    """A second layer over the trunk, with or without short sleeves."""
    low, high, trim = kit.between(0.02, 0.45), kit.between(0.9, 0.985), kit.cloth()
    texture = jacket_cloth(kit, slot, trim)
    more = 0.007 + np.linspace(kit.between(0.0, 0.02), 0, 16)
    kit.on_torso(np.linspace(low, high, 16), more, texture, inside=kit.region(slot))
    if kit.chance(0.6):
        at = np.linspace(0.0, kit.between(0.15, 0.35), 7)
        radii = kit.body.arm_radius * np.linspace(1.5, kit.between(1.5, 2.0), 7)
        for side in SIDES:
            texture = bands(kit.region(slot), [(0.8, 1, kit.region(trim))])
            kit.on_limb(ARM, side, at, radii, texture, inside=kit.region(slot))


def jacket_cloth(kit: Kit, slot: str, trim: str) -> np.ndarray:
    main = kit.region(slot)
    texture = bands(main, [(0, 0.05, kit.region(trim))] if kit.chance(0.4) else [], (300, 400))
    if kit.chance(0.3):
        pattern(texture, main, kit.region, kit.cloth(), kit.rng)
    if kit.chance(0.75):
        opening(kit, texture, trim)
    else:
        rectangle(texture, (0.5, 0.5), (0.008, 0.6), kit.region(trim))
        for v in np.linspace(0.15, 0.85, kit.rng.integers(2, 6)):
            for u in (0.44, 0.56):
                ellipse(texture, (u, v), (0.013, 0.02), kit.region("metal"))
    if kit.chance(0.4):
        pocket = trim if kit.chance(0.5) else slot
        for u in (0.4, 0.6):
            rectangle(texture, (u, 0.18), (0.04, 0.065), kit.region(pocket))
    if kit.chance(0.3):
        centre = (0.0 if kit.chance(0.5) else 0.37, 0.6)
        polygon(texture, star(centre, (0.05, 0.08), kit.rng.integers(3, 7)), kit.region(kit.cloth()))
    return texture


def opening(kit: Kit, texture: np.ndarray, trim: str) -> None:
    """Open in front, with a border and lapels."""
    low, high, edge = kit.between(0.0, 0.16), kit.between(0.03, 0.14), kit.between(0.01, 0.03)
    gap = lambda e: [(0.5 - low - e, -0.1), (0.5 + low + e, -0.1), (0.5 + high + e, 1.1), (0.5 - high - e, 1.1)]
    if kit.chance(0.6):
        polygon(texture, gap(edge), kit.region(trim))
    polygon(texture, gap(0), 0)
    if kit.chance(0.4):
        for s in (1, -1):
            u = 0.5 + s * high
            polygon(texture, [(u, 1), (u + s * 0.09, 0.85), (u + s * 0.02, 0.6)], kit.region(trim))


def cape(kit: Kit) -> None:
    """Hangs from the shoulders behind the body."""
    body, texture = kit.body, cape_cloth(kit)
    length, wide = kit.between(0.5, 1.0) * (body.torso + body.leg) * 0.85, kit.between(1.0, 1.7)
    u, t = np.linspace(-1, 1, 25), np.linspace(0, 1, 12)[:, None]
    angle, off = np.radians(u * kit.between(95, 140)), 0.5 * np.minimum(t * 5, 1)
    folds = kit.between(0.0, 0.03) * t * np.sin(u * kit.rng.integers(2, 7) * np.pi)
    across = body.shoulder * (0.75 + off + (wide - 1) * t) + 0 * u
    deep = body.chest * (0.5 + off + 1.1 * wide * t) + folds
    collar = np.stack([across * np.sin(angle), 0 * deep - 0.02 * body.torso, -deep * np.cos(angle) - 0.01], -1)

    def place(pose: Pose) -> np.ndarray:
        chest, neck = pose.bones["chest"]
        down = unit(np.array([0, -0.6, -0.075]) - 0.4 * chest[:, 1] + 0.5 * pose.drift())
        return collar @ chest.T + neck + (t * length)[..., None] * down

    kit.add(place, texture, kit.region(kit.cloth()))


def cape_cloth(kit: Kit) -> np.ndarray:
    main = kit.region(kit.cloth())
    texture = bands(main, [(0.86, 0.96, kit.region(kit.cloth()))] if kit.chance(0.4) else [], (256, 256))
    if kit.chance(0.25):
        pattern(texture, main, kit.region, kit.cloth(), kit.rng)
    if kit.chance(0.35):
        zigzag(texture, kit.rng, kit.between(0.05, 0.2), int(kit.rng.integers(4, 14)))
    return texture
