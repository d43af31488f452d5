"""What a run leaves: a checkpoint to go on from, the model in the published layout, and a log."""

import json
from pathlib import Path

import torch

CHECKPOINT, PUBLISHED, LOG = "checkpoint.pt", "dacon.pth", "log.jsonl"


def resume(run: Path, model, optimiser, device) -> int:
    """Goes on where the run was; the step, or 0."""
    path = run / CHECKPOINT
    if not path.exists():
        return 0
    saved = torch.load(path, map_location=device)
    if saved["config"] != model.config.to_dict():
        raise SystemExit(f"{path}: is of another model; give this one another folder, or remove it")
    model.load_state_dict(saved["model"])
    optimiser.load_state_dict(saved["optimiser"])
    return saved["step"]


def store(run: Path, model, optimiser, step: int):
    """Writes both files, each whole or not at all."""
    state = {key: value.cpu() for key, value in model.state_dict().items()}
    whole = {"model": state, "optimiser": optimiser.state_dict(), "step": step, "config": model.config.to_dict()}
    for name, content in ((PUBLISHED, state), (CHECKPOINT, whole)):
        part = (run / name).with_suffix(".part")
        torch.save(content, part)
        part.replace(run / name)


def write(run: Path, row: dict):
    print(row, flush=True)
    with open(run / LOG, "a") as log:
        log.write(json.dumps(row) + "\n")
