"""Golden pictures of whole runs, for the command line.

Real diffusers networks in float64 (those of unet.py), torch's own random numbers,
classifier-free guidance and the samplers of samplers.py: what `unnoise sample`
must draw from the same model.

Writes tools/unnoise/testdata/samples.json.
Run: .venv/bin/python tools/golden/samples.py
"""

import json
from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DModel

from samplers import ddim_step, ddpm_step, fractional_stride, linear_betas
from unet import CASES, draw, pack

OUT = Path(__file__).parents[2] / "tools/unnoise/testdata"

# Each run is by the linear schedule over T timesteps.
RUNS = [
    {"model": "learned_no_middle", "T": 20, "sampler": "ddpm", "variance": "fixed_small",
     "steps": 7, "seed": 3, "n": 2},
    {"model": "learned_no_middle", "T": 20, "sampler": "ddpm", "variance": "fixed_large",
     "steps": 20, "seed": 2**32 - 1, "n": 2},
    {"model": "learned_no_middle", "T": 20, "sampler": "ddim", "eta": 0.5, "steps": 6, "seed": 4, "n": 2},
    {"model": "fashion", "T": 1000, "sampler": "ddim", "eta": 0.0, "steps": 3, "seed": 5, "n": 1,
     "label": 7, "guidance": 3.0},
]


def network(name):
    net = UNet2DModel(**CASES[name]["config"]).double().eval()
    with torch.no_grad():
        for parameter, p in net.named_parameters():
            p.copy_(draw(parameter, p.shape))
    net.time_proj.register_forward_hook(lambda _, __, y: y.double())
    return net


@torch.no_grad()
def predict(net, x, t, run):
    """eps of the network, guided where the run has a class."""
    x = torch.from_numpy(x)
    steps = torch.full((len(x),), t)
    if "label" not in run:
        return net(x, steps).sample.numpy()
    null = net.config.num_class_embeds - 1
    conditional, unconditional = (
        net(x, steps, torch.full((len(x),), label)).sample for label in (run["label"], null))
    return (unconditional + run["guidance"] * (conditional - unconditional)).numpy()


def sample(run):
    net = network(run["model"])
    size = net.config.sample_size
    shape = (net.config.in_channels, size, size)
    generators = [torch.Generator().manual_seed(run["seed"] + k) for k in range(run["n"])]
    randn = lambda: np.stack([torch.randn(shape, generator=g).double().numpy() for g in generators])

    alpha_bars = np.cumprod(1 - linear_betas(run["T"]))
    timesteps = fractional_stride(run["T"], run["steps"])
    x = randn()
    for k in reversed(range(run["steps"])):
        alpha_bar = alpha_bars[timesteps[k]]
        prev = alpha_bars[timesteps[k - 1]] if k else 1.0
        eps = predict(net, x, timesteps[k], run)
        x0 = ((x - np.sqrt(1 - alpha_bar) * eps) / np.sqrt(alpha_bar)).clip(-1, 1)
        z = randn()
        if run["sampler"] == "ddpm":
            x = ddpm_step(x, x0, z, 1 - alpha_bar / prev, alpha_bar, prev, run["variance"])
        else:
            x = ddim_step(x, x0, z, alpha_bar, prev, run["eta"])
    return torch.from_numpy(x)


def main():
    golden = []
    for run in RUNS:
        x = sample(run)
        print(run, f"rms {x.square().mean().sqrt():.2f}")
        golden.append(dict(run, shape=list(x.shape), sample=pack(x)))
    OUT.mkdir(exist_ok=True)
    rows = ",\n".join(json.dumps(row) for row in golden)
    (OUT / "samples.json").write_text(f"[\n{rows}\n]\n")


if __name__ == "__main__":
    main()
