"""Hold the engine's samples against PyTorch's, picture by picture.

    make build && .venv/bin/python tools/train/compare_engine.py --gguf web/models/fashion.gguf

Both draw the same 64 pictures (class Sneaker, DDIM 50, s = 2, seeds 0 to 63)
from the same quantized weights. Fails where any pixel differs by more than 2/255
of the range of a byte.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file

from expand_gguf import load_gguf
from sampling import ddim, initial_noise

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 2.0  # of 255


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--engine", type=Path, default=ROOT / "bin" / "unnoise", help="or bin/unnoise-gpu")
    parser.add_argument("--label", type=int, default=7)
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--guidance", type=float, default=2)
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / "raw.safetensors"
        subprocess.run([args.engine, "sample", "--model", args.gguf, "--class", str(args.label),
                        "--sampler", "ddim", "--eta", "0", "--steps", str(args.steps),
                        "--guidance", str(args.guidance), "--seed", "0", "--n", str(args.count),
                        "--out", Path(scratch) / "grid.png", "--raw", raw], check=True)
        ours = load_file(raw)["sample"]
    model, kind = load_gguf(args.gguf)
    alpha_bar = (1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)).cumprod(0)
    labels = torch.full((args.count,), args.label)
    theirs = ddim(model, initial_noise(0, args.count), labels, alpha_bar, args.steps, args.guidance,
                  model.config.num_class_embeds - 1)
    worst = (ours - theirs).abs().amax((1, 2, 3)) * 127.5
    print(f"{kind}: {args.count} pictures, largest difference {worst.max():.4f}/255, median picture {worst.median():.4f}/255")
    sys.exit(bool(worst.max() > LIMIT))


if __name__ == "__main__":
    main()
