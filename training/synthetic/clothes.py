"""What is worn over the body: skirts, jackets, capes, belts, collars, scarves, bows, armour."""

import numpy as np

from .kit import ARM, Kit
from .skeleton import SIDES
from .surface import Pose, tube, unit
from .textures import bands, ellipse, pattern, plain, polygon, star, zigzag


def clothes(kit: Kit, top: str, bottom: str) -> None:
    if kit.chance(0.45):
        skirt(kit, bottom if kit.chance(0.6) else kit.cloth(), kit.between(0.25, 0.55) if kit.chance(0.7) else kit.between(0.6, 0.95))
        if kit.chance(0.2):
            skirt(kit, kit.cloth(), kit.between(0.15, 0.3), wider=0.012)
    if kit.chance(0.4):
        jacket(kit, kit.cloth())
    if kit.chance(0.65):
        belt(kit)
    if kit.chance(0.22):
        cape(kit)
    for share, make in ((0.35, collar), (0.15, scarf), (0.3, bow), (0.2, shoulders), (0.15, straps), (0.12, apron)):
        if kit.chance(share):
            make(kit)


def skirt(kit: Kit, slot: str, length: float, wider=0.004) -> None:
    """Hangs from the waist; follows the thighs; pleats, bands and a cut rim."""
    rng, b = kit.rng, kit.body
    rows, columns, main = 9, 49, kit.region(slot)
    texture = bands(main, [], (256, 512))
    if kit.chance(0.4):
        pattern(texture, main, kit.region, kit.cloth(), rng)
    if kit.chance(0.5):
        low = kit.between(0.75, 0.92)
        texture[round(low * 256) : round((low + 0.07) * 256)] = kit.region(kit.cloth())
    if kit.chance(0.3):
        zigzag(texture, rng, kit.between(0.04, 0.2), int(rng.integers(8, 24)))
    if kit.chance(0.15):
        w = kit.between(0.03, 0.1)
        polygon(texture, [(0.5, 0.1), (0.5 - w, 1.1), (0.5 + w, 1.1)], 0)
    angle = 2 * np.pi * (np.linspace(0, 1, columns) - 0.5)
    folds, depth = int(rng.integers(6, 16)), kit.between(0, 0.06) if kit.chance(0.6) else 0.0
    t = np.linspace(0, 1, rows)
    (across,), (deep,) = kit.girth(np.array([0.42]))
    flare = kit.between(0.35, 1.3) * length * b.leg + b.hip * 0.3
    grow = np.sqrt(t)[:, None] if kit.chance(0.6) else t[:, None]
    ripple = 1 + depth * t[:, None] * np.sign(np.sin(angle * folds)) if kit.chance(0.4) else 1 + depth * t[:, None] * np.sin(angle * folds)
    wide, thick = (across + wider + flare * grow) * ripple, (deep + wider + flare * 0.8 * grow) * ripple

    def place(pose: Pose) -> np.ndarray:
        root, hips = pose.bones["pelvis"]
        thighs = np.array([-pose.bones["leg_" + side][0][:, 1] for side in "lr"])
        mean, apart = unit(thighs.sum(0)), np.abs((thighs[0] - thighs[1]) @ root) * 0.5
        down = unit(mean * 0.75 - root[:, 1] * 0.25 + np.array([pose.swing[0], 0, pose.swing[1]]) * 0.3)
        start = hips + root @ [0, 0.34 * b.torso, 0]
        bent = start + t[:, None] * (length * b.leg + 0.2 * b.torso) * np.where(t[:, None] < 0.2, -root[:, 1], down)
        more = t[:, None] * length * b.leg * 0.6
        return tube(bent, root[:, 2], wide + more * apart[0], thick + more * apart[2], columns)

    kit.add(place, texture, kit.region(slot if kit.chance(0.4) else "dark"))


