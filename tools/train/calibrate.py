"""Round a model's weights for its quantised GGUF files with its real inputs.

    make build && .venv/bin/python tools/train/calibrate.py --checkpoint runs/fashion/ema --out runs/fashion/calibrated
    .venv/bin/python tools/train/calibrate.py --config tools/train/configs/faces.json \\
        --checkpoint runs/faces/ema --type q8_0 --out runs/faces/calibrated

Writes a checkpoint for each type, OUT/q8_0 and OUT/q4_0, whose weights are just those
that the converter's file of that type will hold (it is converted to see that), for
publish.py's ``--calibrated``; weights that are rounded already stay as they are. Every
layer that the type's blocks are for is rounded by GPTQ (rounding.py), block of the
network after block, its inputs those of the network whose earlier blocks are rounded.

Nearest rounding to Q8_0 moves the mean of the noise that the fashion model predicts by
some 0.0007 at every t, little beside 1, and yet it brightens pictures: in x_0 an error
is multiplied by sqrt((1 - alpha_bar) / alpha_bar), up to 157.
"""

import argparse
import json
import re
import shutil
import subprocess
import tempfile
from itertools import groupby
from pathlib import Path

import torch
import torch.nn.functional as F
from gguf import GGUFReader

import data
from condition import dropper
from expand_gguf import load_gguf, metadata
from model import AttributeUNet, load
from objective import Objective
from rounding import GRIDS, calibrated
from train import scheduler

ROOT = Path(__file__).resolve().parents[2]


class Inputs:
    """Training pictures with the noise of timesteps spread evenly over all."""

    def __init__(self, config):
        self.images, self.labels = data.load(config, "train")
        self.drop = dropper(config)
        self.objective = Objective(config, scheduler(config))

    def __call__(self, count):
        """(x_t [count, C, H, W], t [count], labels) of pictures drawn at random."""
        pick = torch.randint(len(self.images), (count,))
        x0 = data.to_unit_range(self.images[pick])
        t = ((torch.arange(count) + torch.rand(count)) * self.objective.timesteps / count).long()
        xt = self.objective.q_sample(x0, t, torch.randn_like(x0))
        return xt.to(memory_format=torch.channels_last), t, self.drop(self.labels[pick])


def matrix(layer):
    """A layer's weights as the rows of the file, [O, H·W·I] or [O, I], float64."""
    w = layer.weight.detach().double()
    return w.permute(0, 2, 3, 1).flatten(1) if w.dim() == 4 else w


def set_matrix(layer, rows):
    """Put rows of the file's order into the layer."""
    shape = layer.weight.shape
    if len(shape) == 4:
        rows = rows.view(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)
    layer.weight.data.copy_(rows)


