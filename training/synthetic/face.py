"""The head and what is drawn on it: eyes, brows, mouth, marks. One texture for every expression."""

from dataclasses import dataclass

import numpy as np

from .eyes import ROUND, Eye, Features, brow, uv
from .kit import Kit
from .surface import rigid
from .textures import ellipse, polygon

SHAPE = (600, 1200)
PIECES = ("eye", "iris", "iris2", "pupil", "glint", "lash", "brow", "mouth", "tongue", "blush", "white", "accent")
# Faces of a character: eyes open (1), half open, shut (0), and the mouth's opening.
FACES = ((1.0, 0.0), (1.0, 0.6), (0.55, 0.0), (0.0, 0.3), (1.0, 1.0), (0.0, 0.0))


@dataclass
class Skull:
    """The shape of a head: half width, height and depth, taper of the jaw; the middle lies above the head's bone."""

    radii: np.ndarray
    jaw: float
    middle: np.ndarray

    def points(self, longitude: np.ndarray, latitude: np.ndarray, scale=1.0) -> np.ndarray:
        """Points of the surface in the head's coordinates; degrees, longitude 0 is the face, positive to the left."""
        lon, lat = np.radians(longitude), np.radians(latitude)
        x, y, z = np.cos(lat) * np.sin(lon), np.sin(lat) + 0 * lon, np.cos(lat) * np.cos(lon)
        low = np.clip(-y, 0, 1)
        x = x * (1 - self.jaw * low**1.6)
        z = z * (1 - 0.25 * low * (z < 0)) + 0.12 * low * (z > 0)
        return np.stack([x, y, z], -1) * self.radii * np.asarray(scale)[..., None] + self.middle

    def point(self, longitude: float, latitude: float, scale=1.0) -> np.ndarray:
        return self.points(np.array(float(longitude)), np.array(float(latitude)), scale)


def skull(kit: Kit) -> Skull:
    h = kit.body.head
    width = kit.between(0.4, 0.5) if h < 0.25 else kit.between(0.46, 0.58)
    radii = np.array([width, 0.5, kit.between(0.42, 0.5)]) * h
    return Skull(radii, kit.between(0.3, 0.6), np.array([0, 0.44 * h, 0.03 * h]))


def head(kit: Kit, shape: Skull, skin: int) -> None:
    textures = faces(kit, skin)
    lon, lat = np.meshgrid(np.linspace(-180, 180, 49), np.linspace(90, -90, 31))
    nose = np.exp(-(lon**2) / 60 - (lat + 16) ** 2 / 60) * kit.between(0.03, 0.1)
    kit.add(rigid("head", shape.points(lon, lat, 1 + nose)), textures)
    if kit.chance(0.8):
        inner = kit.chance(0.6)
        pointed = kit.chance(0.2)
        for s in (1, -1):
            ear(kit, shape, s, skin, inner, pointed)


def ear(kit: Kit, shape: Skull, s: int, skin: int, inner: bool, pointed: bool) -> None:
    """On the left (`s` is 1) or the right (-1)."""
    h, centre = kit.body.head, shape.point(s * 95, -8)
    if pointed:
        points = centre + np.array([(-0.03 * s, 0, 0), (0.08 * s, 0.03, -0.03), (0.26 * s, 0.12, -0.1)]) * h
        across, deep = np.array([0.06, 0.07, 0]) * h, np.array([0.03, 0.03, 0]) * h
        kit.rod("head", points, across, skin, deep, reference=(0, 0, 1))
    else:
        kit.ball("head", centre, np.array([0.035, 0.1, 0.06]) * h, skin, rows=8, columns=10)
    if inner:
        shell = centre + np.array([0.012 * s, 0, 0.012]) * h
        kit.ball("head", shell, np.array([0.032, 0.06, 0.038]) * h, kit.region("skin2"), rows=7, columns=9)


def faces(kit: Kit, skin: int) -> list[np.ndarray]:
    rng = kit.rng
    height = rng.uniform(8, 15) * (1 if kit.body.head < 0.22 else 1.35)
    width = height * rng.uniform(0.7, 1.15)
    regions = {f"{name}{side}": kit.region(name) for name in PIECES for side in (1, -1)}
    if kit.chance(0.07):
        # Eyes of two colours.
        regions["iris-1"] = kit.region("gem")
    at = (max(rng.uniform(20, 32), width + 3), rng.uniform(-16, -4))
    features = Features((width, height), at, rng.normal(4, 8), rng.uniform(0.55, 1.0), regions, rng.random(13))
    return [face(features, skin, opened, mouth) for opened, mouth in FACES]


def face(f: Features, skin: int, opened: float, mouth: float) -> np.ndarray:
    texture = np.full(SHAPE, skin, np.uint16)
    for side in (1, -1):
        marks(texture, f, side)
        Eye(texture, f, side, opened).draw()
        brow(texture, f, side)
    mouth_on(texture, f, mouth)
    if f.style[12] < 0.25:
        # The shade of a nose.
        polygon(texture, uv([-2, 2, 0.5], [-20, -20, -14 + 4 * f.style[0]]), f.regions["blush1"])
    return texture


def mouth_on(texture: np.ndarray, f: Features, mouth: float) -> None:
    lat, w, tall = -42 - 8 * f.style[10], 5 + 8 * f.style[11], 1.1 + 9 * mouth
    y = np.sin(ROUND)
    polygon(texture, uv(w * np.cos(ROUND), lat + tall * np.where(y > 0, 0.35, 1) * y), f.regions["mouth1"])
    if mouth > 0.5:
        ellipse(texture, uv(0, lat - tall * 0.6), (w * 0.6 / 360, tall * 0.3 / 180), f.regions["tongue1"])
        teeth = uv(w * np.array([-0.7, 0.7, 0.5, -0.5]), lat + tall * np.array([0.22, 0.22, 0, 0]))
        polygon(texture, teeth, f.regions["white1"])


def marks(texture: np.ndarray, f: Features, side: int) -> None:
    """Blush, or paint on one cheek or both."""
    lon, lat = f.at[0] + 12, f.at[1] - f.eye[1] - 8
    if f.style[7] < 0.35:
        ellipse(texture, uv(side * lon, lat), (7 / 360, 3.5 / 180), f.regions[f"blush{side}"])
    elif f.style[7] > 0.88 or (f.style[8] > 0.9 and side > 0):
        for shift in (0, 6):
            corners = uv(side * (lon + np.array([-6, 6, 6, -6])), lat - shift + np.array([1, 2, -1, -2]))
            polygon(texture, corners, f.regions[f"accent{side}"])
