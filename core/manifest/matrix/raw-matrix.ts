/** A matrix manifest as its schema has let it through, with the envelope's defaults. @module */
export type Design = "one-factor" | "leave-one-out" | "factorial";

/** What comparisons are adjusted together for being many. */
export type Family = "panel" | "matrix";

export interface RawMatrix {
  readonly name: string;
  readonly question?: string;
  readonly base: string | object;
  readonly baseName?: string;
  readonly variants: Readonly<Record<string, object>>;
  readonly axes: Readonly<Record<string, readonly unknown[]>>;
  readonly design: Design;
  readonly exclude: readonly { readonly variant?: string; readonly at?: Readonly<Record<string, unknown>> }[];
  readonly baseline?: string;
  readonly family: Family;
  readonly seeds: { readonly first?: number; readonly count?: number };
  readonly reference?: Readonly<Record<string, number>>;
  readonly targets?: { readonly test?: number; readonly score?: number };
}

/** Members of a manifest that belong to the matrix as a whole, or change no result. */
export const NOT_OF_A_CELL = ["$schema", "name", "question", "seeds", "observers"];
