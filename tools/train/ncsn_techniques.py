"""NCSNv2's rules for noise levels and steps (arXiv:2006.09011, techniques 1, 2 and 4).

    python tools/train/ncsn_techniques.py tools/train/configs/ncsnv2-faces.json

Prints what they say for the configuration's training pictures: the largest distance
between two of them (sigma_1), the ratio gamma of the levels for their dimension D, how
many levels reach sigma_L, and the step epsilon for a number of steps at each level.
"""

import argparse
import json
import math
from pathlib import Path

import torch

import data


def largest_distance(images):
    """Technique 1: the largest Euclidean distance between two pictures in [0, 1], and the
    median over all pairs of the first 200 with every picture."""
    flat = images.flatten(1).float() / 255
    squares = flat.square().sum(1)

    def distances(part):
        return (squares[part, None] + squares - 2 * flat[part] @ flat.T).clamp(min=0)

    rows = torch.arange(len(flat))
    most = max(distances(part).max().item() for part in rows.split(500))
    return math.sqrt(most), math.sqrt(distances(rows[:200]).median().item())


def overlap(gamma, dim):
    """Technique 2: Phi(sqrt(2 D) (gamma - 1) + 3 gamma) - Phi(sqrt(2 D) (gamma - 1) - 3 gamma), the share of
    a level's noise that falls within three deviations of the radius of the level before."""
    def phi(x):
        return (1 + math.erf(x / math.sqrt(2))) / 2
    middle = math.sqrt(2 * dim) * (gamma - 1)
    return phi(middle + 3 * gamma) - phi(middle - 3 * gamma)


def ratio(dim, share=0.5):
    """The gamma whose overlap is share, by halving."""
    low, high = 1.0, 4.0
    for _ in range(60):
        gamma = (low + high) / 2
        low, high = (gamma, high) if overlap(gamma, dim) > share else (low, gamma)
    return low


def variance_ratio(epsilon, gamma, sigma_last, steps):
    """s_T^2 / sigma_i^2 after T steps at a level that starts with the level before's variance
    (proposition 2 and technique 4)."""
    shrink = 1 - epsilon / sigma_last ** 2
    rest = 2 * epsilon / (sigma_last ** 2 * (1 - shrink ** 2))
    return shrink ** (2 * steps) * (gamma ** 2 - rest) + rest


def step_size(gamma, sigma_last, steps):
    """Technique 4: the epsilon in (0, sigma_L^2) whose ratio is nearest to 1; the ratio falls
    with epsilon from gamma^2 and then rises, so the smallest such epsilon is taken."""
    candidates = [sigma_last ** 2 * i / 10000 for i in range(1, 10000)]
    return min(candidates, key=lambda e: abs(variance_ratio(e, gamma, sigma_last, steps) - 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    args = parser.parse_args()
    config = json.loads(args.config.read_text())
    images, _ = data.load(config, "train")
    dim, last = images[0].numel(), config["noise"]["sigma_end"]
    largest, median = largest_distance(images)
    print(f"largest distance {largest:.2f}, median {median:.2f}, D = {dim}")
    gamma = ratio(dim)
    levels = 1 + math.ceil(math.log(largest / last) / math.log(gamma))
    print(f"gamma = {gamma:.4f}: {levels} levels from {largest:.2f} to {last}")
    for steps in (1, 2, 3, 5, 10):
        epsilon = step_size(gamma, last, steps)
        print(f"T = {steps}: epsilon = {epsilon:.3g}, variance {variance_ratio(epsilon, gamma, last, steps):.4f}")


if __name__ == "__main__":
    main()
