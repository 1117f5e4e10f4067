"""Measure the classifier of noisy pictures, in float32 and from its GGUF file.

    python tools/train/noisy_quality.py --run runs/fashion-noisy-classifier \\
        --gguf web/models/fashion-noisy-classifier.gguf --out runs/fashion-noisy-classifier/quality.json

For both variants the accuracy on Fashion-MNIST's test split at several timesteps, with noise
that is always the same.
"""

import argparse
import json
from pathlib import Path

import torch
from gguf import GGUFReader

import data
import noisy_model
from expand_gguf import expand, metadata
from noisy import CONFIG, accuracy
from sampling import alpha_bars

TIMESTEPS = (0, 50, 100, 200, 300, 400, 500, 600, 750, 900)


def load_gguf(path):
    """The network of a GGUF file, expanded to float32."""
    reader = GGUFReader(path)
    network = noisy_model.of_description(json.loads(metadata(reader, "unnoise.config")))
    network.load_state_dict(expand(reader))
    return network.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder that noisy.py wrote")
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=10000, help="test pictures")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    bars = alpha_bars(json.loads(CONFIG.read_text())["diffusion"])
    images, labels = (part[:args.count] for part in data.load_fashion("test"))
    x = data.to_unit_range(images)
    report = {"pictures": args.count, "variants": {}}
    for name, network in (("Q8_0", load_gguf(args.gguf)), ("F32", noisy_model.load(args.run / "ema"))):
        network = network.to(memory_format=torch.channels_last)
        report["variants"][name] = {str(t): accuracy(network, x, labels, t, bars) for t in TIMESTEPS}
        print(name, report["variants"][name], flush=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
