/** What a description says that is known of its file beforehand. @module */
import type { TableImport } from "../../../../core/manifest/table-import.ts";
import type { Space } from "../../../../core/plugin/space.ts";
import type { SourceRows } from "../source/source-rows.ts";
import type { Entry } from "./architectures.ts";
import { numberOf } from "./numbers.ts";
import type { Problems } from "./problems.ts";

/** Tells `problems` of what is not so. */
export function checkKnown(
  source: SourceRows,
  { checks: { architectures, maxima = {}, minima = {}, within, functionKey } }: TableImport,
  entries: readonly Entry[],
  space: Space,
  problems: Problems,
): void {
  if (architectures !== undefined && entries.length !== architectures)
    problems.add(`it has ${entries.length} architectures, and ${architectures} are known to be there`);
  for (const [extremes, called, better] of [[maxima, "largest", Math.max] as const, [minima, "smallest", Math.min] as const])
    for (const [column, known] of Object.entries(extremes)) {
      const found = extreme(source, column, better);
      if (!(Math.abs(found - known) <= within))
        problems.add(`column ${JSON.stringify(column)}: the ${called} number is ${found}, and is known to be ${known}`);
    }
  if (functionKey !== undefined) checkFunctions(source, functionKey, entries, space, problems);
}

function extreme(source: SourceRows, column: string, better: (a: number, b: number) => number): number {
  let best = Number.NaN;
  for (let row = 0; row < source.rows; row++) {
    const value = numberOf(source.value(column, row));
    if (Number.isNaN(best)) best = value;
    else if (!Number.isNaN(value)) best = better(best, value);
  }
  return best;
}

/** Fails unless the file's keys and the space's are one-to-one. */
function checkFunctions(source: SourceRows, column: string, entries: readonly Entry[], space: Space, problems: Problems): void {
  const forth = new Map<unknown, string>();
  const back = new Map<string, unknown>();
  for (const { architecture, rows } of entries) {
    const row = rows[0]!;
    const key = source.value(column, row);
    const own = space.functionKey(architecture);
    if ((forth.get(key) ?? own) !== own || (back.get(own) ?? key) !== key)
      problems.at(row, column, "the file and the space do not agree about which architectures compute the same");
    forth.set(key, own);
    back.set(own, key);
  }
}
