"""Writes the small model, drawings and scores that the painter's tests compare with.

    python golden.py FOLDER NAME/line/0001.png NAME/line/0002.png
"""

import argparse
import shutil
from pathlib import Path

import shiage_native
import torch
from safetensors.torch import save_file

from batch import collate, couple
from clips import Drawing
from examples import look, tensors
from export import write_model
from model import Config, Matcher


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where to write")
    parser.add_argument("drawings", type=Path, nargs=2, help="two drawings of a data set, NAME/line/0000.png")
    args = parser.parse_args()
    torch.manual_seed(7)
    config = Config(
        widths=(4, 8), input=64, width=16, heads=2, context=1, passes=2, pair_width=4,
        description=shiage_native.DESCRIPTION, pair_cues=shiage_native.PAIR_CUES,
    )
    model = Matcher(config)
    # Rounded as the file will have them, so that both sides compute with the same weights.
    model.load_state_dict({key: value.half().float() for key, value in model.state_dict().items()})
    model.eval()
    args.folder.mkdir(parents=True, exist_ok=True)
    write_model(args.folder / "model", model.state_dict(), config.to_dict())
    seen, given = [], []
    for name, path in zip("ab", args.drawings):
        drawing = Drawing(path.parents[1], path.stem)
        for kind, source in (("line", drawing.line), ("seg", drawing.seg)):
            shutil.copy(source, args.folder / f"{name}.{kind}.png")
        seen.append(look(drawing.sample, config))
        given.append(tensors(seen[-1], drawing.sample.colours))
    with torch.no_grad():
        batch = collate(given)
        batch |= couple([(0, 1, torch.from_numpy(seen[0].pair_cues(seen[1])))], batch["mask"].shape[1])
        rows, relations = model.embed(batch)
        a, b = (len(drawing["colours"]) for drawing in given)
        scores = [score[0, :a, :b].contiguous() for score in model.compare(rows, relations, batch)]
    expected = {"rows": rows[0, :a].contiguous(), **{f"scores{n}": s for n, s in enumerate(scores)}}
    save_file(expected, args.folder / "expected.safetensors")
    print([tuple(s.shape) for s in scores], "spread", [s.std().item() for s in scores])


if __name__ == "__main__":
    main()
