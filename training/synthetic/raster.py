"""A z-buffer for grids of points: which surface is seen at a pixel, and where on it."""

from dataclasses import dataclass

import numpy as np

from .surface import Part, Pose, unit


@dataclass
class Camera:
    """Looks at `target` from `distance`; `scale` pixels a unit there; `centre` is the pixel of the target."""

    rotation: np.ndarray
    target: np.ndarray
    distance: float
    scale: float
    centre: tuple[float, float]

    def project(self, points: np.ndarray) -> np.ndarray:
        """Pixel x, pixel y and depth of points [n, 3]."""
        seen = (points - self.target) @ self.rotation.T
        depth = self.distance - seen[:, 2]
        scale = self.scale * self.distance / np.maximum(depth, 0.05)
        return np.stack([self.centre[0] + seen[:, 0] * scale, self.centre[1] - seen[:, 1] * scale, depth], -1)


@dataclass
class Seen:
    """What a picture shows: [height, width] regions (0 is background), depths, slopes of the depth, normals, gloss."""

    region: np.ndarray
    depth: np.ndarray
    slope: np.ndarray
    normal: np.ndarray
    glossy: np.ndarray


class Mesh:
    """All grids of a pose as one list of vertices and triangles."""

    def __init__(self, parts: list[Part], pose: Pose):
        points, normals, uvs, triangles, signs, owners, first = [], [], [], [], [], [], 0
        for number, part in enumerate(parts):
            grid = part.place(pose)
            rows, columns = grid.shape[:2]
            points.append(grid.reshape(-1, 3))
            normal, sign = outward(grid)
            normals.append(normal.reshape(-1, 3))
            v, u = np.meshgrid(np.linspace(0, 1, rows), np.linspace(0, 1, columns), indexing="ij")
            uvs.append(np.stack([u, v], -1).reshape(-1, 2))
            at = first + np.arange(rows * columns).reshape(rows, columns)
            a, b, c, d = at[:-1, :-1].ravel(), at[:-1, 1:].ravel(), at[1:, :-1].ravel(), at[1:, 1:].ravel()
            triangles.append(np.stack([np.concatenate([a, b]), np.concatenate([b, d]), np.concatenate([c, c])], -1))
            owners.append(np.full(2 * len(a), number))
            signs.append(np.full(2 * len(a), sign))
            first += rows * columns
        self.points, self.normals, self.uvs = (np.concatenate(x) for x in (points, normals, uvs))
        self.triangles, self.owners, self.signs = (np.concatenate(x) for x in (triangles, owners, signs))


def outward(grid: np.ndarray) -> tuple[np.ndarray, int]:
    """Normals of a grid, away from the middles of its rows; -1 where that is against the order of its corners."""
    normals = unit(np.cross(np.gradient(grid, axis=1), np.gradient(grid, axis=0)))
    # Rows that meet in a point have no normal of their own.
    for end, beside in ((0, 1), (-1, -2)):
        if np.ptp(grid[end], axis=0).max() < 1e-6:
            normals[end] = unit(normals[beside].mean(0))
    away = ((grid - grid.mean(1, keepdims=True)) * normals).sum()
    return (normals, 1) if away >= 0 else (-normals, -1)


