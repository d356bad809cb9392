"""Reference values of Once-for-All's accuracy predictor, by NumPy in 64-bit floats.

    python3 test/evaluators/predictor-reference.py ../shared/data/ofa/acc_predictor.npz > test/evaluators/predictor-reference.json

The full network, and five with depths, kernels and expansions drawn at random; two of these at another resolution.
"""
import json
import sys

import numpy

KERNELS, EXPANSIONS = [3, 5, 7], [3, 4, 6]
arrays = numpy.load(sys.argv[1])
layers = [(arrays[f"{n}.weight"].astype(float), arrays[f"{n}.bias"].astype(float)) for n in (0, 2, 4, 6)]


def predict(depths, kernels, expansions, resolution):
    x = numpy.zeros(128)
    for layer in range(20):
        if layer % 4 >= depths[layer // 4]:
            continue
        x[3 * layer + KERNELS.index(kernels[layer])] = 1
        x[60 + 3 * layer + EXPANSIONS.index(expansions[layer])] = 1
    x[120 + (resolution - 112) // 16] = 1
    for number, (weight, bias) in enumerate(layers):
        x = weight @ x + bias
        if number < 3:
            x = numpy.maximum(x, 0)
    return 100 * x[0]


def case(depths, kernels, expansions, resolution):
    there = [layer % 4 < depths[layer // 4] for layer in range(20)]
    lists = [depths, [k if t else 0 for k, t in zip(kernels, there)], [e if t else 0 for e, t in zip(expansions, there)]]
    text = ":".join(",".join(map(str, numbers)) for numbers in lists)
    return {"architecture": text, "resolution": resolution, "percent": predict(depths, kernels, expansions, resolution)}


random = numpy.random.RandomState(1)
cases = [case([4] * 5, [7] * 20, [6] * 20, 224)]
for resolution in (224, 224, 224, 160, 112):
    cases.append(
        case(random.choice([2, 3, 4], 5).tolist(), random.choice(KERNELS, 20).tolist(), random.choice(EXPANSIONS, 20).tolist(), resolution)
    )
print(json.dumps(cases, indent=2))
