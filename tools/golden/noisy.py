"""Whole classifiers of noisy pictures on weights that belong to their names.

Writes model/noisy/noisytest/testdata/NAME.json in the form of unet.py, the logits in float64,
and NAME-gradient.json, the gradient of the sum of log p(y|x) with respect to the pictures by
PyTorch's autograd.
"""

import sys
from pathlib import Path

import torch

from named_randn import named_randn
from unet import SEED, draw, pack, spread, text

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/train"))
from noisy_model import NoisyClassifier  # noqa: E402

OUT = ROOT / "model/noisy/noisytest/testdata"

CASES = {
    "fashion": {"config": {"widths": [32, 32, 64, 128], "in_channels": 1, "sample_size": 32, "num_classes": 10},
                "side": [32, 32], "t": [0, 250, 999], "labels": [9, 0, 4]},
    # Not square, colour, fewer stages.
    "odd": {"config": {"widths": [8, 24, 16], "in_channels": 3, "sample_size": 0, "num_classes": 3},
            "side": [8, 12], "t": [700, 12], "labels": [2, 1]},
}


def run(case):
    config = case["config"]
    net = NoisyClassifier(**config).double().eval()
    with torch.no_grad():
        for name, p in net.named_parameters():
            p.copy_(draw(name, p.shape))
    modules = {}
    for name, module in net.named_modules():
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            module.register_forward_hook(lambda _, __, y, name=name: modules.__setitem__(name, y))
    n = len(case["t"])
    sample = named_randn(SEED, "input.sample", [n, config["in_channels"], *case["side"]]).double().requires_grad_()
    logits = net(sample, torch.tensor(case["t"], dtype=torch.float64))
    log = logits.log_softmax(1)[torch.arange(n), torch.tensor(case["labels"])]
    log.sum().backward()
    common = {
        "script": "tools/golden/noisy.py",
        "config": {"_class_name": "NoisyClassifier", **config},
        "size": case["side"],
        "timestep": case["t"],
        "class_labels": case["labels"],
        "parameters": [[name, *p.shape] for name, p in net.named_parameters()],
    }
    watched = [{"name": name, "rms": float(y.detach().square().mean().sqrt()), "values": pack(spread(y))} for name, y in modules.items()]
    return (common | {"shape": list(logits.shape), "output": pack(logits), "modules": watched},
            common | {"shape": list(sample.shape), "output": pack(sample.grad), "modules": []})


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or CASES:
        logits, gradient = run(CASES[name])
        (OUT / f"{name}.json").write_text(text(logits))
        (OUT / f"{name}-gradient.json").write_text(text(gradient))
        print(name, logits["shape"], "rms", *(f"{m['name']} {m['rms']:.2g}" for m in logits["modules"]))


if __name__ == "__main__":
    main()