def jacket(kit: Kit, slot: str) -> None:
    """A second layer over the trunk, open or with buttons, with or without lapels, sometimes with short sleeves."""
    low, high, main, trim = kit.between(0.02, 0.45), kit.between(0.9, 0.985), kit.region(slot), kit.cloth()
    texture = bands(main, [(0, 0.05, kit.region(trim))] if kit.chance(0.4) else [], (300, 400))
    if kit.chance(0.3):
        pattern(texture, main, kit.region, kit.cloth(), kit.rng)
    if kit.chance(0.75):
        w0, w1 = kit.between(0.0, 0.16), kit.between(0.03, 0.14)
        edge = kit.between(0.01, 0.03)
        if kit.chance(0.6):
            polygon(texture, [(0.5 - w0 - edge, -0.1), (0.5 + w0 + edge, -0.1), (0.5 + w1 + edge, 1.1), (0.5 - w1 - edge, 1.1)], kit.region(trim))
        polygon(texture, [(0.5 - w0, -0.1), (0.5 + w0, -0.1), (0.5 + w1, 1.1), (0.5 - w1, 1.1)], 0)
        if kit.chance(0.4):
            for s in (1, -1):
                polygon(texture, [(0.5 + s * w1, 1), (0.5 + s * (w1 + 0.09), 0.85), (0.5 + s * (w1 + 0.02), 0.6)], kit.region(trim))
    else:
        texture[:, 197:203] = kit.region(trim)
        for v in np.linspace(0.15, 0.85, kit.rng.integers(2, 6)):
            for u in (0.44, 0.56):
                ellipse(texture, (u, v), (0.013, 0.02), kit.region("metal"))
    if kit.chance(0.4):
        for u in (0.4, 0.6):
            polygon(texture, [(u - 0.04, 0.12), (u + 0.04, 0.12), (u + 0.04, 0.25), (u - 0.04, 0.25)], kit.region(trim if kit.chance(0.5) else slot))
    if kit.chance(0.3):
        polygon(texture, star((0.0 if kit.chance(0.5) else 0.37, 0.6), (0.05, 0.08), kit.rng.integers(3, 7)), kit.region(kit.cloth()))
    flare = np.linspace(kit.between(0.0, 0.02), 0, 16)
    kit.on_torso(np.linspace(low, high, 16), (0.007 + flare)[:], texture, inside=kit.region(slot))
    if kit.chance(0.6):
        at = np.linspace(0.0, kit.between(0.15, 0.35), 7)
        radii = kit.body.arm_radius * np.linspace(1.5, kit.between(1.5, 2.0), 7)
        for side in SIDES:
            kit.on_limb(ARM, side, at, radii, bands(kit.region(slot), [(0.8, 1, kit.region(trim))]), inside=kit.region(slot))


def belt(kit: Kit) -> None:
    at = kit.between(0.3, 0.45)
    rows = at + np.array([-0.035, -0.03, 0, 0.03, 0.035]) * kit.between(0.7, 1.4)
    texture = bands(kit.region(kit.cloth()), [], (32, 400))
    if kit.chance(0.3):
        texture[:, :: 50] = kit.region(kit.cloth())
    kit.on_torso(rows, np.array([0.003, 0.008, 0.008, 0.008, 0.003]), texture)
    (across,), (deep,) = kit.girth(np.array([at]))
    y = (at * 0.99 - 0.05) * kit.body.torso
    if kit.chance(0.75):
        size = kit.between(0.014, 0.028)
        kit.ball("pelvis", (0, y, deep + 0.008), (size, size * 0.9, 0.008), kit.region("metal"), 0.35, rows=8, columns=12)
        if kit.chance(0.5):
            kit.ball("pelvis", (0, y, deep + 0.012), (size * 0.55, size * 0.5, 0.008), kit.region("leather2"), 0.35, rows=8, columns=12)
    for s in (1, -1):
        if kit.chance(0.3):
            size = kit.between(0.022, 0.04)
            texture = bands(kit.region("leather"), [(0, 0.45, kit.region("leather2"))], (64, 64))
            kit.ball("pelvis", (s * (across + 0.01), y - size, deep * 0.4), (size * 0.8, size, size * 0.7), texture, 0.45, (0, s * 50, 0))


def cape(kit: Kit) -> None:
    """Hangs from the shoulders behind the body, swings, with a rim."""
    b, main, rng = kit.body, kit.region(kit.cloth()), kit.rng
    texture = bands(main, [], (256, 256))
    if kit.chance(0.4):
        texture[220:246] = kit.region(kit.cloth())
    if kit.chance(0.25):
        pattern(texture, main, kit.region, kit.cloth(), rng)
    if kit.chance(0.35):
        zigzag(texture, rng, kit.between(0.05, 0.2), int(rng.integers(4, 14)))
    length, wide, rows, columns = kit.between(0.5, 1.0) * (b.torso + b.leg) * 0.85, kit.between(1.0, 1.7), 12, 25
    u, t = np.linspace(-1, 1, columns), np.linspace(0, 1, rows)[:, None]
    folds, depth = rng.integers(2, 7), kit.between(0.0, 0.03)
    reach = kit.between(95, 140)

    def place(pose: Pose) -> np.ndarray:
        chest, neck = pose.bones["chest"]
        angle = np.radians(u * reach)
        across = b.shoulder * (0.75 + 0.5 * np.minimum(t * 5, 1) + (wide - 1) * t)
        deep = b.chest * (0.5 + 0.5 * np.minimum(t * 5, 1) + 1.1 * wide * t) + depth * t * np.sin(u * folds * np.pi)
        local = np.stack([(across + 0 * deep) * np.sin(angle), 0 * deep - 0.02 * b.torso, -deep * np.cos(angle) - 0.01], -1) @ chest.T + neck
        down = unit(-chest[:, 1] * 0.4 + np.array([0, -0.6, 0]) + np.array([pose.swing[0], 0, pose.swing[1] - 0.15]) * 0.5)
        return local + (t * length)[..., None] * down

    kit.add(place, texture, kit.region(kit.cloth()))


