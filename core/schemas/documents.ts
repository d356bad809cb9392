/** The schemas of all documents that people write, by their kinds. A search needs one of them; this module has them all. @module */
import type { ManifestKind } from "../manifest/parse.ts";
import { experimentSchema } from "./experiment.ts";
import { fitSchema } from "./fit.ts";
import { matrixSchema } from "./matrix.ts";
import { tableImportSchema } from "./table-import.ts";
import { tabulateSchema } from "./tabulate.ts";

export const DOCUMENTS = {
  tabulation: tabulateSchema,
  matrix: matrixSchema,
  fit: fitSchema,
  import: tableImportSchema,
  experiment: experimentSchema,
} as const satisfies Record<ManifestKind, object>;
