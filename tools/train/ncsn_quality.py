"""Measure a network of NCSN or NCSNv2, in float32 and from its GGUF file.

    python tools/train/ncsn_quality.py tools/train/configs/ncsn-fashion.json --run runs/ncsn-fashion \\
        --gguf web/models/ncsn-fashion.gguf --classifier runs/classifier --out runs/ncsn-fashion/quality
    python tools/train/ncsn_quality.py tools/train/configs/ncsnv2-faces.json --run runs/ncsnv2-faces \\
        --gguf web/models/ncsnv2-faces.gguf --variants file ema raw --classifier runs/faces-classifier \\
        --judge-config tools/train/configs/faces.json --out runs/ncsnv2-faces/quality

Writes ``quality.json``: for every variant the score matching loss on 512 test pictures and
the Frechet distance of samples to the test split in the classifier's features, from the
same noise; beside them the distance of as many training pictures. Variants are the
file's, named by its type (Q8_0), the averaged weights in float32
(ema) and those as trained (raw), of which the configuration says which are published: these
and the file's are sampled where ``--variants`` says nothing else. Samples are the programs' annealed Langevin
dynamics (github.com/ermongroup/ncsn, runners/anneal_runner.py, and ncsnv2, models/__init__.py)
with the configuration's levels and steps; they are kept batch by batch, so that an
interrupted measurement of the same weights goes on where it was.
Writes ``grid.png``: the first 100 samples of the file.
"""

import argparse
import json
import time
from pathlib import Path

import torch
from gguf import GGUFReader
from PIL import Image

import classifier as judge
import data
import frechet
import kept
import ncsn_model
from expand_gguf import expand, metadata, type_of
from gallery import tile, to_bytes
from ncsn import TestLoss, pictures

BATCH = 50


def load_gguf(path):
    """(network of a GGUF file, expanded to float32, and the name of its type)."""
    reader = GGUFReader(path)
    c = json.loads(metadata(reader, "unnoise.config"))
    sigmas = json.loads(metadata(reader, "unnoise.scheduler"))["sigmas"]
    network = ncsn_model.NCSN(c["_class_name"], c["in_channels"], c["sample_size"], c["ngf"], sigmas)
    network.load_state_dict(expand(reader))
    return network.eval(), type_of(reader)


@torch.no_grad()
def sample(model, seed, count, noise):
    """Annealed Langevin dynamics from even random numbers: [count, C, H, W] in about [0, 1].

    x <- x + a score + sqrt(2 a) z with a = step (sigma / sigma_L)^2, per_level times at each
    level; with denoise, a last x + sigma_L^2 score.
    """
    generator = torch.Generator().manual_seed(seed)
    shape = (count, model.config["in_channels"], *[model.config["sample_size"]] * 2)
    x = torch.rand(shape, generator=generator)

    def score(level):
        with torch.autocast("cpu", torch.bfloat16):
            return model(x.contiguous(memory_format=torch.channels_last), torch.full((count,), level)).float()

    last = model.sigmas[-1].item()
    for level, sigma in enumerate(model.sigmas.tolist()):
        a = noise["step"] * (sigma / last) ** 2
        for _ in range(noise["per_level"]):
            x = x + a * score(level) + (2 * a) ** 0.5 * torch.randn(shape, generator=generator)
    return x + last ** 2 * score(len(model.sigmas) - 1) if noise["denoise"] else x


def draw(model, name, args, noise):
    """The samples of a variant, drawn or read back: [samples, C, H, W]."""
    settings = noise | {"seed": args.seed, "batch": BATCH}
    settings |= {"samples": args.samples} if args.samples % BATCH else {}  # a last batch that is short
    drawn = kept.Samples(args.out, name, model, settings)
    begin = time.monotonic()
    evaluations = noise["levels"] * noise["per_level"] + bool(noise["denoise"])
    for start in range(len(drawn), args.samples, BATCH):
        drawn.add(sample(model, args.seed + start, min(BATCH, args.samples - start), noise), evaluations)
        print(f"{name}: {len(drawn)}/{args.samples}, {time.monotonic() - begin:.0f} s", flush=True)
    return drawn.pictures[:args.samples]


def judged(x):
    """[0, 1] to what the classifiers take: [-1, 1], 28x28 padded to 32x32 in black."""
    x = x.clamp(0, 1) * 2 - 1
    return torch.nn.functional.pad(x, (2, 2, 2, 2), value=-1) if x.shape[3] == 28 else x


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--run", type=Path, required=True, help="folder that ncsn.py wrote")
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--variants", nargs="+", choices=["file", "ema", "raw"],
                        help="those of which samples are drawn, the file's and its weights in float32 where not given; the loss is measured of all")
    parser.add_argument("--classifier", type=Path, required=True)
    parser.add_argument("--judge-config", type=Path, help="the classifier's configuration, where it is not Fashion-MNIST's")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compile", action="store_true", help="fuse the normalisations with torch.compile (needs g++)")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    config = json.loads(args.config.read_text())
    classifier = judge.load(args.classifier, json.loads(args.judge_config.read_text()) if args.judge_config else None)

    def moments(x):
        return frechet.moments(frechet.features_of(classifier, judged(x)))

    target = moments(pictures(config, "test").float() / 255)
    train = pictures(config, "train")[:args.samples].float() / 255
    report = {"samples": args.samples, "levels": config["noise"]["levels"], "per_level": config["noise"]["per_level"],
              "frechet_floor_train_split": frechet.distance(moments(train), target), "variants": {}}
    test_loss = TestLoss(config)
    network, stored = load_gguf(args.gguf)
    models = {stored: network, "ema": ncsn_model.load(args.run / "ema"), "raw": ncsn_model.load(args.run / "raw")}
    for name, model in models.items():
        report["variants"][name] = {"test_loss": test_loss(model)}
    if args.compile:
        ncsn_model.fuse()
    for variant in args.variants or ["file", config["training"]["published"]]:
        name = stored if variant == "file" else variant
        drawn = draw(models[name].to(memory_format=torch.channels_last), name, args, config["noise"])
        report["variants"][name]["frechet_distance"] = frechet.distance(moments(drawn), target)
        print(name, report["variants"][name], flush=True)
        if name == stored:
            sheet = tile(to_bytes(drawn[:100] * 2 - 1), 10)
            times = 2 if drawn.shape[3] < 28 else 1  # small pictures are shown twice their size, or browsers blur them
            sheet.resize((sheet.width * times, sheet.height * times), Image.NEAREST).save(args.out / "grid.png", optimize=True)
        (args.out / "quality.json").write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
