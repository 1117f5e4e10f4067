"""Expand one of the project's GGUF files into a diffusers model in float32.

The layout is model/gguf's (doc.go): a convolution is a matrix of O rows in OHWI
order, its shape in PyTorch's order under ``unnoise.shape.<stored name>``; a name
too long for GGUF stands under ``unnoise.name.<stored name>``.
"""

import json

import numpy as np
import torch
from diffusers import UNet2DModel
from gguf import GGUFReader, dequantize


def metadata(reader, key):
    """Return the value under key, or None."""
    field = reader.get_field(key)
    return None if field is None else field.contents()


def expand(reader):
    """Return the state dict of a GGUF file: float32 tensors of PyTorch's shapes and order."""
    state = {}
    for tensor in reader.tensors:
        values = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        name = metadata(reader, f"unnoise.name.{tensor.name}") or tensor.name
        shape = metadata(reader, f"unnoise.shape.{tensor.name}")
        if shape is not None:
            out, inner, height, width = shape
            values = values.reshape(out, height, width, inner).transpose(0, 3, 1, 2)
        state[name] = torch.from_numpy(np.ascontiguousarray(values))
    return state


def load_gguf(path):
    """Return (model in evaluation mode, name of the type that most bytes have)."""
    reader = GGUFReader(path)
    model = UNet2DModel.from_config(json.loads(metadata(reader, "unnoise.config")))
    model.load_state_dict(expand(reader))
    sizes = {}
    for tensor in reader.tensors:
        sizes[tensor.tensor_type.name] = sizes.get(tensor.tensor_type.name, 0) + int(tensor.n_bytes)
    return model.eval(), max(sizes, key=sizes.get)
