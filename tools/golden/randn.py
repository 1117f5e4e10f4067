"""Golden numbers of torch's CPU generator, for model/rng.

Writes model/rng/testdata/randn.json and named_randn.json. Each case of the first
is a list of draws from one generator, in order; a draw's values are float32
(torch.randn, torch.rand) or float64. Run: .venv/bin/python tools/golden/randn.py
"""

import json
from pathlib import Path

import torch

from named_randn import named_randn, seed_of

OUT = Path(__file__).parents[2] / "model/rng/testdata"

# Draws in the order they are made; the sizes stand on both sides of 16 and of
# whole blocks, and odd small ones leave a normal for the next draw.
CASES = [
    (0, [("randn", n)]) for n in (1, 2, 3, 15, 16, 17, 31, 32, 33, 100)
] + [
    (seed, [("randn", 5), ("randn", 20)])
    for seed in (1, 42, 2**31, 2**32 - 1, 2**32, 2**32 + 7, 2**63 - 1, 2**63, 2**64 - 1)
] + [
    (7, [("randn", 1), ("randn", 16), ("randn", 2), ("rand", 3), ("randn", 18), ("randn", 4)]),
    (8, [("rand", 40)]),
    (9, [("rand64", 20)]),
    (10, [("randn", 3), ("rand64", 1), ("randn", 1)]),
    (11, [("randn", 700), ("randn", 5)]),  # past one twist of the engine
]

NAMES = ["", "conv_in.weight", "down_blocks.0.attentions.0.to_q.weight", "naïve"]


def draw(generator, kind, n):
    if kind == "randn":
        return torch.randn(n, generator=generator)
    dtype = torch.float64 if kind == "rand64" else torch.float32
    return torch.rand(n, generator=generator, dtype=dtype)


def case(seed, draws):
    # torch takes a 64-bit seed as a signed number too.
    generator = torch.Generator().manual_seed(seed if seed < 2**63 else seed - 2**64)
    return {
        "seed": seed,
        "draws": [{"kind": k, "values": draw(generator, k, n).tolist()} for k, n in draws],
    }


def named(seed, name):
    return {
        "seed": seed,
        "name": name,
        "seed_of": seed_of(seed, name),
        "values": named_randn(seed, name, (4, 5)).flatten().tolist(),
    }


def write(name, value):
    (OUT / name).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def main():
    OUT.mkdir(exist_ok=True)
    write("randn.json", [case(*c) for c in CASES])
    write("named_randn.json", [named(s, n) for s in (0, 1) for n in NAMES])


if __name__ == "__main__":
    main()
