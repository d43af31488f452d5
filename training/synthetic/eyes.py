"""Eyes and brows of a face. Lengths in degrees of the head; x points away from the nose, y up."""

from dataclasses import dataclass

import numpy as np

from .textures import polygon

ROUND = np.linspace(0, 2 * np.pi, 40, endpoint=False)


def uv(longitude, latitude) -> np.ndarray:
    """Where a point of the head lies in its texture."""
    return np.stack([0.5 + np.asarray(longitude) / 360, 0.5 - np.asarray(latitude) / 180], -1)


@dataclass
class Features:
    """Measures of a face: half the eye's width and height, where it lies, its slant; region by name and side.

    `iris` is a share of the eye's width; `style` are shares (0 to 1) that choose and measure details.
    """

    eye: tuple[float, float]
    at: tuple[float, float]
    slant: float
    iris: float
    regions: dict[str, int]
    style: np.ndarray


@dataclass
class Eye:
    """An eye that is being drawn; `opened` from 0 (shut) to 1."""

    texture: np.ndarray
    features: Features
    side: int
    opened: float

    def put(self, x, y, name: str) -> None:
        turned, (lon, lat) = np.radians(self.features.slant), self.features.at
        x, y = x * np.cos(turned) - y * np.sin(turned), x * np.sin(turned) + y * np.cos(turned)
        polygon(self.texture, uv(self.side * (lon + x), lat + y), self.features.regions[f"{name}{self.side}"])

    def line(self, x, y, thick: float, name: str) -> None:
        """A line that is `thick` upwards."""
        self.put(np.concatenate([x, x[::-1]]), np.concatenate([y, y[::-1] + thick]), name)

    def draw(self) -> None:
        (w, h), style = self.features.eye, self.features.style
        thick = h * (0.12 + 0.22 * style[1])
        if self.opened < 0.1:
            x = np.linspace(-1, 1, 20)
            self.line(x * w, -h * 0.4 * (1 - x**2), thick, "lash")
            return
        top = h * (2 * self.opened - 1)
        corner = 0.6 + 0.4 * style[0]
        x = w * np.sign(np.cos(ROUND)) * np.abs(np.cos(ROUND)) ** corner
        self.put(x, np.minimum(h * np.sin(ROUND), top), "eye")
        self.iris(w, h, top)
        self.lashes(w, h, top, thick)

    def iris(self, w: float, h: float, top: float) -> None:
        style, r = self.features.style, self.features.iris * w
        tall = min(h * (0.85 + 0.2 * style[12]), r * (1.2 + 0.5 * style[4]))
        x, y, lift = r * np.cos(ROUND), tall * np.sin(ROUND), h * (0.25 * style[0] - 0.05)
        # Within the eye, whatever its size.
        rim = np.sqrt(np.clip(1 - (x / w) ** 2, 0.02, 1)) * h
        inside = lambda values: np.clip(values + lift, -rim, np.minimum(top, rim))
        self.put(x, inside(y), "iris")
        if style[2] < 0.7:
            self.put(x, inside(np.minimum(y, -0.1 * tall)), "iris2")
        self.put(0.5 * x, inside(0.55 * y), "pupil")
        if style[3] < 0.85 and self.opened > 0.7:
            self.put(0.32 * x - 0.35 * r * self.side, 0.28 * y + 0.45 * tall, "glint")
        if style[4] < 0.4:
            self.put(0.2 * x + 0.4 * r * self.side, 0.16 * y - 0.5 * tall, "glint")

    def lashes(self, w: float, h: float, top: float, thick: float) -> None:
        style, x = self.features.style, np.linspace(-1, 1, 20)
        self.line(np.linspace(-1, 1.12, 20) * w, np.minimum(h * np.sqrt(1 - x**2), top), thick, "lash")
        if style[5] < 0.4:
            self.put(w * np.array([0.9, 1.35, 1.1, 0.8]), h * np.array([0.1, 0.5, 0.65, 0.6]), "lash")
        if style[6] < 0.3:
            x = np.linspace(-0.6, 0.8, 10)
            self.line(x * w, -h * np.sqrt(1 - x**2), -0.6 * thick, "lash")


def brow(texture: np.ndarray, f: Features, side: int) -> None:
    (w, h), (lon, lat), along = f.eye, f.at, np.linspace(-1, 1, 8)
    middle = lat + h * 1.2 + 3 + 4 * f.style[7] + h * 0.15 * (1 - along**2) + along * (6 * f.style[8] - 3)
    thick = (0.8 + 2.5 * f.style[9]) * (1.1 - 0.5 * np.abs(along))
    x = side * (lon + along * w * 0.95)
    polygon(texture, np.vstack([uv(x, middle + thick), uv(x, middle - thick)[::-1]]), f.regions[f"brow{side}"])
