"""Put a network of NCSN or NCSNv2 into web/models and its index.json.

    make build && .venv/bin/python tools/train/ncsn_publish.py tools/train/configs/ncsn-fashion.json --run runs/ncsn-fashion
    .venv/bin/python tools/train/ncsn_publish.py ... --quality runs/ncsn-fashion/quality

Converts the weights that the configuration says, averaged or as trained, and adds or
replaces their entry, with the loss that the training measured last. Where it names
``beside`` them the others, those too, under a name that ends in -raw or -ema: for an exhibit
that shows what the average is good for. With ``--quality`` (the folder that ncsn_quality.py
wrote for the first file) the metrics of all, and nothing is converted.
"""

import argparse
import csv
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

from stages import minutes

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "web" / "models"
DATA = {
    "fashion-mnist": {"name": "Fashion-MNIST", "source": "Debian package dataset-fashion-mnist", "licence": "MIT"},
    "pixel-faces": {"name": "Pixel faces", "source": "npm packages @dicebear/core and @dicebear/pixel-art 9.4.3, "
                    "drawn by tools/data/faces/build.mjs", "licence": "CC0-1.0"},
}
NAMES = {"ncsn-fashion": "NCSN: Fashion", "ncsnv2-faces": "NCSNv2: faces"}


LABELS = {"ema": "averaged weights in float32", "raw": "weights as trained in float32"}
SHORT = {"ema": "averaged", "raw": "no average"}


LOSS = "½|σ·score + z|² summed over a picture's values, on 512 test pictures at all levels, after {:,} training pictures"


def logged(last, weights):
    """What the training itself has measured last, until ncsn_quality.py measures more."""
    return [{"name": "test loss", "value": round(float(last[f"{weights}_test_loss"]), 2),
             "note": f"{LOSS.format(int(last['images']))}; {LABELS[weights]}"}]


def metrics(quality, weights, published, images):
    """The figures shown, and how they were measured: with no weights named, of the file. Of weights that
    are published beside the first ones, those in float32: their file is not measured."""
    found = quality["variants"]
    stored = next(v for v in found if v not in LABELS)
    variant, labels = weights or stored, LABELS | {stored: "the published file"}
    others = [v for v in (published, stored, *{"ema", "raw"} - {published}) if v != variant]
    own = ""
    if variant != stored:
        others.remove(stored)
        own = f"; {labels[variant]}, of which the file is rounded"

    def beside(key):
        return own + "".join(f"; {labels[v]} {found[v][key]:.2f}" for v in others if key in found[v])

    out = [{"name": "test loss", "value": round(found[variant]["test_loss"], 2),
            "note": LOSS.format(images) + beside("test_loss")}]
    if "frechet_distance" in found[variant]:
        out.insert(0, {"name": "Fréchet distance", "value": round(found[variant]["frechet_distance"], 2),
                       "note": f"{quality['samples']} samples of annealed Langevin dynamics, {quality['levels']} levels of "
                               f"{quality['per_level']} steps, to the test split in a classifier's features{beside('frechet_distance')}; "
                               f"as many training pictures {quality['frechet_floor_train_split']:.2f}"})
    return out


def command(config, rows):
    """The command that trained, with the time that it took where it was not the configuration's; rows of the log."""
    name = config["name"]
    longer = int(rows[-1]["seconds"]) / 60 > config["training"]["minutes"] + 1
    return (f".venv/bin/python tools/train/ncsn.py tools/train/configs/{name}.json --out runs/{name}"
            + (f" {minutes(rows)}" if longer else ""))


def publish(config, args, weights, first):
    """Converts weights, "ema" or "raw", or measures those converted before, and returns their entry.
    first are those of the configuration's own name."""
    name, published = config["name"], config["training"]["published"]
    identity, title = (name, NAMES[name]) if first else (f"{name}-{weights}", f"{NAMES[name]}, {SHORT[weights]}")
    source = DATA[config["dataset"]]
    file = MODELS / f"{identity}.gguf"
    if args.quality is None:
        subprocess.run([ROOT / "bin" / "unnoise", "convert", "--in", args.run / weights,
                        "--type", config.get("file_type", "q8_0"), "--join-rows", "--name", title, "--license", source["licence"], "--out", file], check=True)
    with (args.run / "log.csv").open() as f:
        rows = list(csv.DictReader(f))
    if args.quality is None:
        figures = logged(rows[-1], weights)
    else:
        quality = json.loads((args.quality / "quality.json").read_text())
        figures = metrics(quality, None if first else weights, published, int(rows[-1]["images"]))
    content = file.read_bytes()
    return {
        "id": identity, "name": title, "file": file.name,
        "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "licence": source["licence"],
        "data": source, "classes": [], "metrics": figures,
        "training": command(config, rows),
        "use": "exhibit",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--run", type=Path, required=True, help="folder that ncsn.py wrote")
    parser.add_argument("--quality", type=Path, help="folder that ncsn_quality.py wrote")
    args = parser.parse_args()
    config = json.loads(args.config.read_text())
    name, settings = config["name"], config["training"]
    entries = [publish(config, args, settings["published"], True)]
    if "beside" in settings:
        entries.append(publish(config, args, settings["beside"], False))
    if args.quality is not None:
        shutil.copyfile(args.quality / "quality.json", ROOT / f"tools/train/logs/{name}-quality.json")
        shutil.copyfile(args.quality / "grid.png", ROOT / f"tools/readme/{name}.png")
    shutil.copyfile(args.run / "log.csv", ROOT / f"tools/train/logs/{name}.csv")
    index = json.loads((MODELS / "index.json").read_text())
    places = {m["id"]: i for i, m in enumerate(index["models"])}
    for entry in entries:
        if entry["id"] in places:
            index["models"][places[entry["id"]]] = entry
        else:
            index["models"].insert(places.get(name, len(index["models"])) + 1, entry)
    (MODELS / "index.json").write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
