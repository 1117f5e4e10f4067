"""Train The Annotated Diffusion Model (Rogge and Rasul, 2022) by its recipe.

    python tools/train/annotated.py --out runs/annotated

Fashion-MNIST at 28x28 in [-1, 1], flipped at random; T = 200, beta from 1e-4 to
0.02 in equal steps; the smooth L1 loss on eps; Adam at 1e-3 throughout; batches of
128; five epochs. No average of the weights is kept, no gradient is clipped. One
thing is not the recipe's: products are computed in bfloat16 (weights, loss and
optimiser in float32), for speed on a processor.

Interrupt it at any time: started again with the same ``--out`` it goes on. Where only
the published file is left, ``--init`` starts from its weights and ``--seen`` counts on
from the pictures that it has seen; the optimiser starts anew. The
folder holds ``state.pt``, ``log.csv`` and ``model/`` (a checkpoint in the
article's names).
"""

import argparse
import csv
import os
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler
from gguf import GGUFReader

import data
from annotated_model import AnnotatedUNet
from expand_gguf import expand

TIMESTEPS, BATCH, LEARNING_RATE, SEED = 200, 128, 1e-3, 0
LOG_FIELDS = ("epoch", "step", "images", "seconds", "train_loss", "test_loss")


def scheduler():
    """The noise schedule as diffusers writes it beside a checkpoint; x_0 is not clipped."""
    return DDPMScheduler(num_train_timesteps=TIMESTEPS, beta_schedule="linear", beta_start=1e-4, beta_end=0.02,
                         prediction_type="epsilon", variance_type="fixed_small", clip_sample=False)


def pictures(split):
    """Fashion-MNIST without its border: uint8 [N, 1, 28, 28]."""
    return data.load_fashion(split)[0][:, :, 2:30, 2:30].contiguous()


def q_sample(x0, t, noise, alpha_bar):
    """sqrt(a) x_0 + sqrt(1 - a) noise with a = alpha_bar[t], [N, 1, 28, 28]."""
    a = alpha_bar[t].view(-1, 1, 1, 1)
    return a.sqrt() * x0 + (1 - a).sqrt() * noise


class TestLoss:
    """The loss on 512 fixed test pictures with fixed t and noise, float32."""

    def __init__(self, alpha_bar):
        self.noise = torch.randn((512, 1, 28, 28), generator=torch.Generator().manual_seed(1))
        self.t = torch.arange(512) * TIMESTEPS // 512
        self.xt = q_sample(data.to_unit_range(pictures("test")[:512]), self.t, self.noise, alpha_bar)

    @torch.no_grad()
    def __call__(self, model):
        return sum(F.smooth_l1_loss(model(self.xt[part], self.t[part]), self.noise[part]).item() * len(part) / 512
                   for part in torch.arange(512).split(128))


def save(out, model, optimizer, progress):
    """Write the resumable state and the checkpoint; the state replaces the old one whole."""
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(),
             "progress": progress, "rng": torch.get_rng_state()}
    torch.save(state, out / "state.tmp")
    os.replace(out / "state.tmp", out / "state.pt")
    model.save_pretrained(out / "model")
    scheduler().save_pretrained(out / "model")


def batches(count, epoch):
    """The batches of an epoch, shuffled as its number says; the last is smaller."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(SEED + epoch))
    return order.split(BATCH)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for state, log and checkpoint")
    parser.add_argument("--init", type=Path, help="GGUF file whose weights a new run starts from")
    parser.add_argument("--seen", type=int, default=0, help="with --init: the pictures that it has seen")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after this long, to go on another time")
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="fuse the network with torch.compile (needs g++)")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(SEED)
    args.out.mkdir(parents=True, exist_ok=True)
    model = AnnotatedUNet().to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    progress = {"epoch": 0, "batch": 0, "step": 0, "images": 0, "seconds": 0.0}
    if (args.out / "state.pt").exists():
        state = torch.load(args.out / "state.pt")
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["rng"])
        progress = state["progress"]
    elif args.init:
        model.load_state_dict(expand(GGUFReader(args.init)))
        per_epoch, here = len(pictures("train")), args.seen % len(pictures("train"))
        progress |= {"epoch": args.seen // per_epoch, "batch": here // BATCH, "images": args.seen}

    fused = torch.compile(model) if args.compile else model  # the same parameters
    images = pictures("train")
    alpha_bar = scheduler().alphas_cumprod
    test_loss = TestLoss(alpha_bar)
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
        finished = progress["epoch"] >= args.epochs
        while not finished:
            rest = batches(len(images), progress["epoch"])
            pick = rest[progress["batch"]]
            x0 = data.to_unit_range(images[pick])
            flip = torch.rand(len(x0)) < 0.5
            x0[flip] = x0[flip].flip(3)
            t = torch.randint(TIMESTEPS, (len(x0),))
            noise = torch.randn_like(x0)
            xt = q_sample(x0, t, noise, alpha_bar).to(memory_format=torch.channels_last)
            network = fused if len(x0) == BATCH else model  # fused for one batch size
            with torch.autocast("cpu", torch.bfloat16):
                predicted = network(xt, t)
            loss = F.smooth_l1_loss(predicted.float(), noise)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            running = loss.item() if running is None else 0.99 * running + 0.01 * loss.item()
            progress["step"] += 1
            progress["images"] += len(x0)
            progress["batch"] += 1
            if progress["batch"] == len(rest):
                progress["epoch"] += 1
                progress["batch"] = 0
            progress["seconds"] = time.monotonic() - begin
            finished = progress["seconds"] >= stop_at or progress["epoch"] >= args.epochs
            if finished or progress["seconds"] >= next_save:
                save(args.out, model, optimizer, progress)
                row = (progress["epoch"], progress["step"], progress["images"], round(progress["seconds"]),
                       f"{running:.5f}", f"{test_loss(model):.5f}")
                log.writerow(row)
                log_file.flush()
                print(*row, flush=True)
                next_save = progress["seconds"] + args.save_minutes * 60


if __name__ == "__main__":
    main()
