"""Convert, measure and list the networks of Sohl-Dickstein et al. 2015 in web/models.

    make build && .venv/bin/python tools/train/dpm2015_publish.py swiss-roll heartbeat fashion

Each is measured as it was trained and as the Q8_0 file stores it, expanded by the project's
own converter, on the same samples. The entry of each in index.json is replaced.
"""

import argparse
import csv
import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file

import dpm2015_model
from dpm2015_data import Source
from dpm2015_train import Objective, measure

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "web" / "models"

NAMES = {"swiss-roll": "Swiss roll, 2015", "heartbeat": "Heartbeat, 2015", "fashion": "Fashion, 2015"}
GENERATED = {"source": "drawn by tools/train/dpm2015_data.py", "licence": "MIT"}
DATA = {
    "swiss-roll": {"name": "Swiss roll", **GENERATED},
    "heartbeat": {"name": "Heartbeat: 20 bits, a 1 at every fifth", **GENERATED},
    "fashion": {"name": "Fashion-MNIST", "source": "Debian package dataset-fashion-mnist", "licence": "MIT"},
}


def convert(checkpoint, kind, out, name):
    subprocess.run([ROOT / "bin" / "unnoise", "convert", "--in", checkpoint, "--type", kind,
                    "--name", name, "--license", "MIT", "--out", out], check=True, stdout=subprocess.DEVNULL)


def gain(config, model, tensors, samples):
    """K - K_null in bits, and with how many samples."""
    settings = {"data": config["data"], "model": model, "training": {"test_samples": samples}}
    network = dpm2015_model.build(model)
    network.load_state_dict(tensors)
    return measure(Objective(settings), network, Source(settings, "test"))


def publish(name, run, samples):
    config = json.loads((ROOT / f"tools/train/configs/dpm2015-{name}.json").read_text())
    checkpoint = run / "ema"
    model = json.loads((checkpoint / "config.json").read_text())
    file = MODELS / f"dpm2015-{name}.gguf"
    with tempfile.TemporaryDirectory() as folder:
        convert(checkpoint, "q8_0", file, NAMES[name])
        expanded = Path(folder) / "expanded.safetensors"
        convert(file, "f32", expanded, NAMES[name])
        measured = {"Q8_0": gain(config, model, load_file(expanded), samples),
                    "F32": gain(config, model, load_file(checkpoint / "diffusion_pytorch_model.safetensors"), samples)}
    unit = "bits/pixel" if name == "fashion" else "bits"
    with (run / "log.csv").open() as f:
        last = list(csv.DictReader(f))[-1]
    kind = "F16, whose rows do not divide into blocks" if name == "heartbeat" else "Q8_0"
    note = f"{kind}, {samples:,} samples" + (" of the test split" if name == "fashion" else "")
    note += f", one step of the chain each; float32 weights {measured['F32']:.4f}; {int(last['step']):,} training steps"
    if name == "heartbeat":
        note += "; the paper has 12.024"
    content = file.read_bytes()
    shutil.copyfile(run / "log.csv", ROOT / "tools" / "train" / "logs" / f"dpm2015-{name}.csv")
    return {
        "id": f"dpm2015-{name}", "name": NAMES[name], "file": file.name, "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(), "licence": "MIT", "data": DATA[name], "classes": [],
        "metrics": [{"name": "K − K_null", "value": round(measured["Q8_0"], 4), "unit": unit, "note": note}],
        "training": f".venv/bin/python tools/train/dpm2015_train.py tools/train/configs/dpm2015-{name}.json --out runs/dpm2015-{name}",
        "use": "exhibit",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", choices=NAMES)
    parser.add_argument("--runs", type=Path, default=ROOT / "runs", help="folder of the trainings")
    parser.add_argument("--samples", type=int, default=200_000)
    args = parser.parse_args()
    torch.set_num_threads(1)
    entries = []
    for name in args.names:
        samples = min(args.samples, 4000) if name == "fashion" else args.samples
        entries.append(publish(name, args.runs / f"dpm2015-{name}", samples))
        print(json.dumps(entries[-1]["metrics"], ensure_ascii=False))
    index = json.loads((MODELS / "index.json").read_text())
    for entry in entries:
        same = [i for i, m in enumerate(index["models"]) if m["id"] == entry["id"]]
        if same:
            index["models"][same[0]] = entry
        else:
            index["models"].append(entry)
    (MODELS / "index.json").write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
