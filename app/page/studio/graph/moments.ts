/**
 * The moments of a search by subspaces: what the centres were after so many queries, and what the query of a moment did.
 *
 * @module
 */
import type { Subspaces } from "../../../studio/api.ts";
import type { Centre } from "./layout.ts";
import type { Evoked } from "./subspace-graph.tsx";

export interface Moment {
  /** As they are after the query, ascending by subspace, each with the queries after which it became the centre. */
  readonly centres: readonly (Centre & { readonly queries: number })[];
  /** Left out where nothing tells which one it was. */
  readonly evoked?: Evoked;
}

/** @param at  queries charged so far */
export function momentAt({ steps, chosen = [] }: Pick<Subspaces, "steps" | "chosen">, at: number): Moment {
  const centres = new Map<number, Subspaces["steps"][number]>();
  let last: Evoked | undefined;
  for (const step of steps) {
    if (step.queries > at) break;
    // The query of this very moment made it the centre, unless it is one of the first ones.
    if (step.queries > at - 1 && centres.has(step.subspace)) last = { subspace: step.subspace, replaced: true };
    centres.set(step.subspace, step);
  }
  const choice = chosen.findLast(({ queries }) => queries <= at && queries > at - 1);
  const evoked = choice
    ? {
        subspace: choice.subspace,
        ...(choice.distance !== undefined && { distance: choice.distance }),
        replaced: centres.get(choice.subspace)?.queries === choice.queries,
      }
    : last;
  return {
    centres: [...centres.values()].sort((a, b) => a.subspace - b.subspace),
    ...(evoked && { evoked }),
  };
}

/** Queries after which a centre was replaced, in order. */
export function changes({ steps }: Pick<Subspaces, "steps">): number[] {
  const known = new Set<number>();
  return steps.flatMap(({ subspace, queries }) => {
    const first = !known.has(subspace);
    known.add(subspace);
    return first ? [] : [queries];
  });
}
