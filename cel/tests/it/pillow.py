"""Prints what Pillow reads in the drawings of a folder, as JSON by file name."""

import json
import pathlib
import sys

from PIL import Image

found = {}
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if path.suffix.lower() not in (".png", ".tga"):
        continue
    try:
        with Image.open(path) as image:
            image.load()
            found[path.name] = {
                "size": image.size,
                # Where the file has its first row, and how it is packed (TGA).
                "orientation": image.info.get("orientation"),
                "compression": image.info.get("compression"),
                "pixels": list(image.convert("RGBA").tobytes()),
            }
    except OSError as error:
        found[path.name] = {"error": str(error)}
json.dump(found, sys.stdout)
