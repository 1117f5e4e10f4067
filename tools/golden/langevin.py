"""Golden chains of annealed Langevin dynamics and the numbers of NCSNv2's techniques, for
model/langevin.

The arithmetic is that of ermongroup/ncsn (runners/toy_runner.py: langevin_dynamics and
anneal_langevin_dynamics with the score of models/gmm.py's GMMDistAnneal;
runners/anneal_runner.py: anneal_Langevin_dynamics and its inpainting) and of
ermongroup/ncsnv2 (models/__init__.py: get_sigmas, anneal_Langevin_dynamics, its
inpainting and its interpolation), written anew in float64 NumPy with stored noise. The
networks' place is taken by the exact score of a product of two-valued pixels with noise,
(-x + m tanh(m x / v)) / v with v = s^2 + sigma^2. The settings of the six shipped
configurations of NCSNv2 are those of its configs/*.yml, but for the church's pictures: 96x96
as in the paper, which its levels fit; its file says 64x64. The tower's are the bedroom's.

Writes model/langevin/testdata/langevin.json.
Run: .venv/bin/python tools/golden/langevin.py
"""

import json
from math import erf, sqrt
from pathlib import Path

import numpy as np
import torch

OUT = Path(__file__).resolve().parents[2] / "model" / "langevin" / "testdata"
SHAPE = (2, 1, 3, 4)  # of the pictures
POINTS = 6
MEANS, WEIGHTS = np.array([[5.0, 5.0], [-5.0, -5.0]]), np.array([0.8, 0.2])
PIXEL, SPREAD = 0.5, 0.1  # m and s of the pixels, around 1/2
DRAWS = 24
CONFIGS = {  # sigma_begin, sigma_end, num_classes, n_steps_each, step_lr, values of a picture
    "cifar10": (50, 0.01, 232, 5, 6.2e-6, 3 * 32 * 32),
    "celeba": (90, 0.01, 500, 5, 3.3e-6, 3 * 64 * 64),
    "church": (140, 0.01, 788, 4, 4.9e-6, 3 * 96 * 96),
    "bedroom": (190, 0.01, 1086, 3, 1.8e-6, 3 * 128 * 128),
    "ffhq": (348, 0.01, 2311, 3, 9e-7, 3 * 256 * 256),
}


def mixture_score(x, sigma):
    away = x[:, None] - MEANS[None]
    log = np.log(WEIGHTS) - (away**2).sum(-1) / (2 * sigma**2)
    share = np.exp(log - log.max(1, keepdims=True))
    share /= share.sum(1, keepdims=True)
    return -(share[..., None] * away).sum(1) / sigma**2


def pixel_score(x, sigma):
    v = SPREAD**2 + sigma**2
    y = x - 0.5
    return (-y + PIXEL * np.tanh(PIXEL * y / v)) / v


def geometric(first, last, n):
    return np.exp(np.linspace(np.log(first), np.log(last), n))


def toy_plain(x, noise, lr, steps):
    for z in noise[:steps]:
        x = x + lr / 2 * mixture_score(x, 1)
        x = x + z * np.sqrt(lr)
        yield x


def toy_annealed(x, noise, sigmas, lr, each):
    draws = iter(noise)
    for sigma in sigmas:
        for _ in range(each):
            now = lr * (sigma / sigmas[-1]) ** 2
            x = x + now / 2 * mixture_score(x, sigma)
            x = x + next(draws) * np.sqrt(now)
            yield x


def annealed(x, noise, sigmas, step_lr, each, denoise):
    draws = iter(noise)
    for sigma in sigmas:
        size = step_lr * (sigma / sigmas[-1]) ** 2
        for _ in range(each):
            x = x + size * pixel_score(x, sigma) + next(draws) * np.sqrt(2 * size)
            yield x
    if denoise:
        yield x + sigmas[-1] ** 2 * pixel_score(x, sigmas[-1])


def inpainting(x, noise, sigmas, step_lr, each, picture, known, anew):
    """NCSN's; NCSNv2's where anew."""
    draws = iter(noise)
    for sigma in sigmas:
        size = step_lr * (sigma / sigmas[-1]) ** 2
        for s in range(each):
            if anew or s == 0:
                corrupted = picture + next(draws) * sigma
                x = np.where(known, corrupted, x)
            x = x + size * pixel_score(x, sigma) + next(draws) * np.sqrt(2 * size)
            if not anew:
                x = np.where(known, corrupted, x)
            yield x


