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
from loss import rows_loss, step_loss
from model import Config, Matcher
from validate import MODES, Validation

WARM_UP = 200
AVERAGE = 0.998
# The loss on the rows alone joins when the cues, which carry over to other characters best, have found their weights.
ROWS_FROM = 1200


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, help="data set to train on")
    parser.add_argument("val", type=Path, help="data set to choose by")
    parser.add_argument("run", type=Path, help="folder for checkpoints and log")
    parser.add_argument("--steps", type=int, default=3600)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--validate-every", type=int, default=400, help="an epoch, in steps")
    parser.add_argument("--stride", type=int, default=5, help="validate on every so manieth drawing")
    parser.add_argument("--workers", type=int, default=1)
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
    model = Matcher(config)
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGE)
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=args.decay)
    factor = schedule(args)
    start, checkpoint = 0, args.run / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        start = saved["step"]
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, from step {start}", flush=True)
    validation = Validation(args.val, config, args.stride)
    loader = DataLoader(
        Examples(args.train, config, args.seed, start), batch_size=None, num_workers=args.workers, prefetch_factor=3
    )
    sums, began = torch.zeros(2), time.time()
    for step, data in enumerate(loader, start):
        if step >= args.steps:
            break
        for group in optimiser.param_groups:
            group["lr"] = args.rate * factor(step)
        embedded = model.embed(data["drawings"])
        compared = [model.compare(embedded[a], embedded[b], cues) for a, b, cues in data["pairs"]]
        by_rows = rows_loss(model, embedded, data) if step >= ROWS_FROM else torch.zeros(())
        loss = step_loss(compared, data) + by_rows
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        average.update_parameters(model)
        sums += torch.tensor([loss.item(), by_rows.item()])
        done = step + 1
        if done % 50 == 0:
            loss, by_rows = (sums / 50).tolist()
            seconds = (time.time() - began) / 50
            write(args.run, {"step": done, "loss": round(loss, 4), "rows": round(by_rows, 4), "seconds": round(seconds, 3)})
            sums, began = torch.zeros(2), time.time()
        if done % args.validate_every == 0 or done == args.steps:
            save(checkpoint, {"model": model.state_dict(), "average": average.state_dict(), "step": done,
                              "optimiser": optimiser.state_dict(), "config": config.to_dict()})
            shares = validation.run(average.module)
            write(args.run, {"step": done, **{mode: [round(100 * s, 2) for s in shares[mode]] for mode in MODES}})
            began = time.time()


def write(run: Path, row: dict):
    print(row, flush=True)
    with open(run / "log.jsonl", "a") as log:
        log.write(json.dumps(row) + "\n")


def save(path: Path, content: dict):
    part = path.with_suffix(".part")
    torch.save(content, part)
    part.replace(path)


if __name__ == "__main__":
    main()
