/** Parcels and trees from their texts, which anyone may have written who can write to the queue. @module */
import { parcelInvalid } from "../../../../core/errors/index.ts";
import { checked } from "../../../../core/json/check.ts";
import { parseJson } from "../../../../core/json/parse-json.ts";
import type { Parcel, ParcelTree } from "../parcel.ts";
import { MOST_FILES } from "./tree.ts";

const text = { type: "string" } as const;
const sha256 = { type: "string", pattern: "^[0-9a-f]{64}$" } as const;
const bytes = { type: "integer", minimum: 0 } as const;
const content = { type: "object", additionalProperties: false, required: ["sha256", "bytes"], properties: { sha256, bytes } } as const;

const parcelSchema = {
  type: "object",
  additionalProperties: false,
  required: ["parcel", "evoke", "digest", "kind", "title", "manifest", "tree", "tables", "inputs", "proposals", "command"],
  properties: {
    parcel: { const: 1 },
    ...{ evoke: text, digest: text, title: text, manifest: text, tree: content },
    kind: { enum: ["experiment", "tabulation"] },
    tables: { type: "object", additionalProperties: content },
    inputs: { type: "object", additionalProperties: text },
    proposals: { type: "integer", minimum: 1 },
    command: { type: "boolean" },
  },
} as const;

/** Bytes are written there, so these are checked without a schema: there may be many. */
interface RawTree {
  readonly folder: unknown;
  readonly files: readonly { readonly path: unknown; readonly sha256: unknown; readonly bytes: unknown; readonly use: unknown }[];
  readonly links: readonly { readonly path: unknown; readonly to: unknown }[];
}

/** @throws EvokeError PARCEL_INVALID */
export async function parsedParcel(json: string): Promise<Parcel> {
  const value = parsed(json);
  const [problem] = await checked(undefined, parcelSchema, value);
  if (problem !== undefined) throw parcelInvalid(`its parcel is none (${problem})`);
  return value as Parcel;
}

/**
 * A tree of which no file would be written outside of its root, or through a link.
 * @throws EvokeError PARCEL_INVALID
 */
export function parsedTree(json: string): ParcelTree {
  const { folder, files, links } = parsed(json) as RawTree;
  if (!Array.isArray(files) || !Array.isArray(links)) throw parcelInvalid("its list of files is none");
  if (files.length + links.length > MOST_FILES)
    throw parcelInvalid(`it has ${files.length + links.length} files, and ${MOST_FILES} is the most`);
  if (folder !== "") checkPath(folder);
  for (const { path, use, ...content } of files) {
    checkPath(path);
    if (!/^[0-9a-f]{64}$/.test(content.sha256) || !(Number.isSafeInteger(content.bytes) && content.bytes >= 0))
      throw parcelInvalid(`the content of ${path} is none`);
    if (!["code", "command", "data"].includes(use)) throw parcelInvalid(`${path} is for ${JSON.stringify(use)}`);
  }
  for (const { path, to } of links) for (const one of [path, to]) checkPath(one);
  const places = new Set(links.map(({ path }) => path));
  for (const { path } of files)
    for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/"))))
      if (places.has(at)) throw parcelInvalid(`${path} would be written through a link`);
  return { folder, files, links } as ParcelTree;
}

function parsed(json: string): object {
  const read = parseJson(json);
  if ("problem" in read || typeof read.value !== "object" || read.value === null) throw parcelInvalid("it is no JSON object");
  return read.value;
}

/** Windows has backslashes and colons. */
function checkPath(path: unknown): void {
  if (
    typeof path === "string" &&
    path.length < 4096 &&
    !/[\\:\0]/.test(path) &&
    path.split("/").every((part) => !["", ".", ".."].includes(part))
  )
    return;
  throw parcelInvalid(`the path ${JSON.stringify(path)} would lead out of its folder`);
}
