"""Trains DACoN, or a variant of it, on the features of a frozen foundation model.

    python train_dacon.py TRAIN RUN --backbone PATH [--reduction multi-layer] [--comparison multiplex] [--steps N]

PATH is what the backbone's authors publish; without it the U-Net is trained alone. Interrupted, it goes on from its last
checkpoint. RUN/dacon.pth is what `shiage model import --dacon` takes.
"""

import argparse
import time
from pathlib import Path

import torch
from torch.utils.data import DataLoader

from batch import place
from dacon.checkpoint import resume, store, write
from dacon.config import Config, multi_layer
from dacon.examples import Pairs, open_backbone
from dacon.loss import pair_losses
from dacon.model import Dacon


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, help="data set to train on")
    parser.add_argument("run", type=Path, help="folder for checkpoints and log")
    parser.add_argument("--backbone", type=Path, help="a foundation model as its authors publish it")
    parser.add_argument("--heads", type=int, help="attention heads of a DINOv2 whose width does not tell")
    parser.add_argument("--version", choices=["1.0", "1.1"], default="1.1")
    parser.add_argument("--reduction", choices=["last-layer", "multi-layer"], default="last-layer")
    parser.add_argument("--comparison", choices=["cosine", "cross-attention", "multiplex"], default="cosine")
    parser.add_argument("--widths", type=int, nargs="+", default=[64, 128, 256, 512], help="channels of the U-Net")
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--batch", type=int, default=2, help="pairs of drawings in a step")
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log-every", type=int, default=50)
    parser.add_argument("--save-every", type=int, default=500)
    parser.add_argument("--workers", type=int, default=1, help="processes that prepare drawings")
    parser.add_argument("--device", default="cpu", help="what is trained on: cpu or cuda")
    parser.add_argument("--backbone-device", default="cpu", help="cuda needs the extension built with that feature")
    return parser.parse_args()


def config_of(args) -> Config:
    backbone = open_backbone(args)
    kind = {"version": args.version, "widths": tuple(args.widths), "comparison": args.comparison}
    if backbone:
        kind["backbone"] = backbone.width
    elif args.version == "1.0":
        raise SystemExit("version 1.0 fuses the features of a backbone: pass --backbone, or leave --version out")
    if args.reduction == "multi-layer":
        kind |= multi_layer(backbone.width if backbone else 0, backbone.depth if backbone else 0)
    return Config(**kind)


def as_it_is(batch):
    return batch


def losses(model, batch, device):
    """Matching and consistency, means over the pairs."""
    drawings = [drawing for pair in place(batch, device) for drawing in pair]
    rows = model.embed(drawings)
    each = [
        pair_losses(model.compare(rows[at], rows[at + 1]), drawings[at], drawings[at + 1])
        for at in range(0, len(drawings), 2)
    ]
    return [torch.stack(part).mean() for part in zip(*each)]


def main():
    args = arguments()
    args.run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    config = config_of(args)
    model = Dacon(config).to(args.device)
    optimiser = torch.optim.Adam(model.parameters(), lr=args.rate)
    start = resume(args.run, model, optimiser, args.device)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters to train, from step {start}", flush=True)
    if start == 0:
        store(args.run, model, optimiser, 0)
    loader = DataLoader(
        Pairs(args, config, start),
        batch_size=None,
        collate_fn=as_it_is,
        num_workers=args.workers,
        prefetch_factor=2 if args.workers else None,
        multiprocessing_context="spawn" if args.workers else None,
    )
    sums, began = [], time.time()
    for step, batch in zip(range(start, args.steps), loader):
        matching, consistency = losses(model, batch, args.device)
        optimiser.zero_grad(set_to_none=True)
        (matching + consistency).backward()
        optimiser.step()
        sums.append((matching.item(), consistency.item()))
        done = step + 1
        if done % args.log_every == 0 or done == args.steps:
            matching, consistency = (sum(part) / len(sums) for part in zip(*sums))
            row = {"step": done, "loss": round(matching + consistency, 4), "matching": round(matching, 4)}
            seconds = round((time.time() - began) / len(sums), 3)
            write(args.run, row | {"consistency": round(consistency, 4), "seconds": seconds})
            sums, began = [], time.time()
        if done % args.save_every == 0 or done == args.steps:
            store(args.run, model, optimiser, done)


if __name__ == "__main__":
    main()
