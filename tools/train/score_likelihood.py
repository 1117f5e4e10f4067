"""bits/dim of test pictures under a model of scores, in PyTorch: what ``unnoise likelihood``
computes, on the same weights, pictures and probes.

    .venv/bin/python tools/train/score_likelihood.py --gguf web/models/subvp-fashion.gguf \\
        --count 256 --pictures runs/test-pictures.safetensors --out runs/likelihood.json
    bin/unnoise likelihood --model web/models/subvp-fashion.gguf --in runs/test-pictures.safetensors --dequantize

Takes the first ``--count`` test pictures of the model's data set, and writes them to
``--pictures`` as the command wants them. Probe p of picture k is the sign, + for 0, of draw p
of torch.randn by a generator seeded seed + k, and the dequantisation is torch.rand by the
same, after the probes. No class or attribute is told.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

import data
import score_flow
import score_model
import score_sde
from scorenet_model import ScoreNet


def test_pictures(network, count):
    """The first test pictures in [0, 1], and what stands for no condition."""
    if hasattr(network, "unet"):  # attributes
        images = data.load_faces("test")[0]
        null = network.unknown
    else:
        images = data.load_fashion("test")[0]
        tutorial = isinstance(network, ScoreNet)
        images = images[:, :, 2:30, 2:30] if tutorial else images
        null = None if tutorial else torch.tensor(network.config.num_class_embeds - 1)
    x = images[:count].float() / 255
    return x, None if null is None else null.expand(len(x), *null.shape).contiguous()


def noise(shape, seed, probes):
    """(probes, each of signs [N, C, H, W], and uniform [N, C, H, W])."""
    signs, uniform = [[] for _ in range(probes)], []
    for k in range(shape[0]):
        generator = torch.Generator().manual_seed(seed + k)
        for part in signs:
            part.append(torch.where(torch.randn(shape[1:], generator=generator) < 0, -1.0, 1.0))
        uniform.append(torch.rand(shape[1:], generator=generator))
    return [torch.stack(part).double() for part in signs], torch.stack(uniform)


def measure(network, sde, lowest, count, batch, tolerance, seed=0, probes=1, progress=print):
    """bits/dim of the first test pictures, dequantised: a list."""
    x, null = test_pictures(network, count)
    network = network.eval().to(memory_format=score_model.layout(network))
    bits = []
    for start in range(0, len(x), batch):
        part = x[start:start + batch]
        signs, uniform = noise(part.shape, seed + start, probes)
        spread = lowest + (1 - lowest) * (255 * part + uniform) / 256
        labels = None if null is None else null[start:start + batch]
        log_p, _, evaluations = score_flow.log_density(sde, network, spread, labels, signs, tolerance)
        bits += score_flow.bits_per_dim(log_p, part[0].numel(), lowest).tolist()
        progress(f"{len(bits)} of {len(x)} pictures, mean {sum(bits) / len(bits):.4f} bits/dim, {evaluations} evaluations")
    return bits


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--count", type=int, default=256)
    parser.add_argument("--batch", type=int, default=32, help="pictures that take the same steps, as --batch of the command")
    parser.add_argument("--tolerance", type=float, default=1e-5)
    parser.add_argument("--probes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pictures", type=Path, help="safetensors file to write, with the pictures before dequantisation")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    network, scheduler = score_model.load_gguf(args.gguf)
    sde = score_sde.of_scheduler(scheduler)
    lowest = 0 if isinstance(sde, score_sde.Tutorial) else -1
    if args.pictures:
        save_file({"sample": (lowest + (1 - lowest) * test_pictures(network, args.count)[0]).contiguous()}, args.pictures)
    bits = measure(network, sde, lowest, args.count, args.batch, args.tolerance, args.seed, args.probes,
                   lambda line: print(line, flush=True))
    print(f"mean {sum(bits) / len(bits):.4f} bits/dim")
    if args.out:
        args.out.write_text(json.dumps({"model": args.gguf.name, "tolerance": args.tolerance, "probes": args.probes,
                                        "seed": args.seed, "mean": sum(bits) / len(bits), "bits_per_dim": bits}, indent=1) + "\n")


if __name__ == "__main__":
    main()
