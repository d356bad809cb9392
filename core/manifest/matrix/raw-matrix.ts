/** A matrix manifest as its schema has let it through, with the envelope's defaults. @module */
export type Design = "one-factor" | "leave-one-out" | "factorial";

/** What comparisons are adjusted together for being many. */
export type Family = "panel" | "matrix";

/** A number for the test metric of a run, or for its score. */
export interface ByMeasure {
  readonly test?: number;
  readonly score?: number;
}

/** What can be reached, and what is to be reached. */
export interface Goals {
  /** The best that there is, or that is known, by one of the two: what cells are compared by. */
  readonly best?: ByMeasure;
  /** The report says after how many queries they are reached. */
  readonly targets?: ByMeasure;
}

export interface RawMatrix extends Goals {
  readonly name: string;
  readonly question?: string;
  readonly base: string | object;
  readonly baseName?: string;
  readonly variants: Readonly<Record<string, object>>;
  readonly axes: Readonly<Record<string, readonly unknown[]>>;
  readonly tasks: Readonly<Record<string, { readonly experiment: object } & Goals>>;
  readonly design: Design;
  readonly exclude: readonly Exclusion[];
  readonly baseline?: string;
  readonly family: Family;
  readonly seeds: { readonly first?: number; readonly count?: number };
  readonly reference?: Readonly<Record<string, number>>;
}

/** Cells that have all of these are left out. */
export interface Exclusion {
  readonly variant?: string;
  readonly task?: string;
  /** By pointer, a value of the axis. */
  readonly at?: Readonly<Record<string, unknown>>;
}

/** Members of a manifest that belong to the matrix as a whole, or change no result. */
export const NOT_OF_A_CELL = ["$schema", "name", "question", "seeds", "observers"];
