"""Rounding a layer's weights to GGUF's blocks so that its answers change least.

GPTQ (arXiv:2210.17323, algorithm 1), which is optimal brain quantisation
(arXiv:2208.11580, eq. 3) in the order of the columns: what rounding one weight does
to the answers is made up for by the weights not rounded yet.

A block is 32 weights of a row. The values of a block are its scale d, a float16,
times whole numbers. One weight of each block is anchored to the number by which the
converter (model/weights, Quantize) finds d again, so that it keeps these values.
"""

from dataclasses import dataclass

import torch

BLOCK = 32


@dataclass(frozen=True)
class Grid:
    """The whole numbers of a GGUF type."""

    low: int
    high: int
    anchor: int  # the number of largest magnitude, by which the converter finds the scale
    signed: bool  # whether a scale may be negative, rather than the anchor change its sign
    shares: tuple  # scales that are tried, as shares of the one that fits the largest weight


GRIDS = {
    "q8_0": Grid(-127, 127, 127, False, (1.0,)),
    "q4_0": Grid(-8, 7, -8, True, tuple(1.08 - 0.04 * k for k in range(13))),
}


def half(d):
    """The nearest float16 values, in float64."""
    return d.half().double()


def nearest(w, d, grid):
    """Whole numbers of weights [rows, n] at scales d [rows, 1]; 0 where d is 0."""
    return torch.where(d == 0, 0, w / torch.where(d == 0, 1, d)).round().clamp(grid.low, grid.high)


def anchored(w, d, grid):
    """(place [rows, 1], number [rows, 1]) of the weight of each block that is anchored."""
    if grid.signed:
        place = (w * d.sign()).argmin(1, keepdim=True)
        return place, torch.full_like(d, grid.anchor)
    place = w.abs().argmax(1, keepdim=True)
    return place, grid.anchor * w.gather(1, place).sign()


def scales(w, importance, grid):
    """The scale of each block: float16 values [rows, 1] in float64.

    Of all that the grid tries, the one of the smallest squared error, each weight's
    times its importance. w: [rows, 32], importance: [32].
    """
    fits = w.abs().amax(1, keepdim=True) / abs(grid.anchor)
    best, least = torch.zeros_like(fits), torch.full_like(fits, torch.inf)
    for sign in (1, -1) if grid.signed else (1,):
        for share in grid.shares:
            d = half(sign * share * fits)
            numbers = nearest(w, d, grid).scatter(1, *anchored(w, d, grid))
            error = ((w - d * numbers).square() * importance).sum(1, keepdim=True)
            best, least = torch.where(error < least, d, best), torch.minimum(error, least)
    return best


def calibrated(w, moments, grid, damping=0.01):
    """Weights on the grid for weights w [rows, n], n a multiple of 32, both float64.

    moments: E[x x^T] of the layer's inputs, [n, n]. damping is a share of its mean
    diagonal, added to it.
    """
    moments = moments + damping * moments.diagonal().mean().clamp(min=1e-30) * torch.eye(len(moments), dtype=moments.dtype)
    inverse = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(moments)), upper=True)
    w, out = w.clone(), torch.empty_like(w)
    for start in range(0, w.shape[1], BLOCK):
        stop = start + BLOCK
        block, factor = w[:, start:stop], inverse[start:stop, start:stop]
        d = scales(block, factor.diagonal() ** -2, grid)
        place, number = anchored(block, d, grid)
        errors = torch.empty_like(block)
        for i in range(BLOCK):
            column = block[:, i:i + 1]
            rounded = d * torch.where(place == i, number, nearest(column, d, grid))
            errors[:, i:i + 1] = (column - rounded) / factor[i, i]
            block[:, i + 1:] -= errors[:, i:i + 1] * factor[i, i + 1:]
            out[:, start + i] = rounded[:, 0]
        w[:, stop:] -= errors @ inverse[start:stop, stop:]
    return out
