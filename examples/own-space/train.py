"""Learns to tell waves apart by what up to twelve layers of random convolutions make of them, in plain Python.

Evoke asks for one architecture of the space that the manifest describes, and this answers. Only the classifier learns; the
convolutions stay as they are drawn, which is enough for kernels, widths, skipped layers and the resolution to matter.
"""

import json
import math
import random
import sys

LAYERS, CLASSES = 12, 3
RATE = 0.05


def waves(count, length, rng):
    """Sines, squares and saws of two periods, each at a phase of its own and with noise, and its class."""
    shapes = [lambda p: math.sin(2 * math.pi * p), lambda p: 1 if p < 0.5 else -1, lambda p: 2 * p - 1]
    for _ in range(count):
        kind, phase = rng.randrange(CLASSES), rng.random()
        yield [[shapes[kind]((phase + 2 * t / length) % 1) + rng.gauss(0, 0.4)] for t in range(length)], kind


def layer(channels, kernel, width, rng):
    """Weights of a convolution: [offset][from][to]."""
    deviation = math.sqrt(1 / (kernel * channels))
    return [[[rng.gauss(0, deviation) for _ in range(width)] for _ in range(channels)] for _ in range(kernel)]


def convolved(signal, weights):
    """The signal and what a convolution and a ReLU make of it: [position][channel]."""
    half, out = len(weights) // 2, []
    for t, before in enumerate(signal):
        sums = [0.0] * len(weights[0][0])
        for offset, matrix in enumerate(weights):
            at = t + offset - half
            for value, row in zip(signal[at] if 0 <= at < len(signal) else [], matrix):
                for j, weight in enumerate(row):
                    sums[j] += value * weight
        out.append([max(0.0, s) + before[j % len(before)] for j, s in enumerate(sums)])
    return out


def mean_and_deviation(values):
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))


def features(signal, layers):
    for weights in layers:
        signal = convolved(signal, weights)
    moments = [mean_and_deviation(column) for column in zip(*signal)]
    return [moment for both in moments for moment in both]


def probabilities(inputs, classifier):
    scores = [sum(w * x for w, x in zip(row, inputs)) for row in classifier]
    exponents = [math.exp(s - max(scores)) for s in scores]
    return [e / sum(exponents) for e in exponents]


request = json.loads(sys.stdin.readline())
chosen = request["named"]  # by the names of the components; those that are not there are left out
rng = random.Random(request["seed"])
layers, width = [], 1
for n in range(1, LAYERS + 1):
    if chosen[f"kernel {n}"] != "skip":
        layers.append(layer(width, int(chosen[f"kernel {n}"]), int(chosen[f"width {n}"]), rng))
        width = int(chosen[f"width {n}"])

waves_of = random.Random(0)
examples = [(features(signal, layers), kind) for signal, kind in waves(220, int(chosen["resolution"]), waves_of)]
moments = [mean_and_deviation(column) for column in zip(*(inputs for inputs, _ in examples[:120]))]
examples = [([1.0] + [(x - m) / (d or 1) for x, (m, d) in zip(inputs, moments)], kind) for inputs, kind in examples]
train, validation = examples[:120], examples[120:]
classifier = [[0.0] * len(train[0][0]) for _ in range(CLASSES)]
for epoch in range(1, request["fidelity"] + 1):
    for inputs, kind in rng.sample(train, len(train)):
        for k, (row, p) in enumerate(zip(classifier, probabilities(inputs, classifier))):
            row[:] = [w - RATE * (p - (k == kind)) * x for w, x in zip(row, inputs)]
    wrong = 0
    for inputs, kind in validation:
        answer = probabilities(inputs, classifier)
        wrong += answer.index(max(answer)) != kind
    print(json.dumps({"epoch": epoch, "value": 100 * wrong / len(validation)}), flush=True)
print(json.dumps({"score": 100 * wrong / len(validation)}))
