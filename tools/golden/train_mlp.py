"""Losses of a small network trained by PyTorch, step by step.

Writes model/optest/testdata/train_mlp.json: for each optimiser of torch.optim, the
loss of every step and a weight after the last one, computed in float64. The network
predicts the noise in points of the plane (DDPM, eq. 14) from x_t, the timestep and the
cluster. Its weights and the batches are drawn by name (named_randn.py) and are not
stored; model/optest/training.go trains the same network on them.

Run from the repository's root: .venv/bin/python tools/golden/train_mlp.py
"""

import json
import math
from pathlib import Path

import torch
from torch import nn

from named_randn import named_randn

OUT = Path(__file__).parents[2] / "model/optest/testdata/train_mlp.json"
SEED = 1
STEPS, BATCH, TIMESTEPS, CLUSTERS = 200, 64, 100, 5
WIDTH, TIME = 32, 16

OPTIMIZERS = {
    "adam": lambda p: torch.optim.Adam(p, lr=3e-3, weight_decay=1e-2),
    "adamw": lambda p: torch.optim.AdamW(p, lr=3e-3, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1),
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
}


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.point = nn.Linear(2, WIDTH)
        self.time = nn.Linear(TIME, WIDTH, bias=False)
        self.cluster = nn.Embedding(CLUSTERS, WIDTH)
        self.middle = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, 2)

    def forward(self, x, t, cluster):
        angles = t[:, None] * torch.exp(-math.log(10000) * torch.arange(TIME // 2, dtype=torch.float64) / (TIME // 2))
        h = self.point(x) + self.time(torch.cat([angles.sin(), angles.cos()], 1)) + self.cluster(cluster)
        h = self.middle(nn.functional.silu(h))
        return self.out(nn.functional.silu(h))


def draw(name, shape):
    """The first value of a parameter."""
    x = named_randn(SEED, name, shape)
    return x * shape[-1] ** -0.5 if len(shape) > 1 else x * 0.1


def batches():
    """x_t, t, cluster and the noise of every step."""
    noise = named_randn(SEED, "batches", [STEPS, BATCH, 4]).double()
    i = torch.arange(BATCH)
    for step in range(STEPS):
        t, cluster = (7 * step + 13 * i) % TIMESTEPS, (step + 3 * i) % CLUSTERS
        angle = 2 * math.pi * cluster.double() / CLUSTERS
        x0 = torch.stack([angle.cos(), angle.sin()], 1) + 0.1 * noise[step, :, :2]
        eps = noise[step, :, 2:]
        phase = math.pi / 2 * (t.double() + 0.5) / TIMESTEPS
        xt = phase.cos()[:, None] * x0 + phase.sin()[:, None] * eps
        yield xt, t.double(), cluster, eps


def train(optimizer):
    net = Network().double()
    with torch.no_grad():
        for name, p in net.named_parameters():
            p.copy_(draw(name, p.shape))
    optimizer = optimizer(net.parameters())
    losses = []
    for xt, t, cluster, eps in batches():
        loss = nn.functional.mse_loss(net(xt, t, cluster), eps)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "middle": net.middle.weight.detach().flatten().tolist()}


def main():
    torch.set_num_threads(1)
    golden = {"script": "tools/golden/train_mlp.py"} | {k: train(v) for k, v in OPTIMIZERS.items()}
    OUT.parent.mkdir(exist_ok=True)
    rounded = json.loads(json.dumps(golden), parse_float=lambda s: float(f"{float(s):.9g}"))
    OUT.write_text(json.dumps(rounded) + "\n")
    for name in OPTIMIZERS:
        losses = golden[name]["losses"]
        print(name, *(f"{x:.4f}" for x in (losses[0], losses[50], losses[100], losses[-1])))


if __name__ == "__main__":
    main()
