"""Clips and design sheets: poses and cameras."""

from dataclasses import dataclass

import numpy as np

from .character import Character
from .drawing import Style
from .face import FACES
from .motion import a_pose, clip
from .raster import Camera
from .skeleton import bones, turn
from .surface import Pose

SHEET_TURNS = (0, -45, -90, -135, 180, 90, 45, 0)
FRAMINGS = ("full", "knee", "bust", "close")
FRAMING_SHARES = (0.5, 0.2, 0.2, 0.1)


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


def style(rng: np.random.Generator, shaded: bool, body) -> Style:
    light = np.array([rng.choice([-1, 1]) * rng.uniform(0.3, 0.9), rng.uniform(0.2, 0.9), rng.uniform(0.3, 0.9)])
    return Style(
        light / np.linalg.norm(light) if shaded else None,
        rng.uniform(-0.05, 0.25),
        0.035 * body.head + 0.004,
        rng.random() < 0.25,
    )


def framed(framing: str, poses: list[Pose], body, size, rng: np.random.Generator, spread=0.06) -> Camera:
    """One camera for all poses."""
    width, height = size
    points = np.array([[pose.bones[name][1] for name in pose.bones] for pose in poses])
    heads = points[:, list(poses[0].bones).index("head")] + [0, 0.5 * body.head, 0]
    names = list(poses[0].bones)
    view = turn(0, rng.uniform(-8, 18) if spread else 0)
    low = {"full": "foot_l", "knee": "knee_l", "bust": "chest", "close": "head"}[framing]
    below = (
        points[:, names.index(low), 1].mean()
        - {"full": 0.1, "knee": 0.02, "bust": 0.2 * body.torso + 0.05, "close": 0.25 * body.head}[framing]
    )
    above = heads[:, 1].mean() + 0.55 * body.head
    tall = above - below
    fill = rng.uniform(0.5, 0.9) if framing == "full" and spread else rng.uniform(0.82, 1.0)
    target = np.array(
        [heads[:, 0].mean() * 0.5 + points[..., 0].mean() * 0.5, (above + below) / 2, points[..., 2].mean()]
    )
    reach = max(np.abs(points[..., 0] - target[0]).max() + 0.1, np.abs(points[..., 2] - target[2]).max() + 0.1)
    scale = fill * height / tall
    if framing == "full":
        scale = min(scale, 0.48 * width / reach, 0.95 * height / (points[..., 1].max() - below + body.head))
    shift = rng.normal(0, spread, 2) * [width, height * 0.4]
    return Camera(
        view, target, rng.uniform(3, 8) if spread else 8.0, scale, (width / 2 + shift[0], height / 2 + shift[1])
    )


def swings(turns: np.ndarray, walks: np.ndarray) -> np.ndarray:
    """How far what hangs is behind the body, (x, z) by drawing: it lags behind turns."""
    speed = np.gradient(turns) if len(turns) > 1 else turns * 0
    sway = 0.1 * np.sin(np.arange(len(turns)) * 0.7)
    return np.stack([-np.clip(speed * 0.03, -0.5, 0.5) + sway, sway * 0.5], -1)


def random_clip(character: Character, rng: np.random.Generator, shaded: bool, size) -> Clip:
    body, angles = character.body, clip(rng, rng.uniform(0.5, 1.2))
    framing = str(rng.choice(FRAMINGS, p=FRAMING_SHARES))
    drift = swings(np.array([a["turn"] for a in angles]), np.zeros(len(angles)))
    base, blinks, talks = rng.integers(len(FACES)), rng.integers(0, len(angles)), rng.random() < 0.4
    fists = {side: rng.choice([0.0, 0.4, 1.0]) for side in "lr"}
    poses = []
    for number, a in enumerate(angles):
        number_of_face = 3 if number == blinks else (1 if talks and number % 4 < 2 else base)
        poses.append(Pose(bones(body, a), drift[number], fists, int(number_of_face)))
    camera, look = framed(framing, poses, body, size, rng), style(rng, shaded, body)
    return Clip(framing, [Shot(pose, camera, look) for pose in poses])


def sheets(character: Character, rng: np.random.Generator, size) -> list[Shot]:
    """Eight views in the A-pose; the odd ones are shaded."""
    body, flat, lit = character.body, style(rng, False, character.body), style(rng, True, character.body)
    lit.thick = flat.thick
    arms = rng.uniform(35, 65)
    shots = []
    for number, turned in enumerate(SHEET_TURNS):
        pose = Pose(bones(body, a_pose(arms) | {"turn": turned}), np.zeros(2), {"l": 0.2, "r": 0.2}, 0)
        camera = framed("full" if number < 7 else "close", [pose], body, size, np.random.default_rng(number), spread=0)
        shots.append(Shot(pose, camera, lit if number % 2 else flat))
    full = [shot.camera.scale for shot in shots[:7]]
    for shot in shots[:7]:
        shot.camera.scale = min(full)
    return shots
