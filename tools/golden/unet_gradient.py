"""Gradients of a whole network from PyTorch's autograd, computed in float64.

Writes model/unet/unettest/testdata/gradient/<case>.json: for the networks of unet.py
with the same weights and inputs, and a cotangent v that is drawn by name, the gradient
of <v, output> with respect to the sample, and a few values, at even distances in
PyTorch's order, of the gradients with respect to parameters of every kind; and the
losses of some steps of AdamW on all parameters, towards a target drawn by name.

Run from the repository's root: .venv/bin/python tools/golden/unet_gradient.py
"""

import json

import torch
from diffusers import UNet2DModel

from named_randn import named_randn
from unet import CASES, OUT, SAMPLES, SEED, draw, pack, spread

PARAMETERS = {
    "fashion": [
        "conv_in.weight",
        "conv_in.bias",
        "time_embedding.linear_1.weight",
        "time_embedding.linear_2.bias",
        "class_embedding.weight",
        "down_blocks.0.resnets.0.norm1.weight",
        "down_blocks.0.resnets.0.time_emb_proj.weight",
        "down_blocks.0.downsamplers.0.conv.weight",
        "mid_block.resnets.0.conv1.weight",
        "down_blocks.2.attentions.0.group_norm.bias",
        "down_blocks.2.attentions.0.to_q.weight",
        "down_blocks.2.attentions.0.to_v.bias",
        "down_blocks.2.attentions.0.to_out.0.weight",
        "up_blocks.0.resnets.0.conv1.weight",
        "up_blocks.0.upsamplers.0.conv.weight",
        "up_blocks.1.resnets.0.conv_shortcut.weight",
        "conv_norm_out.weight",
        "conv_out.weight",
        "conv_out.bias",
    ],
}


STEPS = 4  # of training
RATE = 1e-3


def build(case):
    """The network, and a function that evaluates it for a sample."""
    net = UNet2DModel(**case["config"]).double().eval()
    with torch.no_grad():
        for name, p in net.named_parameters():
            p.copy_(draw(name, p.shape))
    net.time_proj.register_forward_hook(lambda _, __, y: y.double())
    timestep = torch.tensor(case["timestep"], dtype=torch.float64)
    labels = torch.tensor(case["class_labels"])
    shape = [len(timestep), net.config.in_channels, *case["size"]]
    return net, shape, lambda sample: net(sample, timestep, class_labels=labels).sample


def train(case):
    net, shape, evaluate = build(case)
    sample, target = (named_randn(SEED, name, shape).double() for name in ("input.sample", "target"))
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.01)
    losses = []
    for _ in range(STEPS):
        loss = torch.nn.functional.mse_loss(evaluate(sample), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def run(case, parameters):
    net, shape, evaluate = build(case)
    sample = named_randn(SEED, "input.sample", shape).double().requires_grad_()
    output = evaluate(sample)
    cotangent = named_randn(SEED, "cotangent", output.shape).double()
    (cotangent * output).sum().backward()
    known = dict(net.named_parameters())
    return {
        "script": "tools/golden/unet_gradient.py",
        "losses": train(case),
        "sample": pack(sample.grad),
        "parameters": [{"name": name, "values": pack(spread(known[name].grad))} for name in parameters],
    }


def main():
    torch.set_num_threads(1)
    (OUT / "gradient").mkdir(exist_ok=True)
    for name, parameters in PARAMETERS.items():
        golden = run(CASES[name], parameters)
        (OUT / "gradient" / f"{name}.json").write_text(json.dumps(golden, indent=1) + "\n")
        print(name, len(golden["parameters"]), "parameters,", SAMPLES, "values each")


if __name__ == "__main__":
    main()
