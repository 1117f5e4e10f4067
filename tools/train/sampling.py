"""DDIM, DDPM and guidance in PyTorch, the yardstick of the project's own engine.

Picture k of a run takes its noise from a generator of its own, seeded
``seed + k``, so that it does not depend on how many are drawn beside it.
"""

import math

import torch


def generators(seed, count):
    """One generator a picture."""
    return [torch.Generator().manual_seed(seed + k) for k in range(count)]


def normal(sources, shape):
    """The next N(0, 1) of each generator, stacked: [len(sources), *shape]."""
    return torch.stack([torch.randn(shape, generator=source) for source in sources])


def initial_noise(seed, count, shape=(1, 32, 32)):
    """Stack ``count`` pictures of N(0, 1), one generator each: [count, *shape]."""
    return normal(generators(seed, count), shape)


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


def alpha_bars(diffusion):
    """alpha_bar in float64 [T] of the "diffusion" part of a training configuration, or
    of the scheduler's config that diffusers made of it."""
    total = diffusion["num_train_timesteps"]
    if diffusion["beta_schedule"] == "linear":
        betas = torch.linspace(diffusion.get("beta_start", 1e-4), diffusion.get("beta_end", 0.02), total, dtype=torch.float64)
    elif diffusion["beta_schedule"] == "squaredcos_cap_v2":  # arXiv:2102.09672, eq. 17
        f = [math.cos((t / total + 0.008) / 1.008 * math.pi / 2) ** 2 for t in range(total + 1)]
        betas = torch.tensor([min(1 - f[t + 1] / f[t], 0.999) for t in range(total)], dtype=torch.float64)
    else:
        raise ValueError(f"beta_schedule {diffusion['beta_schedule']!r} is not known here")
    return (1 - betas).cumprod(0)


def posterior_std(alpha_bar, t):
    """The standard deviation of q(x_{t-1}|x_t, x_0) at a timestep of 1 or more."""
    a, previous = alpha_bar[t].item(), alpha_bar[t - 1].item()
    return ((1 - a / previous) * (1 - previous) / (1 - a)) ** 0.5


def x0_of(predict, alpha_bar, t):
    """The factors (of x_t, of the answer) of the x_0 that an answer implies at timestep t.

    predict: "epsilon", "sample", "previous", the mean of q(x_{t-1}|x_t, x_0)
    (arXiv:2006.11239, eq. 7 and 8), whose coefficients are those of the training, or
    "previous_step", that mean as objective.py tells it.
    """
    a = alpha_bar[t].item()
    if predict == "epsilon":
        return a ** -0.5, -((1 - a) / a) ** 0.5
    if predict == "sample":
        return 0.0, 1.0
    if predict in ("previous", "previous_step"):
        previous = alpha_bar[t - 1].item() if t else 1.0
        beta = 1 - a / previous
        of_x0 = previous ** 0.5 * beta / (1 - a)
        of_xt = (1 - beta) ** 0.5 * (1 - previous) / (1 - a)
        if predict == "previous_step":
            return (1 - of_xt) / of_x0, posterior_std(alpha_bar, max(t, 1)) / of_x0
        return -of_xt / of_x0, 1 / of_x0
    raise ValueError(f"prediction_type {predict!r} is not known here")


@torch.no_grad()
def guided(model, x, t, labels, scale, null):
    """The guided answer, u + s (c - u) (arXiv:2207.12598), and what a learned variance
    says of the conditional half, or None; one evaluation where s = 1.

    labels: [N] or [N, attributes]; null: what stands for no condition, a number or
    [attributes].
    """
    channels = x.shape[1]
    steps = torch.full((len(x),), t)
    if scale == 1:
        conditional = unconditional = model(x, steps, labels).sample
    else:
        none = torch.as_tensor(null).expand_as(labels)
        both = model(torch.cat([x, x]), torch.cat([steps, steps]), torch.cat([labels, none])).sample
        conditional, unconditional = both.chunk(2)
    answer = conditional[:, :channels]
    if scale != 1:
        answer = unconditional[:, :channels] + scale * (answer - unconditional[:, :channels])
    return answer, conditional[:, channels:] if conditional.shape[1] > channels else None


@torch.no_grad()
def ddim(model, x, labels, alpha_bar, steps, scale, null, predict="epsilon"):
    """Deterministic DDIM (arXiv:2010.02502, eq. 12, eta = 0) from x at T - 1 to x_0.

    As in guided-diffusion, x_0 is clipped to [-1, 1] and eps derived from it
    again. alpha_bar: float64 [T]. x: [N, C, H, W]; returns the same shape.
    """
    timesteps = respaced(len(alpha_bar), steps)
    for i in reversed(range(steps)):
        a = alpha_bar[timesteps[i]].item()
        a_prev = alpha_bar[timesteps[i - 1]].item() if i else 1.0
        answer, _ = guided(model, x, timesteps[i], labels, scale, null)
        of_xt, of_answer = x0_of(predict, alpha_bar, timesteps[i])
        x0 = (of_xt * x + of_answer * answer).clamp(-1, 1)
        eps = (x - a ** 0.5 * x0) / (1 - a) ** 0.5
        x = a_prev ** 0.5 * x0 + (1 - a_prev) ** 0.5 * eps
    return x


@torch.no_grad()
def ddpm(model, sources, shape, labels, alpha_bar, steps, scale, null, predict="epsilon"):
    """DDPM respaced to ``steps`` (arXiv:2102.09672, section 4), with the learned variance
    where the network answers one (eq. 15) and the posterior's elsewhere.

    sources: a generator a picture, for x_T and the noise of each step. Returns
    [N, *shape].
    """
    timesteps = respaced(len(alpha_bar), steps)
    bars = [alpha_bar[t].item() for t in timesteps]
    x = normal(sources, shape)
    for i in reversed(range(steps)):
        a, a_prev = bars[i], bars[i - 1] if i else 1.0
        beta = 1 - a / a_prev
        answer, says = guided(model, x, timesteps[i], labels, scale, null)
        of_xt, of_answer = x0_of(predict, alpha_bar, timesteps[i])
        x0 = (of_xt * x + of_answer * answer).clamp(-1, 1)
        mean = a_prev ** 0.5 * beta / (1 - a) * x0 + (1 - beta) ** 0.5 * (1 - a_prev) / (1 - a) * x
        if i == 0:
            return mean
        log_variance = torch.tensor(math.log(beta * (1 - a_prev) / (1 - a)))
        if says is not None:
            part = (says + 1) / 2
            log_variance = part * math.log(beta) + (1 - part) * log_variance
        x = mean + (0.5 * log_variance).exp() * normal(sources, shape)
