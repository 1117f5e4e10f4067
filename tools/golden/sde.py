"""Golden steps of score-based generative modelling through SDEs, for model/sde.

The arithmetic is that of github.com/yang-song/score_sde_pytorch (sde_lib.py, sampling.py,
likelihood.py, controllable_generation.py), written anew in float64 NumPy, with stored
noise and the exact score of a mixture of Gaussians. Indices of steps are taken in float64
too, where the code's float32 is now and then one step off. The code has no Langevin
corrector for sub-VP, which lacks alphas; VP's are taken. The ODEs are solved by SciPy.

Writes model/sde/testdata/golden.json.
Run: .venv/bin/python tools/golden/sde.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp

OUT = Path(__file__).parents[2] / "model/sde/testdata/golden.json"
N, DIM, STEPS = 3, 12, 10  # points, values of each (2x2 pictures of 3 channels), steps
SNR = 0.16
rng = np.random.default_rng(5)

# The mixture: weight, mean, standard deviation.
MIXTURE = [(w, rng.normal(size=DIM).round(3), s) for w, s in [(0.5, 0.2), (0.3, 0.5), (0.2, 0.1)]]


# --- sde_lib.py --------------------------------------------------------------------

class VE:
    name, T, eps = "VE", 1.0, 1e-5

    def __init__(self, sigma_min=0.01, sigma_max=50.0):
        self.min, self.max, self.prior = sigma_min, sigma_max, sigma_max

    def sde(self, t):
        sigma = self.min * (self.max / self.min) ** t
        return 0.0, sigma * np.sqrt(2 * (np.log(self.max) - np.log(self.min)))

    def marginal(self, t):
        return 1.0, self.min * (self.max / self.min) ** t

    def sigmas(self, t, n):
        table = np.exp(np.linspace(np.log(self.min), np.log(self.max), n))
        k = int(t * (n - 1))
        return table[k], table[k - 1] if k else 0.0

    def discretize(self, t, n):
        sigma, adjacent = self.sigmas(t, n)
        return 0.0, np.sqrt(sigma**2 - adjacent**2)

    def alpha(self, t, n):
        return 1.0


class VP:
    name, T, eps, prior = "VP", 1.0, 1e-3, 1.0

    def __init__(self, beta_min=0.1, beta_max=20.0):
        self.b0, self.b1 = beta_min, beta_max

    def beta(self, t):
        return self.b0 + t * (self.b1 - self.b0)

    def log_mean(self, t):
        return -0.25 * t**2 * (self.b1 - self.b0) - 0.5 * t * self.b0

    def sde(self, t):
        return -0.5 * self.beta(t), np.sqrt(self.beta(t))

    def marginal(self, t):
        return np.exp(self.log_mean(t)), np.sqrt(1 - np.exp(2 * self.log_mean(t)))

    def discrete_beta(self, t, n):
        return np.linspace(self.b0 / n, self.b1 / n, n)[int(t * (n - 1))]

    def discretize(self, t, n):
        beta = self.discrete_beta(t, n)
        return np.sqrt(1 - beta) - 1, np.sqrt(beta)

    def alpha(self, t, n):
        return 1 - self.discrete_beta(t, n)


class SubVP(VP):
    name = "sub-VP"

    def sde(self, t):
        discount = 1 - np.exp(-2 * self.b0 * t - (self.b1 - self.b0) * t**2)
        return -0.5 * self.beta(t), np.sqrt(self.beta(t) * discount)

    def marginal(self, t):
        return np.exp(self.log_mean(t)), 1 - np.exp(2 * self.log_mean(t))

    def discretize(self, t, n):
        a, g = self.sde(t)
        return a / n, g * np.sqrt(1 / n)


# --- the exact score ------------------------------------------------------------------

def moments(sde, x, t):
    """Score [N, DIM], its divergence [N] and log density [N] at time t."""
    scale, std = sde.marginal(t)
    logs, pulls, traces = [], [], []
    for weight, mean, own in MIXTURE:
        var = (scale * own) ** 2 + std**2
        d = -(x - scale * mean) / var
        logs.append(np.log(weight) - 0.5 * DIM * np.log(2 * np.pi * var) - 0.5 * var * (d**2).sum(-1))
        pulls.append(d)
        traces.append((d**2).sum(-1) - DIM / var)
    logs, pulls, traces = np.stack(logs), np.stack(pulls), np.stack(traces)
    top = logs.max(0)
    share = np.exp(logs - top)
    total = share.sum(0)
    share /= total
    score = (share[..., None] * pulls).sum(0)
    return score, (share * traces).sum(0) - (score**2).sum(-1), top + np.log(total)


def hessian_product(sde, x, t, v):
    """Hessian of the log density times v, by the same formula."""
    scale, std = sde.marginal(t)
    score, _, total = moments(sde, x, t)
    out = -score * (score * v).sum(-1, keepdims=True)
    for weight, mean, own in MIXTURE:
        var = (scale * own) ** 2 + std**2
        d = -(x - scale * mean) / var
        log = np.log(weight) - 0.5 * DIM * np.log(2 * np.pi * var) - 0.5 * var * (d**2).sum(-1)
        share = np.exp(log - total)[:, None]
        out += share * (-v / var + d * (d * v).sum(-1, keepdims=True))
    return out


# --- sampling.py ------------------------------------------------------------------------

def predict(name, flow, sde, x, t, n, z):
    score = moments(sde, x, t)[0]
    half = 0.5 if flow else 1.0
    if name == "euler-maruyama":
        dt = -1 / n
        a, g = sde.sde(t)
        mean = x + (a * x - g**2 * score * half) * dt
        return (mean, mean) if flow else (mean + g * np.sqrt(-dt) * z, mean)
    if name == "reverse-diffusion":
        a, g = sde.discretize(t, n)
        mean = x - (a * x - g**2 * score * half)
        return (mean, mean) if flow else (mean + g * z, mean)
    if name == "ancestral" and sde.name == "VE":
        sigma, adjacent = sde.sigmas(t, n)
        gain = sigma**2 - adjacent**2
        mean = x + score * gain
        return mean + np.sqrt(adjacent**2 * gain / sigma**2) * z, mean
    if name == "ancestral":
        beta = sde.discrete_beta(t, n)
        mean = (x + beta * score) / np.sqrt(1 - beta)
        return mean + np.sqrt(beta) * z, mean
    assert name == "none"
    return x, x


def correct(name, steps, sde, x, t, n, zs):
    mean = x
    for i in range(0 if name == "none" else steps):
        score, z = moments(sde, x, t)[0], zs[i]
        if name == "langevin":
            ratio = np.linalg.norm(z, axis=1).mean() / np.linalg.norm(score, axis=1).mean()
            step = (SNR * ratio) ** 2 * 2 * sde.alpha(t, n)
        else:
            step = (SNR * sde.marginal(t)[1]) ** 2 * 2 * sde.alpha(t, n)
        mean = x + step * score
        x = mean + np.sqrt(step * 2) * z
    return x, mean


# --- controllable_generation.py -----------------------------------------------------------

M = np.array([[3**-0.5, -2 * 6**-0.5, 0], [3**-0.5, 6**-0.5, 2**-0.5], [3**-0.5, 6**-0.5, -(2**-0.5)]])


def decouple(x):
    return np.einsum("bip,ij->bjp", x.reshape(N, 3, 4), M).reshape(N, DIM)


def couple(x):
    return np.einsum("bip,ij->bjp", x.reshape(N, 3, 4), np.linalg.inv(M)).reshape(N, DIM)


def constrain(case, sde, x, mean, t, z):
    scale, std = sde.marginal(t)
    if case.get("constraint") == "inpainting":
        known = scale * DATA
        x = x * (1 - MASK) + (known + std * z) * MASK
        return x, x * (1 - MASK) + known * MASK
    if case.get("constraint") == "colourisation":
        known = scale * decouple(GREY)
        x = couple(decouple(x) * (1 - FIRST) + (known + std * z) * FIRST)
        return x, couple(decouple(x) * (1 - FIRST) + known * FIRST)
    return x, mean


DATA = rng.normal(size=(N, DIM)).round(3)
MASK = (rng.random((N, DIM)) < 0.5).astype(float)
GREY = np.tile(rng.normal(size=(N, 1, 4)).round(3), (1, 3, 1)).reshape(N, DIM)
FIRST = np.concatenate([np.ones(4), np.zeros(8)])  # get_mask: the first channel


def run(case, sde, noise):
    """x before every step, and the mean of the last; the noise in order."""
    n, at = case["n"], iter(noise)
    x = next(at) * sde.prior
    if case.get("constraint") == "inpainting":
        x = DATA * MASK + x * (1 - MASK)
    if case.get("constraint") == "colourisation":
        x = couple(decouple(GREY) * FIRST + decouple(x) * (1 - FIRST))
    xs = []
    for t in np.linspace(sde.T, sde.eps, n)[:STEPS]:
        xs.append(x)
        corrections = 0 if case["corrector"] == "none" else case["corrector_steps"]
        x, mean = correct(case["corrector"], corrections, sde, x, t, n, [next(at) for _ in range(corrections)])
        if "constraint" in case:
            x, mean = constrain(case, sde, x, mean, t, next(at))
        x, mean = predict(case["predictor"], case.get("flow", False), sde, x, t, n, next(at))
        if "constraint" in case:
            x, mean = constrain(case, sde, x, mean, t, next(at))
    return xs + [x], mean


def cases():
    for sde in (VE(), VP(), SubVP()):
        base = dict(sde=sde.name, predictor="none", corrector="none", corrector_steps=1)
        for n in (1000, 25):  # the first ten steps of a long run and of a short one
            for predictor in ("euler-maruyama", "reverse-diffusion", "ancestral"):
                if predictor == "ancestral" and sde.name == "sub-VP":
                    continue
                yield sde, dict(base, n=n, predictor=predictor)
        yield sde, dict(base, n=25, predictor="euler-maruyama", flow=True)
        yield sde, dict(base, n=25, predictor="reverse-diffusion", flow=True)
        yield sde, dict(base, n=25, corrector="langevin")
        yield sde, dict(base, n=25, corrector="ald", corrector_steps=2)
        yield sde, dict(base, n=25, predictor="reverse-diffusion", corrector="langevin")
        yield sde, dict(base, n=1000, predictor="reverse-diffusion", corrector="langevin", corrector_steps=2)
        for constraint in ("inpainting", "colourisation"):
            yield sde, dict(base, n=25, predictor="reverse-diffusion", corrector="langevin", constraint=constraint)
    # All ten of a run of ten, to its end, where the mean is what counts.
    yield VE(), dict(base, sde="VE", n=10, predictor="reverse-diffusion", corrector="langevin")
    for constraint in ("inpainting", "colourisation"):
        yield VE(), dict(base, sde="VE", n=10, predictor="reverse-diffusion", corrector="langevin", constraint=constraint)
    yield VP(0.1, 8.0), dict(base, sde="VP", beta_max=8.0, n=10, predictor="ancestral", corrector="langevin")


# --- the probability-flow ODE: sampling.py, likelihood.py ------------------------------------

def drift(sde, x, t):
    """The score sees float32 and answers in it, as the code's network does."""
    a, g = sde.sde(t)
    score = moments(sde, x.astype(np.float32).astype(np.float64), t)[0].astype(np.float32)
    return a * x - 0.5 * g**2 * score


