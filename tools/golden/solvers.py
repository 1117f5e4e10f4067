"""Golden trajectories of the ODE and SDE solvers, for model/diffusion.

The reference is k-diffusion's arithmetic (sample_euler, sample_euler_ancestral,
sample_heun with no churn, sample_dpmpp_2m, DiscreteSchedule, get_sigmas_karras)
written from its formulas in float64 NumPy, in its own coordinates
x/sqrt(alpha_bar), with the toy network and the stored noise of samplers.py. On
whole timesteps diffusers' schedulers run beside it and must agree to the
precision of their float32 tables.

Writes model/diffusion/testdata/solvers.json.
Run: .venv/bin/python tools/golden/solvers.py
"""

import json

import numpy as np
import torch
from diffusers import DPMSolverMultistepScheduler, EulerDiscreteScheduler, HeunDiscreteScheduler

from samplers import BETAS, MIXTURE, OUT, SHAPE, answer, fractional_stride, x0_of

STEPS = 10


class Discrete:
    """k-diffusion's DiscreteSchedule: log sigma is linear between whole timesteps."""

    def __init__(self, betas):
        alpha_bars = np.cumprod(1 - betas)
        self.log_sigmas = 0.5 * np.log((1 - alpha_bars) / alpha_bars)
        self.T = len(betas)

    def sigma(self, t):
        low, part = int(np.floor(t)), t - np.floor(t)
        high = min(low + 1, self.T - 1)
        return np.exp((1 - part) * self.log_sigmas[low] + part * self.log_sigmas[high])

    def time(self, sigma):
        return np.interp(np.log(sigma), self.log_sigmas, np.arange(self.T))

    def levels(self, spacing):
        """Times and sigmas, noisiest first, without the final zero."""
        if spacing == "whole":
            times = [float(t) for t in reversed(fractional_stride(self.T, STEPS))]
            return times, [self.sigma(t) for t in times]
        if spacing == "even":
            times = np.linspace(self.T - 1, 0, STEPS).tolist()
            return times, [self.sigma(t) for t in times]
        most, least = np.exp(self.log_sigmas[[-1, 0]]) ** (1 / 7)
        sigmas = np.linspace(most, least, STEPS) ** 7
        return [float(self.time(s)) for s in sigmas], sigmas.tolist()


def trajectory(case, x, noise):
    """Every x_t (variance-preserving, as the network sees it) and x0_hat."""
    schedule = Discrete(BETAS[case["schedule"]]())
    times, sigmas = schedule.levels(case["spacing"])
    sigmas = [*sigmas, 0.0]
    signal = lambda sigma: 1 / np.sqrt(1 + sigma**2)

    def denoised(x, sigma):
        a = signal(sigma)
        x0 = x0_of(case["predict"], a * x, answer(case["predict"], a * x, a * a), a * a)
        return x0.clip(-1, 1) if case["clip"] else x0

    x = x / signal(sigmas[0])
    xs, x0s, old = [x * signal(sigmas[0])], [], None
    for i, (sigma, after) in enumerate(zip(sigmas, sigmas[1:])):
        x0 = denoised(x, sigma)
        d = (x - x0) / sigma
        if case["sampler"] == "euler_ancestral":
            up = min(after, case["eta"] * np.sqrt(after**2 * (sigma**2 - after**2) / sigma**2))
            x = x + d * (np.sqrt(after**2 - up**2) - sigma)
            x = x + noise[i] * up if after > 0 else x
        elif case["sampler"] == "heun" and after > 0:
            there = x + d * (after - sigma)
            x = x + (d + (there - denoised(there, after)) / after) / 2 * (after - sigma)
        elif case["sampler"] == "dpmpp_2m" and after > 0:
            h = np.log(sigma / after)
            blend = x0
            if old is not None:
                r = np.log(sigmas[i - 1] / sigma) / h
                blend = (1 + 1 / (2 * r)) * x0 - 1 / (2 * r) * old
            x = after / sigma * x - np.expm1(-h) * blend
        else:
            x = x + d * (after - sigma)
        old = x0
        x0s.append(x0)
        xs.append(x * signal(after))
    return times, xs, x0s


def witness(case, x):
    """x_0 by diffusers' scheduler on whole timesteps."""
    kind = {"euler": EulerDiscreteScheduler, "heun": HeunDiscreteScheduler,
            "dpmpp_2m": DPMSolverMultistepScheduler}[case["sampler"]]
    more = dict(lower_order_final=False, final_sigmas_type="zero") if case["sampler"] == "dpmpp_2m" else {}
    scheduler = kind(beta_start=1e-4, beta_end=0.02, beta_schedule="linear", prediction_type=case["predict"], **more)
    scheduler.set_timesteps(timesteps=list(reversed(fractional_stride(1000, STEPS))))
    alpha_bars = np.cumprod(1 - BETAS["linear"]())
    x = torch.from_numpy(x)
    if case["sampler"] != "dpmpp_2m":  # their x is ours divided by sqrt(alpha_bar)
        x = x / alpha_bars[int(scheduler.timesteps[0])] ** 0.5
    for t in scheduler.timesteps:
        scaled = scheduler.scale_model_input(x, t)
        pred = torch.from_numpy(answer(case["predict"], scaled.double().numpy(), alpha_bars[int(t)]))
        x = scheduler.step(pred, t, x).prev_sample
    return x.double().numpy()


def cases():
    base = dict(schedule="linear", predict="epsilon", clip=False, spacing="whole", eta=0.0)
    for sampler in ("euler", "heun", "dpmpp_2m"):
        yield dict(base, sampler=sampler)
        yield dict(base, sampler=sampler, spacing="even", schedule="cosine", predict="v_prediction", clip=True)
        yield dict(base, sampler=sampler, spacing="karras", clip=True)
    yield dict(base, sampler="euler_ancestral", eta=1.0)
    yield dict(base, sampler="euler_ancestral", eta=1.0, spacing="karras", predict="sample", clip=True)
    yield dict(base, sampler="euler_ancestral", eta=0.5, spacing="even")


def main():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(SHAPE, generator=generator).double().numpy()
    noise = torch.randn((STEPS, *SHAPE), generator=generator).double().numpy()
    golden = []
    for case in cases():
        times, xs, x0s = trajectory(case, x, noise)
        if case["spacing"] == "whole" and case["sampler"] != "euler_ancestral":
            worst = np.abs(witness(case, x) - xs[-1]).max()
            print(f"{worst:.1e} from diffusers: {case}")
            assert worst < 2e-4
        golden.append(dict(case, times=times, xs=[v.flatten().tolist() for v in xs],
                           x0s=[v.flatten().tolist() for v in x0s]))
    text = json.dumps({"mixture": MIXTURE, "noise": [z.flatten().tolist() for z in noise], "cases": golden},
                      separators=(",", ":"))
    (OUT / "solvers.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
