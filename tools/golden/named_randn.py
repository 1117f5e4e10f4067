"""Random tensors that belong to a name, drawn alike in Python and in Go.

Test networks are filled with these, so that only inputs and outputs are kept as
golden files. The same rule in Go: model/rng/name.go.
"""

import hashlib

import torch


def seed_of(seed, name):
    """First eight bytes of SHA-256("seed/name"), little-endian, without the top bit."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:8], "little") & ~(1 << 63)


def named_randn(seed, name, shape):
    """``torch.randn`` of the given shape from the generator of that name."""
    generator = torch.Generator().manual_seed(seed_of(seed, name))
    return torch.randn(tuple(shape), generator=generator)
