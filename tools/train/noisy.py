"""Train the classifier of noisy pictures that steers Fashion's models: log p_t(y | x_t).

    python tools/train/noisy.py --out runs/fashion-noisy-classifier

Fashion-MNIST under the noise of fashion.json, which is that of the VP SDE at t = timestep/999
too, timesteps drawn evenly; cross-entropy, AdamW with one cycle of the learning rate.

Interrupt it at any time: started again with the same ``--out`` it goes on, until
``--minutes`` of training have been spent in all. The folder holds ``state.pt``, ``log.csv``
(with the accuracy on 2,000 test pictures at five timesteps) and ``ema/``.
"""

import argparse
import csv
import json
import os
import time
from pathlib import Path

import torch
import torch.nn.functional as F

import data
from ema import EMA
from noisy_model import NoisyClassifier
from sampling import alpha_bars

CONFIG = Path(__file__).parent / "configs" / "fashion.json"
TIMESTEPS = (0, 100, 250, 500, 750)
LOG_FIELDS = ("step", "images", "seconds", "learning_rate", "train_loss", *(f"test_accuracy_{t}" for t in TIMESTEPS))


def diffuse(x, t, bars, generator=None):
    """x_t of pictures at timesteps t [N]; bars: alpha_bar, float64 [T]."""
    a = bars[t].float().view(-1, 1, 1, 1)
    return a.sqrt() * x + (1 - a).sqrt() * torch.randn(x.shape, generator=generator)


@torch.no_grad()
def accuracy(model, x, labels, timestep, bars):
    """The share named rightly at a timestep, with noise that is always the same."""
    t = torch.full((len(x),), timestep)
    xt = diffuse(x, t, bars, torch.Generator().manual_seed(timestep))
    answers = torch.cat([model(part, t[:len(part)]).argmax(1) for part in xt.split(500)])
    return (answers == labels).double().mean().item()


def save(out, model, ema, averaged, optimizer, progress):
    """Write the resumable state and the averaged checkpoint; the state replaces the old one whole."""
    state = {"model": model.state_dict(), "ema": ema.state_dict(), "optimizer": optimizer.state_dict(),
             "progress": progress, "rng": torch.get_rng_state()}
    torch.save(state, out / "state.tmp")
    os.replace(out / "state.tmp", out / "state.pt")
    ema.copy_to(averaged)
    averaged.save_pretrained(out / "ema")
    diffusion = {"_class_name": "DDPMScheduler", **json.loads(CONFIG.read_text())["diffusion"]}
    (out / "ema" / "scheduler_config.json").write_text(json.dumps(diffusion, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for state, log and checkpoint")
    parser.add_argument("--minutes", type=float, default=5, help="time to train in all, compilation left out")
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="fuse the network with torch.compile (needs g++)")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    args.out.mkdir(parents=True, exist_ok=True)
    bars = alpha_bars(json.loads(CONFIG.read_text())["diffusion"])
    model = NoisyClassifier().to(memory_format=torch.channels_last)
    averaged = NoisyClassifier().eval()
    ema = EMA(model, 0.998)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.05, foreach=True)
    progress = {"step": 0, "images": 0, "seconds": 0.0}
    if (args.out / "state.pt").exists():
        state = torch.load(args.out / "state.pt")
        model.load_state_dict(state["model"])
        ema.load_state_dict(state["ema"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["rng"])
        progress = state["progress"]

    network = torch.compile(model, dynamic=False) if args.compile else model
    images, labels = data.load_fashion("train")
    test_images, test_labels = (part[:2000] for part in data.load_fashion("test"))
    test = data.to_unit_range(test_images)
    budget, batch = args.minutes * 60, 128

    def step():
        pick = torch.randint(len(images), (batch,))
        x = data.to_unit_range(images[pick])
        x = torch.where((torch.rand(batch) < 0.5).view(-1, 1, 1, 1), x.flip(3), x)
        t = torch.randint(len(bars), (batch,))
        xt = diffuse(x, t, bars).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(xt, t)
        loss = F.cross_entropy(logits.float(), labels[pick])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
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
            part = min(1, progress["seconds"] / budget)
            rate = 3e-3 * (part / 0.2 if part < 0.2 else (1 - part) / 0.8)
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
                save(args.out, model, ema, averaged, optimizer, progress)
                row = (progress["step"], progress["images"], round(progress["seconds"]), f"{rate:.3g}", f"{running:.5f}",
                       *(f"{accuracy(averaged, test, test_labels, t, bars):.4f}" for t in TIMESTEPS))
                log.writerow(row)
                log_file.flush()
                print(*row, flush=True)
                next_save = progress["seconds"] + args.save_minutes * 60


if __name__ == "__main__":
    main()
