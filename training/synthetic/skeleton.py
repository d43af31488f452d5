"""Proportions of a body, and where its bones are in a pose.

Lengths are in heights of the body (1 from sole to crown). x is the character's left, y up, z where it looks.
"""

from dataclasses import dataclass

import numpy as np

SIDES = {"l": 1, "r": -1}


@dataclass
class Body:
    head: float
    neck: float
    torso: float
    leg: float
    arm: float
    shoulder: float
    hip: float
    arm_radius: float
    leg_radius: float
    waist: float
    chest: float
    foot: float

    @staticmethod
    def random(rng: np.random.Generator) -> "Body":
        heads = rng.uniform(2.2, 4.2) if rng.random() < 0.6 else rng.uniform(4.8, 7.2)
        chibi = np.clip((5 - heads) / 3, 0, 1)
        head = 1 / heads
        body = 1 - head * 0.96
        leg = body * rng.uniform(0.47, 0.58)
        torso = body - leg
        neck = torso * rng.uniform(0.02, 0.09) * (1.3 - chibi)
        torso -= neck
        thick = rng.uniform(0.8, 1.25) * (1 + 0.45 * chibi)
        shoulder = torso * rng.uniform(0.26, 0.38) * (1 - 0.1 * chibi)
        return Body(
            head,
            neck,
            torso,
            leg,
            torso * rng.uniform(1.05, 1.3),
            shoulder,
            shoulder * rng.uniform(0.42, 0.62),
            0.028 * thick,
            0.042 * thick,
            shoulder * rng.uniform(0.6, 0.95),
            shoulder * rng.uniform(0.85, 1.05),
            rng.uniform(0.1, 0.14),
        )


def turn(axis: int, degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    matrix = np.eye(3)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = c, -s, s, c
    return matrix


def bones(body: Body, a: dict[str, float]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """A rotation and an origin for every bone, the lowest foot on the ground (or `jump` above it)."""
    root = turn(1, a["turn"]) @ turn(0, a["lean"]) @ turn(2, a["roll"])
    middle = root @ [0, 0.4 * body.torso, 0]
    chest = root @ turn(1, a["twist"]) @ turn(0, a["bend"]) @ turn(2, a["side"])
    neck = middle + chest @ [0, 0.6 * body.torso, 0]
    head = chest @ turn(1, a["look"]) @ turn(0, a["nod"]) @ turn(2, a["tilt"])
    found = {"pelvis": (root, np.zeros(3)), "chest": (chest, neck), "head": (head, neck + chest @ [0, body.neck, 0])}
    for side, s in SIDES.items():
        up = (
            chest
            @ turn(2, s * a["arm_out_" + side])
            @ turn(0, -a["arm_fwd_" + side])
            @ turn(1, -s * a["arm_twist_" + side])
        )
        low = up @ turn(0, -a["elbow_" + side])
        start = neck + chest @ [s * body.shoulder * 0.86, -0.1 * body.torso, 0]
        elbow = start + up @ [0, -0.5 * body.arm, 0]
        wrist = elbow + low @ [0, -0.5 * body.arm, 0]
        hand = low @ turn(0, -a["wrist_" + side])
        found |= {"arm_" + side: (up, start), "elbow_" + side: (low, elbow), "hand_" + side: (hand, wrist)}
        thigh = root @ turn(2, s * a["leg_out_" + side]) @ turn(0, -a["leg_fwd_" + side])
        shin = thigh @ turn(0, a["knee_" + side])
        start = root @ [s * body.hip, 0.02 * body.torso, 0]
        length = body.leg - body.foot * 0.4
        knee = start + thigh @ [0, -0.5 * length, 0]
        ankle = knee + shin @ [0, -0.5 * length, 0]
        foot = shin @ turn(0, a["ankle_" + side])
        found |= {"leg_" + side: (thigh, start), "knee_" + side: (shin, knee), "foot_" + side: (foot, ankle)}
    ground = min(found["foot_l"][1][1], found["foot_r"][1][1]) - body.foot * 0.4 - a["jump"]
    shift = np.array([0, -ground, 0])
    return {name: (rotation, origin + shift) for name, (rotation, origin) in found.items()}
