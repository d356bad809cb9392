/**
 * Running manifests in a web page, as "evoke-nas/browser": what `runExperiment` of "evoke-nas/host" does, where there is
 * no disk, no process and no thread. It runs on Node and Deno too.
 *
 * @module
 */
import { catalogue } from "../../plugins/catalogue.ts";
import { type Given, type OpenExperiment, openWith } from "./open.ts";

export type { Given, GivenModule, OpenExperiment, SeedOptions, SeedRun } from "./open.ts";

/**
 * Opens an experiment. Of the built-in plugins it can name those that need no files, programs, trainings or results of
 * other runs.
 * @param manifest  its text, or the manifest itself
 * @throws EvokeError of what is wrong in it, or is not given
 */
export function openExperiment(manifest: string | object, given: Given = {}): Promise<OpenExperiment> {
  return openWith(manifest, given, catalogue);
}
