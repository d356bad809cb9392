/**
 * The contracts between the search and everything that can be swapped in it.
 *
 * A plugin is one literal: `kind`, `name`, `summary`, an options schema with defaults, the
 * dependencies that it needs, and `create`. `test/contracts` holds a suite for each kind.
 *
 * @module
 */
import type { Architecture, Modification } from "./architecture.ts";
import type { Drawing } from "./drawing.ts";
import type { Engine } from "./engine/engine.ts";
import type { SearchEvent } from "./events.ts";
import type { Activation, Network, Shape } from "./network.ts";
import type { OptionsOf } from "./options.ts";
import type { Rng } from "./rng.ts";
import type { SubspaceGraph } from "./subspaces.ts";
import type { Metric, Tables } from "./table.ts";
import type { TrainedNetwork, Trainer } from "./training.ts";

/** Ω, a search space: what architectures there are, how they are written, and what they cost. */
export interface Space {
  /** L, components in an architecture. */
  readonly length: number;
  /** C, choices per component; the names of the operations, in order. */
  readonly operations: readonly string[];
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
   * α ⊕ Δα (Eq. 1): applies the modifications in order. The result differs from α in at most as
   * many components as there are modifications, after any normalisation that the space does.
   */
  modify(architecture: Architecture, modifications: readonly Modification[]): Architecture;
  /** Every architecture that one modification reaches, the architecture itself left out. */
  neighbours(architecture: Architecture): Architecture[];
  /** The textual form that people and tables use. */
  encode(architecture: Architecture): string;
  /** The inverse of `encode`. @throws EvokeError ARCHITECTURE_INVALID, saying what was found. */
  decode(text: string): Architecture;
  /** One text for all architectures that compute the same function, as far as the space can tell. */
  canonical(architecture: Architecture): string;
  /** What it costs to run, where the space can compute it from the architecture. */
  cost?(architecture: Architecture): { readonly madds: number; readonly parameters: number };
  /** The network that it is, where architectures of the space can be trained; dead parts included. */
  network?(architecture: Architecture): Network;
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

/** D(α, β), a metric on architectures; Eq. 4 is "hamming". */
export interface Distance {
  between(a: Architecture, b: Architecture): number;
}

/** What an evaluator found. Larger is better, in the unit of the evaluator's metric. */
export interface Measurement {
  /** R(α): the validation metric that the search may see. */
  readonly validation: number;
  /** What this measurement cost in simulated or real seconds, for the budget. */
  readonly seconds: number;
}

/** What only the report may see: the test metric of the answer. */
export interface TestMeasurement {
  readonly metric: Metric;
  readonly value: number;
}

/** Measures architectures: a table, a predictor, a supernet, real training. */
export interface Evaluator {
  /** Which metric `validation` is. */
  readonly metric: Metric;
  /** Training epochs that it can measure after, ascending; the last are those of `metric`. Only those, if left out. */
  readonly fidelities?: readonly number[];
  /** How many evaluations may be under way at once; 1 if left out. */
  readonly concurrency?: number;
  /**
   * The long work before the first query, such as the training of a supernet; nothing where it is done already. A dry
   * run does not ask for it, so that what the digest follows from is opened in `create`.
   */
  prepare?(): Promise<void>;
  /**
   * Measures one architecture. A throw or a rejection becomes `evaluation.failed`.
   *
   * @param fidelity  one of `fidelities`; the last of them if left out
   */
  evaluate(architecture: Architecture, fidelity?: number): Measurement | Promise<Measurement>;
  /** True if `test` costs nothing, as a look-up does: the test metric of every incumbent is reported as well. */
  readonly freeTests?: boolean;
  /**
   * The network with the weights that `evaluate` measures it by, for other programs, where there are some.
   * @param epochs  it is trained for so many more before
   */
  trained?(architecture: Architecture, epochs: number): Promise<TrainedNetwork>;
  /** The test metric of the answer; never called while the search goes on. */
  test?(architecture: Architecture): TestMeasurement | Promise<TestMeasurement>;
}

/** A candidate that a controller wants to have evaluated. */
export interface Proposal {
  /** β. */
  readonly architecture: Architecture;
  /** Index of the subspace that it was found in; left out by controllers of the whole space. */
  readonly subspace?: number | undefined;
  /** R(β), where it is known by now: it is not evaluated again, and nothing is charged. */
  readonly known?: number | undefined;
  /**
   * The training epochs to measure it after, one of the evaluator's lower fidelities; left out for the full one, that of
   * its metric. What was measured at a lower one costs its share of a query, and never is the answer, nor a centre.
   */
  readonly fidelity?: number | undefined;
}

/** What became of a proposal. */
export interface Outcome extends Proposal {
  /** R(β); NaN if the evaluation failed and the architecture was rejected. */
  readonly validation: number;
  /** What the rewards made of it; NaN if the evaluation failed. */
  readonly reward: number;
}

/** A policy that proposes architectures and learns from the outcome. It knows nothing of scheduling. */
export interface Controller {
  /** How many proposals may await their outcome at once; 1 if left out. */
  readonly concurrency?: number | undefined;
  propose(): Proposal;
  /**
   * Outcomes come in the order of the proposals. Middleware may hand on others, of architectures that the
   * controller did not propose; it takes from them what it can.
   */
  observe(outcome: Outcome): void;
  /** The whole state, as a value that structured cloning and `restore` take. */
  save(): unknown;
  restore(state: never): void;
}

/**
 * Stands between the search and the controller: it sees, adds, changes or answers proposals and outcomes.
 * Several are wrapped around each other, the manifest's first one outermost.
 */
export interface Middleware {
  /** A controller that wraps the one given; the wrapped one's state is part of what it saves. */
  around(controller: Controller): Controller;
}

/** A candidate together with the centre of its subspace, as rewards and acceptance rules see it. */
export interface Candidate {
  /** β. */
  readonly architecture: Architecture;
  /** R(β). */
  readonly validation: number;
  /** α and R(α); left out in a search of the whole space. */
  readonly centre?: { readonly architecture: Architecture; readonly validation: number };
}

/** Shapes what the controller learns from. Rewards form a chain; the first is handed R(β). */
export interface Reward {
  shape(reward: number, candidate: Candidate): number;
  /**
   * What `shape` makes of R of an architecture, where that does not depend on the centre. Rewards after it in the chain
   * see R(β) and R(α) so changed in the candidate, so that like is compared with like.
   */
  value?(validation: number, architecture: Architecture): number;
}

/** Decides whether β replaces α as the centre; every rule of the manifest must agree. */
export interface Acceptance {
  accepts(candidate: Required<Candidate>): boolean;
  /**
   * A limit: whether an architecture may be a centre, or the answer, at all, whatever it is measured at. What is not
   * admitted is evaluated and learned from like any other. Under /constraints of a manifest this alone is asked.
   */
  admits?(architecture: Architecture): boolean;
}

/** Gives the K first centres. */
export interface Initial {
  centres(count: number): readonly Architecture[] | Promise<readonly Architecture[]>;
}

/** Listens to events. One that throws is reported and detached; it never changes a run. */
export interface Observer {
  /** The event types it wants; all of them if left out. */
  readonly types?: readonly SearchEvent["type"][];
  /** What it returns for the last event of a run is awaited before the run counts as done. */
  next(event: SearchEvent): void | Promise<void>;
  /** Called once after the last event; what it returns is awaited. */
  finish?(): void | Promise<void>;
}

/** The plugin kinds and what `create` gives for each. */
export interface Kinds {
  space: Space;
  distance: Distance;
  controller: Controller;
  middleware: Middleware;
  reward: Reward;
  acceptance: Acceptance;
  initial: Initial;
  evaluator: Evaluator;
  observer: Observer;
}
export type Kind = keyof Kinds;
export const KINDS: readonly Kind[] = [
  ...(["space", "distance", "controller", "middleware", "reward"] as const),
  ...(["acceptance", "initial", "evaluator", "observer"] as const),
];

/** Finished runs of other experiments, for `from-run`. */
export interface Runs {
  /**
   * The final centres of the run of this seed of another experiment.
   * @param experiment  a manifest, relative to the one that names it
   */
  centres(experiment: string, seed: number): Promise<readonly FinalCentre[]>;
  /** Checks the other experiment and adds its digest to this experiment's inputs. */
  open(experiment: string): Promise<void>;
}

/** A centre when its run had ended. */
export interface FinalCentre {
  /** In text. */
  readonly architecture: string;
  /** R(α), by the evaluator of that run. */
  readonly validation: number;
}

/** Files that a manifest names, for plugins that begin with one. */
export interface Files {
  /**
   * The bytes of a file; not to be changed. Their SHA-256 becomes an input of the experiment, on which its digest depends.
   * @param path  relative to the manifest
   * @throws EvokeError CANNOT_READ
   */
  read(path: string): Promise<Uint8Array>;
}

/** Writing files, for observers. Paths are relative to the experiment's results. */
export interface Output {
  /** Replaces the file as one step: a reader, or a kill, sees the old one or the new one. */
  write(path: string, content: string | Uint8Array): Promise<void>;
}

/** Where progress is shown. */
export interface Terminal {
  /** True if lines can be rewritten in place. */
  readonly interactive: boolean;
  /** Columns, for interactive ones. */
  readonly columns: number;
  write(text: string): void;
}

/** What a plugin can ask for in `needs`. A missing one is an error at composition. */
export interface Dependencies {
  space: Space;
  distance: Distance;
  /** The candidate subspaces of this run; missing where the manifest has no "subspaces". */
  subspaces: SubspaceGraph;
  /** This instance's own random stream. */
  rng: Rng;
  /** The run's seed. */
  seed: number;
  /** The fidelities of the evaluator, ascending, two at least; missing where it has one. */
  fidelities: readonly number[];
  /** Whether the limits of the manifest let an architecture be a centre, or the answer; always, where it has none. */
  admits: (architecture: Architecture) => boolean;
  /** A differentiable engine of this instance's own (core/engine). */
  engine: Engine;
  /** Benchmark tables by name or file. */
  tables: Tables;
  files: Files;
  /** Training for real. */
  trainer: Trainer;
  runs: Runs;
  output: Output;
  terminal: Terminal;
  /** Milliseconds from an arbitrary moment, for rates and ETA only. */
  clock: () => number;
  /** How much this call of the command will do: runs, and queries in each where that is known. */
  plan: { readonly runs: number; readonly queries?: number };
}
export type Dependency = keyof Dependencies;
export const DEPENDENCIES: readonly Dependency[] = [
  ...(["space", "distance", "subspaces", "rng", "seed", "fidelities", "admits", "engine"] as const),
  ...(["tables", "files", "trainer", "runs", "output", "terminal", "clock", "plan"] as const),
];

/** A plugin, as the kernel sees it. */
export interface Plugin<K extends Kind = Kind> {
  readonly kind: K;
  /** The name that manifests use: lower-case words joined by hyphens. */
  readonly name: string;
  /** One line for `evoke plugins`. */
  readonly summary: string;
  /** JSON Schema (draft 2020-12) of the options, an object, each property with its default or required. */
  readonly options: object;
  /** The dependencies that `create` is handed. */
  readonly needs: readonly Dependency[];
  /** True if it is for a search of the whole space: an error where the manifest has "subspaces". */
  readonly wholeSpace?: boolean;
  create(options: never, dependencies: never): Kinds[K] | Promise<Kinds[K]>;
}

/** A plugin as its author writes it: S is the schema of the options, N what it needs, R what it creates. */
export interface PluginLiteral<K extends Kind, S extends object, N extends readonly Dependency[], R> {
  readonly kind: K;
  readonly name: string;
  readonly summary: string;
  readonly options: S;
  readonly needs: N;
  readonly wholeSpace?: boolean;
  create(options: OptionsOf<S>, dependencies: Pick<Dependencies, N[number]>): R;
}

/**
 * Gives the literal of a plugin its types: `options` as its schema says, and exactly the
 * dependencies that it needs. It returns the literal itself, so an author outside this package can
 * as well export a plain object.
 */
export function plugin<const K extends Kind, const S extends object, const N extends readonly Dependency[]>(
  literal: PluginLiteral<K, S, N, Kinds[K]>,
): PluginLiteral<K, S, N, Kinds[K]>;
export function plugin<const K extends Kind, const S extends object, const N extends readonly Dependency[]>(
  literal: PluginLiteral<K, S, N, Promise<Kinds[K]>>,
): PluginLiteral<K, S, N, Promise<Kinds[K]>>;
export function plugin(literal: object): object {
  return literal;
}

/** The options schema of a plugin that has none. */
export const NO_OPTIONS = { type: "object", additionalProperties: false, properties: {} } as const;
