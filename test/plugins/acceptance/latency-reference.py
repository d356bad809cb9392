"""Makes latency-reference.json: sums of Once-for-All's latency tables, by the formula of its authors.

    python3 test/plugins/acceptance/latency-reference.py ../shared/data/ofa/latency-note10 > test/plugins/acceptance/latency-reference.json

Written apart from the plugin: sizes and widths of the network of width 1.2 stand here as numbers.
"""

import json
import random
import re
import sys

WIDTHS = [32, 48, 96, 136, 192]
STRIDES = [2, 2, 2, 1, 2]
SQUEEZE = [0, 1, 0, 1, 1]
HARD_SWISH = [0, 0, 1, 1, 1]


def read(path):
    rows, key = {}, None
    for line in open(path):
        if not line.startswith(" "):
            key = line.strip().rstrip(":")
        elif match := re.match(r"\s+mean: (.*)", line):
            rows[key] = float(match[1])
    return rows


def total(rows, image, depths, kernels, expansions):
    size = (image + 1) // 2
    keys = [f"Conv-input:{image}x{image}x3-output:{size}x{size}x24"]
    keys.append(
        f"expanded_conv-input:{size}x{size}x24-output:{size}x{size}x24-expand:24-kernel:3-stride:1-idskip:1-se:0-hs:0"
    )
    channels = 24
    for i in range(20):
        unit, layer = divmod(i, 4)
        if layer >= depths[unit]:
            continue
        stride = STRIDES[unit] if layer == 0 else 1
        after = int((size - 1) / stride + 1)
        keys.append(
            f"expanded_conv-input:{size}x{size}x{channels}-output:{after}x{after}x{WIDTHS[unit]}"
            f"-expand:{channels * expansions[i]}-kernel:{kernels[i]}-stride:{stride}-idskip:{int(layer > 0)}"
            f"-se:{SQUEEZE[unit]}-hs:{HARD_SWISH[unit]}"
        )
        size, channels = after, WIDTHS[unit]
    keys.append(f"Conv_1-input:{size}x{size}x192-output:{size}x{size}x1152")
    keys.append(f"AvgPool2D-input:{size}x{size}x1152-output:1x1x1152")
    keys.append("Conv_2-input:1x1x1152-output:1x1x1536")
    keys.append("Logits-input:1x1x1536-output:1000")
    return sum(rows[key] for key in keys)


def text(depths, kernels, expansions):
    return ":".join(",".join(map(str, part)) for part in (depths, kernels, expansions))


random.seed(1)
published = (
    [3, 3, 3, 4, 4],
    [5, 5, 7, 0, 5, 5, 7, 0, 5, 7, 5, 0, 5, 5, 5, 7, 5, 7, 7, 7],
    [6, 6, 3, 0, 6, 4, 6, 0, 6, 6, 6, 0, 6, 6, 6, 4, 6, 6, 4, 4],
)
networks = [published, ([4] * 5, [7] * 20, [6] * 20), ([2] * 5, [3, 3, 0, 0] * 5, [3, 3, 0, 0] * 5)]
for _ in range(5):
    depths = [random.choice([2, 3, 4]) for _ in range(5)]
    present = [i % 4 < depths[i // 4] for i in range(20)]
    kernels = [random.choice([3, 5, 7]) if there else 0 for there in present]
    expansions = [random.choice([3, 4, 6]) if there else 0 for there in present]
    networks.append((depths, kernels, expansions))

sums = {
    image: {text(*network): total(read(f"{sys.argv[1]}/{image}_lookup_table.yaml"), image, *network) for network in networks}
    for image in (160, 172, 196, 224)
}
print(json.dumps(sums, indent=1))
