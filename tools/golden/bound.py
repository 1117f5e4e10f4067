"""Golden variational bounds and learned-range steps, for model/diffusion.

The arithmetic of improved-diffusion (normal_kl, discretized_gaussian_log_likelihood,
_vb_terms_bpd, _prior_bpd, p_mean_variance and p_sample with a learned range),
written from the formulas in float64 NumPy. The network's answers are stored
random numbers near the truth.

Writes model/diffusion/testdata/bound.json.
Run: .venv/bin/python tools/golden/bound.py
"""

import json

import numpy as np

from samplers import BETAS, OUT, fractional_stride

N = 8  # values of the picture
LN2 = np.log(2)


class Chain:
    """Tables of a respaced chain, as GaussianDiffusion makes them."""

    def __init__(self, betas, timesteps):
        bars = np.cumprod(1 - betas)
        self.timesteps = timesteps
        self.bars = bars[timesteps]
        prev = np.append(1.0, self.bars[:-1])
        self.betas = 1 - self.bars / prev
        variance = self.betas * (1 - prev) / (1 - self.bars)
        self.log_small = np.log(np.append(variance[1], variance[1:]))
        self.log_large = np.log(np.append(variance[1], self.betas[1:]))
        self.of_x0 = self.betas * np.sqrt(prev) / (1 - self.bars)
        self.of_xt = np.sqrt(1 - self.betas) * (1 - prev) / (1 - self.bars)


def normal_kl(m1, v1, m2, v2):
    return 0.5 * (-1 + v2 - v1 + np.exp(v1 - v2) + (m1 - m2) ** 2 * np.exp(-v2))


def cdf(x):
    return 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def discretized(x, mean, log_std):
    above = cdf(np.exp(-log_std) * (x - mean + 1 / 255))
    below = cdf(np.exp(-log_std) * (x - mean - 1 / 255))
    inside = np.log((above - below).clip(1e-12))
    return np.where(x < -0.999, np.log(above.clip(1e-12)),
                    np.where(x > 0.999, np.log((1 - below).clip(1e-12)), inside))


def trained_std(trained, t):
    return np.exp(0.5 * trained.log_small[t])


def read_x0(chain, case, k, xt, pred, trained):
    bar = chain.bars[k]
    t = chain.timesteps[k]
    x0 = {
        "epsilon": lambda: np.sqrt(1 / bar) * xt - np.sqrt(1 / bar - 1) * pred,
        "sample": lambda: pred,
        "previous": lambda: (pred - trained.of_xt[t] * xt) / trained.of_x0[t],
        "previous_step": lambda: (xt + trained_std(trained, t) * pred - trained.of_xt[t] * xt) / trained.of_x0[t],
    }[case["predict"]]()
    return x0.clip(-1, 1) if case["clip"] else x0


def entries(case, rng):
    betas = BETAS[case["schedule"]](case["T"])
    trained = Chain(betas, list(range(case["T"])))
    chain = Chain(betas, fractional_stride(case["T"], case["steps"]))
    levels = rng.integers(0, 256, N)
    levels[:2] = 0, 255
    x0 = (levels / 127.5 - 1).astype(np.float32).astype(np.float64)
    signal, noise = np.sqrt(chain.bars[-1]), 1 - chain.bars[-1]
    prior = normal_kl(signal * x0, np.log(noise), 0.0, 0.0).mean() / LN2
    rows = []
    for k in range(case["steps"]):
        eps = rng.standard_normal(N)
        xt = (np.sqrt(chain.bars[k]) * x0 + np.sqrt(1 - chain.bars[k]) * eps).astype(np.float32).astype(np.float64)
        t = chain.timesteps[k]
        true_mean = trained.of_x0[t] * x0 + trained.of_xt[t] * xt
        target = {"epsilon": eps, "sample": x0, "previous": true_mean,
                  "previous_step": (true_mean - xt) / trained_std(trained, t)}[case["predict"]]
        pred = (target + 0.05 * rng.standard_normal(N)).astype(np.float32).astype(np.float64)
        v = (rng.standard_normal(N)).astype(np.float32).astype(np.float64)
        z = rng.standard_normal(N).astype(np.float32).astype(np.float64)
        guess = read_x0(chain, case, k, xt, pred, trained)
        mean = chain.of_x0[k] * guess + chain.of_xt[k] * xt
        if case["variance"] == "learned_range":
            part = (v + 1) / 2
            log_var = part * np.log(chain.betas[k]) + (1 - part) * chain.log_small[k]
        else:
            log_var = np.full(N, {"fixed_small": chain.log_small, "fixed_large": chain.log_large}[case["variance"]][k])
        if k == 0:
            term = -discretized(x0, mean, 0.5 * log_var)
        else:
            term = normal_kl(chain.of_x0[k] * x0 + chain.of_xt[k] * xt, chain.log_small[k], mean, log_var)
        rows.append(dict(xt=xt.tolist(), pred=pred.tolist(), v=v.tolist(), z=z.tolist(), term=term.mean() / LN2,
                         distortion=127.5 * np.sqrt(((x0 - guess) ** 2).mean()),
                         prev=(mean + (np.exp(0.5 * log_var) * z if k else 0)).tolist()))
    return dict(case, x0=x0.tolist(), prior=prior, entries=rows)


def main():
    rng = np.random.default_rng(0)
    base = dict(schedule="linear", T=1000, steps=12, predict="epsilon", variance="fixed_small", clip=True)
    cases = [
        base,
        dict(base, variance="fixed_large", clip=False),
        dict(base, predict="previous", steps=9),
        dict(base, predict="sample", variance="fixed_large", schedule="cosine"),
        dict(base, variance="learned_range", schedule="cosine", T=400),
        dict(base, variance="learned_range", steps=25),
        dict(base, predict="previous_step", steps=9),
    ]
    text = json.dumps([entries(case, rng) for case in cases], separators=(",", ":"))
    (OUT / "bound.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
