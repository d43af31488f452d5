"""The model: a U-Net over the ink, attention over the segments, and passes that compare two drawings.

Tensor names are those of the published U-Net where the parts are the same; the painter reads them by name.
"""

from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Config:
    widths: tuple[int, ...] = (16, 32, 64, 128)
    input: int = 256
    shuffle: int = 2
    description: int = 0
    pair_cues: int = 0
    width: int = 128
    heads: int = 4
    context: int = 2
    passes: int = 3
    pair_width: int = 32

    def to_dict(self):
        return asdict(self)


def place(data, device):
    """All tensors in nested lists, tuples and dictionaries, on a device."""
    if isinstance(data, torch.Tensor):
        return data.to(device, non_blocking=True)
    if isinstance(data, dict):
        return {key: place(value, device) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return type(data)(place(value, device) for value in data)
    return data


class Double(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1),
            nn.InstanceNorm2d(outputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, padding=1),
            nn.InstanceNorm2d(outputs),
            nn.ReLU(inplace=True),
        )

    def forward(self, maps):
        return self.conv(maps)


class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.up = nn.Sequential(
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
            nn.Conv2d(inputs, outputs, 3, padding=1),
            nn.InstanceNorm2d(outputs),
            nn.ReLU(inplace=True),
        )

    def forward(self, maps):
        return self.up(maps)


class Unet(nn.Module):
    """DACoN's U-Net at smaller widths; gives the maps of its decoder, the largest first."""

    def __init__(self, inputs, widths):
        super().__init__()
        inputs = [inputs, *widths[:-1]]
        self.encoder_blocks = nn.ModuleList(Double(a, b) for a, b in zip(inputs, widths))
        self.bottleneck = Double(widths[-1], 2 * widths[-1])
        self.decoder_up_convs = nn.ModuleList(Up(2 * w, w) for w in reversed(widths))
        self.decoder_conv_blocks = nn.ModuleList(Double(2 * w, w) for w in reversed(widths))

    def forward(self, image):
        skips, maps = [], image
        for block in self.encoder_blocks:
            skips.append(block(maps))
            maps = F.max_pool2d(skips[-1], 2)
        maps = self.bottleneck(maps)
        decoded = []
        for up, block, skip in zip(self.decoder_up_convs, self.decoder_conv_blocks, reversed(skips)):
            maps = block(torch.cat([skip, up(maps)], 1))
            decoded.append(maps)
        return decoded[::-1]


def pool(level, plan):
    """Rows of a map `[channels, height, width]`: the weighted mean of each segment's cells."""
    offsets, cells, weights = plan
    flat = level.flatten(1).t().float()
    numbers = torch.arange(len(offsets) - 1, device=level.device)
    segments = torch.repeat_interleave(numbers, offsets[1:] - offsets[:-1], output_size=len(cells))
    rows = torch.zeros(len(offsets) - 1, flat.shape[1], device=level.device)
    return rows.index_add(0, segments, flat[cells] * weights[:, None])


class Mlp(nn.Module):
    def __init__(self, inputs, hidden, outputs, dropout=0.0):
        super().__init__()
        self.fc1 = nn.Linear(inputs, hidden)
        self.fc2 = nn.Linear(hidden, outputs)
        self.dropout = nn.Dropout(dropout)

    def forward(self, rows):
        return self.fc2(self.dropout(F.relu(self.fc1(rows))))


# Numbers that relate two segments of one drawing.
RELATIONS = 7

DROPOUT = 0.1


