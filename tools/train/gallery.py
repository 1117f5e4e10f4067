"""The pictures of README's model section, as they come: nothing is chosen.

    python tools/train/gallery.py --gguf web/models/fashion.gguf --out tools/readme

Writes ``fashion-grid.png`` (10 samples of each class, one class a row, DDIM 50,
s = 2, seeds 0 to 99) and ``fashion-neighbours.png``: the first row again and
under each sample the training picture nearest to it in pixels (Euclidean).
"""

import argparse
from pathlib import Path

import torch
from PIL import Image

import data
from expand_gguf import load_gguf
from sampling import ddim, initial_noise


def to_bytes(x):
    """[-1, 1] to 0..255, rounded: the rule of the project's own pictures."""
    return x.clamp(-1, 1).add(1).mul(127.5).round().to(torch.uint8)


def tile(pictures, columns):
    """Lay [N, 1, 32, 32] bytes out row by row as one picture, with a 2-pixel gap."""
    rows = -(-len(pictures) // columns)
    sheet = torch.full((rows * 34 - 2, columns * 34 - 2), 255, dtype=torch.uint8)
    for i, picture in enumerate(pictures):
        y, x = i // columns * 34, i % columns * 34
        sheet[y:y + 32, x:x + 32] = picture[0]
    return Image.fromarray(sheet.numpy())


def nearest(samples, train):
    """For each sample the training picture at the smallest Euclidean distance."""
    flat = train.flatten(1)
    return torch.stack([train[torch.cdist(s.flatten()[None], flat)[0].argmin()] for s in samples])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
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
