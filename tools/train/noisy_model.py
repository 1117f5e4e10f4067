"""A small classifier of noisy pictures, told how noisy: log p_t(y | x_t).

A first convolution, then a stage a width: norm, SiLU, a convolution of stride 2, norm scaled
and shifted by the time embedding, SiLU, a convolution; at the end norm, SiLU, the mean over
the pixels and a linear map. Its gradient with respect to the picture steers sampling
(arXiv:2011.13456, section 5; arXiv:2105.05233, section 4).
"""

import json
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from diffusers.models.embeddings import TimestepEmbedding, Timesteps
from safetensors.torch import load_file, save_file

#: Groups of every norm; its eps is torch's.
GROUPS = 8


class Stage(nn.Module):
    """Halves the picture: [N, width_in, H, W] and emb [N, embed_dim] to [N, width, H/2, W/2]."""

    def __init__(self, width_in, width, embed_dim):
        super().__init__()
        self.norm1 = nn.GroupNorm(GROUPS, width_in)
        self.conv1 = nn.Conv2d(width_in, width, 3, stride=2, padding=1)
        self.time = nn.Linear(embed_dim, 2 * width)
        self.norm2 = nn.GroupNorm(GROUPS, width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x, emb):
        h = self.norm2(self.conv1(F.silu(self.norm1(x))))
        scale, shift = self.time(emb)[:, :, None, None].chunk(2, 1)
        return self.conv2(F.silu(h * (1 + scale) + shift))


class NoisyClassifier(nn.Module):
    """widths: that of the first convolution, then of each stage, all multiples of 8."""

    def __init__(self, widths=(32, 32, 64, 128), in_channels=1, sample_size=32, num_classes=10):
        super().__init__()
        self.config = {"_class_name": "NoisyClassifier", "sample_size": sample_size, "in_channels": in_channels,
                       "widths": list(widths), "num_classes": num_classes}
        embed_dim = 4 * widths[0]
        self.time_proj = Timesteps(widths[0], flip_sin_to_cos=True, downscale_freq_shift=0)
        self.time_embedding = TimestepEmbedding(widths[0], embed_dim)
        self.conv_in = nn.Conv2d(in_channels, widths[0], 3, padding=1)
        self.stages = nn.ModuleList(Stage(a, b, embed_dim) for a, b in zip(widths, widths[1:]))
        self.norm_out = nn.GroupNorm(GROUPS, widths[-1])
        self.head = nn.Linear(widths[-1], num_classes)

    def forward(self, x, t):
        """Logits [N, num_classes] of x [N, C, H, W] at timesteps t [N], 0 to 999."""
        emb = F.silu(self.time_embedding(self.time_proj(t).to(x.dtype)))
        h = self.conv_in(x)
        for stage in self.stages:
            h = stage(h, emb)
        return self.head(F.silu(self.norm_out(h)).mean((2, 3)))

    def save_pretrained(self, folder):
        """Write config.json and the weights under the file names of diffusers."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps(self.config, indent=2) + "\n")
        save_file({name: value.contiguous() for name, value in self.state_dict().items()},
                  folder / "diffusion_pytorch_model.safetensors")


def of_description(config):
    """The network of a config.json, at random."""
    return NoisyClassifier(config["widths"], config["in_channels"], config["sample_size"], config["num_classes"])


def load(folder):
    """Load a network that save_pretrained wrote, in evaluation mode."""
    folder = Path(folder)
    network = of_description(json.loads((folder / "config.json").read_text()))
    network.load_state_dict(load_file(folder / "diffusion_pytorch_model.safetensors"))
    return network.eval()
