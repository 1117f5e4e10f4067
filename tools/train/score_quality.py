"""Measure a network of scores, in float32 and from its GGUF file.

    python tools/train/score_quality.py tools/train/configs/subvp-fashion.json --run runs/subvp-fashion \\
        --gguf web/models/subvp-fashion.gguf --classifier runs/classifier --out runs/subvp-fashion/quality --tolerance 1e-3
    python tools/train/score_quality.py tools/train/configs/ve-faces.json --run runs/ve-faces \\
        --gguf web/models/ve-faces.gguf --classifier runs/faces-classifier --out runs/ve-faces/quality \\
        --steps 60 --eps 1e-5 --likelihoods 0
    python tools/train/score_quality.py tools/train/configs/score-tutorial.json --run runs/score-tutorial \\
        --gguf web/models/score-tutorial.gguf --classifier runs/classifier --out runs/score-tutorial/quality \\
        --steps 100 --eps 0.01

Writes ``quality.json``: for both variants the loss on 512 test pictures; the Frechet distance
of samples to the test split in the classifier's features, and where the network is told
classes or attributes the share of them that the classifier sees, in the same samples; and
bits/dim of dequantised test pictures (with ``--likelihoods 0`` those that an earlier run found).
Samples are told the conditions of the first test pictures without guidance and come from the
same noise: of the probability-flow ODE by RK45, or with ``--steps`` by that many of reverse
diffusion, which leave the grain of their last noise where the noise at ``--eps`` is much less
than a step adds (100 steps of the tutorial's SDE to eps = 0.001: distance 115, to 0.01: 73);
beside them the distance of as many training pictures. Writes ``grid.png``: the first 100 of the file.

Samples are kept batch by batch, so that an interrupted measurement of the same weights goes on
where it was. quality.json is written anew after each variant; what an earlier run has found
stays in it as far as it was found with the same weights and settings.
"""

import argparse
import hashlib
import json
from pathlib import Path

import torch

import classifier as judge
import frechet
import kept
import score_flow
import score_likelihood
import score_model
import score_sde
from PIL import Image
from gallery import tile, to_bytes
from sampling import generators, initial_noise
from score import TestLoss


def to_judge(x, lowest):
    """Pictures as the classifier takes them: in [-1, 1], and 32x32 where they are 28x28."""
    x = (2 * (x - lowest) / (1 - lowest) - 1).clamp(-1, 1)
    return torch.nn.functional.pad(x, (2, 2, 2, 2), value=-1) if x.shape[2] == 28 else x


def earlier(path, sampling, likelihoods):
    """What quality.json holds, less the figures that were found with other settings."""
    report = json.loads(path.read_text()) if path.exists() else {"variants": {}}
    for settings, figures in ((sampling, ("frechet_distance", "evaluations", "agreement")), (likelihoods, ("bits_per_dim",))):
        if any(report.get(key) != value for key, value in settings.items()):
            for found in report["variants"].values():
                for figure in figures:
                    found.pop(figure, None)
    return report | sampling | likelihoods


def of_weights(variants, name, network):
    """The figures of a variant, which are none where they were other weights'."""
    weights = kept.mark(network, {})
    if variants.get(name, {}).get("weights") != weights:
        variants[name] = {"weights": weights}
    return variants[name]


