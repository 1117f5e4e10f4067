"""Measure a trained model, in float32 and as expanded from each of its GGUF files.

    python tools/train/quality.py --checkpoint runs/fashion/ema --classifier runs/classifier \\
        --gguf runs/fashion/f16.gguf web/models/fashion.gguf runs/fashion/q4_0.gguf --out runs/quality
    python tools/train/quality.py --config tools/train/configs/faces.json --checkpoint runs/faces/ema \\
        --classifier runs/faces-classifier --gguf runs/faces/gguf/faces.gguf --out runs/faces-quality

Without ``--checkpoint`` only the GGUF files are measured, for models whose float32
weights are gone.

Writes ``quality.json``: for every variant the share of guided samples (s = 2) in
which the classifier sees what was asked for, and the Frechet distance of samples
(s = 1) to the test split, each from the same noise; beside them the distance of as
many training pictures to the test split, which a perfect model would reach. Where
pictures have attributes, those of the test split are asked for, then those of the
held-out pictures, whose pairs no training picture has. Samples are kept in the
output folder, batch by batch, so that an interrupted measurement goes on where it was.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

import classifier as judge
import data
import frechet
from expand_gguf import load_gguf
from model import load
from sampling import alpha_bars, ddim, ddpm, generators, initial_noise


class Sampler:
    """Draws from the variants of one model, or reads back what an earlier run drew."""

    def __init__(self, args, config):
        self.args = args
        self.predict = config["diffusion"]["prediction_type"]
        self.alpha_bar = alpha_bars(config["diffusion"])
        side = config["model"]["sample_size"]
        self.shape = (config["model"]["in_channels"], side, side)
        if "attributes" in config:
            self.null = torch.tensor([len(a["options"]) for a in config["attributes"]])
        else:
            self.null = config["model"]["num_class_embeds"] - 1

    def __call__(self, model, name, labels, scale, steps, seed, stochastic=False):
        """One picture for each row of labels: [N, C, H, W]. Two calls that differ need
        different names, scales, numbers or steps."""
        count = len(labels)
        path = self.args.out / f"{name}-s{scale:g}-n{count}-steps{steps}.npy"
        pictures = torch.from_numpy(np.load(path)) if path.exists() else torch.empty(0, *self.shape)
        begin = time.monotonic()
        for start in range(len(pictures), count, self.args.batch):
            part = labels[start:start + self.args.batch]
            if stochastic:
                drawn = ddpm(model, generators(seed + start, len(part)), self.shape, part,
                             self.alpha_bar, steps, scale, self.null, self.predict)
            else:
                x = initial_noise(seed + start, len(part), self.shape).to(memory_format=torch.channels_last)
                drawn = ddim(model, x, part, self.alpha_bar, steps, scale, self.null, self.predict)
            pictures = torch.cat([pictures, drawn])
            np.save(path, pictures.numpy())
            print(f"{name} s={scale:g}: {len(pictures)}/{count}, {time.monotonic() - begin:.0f} s", flush=True)
        return pictures


def named(config, shares):
    """Shares of attributes by name, and their mean."""
    names = [a["name"] for a in config["attributes"]]
    return {name: round(share.item(), 4) for name, share in zip(names, shares)} | {"mean": round(shares.mean().item(), 4)}


@torch.no_grad()
def pair_shares(config, classifier, pictures, labels):
    """For each pair held out, the share of its pictures in which both halves are seen,
    of those in which both can be."""
    visible = data.visible(config, labels)
    answers = torch.cat([classifier.answers(part) for part in pictures.split(500)])
    names = [a["name"] for a in config["attributes"]]
    shares = {}
    for pair in json.loads((data.FACES_DIR / "attributes.json").read_text())["heldOut"]:
        places = [(names.index(name), config["attributes"][names.index(name)]["options"].index(word)) for name, word in pair]
        asked = torch.stack([(labels[:, a] == option) & visible[:, a] for a, option in places]).all(0)
        seen = torch.stack([answers[:, a] == option for a, option in places]).all(0)
        shares[" and ".join(f"{name} {word}" for name, word in pair)] = round(seen[asked].double().mean().item(), 4)
    return shares


def variants(args):
    """Yield (name, model): the checkpoint itself, if there is one, then each GGUF file."""
    if args.checkpoint:
        yield "F32", load(args.checkpoint)
    for path in args.gguf:
        model, kind = load_gguf(path)
        yield kind, model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=Path(__file__).parent / "configs" / "fashion.json",
                        help="the configuration that the checkpoint was trained by")
    parser.add_argument("--checkpoint", type=Path, help="folder with the float32 weights")
    parser.add_argument("--gguf", type=Path, nargs="*", default=[])
    parser.add_argument("--classifier", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=50, help="DDIM steps of the guided samples")
    parser.add_argument("--plain-steps", type=int, default=50, help="DDIM steps of the plain samples")
    parser.add_argument("--agreement-of", nargs="*", default=["F32", "F16", "Q8_0", "Q4_0"],
                        help="variants whose guided samples are drawn")
    parser.add_argument("--guided", type=int, default=1000, help="samples for the agreement at s = 2")
    parser.add_argument("--held-out", type=int, default=250, help="those of held-out pairs, where there are any")
    parser.add_argument("--stochastic", type=int, default=0, help="of the guided samples, how many are drawn by DDPM too")
    parser.add_argument("--stochastic-steps", type=int, default=50,
                        help="steps of those; a network that predicts the previous mean wants all 1000")
    parser.add_argument("--plain", type=int, default=5000, help="samples for the Frechet distance at s = 1")
    parser.add_argument("--batch", type=int, default=50, help="larger ones do not fit the caches")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    if not args.checkpoint and not args.gguf:
        parser.error("nothing to measure: give --checkpoint, --gguf or both")
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    config = json.loads(args.config.read_text())

    classifier = judge.load(args.classifier, config)
    test_images, test_labels = data.load(config, "test")
    test = data.to_unit_range(test_images)
    train = data.to_unit_range(data.load(config, "train")[0])
    target = frechet.moments(frechet.features_of(classifier, test))
    distance = lambda x: frechet.distance(frechet.moments(frechet.features_of(classifier, x)), target)
    attributes = "attributes" in config
    labels = test_labels if attributes else torch.arange(max(args.guided, args.plain)) % 10
    report = {
        "classifier_test_accuracy": judge.accuracy(classifier, test, test_labels, config),
        "steps": args.steps, "plain_steps": args.plain_steps, "guided_samples": args.guided, "plain_samples": args.plain,
        "frechet_floor": distance(train[:args.plain]),
        "variants": {},
    }
    if attributes:
        held_images, held_labels = data.load_faces("held_out")
        held = data.to_unit_range(held_images)
        report["classifier_test_attributes"] = named(config, judge.agreement(classifier, test, test_labels, config))
        report["classifier_held_out"] = named(config, judge.agreement(classifier, held, held_labels, config))
        held_labels = held_labels[:args.held_out]
    draw = Sampler(args, config)
    for name, model in variants(args):
        model = model.eval().to(memory_format=torch.channels_last)
        found = report["variants"][name] = {}
        if name in args.agreement_of:
            asked = labels[:args.guided]
            guided = draw(model, name, asked, 2, args.steps, seed=1_000_000)
            found["class_agreement"] = judge.accuracy(classifier, guided, asked, config)
            if attributes:
                found["attributes"] = named(config, judge.agreement(classifier, guided, asked, config))
                guided = draw(model, f"{name}-held-out", held_labels, 2, args.steps, seed=3_000_000)
                found["held_out"] = named(config, judge.agreement(classifier, guided, held_labels, config))
                found["held_out_pairs"] = pair_shares(config, classifier, guided, held_labels)
        if name in args.agreement_of and args.stochastic:
            asked = labels[:args.stochastic]
            guided = draw(model, f"{name}-ddpm", asked, 2, args.stochastic_steps, seed=1_000_000, stochastic=True)
            found["class_agreement_ddpm"] = judge.accuracy(classifier, guided, asked, config)
            report |= {"stochastic_samples": args.stochastic, "stochastic_steps": args.stochastic_steps}
        plain = draw(model, name, labels[:args.plain], 1, args.plain_steps, seed=2_000_000)
        found["frechet_distance"] = distance(plain)
        print(name, found, flush=True)
        (args.out / "quality.json").write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
