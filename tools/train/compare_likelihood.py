"""Hold the engine's likelihoods against PyTorch's, picture by picture.

    make build && .venv/bin/python tools/train/compare_likelihood.py --gguf web/models/subvp-fashion.gguf
    .venv/bin/python tools/train/compare_likelihood.py --gguf web/models/ve-faces.gguf --count 16 --tolerance 1e-3

Both compute bits/dim of the same dequantised test pictures under the same quantised weights,
PyTorch with their float32 values, by the same probes and in the same batches: ``unnoise
likelihood`` by the project's own solver and gradients, score_likelihood.py by SciPy's and
PyTorch's. Fails where the means differ by more than 0.02 bits/dim. ``--theirs`` takes PyTorch's
figures from a file that score_likelihood.py wrote with the same settings.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

import score_likelihood
import score_model
import score_sde

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 0.02  # bits/dim, of the means


def engine(args, pictures):
    """The engine's bits/dim of pictures [N, C, H, W], before dequantisation: [N]."""
    with tempfile.TemporaryDirectory() as scratch:
        given, found = Path(scratch) / "pictures.safetensors", Path(scratch) / "bits.safetensors"
        save_file({"sample": pictures.contiguous()}, given)
        subprocess.run([args.engine, "likelihood", "--model", args.gguf, "--in", given, "--out", found, "--dequantize",
                        "--tolerance", str(args.tolerance), "--probes", str(args.probes), "--seed", str(args.seed),
                        "--batch", str(args.batch)], check=True, stdout=subprocess.DEVNULL)
        return load_file(found)["bits_per_dim"].double()


def torchs(args, network, sde, lowest):
    """PyTorch's bits/dim of the same pictures: [N]."""
    if args.theirs is None:
        return torch.tensor(score_likelihood.measure(network, sde, lowest, args.count, args.batch, args.tolerance, args.seed, args.probes,
                                                     lambda line: print("PyTorch:", line, flush=True)), dtype=torch.float64)
    stored = json.loads(args.theirs.read_text())
    asked = {"model": args.gguf.name, "tolerance": args.tolerance, "probes": args.probes, "seed": args.seed}
    if any(stored[key] != value for key, value in asked.items()) or len(stored["bits_per_dim"]) < args.count:
        sys.exit(f"{args.theirs} has not the figures of {args.count} pictures with {asked}")
    return torch.tensor(stored["bits_per_dim"][:args.count], dtype=torch.float64)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--engine", type=Path, default=ROOT / "bin" / "unnoise", help="or bin/unnoise-gpu")
    parser.add_argument("--theirs", type=Path, help="JSON file of score_likelihood.py, in place of computing it again")
    parser.add_argument("--count", type=int, default=256)
    parser.add_argument("--batch", type=int, default=32, help="pictures that take the same steps")
    parser.add_argument("--tolerance", type=float, default=1e-5)
    parser.add_argument("--probes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    network, scheduler = score_model.load_gguf(args.gguf)
    sde = score_sde.of_scheduler(scheduler)
    lowest = 0 if isinstance(sde, score_sde.Tutorial) else -1
    pictures = score_likelihood.test_pictures(network, args.count)[0]
    ours = engine(args, lowest + (1 - lowest) * pictures)
    theirs = torchs(args, network, sde, lowest)
    if len(ours) != args.count or len(theirs) != args.count:
        sys.exit(f"{len(ours)} and {len(theirs)} figures of {args.count} pictures")
    apart = (ours - theirs).abs()
    print(f"{args.gguf.name}: {ours.mean():.4f} bits/dim by {args.engine.name}, {theirs.mean():.4f} by PyTorch; "
          f"the means are {abs(ours.mean() - theirs.mean()):.2g} apart, the pictures at most {apart.max():.2g}")
    if not abs(ours.mean() - theirs.mean()) <= LIMIT:  # NaN too
        sys.exit(f"the means are more than {LIMIT} bits/dim apart")


if __name__ == "__main__":
    main()