def draw(sde, network, name, args, shape, labels):
    """The samples of a variant, told the first of the labels, drawn or read back: kept.Samples."""
    asked = labels[:args.samples]
    settings = {"tolerance": args.tolerance, "steps": args.steps, "eps": args.eps, "batch": args.batch, "sde": sde.scheduler(),
                "labels": hashlib.sha256(labels.numpy().tobytes()).hexdigest()}
    settings |= {"samples": args.samples} if args.samples % args.batch else {}  # a last batch that is short
    drawn = kept.Samples(args.out, name, network, settings)
    for start in range(len(drawn), len(asked), args.batch):
        part = asked[start:start + args.batch]
        if args.steps:
            spent = args.steps
            x = score_flow.reverse_diffusion(sde, network, generators(start, len(part)), shape, part, spent, args.eps)
        else:
            x = sde.prior_std() * initial_noise(start, len(part), shape)
            x, spent = score_flow.sample(sde, network, x, part, args.tolerance, args.eps)
        drawn.add(x, spent)
        print(name, f"{len(drawn)} samples, {spent} evaluations", flush=True)
    return drawn


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--run", type=Path, required=True, help="folder that score.py wrote")
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--classifier", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--variants", nargs="*", default=["Q8_0", "F32"])
    parser.add_argument("--sampled", nargs="*", default=["Q8_0", "F32"], help="those that are sampled; of the others only the loss")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--tolerance", type=float, default=1e-2, help="of the solver, for samples")
    parser.add_argument("--steps", type=int, default=0, help="of reverse diffusion, in place of the solver")
    parser.add_argument("--eps", type=float, default=1e-3, help="last time of samples")
    parser.add_argument("--likelihoods", type=int, default=32, help="test pictures whose bits/dim are computed")
    parser.add_argument("--likelihood-tolerance", type=float, default=1e-4)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    config = json.loads(args.config.read_text())
    sde, lowest = score_sde.of_config(config), score_model.lowest(config)
    conditional = config["model"].get("_class_name") != "ScoreNet"
    classifier = judge.load(args.classifier, config if "attributes" in config else None)
    images, labels = score_model.pictures(config, "test")
    pictures = lambda split: to_judge(score_model.to_range(split, 0), 0)
    target = frechet.moments(frechet.features_of(classifier, pictures(images)))
    distance = lambda x: frechet.distance(frechet.moments(frechet.features_of(classifier, x)), target)
    args.samples = min(args.samples, len(labels))  # one for each test picture's condition
    train = score_model.pictures(config, "train")[0][:args.samples]
    path = args.out / "quality.json"
    report = earlier(path, {"samples": args.samples, "tolerance": args.tolerance, "steps": args.steps, "eps": args.eps},
                     {"likelihoods": args.likelihoods, "likelihood_tolerance": args.likelihood_tolerance} if args.likelihoods else {})
    report |= {"frechet_floor": distance(pictures(train)),
               "classifier_test_accuracy": judge.accuracy(classifier, pictures(images), labels, config)}
    test_loss = TestLoss(config, sde)
    for name in args.variants:
        network = score_model.load_gguf(args.gguf)[0] if name == "Q8_0" else score_model.load(args.run / "ema")
        network = network.eval().to(memory_format=score_model.layout(network))
        found = of_weights(report["variants"], name, network)
        found["test_loss"] = test_loss(network)
        path.write_text(json.dumps(report, indent=2) + "\n")
        if name not in args.sampled:
            continue
        drawn = draw(sde, network, name, args, images.shape[1:], labels)
        shown = to_judge(drawn.pictures[:args.samples], lowest)
        found |= {"frechet_distance": distance(shown), "evaluations": drawn.evaluations}
        if conditional:
            found["agreement"] = judge.accuracy(classifier, shown, labels[:args.samples], config)
        if name == "Q8_0":
            sheet = tile(to_bytes(shown[:100]), 10)
            times = 2 if shown.shape[2] < 32 else 1  # or browsers blur small pictures
            sheet.resize((sheet.width * times, sheet.height * times), Image.NEAREST).save(args.out / "grid.png", optimize=True)
        path.write_text(json.dumps(report, indent=2) + "\n")
        if args.likelihoods:
            bits = score_likelihood.measure(network, sde, lowest, args.likelihoods, 32, args.likelihood_tolerance,
                                            progress=lambda line: print(line, flush=True))
            found["bits_per_dim"] = sum(bits) / len(bits)
        print(name, found, flush=True)
        path.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
