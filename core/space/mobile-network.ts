/**
 * Networks like MobileNetV3: a stem, units of inverted residual layers, a head.
 *
 * Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", arXiv:1801.04381; Howard et al. 2019,
 * "Searching for MobileNetV3", arXiv:1905.02244, Table 1; as Cai et al. 2020, arXiv:1908.09791, build them.
 *
 * A 3×3 convolution; a layer of kernel 3 without expansion; the units; a 1×1 convolution; global average pool; a 1×1
 * convolution; linear classifier. Every width is times the multiplier, then rounded to a multiple of 8.
 *
 * @module
 */
import type { Block } from "../plugin/space.ts";
import { type Activation, costOf, type Network, type NetworkCost, NetworkWriter, type Shape, shapesOf } from "./network.ts";

/** Layers of one width. */
export interface MobileUnit {
  readonly channels: number;
  /** Of the first layer. */
  readonly stride: number;
  readonly squeezeExcitation: boolean;
  readonly activation: Activation;
}

/** All of a network but its layers. */
export interface MobileSkeleton {
  readonly units: readonly MobileUnit[];
  readonly widthMultiplier: number;
  readonly stemChannels: number;
  readonly stemStride: number;
  readonly finalChannels: number;
  readonly featureChannels: number;
  readonly imageSize: number;
  readonly imageChannels: number;
  readonly classes: number;
}

/** What may differ between the layers of a unit. */
export interface InvertedResidual {
  readonly kernel: number;
  readonly expansion: number;
}

/** The multiple of 8 that is nearest, but not below 90 % of what is wanted. */
export function roundedWidth(channels: number): number {
  const near = Math.max(8, 8 * Math.floor((channels + 4) / 8));
  return near < 0.9 * channels ? near + 8 : near;
}

/** The unit of the stem's layer: as wide as the first convolution. */
const plainUnit = (channels: number): MobileUnit => ({ channels, stride: 1, squeezeExcitation: false, activation: "relu" });
const PLAIN_LAYER: InvertedResidual = { kernel: 3, expansion: 1 };

/**
 * A network of inverted residuals between the first and the last layers of its skeleton.
 * @param layers  those of each unit, in order
 */
export function mobileNetwork(layers: readonly (readonly InvertedResidual[])[], skeleton: MobileSkeleton): Network {
  const net = new NetworkWriter([skeleton.imageSize, skeleton.imageSize, skeleton.imageChannels]);
  const places = placesOf(skeleton, Math.max(...layers.map(({ length }) => length)));
  let features = stem(skeleton)(net, net.image);
  for (const [u, layersOfUnit] of layers.entries())
    for (const [l, layer] of layersOfUnit.entries()) {
      const from = features;
      features = net.within(`unit ${u + 1}/inverted residual ${l + 1}`, () => places[u]![l]!(layer)(net, from));
    }
  net.within("head", () => head(skeleton)(net, features));
  return net.network();
}

/**
 * The network with all choices left open: of unit u, edge (most + 1) · u is its depth, which mixes what comes after each of
 * its last layers, and those behind it are its layers, each of which mixes what the choices make of what comes before.
 * Each choice has weights of its own, with its name behind that of the layer.
 *
 * @param fewest  layers of a unit, and `most`
 * @param choices  of a layer, with what they are called
 */
export function openMobileNetwork(
  fewest: number,
  most: number,
  choices: readonly (InvertedResidual & { readonly name: string })[],
  skeleton: MobileSkeleton,
): Network {
  const net = new NetworkWriter([skeleton.imageSize, skeleton.imageSize, skeleton.imageChannels]);
  let features = stem(skeleton)(net, net.image);
  for (const [u, places] of placesOf(skeleton, most).entries()) {
    const depth = (most + 1) * u;
    const after = places.map((place, l) => {
      const from = features;
      features = net.within(`unit ${u + 1}/inverted residual ${l + 1}`, () =>
        net.mixture(
          depth + 1 + l,
          choices.map((choice) => place(choice, `, ${choice.name}`)(net, from)),
        ),
      );
      return features;
    });
    features = net.within(`unit ${u + 1}/depth`, () => net.mixture(depth, after.slice(fewest - 1)));
  }
  net.within("head", () => head(skeleton)(net, features));
  return net.network();
}

