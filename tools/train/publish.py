"""Put a measured model into web/models: its GGUF files and its entries in index.json.

    make build && .venv/bin/python tools/train/publish.py --checkpoint runs/fashion/ema \\
        --calibrated runs/fashion/calibrated --files runs/fashion/gguf
    .venv/bin/python tools/train/publish.py --checkpoint runs/fashion/ema \\
        --files runs/fashion/gguf --quality runs/quality/quality.json --log runs/fashion/log.csv
    .venv/bin/python tools/train/publish.py --config tools/train/configs/faces.json --checkpoint runs/faces/ema \\
        --files runs/faces/gguf --quality runs/faces/quality/quality.json --log runs/faces/log.csv

Without ``--log`` it stops after converting into ``--files``, so that quality.py can
measure just those files; with ``--calibrated`` a file's weights are those that
calibrate.py rounded for its type. Entries of other models stay as they are.
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

FASHION = {
    "licence": "MIT",
    "data": {"name": "Fashion-MNIST", "source": "Debian package dataset-fashion-mnist", "licence": "MIT"},
    "classes": list(FASHION_CLASSES),
    "pictures": "../data/fashion.json",
}
#: Networks of other parametrisations, which the page of models does not explain.
FASHION_OTHERWISE = FASHION | {"use": "exhibit"}
FACES = {
    "licence": "CC0-1.0",
    "data": {"name": "Pixel faces", "source": "npm packages @dicebear/core and @dicebear/pixel-art 9.4.3, drawn by tools/data/faces/build.mjs",
             "licence": "CC0-1.0"},
    "classes": [],
    "use": "exhibit",
}

#: By configuration: the name, what else its entries say, and the types that are
#: shipped beside Q8_0.
SHIPPED = {
    "fashion": ("Fashion", FASHION, ("f16", "q4_0")),
    "fashion-x0": ("Fashion, x₀", FASHION_OTHERWISE, ()),
    "fashion-previous": ("Fashion, previous mean", FASHION_OTHERWISE, ()),
    "fashion-hybrid": ("Fashion, learned variance", FASHION_OTHERWISE, ()),
    "faces": ("Faces", FACES, ()),
}

#: What the test loss of a parametrisation is.
LOSSES = {
    "epsilon": "mean squared error of ε", "sample": "mean squared error of x₀",
    "previous": "mean squared error of the mean of q(x_t−1|x_t, x_0)", "learned_range": "L_hybrid",
    "previous_step": "squared error of the mean of q(x_t−1|x_t, x_0), weighed as L_simple weighs ε,",
}


def variants(name):
    """(type, id, file name) of each file; the first is the model's own."""
    kinds = ("q8_0", *SHIPPED[name][2])
    return [(kind, name if kind == "q8_0" else f"{name}-{kind}",
             f"{name}.gguf" if kind == "q8_0" else f"{name}-{kind}.gguf") for kind in kinds]


def convert(name, checkpoint, folder, calibrated=None):
    """Write one GGUF file per variant into folder with the project's own converter, from
    the checkpoint or, for a type that calibrated has a folder of, from that one."""
    if calibrated and not calibrated.is_dir():
        raise SystemExit(f"{calibrated}: no such folder; make it with calibrate.py")
    folder.mkdir(parents=True, exist_ok=True)
    title, about, _ = SHIPPED[name]
    classes = ["--classes", ",".join(about["classes"])] if about["classes"] else []
    for kind, _, file in variants(name):
        source = calibrated / kind if calibrated and (calibrated / kind).exists() else checkpoint
        subprocess.run([ROOT / "bin" / "unnoise", "convert", "--in", source, "--type", kind,
                        "--name", title, "--license", about["licence"], *classes, "--out", folder / file], check=True)


def percent(share):
    return round(100 * share, 2)


def attribute_metrics(quality, found):
    """What was measured of a model that is told attributes."""
    each = lambda shares: ", ".join(f"{name} {percent(share):g}" for name, share in shares.items() if name != "mean")
    note = f"DDIM {quality['steps']}, s = 2; a classifier with {100 * quality['classifier_test_accuracy']:.2f} % on the test split; hair only where no hat hides it"
    return [
        {"name": "attribute accuracy", "value": percent(found["attributes"]["mean"]), "unit": "%",
         "note": f"{quality['guided_samples']} samples, {note}: {each(found['attributes'])}; float32 weights "
                 f"{percent(quality['variants']['F32']['attributes']['mean']):g}"},
        {"name": "attribute accuracy, pairs held out", "value": percent(found["held_out"]["mean"]), "unit": "%",
         "note": f"pairs that no training picture has, {note}: {each(found['held_out'])}; both halves of "
                 f"{each(found['held_out_pairs'])}; float32 weights {percent(quality['variants']['F32']['held_out']['mean']):g}"},
    ]


