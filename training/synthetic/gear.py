"""What is carried or grows on the body: weapons, packs, tails, wings, shields, pendants."""

import numpy as np

from .kit import Kit
from .surface import Pose, rigid, tube
from .textures import bands, plain, polygon, rectangle, star, zigzag

FORWARD = np.array([0, 0, 1.0])


def gear(kit: Kit) -> None:
    for share, make in ((0.35, weapon), (0.18, pack), (0.16, tail), (0.08, wings), (0.12, shield), (0.15, pendant)):
        if kit.chance(share):
            make(kit)


def weapon(kit: Kit) -> None:
    """In the right hand, along its front: a sword, a staff or a gadget."""
    r = kit.body.arm_radius
    grip = np.array([0, -1.3 * r, 0.2 * r])
    handle = grip + FORWARD * np.linspace(-1.6 * r, 1.6 * r, 5)[:, None]
    radii = np.array([0, 1, 1, 1, 0]) * 0.45 * r
    kit.rod("hand_r", handle, radii, kit.region("leather"), reference=(0, 1, 0))
    (sword, staff, gadget)[kit.rng.integers(3)](kit, grip, r)


def sword(kit: Kit, grip: np.ndarray, r: float) -> None:
    long, texture = kit.between(0.6, 1.4) * kit.body.arm, plain(kit.region("metal"))
    blade = grip + FORWARD * (1.6 * r + long * np.array([0, 0.02, 0.8, 1.0]))[:, None]
    if kit.chance(0.6):
        ridge = np.where(np.arange(60) // 15 % 2, kit.region("metal2"), kit.region("metal"))
        texture = np.tile(ridge, (4, 1)).astype(np.uint16)
    across = np.array([0.2, 1, 0.8, 0]) * r * kit.between(0.6, 1.6)
    kit.rod("hand_r", blade, across, texture, np.array([0.1, 0.3, 0.25, 0]) * r, columns=13, reference=(1, 0, 0))
    guard = np.array([0.5, 1.6, 0.4]) * r
    kit.ball("hand_r", grip + FORWARD * 1.7 * r, guard, kit.region("metal2"), 0.4, rows=8, columns=10)


def staff(kit: Kit, grip: np.ndarray, r: float) -> None:
    long = kit.between(0.6, 1.4) * kit.body.arm
    rod = grip + FORWARD * np.linspace(-long * 0.7, long * 0.8, 7)[:, None]
    texture = bands(kit.region(kit.cloth()), [(0.8, 0.86, kit.region("metal"))], (64, 4))
    kit.rod("hand_r", rod, np.full(7, 0.33 * r), texture, reference=(0, 1, 0))
    size = np.full(3, 1.5) * r * kit.between(0.6, 1.3)
    kit.ball("hand_r", rod[-1], size, kit.region("gem"), kit.between(0.5, 1))
    if kit.chance(0.5):
        kit.ball("hand_r", rod[-1], np.array([0.5, 2.6, 0.7]) * r, kit.region("metal2"), 0.5)


def gadget(kit: Kit, grip: np.ndarray, r: float) -> None:
    middle = grip + FORWARD * 3 * r
    kit.ball("hand_r", middle, np.array([0.8, 1.1, 3.0]) * r, kit.region(kit.cloth()), 0.4)
    pipe = grip + FORWARD * np.array([5, 9, 9.1])[:, None] * r
    kit.rod("hand_r", pipe, np.array([0.5, 0.5, 0]) * r, kit.region("dark"), reference=(0, 1, 0))
    kit.ball("hand_r", middle + [0, 1.1 * r, 0], np.array([0.4, 0.4, 1.4]) * r, kit.region(kit.cloth()), 0.4)


def pack(kit: Kit) -> None:
    b, slot = kit.body, kit.cloth()
    size = np.array([b.shoulder, 0.5 * b.torso, 0.9 * b.chest]) * kit.rng.uniform(0.6, 1.0, 3)
    texture = bands(kit.region(slot), [(0, 0.42, kit.region(kit.cloth()))], (100, 100))
    for u in (0.05, 0.95):
        rectangle(texture, (u, 0.65), (0.05, 0.1), kit.region(kit.cloth()))
    centre = (0, -0.42 * b.torso, -0.72 * b.chest - size[2])
    kit.ball("chest", centre, size, texture, kit.between(0.25, 0.6), rows=14, columns=24)
    for s in (1, -1):
        if kit.chance(0.5):
            pocket = np.array(centre) + [s * size[0], -0.3 * size[1], 0]
            kit.ball("chest", pocket, size * [0.25, 0.45, 0.5], kit.region(kit.cloth()), 0.5)


def tail(kit: Kit) -> None:
    b, slot, length = kit.body, kit.rng.choice(["hair", "main", "dark", "hair2"]), kit.between(0.3, 0.7)
    width, curl, bushy = kit.between(0.012, 0.03), kit.between(0.2, 1.4), kit.chance(0.4)
    t = np.linspace(0, 1, 14)
    profile = width * (np.sin(np.pi * (0.1 + 0.9 * t)) * 2.6 if bushy else np.where(t < 1, 1 - 0.4 * t, 0))
    texture = bands(kit.region(slot), [(0.8, 1, kit.region(kit.cloth()))] if kit.chance(0.6) else [], (64, 4))

    def place(pose: Pose) -> np.ndarray:
        root, hips = pose.bones["pelvis"]
        angle = curl * 2.2 * t
        wag = 0.4 * np.sin(4 * t + 6 * pose.swing[0])
        steps = np.stack([wag, -0.5 * np.cos(angle), -np.sin(angle + 0.5)], -1) * length / len(t)
        points = [0, 0.05 * b.torso, -0.9 * b.hip] + np.cumsum(steps, 0)
        return tube(hips + points @ root.T, root[:, 0], profile, profile, 12)

    kit.add(place, texture)


def wings(kit: Kit) -> None:
    b, slot, size = kit.body, kit.cloth(), kit.between(0.15, 0.4)
    u, v = np.meshgrid(np.linspace(0, 1, 12), np.linspace(-1, 1, 8))
    texture = bands(kit.region(slot), [], (100, 100))
    texture[:, 60:] = kit.region(kit.cloth())
    zigzag(texture, kit.rng, kit.between(0.1, 0.4), int(kit.rng.integers(3, 6)))
    for s in (1, -1):
        up = 0.4 * u - v * 0.5 * np.sin(np.pi * (0.15 + 0.8 * u))
        grid = np.stack([s * (0.02 + u * size), up * size, -0.05 - 0.6 * size * u**0.5], -1)
        kit.add(rigid("chest", grid + [0, -0.25 * b.torso, -0.6 * b.chest]), texture, kit.region(slot))


def shield(kit: Kit) -> None:
    r = kit.body.arm_radius * kit.between(2.5, 5)
    boss, ring, back = kit.region(kit.cloth()), kit.region("metal2"), kit.region(kit.cloth())
    texture = bands(kit.region("metal"), [(0, 0.12, boss), (0.3, 0.36, ring), (0.44, 1, back)], (100, 100))
    if kit.chance(0.5):
        polygon(texture, star((0.5, 0.1), (0.3, 0.1), 4), kit.region("gem"))
    centre = (kit.body.arm_radius * 1.8, -0.25 * kit.body.arm, 0)
    kit.ball("elbow_l", centre, (r, r * 0.25, r * kit.between(0.7, 1.3)), texture, angles=(0, 0, -90))


def pendant(kit: Kit) -> None:
    _, (deep,) = kit.girth(np.array([0.8]))
    centre = np.array([0, -0.22 * kit.body.torso, deep + 0.012])
    radii = kit.between(0.012, 0.03) * np.array([1, 1, 0.5])
    kit.ball("chest", centre, radii, kit.region("gem"), kit.between(0.4, 1), rows=8, columns=10)
    if kit.chance(0.5):
        setting = radii * [1.4, 1.4, 1]
        kit.ball("chest", centre - [0, 0, 0.004], setting, kit.region("metal"), rows=8, columns=10)
