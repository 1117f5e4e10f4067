"""Measure a network of scores, in float32 and from its GGUF file.

    python tools/train/score_quality.py tools/train/configs/subvp-fashion.json --run runs/subvp-fashion \\
        --gguf web/models/subvp-fashion.gguf --classifier runs/classifier --out runs/subvp-fashion/quality

Writes ``quality.json``: for both variants the loss on 512 test pictures; the Frechet distance
of samples to the test split in the classifier's features, and where the network is told
classes or attributes the share of them that the classifier sees, in the same samples; and
bits/dim of dequantised test pictures (kept from an earlier run with ``--likelihoods 0``).
Samples are told the conditions of the first test pictures without guidance and come from the
same noise: of the probability-flow ODE by RK45, or with ``--steps`` by that many of reverse
diffusion; beside them the distance of as many training pictures. Writes ``grid.png``: the first 100 of the file.
It is written anew after each variant; those already in it are kept.
"""

import argparse
import json
from pathlib import Path

import torch

import classifier as judge
import frechet
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--run", type=Path, required=True, help="folder that score.py wrote")
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--classifier", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--variants", nargs="*", default=["Q8_0", "F32"])
    parser.add_argument("--sampled", nargs="*", default=["Q8_0", "F32"], help="those that are sampled; of the others only the loss")
    parser.add_argument("--samples", type=int, default=250)
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
    train = score_model.pictures(config, "train")[0][:args.samples]
    path = args.out / "quality.json"
    report = json.loads(path.read_text()) if path.exists() else {"variants": {}}
    if args.likelihoods:
        report |= {"likelihoods": args.likelihoods, "likelihood_tolerance": args.likelihood_tolerance}
    report |= {"samples": args.samples, "tolerance": args.tolerance, "steps": args.steps, "eps": args.eps, "frechet_floor": distance(pictures(train)),
               "classifier_test_accuracy": judge.accuracy(classifier, pictures(images), labels, config)}
    test_loss = TestLoss(config, sde)
    asked = labels[:args.samples]
    for name in args.variants:
        network = score_model.load_gguf(args.gguf)[0] if name == "Q8_0" else score_model.load(args.run / "ema")
        network = network.eval().to(memory_format=score_model.layout(network))
        found = report["variants"].setdefault(name, {})
        found["test_loss"] = test_loss(network)
        if name not in args.sampled:
            path.write_text(json.dumps(report, indent=2) + "\n")
            continue
        drawn, evaluations = [], 0
        for start in range(0, args.samples, args.batch):
            part = asked[start:start + args.batch]
            if args.steps:
                spent = args.steps
                x = score_flow.reverse_diffusion(sde, network, generators(start, len(part)), images.shape[1:], part, spent, args.eps)
            else:
                x = sde.prior_std() * initial_noise(start, len(part), images.shape[1:])
                x, spent = score_flow.sample(sde, network, x, part, args.tolerance, args.eps)
            drawn.append(to_judge(x, lowest))
            evaluations = max(evaluations, spent)
            print(name, f"{start + len(part)} samples, {spent} evaluations", flush=True)
        drawn = torch.cat(drawn)
        found |= {"frechet_distance": distance(drawn), "evaluations": evaluations}
        if conditional:
            found["agreement"] = judge.accuracy(classifier, drawn, asked, config)
        if name == "Q8_0":
            sheet = tile(to_bytes(drawn[:100]), 10)
            times = 2 if drawn.shape[2] < 32 else 1  # or browsers blur small pictures
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
