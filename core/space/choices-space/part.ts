/** What a described network consists of, and what it is written into. @module */
import type { Condition } from "../../plugin/space.ts";
import type { Architecture } from "../architecture.ts";
import type { NetworkWriter } from "../network.ts";
import type { Component } from "./components.ts";

/** Stands in an architecture for a component whose choice is open. */
export const OPEN = -1;

/** What is written. */
export interface Draft {
  readonly net: NetworkWriter;
  readonly components: readonly Component[];
  /** With OPEN for components that are to be mixed. */
  readonly architecture: Architecture;
  /** What follows the names of weights: the choices that they are for, where layers are written once for each. */
  readonly suffix: string;
}

/** A layer of a list, or several. */
export interface Part {
  /** JSON pointer within the options, for errors. */
  readonly at: string;
  /** The components that must be chosen before it is written. */
  readonly reads: readonly number[];
  /** Those that decide whether it writes anything; undefined if it always does. */
  readonly decides?: readonly number[] | undefined;
  /** Of a `when`: what it asks. */
  readonly condition?: Condition | undefined;
  /** True if no image comes after it, but scores. */
  readonly ends?: boolean;
  /** Two choices of a component are the same to it if this text is. */
  acts(component: number, choice: number): string;
  /** Whether it writes nothing. */
  vanishes(architecture: Architecture): boolean;
  /** Writes layers after the layer `from`; gives the last one, or `from` if there are none. */
  write(draft: Draft, from: number): number;
}
