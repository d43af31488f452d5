"""Prints what the drawings of data sets are like, so that synthetic ones can be held against real ones.

    python measure.py DATA... [--stride N]

Means and tenth, fiftieth and ninetieth percentiles over every so manieth drawing of the clips.
"""

import argparse
from pathlib import Path

import numpy as np

from clips import HIGHLIGHT_TRACE, INK, SHADOW_TRACE, Sample, characters

BACKGROUND = 1 << 24
SMALL = 30


def measures(sample: Sample) -> dict[str, float]:
    """Of one drawing; areas as shares of it, traces as shares of the black line."""
    sizes = np.bincount(sample.labels.ravel(), minlength=len(sample.colours))[1:]
    figure = sample.colours[1:] != BACKGROUND
    own = sizes[figure] if figure.any() else np.zeros(1)
    pixels, ink = sample.labels.size, max(1, (sample.kinds == INK).sum())
    return {
        "segments": figure.sum(),
        "colours": len(set(sample.colours[1:][figure])),
        "background segments": (~figure).sum(),
        "median segment, px": np.median(own),
        f"segments below {SMALL} px, %": 100 * (own < SMALL).mean(),
        "figure, %": 100 * own.sum() / pixels,
        "black line, %": 100 * ink / pixels,
        "blue to black line, %": 100 * (sample.kinds == SHADOW_TRACE).sum() / ink,
        "red to black line, %": 100 * (sample.kinds == HIGHLIGHT_TRACE).sum() / ink,
    }


def table(root: Path, stride: int) -> dict[str, np.ndarray]:
    """Mean and percentiles of every measure."""
    rows = []
    for character in characters(root):
        for clip in character.clips:
            for drawing in clip[::stride]:
                rows.append(measures(drawing.sample))
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return {name: np.array([np.mean(v), *np.percentile(v, [10, 50, 90])]) for name, v in columns.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+", help="data sets")
    parser.add_argument("--stride", type=int, default=5)
    args = parser.parse_args()
    tables = [table(root, args.stride) for root in args.data]
    print("| mean (10 %, 50 %, 90 %) | " + " | ".join(str(root) for root in args.data) + " |")
    print("| --- |" + " --- |" * len(tables))
    for name in tables[0]:
        cells = ("{:.1f} ({:.1f}, {:.1f}, {:.1f})".format(*found[name]) for found in tables)
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
