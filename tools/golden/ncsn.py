"""Whole networks of NCSN and NCSNv2 on weights that belong to their names.

Writes model/refinenet/refinenettest/testdata/NAME.json in the form of unet.py: the output
in float64, and what every block gives in a few places. The networks are those of
tools/train/ncsn_model.py, whose arithmetic is that of models/cond_refinenet_dilated.py in
github.com/ermongroup/ncsn and models/ncsnv2.py in github.com/ermongroup/ncsnv2.
"""

import sys
from pathlib import Path

import torch

from named_randn import named_randn
from unet import SEED, draw, pack, spread, text

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/train"))
import ncsn_model  # noqa: E402

OUT = ROOT / "model/refinenet/refinenettest/testdata"

CASES = {
    "ncsn": {"kind": "NCSN", "channels": 1, "ngf": 4, "levels": 3, "side": [14, 10], "t": [0, 2]},
    "ncsnv2": {"kind": "NCSNv2", "channels": 3, "ngf": 6, "levels": 5, "side": [8, 12], "t": [0, 4]},
}


def watched(name):
    """Residual and refine blocks, the parts of these, and the ends of the network."""
    parts = name.split(".")
    if parts[0].startswith("res"):
        return len(parts) == 2
    if parts[0].startswith("refine"):
        return len(parts) == 2 and parts[1] in ("msf", "crp", "output_convs") or len(parts) == 3 and parts[1] == "adapt_convs"
    return name in ("begin_conv", "normalizer", "end_conv")


def float64_norm(x, gamma, alpha, beta):
    """ncsn_model.instance_norm_plus without its float32."""
    means = x.mean((2, 3), keepdim=True)
    u = (means - means.mean(1, keepdim=True)) / torch.sqrt(means.var(1, keepdim=True) + ncsn_model.EPS)
    normalised = (x - means) / torch.sqrt((x - means).square().mean((2, 3), keepdim=True) + ncsn_model.EPS)
    gamma, alpha, beta = (v[:, :, None, None] for v in (gamma, alpha, beta))
    return gamma * (normalised + alpha * u) + beta


def run(case):
    ncsn_model.instance_norm_plus = float64_norm
    net = ncsn_model.NCSN(case["kind"], case["channels"], 0, case["ngf"], [1.0] * case["levels"]).double().eval()
    with torch.no_grad():
        for name, p in net.named_parameters():
            p.copy_(draw(name, p.shape))
    modules = {}
    for name, module in net.named_modules():
        if watched(name):
            module.register_forward_hook(lambda _, __, y, name=name: modules.__setitem__(name, y))
    sample = named_randn(SEED, "input.sample", [len(case["t"]), case["channels"], *case["side"]]).double()
    with torch.no_grad():
        output = net.output(sample, torch.tensor(case["t"]))
    modules.pop("normalizer")  # hooked after its ELU
    return {
        "script": "tools/golden/ncsn.py",
        "config": net.config,
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
