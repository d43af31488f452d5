"""Writes a checkpoint as a model folder: half-precision weights and `model.json`.

    python export.py RUN OUT [--calibration FILE]
"""

import argparse
import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import save

FORMAT = 2
WEIGHTS = "matcher.safetensors"
UNFITTED = {"bias": 0.0, "similarity": 0.0, "log_odds": 1.0, "margin": 0.0}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder of a training run")
    parser.add_argument("out", type=Path, help="model folder to write")
    parser.add_argument("--calibration", type=Path, help="what calibrate.py printed")
    args = parser.parse_args()
    saved = torch.load(args.run / "checkpoint.pt", map_location="cpu")
    state = {key.removeprefix("module."): value for key, value in saved["average"].items() if key != "n_averaged"}
    calibration = json.loads(args.calibration.read_text()) if args.calibration else UNFITTED
    size = write_model(args.out, state, saved["config"], calibration)
    print(f"{args.out}: {size / 1e6:.2f} MB after step {saved['step']}")


def write_model(folder: Path, state: dict, config: dict, calibration: dict = UNFITTED) -> int:
    """Writes the folder; gives the size of the weights in bytes."""
    weights = save({key: value.half().contiguous() for key, value in state.items()})
    description = {
        "format": FORMAT,
        "kind": "matcher",
        "config": {**config, "calibration": calibration},
        "files": {WEIGHTS: hashlib.sha256(weights).hexdigest()},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(weights)
    (folder / "model.json").write_text(json.dumps(description, indent=2) + "\n")
    return len(weights)


if __name__ == "__main__":
    main()
