"""Leaving out conditions in training, for classifier-free guidance (arXiv:2207.12598)."""

import torch


class ClassDrop:
    """Replaces the label by the null class, the last row, with a probability."""

    def __init__(self, config):
        self.null = config["model"]["num_class_embeds"] - 1
        self.probability = config["training"]["class_drop"]

    def __call__(self, labels):
        """labels: [N]."""
        return torch.where(torch.rand(len(labels)) < self.probability, self.null, labels)


class AttributeDrop:
    """Makes attributes unknown: all of a picture with a probability, and each alone.

    So the network learns any subset of them, and nothing at all.
    """

    def __init__(self, config):
        self.unknown = torch.tensor([len(a["options"]) for a in config["attributes"]])
        self.all = config["training"]["class_drop"]
        self.each = config["training"]["attribute_drop"]

    def __call__(self, labels):
        """labels: [N, attributes]."""
        drop = (torch.rand(len(labels), 1) < self.all) | (torch.rand(labels.shape) < self.each)
        return torch.where(drop, self.unknown, labels)


def dropper(config):
    """The rule of a configuration."""
    return AttributeDrop(config) if "attributes" in config else ClassDrop(config)
