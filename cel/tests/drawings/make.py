#!/usr/bin/env python3
"""Makes the drawings in this folder: one picture in every variant of TGA and PNG that software is known to write.

Needs Pillow, which writes those that it can; the others are laid out by hand. What they hold is in `../it/drawings.rs`.
"""

import struct
import zlib
from pathlib import Path

from PIL import Image, ImageCms, PngImagePlugin

HERE = Path(__file__).parent

# K line; R, G, B traces; S skin; w opaque white; the dot is empty. Repeats go on over the ends of rows.
ROWS = ["..KKKK.", ".KSSRK.", ".KwwGK.", ".KSBSKK", "K......"]
COLOUR = {"K": (0, 0, 0), "R": (255, 0, 0), "G": (0, 255, 0), "B": (0, 0, 255), "S": (255, 204, 153),
          "w": (254, 254, 254), ".": (255, 255, 255)}
# Five bits a channel hold neither skin nor 254.
FIVES = COLOUR | {"S": (255, 255, 0), "w": (255, 255, 255)}
GREY = {"K": 0, "R": 76, "G": 150, "B": 29, "S": 212, "w": 254, ".": 255}
LETTERS = list(COLOUR)
WIDTH, HEIGHT = len(ROWS[0]), len(ROWS)


def alpha(letter):
    return 0 if letter == "." else 255


def rgb(letter):
    return COLOUR[letter]


def rgba(letter):
    return (*COLOUR[letter], alpha(letter))


def packed(bits, letter):
    """A colour of a pixel or of the colour map."""
    if bits in (15, 16):
        red, green, blue = (channel >> 3 for channel in FIVES[letter])
        return struct.pack("<H", red << 10 | green << 5 | blue)
    red, green, blue = rgb(letter)
    return bytes([blue, green, red] if bits == 24 else [blue, green, red, alpha(letter)])


def run_length(rows, cross):
    """Packets of repeats and of single pixels; over the ends of rows if `cross`."""
    packets = b""
    for row in [sum(rows, [])] if cross else rows:
        while row:
            length = next((i for i, pixel in enumerate(row) if pixel != row[0]), len(row))
            packets += bytes([length - 1 | (0x80 if length > 1 else 0)]) + row[0]
            row = row[length:]
    return packets


def tga(name, kind, depth, *, map_bits=0, first=0, origin=0, bits=0, note=b"", cross=False, pixel=None):
    """A file of this type and depth: `origin` and `bits` (of the attribute) make its descriptor."""

    def usual(letter):
        if map_bits:
            return (first + LETTERS.index(letter)).to_bytes(depth // 8, "little")
        if kind & 7 == 3:
            return bytes([GREY[letter], alpha(letter)][: depth // 8])
        return packed(depth, letter)

    rows = [[(pixel or usual)(letter) for letter in row] for row in ROWS]
    rows = rows if origin & 0x20 else rows[::-1]
    rows = [row[::-1] for row in rows] if origin & 0x10 else rows
    colours = b"".join(packed(map_bits, letter) for letter in LETTERS) if map_bits else b""
    data = run_length(rows, cross) if kind & 8 else b"".join(sum(rows, []))
    header = struct.pack("<BBBHHBHHHHBB", len(note), bool(map_bits), kind, first, len(LETTERS) if map_bits else 0,
                         map_bits, 0, 0, WIDTH, HEIGHT, depth, origin | bits)
    (HERE / name).write_bytes(header + note + colours + data)


def all_tga():
    for kind, rle in [(1, ""), (9, "_rle")]:
        for map_bits in (15, 16, 24, 32):
            tga(f"map_{map_bits}{rle}.tga", kind, 8, map_bits=map_bits, bits=8 if map_bits == 32 else 0)
    tga("map_index_16.tga", 1, 16, map_bits=24, first=300)
    for kind, rle in [(2, ""), (10, "_rle")]:
        for depth in (15, 16, 24, 32):
            tga(f"colour_{depth}{rle}.tga", kind, depth, bits=8 if depth == 32 else 0)
    for kind, rle in [(3, ""), (11, "_rle")]:
        tga(f"grey_8{rle}.tga", kind, 8)
        tga(f"grey_16{rle}.tga", kind, 16, bits=8)
    for origin, name in [(0x10, "bottom_right"), (0x20, "top_left"), (0x30, "top_right")]:
        tga(f"origin_{name}.tga", 2, 24, origin=origin)
        tga(f"origin_{name}_rle.tga", 10, 32, origin=origin, bits=8)
    tga("packets_cross_rows.tga", 10, 24, cross=True)
    tga("packets_cross_rows_map.tga", 9, 8, map_bits=24, cross=True)
    tga("note_255.tga", 2, 24, note=b"n" * 255)
    tga("note_255_map_rle.tga", 9, 8, map_bits=24, note=b"n" * 255)
    tga("alpha_undeclared.tga", 2, 32)
    tga("alpha_is_padding.tga", 2, 32, pixel=lambda letter: packed(24, letter) + b"\0")
    tga("alpha_is_padding_rle.tga", 10, 32, pixel=lambda letter: packed(24, letter) + b"\0")
    tga("UPPER_0001.TGA", 2, 24)


def picture(mode, colour):
    image = Image.new(mode, (WIDTH, HEIGHT))
    image.putdata([colour(letter) for row in ROWS for letter in row])
    return image


def tga_by_pillow():
    """From either end, with the footer of the format's second version, and a note."""
    for mode, colour in [("RGB", rgb), ("RGBA", rgba), ("L", GREY.get)]:
        for compression, rle in [(None, ""), ("tga_rle", "_rle")]:
            for orientation, origin in [(1, "top"), (-1, "bottom")]:
                picture(mode, colour).save(HERE / f"pillow_{mode.lower()}_{origin}{rle}.tga", orientation=orientation,
                                           compression=compression, id_section=b"note")


def png_by_hand(name, depth, kind, interlace, raw):
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, kind, 0, 0, interlace)),
              (b"IDAT", zlib.compress(raw)), (b"IEND", b"")]
    laid = [struct.pack(">I", len(body)) + chunk + body + struct.pack(">I", zlib.crc32(chunk + body))
            for chunk, body in chunks]
    (HERE / name).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(laid))


