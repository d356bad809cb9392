/** All that is fuzzed, by name; loaded where it is used. @module */
import type { Target } from "./target.ts";

const of = (load: () => Promise<{ readonly default: Target<never> }>) => async () => (await load()).default as unknown as Target<unknown>;

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
