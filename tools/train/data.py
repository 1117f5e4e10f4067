"""Training pictures, from packages of public registries only.

Every loader returns ``(images, labels)``: ``images`` is uint8 [N, C, H, W] and
``labels`` int64 [N], or [N, attributes].
"""

import gzip
from pathlib import Path

import numpy as np
import torch

FASHION_DIR = Path("/usr/share/datasets/fashion-mnist")

#: Class names in label order, as printed in the data set's README.
FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)


#: Where tools/data/faces/build.mjs has drawn the pixel faces.
FACES_DIR = Path(__file__).resolve().parents[2] / "runs" / "data" / "faces"


def load(config, split):
    """Load a split of the data set that a training configuration names."""
    if config["dataset"] == "pixel-faces":
        return load_faces(split)
    return load_fashion(split)


def load_faces(split):
    """Load the 16x16 pixel faces: RGB, with one label an attribute.

    split: "train", "test" or "held_out", whose pictures have pairs of attributes
    that no training picture has.
    """
    size = 16
    pictures = np.fromfile(FACES_DIR / f"{split}.bin", np.uint8).reshape(-1, size, size, 3)
    labels = np.fromfile(FACES_DIR / f"{split}.labels", np.uint8).reshape(len(pictures), -1)
    return torch.from_numpy(pictures).permute(0, 3, 1, 2), torch.from_numpy(labels.astype(np.int64))


def visible(config, labels):
    """Which attributes of a picture can be seen at all, [N, attributes]: a hat hides
    hair. The configuration's "visible" says where. For classes: all, [N, 1]."""
    seen = torch.ones(len(labels), labels.view(len(labels), -1).shape[1], dtype=torch.bool)
    names = [a["name"] for a in config.get("attributes", [])]
    for rule in config.get("visible", []):
        where = names.index(rule["where"]["attribute"])
        options = torch.tensor([config["attributes"][where]["options"].index(o) for o in rule["where"]["options"]])
        for name in rule["attributes"]:
            seen[:, names.index(name)] &= torch.isin(labels[:, where], options)
    return seen


def read_idx(path):
    """Read one gzipped IDX file (unsigned bytes) as a numpy array of its own shape."""
    with gzip.open(path, "rb") as f:
        raw = f.read()
    if raw[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    rank = raw[3]
    shape = np.frombuffer(raw, ">u4", count=rank, offset=4).astype(int)
    values = np.frombuffer(raw, np.uint8, offset=4 + 4 * rank)
    if values.size != shape.prod():
        raise ValueError(f"{path}: {values.size} values, shape {tuple(shape)} needs {shape.prod()}")
    return values.reshape(shape)


def load_fashion(split):
    """Load Fashion-MNIST, padded by 2 black pixels on each side to 32x32.

    split: "train" (60,000) or "test" (10,000).
    """
    stem = {"train": "train", "test": "t10k"}[split]
    images = read_idx(FASHION_DIR / f"{stem}-images-idx3-ubyte.gz")
    labels = read_idx(FASHION_DIR / f"{stem}-labels-idx1-ubyte.gz")
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))[:, None]
    return torch.from_numpy(padded), torch.from_numpy(labels.astype(np.int64))


def to_unit_range(images):
    """Bytes 0..255 to float32 in [-1, 1]."""
    return images.float().div(127.5).sub(1)
