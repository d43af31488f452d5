"""The head and what is drawn on it: eyes, brows, mouth, marks. One texture for every expression."""

from dataclasses import dataclass

import numpy as np

from .kit import Kit
from .surface import rigid
from .textures import ellipse, polygon

SHAPE = (600, 1200)
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


def skull(kit: Kit) -> Skull:
    h = kit.body.head
    width = kit.between(0.4, 0.5) if h < 0.25 else kit.between(0.46, 0.58)
    return Skull(np.array([width, 0.5, kit.between(0.42, 0.5)]) * h, kit.between(0.3, 0.6), np.array([0, 0.44 * h, 0.03 * h]))


def uv(longitude, latitude) -> np.ndarray:
    return np.stack([0.5 + np.asarray(longitude) / 360, 0.5 - np.asarray(latitude) / 180], -1)


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
    h = kit.body.head
    centre = shape.points(np.array(s * 95.0), np.array(-8.0))
    if pointed:
        points = centre + np.array([(-0.03 * s, 0, 0), (0.08 * s, 0.03, -0.03), (0.26 * s, 0.12, -0.1)]) * h
        kit.rod("head", points, np.array([0.06, 0.07, 0.0]) * h, skin, deep=np.array([0.03, 0.03, 0]) * h, reference=(0, 0, 1))
    else:
        kit.ball("head", centre, np.array([0.035, 0.1, 0.06]) * h, skin, rows=8, columns=10)
    if inner:
        kit.ball("head", centre + np.array([0.012 * s, 0, 0.012]) * h, np.array([0.032, 0.06, 0.038]) * h, kit.region("skin2"), rows=7, columns=9)


@dataclass
class Features:
    """Measures of a face in degrees of the head, and regions."""

    eye: tuple[float, float]
    at: tuple[float, float]
    slant: float
    iris: float
    regions: dict[str, int]
    style: np.ndarray


def faces(kit: Kit, skin: int) -> list[np.ndarray]:
    rng = kit.rng
    height = rng.uniform(8, 15) * (1 if kit.body.head < 0.22 else 1.35)
    width = height * rng.uniform(0.7, 1.15)
    parts = ("eye", "iris", "iris2", "pupil", "glint", "lash", "brow", "mouth", "tongue", "blush", "white", "main", "accent")
    regions = {f"{name}{s}": kit.region(name) for name in parts for s in (1, -1)}
    if kit.chance(0.07):
        # Eyes of two colours.
        regions["iris-1"] = kit.region("gem")
    at = (max(rng.uniform(20, 32), width + 3), rng.uniform(-16, -4))
    f = Features((width, height), at, rng.normal(4, 8), rng.uniform(0.6, 0.95), regions, rng.random(12))
    return [face(f, skin, opened, mouth) for opened, mouth in FACES]


def face(f: Features, skin: int, opened: float, mouth: float) -> np.ndarray:
    texture = np.full(SHAPE, skin, np.uint16)
    texture[round(0.985 * SHAPE[0]) :] = skin
    for s in (1, -1):
        marks(texture, f, s)
        eye(texture, f, s, opened)
        brow(texture, f, s)
    mouth_on(texture, f, mouth)
    return texture


