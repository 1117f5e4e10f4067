"""Reads the GGUF files of our Go writer back with the official `gguf` package.

model/gguf/testdata/{f32,f16,q8_0,q4_0}.gguf are written by
`go test ./model/gguf -run ReadBack -update`. This script draws the same values by the
same formula and requires of each file: the names (also those over 64 bytes), shapes,
types and metadata, and for every tensor the very bytes that the package's own
quantization gives. It then writes model/gguf/testdata/official.gguf with the
package's GGUFWriter, for the Go reader.

Run from the repository's root: .venv/bin/python tools/golden/gguf_readback.py
"""

import json
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Q

TESTDATA = Path(__file__).parents[2] / "model/gguf/testdata"
LONG_NAME = (
    "down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_out_lora.up.weight"
)
# name: (PyTorch's shape, the type kept in a quantized file or None)
TENSORS = {
    "down_blocks.0.resnets.0.conv1.weight": ((3, 64, 3, 3), None),
    "down_blocks.0.resnets.0.conv1.bias": ((3,), Q.F32),
    "mid_block.attentions.0.to_q.weight": ((5, 96), None),
    "mid_block.attentions.0.to_k.weight": ((5, 33), Q.F16),
    "conv_in.weight": ((4, 1, 3, 2), Q.F16),
    "t.0": ((2, 32), None),
    LONG_NAME: ((2, 32), None),
    "up_blocks.0.resnets.0.temporal.weight": ((2, 3, 32), None),
    "scale": ((), Q.F32),
}


def values(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """The values of model/gguf/gguf_test.go's synthetic set, PyTorch's order."""
    i = np.arange(np.prod(shape, dtype=int))
    x = ((i * 37 + len(name) * 11) % 101 - 50) / 64
    return x.astype(np.float32).reshape(shape)


def stored_type(shape: tuple[int, ...], kept: Q | None, file_type: Q) -> Q:
    if file_type == Q.F32 or len(shape) < 2:
        return Q.F32
    return Q.F16 if file_type == Q.F16 else kept or file_type


def matrix(x: np.ndarray) -> np.ndarray:
    """As it is stored: convolutions in OHWI order, everything as rows."""
    if x.ndim == 4:
        x = x.transpose(0, 2, 3, 1)
    return x.reshape(x.shape[0], -1) if x.ndim > 1 else x.reshape(1, -1)


def check(path: Path, file_type: Q) -> None:
    reader = gguf.GGUFReader(path)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    assert fields["general.architecture"] == "unet2dmodel"
    assert fields["general.name"] == "Synthetic – für Tests"
    assert fields["general.license"] == "mit"
    assert fields["general.file_type"] == gguf.LlamaFileType[
        {Q.F32: "ALL_F32", Q.F16: "MOSTLY_F16", Q.Q8_0: "MOSTLY_Q8_0", Q.Q4_0: "MOSTLY_Q4_0"}[file_type]
    ]
    assert json.loads(fields["unnoise.config"])["sample_size"] == 8
    assert json.loads(fields["unnoise.scheduler"])["num_train_timesteps"] == 1000

    found = set()
    for tensor in reader.tensors:
        assert len(tensor.name) < 64
        name = fields.get(f"unnoise.name.{tensor.name}", tensor.name)
        shape, kept = TENSORS[name]
        found.add(name)
        want_type = stored_type(shape, kept, file_type)
        assert tensor.tensor_type == want_type, (path.name, name, tensor.tensor_type)

        rows = matrix(values(name, shape))
        stored_shape = rows.shape if len(shape) != 1 else shape
        assert tuple(reversed(tensor.shape.tolist())) == stored_shape, (path.name, name, tensor.shape)
        true_shape = fields.get(f"unnoise.shape.{tensor.name}", list(stored_shape))
        assert tuple(true_shape) == shape, (path.name, name, true_shape)

        want = gguf.quants.quantize(rows, want_type)
        assert tensor.data.tobytes() == want.tobytes(), (path.name, name, "bytes differ")
        back = gguf.quants.dequantize(tensor.data, want_type).reshape(rows.shape)
        # Half a step of the type, or a whole one at Q4_0's clipped end, and the scale's rounding.
        step = {Q.F32: 0, Q.F16: 0, Q.Q8_0: 1 / 254, Q.Q4_0: 1 / 8}[want_type]
        rounding = 0 if want_type == Q.F32 else 2**-11
        assert np.abs(back - rows).max() <= (step + rounding) * np.abs(rows).max(), (path.name, name)
    assert found == set(TENSORS), set(TENSORS) - found
    print(f"{path.name}: {len(found)} tensors equal, {path.stat().st_size} bytes")


def write_official(path: Path) -> None:
    """Metadata of every value type, an alignment of 64, one tensor of each type."""
    w = gguf.GGUFWriter(path, "unet2dmodel")
    w.add_custom_alignment(64)
    w.add_string("unnoise.config", "{}")
    w.add_uint8("x.u8", 200)
    w.add_int8("x.i8", -100)
    w.add_uint16("x.u16", 60000)
    w.add_int16("x.i16", -30000)
    w.add_uint32("x.u32", 4_000_000_000)
    w.add_int32("x.i32", -2_000_000_000)
    w.add_float32("x.f32", 0.1)
    w.add_bool("x.bool", True)
    w.add_uint64("x.u64", 10**19)
    w.add_int64("x.i64", -9 * 10**18)
    w.add_float64("x.f64", 0.1)
    w.add_string("x.str", "ünïcode")
    w.add_array("x.ai32", [-1, 2, 3])
    w.add_array("x.astr", ["a", "", "ccc"])
    w.add_key_value("x.af64", [0.5, -0.25], gguf.GGUFValueType.ARRAY, gguf.GGUFValueType.FLOAT64)
    w.add_array("x.abool", [True, False])
    w.add_array("x.au8", bytes([1, 2, 255]))
    x = ((np.arange(3 * 64) % 16 - 8) / 4).astype(np.float32).reshape(3, 64)
    for name, qtype in {"a.f32": Q.F32, "b.f16": Q.F16, "c.q8_0": Q.Q8_0, "d.q4_0": Q.Q4_0}.items():
        w.add_tensor(name, gguf.quants.quantize(x, qtype), raw_dtype=qtype)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def main() -> None:
    for qtype in (Q.F32, Q.F16, Q.Q8_0, Q.Q4_0):
        check(TESTDATA / f"{qtype.name.lower()}.gguf", qtype)
    write_official(TESTDATA / "official.gguf")


if __name__ == "__main__":
    main()
