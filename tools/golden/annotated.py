"""Whole networks of The Annotated Diffusion Model on weights that belong to their names.

Writes model/annotated/annotatedtest/testdata/NAME.json in the form of unet.py: the
output in float64, and what every block gives in a few places.
"""

import sys
from pathlib import Path

import torch

from named_randn import named_randn
from unet import SEED, draw, pack, spread, text

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/train"))
from annotated_model import AnnotatedUNet  # noqa: E402

OUT = ROOT / "model/annotated/annotatedtest/testdata"

CASES = {
    "article": {"config": {"dim": 28, "dim_mults": [1, 2, 4], "channels": 1}, "side": [28, 28], "t": [0, 100, 199]},
    # Not square, colour, one level less, a wider block.
    "odd": {"config": {"dim": 10, "dim_mults": [1, 3], "channels": 3, "convnext_mult": 3}, "side": [10, 6], "t": [7, 150]},
}


def watched(name):
    """Blocks, attentions, changes of size and the ends of the network."""
    parts = name.split(".")
    return len(parts) == (3 if parts[0] in ("downs", "ups") else 1) and parts[0] not in ("", "downs", "ups", "final_conv") \
        or len(parts) == 3 and parts[0] in ("downs", "ups") or name in ("time_mlp.3", "final_conv.0", "final_conv.1")


def run(case):
    config = case["config"]
    net = AnnotatedUNet(config["dim"], config["dim_mults"], config["channels"], config.get("convnext_mult", 2))
    net = net.double().eval()
    with torch.no_grad():
        for name, p in net.named_parameters():
            p.copy_(draw(name, p.shape))
    modules = {}
    for name, module in net.named_modules():
        if watched(name) and not isinstance(module, torch.nn.Identity):
            module.register_forward_hook(lambda _, __, y, name=name: modules.__setitem__(name, y))
    n = len(case["t"])
    sample = named_randn(SEED, "input.sample", [n, config["channels"], *case["side"]]).double()
    with torch.no_grad():
        output = net(sample, torch.tensor(case["t"], dtype=torch.float64))
    modules.pop("time_mlp", None)
    return {
        "script": "tools/golden/annotated.py",
        "config": {"_class_name": "AnnotatedUNet", **config},
        "size": case["side"],
        "timestep": case["t"],
        "parameters": [[name, *p.shape] for name, p in net.named_parameters()],
        "shape": list(output.shape),
        "output": pack(output),
        "modules": [{"name": name, "rms": float(y.square().mean().sqrt()), "values": pack(spread(y))}
                    for name, y in modules.items()],
    }


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or CASES:
        golden = run(CASES[name])
        (OUT / f"{name}.json").write_text(text(golden))
        print(name, golden["shape"], "rms", *(f"{m['name']} {m['rms']:.2g}" for m in golden["modules"]))


if __name__ == "__main__":
    main()
