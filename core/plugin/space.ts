/** Search spaces. @module */
import type { Rng } from "../random/rng.ts";
import type { Architecture, Modification } from "../space/architecture.ts";
import type { Drawing } from "../space/drawing.ts";
import type { Activation, Network, Shape } from "../space/network.ts";
import type { OpenNetwork } from "../space/open-network.ts";
import type { FurtherMetric } from "./metric.ts";

/** Ω, a search space: what architectures there are, how they are written, and what they cost. */
export interface Space {
  /**
   * L, components in an architecture: a whole number from 1.
   * @example 6
   */
  readonly length: number;
  /**
   * The choices of each component, in order, by name; C_l of component l.  [L][C_l]
   * @example [["skip", "conv 3x3"], ["16", "32", "64"]]
   */
  readonly choices: readonly (readonly string[])[];
  /**
   * The operations, where they are the choices of every component.  [C]
   * @example ["none", "skip", "conv 3x3"]
   */
  readonly operations?: readonly string[];
  /**
   * What the components are called; numbers from 0 if left out.  [L]
   * @example ["layer 1", "width"]
   */
  readonly components?: readonly string[];
  /**
   * Which components are there only where another has certain choices; undefined for those that always are.  [L]
   * @example [undefined, { component: 0, choices: [1] }]
   */
  readonly conditions?: readonly (Condition | undefined)[];
  /**
   * |Ω|, how many different architectures there are.
   * @example 6n
   */
  readonly size: bigint;
  /**
   * The components by the node that they lead into, where architectures are cells of nodes; each
   * component stands in one.
   * @example [[0], [1, 2], [3, 4, 5]]
   */
  readonly nodes?: readonly (readonly number[])[];
  /**
   * Draws an architecture uniformly.  [L]
   * @example (stream) => [stream.below(2), stream.below(3)]
   */
  sample(rng: Rng): Architecture;
  /**
   * True if it is a member of the space, in its normal form.
   * @example (architecture) => architecture.length === 2 && architecture.every((choice, l) => choice >= 0 && choice < [2, 3][l]!)
   */
  contains(architecture: Architecture): boolean;
  /**
   * α ⊕ Δα (Eq. 1): applies the modifications in order. The result differs from α in at most as many components as there
   * are modifications, after any normalisation that the space does; those that come to be there, or are there no longer,
   * are not counted. One that comes to be there has its first choice, unless the modifications say another.
   * @example (architecture, modifications) => modifications.reduce((made, { component, operation }) => made.with(component, operation), architecture)
   */
  modify(architecture: Architecture, modifications: readonly Modification[]): Architecture;
  /**
   * Every architecture that one modification reaches, the architecture itself left out.
   * @example ([kernel = 0, width = 0]) => [[1 - kernel, width], [kernel, (width + 1) % 3], [kernel, (width + 2) % 3]]
   */
  neighbours(architecture: Architecture): Architecture[];
  /**
   * The textual form that people and tables use: another for each architecture.
   * @example (architecture) => architecture.join("-")
   */
  encode(architecture: Architecture): string;
  /**
   * The inverse of `encode`.
   * @throws EvokeError ARCHITECTURE_INVALID, saying what was found
   * @example (text) => text.split("-").map(Number)
   */
  decode(text: string): Architecture;
  /**
   * One text for all architectures that compute the same function, as far as the space can tell.
   * @example (architecture) => architecture.join("-")
   */
  functionKey(architecture: Architecture): string;
  /**
   * What it costs to run, where the space can compute it from the architecture: a number under each name of `costs`.
   * @example ([kernel = 0, width = 0]) => ({ madds: 64 * (2 * kernel + 1) ** 2 * 2 ** width, parameters: (2 * kernel + 1) ** 2 * 2 ** width })
   */
  cost?(architecture: Architecture): Costs;
  /**
   * What `cost` counts: multiply-adds as `madds` and parameters as `parameters` if left out. Less is better.
   * @example [{ name: "madds", unit: "multiply-adds", goal: "minimise" }]
   */
  readonly costs?: readonly FurtherMetric[];
  /**
   * The network that it is, where architectures of the space can be trained; dead parts included.
   * @example ([kernel = 0]) => { const net = new NetworkWriter([8, 8, 1]); net.linear(net.globalAveragePool(net.convolution(net.image, 2 * kernel + 1, 16, 1)), 10); return net.network(); }
   */
  network?(architecture: Architecture): Network;
  /**
   * Its network with the operations left open, for searches by weight sharing. An architecture's network is the same as the
   * open one with its operations at weight 1 and the others at 0, but for normalisations of operations that have no filters.
   * @param partial  1 / the share of the channels that goes through the operations (PC-DARTS); then there is an edge of one
   * operation more behind each edge, in the same order, for what the edge itself weighs. 1 if left out
   * @throws EvokeError SPACE_INVALID where a choice cannot be left open, or there is no such share of the channels
   * @example () => { throw spaceInvalid("", "no choice of it can be left open", "Choose another controller."); }
   */
  open?(partial?: number): OpenNetwork;
  /**
   * Architectures whose networks have every weight between them, each as large as it gets, for what shares weights by
   * name. If left out: the n-th has the n-th choice everywhere, or the last where there are fewer.
   * @example [[1, 2]]
   */
  readonly envelope?: readonly Architecture[];
  /**
   * How its networks become smaller while they are trained with shared weights (Cai et al. 2020): in the
   * first phase there is only the largest one, in the last any.
   * @example [{ name: "largest", sample: () => [1, 2] }, { name: "any", sample: (stream) => [stream.below(2), stream.below(3)] }]
   */
  readonly shrinking?: readonly ShrinkingPhase[];
  /**
   * What it looks like, for `evoke draw` and reports.
   * @example ([kernel]) => ({ kind: "graph", title: "a kernel", nodes: [{ label: "in" }, { label: "out" }], edges: [{ from: 0, to: 1, label: `${kernel}` }] })
   */
  drawing?(architecture: Architecture): Drawing;
  /**
   * The blocks that the network consists of, in order, where a device's time is known block by block.
   * @example () => [{ kind: "linear", input: [1, 1, 16], output: [1, 1, 10] }]
   */
  blocks?(architecture: Architecture): readonly Block[];
  /**
   * The paths that its architectures consist of, where these are graphs.
   * @example { count: 6, most: 2, of: ([kernel = 0, width = 0]) => [kernel, 2 + width] }
   */
  readonly paths?: Paths;
  /**
   * What an architecture computes, as counts, for whatever learns from architectures. Those of one function, as far as the
   * space can tell, have the same. If left out, each choice is a feature, and where there are networks what stands in
   * them (core/space/features.ts).
   * @example ([kernel = 0, width = 0]) => ({ features: [kernel, 2 + width], counts: [1, 1] })
   */
  features?(architecture: Architecture): Counts;
}

