"""Hold the engine's samples against PyTorch's, picture by picture.

    make build && .venv/bin/python tools/train/compare_engine.py --gguf web/models/fashion.gguf

    .venv/bin/python tools/train/compare_engine.py --gguf web/models/faces.gguf --count 16 \
        --attribute hair=bob --attribute glasses=dark

Both draw the same pictures (class Sneaker, or the attributes; DDIM 50, s = 2, seeds
from 0) from the same quantized weights. Fails where any pixel differs by more than 2/255
of the range of a byte.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from gguf import GGUFReader
from safetensors.torch import load_file

from expand_gguf import load_gguf, metadata
from sampling import alpha_bars, ddim, initial_noise

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 2.0  # of 255


def condition(args, model):
    """The labels of a picture and what stands for no condition."""
    if not hasattr(model, "attributes"):
        return torch.tensor(args.label), model.config.num_class_embeds - 1
    labels = model.unknown.clone()
    for name, option in (pair.split("=") for pair in args.attribute):
        place = [a["name"] for a in model.attributes].index(name)
        labels[place] = model.attributes[place]["options"].index(option)
    return labels, model.unknown


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--engine", type=Path, default=ROOT / "bin" / "unnoise", help="or bin/unnoise-gpu")
    parser.add_argument("--label", type=int, default=7)
    parser.add_argument("--attribute", nargs="*", action="extend", default=[], help="name=option, of a model with attributes")
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--guidance", type=float, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)

    asked = [part for pair in args.attribute for part in ("--attribute", pair)] or ["--class", str(args.label)]
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / "raw.safetensors"
        subprocess.run([args.engine, "sample", "--model", args.gguf, *asked,
                        "--sampler", "ddim", "--eta", "0", "--steps", str(args.steps),
                        "--guidance", str(args.guidance), "--seed", "0", "--n", str(args.count),
                        "--out", Path(scratch) / "grid.png", "--raw", raw], check=True)
        ours = load_file(raw)["sample"]
    model, kind = load_gguf(args.gguf)
    scheduler = json.loads(metadata(GGUFReader(args.gguf), "unnoise.scheduler"))
    labels, null = condition(args, model)
    theirs = ddim(model, initial_noise(0, args.count, tuple(ours.shape[1:])), labels.expand(args.count, *labels.shape),
                  alpha_bars(scheduler), args.steps, args.guidance, null, scheduler["prediction_type"])
    worst = (ours - theirs).abs().amax((1, 2, 3)) * 127.5
    print(f"{kind}: {args.count} pictures, largest difference {worst.max():.4f}/255, median picture {worst.median():.4f}/255")
    sys.exit(bool(worst.max() > LIMIT))


if __name__ == "__main__":
    main()
