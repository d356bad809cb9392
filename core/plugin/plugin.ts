/**
 * The contracts between the search and everything that can be swapped in it.
 *
 * A plugin is one literal: `kind`, `name`, `summary`, an options schema with defaults, the
 * dependencies that it needs, and `create`. `test/contracts` holds a suite for each kind.
 *
 * @module
 */
import type { OptionsOf } from "../json/options.ts";
import type { Acceptance } from "./acceptance.ts";
import type { Controller } from "./controller.ts";
import type { Dependencies, Dependency } from "./dependencies.ts";
import type { Distance } from "./distance.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Initial } from "./initial.ts";
import type { Middleware } from "./middleware.ts";
import type { Observer } from "./observer.ts";
import type { PERMITTED_NEEDS } from "./permitted-needs.ts";
import type { Reward } from "./reward.ts";
import type { GivenSpace, Space } from "./space.ts";

/** When an evaluation fails: try again so often, then reject the architecture or stop the run. */
export interface FailurePolicy {
  /**
   * Further tries of an evaluation, from 0.
   * @example 2
   */
  readonly retries: number;
  /**
   * What then becomes of it: "reject" has the search learn that it failed, and go on; "stop" fails the run.
   * @example "reject"
   */
  readonly remedy: "reject" | "stop";
}

/** Where neither the manifest nor the evaluator says what to do when an evaluation fails: a look-up fails for good. */
export const STOP: FailurePolicy = { retries: 0, remedy: "stop" };

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
/** The name of a kind, for example "reward". */
export type Kind = keyof Kinds;
/** The names of all kinds. */
export const KINDS: readonly Kind[] = [
  ...(["space", "distance", "controller", "middleware", "reward"] as const),
  ...(["acceptance", "initial", "evaluator", "observer"] as const),
];

/** A plugin, as the kernel sees it. */
export interface Plugin<K extends Kind = Kind> {
  /**
   * Its kind.
   * @example "reward"
   */
  readonly kind: K;
  /**
   * The name that manifests use: lower-case words joined by hyphens, of at most 100 characters.
   * @example "choice-penalty"
   */
  readonly name: string;
  /**
   * One line for `evoke plugins`.
   * @example "Takes something off for each component that has a certain choice"
   */
  readonly summary: string;
  /**
   * JSON Schema (draft 2020-12) of the options, an object, each property with its default or required.
   * @example { type: "object", additionalProperties: false, properties: { penalty: { type: "number", minimum: 0, default: 0.1 } } }
   */
  readonly options: object;
  /**
   * The dependencies that `create` is handed.
   * @example ["space", "rng"]
   */
  readonly needs: readonly Dependency[];
  /**
   * True if it is for a search of the whole space: an error where the manifest has "subspaces". False if left out.
   * @example true
   */
  readonly wholeSpace?: boolean;
  /**
   * Of a controller: how many of its proposals can be under way, for `evoke plugins`: a number, the option that says it,
   * or words; 1 if left out. What its instance gives as `concurrency` is what counts.
   * @example "batchSize"
   */
  readonly underWay?: number | string;
  /**
   * Of an evaluator: what to do when an evaluation fails, where the manifest does not say; to stop, if left out.
   * @example { retries: 1, remedy: "reject" }
   */
  readonly failures?: FailurePolicy;
  /**
   * Options that only say how evaluations are done, such as how many at once: the digest does not depend on them, but for
   * the number of proposals that a run has under way (Evaluator.concurrency).
   * @example ["workers"]
   */
  readonly outsideDigest?: readonly string[];
  /**
   * Makes an instance: one for each run, or one for all runs where the kind is `space`, `distance` or `observer`.
   * @param options  as the schema says, defaults filled in
   * @param dependencies  what it needs, by name, and nothing else
   * @returns what its kind promises, a literal or an instance of a class; or a promise of it
   * @example () => ({ shape: (reward: number) => 2 * reward })
   */
  create(options: never, dependencies: never): Kinds[K] | Promise<Kinds[K]>;
}

/** What `create` may give for it: it is completed before it is used. */
type Given<K extends Kind> = K extends "space" ? GivenSpace : Kinds[K];

/** What a plugin of a kind may ask for. */
export type PermittedNeed<K extends Kind> = (typeof PERMITTED_NEEDS)[K][number];

/** A plugin of a list, by its name: it is loaded when it is asked for. */
export interface ListedPlugin<K extends Kind = Kind> {
  readonly kind: K;
  readonly name: string;
  load(): Promise<Plugin<K>>;
}

/** A plugin as its author writes it: S is the schema of the options, N what it needs, R what it creates. */
export interface PluginLiteral<K extends Kind, S extends object, N extends readonly Dependency[], R> {
  readonly kind: K;
  readonly name: string;
  readonly summary: string;
  readonly options: S;
  readonly needs: N;
  readonly wholeSpace?: boolean;
  readonly underWay?: number | (keyof OptionsOf<S> & string) | `${string} ${string}`;
  readonly failures?: FailurePolicy;
  readonly outsideDigest?: readonly (keyof OptionsOf<S> & string)[];
  create(options: OptionsOf<S>, dependencies: Pick<Dependencies, N[number]>): R;
}

/**
 * Gives the literal of a plugin its types: `options` as its schema says, and exactly the
 * dependencies that it needs, of those that its kind may have. It returns the literal itself, so an author outside this package can
 * as well export a plain object.
 */
export function plugin<const K extends Kind, const S extends object, const N extends readonly PermittedNeed<K>[]>(
  literal: PluginLiteral<K, S, N, Given<K>>,
): PluginLiteral<K, S, N, Kinds[K]>;
export function plugin<const K extends Kind, const S extends object, const N extends readonly PermittedNeed<K>[]>(
  literal: PluginLiteral<K, S, N, Promise<Given<K>>>,
): PluginLiteral<K, S, N, Promise<Kinds[K]>>;
/** What only some options make wait. */
export function plugin<const K extends Kind, const S extends object, const N extends readonly PermittedNeed<K>[]>(
  literal: PluginLiteral<K, S, N, Given<K> | Promise<Given<K>>>,
): PluginLiteral<K, S, N, Kinds[K] | Promise<Kinds[K]>>;
export function plugin(literal: object): object {
  return literal;
}

/** The options schema of a plugin that has none. */
export const NO_OPTIONS = { type: "object", additionalProperties: false, properties: {} } as const;
