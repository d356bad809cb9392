/** How many evaluations may be under way at once. @module */
import type { Slot } from "../../../core/manifest/slots.ts";
import { Limit } from "../../../core/search/pace.ts";

/** The bound for an evaluator that has so many places. */
export type Bounds = (evaluator: Slot<"evaluator">, places: number) => Pick<Limit, "run">;

/**
 * Bounds what is under way: that of all evaluators that have the same slots or threads, and that of the whole call.
 */
export function boundsOf(parallel: number | undefined): Bounds {
  const pools = new Map<string, Limit>();
  const whole = parallel === undefined ? undefined : new Limit(parallel);
  return ({ plugin, options }, places) => {
    const shared = (plugin.outsideDigest ?? []).map((name) => (options as Record<string, unknown>)[name]);
    const key = JSON.stringify([plugin.name, places, shared]);
    const most = places === Number.POSITIVE_INFINITY && !whole ? 1 : places;
    const pool = pools.get(key) ?? new Limit(most);
    pools.set(key, pool);
    return whole ? { run: (work) => pool.run(() => whole.run(work)) } : pool;
  };
}
