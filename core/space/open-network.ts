/**
 * A network whose edges are left open: on each there are all operations, mixed by weights (layers of the kind "mixture").
 *
 * @module
 */
import { spaceInvalid } from "../errors/index.ts";
import type { Architecture } from "./architecture.ts";
import type { Layer, Network } from "./network.ts";

/** An edge that is left open; cells of a kind share it. */
export interface OpenEdge {
  readonly name: string;
  readonly operations: readonly string[];
  /** Whether each operation is without filters, as a skip or a pool is, with a normalisation or without. */
  readonly parameterFree: readonly boolean[];
  /** The index of the operation that is zero, if there is one. */
  readonly none?: number;
  /** The index of the operation that passes on what comes in, if there is one; at half the size, where the edge halves images. */
  readonly skip?: number;
  /** The node that it leads into, where nodes are sums of edges: those of one node have the same. */
  readonly node?: string;
  /** Where it is there only if an earlier edge is there, and has one of some operations. */
  readonly condition?: EdgeCondition;
}

/** An earlier edge, and the operations of it with which another edge is there. */
export interface EdgeCondition {
  readonly edge: number;
  readonly operations: readonly number[];
}

/** A network whose operations are left open, and what weights of them come to. */
export interface OpenNetwork {
  readonly edges: readonly OpenEdge[];
  /**
   * With a mixture for each edge in each place where it stands; what feeds it are its operations in order, one layer maybe
   * twice. Its weights are called as those of the space's networks; where several of a name stand side by side, that is
   * followed by the choices that each is for: "convolution 2, kernel 1=5".
   */
  readonly network: Network;
  /**
   * The architecture that weights of operations come to: where components are edges, the heaviest operation of each, the
   * first of equals.
   * @param weights  not negative  [edges][operations]
   */
  derive(weights: readonly (readonly number[])[]): Architecture;
  /** Which operation an architecture has on each edge; undefined of edges that it does not have. */
  operationsOf(architecture: Architecture): readonly (number | undefined)[];
}

/** The index of the largest of some weights, of equals the first. @param weights  at least one */
export function heaviest(weights: readonly number[]): number {
  return weights.reduce((best, weight, i) => (weight > weights[best]! ? i : best), 0);
}

/** The edge behind an edge with partial channels: what the edge itself weighs. See `Space.open`. */
export function weightOf({ name, node }: OpenEdge): OpenEdge {
  return { name: `weight of ${name}`, operations: ["all channels"], parameterFree: [true], ...(node !== undefined && { node }) };
}

/**
 * Whether a share of the channels can go through the operations of an edge.
 * @param partial  1 / the share
 * @throws EvokeError SPACE_INVALID where that is no whole number of channels
 */
export function checkPartial(channels: number, partial: number): void {
  if (channels % partial === 0) return;
  throw spaceInvalid(
    "/channels",
    `1/${partial} of ${channels} channels, which the controller lets through the operations of an edge, is no whole number`,
    `Choose a multiple of ${partial} channels, or another share in the options of the controller.`,
  );
}

/**
 * Whether an operation of an open edge is without filters, in every mixture of the edge: what only it computes is not
 * made of convolutions or linear layers. Normalisations do not count.
 */
export function isParameterFree({ layers }: Network, edge: number, operation: number): boolean {
  return layers.every((layer) => {
    if (layer.kind !== "mixture" || layer.edge !== edge) return true;
    const computed = layer.inputs.filter((input) => layers[input]!.kind !== "zero").map((input) => reaching(layers, input));
    const own = reaching(layers, layer.inputs[layer.operations.indexOf(operation)]!);
    return [...own].every((i) => !WITH_FILTERS.has(layers[i]!.kind) || computed.every((other) => other.has(i)));
  });
}

/** The operation of an open edge that is what the others are computed from, in every mixture of the edge; undefined if none is. */
export function skipOf({ layers }: Network, edge: number, operations: number): number | undefined {
  return Array.from({ length: operations }, (_, operation) => operation).find((operation) =>
    layers.every((layer) => {
      if (layer.kind !== "mixture" || layer.edge !== edge) return true;
      const passed = layer.inputs[layer.operations.indexOf(operation)]!;
      const others = layer.inputs.filter((input) => input !== passed && layers[input]!.kind !== "zero");
      return others.length > 0 && others.every((input) => reaching(layers, input).has(passed));
    }),
  );
}

const WITH_FILTERS: ReadonlySet<Layer["kind"]> = new Set(["convolution", "depthwise", "linear"]);

/** A layer and all that it is computed from. */
function reaching(layers: readonly Layer[], output: number): ReadonlySet<number> {
  const reached = new Set([output]);
  for (const i of reached) for (const input of layers[i]!.inputs) reached.add(input);
  return reached;
}
