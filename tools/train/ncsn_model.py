"""The score networks of NCSN (arXiv:1907.05600, appendix A) and NCSNv2 (arXiv:2006.09011,
appendix B): a RefineNet (arXiv:1611.06612) with dilated convolutions in place of all
pooling but the first, and ELU.

Parameters carry the names of the authors' code (ermongroup/ncsn, CondRefineNetDilated;
ermongroup/ncsnv2, NCSNv2), so its checkpoints load here and ours load there. Pictures
are [N, C, H, W] in [0, 1], with H and W even; the network moves them to [-1, 1] itself.

NCSN is told the number y of the noise level: every normalisation is ConditionalInstance-
Norm++, whose scales and shift are rows of a table. NCSNv2 is not told; its output is
divided by sigma (technique 3). NCSN has no activation between the sum of a refine
block's inputs and pools by the mean in its chained pooling; NCSNv2 by the maximum.
"""

import json
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

EPS = 1e-5


def instance_norm_plus(x, gamma, alpha, beta):
    """gamma (x_hat + alpha u) + beta, all [N or 1, C] but x [N, C, H, W]: x_hat is a channel
    normalised over its pixels, u its mean normalised over the channels, with the variance
    of n - 1 degrees of freedom. In float32; the result has x's type."""
    h = x.float()
    means = h.mean((2, 3))
    u = (means - means.mean(1, keepdim=True)) / torch.sqrt(means.var(1, keepdim=True) + EPS)
    inverse = torch.rsqrt((h - means[:, :, None, None]).square().mean((2, 3)) + EPS)
    scale, shift = gamma * inverse, gamma * (alpha * u - inverse * means) + beta
    return (h * scale[:, :, None, None] + shift[:, :, None, None]).to(x.dtype)


def instance_norm_plus_elu(x, gamma, alpha, beta):
    """ELU after instance_norm_plus."""
    return F.elu(instance_norm_plus(x, gamma, alpha, beta))


def mean_pool(x):
    """The mean of every 5x5 window; zeros beyond the edge count."""
    return F.avg_pool2d(x, 5, 1, 2)


def fuse():
    """Compile normalisation and pooling, half the time of a step, with torch.compile; the
    whole network would take ten minutes to compile."""
    global instance_norm_plus, instance_norm_plus_elu, mean_pool
    torch._dynamo.config.recompile_limit = 64
    instance_norm_plus, instance_norm_plus_elu, mean_pool = (
        torch.compile(f, dynamic=False) for f in (instance_norm_plus, instance_norm_plus_elu, mean_pool))


class ConditionalInstanceNormPlus(nn.Module):
    """gamma, alpha and beta are a row of a table, one for each noise level."""

    def __init__(self, features, levels):
        super().__init__()
        self.embed = nn.Embedding(levels, 3 * features)
        nn.init.normal_(self.embed.weight[:, :2 * features], 1, 0.02)
        nn.init.zeros_(self.embed.weight[:, 2 * features:])

    def forward(self, x, y, elu=False):
        f = instance_norm_plus_elu if elu else instance_norm_plus
        return f(x, *self.embed(y).chunk(3, dim=1))


class InstanceNormPlus(nn.Module):
    """gamma, alpha and beta are the same for all noise levels."""

    def __init__(self, features):
        super().__init__()
        self.alpha = nn.Parameter(torch.empty(features).normal_(1, 0.02))
        self.gamma = nn.Parameter(torch.empty(features).normal_(1, 0.02))
        self.beta = nn.Parameter(torch.zeros(features))

    def forward(self, x, y, elu=False):
        f = instance_norm_plus_elu if elu else instance_norm_plus
        return f(x, self.gamma[None], self.alpha[None], self.beta[None])


def conv3x3(width_in, width_out, bias=False, dilation=1):
    return nn.Conv2d(width_in, width_out, 3, padding=dilation, dilation=dilation, bias=bias)


