"""The network of the tutorial on score-based models (Song 2021, yang-song.net/blog/2021/score).

A U-Net of four strided and four transposed convolutions, all without padding, with Gaussian
Fourier features of t; it is made for 28x28 pictures. Parameters carry the tutorial's names,
so that its checkpoints load here. Called as ``network(x, t).sample`` it answers what the
tutorial's network has before its division by the marginal's deviation.
"""

import json
from pathlib import Path
from types import SimpleNamespace

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file


class GaussianFourierProjection(nn.Module):
    """Sines and cosines of 2 pi W t; W is drawn once and never trained."""

    def __init__(self, width, scale=30.0):
        super().__init__()
        self.W = nn.Parameter(torch.randn(width // 2) * scale, requires_grad=False)

    def forward(self, t):
        angles = 2 * torch.pi * t[:, None] * self.W
        return torch.cat([angles.sin(), angles.cos()], 1)


class Dense(nn.Module):
    """A linear map to one value for each channel of a picture."""

    def __init__(self, width_in, width_out):
        super().__init__()
        self.dense = nn.Linear(width_in, width_out)

    def forward(self, x):
        return self.dense(x)[:, :, None, None]


class ScoreNet(nn.Module):
    """channels: widths of the four levels, of which the first must be divided by 4 and the
    others by 32, the groups of their norms; but where they are narrower, by themselves."""

    def __init__(self, channels=(32, 64, 128, 256), embed_dim=256, in_channels=1):
        super().__init__()
        self.config = {"_class_name": "ScoreNet", "sample_size": 28, "in_channels": in_channels,
                       "channels": list(channels), "embed_dim": embed_dim}
        a, b, c, d = channels
        norm = lambda width: nn.GroupNorm(min(32, width), width)
        self.embed = nn.Sequential(GaussianFourierProjection(embed_dim), nn.Linear(embed_dim, embed_dim))
        self.conv1 = nn.Conv2d(in_channels, a, 3, bias=False)
        self.dense1, self.gnorm1 = Dense(embed_dim, a), nn.GroupNorm(4, a)
        self.conv2 = nn.Conv2d(a, b, 3, stride=2, bias=False)
        self.dense2, self.gnorm2 = Dense(embed_dim, b), norm(b)
        self.conv3 = nn.Conv2d(b, c, 3, stride=2, bias=False)
        self.dense3, self.gnorm3 = Dense(embed_dim, c), norm(c)
        self.conv4 = nn.Conv2d(c, d, 3, stride=2, bias=False)
        self.dense4, self.gnorm4 = Dense(embed_dim, d), norm(d)
        self.tconv4 = nn.ConvTranspose2d(d, c, 3, stride=2, bias=False)
        self.dense5, self.tgnorm4 = Dense(embed_dim, c), norm(c)
        self.tconv3 = nn.ConvTranspose2d(2 * c, b, 3, stride=2, bias=False, output_padding=1)
        self.dense6, self.tgnorm3 = Dense(embed_dim, b), norm(b)
        self.tconv2 = nn.ConvTranspose2d(2 * b, a, 3, stride=2, bias=False, output_padding=1)
        self.dense7, self.tgnorm2 = Dense(embed_dim, a), norm(a)
        self.tconv1 = nn.ConvTranspose2d(2 * a, in_channels, 3)

    def forward(self, x, t, labels=None):
        """x: [N, C, 28, 28]; t: [N] in [0, 1]. The first and the last convolution are float32
        under autocast too: bfloat16 is too coarse for the smallest noise."""
        embed = F.silu(self.embed(t))
        with torch.autocast("cpu", enabled=False):
            h = self.conv1(x.to(self.conv1.weight.dtype))
        h1 = F.silu(self.gnorm1(h + self.dense1(embed)))
        h2 = F.silu(self.gnorm2(self.conv2(h1) + self.dense2(embed)))
        h3 = F.silu(self.gnorm3(self.conv3(h2) + self.dense3(embed)))
        h4 = F.silu(self.gnorm4(self.conv4(h3) + self.dense4(embed)))
        h = F.silu(self.tgnorm4(self.tconv4(h4) + self.dense5(embed)))
        h = F.silu(self.tgnorm3(self.tconv3(torch.cat([h, h3], 1)) + self.dense6(embed)))
        h = F.silu(self.tgnorm2(self.tconv2(torch.cat([h, h2], 1)) + self.dense7(embed)))
        with torch.autocast("cpu", enabled=False):
            return SimpleNamespace(sample=self.tconv1(torch.cat([h, h1], 1).to(self.tconv1.weight.dtype)))

    def save_pretrained(self, folder):
        """Write config.json and the weights under the file names of diffusers."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps(self.config, indent=2) + "\n")
        save_file({name: value.contiguous() for name, value in self.state_dict().items()},
                  folder / "diffusion_pytorch_model.safetensors")


def of_description(config):
    """The network of a config.json, at random."""
    return ScoreNet(config["channels"], config["embed_dim"], config["in_channels"])


def load(folder):
    """Load a network that save_pretrained wrote, in evaluation mode."""
    folder = Path(folder)
    network = of_description(json.loads((folder / "config.json").read_text()))
    network.load_state_dict(load_file(folder / "diffusion_pytorch_model.safetensors"))
    return network.eval()
