"""Golden trajectories of the samplers, for model/diffusion.

The reference below is written from the papers' formulas in float64 NumPy, with
stored noise and a network whose answer is known exactly: the posterior of a
mixture of Gaussians, per value. Where diffusers' schedulers do the same thing
(DDPM fixed small and fixed large; DDIM on a whole stride) they are run beside it
and must agree to the float32 precision of their tables.

Writes model/diffusion/testdata/samplers.json.
Run: .venv/bin/python tools/golden/samplers.py
"""

import json
from pathlib import Path

import numpy as np
import torch
from diffusers import DDIMScheduler, DDPMScheduler
from diffusers.schedulers import scheduling_ddpm

OUT = Path(__file__).parents[2] / "model/diffusion/testdata"
SHAPE = (2, 6)  # pictures, values of each
STEPS = 10

# The mixture of the toy network: weight, mean, standard deviation.
MIXTURE = [(0.5, -0.7, 0.1), (0.3, 0.2, 0.25), (0.2, 0.9, 0.05)]


# --- schedules ---------------------------------------------------------------

def linear_betas(T=1000, start=1e-4, end=0.02):
    return np.linspace(start, end, T, dtype=np.float64)


def scaled_linear_betas(T=1000, start=0.00085, end=0.012):
    return np.linspace(start**0.5, end**0.5, T, dtype=np.float64) ** 2


def cosine_betas(T=1000):
    f = lambda t: np.cos((t / T + 0.008) / 1.008 * np.pi / 2) ** 2
    t = np.arange(T, dtype=np.float64)
    return np.minimum(1 - f(t + 1) / f(t), 0.999)


BETAS = {"linear": linear_betas, "scaled_linear": scaled_linear_betas, "cosine": cosine_betas}
DIFFUSERS_NAME = {"linear": "linear", "scaled_linear": "scaled_linear", "cosine": "squaredcos_cap_v2"}


def fractional_stride(T, n):
    """OpenAI's rule: strides of (T-1)/(n-1), added up and rounded half to even."""
    stride, at, out = (T - 1) / (n - 1), 0.0, []
    for _ in range(n):
        out.append(round(at))
        at += stride
    return out


# --- the toy network ----------------------------------------------------------

def eps_of(xt, alpha_bar):
    """E[eps | x_t] under the mixture: -sqrt(1 - alpha_bar) times the score."""
    log_density, pull = [], []
    for weight, mean, std in MIXTURE:
        variance = alpha_bar * std**2 + 1 - alpha_bar
        delta = xt - np.sqrt(alpha_bar) * mean
        log_density.append(np.log(weight) - 0.5 * np.log(variance) - 0.5 * delta**2 / variance)
        pull.append(delta / variance)
    log_density = np.stack(log_density)
    share = np.exp(log_density - log_density.max(0))
    share /= share.sum(0)
    return np.sqrt(1 - alpha_bar) * (share * np.stack(pull)).sum(0)


def answer(predict, xt, alpha_bar):
    """What a network of this prediction type says."""
    eps = eps_of(xt, alpha_bar)
    x0 = (xt - np.sqrt(1 - alpha_bar) * eps) / np.sqrt(alpha_bar)
    return {
        "epsilon": eps,
        "sample": x0,
        "v_prediction": np.sqrt(alpha_bar) * eps - np.sqrt(1 - alpha_bar) * x0,
    }[predict]


def x0_of(predict, xt, pred, alpha_bar):
    signal, noise = np.sqrt(alpha_bar), np.sqrt(1 - alpha_bar)
    return {
        "epsilon": lambda: (xt - noise * pred) / signal,
        "sample": lambda: pred,
        "v_prediction": lambda: signal * xt - noise * pred,
    }[predict]()


# --- samplers -----------------------------------------------------------------

def ddpm_step(xt, x0, z, beta, alpha_bar, prev, variance):
    """arXiv:2006.11239, eq. 7 for the mean; beta is that of the respaced chain."""
    mean = (beta * np.sqrt(prev) * x0 + np.sqrt(1 - beta) * (1 - prev) * xt) / (1 - alpha_bar)
    if prev == 1:
        return mean
    small = beta * (1 - prev) / (1 - alpha_bar)
    return mean + np.sqrt({"fixed_small": small, "fixed_large": beta}[variance]) * z


def ddim_step(xt, x0, z, alpha_bar, prev, eta):
    """arXiv:2010.02502, eq. 12 and 16, with eps from the clamped x0."""
    eps = (xt - np.sqrt(alpha_bar) * x0) / np.sqrt(1 - alpha_bar)
    sigma = eta * np.sqrt((1 - prev) / (1 - alpha_bar)) * np.sqrt(1 - alpha_bar / prev)
    mean = np.sqrt(prev) * x0 + np.sqrt(1 - prev - sigma**2) * eps
    return mean if prev == 1 else mean + sigma * z