def eye(texture: np.ndarray, f: Features, s: int, opened: float) -> None:
    (w, h), (lon, lat), r = f.eye, f.at, f.regions
    turned = np.radians(f.slant)

    def put(points, name):
        x, y = np.asarray(points, float).T
        x, y = x * np.cos(turned) - y * np.sin(turned), x * np.sin(turned) + y * np.cos(turned)
        polygon(texture, uv(s * (lon + x), lat + y), r[f"{name}{s}"])

    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    round_off = 0.6 + 0.4 * f.style[0]
    outline = np.stack([w * np.sign(np.cos(t)) * np.abs(np.cos(t)) ** round_off, h * np.sin(t)], -1)
    thick = h * (0.12 + 0.22 * f.style[1])
    if opened < 0.1:
        arc = np.linspace(-1, 1, 20)
        lid = np.stack([arc * w, -h * 0.4 * (1 - arc**2)], -1)
        put(np.vstack([lid, lid[::-1] + [0, thick]]), "lash")
        return
    top = h * (2 * opened - 1)
    outline[:, 1] = np.minimum(outline[:, 1], top)
    put(outline, "eye")
    ri = f.iris * w
    rj = min(h * 0.92, ri * (1.2 + 0.5 * f.style[4]))
    lift = h * (0.25 * f.style[0] - 0.05)
    iris = np.stack([ri * np.cos(t), np.minimum(rj * np.sin(t) + lift, top)], -1)
    put(iris, "iris")
    if f.style[2] < 0.7:
        put(np.stack([ri * np.cos(t), np.minimum(np.clip(rj * np.sin(t), -rj, -rj * 0.1) + lift, top)], -1), "iris2")
    put(np.stack([ri * 0.5 * np.cos(t), np.minimum(rj * 0.55 * np.sin(t) + lift, top)], -1), "pupil")
    if f.style[3] < 0.85 and top > h * 0.5:
        put(np.stack([ri * 0.32 * np.cos(t) - 0.35 * ri * s, rj * 0.28 * np.sin(t) + 0.45 * rj], -1), "glint")
    if f.style[4] < 0.4:
        put(np.stack([ri * 0.2 * np.cos(t) + 0.4 * ri * s, rj * 0.16 * np.sin(t) - 0.5 * rj], -1), "glint")
    upper = np.stack([np.linspace(-1, 1.12, 20) * w, np.zeros(20)], -1)
    arch = np.minimum(h * np.sqrt(np.clip(1 - (np.linspace(-1, 1, 20) ** 2), 0, 1)), top)
    upper[:, 1] = arch
    put(np.vstack([upper, upper[::-1] * [1.05, 1] + [0, thick]]), "lash")
    if f.style[5] < 0.4:
        put([(0.9 * w, 0.1 * h), (1.35 * w, 0.5 * h), (1.1 * w, 0.65 * h), (0.8 * w, 0.6 * h)], "lash")
    if f.style[6] < 0.3:
        lower = np.stack([np.linspace(-0.6, 0.8, 10) * w, -h * np.sqrt(1 - np.linspace(-0.6, 0.8, 10) ** 2)], -1)
        put(np.vstack([lower, lower[::-1] + [0, -thick * 0.6]]), "lash")


def brow(texture: np.ndarray, f: Features, s: int) -> None:
    (w, h), (lon, lat) = f.eye, f.at
    along = np.linspace(-1, 1, 8)
    middle = lat + h * 1.2 + 3 + 4 * f.style[7] + h * 0.15 * (1 - along**2) + along * (6 * f.style[8] - 3)
    thick = (0.8 + 2.5 * f.style[9]) * (1.1 - 0.5 * np.abs(along))
    x = s * (lon + along * w * 0.95)
    polygon(texture, np.vstack([uv(x, middle + thick), uv(x, middle - thick)[::-1]]), f.regions[f"brow{s}"])


def mouth_on(texture: np.ndarray, f: Features, mouth: float) -> None:
    lat, w = -42 - 8 * f.style[10], 5 + 8 * f.style[11]
    t = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    open_by = 1.1 + 9 * mouth
    polygon(texture, uv(w * np.cos(t), lat + open_by * np.where(np.sin(t) > 0, 0.35, 1) * np.sin(t)), f.regions["mouth1"])
    if mouth > 0.5:
        ellipse(texture, uv(0, lat - open_by * 0.6), (w * 0.6 / 360, open_by * 0.3 / 180), f.regions["tongue1"])
        polygon(texture, uv([-w * 0.7, w * 0.7, w * 0.5, -w * 0.5], lat + open_by * np.array([0.22, 0.22, 0, 0])), f.regions["white1"])


def marks(texture: np.ndarray, f: Features, s: int) -> None:
    """Blush, or paint on a cheek."""
    lon, lat = f.at[0] + 12, f.at[1] - f.eye[1] - 8
    if f.style[7] < 0.35:
        ellipse(texture, uv(s * lon, lat), (7 / 360, 3.5 / 180), f.regions[f"blush{s}"])
    elif f.style[7] > 0.88 or (f.style[8] > 0.9 and s > 0):
        for shift in (0, 6):
            polygon(texture, uv(s * (lon + np.array([-6, 6, 6, -6])), lat - shift + np.array([1, 2, -1, -2])), f.regions[f"accent{s}"])
