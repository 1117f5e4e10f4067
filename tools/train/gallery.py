"""The pictures of README's model section, as they come: nothing is chosen.

    python tools/train/gallery.py --gguf web/models/fashion.gguf --out tools/readme
    python tools/train/gallery.py --samples runs/faces/quality/Q8_0-s2-n500-steps50.npy --name faces --out tools/readme

Writes ``fashion-grid.png`` (10 samples of each class, one class a row, DDIM 50,
s = 2, seeds 0 to 99) and ``fashion-neighbours.png``: the first row again and
under each sample the training picture nearest to it in pixels (Euclidean).
With ``--samples`` only a grid is made, of the first 100 guided samples that quality.py
kept: classes in turn, or the attributes of the first pictures of the test split.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import data
from expand_gguf import load_gguf
from sampling import ddim, initial_noise


def to_bytes(x):
    """[-1, 1] to 0..255, rounded: the rule of the project's own pictures."""
    return x.clamp(-1, 1).add(1).mul(127.5).round().to(torch.uint8)


def tile(pictures, columns):
    """Lay [N, C, H, W] bytes out row by row as one picture, with a 2-pixel gap."""
    count, channels, height, width = pictures.shape
    rows = -(-count // columns)
    sheet = torch.full((rows * (height + 2) - 2, columns * (width + 2) - 2, channels), 255, dtype=torch.uint8)
    for i, picture in enumerate(pictures):
        y, x = i // columns * (height + 2), i % columns * (width + 2)
        sheet[y:y + height, x:x + width] = picture.permute(1, 2, 0)
    return Image.fromarray(sheet.numpy().squeeze())


def nearest(samples, train):
    """For each sample the training picture at the smallest Euclidean distance."""
    flat = train.flatten(1)
    return torch.stack([train[torch.cdist(s.flatten()[None], flat)[0].argmin()] for s in samples])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--gguf", type=Path)
    source.add_argument("--samples", type=Path, help="guided samples that quality.py kept")
    parser.add_argument("--name", help="what the grid of --samples is called")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.samples:
        sheet = tile(to_bytes(torch.from_numpy(np.load(args.samples)[:100])), 10)
        # Small pictures are shown twice their size, or browsers blur them.
        times = 2 if np.load(args.samples, mmap_mode="r").shape[2] < 32 else 1
        sheet = sheet.resize((sheet.width * times, sheet.height * times), Image.NEAREST)
        sheet.save(args.out / f"{args.name}-grid.png", optimize=True)
        return
    model, _ = load_gguf(args.gguf)
    model.eval()
    betas = torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)
    labels = torch.arange(100) // 10
    samples = ddim(model, initial_noise(0, 100), labels, (1 - betas).cumprod(0), 50, 2,
                   model.config.num_class_embeds - 1)
    tile(to_bytes(samples), 10).save(args.out / "fashion-grid.png", optimize=True)
    train = data.to_unit_range(data.load_fashion("train")[0])
    pair = torch.cat([samples[:10], nearest(samples[:10], train)])
    tile(to_bytes(pair), 10).save(args.out / "fashion-neighbours.png", optimize=True)


if __name__ == "__main__":
    main()
