"""Whole-network golden files from real diffusers, computed in float64.

Writes model/unet/unettest/testdata/<case>.json: the config, the inputs that are not
drawn by name, the output, and a few values of every module's result, so that a test
can say where a network first goes wrong. Weights and the input picture are drawn by
name (named_randn.py; the same rule in model/unet/unettest/weights.go) and are not
stored. diffusers forms the angles of the time embedding in float32, whatever the
network's type; that is left as it is.

Run from the repository's root: .venv/bin/python tools/golden/unet.py [case ...]
"""

import base64
import json
import sys
from pathlib import Path

import torch
from diffusers import UNet2DModel

from named_randn import named_randn

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools/train"))
from model import AttributeUNet  # noqa: E402
OUT = ROOT / "model/unet/unettest/testdata"
SEED = 0
TABLE = "class_embedding.attributes.weight"  # weights.AttributeTable
SAMPLES = 64  # values kept of each module's result

# https://huggingface.co/google/ddpm-cifar10-32: config.json
CIFAR10 = {
    "act_fn": "silu",
    "attention_head_dim": None,
    "block_out_channels": [128, 256, 256, 256],
    "center_input_sample": False,
    "down_block_types": ["DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"],
    "downsample_padding": 0,
    "flip_sin_to_cos": False,
    "freq_shift": 1,
    "in_channels": 3,
    "layers_per_block": 2,
    "mid_block_scale_factor": 1,
    "norm_eps": 1e-6,
    "norm_num_groups": 32,
    "out_channels": 3,
    "sample_size": 32,
    "time_embedding_type": "positional",
    "up_block_types": ["UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"],
}

# The network that engines are compared with (tools/bench/reference_unet.py): DDPM's
# layout at half the width of CIFAR10.
REFERENCE = json.loads((ROOT / "model/bench/reference.json").read_text())

# Long sums over wide, large pictures, where fast convolutions lose digits.
WIDE = CIFAR10 | {
    "block_out_channels": [256],
    "down_block_types": ["DownBlock2D"],
    "up_block_types": ["UpBlock2D"],
    "mid_block_type": None,
    "layers_per_block": 1,
    "sample_size": 64,
}

# Not square, several heads, every switch away from its default.
ODD = {
    "sample_size": [12, 20],
    "in_channels": 2,
    "out_channels": 5,
    "center_input_sample": True,
    "time_embedding_dim": 52,
    "flip_sin_to_cos": True,
    "freq_shift": 0,
    "down_block_types": ["AttnDownBlock2D", "DownBlock2D", "AttnDownBlock2D"],
    "up_block_types": ["AttnUpBlock2D", "UpBlock2D", "UpBlock2D"],
    "block_out_channels": [16, 24, 40],
    "layers_per_block": 2,
    "mid_block_scale_factor": 1.5,
    "downsample_padding": 0,
    "attention_head_dim": 8,
    "norm_num_groups": 8,
    "attn_norm_num_groups": 4,
    "norm_eps": 1e-6,
    "resnet_time_scale_shift": "default",
}

TINY = {
    "sample_size": 8,
    "in_channels": 1,
    "out_channels": 1,
    "down_block_types": ["DownBlock2D", "AttnDownBlock2D"],
    "up_block_types": ["AttnUpBlock2D", "UpBlock2D"],
    "block_out_channels": [8, 12],
    "layers_per_block": 1,
    "norm_num_groups": 4,
}

CASES = {
    "cifar10": {"config": CIFAR10, "size": [32, 32], "timestep": [999]},
    "fashion": {
        "config": json.loads((ROOT / "tools/train/configs/fashion.json").read_text())["model"],
        "size": [32, 32],
        "timestep": [0, 500, 999],
        "class_labels": [0, 7, 10],
    },
    "reference": {"config": REFERENCE, "size": [32, 32], "timestep": [500]},
    "wide": {"config": WIDE, "size": [64, 64], "timestep": [250]},
    "odd": {"config": ODD, "size": [12, 20], "timestep": [1, 333, 998]},
    # 8 channels to a head of 12: the projections are narrower than the block.
    "class_timestep": {
        "config": TINY | {"class_embed_type": "timestep", "add_attention": False},
        "size": [8, 4],
        "timestep": [10, 700],
        "class_labels": [3, 250],
    },
    "class_identity": {
        "config": TINY | {"class_embed_type": "identity", "attention_head_dim": None,
                          "resnet_time_scale_shift": "scale_shift", "attn_norm_num_groups": 6},
        "size": [4, 8],
        "timestep": [10, 700],
    },
    "attributes": {
        "config": TINY | {"class_embed_type": "identity", "attention_head_dim": 4,
                          "resnet_time_scale_shift": "scale_shift"},
        "size": [8, 8],
        "timestep": [10, 500, 900],
        "attributes": [{"name": "hat", "options": ["none", "red", "green"]}, {"name": "beard", "options": ["full"]},
                       {"name": "mouth", "options": ["smile", "sad"]}],
        "class_labels": [[2, 0, 1], [3, 1, 2], [0, 0, 2]],
    },
    "learned_no_middle": {
        "config": TINY | {"time_embedding_type": "learned", "num_train_timesteps": 20,
                          "mid_block_type": None, "attention_head_dim": 4},
        "size": [2, 2],
        "timestep": [0, 19],
    },
}


