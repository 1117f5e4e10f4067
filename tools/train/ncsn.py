"""Train a noise-conditional score network: NCSN (arXiv:1907.05600) or NCSNv2 (arXiv:2006.09011).

    python tools/train/ncsn.py tools/train/configs/ncsn-fashion.json --out runs/ncsn-fashion

Denoising score matching at every noise level, weighed by sigma^2: pictures x in [0, 1],
x + sigma z with one level drawn for each, and the loss 1/2 |sigma score + z|^2, summed over
the pixels; Adam. Products are computed in bfloat16 but for the first and the last
convolution. An average of the weights is kept for both (NCSNv2's technique 5; NCSN has
none, and its weights are published as trained), and the learning rate falls linearly to zero over the share of the time that the
configuration says, if any.

Interrupt it at any time: started again with the same ``--out`` it goes on, until
the configuration's minutes of training, or ``--minutes``, have been spent in all. The folder holds ``state.pt``, ``log.csv``,
``raw/`` and ``ema/`` (checkpoints with the weights as trained and averaged).
"""

import argparse
import csv
import json
import os
import time
from pathlib import Path

import numpy as np
import torch

import data
import ncsn_model
from ema import EMA

LOG_FIELDS = ("step", "images", "seconds", "learning_rate", "train_loss", "raw_test_loss", "ema_test_loss")


def noise_levels(config):
    """The standard deviations, falling geometrically: float32 [levels]."""
    noise = config["noise"]
    return torch.from_numpy(np.geomspace(noise["sigma_begin"], noise["sigma_end"], noise["levels"]).astype(np.float32))


def build(config):
    """The network of a configuration, at random."""
    model = config["model"]
    return ncsn_model.NCSN(model["kind"], model["in_channels"], model["sample_size"], model["ngf"], noise_levels(config))


def pictures(config, split):
    """uint8 [N, C, H, W]; Fashion-MNIST without its border."""
    images = data.load(config, split)[0]
    return images[:, :, 2:30, 2:30].contiguous() if config["dataset"] == "fashion-mnist" else images


def to_unit(images, dequantize):
    """Bytes to [0, 1]; dequantised, a byte becomes a value drawn from its 256th, as NCSN has it."""
    x = images.float()
    return (x + torch.rand_like(x)) / 256 if dequantize else x / 255


def loss(output, conditional, z, sigma):
    """1/2 |sigma score + z|^2 of each picture, averaged; output as NCSN.output gives it."""
    scaled = output * sigma if conditional else output
    return (scaled + z).square().flatten(1).sum(1).mean() / 2


class TestLoss:
    """The loss on 512 fixed test pictures with fixed levels and noise, float32."""

    def __init__(self, config):
        generator = torch.Generator().manual_seed(1)
        levels = noise_levels(config)
        x = pictures(config, "test")[:512].float() / 255
        self.y = torch.arange(512) * len(levels) // 512
        self.sigma = levels[self.y].view(-1, 1, 1, 1)
        self.z = torch.randn(x.shape, generator=generator)
        self.x = x + self.sigma * self.z

    @torch.no_grad()
    def __call__(self, model):
        return sum(loss(model.output(self.x[part], self.y[part]), model.conditional, self.z[part], self.sigma[part]).item()
                   * len(part) / 512 for part in torch.arange(512).split(128))


def scheduler(config):
    """The noise levels and the sampler's steps, as the GGUF file carries them."""
    noise = config["noise"]
    return {"_class_name": "AnnealedLangevinScheduler", "sigmas": noise_levels(config).tolist(),
            "per_level": noise["per_level"], "step": noise["step"], "denoise": noise["denoise"],
            "conditional": config["model"]["kind"] == "NCSN"}


def save(out, model, ema, averaged, optimizer, progress, config):
    """Write the resumable state and both checkpoints; the state replaces the old one whole."""
    state = {"model": model.state_dict(), "ema": ema.state_dict(), "optimizer": optimizer.state_dict(),
             "progress": progress, "rng": torch.get_rng_state()}
    torch.save(state, out / "state.tmp")
    os.replace(out / "state.tmp", out / "state.pt")
    ema.copy_to(averaged)
    for name, network in (("raw", model), ("ema", averaged)):
        network.save_pretrained(out / name)
        (out / name / "scheduler_config.json").write_text(json.dumps(scheduler(config), indent=2) + "\n")


