"""What a character is put together in: its regions, its parts, the shapes of its body."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from .palette import CLOTH_SHARES, CLOTHS
from .skeleton import Body
from .surface import Bones, Part, Pose, ball, limb, rigid, tube, turned_grid
from .textures import plain

# The bones of a limb; radii of its surface at shares of its length, in radii of the limb.
ARM, LEG = ("arm_", "elbow_", "hand_"), ("leg_", "knee_", "foot_")
LIMB_AT = np.array([0, 0.001, 0.03, 0.1, 0.2, 0.3, 0.38, 0.44, 0.5, 0.56, 0.62, 0.72, 0.85, 0.97, 0.999, 1])
ARM_RADII = np.array([0, 0.6, 1.1, 1.2, 1.15, 1.05, 1, 1, 1, 1, 1.02, 1, 0.85, 0.72, 0.6, 0])
LEG_RADII = np.array([0, 0.7, 1.15, 1.2, 1.18, 1.1, 1, 0.93, 0.88, 0.88, 0.9, 0.92, 0.75, 0.6, 0.5, 0])


@dataclass
class Kit:
    rng: np.random.Generator
    body: Body
    slots: list[str] = field(default_factory=lambda: [""])
    """The slot of the palette for every region; region 0 is a hole."""
    parts: list[Part] = field(default_factory=list)
    rough: float = 0.0
    """How ragged the edges in textures are, as a share of the texture."""

    def region(self, slot: str) -> int:
        """A new region; where two regions meet there is a line, even if they have one slot."""
        self.slots.append(slot)
        return len(self.slots) - 1

    def cloth(self) -> str:
        return str(self.rng.choice(CLOTHS, p=CLOTH_SHARES))

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def add(self, place, texture, inside=0, glossy=None) -> None:
        # A face is too fine to be roughened.
        textures = texture if isinstance(texture, list) else [self.roughened(texture)]
        self.parts.append(Part(place, textures, inside, glossy))

    def roughened(self, texture: np.ndarray) -> np.ndarray:
        """The texture with its edges moved to and fro, as the quantised textures of models have them."""
        rows, columns = texture.shape
        if not self.rough or min(rows, columns) < 32:
            return texture
        cells = (max(2, columns // 12), max(2, rows // 12))
        coarse = np.random.default_rng(rows * columns).normal(0, self.rough, (cells[1], cells[0], 2)).astype(np.float32)
        u, v = cv2.split(cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC))
        y, x = np.indices(texture.shape)
        y = np.clip(y + (v * rows).round().astype(int), 0, rows - 1)
        return texture[y, np.clip(x + (u * columns).round().astype(int), 0, columns - 1)]

    def ball(self, bone, centre, radii, texture, square=1.0, angles=(0, 0, 0), rows=12, columns=18) -> None:
        """A ball or box on a bone; `texture` may be a region."""
        texture = plain(texture) if isinstance(texture, int) else texture
        self.add(rigid(bone, turned_grid(ball(radii, square, rows, columns), angles) + np.asarray(centre)), texture)

    def rod(self, bone, points, radii, texture, deep=None, columns=10, reference=(0, 0.02, 1), inside=0) -> None:
        """A tube along points on a bone."""
        texture = plain(texture) if isinstance(texture, int) else texture
        deep = radii if deep is None else deep
        self.add(rigid(bone, tube(points, np.asarray(reference, float), radii, deep, columns)), texture, inside)

    def on_limb(self, kind, side, at, radii, texture, inside=0) -> None:
        """A tube around an arm or a leg: radii at shares `at` of its length."""
        names, at = tuple(name + side for name in kind), np.asarray(at, float)
        texture = plain(texture) if isinstance(texture, int) else texture

        def place(pose: Pose) -> np.ndarray:
            centres, front = limb(pose.bones, names, at)
            return tube(centres, front, radii, radii, 16)

        self.add(place, texture, inside)

    def ring(self, kind, side: str, at: float, radius: float, height: float, slot: str) -> None:
        """A band around a limb."""
        rows = at + np.array([-0.501, -0.5, 0, 0.5, 0.501]) * height
        self.on_limb(kind, side, rows, radius * np.array([0.8, 1, 1.04, 1, 0.8]), self.region(slot))

    def on_torso(self, at, more, texture, inside=0) -> None:
        """A tube around the torso at shares `at` of its height, `more` units wider than the body."""
        at = np.asarray(at, float)
        across, deep = (r + more for r in self.girth(at))

        def place(pose: Pose) -> np.ndarray:
            centres, front = self.spine(pose.bones, at)
            return tube(centres, front, across, deep, 28, square=0.85)

        self.add(place, texture, inside)

    def girth(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Half the width and depth of the torso at shares of its height, from the crotch to the neck."""
        b, hips = self.body, self.body.hip + 0.95 * self.body.leg_radius
        neck = b.head * 0.17
        marks = [0, 0.06, 0.24, 0.46, 0.72, 0.88, 0.95, 1.0]
        across = [0.35 * hips, 0.8 * hips, hips, b.waist, b.chest, b.shoulder * 0.93, max(b.shoulder * 0.6, neck), neck]
        back = [b.waist * 0.74, b.chest * 0.74, b.chest * 0.6, max(b.chest * 0.42, neck), neck]
        deep = [0.35 * hips, 0.62 * hips, 0.75 * hips, *back]
        return np.interp(at, marks, across), np.interp(at, marks, deep)

    def spine(self, bones: Bones, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points of the middle of the torso, and where its front is."""
        (root, p0), (chest, p2) = bones["pelvis"], bones["chest"]
        start, middle = p0 + root @ [0, -0.09 * self.body.torso, 0], p0 + root @ [0, 0.42 * self.body.torso, 0]
        t = at[:, None]
        centres = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * p2
        return centres, (1 - t) * root[:, 2] + t * chest[:, 2]