def odes(noise):
    for sde in (VE(0.01, 5.0), VP(), SubVP()):
        start = noise[0] * sde.prior
        for tol in (1e-2, 1e-5):
            f = lambda t, y: drift(sde, y.reshape(N, DIM), t).ravel()
            s = solve_ivp(f, (sde.T, sde.eps), start.ravel(), rtol=tol, atol=tol, method="RK45")
            c = dict(sde=sde.name, tol=tol, nfe=s.nfev, steps=len(s.t) - 1, x=s.y[:, -1].tolist())
            # Where the first accepted step ends, and the tenth.
            yield dict(c, kept=[dict(step=k, t=s.t[k], x=s.y[:, k].tolist()) for k in (1, 10) if k < len(s.t)])


def likelihoods(noise):
    data = np.stack([mean for _, mean, _ in MIXTURE]) + 0.1 * noise[1]
    signs = np.where(noise[2] < 0, -1.0, 1.0)
    for sde in (VE(0.01, 5.0), VP(), SubVP()):
        for probe in (None, "signs", "normal"):
            def f(t, y):
                x = y[: N * DIM].reshape(N, DIM)
                a, g = sde.sde(t)
                if probe is None:
                    div = a * DIM - 0.5 * g**2 * moments(sde, x, t)[1]
                else:
                    e = signs if probe == "signs" else noise[2]
                    div = ((a * e - 0.5 * g**2 * hessian_product(sde, x, t, e)) * e).sum(-1)
                return np.concatenate([drift(sde, x, t).ravel(), div])
            s = solve_ivp(f, (1e-5, sde.T), np.concatenate([data.ravel(), np.zeros(N)]), rtol=1e-5, atol=1e-5, method="RK45")
            z, change = s.y[: N * DIM, -1].reshape(N, DIM), s.y[N * DIM :, -1]
            prior = -DIM / 2 * np.log(2 * np.pi * sde.prior**2) - (z**2).sum(-1) / (2 * sde.prior**2)
            bpd = -(prior + change) / np.log(2) / DIM + 7  # 7 - inverse_scaler(-1) of centred data
            yield dict(sde=sde.name, probe=probe or "", nfe=s.nfev, log_p=(prior + change).tolist(), bpd=bpd.tolist())