def interlaced(name):
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    raw = b""
    for left, top, right, down in passes:
        for row in ROWS[top::down]:
            raw += b"\0" + b"".join(bytes(rgb(letter)) for letter in row[left::right])
    png_by_hand(name, 8, 2, 1, raw)


def sixteen_bits(name, kind, colour):
    # The low bytes differ from the high ones, as they do in files that were never of eight bits.
    raw = b"".join(b"\0" + b"".join(bytes([v, 90]) for letter in row for v in colour(letter)) for row in ROWS)
    png_by_hand(name, 16, kind, 0, raw)


def all_png():
    picture("RGB", rgb).save(HERE / "colour_8.png")
    picture("RGBA", rgba).save(HERE / "colour_alpha_8.png")
    picture("L", GREY.get).save(HERE / "grey_8.png")
    picture("LA", lambda letter: (GREY[letter], alpha(letter))).save(HERE / "grey_alpha_8.png")
    picture("1", lambda letter: 0 if letter == "K" else 255).save(HERE / "grey_1.png")
    sixteen_bits("colour_16.png", 2, rgb)
    sixteen_bits("colour_alpha_16.png", 6, rgba)
    interlaced("interlaced.png")
    mapped = picture("P", LETTERS.index)
    mapped.putpalette(sum((list(colour) for colour in COLOUR.values()), []))
    mapped.save(HERE / "map_4.png", bits=4)
    mapped.save(HERE / "map_alpha_8.png", bits=8, transparency=LETTERS.index("."))
    picture("RGB", rgb).save(HERE / "colour_keyed.png", transparency=rgb("."))
    # Empty that is black below: a line drawing of some software, and no black sheet.
    picture("RGBA", lambda letter: rgba(letter) if alpha(letter) else (0, 0, 0, 0)).save(HERE / "empty_is_black.png")
    # What a reader that manages colours would change the pixels by.
    chunks = PngImagePlugin.PngInfo()
    chunks.add(b"gAMA", struct.pack(">I", 100000))
    chunks.add(b"cHRM", struct.pack(">8I", 34570, 35850, 70100, 29800, 17240, 73200, 14300, 1100))
    chunks.add_text("Comment", "a comment", zip=True)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile[:24] + bytes(12) + profile[36:]  # Without the time of day.
    picture("RGB", rgb).save(HERE / "gamma_profile_dpi_text.png", pnginfo=chunks, dpi=(150, 150), icc_profile=profile)
    picture("RGB", rgb).save(HERE / "UPPER_0001.PNG")


if __name__ == "__main__":
    all_tga()
    tga_by_pillow()
    all_png()
