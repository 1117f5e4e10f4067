"""DDIM and guidance in PyTorch, the yardstick of the project's own engine.

Picture k of a run takes its noise from a generator of its own, seeded
``seed + k``, so that it does not depend on how many are drawn beside it.
"""

import torch


def initial_noise(seed, count, shape=(1, 32, 32)):
    """Stack ``count`` pictures of N(0, 1), one generator each: [count, *shape]."""
    return torch.stack([
        torch.randn(shape, generator=torch.Generator().manual_seed(seed + k)) for k in range(count)])


def respaced(total, count):
    """``count`` timesteps from 0 to total - 1, evenly spaced and rounded half to even.

    The rule of improved-diffusion's ``space_timesteps`` for one section, which adds
    up the stride; a single step starts at total - 1, as in the project's engine.
    """
    if count == 1:
        return [total - 1]
    stride, at, timesteps = (total - 1) / (count - 1), 0.0, []
    for _ in range(count):
        timesteps.append(round(at))
        at += stride
    return timesteps


@torch.no_grad()
def guided_eps(model, x, t, labels, scale, null_class):
    """eps_u + s (eps_c - eps_u) (arXiv:2207.12598); one evaluation where s = 1."""
    steps = torch.full((len(x),), t)
    if scale == 1:
        return model(x, steps, labels).sample
    both = model(torch.cat([x, x]), torch.cat([steps, steps]),
                 torch.cat([labels, torch.full_like(labels, null_class)])).sample
    conditional, unconditional = both.chunk(2)
    return unconditional + scale * (conditional - unconditional)


@torch.no_grad()
def ddim(model, x, labels, alpha_bar, steps, scale, null_class):
    """Deterministic DDIM (arXiv:2010.02502, eq. 12, eta = 0) from x at T - 1 to x_0.

    As in guided-diffusion, x_0 is clipped to [-1, 1] and eps derived from it
    again. alpha_bar: float64 [T]. x: [N, C, H, W]; returns the same shape.
    """
    timesteps = respaced(len(alpha_bar), steps)
    for i in reversed(range(steps)):
        a = alpha_bar[timesteps[i]].item()
        a_prev = alpha_bar[timesteps[i - 1]].item() if i else 1.0
        eps = guided_eps(model, x, timesteps[i], labels, scale, null_class)
        x0 = ((x - (1 - a) ** 0.5 * eps) / a ** 0.5).clamp(-1, 1)
        eps = (x - a ** 0.5 * x0) / (1 - a) ** 0.5
        x = a_prev ** 0.5 * x0 + (1 - a_prev) ** 0.5 * eps
    return x
