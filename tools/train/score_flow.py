"""Pictures and densities by a learned score (arXiv:2011.13456).

The probability-flow ODE (eq. 13) by SciPy's RK45:

dx/dt = f(x, t) - g(t)^2 score(x, t) / 2: from noise to pictures, and from pictures to their
densities, as the change of log p along the way is minus the divergence. All pictures of a
call take the same steps. And for SDEs without drift the reverse-diffusion predictor (eq. 46).
"""

import numpy as np
import torch
from scipy import integrate

import score_sde
from sampling import normal


def drift(sde, model, x, t, labels):
    """dx/dt at time t, a number; and t as [N]."""
    times = torch.full((len(x),), t, dtype=torch.float64)
    score = score_sde.score(sde, model, x, times, labels)
    return (sde.drift(times)[0] * x.double() - sde.diffusion(times)[0] ** 2 / 2 * score.double())


@torch.no_grad()
def sample(sde, model, x, labels, tolerance, eps):
    """Pictures of noise x [N, C, H, W] of the prior, at time eps; and the evaluations it took."""
    def field(t, y):
        now = torch.from_numpy(y).view(x.shape).float()
        return drift(sde, model, now, t, labels).numpy().reshape(-1)

    found = integrate.solve_ivp(field, (1, eps), x.double().numpy().reshape(-1), rtol=tolerance, atol=tolerance, method="RK45")
    return torch.from_numpy(found.y[:, -1]).view(x.shape).float(), found.nfev


@torch.no_grad()
def reverse_diffusion(sde, model, sources, shape, labels, steps, eps):
    """Pictures by reverse diffusion under an SDE without drift, at times spread evenly from 1
    to eps: x + (std_i^2 - std_{i-1}^2) score, and as much noise; none after the last step.

    sources: a generator for each picture. Returns [N, *shape].
    """
    times = torch.linspace(1, eps, steps, dtype=torch.float64)
    stds = torch.cat([sde.marginal(times)[1], torch.zeros(1, dtype=torch.float64)])
    x = sde.prior_std() * normal(sources, shape)
    for i, t in enumerate(times):
        variance = (stds[i] ** 2 - stds[i + 1] ** 2).item()
        x = x + variance * score_sde.score(sde, model, x, t.expand(len(x)), labels)
        if i + 1 < steps:
            x = x + variance ** 0.5 * normal(sources, shape)
    return x


def log_density(sde, model, x, labels, probes, tolerance, eps=1e-5):
    """log p_0 of pictures x [N, C, H, W] in nats, float64 [N], latents and the evaluations.

    The divergence is the mean of probe . d(drift)/dx probe over the probes, each as x
    (arXiv:2011.13456, appendix D.2; Hutchinson).
    """
    shape, size = x.shape, x.numel()

    def field(t, y):
        now = torch.from_numpy(y[:size]).view(shape).float().requires_grad_()
        rate = drift(sde, model, now, t, labels)
        divergence = torch.zeros(len(now), dtype=torch.float64)
        for k, probe in enumerate(probes):
            along = torch.autograd.grad((rate * probe).sum(), now, retain_graph=k + 1 < len(probes))[0]
            divergence += (along.double() * probe).flatten(1).sum(1) / len(probes)
        return np.concatenate([rate.detach().numpy().reshape(-1), divergence.numpy()])

    start = np.concatenate([x.double().numpy().reshape(-1), np.zeros(len(x))])
    for p in model.parameters():
        p.requires_grad_(False)
    found = integrate.solve_ivp(field, (eps, 1), start, rtol=tolerance, atol=tolerance, method="RK45")
    latent = torch.from_numpy(found.y[:size, -1]).view(shape)
    std = sde.prior_std()
    prior = -(latent / std).square().flatten(1).sum(1) / 2 - latent[0].numel() * np.log(std * np.sqrt(2 * np.pi))
    return prior + torch.from_numpy(found.y[size:, -1]), latent, found.nfev


def bits_per_dim(log_p, elems, lowest):
    """Bits for each value of pictures of 256 levels between lowest and 1."""
    return -log_p / np.log(2) / elems + np.log2(256 / (1 - lowest))
