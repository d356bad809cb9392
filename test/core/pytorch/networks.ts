/**
 * Networks that become code: cells with every operation, mobile networks, and what no built-in space has.
 *
 * @module
 */
import { problemsOf } from "../../../core/json/schema.ts";
import type { Plugin } from "../../../core/plugin/plugin.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { type Network, NetworkWriter } from "../../../core/space/network.ts";
import mobilenet from "../../../spaces/mobilenet.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";

export interface Example {
  readonly architecture: string;
  readonly space: string;
  readonly network: Network;
}

export function spaceWith(plugin: Plugin<"space">, options: object): Space {
  const complete = structuredClone(options);
  const problems = problemsOf(plugin.options, complete);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return plugin.create(complete as never, {} as never) as Space;
}

const small = { channels: 4, cellsPerStage: 2, stages: 3, imageSize: 9, imageChannels: 2, classes: 5 };
const mobile = {
  units: [
    { channels: 8, stride: 2, squeezeExcitation: true, activation: "relu" },
    { channels: 8, stride: 1 },
    { channels: 24, stride: 3 },
    { channels: 24, stride: 1, squeezeExcitation: true },
  ],
  ...{ widthMultiplier: 1, stemChannels: 8, stemStride: 2, finalChannels: 32, featureChannels: 16 },
  ...{ imageSize: 27, imageChannels: 2, classes: 5 },
};

const cells: readonly (readonly [text: string, options: object])[] = [
  ["|nor_conv_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_3x3~2|", small],
  ["|avg_pool_3x3~0|+|skip_connect~0|avg_pool_3x3~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|", { ...small, reduction: "pool" }],
  ["|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|none~0|none~1|nor_conv_1x1~2|", small],
  ["|avg_pool_3x3~0|+|none~0|none~1|+|none~0|avg_pool_3x3~1|none~2|", { ...small, reduction: "pool", imageSize: 8 }],
  ["|skip_connect~0|+|skip_connect~0|none~1|+|skip_connect~0|skip_connect~1|skip_connect~2|", small],
  ["|none~0|+|none~0|none~1|+|none~0|none~1|none~2|", small],
  ["|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|", { ...small, stages: 1 }],
];
const mobiles = [
  "2,3,4,2:3,5,0,0,7,3,5,0,3,5,7,3,5,5,0,0:3,4,0,0,6,3,4,0,4,6,3,3,6,6,0,0",
  "4,2,2,4:7,7,7,7,3,3,0,0,5,3,0,0,3,3,3,3:6,6,6,6,3,3,0,0,4,4,0,0,3,4,6,3",
];

function cellExample([architecture, options]: (typeof cells)[number]): Example {
  const space = spaceWith(nasBench201 as Plugin<"space">, options);
  return { architecture, space: "nas-bench-201", network: space.network!(space.decode(architecture)) };
}

/** The one whose code is in golden.py. */
export const golden: Example = cellExample([cells[0]![0], { channels: 4, cellsPerStage: 3, stages: 2 }]);

/** Even kernels, sizes that strides do not divide, oblong images, no names but those of two layers, a linear layer inside. */
function oblong(): Network {
  const net = new NetworkWriter([7, 10, 3]);
  const wide = net.convolution(net.image, 4, 6);
  const pooled = net.averagePool(net.averagePool(net.averagePool(wide, 2), 3, 2), 2, 2);
  const strided = net.depthwise(net.convolution(net.activation(wide, "hard-sigmoid"), 5, 6, 2, "class"), 2, 2, "to");
  const joined = net.sum([pooled, strided, strided]);
  const gate = net.linear(net.linear(net.globalAveragePool(joined), 3), 6);
  net.linear(net.globalAveragePool(net.scale(net.batchNorm(joined), net.activation(gate, "hard-swish"))), 5, "1st");
  return net.network();
}

/** Parts with two inputs, parts with two outputs, and a sum in the end. */
function parts(): Network {
  const net = new NetworkWriter([6, 6, 2]);
  let [a, b] = [net.convolution(net.image, 3, 4), net.convolution(net.image, 1, 4)];
  for (const [i, width] of [4, 8, 8].entries()) {
    const [left, right] = [a, b];
    const part = () => net.sum([net.convolution(net.activation(left, "relu"), 3, width, 2), net.convolution(right, 3, width, 2)]);
    [a, b] = [net.within(`stage/pair ${i}`, part), net.within(`stage/pair ${i + 10}`, part)];
  }
  const halves = net.within("halves", () => [net.activation(a, "relu"), net.batchNorm(b)]);
  const pooled = net.globalAveragePool(net.sum(halves));
  net.sum([net.convolution(pooled, 1, 5), net.convolution(pooled, 1, 5)]);
  return net.network();
}

export const examples: readonly Example[] = [
  ...cells.map(cellExample),
  ...mobiles.map((architecture): Example => {
    const space = spaceWith(mobilenet as Plugin<"space">, mobile);
    return { architecture, space: "mobilenet", network: space.network!(space.decode(architecture)) };
  }),
  { architecture: 'oblong "with" \\ and\nmore', space: "test", network: oblong() },
  { architecture: "parts", space: "test", network: parts() },
  { architecture: "nothing", space: "test", network: new NetworkWriter([1, 1, 5]).network() },
];
