"""Train a class-conditional U-Net: DDPM's L_simple (arXiv:2006.11239) in any of its
parametrisations, or improved DDPM's L_hybrid (objective.py).

Conditions are left out now and then for classifier-free guidance (condition.py).

    python tools/train/train.py tools/train/configs/fashion.json --out runs/fashion

Interrupt it at any time: started again with the same ``--out`` it goes on from
the last saved state. The learning rate stands still until ``--images`` pictures
have been seen and then falls linearly to zero over ``--decay-images`` more, at
the end of which training stops. With a smaller ``--images`` than have been seen
the decay begins at once.

With ``--init`` a new run starts from the weights of another checkpoint, as far as
their shapes agree: a network for another parametrisation of the same data learns
far faster from there. Its last convolution starts anew, unless ``--head`` says by what
its answers are to be multiplied: 1 where the parametrisation is the same; ``--seen``
then counts on from the pictures that the checkpoint has seen. The optimiser starts anew
either way.

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
from condition import dropper
from ema import EMA
from expand_gguf import load_gguf
from model import build, load
from objective import Objective

LOG_FIELDS = ("step", "images", "seconds", "learning_rate", "train_loss", "ema_test_loss")


def scheduler(config):
    """The noise schedule as diffusers writes it beside a checkpoint."""
    return DDPMScheduler(**config["diffusion"])


class TestLoss:
    """The objective on 512 fixed test pictures with fixed t and noise, float32."""

    def __init__(self, images, labels, objective):
        generator = torch.Generator().manual_seed(1)
        self.objective = objective
        self.x0 = data.to_unit_range(images[:512])
        self.labels = labels[:512]
        self.t = torch.arange(512) * objective.timesteps // 512
        self.noise = torch.randn(self.x0.shape, generator=generator)
        self.xt = objective.q_sample(self.x0, self.t, self.noise)

    @torch.no_grad()
    def __call__(self, model):
        model.eval()
        loss = 0.0
        for part in torch.arange(512).split(128):
            output = model(self.xt[part], self.t[part], self.labels[part]).sample
            loss += self.objective.loss(output, self.x0[part], self.xt[part], self.t[part],
                                        self.noise[part]).item() * len(part) / 512
        model.train()
        return loss


def initialise(model, checkpoint, head):
    """Copy the weights of another checkpoint, a folder or a GGUF file; those of its last
    convolution times ``head``, or not where that is None."""
    network = load_gguf(checkpoint)[0] if checkpoint.suffix == ".gguf" else load(checkpoint)
    theirs = {name: value * head if head is not None and "conv_out." in name else value
              for name, value in network.state_dict().items()}
    ours = model.state_dict()
    kept = {name: value for name, value in theirs.items()
            if (head is not None or "conv_out." not in name) and name in ours and ours[name].shape == value.shape}
    model.load_state_dict({**ours, **kept})
    print(f"{len(kept)} of {len(ours)} tensors from {checkpoint}", flush=True)


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
    parser.add_argument("--init", type=Path, help="checkpoint folder or GGUF file whose weights a new run starts from")
    parser.add_argument("--head", type=float, help="with --init: its last convolution too, times this")
    parser.add_argument("--seen", type=int, default=0, help="with --init: the pictures that it has seen")
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

    objective = Objective(config, scheduler(config))
    model = build(config).to(memory_format=torch.channels_last)
    if args.init and not (args.out / "state.pt").exists():
        initialise(model, args.init, args.head)
    averaged = build(config)
    ema = EMA(model, settings["ema_decay"])
    optimizer = torch.optim.Adam(model.parameters(), lr=settings["learning_rate"])
    progress = {"step": 0, "images": args.seen, "seconds": 0.0, "decay_start": 0, "decay_end": 0}
    if (args.out / "state.pt").exists():
        state = torch.load(args.out / "state.pt")
        model.load_state_dict(state["model"])
        ema.load_state_dict(state["ema"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["rng"])
        progress = state["progress"]

    network = torch.compile(model) if args.compile else model  # the same parameters
    images, labels = data.load(config, "train")
    test_loss = TestLoss(*data.load(config, "test"), objective)
    drop = dropper(config)
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
            y = drop(labels[pick])
            t = torch.randint(objective.timesteps, (batch,))
            noise = torch.randn_like(x0)
            xt = objective.q_sample(x0, t, noise).to(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16):
                output = network(xt, t, y).sample
            loss = objective.loss(output.float(), x0, xt, t, noise)
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
