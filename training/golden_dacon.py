"""Writes the small variants of DACoN, with the similarities of two drawings, that the painter's tests compare with.

    python golden_dacon.py ../tests/golden
"""

import sys
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import shiage_native
import torch
from safetensors.torch import save_file

from dacon.config import Config
from dacon.examples import Seen
from dacon.model import Dacon

SMALL = {"widths": (4, 8), "features": 16, "head_width": 24, "attention_layers": 2, "attention_heads": 2}
VARIANTS = {
    "multi_layer": {"version": "1.0", "layers": (1, 2, 3, 3), "levels": (4, 6, 8, 10), "reduced": 6},
    "cross_attention": {"comparison": "cross-attention"},
    "multiplex": {"comparison": "multiplex"},
    "no_backbone": {},
}


def drawing(folder: Path, name: str):
    """A drawing of the goldens of the built-in model."""
    line = cv2.imread(str(folder / f"{name}.line.png"), cv2.IMREAD_UNCHANGED)[..., [2, 1, 0, 3]]
    seg = cv2.imread(str(folder / f"{name}.seg.png")).astype(np.uint32)
    numbers = (seg[..., 2] << 16) | (seg[..., 1] << 8) | seg[..., 0]
    present, labels = np.unique(np.append(0, numbers), return_inverse=True)
    colours = np.zeros(len(present), np.int64)
    return SimpleNamespace(line=lambda: line.copy(), labels=labels[1:].reshape(numbers.shape), colours=colours)


def randomise(model, generator):
    """Weights that let something through, rounded as the file has them so that both sides compute with the same."""
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        spread = parameter[0].numel() ** -0.5 * 1.5 if parameter.dim() > 1 else 0.02
        centre = 1.0 if name.endswith("norm.weight") else 0.0
        parameter.data = (noise * spread + centre).half().float()


@torch.no_grad()
def main():
    root = Path(sys.argv[1])
    backbone = shiage_native.Backbone(root / "weights" / "dinov2_small.pth")
    (root / "variants").mkdir(exist_ok=True)
    for name, variant in VARIANTS.items():
        used = None if name == "no_backbone" else backbone
        config = Config(**SMALL, **variant, backbone=used.width if used else 0)
        model = Dacon(config).eval()
        randomise(model, torch.Generator().manual_seed(3))
        seen = Seen(config, used)
        rows = model.embed([seen.look(drawing(root / "matcher", one)) for one in "ab"])
        similarities = model.compare(*rows)
        tensors = {key: value.half() for key, value in model.state_dict().items()}
        save_file(tensors | {"expected": similarities}, root / "variants" / f"{name}.safetensors")
        print(name, tuple(similarities.shape), f"from {similarities.min():.3f} to {similarities.max():.3f}")


if __name__ == "__main__":
    main()