/** A space as its plugin gives it: `operations` alone will do where they are the choices of every component. */
export type GivenSpace = Space | (Omit<Space, "choices"> & Required<Pick<Space, "operations">>);

/**
 * When a component is there: an earlier one has one of these choices. It has its own choice 0, which is for its absence,
 * exactly where it is not there; so what follows from an absent one is absent.
 */
export interface Condition {
  /**
   * The earlier one, from 0 to L − 2.
   * @example 0
   */
  readonly component: number;
  /**
   * Of its choices, ascending.
   * @example [1, 2]
   */
  readonly choices: readonly number[];
}

/** By name. */
export type Costs = Readonly<Record<string, number>>;

/** How often an architecture has each feature: sparse, features by number. */
export interface Counts {
  /**
   * Those that it has, ascending.
   * @example [0, 4, 7]
   */
  readonly features: readonly number[];
  /**
   * How often it has each of them, in the same order: whole numbers above 0.
   * @example [1, 2, 1]
   */
  readonly counts: readonly number[];
}

/**
 * The path encoding of White et al. 2021, arXiv:1910.11858: which paths an architecture has from its input to
 * its output, a path being the operations along it in order.
 */
export interface Paths {
  /**
   * How many different ones there are in the space.
   * @example 364
   */
  readonly count: number;
  /**
   * The most that one architecture has.
   * @example 4
   */
  readonly most: number;
  /**
   * The numbers, from 0 to `count` − 1, of those that it has: ascending, each once.
   * @example (architecture) => [architecture[0] ?? 0]
   */
  of(architecture: Architecture): readonly number[];
}

/** A part of a network that is measured by itself on a device. */
export type Block =
  | { readonly kind: "convolution" | "global-average-pool" | "linear"; readonly input: Shape; readonly output: Shape }
  /** 1×1 convolution to more channels, depthwise convolution, 1×1 convolution back. */
  | {
      readonly kind: "inverted-residual";
      readonly input: Shape;
      readonly output: Shape;
      /** Channels of the depthwise convolution. */
      readonly expanded: number;
      readonly kernel: number;
      readonly stride: number;
      /** True if the input is added to the output. */
      readonly skip: boolean;
      readonly squeezeExcitation: boolean;
      readonly activation: Activation;
    };

/** A phase of progressive shrinking: which sub-networks of a supernet learn in it. */
export interface ShrinkingPhase {
  /**
   * For people.
   * @example "kernels"
   */
  readonly name: string;
  /**
   * True if channels may be missing from this phase on; before it, the most important ones are put first. False if left out.
   * @example true
   */
  readonly narrows?: boolean;
  /**
   * Draws one of those that learn in it.  [L]
   * @example (stream) => [1, stream.below(3)]
   */
  sample(rng: Rng): Architecture;
}
