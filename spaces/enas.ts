/**
 * The macro space of ENAS: L layers in a row, each with one of 6 operations, and skips from any earlier layer.
 *
 * Pham et al. 2018, "Efficient Neural Architecture Search via Parameter Sharing", arXiv:1802.03268, Section 2.3 and
 * Figure 3. Components are, layer by layer, the operation and then a skip from each of the layers before the one that
 * feeds it: the stem (0), layer 1, …; the whole has 6^L · 2^(L(L−1)/2) architectures, 1.6 × 10²⁹ of 12 layers.
 *
 * The textual form is the authors' `fixed_arc`, a layer's numbers without blanks and hyphens between layers:
 * `0-30-010-2001` is a layer of conv_3x3, then one of separable_conv_5x5, then one of conv_3x3 with a skip from
 * layer 1, then one of conv_5x5 with a skip from layer 2. Every architecture computes a function of its own.
 *
 * The network, as the authors' `general_child.py` builds it: a normalised 3×3 convolution; the layers; global average
 * pool; linear classifier. A layer makes of what feeds it a 1×1 convolution and then its operation, which is
 * concatenated with the skips and brought back to its width by a 1×1 convolution. All is ReLU, convolution,
 * normalisation. After a third and two thirds of the layers come factorised reductions: half the size and twice the
 * channels, of each layer that a later one takes.
 *
 * The 1×1 convolution of a concatenation is written as the sum of one of each part, which is the same: so
 * networks that share weights share what belongs to one skip.
 *
 * Different from the authors' code: networks that they train from scratch have plain convolutions for the separable
 * ones and nothing for the pools; here they have the operations that are searched. The classifier has a bias.
 *
 * @module
 */
import { architectureInvalid } from "../core/errors/index.ts";
import { plugin } from "../core/plugin/plugin.ts";
import type { Counts } from "../core/plugin/space.ts";
import type { Architecture } from "../core/space/architecture.ts";
import type { Drawing } from "../core/space/drawing.ts";
import { countsOf } from "../core/space/features.ts";
import { freeChoices } from "../core/space/free-choices.ts";
import { costOf, type Network, NetworkWriter } from "../core/space/network.ts";

/** In the order of the authors' numbers; the colour is that of its kind in drawings. */
const OPERATIONS = [
  { name: "conv_3x3", kernel: 3, label: "conv 3×3", colour: 0 },
  { name: "separable_conv_3x3", kernel: 3, label: "separable 3×3", colour: 1 },
  { name: "conv_5x5", kernel: 5, label: "conv 5×5", colour: 0 },
  { name: "separable_conv_5x5", kernel: 5, label: "separable 5×5", colour: 1 },
  { name: "average_pooling", kernel: 3, label: "average pool", colour: 2 },
  { name: "max_pooling", kernel: 3, label: "max pool", colour: 3 },
] as const;
type Operation = (typeof OPERATIONS)[number];
const NAMES = OPERATIONS.map(({ name }) => name);
const SKIP = ["absent", "present"] as const;
const count = { type: "integer", minimum: 1, maximum: 4096 } as const;

export default plugin({
  kind: "space",
  name: "enas",
  summary: "ENAS's macro space: layers in a row with 6 operations, and a skip from any earlier one or none",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      layers: { type: "integer", minimum: 3, maximum: 48, default: 12, description: "L, layers in a row" },
      channels: { ...count, default: 36, description: "channels of the first third of the layers, twice as many in the next" },
      imageSize: { ...count, default: 32, description: "height and width of the input" },
      imageChannels: { ...count, default: 3, description: "channels of the input" },
      classes: { type: "integer", minimum: 2, maximum: 65_536, default: 10, description: "outputs of the classifier" },
    },
  },
  needs: [],
  create(options) {
    const { layers } = options;
    const numbers = Array.from({ length: layers }, (_, layer) => layer);
    const choices = numbers.flatMap((layer) => [NAMES, ...Array.from({ length: layer }, () => SKIP)]);
    return {
      ...freeChoices(choices),
      components: numbers.flatMap((layer) => [
        `layer ${layer + 1}`,
        ...numbers.slice(0, layer).map((from) => `layer ${layer + 1} from ${from === 0 ? "the stem" : `layer ${from}`}`),
      ]),
      nodes: numbers.map((layer) => Array.from({ length: layer + 1 }, (_, i) => firstOf(layer) + i)),
      encode,
      decode: (text) => decode(text, layers),
      functionKey: encode,
      cost: (architecture) => costOf(networkOf(architecture, options)),
      network: (architecture) => networkOf(architecture, options),
      features: (architecture) => features(architecture, layers),
      drawing,
    };
  },
});

/** The component of a layer's operation, layers being numbered from 0. */
function firstOf(layer: number): number {
  return (layer * (layer + 1)) / 2;
}

interface Layer {
  readonly operation: Operation;
  /** What is skipped to it: 0 is the stem, others layers from 1 on. */
  readonly skips: readonly number[];
}

function layersOf(architecture: Architecture): Layer[] {
  const layers: Layer[] = [];
  for (let layer = 0; firstOf(layer) < architecture.length; layer++) {
    const [operation, ...skips] = architecture.slice(firstOf(layer), firstOf(layer + 1));
    layers.push({ operation: OPERATIONS[operation!]!, skips: skips.flatMap((present, from) => (present ? [from] : [])) });
  }
  return layers;
}

function encode(architecture: Architecture): string {
  const layers: string[] = [];
  for (let layer = 0; firstOf(layer) < architecture.length; layer++)
    layers.push(architecture.slice(firstOf(layer), firstOf(layer + 1)).join(""));
  return layers.join("-");
}

