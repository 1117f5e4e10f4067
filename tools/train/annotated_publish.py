"""Put the network of The Annotated Diffusion Model into web/models and its index.json.

    make build && .venv/bin/python tools/train/annotated_publish.py --run runs/annotated

Converts the run's checkpoint and adds or replaces its entry; with ``--quality`` (the
folder that annotated_quality.py wrote for that file) the metrics too, and nothing is
converted.
"""

import argparse
import csv
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "web" / "models"
IDENTITY = "annotated-fashion"


def metrics(quality, images, loss):
    """The figures shown, and how they were measured; without more, the log's loss."""
    if quality is None:
        return [{"name": "test loss", "value": loss,
                 "note": f"smooth L1 of ε on 512 test pictures after {images:,} training pictures; float32 weights"}]
    f32, q8 = quality["variants"]["F32"], quality["variants"]["Q8_0"]
    return [
        {"name": "Fréchet distance", "value": round(q8["frechet_distance"], 3),
         "note": f"{quality['samples']} samples of the article's sampler over {quality['steps']} steps, to the test split in the features "
                 f"of Fashion's classifier; float32 weights {f32['frechet_distance']:.3f}, as many training pictures "
                 f"{quality['frechet_floor_train_split']:.3f}"},
        {"name": "test loss", "value": round(q8["test_loss"], 5),
         "note": f"smooth L1 of ε on 512 test pictures after {images:,} training pictures; float32 weights {f32['test_loss']:.5f}"},
    ]


def continue_log(run, kept):
    """Copy a run's log behind what is kept of earlier ones: a run that went on from a
    published file has only its own pictures."""
    with run.open() as f:
        rows = list(csv.DictReader(f))
    earlier = []
    if kept.exists():
        with kept.open() as f:
            earlier = [row for row in csv.DictReader(f) if int(row["images"]) < int(rows[0]["images"])]
    with kept.open("w", newline="") as f:
        log = csv.DictWriter(f, rows[0].keys())
        log.writeheader()
        log.writerows(earlier + rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder that annotated.py wrote")
    parser.add_argument("--quality", type=Path, help="folder that annotated_quality.py wrote")
    parser.add_argument("--training", default=".venv/bin/python tools/train/annotated.py --out runs/annotated",
                        help="how the checkpoint was trained")
    args = parser.parse_args()
    file = MODELS / f"{IDENTITY}.gguf"
    quality = None
    if args.quality is None:
        subprocess.run([ROOT / "bin" / "unnoise", "convert", "--in", args.run / "model", "--type", "q8_0", "--join-rows",
                        "--name", "The Annotated Diffusion Model", "--license", "MIT", "--out", file], check=True)
    else:
        quality = json.loads((args.quality / "quality.json").read_text())
        shutil.copyfile(args.quality / "quality.json", ROOT / "tools/train/logs/annotated-quality.json")
        shutil.copyfile(args.quality / "annotated-grid.png", ROOT / "tools/readme/annotated-grid.png")
    with (args.run / "log.csv").open() as f:
        last = list(csv.DictReader(f))[-1]
    continue_log(args.run / "log.csv", ROOT / "tools/train/logs/annotated.csv")
    content = file.read_bytes()
    entry = {
        "id": IDENTITY, "name": "The Annotated Diffusion Model", "file": file.name,
        "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "licence": "MIT",
        "data": {"name": "Fashion-MNIST", "source": "Debian package dataset-fashion-mnist", "licence": "MIT"},
        "classes": [], "metrics": metrics(quality, int(last["images"]), float(last["test_loss"])),
        "training": args.training,
        "use": "exhibit",
    }
    index = json.loads((MODELS / "index.json").read_text())
    places = [i for i, m in enumerate(index["models"]) if m["id"] == IDENTITY]
    if places:
        index["models"][places[0]] = entry
    else:
        index["models"].append(entry)
    (MODELS / "index.json").write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
