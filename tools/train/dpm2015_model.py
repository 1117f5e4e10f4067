"""The networks of Sohl-Dickstein et al. 2015 (arXiv:1503.03585), as model/dpm builds them.

A network is called as ``network(x, t)``: x [N, values], float; t [N], whole numbers
0 ... T-1, each at least 1 where it matters: the first step of the chain is not learned. It
answers the coefficients of the reverse step, [N, 2, values] (mu_c, then b_c) for a
Gaussian chain and [N, values] (what is added to the log odds) for a binomial one;
dpm2015_chain.py reads them.
"""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def temporal_basis(config):
    """Bumps over time, each step's adding up to 1: [T, bumps], float64.

    The authors' code spaces them evenly in t. ``basis_time`` "logit" spaces them evenly in
    log((t + 1/2)/(T - t - 1/2)) instead, for a chain whose ends need finer steps.
    """
    steps, bumps = config["timesteps"], config["temporal_basis"]
    at = torch.linspace(-1, 1, steps, dtype=torch.float64)
    if config.get("basis_time", "linear") == "logit":
        t = torch.arange(steps, dtype=torch.float64) + 0.5
        odds = torch.log(t / (steps - t))
        at = odds / odds[-1]
    centres = torch.linspace(-1, 1, bumps, dtype=torch.float64)
    width = (centres[1] - centres[0]) / 2
    basis = torch.exp(-((at[:, None] - centres) ** 2) / (2 * width**2))
    return basis / basis.sum(1, keepdim=True)


class RBFNetwork(nn.Module):
    """Normalised radial basis functions, and a readout of its own for every step."""

    def __init__(self, config):
        super().__init__()
        self.values = config["width"]
        hidden, steps = config["hidden"], config["timesteps"]
        self.centres = nn.Parameter(torch.randn(hidden, self.values))
        self.log_widths = nn.Parameter(torch.full((hidden,), -0.5))
        self.readout = nn.Embedding(steps, 2 * self.values * hidden)
        self.readout_bias = nn.Embedding(steps, 2 * self.values)
        nn.init.zeros_(self.readout.weight)
        nn.init.zeros_(self.readout_bias.weight)

    def forward(self, x, t):
        squares = ((x[:, None] - self.centres) ** 2).sum(2)
        units = torch.softmax(-squares / (2 * torch.exp(self.log_widths) ** 2), 1)
        readout = self.readout(t).view(len(x), 2 * self.values, -1)
        return ((readout * units[:, None]).sum(2) + self.readout_bias(t)).view(len(x), 2, self.values)


class SigmoidMLP(nn.Module):
    """Layers of sigmoid units, read out through bumps over time."""

    def __init__(self, config):
        super().__init__()
        self.values, self.bumps = config["width"], config["temporal_basis"]
        widths = [self.values] + [config["hidden"]] * config["layers"]
        self.layers = nn.ModuleList(nn.Linear(i, o) for i, o in zip(widths, widths[1:]))
        for layer in self.layers:
            nn.init.xavier_normal_(layer.weight, gain=4)  # a sigmoid's slope is 1/4 at most
        self.readout = nn.Linear(widths[-1], self.bumps * self.values)
        nn.init.zeros_(self.readout.weight)
        nn.init.zeros_(self.readout.bias)
        self.register_buffer("basis", temporal_basis(config).float(), persistent=False)

    def forward(self, x, t):
        for layer in self.layers:
            x = torch.sigmoid(layer(x))
        bumps = self.readout(x).view(len(x), self.bumps, self.values)
        return (bumps * self.basis[t][:, :, None]).sum(1)


def leaky(x):
    return F.leaky_relu(x, 0.05)


class MultiScaleConvolution(nn.Module):
    """3x3 convolutions of the picture and of its halvings, added up from coarse to fine.

    Each has its own nonlinearity, as in the authors' code; in the paper there is one for
    their sum.
    """

    def __init__(self, channels, filters, scales):
        super().__init__()
        self.scales = nn.ModuleList(nn.Conv2d(channels, filters, 3, padding=1) for _ in range(scales))
        for convolution in self.scales:
            nn.init.normal_(convolution.weight, std=math.sqrt(1 / filters) / 9)
            nn.init.zeros_(convolution.bias)

    def forward(self, x):
        total = None
        for scale in reversed(range(len(self.scales))):
            y = F.avg_pool2d(x, 2**scale) if scale else x
            y = leaky(self.scales[scale](y))
            total = y if total is None else y + F.interpolate(total, scale_factor=2.0, mode="nearest")
        return total / len(self.scales)


class PictureNetwork(nn.Module):
    """Multi-scale convolutions beside a dense network, then layers for each pixel alone.

    The readout has ``temporal_basis`` coefficients of mu and of sigma for every pixel.
    """

    def __init__(self, config):
        super().__init__()
        self.height, self.width, self.bumps = config["height"], config["width"], config["temporal_basis"]
        filters, layers, pixels = config["filters"], config["layers"], config["height"] * config["width"]
        dense_out = config["dense_outputs"]
        self.convolutions = nn.ModuleList(
            MultiScaleConvolution(filters if i else 1, filters, config["scales"]) for i in range(layers))
        widths = [pixels] + [config["hidden"]] * (config["dense_layers"] - 1) + [dense_out * pixels]
        self.lower = nn.ModuleList(nn.Linear(i, o) for i, o in zip(widths, widths[1:]))
        widths = [filters + dense_out] + [config["upper"]] * (config["upper_layers"] - 1) + [2 * self.bumps]
        self.upper = nn.ModuleList(nn.Linear(i, o) for i, o in zip(widths, widths[1:]))
        for linear in [*self.lower, *self.upper]:
            nn.init.orthogonal_(linear.weight)
            nn.init.zeros_(linear.bias)
        self.of_filters, self.of_dense = 1 / math.sqrt(filters), 1 / math.sqrt(dense_out)
        self.register_buffer("basis", temporal_basis(config).float(), persistent=False)

    def forward(self, x, t):
        y = x.view(len(x), 1, self.height, self.width)
        for layer in self.convolutions:
            y = layer(y)
        y = y.flatten(2).transpose(1, 2)
        z = x
        for layer in self.lower:
            z = leaky(layer(z))
        z = z.view(len(x), self.height * self.width, -1)
        y = torch.cat((y * self.of_filters, z * self.of_dense), 2)
        for layer in self.upper[:-1]:
            y = leaky(layer(y))
        y = self.upper[-1](y).view(len(x), -1, 2, self.bumps)
        return torch.einsum("nspj,nj->nps", y, self.basis[t].to(y.dtype))


NETWORKS = {"rbf": RBFNetwork, "mlp": SigmoidMLP, "pictures": PictureNetwork}


def build(config):
    """The network of a config.json."""
    return NETWORKS[config["network"]](config)


def double(network, config):
    """The same network in float64, its bumps too."""
    network = network.double()
    if hasattr(network, "basis"):
        network.basis = temporal_basis(config)
    return network
