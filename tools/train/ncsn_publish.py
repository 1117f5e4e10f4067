"""Put a network of NCSN or NCSNv2 into web/models and its index.json.

    make build && .venv/bin/python tools/train/ncsn_publish.py tools/train/configs/ncsn-fashion.json --run runs/ncsn-fashion
    .venv/bin/python tools/train/ncsn_publish.py ... --quality runs/ncsn-fashion/quality

Converts the weights that the configuration says, averaged or as trained, and adds or
replaces their entry; with ``--raw`` those as trained beside averaged ones, under a name that
ends in -raw. With ``--quality`` (the folder that
ncsn_quality.py wrote for that file) the metrics too, and nothing is converted.
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
DATA = {
    "fashion-mnist": {"name": "Fashion-MNIST", "source": "Debian package dataset-fashion-mnist", "licence": "MIT"},
    "pixel-faces": {"name": "Pixel faces", "source": "npm packages @dicebear/core and @dicebear/pixel-art 9.4.3, "
                    "drawn by tools/data/faces/build.mjs", "licence": "CC0-1.0"},
}
NAMES = {"ncsn-fashion": "NCSN: Fashion", "ncsnv2-faces": "NCSNv2: faces"}


def metrics(quality, variant, published, images):
    """The figures shown of a variant, and how they were measured."""
    if quality is None:
        return []
    found = quality["variants"]
    label = {"Q8_0": "the published file", "ema": "averaged weights in float32", "raw": "weights as trained in float32"}
    order = [published, "Q8_0", *{"ema", "raw"} - {published}]

    def beside(key):
        return "".join(f"; {label[v]} {found[v][key]:.2f}" for v in order if v != variant and key in found[v])

    out = [{"name": "test loss", "value": round(found[variant]["test_loss"], 2),
            "note": f"½|σ·score + z|² summed over a picture's values, on 512 test pictures at all levels, after {images:,} "
                    f"training pictures{beside('test_loss')}"}]
    if "frechet_distance" in found[variant]:
        out.insert(0, {"name": "Fréchet distance", "value": round(found[variant]["frechet_distance"], 2),
                       "note": f"{quality['samples']} samples of annealed Langevin dynamics, {quality['levels']} levels of "
                               f"{quality['per_level']} steps, to the test split in a classifier's features{beside('frechet_distance')}; "
                               f"as many training pictures {quality['frechet_floor_train_split']:.2f}"})
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--run", type=Path, required=True, help="folder that ncsn.py wrote")
    parser.add_argument("--raw", action="store_true", help="the weights as trained, beside the averaged ones")
    parser.add_argument("--quality", type=Path, help="folder that ncsn_quality.py wrote")
    args = parser.parse_args()
    config = json.loads(args.config.read_text())
    name = config["name"]
    identity, title = (f"{name}-raw", f"{NAMES[name]}, no average") if args.raw else (name, NAMES[name])
    published = config["training"]["published"]
    source = DATA[config["dataset"]]
    file = MODELS / f"{identity}.gguf"
    quality = None
    if args.quality is None:
        subprocess.run([ROOT / "bin" / "unnoise", "convert", "--in", args.run / ("raw" if args.raw else published),
                        "--type", "q8_0", "--join-rows", "--name", title, "--license", source["licence"], "--out", file], check=True)
    else:
        quality = json.loads((args.quality / "quality.json").read_text())
        shutil.copyfile(args.quality / "quality.json", ROOT / f"tools/train/logs/{name}-quality.json")
        shutil.copyfile(args.quality / "grid.png", ROOT / f"tools/readme/{name}.png")
    with (args.run / "log.csv").open() as f:
        images = int(list(csv.DictReader(f))[-1]["images"])
    shutil.copyfile(args.run / "log.csv", ROOT / f"tools/train/logs/{name}.csv")
    content = file.read_bytes()
    entry = {
        "id": identity, "name": title, "file": file.name,
        "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "licence": source["licence"],
        "data": source, "classes": [], "metrics": metrics(quality, "raw" if args.raw else "Q8_0", published, images),
        "training": f".venv/bin/python tools/train/ncsn.py tools/train/configs/{name}.json --out runs/{name}",
        "use": "exhibit",
    }
    index = json.loads((MODELS / "index.json").read_text())
    places = [i for i, m in enumerate(index["models"]) if m["id"] == identity]
    if places:
        index["models"][places[0]] = entry
    else:
        index["models"].append(entry)
    (MODELS / "index.json").write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
