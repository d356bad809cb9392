/** All that is fuzzed, by name; loaded where it is used. @module */
import type { Target } from "./target.ts";

const of = (load: () => Promise<{ readonly default: Target<unknown> }>) => async () => (await load()).default;

export const TARGETS: Readonly<Record<string, () => Promise<Target<unknown>>>> = {
  manifests: of(() => import("./targets/manifests.ts")),
  spaces: of(() => import("./targets/spaces.ts")),
  searches: of(() => import("./targets/searches.ts")),
  tables: of(() => import("./targets/tables.ts")),
  sources: of(() => import("./targets/sources.ts")),
  records: of(() => import("./targets/records.ts")),
  stores: of(() => import("./targets/stores.ts")),
  journals: of(() => import("./targets/journals.ts")),
  predictors: of(() => import("./targets/predictors.ts")),
  programs: of(() => import("./targets/programs.ts")),
  queue: of(() => import("./targets/queue.ts")),
  datasets: of(() => import("./targets/datasets.ts")),
  checkpoints: of(() => import("./targets/checkpoints.ts")),
  documents: of(() => import("./targets/documents.ts")),
  arguments: of(() => import("./targets/arguments.ts")),
};

/** A kind by its name, or by its file, for those that are not of the list. */
export async function targetOf(name: string): Promise<Target<unknown>> {
  const listed = TARGETS[name];
  return listed ? listed() : ((await import(new URL(name, import.meta.url).href)) as { readonly default: Target<unknown> }).default;
}
