"""The colours of a character: a slot for every kind of material, several of which may share one colour."""

import colorsys

import numpy as np

SKINS = (
    (254, 226, 205),
    (252, 214, 190),
    (240, 196, 160),
    (214, 160, 120),
    (150, 100, 72),
    (106, 70, 52),
    (255, 238, 230),
)
LEATHERS = ((110, 70, 44), (140, 92, 58), (76, 52, 40), (180, 130, 80), (60, 44, 50))
METALS = ((150, 156, 168), (198, 202, 210), (110, 116, 130), (222, 186, 92), (190, 140, 80))
# What clothes are made of, and how often.
CLOTHS = ("main", "second", "accent", "white", "dark", "leather", "main2", "third")
CLOTH_SHARES = (0.25, 0.18, 0.12, 0.14, 0.11, 0.06, 0.07, 0.07)


def hsv(h: float, s: float, v: float) -> tuple:
    return tuple(round(255 * c) for c in colorsys.hsv_to_rgb(h % 1, min(max(s, 0), 1), min(max(v, 0), 1)))


def near(colour: tuple, rng: np.random.Generator, amount: float) -> tuple:
    """A colour like `colour`, `amount` (0 to 1) away in brightness."""
    h, s, v = colorsys.rgb_to_hsv(*(c / 255 for c in colour))
    sign = -1 if v > 0.5 else 1
    return hsv(h + rng.normal(0, 0.015), s * rng.uniform(0.8, 1.1), v + sign * amount)


def cloth(rng: np.random.Generator) -> tuple:
    kind = rng.choice(3, p=(0.6, 0.2, 0.2))
    if kind == 0:
        return hsv(rng.random(), rng.uniform(0.4, 0.95), rng.uniform(0.35, 1.0))
    if kind == 1:
        return hsv(rng.random(), rng.uniform(0.1, 0.4), rng.uniform(0.75, 1.0))
    return hsv(rng.random(), rng.uniform(0.1, 0.6), rng.uniform(0.12, 0.4))


def palette(rng: np.random.Generator) -> dict[str, tuple]:
    """A colour (R, G, B) for every slot."""
    skin = (
        SKINS[rng.integers(len(SKINS))]
        if rng.random() < 0.88
        else hsv(rng.random(), rng.uniform(0.1, 0.5), rng.uniform(0.7, 1))
    )
    hair = hsv(rng.random(), rng.uniform(0.1, 0.85), rng.uniform(0.15, 1.0))
    p = {
        "skin": near(skin, rng, 0.01),
        "hair": hair,
        "hair2": near(hair, rng, 0.2) if rng.random() < 0.5 else cloth(rng),
    }
    p["skin2"] = near(p["skin"], rng, 0.1)
    for slot in ("main", "second", "accent", "third"):
        p[slot] = cloth(rng)
    p["main2"] = near(p["main"], rng, rng.uniform(0.06, 0.25))
    p["white"] = near((255, 255, 255), rng, rng.choice([0.0, 0.03, 0.08]))
    p["dark"] = hsv(rng.random(), rng.uniform(0, 0.4), rng.uniform(0.08, 0.28))
    p["leather"] = near(LEATHERS[rng.integers(len(LEATHERS))], rng, 0.02)
    p["leather2"] = near(p["leather"], rng, 0.15)
    p["metal"] = near(METALS[rng.integers(len(METALS))], rng, 0.02)
    p["metal2"] = near(p["metal"], rng, 0.18)
    p["gem"] = hsv(rng.random(), rng.uniform(0.6, 1), rng.uniform(0.7, 1))
    p["iris"] = hsv(rng.random(), rng.uniform(0.4, 0.9), rng.uniform(0.4, 0.9))
    p["iris2"] = near(p["iris"], rng, 0.25)
    p["pupil"] = p["dark"] if rng.random() < 0.4 else near(p["iris"], rng, 0.45)
    p["lash"] = p["dark"] if rng.random() < 0.6 else near(p["hair"], rng, 0.3)
    p["brow"] = p["hair"] if rng.random() < 0.6 else p["lash"]
    p["eye"] = p["white"] if rng.random() < 0.6 else (255, 255, 255)
    p["glint"] = (255, 255, 255)
    p["mouth"] = near((168, 70, 76), rng, 0.05)
    p["tongue"] = near((236, 130, 130), rng, 0.02)
    p["blush"] = tuple((2 * a + b) // 3 for a, b in zip(p["skin"], (250, 110, 110)))
    return p


def shadow(colour: tuple, tint: np.ndarray) -> tuple:
    """The colour in the shade: darker, a little more saturated, tinted."""
    c = np.array(colour) / 255
    c = c * tint
    c = c.mean() + (c - c.mean()) * 1.25
    return tuple(int(x) for x in np.clip(c * 255, 0, 255).round())


def highlight(colour: tuple) -> tuple:
    """The colour where the light glances off it."""
    return tuple(round(c + (255 - c) * 0.45) for c in colour)
