"""The chains of Sohl-Dickstein et al. 2015 (arXiv:1503.03585) and the bound K.

Indices are the authors' code's: step t = 0 ... T-1 adds noise once more, so x at index t
has had t + 1 steps, and the network answers for t >= 1. Their reverse chain runs
t = T-1 ... 1 and ends there: p(x^0|x^1) is the first forward step turned round.
"""

import math

import torch

LN2 = math.log(2)


def reference_betas(steps, first):
    """The authors' code: 1/linspace(T, 2, T), squashed into [1e-6, 1 - 1e-5] and ``first`` more at step 0."""
    base = torch.sigmoid(torch.logit(1 / torch.linspace(steps, 2, steps, dtype=torch.float64)))
    return squash(base, first)


def squash(base, first):
    least = torch.full_like(base, 1e-6)
    least[0] += first
    return least + base * (1 - least - 1e-5)


def binomial_betas(steps):
    """beta_t = 1/(T - t + 1), t = 1 ... T: a constant share of the data is lost at every step."""
    return 1 / torch.arange(steps, 0, -1, dtype=torch.float64)


class Gaussian:
    """q(x_t|x_{t-1}) = N(sqrt(1 - beta_t) x_{t-1}, beta_t)."""

    def __init__(self, betas):
        self.betas = betas
        self.bars = torch.cumprod(1 - betas, 0)

    def __len__(self):
        return len(self.betas)

    def q_sample(self, x0, t, noise):
        bar = self.bars[t][:, None].to(x0.dtype)
        return bar.sqrt() * x0 + (1 - bar).sqrt() * noise

    def forward_step(self, x, t, noise):
        beta = self.betas[t]
        return (1 - beta).sqrt() * x + beta.sqrt() * noise

    def posterior(self, x0, xt, t):
        """Mean and deviation of q(x_{t-1}|x_t, x_0)."""
        beta, bar = self.betas[t][:, None], self.bars[t][:, None]
        before = bar / (1 - beta)
        first, second = 1 - before, beta / (1 - beta)
        precision = 1 / first + 1 / second
        mean = (before.sqrt() * x0 / first + xt / (1 - beta).sqrt() / second) / precision
        return mean.to(x0.dtype), precision.rsqrt().to(x0.dtype)

    def reverse(self, coefficients, xt, t):
        """Mean and deviation of p(x_{t-1}|x_t) from the network's answer [N, 2, values]."""
        beta = self.betas[t][:, None]
        mean = xt * (1 - beta).sqrt().to(xt.dtype) + coefficients[:, 0] * beta.sqrt().to(xt.dtype)
        odds = coefficients[:, 1] / math.sqrt(len(self)) + torch.logit(beta).to(xt.dtype)
        return mean, torch.sigmoid(odds).sqrt()

    def kl(self, coefficients, x0, xt, t):
        """KL(q(x_{t-1}|x_t, x_0) || p(x_{t-1}|x_t)) in nats for every value, [N, values]."""
        mean, sigma = self.reverse(coefficients, xt, t)
        true_mean, true_sigma = self.posterior(x0, xt, t)
        return (torch.log(sigma) - torch.log(true_sigma)
                + (true_sigma**2 + (true_mean - mean) ** 2) / (2 * sigma**2) - 0.5)

    def ends(self):
        """The terms of -K besides the divergences, in nats for one value."""
        return 0.5 * (1 + math.log(2 * math.pi)) + 0.5 * self.betas[0].log() - 0.5 * (1 - self.bars[-1]).log()

    def null(self):
        """-K of an isotropic Gaussian of variance 1, in nats for one value."""
        return 0.5 * (1 + math.log(2 * math.pi))


def entropy(p):
    """Of a bit that is 1 with probability p, in nats."""
    return -(torch.xlogy(p, p) + torch.xlogy(1 - p, 1 - p))


class Binomial:
    """q(x_t = 1|x_{t-1}) = x_{t-1}(1 - beta_t) + rest beta_t, for bits."""

    def __init__(self, betas, rest):
        self.betas, self.rest = betas, rest
        self.kept = torch.cumprod(1 - betas, 0)

    def __len__(self):
        return len(self.betas)

    def rate(self, x0, t):
        """q(x_t = 1|x_0); for t = -1 that is x_0."""
        kept = torch.where(t < 0, 1.0, self.kept[t.clamp(min=0)])[:, None]
        return kept * x0 + (1 - kept) * self.rest

    def forward_rate(self, x, t):
        """q(x_t = 1|x_{t-1} = x)."""
        beta = self.betas[t][:, None]
        return x * (1 - beta) + self.rest * beta

    def posterior(self, x0, xt, t):
        """q(x_{t-1} = 1|x_t, x_0)."""
        before = self.rate(x0, t - 1)
        up, down = self.forward_rate(torch.ones_like(xt), t), self.forward_rate(torch.zeros_like(xt), t)
        one = before * torch.where(xt > 0.5, up, 1 - up)
        zero = (1 - before) * torch.where(xt > 0.5, down, 1 - down)
        return one / (one + zero)

    def reverse_odds(self, coefficients, xt, t):
        """Log odds of p(x_{t-1} = 1|x_t): the forward step's, and what the network adds."""
        return coefficients + torch.logit(self.forward_rate(xt, t)).to(coefficients.dtype)

    def kl(self, coefficients, x0, xt, t):
        """KL(q(x_{t-1}|x_t, x_0) || p(x_{t-1}|x_t)) in nats for every value, [N, values]."""
        odds = self.reverse_odds(coefficients, xt, t)
        true = self.posterior(x0, xt, t)
        cross = torch.nn.functional.softplus(odds) - true * odds
        return cross - entropy(true)

    def ends(self, x0):
        """The terms of -K besides the divergences, in nats for the whole of each x0 [N, values]."""
        steps = len(self)
        at = lambda t: torch.full((len(x0),), t)
        last = entropy(self.rate(x0, at(steps - 1))).sum(1)
        first = entropy(self.rate(x0, at(0))).sum(1)
        return self.null(x0) + first - last

    def null(self, x0):
        """-K of independent bits with the resting rate, in nats."""
        return x0.shape[1] * entropy(torch.tensor(self.rest, dtype=torch.float64))


def chain(config):
    """The chain of a config.json."""
    steps = config["timesteps"]
    if config["kernel"] == "binomial":
        return Binomial(binomial_betas(steps), config["rest"])
    if "betas" in config:
        return Gaussian(torch.tensor(config["betas"], dtype=torch.float64))
    return Gaussian(reference_betas(steps, config["first_beta"]))
