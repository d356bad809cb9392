"""
The network of NAS-Bench-201 around any cell, for images of 8 × 8 pixels.

It began as what `evoke export --torch` writes for one cell; see README.md. What was written by hand
is how a cell follows from its text.
"""

import torch
from torch import nn


def operation(name: str, channels: int) -> nn.Module:
    if name == "skip_connect":
        return nn.Identity()
    if name == "avg_pool_3x3":
        return nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)
    kernel_size = {"nor_conv_1x1": 1, "nor_conv_3x3": 3}[name]
    return nn.Sequential(
        nn.ReLU(),
        nn.Conv2d(channels, channels, kernel_size, padding=kernel_size // 2, bias=False),
        nn.BatchNorm2d(channels),
    )


class Cell(nn.Module):
    """|op~0|+|op~0|op~1|+|op~0|op~1|op~2|: what computes each node from each node before it."""

    def __init__(self, architecture: str, channels: int):
        super().__init__()
        self.edges = nn.ModuleDict()
        for node, text in enumerate(architecture.split("+"), start=1):
            for edge in text.strip("|").split("|"):
                name, source = edge.split("~")
                if name != "none":
                    self.edges[f"{source} to {node}"] = operation(name, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        nodes = [x]
        for node in (1, 2, 3):
            keys = [(source, f"{source} to {node}") for source in range(node)]
            terms = [self.edges[key](nodes[source]) for source, key in keys if key in self.edges]
            nodes.append(sum(terms) if terms else torch.zeros_like(x))
        return nodes[3]


class Reduction(nn.Sequential):
    def __init__(self, in_channels: int, out_channels: int):
        super().__init__(
            nn.AvgPool2d(2),
            nn.Conv2d(in_channels, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        )


class Network(nn.Module):
    def __init__(self, architecture: str):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8))
        self.stage_0 = Cell(architecture, 8)
        self.stage_1 = nn.Sequential(Reduction(8, 16), Cell(architecture, 16))
        self.head = nn.Sequential(
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(16, 10),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)  # [N, 8, 8, 8]
        x = self.stage_0(x)  # [N, 8, 8, 8]
        x = self.stage_1(x)  # [N, 16, 4, 4]
        return self.head(x)  # [N, 10]
