"""Train the networks of Sohl-Dickstein et al. 2015 (arXiv:1503.03585) by raising the bound K.

    .venv/bin/python tools/train/dpm2015_train.py tools/train/configs/dpm2015-swiss-roll.json --out runs/dpm2015-swiss-roll

Interrupted, it goes on from the last saved state when started again. The output folder
holds ``state.pt``, ``log.csv`` and ``ema/``, the averaged weights as a checkpoint that
``unnoise convert`` reads: config.json (as model/dpm knows it) and the tensors.
"""

import argparse
import csv
import json
import math
import os
import time
from pathlib import Path

import torch
from safetensors.torch import save_file

import dpm2015_chain
import dpm2015_model
from dpm2015_data import Source
from ema import EMA

LOG_FIELDS = ("step", "seconds", "learning_rate", "train_gain", "test_gain")


class Objective:
    """How far -K lies above -K of the null model, in bits (of a pixel for pictures): to be minimised."""

    def __init__(self, config):
        self.config, self.model = config, config["model"]
        self.chain = dpm2015_chain.chain(self.model)
        self.learned = None
        if config["training"].get("learn_betas"):
            # The first variance stays: it is the least noise of the model (section 2.4.1).
            self.chain.betas[0] = self.model["first_beta"]
            self.learned = torch.nn.Parameter(torch.logit(self.chain.betas[1:]).float())

    def parameters(self):
        return [] if self.learned is None else [self.learned]

    def refresh(self):
        """Make the chain of the learned variances, through which gradients flow."""
        if self.learned is not None:
            betas = torch.cat((self.chain.betas[:1].detach(), torch.sigmoid(self.learned.double())))
            self.chain = dpm2015_chain.Gaussian(betas)

    def times(self, count, generator):
        """A step for each of count samples, spread evenly, and the weights of a sum over all steps."""
        last = len(self.chain) - 1
        u = (torch.arange(count) + torch.rand(count, generator=generator)) / count
        if self.model["kernel"] == "gaussian":
            return 1 + (u * last).long().clamp(max=last - 1), torch.full((count,), float(last))
        # One in four evenly in log t: the first steps are few, and steep.
        log = torch.exp(u * math.log(last + 1)).long().clamp(1, last)
        even = 1 + (u * last).long().clamp(max=last - 1)
        t = torch.where(torch.arange(count) % 4 == 0, log, even)
        p = 0.75 / last + 0.25 * torch.log1p(1 / t.double()) / math.log(last + 1)
        return t, (1 / p).float()

    def __call__(self, network, x0, generator, t=None):
        if t is None:
            t, weight = self.times(len(x0), generator)
        else:
            weight = torch.full((len(x0),), float(len(self.chain) - 1))
        if self.model["kernel"] == "gaussian":
            xt = self.chain.q_sample(x0, t, torch.randn(x0.shape, generator=generator))
            kl = self.chain.kl(network(xt, t).float(), x0, xt, t)
            total = (kl * weight[:, None]).mean() + self.chain.ends() - self.chain.null()
            return total / dpm2015_chain.LN2
        x0 = x0.double()
        xt = (torch.rand(x0.shape, generator=generator) < self.chain.rate(x0, t)).double()
        kl = self.chain.kl(network(xt.float(), t).double(), x0, xt, t).sum(1)
        total = (kl * weight).mean() + (self.chain.ends(x0) - self.chain.null(x0)).mean()
        return total / dpm2015_chain.LN2

    def per_point(self):
        """What the objective is multiplied with for bits of a whole point: the plane's values."""
        return self.model["width"] if self.config["data"] == "swiss roll" else 1


@torch.no_grad()
def measure(objective, network, source):
    """K - K_null in bits on fixed samples, every step as often."""
    generator = torch.Generator().manual_seed(1)
    count = objective.config["training"]["test_samples"]
    steps = len(objective.chain) - 1
    x0 = source.draw(count, generator)
    gain = 0.0
    parts = torch.arange(count).split(1000)
    for part in parts:
        t = 1 + part % steps
        gain -= objective(network, x0[part], generator, t).item() * len(part) / count
    return gain * objective.per_point()


