"""Golden bits/dim of real pictures under a shipped network, for tools/unnoise.

The network is the site's own GGUF file, expanded and run by PyTorch in float32, its gradients
PyTorch's, the solver SciPy's; the pictures are of the site's sample sheet, dequantised, with
torch's noise and one probe of signs for each: tools/train/score_likelihood.py, which says how
github.com/yang-song/score_sde_pytorch (likelihood.py) does it. All take the same steps, at a
tolerance so loose that they are few: the command takes the very same.

Writes tools/unnoise/testdata/bits_per_dim.json.
Run: .venv/bin/python tools/golden/bits_per_dim.py
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools/train"))
import score_flow  # noqa: E402
import score_likelihood  # noqa: E402
import score_model  # noqa: E402
import score_sde  # noqa: E402

OUT = ROOT / "tools/unnoise/testdata/bits_per_dim.json"
MODEL = "score-tutorial"
PICTURES = [3, 41, 58, 96]  # of the sheet
MARGIN = 2  # the sheet pads 28x28 to 32x32
SEED, TOLERANCE, EPS = 5, 0.1, 1e-3


def sheet(which):
    """Bytes of pictures of the sheet without their margin, [N, 1, 28, 28]."""
    described = json.loads((ROOT / "web/data/fashion.json").read_text())
    values = np.asarray(Image.open(ROOT / "web/data" / described["file"]).convert("L"))
    h, w, columns = described["height"], described["width"], described["columns"]
    at = lambda k: values[k // columns * h:][MARGIN:h - MARGIN, k % columns * w:][:, MARGIN:w - MARGIN]
    return np.stack([at(k) for k in which])[:, None]


def main():
    torch.set_num_threads(1)
    path = ROOT / "web/models" / f"{MODEL}.gguf"
    network, scheduler = score_model.load_gguf(path)
    sde = score_sde.of_scheduler(scheduler)
    pictures = torch.from_numpy(sheet(PICTURES).astype(np.float32)) / 255
    signs, uniform = score_likelihood.noise(pictures.shape, SEED, 1)
    spread = (255 * pictures + uniform) / 256
    log_p, _, evaluations = score_flow.log_density(sde, network, spread, None, signs, TOLERANCE, EPS)
    bits = score_flow.bits_per_dim(log_p, pictures[0].numel(), 0)
    OUT.write_text(json.dumps({"model": MODEL, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "pictures": PICTURES,
                               "seed": SEED, "tolerance": TOLERANCE, "eps": EPS, "evaluations": evaluations,
                               "bits_per_dim": bits.tolist()}, indent=1) + "\n")
    print(OUT, OUT.read_text())


if __name__ == "__main__":
    main()
