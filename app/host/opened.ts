/** Experiments that are ready to run on this machine. @module */
import type { Composition } from "../../core/kernel.ts";
import type { OpenedFiles } from "./opened-files.ts";
import type { TableFolder } from "./tables/tables.ts";

/** An experiment, composed, with the tables that it opened. */
export interface Opened {
  readonly composition: Composition;
  readonly tables: TableFolder;
  readonly inputs: ReadonlyMap<string, string>;
  /** All files that it was composed from, but for the manifest. */
  readonly files: OpenedFiles;
  /** Whether its runs begin with runs of other experiments. */
  readonly beginsWithRuns: boolean;
  /** How many evaluations can be under way, of it or of those that it begins with: see Composition. */
  readonly places?: number;
}
