"""Dimensions of a DACoN model."""

from dataclasses import asdict, dataclass

# The blocks that the multi-layer reduction takes, by the depth of the DINOv2, and the channels of its levels and of the
# map that they make: those of the paper for the largest, quarters of the depth for the others.
LAYERS = {24: (5, 12, 18, 24), 12: (3, 6, 9, 12)}
LEVELS = {384: ((48, 96, 192, 384), 64), 768: ((96, 192, 384, 768), 128), 1024: ((256, 512, 1024, 1024), 256)}


@dataclass
class Config:
    # 1.0 pools at the size of the drawing and fuses by a network; 1.1 pools near 512x512 and adds.
    version: str = "1.1"
    # Channels of the backbone's map; 0 without a backbone.
    backbone: int = 0
    widths: tuple[int, ...] = (64, 128, 256, 512)
    input: int = 512
    features: int = 128
    head_width: int = 512
    # The multi-layer reduction: blocks counted from 1; none for the last layer alone.
    layers: tuple[int, ...] = ()
    levels: tuple[int, ...] = ()
    reduced: int = 0
    # cosine, cross-attention or multiplex.
    comparison: str = "cosine"
    attention_layers: int = 9
    attention_heads: int = 4

    def to_dict(self):
        return asdict(self)

    @property
    def pool(self):
        return None if self.version == "1.0" else (512, 512)


def multi_layer(width: int, depth: int) -> dict:
    """What a config says of the multi-layer reduction of a DINOv2."""
    if depth < 4:
        raise SystemExit("a multi-layer reduction needs a DINOv2 as backbone")
    layers = LAYERS.get(depth) or tuple(depth * quarter // 4 for quarter in (1, 2, 3, 4))
    levels, reduced = LEVELS.get(width) or ((width // 8, width // 4, width // 2, width), max(width // 4, 8))
    return {"layers": layers, "levels": levels, "reduced": reduced}
