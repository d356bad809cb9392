"""Training steps of a network in PyTorch, on one thread, for bench/training.ts.

The network comes as the JSON of core/space/network.ts on the command line; each line on stdin asks for so many
steps on one batch of random images, and is answered by the seconds that they took. A step is the forward
pass with batch statistics, cross-entropy, the backward pass, and SGD with Nesterov's momentum.
"""

import argparse
import json
import sys
import time

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy


class Net(nn.Module):
    """Layers in order; each is fed by earlier ones."""

    def __init__(self, layers):
        super().__init__()
        self.layers = layers
        self.learnt = nn.ModuleDict()
        channels = []
        for i, layer in enumerate(layers):
            kind = layer["kind"]
            width = channels[layer["inputs"][0]] if layer["inputs"] else layer["shape"][2]
            if kind == "convolution":
                kernel, to = layer["kernel"], layer["channels"]
                self.learnt[str(i)] = nn.Conv2d(width, to, kernel, layer["stride"], kernel // 2, bias=False)
                width = to
            elif kind == "batchNorm":
                self.learnt[str(i)] = nn.BatchNorm2d(width)
            elif kind == "linear":
                self.learnt[str(i)] = nn.Linear(width, layer["outputs"])
                width = layer["outputs"]
            channels.append(width)

    def forward(self, images):
        outputs = []
        for i, layer in enumerate(self.layers):
            inputs = [outputs[k] for k in layer["inputs"]]
            kind = layer["kind"]
            if kind == "image":
                y = images
            elif kind in ("convolution", "batchNorm", "linear"):
                y = self.learnt[str(i)](inputs[0])
            elif kind == "activation":
                y = torch.relu(inputs[0])
            elif kind == "average-pool":
                kernel, stride = layer["kernel"], layer["stride"]
                y = avg_pool2d(inputs[0], kernel, stride, (kernel - 1) // 2, count_include_pad=False)
            elif kind == "sum":
                y = inputs[0]
                for other in inputs[1:]:
                    y = y + other
            elif kind == "global-average-pool":
                y = inputs[0].mean((2, 3))
            else:
                raise ValueError(f"no layer of the kind {kind} in these benchmarks")
            outputs.append(y)
        return outputs[-1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", type=json.loads)
    parser.add_argument("--batch", type=int)
    arguments = parser.parse_args()
    layers = arguments.network["layers"]
    torch.set_num_threads(1)
    torch.manual_seed(1)
    height, width, channels = layers[0]["shape"]
    images = torch.rand(arguments.batch, channels, height, width)
    labels = torch.randint(10, (arguments.batch,))
    net = Net(layers)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4, nesterov=True)
    print(torch.__version__, flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        for _ in range(int(line)):
            optimizer.zero_grad()
            cross_entropy(net(images), labels).backward()
            optimizer.step()
        print(time.perf_counter() - began, flush=True)


main()
