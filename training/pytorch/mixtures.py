"""Searches by weight sharing: what training/weight-sharing/learner.ts asks, computed.

Of a step or a batch the answer has, in float32: the loss, the norm of the gradient of the weights where it is kept, and for
each edge the sum of its gradient and the gradient by the weight of each operation, 0 of those that are not computed.
"""

import math

import torch
import torch.nn.functional as F
from network import OpenNetwork, bytes_of, casting
from torch.nn.utils import clip_grad_norm_

#: SGD remembers the last step by it, and is not moved by that.
NO_MOMENTUM = 1e-300


class Mixtures:
    """An open network, its weights, and what SGD remembers of them."""

    def __init__(self, message, numbers, precision):
        self.network = OpenNetwork(message, numbers)
        self.cast, self.drift = casting(numbers.device, precision), message["drift"]
        self.learnt = self.network.decaying + self.network.others
        self.moments = [tensor for tensor in self.network.tensors if not tensor.requires_grad]
        self.optimizer = torch.optim.SGD([{"params": self.network.decaying}, {"params": self.network.others}], lr=0.0)
        for parameter in self.learnt:
            self.optimizer.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
        self.drifting = set()
        self.holding = False

    def answer(self, message, dataset, numbers):
        """@param message  one of the methods below, and what it takes @returns bytes"""
        [(asked, arguments)] = message.items()
        if "batches" in arguments:
            batches = [{"rows": numbers.next(torch.int32, batch["rows"])} for batch in arguments["batches"]]
            for batch, drawn in zip(arguments["batches"], batches):
                for name, length in batch["drawn"].items():
                    drawn[name] = numbers.next(torch.int16, batch["rows"], length)
            arguments["batches"] = (dataset.batch(drawn, batch["of"]) for batch, drawn in zip(arguments["batches"], batches))
        if asked == "restore":
            arguments["values"] = [numbers.next(torch.float32, *tensor.shape) for tensor in self.state()]
        return getattr(self, asked)(**arguments)

    def learn(self, batches, steps):
        return bytes_of([self.step(*batch, **step) for batch, step in zip(batches, steps)])

    def step(self, images, labels, rate, momentum, nesterov, decay, clip, moments, held, **mixed):
        judged = self.gradients(images, labels, moments, mixed, added=self.holding)
        self.holding = held
        if held:
            return judged
        learning = [parameter for parameter in self.learnt if parameter.grad is not None]
        if clip > 0:
            clip_grad_norm_(learning, clip)
        if self.drift:
            for parameter in self.drifting.difference(learning):
                parameter.grad = torch.zeros_like(parameter)
            self.drifting.update(learning)
        for group, decays in zip(self.optimizer.param_groups, (decay, 0)):
            group.update(lr=rate, momentum=momentum or NO_MOMENTUM, nesterov=nesterov, weight_decay=decays)
        self.optimizer.step()
        return judged

    def judge(self, batches, keep, **mixed):
        judged = self.gradients(*next(batches), 0.0, mixed)
        if keep:
            learning = [parameter for parameter in self.learnt if parameter.grad is not None]
            judged[1] = clip_grad_norm_(learning, math.inf)
            self.kept = [(parameter, parameter.grad) for parameter in learning]
        return bytes_of([judged])

    def gradients(self, images, labels, moments, mixed, added=False):
        """@returns what was found, see above; the weights have their gradients then, added to those that they had or not"""
        self.network.training, self.network.momentum = True, moments
        if not added:
            self.optimizer.zero_grad()
        found = [torch.zeros(1 + len(edge), device=images.device) for edge in mixed["mixture"]]
        with self.cast():
            scores = self.network(images, **mixed, found=found)
        loss = F.cross_entropy(scores.float(), labels)
        loss.backward()
        return torch.cat([torch.stack([loss.detach(), torch.zeros_like(loss)]), *found])

    @torch.no_grad()
    def right(self, batches, by, estimating, **mixed):
        """How many images. @param estimating  how many of the batches come first, for moments that are estimated by them"""
        remembered = [tensor.clone() for tensor in self.moments] if estimating else []
        self.network.training = True
        for i in range(estimating):
            self.network.momentum = 1 / (i + 1)
            self.scores(next(batches)[0], mixed)
        self.network.training, self.network.momentum = by == "batch", 0.0
        right = sum((self.scores(images, mixed).argmax(1) == labels).sum() for images, labels in batches)
        for tensor, value in zip(self.moments, remembered):
            tensor.copy_(value)
        return bytes_of([right])

    def scores(self, images, mixed):
        with self.cast():
            return self.network(images, **mixed)

    def remember(self):
        self.remembered = [tensor.detach().clone() for tensor in self.state()], set(self.drifting)
        return b""

    def recall(self):
        values, self.drifting = self.remembered[0], set(self.remembered[1])
        self.set_state(values)
        return b""

    @torch.no_grad()
    def move(self, times):
        for parameter, direction in self.kept:
            parameter.add_(direction, alpha=times)
        return b""

    def save(self):
        return bytes_of(self.state())

    def restore(self, values):
        self.set_state(values)
        # What has learnt has a velocity, and without one nothing would drift.
        self.drifting = {parameter for parameter, velocity in zip(self.learnt, self.velocities()) if velocity.any()}
        return b""

    def state(self):
        return self.network.tensors + self.velocities()

    def velocities(self):
        return [self.optimizer.state[parameter]["momentum_buffer"] for parameter in self.learnt]

    @torch.no_grad()
    def set_state(self, values):
        for tensor, value in zip(self.state(), values):
            tensor.copy_(value)