/**
 * The parts that are measured one by one on a device, in order.
 * @param layers  those of each unit, in order
 */
export function mobileBlocks(layers: readonly (readonly InvertedResidual[])[], skeleton: MobileSkeleton): Block[] {
  const { units, stemStride, stemChannels, finalChannels, featureChannels, imageSize, imageChannels, widthMultiplier, classes } = skeleton;
  const blocks: Block[] = [];
  let input: Shape = [imageSize, imageSize, imageChannels];
  const plain = (kind: "convolution" | "global-average-pool" | "linear", output: Shape) => {
    blocks.push({ kind, input, output });
    input = output;
  };
  const convolution = (channels: number, stride = 1) =>
    plain("convolution", [Math.ceil(input[0] / stride), Math.ceil(input[1] / stride), roundedWidth(widthMultiplier * channels)]);
  const residual = (unit: MobileUnit, { kernel, expansion }: InvertedResidual) => {
    const { channels, stride, squeezeExcitation, activation } = unit;
    const output: Shape = [Math.ceil(input[0] / stride), Math.ceil(input[1] / stride), roundedWidth(widthMultiplier * channels)];
    const skip = input.join() === output.join();
    const of = { expanded: roundedWidth(expansion * input[2]), kernel, stride, skip, squeezeExcitation, activation };
    blocks.push({ kind: "inverted-residual", input, output, ...of });
    input = output;
  };

  convolution(stemChannels, stemStride);
  residual(plainUnit(stemChannels), PLAIN_LAYER);
  for (const [u, unit] of units.entries())
    for (const [l, layer] of layers[u]!.entries()) residual(l === 0 ? unit : { ...unit, stride: 1 }, layer);
  convolution(finalChannels);
  plain("global-average-pool", [1, 1, input[2]]);
  convolution(featureChannels);
  plain("linear", [1, 1, classes]);
  return blocks;
}

/**
 * Multiply-adds and parameters of the parts of such networks, whose sum is that of a network: those of convolutions and
 * linear layers, among them squeeze-and-excitation's, for the multiply-adds; biases and two a channel for each
 * normalisation as well for the parameters.
 *
 * @param most  layers of a unit
 * @returns `layers`: what each of `choices` costs as the first layer of the first unit, as its second …  [units · most][choices];
 *   `rest`: stem and head
 */
export function mobileCosts(
  skeleton: MobileSkeleton,
  most: number,
  choices: readonly InvertedResidual[],
): { readonly rest: NetworkCost; readonly layers: readonly (readonly NetworkCost[])[] } {
  let shape: Shape = [skeleton.imageSize, skeleton.imageSize, skeleton.imageChannels];
  const costs = (parts: readonly Part[]) => {
    const networks = parts.map((part) => {
      const net = new NetworkWriter(shape);
      part(net, net.image);
      return net.network();
    });
    shape = shapesOf(networks[0]!).at(-1)!;
    return networks.map(costOf);
  };
  const [first] = costs([stem(skeleton)]);
  const layers = placesOf(skeleton, most)
    .flat()
    .map((place) => costs(choices.map((choice) => place(choice))));
  const [last] = costs([head(skeleton)]);
  return { rest: { madds: first!.madds + last!.madds, parameters: first!.parameters + last!.parameters }, layers };
}

/** Blocks of the stem: the first convolution, and its layer. */
const STEM_BLOCKS = 2;

/**
 * As mobileCosts, milliseconds on a device.
 * @param latencies  those of all blocks of a network, in order
 */