def solver():
    """SciPy's steps on problems that are no diffusion, with the solution in between."""
    problems = {
        "oscillator": (lambda t, y: [y[1], -y[0]], (0, 10), [1, 0]),
        "van der Pol": (lambda t, y: [y[1], 5 * (1 - y[0] ** 2) * y[1] - y[0]], (0, 12), [2, 0]),
        "decay backward": (lambda t, y: [-3 * y[0] + np.sin(t)], (2, -1), [0.25]),
        "at rest": (lambda t, y: [0 * y[0]], (0, 5), [1]),
    }
    for name, (f, span, y0) in problems.items():
        for tol in (1e-3, 1e-8):
            s = solve_ivp(f, span, y0, rtol=tol, atol=tol, method="RK45", dense_output=True)
            times = np.linspace(*span, 7)
            yield dict(name=name, tol=tol, nfe=s.nfev, t=s.t.tolist(), y=s.y[:, -1].tolist(),
                       times=times.tolist(), within=s.sol(times).T.tolist())


def main():
    noise = rng.standard_normal((41, N, DIM)).astype(np.float32).astype(np.float64)
    golden = []
    for sde, case in cases():
        xs, mean = run(case, sde, noise)
        golden.append(dict(case, one=xs[1].ravel().tolist(), ten=xs[-1].ravel().tolist(), mean=mean.ravel().tolist()))
    OUT.parent.mkdir(exist_ok=True)
    short = lambda v: [short(w) for w in v] if isinstance(v, list) else (
        {k: short(w) for k, w in v.items()} if isinstance(v, dict) else float(f"{v:.9g}") if isinstance(v, float) else v)
    OUT.write_text(json.dumps(short(dict(
        mixture=[dict(weight=w, mean=m.tolist(), std=s) for w, m, s in MIXTURE],
        n=N, data=DATA.ravel().tolist(), mask=MASK.ravel().tolist(), grey=GREY.ravel().tolist(),
        noise=[z.ravel().tolist() for z in noise], cases=golden,
        odes=list(odes(noise)), likelihoods=list(likelihoods(noise)), solver=list(solver()),
    )), separators=(",", ":")) + "\n")
    print(OUT, OUT.stat().st_size, "bytes,", len(golden), "cases")


if __name__ == "__main__":
    main()