def draw(name, shape):
    """The value of a parameter: sizes that keep a network's activations near 1."""
    x = named_randn(SEED, name, shape)
    if len(shape) > 1:
        fan_in = x[0].numel()
        return x * fan_in**-0.5
    if name.endswith(".weight"):  # of a norm
        return 1 + x * 0.1
    return x * 0.1


def pack(x):
    """Float32 values, little-endian, in base64."""
    return base64.b64encode(x.detach().float().contiguous().numpy().astype("<f4").tobytes()).decode()


def spread(x):
    """SAMPLES values at even distances in NCHW order (all of them where there are fewer)."""
    flat = x.detach().flatten()
    count = min(SAMPLES, flat.numel())
    return flat[torch.arange(count) * flat.numel() // count]


def text(golden):
    """JSON with one line for each key and for each entry of the long lists."""
    lines = []
    for key, value in golden.items():
        if key in ("parameters", "modules"):
            rows = ",\n".join("  " + json.dumps(row) for row in value)
            lines.append(f' "{key}": [\n{rows}\n ]')
        else:
            lines.append(f' "{key}": {json.dumps(value)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def watched(name):
    """Whether a module's result is kept: those that a label of the graph names."""
    parts = name.split(".")
    return name in ("conv_in", "conv_norm_out", "conv_out", "mid_block.attentions.0") or (
        len(parts) >= 2
        and (parts[-2] in ("resnets", "attentions") or parts[-1] == "conv" and "samplers" in parts[-3])
    ) or name == "time_embedding.linear_2"


def run(case):
    torch.manual_seed(0)
    net = UNet2DModel(**case["config"]).double().eval()
    with torch.no_grad():
        for name, p in net.named_parameters():
            p.copy_(draw(name, p.shape))

    network, parameters = net, dict(net.named_parameters())
    if "attributes" in case:
        network = AttributeUNet(net, case["attributes"]).double()
        parameters[TABLE] = network.embedding.weight
        with torch.no_grad():
            parameters[TABLE].copy_(draw(TABLE, parameters[TABLE].shape))

    # A no-op for timesteps; diffusers forgets to convert embedded class labels.
    net.time_proj.register_forward_hook(lambda _, __, y: y.double())

    modules = {}
    for name, module in net.named_modules():
        if watched(name):
            module.register_forward_hook(lambda _, __, y, name=name: modules.__setitem__(name, y))

    n = len(case["timestep"])
    sample = named_randn(SEED, "input.sample", [n, net.config.in_channels, *case["size"]]).double()
    inputs = {"timestep": torch.tensor(case["timestep"], dtype=torch.float64)}
    if net.config.time_embedding_type == "learned":
        inputs["timestep"] = inputs["timestep"].long()
    if "class_labels" in case:
        inputs["class_labels"] = torch.tensor(case["class_labels"])
    elif net.config.class_embed_type == "identity":
        width = net.config.time_embedding_dim or 4 * net.config.block_out_channels[0]
        inputs["class_labels"] = named_randn(SEED, "input.class_labels", [n, width]).double()
    with torch.no_grad():
        if network is net:
            output = net(sample, **inputs).sample
        else:
            output = network(sample, inputs["timestep"], inputs["class_labels"]).sample

    golden = {
        "script": "tools/golden/unet.py",
        "config": case["config"],
        "size": case["size"],
        "timestep": case["timestep"],
        "parameters": [[name, *p.shape] for name, p in parameters.items()],
        "shape": list(output.shape),
        "output": pack(output),
        "modules": [
            {"name": name, "rms": float(y.square().mean().sqrt()), "values": pack(spread(y))}
            for name, y in modules.items()
        ],
    }
    if "class_labels" in case:
        golden["class_labels"] = torch.tensor(case["class_labels"]).flatten().tolist()
    if "attributes" in case:
        golden["attributes"] = case["attributes"]
    return golden


def main():
    for name in sys.argv[1:] or CASES:
        golden = run(CASES[name])
        (OUT / f"{name}.json").write_text(text(golden))
        print(name, golden["shape"], "rms", *(f"{m['rms']:.2g}" for m in golden["modules"]))


if __name__ == "__main__":
    main()
