/** Parcels of experiments and tabulations, for workers. @module */
import { isAbsolute, posix } from "node:path";
import type { Experiment } from "../../../../core/manifest/experiment.ts";
import { slotsOf } from "../../../../core/manifest/experiment.ts";
import { glanceAt } from "../../../../core/manifest/parse.ts";
import type { Slot } from "../../../../core/manifest/slots.ts";
import { type Tabulation, tabulationDigest } from "../../../../core/manifest/tabulation.ts";
import { VERSION } from "../../../../core/version.ts";
import type { OpenedFiles } from "../../opened-files.ts";
import type { Content, Parcel } from "../parcel.ts";
import { sha256Of } from "./file-content.ts";
import { contentOf, packTree, type Source, type Sources } from "./tree.ts";

/** A parcel, and where its content is. */
export interface Packed {
  readonly parcel: Parcel;
  /** Names it in jobs. */
  readonly sha256: string;
  /** Its own text, and all content that it names. */
  readonly sources: Sources;
}

/** An experiment that was composed: a planned cell, for example. */
export interface Composed {
  readonly experiment: Experiment;
  readonly digest: string;
  readonly inputs: ReadonlyMap<string, string>;
  readonly proposals: number;
  readonly files: OpenedFiles;
}

/** @throws EvokeError PARCEL_LARGE, CANNOT_READ */
export function packExperiment({ experiment, digest, inputs, proposals, files }: Composed): Promise<Packed> {
  const slots = slotsOf(experiment);
  const manifest = JSON.stringify(experiment.resolved);
  return pack(files, {
    ...{ digest, proposals, manifest },
    kind: glanceAt(manifest).kind === "fit" ? "fit" : "experiment",
    title: titleOf(experiment.file),
    inputs: inputsOf(slots, inputs),
    command: slots.some(({ plugin }) => plugin.needs.includes("processes")),
  });
}

/**
 * @param trainer  with what it was opened from
 * @throws EvokeError PARCEL_LARGE, CANNOT_READ
 */
export function packTabulation(
  tabulation: Tabulation,
  { inputs, files }: { readonly inputs: Readonly<Record<string, string>>; readonly files: OpenedFiles },
): Promise<Packed> {
  const { file, space, ...manifest } = tabulation;
  return pack(files, {
    ...{ digest: tabulationDigest(tabulation, inputs), proposals: 1, kind: "tabulation", command: false },
    title: titleOf(file),
    manifest: JSON.stringify({ ...manifest, space: { use: space.plugin.name, options: space.options } }),
    inputs: inputsOf([space], new Map(Object.entries(inputs))),
  });
}

/** Digests of what an experiment reads and of its plugins, by name. */
export function inputsOf(slots: readonly Slot[], inputs: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const code = slots.flatMap(({ pointer, plugin, version, module }) =>
    module ? [[`code of "${plugin.name}" at ${pointer}`, version]] : [],
  );
  return Object.fromEntries([...inputs, ...code]);
}

async function pack(files: OpenedFiles, rest: Omit<Parcel, "parcel" | "evoke" | "tree" | "tables">): Promise<Packed> {
  const { sources, sha256, bytes } = await packTree(files, rest.title);
  const all = new Map<string, Source>(sources);
  const tables: Record<string, Content> = {};
  for (const [name, file] of files.tables) {
    const content = await contentOf(file);
    tables[name] = { sha256: content.sha256, bytes: content.bytes };
    all.set(content.sha256, content);
  }
  const parcel: Parcel = { parcel: 1, evoke: VERSION, ...rest, tree: { sha256, bytes }, tables };
  const text = new TextEncoder().encode(JSON.stringify(parcel));
  const own = sha256Of(text);
  return { parcel, sha256: own, sources: all.set(own, text) };
}

/** What a manifest is called, without the place that it has on this machine. */
function titleOf(file: string): string {
  const path = file.replace(/^the (?:base|cell .*) of /s, "");
  return isAbsolute(path) ? file.slice(0, file.length - path.length) + posix.basename(path.replaceAll("\\", "/")) : file;
}
