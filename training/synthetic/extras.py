"""What makes characters unlike each other: hats, horns, animal ears, glasses, tails, wings, weapons, packs."""

import numpy as np

from .face import Skull
from .kit import Kit
from .surface import Pose, rigid, tube, turned_grid, unit
from .textures import bands, ellipse, pattern, plain, polygon, star, zigzag


def extras(kit: Kit, shape: Skull) -> None:
    for share, make in (
        (0.3, hat), (0.14, horns), (0.18, animal_ears), (0.1, phones), (0.2, clips), (0.12, glasses), (0.08, ear_rings),
    ):
        if kit.chance(share):
            make(kit, shape)
    for share, make in ((0.35, weapon), (0.18, pack), (0.16, tail), (0.08, wings), (0.12, shield), (0.15, pendant)):
        if kit.chance(share):
            make(kit)


def hat(kit: Kit, shape: Skull) -> None:
    (w, h, d), rng, slot = shape.radii, kit.rng, kit.cloth()
    kind, main, trim = rng.integers(5), kit.region(slot), kit.region(kit.cloth())
    y, tilt = shape.middle[1] + h * kit.between(0.45, 0.62), kit.between(-12, 4)
    base = turned_grid(np.eye(3), (tilt, 0, rng.normal(0, 4)))
    place = lambda grid: rigid("head", grid @ base + [0, y, shape.middle[2]])
    brim_at = np.linspace(0, 1, 5)
    if kind in (0, 1):
        # A crown with a brim: a witch's or a top hat, or a straw hat.
        tall = kit.between(1.2, 2.4) * h if kind == 0 else kit.between(0.5, 0.9) * h
        t = np.linspace(0, 1, 10)
        profile = (1 - t) ** kit.between(0.7, 1.2) if kind == 0 else np.array([1, 1, 1, 1, 0.98, 0.96, 0.9, 0.75, 0.45, 0])
        points = np.stack([0.3 * tall * t**2 * rng.normal(0, 0.7), t * tall, -0.25 * tall * t**2], -1)
        texture = bands(main, [(0.04, kit.between(0.12, 0.25), trim)], (128, 128))
        if kit.chance(0.4):
            pattern(texture, main, kit.region, kit.cloth(), rng)
        kit.add(place(tube(points, np.array([0, 0, 1.0]), 1.13 * w * profile, 1.13 * d * profile, 28)), texture)
        wide = 1.1 + brim_at * kit.between(0.5, 1.1)
        curve = -0.12 * h * np.sin(brim_at * 3) + 0.001
        brim = tube(np.stack([0 * curve, curve + np.linspace(0, -0.02, 5) * h, 0 * curve], -1), np.array([0, 0, 1.0]), w * wide, d * wide, 33)
        brim[..., 1] += (curve)[:, None]
        kit.add(place(brim), bands(main, [(0.85, 1, trim)] if kit.chance(0.5) else [], (64, 8)), kit.region(slot))
    elif kind == 2:
        # A dome, quartered or plain, with a visor: cap, beret, helmet.
        texture = bands(main, [], (100, 200))
        for k in range(0 if kit.chance(0.5) else 2):
            texture[:, 50 * 2 * k : 50 * (2 * k + 1)] = trim
        texture[85:] = kit.region(kit.cloth())
        t = np.linspace(0, 1, 12)
        bulge = kit.between(1.16, 1.4)
        r = np.sin(np.pi / 2 * (0.02 + 0.98 * t)) * np.where(t > 0.9, 1.16, bulge)
        dome = tube(np.stack([0 * t, (1 - t) * h * kit.between(0.6, 0.85), 0 * t], -1), np.array([0, 0, 1.0]), w * r, d * r, 28)
        kit.add(place(dome), texture, kit.region("dark"))
        if kit.chance(0.6):
            kit.ball("head", (0, y + 0.02 * h, shape.middle[2] + 1.3 * d), (0.7 * w, 0.06 * h, 0.6 * d), kit.region(kit.cloth()), angles=(12, 0, 0))
        if kit.chance(0.5):
            kit.ball("head", (0, y + 0.8 * h, shape.middle[2]), np.array([1, 1, 1]) * h * 0.17, kit.region(kit.cloth()))
    elif kind == 3:
        # A hoop: crown, tiara, band.
        texture = bands(main, [], (64, 400))
        if kit.chance(0.6):
            zigzag(texture, rng, kit.between(0.3, 0.6), int(rng.integers(5, 12)), top=False)
        for u in np.linspace(0, 1, rng.integers(4, 10)):
            ellipse(texture, (u, 0.3), (0.015, 0.15), kit.region("gem"))
        tall = kit.between(0.15, 0.4) * h
        hoop = tube([(0, v, 0) for v in np.linspace(0, tall, 4)], np.array([0, 0, 1.0]), 1.0 * w * np.ones(4) * 1.1, 1.1 * d * np.ones(4), 33)
        kit.add(place(hoop), texture, kit.region(slot))
    else:
        # A soft disc on the crown of the head.
        texture = bands(main, [(0.8, 1, trim)], (100, 100))
        if kit.chance(0.4):
            pattern(texture, main, kit.region, kit.cloth(), rng)
        kit.ball("head", (kit.between(-0.3, 0.3) * w, y + 0.4 * h, shape.middle[2] - 0.1 * d), (1.35 * w, 0.3 * h, 1.3 * d), texture, angles=(tilt, 0, rng.normal(0, 10)))


