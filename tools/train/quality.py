"""Measure a trained model, in float32 and as expanded from each of its GGUF files.

    python tools/train/quality.py --checkpoint runs/fashion/ema --classifier runs/classifier \\
        --gguf runs/fashion/f16.gguf web/models/fashion.gguf runs/fashion/q4_0.gguf --out runs/quality

Writes ``quality.json``: for every variant the share of 1,000 guided samples
(s = 2) in which the classifier sees the class that was asked for, and the
Frechet distance of 5,000 samples (s = 1) to the test split, each from the same
noise; beside them the distance of the training split to the test split, which a
perfect model would reach. Samples are kept in the output folder, batch by batch, so
that an interrupted measurement goes on where it was.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import DDPMScheduler, UNet2DModel

import classifier as judge
import data
import frechet
from expand_gguf import load_gguf
from sampling import ddim, initial_noise


def draw(model, name, args, alpha_bar, count, scale, steps, seed):
    """Draw ``count`` pictures, classes in turn, or read them back from an earlier run."""
    path = args.out / f"{name}-s{scale:g}-n{count}-steps{steps}.npy"
    labels = torch.arange(count) % 10
    pictures = torch.from_numpy(np.load(path)) if path.exists() else torch.empty(0, 1, 32, 32)
    null_class = model.config.num_class_embeds - 1
    begin = time.monotonic()
    for start in range(len(pictures), count, args.batch):
        part = labels[start:start + args.batch]
        x = initial_noise(seed + start, len(part)).to(memory_format=torch.channels_last)
        pictures = torch.cat([pictures, ddim(model, x, part, alpha_bar, steps, scale, null_class)])
        np.save(path, pictures.numpy())
        print(f"{name} s={scale:g}: {len(pictures)}/{count}, {time.monotonic() - begin:.0f} s", flush=True)
    return pictures, labels


def variants(args):
    """Yield (name, model): the checkpoint itself, then each GGUF file."""
    yield "F32", UNet2DModel.from_pretrained(args.checkpoint)
    for path in args.gguf:
        model, kind = load_gguf(path)
        yield kind, model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True, help="diffusers folder with the float32 weights")
    parser.add_argument("--gguf", type=Path, nargs="*", default=[])
    parser.add_argument("--classifier", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=50, help="DDIM steps of the guided samples")
    parser.add_argument("--plain-steps", type=int, default=50, help="DDIM steps of the plain samples")
    parser.add_argument("--agreement-of", nargs="*", default=["F32", "F16", "Q8_0", "Q4_0"],
                        help="variants whose guided samples are drawn")
    parser.add_argument("--guided", type=int, default=1000, help="samples for the agreement at s = 2")
    parser.add_argument("--plain", type=int, default=5000, help="samples for the Frechet distance at s = 1")
    parser.add_argument("--batch", type=int, default=50, help="larger ones do not fit the caches")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)

    scheduler = DDPMScheduler.from_pretrained(args.checkpoint)
    betas = torch.linspace(scheduler.config.beta_start, scheduler.config.beta_end,
                           scheduler.config.num_train_timesteps, dtype=torch.float64)
    alpha_bar = (1 - betas).cumprod(0)
    classifier = judge.load(args.classifier)
    test_images, test_labels = data.load_fashion("test")
    test = data.to_unit_range(test_images)
    train = data.to_unit_range(data.load_fashion("train")[0])
    target = frechet.moments(frechet.features_of(classifier, test))
    report = {
        "classifier_test_accuracy": judge.accuracy(classifier, test, test_labels),
        "steps": args.steps, "plain_steps": args.plain_steps, "guided_samples": args.guided, "plain_samples": args.plain,
        "frechet_floor_train_split": frechet.distance(
            frechet.moments(frechet.features_of(classifier, train)), target),
        "variants": {},
    }
    for name, model in variants(args):
        model = model.eval().to(memory_format=torch.channels_last)
        found = report["variants"][name] = {}
        if name in args.agreement_of:
            guided, labels = draw(model, name, args, alpha_bar, args.guided, 2, args.steps, seed=1_000_000)
            found["class_agreement"] = judge.accuracy(classifier, guided, labels)
        plain, _ = draw(model, name, args, alpha_bar, args.plain, 1, args.plain_steps, seed=2_000_000)
        found["frechet_distance"] = frechet.distance(
            frechet.moments(frechet.features_of(classifier, plain)), target)
        print(name, found, flush=True)
        (args.out / "quality.json").write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
