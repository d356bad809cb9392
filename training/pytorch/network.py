"""Networks in the language of core/space/network.ts, layer by layer. Axes: N images, H height, W width, C channels."""

import ctypes
import functools
import math

import torch
import torch.nn.functional as F

BATCH_NORM_EPSILON = 1e-5
FUNCTIONS = {
    **{"relu": F.relu, "hard-swish": F.hardswish, "hard-sigmoid": F.hardsigmoid},
    "image": lambda images: images,
    "shift": lambda x: F.pad(x[:, :, 1:, 1:], (0, 1, 0, 1)),
    "sum": lambda *summands: sum(summands[1:], summands[0]),
    "concatenation": lambda *parts: torch.cat(parts, 1),
    "scale": lambda x, factors: x * factors,
    "global-average-pool": lambda x: x.mean((2, 3), keepdim=True),
}


class Numbers:
    """The numbers that came with a message, in order."""

    def __init__(self, data, device):
        self.data, self.device, self.at = data, device, 0

    def next(self, dtype, *shape):
        count = math.prod(shape)
        taken = torch.frombuffer(self.data, dtype=dtype, count=count, offset=self.at) if count else torch.empty(0, dtype=dtype)
        self.at += count * dtype.itemsize
        return taken.reshape(shape).to(self.device, copy=True)


def bytes_of(tensors):
    """What they hold, one after the other, in float32."""
    flat = torch.cat([tensor.detach().flatten() for tensor in tensors]).float().cpu()
    return ctypes.string_at(flat.data_ptr(), 4 * len(flat))


def casting(device, precision):
    """@returns what makes a context in which convolutions and products are computed in bfloat16, if precision is "mixed" """
    kind = "cuda" if device.type == "cuda" else "cpu"
    return lambda: torch.autocast(kind, torch.bfloat16, enabled=precision == "mixed")