def learning_rate(settings, seconds, budget):
    """The full rate, falling to zero over the last decay_share of the budget, both in seconds."""
    decay = settings["decay_share"] * budget
    return settings["learning_rate"] * (min(1, max(0, budget - seconds) / decay) if decay else 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for state, log and checkpoints")
    parser.add_argument("--minutes", type=float, help="time to train in all, if not the configuration's")
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="fuse the normalisations with torch.compile (needs g++)")
    args = parser.parse_args()

    config = json.loads(args.config.read_text())
    settings = config["training"]
    torch.set_num_threads(args.threads)
    torch.manual_seed(settings["seed"])
    args.out.mkdir(parents=True, exist_ok=True)
    model = build(config).to(memory_format=torch.channels_last)
    averaged = build(config)
    ema = EMA(model, settings["ema_decay"])
    optimizer = torch.optim.Adam(model.parameters(), lr=settings["learning_rate"], foreach=True)
    progress = {"step": 0, "images": 0, "seconds": 0.0}
    if (args.out / "state.pt").exists():
        state = torch.load(args.out / "state.pt")
        model.load_state_dict(state["model"])
        ema.load_state_dict(state["ema"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["rng"])
        progress = state["progress"]

    images, levels, test_loss = pictures(config, "train"), noise_levels(config), TestLoss(config)
    plain = ncsn_model.instance_norm_plus, ncsn_model.instance_norm_plus_elu, ncsn_model.mean_pool
    if args.compile:
        ncsn_model.fuse()
    fused = ncsn_model.instance_norm_plus, ncsn_model.instance_norm_plus_elu, ncsn_model.mean_pool

    def use(functions):
        ncsn_model.instance_norm_plus, ncsn_model.instance_norm_plus_elu, ncsn_model.mean_pool = functions

    log_path = args.out / "log.csv"
    fresh = not log_path.exists()
    budget = 60 * (settings["minutes"] if args.minutes is None else args.minutes)
    with log_path.open("a", newline="") as log_file:
        log = csv.writer(log_file)
        if fresh:
            log.writerow(LOG_FIELDS)
        begin = time.monotonic() - progress["seconds"]
        next_save = progress["seconds"] + args.save_minutes * 60
        running = None
        finished = progress["seconds"] >= budget
        while not finished:
            rate = learning_rate(settings, progress["seconds"], budget)
            for group in optimizer.param_groups:
                group["lr"] = rate
            x = to_unit(images[torch.randint(len(images), (settings["batch_size"],))], settings["dequantize"])
            y = torch.randint(len(levels), (len(x),))
            sigma, z = levels[y].view(-1, 1, 1, 1), torch.randn_like(x)
            with torch.autocast("cpu", torch.bfloat16):
                output = model.output((x + sigma * z).to(memory_format=torch.channels_last), y)
            value = loss(output, model.conditional, z, sigma)
            optimizer.zero_grad(set_to_none=True)
            value.backward()
            optimizer.step()
            ema.update(model)
            running = value.item() if running is None else 0.99 * running + 0.01 * value.item()
            progress["step"] += 1
            progress["images"] += len(x)
            progress["seconds"] = time.monotonic() - begin
            finished = progress["seconds"] >= budget
            if finished or progress["seconds"] >= next_save:
                save(args.out, model, ema, averaged, optimizer, progress, config)
                use(plain)  # fused for one batch size
                row = (progress["step"], progress["images"], round(progress["seconds"]), f"{rate:.3g}",
                       f"{running:.3f}", f"{test_loss(model):.3f}", f"{test_loss(averaged):.3f}")
                use(fused)
                log.writerow(row)
                log_file.flush()
                print(*row, flush=True)
                next_save = progress["seconds"] + args.save_minutes * 60


if __name__ == "__main__":
    main()
