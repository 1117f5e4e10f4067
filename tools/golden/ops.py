"""Golden values of activations, norms and radial basis functions, with gradients.

PyTorch in float64, inputs drawn in float32. Writes model/optest/testdata/torch_ops.json,
read by model/optest/torch_test.go. Pictures are [N, H, W, C] in the file.

Run from the repository's root: .venv/bin/python tools/golden/ops.py
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from named_randn import named_randn

OUT = Path(__file__).parents[2] / "model/optest/testdata/torch_ops.json"
SEED = 15


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def instance_norm_plus(x, style):
    """InstanceNorm++ (Song & Ermon 2019, appendix A): x NHWC, style [N or 1, 3C or 2C]."""
    channels = x.shape[-1]
    gamma, alpha, *beta = [part[:, :, None, None] for part in style.split(channels, dim=-1)]
    x = nchw(x)
    means = x.mean(dim=(2, 3))
    deviation = torch.sqrt(means.var(dim=-1, keepdim=True) + 1e-5)  # unbiased
    means = (means - means.mean(dim=-1, keepdim=True)) / deviation
    h = F.instance_norm(x, eps=1e-5) + means[:, :, None, None] * alpha
    return nhwc(gamma * h + (beta[0] if beta else 0))


def rbf(x, centres, widths):
    return torch.exp(-(torch.cdist(x, centres) ** 2) / (2 * widths**2))


def normalised_rbf(x, centres, widths):
    return torch.softmax(-(torch.cdist(x, centres) ** 2) / (2 * widths**2), dim=-1)


def fourier(t, w):
    """GaussianFourierProjection (Song et al. 2021): t [N], w [D]."""
    angles = t[:, None] * w[None, :] * 2 * math.pi
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def group_norm(x, weight, bias):
    return nhwc(F.group_norm(nchw(x), 3, weight, bias, eps=1e-5))


def layer_norm(x, weight, bias):
    return F.layer_norm(x, x.shape[-1:], weight, bias, eps=1e-5)


ACTIVATIONS = {
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.05),
    "elu": lambda x: F.elu(x, 1.5),
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x),  # transformers' QuickGELUActivation
    "sigmoid": torch.sigmoid,
    "softplus": F.softplus,
    "tanh": torch.tanh,
    "exp": torch.exp,
    "square": torch.square,
    "abs": torch.abs,
    "clamp": lambda x: torch.clamp(x, -0.5, 0.75),
}
POSITIVE = {"log": torch.log, "sqrt": torch.sqrt, "reciprocal": torch.reciprocal}


def case(name, function, *inputs):
    """Runs function in float64; v, the cotangent, gives the gradients."""
    wide = [x.double().requires_grad_() for x in inputs]
    y = function(*wide)
    v = named_randn(SEED, f"{name}/v", y.shape)
    grads = torch.autograd.grad(y, wide, v.double())
    return {
        "name": name,
        "inputs": [{"shape": list(x.shape), "values": x.flatten().tolist()} for x in inputs],
        "cotangent": v.flatten().tolist(),
        "output": y.detach().flatten().tolist(),
        "gradients": [g.flatten().tolist() for g in grads],
    }


def main():
    torch.set_num_threads(1)

    def draw(name, *shape):
        return named_randn(SEED, name, shape)

    cases = []
    for name, function in ACTIVATIONS.items():
        x = 3 * draw(name, 4, 7)
        x[0, :5] = torch.tensor([0.0, -0.5, 0.75, -18.0, 18.0])  # the kinks, and far out
        cases.append(case(name, function, x))
    for name, function in POSITIVE.items():
        cases.append(case(name, function, draw(name, 4, 7).abs() + 0.25))

    picture = 2 * draw("picture", 2, 3, 4, 6) + 1
    weight, bias = 1 + 0.5 * draw("weight", 6), draw("bias", 6)
    cases += [
        case("group_norm", group_norm, picture, weight, bias),
        case("layer_norm", layer_norm, picture, weight, bias),
        case("instance_norm_plus", instance_norm_plus, picture, 1 + 0.5 * draw("style", 2, 18)),
        case("instance_norm_plus_without_beta", instance_norm_plus, picture, 1 + 0.5 * draw("style", 2, 12)),
        case("instance_norm_plus_one_row", instance_norm_plus, picture, 1 + 0.5 * draw("style", 1, 18)),
    ]
    points, centres = draw("points", 5, 2), draw("centres", 4, 2)
    widths = 1 + 0.2 * draw("widths", 4)
    cases += [
        case("rbf", rbf, points, centres, widths),
        case("rbf_normalised", normalised_rbf, points, centres, widths),
    ]
    t = torch.tensor([-4.6, -1.25, 0.0, 3.9])
    embedding = {**case("fourier", fourier, t, 16 * draw("frequencies", 9)), "gradients": []}
    OUT.write_text(json.dumps(cases + [embedding], separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
