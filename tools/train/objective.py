"""What a network is trained to answer, and the loss it is trained by.

The "diffusion" part of a configuration decides, in the words of diffusers'
``DDPMScheduler``: ``prediction_type`` is "epsilon", "sample", "v_prediction" or,
which diffusers lacks, "previous" (the mean mu of q(x_{t-1}|x_t, x_0), DDPM eq. 8) or
"previous_step", (mu - x_t) / sigma_t with the standard deviation of that posterior:
the same mean, of which the network answers how far it lies from x_t: one that
normalises what it reads cannot repeat x_t to four digits. Its squared error would be
the bound's own term, which all but ignores every t but the first few; it is weighed
as L_simple weighs (DDPM eq. 14), by what it makes of the error of the noise.
``variance_type`` "learned_range" adds a second half of output channels and the loss
L_hybrid of improved DDPM (arXiv:2102.09672, eq. 15 and 16).
"""

import math

import torch


class Objective:
    """Targets and losses of one configuration. Pictures are [N, C, H, W] in [-1, 1]."""

    def __init__(self, config, scheduler):
        diffusion = config["diffusion"]
        self.predict = diffusion["prediction_type"]
        self.learned = diffusion.get("variance_type") == "learned_range"
        bars = scheduler.alphas_cumprod.double()
        betas = scheduler.betas.double()
        prev = torch.cat([torch.ones(1, dtype=torch.float64), bars[:-1]])
        variance = betas * (1 - prev) / (1 - bars)
        self.timesteps = len(bars)
        self.alpha_bar = bars.float()
        self.of_x0 = (betas * prev.sqrt() / (1 - bars)).float()
        self.of_xt = ((1 - betas).sqrt() * (1 - prev) / (1 - bars)).float()
        self.log_small = torch.cat([variance[1:2], variance[1:]]).log().float()
        self.log_beta = betas.log().float()
        self.weight = torch.ones(self.timesteps)
        if self.predict == "previous_step":
            self.weight = ((1 - betas) * (1 - bars) / betas.square() * self.log_small.double().exp()).float()

    def q_sample(self, x0, t, noise):
        """x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps (DDPM eq. 4)."""
        a = column(self.alpha_bar, t)
        return a.sqrt() * x0 + (1 - a).sqrt() * noise

    def target(self, x0, xt, t, noise):
        """What the network should answer for x_t."""
        a = column(self.alpha_bar, t)
        if self.predict == "epsilon":
            return noise
        if self.predict == "sample":
            return x0
        if self.predict == "v_prediction":
            return a.sqrt() * noise - (1 - a).sqrt() * x0
        mean = column(self.of_x0, t) * x0 + column(self.of_xt, t) * xt
        if self.predict == "previous":
            return mean
        if self.predict == "previous_step":
            return (mean - xt) / (0.5 * column(self.log_small, t)).exp()
        raise ValueError(f"prediction_type {self.predict!r} is not known here")

    def x0(self, xt, t, answer):
        """The x_0 that an answer implies."""
        a = column(self.alpha_bar, t)
        if self.predict == "epsilon":
            return (xt - (1 - a).sqrt() * answer) / a.sqrt()
        if self.predict == "sample":
            return answer
        if self.predict == "v_prediction":
            return a.sqrt() * xt - (1 - a).sqrt() * answer
        if self.predict == "previous_step":
            answer = xt + (0.5 * column(self.log_small, t)).exp() * answer
        return (answer - column(self.of_xt, t) * xt) / column(self.of_x0, t)

    def loss(self, output, x0, xt, t, noise):
        """The training loss, a mean over the batch: L_simple, or L_hybrid where the variance is learned."""
        answer = output[:, : x0.shape[1]]
        error = (answer - self.target(x0, xt, t, noise)).square()
        simple = (column(self.weight, t) * error).mean()
        if not self.learned:
            return simple
        # lambda = 0.001 with the bound as T times a random term: T / 1000 in all.
        frozen = torch.cat([answer.detach(), output[:, x0.shape[1]:]], dim=1)
        return simple + self.bound(frozen, x0, xt, t).mean() * self.timesteps / 1000

    def bound(self, output, x0, xt, t, clip=False):
        """The term of the variational bound at t, in bits per dimension [N]: a KL
        divergence, or at t = 0 the discretised reconstruction."""
        channels = x0.shape[1]
        small, large = column(self.log_small, t), column(self.log_beta, t)
        guess = self.x0(xt, t, output[:, :channels])
        if clip:
            guess = guess.clamp(-1, 1)
        mean = column(self.of_x0, t) * guess + column(self.of_xt, t) * xt
        true = column(self.of_x0, t) * x0 + column(self.of_xt, t) * xt
        log_var = small.expand_as(mean)
        if self.learned:
            part = (output[:, channels:] + 1) / 2
            log_var = part * large + (1 - part) * small
        kl = 0.5 * (-1 + log_var - small + (small - log_var).exp() + (true - mean).square() * (-log_var).exp())
        term = torch.where(t.view(-1, 1, 1, 1) == 0, -discretised(x0, mean, 0.5 * log_var), kl)
        return term.flatten(1).mean(1) / math.log(2)


def column(table, t):
    """table[t] as [N, 1, 1, 1]."""
    return table[t].view(-1, 1, 1, 1)


def discretised(x, mean, log_std):
    """log of a Gaussian's mass in the byte step of x, as in the reference codes of
    DDPM and improved DDPM (Phi approximated by a tanh)."""
    inverse = (-log_std).exp()
    cdf = lambda v: 0.5 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3)))
    above = cdf(inverse * (x - mean + 1 / 255))
    below = cdf(inverse * (x - mean - 1 / 255))
    inside = (above - below).clamp(min=1e-12).log()
    return torch.where(x < -0.999, above.clamp(min=1e-12).log(),
                       torch.where(x > 0.999, (1 - below).clamp(min=1e-12).log(), inside))
