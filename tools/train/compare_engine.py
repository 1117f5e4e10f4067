"""Hold the engine's samples against PyTorch's, picture by picture.

    make build && .venv/bin/python tools/train/compare_engine.py --gguf web/models/fashion.gguf

    .venv/bin/python tools/train/compare_engine.py --gguf web/models/faces.gguf --count 16 \
        --attribute hair=bob --attribute glasses=dark

Both draw the same pictures from the same quantized weights, PyTorch from their float32
values: DDIM 50, s = 2, picture k of seed k; of the classes in turn, as many pictures of
each, or of one condition where --label or --attribute names it. Fails where any pixel
differs by more than 2/255 of the range of a byte.
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


def parts(args, model):
    """What is drawn in one call of the engine: a list of (flags, labels [n] or [n, attributes]),
    whose pictures have consecutive seeds; and what stands for no condition."""
    if hasattr(model, "attributes"):
        labels = model.unknown.clone()
        for name, option in (pair.split("=") for pair in args.attribute):
            place = [a["name"] for a in model.attributes].index(name)
            labels[place] = model.attributes[place]["options"].index(option)
        flags = [part for pair in args.attribute for part in ("--attribute", pair)]
        return [(flags, labels.expand(args.count, -1))], model.unknown
    if model.config.num_class_embeds is None:
        sys.exit(f"{args.gguf} has neither classes nor attributes, and guidance is what is compared here")
    classes = model.config.num_class_embeds - 1  # the last is the null class
    asked = torch.arange(args.count) * classes // args.count if args.label is None else torch.full((args.count,), args.label)
    return [(["--class", str(label.item())], asked[asked == label]) for label in asked.unique()], classes


def engine(args, flags, seed, count):
    """The engine's pictures, [count, C, H, W]."""
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / "raw.safetensors"
        subprocess.run([args.engine, "sample", "--model", args.gguf, *flags,
                        "--sampler", "ddim", "--eta", "0", "--steps", str(args.steps),
                        "--guidance", str(args.guidance), "--seed", str(seed), "--n", str(count), "--quiet",
                        "--raw", raw], check=True)
        return load_file(raw)["sample"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--engine", type=Path, default=ROOT / "bin" / "unnoise", help="or bin/unnoise-gpu")
    parser.add_argument("--label", type=int, help="one class for all pictures")
    parser.add_argument("--attribute", nargs="*", action="extend", default=[], help="name=option, of a model with attributes")
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--guidance", type=float, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)

    model, kind = load_gguf(args.gguf)
    scheduler = json.loads(metadata(GGUFReader(args.gguf), "unnoise.scheduler"))
    off, seed = [], 0
    asked, null = parts(args, model)
    for flags, labels in asked:
        ours = engine(args, flags, seed, len(labels))
        theirs = ddim(model, initial_noise(seed, len(labels), tuple(ours.shape[1:])), labels,
                      alpha_bars(scheduler), args.steps, args.guidance, null, scheduler["prediction_type"])
        off.append((ours - theirs).abs().amax((1, 2, 3)) * 127.5)
        print(f"{' '.join(flags) or 'no attributes'}, seeds {seed} to {seed + len(labels) - 1}: largest difference {off[-1].max():.4f}/255", flush=True)
        seed += len(labels)
    off = torch.cat(off)
    print(f"{kind}: {len(off)} pictures, largest difference {off.max():.4f}/255, median picture {off.median():.4f}/255")
    sys.exit(bool(off.max() > LIMIT))


if __name__ == "__main__":
    main()
