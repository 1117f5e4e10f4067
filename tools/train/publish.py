"""Put a measured model into web/models: its GGUF files and its entries in index.json.

    make build && .venv/bin/python tools/train/publish.py --checkpoint runs/fashion/ema \\
        --files runs/fashion/gguf --quality runs/quality/quality.json --log runs/fashion/log.csv

Without ``--quality`` it stops after converting into ``--files``, so that
quality.py can measure just those files.
"""

import argparse
import csv
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

from data import FASHION_CLASSES

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "web" / "models"

#: Type, id and file name of each variant; the first is the page's own.
VARIANTS = (
    ("q8_0", "fashion", "fashion.gguf"),
    ("f16", "fashion-f16", "fashion-f16.gguf"),
    ("q4_0", "fashion-q4_0", "fashion-q4_0.gguf"),
)


def convert(checkpoint, folder):
    """Write one GGUF file per variant into folder with the project's own converter."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, _, file in VARIANTS:
        subprocess.run([ROOT / "bin" / "unnoise", "convert", "--in", checkpoint, "--type", kind,
                        "--name", "Fashion", "--license", "MIT",
                        "--classes", ",".join(FASHION_CLASSES), "--out", folder / file], check=True)


def metrics(quality, kind, training):
    """The figures shown for one variant, as far as they were measured, and how."""
    found = quality["variants"].get(kind.upper(), {})
    rows = []
    if "class_agreement" in found:
        rows.append({"name": "class agreement", "value": round(100 * found["class_agreement"], 1), "unit": "%",
                     "note": f"{quality['guided_samples']} samples, DDIM {quality['steps']}, s = 2; "
                             f"a classifier with {100 * quality['classifier_test_accuracy']:.1f} % on the test split"})
    if "frechet_distance" in found:
        rows.append({"name": "Fréchet distance", "value": round(found["frechet_distance"], 3),
                     "note": f"{quality['plain_samples']} samples, DDIM {quality['plain_steps']}, s = 1, to the test split "
                             f"in that classifier's features; float32 weights "
                             f"{quality['variants']['F32']['frechet_distance']:.3f}, "
                             f"training split {quality['frechet_floor_train_split']:.3f}"})
    rows.append({"name": "test loss", "value": float(training["ema_test_loss"]),
                 "note": f"mean squared error of ε on 512 test pictures after {int(training['images']):,} training pictures"})
    return rows


def entry(file, identity, kind, quality, training):
    """One entry of index.json (model/catalog)."""
    content = file.read_bytes()
    return {
        "id": identity,
        "name": "Fashion" if identity == "fashion" else f"Fashion, {kind.upper()}",
        "file": file.name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": "MIT",
        "data": {"name": "Fashion-MNIST", "source": "Debian package dataset-fashion-mnist", "licence": "MIT"},
        "classes": list(FASHION_CLASSES),
        "metrics": metrics(quality, kind, training),
        "training": training["command"],
        "pictures": "../data/fashion.json",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--files", type=Path, required=True, help="folder of the converted files")
    parser.add_argument("--quality", type=Path)
    parser.add_argument("--training", default="make train", help="the command that trained this checkpoint")
    parser.add_argument("--log", type=Path, help="log.csv of the training, committed beside its configuration")
    args = parser.parse_args()
    if args.quality is None:
        convert(args.checkpoint, args.files)
        return
    quality = json.loads(args.quality.read_text())
    with args.log.open() as f:
        training = list(csv.DictReader(f))[-1]
    training["command"] = args.training
    MODELS.mkdir(exist_ok=True)
    entries = []
    for kind, identity, file in VARIANTS:
        shutil.copyfile(args.files / file, MODELS / file)
        entries.append(entry(MODELS / file, identity, kind, quality, training))
    (MODELS / "index.json").write_text(json.dumps({"models": entries}, indent=2, ensure_ascii=False) + "\n")
    shutil.copyfile(args.log, ROOT / "tools" / "train" / "logs" / "fashion.csv")
    shutil.copyfile(args.quality, ROOT / "tools" / "train" / "logs" / "fashion-quality.json")


if __name__ == "__main__":
    main()
