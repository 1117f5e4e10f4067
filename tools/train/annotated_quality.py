"""Measure the network of The Annotated Diffusion Model, in float32 and from its GGUF file.

    python tools/train/annotated_quality.py --checkpoint runs/annotated/model \\
        --gguf web/models/annotated-fashion.gguf --classifier runs/classifier --out runs/annotated/quality

Writes ``quality.json``: for both variants the loss on 512 test pictures and the
Frechet distance of samples to the test split, from the same noise, in the
classifier's features of the pictures padded to 32x32; beside them the distance of as
many training pictures. Samples are the article's p_sample over evenly spread
timesteps. Writes ``annotated-grid.png``: the first 100 samples of the file.
"""

import argparse
import json
from pathlib import Path

import torch
from gguf import GGUFReader

import classifier as judge
import data
import frechet
from annotated import TestLoss, scheduler
from annotated_model import AnnotatedUNet, load
from expand_gguf import expand, metadata
from gallery import tile, to_bytes
from sampling import respaced


def load_gguf(path):
    """The network of a GGUF file, expanded to float32."""
    reader = GGUFReader(path)
    config = json.loads(metadata(reader, "unnoise.config"))
    network = AnnotatedUNet(config["dim"], config["dim_mults"], config["channels"], config["convnext_mult"])
    network.load_state_dict(expand(reader))
    return network.eval()


@torch.no_grad()
def sample(model, seed, count, steps):
    """The article's p_sample over respaced timesteps: [count, 1, 28, 28], not clipped.

    Picture k has a generator of its own, seeded ``seed + k``.
    """
    alpha_bar = scheduler().alphas_cumprod.double()
    timesteps = respaced(len(alpha_bar), steps)
    generators = [torch.Generator().manual_seed(seed + k) for k in range(count)]
    x = torch.stack([torch.randn((1, 28, 28), generator=g) for g in generators])
    for i in reversed(range(steps)):
        a = alpha_bar[timesteps[i]].item()
        previous = alpha_bar[timesteps[i - 1]].item() if i else 1.0
        beta = 1 - a / previous
        with torch.autocast("cpu", torch.bfloat16):
            eps = model(x.contiguous(memory_format=torch.channels_last), torch.full((count,), timesteps[i])).float()
        x = (x - beta / (1 - a) ** 0.5 * eps) / (1 - beta) ** 0.5
        if i:
            noise = torch.stack([torch.randn((1, 28, 28), generator=g) for g in generators])
            x = x + (beta * (1 - previous) / (1 - a)) ** 0.5 * noise
    return x


def padded(x):
    """[N, 1, 28, 28] to the classifier's [N, 1, 32, 32], black around."""
    return torch.nn.functional.pad(x.clamp(-1, 1), (2, 2, 2, 2), value=-1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--classifier", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    classifier = judge.load(args.classifier)

    def moments(x):
        return frechet.moments(frechet.features_of(classifier, x))

    target = moments(data.to_unit_range(data.load_fashion("test")[0]))
    train = data.to_unit_range(data.load_fashion("train")[0][:args.samples])
    report = {"samples": args.samples, "steps": args.steps,
              "frechet_floor_train_split": frechet.distance(moments(train), target), "variants": {}}
    test_loss = TestLoss(scheduler().alphas_cumprod)
    for name, model in (("F32", load(args.checkpoint)), ("Q8_0", load_gguf(args.gguf))):
        model = model.to(memory_format=torch.channels_last)
        drawn = torch.cat([sample(model, start, min(50, args.samples - start), args.steps)
                           for start in range(0, args.samples, 50)])
        report["variants"][name] = {"test_loss": test_loss(model),
                                    "frechet_distance": frechet.distance(moments(padded(drawn)), target)}
        print(name, report["variants"][name], flush=True)
    tile(to_bytes(padded(drawn[:100])), 10).save(args.out / "annotated-grid.png", optimize=True)
    (args.out / "quality.json").write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