class ConvMeanPool(nn.Module):
    """A convolution, then the mean of every 2x2 pixels."""

    def __init__(self, width_in, width_out, size):
        super().__init__()
        self.conv = nn.Conv2d(width_in, width_out, size, padding=size // 2)

    def forward(self, x):
        return F.avg_pool2d(self.conv(x), 2)


class ResidualBlock(nn.Module):
    """Norm, ELU, convolution, twice, added to x or to its projection.

    With down the width may change, and either the picture is halved or, with a
    dilation, kept and the convolutions widened."""

    def __init__(self, width_in, width_out, norm, down=False, dilation=None):
        super().__init__()
        middle = width_in if down else width_out
        step = dilation or 1
        self.normalize1 = norm(width_in)
        self.conv1 = conv3x3(width_in, middle, True, step)
        self.normalize2 = norm(middle)
        if down and not dilation:
            self.conv2 = ConvMeanPool(middle, width_out, 3)
            self.shortcut = ConvMeanPool(width_in, width_out, 1)
        else:
            self.conv2 = conv3x3(middle, width_out, True, step)
            self.shortcut = conv3x3(width_in, width_out, True, step) if down else None

    def forward(self, x, y):
        h = self.conv1(self.normalize1(x, y, elu=True))
        h = self.conv2(self.normalize2(h, y, elu=True))
        return h + (x if self.shortcut is None else self.shortcut(x))


class RCUBlock(nn.Module):
    """Residual convolution units: each two times (norm,) ELU, convolution, added to x."""

    def __init__(self, features, units, norm):
        super().__init__()
        self.units = units
        for i in range(units):
            for j in range(2):
                if norm:
                    self.add_module(f"{i + 1}_{j + 1}_norm", norm(features))
                self.add_module(f"{i + 1}_{j + 1}_conv", conv3x3(features, features))

    def forward(self, x, y):
        for i in range(self.units):
            h = x
            for j in range(2):
                norm = getattr(self, f"{i + 1}_{j + 1}_norm", None)
                h = getattr(self, f"{i + 1}_{j + 1}_conv")(norm(h, y, elu=True) if norm else F.elu(h))
            x = x + h
        return x


class MSFBlock(nn.Module):
    """Multi-resolution fusion: the sum of a convolution of each input, brought to one size."""

    def __init__(self, widths, features, norm):
        super().__init__()
        self.convs = nn.ModuleList(conv3x3(width, features, True) for width in widths)
        self.norms = nn.ModuleList(norm(width) for width in widths) if norm else [None] * len(widths)

    def forward(self, xs, y, size):
        total = 0
        for x, conv, norm in zip(xs, self.convs, self.norms):
            h = conv(norm(x, y) if norm else x)
            if h.shape[2:] != size:
                h = F.interpolate(h, size=size, mode="bilinear", align_corners=True)
            total = total + h
        return total


class CRPBlock(nn.Module):
    """Chained residual pooling: two times (norm,) 5x5 pooling, convolution, each added."""

    def __init__(self, features, norm):
        super().__init__()
        self.convs = nn.ModuleList(conv3x3(features, features) for _ in range(2))
        self.norms = nn.ModuleList(norm(features) for _ in range(2)) if norm else [None] * 2

    def forward(self, x, y):
        x = F.elu(x)
        path = x
        for conv, norm in zip(self.convs, self.norms):
            path = mean_pool(norm(path, y)) if norm else F.max_pool2d(path, 5, 1, 2)
            path = conv(path)
            x = x + path
        return x


class RefineBlock(nn.Module):
    """Two units for each input, fusion where there are several, chained pooling, and a
    unit, in the last block three."""

    def __init__(self, widths, features, norm, last=False):
        super().__init__()
        self.adapt_convs = nn.ModuleList(RCUBlock(width, 2, norm) for width in widths)
        self.msf = MSFBlock(widths, features, norm) if len(widths) > 1 else None
        self.crp = CRPBlock(features, norm)
        self.output_convs = RCUBlock(features, 3 if last else 1, norm)

    def forward(self, xs, y):
        hs = [adapt(x, y) for adapt, x in zip(self.adapt_convs, xs)]
        h = self.msf(hs, y, xs[0].shape[2:]) if self.msf else hs[0]
        return self.output_convs(self.crp(h, y), y)


class NCSN(nn.Module):
    """The network of either paper; kind is "NCSN" or "NCSNv2". sigmas: one for each level."""

    def __init__(self, kind, channels, size, ngf, sigmas):
        super().__init__()
        if kind not in ("NCSN", "NCSNv2"):
            raise ValueError(f"unknown kind of network {kind}, expected NCSN or NCSNv2")
        self.config = {"_class_name": kind, "sample_size": size, "in_channels": channels, "ngf": ngf,
                       "num_classes": len(sigmas)}
        self.conditional = kind == "NCSN"
        self.register_buffer("sigmas", torch.as_tensor(sigmas, dtype=torch.float32), persistent=False)
        if self.conditional:
            def norm(features):
                return ConditionalInstanceNormPlus(features, len(sigmas))
        else:
            norm = InstanceNormPlus
        refined = norm if self.conditional else None

        def stage(width_in, width_out, down, dilation=None):
            return nn.ModuleList([ResidualBlock(width_in, width_out, norm, down, dilation),
                                  ResidualBlock(width_out, width_out, norm, False, dilation)])

        self.begin_conv = nn.Conv2d(channels, ngf, 3, padding=1)
        self.res1 = stage(ngf, ngf, False)
        self.res2 = stage(ngf, 2 * ngf, True)
        self.res3 = stage(2 * ngf, 2 * ngf, True, 2)
        self.res4 = stage(2 * ngf, 2 * ngf, True, 4)
        self.refine1 = RefineBlock([2 * ngf], 2 * ngf, refined)
        self.refine2 = RefineBlock([2 * ngf, 2 * ngf], 2 * ngf, refined)
        self.refine3 = RefineBlock([2 * ngf, 2 * ngf], ngf, refined)
        self.refine4 = RefineBlock([ngf, ngf], ngf, refined, last=True)
        self.normalizer = norm(ngf)
        self.end_conv = nn.Conv2d(ngf, channels, 3, padding=1)

    def output(self, x, y):
        """What the layers give: NCSN's score, or NCSNv2's times sigma. The first and the
        last convolution are float32 under autocast too: bfloat16's steps near 1 are almost
        as large as the smallest noise."""
        with torch.autocast("cpu", enabled=False):
            h = self.begin_conv(2 * x - 1)
        layers = []
        for stage in (self.res1, self.res2, self.res3, self.res4):
            for block in stage:
                h = block(h, y)
            layers.append(h)
        h = self.refine1([layers[3]], y)
        h = self.refine2([layers[2], h], y)
        h = self.refine3([layers[1], h], y)
        h = self.refine4([layers[0], h], y)
        h = self.normalizer(h, y, elu=True)
        with torch.autocast("cpu", enabled=False):
            return self.end_conv(h.to(self.end_conv.weight.dtype))

    def forward(self, x, y):
        """The score at level y, [N] whole numbers."""
        h = self.output(x, y)
        return h if self.conditional else h / self.sigmas[y].view(-1, 1, 1, 1)

    def save_pretrained(self, folder):
        """Write config.json, scheduler_config.json and the weights under diffusers' file names."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps(self.config, indent=2) + "\n")
        state = {name: value.contiguous() for name, value in self.state_dict().items()}
        save_file(state, folder / "diffusion_pytorch_model.safetensors")


def load(folder):
    """Load a network that save_pretrained wrote, in evaluation mode, with the noise levels of
    the scheduler_config.json beside it."""
    folder = Path(folder)
    c = json.loads((folder / "config.json").read_text())
    sigmas = json.loads((folder / "scheduler_config.json").read_text())["sigmas"]
    network = NCSN(c["_class_name"], c["in_channels"], c["sample_size"], c["ngf"], sigmas)
    network.load_state_dict(load_file(folder / "diffusion_pytorch_model.safetensors"))
    return network.eval()
