"""Golden bounds of real pictures under the shipped networks, for model/exhibit/chain.

The networks are the site's own GGUF files, expanded and run by PyTorch in float32;
the pictures those of its sample sheet, the noise torch's own, by the name of its term.
The arithmetic is that of bound.py, in float64. Whole sums over all timesteps are kept of one
picture for each network.

Writes model/exhibit/chain/testdata/likelihood.json.
Run: .venv/bin/python tools/golden/likelihood.py
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader
from PIL import Image

from bound import LN2, Chain, discretized, normal_kl, read_x0
from named_randn import named_randn
from samplers import BETAS

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools/train"))
from expand_gguf import load_gguf, metadata  # noqa: E402
OUT = ROOT / "model/exhibit/chain/testdata/likelihood.json"

#: The variances that each network's chain is measured with.
MODELS = {
    "fashion": ("linear", ["fixed_small", "fixed_large"]),
    "fashion-hybrid": ("cosine", ["fixed_small", "learned_range"]),
}
TIMESTEPS = [0, 1, 12, 500]
PICTURES = [(80, None), (53, 5)]  # of the sheet, and what the network is told
SEED = 3
T = 1000


def sheet():
    """The sheet's pictures [N, 32, 32] in [-1, 1], float32 as the site has them."""
    described = json.loads((ROOT / "web/data/fashion.json").read_text())
    values = np.asarray(Image.open(ROOT / "web/data" / described["file"]).convert("L"), dtype=np.float64)
    h, w, columns = described["height"], described["width"], described["columns"]
    n = len(described["labels"])
    return np.stack([values[k // columns * h:][:h, k % columns * w:][:, :w] for k in range(n)]) / 127.5 - 1


def network(name):
    path = ROOT / "web/models" / f"{name}.gguf"
    net, _ = load_gguf(path)
    assert json.loads(metadata(GGUFReader(path), "unnoise.scheduler"))["num_train_timesteps"] == T
    return net


@torch.no_grad()
def answers(net, chain, x0, label, ts):
    """x_t and the network's answer at the timesteps, [len(ts), C, H, W] each."""
    eps = np.stack([named_randn(SEED, f"bound/{t}", x0.shape).double().numpy() for t in ts])
    bars = chain.bars[ts][:, None, None]
    xt = (np.sqrt(bars) * x0 + np.sqrt(1 - bars) * eps).astype(np.float32).astype(np.float64)
    label = net.config.num_class_embeds - 1 if label is None else label
    out = net(torch.from_numpy(xt).float()[:, None], torch.tensor(ts), torch.full((len(ts),), label)).sample.double().numpy()
    return xt, out


def term(chain, k, x0, xt, out, variance):
    guess = read_x0(chain, {"predict": "epsilon", "clip": True}, k, xt, out[0], chain)
    mean = chain.of_x0[k] * guess + chain.of_xt[k] * xt
    if variance == "learned_range":
        part = (out[1] + 1) / 2
        log_var = part * np.log(chain.betas[k]) + (1 - part) * chain.log_small[k]
    else:
        log_var = np.full_like(mean, {"fixed_small": chain.log_small, "fixed_large": chain.log_large}[variance][k])
    if k == 0:
        return -discretized(x0, mean, 0.5 * log_var).mean() / LN2
    return normal_kl(chain.of_x0[k] * x0 + chain.of_xt[k] * xt, chain.log_small[k], mean, log_var).mean() / LN2


def main():
    torch.set_num_threads(1)
    pictures = sheet().astype(np.float32).astype(np.float64)
    cases = []
    for name, (schedule, variances) in MODELS.items():
        net = network(name)
        chain = Chain(BETAS[schedule](T), list(range(T)))
        for which, (picture, label) in enumerate(PICTURES):
            x0 = pictures[picture]
            rows = {v: [] for v in variances}
            whole = which == 0
            for first in range(0, T, 25) if whole else [0]:
                ts = list(range(first, first + 25)) if whole else TIMESTEPS
                xt, out = answers(net, chain, x0, label, ts)
                for v in variances:
                    rows[v] += [term(chain, t, x0, xt[i], out[i], v) for i, t in enumerate(ts)]
            prior = normal_kl(np.sqrt(chain.bars[-1]) * x0, np.log(1 - chain.bars[-1]), 0.0, 0.0).mean() / LN2
            for v in variances:
                terms = [rows[v][t] for t in TIMESTEPS] if whole else rows[v]
                cases.append(dict(model=name, picture=picture, label=-1 if label is None else label, variance=v,
                                  seed=SEED, timesteps=TIMESTEPS, terms=terms, prior=prior,
                                  whole=prior + sum(rows[v]) if whole else None))
                print(name, picture, v, cases[-1]["whole"], flush=True)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
