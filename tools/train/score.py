"""Train the score of an SDE: arXiv:2011.13456, eq. 7, and the author's tutorial.

    python tools/train/score.py tools/train/configs/subvp-fashion.json --out runs/subvp-fashion \\
        --init web/models/fashion-f16.gguf
    python tools/train/score.py tools/train/configs/ve-faces.json --out runs/ve-faces --init web/models/faces.gguf
    python tools/train/score.py tools/train/configs/score-tutorial.json --out runs/score-tutorial

Pictures are perturbed at a time drawn for each, evenly over [eps, 1], and the loss is
|score std + z|^2, which is lambda(t) = std^2 in the paper's words; the mean over the pixels.
Bytes are dequantised, as densities are to be computed. The times of a batch are stratified:
one from each of as many equal parts, which changes no expectation.

Interrupt it at any time: started again with the same ``--out`` it goes on, until
``--minutes`` of training have been spent in all. The learning rate falls linearly to zero
over the last share of that time which the configuration says. The folder holds ``state.pt``,
``log.csv`` and ``ema/`` (the averaged weights as a checkpoint).
"""

import argparse
import csv
import json
import os
import time
from pathlib import Path

import torch

import score_model
import score_sde
from condition import dropper
from ema import EMA
from score_start import start

LOG_FIELDS = ("step", "images", "seconds", "learning_rate", "train_loss", "ema_test_loss")


def answer_loss(sde, answer, z):
    """|score std + z|^2, averaged over pictures and pixels; score std is sign * answer."""
    return (sde.sign * answer.float() + z).square().mean()


class TestLoss:
    """The loss on 512 fixed test pictures with fixed times and noise, float32."""

    def __init__(self, config, sde):
        generator = torch.Generator().manual_seed(1)
        images, labels = score_model.pictures(config, "test")
        x = score_model.to_range(images[:512], score_model.lowest(config))
        self.labels = labels[:512]
        t = sde.eps + (1 - sde.eps) * (torch.arange(512) + 0.5) / 512
        self.sde, self.label = sde, sde.label(t)
        self.z = torch.randn(x.shape, generator=generator)
        scale, std = (score_sde.column(v) for v in sde.marginal(t))
        self.x = score_sde.column(sde.input(t)) * (scale * x + std * self.z)

    @torch.no_grad()
    def __call__(self, model):
        model.eval()
        return sum(answer_loss(self.sde, model(self.x[part], self.label[part], self.labels[part]).sample, self.z[part]).item()
                   * len(part) / 512 for part in torch.arange(512).split(128))


def save(out, model, ema, averaged, optimizer, progress, sde):
    """Write the resumable state and the averaged checkpoint; the state replaces the old one whole."""
    state = {"model": model.state_dict(), "ema": ema.state_dict(), "optimizer": optimizer.state_dict(),
             "progress": progress, "rng": torch.get_rng_state()}
    torch.save(state, out / "state.tmp")
    os.replace(out / "state.tmp", out / "state.pt")
    ema.copy_to(averaged)
    averaged.save_pretrained(out / "ema")
    (out / "ema" / "scheduler_config.json").write_text(json.dumps(sde.scheduler(), indent=2) + "\n")


def learning_rate(settings, step, seconds, budget):
    """Warm-up, plateau, and a fall to zero over the last decay_share of the budget, in seconds."""
    rate = settings["learning_rate"] * min(1, (step + 1) / max(1, settings["warmup_steps"]))
    return rate * min(1, max(0, budget - seconds) / (settings["decay_share"] * budget))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for state, log and checkpoint")
    parser.add_argument("--init", type=Path, help="GGUF file of a network of DDPM's epsilon that a new run starts from")
    parser.add_argument("--minutes", type=float, default=12, help="time to train in all, compilation left out")
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="fuse the network with torch.compile (needs g++)")
    args = parser.parse_args()

    config = json.loads(args.config.read_text())
    settings = config["training"]
    torch.set_num_threads(args.threads)
    torch.manual_seed(settings["seed"])
    args.out.mkdir(parents=True, exist_ok=True)
    sde = score_sde.of_config(config)
    model = score_model.build(config)
    averaged = score_model.build(config)
    if args.init and not (args.out / "state.pt").exists():
        start(model, sde, args.init)
    layout = score_model.layout(model)
    model = model.to(memory_format=layout)
    ema = EMA(model, settings["ema_decay"])
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=settings["learning_rate"], foreach=True)
    progress = {"step": 0, "images": 0, "seconds": 0.0}
    if (args.out / "state.pt").exists():
        state = torch.load(args.out / "state.pt")
        model.load_state_dict(state["model"])
        ema.load_state_dict(state["ema"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["rng"])
        progress = state["progress"]

    network = torch.compile(model, dynamic=False) if args.compile else model  # the same parameters
    images, labels = score_model.pictures(config, "train")
    low, test_loss = score_model.lowest(config), TestLoss(config, sde)
    drop = dropper(config) if "class_drop" in settings else lambda y: y
    batch, budget = settings["batch_size"], args.minutes * 60

    def step():
        pick = torch.randint(len(images), (batch,))
        x, y = score_model.to_range(images[pick], low, settings["dequantize"]), drop(labels[pick])
        t = sde.eps + (1 - sde.eps) * (torch.arange(batch) + torch.rand(batch)) / batch
        scale, std = (score_sde.column(v) for v in sde.marginal(t))
        z = torch.randn_like(x)
        with torch.autocast("cpu", torch.bfloat16):
            read = score_sde.column(sde.input(t)) * (scale * x + std * z)
            answer = network(read.contiguous(memory_format=layout), sde.label(t), y).sample
        loss = answer_loss(sde, answer, z)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        return loss.item()

    log_path = args.out / "log.csv"
    fresh = not log_path.exists()
    with log_path.open("a", newline="") as log_file:
        log = csv.writer(log_file)
        if fresh:
            log.writerow(LOG_FIELDS)
        finished = progress["seconds"] >= budget
        if not finished:
            step()  # compiles
        begin = time.monotonic() - progress["seconds"]
        next_save = progress["seconds"] + args.save_minutes * 60
        running = None
        while not finished:
            rate = learning_rate(settings, progress["step"], progress["seconds"], budget)
            for group in optimizer.param_groups:
                group["lr"] = rate
            loss = step()
            optimizer.step()
            ema.update(model)
            running = loss if running is None else 0.99 * running + 0.01 * loss
            progress["step"] += 1
            progress["images"] += batch
            progress["seconds"] = time.monotonic() - begin
            finished = progress["seconds"] >= budget
            if finished or progress["seconds"] >= next_save:
                save(args.out, model, ema, averaged, optimizer, progress, sde)
                row = (progress["step"], progress["images"], round(progress["seconds"]), f"{rate:.3g}",
                       f"{running:.5f}", f"{test_loss(averaged):.5f}")
                log.writerow(row)
                log_file.flush()
                print(*row, flush=True)
                next_save = progress["seconds"] + args.save_minutes * 60


if __name__ == "__main__":
    main()
