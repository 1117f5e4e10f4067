"""The network that the benchmark times in every engine, and what it should answer.

A diffusers UNet2DModel in the layout of DDPM (Ho et al. 2020, arXiv:2006.11239,
appendix B) at half its width: 3 x 32 x 32 pictures, 64 channels times 1, 2, 2, 2, two
blocks each, attention at 16 x 16. 8.95 M parameters; a step takes 2.86 GFLOP of
convolution, and 0.17 more of the attentions' projections. Its weights are drawn by name, as those of the golden networks are
(tools/golden/unet.py), so that the page can draw the same ones.

Writes into --out:
  config.json, diffusion_pytorch_model.safetensors   the model's folder, as diffusers saves it
  cases.json                                         the cases below, with their files
  <case>.onnx                                        the same network for one batch and size
  <case>.x.f32, <case>.t.f32, <case>.y.f32           inputs and output, float32, NCHW

The outputs are computed in float64 and then rounded. A case has its own ONNX file
because shapes known in advance are what a runtime can do the most with.

Run from the repository's root: .venv/bin/python tools/bench/reference_unet.py
"""

import argparse
import json
import logging
import sys
import warnings
from pathlib import Path

import torch
from diffusers import UNet2DModel
from diffusers.models.attention_processor import Attention, AttnProcessor

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools/golden"))
from named_randn import named_randn  # noqa: E402
from unet import SEED, draw  # noqa: E402

CONFIG_FILE = ROOT / "model/bench/reference.json"

# The newest that every runtime here has kernels for: 21 brings a group
# normalisation that onnxruntime-web's WebGPU does not run on the GPU.
OPSET = 18

TIMESTEP = 500.0
CASES = [{"batch": 1, "size": 32}, {"batch": 8, "size": 32}, {"batch": 1, "size": 64}, {"batch": 8, "size": 64}]


class Network(torch.nn.Module):
    """The model with positional inputs and a tensor as its result, for the exporter."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x, t):
        return self.model(x, t, return_dict=False)[0]


def build():
    """The model with drawn weights, float32."""
    config = json.loads(CONFIG_FILE.read_text())
    model = UNet2DModel(**config).eval()
    # Plain products and a softmax: what every runtime can read.
    for module in model.modules():
        if isinstance(module, Attention):
            module.set_processor(AttnProcessor())
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(draw(name, p.shape))
    return model


def convolution_flops(model, x, t):
    """Two operations for each multiplication of the 2-D convolutions of one step."""
    total = 0

    def count(layer, _, y):
        nonlocal total
        total += 2 * y.numel() * layer.weight[0].numel()

    hooks = [m.register_forward_hook(count) for m in model.modules() if isinstance(m, torch.nn.Conv2d)]
    with torch.no_grad():
        model(x, t)
    for hook in hooks:
        hook.remove()
    return total


def reference(model, x, t):
    """The output in float64."""
    with torch.no_grad():
        return model.double()(x.double(), t.double(), return_dict=False)[0]


def write_values(path, x):
    x.detach().float().contiguous().numpy().astype("<f4").tofile(path)


def export(model, x, t, path):
    torch.onnx.export(
        Network(model), (x, t), path, input_names=["x", "t"], output_names=["y"],
        opset_version=OPSET, dynamo=True, external_data=False, verbose=False,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "tools/bench/cache")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore")
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)

    model = build()
    model.save_pretrained(out, safe_serialization=True)
    cases = []
    for case in CASES:
        batch, size = case["batch"], case["size"]
        name = f"reference-{batch}x{size}"
        x = named_randn(SEED, "input.sample", [batch, model.config.in_channels, size, size])
        t = torch.full([batch], TIMESTEP)
        flops = convolution_flops(model, x, t)
        export(model, x, t, out / f"{name}.onnx")
        y = reference(build(), x, t)
        for suffix, values in ("x", x), ("t", t), ("y", y):
            write_values(out / f"{name}.{suffix}.f32", values)
        cases.append({**case, "name": name, "channels": x.shape[1], "conv_flops": flops})
        print(f"{name}: {flops / 1e9:.2f} GFLOP of convolution, rms {y.square().mean().sqrt():.3f}")
    parameters = sum(p.numel() for p in model.parameters())
    print(f"{parameters / 1e6:.2f} M parameters")
    # Last, as the sign that all the rest is there.
    (out / "cases.json").write_text(json.dumps({"parameters": parameters, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
