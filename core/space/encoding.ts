/**
 * What models see of architectures: features that each has or has not, as rows of zeros and ones.
 *
 * @module
 */
import type { Counts, Space } from "../plugin/space.ts";
import type { Architecture } from "./architecture.ts";
import { OneHot } from "./choices.ts";
import { choiceFeatures, featuresOf } from "./features.ts";

/** F features, numbered from 0. */
export interface Encoding {
  /** F; of what is computed, as many as there are in what was learned. */
  readonly features: number;
  /** How many of them an architecture has, about. */
  readonly each: number;
  /** Numbers the features of what a model is going to learn from. */
  learn(architectures: readonly Architecture[]): void;
  /** The numbers of those that an architecture has. */
  of(architecture: Architecture): readonly number[];
}

/** What a model may be shown of an architecture: what it computes, as the space says it, or its choices. */
export const SHOWN = ["computed", "choices"] as const;
/** One of the two. */
export type Shown = (typeof SHOWN)[number];

/** The encoding that shows a model the one or the other. */
export function encodingOf(space: Space, shown: Shown): Encoding {
  return shown === "computed" ? new ComputedEncoding(space) : choiceEncoding(space);
}

/** The ones of several architectures, as `Engine.gather` reads rows of a table. */
export interface Ones {
  readonly rows: readonly number[];
  /** Where those of each begin, if not all have as many. */
  readonly begins?: readonly number[];
}

/**
 * The features of several architectures, one after the other.
 * @param of  the features of each architecture; at least one
 */
export function onesOf(of: readonly (readonly number[])[]): Ones {
  const rows: number[] = [];
  const begins = [0];
  for (const features of of) begins.push(rows.push(...features));
  const each = begins[1]!;
  return each > 0 && begins.every((begin, i) => begin === i * each) ? { rows } : { rows, begins };
}

/** A feature for each choice of each component that is there. */
function choiceEncoding(space: Space): Encoding {
  const of = choiceFeatures(space);
  return { features: new OneHot(space).width, each: space.length, learn() {}, of: (architecture) => of(architecture).features };
}

/** A feature for each path, and one that stands for each path less than the most. */
export function pathEncoding(paths: NonNullable<Space["paths"]>): Encoding {
  const { count, most } = paths;
  return {
    features: count + 1,
    each: most,
    learn() {},
    of(architecture) {
      const own = paths.of(architecture);
      return Array.from({ length: most }, (_, i) => own[i] ?? count);
    },
  };
}

/** Of what occurs oftener than this, no more is seen. */
const MOST_TIMES = 4;

/**
 * A feature for each that occurs in what was learned, once, twice, and so on: what an architecture has twice it has once
 * as well. What was in nothing that was learned is not seen.
 */
export class ComputedEncoding implements Encoding {
  readonly each: number;
  readonly #countsOf: (architecture: Architecture) => Counts;
  /** By feature and times: 4 · feature + times − 1. */
  readonly #numbers: Map<number, number>;

  /** @param known  `known` of another one, of the same space */
  constructor(space: Space, known: readonly number[] = []) {
    this.each = space.length;
    this.#countsOf = featuresOf(space);
    this.#numbers = new Map(known.map((one, number) => [one, number]));
  }

  get features(): number {
    return this.#numbers.size;
  }

  /** What each feature is.  [F] */
  get known(): readonly number[] {
    return [...this.#numbers.keys()];
  }

  learn(architectures: readonly Architecture[]): void {
    for (const architecture of architectures)
      for (const one of this.#seen(architecture)) if (!this.#numbers.has(one)) this.#numbers.set(one, this.#numbers.size);
  }

  of(architecture: Architecture): readonly number[] {
    return this.#seen(architecture).flatMap((one) => this.#numbers.get(one) ?? []);
  }

  #seen(architecture: Architecture): number[] {
    const { features, counts } = this.#countsOf(architecture);
    const seen: number[] = [];
    for (let i = 0; i < features.length; i++)
      for (let times = 0; times < counts[i]! && times < MOST_TIMES; times++) seen.push(MOST_TIMES * features[i]! + times);
    return seen;
  }
}