def interpolation(x, noise, sigmas, step_lr, each, n):
    """x: one picture a row. Every draw is p and q of every row."""
    x = np.repeat(x, n, axis=0)
    angles = np.tile(np.linspace(0, np.pi / 2, n), len(x) // n)[:, None, None, None]
    draws = iter(noise)
    for sigma in sigmas:
        size = step_lr * (sigma / sigmas[-1]) ** 2
        for _ in range(each):
            p, q = (np.repeat(next(draws), n, axis=0) for _ in range(2))
            z = p * np.cos(angles) + q * np.sin(angles)
            x = x + size * pixel_score(x, sigma) + z * np.sqrt(2 * size)
            yield x


def phi(x):
    return (1 + erf(x / sqrt(2))) / 2


def techniques():
    for name, (first, last, n, each, step, dim) in CONFIGS.items():
        gamma = (first / last) ** (1 / (n - 1))
        far, part = sqrt(2 * dim) * (gamma - 1), step / last**2
        c = 2 * part / (1 - (1 - part) ** 2)
        yield dict(name=name, first=first, last=last, levels=n, per_level=each, step=step, dim=dim, gamma=gamma,
                   overlap=phi(far + 3 * gamma) - phi(far - 3 * gamma),
                   settled=(1 - part) ** (2 * each) * (gamma**2 - c) + c)


def main():
    generator = torch.Generator().manual_seed(0)
    points = (torch.rand((POINTS, 2), generator=generator).double().numpy() * 16 - 8).astype(np.float32).astype(float)
    plane_noise = torch.randn((10, POINTS, 2), generator=generator).double().numpy()
    start = torch.rand(SHAPE, generator=generator).double().numpy()
    noise = torch.randn((DRAWS, *SHAPE), generator=generator).double().numpy()
    picture = (torch.rand(SHAPE[1:], generator=generator).double().numpy() > 0.5).astype(float)
    known = np.broadcast_to(np.arange(SHAPE[3]) < SHAPE[3] // 2, SHAPE[1:])
    levels = geometric(1, 0.01, 5)
    toy_levels = geometric(20, 1, 5)
    base = dict(step=2e-5, per_level=2, sigmas=levels.tolist())
    cases = [
        dict(name="plain", plane=True, form="paper", step=0.1, per_level=10, sigmas=[1.0],
             xs=toy_plain(points, plane_noise, 0.1, 10)),
        dict(name="toy", plane=True, form="paper", step=0.1, per_level=2, sigmas=toy_levels.tolist(),
             xs=toy_annealed(points, plane_noise, toy_levels, 0.1, 2)),
        dict(base, name="ncsn", form="code", xs=annealed(start, noise, levels, 2e-5, 2, False)),
        dict(base, name="ncsnv2", form="code", denoise=True, xs=annealed(start, noise, levels, 2e-5, 2, True)),
        dict(base, name="ncsn inpainting", form="code", known=True,
             xs=inpainting(start, noise, levels, 2e-5, 2, picture, known, False)),
        dict(base, name="ncsnv2 inpainting", form="code", known=True, anew=True,
             xs=inpainting(start, noise, levels, 2e-5, 2, picture, known, True)),
        dict(base, name="ncsnv2 interpolation", form="code", between=3,
             xs=interpolation(start, noise, levels, 2e-5, 2, 3)),
    ]
    for case in cases:
        xs = list(case["xs"])
        case["one"], case["ten"], case["last"] = xs[0].ravel().tolist(), xs[9].ravel().tolist(), xs[-1].ravel().tolist()
        del case["xs"]
        print(case["name"], len(xs), "states, largest", round(float(np.abs(xs[-1]).max()), 3))
    golden = {
        "points": points.ravel().tolist(), "plane_noise": [z.ravel().tolist() for z in plane_noise],
        "start": start.ravel().tolist(), "noise": [z.ravel().tolist() for z in noise],
        "picture": picture.ravel().tolist(), "known": known.ravel().tolist(), "rows": SHAPE[0],
        "pixel": PIXEL, "spread": SPREAD, "cases": cases, "techniques": list(techniques()),
        "ncsn_levels": geometric(1, 0.01, 10).tolist(),
        "ncsn_steps": [2e-5 * (s / 0.01) ** 2 for s in geometric(1, 0.01, 10)],
    }
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "langevin.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