def metrics(quality, kind, training, diffusion):
    """The figures shown for one variant, as far as they were measured, and how."""
    found = quality["variants"].get(kind.upper(), {}) if quality else {}
    rows = []
    if "attributes" in found:
        rows += attribute_metrics(quality, found)
    elif "class_agreement" in found:
        note = (f"{quality['guided_samples']} samples, DDIM {quality['steps']}, s = 2; "
                f"a classifier with {100 * quality['classifier_test_accuracy']:.1f} % on the test split")
        f32 = quality["variants"]["F32"].get("class_agreement")
        rows.append({"name": "class agreement", "value": percent(found["class_agreement"]), "unit": "%",
                     "note": note if f32 is None else f"{note}; float32 weights {percent(f32):g}"})
    if "class_agreement_ddpm" in found:
        variance = "the learned" if diffusion.get("variance_type") == "learned_range" else "the fixed small"
        note = f"{quality['stochastic_samples']} samples, DDPM over {quality.get('stochastic_steps', quality['steps'])} steps with {variance} variance, s = 2"
        f32 = quality["variants"]["F32"].get("class_agreement_ddpm")
        rows.append({"name": "class agreement, DDPM", "value": percent(found["class_agreement_ddpm"]), "unit": "%",
                     "note": note if f32 is None else f"{note}; float32 weights {percent(f32):g}"})
    if "frechet_distance" in found:
        asked = "told the attributes of its pictures, " if "attributes" in found else ""
        rows.append({"name": "Fréchet distance", "value": round(found["frechet_distance"], 3),
                     "note": f"{quality['plain_samples']} samples, DDIM {quality['plain_steps']}, s = 1, {asked}to the test split "
                             f"in that classifier's features; float32 weights "
                             f"{quality['variants']['F32']['frechet_distance']:.3f}, "
                             f"as many training pictures {quality['frechet_floor']:.3f}"})
    loss = LOSSES[diffusion.get("variance_type") or diffusion["prediction_type"]]
    rows.append({"name": "test loss", "value": float(training["ema_test_loss"]),
                 "note": f"{loss} on 512 test pictures after {int(training['images']):,} training pictures"})
    return rows


def entry(name, file, identity, kind, quality, training, diffusion):
    """One entry of index.json (model/catalog)."""
    content = file.read_bytes()
    title, about, _ = SHIPPED[name]
    ours = {
        "id": identity,
        "name": title if kind == "q8_0" else f"{title}, {kind.upper()}",
        "file": file.name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": about["licence"], "data": about["data"], "classes": about["classes"],
        "metrics": metrics(quality, kind, training, diffusion),
        "training": training["command"],
    }
    return ours | {key: about[key] for key in ("pictures", "use") if key in about}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=Path(__file__).parent / "configs" / "fashion.json")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--calibrated", type=Path, help="calibrate.py's folder of that checkpoint")
    parser.add_argument("--files", type=Path, required=True, help="folder of the converted files")
    parser.add_argument("--quality", type=Path, help="without it only the training's loss is stated")
    parser.add_argument("--training", default="make train", help="the command that trained this checkpoint")
    parser.add_argument("--log", type=Path, help="log.csv of the training, committed beside its configuration")
    args = parser.parse_args()
    config = json.loads(args.config.read_text())
    name = config["name"]
    if args.log is None:
        convert(name, args.checkpoint, args.files, args.calibrated)
        return
    quality = json.loads(args.quality.read_text()) if args.quality else None
    with args.log.open() as f:
        training = list(csv.DictReader(f))[-1]
    training["command"] = args.training
    index = json.loads((MODELS / "index.json").read_text())
    for kind, identity, file in variants(name):
        shutil.copyfile(args.files / file, MODELS / file)
        ours = entry(name, MODELS / file, identity, kind, quality, training, config["diffusion"])
        places = [i for i, model in enumerate(index["models"]) if model["id"] == identity]
        if places:
            index["models"][places[0]] = ours
        else:
            index["models"].append(ours)
    (MODELS / "index.json").write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n")
    shutil.copyfile(args.log, ROOT / "tools" / "train" / "logs" / f"{name}.csv")
    if args.quality:
        shutil.copyfile(args.quality, ROOT / "tools" / "train" / "logs" / f"{name}-quality.json")


if __name__ == "__main__":
    main()
