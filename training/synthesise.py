"""Makes a data set of synthetic characters in the PaintBucket-Character layout. The same seed gives the same files.

    python synthesise.py OUT [--characters N] [--clips K] [--seed S] [--workers W] [--unpainted]
"""

import argparse
import json
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np

from clips import CLIP_INTERVAL
from synthetic.character import character
from synthetic.shots import random_clip, sheets
from synthetic.write import write_shot

SIZES = ((768, 768), (960, 540))
SHADED = [1, 3, 5, 7]


def some(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number}, must be 1 or more")
    return number


def make(number: int, out: Path, seed: int, clips: int, paint: bool) -> str:
    """Writes character `number`: its sheets and clips, every other clip shaded."""
    rng = np.random.default_rng([seed, number])
    made, size = character(rng), SIZES[rng.integers(len(SIZES))]
    folder, listed = out / f"synthetic_{number:04d}", []
    for name, shot in enumerate(sheets(made, rng, size)):
        write_shot(folder / "ref", f"{name:04d}", made, shot, size, paint)
    for at in range(clips):
        clip = random_clip(made, rng, shaded=at % 2 == 0, size=size)
        frames = [at * CLIP_INTERVAL, (at + 1) * CLIP_INTERVAL - 1]
        listed.append({"frames": frames, "framing": clip.framing, "shaded": clip.shaded})
        for name, shot in enumerate(clip.shots, at * CLIP_INTERVAL):
            write_shot(folder, f"{name:04d}", made, shot, size, paint)
    meta = {"size": size, "clip_interval": CLIP_INTERVAL, "clips": listed, "seed": [seed, number], "ref_shaded": SHADED}
    (folder / "meta.json").write_text(json.dumps(meta, indent=1))
    return folder.name


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder for the data set")
    parser.add_argument("--characters", type=some, default=50)
    parser.add_argument("--clips", type=some, default=2, help=f"clips of {CLIP_INTERVAL} drawings for every character")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=some, default=1)
    parser.add_argument("--unpainted", action="store_true", help="without `gt`, which training does not read")
    args = parser.parse_args()
    make_one = partial(make, out=args.out, seed=args.seed, clips=args.clips, paint=not args.unpainted)
    with Pool(args.workers, cv2.setNumThreads, (1,)) as pool:
        for name in pool.imap(make_one, range(args.characters)):
            print(name, flush=True)


if __name__ == "__main__":
    main()
