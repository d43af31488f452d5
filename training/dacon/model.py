"""What is trained: the U-Net, the heads, and what the variants have besides.

Tensor names are those of the published checkpoints; `dpt.`, `cross_attention.` and `multiplex.` are this project's own.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

from dacon.attention import Attention
from dacon.config import Config
from dacon.dpt import Dpt
from model import Mlp
from model import Unet as Trunk


class Unet(Trunk):
    """DACoN's U-Net up to its last layer, which is kept apart: it commutes with pooling."""

    def __init__(self, widths, features):
        super().__init__(3, widths)
        self.final_conv = nn.Conv2d(widths[0], features, 1)

    def forward(self, image):
        return super().forward(image)[0]

    def last_layer(self, rows, occupied):
        """The last layer on pooled rows; an empty segment, which is zeros, does not get its bias."""
        return F.linear(rows, self.final_conv.weight.flatten(1), self.final_conv.bias) * occupied[:, None]


def pool(level, plan):
    """Rows of a map `[channels, height, width]`: the weighted mean of each segment's cells."""
    offsets, cells, weights = plan
    flat = level.flatten(1).t().float()
    count = len(offsets) - 1
    segments = torch.repeat_interleave(torch.arange(count, device=flat.device), offsets.diff())
    matrix = torch.sparse_coo_tensor(torch.stack([segments, cells]), weights, (count, len(flat)), check_invariants=False)
    return torch.sparse.mm(matrix, flat)


class Dacon(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        features, hidden = config.features, config.head_width
        self.unet = Unet(config.widths, features)
        if config.backbone:
            coarse = config.backbone
            if config.layers:
                self.dpt = Dpt(coarse, config.layers, config.levels, config.reduced)
                coarse = config.reduced
            self.dino_mlp = Mlp(coarse, hidden, features)
            if config.version == "1.0":
                self.dino_unet_mlp = Mlp(2 * features, hidden, features)
        name = config.comparison.replace("-", "_")
        if config.comparison != "cosine":
            own = config.comparison == "multiplex"
            self.add_module(name, Attention(features, config.attention_layers, config.attention_heads, own))
        self.attention = name

    def embed(self, drawings):
        """Features of the segments of each drawing, rows of length 1; the U-Net sees them all at once."""
        maps = self.unet(torch.stack([drawing["square"] for drawing in drawings]))
        return [self.rows(drawing, fine) for drawing, fine in zip(drawings, maps)]

    def rows(self, drawing, fine):
        plan = drawing["fine"]
        rows = self.unet.last_layer(pool(fine, plan), (plan[0].diff() > 0).float())
        if self.config.backbone:
            rows = self.fuse(self.dino_mlp(self.coarse(drawing)), rows)
        return F.normalize(rows, dim=-1)

    def coarse(self, drawing):
        """Pooled features of the frozen backbone, or of what its layers are reduced to."""
        if not self.config.layers:
            return drawing["backbone"]
        return pool(self.dpt(drawing["layers"].unsqueeze(1))[0], drawing["coarse"])

    def fuse(self, reduced, unet):
        if self.config.version == "1.0":
            return self.dino_unet_mlp(torch.cat([reduced, unet], -1))
        divided = lambda rows: rows / (rows.norm(dim=-1, keepdim=True) + 1e-6)
        return divided(reduced) + divided(unet)

    def compare(self, target, reference):
        """Similarities of the segments of two drawings, `[target, reference]`, from -1 to 1."""
        if self.config.comparison != "cosine":
            target, reference = getattr(self, self.attention)(target, reference)
            target, reference = F.normalize(target, dim=-1), F.normalize(reference, dim=-1)
        return target @ reference.t()
