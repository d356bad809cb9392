/**
 * What a report asks of a kept run: that it has all its numbers, and that they are finite. JSON keeps what is not as null.
 *
 * @module
 */
import { storeDamaged } from "../../core/errors/index.ts";
import { problemsOf } from "../../core/json/schema.ts";
import type { StoredRun } from "../host/store/stored-run.ts";

const number = { type: "number" } as const;
const text = { type: "string" } as const;

function object(properties: Readonly<Record<string, object>>, optional: Readonly<Record<string, object>> = {}) {
  return { type: "object", required: Object.keys(properties), properties: { ...properties, ...optional } } as const;
}

function listOf(items: object) {
  return { type: "array", items } as const;
}

const reason = object({ reason: text, tries: number, rejected: number, architecture: text });
const front = listOf(object({ architecture: text, cost: number, score: number }));
const runSchema = object({
  result: object(
    {
      seed: { type: "integer" },
      best: object({ architecture: text, score: number }, { test: number }),
      ...{ queries: number, distinct: number, cost: object({ seconds: number }), updates: number, centres: listOf(text) },
    },
    { failed: number, retried: number, stopped: object({ trainings: number, epochs: number }) },
  ),
  trajectory: object(
    {
      incumbent: listOf(object({ queries: number, seconds: number, score: number }, { test: number })),
      centres: listOf(object({ queries: number, subspace: number, score: number, architecture: text })),
      distances: listOf(object({ distance: number, n: number, mean: number, squares: number })),
    },
    {
      fronts: object({ madds: front, parameters: front }),
      failures: object({ evaluations: number, tries: number, rejected: number, reasons: listOf(reason) }, { further: number }),
    },
  ),
  wallSeconds: number,
});

/**
 * @param cell  whose run it is
 * @param file  where it is kept
 * @throws EvokeError STORE_DAMAGED
 */
export function checkRun(run: StoredRun, cell: string, file: string): void {
  const problems = problemsOf(runSchema, run);
  if (problems.length === 0) return;
  throw storeDamaged(
    file,
    `the run of seed ${run.result?.seed} of the cell "${cell}" is damaged:\n${problems.map((problem) => `    ${problem}`).join("\n")}`,
    "Nothing was changed. Move the file away, and have its runs done again by the same command that did them.",
  );
}
