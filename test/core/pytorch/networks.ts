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

/** Cells as DARTS and NASNet have them: separable and dilated convolutions, both pools, factorised reductions, concatenations. */
function concatenated(): Network {
  const net = new NetworkWriter([9, 6, 2]);
  const normal = (x: number, name: string) => net.batchNorm(x, name);
  let width = 4;
  let cell = normal(net.convolution(net.image, 3, width, 1, "stem"), "stem");
  for (const stage of [0, 1, 2]) {
    const stride = stage === 0 ? 1 : 2;
    const name = `cell ${stage}`;
    cell = net.within(name, () => {
      const x = net.activation(cell, "relu");
      const separable = (kernel: number, dilation: number, role: string) => {
        const depthwise = net.depthwise(x, kernel, stride, `${name}/${role}/depthwise`, dilation);
        return normal(net.convolution(depthwise, 1, width, 1, `${name}/${role}/pointwise`), `${name}/${role}`);
      };
      const halves = [x, net.shift(x)].map((half, i) => net.convolution(half, 1, width / 2, stride, `${name}/half ${i}`));
      const reduced = normal(net.concatenate(halves), `${name}/reduced`);
      const pooled = net.concatenate([net.maxPool(x, 3, stride), net.averagePool(x, 3, stride)]);
      const parts = [reduced, separable(3, 1 + stage, "first"), separable(5, 2, "second"), net.sum([reduced, separable(3, 2, "third")])];
      return net.concatenate([...parts, pooled, net.maxPool(net.maxPool(x, 2), 4, stride)]);
    });
    width *= 2;
  }
  const dilated = (group: string, windows: readonly (readonly [kernel: number, dilation: number])[], stride: number) =>
    windows.map(([kernel, dilation], i) => {
      const name = `${group} ${i}`;
      return net.within(name, () => normal(net.convolution(cell, kernel, 8, stride, `${name}/kernel`, dilation), `${name}/kernel`));
    });
  const parts = [
    ...dilated(
      "atrous",
      [
        [3, 1],
        [3, 2],
        [5, 3],
        [2, 2],
      ],
      1,
    ),
    ...dilated(
      "fixed",
      [
        [5, 2],
        [5, 1],
      ],
      1,
    ),
  ];
  const truncated = [3, 5].flatMap((channels) => [net.truncate(cell, channels), net.truncate(net.shuffle(cell, 4), channels, 2)]);
  const strided = dilated(
    "strided",
    [
      [3, 3],
      [2, 2],
      [4, 1],
      [3, 6],
    ],
    2,
  );
  const plain = net.within("tail", () => normal(net.convolution(net.maxPool(net.shift(cell), 3, 2), 1, 8, 1, "tail"), "tail"));
  const scaled = net.scale(plain, net.activation(net.globalAveragePool(plain), "hard-sigmoid"));
  const pooled = parts.map((part) => net.maxPool(net.activation(part, "hard-swish"), 3, 2));
  net.linear(
    net.globalAveragePool(
      net.activation(
        net.concatenate([
          ...pooled,
          ...truncated.map((part) => net.maxPool(part, 3, 2)),
          net.shift(scaled),
          ...[strided, strided, strided].flat(),
        ]),
        "relu",
      ),
    ),
    5,
    "classifier",
  );
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
  { architecture: "concatenated", space: "test", network: concatenated() },
  { architecture: "nothing", space: "test", network: new NetworkWriter([1, 1, 5]).network() },
];
