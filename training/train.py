"""Trains the model. Interrupted, it goes on from its last checkpoint.

    python train.py TRAIN VAL RUN [--steps N]
"""

import argparse
import json
import time
from pathlib import Path

import shiage_native
import torch
from torch.utils.data import DataLoader

from examples import Examples
from batch import place
from loss import rows_loss, step_loss
from model import Config, Matcher
from validate import MODES, Validation

WARM_UP = 200
AVERAGE = 0.998
# The loss on the rows alone joins, after this share of the steps, when the cues, which carry over to other characters best,
# have found their weights.
ROWS_FROM = 1 / 3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, help="data set to train on")
    parser.add_argument("val", type=Path, help="data set to choose by")
    parser.add_argument("run", type=Path, help="folder for checkpoints and log")
    parser.add_argument("--steps", type=int, default=4400)
    parser.add_argument("--batch", type=int, default=1, help="examples a step")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--validate-every", type=int, default=400, help="an epoch, in steps")
    parser.add_argument("--stride", type=int, default=5, help="validate on every so manieth drawing")
    parser.add_argument("--workers", type=int, default=1, help="processes that prepare examples")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--synthetic", type=Path, help="data set that half of the examples are taken from")
    return parser.parse_args()


def schedule(args):
    """Learning rate by step: a short rise, level for the first half, then down to nothing along a cosine."""

    def factor(step):
        warm = min(1.0, (step + 1) / WARM_UP)
        late = max(0.0, (step / args.steps - 0.4) / 0.6)
        return warm * 0.5 * (1 + torch.cos(torch.tensor(min(late, 1.0) * torch.pi)).item())

    return factor


def main():
    args = arguments()
    args.run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    config = Config(description=shiage_native.DESCRIPTION, pair_cues=shiage_native.PAIR_CUES)
    model = Matcher(config).to(args.device)
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGE)
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=args.decay)
    checkpoint = args.run / "checkpoint.pt"
    start = resume(checkpoint, model, average, optimiser)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, from step {start}", flush=True)
    validation, log, factor = Validation(args.val, config, args.stride), Log(args.run), schedule(args)
    examples = iter(DataLoader(
        Examples([args.train, args.synthetic], config, args.seed, start * args.batch), batch_size=None,
        num_workers=args.workers, prefetch_factor=3, pin_memory=args.device != "cpu",
    ))
    for step in range(start, args.steps):
        for group in optimiser.param_groups:
            group["lr"] = args.rate * factor(step)
        optimiser.zero_grad(set_to_none=True)
        with_rows = step >= ROWS_FROM * args.steps
        losses = [train(model, place(next(examples), args.device), with_rows, args.batch) for _ in range(args.batch)]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        average.update_parameters(model)
        done = step + 1
        log.add(done, torch.stack(losses).mean(0))
        if done % args.validate_every == 0 or done == args.steps:
            save(checkpoint, {"model": model.state_dict(), "average": average.state_dict(), "step": done,
                              "optimiser": optimiser.state_dict(), "config": config.to_dict()})
            shares = validation.run(average.module)
            log.write({"step": done, **{mode: [round(100 * s, 2) for s in shares[mode]] for mode in MODES}})


def resume(checkpoint, model, average, optimiser):
    """Loads a checkpoint if there is one; gives the step to go on from."""
    if not checkpoint.exists():
        return 0
    saved = torch.load(checkpoint, map_location=next(model.parameters()).device)
    model.load_state_dict(saved["model"])
    average.load_state_dict(saved["average"])
    optimiser.load_state_dict(saved["optimiser"])
    return saved["step"]


def train(model, data, with_rows, batch_size):
    """Adds the gradients of one of `batch_size` examples; gives its loss, and the part of the rows."""
    batch, tasks = data
    rows, relations = model.embed(batch)
    loss = step_loss(model.compare(rows, relations, batch), batch, tasks)
    by_rows = rows_loss(model, rows, batch) if with_rows else torch.zeros_like(loss)
    loss = loss + by_rows
    (loss / batch_size).backward()
    return torch.stack([loss, by_rows]).detach()


class Log:
    """Means of the losses every 50 steps, and what validation found."""

    def __init__(self, run: Path):
        self.path, self.sums, self.steps, self.began = run / "log.jsonl", 0, 0, time.time()

    def add(self, step, losses):
        self.sums, self.steps = self.sums + losses, self.steps + 1
        if step % 50:
            return
        loss, by_rows = (self.sums / self.steps).tolist()
        seconds = (time.time() - self.began) / self.steps
        self.write({"step": step, "loss": round(loss, 4), "rows": round(by_rows, 4), "seconds": round(seconds, 3)})

    def write(self, row: dict):
        print(row, flush=True)
        with open(self.path, "a") as log:
            log.write(json.dumps(row) + "\n")
        self.sums, self.steps, self.began = 0, 0, time.time()


def save(path: Path, content: dict):
    part = path.with_suffix(".part")
    torch.save(content, part)
    part.replace(path)


if __name__ == "__main__":
    main()
