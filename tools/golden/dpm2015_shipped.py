"""Golden bounds K of the shipped networks of Sohl-Dickstein et al. 2015, for model/exhibit/dpm2015.

The networks are the site's own GGUF files, expanded and run by PyTorch in float64, on data
that are drawn by name; the pictures are those of the site's sample sheet. K is the whole sum
over all steps of the chain, but of the pictures a few steps only.

Writes model/exhibit/dpm2015/testdata/shipped.json.
Run: .venv/bin/python tools/golden/dpm2015_shipped.py
"""

import json
import math

import numpy as np
import torch
from gguf import GGUFReader

from dpm2015 import ROOT, chains, models, normal, uniform
from expand_gguf import expand, metadata
from likelihood import sheet

OUT = ROOT / "model/exhibit/dpm2015/testdata/shipped.json"
POINTS = 64
PICTURES = [0, 53]
STEPS = [1, 2, 10, 100, 199]


def load(name):
    """(network in float64, its chain, its configuration) of a file of the site."""
    reader = GGUFReader(ROOT / f"web/models/dpm2015-{name}.gguf")
    config = json.loads(metadata(reader, "unnoise.config"))
    network = models.double(models.build(config), config)
    network.load_state_dict({key: value.double() for key, value in expand(reader).items()})
    return network, chains.chain(config), config


def standardised(x, config):
    return (x - torch.tensor(config.get("mean", [0.0])).double()) / torch.tensor(config.get("std", [1.0])).double()


def roll():
    """Points of model/plane's swiss roll."""
    angle = 1.5 * math.pi * (1 + 2 * uniform("roll", (POINTS,)))
    points = torch.stack((torch.cos(angle), torch.sin(angle)), 1) * (angle / (4.5 * math.pi))[:, None]
    return points + 0.02 * normal("roll noise", (POINTS, 2))


def terms(network, chain, x0, steps):
    """The divergences of these steps, in bits for one value."""
    out = []
    for t in steps:
        at = torch.full((len(x0),), t)
        xt = chain.q_sample(x0, at, normal(f"bound/{t}", x0.shape))
        out.append((chain.kl(network(xt, at), x0, xt, at).mean() / chains.LN2).item())
    return out


def swiss_roll():
    network, chain, config = load("swiss-roll")
    x0 = standardised(roll(), config)
    divergences = terms(network, chain, x0, range(1, len(chain)))
    return {"points": POINTS, "k": 2 * (-sum(divergences) - (chain.ends() / chains.LN2).item())}


def heartbeat():
    network, chain, config = load("heartbeat")
    x0 = ((torch.arange(20) - torch.arange(5)[:, None]) % 5 == 0).double()
    total = 0.0
    for t in range(1, config["timesteps"]):
        at = torch.full((5,), t)
        xt = (uniform(f"bound/{t}", x0.shape) < chain.rate(x0, at)).double()
        total += chain.kl(network(xt, at), x0, xt, at).sum(1).mean().item()
    return {"k": -(total + chain.ends(x0).mean().item()) / chains.LN2}


def fashion():
    network, chain, config = load("fashion")
    x0 = torch.from_numpy(np.stack([sheet()[k] for k in PICTURES]).astype(np.float32)).double().flatten(1)
    return {"pictures": PICTURES, "steps": STEPS, "terms": terms(network, chain, standardised(x0, config), STEPS),
            "ends": -(chain.ends() / chains.LN2).item()}


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"swissRoll": swiss_roll(), "heartbeat": heartbeat(), "fashion": fashion()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