def spans(corners: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pixels inside triangles [n, 3, 2]: triangle, x and y of every fragment."""
    width, height = size
    x, y = corners[..., 0], corners[..., 1]
    top = np.clip(np.ceil(y.min(1)), 0, height).astype(np.int64)
    count = np.maximum(np.clip(np.floor(y.max(1)) + 1, 0, height).astype(np.int64) - top, 0)
    triangle, row = expand(count)
    row += top[triangle]
    left, right = np.full(len(row), -np.inf), np.full(len(row), np.inf)
    # On the right side of an edge going down lies the inside of a triangle with positive area.
    for i, j in ((0, 1), (1, 2), (2, 0)):
        xi, yi, xj, yj = x[triangle, i], y[triangle, i], x[triangle, j], y[triangle, j]
        with np.errstate(divide="ignore", invalid="ignore"):
            cross = xi + (row - yi) * (xj - xi) / (yj - yi)
        right = np.where(yj > yi, np.minimum(right, cross), right)
        left = np.where(yj < yi, np.maximum(left, cross), left)
    start = np.clip(np.ceil(left), 0, width).astype(np.int64)
    count = np.maximum(np.clip(np.ceil(right), 0, width).astype(np.int64) - start, 0)
    span, column = expand(count)
    return triangle[span], column + start[span], row[span]


def expand(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For counts [2, 3]: whose ([0, 0, 1, 1, 1]) and which ([0, 1, 0, 1, 2])."""
    whose = np.repeat(np.arange(len(count)), count)
    return whose, np.arange(len(whose)) - np.repeat(np.cumsum(count) - count, count)


def planes(corners: np.ndarray, area: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Linear functions of x and y that have `values` [n, 3, k] at the corners: [n, 3 (x, y, constant), k]."""
    x, y = corners[..., 0], corners[..., 1]
    a, b = values[:, 1] - values[:, 0], values[:, 2] - values[:, 0]
    x1, y1, x2, y2 = ((e[:, i] - e[:, 0])[:, None] for i in (1, 2) for e in (x, y))
    dx, dy = (a * y2 - b * y1) / area[:, None], (b * x1 - a * x2) / area[:, None]
    return np.stack([dx, dy, values[:, 0] - dx * x[:, :1] - dy * y[:, :1]], 1)


def render(parts: list[Part], pose: Pose, camera: Camera, size: tuple[int, int]) -> Seen:
    """The picture, `size` is (width, height)."""
    width, height = size
    mesh = Mesh(parts, pose)
    screen = camera.project(mesh.points)
    closed = np.array([part.inside == 0 for part in parts])
    corners = screen[mesh.triangles]
    (x1, y1), (x2, y2) = ((corners[:, i, :2] - corners[:, 0, :2]).T for i in (1, 2))
    area = x1 * y2 - x2 * y1
    # y of pixels goes down, so that triangles seen from the front turn the other way.
    front = area * mesh.signs < 0
    x, y, z = corners[..., 0], corners[..., 1], corners[..., 2]
    kept = (np.abs(area) > 1e-6) & (front | ~closed[mesh.owners]) & (z.min(1) > 0.1)
    kept &= (x.max(1) > 0) & (x.min(1) < width) & (y.max(1) > 0) & (y.min(1) < height)
    corners, area, front = corners[kept], area[kept], front[kept]
    triangles, owners = mesh.triangles[kept], mesh.owners[kept]
    wrong = area < 0
    corners[wrong], triangles[wrong], area = corners[wrong][:, ::-1], triangles[wrong][:, ::-1], np.abs(area)
    values = np.concatenate([corners[..., 2:], mesh.uvs[triangles], mesh.normals[triangles]], -1)
    plane = planes(corners, area, values)
    attributes = plane[..., 1:].astype(np.float32)
    triangle, column, row = spans(corners[..., :2], size)
    depth = plane[triangle, 0, 0] * column + plane[triangle, 1, 0] * row + plane[triangle, 2, 0]
    texels = Texels(parts, pose)
    holes = texels.cut[owners][triangle]
    if holes.any():
        at = triangle[holes]
        uv = at_pixels(attributes[at, :, :2], column[holes], row[holes])
        shown = np.ones(len(triangle), bool)
        shown[holes] = texels.region(owners[at], uv) > 0
        triangle, column, row, depth = triangle[shown], column[shown], row[shown], depth[shown]
    key = (np.round(depth * 2**20).astype(np.int64) << 32) | triangle
    nearest = np.full(width * height, np.iinfo(np.int64).max)
    np.minimum.at(nearest, row * width + column, key)
    return shade(nearest, plane[..., 0], attributes, owners, front, parts, texels, camera, size)


def at_pixels(plane: np.ndarray, column: np.ndarray, row: np.ndarray) -> np.ndarray:
    return plane[:, 0] * column[:, None] + plane[:, 1] * row[:, None] + plane[:, 2]


class Texels:
    """The textures of all parts in one array."""

    def __init__(self, parts: list[Part], pose: Pose):
        textures = [part.textures[pose.face % len(part.textures)] for part in parts]
        self.flat = np.concatenate([texture.ravel() for texture in textures])
        gloss = [
            np.zeros(t.size, bool) if part.glossy is None else part.glossy.ravel() for part, t in zip(parts, textures)
        ]
        self.gloss = np.concatenate(gloss)
        self.shape = np.array([texture.shape for texture in textures])
        self.first = np.cumsum(self.shape.prod(1)) - self.shape.prod(1)
        self.cut = np.array([(texture == 0).any() for texture in textures])

    def index(self, owner: np.ndarray, uv: np.ndarray) -> np.ndarray:
        rows, columns = self.shape[owner].T
        u = np.clip((uv[:, 0] * columns).astype(np.int64), 0, columns - 1)
        v = np.clip((uv[:, 1] * rows).astype(np.int64), 0, rows - 1)
        return self.first[owner] + v * columns + u

    def region(self, owner: np.ndarray, uv: np.ndarray) -> np.ndarray:
        return self.flat[self.index(owner, uv)]


def shade(nearest, plane, attributes, owners, front, parts, texels, camera, size) -> Seen:
    """Looks up what lies at the nearest fragments."""
    width, height = size
    pixel = np.flatnonzero(nearest < np.iinfo(np.int64).max)
    triangle = nearest[pixel] & 0xFFFFFFFF
    column, row = (pixel % width).astype(np.float32), (pixel // width).astype(np.float32)
    found = at_pixels(attributes[triangle], column, row)
    owner, outer = owners[triangle], front[triangle]
    index = texels.index(owner, found[:, :2])
    inside = np.array([part.inside for part in parts])[owner]
    normal = unit(found[:, 2:]) @ camera.rotation.T.astype(np.float32)

    def image(values, background, kind):
        full = np.full((height * width, *values.shape[1:]), background, kind)
        full[pixel] = values
        return full.reshape(height, width, *values.shape[1:])

    return Seen(
        region=image(np.where(outer, texels.flat[index], inside), 0, np.int32),
        depth=image(nearest[pixel] / 2.0**52, 1e3, np.float32),
        slope=image(np.abs(plane[:, :2]).max(1)[triangle], 0, np.float32),
        normal=image(np.where(outer[:, None], normal, -normal), 0, np.float32),
        glossy=image(texels.gloss[index] & outer, False, bool),
    )
