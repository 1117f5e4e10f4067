"""Train a class-conditional epsilon-prediction U-Net (DDPM, arXiv:2006.11239, L_simple).

Classifier-free guidance (arXiv:2207.12598): with probability ``class_drop`` the
label is replaced by the null class, the last row of the class embedding.

    python tools/train/train.py tools/train/configs/fashion.json --out runs/fashion

Interrupt it at any time: started again with the same ``--out`` it goes on from
the last saved state. The learning rate stands still until ``--images`` pictures
have been seen and then falls linearly to zero over ``--decay-images`` more, at
the end of which training stops. With a smaller ``--images`` than have been seen
the decay begins at once.

The output folder holds ``state.pt`` (everything needed to resume), ``log.csv``
and ``ema/`` (the averaged weights as an ordinary diffusers checkpoint).
"""

import argparse
import csv
import json
import os
import time
from pathlib import Path

import torch
from diffusers import DDPMScheduler

import data
from ema import EMA
from model import build

LOG_FIELDS = ("step", "images", "seconds", "learning_rate", "train_loss", "ema_test_loss")


def alpha_bars(config):
    """Cumulative products of 1 - beta, float32 [T] (DDPM eq. 4)."""
    return scheduler(config).alphas_cumprod


def scheduler(config):
    return DDPMScheduler(**config["diffusion"])


def q_sample(x0, t, noise, alpha_bar):
    """x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps (DDPM eq. 4). x0: [N, C, H, W]."""
    a = alpha_bar[t].view(-1, 1, 1, 1)
    return a.sqrt() * x0 + (1 - a).sqrt() * noise


class TestLoss:
    """Mean squared error on 512 fixed test pictures with fixed t and noise, float32."""

    def __init__(self, images, labels, alpha_bar):
        generator = torch.Generator().manual_seed(1)
        self.x0 = data.to_unit_range(images[:512])
        self.labels = labels[:512]
        self.t = torch.arange(512) * len(alpha_bar) // 512
        self.noise = torch.randn(self.x0.shape, generator=generator)
        self.xt = q_sample(self.x0, self.t, self.noise, alpha_bar)

    @torch.no_grad()
    def __call__(self, model):
        model.eval()
        loss = 0.0
        for part in torch.arange(512).split(128):
            eps = model(self.xt[part], self.t[part], self.labels[part]).sample
            loss += (eps - self.noise[part]).square().mean().item() * len(part) / 512
        model.train()
        return loss


def save(out, model, ema, optimizer, progress, config, averaged):
    """Write the resumable state and the averaged checkpoint; each replaces the old one whole."""
    state = {
        "model": model.state_dict(), "ema": ema.state_dict(),
        "optimizer": optimizer.state_dict(), "progress": progress,
        "rng": torch.get_rng_state(),
    }
    torch.save(state, out / "state.tmp")
    os.replace(out / "state.tmp", out / "state.pt")
    ema.copy_to(averaged)
    averaged.save_pretrained(out / "ema")
    scheduler(config).save_pretrained(out / "ema")


def learning_rate(settings, progress):
    """Warm-up, plateau, and linear decay once it has begun."""
    rate = settings["learning_rate"] * min(1.0, (progress["step"] + 1) / settings["warmup_steps"])
    if progress["decay_end"]:
        left = progress["decay_end"] - progress["images"]
        rate *= max(0.0, left / (progress["decay_end"] - progress["decay_start"]))
    return rate


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for state, log and checkpoint")
    parser.add_argument("--images", type=int, default=1_400_000, help="pictures before the learning rate falls")
    parser.add_argument("--decay-images", type=int, default=200_000, help="pictures over which it falls to zero")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after this long, to go on another time")
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true",
                        help="fuse the network with torch.compile: needs g++ and two minutes first, then a quarter faster")
    args = parser.parse_args()

    config = json.loads(args.config.read_text())
    settings = config["training"]
    torch.set_num_threads(args.threads)
    torch.manual_seed(settings["seed"])
    args.out.mkdir(parents=True, exist_ok=True)

    model = build(config).to(memory_format=torch.channels_last)
    averaged = build(config)
    ema = EMA(model, settings["ema_decay"])
    optimizer = torch.optim.Adam(model.parameters(), lr=settings["learning_rate"])
    progress = {"step": 0, "images": 0, "seconds": 0.0, "decay_start": 0, "decay_end": 0}
    if (args.out / "state.pt").exists():
        state = torch.load(args.out / "state.pt")
        model.load_state_dict(state["model"])
        ema.load_state_dict(state["ema"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["rng"])
        progress = state["progress"]

    network = torch.compile(model) if args.compile else model  # the same parameters
    images, labels = data.load_fashion("train")
    alpha_bar = alpha_bars(config)
    test_loss = TestLoss(*data.load_fashion("test"), alpha_bar)
    null_class = config["model"]["num_class_embeds"] - 1
    batch = settings["batch_size"]

    log_path = args.out / "log.csv"
    fresh = not log_path.exists()
    with log_path.open("a", newline="") as log_file:
        log = csv.writer(log_file)
        if fresh:
            log.writerow(LOG_FIELDS)
        begin = time.monotonic() - progress["seconds"]
        stop_at = progress["seconds"] + args.minutes * 60
        next_save = progress["seconds"] + args.save_minutes * 60
        running = None
        finished = False
        while not finished:
            if not progress["decay_end"] and progress["images"] >= args.images:
                progress["decay_start"] = progress["images"]
                progress["decay_end"] = progress["images"] + args.decay_images
            rate = learning_rate(settings, progress)
            for group in optimizer.param_groups:
                group["lr"] = rate
            pick = torch.randint(len(images), (batch,))
            x0 = data.to_unit_range(images[pick])
            y = torch.where(torch.rand(batch) < settings["class_drop"], null_class, labels[pick])
            t = torch.randint(len(alpha_bar), (batch,))
            noise = torch.randn_like(x0)
            xt = q_sample(x0, t, noise, alpha_bar).to(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16):
                eps = network(xt, t, y).sample
            loss = (eps.float() - noise).square().mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), settings["grad_clip"])
            optimizer.step()
            ema.update(model)
            running = loss.item() if running is None else 0.99 * running + 0.01 * loss.item()
            progress["step"] += 1
            progress["images"] += batch
            progress["seconds"] = time.monotonic() - begin
            finished = progress["seconds"] >= stop_at or (
                progress["decay_end"] and progress["images"] >= progress["decay_end"])
            if finished or progress["seconds"] >= next_save:
                save(args.out, model, ema, optimizer, progress, config, averaged)
                row = (progress["step"], progress["images"], round(progress["seconds"]),
                       f"{rate:.3g}", f"{running:.5f}", f"{test_loss(averaged):.5f}")
                log.writerow(row)
                log_file.flush()
                print(*row, flush=True)
                next_save = progress["seconds"] + args.save_minutes * 60


if __name__ == "__main__":
    main()