def save(out, objective, network, ema, optimizer, progress, averaged):
    """Write the resumable state and the averaged checkpoint; each replaces the old one whole."""
    state = {"network": network.state_dict(), "ema": ema.state_dict(), "optimizer": optimizer.state_dict(),
             "betas": objective.learned, "progress": progress, "rng": torch.get_rng_state()}
    torch.save(state, out / "state.tmp")
    os.replace(out / "state.tmp", out / "state.pt")
    ema.copy_to(averaged)
    model = dict(objective.model)
    if objective.learned is not None:
        model["betas"] = objective.chain.betas.tolist()
    (out / "ema").mkdir(exist_ok=True)
    save_file(averaged.state_dict(), out / "ema" / "diffusion_pytorch_model.safetensors")
    (out / "ema" / "config.json").write_text(json.dumps(model, indent=2) + "\n")


def rate(settings, step):
    """From learning_rate down to last_rate, by the same factor each step (the authors' code: 1e-3 to 1e-5)."""
    part = min(1.0, step / settings["steps"])
    return settings["learning_rate"] * (settings["last_rate"] / settings["learning_rate"]) ** part


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--save-minutes", type=float, default=2)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    config = json.loads(args.config.read_text())
    settings = config["training"]
    torch.set_num_threads(args.threads)
    torch.manual_seed(settings["seed"])
    generator = torch.default_generator
    args.out.mkdir(parents=True, exist_ok=True)

    objective = Objective(config)
    network = dpm2015_model.build(config["model"]).to(memory_format=torch.channels_last)
    averaged = dpm2015_model.build(config["model"])
    ema = EMA(network, settings["ema_decay"])
    parameters = [*network.parameters(), *objective.parameters()]
    kind = {"adam": torch.optim.Adam, "rmsprop": lambda p, lr: torch.optim.RMSprop(p, lr=lr, alpha=0.9)}
    optimizer = kind[settings["optimizer"]](parameters, lr=settings["learning_rate"])
    progress = {"step": 0, "seconds": 0.0}
    if (args.out / "state.pt").exists():
        state = torch.load(args.out / "state.pt", weights_only=False)
        network.load_state_dict(state["network"])
        ema.load_state_dict(state["ema"])
        optimizer.load_state_dict(state["optimizer"])
        if objective.learned is not None:
            objective.learned.data.copy_(state["betas"].data)
        torch.set_rng_state(state["rng"])
        progress = state["progress"]

    source, test = Source(config, "train"), Source(config, "test")
    fresh = not (args.out / "log.csv").exists()
    with (args.out / "log.csv").open("a", newline="") as log_file:
        log = csv.writer(log_file)
        if fresh:
            log.writerow(LOG_FIELDS)
        begin = time.monotonic() - progress["seconds"]
        next_save = progress["seconds"] + args.save_minutes * 60
        running = None
        while progress["step"] < settings["steps"]:
            for group in optimizer.param_groups:
                group["lr"] = rate(settings, progress["step"])
            objective.refresh()
            x0 = source.draw(settings["batch_size"], generator)
            with torch.autocast("cpu", torch.bfloat16, enabled=settings.get("bfloat16", False)):
                loss = objective(network, x0, generator)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, settings["grad_clip"])
            optimizer.step()
            ema.update(network)
            gain = -loss.item() * objective.per_point()
            running = gain if running is None else 0.99 * running + 0.01 * gain
            progress["step"] += 1
            progress["seconds"] = time.monotonic() - begin
            if progress["step"] == settings["steps"] or progress["seconds"] >= next_save:
                objective.refresh()
                save(args.out, objective, network, ema, optimizer, progress, averaged)
                row = (progress["step"], round(progress["seconds"]), f"{rate(settings, progress['step']):.3g}",
                       f"{running:.5f}", f"{measure(objective, averaged, test):.5f}")
                log.writerow(row)
                log_file.flush()
                print(*row, flush=True)
                next_save = progress["seconds"] + args.save_minutes * 60


if __name__ == "__main__":
    main()
