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

from model import AttributeUNet

#: The table of a network that is told attributes, and the words of it.
ATTRIBUTE_TABLE = "class_embedding.attributes.weight"
ATTRIBUTE_WORDS = "unnoise.attributes"


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
        if shape is not None and len(shape) == 4:
            out, inner, height, width = shape
            values = values.reshape(out, height, width, inner).transpose(0, 3, 1, 2)
        elif shape is not None:  # a matrix of joined rows
            values = values.reshape(shape)
        state[name] = torch.from_numpy(np.ascontiguousarray(values))
    return state


def type_of(reader):
    """Return the name of the type that most bytes of a GGUF file's tensors have."""
    sizes = {}
    for tensor in reader.tensors:
        sizes[tensor.tensor_type.name] = sizes.get(tensor.tensor_type.name, 0) + int(tensor.n_bytes)
    return max(sizes, key=sizes.get)


def load_gguf(path):
    """Return (model in evaluation mode, name of the type that most bytes have)."""
    reader = GGUFReader(path)
    model = UNet2DModel.from_config(json.loads(metadata(reader, "unnoise.config")))
    state = expand(reader)
    table = state.pop(ATTRIBUTE_TABLE, None)
    model.load_state_dict(state)
    if table is not None:
        model = AttributeUNet(model, json.loads(metadata(reader, ATTRIBUTE_WORDS)))
        model.embedding.load_state_dict({"weight": table})
    return model.eval(), type_of(reader)
