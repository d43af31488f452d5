"""PNG files with a palette: half the size of the same image in full colours."""

import struct
import zlib
from pathlib import Path

import numpy as np

COLOURS = 256


def write(path: Path, numbers: np.ndarray, colours: np.ndarray) -> None:
    """Writes the image of `colours` [n, 3 or 4] by number, [height, width]; above 256 colours without a palette."""
    used = np.flatnonzero(np.bincount(numbers.ravel(), minlength=len(colours)))
    distinct, which = np.unique(colours[used], axis=0, return_inverse=True)
    table = np.zeros(len(colours), np.uint32)
    table[used] = which.ravel()
    numbers = table[numbers]
    if len(distinct) > COLOURS:
        pixels = distinct[numbers].reshape(len(numbers), -1)
        path.write_bytes(png(numbers.shape, 8, 2 if distinct.shape[1] == 3 else 6, [], pixels))
        return
    bits = 2 if len(distinct) <= 4 else 8
    palette = [(b"PLTE", distinct[:, :3].tobytes())]
    if distinct.shape[1] == 4:
        palette.append((b"tRNS", distinct[:, 3].tobytes()))
    path.write_bytes(png(numbers.shape, bits, 3, palette, packed(numbers.astype(np.uint8), bits)))


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
