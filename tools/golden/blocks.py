"""Golden bytes of the block types, from the official Python `gguf` package.

Writes to model/weights/testdata (read by model/weights/blocks_test.go):
  blocks.f32            values, little-endian float32, rows of 32
  blocks.{f16,q8_0,q4_0}        the same values as the package stores them
  blocks.{q8_0,q4_0}.f32        ... and expanded again by the package

Run from the repository's root: .venv/bin/python tools/golden/blocks.py
"""

from pathlib import Path

import gguf
import numpy as np

OUT = Path(__file__).parents[2] / "model/weights/testdata"


def values() -> np.ndarray:
    """Rows of 32: random ones of many sizes, then the awkward ones."""
    rng = np.random.default_rng(0)
    rows = [rng.normal(0, s, 32) for s in np.logspace(-6, 4, 24)]
    ramp = np.arange(32)
    rows += [
        np.zeros(32),
        np.full(32, -0.75),
        np.where(ramp == 7, 3.0, 0.0),  # one value only
        (ramp - 16) / 2.0,  # ties of Q4_0
        np.where(ramp == 0, 127.0, ramp - 15.5),  # ties of Q8_0, d = 1
        np.where(ramp % 2 == 0, 1.0, -1.0),  # equal magnitudes: the first one decides
        np.where(ramp % 2 == 0, -1.0, 1.0),
        rng.normal(0, 1e-7, 32),  # a scale that is a subnormal f16
    ]
    return np.array(rows, dtype=np.float32)


def main() -> None:
    x = values()
    x.tofile(OUT / "blocks.f32")
    x.astype(np.float16).tofile(OUT / "blocks.f16")
    for qtype in (gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.Q4_0):
        name = qtype.name.lower()
        stored = gguf.quants.quantize(x, qtype)
        stored.tofile(OUT / f"blocks.{name}")
        gguf.quants.dequantize(stored, qtype).tofile(OUT / f"blocks.{name}.f32")


if __name__ == "__main__":
    main()
