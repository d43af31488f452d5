"""A character: its body, colours and parts, made from a seed."""

from dataclasses import dataclass

import numpy as np

from .arms import arms
from .clothes import clothes
from .face import head, skull
from .gear import gear
from .hair import hair
from .headwear import on_head
from .kit import Kit
from .legs import legs
from .ornaments import ornaments
from .palette import highlight, palette, shadow
from .skeleton import Body
from .surface import Part
from .trunk import trunk


@dataclass
class Character:
    body: Body
    parts: list[Part]
    slots: list[str]
    colours: dict[str, tuple]
    tint: np.ndarray

    def rgba(self) -> np.ndarray:
        """Colours by region and tone (lit, shaded, glossy), [regions, 3, 4]; region 0 is the background."""
        table = np.zeros((len(self.slots), 3, 4), np.uint8)
        for number, slot in enumerate(self.slots):
            if slot:
                lit = self.colours[slot]
                table[number, :, :3] = lit, shadow(lit, self.tint), highlight(lit)
                table[number, :, 3] = 255
        return table


def character(rng: np.random.Generator) -> Character:
    kit = Kit(rng, Body.random(rng), rough=rng.uniform(0.002, 0.008) if rng.random() < 0.4 else 0.0)
    skin, top, bottom = kit.region("skin"), kit.cloth(), kit.cloth()
    upper, lower = kit.region(top), kit.region(bottom)
    legs(kit, skin, bottom, lower)
    trunk(kit, skin, top, upper, lower)
    arms(kit, skin, top, upper)
    shape = skull(kit)
    head(kit, shape, skin)
    hair(kit, shape)
    clothes(kit, bottom)
    ornaments(kit)
    on_head(kit, shape)
    gear(kit)
    tint = np.array([0.66, 0.64, 0.74]) * rng.uniform(0.85, 1.1) + rng.normal(0, 0.02, 3)
    return Character(kit.body, kit.parts, kit.slots, palette(rng), tint)
