"""Reads the safetensors file of our Go writer back with the official package.

model/safetensors/testdata/written.safetensors is written by
`go test ./model/safetensors -run ReadBack -update`; this script compares it with the
values of safetensors_test.go's mixed(). It then writes official.safetensors, of every
type, for the Go reader.

Run from the repository's root: .venv/bin/python tools/golden/safetensors_readback.py
"""

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

TESTDATA = Path(__file__).parents[2] / "model/safetensors/testdata"


def check_written() -> None:
    want = {
        "sample": torch.tensor([0, -1, 0.5, 3e38]).reshape(1, 2, 2, 1),
        "class_labels": torch.tensor([-1, 7, 2**63 - 1]),
        "half": torch.tensor([[1.0], [65504.0]], dtype=torch.float16),
        "brain": torch.tensor([-1.0], dtype=torch.bfloat16),
        "timestep": torch.tensor(1.0, dtype=torch.float64),
        "none <&>": torch.zeros(0, 4),
    }
    with safe_open(TESTDATA / "written.safetensors", "pt") as f:
        assert f.metadata() == {"format": "pt", "ключ": "<&>"}, f.metadata()
        assert set(f.keys()) == set(want), f.keys()
        for name, x in want.items():
            got = f.get_tensor(name)
            assert got.dtype == x.dtype and got.shape == x.shape and torch.equal(got, x), name
    print(f"written.safetensors: {len(want)} tensors equal")


def main() -> None:
    check_written()
    x = torch.tensor([[-2, -1.5, 0], [0.25, 1, 3]], dtype=torch.float64)
    tensors = {
        "f64": x,
        "f32": x.to(torch.float32),
        "f16": x.to(torch.float16),
        "bf16": x.to(torch.bfloat16),
        "i64": torch.tensor([-1, 0, 2**53]),
    }
    save_file(tensors, TESTDATA / "official.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
