"""Networks whose edges are mixtures of operations. Axes: N images, H height, W width, C channels."""

import functools

import torch
from network import Network


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
