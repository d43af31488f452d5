"""The published model's operations in PyTorch, with random weights: the same sizes as `shiage bench model`.

Prints one JSON object with the keys of `shiage bench model --json`. Attention is `scaled_dot_product_attention`, pooling is
what a careful user of the published implementation gets: the map enlarged and made contiguous, the pixels of each segment
picked, and their mean. Half precisions run under autocast, as a user of the published implementation would get them.
"""

import argparse
import json
import resource
import statistics
import time
from contextlib import nullcontext

import torch
import torch.nn as nn
import torch.nn.functional as F

PRECISIONS = {"f32": None, "bf16": torch.bfloat16, "f16": torch.float16}


class Block(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.scale1 = nn.Parameter(torch.ones(width))
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)
        self.scale2 = nn.Parameter(torch.ones(width))

    def attention(self, x):
        batch, count, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, count, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v)
        return self.proj(mixed.transpose(1, 2).reshape(batch, count, width))

    def forward(self, x):
        x = x + self.scale1 * self.attention(self.norm1(x))
        return x + self.scale2 * self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Vit(nn.Module):
    def __init__(self, width, depth, heads, patch=14, side=518):
        super().__init__()
        self.side, self.grid = side, side // patch
        self.patch = nn.Conv2d(3, width, patch, patch)
        self.cls = nn.Parameter(torch.zeros(1, 1, width))
        self.position = nn.Parameter(torch.randn(1, 1 + self.grid**2, width) * 0.02)
        self.blocks = nn.ModuleList(Block(width, heads, 4 * width) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=1e-6)

    def forward(self, image):
        image = F.interpolate(image, (self.side, self.side), mode="bilinear")
        x = self.patch(image).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(len(x), -1, -1), x], 1) + self.position
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)[:, 1:]
        return x.reshape(len(x), self.grid, self.grid, -1).permute(0, 3, 1, 2).contiguous()


def conv(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.InstanceNorm2d(outputs), nn.ReLU()]


class Unet(nn.Module):
    def __init__(self, widths, features=128, side=512):
        super().__init__()
        self.side = side
        double = lambda inputs, outputs: nn.Sequential(*conv(inputs, outputs), *conv(outputs, outputs))
        inputs = [3, *widths[:-1]]
        self.down = nn.ModuleList(double(i, o) for i, o in zip(inputs, widths))
        self.bottom = double(widths[-1], 2 * widths[-1])
        enlarge = lambda o: nn.Sequential(
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True), *conv(2 * o, o)
        )
        self.enlarge = nn.ModuleList(enlarge(o) for o in reversed(widths))
        self.up = nn.ModuleList(double(2 * o, o) for o in reversed(widths))
        self.last = nn.Conv2d(widths[0], features, 1)

    def forward(self, image):
        x = F.interpolate(image, (self.side, self.side), mode="bilinear")
        skips = []
        for block in self.down:
            skips.append(block(x))
            x = F.max_pool2d(skips[-1], 2)
        x = self.bottom(x)
        for enlarge, block in zip(self.enlarge, self.up):
            x = block(torch.cat([skips.pop(), enlarge(x)], 1))
        return self.last(x)


class Heads(nn.Module):
    """Reduces the pooled features of the backbone and adds those of the U-Net, both normalised (version 1.1)."""

    def __init__(self, width, features=128):
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * features)
        self.fc2 = nn.Linear(4 * features, features)

    def forward(self, dino, unet):
        dino = self.fc2(F.relu(self.fc1(dino)))
        return sum(x / (x.norm(dim=-1, keepdim=True) + 1e-6) for x in (dino, unet))


def pool(maps, labels, segments):
    """Means over the segments, `[batch, segments, channels]`, of the maps enlarged to the size of the masks; a drawing at
    a time, as there is no room for more."""
    return torch.cat([pool_one(one[None], labels, segments) for one in maps])


def pool_one(maps, labels, segments):
    maps, labels = F.interpolate(maps.float(), labels.shape, mode="bilinear")[0].flatten(1), labels.flatten()
    pixels = ((labels == i).nonzero()[:, 0] for i in range(1, segments + 1))
    rows = (maps.index_select(1, picked) for picked in pixels)
    return torch.stack([row.sum(1) / max(1, row.shape[1]) for row in rows])[None]


