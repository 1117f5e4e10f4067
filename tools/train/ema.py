"""Exponential moving average of a module's parameters."""

import torch


class EMA:
    """Keeps ``shadow = d * shadow + (1 - d) * value`` for each parameter.

    The decay is min(decay, (1 + n) / (10 + n)) at update n, so that the
    average forgets the random start quickly (the rule TensorFlow documents for
    ``num_updates`` in ExponentialMovingAverage).
    """

    def __init__(self, module, decay):
        self.decay = decay
        self.updates = 0
        self.shadow = [p.detach().clone() for p in module.parameters()]

    @torch.no_grad()
    def update(self, module):
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        torch._foreach_mul_(self.shadow, decay)
        torch._foreach_add_(self.shadow, [p.detach() for p in module.parameters()], alpha=1 - decay)

    @torch.no_grad()
    def copy_to(self, module):
        for shadow, parameter in zip(self.shadow, module.parameters()):
            parameter.copy_(shadow)

    def state_dict(self):
        return {"updates": self.updates, "shadow": self.shadow}

    def load_state_dict(self, state):
        self.updates = state["updates"]
        self.shadow = state["shadow"]
