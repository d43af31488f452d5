"""Drawings with different numbers of segments as one batch, so that a GPU has few and large operations.

Rows and columns beyond a drawing's segments are padding: `mask` tells, and nothing that is padded changes a score.
"""

import torch
import torch.nn.functional as F


def collate(drawings: list[dict], pairs: list[tuple]) -> dict:
    """A batch of `examples.tensors`, and of pairs (target, reference, cues of every pair of their segments).

    D drawings, P pairs, N segments at most:
    ink `[D, 3, side, side]`; pooling, for each level of the decoder: the row `d · N + segment`, the cell of the
    drawing's map and the weight of every summand; description `[D, N, …]`; contact `[D, 2, N, N]`; mask `[D, N]`;
    colours `[D, N]`, -1 where padded; targets and references `[P]`; cues `[P, N, N, …]`.
    """
    counts = [len(drawing["description"]) for drawing in drawings]
    most = max(counts)
    by_segment = lambda key, value=0: torch.stack(
        [F.pad(d[key], (0, 0) * (d[key].dim() - 1) + (0, most - n), value=value) for d, n in zip(drawings, counts)]
    )
    short = [most - n for n in counts]
    return {
        "ink": torch.stack([drawing["ink"] for drawing in drawings]),
        "pooling": [pooling(plans, most) for plans in zip(*(drawing["pooling"] for drawing in drawings))],
        "description": by_segment("description"),
        "colours": by_segment("colours", -1),
        "contact": torch.stack([F.pad(d["contact"], (0, s, 0, s)) for d, s in zip(drawings, short)]),
        "mask": torch.stack([torch.arange(most) < n for n in counts]),
        "targets": torch.tensor([target for target, _, _ in pairs]),
        "references": torch.tensor([reference for _, reference, _ in pairs]),
        "cues": torch.stack([F.pad(cues, (0, 0, 0, short[b], 0, short[a])) for a, b, cues in pairs]),
    }


def pooling(plans, most):
    """One level's plans (offsets, cells, weights), one after the other."""
    rows = []
    for number, (offsets, _, _) in enumerate(plans):
        segments = torch.repeat_interleave(torch.arange(len(offsets) - 1), offsets.diff())
        rows.append(segments + number * most)
    return torch.cat(rows), *(torch.cat([plan[part] for plan in plans]) for part in (1, 2))


def place(data, device):
    """All tensors in nested lists, tuples and dictionaries, on a device."""
    if isinstance(data, torch.Tensor):
        return data.to(device, non_blocking=True)
    if isinstance(data, dict):
        return {key: place(value, device) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return type(data)(place(value, device) for value in data)
    return data
