/** Parcels that are sent from one folder of this machine to another, without a queue. @module */
import { readFileSync } from "node:fs";
import process from "node:process";
import { type ExperimentFile, openExperiment } from "../../app/host/experiment.ts";
import { ContentCache } from "../../app/host/queue/parcels/content-cache.ts";
import { checkExperiment } from "../../app/host/queue/parcels/differences.ts";
import { sha256Of } from "../../app/host/queue/parcels/file-content.ts";
import { type Packed, packExperiment } from "../../app/host/queue/parcels/pack.ts";
import { RANGE, type Range, type Ranges } from "../../app/host/queue/parcels/ranges.ts";
import type { Sources } from "../../app/host/queue/parcels/tree.ts";
import { type OpenedParcel, type OpenOptions, openParcel } from "../../app/host/queue/parcels/unpack.ts";
import { parcelMissing } from "../../core/errors/index.ts";

export const CALL = "call";

/** What a call has, as a worker asks for it; counts what is asked for. */
export class SourceRanges implements Ranges {
  asked = 0;
  readonly sources: Map<string, Uint8Array>;

  constructor(sources: Sources) {
    this.sources = new Map(
      [...sources].map(([sha256, source]) => [sha256, source instanceof Uint8Array ? source : readFileSync(source.file)]),
    );
  }

  async range(_: string, sha256: string, from: number): Promise<Range> {
    this.asked++;
    const content = this.sources.get(sha256);
    if (!content) throw parcelMissing("what the job consists of", "nobody has it");
    return { sha256, from, total: content.length, bytes: content.subarray(from, from + RANGE) };
  }
}

/** Packs an experiment that is here. */
export async function packedFile(source: ExperimentFile): Promise<Packed> {
  const { composition, inputs, files } = await openExperiment(source);
  return packExperiment({ ...composition, inputs, files });
}

export const jobOf = ({ sha256, parcel: { digest } }: Pick<Packed, "sha256" | "parcel">) => ({ call: CALL, parcel: sha256, digest });

/** Opens it at a worker whose home this is. */
export function openAt(home: string, packed: Packed, options: OpenOptions = { trust: true }): Promise<OpenedParcel> {
  return openParcel(new ContentCache(new SourceRanges(packed.sources), home), jobOf(packed), options);
}

/** Sends an experiment, and composes it there. @returns what was opened there */
export async function sentTo(home: string, packed: Packed, options?: OpenOptions): Promise<OpenedParcel> {
  const opened = await openAt(home, packed, options);
  await withHome(home, async () => {
    const { composition, inputs } = await openExperiment(opened.source);
    checkExperiment(opened.parcel, { ...composition, inputs });
  });
  return opened;
}

/** Does something while another folder is Evoke's home. */
export async function withHome<T>(home: string, does: () => Promise<T>): Promise<T> {
  const { EVOKE_HOME: before } = process.env;
  process.env.EVOKE_HOME = home;
  try {
    return await does();
  } finally {
    if (before === undefined) delete process.env.EVOKE_HOME;
    else process.env.EVOKE_HOME = before;
  }
}

/** The paths of a parcel's files, and what they are for. */
export function filesIn({ parcel: { tree }, sources }: Packed): Readonly<Record<string, string>> {
  const text = new TextDecoder().decode(sources.get(tree.sha256) as Uint8Array);
  const { files } = JSON.parse(text) as { readonly files: readonly { readonly path: string; readonly use: string }[] };
  return Object.fromEntries(files.map(({ path, use }) => [path, use]));
}

/** The parcel, or its tree, with something else in it. */
export function forged(packed: Packed, change: { parcel?: object; tree?: object }): Packed {
  const sources = new Map(packed.sources);
  const put = (value: object) => {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    sources.set(sha256Of(bytes), bytes);
    return { sha256: sha256Of(bytes), bytes: bytes.length };
  };
  const tree = JSON.parse(new TextDecoder().decode(sources.get(packed.parcel.tree.sha256) as Uint8Array));
  const parcel = { ...packed.parcel, tree: put({ ...tree, ...change.tree }), ...change.parcel };
  return { parcel, sha256: put(parcel).sha256, sources };
}
