"""Clips and design sheets: poses and cameras."""

from dataclasses import dataclass

import numpy as np

from clips import CLIP_INTERVAL

from .character import Character
from .drawing import Style
from .face import FACES
from .motion import a_pose, clip
from .raster import Camera
from .skeleton import SIDES, Body, bones, turn
from .surface import Pose

# Numbers of faces.
TALKING, SHUT = 1, 3
SHEET_TURNS = (0, -45, -90, -135, 180, 90, 45, 0)
FRAMINGS = ("full", "knee", "bust", "close")
FRAMING_SHARES = (0.52, 0.2, 0.2, 0.08)


@dataclass
class Shot:
    pose: Pose
    camera: Camera
    style: Style


@dataclass
class Clip:
    framing: str
    shots: list[Shot]

    @property
    def shaded(self) -> bool:
        return self.shots[0].style.light is not None


def style(rng: np.random.Generator, shaded: bool, body: Body) -> Style:
    light = np.array([rng.choice([-1, 1]) * rng.uniform(0.3, 0.9), rng.uniform(0.2, 0.9), rng.uniform(0.3, 0.9)])
    terminator, thick = rng.uniform(-0.05, 0.25), rng.random() < 0.25
    return Style(light / np.linalg.norm(light) if shaded else None, terminator, 0.035 * body.head + 0.004, thick)


def framed(framing: str, poses: list[Pose], body: Body, size, rng: np.random.Generator | None) -> Camera:
    """One camera for all poses; without a generator level, far away and in the middle, as for sheets."""
    (width, height), names = size, list(poses[0].bones)
    points = np.array([[pose.bones[name][1] for name in names] for pose in poses])
    above = points[:, names.index("head"), 1].mean() + 1.05 * body.head
    lowest, margin = {
        "full": ("foot_l", 0.1),
        "knee": ("knee_l", 0.02),
        "bust": ("chest", 0.2 * body.torso + 0.05),
        "close": ("head", 0.25 * body.head),
    }[framing]
    below = points[:, names.index(lowest), 1].mean() - margin
    middle = points.mean((0, 1))
    target = np.array([0.5 * (points[:, names.index("head"), 0].mean() + middle[0]), (above + below) / 2, middle[2]])
    fill = 0.9 if rng is None else rng.uniform(0.5, 0.9) if framing == "full" else rng.uniform(0.82, 1.0)
    scale = fill * height / (above - below)
    if framing == "full":
        reach = np.abs(points[..., [0, 2]] - target[[0, 2]]).max() + 0.1
        scale = min(scale, 0.48 * width / reach, 0.95 * height / (points[..., 1].max() - below + body.head))
    if rng is None:
        return Camera(turn(0, 0), target, 8.0, scale, (width / 2, height / 2))
    shift = rng.normal(0, 0.06, 2) * [width, height * 0.4]
    return Camera(turn(0, rng.uniform(-8, 18)), target, rng.uniform(3, 8), scale, tuple(shift + np.array(size) / 2))


def swings(turns: np.ndarray) -> np.ndarray:
    """How far what hangs is behind the body, (x, z) by drawing: it lags behind turns (degrees)."""
    sway = 0.1 * np.sin(np.arange(len(turns)) * 0.7)
    return np.stack([sway - np.clip(np.gradient(turns) * 0.03, -0.5, 0.5), sway * 0.5], -1)


def random_clip(character: Character, rng: np.random.Generator, shaded: bool, size) -> Clip:
    body, angles = character.body, clip(rng, rng.uniform(0.5, 1.2), CLIP_INTERVAL)
    framing = str(rng.choice(FRAMINGS, p=FRAMING_SHARES))
    swing = swings(np.array([a["turn"] for a in angles]))
    base, blink, talks = int(rng.integers(len(FACES))), int(rng.integers(len(angles))), rng.random() < 0.4
    fists = {side: float(rng.choice([0.0, 0.4, 1.0])) for side in SIDES}
    poses = []
    for number, a in enumerate(angles):
        face = SHUT if number == blink else TALKING if talks and number % 4 < 2 else base
        poses.append(Pose(bones(body, a), swing[number], fists, face))
    camera, look = framed(framing, poses, body, size, rng), style(rng, shaded, body)
    return Clip(framing, [Shot(pose, camera, look) for pose in poses])


def sheets(character: Character, rng: np.random.Generator, size) -> list[Shot]:
    """Eight views in the A-pose, seven of them of one scale; the odd ones are shaded."""
    body = character.body
    flat, lit, arms = style(rng, False, body), style(rng, True, body), rng.uniform(35, 65)
    lit.thick = flat.thick
    shots = []
    for number, turned in enumerate(SHEET_TURNS):
        pose = Pose(bones(body, a_pose(arms) | {"turn": turned}), np.zeros(2), {"l": 0.2, "r": 0.2}, 0)
        camera = framed("full" if number < 7 else "close", [pose], body, size, None)
        shots.append(Shot(pose, camera, lit if number % 2 else flat))
    scale = min(shot.camera.scale for shot in shots[:7])
    for shot in shots[:7]:
        shot.camera.scale = scale
    return shots
