/**
 * Sorts the channels that sub-networks may leave out, the most important first, without a change of what the
 * full network computes: elastic width of Cai et al. 2020, arXiv:1908.09791, Section 3.2.
 *
 * A channel is as important as the absolute sum of the weights by which convolutions take it up; linear
 * layers count only where no convolution does.
 *
 * @module
 */
import type { Network } from "../../core/space/network.ts";
import { type Axis, keyOf, largest, type SharedWeights } from "./shared-weights.ts";

/** Channels that are in one order wherever they are. */
interface Group {
  readonly axes: Axis[];
  readonly convolutions: Axis[];
  readonly linear: Axis[];
  elastic: boolean;
}

/**
 * @param full  the network that has all weights
 * @param envelope  networks among which every channel that may be missing is missing once
 */
export function sortChannels(weights: SharedWeights, full: Network, envelope: readonly Network[]): void {
  for (const { axes, convolutions, linear, elastic } of groupsOf(full, envelope)) {
    const takers = convolutions.length > 0 ? convolutions : linear;
    if (!elastic || takers.length === 0) continue;
    const sums = takers.map((axis) => weights.absoluteSums(axis));
    const importance = Array.from(sums[0]!, (_, channel) => sums.reduce((sum, each) => sum + each[channel]!, 0));
    const order = importance.map((_, channel) => channel).sort((a, b) => importance[b]! - importance[a]! || a - b);
    for (const axis of axes) weights.permute(axis, order);
  }
}

/** Follows the channels through the network. Layers that combine channel by channel join their groups. */
function groupsOf({ layers }: Network, envelope: readonly Network[]): Iterable<Group> {
  const elastic = new Set([...largest(envelope)].flatMap(([key, layer]) => (layer.elastic ? [key] : [])));
  const groups: Group[] = [];
  const begin = (): Group => ({ axes: [], convolutions: [], linear: [], elastic: false });
  const join = (group: Group, other: Group): Group => {
    if (group === other) return group;
    for (const list of ["axes", "convolutions", "linear"] as const) group[list].push(...other[list]);
    group.elastic ||= other.elastic;
    for (const [i, each] of groups.entries()) if (each === other) groups[i] = group;
    return group;
  };
  for (const layer of layers) {
    const key = keyOf(layer);
    const [first, ...others] = layer.inputs.map((input) => groups[input]!);
    if (layer.kind === "convolution" || layer.kind === "linear") {
      const [into, out] = layer.kind === "convolution" ? [2, 3] : [0, 1];
      const taken = { key, parameter: 0, axis: into };
      first!.axes.push(taken);
      (layer.kind === "convolution" ? first!.convolutions : first!.linear).push(taken);
      const made = begin();
      made.axes.push({ key, parameter: 0, axis: out });
      if (layer.kind === "linear") made.axes.push({ key, parameter: 1, axis: 0 });
      made.elastic = elastic.has(key);
      groups.push(made);
      continue;
    }
    if (layer.kind === "depthwise") first!.axes.push({ key, parameter: 0, axis: 2 });
    if (layer.kind === "batchNorm") first!.axes.push({ key, parameter: 0, axis: 1 });
    groups.push(first ? others.reduce((group, other) => join(group, other), first) : begin());
  }
  return new Set(groups);
}