export function mobileLatencies(
  skeleton: MobileSkeleton,
  most: number,
  choices: readonly InvertedResidual[],
  latencies: (blocks: readonly Block[]) => readonly number[],
): { readonly rest: number; readonly layers: readonly (readonly number[])[] } {
  const { units } = skeleton;
  const ofChoice = choices.map((choice) => latencies(mobileBlocks(Array(units.length).fill(Array(most).fill(choice)), skeleton)));
  const [first, last] = [STEM_BLOCKS, STEM_BLOCKS + most * units.length];
  return {
    rest: ofChoice[0]!.reduce((sum, one, block) => (block < first || block >= last ? sum + one : sum), 0),
    layers: Array.from({ length: last - first }, (_, component) => ofChoice.map((blocks) => blocks[first + component]!)),
  };
}

/** Writes a part of a network after a layer; gives the part's last one. */
type Part = (net: NetworkWriter, from: number) => number;

function stem({ stemChannels, stemStride, widthMultiplier }: MobileSkeleton): Part {
  const channels = roundedWidth(widthMultiplier * stemChannels);
  return (net, from) => {
    const first = net.within("stem", () =>
      net.activation(net.batchNorm(net.convolution(from, 3, channels, stemStride, "stem"), "stem"), "hard-swish"),
    );
    return net.within("first layer", () => residualPart("first layer", channels, plainUnit(channels), PLAIN_LAYER)(net, first));
  };
}

/** The part that a layer is at a place. @param suffix  behind the names of its weights */
type PlacePart = (layer: InvertedResidual, suffix?: string) => Part;

/** Those of each unit. */
function placesOf({ units, stemChannels, widthMultiplier }: MobileSkeleton, most: number): PlacePart[][] {
  let inputs = roundedWidth(widthMultiplier * stemChannels);
  return units.map((unit, u) => {
    const channels = roundedWidth(widthMultiplier * unit.channels);
    return Array.from({ length: most }, (_, l) => {
      const before = inputs;
      const of = { ...unit, channels, stride: l === 0 ? unit.stride : 1 };
      inputs = channels;
      return (layer, suffix) => residualPart(`unit ${u + 1}, layer ${l + 1}`, before, of, layer, suffix);
    });
  });
}

/**
 * An inverted residual: 1×1 convolution that expands, depthwise convolution, squeeze-and-excitation, 1×1
 * convolution; with a shortcut where the shape stays.
 *
 * @param inputs  channels before it
 * @param suffix  behind the names of its weights
 */
function residualPart(name: string, inputs: number, of: MobileUnit, { kernel, expansion }: InvertedResidual, suffix = ""): Part {
  const called = (role: string) => `${name}, ${role}${suffix}`;
  const hidden = roundedWidth(expansion * inputs);
  return (net, from) => {
    const pointwise = (x: number, channels: number, role: string) =>
      net.batchNorm(net.convolution(x, 1, channels, 1, called(role)), called(role));
    let x = expansion === 1 ? from : net.activation(pointwise(from, hidden, "expand"), of.activation);
    x = net.batchNorm(net.depthwise(x, kernel, of.stride, called("depthwise")), called("depthwise"));
    x = net.activation(x, of.activation);
    if (of.squeezeExcitation) {
      const squeezed = net.activation(net.linear(net.globalAveragePool(x), roundedWidth(hidden / 4), called("squeeze")), "relu");
      x = net.scale(x, net.activation(net.linear(squeezed, hidden, called("excite")), "hard-sigmoid"));
    }
    x = pointwise(x, of.channels, "project");
    return of.stride === 1 && inputs === of.channels ? net.sum([from, x]) : x;
  };
}

function head({ finalChannels, featureChannels, widthMultiplier, classes }: MobileSkeleton): Part {
  return (net, from) => {
    const final = net.batchNorm(net.convolution(from, 1, roundedWidth(widthMultiplier * finalChannels), 1, "final"), "final");
    const pooled = net.globalAveragePool(net.activation(final, "hard-swish"));
    const features = net.convolution(pooled, 1, roundedWidth(widthMultiplier * featureChannels), 1, "features");
    return net.linear(net.activation(features, "hard-swish"), classes, "classifier");
  };
}
