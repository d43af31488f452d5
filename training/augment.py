"""Drawings that are not in the data set: flipped, moved, turned, scaled, bent, with thicker lines or fewer."""

from dataclasses import dataclass

import cv2
import numpy as np

from clips import INK, PAPER, Sample


# Smaller segments are line in the data set; here they are what bending left of larger ones.
LEAST_PIXELS = 8


@dataclass
class Camera:
    """What all drawings of one clip share."""

    flip: bool
    zoom: float
    turn: float
    shift: np.ndarray
    canvas: float
    thicken: bool

    @staticmethod
    def random(rng: np.random.Generator, close: bool) -> "Camera":
        zoom = rng.uniform(0.8, 1.6) if close else rng.uniform(0.8, 1.1)
        return Camera(
            flip=rng.random() < 0.5,
            zoom=zoom,
            turn=rng.normal(0, 6) if rng.random() < 0.6 else 0.0,
            shift=rng.normal(0, 0.06, 2) * zoom,
            canvas=rng.uniform(0.85, 1.25),
            thicken=rng.random() < 0.25,
        )


def noise(rng: np.random.Generator, size: tuple[int, int], cells: int) -> np.ndarray:
    """A smooth field of displacements, [height, width, 2], about 1 high."""
    coarse = rng.normal(0, 1, (cells, cells, 2)).astype(np.float32)
    return cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)


def augment(sample: Sample, camera: Camera, rng: np.random.Generator) -> Sample:
    """The drawing through a camera, with a small motion and bend of its own."""
    height, width = sample.kinds.shape
    out = (round(width * camera.canvas), round(height * camera.canvas))
    zoom = camera.zoom * camera.canvas * rng.uniform(0.97, 1.03)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), camera.turn + rng.normal(0, 1.5), zoom)
    matrix[:, 2] += np.array(out) / 2 - np.array([width, height]) / 2
    matrix[:, 2] += (camera.shift + rng.normal(0, 0.01, 2)) * max(out)
    if camera.flip:
        matrix = np.array([[-1.0, 0, out[0] - 1], [0, 1, 0]]) @ np.vstack([matrix, [0, 0, 1]])
    if rng.random() < 0.5:
        kinds, labels = (warp(image, matrix, out) for image in (sample.kinds, sample.labels))
    else:
        inverse = cv2.invertAffineTransform(matrix).astype(np.float32)
        x, y = np.meshgrid(np.arange(out[0], dtype=np.float32), np.arange(out[1], dtype=np.float32))
        bend = noise(rng, out, int(rng.integers(3, 9))) * (rng.uniform(0.002, 0.012) * max(width, height))
        map_x = (inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2] + bend[..., 0]).astype(np.float32)
        map_y = (inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2] + bend[..., 1]).astype(np.float32)
        kinds, labels = (
            cv2.remap(image, map_x, map_y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=value)
            for image, value in ((sample.kinds, PAPER), (sample.labels, int(sample.labels[0, 0])))
        )
    if camera.thicken:
        thick = cv2.dilate((kinds == INK).astype(np.uint8), np.ones((2, 2), np.uint8)).astype(bool)
        kinds[thick & (kinds == PAPER)] = INK
        labels[thick] = 0
    kinds = drop_lines(kinds, rng)
    return compact(kinds, labels, sample.colours)


def warp(image: np.ndarray, matrix: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    outside = int(image[0, 0])
    return cv2.warpAffine(image, matrix, size, flags=cv2.INTER_NEAREST, borderValue=outside)


def drop_lines(kinds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Sometimes without some of the ink, as a tired pencil leaves it; the labels stay."""
    if rng.random() < 0.3:
        gone = noise(rng, kinds.shape[::-1], 24)[..., 0] > rng.uniform(1.2, 2.0)
        kinds = np.where(gone & (kinds == INK), PAPER, kinds)
    return kinds


def compact(kinds: np.ndarray, labels: np.ndarray, colours: np.ndarray) -> Sample:
    """Labels without gaps: what has left the picture, or all but, is no segment any more."""
    present = np.bincount(labels.ravel(), minlength=len(colours)) >= LEAST_PIXELS
    present[0] = False
    new = np.zeros(len(colours), np.uint16)
    new[present] = np.arange(1, present.sum() + 1)
    kept = np.concatenate([[-1], colours[present]])
    return Sample(kinds, new[labels], kept)