def trajectory(case, x, noise):
    """Every x_t and x0_hat, noisiest first; the last x is x_0."""
    alpha_bars = np.cumprod(1 - BETAS[case["schedule"]]())
    timesteps = case["timesteps"]
    xs, x0s = [x], []
    for i, k in enumerate(reversed(range(len(timesteps)))):
        alpha_bar = alpha_bars[timesteps[k]]
        prev = alpha_bars[timesteps[k - 1]] if k else 1.0
        x0 = x0_of(case["predict"], x, answer(case["predict"], x, alpha_bar), alpha_bar)
        if case["clip"]:
            x0 = x0.clip(-1, 1)
        if case["sampler"] == "ddpm":
            x = ddpm_step(x, x0, noise[i], 1 - alpha_bar / prev, alpha_bar, prev, case["variance"])
        else:
            x = ddim_step(x, x0, noise[i], alpha_bar, prev, case["eta"])
        x0s.append(x0)
        xs.append(x)
    return xs, x0s


# --- diffusers, the witness -----------------------------------------------------

def witness(case, x, noise):
    """x_0 by diffusers' scheduler, its tables in float32."""
    common = dict(beta_start=1e-4, beta_end=0.02) if case["schedule"] == "linear" else dict(
        beta_start=0.00085, beta_end=0.012)
    common |= dict(beta_schedule=DIFFUSERS_NAME[case["schedule"]], clip_sample=case["clip"],
                   prediction_type=case["predict"])
    alpha_bars = np.cumprod(1 - BETAS[case["schedule"]]())
    x = torch.from_numpy(x)
    if case["sampler"] == "ddpm":
        scheduler = DDPMScheduler(variance_type=case["variance"], **common)
        scheduler.set_timesteps(timesteps=case["timesteps"][::-1])
    else:
        scheduler = DDIMScheduler(timestep_spacing="leading", **common)
        scheduler.set_timesteps(len(case["timesteps"]))
    assert scheduler.timesteps.tolist() == case["timesteps"][::-1]
    for i, t in enumerate(scheduler.timesteps.tolist()):
        pred = torch.from_numpy(answer(case["predict"], x.numpy(), alpha_bars[t]))
        z = torch.from_numpy(noise[i])
        if case["sampler"] == "ddpm":
            scheduling_ddpm.randn_tensor = lambda *args, **kwargs: z
            x = scheduler.step(pred, t, x).prev_sample
        else:
            # With a noise of zero in the last step, as in the reference.
            z = z if i + 1 < len(noise) else torch.zeros_like(z)
            x = scheduler.step(pred, t, x, eta=case["eta"], use_clipped_model_output=True,
                               variance_noise=z).prev_sample
    return x.numpy()


def cases():
    strided = fractional_stride(1000, STEPS)
    leading = list(range(0, 1000, 1000 // STEPS))
    base = dict(schedule="linear", predict="epsilon", clip=True, timesteps=strided)
    for variance in ("fixed_small", "fixed_large"):
        yield dict(base, sampler="ddpm", variance=variance)
    yield dict(base, sampler="ddpm", variance="fixed_small", predict="sample", schedule="cosine")
    yield dict(base, sampler="ddpm", variance="fixed_large", predict="v_prediction", clip=False)
    for eta in (0.0, 0.5, 1.0):
        yield dict(base, sampler="ddim", eta=eta)
    yield dict(base, sampler="ddim", eta=0.0, timesteps=leading)
    yield dict(base, sampler="ddim", eta=0.7, timesteps=leading, predict="v_prediction")
    yield dict(base, sampler="ddim", eta=0.0, timesteps=leading, schedule="scaled_linear", clip=False)
    yield dict(base, sampler="ddim", eta=0.0, timesteps=[999])


def main():
    for name, betas in BETAS.items():
        ours = DDPMScheduler(beta_schedule=DIFFUSERS_NAME[name], **(
            dict(beta_start=0.00085, beta_end=0.012) if name == "scaled_linear" else {}))
        np.testing.assert_allclose(ours.betas, betas(), rtol=2e-4)

    generator = torch.Generator().manual_seed(0)
    x = torch.randn(SHAPE, generator=generator).double().numpy()
    noise = torch.randn((STEPS, *SHAPE), generator=generator).double().numpy()
    golden = []
    for case in cases():
        xs, x0s = trajectory(case, x, noise)
        if case["sampler"] == "ddpm" or case["timesteps"][1:2] == [1000 // STEPS]:
            other = witness(case, x, noise)
            worst = np.abs(other - xs[-1]).max()
            print(f"{worst:.1e} from diffusers: {case}")
            assert worst < 2e-4
        golden.append(dict(case, xs=[v.flatten().tolist() for v in xs],
                           x0s=[v.flatten().tolist() for v in x0s]))
    OUT.mkdir(exist_ok=True)
    text = json.dumps({
        "mixture": MIXTURE,
        "noise": [z.flatten().tolist() for z in noise],
        "cases": golden,
    }, separators=(",", ":"))
    (OUT / "samplers.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
