"""The SDEs of score-based modelling (Song et al. 2021, arXiv:2011.13456) and of its author's
tutorial, as far as training and measuring networks need them.

An SDE dx = f(x, t) dt + g(t) dw on t in [0, 1] with linear drift has Gaussian marginals
p(x_t | x_0) = N(scale(t) x_0, std(t)^2). A network is told label(t); its answer is made a
score by sign/std: sign is -1 where it answers the noise, as under VP and sub-VP, and 1 where it answers
minus the noise, as under VE. It reads input(t) x_t. ``scheduler`` is how a GGUF file says so.
"""

import math

import torch


class VP:
    """dx = -beta/2 x dt + sqrt(beta) dw (eq. 11), beta linear; limit of DDPM."""

    name, sign, eps = "ScoreSdeVpScheduler", -1, 1e-5

    def __init__(self, beta_min=0.1, beta_max=20.0):
        self.beta_min, self.beta_max = beta_min, beta_max

    def integral(self, t):
        return self.beta_min * t + (self.beta_max - self.beta_min) * t * t / 2

    def beta(self, t):
        return self.beta_min + (self.beta_max - self.beta_min) * t

    def marginal(self, t):
        """(scale, std) of a tensor of times."""
        return torch.exp(-self.integral(t) / 2), torch.sqrt(-torch.expm1(-self.integral(t)))

    def drift(self, t):
        """f(x, t) = drift(t) x."""
        return -self.beta(t) / 2

    def diffusion(self, t):
        """g(t)."""
        return self.beta(t).sqrt()

    def label(self, t):
        return 999 * t

    def input(self, t):
        return torch.ones_like(t)

    def prior_std(self):
        return 1.0

    def scheduler(self):
        return {"_class_name": self.name, "beta_min": self.beta_min, "beta_max": self.beta_max}


class SubVP(VP):
    """VP's drift with less noise (eq. 13): std = 1 - exp(-integral of beta)."""

    name = "ScoreSdeSubVpScheduler"

    def marginal(self, t):
        return torch.exp(-self.integral(t) / 2), -torch.expm1(-self.integral(t))

    def diffusion(self, t):
        return torch.sqrt(-self.beta(t) * torch.expm1(-2 * self.integral(t)))


class VE:
    """No drift, sigma(t) = sigma_min (sigma_max/sigma_min)^t (eq. 30); limit of NCSN.

    As 999 t is affine in log sigma, an embedding of it is one of log sigma, which is what
    the authors' networks for VE are told. Theirs read x_t itself; with ``scale_input`` a network
    reads x_t / sqrt(1 + sigma^2), which is x_t of the VP SDE at as much noise beside the
    picture, so that it can start from a network of DDPM and no value is large.
    """

    name, sign, eps = "ScoreSdeVeScheduler", 1, 1e-5

    def __init__(self, sigma_min, sigma_max, scale_input=False):
        self.sigma_min, self.sigma_max, self.scale_input = sigma_min, sigma_max, scale_input

    def marginal(self, t):
        return torch.ones_like(t), self.sigma_min * (self.sigma_max / self.sigma_min) ** t

    def drift(self, t):
        return torch.zeros_like(t)

    def diffusion(self, t):
        return self.marginal(t)[1] * math.sqrt(2 * math.log(self.sigma_max / self.sigma_min))

    def label(self, t):
        return 999 * t

    def input(self, t):
        sigma = self.marginal(t)[1]
        return 1 / torch.sqrt(1 + sigma * sigma) if self.scale_input else torch.ones_like(t)

    def prior_std(self):
        return self.sigma_max

    def scheduler(self):
        return {"_class_name": self.name, "sigma_min": self.sigma_min, "sigma_max": self.sigma_max, "label": "999t",
                "scale_input": self.scale_input}


class Tutorial:
    """dx = sigma^t dw: the tutorial's SDE (yang-song.net/blog/2021/score)."""

    name, sign, eps = "ScoreTutorialScheduler", 1, 1e-5

    def __init__(self, sigma=25.0):
        self.sigma = sigma

    def marginal(self, t):
        log = 2 * math.log(self.sigma)
        return torch.ones_like(t), torch.sqrt(torch.expm1(log * t) / log)

    def drift(self, t):
        return torch.zeros_like(t)

    def diffusion(self, t):
        return self.sigma ** t

    def label(self, t):
        return t

    def input(self, t):
        return torch.ones_like(t)

    def prior_std(self):
        return self.marginal(torch.ones(1))[1].item()

    def scheduler(self):
        return {"_class_name": self.name, "sigma": self.sigma}


KINDS = {"vp": VP, "subvp": SubVP, "ve": VE, "tutorial": Tutorial}


def of_config(config):
    """The SDE of a training configuration's "sde"."""
    settings = dict(config["sde"])
    return KINDS[settings.pop("kind")](**settings)


def of_scheduler(scheduler):
    """The SDE that a file's scheduler names; of DDPM's with linear beta it is the VP SDE."""
    settings = {k: v for k, v in scheduler.items() if k not in ("_class_name", "label", "data_range")}
    for kind in KINDS.values():
        if kind.name == scheduler.get("_class_name"):
            return kind(**settings)
    if scheduler.get("_class_name") == "DDPMScheduler" and scheduler["beta_schedule"] == "linear":
        steps = scheduler["num_train_timesteps"]
        return VP(scheduler["beta_start"] * steps, scheduler["beta_end"] * steps)
    raise ValueError(f"no SDE is known of the scheduler {scheduler.get('_class_name')!r}")


def column(v):
    """[N] as [N, 1, 1, 1]."""
    return v.view(-1, 1, 1, 1)


def score(sde, model, x, t, labels=None):
    """The score of pictures x [N, C, H, W] at times t [N]."""
    answer = model(column(sde.input(t)).to(x.dtype) * x, sde.label(t).float(), labels).sample
    return sde.sign * answer / column(sde.marginal(t)[1]).to(x.dtype)
