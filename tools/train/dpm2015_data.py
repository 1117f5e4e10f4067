"""What the networks of dpm2015_train.py learn: [N, values], with mean 0 and variance 1 where real."""

import math

import torch

import data


def swiss_roll(count, generator):
    """model/plane's swiss roll before it is standardised: [count, 2]."""
    angle = 1.5 * math.pi * (1 + 2 * torch.rand(count, generator=generator))
    radius = angle / (4.5 * math.pi)
    points = torch.stack((radius * torch.cos(angle), radius * torch.sin(angle)), 1)
    return points + 0.02 * torch.randn(count, 2, generator=generator)


def swiss_roll_moments():
    """Mean and deviation along both axes, by the midpoint rule."""
    u = (torch.arange(1_000_000, dtype=torch.float64) + 0.5) / 1_000_000
    angle = 1.5 * math.pi * (1 + 2 * u)
    points = torch.stack((angle * torch.cos(angle), angle * torch.sin(angle))) / (4.5 * math.pi)
    return points.mean(1), (points.var(1, correction=0) + 0.02**2).sqrt()


def heartbeat(count, generator, width=20, period=5):
    """Bits with a 1 at every fifth place: five sequences, all as likely. [count, width]."""
    first = torch.randint(period, (count, 1), generator=generator)
    return ((torch.arange(width) - first) % period == 0).float()


class Source:
    """Draws batches of the data set that a configuration names."""

    def __init__(self, config, split):
        self.model, self.name = config["model"], config["data"]
        self.mean = torch.tensor(self.model.get("mean", [0.0]))
        self.std = torch.tensor(self.model.get("std", [1.0]))
        if self.name == "fashion":
            self.pictures = data.load_fashion(split)[0].flatten(1)

    def draw(self, count, generator):
        if self.name == "swiss roll":
            return (swiss_roll(count, generator) - self.mean) / self.std
        if self.name == "heartbeat":
            return heartbeat(count, generator, self.model["width"])
        pick = torch.randint(len(self.pictures), (count,), generator=generator)
        levels = self.pictures[pick].float()
        # Bytes become real by noise of a byte's width. The authors' code divides that
        # width by the scale of the data where it should multiply.
        levels += torch.rand(levels.shape, generator=generator) - 0.5
        return (levels / 127.5 - 1 - self.mean) / self.std
