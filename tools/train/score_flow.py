"""The probability-flow ODE of a learned score (arXiv:2011.13456, eq. 13), by SciPy's RK45.

dx/dt = f(x, t) - g(t)^2 score(x, t) / 2: from noise to pictures, and from pictures to their
densities, as the change of log p along the way is minus the divergence. All pictures of a
call take the same steps.
"""

import numpy as np
import torch
from scipy import integrate

import score_sde


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
