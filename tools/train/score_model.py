"""Networks of scores: a UNet2DModel, with attributes or without, or the tutorial's ScoreNet."""

import json
from pathlib import Path

import torch
from gguf import GGUFReader

import data
import expand_gguf
import model
import scorenet_model


def build(config):
    """The network of a training configuration, called as ``network(x, label, y).sample``.

    The first convolution of a U-Net is computed in float32 under autocast too: bfloat16's
    steps near 1 are almost as large as the smallest noise.
    """
    if config["model"].get("_class_name") == "ScoreNet":
        return scorenet_model.of_description(config["model"])
    network = model.build(config)
    conv = unet(network).conv_in
    plain = conv.forward

    def forward(x):
        if not torch.is_autocast_enabled("cpu"):
            return plain(x)
        with torch.autocast("cpu", enabled=False):
            return plain(x.float()).to(torch.bfloat16)

    conv.forward = forward
    return network


def layout(network):
    """The memory format that a network is fastest in: norms of as many groups as channels,
    which the tutorial has, are three times slower with the channels last."""
    return torch.contiguous_format if isinstance(network, scorenet_model.ScoreNet) else torch.channels_last


def unet(network):
    """The UNet2DModel of a network, which may be an AttributeUNet."""
    return getattr(network, "unet", network)


def load(folder):
    """Load a checkpoint that score.py wrote, in evaluation mode."""
    config = json.loads((Path(folder) / "config.json").read_text())
    load = scorenet_model.load if config["_class_name"] == "ScoreNet" else model.load
    return load(folder).eval()


def load_gguf(path):
    """(network expanded to float32, its scheduler as a dict) of a GGUF file."""
    reader = GGUFReader(path)
    config = json.loads(expand_gguf.metadata(reader, "unnoise.config"))
    scheduler = json.loads(expand_gguf.metadata(reader, "unnoise.scheduler"))
    if config["_class_name"] != "ScoreNet":
        return expand_gguf.load_gguf(path)[0].eval(), scheduler
    network = scorenet_model.of_description(config)
    network.load_state_dict(expand_gguf.expand(reader))
    return network.eval(), scheduler


def pictures(config, split):
    """(uint8 [N, C, H, W], labels) of a split; ScoreNet's are Fashion-MNIST without its border."""
    images, labels = data.load(config, split)
    if config["model"].get("_class_name") == "ScoreNet":
        images = images[:, :, 2:30, 2:30].contiguous()
    return images, labels


def to_range(images, lowest, dequantize=False):
    """Bytes to [lowest, 1]; dequantised, a byte becomes a value drawn from its 256th."""
    x = images.float()
    x = (x + torch.rand_like(x)) / 256 if dequantize else x / 255
    return lowest + (1 - lowest) * x


def lowest(config):
    """The lowest value of the data: 0 for the tutorial's, -1 otherwise."""
    return 0 if config["sde"]["kind"] == "tutorial" else -1
