/**
 * The size space of NATS-Bench: how many channels each of 5 layers has, 8 to 64, of a network whose cells are fixed.
 *
 * Dong et al. 2021, "NATS-Bench: Benchmarking NAS Algorithms for Architecture Topology and Size", arXiv:2009.00437,
 * the space S_s of Section 3.2: 8⁵ = 32,768 architectures. The textual form is the benchmark's, `64:32:16:48:8`.
 *
 * The network, as the authors' `DynamicShapeTinyNet` builds it: a 3×3 convolution as wide as the first layer; a
 * cell, a residual block of stride 2, a cell, a residual block of stride 2, a cell; global average pool; linear
 * classifier. All cells are the best of NAS-Bench-201 on CIFAR-100,
 * `|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|`; its skip is a
 * normalised 1×1 convolution where a cell has other channels than what feeds it.
 *
 * Costs are those of the whole network, counted as NAS-Bench-201 does: convolutions and the classifier for the
 * multiply-adds, two parameters a channel for each batch normalisation.
 *
 * @module
 */
import { architectureInvalid } from "../core/errors/index.ts";
import { plugin } from "../core/plugin/plugin.ts";
import type { Counts } from "../core/plugin/space.ts";
import type { Architecture } from "../core/space/architecture.ts";
import { alike } from "../core/space/choices.ts";
import type { Drawing } from "../core/space/drawing.ts";
import { freeChoices } from "../core/space/free-choices.ts";
import { costOf, type Network, NetworkWriter } from "../core/space/network.ts";

const WIDTHS = [8, 16, 24, 32, 40, 48, 56, 64];
const CHOICES = WIDTHS.map(String);
const C = WIDTHS.length;
const WIDEST = WIDTHS[C - 1]!;
/** In order; a residual block halves the image. */
const LAYERS = ["cell", "residual block", "cell", "residual block", "cell"] as const;
const L = LAYERS.length;

/** The second and third have the skips of cells, which are convolutions only between different widths. */
const ENVELOPE = [
  [64, 64, 64, 64, 64],
  [64, 64, 56, 64, 56],
  [64, 56, 64, 56, 64],
] as const;

export default plugin({
  kind: "space",
  name: "nats-bench-size",
  summary: "NATS-Bench's size space: 5 layers of 8 to 64 channels, 32,768 architectures",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      imageSize: { type: "integer", minimum: 1, maximum: 4096, default: 32, description: "height and width of the input" },
      imageChannels: { type: "integer", minimum: 1, maximum: 4096, default: 3, description: "channels of the input" },
      classes: { type: "integer", minimum: 2, maximum: 65_536, default: 10, description: "outputs of the classifier" },
    },
  },
  needs: [],
  create(options) {
    return {
      ...freeChoices(alike(L, CHOICES).choices),
      components: LAYERS.map((_, layer) => `layer ${layer + 1}`),
      encode,
      decode,
      functionKey: encode,
      cost: (widths) => costOf(networkOf(widths, options)),
      network: (widths) => networkOf(widths, options),
      features,
      envelope: ENVELOPE.map((widths) => widths.map((width) => WIDTHS.indexOf(width))),
      drawing: (widths) => drawingOf(widths, options),
    };
  },
});

function encode(widths: Architecture): string {
  return channelsOf(widths).join(":");
}

function decode(text: string): Architecture {
  const parts = text.split(":");
  const widths = parts.map((part) => CHOICES.indexOf(part));
  const wrong = widths.indexOf(-1);
  if (parts.length === L && wrong < 0) return widths;
  const found = parts.length === L ? `found ${JSON.stringify(parts[wrong])} for layer ${wrong + 1}` : `found ${parts.length}`;
  throw architectureInvalid("nats-bench-size", text, `${L} widths with colons between, each one of ${CHOICES.join(", ")}; ${found}`);
}

function channelsOf(widths: Architecture): number[] {
  return widths.map((width) => WIDTHS[width]!);
}

/** Of each layer, the widths that it is wider than: so widths are as far apart as they lie in order. */
function features(widths: Architecture): Counts {
  const features = widths.flatMap((width, layer) => Array.from({ length: width }, (_, narrower) => C * layer + narrower));
  return { features, counts: features.map(() => 1) };
}

interface Skeleton {
  readonly imageSize: number;
  readonly imageChannels: number;
  readonly classes: number;
}

function networkOf(widths: Architecture, { imageSize, imageChannels, classes }: Skeleton): Network {
  const channels = channelsOf(widths);
  const net = new NetworkWriter([imageSize, imageSize, imageChannels]);
  const relu = (from: number) => net.activation(from, "relu");
  const normalised = (name: string, from: number, kernel: number, width: number, stride = 1) =>
    net.batchNorm(net.convolution(from, kernel, width, stride, name), name);

  const cell = (name: string, input: number, width: number, keeps: boolean) => {
    const along = (edge: string, from: number) => normalised(`${name}/${edge}`, from, 3, width);
    const active = relu(input); // serves both convolutions of the input
    const first = relu(along("0 → 1", active));
    const second = net.sum([along("0 → 2", active), along("1 → 2", first)]);
    const skip = keeps ? input : normalised(`${name}/0 → 3`, input, 1, width);
    return net.sum([skip, along("1 → 3", first), along("2 → 3", relu(second))]);
  };
  const residualBlock = (name: string, input: number, width: number) => {
    const first = normalised(`${name}/first`, relu(input), 3, width, 2);
    const shortcut = net.convolution(net.averagePool(input, 2, 2), 1, width, 1, `${name}/shortcut`);
    return net.sum([normalised(`${name}/second`, relu(first), 3, width), shortcut]);
  };

  let before = channels[0]!;
  let features = net.within("stem", () => normalised("stem", net.image, 3, before));
  for (const [layer, kind] of LAYERS.entries()) {
    const name = `layer ${layer + 1}`;
    const width = channels[layer]!;
    features = net.within(name, () =>
      kind === "cell" ? cell(name, features, width, width === before) : residualBlock(name, features, width),
    );
    before = width;
  }
  net.within("head", () => net.linear(net.globalAveragePool(relu(net.batchNorm(features, "last"))), classes, "classifier"));
  return net.network();
}

/** Layer by layer, each as wide as its channels. */
function drawingOf(widths: Architecture, { imageSize, imageChannels, classes }: Skeleton): Drawing {
  const shape = (size: number, channels: number) => `${size} × ${size}, ${channels} channels`;
  const channels = channelsOf(widths);
  let size = imageSize;
  const rows = LAYERS.map((kind, layer) => {
    if (kind === "residual block") size = Math.ceil(size / 2);
    const width = channels[layer]!;
    return {
      label: `layer ${layer + 1}`,
      layers: [{ label: `${width}`, width: width / WIDEST, colour: kind === "cell" ? 0 : 1 }],
      output: shape(size, width),
    };
  });
  const plain = (label: string) => ({ label, width: 0.5 });
  return {
    kind: "layers",
    title: `The network ${encode(widths)} of NATS-Bench`,
    input: shape(imageSize, imageChannels),
    rows: [
      { label: "stem", layers: [plain("3×3")], output: shape(imageSize, channels[0]!) },
      ...rows,
      { label: "head", layers: [plain("pool"), plain("linear")], output: `${classes} classes` },
    ],
    colours: ["cell", "residual block of stride 2"],
  };
}
