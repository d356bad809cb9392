"""Training steps of a module in PyTorch, in a plain loop, for bench/training.ts and bench/pytorch-backend.ts.

The module's code, which core/pytorch writes, comes on the command line; each line on stdin asks for so many steps on one
batch of random images, and is answered by the seconds that they took. A step is the forward pass with batch statistics,
cross-entropy, the backward pass, and SGD with Nesterov's momentum. Images lie in memory as `--format` says.
"""

import argparse
import json
import sys
import time

import torch
from torch.nn.functional import cross_entropy

parser = argparse.ArgumentParser()
for name in ("module", "shape", "format", "device", "mixed"):
    parser.add_argument(f"--{name}", type=json.loads)
arguments = parser.parse_args()
torch.set_num_threads(1)
torch.manual_seed(1)
torch.backends.cudnn.benchmark = True
namespace = {"__name__": "module"}
exec(arguments.module, namespace)
device, memory_format = torch.device(arguments.device), getattr(torch, arguments.format)
network = namespace["Network"]().to(device, memory_format=memory_format)
images = torch.rand(arguments.shape, device=device).contiguous(memory_format=memory_format)
labels = torch.randint(10, (len(images),), device=device)
optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4, nesterov=True)
print(torch.__version__, flush=True)
for line in sys.stdin:
    began = time.perf_counter()
    for _ in range(int(line)):
        optimizer.zero_grad()
        with torch.autocast(device.type, torch.bfloat16, enabled=arguments.mixed):
            scores = network(images)
        loss = cross_entropy(scores.float(), labels)
        loss.backward()
        optimizer.step()
    loss.item()  # on a card, when all is done
    print(time.perf_counter() - began, flush=True)