def horns(kit: Kit, shape: Skull) -> None:
    lon, lat, length, slot = kit.between(25, 80), kit.between(40, 65), kit.between(0.25, 0.7) * kit.body.head, kit.rng.choice(["white", "dark", "metal2", "leather"])
    curl, t = kit.between(-1, 1.5), np.linspace(0, 1, 9)[:, None]
    texture = bands(kit.region(slot), [(k, k + 0.1, kit.region("accent")) for k in (0.3, 0.6)] if kit.chance(0.4) else [], (64, 4))
    for s in (1, -1):
        start = shape.points(np.array(s * lon), np.array(lat))
        out = unit(start - shape.middle)
        points = start + length * (t * out + t**2 * curl * np.array([0.3 * s, 0.2, 0.5]))
        kit.rod("head", points, length * 0.22 * (1 - t[:, 0]) ** 0.8, texture)


def animal_ears(kit: Kit, shape: Skull) -> None:
    h, slot = kit.body.head, kit.rng.choice(["hair", "white", "dark", "hair2"])
    lon, tall, wide = kit.between(30, 55), kit.between(0.25, 0.9), kit.between(0.1, 0.2)
    for s in (1, -1):
        start = shape.points(np.array(s * lon), np.array(58.0))
        direction = unit(np.array([0.35 * s, 1.0, kit.between(-0.2, 0.1)]))
        points = start + np.array([-0.05, 0.3, 0.7, 1.0])[:, None] * direction * tall * h
        outer = np.array([1, 1.05, 0.65, 0]) * wide * h
        kit.rod("head", points, outer, kit.region(slot), outer * 0.4, columns=12, reference=(0, 0, 1))
        kit.rod("head", points * 0.9 + start * 0.1 + [0, 0, 0.18 * wide * h], outer * 0.62, kit.region("skin2"), outer * 0.34, columns=12, reference=(0, 0, 1))


def phones(kit: Kit, shape: Skull) -> None:
    h, slot = kit.body.head, kit.cloth()
    size, disc = kit.between(0.14, 0.24) * h, kit.region(kit.cloth())
    angle = np.linspace(-90, 90, 15)
    band = np.stack([np.sin(np.radians(angle)) * 1.22 * shape.radii[0], np.cos(np.radians(angle)) * 1.22 * shape.radii[1], 0 * angle], -1) + shape.middle
    kit.rod("head", band, np.full(15, 0.05 * h), kit.region(slot), np.full(15, 0.03 * h), columns=8)
    for s in (1, -1):
        centre = shape.middle + [s * shape.radii[0] * 1.18, 0, 0]
        kit.ball("head", centre, (size * 0.5, size, size), kit.region(slot), 0.6)
        kit.ball("head", centre + [s * size * 0.4, 0, 0], (size * 0.3, size * 0.6, size * 0.6), disc, 0.7)
        if s > 0 and kit.chance(0.4):
            kit.rod("head", centre + np.linspace(0, 1, 4)[:, None] * [0.05 * h, 0.8 * h, 0], np.array([1, 1, 0.6, 0]) * 0.025 * h, kit.region("metal"))


def clips(kit: Kit, shape: Skull) -> None:
    """Ribbons, flowers or pins in the hair."""
    h, slot, kind = kit.body.head, kit.cloth(), kit.rng.integers(3)
    size, lon, lat = kit.between(0.08, 0.18) * h, kit.between(25, 80), kit.between(20, 65)
    for s in (1, -1) if kit.chance(0.5) else (kit.rng.choice([-1, 1]),):
        centre = shape.points(np.array(float(s * lon)), np.array(lat), 1.2)
        if kind == 0:
            for k in (1, -1):
                points = centre + np.array([(0, 0, 0), (0.8 * k, 0.4, 0), (1.6 * k, 0.3, 0), (1.65 * k, 0.3, 0)]) * size
                kit.rod("head", points, np.array([0.3, 0.7, 0.9, 0]) * size, kit.region(slot), np.array([0.2, 0.3, 0.2, 0]) * size, reference=(0, 0, 1))
        if kind == 1:
            for k in np.arange(5) * 72:
                petal = np.array([np.cos(np.radians(k)), np.sin(np.radians(k)), 0.3]) * size
                kit.ball("head", centre + petal, np.array([0.7, 0.7, 0.4]) * size, kit.region(slot), rows=7, columns=9)
        kit.ball("head", centre, np.array([0.45, 0.45, 0.7]) * size if kind < 2 else np.array([1, 0.35, 0.5]) * size, kit.region(kit.cloth()), 0.7, rows=8, columns=10)


