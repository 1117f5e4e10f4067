"""Start a score network from one that predicts DDPM's noise of the same pictures.

The weights of the two agree but for what they are told of the noise: DDPM's timestep, where
an SDE has a label of its own. So the time embedding is fitted first, by least squares, to
give at each time of the SDE what the old one gives at the timestep whose noise is as
strong beside the picture. Where the new network answers minus the noise, its last
convolution is turned over.
"""

import json

import torch
from gguf import GGUFReader

import expand_gguf
from score_model import unet


def start(network, sde, path, steps=3000):
    """Give a network the weights of a GGUF file, a network of DDPM's epsilon."""
    theirs, _ = expand_gguf.load_gguf(path)
    network.load_state_dict(theirs.state_dict())
    scheduler = json.loads(expand_gguf.metadata(GGUFReader(path), "unnoise.scheduler"))
    error = fit(unet(network), unet(theirs), sde, alpha_bars(scheduler), steps)
    if sde.sign > 0:
        with torch.no_grad():
            for p in unet(network).conv_out.parameters():
                p.neg_()
    print(f"all weights from {path}; relative error of the fitted time embedding {error:.3f}", flush=True)


def alpha_bars(scheduler):
    """alpha_bar, float64 [T], of a scheduler as the file has it."""
    from sampling import alpha_bars
    return alpha_bars(scheduler)


def timestep(sde, bars, t):
    """DDPM's timestep, between two where need be, of as much noise as SDE time t: [N]."""
    scale, std = sde.marginal(t.double())
    want = (std / scale).log()
    log = ((1 - bars) / bars).log() / 2  # increasing
    above = torch.searchsorted(log, want).clamp(1, len(log) - 1)
    part = (want - log[above - 1]) / (log[above] - log[above - 1])
    return (above - 1 + part.clamp(0, 1)).float()


def fit(ours, theirs, sde, bars, steps):
    """Fit the time embedding; returns the error's root mean square over that of the values."""
    embed = lambda net, label: net.time_embedding(net.time_proj(label))
    optimizer = torch.optim.Adam(ours.time_embedding.parameters(), lr=1e-3)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * (1 - step / steps)
        t = sde.eps + (1 - sde.eps) * torch.rand(256)
        with torch.no_grad():
            target = embed(theirs, timestep(sde, bars, t))
        error = embed(ours, sde.label(t)) - target
        loss = error.square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return (loss / target.square().mean()).sqrt().item()
