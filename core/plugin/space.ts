/** Search spaces. @module */
import type { Rng } from "../random/rng.ts";
import type { Architecture, Modification } from "../space/architecture.ts";
import type { Drawing } from "../space/drawing.ts";
import type { Activation, Network, Shape } from "../space/network.ts";
import type { OpenNetwork } from "../space/open-network.ts";
import type { FurtherMetric } from "./metric.ts";

/** Ω, a search space: what architectures there are, how they are written, and what they cost. */
export interface Space {
  /** L, components in an architecture. */
  readonly length: number;
  /** The choices of each component, in order, by name; C_l of component l.  [L][C_l] */
  readonly choices: readonly (readonly string[])[];
  /** The operations, where they are the choices of every component. */
  readonly operations?: readonly string[];
  /** What the components are called; numbers from 0 if left out.  [L] */
  readonly components?: readonly string[];
  /** Which components are there only where another has certain choices; undefined for those that always are.  [L] */
  readonly conditions?: readonly (Condition | undefined)[];
  /** |Ω|, how many different architectures there are. */
  readonly size: bigint;
  /**
   * The components by the node that they lead into, where architectures are cells of nodes; each
   * component stands in one.
   */
  readonly nodes?: readonly (readonly number[])[];
  /** Draws an architecture uniformly. */
  sample(rng: Rng): Architecture;
  /** True if it is a member of the space, in its normal form. */
  contains(architecture: Architecture): boolean;
  /**
   * α ⊕ Δα (Eq. 1): applies the modifications in order. The result differs from α in at most as many components as there
   * are modifications, after any normalisation that the space does; those that come to be there, or are there no longer,
   * are not counted. One that comes to be there has its first choice, unless the modifications say another.
   */
  modify(architecture: Architecture, modifications: readonly Modification[]): Architecture;
  /** Every architecture that one modification reaches, the architecture itself left out. */
  neighbours(architecture: Architecture): Architecture[];
  /** The textual form that people and tables use. */
  encode(architecture: Architecture): string;
  /** The inverse of `encode`. @throws EvokeError ARCHITECTURE_INVALID, saying what was found. */
  decode(text: string): Architecture;
  /** One text for all architectures that compute the same function, as far as the space can tell. */
  functionKey(architecture: Architecture): string;
  /** What it costs to run, where the space can compute it from the architecture: a number under each name of `costs`. */
  cost?(architecture: Architecture): Costs;
  /** What `cost` counts: multiply-adds as `madds` and parameters as `parameters` if left out. Less is better. */
  readonly costs?: readonly FurtherMetric[];
  /** The network that it is, where architectures of the space can be trained; dead parts included. */
  network?(architecture: Architecture): Network;
  /**
   * Its network with the operations left open, for searches by weight sharing. An architecture's network is the same as the
   * open one with its operations at weight 1 and the others at 0, but for normalisations of operations that have no filters.
   * @param partial  1 / the share of the channels that goes through the operations (PC-DARTS); then there is an edge of one
   * operation more behind each edge, in the same order, for what the edge itself weighs. 1 if left out
   * @throws EvokeError SPACE_INVALID where a choice cannot be left open, or there is no such share of the channels
   */
  open?(partial?: number): OpenNetwork;
  /**
   * Architectures whose networks have every weight between them, each as large as it gets, for what shares weights by
   * name. If left out: the n-th has the n-th choice everywhere, or the last where there are fewer.
   */
  readonly envelope?: readonly Architecture[];
  /**
   * How its networks become smaller while they are trained with shared weights (Cai et al. 2020): in the
   * first phase there is only the largest one, in the last any.
   */
  readonly shrinking?: readonly ShrinkingPhase[];
  /** What it looks like, for `evoke draw` and reports. */
  drawing?(architecture: Architecture): Drawing;
  /** The blocks that the network consists of, in order, where a device's time is known block by block. */
  blocks?(architecture: Architecture): readonly Block[];
  /** The paths that its architectures consist of, where these are graphs. */
  readonly paths?: Paths;
  /**
   * What an architecture computes, as counts, for whatever learns from architectures. Those of one function, as far as the
   * space can tell, have the same. If left out, each choice is a feature, and where there are networks what stands in
   * them (core/space/features.ts).
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
  readonly component: number;
  readonly choices: readonly number[];
}

/** By name. */
export type Costs = Readonly<Record<string, number>>;

/** How often an architecture has each feature: sparse, features by number. */
export interface Counts {
  /** Those that it has, ascending. */
  readonly features: readonly number[];
  /** How often it has each of them: whole numbers above 0. */
  readonly counts: readonly number[];
}

/**
 * The path encoding of White et al. 2021, arXiv:1910.11858: which paths an architecture has from its input to
 * its output, a path being the operations along it in order.
 */
export interface Paths {
  /** How many different ones there are in the space. */
  readonly count: number;
  /** The most that one architecture has. */
  readonly most: number;
  /** The numbers, from 0 to `count` − 1, of those that it has: ascending, each once. */
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
  readonly name: string;
  /** True if channels may be missing from this phase on; before it, the most important ones are put first. */
  readonly narrows?: boolean;
  sample(rng: Rng): Architecture;
}
