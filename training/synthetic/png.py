"""PNG files: label images in full colours, as readers of data sets want them; drawings with a palette, half the size."""

import struct
import zlib
from pathlib import Path

import numpy as np

RGB, INDEXED = 2, 3


def write_labels(path: Path, labels: np.ndarray) -> None:
    """Writes labels [height, width] as R·65536 + G·256 + B."""
    bytes_of = np.stack([labels >> 16, labels >> 8 & 255, labels & 255], -1).astype(np.uint8)
    path.write_bytes(png(labels.shape, 8, RGB, [], bytes_of.reshape(len(labels), -1)))


def write_drawing(path: Path, numbers: np.ndarray, colours: np.ndarray) -> None:
    """Writes the image of `colours` [n, 4] by number, [height, width]; up to 256 different ones can be in it."""
    used = np.flatnonzero(np.bincount(numbers.ravel(), minlength=len(colours)))
    distinct, which = np.unique(colours[used], axis=0, return_inverse=True)
    table = np.zeros(len(colours), np.uint8)
    table[used] = which.ravel()
    bits = 2 if len(distinct) <= 4 else 8
    palette = [(b"PLTE", distinct[:, :3].tobytes()), (b"tRNS", distinct[:, 3].tobytes())]
    path.write_bytes(png(numbers.shape, bits, INDEXED, palette, packed(table[numbers], bits)))


def packed(numbers: np.ndarray, bits: int) -> np.ndarray:
    """Rows of bytes; with two bits, four numbers a byte, the first one highest."""
    if bits == 8:
        return numbers
    quads = np.pad(numbers, ((0, 0), (0, -numbers.shape[1] % 4))).reshape(len(numbers), -1, 4)
    return quads[..., 0] << 6 | quads[..., 1] << 4 | quads[..., 2] << 2 | quads[..., 3]


def png(shape: tuple[int, int], bits: int, kind: int, palette: list, rows: np.ndarray) -> bytes:
    height, width = shape
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    # A zero before every row: no filter.
    data = zlib.compress(np.hstack([np.zeros((height, 1), np.uint8), rows]).tobytes(), 9)
    chunks = [(b"IHDR", header), *palette, (b"IDAT", data), (b"IEND", b"")]
    framed = (struct.pack(">I", len(d)) + name + d + struct.pack(">I", zlib.crc32(name + d)) for name, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)
