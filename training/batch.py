"""Drawings with different numbers of segments as one batch, so that a GPU has few and large operations.

Rows and columns beyond a drawing's segments are padding: `mask` tells, and nothing that is padded changes a score.
"""

import torch
import torch.nn.functional as F


def collate(drawings: list[dict]) -> dict:
    """A batch of `examples.tensors`: D drawings, N segments at most.

    ink `[D, 3, side, side]`; pooling, for each level of the decoder: the row `d · N + segment`, the cell of the
    drawing's map and the weight of every summand; description `[D, N, …]`; contact `[D, 2, N, N]`; mask `[D, N]`;
    colours `[D, N]`, -1 where padded.
    """
    counts = [len(drawing["description"]) for drawing in drawings]
    most = max(counts)
    by_segment = lambda key, value=0: torch.stack(
        [F.pad(d[key], (0, 0) * (d[key].dim() - 1) + (0, most - n), value=value) for d, n in zip(drawings, counts)]
    )
    return {
        "ink": torch.stack([drawing["ink"] for drawing in drawings]),
        "pooling": [pooling(plans, most) for plans in zip(*(drawing["pooling"] for drawing in drawings))],
        "description": by_segment("description"),
        "colours": by_segment("colours", -1),
        "contact": torch.stack([F.pad(d["contact"], (0, most - n, 0, most - n)) for d, n in zip(drawings, counts)]),
        "mask": torch.stack([torch.arange(most) < n for n in counts]),
    }


def couple(pairs: list[tuple], most: int) -> dict:
    """P pairs (target, reference, cues of every pair of their segments) of a batch with `most` segments.

    targets and references `[P]`; cues `[P, N, N, …]`.
    """
    pad = lambda cues: F.pad(cues, (0, 0, 0, most - cues.shape[1], 0, most - cues.shape[0]))
    return {
        "targets": torch.tensor([target for target, _, _ in pairs]),
        "references": torch.tensor([reference for _, reference, _ in pairs]),
        "cues": torch.stack([pad(cues) for _, _, cues in pairs]),
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