def columns(layer, x, most):
    """What each weight of a row is multiplied by, for inputs x: [rows, n]; of a
    picture's places as many at random as make at most ``most`` rows."""
    if x.dim() == 4:
        patches = F.unfold(x, layer.kernel_size, layer.dilation, layer.padding, layer.stride)
        places = torch.randperm(patches.shape[2])[:max(1, most // len(x))]
        taps = layer.kernel_size[0] * layer.kernel_size[1]
        x = patches[:, :, places].unflatten(1, (-1, taps)).permute(0, 3, 2, 1)
    return x.reshape(-1, layer.weight[0].numel())


class Moments:
    """E[x x^T] of the inputs of some layers, [n, n] each, by the layers' names."""

    def __init__(self, network, names, batches, most=4096):
        self.total = dict.fromkeys(names, 0)
        self.seen = dict.fromkeys(names, 0)
        hooks = [network.get_submodule(name).register_forward_pre_hook(self.hook(name, most)) for name in names]
        with torch.no_grad():
            for batch in batches:
                network(*batch)
        for hook in hooks:
            hook.remove()

    def hook(self, name, most):
        def see(layer, inputs):
            x = columns(layer, inputs[0], most)
            self.total[name] = self.total[name] + x.T @ x
            self.seen[name] += len(x)
        return see

    def __getitem__(self, name):
        return (self.total[name] / self.seen[name]).double()


def blocks(network, names, batch):
    """The names in the order in which their layers are evaluated, in lists that are each
    one block of the network ("down_blocks.0", "mid_block")."""
    order, hooks = [], []
    for name in names:
        hooks.append(network.get_submodule(name).register_forward_pre_hook(lambda *_, name=name: order.append(name)))
    with torch.no_grad():
        network(*batch)
    for hook in hooks:
        hook.remove()
    return [list(found) for _, found in groupby(order, lambda name: re.search(r"[a-z]+_block(s\.\d+)?", name)[0])]


def round_layers(network, exact, names, grid, batches):
    """Round the layers of those names in the network to the grid, block after block,
    from the weights of the exact network."""
    for block in blocks(network, names, batches[0]):
        found = Moments(network, block, batches)
        for name in block:
            set_matrix(network.get_submodule(name), calibrated(matrix(exact.get_submodule(name)), found[name], grid))


def difference(a, b):
    """Squared difference of answers [N, C, H, W], of each pixel and of means over
    squares of 2, 4 and so on to the whole, each relative to what white noise has there."""
    error, total, size, levels = a - b, 0.0, 1, 0
    while True:
        total, levels = total + size ** 2 * error.square().mean(), levels + 1
        if error.shape[2] % 2 or error.shape[2] == 1:
            return total / levels
        error, size = F.avg_pool2d(error, 2), 2 * size


def tune(network, exact, inputs, steps, batch=16, rate=1e-3):
    """Train what files keep in float32, norms and biases, so that the network answers as
    the exact one."""
    vectors = [p for p in network.parameters() if p.dim() == 1]
    network.requires_grad_(False)
    for p in vectors:
        p.requires_grad_(True)
    optimizer = torch.optim.Adam(vectors)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.15)
    for _ in range(steps):
        x, t, labels = inputs(batch)
        with torch.no_grad():
            target = exact(x, t, labels).sample
        optimizer.zero_grad()
        difference(network(x, t, labels).sample, target).backward()
        optimizer.step()
        schedule.step()
    network.requires_grad_(False)


def convert(checkpoint, kind, file):
    """Write a GGUF file with the project's own converter."""
    subprocess.run([ROOT / "bin" / "unnoise", "convert", "--in", checkpoint, "--type", kind, "--out", file],
                   check=True, stdout=subprocess.DEVNULL)


def blocked(file, kind):
    """The names of the layers whose weights a file has in blocks of a type."""
    reader = GGUFReader(file)
    found = [metadata(reader, f"unnoise.name.{tensor.name}") or tensor.name
             for tensor in reader.tensors if tensor.tensor_type.name == kind.upper()]
    return [name.removesuffix(".weight") for name in found]


def calibrate(exact, checkpoint, kind, inputs, args):
    """Write the checkpoint for one type into args.out / kind."""
    with tempfile.TemporaryDirectory() as folder:
        file, rounded = Path(folder) / "model.gguf", Path(folder) / kind
        convert(checkpoint, kind, file)
        network = load_gguf(file)[0].to(memory_format=torch.channels_last)
        plain = load_gguf(file)[0].to(memory_format=torch.channels_last)
        prefix = "unet." if isinstance(network, AttributeUNet) else ""
        names = [prefix + name for name in blocked(file, kind)]
        round_layers(network, exact, names, GRIDS[kind], [inputs(args.batch) for _ in range(0, args.pictures, args.batch)])
        if args.tune:
            tune(network, exact, inputs, args.tune)
        network.save_pretrained(rounded)
        shutil.copy(checkpoint / "scheduler_config.json", rounded)
        convert(rounded, kind, file)
        check(network, load_gguf(file)[0])
        shutil.copytree(rounded, args.out / kind, dirs_exist_ok=True)
    x, t, labels = inputs(128)
    with torch.no_grad():
        target = exact(x, t, labels).sample
        plain, found = (difference(network(x, t, labels).sample, target).item() for network in (plain, network))
    print(f"{kind}: difference {found:.2e}, of nearest rounding {plain:.2e}", flush=True)


def check(network, stored):
    """Refuse a file whose weights, expanded, are not the network's."""
    stored = stored.state_dict()
    for name, value in network.state_dict().items():
        if not torch.equal(value, stored[name]):
            raise SystemExit(f"{name}: the converter did not keep the calibrated weights; "
                             "rounding.py must follow the rounding of model/weights")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=Path(__file__).parent / "configs" / "fashion.json",
                        help="the configuration that the checkpoint was trained by")
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder with the float32 weights")
    parser.add_argument("--type", nargs="+", choices=GRIDS, default=list(GRIDS), help="types of the files")
    parser.add_argument("--out", type=Path, required=True, help="a folder for the types' checkpoints")
    parser.add_argument("--pictures", type=int, default=256, help="noised training pictures that the layers see")
    parser.add_argument("--batch", type=int, default=32, help="of those at a time")
    parser.add_argument("--tune", type=int, default=0, help="steps in which norms and biases are trained then; "
                        "they help where 4 bits leave much to mend: 48 halve the difference of q4_0")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    exact = load(args.checkpoint).eval().to(memory_format=torch.channels_last)
    for kind in args.type:
        torch.manual_seed(0)
        calibrate(exact, args.checkpoint, kind, Inputs(json.loads(args.config.read_text())), args)


if __name__ == "__main__":
    main()
