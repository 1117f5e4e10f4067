"""Build the network of a training configuration."""

import json
from pathlib import Path
from types import SimpleNamespace

import torch
import torch.nn as nn
from diffusers import UNet2DModel
from safetensors.torch import load_file, save_file


def build(config):
    """Return the network of a training configuration.

    It is called as ``network(x, t, labels).sample``: a ``UNet2DModel``, or where the
    configuration lists ``attributes`` an :class:`AttributeUNet`.
    """
    if "attributes" in config:
        return AttributeUNet(UNet2DModel(**config["model"]), config["attributes"])
    return UNet2DModel(**config["model"])


def load(folder):
    """Load a network that was saved by its ``save_pretrained``."""
    unet = UNet2DModel.from_pretrained(folder)
    described = Path(folder) / "attributes.json"
    if not described.exists():
        return unet
    network = AttributeUNet(unet, json.loads(described.read_text()))
    network.embedding.load_state_dict(load_file(Path(folder) / "attributes.safetensors"))
    return network


class AttributeUNet(nn.Module):
    """A U-Net told several attributes of the picture, each by its number or unknown.

    Every option of every attribute has a row of one table, and so has "unknown", the
    last of each attribute; the rows of a picture are added up and go where the U-Net
    expects the embedding of a class (``class_embed_type`` "identity").
    """

    def __init__(self, unet, attributes):
        super().__init__()
        self.unet = unet
        self.attributes = attributes
        counts = torch.tensor([len(a["options"]) + 1 for a in attributes])
        self.register_buffer("first", counts.cumsum(0) - counts, persistent=False)
        self.register_buffer("unknown", counts - 1, persistent=False)
        width = 4 * unet.config.block_out_channels[0]
        self.embedding = nn.Embedding(int(counts.sum()), width)
        nn.init.normal_(self.embedding.weight, std=0.5)

    def forward(self, x, t, labels):
        """x: [N, C, H, W]; t: [N]; labels: [N, attributes], the last number of each is "unknown"."""
        condition = self.embedding(labels + self.first).sum(1)
        return SimpleNamespace(sample=self.unet(x, t, class_labels=condition).sample)

    def save_pretrained(self, folder):
        """Write the U-Net as diffusers does, and the table and its words beside it."""
        self.unet.save_pretrained(folder)
        save_file(self.embedding.state_dict(), Path(folder) / "attributes.safetensors")
        (Path(folder) / "attributes.json").write_text(json.dumps(self.attributes) + "\n")
