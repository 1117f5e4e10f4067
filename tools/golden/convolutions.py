"""Golden values of convolutions, pooling and resizing, with gradients.

PyTorch in float64, inputs drawn in float32. Writes
model/optest/testdata/torch_convolutions.json, read by
model/optest/torch_convolutions_test.go. Pictures are [N, H, W, C] in the file and
kernels [O, KH, KW, I], as they are stored.

Run from the repository's root: .venv/bin/python tools/golden/convolutions.py
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from named_randn import named_randn
from ops import case, nchw, nhwc

OUT = Path(__file__).parents[2] / "model/optest/testdata/torch_convolutions.json"
SEED = 16


def conv(**settings):
    return lambda x, w, b: nhwc(F.conv2d(nchw(x), nchw(w), b, **settings))


def down(x, w, b):
    """DDPM's downsampling: a row and a column of zeros below and to the right."""
    return nhwc(F.conv2d(F.pad(nchw(x), (0, 1, 0, 1)), nchw(w), b, stride=2))


def transpose(**settings):
    return lambda x, w, b: nhwc(F.conv_transpose2d(nchw(x), nchw(w), b, **settings))


def pool(function, **settings):
    return lambda x: nhwc(function(nchw(x), **settings))


def resize(height, width, mode, corners=None):
    return lambda x: nhwc(F.interpolate(nchw(x), (height, width), mode=mode, align_corners=corners))


# name: function, x, kernels, biases
CONVOLUTIONS = {
    "conv2d": (conv(padding=1), (2, 5, 4, 3), (4, 3, 3, 3), 4),
    "conv2d_1x7": (conv(padding=(0, 3)), (1, 3, 8, 2), (3, 1, 7, 2), 3),
    "conv2d_pad_0101": (down, (1, 6, 5, 2), (3, 3, 3, 2), 3),
    "conv2d_dilated": (conv(padding=2, dilation=2), (1, 6, 5, 2), (3, 3, 3, 2), 3),
    "conv2d_groups": (conv(padding=1, stride=2, groups=2), (2, 6, 5, 4), (6, 3, 3, 2), 6),
    "conv2d_depthwise": (conv(padding=3, groups=4), (1, 5, 6, 4), (4, 7, 7, 1), 4),
    "conv_transpose2d": (transpose(stride=2, padding=1), (2, 3, 4, 3), (3, 4, 4, 2), 2),
    "conv_transpose2d_stride_1": (transpose(padding=1), (1, 4, 5, 3), (3, 3, 3, 4), 4),
    "conv_transpose2d_everything": (
        transpose(stride=3, padding=2, output_padding=(2, 1), groups=2, dilation=2),
        (1, 3, 4, 4), (4, 3, 3, 3), 6,
    ),
}  # fmt: skip

PICTURES = {
    "avg_pool2d": pool(F.avg_pool2d, kernel_size=3, stride=2, padding=1),
    "max_pool2d": pool(F.max_pool2d, kernel_size=3, stride=2, padding=1),
    "nearest_up": resize(9, 16, "nearest"),
    "nearest_down": resize(3, 5, "nearest"),
    "bilinear_up": resize(9, 16, "bilinear", False),
    "bilinear_down": resize(3, 5, "bilinear", False),
    "corners_up": resize(9, 16, "bilinear", True),
    "corners_down": resize(3, 5, "bilinear", True),
    "corners_to_one": resize(1, 1, "bilinear", True),
}


def main():
    torch.set_num_threads(1)

    def draw(name, *shape):
        return named_randn(SEED, name, shape)

    cases = []
    for name, (function, x, w, b) in CONVOLUTIONS.items():
        cases.append(case(name, function, draw(f"{name}/x", *x), 0.3 * draw(f"{name}/w", *w), draw(f"{name}/b", b)))
    for name, function in PICTURES.items():
        cases.append(case(name, function, draw(f"{name}/x", 1, 6, 7, 2)))
    OUT.write_text(json.dumps(cases, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