def collar(kit: Kit) -> None:
    """A ring around the neck, or a wide flat one with two points."""
    slot, r = kit.cloth(), kit.body.head * 0.17
    if kit.chance(0.5):
        texture = bands(kit.region(slot), [(0.75, 1, kit.region(kit.cloth()))] if kit.chance(0.5) else [], (64, 200))
        if kit.chance(0.5):
            polygon(texture, [(0.46, -0.1), (0.54, -0.1), (0.54, 1.1), (0.46, 1.1)], 0)
        top = kit.between(0.04, 0.16) * kit.body.head
        points = [(0, y, 0) for y in np.linspace(-0.05 * kit.body.torso, top, 6)]
        kit.rod("chest", points, r * np.linspace(1.5, kit.between(1.1, 1.6), 6), texture, columns=24, inside=kit.region(slot))
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
        drift = np.array([pose.swing[0], -1.0, pose.swing[1] - 0.3])
        line = neck + chest @ start + t * length * unit(drift - chest[:, 2] * 0.3)
        width = np.array([0.6, 1, 1, 1, 1, 1, 1, 1, 0]) * r * 0.7
        return tube(line, chest[:, 2], width, width * 0.25, 9)

    kit.add(place, tail)


def bow(kit: Kit) -> None:
    """A ribbon or a tie on the breast."""
    (_,), (deep,) = kit.girth(np.array([0.88]))
    y, z, size, slot = -0.13 * kit.body.torso, deep + 0.02, kit.between(0.15, 0.28) * kit.body.torso, kit.cloth()
    if kit.chance(0.5):
        for s in (1, -1):
            points = np.array([(0, 0, 0), (0.5 * s, 0.1, 0.05), (1.0 * s, 0.05, 0.0), (1.02 * s, 0.05, 0)]) * size + [0, y, z]
            kit.rod("chest", points, np.array([0.15, 0.35, 0.42, 0]) * size, kit.region(slot), np.array([0.1, 0.14, 0.1, 0]) * size, reference=(0, 0, 1))
    length = kit.between(0.8, 2.0)
    for s in (1, -1) if kit.chance(0.5) else (0,):
        points = np.array([(0, 0, -0.02), (0.2 * s, -0.5 * length, 0.0), (0.3 * s, -length, -0.05), (0.3 * s, -length - 0.15, -0.05)]) * size + [0, y, z]
        texture = bands(kit.region(slot), [(0.5, 0.6, kit.region(kit.cloth()))] if kit.chance(0.4) else [], (64, 8))
        kit.rod("chest", points, np.array([0.12, 0.22, 0.3, 0]) * size, texture, np.array([0.06, 0.06, 0.06, 0]) * size, reference=(0, 0, 1))
    kit.ball("chest", (0, y, z + 0.01), np.array([0.16, 0.16, 0.14]) * size, kit.region(slot if kit.chance(0.4) else "gem"), rows=8, columns=10)


def shoulders(kit: Kit) -> None:
    """Plates on the shoulders, one or both."""
    slot, trim, r = kit.rng.choice(["metal", "metal2", "leather", "accent"]), kit.cloth(), kit.body.arm_radius * kit.between(1.9, 2.6)
    for side in ("l", "r") if kit.chance(0.75) else ("l",):
        texture = bands(kit.region(slot), [(0.4, 0.5, kit.region(trim)), (0.58, 1, 0)], (120, 60))
        if kit.chance(0.5):
            texture[: 15] = kit.region(trim)
        kit.on_limb(ARM, side, np.linspace(-0.14, 0.3, 9), r * np.sin(np.linspace(0.15, 2.2, 9)), texture[:70], inside=kit.region("dark"))


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
