"""Whole networks of the tutorial on score-based models on weights that belong to their names.

Writes model/scorenet/scorenettest/testdata/NAME.json in the form of unet.py: the output in
float64, and what every convolution and norm gives in a few places.
"""

import sys
from pathlib import Path

import torch

from named_randn import named_randn
from unet import SEED, draw, pack, spread, text

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/train"))
from scorenet_model import ScoreNet  # noqa: E402

OUT = ROOT / "model/scorenet/scorenettest/testdata"

CASES = {
    "tutorial": {"config": {"in_channels": 1, "channels": [32, 64, 128, 256], "embed_dim": 256}, "side": [28, 28], "t": [0.001, 0.4, 1]},
    # Not square, colour, narrower than the groups of the norms.
    "odd": {"config": {"in_channels": 3, "channels": [8, 12, 20, 64], "embed_dim": 10}, "side": [20, 28], "t": [0.7, 0.02]},
}


def run(case):
    config = case["config"]
    net = ScoreNet(config["channels"], config["embed_dim"], config["in_channels"]).double().eval()
    with torch.no_grad():
        for name, p in net.named_parameters():
            p.copy_(draw(name, p.shape))
    modules = {}
    for name, module in net.named_modules():
        if name and "." not in name and not name.startswith("dense") or name == "embed.1":
            module.register_forward_hook(lambda _, __, y, name=name: modules.__setitem__(name, y))
    n = len(case["t"])
    t = torch.tensor(case["t"], dtype=torch.float32).double()
    with torch.no_grad():
        output = net(named_randn(SEED, "input.sample", [n, config["in_channels"], *case["side"]]).double(), t).sample
    modules.pop("embed")
    return {
        "script": "tools/golden/scorenet.py",
        "config": {"_class_name": "ScoreNet", **config, "sample_size": 0},
        "size": case["side"],
        "timestep": t.tolist(),
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
