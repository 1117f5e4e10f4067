"""The U-Net of The Annotated Diffusion Model (Rogge and Rasul, 2022), with ConvNeXt blocks.

Parameters carry the names of that article's edition of June 2022, so its checkpoints
load here and ours load there. Pictures are [N, C, H, W] with H and W divisible by
2^(len(mults) - 1); t is [N], counted from 0.

The widths are first a stem of 2 * (dim // 3), then dim * m for each m of mults. The
article's decoder has one stage fewer than its encoder and each of its stages doubles
the picture's side, so the last stage ends at full size; its final block has no time.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn as nn
from safetensors.torch import load_file, save_file

HEADS, HEAD_DIM = 4, 32


class TimeEmbedding(nn.Module):
    """sin and cos of t at dim / 2 frequencies from 1 to 1/10000: [N] to [N, dim]."""

    def __init__(self, dim):
        super().__init__()
        half = dim // 2
        exponent = torch.arange(half) / (half - 1)
        self.register_buffer("frequencies", torch.exp(-math.log(10000) * exponent), persistent=False)

    def forward(self, t):
        angles = t[:, None] * self.frequencies
        return torch.cat([angles.sin(), angles.cos()], dim=1)


class ConvNext(nn.Module):
    """A ConvNeXt block (arXiv:2201.03545) with 3x3 convolutions in place of its 1x1 ones."""

    def __init__(self, dim, dim_out, time_dim, mult):
        super().__init__()
        self.mlp = nn.Sequential(nn.GELU(), nn.Linear(time_dim, dim)) if time_dim else None
        self.ds_conv = nn.Conv2d(dim, dim, 7, padding=3, groups=dim)
        hidden = dim_out * mult
        self.net = nn.Sequential(
            nn.GroupNorm(1, dim), nn.Conv2d(dim, hidden, 3, padding=1),
            nn.GELU(), nn.GroupNorm(1, hidden), nn.Conv2d(hidden, dim_out, 3, padding=1))
        self.res_conv = nn.Conv2d(dim, dim_out, 1) if dim != dim_out else nn.Identity()

    def forward(self, x, time=None):
        h = self.ds_conv(x)
        if self.mlp is not None:
            h = h + self.mlp(time)[:, :, None, None]
        return self.net(h) + self.res_conv(x)


def split_heads(qkv):
    """[N, 3 * HEADS * HEAD_DIM, H, W] to q, k and v of [N, HEADS, HEAD_DIM, H * W]."""
    n = len(qkv)
    return qkv.flatten(2).view(n, 3, HEADS, HEAD_DIM, -1).unbind(1)


class Attention(nn.Module):
    """Self-attention over all pixels, softmax(q k / sqrt(d)) v for each head."""

    def __init__(self, dim):
        super().__init__()
        self.to_qkv = nn.Conv2d(dim, 3 * HEADS * HEAD_DIM, 1, bias=False)
        self.to_out = nn.Conv2d(HEADS * HEAD_DIM, dim, 1)

    def forward(self, x):
        q, k, v = split_heads(self.to_qkv(x))
        weights = (q.transpose(2, 3) @ k * HEAD_DIM ** -0.5).softmax(dim=3)
        mixed = (v @ weights.transpose(2, 3)).flatten(1, 2)
        return self.to_out(mixed.view(len(x), -1, *x.shape[2:]))


class LinearAttention(nn.Module):
    """Attention whose cost grows with the number of pixels, not its square (arXiv:1812.01243).

    q is normalised over a head's channels and k over the pixels.
    """

    def __init__(self, dim):
        super().__init__()
        self.to_qkv = nn.Conv2d(dim, 3 * HEADS * HEAD_DIM, 1, bias=False)
        self.to_out = nn.Sequential(nn.Conv2d(HEADS * HEAD_DIM, dim, 1), nn.GroupNorm(1, dim))

    def forward(self, x):
        q, k, v = split_heads(self.to_qkv(x))
        context = k.softmax(dim=3) @ v.transpose(2, 3)
        mixed = (context.transpose(2, 3) @ (q.softmax(dim=2) * HEAD_DIM ** -0.5)).flatten(1, 2)
        return self.to_out(mixed.view(len(x), -1, *x.shape[2:]))


class Normed(nn.Module):
    """fn after a GroupNorm of one group."""

    def __init__(self, dim, fn):
        super().__init__()
        self.norm = nn.GroupNorm(1, dim)
        self.fn = fn

    def forward(self, x):
        return self.fn(self.norm(x))


class Added(nn.Module):
    """x + fn(x)."""

    def __init__(self, fn):
        super().__init__()
        self.fn = fn

    def forward(self, x):
        return x + self.fn(x)


class AnnotatedUNet(nn.Module):
    """Predicts eps from x_t and t; see the head of this file."""

    def __init__(self, dim=28, mults=(1, 2, 4), channels=1, convnext_mult=2):
        super().__init__()
        self.config = {"dim": dim, "dim_mults": list(mults), "channels": channels,
                       "use_convnext": True, "convnext_mult": convnext_mult}
        widths = [dim // 3 * 2] + [dim * m for m in mults]
        time_dim = 4 * dim
        self.init_conv = nn.Conv2d(channels, widths[0], 7, padding=3)
        self.time_mlp = nn.Sequential(
            TimeEmbedding(dim), nn.Linear(dim, time_dim), nn.GELU(), nn.Linear(time_dim, time_dim))

        def block(a, b, time=time_dim):
            return ConvNext(a, b, time, convnext_mult)

        def stage(a, b, resample):
            return nn.ModuleList([block(a, b), block(b, b), Added(Normed(b, LinearAttention(b))), resample])

        pairs = list(zip(widths[:-1], widths[1:]))
        self.downs = nn.ModuleList(
            stage(a, b, nn.Identity() if i == len(pairs) - 1 else nn.Conv2d(b, b, 4, 2, 1))
            for i, (a, b) in enumerate(pairs))
        self.mid_block1 = block(widths[-1], widths[-1])
        self.mid_attn = Added(Normed(widths[-1], Attention(widths[-1])))
        self.mid_block2 = block(widths[-1], widths[-1])
        self.ups = nn.ModuleList(
            stage(2 * b, a, nn.ConvTranspose2d(a, a, 4, 2, 1)) for a, b in reversed(pairs[1:]))
        self.final_conv = nn.Sequential(block(dim, dim, None), nn.Conv2d(dim, channels, 1))

    def forward(self, x, t):
        x = self.init_conv(x)
        time = self.time_mlp(t)
        skips = []
        for first, second, attention, resample in self.downs:
            x = attention(second(first(x, time), time))
            skips.append(x)
            x = resample(x)
        x = self.mid_block2(self.mid_attn(self.mid_block1(x, time)), time)
        for first, second, attention, resample in self.ups:
            x = torch.cat([x, skips.pop()], dim=1)
            x = resample(attention(second(first(x, time), time)))
        return self.final_conv(x)

    def save_pretrained(self, folder):
        """Write config.json and the weights under the file names of diffusers."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        config = {"_class_name": "AnnotatedUNet", "sample_size": 28, **self.config}
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        state = {name: value.contiguous() for name, value in self.state_dict().items()}
        save_file(state, folder / "diffusion_pytorch_model.safetensors")


def load(folder):
    """Load a network that save_pretrained wrote, in evaluation mode."""
    folder = Path(folder)
    config = json.loads((folder / "config.json").read_text())
    network = AnnotatedUNet(config["dim"], config["dim_mults"], config["channels"], config["convnext_mult"])
    network.load_state_dict(load_file(folder / "diffusion_pytorch_model.safetensors"))
    return network.eval()
