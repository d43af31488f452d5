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


def pool(level, plan, segments):
    """`[drawings, segments, channels]`: the weighted mean of each segment's cells, of maps `[drawings, channels, …]`."""
    rows, cells, weights = plan
    drawings, channels, height, width = level.shape
    flat = level.permute(0, 2, 3, 1).reshape(-1, channels).float()
    values = flat[rows // segments * (height * width) + cells] * weights[:, None]
    sums = torch.zeros(drawings * segments, channels, device=level.device)
    return sums.index_add(0, rows, values).view(drawings, segments, channels)


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


# The score of what is padding: nothing, after a softmax.
NEVER = -1e4


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

    def forward(self, rows, relations, mask):
        count, segments, width = rows.shape
        q, k, v = self.qkv(self.norm1(rows)).view(count, segments, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(2, 3) / (width // self.heads) ** 0.5 + self.bias(relations).permute(0, 3, 1, 2)
        scores = scores.masked_fill(~mask[:, None, None], NEVER)
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(count, segments, width)
        rows = rows + self.out(mixed)
        return rows + self.mlp(self.norm2(rows))


def relate(description, contact):
    """`[drawings, segments, segments, RELATIONS]`: contact both ways and across traces, offset, distance, sizes."""
    at = description[..., 2:4]
    offset = (at[:, None] - at[:, :, None]).clamp(-1, 1)
    size = description[..., 5]
    sizes = (size[:, None] - size[:, :, None]).clamp(-2, 2)
    near = 1 / (1 + (offset.square().sum(-1) / 0.01))
    touching, traced = contact[:, 0], contact[:, 1]
    parts = [touching, touching.transpose(1, 2), traced, offset[..., 0], offset[..., 1], near, sizes]
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

    def forward(self, a, b, scores, relations_a, relations_b, mask_a, mask_b):
        asked_a = self.ask(a, b, scores.softmax(2))
        asked_b = self.ask(b, a, scores.softmax(1).transpose(1, 2))
        return self.own(asked_a, relations_a, mask_a), self.own(asked_b, relations_b, mask_b)


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
        return query @ key.transpose(-1, -2) / TEMPERATURE

    def forward(self, a, b, cues):
        return self.alike(a, b) + self.pair(cues)[..., 0]


BELIEFS = 5


def believe(scores, contact_a, contact_b):
    """`[pairs, segments, segments, BELIEFS]`: beliefs by row, by column, mutual, and whether neighbours match."""
    rows, columns = scores.log_softmax(2), scores.log_softmax(1)
    mutual = ((rows + columns) / 2).exp()
    around = contact_a[:, 0] @ mutual @ contact_b[:, 0].transpose(1, 2)
    traced = contact_a[:, 1] @ mutual @ contact_b[:, 1].transpose(1, 2)
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

    def embed(self, batch):
        """Rows `[drawings, segments, width]` and relations of all drawings of a batch (`batch.collate`)."""
        images = F.pixel_unshuffle(batch["ink"], self.config.shuffle)
        with torch.autocast(images.device.type, torch.bfloat16, enabled=self.training):
            levels = self.unet(images.to(memory_format=torch.channels_last))
        segments = batch["mask"].shape[1]
        pooled = [pool(level, plan, segments) for level, plan in zip(levels, batch["pooling"])]
        rows = self.enter(torch.cat([*pooled, batch["description"]], -1))
        relations = relate(batch["description"], batch["contact"])
        for block in self.context:
            rows = block(rows, relations, batch["mask"])
        return rows, relations

    def compare(self, rows, relations, batch):
        """Scores `[pairs, segments, segments]` of every pass, the last one to be used; `NEVER` where padded."""
        target, reference = batch["targets"], batch["references"]
        a, relations_a, contact_a, mask_a = (x[target] for x in (rows, relations, batch["contact"], batch["mask"]))
        b, relations_b, contact_b, mask_b = (x[reference] for x in (rows, relations, batch["contact"], batch["mask"]))
        padded = ~(mask_a[:, :, None] & mask_b[:, None])
        scores, known = [], batch["cues"]
        for step, score in enumerate(self.scores):
            if step:
                a, b = self.cross[step - 1](a, b, scores[-1], relations_a, relations_b, mask_a, mask_b)
                known = torch.cat([batch["cues"], believe(scores[-1], contact_a, contact_b)], -1)
            scores.append(score(a, b, known).masked_fill(padded, NEVER))
        return scores
