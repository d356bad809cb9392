/**
 * A network as a module of PyTorch: one file of Python that imports nothing but torch, written as a person would write
 * it. Parts that are alike are instances of one class; chains of layers are a `Sequential`.
 *
 * Images are [N, channels, height, width], as PyTorch has them.
 *
 * @module
 */
import { costOf, live, type Network } from "../space/network.ts";
import { VERSION } from "../version.ts";
import { BodyWriter } from "./body-writer.ts";
import { type ShapedNetwork, shaped } from "./layer-code.ts";
import { inDocstring } from "./python.ts";
import { type Block, itemsOf } from "./structure.ts";

/** What the file says of the network. */
export interface About {
  /** As its space writes it. */
  readonly architecture: string;
  readonly space: string;
}

export interface TorchModule {
  readonly code: string;
  /** Without dead parts. */
  readonly network: Network;
  /** What state dicts call the layers that learn, by their place in `network`. */
  readonly paths: ReadonlyMap<number, string>;
}

export function torchModule(described: Network, about: About): TorchModule {
  const network = shaped(live(described));
  const writer = new BodyWriter(network);
  const items = itemsOf(network);
  writer.classes(items.flatMap(({ block }) => block ?? []));
  const extent: Block = { part: "", layers: network.layers.map((_, i) => i), inputs: [0], output: network.layers.length - 1 };
  const { text, paths } = writer.network(extent, items);
  const code = [head(network, about), ...writer.helpers(), ...writer.written(), text, check(network)];
  return { code: `${code.join("\n\n\n")}\n`, network: { layers: network.layers }, paths };
}

function head(network: ShapedNetwork, { architecture, space }: About): string {
  const { madds, parameters } = costOf(network);
  const [height, width, channels] = network.shapes[0]!;
  const count = (value: number) => value.toLocaleString("en");
  return `"""
${inDocstring(architecture)}

A network of the space ${inDocstring(space)}, made by Evoke ${VERSION}: ${count(parameters)} parameters and ${count(madds)}
multiply-adds, without what does not reach the output. Images are [N, ${channels}, ${height}, ${width}]; the scores
[N, ${network.shapes.at(-1)![2]}] are those before a softmax.
"""

import torch
import torch.nn.functional as F
from torch import nn`;
}

/** What the file does when it is called. */
function check(network: ShapedNetwork): string {
  const [height, width, channels] = network.shapes[0]!;
  return `if __name__ == "__main__":
    network = Network()
    scores = network(torch.zeros(2, ${channels}, ${height}, ${width}))
    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(f"{parameters:,} parameters, scores {list(scores.shape)}")`;
}