class SelfBlock(nn.Module):
    """Attention among the segments of one drawing; how they lie to each other adds to the scores."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.bias = Mlp(RELATIONS, 16, heads)
        self.out = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = Mlp(width, 2 * width, width, DROPOUT)

    def forward(self, rows, relations):
        count, width = rows.shape
        q, k, v = self.qkv(self.norm1(rows)).view(count, 3, self.heads, -1).permute(1, 2, 0, 3)
        scores = q @ k.transpose(1, 2) / (width // self.heads) ** 0.5 + self.bias(relations).permute(2, 0, 1)
        mixed = (scores.softmax(-1) @ v).transpose(0, 1).reshape(count, width)
        rows = rows + self.out(mixed)
        return rows + self.mlp(self.norm2(rows))


def relate(description, contact):
    """`[segments, segments, RELATIONS]`: contact both ways, contact across traces, offset, distance, sizes."""
    at = description[:, 2:4]
    offset = (at[None] - at[:, None]).clamp(-1, 1)
    size = description[:, 5]
    sizes = (size[None] - size[:, None]).clamp(-2, 2)
    near = 1 / (1 + (offset.square().sum(-1) / 0.01))
    parts = [contact[0], contact[0].t(), contact[1], offset[..., 0], offset[..., 1], near, sizes]
    return torch.stack(parts, -1)


class CrossBlock(nn.Module):
    """Each segment asks its likely partners in the other drawing, then its own drawing."""

    def __init__(self, width, heads):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.value = nn.Linear(width, width)
        self.mlp = Mlp(2 * width, 2 * width, width, DROPOUT)
        self.own = SelfBlock(width, heads)

    def ask(self, rows, other, attention):
        told = attention @ self.value(self.norm(other))
        return rows + self.mlp(torch.cat([self.norm(rows), told], -1))

    def forward(self, a, b, scores, relations_a, relations_b):
        asked_a = self.ask(a, b, scores.softmax(1))
        asked_b = self.ask(b, a, scores.softmax(0).t())
        return self.own(asked_a, relations_a), self.own(asked_b, relations_b)


# Of cosines, as in DACoN's training.
TEMPERATURE = 0.1


class Score(nn.Module):
    """The score of every pair, from the segments' rows and from what is known of the pair."""

    def __init__(self, width, cues, hidden):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.pair = Mlp(cues, hidden, 1)

    def alike(self, a, b):
        """Cosines by the temperature."""
        query = F.normalize(self.query(self.norm(a)), dim=-1)
        key = F.normalize(self.key(self.norm(b)), dim=-1)
        return query @ key.t() / TEMPERATURE

    def forward(self, a, b, cues):
        return self.alike(a, b) + self.pair(cues)[..., 0]


BELIEFS = 5


def believe(scores, contact_a, contact_b):
    """`[segments, segments, BELIEFS]`: beliefs by row, by column, mutual, and whether neighbours match."""
    rows, columns = scores.log_softmax(1), scores.log_softmax(0)
    mutual = ((rows + columns) / 2).exp()
    around = contact_a[0] @ mutual @ contact_b[0].t()
    traced = contact_a[1] @ mutual @ contact_b[1].t()
    return torch.stack([rows.clamp(min=-8) / 4, columns.clamp(min=-8) / 4, mutual, around, traced], -1)


class Matcher(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.unet = Unet(3 * config.shuffle**2, config.widths)
        width = config.width
        self.enter = Mlp(sum(config.widths) + config.description, 2 * width, width, DROPOUT)
        self.context = nn.ModuleList(SelfBlock(width, config.heads) for _ in range(config.context))
        cues = [config.pair_cues + (BELIEFS if step else 0) for step in range(config.passes)]
        self.scores = nn.ModuleList(Score(width, n, config.pair_width) for n in cues)
        self.cross = nn.ModuleList(CrossBlock(width, config.heads) for _ in range(config.passes - 1))

    def embed(self, drawings):
        """Rows and relations of each drawing; the U-Net sees them all at once."""
        images = torch.stack([drawing["ink"] for drawing in drawings])
        images = F.pixel_unshuffle(images, self.config.shuffle)
        with torch.autocast(images.device.type, torch.bfloat16, enabled=self.training):
            levels = self.unet(images.to(memory_format=torch.channels_last))
        embedded = []
        for index, drawing in enumerate(drawings):
            pooled = [pool(level[index], plan) for level, plan in zip(levels, drawing["pooling"])]
            rows = self.enter(torch.cat([*pooled, drawing["description"]], 1))
            relations = relate(drawing["description"], drawing["contact"])
            for block in self.context:
                rows = block(rows, relations)
            embedded.append((rows, relations, drawing["contact"]))
        return embedded

    def compare(self, target, reference, cues):
        """Scores of every pass, the last one to be used."""
        (a, relations_a, contact_a), (b, relations_b, contact_b) = target, reference
        scores, known = [], cues
        for step, score in enumerate(self.scores):
            if step:
                a, b = self.cross[step - 1](a, b, scores[-1], relations_a, relations_b)
                known = torch.cat([cues, believe(scores[-1], contact_a, contact_b)], -1)
            scores.append(score(a, b, known))
        return scores
