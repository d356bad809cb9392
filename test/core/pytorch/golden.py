"""
|nor_conv_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_3x3~2|

A network of the space nas-bench-201, made by Evoke VERSION: 5,926 parameters and 2,207,824
multiply-adds, without what does not reach the output. Images are [N, 3, 32, 32]; the scores
[N, 10] are those before a softmax.
"""

import torch
import torch.nn.functional as F
from torch import nn


def pad_same(x: torch.Tensor, extent: int, stride: int, value: float = 0) -> torch.Tensor:
    """Pads so that a stride of s makes ceil(size / s) windows of a size; the larger half behind."""
    totals = [max(0, (-(-n // stride) - 1) * stride + extent - n) for n in x.shape[2:]]
    return F.pad(x, [pad for n in reversed(totals) for pad in (n // 2, n - n // 2)], value=value)


class SamePaddedConv2d(nn.Conv2d):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        extent = self.dilation[0] * (self.kernel_size[0] - 1) + 1
        return super().forward(pad_same(x, extent, self.stride[0]))


class Cell(nn.Module):
    """stage 0/cell 0 and 5 more"""

    def __init__(self, channels: int):
        super().__init__()
        self.edge_0_nor_conv_3x3 = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )
        self.edge_1_nor_conv_1x1 = nn.Sequential(
            nn.Conv2d(channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
        )
        self.edge_5_nor_conv_3x3 = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h1 = F.relu(x)
        h2 = self.edge_1_nor_conv_1x1(h1) + self.edge_0_nor_conv_3x3(h1)  # [N, channels, H, W]
        h3 = F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)  # [N, channels, H, W]
        return h3 + self.edge_5_nor_conv_3x3(h2)  # [N, channels, H, W]


class Reduction(nn.Module):
    """stage 1/reduction"""

    def __init__(self):
        super().__init__()
        self.shortcut = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(4, 8, 1, bias=False))
        self.first = nn.Sequential(
            nn.ReLU(),
            SamePaddedConv2d(4, 8, 3, stride=2, bias=False),
            nn.BatchNorm2d(8),
        )
        self.second = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(8, 8, 3, padding=1, bias=False),
            nn.BatchNorm2d(8),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(self.first(x)) + self.shortcut(x)  # [N, 8, 16, 16]


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4))
        self.stage_0 = nn.Sequential(*(Cell(4) for _ in range(3)))
        self.stage_1 = nn.Sequential(
            Reduction(),  # [N, 8, 16, 16]
            *(Cell(8) for _ in range(3)),  # [N, 8, 16, 16]
        )
        self.head = nn.Sequential(
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(8, 10),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)  # [N, 4, 32, 32]
        x = self.stage_0(x)  # [N, 4, 32, 32]
        x = self.stage_1(x)  # [N, 8, 16, 16]
        return self.head(x)  # [N, 10]


if __name__ == "__main__":
    network = Network()
    scores = network(torch.zeros(2, 3, 32, 32))
    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(f"{parameters:,} parameters, scores {list(scores.shape)}")