function decode(text: string, layers: number): Architecture {
  const parts = text.split("-");
  const invalid = (expected: string) => architectureInvalid("enas", text, expected);
  if (parts.length !== layers) throw invalid(`${layers} layers with hyphens between; found ${parts.length}`);
  for (const [layer, part] of parts.entries())
    if (!/^[0-5][01]*$/.test(part) || part.length !== layer + 1) {
      const skips = layer === 0 ? "" : `, and ${layer} ${layer === 1 ? "zero or one" : "zeros and ones"} for its skips`;
      throw invalid(`an operation from 0 to ${OPERATIONS.length - 1}${skips} as layer ${layer + 1}; found ${JSON.stringify(part)}`);
    }
  return [...parts.join("")].map(Number);
}

/**
 * The operation of each layer, the skips that there are, and how often each operation takes what comes of the stem and of
 * each other: a layer takes that of the one before it, and what is skipped to it.
 */
function features(architecture: Architecture, layers: number): Counts {
  const [operations, skips] = [OPERATIONS.length, OPERATIONS.length * layers];
  const pairs = skips + architecture.length;
  const counts = new Map<number, number>();
  /** Of the stem 0, of operations from 1 on. */
  const sources = [0];
  for (let layer = 0; layer < layers; layer++) {
    const first = firstOf(layer);
    const operation = architecture[first]!;
    counts.set(operations * layer + operation, 1);
    for (let from = 0; from <= layer; from++) {
      if (from < layer) {
        if (!architecture[first + 1 + from]) continue;
        counts.set(skips + first + from, 1);
      }
      const pair = pairs + operation * (operations + 1) + sources[from]!;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    sources.push(operation + 1);
  }
  return countsOf(counts);
}

interface Skeleton {
  readonly layers: number;
  readonly channels: number;
  readonly imageSize: number;
  readonly imageChannels: number;
  readonly classes: number;
}

function networkOf(architecture: Architecture, { layers, channels, imageSize, imageChannels, classes }: Skeleton): Network {
  const net = new NetworkWriter([imageSize, imageSize, imageChannels]);
  const relu = (from: number) => net.activation(from, "relu");
  const normalised = (name: string, from: number, kernel: number, width: number) =>
    net.batchNorm(net.convolution(from, kernel, width, 1, name), name);
  /** How often the image was halved before a layer, numbered from 0. */
  const stageOf = (layer: number) => Math.min(2, Math.floor(layer / Math.floor(layers / 3)));

  /** outputs[j][s]: the stem's output, or that of layer j, after s reductions, as far as it was asked for. */
  const outputs: (number | undefined)[][] = [[net.within("stem", () => normalised("stem", net.image, 3, channels))]];
  const output = (from: number, stage: number): number => {
    const known = outputs[from]![stage];
    if (known !== undefined) return known;
    const whole = output(from, stage - 1);
    const name = `reduction ${stage}/from ${from}`;
    return (outputs[from]![stage] = net.within(name, () => {
      const half = (name: string, from: number) => net.convolution(from, 1, channels * 2 ** (stage - 1), 2, name);
      const halves = [half(`${name}/even pixels`, whole), half(`${name}/odd pixels`, net.shift(whole))];
      return net.batchNorm(net.concatenate(halves), name);
    }));
  };
  const actives = new Map<number, number>();
  /** One activation of each output serves all that take it. */
  const active = (from: number, stage: number) => {
    const taken = output(from, stage);
    if (!actives.has(taken)) actives.set(taken, relu(taken));
    return actives.get(taken)!;
  };

  for (const [layer, { operation, skips }] of layersOf(architecture).entries()) {
    const name = `layer ${layer + 1}`;
    const stage = stageOf(layer);
    const width = channels * 2 ** stage;
    outputs.push([]);
    outputs[layer + 1]![stage] = net.within(name, () => {
      const own = operated(net, `${name}/${operation.name}`, operation, active(layer, stage), width);
      if (layer === 0) return own;
      const joined = (from: string, source: number) => net.convolution(source, 1, width, 1, `${name}/from ${from}`);
      const parts = [...skips.map((from) => joined(`${from}`, active(from, stage))), joined("itself", relu(own))];
      return net.batchNorm(net.sum(parts), `${name}/joined`);
    });
  }
  net.within("head", () => net.linear(net.globalAveragePool(output(layers, stageOf(layers - 1))), classes, "classifier"));
  return net.network();
}

/** A 1×1 convolution, then the operation. @param from  what is active already */
function operated(net: NetworkWriter, name: string, operation: Operation, from: number, width: number): number {
  const { kernel } = operation;
  const first = net.activation(net.batchNorm(net.convolution(from, 1, width, 1, `${name}/first`), `${name}/first`), "relu");
  switch (operation.name) {
    case "average_pooling":
      return net.averagePool(first, kernel);
    case "max_pooling":
      return net.maxPool(first, kernel);
    case "separable_conv_3x3":
    case "separable_conv_5x5":
      return net.batchNorm(net.convolution(net.depthwise(first, kernel, 1, name), 1, width, 1, name), name);
    default:
      return net.batchNorm(net.convolution(first, kernel, width, 1, name), name);
  }
}

/** The layers in a row, and an edge for each skip. */
function drawing(architecture: Architecture): Drawing {
  const layers = layersOf(architecture);
  const edge = (from: number, to: number) => ({ from, to, label: "" });
  return {
    kind: "graph",
    title: `The network ${encode(architecture)} of ENAS`,
    nodes: [{ label: "stem" }, ...layers.map(({ operation: { label, colour } }, layer) => ({ label: `${layer + 1}: ${label}`, colour }))],
    edges: layers.flatMap(({ skips }, layer) => [edge(layer, layer + 1), ...skips.map((from) => edge(from, layer + 1))]),
  };
}
