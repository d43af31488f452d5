"""Fits confidence to what `shiage eval --segments FILE` wrote, and prints it as JSON.

    python calibrate.py FILE [FILE ...]
"""

import json
import sys

import numpy as np
import torch

# Similarities closer to 0 or 1 than this count alike, as in worker/src/confidence.rs.
LEAST = 1e-4


def fit(similarity, margin, right):
    """Logistic regression on the log odds of the similarity and the margin, segments counting alike."""
    share = similarity.clamp(LEAST, 1 - LEAST)
    inputs = torch.stack([torch.ones_like(share), (share / (1 - share)).log(), margin], 1).double()
    weights = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss():
        optimiser.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits(inputs @ weights, right.double())
        value = value + 1e-4 * weights.square().sum()
        value.backward()
        return value

    optimiser.step(loss)
    bias, log_odds, margin = (round(w, 4) for w in weights.detach().tolist())
    return {"bias": bias, "similarity": 0.0, "log_odds": log_odds, "margin": margin}


def main():
    rows = np.concatenate([np.genfromtxt(path, delimiter=",", skip_header=1) for path in sys.argv[1:]])
    similarity, margin, _, _, right = torch.from_numpy(rows.astype(np.float32)).unbind(1)
    print(json.dumps(fit(similarity, margin, right)))


if __name__ == "__main__":
    main()