def tiles(width, height, segments):
    """A label image of tiles, each with a border of line, at the size that version 1.1 pools at."""
    down, across = max(1, height // 512), max(1, width // 512)
    columns = max(1, round((segments * width / height) ** 0.5))
    rows = -(-segments // columns)
    y, x = torch.arange(height // down)[:, None], torch.arange(width // across)[None]
    across, down = width // across / columns, height // down / rows
    label = (y / down).long() * columns + (x / across).long() + 1
    return label.clamp(max=segments) * ((x % across >= 1) & (y % down >= 1))


class Clock:
    """Time of stages, by the clock and of the processor, in milliseconds."""

    def __init__(self, device):
        self.device, self.wall, self.cpu = device, {}, {}

    def time(self, stage, work):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        self.wall.setdefault(stage, []).append(1e3 * (time.perf_counter() - wall))
        self.cpu.setdefault(stage, []).append(1e3 * (time.process_time() - cpu))
        return result


def paint(model, image, labels, segments, clock):
    """One pass over a batch: what a drawing needs whose reference is known."""
    vit, unet, heads, reference = model
    dino = clock.time("backbone", lambda: vit(image))
    fine = clock.time("unet", lambda: unet(image))
    rows = clock.time("pooling", lambda: (pool(dino, labels, segments), pool(fine, labels, segments)))
    fused = clock.time("heads", lambda: F.normalize(heads(*rows).float(), dim=-1))
    clock.time("match", lambda: (fused @ reference.T).argmax(-1).cpu())


def build(args, device):
    torch.manual_seed(1)
    if args.small:
        vit, unet, width = Vit(64, 2, 4), Unet([8, 16]), 64
    else:
        vit, unet, width = Vit(1024, 24, 16), Unet([64, 128, 256, 512]), 1024
    reference = F.normalize(torch.randn(args.segments, 128), dim=-1).to(device)
    return vit.to(device).eval(), unet.to(device).eval(), Heads(width).to(device).eval(), reference


def peak_gb(device):
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def size(text):
    width, height = map(int, text.split("x"))
    return width, height


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", choices=PRECISIONS, default="f32")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--size", type=size, default=(1920, 1080), metavar="WxH")
    parser.add_argument("--segments", type=int, default=189)
    parser.add_argument("--runs", type=int, default=3, help="timed passes; one more goes before")
    parser.add_argument("--small", action="store_true", help="a small model, to try the script")
    parser.add_argument("--no-pooling", action="store_true", help="backbone and U-Net alone")
    parser.add_argument("--cpu-time", action="store_true", help="tell the least processor time of each stage, too")
    return parser.parse_args()


@torch.inference_mode()
def main():
    args = arguments()
    device = torch.device(args.device)
    width, height = args.size
    model = build(args, device)
    image = torch.rand(args.batch, 3, height, width, device=device)
    labels = tiles(width, height, args.segments).to(device)
    dtype = PRECISIONS[args.precision]
    clock = Clock(device)
    with torch.autocast(device.type, dtype) if dtype else nullcontext():
        for _ in range(args.runs + 1):
            if args.no_pooling:
                clock.time("backbone", lambda: model[0](image))
                clock.time("unet", lambda: model[1](image))
            else:
                paint(model, image, labels, args.segments, clock)
    # The first pass goes before.
    wall, cpu = ({k: times[1:] for k, times in part.items()} for part in (clock.wall, clock.cpu))
    stages = {stage: statistics.median(times) / args.batch for stage, times in wall.items()}
    parameters = sum(p.numel() for part in model[:3] for p in part.parameters())
    total = sum(stages.values())
    result = {
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "precision": args.precision,
        "batch": args.batch,
        "size": [width, height],
        "ms_per_drawing": total,
        "stages_ms": stages,
        "fps": 1e3 / total,
        "params_m": parameters / 1e6,
        "model_gb": 4 * parameters / 1e9,
        "peak_memory_gb": peak_gb(device),
    }
    if args.cpu_time:
        result["cpu_ms"] = {stage: min(times) / args.batch for stage, times in cpu.items()}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
