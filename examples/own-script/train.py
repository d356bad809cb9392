"""Trains a cell of NAS-Bench-201 on waves, in plain Python: Evoke asks for one architecture, and this answers.

The network is that of the benchmark in one dimension and very small: a 1x1 convolution to C channels, one cell, global
average pooling, a linear classifier; ReLU before each convolution, no normalisation. It tells sines, squares and saws
apart, whatever their phase, through noise. Lists of lists stand for tensors: [position][channel].
"""

import json
import math
import os
import random
import sys

C, LENGTH, CLASSES = 3, 12, 3
RATE = 0.05
EDGES = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]  # in the order of the components
REACH = {"nor_conv_1x1": [0], "nor_conv_3x3": [-1, 0, 1], "avg_pool_3x3": [-1, 0, 1]}


def waves(count, rng):
    """Signals of one period and a half, each with its class."""
    for _ in range(count):
        kind, phase = rng.randrange(CLASSES), rng.random()
        at = [(phase + 1.5 * t / LENGTH) % 1 for t in range(LENGTH)]
        shape = [lambda p: math.sin(2 * math.pi * p), lambda p: 1 if p < 0.5 else -1, lambda p: 2 * p - 1][kind]
        yield [shape(p) + rng.gauss(0, 0.3) for p in at], kind


class Network:
    def __init__(self, choices, rng):
        self.edges = [(a, b, op) for (a, b), op in zip(EDGES, choices) if op != "none"]
        weights = lambda *shape: rng.gauss(0, 0.6) if not shape else [weights(*shape[1:]) for _ in range(shape[0])]
        self.stem, self.bias = weights(C), weights(C)
        self.head = weights(CLASSES, C + 1)
        # kernels[edge][offset][from][to]
        self.kernels = [weights(len(REACH[op]), C, C) if "conv" in op else None for _, _, op in self.edges]

    def forward(self, signal):
        nodes = [[[x * w + b for w, b in zip(self.stem, self.bias)] for x in signal]]
        nodes += [[[0.0] * C for _ in signal] for _ in range(3)]
        for (a, b, op), kernel in zip(self.edges, self.kernels):
            for t, k, i, j, factor in self.terms(op, kernel):
                value = nodes[a][t + k][i]
                nodes[b][t][j] += factor * (max(0.0, value) if kernel else value)
        pooled = [sum(column) / LENGTH for column in zip(*nodes[3])] + [1.0]
        scores = [sum(w * p for w, p in zip(row, pooled)) for row in self.head]
        exponents = [math.exp(s - max(scores)) for s in scores]
        return nodes, pooled, [e / sum(exponents) for e in exponents]

    def terms(self, op, kernel):
        """Every product that an operation adds up: position, offset, channel from, channel to, factor."""
        for o, k in enumerate(REACH.get(op, [0])):
            for t in range(max(0, -k), min(LENGTH, LENGTH - k)):
                for i in range(C):
                    if not kernel:
                        yield t, k, i, i, 1 / len(REACH.get(op, [0]))
                        continue
                    for j in range(C):
                        yield t, k, i, j, kernel[o][i][j]

    def learn(self, signal, kind):
        """One step of gradient descent on the cross-entropy."""
        nodes, pooled, probabilities = self.forward(signal)
        errors = [p - (k == kind) for k, p in enumerate(probabilities)]
        back = [sum(e * row[j] for e, row in zip(errors, self.head)) / LENGTH for j in range(C)]
        grads = [[[0.0] * C for _ in signal] for _ in range(3)] + [[back[:] for _ in signal]]
        for e, row in zip(errors, self.head):
            row[:] = [w - RATE * e * p for w, p in zip(row, pooled)]
        for (a, b, op), kernel in reversed(list(zip(self.edges, self.kernels))):
            steps = kernel and [[[0.0] * C for _ in range(C)] for _ in kernel]
            for t, k, i, j, factor in self.terms(op, kernel):
                value, grad = nodes[a][t + k][i], grads[b][t][j]
                if kernel and value <= 0:
                    continue
                grads[a][t + k][i] += factor * grad
                if kernel:
                    steps[REACH[op].index(k)][i][j] += value * grad
            for matrix, step in zip(kernel or [], steps or []):
                for row, change in zip(matrix, step):
                    row[:] = [w - RATE * d for w, d in zip(row, change)]
        for x, grad in zip(signal, grads[0]):
            self.stem = [w - RATE * x * g for w, g in zip(self.stem, grad)]
            self.bias = [b - RATE * g for b, g in zip(self.bias, grad)]


def accuracy(network, examples):
    hits = 0
    for signal, kind in examples:
        probabilities = network.forward(signal)[2]
        hits += probabilities.index(max(probabilities)) == kind
    return 100 * hits / len(examples)


request = json.loads(sys.stdin.readline())
rng = random.Random(request["seed"])
network = Network(request["choices"], rng)
data = random.Random(0)
train, validation = list(waves(150, data)), list(waves(100, data))

done = 0
if request["previous"]:  # it was trained for fewer epochs before: go on from there
    done = request["previous"]["fidelity"]
    with open(os.path.join(request["previous"]["folder"], "weights.json")) as file:
        vars(network).update(json.load(file))
for epoch in range(done + 1, request["fidelity"] + 1):
    for example in rng.sample(train, len(train)):
        network.learn(*example)
    value = accuracy(network, validation)
    print(json.dumps({"epoch": epoch, "value": value}), flush=True)
if request["folder"]:
    with open(os.path.join(request["folder"], "weights.json"), "w") as file:
        json.dump(vars(network), file)
print(json.dumps({"score": value, "metrics": {"edges": len(network.edges)}}))
