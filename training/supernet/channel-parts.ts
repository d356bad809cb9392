/**
 * Which channels come together in concatenations. Where networks share weights and a part of a concatenation is narrower
 * in one of them, what follows takes the first channels of each part, and not the first of all.
 *
 * @module
 */
import { type Network, shapesOf } from "../../core/space/network.ts";

/** The channels of each part of a concatenation, in order; of most layers the output is one part. */
export type ChannelParts = readonly number[];

/** For the output of each layer. */
export function channelParts({ layers }: Network): readonly ChannelParts[] {
  const shapes = shapesOf({ layers });
  const parts: ChannelParts[] = [];
  for (const [i, layer] of layers.entries()) {
    const inputs = layer.inputs.map((input) => parts[input]!);
    const [first] = inputs;
    const makesChannels = !first || ["convolution", "linear", "truncation", "shuffle"].includes(layer.kind);
    if (layer.kind === "concatenation") parts.push(inputs.flat());
    else parts.push(makesChannels || !inputs.every((other) => other.join() === first.join()) ? [shapes[i]![2]] : first);
  }
  return parts;
}

/** The widest of each part; one part where their numbers differ. */
export function widest(a: ChannelParts, b: ChannelParts): ChannelParts {
  if (a.length !== b.length) return [Math.max(total(a), total(b))];
  return a.map((channels, part) => Math.max(channels, b[part]!));
}

export function total(parts: ChannelParts): number {
  return parts.reduce((sum, channels) => sum + channels, 0);
}

/** Where each part begins. */
export function beginnings(parts: ChannelParts): readonly number[] {
  return parts.map((_, part) => total(parts.slice(0, part)));
}