def glasses(kit: Kit, shape: Skull) -> None:
    slot, lift = kit.rng.choice(["dark", "metal", "accent", "gem"]), kit.rng.choice([-8.0, 38.0], p=(0.6, 0.4))
    size = kit.between(0.15, 0.22) * kit.body.head
    angle = np.linspace(0, 2 * np.pi, 25)
    for s in (1, -1):
        centre = shape.points(np.array(s * 26.0), np.array(lift), 1.16)
        ring = centre + np.stack([np.sin(angle), np.cos(angle) * 0.85, -0.25 * s * np.sin(angle)], -1) * size
        kit.rod("head", ring, np.full(25, 0.14 * size), kit.region(slot), columns=6, reference=(0.01, 0.02, 1))
        if lift > 0:
            kit.ball("head", centre, (size, size * 0.85, size * 0.2), kit.region("gem"), angles=(0, s * 14, 0))
        rear = shape.points(np.array(s * np.linspace(50, 92, 5)), np.full(5, lift), 1.12)
        kit.rod("head", rear, np.full(5, 0.1 * size), kit.region(slot), columns=6, reference=(0, 1, 0))
    bridge = shape.points(np.linspace(-10, 10, 5), np.full(5, lift), 1.17)
    kit.rod("head", bridge, np.full(5, 0.12 * size), kit.region(slot), columns=6, reference=(0, 1, 0))


def ear_rings(kit: Kit, shape: Skull) -> None:
    for s in (1, -1):
        centre = shape.points(np.array(s * 95.0), np.array(-28.0), 1.1)
        kit.ball("head", centre, np.array([0.03, kit.between(0.03, 0.09), 0.03]) * kit.body.head, kit.region("gem"), kit.between(0.4, 1), rows=7, columns=9)


