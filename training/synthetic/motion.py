"""Poses and how a clip goes from one to the next. Angles in degrees."""

import numpy as np

SIDED = ("arm_out", "arm_fwd", "arm_twist", "elbow", "wrist", "leg_out", "leg_fwd", "knee", "ankle")
ANGLES = ("turn", "lean", "roll", "twist", "bend", "side", "look", "nod", "tilt", "jump") + tuple(
    f"{name}_{side}" for name in SIDED for side in "lr"
)


# How far the trunk and the head turn, as standard deviations.
SPREADS = {"lean": 8, "roll": 5, "twist": 14, "bend": 9, "side": 7, "look": 20, "nod": 12, "tilt": 8}


def rest() -> dict[str, float]:
    pose = dict.fromkeys(ANGLES, 0.0)
    for side in "lr":
        pose |= {"arm_out_" + side: 10, "elbow_" + side: 12, "leg_out_" + side: 4}
    return pose


def a_pose(arms: float) -> dict[str, float]:
    """The pose of design sheets."""
    pose = rest()
    for side in "lr":
        pose |= {"arm_out_" + side: arms, "elbow_" + side: 5, "arm_twist_" + side: 0, "leg_out_" + side: 5}
    return pose


def arm(rng: np.random.Generator) -> dict[str, float]:
    """One arm: hanging, raised, forward, to the face, on the hip."""
    n = lambda mean, spread: mean + rng.normal(0, spread)
    kinds = (
        (n(12, 8), n(0, 15), n(0, 20), abs(n(15, 15))),
        (n(120, 35), n(10, 20), n(0, 30), abs(n(30, 30))),
        (n(15, 15), n(70, 25), n(-20, 30), abs(n(35, 30))),
        (n(20, 12), n(55, 20), n(-50, 20), n(115, 15)),
        (n(50, 10), n(-15, 10), n(-70, 15), n(95, 12)),
        (n(75, 20), n(25, 25), n(0, 40), abs(n(60, 35))),
    )
    out, fwd, twist, elbow = kinds[rng.choice(6, p=(0.28, 0.14, 0.18, 0.16, 0.1, 0.14))]
    return {"arm_out": out, "arm_fwd": fwd, "arm_twist": twist, "elbow": min(elbow, 140), "wrist": n(0, 20)}


def leg(rng: np.random.Generator) -> dict[str, float]:
    n = lambda mean, spread: mean + rng.normal(0, spread)
    kinds = (
        (n(4, 4), n(0, 8), abs(n(4, 6))),
        (n(6, 6), n(30, 20), abs(n(35, 25))),
        (n(6, 6), n(-20, 12), abs(n(30, 20))),
        (n(20, 12), n(15, 25), abs(n(20, 20))),
        (n(10, 8), n(80, 15), n(85, 20)),
    )
    out, fwd, knee = kinds[rng.choice(5, p=(0.4, 0.22, 0.16, 0.14, 0.08))]
    return {"leg_out": out, "leg_fwd": fwd, "knee": knee, "ankle": n(0, 8)}


def random_pose(rng: np.random.Generator, lively: float) -> dict[str, float]:
    pose = rest()
    for name, spread in SPREADS.items():
        pose[name] = rng.normal(0, spread) * lively
    for side in "lr":
        pose |= {f"{name}_{side}": value for name, value in (arm(rng) | leg(rng)).items()}
    if rng.random() < 0.2:
        for name in SIDED:
            pose[name + "_r"] = pose[name + "_l"] + rng.normal(0, 4)
    pose["jump"] = max(0.0, rng.normal(-0.1, 0.1)) * lively
    return pose


def gait(rng: np.random.Generator, count: int) -> list[dict[str, float]]:
    """Walking or running: limbs swing against each other."""
    stride, arms, cycle = rng.uniform(15, 45), rng.uniform(10, 55), rng.uniform(7, 18)
    base, run = random_pose(rng, 0.3), rng.random() < 0.4
    poses = []
    for drawing in range(count):
        phase = 2 * np.pi * drawing / cycle
        pose = dict(base)
        for side, s in (("l", 1), ("r", -1)):
            swing = s * np.sin(phase)
            pose |= {
                "leg_fwd_" + side: stride * swing + 5,
                "leg_out_" + side: 3,
                "knee_" + side: (20 + stride * 1.2 * (1 + run)) * max(0, -s * np.cos(phase)) + 5,
                "ankle_" + side: 0,
                "arm_fwd_" + side: -arms * swing,
                "arm_out_" + side: 12,
                "elbow_" + side: 75 if run else 20,
                "arm_twist_" + side: 0,
            }
        pose |= {"twist": 8 * np.sin(phase), "jump": 0.03 * run * abs(np.sin(phase)), "lean": 12 * run}
        poses.append(pose)
    return poses


def between(keys: list[dict[str, float]], count: int) -> list[dict[str, float]]:
    """`count` poses from the first key to the last, slow near each key."""
    values = np.array([[key[name] for name in ANGLES] for key in keys])
    at = np.linspace(0, len(keys) - 1 - 1e-6, count)
    first, share = at.astype(int), at % 1
    share = (share * share * (3 - 2 * share))[:, None]
    return [dict(zip(ANGLES, row)) for row in (1 - share) * values[first] + share * values[first + 1]]


def clip(rng: np.random.Generator, lively: float, count: int) -> list[dict[str, float]]:
    """The poses of a clip; the body may turn."""
    if rng.random() < 0.3:
        poses = gait(rng, count)
    else:
        keys = [random_pose(rng, lively)]
        for _ in range(rng.integers(1, 4)):
            # The legs stay where they are, or all changes.
            kept = ("leg", "knee", "ankle") if rng.random() < 0.5 else ()
            other = random_pose(rng, lively)
            keys.append(other | {name: keys[0][name] for name in ANGLES if name.startswith(kept)})
        poses = between(keys, count)
    start = rng.normal(0, 38) if rng.random() < 0.86 else rng.uniform(-180, 180)
    whole = rng.choice([0, 1, 2], p=(0.55, 0.33, 0.12))
    turned = (rng.normal(0, 8), rng.normal(0, 50), rng.choice([-1, 1]) * rng.uniform(150, 360))[whole]
    for pose, share in zip(poses, np.linspace(0, 1, count)):
        pose["turn"] += start + turned * share
    return poses
