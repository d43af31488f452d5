"""Draws loss and validation of a run: RUN/loss.png.

    python plot.py RUN
"""

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from validate import MODES


def main():
    run = Path(sys.argv[1])
    rows = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    losses = [row for row in rows if "loss" in row]
    checks = [row for row in rows if MODES[0] in row]
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    steps = [row["step"] for row in losses]
    left.plot(steps, [row["loss"] - row["rows"] for row in losses], label="passes")
    left.plot(steps, [row["rows"] for row in losses], label="rows alone")
    left.set(xlabel="step", ylabel="loss", title="training loss")
    for mode in MODES:
        right.plot([row["step"] for row in checks], [row[mode][0] for row in checks], marker="o", label=mode)
    right.set(xlabel="step", ylabel="Acc, %", title="validation, some of the drawings")
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(run / "loss.png", dpi=110)


if __name__ == "__main__":
    main()
