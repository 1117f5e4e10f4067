"""Build the network of a training configuration."""

from diffusers import UNet2DModel


def build(config):
    """Return a ``UNet2DModel`` for the "model" part of a training configuration."""
    return UNet2DModel(**config["model"])
