"""From what is seen to a line drawing, its segments and their colours."""

from dataclasses import dataclass

import cv2
import numpy as np

from clips import HIGHLIGHT_TRACE, INK, PAPER, SHADOW_TRACE

from .raster import Seen

LIT, SHADE, GLOSS = range(3)
# Segments with fewer pixels are drawn over as line.
LEAST_PIXELS = 8


@dataclass
class Style:
    """How a clip is drawn.

    Light comes from `light` [3] (none: flat) and ends where a normal has less than `terminator` of it; `jump` is the
    least step in depth that is a line.
    """

    light: np.ndarray | None
    terminator: float
    jump: float
    thick: bool


@dataclass
class Drawn:
    kinds: np.ndarray
    labels: np.ndarray
    colours: np.ndarray
    """Region and tone of every label, [labels + 1, 2]."""


def tones(seen: Seen, style: Style) -> np.ndarray:
    """Lit, shaded or glossy, by pixel."""
    tone = np.full(seen.region.shape, LIT, np.uint8)
    if style.light is None:
        return tone
    shaded = (seen.normal @ style.light < style.terminator).astype(np.uint8)
    shaded = cv2.medianBlur(shaded, 5)
    tone[seen.glossy & (shaded == 0)] = GLOSS
    tone[(shaded == 1) & (seen.region > 0)] = SHADE
    return tone


def beside(kinds: np.ndarray, seen: Seen, tone: np.ndarray, jump: float, axis: int) -> None:
    """Marks the nearer one of two pixels beside each other along `axis` where a line parts them."""
    a, b = (tuple(slice(*r) if i == axis else slice(None) for i in (0, 1)) for r in ((0, -1), (1, None)))
    near_a = seen.depth[a] <= seen.depth[b]
    steep = np.minimum(seen.slope[a], seen.slope[b])
    ink = (seen.region[a] != seen.region[b]) | (np.abs(seen.depth[a] - seen.depth[b]) > jump + 1.5 * steep)
    parted = ~ink & (tone[a] != tone[b])
    shadow = parted & ((tone[a] == SHADE) | (tone[b] == SHADE))
    for side, nearer in ((a, near_a), (b, ~near_a)):
        part = kinds[side]
        part[parted & ~shadow & (side is a) & (part == PAPER)] = HIGHLIGHT_TRACE
        part[shadow & (side is a) & (part != INK)] = SHADOW_TRACE
        part[ink & nearer] = INK


def draw(seen: Seen, style: Style) -> Drawn:
    tone = tones(seen, style)
    kinds = np.zeros(seen.region.shape, np.uint8)
    for axis in (0, 1):
        beside(kinds, seen, tone, style.jump, axis)
    if style.thick:
        thick = cv2.dilate((kinds == INK).astype(np.uint8), np.ones((2, 2), np.uint8), anchor=(0, 0))
        kinds[thick > 0] = INK
    kinds, labels, count = segments(kinds)
    colours = np.zeros((count + 1, 2), np.int32)
    colours[labels.ravel()] = np.stack([seen.region.ravel(), tone.ravel()], -1)
    colours[0] = 0
    return Drawn(kinds, labels, colours)


def segments(kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Labels of the 4-connected components that are large enough; the others become line of the kind around them."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((kinds == PAPER).astype(np.uint8), connectivity=4)
    kept = stats[:, cv2.CC_STAT_AREA] >= LEAST_PIXELS
    kept[0] = False
    small = ~kept[labels] & (kinds == PAPER)
    by_ink = np.zeros(count, bool)
    inked = cv2.dilate((kinds == INK).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    by_ink[labels[small & inked]] = True
    kinds[small] = np.where(by_ink[labels[small]], INK, SHADOW_TRACE)
    number = np.where(kept, np.cumsum(kept), 0)
    return kinds, number[labels].astype(np.int32), int(kept.sum())


def painted(drawn: Drawn, rgba: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The drawing in the colours `rgba` [labels + 1, 4], as numbers of colours and colours.

    A trace takes the darkest colour that it borders.
    """
    colours = np.vstack([rgba, [0, 0, 0, 255]]).astype(np.uint8)
    ink, unknown = len(rgba), 1 << 16
    numbers = np.where(drawn.kinds == PAPER, drawn.labels, ink)
    bright = np.where(rgba[:, 3] > 0, rgba[:, :3].astype(np.int32).sum(-1), unknown)
    bright[0] = unknown
    y, x = np.nonzero(drawn.kinds > INK)
    height, width = drawn.labels.shape
    best = np.full(len(y), unknown)
    for dy, dx in np.ndindex(3, 3):
        label = drawn.labels[np.clip(y + dy - 1, 0, height - 1), np.clip(x + dx - 1, 0, width - 1)]
        darker = bright[label] < best
        numbers[y[darker], x[darker]] = label[darker]
        best = np.minimum(best, bright[label])
    return numbers, colours
