"""Samples that a measurement keeps, batch by batch, so that it goes on where it was interrupted.

The file's name holds a mark of the weights and of all that the samples depend on: those of
weights that have been trained further, or of other settings, are never taken for these.
"""

import hashlib
import json

import numpy as np
import torch


def mark(model, settings):
    """12 hexadecimal digits of a network's weights and of settings, a dict of what JSON knows."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for name, values in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(values.detach().contiguous().cpu().numpy().tobytes())
    return digest.hexdigest()[:12]


class Samples:
    """The samples of one variant in folder/NAME-MARK.npz: pictures [N, C, H, W], and the most
    evaluations that a batch has taken."""

    def __init__(self, folder, name, model, settings):
        self.path = folder / f"{name}-{mark(model, settings)}.npz"
        self.pictures, self.evaluations = None, 0
        if self.path.exists():
            found = np.load(self.path)
            self.pictures, self.evaluations = torch.from_numpy(found["pictures"]), int(found["evaluations"])

    def __len__(self):
        return 0 if self.pictures is None else len(self.pictures)

    def add(self, pictures, evaluations):
        """Keeps another batch."""
        self.pictures = pictures if self.pictures is None else torch.cat([self.pictures, pictures])
        self.evaluations = max(self.evaluations, evaluations)
        fresh = self.path.with_suffix(".new.npz")
        np.savez(fresh, pictures=self.pictures.numpy(), evaluations=self.evaluations)
        fresh.replace(self.path)  # whole, or not at all