def weapon(kit: Kit) -> None:
    """In the right hand: sword, staff, or tube-like gadget, along the forearm's front."""
    kind, r, h = kit.rng.integers(3), kit.body.arm_radius, kit.body.arm
    grip = np.array([0, -1.3 * r, 0.2 * r])
    forward = np.array([0, 0, 1.0])
    handle, long = kit.region("leather"), kit.between(0.6, 1.4) * h
    kit.rod("hand_r", grip + forward * np.linspace(-1.6 * r, 1.6 * r, 5)[:, None], np.array([0, 1, 1, 1, 0]) * 0.45 * r, handle, reference=(0, 1, 0))
    if kind == 0:
        blade = grip + forward * (1.6 * r + long * np.array([0, 0.02, 0.8, 1.0]))[:, None]
        texture = plain(kit.region("metal"))
        if kit.chance(0.6):
            texture = np.where((np.arange(60) // 15 % 2)[None] > 0, kit.region("metal2"), kit.region("metal")).repeat(4, 0).astype(np.uint16)
        kit.rod("hand_r", blade, np.array([0.2, 1, 0.8, 0]) * r * kit.between(0.6, 1.6), texture, np.array([0.1, 0.3, 0.25, 0]) * r, reference=(1, 0, 0), columns=13)
        kit.ball("hand_r", grip + forward * 1.7 * r, (0.5 * r, 1.6 * r, 0.4 * r), kit.region("metal2"), 0.4, rows=8, columns=10)
    elif kind == 1:
        rod = grip + forward * np.linspace(-long * 0.7, long * 0.8, 7)[:, None]
        kit.rod("hand_r", rod, np.full(7, 0.33 * r), bands(kit.region(kit.cloth()), [(0.8, 0.86, kit.region("metal"))], (64, 4)), reference=(0, 1, 0))
        kit.ball("hand_r", rod[-1], np.array([1.5, 1.5, 1.5]) * r * kit.between(0.6, 1.3), kit.region("gem"), kit.between(0.5, 1))
        if kit.chance(0.5):
            kit.ball("hand_r", rod[-1], np.array([0.5, 2.6, 0.7]) * r, kit.region("metal2"), 0.5)
    else:
        kit.ball("hand_r", grip + forward * 3 * r, np.array([0.8, 1.1, 3.0]) * r, kit.region(kit.cloth()), 0.4)
        kit.rod("hand_r", grip + forward * np.array([5, 9, 9.1])[:, None] * r, np.array([0.5, 0.5, 0]) * r, kit.region("dark"), reference=(0, 1, 0))
        kit.ball("hand_r", grip + forward * 3 * r + [0, 1.1 * r, 0], np.array([0.4, 0.4, 1.4]) * r, kit.region(kit.cloth()), 0.4)


def pack(kit: Kit) -> None:
    b, slot = kit.body, kit.cloth()
    size = np.array([kit.between(0.6, 1.0) * b.shoulder, kit.between(0.3, 0.5) * b.torso, kit.between(0.5, 0.9) * b.chest])
    texture = bands(kit.region(slot), [(0, 0.42, kit.region(kit.cloth()))], (100, 100))
    polygon(texture, [(0.9, 0.55), (1, 0.55), (1, 0.75), (0.9, 0.75)], kit.region(kit.cloth()))
    polygon(texture, [(0.0, 0.55), (0.1, 0.55), (0.1, 0.75), (0.0, 0.75)], kit.region(kit.cloth()))
    centre = (0, -0.42 * b.torso, -0.72 * b.chest - size[2])
    kit.ball("chest", centre, size, texture, kit.between(0.25, 0.6), rows=14, columns=24)
    for s in (1, -1):
        if kit.chance(0.5):
            kit.ball("chest", np.array(centre) + [s * size[0], -0.3 * size[1], 0], size * [0.25, 0.45, 0.5], kit.region(kit.cloth()), 0.5)


def tail(kit: Kit) -> None:
    b, slot, length = kit.body, kit.rng.choice(["hair", "main", "dark", "hair2"]), kit.between(0.3, 0.7)
    width, curl, bushy = kit.between(0.012, 0.03), kit.between(0.2, 1.4), kit.chance(0.4)
    t = np.linspace(0, 1, 14)
    profile = width * (np.sin(np.pi * (0.1 + 0.9 * t)) * 2.6 if bushy else np.where(t < 1, 1 - 0.4 * t, 0))
    texture = bands(kit.region(slot), [(0.8, 1, kit.region(kit.cloth()))] if kit.chance(0.6) else [], (64, 4))

    def place(pose: Pose) -> np.ndarray:
        root, hips = pose.bones["pelvis"]
        angle = curl * 2.2 * t
        local = np.cumsum(np.stack([0.4 * np.sin(4 * t + 6 * pose.swing[0]), -0.5 * np.cos(angle), -np.sin(angle + 0.5)], -1), 0) * length / 14
        return tube(hips + (local + [0, 0.05 * b.torso, -0.9 * b.hip]) @ root.T, root[:, 0], profile, profile, 12)

    kit.add(place, texture)


def wings(kit: Kit) -> None:
    b, slot, size = kit.body, kit.cloth(), kit.between(0.15, 0.4)
    u, v = np.meshgrid(np.linspace(0, 1, 12), np.linspace(-1, 1, 8))
    texture = bands(kit.region(slot), [], (100, 100))
    texture[:, 60:] = kit.region(kit.cloth())
    zigzag(texture, kit.rng, kit.between(0.1, 0.4), int(kit.rng.integers(3, 6)))
    for s in (1, -1):
        grid = np.stack([s * (0.02 + u * size), (0.4 * u - v * 0.5 * np.sin(np.pi * (0.15 + 0.8 * u))) * size, -0.05 - 0.6 * size * u**0.5], -1)
        kit.add(rigid("chest", grid + [0, -0.25 * b.torso, -0.6 * b.chest]), texture, kit.region(slot))


def shield(kit: Kit) -> None:
    r = kit.body.arm_radius * kit.between(2.5, 5)
    texture = bands(kit.region("metal"), [(0.0, 0.12, kit.region(kit.cloth())), (0.3, 0.36, kit.region("metal2")), (0.44, 1, kit.region(kit.cloth()))], (100, 100))
    if kit.chance(0.5):
        polygon(texture, star((0.5, 0.1), (0.3, 0.1), 4), kit.region("gem"))
    kit.ball("elbow_l", (kit.body.arm_radius * 1.8, -0.25 * kit.body.arm, 0), (r, r * 0.25, r * kit.between(0.7, 1.3)), texture, angles=(0, 0, -90))


def pendant(kit: Kit) -> None:
    (_,), (deep,) = kit.girth(np.array([0.8]))
    size = kit.between(0.012, 0.03)
    kit.ball("chest", (0, -0.22 * kit.body.torso, deep + 0.012), (size, size, size * 0.5), kit.region("gem"), kit.between(0.4, 1), rows=8, columns=10)
    if kit.chance(0.5):
        kit.ball("chest", (0, -0.22 * kit.body.torso, deep + 0.008), (size * 1.4, size * 1.4, size * 0.5), kit.region("metal"), rows=8, columns=10)
