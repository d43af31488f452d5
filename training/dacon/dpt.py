"""The multi-layer reduction: four layers of a vision transformer brought together as in DPT (Ranftl et al., 2021)."""

import torch
import torch.nn as nn
import torch.nn.functional as F


def enlarge(maps, size):
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=True)


class Residual(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.conv1 = nn.Conv2d(features, features, 3, padding=1)
        self.conv2 = nn.Conv2d(features, features, 3, padding=1)

    def forward(self, maps):
        return maps + self.conv2(F.relu(self.conv1(F.relu(maps))))


class Fusion(nn.Module):
    """A level joined with what comes from the coarser ones; the coarsest has nothing to be joined with."""

    def __init__(self, features, last):
        super().__init__()
        if not last:
            self.skip = Residual(features)
        self.out = Residual(features)
        self.project = nn.Conv2d(features, features, 1)

    def forward(self, level, above):
        if above is not None:
            level = enlarge(above, level.shape[2:]) + self.skip(level)
        return self.project(self.out(level))


class Dpt(nn.Module):
    """From the maps of four layers to one that is eight times as fine."""

    def __init__(self, width, layers, levels, features):
        super().__init__()
        # Which blocks they are follows from no other tensor.
        self.register_buffer("layers", torch.tensor(layers, dtype=torch.float32))
        self.project = nn.ModuleList(nn.Linear(width, own) for own in levels)
        self.enlarge = nn.ModuleList(
            nn.ConvTranspose2d(own, own, times, stride=times) for own, times in zip(levels, (4, 2))
        )
        self.halve = nn.Conv2d(levels[3], levels[3], 3, stride=2, padding=1)
        self.even = nn.ModuleList(nn.Conv2d(own, features, 3, padding=1, bias=False) for own in levels)
        self.fuse = nn.ModuleList(Fusion(features, index == 3) for index in range(4))

    def forward(self, layers):
        """`layers` is `[4, batch, width, grid, grid]`."""
        maps = [
            project(layer.permute(0, 2, 3, 1)).permute(0, 3, 1, 2) for project, layer in zip(self.project, layers)
        ]
        scaled = [self.enlarge[0](maps[0]), self.enlarge[1](maps[1]), maps[2], self.halve(maps[3])]
        above = None
        for level, even, fuse in reversed(list(zip(scaled, self.even, self.fuse))):
            above = fuse(even(level), above)
        height, width = above.shape[2:]
        return enlarge(above, (2 * height, 2 * width))
