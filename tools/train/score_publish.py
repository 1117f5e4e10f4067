"""Put a network of scores, or the classifier that steers them, into web/models and index.json.

    make build && .venv/bin/python tools/train/score_publish.py subvp-fashion
    .venv/bin/python tools/train/score_publish.py subvp-fashion --measured

Converts the averaged weights of runs/NAME and adds or replaces their entry; with
``--measured`` the metrics of score_quality.py (runs/NAME/quality) or noisy_quality.py too,
and nothing is converted.
"""

import argparse
import csv
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

from data import FASHION_CLASSES
from stages import minutes

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "web" / "models"
FASHION = {"name": "Fashion-MNIST", "source": "Debian package dataset-fashion-mnist", "licence": "MIT"}
FACES = {"name": "Pixel faces", "source": "npm packages @dicebear/core and @dicebear/pixel-art 9.4.3, "
         "drawn by tools/data/faces/build.mjs", "licence": "CC0-1.0"}
#: By name: what people read, the data, whether classes are told, and what training began with.
SHIPPED = {
    "subvp-fashion": ("Sub-VP: Fashion", FASHION, True, "web/models/fashion-f16.gguf"),
    "ve-faces": ("VE: faces", FACES, False, "web/models/faces.gguf"),
    "score-tutorial": ("Score tutorial: Fashion", FASHION, False, None),
    "fashion-noisy-classifier": ("Classifier of noisy Fashion", FASHION, True, None),
}


def command(name, rows):
    """The command that trained, with the time it took; rows of the log."""
    if name == "fashion-noisy-classifier":
        return f".venv/bin/python tools/train/noisy.py --out runs/{name} --minutes {int(rows[-1]['seconds']) / 60:.1f}"
    init = f" --init {SHIPPED[name][3]}" if SHIPPED[name][3] else ""
    return f".venv/bin/python tools/train/score.py tools/train/configs/{name}.json --out runs/{name}{init} {minutes(rows)}"


def score_metrics(quality, last):
    """The figures shown of a network of scores, and how they were measured."""
    images = f"after {int(last['images']):,} training pictures"
    loss = "|std·score + z|² a value on 512 test pictures at times spread evenly"
    if quality is None:
        return [{"name": "test loss", "value": float(last["ema_test_loss"]), "note": f"{loss}, {images}; float32 weights"}]
    q8, f32 = quality["variants"]["Q8_0"], quality["variants"].get("F32", {})

    def beside(key, digits, scale=1, unit=""):
        return f"; float32 weights {scale * f32[key]:.{digits}f}{unit}" if key in f32 else ""

    how = f"{quality['samples']} samples " + (
        f"by {quality['steps']} steps of reverse diffusion to t = {quality['eps']:g}" if quality["steps"] else
        f"of the probability-flow ODE by RK45, tolerance {quality['tolerance']:g}, {q8['evaluations']} evaluations")
    rows = [{"name": "Fréchet distance", "value": round(q8["frechet_distance"], 2),
             "note": f"{how}, to the test split in a classifier's features{beside('frechet_distance', 2)}; "
                     f"as many training pictures {quality['frechet_floor']:.2f}"}]
    if "agreement" in q8:
        rows.append({"name": "agreement", "value": round(100 * q8["agreement"], 2), "unit": "%",
                     "note": f"of what those samples were told with what a classifier sees, without guidance{beside('agreement', 2, 100, ' %')}; "
                             f"of test pictures {100 * quality['classifier_test_accuracy']:.1f} %"})
    if "bits_per_dim" in q8:
        rows.append({"name": "bits/dim", "value": round(q8["bits_per_dim"], 3),
                     "note": f"{quality['likelihoods']} dequantised test pictures, told nothing, one probe each, tolerance "
                             f"{quality['likelihood_tolerance']:g}{beside('bits_per_dim', 3)}"})
    return rows + [{"name": "test loss", "value": round(q8["test_loss"], 5), "note": f"{loss}, {images}{beside('test_loss', 5)}"}]


def classifier_metrics(quality, last):
    """The accuracy at each timestep."""
    if quality is None:
        return [{"name": f"accuracy at t = {t}", "value": round(100 * float(last[f"test_accuracy_{t}"]), 2), "unit": "%",
                 "note": f"2,000 test pictures, float32 weights, after {int(last['images']):,} training pictures"}
                for t in (0, 250, 500)]
    q8, f32 = quality["variants"]["Q8_0"], quality["variants"]["F32"]
    return [{"name": f"accuracy at t = {t}", "value": round(100 * q8[t], 2), "unit": "%",
             "note": f"{quality['pictures']:,} test pictures with the noise of timestep {t} of 1000; float32 weights {100 * f32[t]:.2f}"
                     + (f"; after {int(last['images']):,} training pictures" if t == "0" else "")} for t in q8]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=SHIPPED)
    parser.add_argument("--measured", action="store_true")
    args = parser.parse_args()
    name, run = args.name, ROOT / "runs" / args.name
    title, source, classes, _ = SHIPPED[name]
    file, quality = MODELS / f"{name}.gguf", None
    named = ["--classes", ",".join(FASHION_CLASSES)] if classes else []
    if not args.measured:
        subprocess.run([ROOT / "bin" / "unnoise", "convert", "--in", run / "ema", "--type", "q8_0", "--name", title,
                        "--license", source["licence"], *named, "--out", file], check=True)
    elif name == "fashion-noisy-classifier":
        quality = json.loads((run / "quality.json").read_text())
        shutil.copyfile(run / "quality.json", ROOT / f"tools/train/logs/{name}-quality.json")
    else:
        quality = json.loads((run / "quality" / "quality.json").read_text())
        shutil.copyfile(run / "quality" / "quality.json", ROOT / f"tools/train/logs/{name}-quality.json")
        shutil.copyfile(run / "quality" / "grid.png", ROOT / f"tools/readme/{name}.png")
    with (run / "log.csv").open() as f:
        rows = list(csv.DictReader(f))
    shutil.copyfile(run / "log.csv", ROOT / f"tools/train/logs/{name}.csv")
    content = file.read_bytes()
    entry = {
        "id": name, "name": title, "file": file.name,
        "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "licence": source["licence"],
        "data": source, "classes": list(FASHION_CLASSES) if classes else [],
        "metrics": (classifier_metrics if name == "fashion-noisy-classifier" else score_metrics)(quality, rows[-1]),
        "training": command(name, rows), "use": "exhibit",
    }
    index = json.loads((MODELS / "index.json").read_text())
    places = [i for i, m in enumerate(index["models"]) if m["id"] == name]
    if places:
        index["models"][places[0]] = entry
    else:
        index["models"].append(entry)
    (MODELS / "index.json").write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
