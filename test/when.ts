/**
 * Tests that need something which may be absent.
 *
 *   const onTable = when(test, existsSync(path), "../shared/data/nas-bench-201.csv.gz is absent");
 *   onTable("every cell is in the table once", () => { … });
 *
 * @module
 */
import process from "node:process";
import type { test as uvuTest } from "uvu";

/** True in CI, where tests that repeat something at random, or for many alike, do all of it; elsewhere they do a part. */
export const thorough = process.env.CI !== undefined;

/** `test` where the condition holds; otherwise its tests count as skipped, and the runner prints the reason. */
export function when(test: typeof uvuTest, condition: boolean, reason: string): (title: string, run: () => void | Promise<void>) => void {
  return (title, run) => {
    if (condition) return test(title, run);
    ((globalThis as { EVOKE_SKIPPED?: string[] }).EVOKE_SKIPPED ??= []).push(reason);
    test.skip(title, run);
  };
}

/** At which batches policies are tried that differ from `gnn-lstm` in a part. */
export const BATCHES: readonly number[] = thorough ? [1, 4] : [1];
