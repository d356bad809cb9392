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

/** @param layers  those of each unit, in order */
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
    .map((place) => costs(choices.map(place)));
  const [last] = costs([head(skeleton)]);
  return { rest: { madds: first!.madds + last!.madds, parameters: first!.parameters + last!.parameters }, layers };
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

/** The part that a layer is at each place of each unit. */
function placesOf({ units, stemChannels, widthMultiplier }: MobileSkeleton, most: number): ((layer: InvertedResidual) => Part)[][] {
  let inputs = roundedWidth(widthMultiplier * stemChannels);
  return units.map((unit, u) => {
    const channels = roundedWidth(widthMultiplier * unit.channels);
    return Array.from({ length: most }, (_, l) => {
      const before = inputs;
      const of = { ...unit, channels, stride: l === 0 ? unit.stride : 1 };
      inputs = channels;
      return (layer: InvertedResidual) => residualPart(`unit ${u + 1}, layer ${l + 1}`, before, of, layer);
    });
  });
}

/**
 * An inverted residual: 1×1 convolution that expands, depthwise convolution, squeeze-and-excitation, 1×1
 * convolution; with a shortcut where the shape stays.
 *
 * @param inputs  channels before it
 */
function residualPart(name: string, inputs: number, of: MobileUnit, { kernel, expansion }: InvertedResidual): Part {
  const hidden = roundedWidth(expansion * inputs);
  return (net, from) => {
    const pointwise = (x: number, channels: number, role: string) =>
      net.batchNorm(net.convolution(x, 1, channels, 1, `${name}, ${role}`), `${name}, ${role}`);
    let x = expansion === 1 ? from : net.activation(pointwise(from, hidden, "expand"), of.activation);
    x = net.batchNorm(net.depthwise(x, kernel, of.stride, `${name}, depthwise`), `${name}, depthwise`);
    x = net.activation(x, of.activation);
    if (of.squeezeExcitation) {
      const squeezed = net.activation(net.linear(net.globalAveragePool(x), roundedWidth(hidden / 4), `${name}, squeeze`), "relu");
      x = net.scale(x, net.activation(net.linear(squeezed, hidden, `${name}, excite`), "hard-sigmoid"));
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