def windows(layer, shape, outside=0.0):
    """What puts padding around images, where it is not the same before and after, and the padding that is left to the operation."""
    extent, stride = (layer["kernel"] - 1) * layer.get("dilation", 1) + 1, layer["stride"]
    totals = [max((-(-size // stride) - 1) * stride + extent - size, 0) for size in shape[:2]]
    if all(total % 2 == 0 for total in totals):
        return (lambda x: x), [total // 2 for total in totals]
    sides = [half for total in reversed(totals) for half in (total // 2, total - total // 2)]
    return (lambda x: F.pad(x, sides, value=outside)), 0


class Network:
    """Computes layer by layer, [N, C, H, W]. Filters are [outputs, inputs, H, W], as PyTorch has them."""

    def __init__(self, layers, shapes, numbers):
        self.numbers, self.training, self.momentum = numbers, True, 0.0
        self.tensors, self.decaying, self.others = [], [], []
        self.inputs = [layer["inputs"] for layer in layers]
        self.steps = [self.step(layer, shapes[(layer["inputs"] or [0])[0]]) for layer in layers]
        last = {source: user for user, sources in enumerate(self.inputs) for source in sources}
        self.over = [[source for source in set(sources) if last[source] == user] for user, sources in enumerate(self.inputs)]

    def __call__(self, images):
        """@returns the scores of each class, [N, classes]"""
        outputs = []
        for step, inputs, over in zip(self.steps, self.inputs, self.over):
            outputs.append(step(*[outputs[i] for i in inputs]) if inputs else step(images))
            for i in over:
                outputs[i] = None
        return outputs[-1].flatten(1)

    def step(self, layer, shape):
        """What a layer does to its inputs; to the images where it has none. @param shape  of the first input, [H, W, C]"""
        kind, channels = layer["kind"], shape[2]
        if layer.get("activation", kind) in FUNCTIONS:
            return FUNCTIONS[layer.get("activation", kind)]
        if kind == "zero":
            height, width, zeros = layer["shape"]
            return lambda images: images.new_zeros(len(images), zeros, height, width)
        if kind == "truncation":
            first = layer.get("from", 0)
            return lambda x: x[:, first : first + layer["channels"]]
        if kind == "shuffle":
            return lambda x: F.channel_shuffle(x, layer["groups"])
        if kind == "linear":
            weight, bias = self.learnt(layer["outputs"], channels), self.learnt(layer["outputs"])
            return lambda x: F.linear(x.flatten(1), weight, bias)[:, :, None, None]
        if kind == "batchNorm":
            weight, bias = self.learnt(channels, decays=False), self.learnt(channels, decays=False)
            mean, variance = self.kept(channels), self.kept(channels)
            return lambda x: F.batch_norm(x, mean, variance, weight, bias, self.training, self.momentum, BATCH_NORM_EPSILON)
        size, stride, dilation = layer["kernel"], layer["stride"], layer.get("dilation", 1)
        padded, padding = windows(layer, shape, -math.inf if kind == "max-pool" else 0.0)
        if kind == "max-pool":
            return lambda x: F.max_pool2d(padded(x), size, stride, padding)
        if kind == "average-pool" and padding != 0:
            return lambda x: F.avg_pool2d(x, size, stride, padding, count_include_pad=False)
        if kind == "average-pool":
            inside = F.avg_pool2d(padded(torch.ones(1, 1, *shape[:2], device=self.numbers.device)), size, stride)
            return lambda x: F.avg_pool2d(padded(x), size, stride) / inside
        groups = {"convolution": 1, "depthwise": channels}[kind]
        weight = self.learnt(layer.get("channels", channels), channels // groups, size, size)
        return lambda x: F.conv2d(padded(x), weight, None, stride, padding, dilation, groups)

    def learnt(self, *shape, decays=True):
        tensor = self.kept(*shape).requires_grad_()
        (self.decaying if decays else self.others).append(tensor)
        return tensor

    def kept(self, *shape):
        self.tensors.append(self.next(*shape))
        return self.tensors[-1]

    def next(self, *shape):
        tensor = self.numbers.next(torch.float32, *shape)
        return tensor.contiguous(memory_format=torch.channels_last) if len(shape) == 4 else tensor


class Mixing(torch.autograd.Function):
    """Σ_k m_k x_k, of the gradient dy: dx_k = m_k dy, none where m_k = 0; told Σ dy and ∂loss/∂m_k = ⟨dy, x_k⟩ for each k."""

    @staticmethod
    def forward(context, _, weights, tell, *inputs):
        context.weights, context.tell = weights, tell
        context.set_materialize_grads(False)
        context.save_for_backward(*inputs)
        output = inputs[0] * weights[0]
        for x, weight in zip(inputs[1:], weights[1:]):
            if weight != 0:
                output.add_(x, alpha=weight)
        return output

    @staticmethod
    def backward(context, dy):
        if dy is None:  # nothing that it feeds counts
            return (None,) * (3 + len(context.weights))
        context.tell(dy.sum(dtype=torch.float32), [(dy * x).sum(dtype=torch.float32) for x in context.saved_tensors])
        return (None, None, None, *(None if weight == 0 else dy * weight for weight in context.weights))


class OpenNetwork(Network):
    """
    Of a mixture, it computes some operations only, and what leads to them. What is given for it, everywhere:
      mixture     the weight of each operation  [edges][operations]
      everything  whether operations of weight 0 are computed
      zero        layers that are zero then, beside those that always are
    """

    def __init__(self, message, numbers):
        self.layers, self.shapes = message["layers"], message["shapes"]
        self.fixed = iter(message["fixed"])
        super().__init__(self.layers, self.shapes, numbers)
        self.not_computed = torch.zeros((), device=numbers.device)
        # Has a mixture know its gradient where no parameter feeds it, too.
        self.always = torch.zeros((), device=numbers.device, requires_grad=True)
        self.plan = functools.lru_cache(maxsize=64)(self.plan)

    def __call__(self, images, mixture, everything, zero, found=None):
        """
        @param found  of each edge what is known of its gradient, added to in the backward pass  [edges][1 + operations]
        @returns the scores of each class, [N, classes]
        """
        computed = tuple(tuple(k for k, weight in enumerate(edge) if everything or weight != 0) for edge in mixture)
        outputs = {}
        for index, inputs, operations, over in self.plan(computed, tuple(zero)):
            layer, values = self.layers[index], [outputs[i] for i in inputs]
            if values and layer["kind"] == "mixture":
                outputs[index] = self.mix(values, layer["edge"], operations, mixture, found)
            elif values or index == 0:
                outputs[index] = self.steps[index](*(values or [images]))
            else:
                height, width, channels = self.shapes[index]
                outputs[index] = images.new_zeros(len(images), channels, height, width)
            for i in over:
                del outputs[i]
        return outputs[len(self.layers) - 1].flatten(1)

    def mix(self, values, edge, operations, mixture, found):
        def tell(total, products):
            parts = dict(zip(operations, products))
            parts = [parts.get(k, self.not_computed) for k in range(len(mixture[edge]))]
            found[edge] = found[edge] + torch.stack([total, *parts])

        return Mixing.apply(self.always, [mixture[edge][k] for k in operations], tell, *values)

    def plan(self, computed, zero):
        """
        What is computed for some operations of each edge, in order: layers, what feeds them, which operations that is of a
        mixture, and what is not needed after them. Operations that are zero are left out where there are others.
        """
        reached, parts = {len(self.layers) - 1}, {}
        for index in reversed(range(len(self.layers))):
            layer = self.layers[index]
            if index not in reached:
                continue
            pairs = [(i, None) for i in layer["inputs"]]
            if index in zero:
                pairs = []
            elif layer["kind"] == "mixture":
                pairs = [pair for pair in zip(layer["inputs"], layer["operations"]) if pair[1] in computed[layer["edge"]]]
                pairs = [pair for pair in pairs if self.layers[pair[0]]["kind"] != "zero"] or pairs[:1]
            parts[index] = tuple(zip(*pairs)) if pairs else ((), None)
            reached.update(parts[index][0])
        last = {i: index for index in sorted(reached) for i in parts[index][0]}
        over = {index: [i for i in set(parts[index][0]) if last[i] == index] for index in reached}
        return [(index, *parts[index], over[index]) for index in sorted(reached)]

    def step(self, layer, shape):
        fixed = next(self.fixed)
        if layer["kind"] == "mixture":
            return None  # see `mix`
        step = super().step(layer, shape)
        if fixed:
            for tensor in (self.others.pop(), self.others.pop()):
                tensor.requires_grad_(False)
        return step
