/**
 * Sorts the channels that sub-networks may leave out, the most important first, without a change of what the
 * full network computes: elastic width of Cai et al. 2020, arXiv:1908.09791, Section 3.2.
 *
 * A channel is as important as the absolute sum of the weights by which convolutions take it up; linear
 * layers count only where no convolution does.
 *
 * @module
 */
import { type Network, shapesOf } from "../../core/space/network.ts";
import { type Axis, keyOf, largest, type SharedWeights } from "./shared-weights.ts";

/** Where weights have a place for each channel of a group, from `first` on. */
interface Places extends Axis {
  readonly first: number;
}

/** Channels that are in one order wherever they are. */
interface Group {
  readonly channels: number;
  readonly axes: Places[];
  readonly convolutions: Places[];
  readonly linear: Places[];
  elastic: boolean;
  /** Whether they are added to channels that are in other groups, so that they have to stay where they are. */
  fixed: boolean;
}

/**
 * @param full  the network that has all weights
 * @param envelope  networks among which every channel that may be missing is missing once
 */
export async function sortChannels(weights: SharedWeights, full: Network, envelope: readonly Network[]): Promise<void> {
  for (const { channels, axes, convolutions, linear, elastic, fixed } of groupsOf(full, envelope)) {
    const takers = convolutions.length > 0 ? convolutions : linear;
    if (!elastic || fixed || takers.length === 0) continue;
    const sums = await Promise.all(takers.map(async (places) => (await weights.absoluteSums(places)).subarray(places.first)));
    const importance = Array.from({ length: channels }, (_, channel) => sums.reduce((sum, each) => sum + each[channel]!, 0));
    const order = importance.map((_, channel) => channel).sort((a, b) => importance[b]! - importance[a]! || a - b);
    for (const places of axes) weights.permute(places, order, places.first);
  }
}

/** Follows the channels through the network. Layers that combine channel by channel join their groups. */
function groupsOf({ layers }: Network, envelope: readonly Network[]): Iterable<Group> {
  const elastic = new Set([...largest(envelope)].flatMap(([key, layer]) => (layer.elastic ? [key] : [])));
  const shapes = shapesOf({ layers });
  /** Of the channels of each layer, in order: several groups where they come from a concatenation. */
  const groups: Group[][] = [];
  const join = (group: Group, other: Group): void => {
    if (group === other) return;
    for (const list of ["axes", "convolutions", "linear"] as const) group[list].push(...other[list]);
    group.elastic ||= other.elastic;
    group.fixed ||= other.fixed;
    for (const parts of groups) for (const [part, each] of parts.entries()) if (each === other) parts[part] = group;
  };
  const combine = (one: Group[], other: Group[]): void => {
    const sizes = (parts: readonly Group[]) => parts.map(({ channels }) => channels).join();
    if (sizes(one) === sizes(other)) for (const part of one.keys()) join(one[part]!, other[part]!);
    else for (const group of [...one, ...other]) group.fixed = true;
  };
  for (const [i, layer] of layers.entries()) {
    const key = keyOf(layer);
    const inputs = layer.inputs.map((input) => groups[input]!);
    /** Says where the layer's first parameter has places for what feeds it. */
    const takes = (axis: number, as?: "convolutions" | "linear") => {
      let first = 0;
      for (const group of inputs[0]!) {
        for (const list of [group.axes, ...(as ? [group[as]] : [])]) list.push({ key, parameter: 0, axis, first });
        first += group.channels;
      }
    };
    const made: Group = { channels: shapes[i]![2], axes: [], convolutions: [], linear: [], elastic: elastic.has(key), fixed: false };
    if (layer.kind === "convolution") {
      takes(2, "convolutions");
      made.axes.push({ key, parameter: 0, axis: 3, first: 0 });
      groups.push([made]);
    } else if (layer.kind === "linear") {
      takes(0, "linear");
      made.axes.push({ key, parameter: 0, axis: 1, first: 0 }, { key, parameter: 1, axis: 0, first: 0 });
      groups.push([made]);
    } else if (layer.kind === "concatenation") groups.push(inputs.flat());
    else if (layer.kind === "truncation" || layer.kind === "shuffle") {
      for (const group of inputs[0]!) group.fixed = true; // it takes channels by their place, whatever they are
      groups.push([{ ...made, fixed: true }]);
    } else {
      if (layer.kind === "depthwise") takes(2);
      if (layer.kind === "batchNorm") takes(1);
      for (const other of inputs.slice(1)) combine(inputs[0]!, other);
      groups.push(inputs.length > 0 ? [...inputs[0]!] : [made]);
    }
  }
  return new Set(groups.flat());
}
