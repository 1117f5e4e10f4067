"""Goldens of Sohl-Dickstein et al. 2015, computed in float64, for model/dpm.

Writes model/dpm/dpmtest/testdata/networks.json, networks with drawn weights and what they
answer, and model/dpm/testdata/chains.json: schedules, trajectories with noise drawn by
name, products with r(x), and the bound K on the same weights.

Run from the repository's root: .venv/bin/python tools/golden/dpm2015.py
"""

import json
import sys
from pathlib import Path

import torch

from named_randn import named_randn, seed_of

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools/train"))

import dpm2015_chain as chains  # noqa: E402
import dpm2015_model as models  # noqa: E402

OUT = ROOT / "model/dpm"


def config(name):
    return json.loads((ROOT / f"tools/train/configs/dpm2015-{name}.json").read_text())["model"]


#: Not square, two scales, three layers for each pixel, every size odd.
SMALL = config("fashion") | {
    "height": 6, "width": 10, "timesteps": 12, "temporal_basis": 3, "filters": 5, "layers": 2, "scales": 2,
    "hidden": 7, "dense_layers": 3, "dense_outputs": 3, "upper": 9, "upper_layers": 3,
}

CASES = {
    "swiss roll": (config("swiss-roll"), [1, 20, 39, 7, 7]),
    "heartbeat": (config("heartbeat"), [1, 2, 1000, 1999]),
    "fashion": (config("fashion"), [150]),
    "small": (SMALL, [1, 11, 4]),
}


def draw(name, shape):
    """Tensor in model/unet/drawn."""
    x = named_randn(0, name, shape)
    if len(shape) > 1:
        return x * x[0].numel() ** -0.5
    return (1 + x * 0.1) if name.endswith(".weight") else x * 0.1


def build(settings):
    network = models.double(models.build(settings), settings)
    network.load_state_dict({name: draw(name, value.shape).double() for name, value in network.state_dict().items()})
    return network


def uniform(name, shape):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed_of(0, name))).double()


def normal(name, shape):
    return named_randn(0, name, shape).double()


def rounded(x):
    return [float(f"{v:.9g}") for v in x.flatten().tolist()]


def network_case(name):
    settings, t = CASES[name]
    values = settings["height"] * settings["width"]
    x = named_randn(0, name, (len(t), values)).double()
    answer = build(settings)(x, torch.tensor(t))
    outputs = [answer] if answer.ndim == 2 else [answer[:, 0], answer[:, 1]]
    return {"name": name, "config": settings, "timesteps": t, "outputs": [rounded(o) for o in outputs]}


def schedules():
    betas = chains.reference_betas(1000, 0.001)
    bars = torch.cumprod(1 - betas, 0)
    return {"at": [0, 499, 999], "beta": betas[[0, 499, 999]].tolist(), "alphaBar": bars[[0, 499, 999]].tolist(),
            "short": chains.reference_betas(40, 0.001).tolist()}


def multiply(mean, sigma, seen, known, noise):
    """sampler.py, diffusion_step: denoising, then what is certain."""
    if noise:
        both = (sigma**-2 + noise**-2) ** -0.5
        mean, sigma = both**2 * (mean / sigma**2 + seen / noise**2), both
    if known is not None:
        mean, sigma = torch.where(known, seen, mean), torch.where(known, 0.0, sigma)
    return mean, sigma


def gaussian(name, steps=10):
    settings, _ = CASES[name]
    network, chain = build(settings), chains.chain(settings)
    n, values = 3, settings["height"] * settings["width"]
    last = len(chain) - 1
    out = {"network": name, "config": settings, "forward": [], "reverse": {}}
    x = normal("x0", (n, values))
    for t in range(steps):
        x = chain.forward_step(x, t, normal(f"forward/{t}", x.shape))
        out["forward"].append(rounded(x))
    known = (torch.arange(values) % 2 == 0).expand(n, values)
    seen = normal("seen", (n, values))
    for kind, mask, noise in (("plain", None, 0), ("inpaint", known, 0), ("denoise", None, 0.7)):
        x = normal("start", (n, values))
        if noise:
            x = seen.clone()
        if mask is not None:
            x = torch.where(mask, seen, x)
        rows = []
        for t in range(last, last - steps, -1):
            at = torch.full((n,), t)
            mean, sigma = multiply(*chain.reverse(network(x, at), x, at), seen, mask, noise)
            x = mean + sigma * normal(f"reverse/{t}", x.shape)
            rows.append(rounded(x))
        out["reverse"][kind] = rows
    x0 = normal("bound", (16, values))
    total = 0.0
    for t in range(1, last + 1):
        at = torch.full((16,), t)
        xt = chain.q_sample(x0, at, normal(f"bound/{t}", x0.shape))
        total += chain.kl(network(xt, at), x0, xt, at).mean()
    out["k"] = -((total + chain.ends()) / chains.LN2).item() * values
    out["null"] = -chain.null() / chains.LN2 * values
    return out


def binomial(steps=10):
    settings, _ = CASES["heartbeat"]
    network, chain = build(settings), chains.chain(settings)
    n, values, last = 5, settings["width"], settings["timesteps"] - 1
    x0 = ((torch.arange(values) - torch.arange(n)[:, None]) % 5 == 0).double()
    out = {"config": settings, "forward": [], "reverse": []}
    x = x0
    for t in range(1900, 1900 + steps):
        x = (uniform(f"forward/{t}", x.shape) < chain.forward_rate(x, torch.full((n,), t))).double()
        out["forward"].append(rounded(x))
    x = (uniform("start", x0.shape) < settings["rest"]).double()
    for t in range(last, last - steps, -1):
        at = torch.full((n,), t)
        rate = torch.sigmoid(chain.reverse_odds(network(x, at), x, at))
        x = (uniform(f"reverse/{t}", x.shape) < rate).double()
        out["reverse"].append(rounded(x))
    total = torch.zeros((), dtype=torch.float64)
    for t in range(1, last + 1):
        at = torch.full((n,), t)
        xt = (uniform(f"bound/{t}", x0.shape) < chain.rate(x0, at)).double()
        total += chain.kl(network(xt, at), x0, xt, at).sum(1).mean()
    out["k"] = -((total + chain.ends(x0).mean()) / chains.LN2).item()
    out["null"] = -chain.null(x0).item() / chains.LN2
    return out


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    write = lambda path, value: path.write_text(json.dumps(value, separators=(",", ":")) + "\n")
    write(OUT / "dpmtest/testdata/networks.json", [network_case(name) for name in CASES])
    write(OUT / "testdata/chains.json", {
        "schedules": schedules(), "gaussian": [gaussian("swiss roll"), gaussian("small")], "binomial": binomial()})


if __name__ == "__main__":
    main()
