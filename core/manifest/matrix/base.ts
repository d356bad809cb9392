/** The experiment that the cells of a matrix are made from. @module */

import { checked } from "../../json/check.ts";
import { isObject } from "../../json/merge-patch.ts";
import type { ListedPlugin } from "../../plugin/plugin.ts";
import { experimentSchema } from "../../schemas/experiment.ts";
import { type Experiment, readManifest } from "../experiment.ts";
import { type ManifestText, parseManifest } from "../parse.ts";
import type { ImportedModule } from "../slots.ts";

/** Where a matrix, its base, and the plugins that they name come from. */
export interface MatrixSource extends ManifestText {
  readonly catalogue: readonly ListedPlugin[];
  /** Reads the experiment that a matrix names by a path relative to itself. */
  readBase(path: string): Promise<ManifestText>;
  /** Imports a module that is named in a file. */
  importModule(specifier: string, file: string): Promise<ImportedModule>;
}

export interface Base {
  /** What the paths in it are relative to. */
  readonly file: string;
  readonly experiment: Experiment;
  /** The manifest as patches and pointers find it: the envelope's defaults are there, and slots are objects. */
  readonly patched: object;
}

export async function readBase(source: MatrixSource, base: string | object): Promise<Base> {
  const apart = typeof base === "string" ? await source.readBase(base) : undefined;
  const { file } = apart ?? source;
  const manifest = apart ?? { file: `the base of ${file}`, text: JSON.stringify(base) };
  const { catalogue } = source;
  const experiment = await readManifest({ ...manifest, catalogue, importModule: (specifier) => source.importModule(specifier, file) });
  const patched = parseManifest(manifest, "experiment") as Record<string, unknown>;
  await checked("experiment", experimentSchema, patched); // for its defaults; that there is no problem was found before
  for (const key of ["space", "distance", "evaluator", "controller"]) patched[key] = slotObject(patched[key]);
  if (isObject(patched.subspaces)) patched.subspaces.initial = slotObject(patched.subspaces.initial);
  return { file, experiment, patched };
}

function slotObject(slot: unknown): unknown {
  return typeof slot === "string" ? { use: slot } : slot;
}
