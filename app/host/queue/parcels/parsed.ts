/** Parcels and trees from their texts, which anyone may have written who can write to the queue. @module */
import process from "node:process";
import { parcelInvalid } from "../../../../core/errors/index.ts";
import { checked } from "../../../../core/json/check.ts";
import { isObject } from "../../../../core/json/merge-patch.ts";
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
    kind: { enum: ["experiment", "fit", "tabulation"] },
    tables: { type: "object", additionalProperties: content },
    inputs: { type: "object", additionalProperties: text },
    proposals: { type: "integer", minimum: 1 },
    command: { type: "boolean" },
  },
} as const;

/** @throws EvokeError PARCEL_INVALID */
export async function parsedParcel(json: string): Promise<Parcel> {
  const value = parsed(json);
  const [problem] = await checked(undefined, parcelSchema, value);
  if (problem !== undefined) throw parcelInvalid(`its parcel is none (${problem})`);
  const parcel = value as Parcel;
  if ("problem" in parseJson(parcel.manifest)) throw parcelInvalid("its manifest is no JSON");
  return parcel;
}

/**
 * A tree of which no file would be written outside of its root, or through a link.
 * @throws EvokeError PARCEL_INVALID
 */
export function parsedTree(json: string): ParcelTree {
  const { folder, files, links } = parsed(json) as Readonly<Record<string, unknown>>;
  if (!isList(files) || !isList(links)) throw parcelInvalid("its list of files is none");
  if (files.length + links.length > MOST_FILES)
    throw parcelInvalid(`it has ${files.length + links.length} files, and ${MOST_FILES} is the most`);
  if (folder !== "") checkPath(folder);
  for (const { path, use, sha256, bytes } of files) {
    checkPath(path);
    if (!(typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) && Number.isSafeInteger(bytes) && (bytes as number) >= 0))
      throw parcelInvalid(`the content of ${path} is none`);
    if (!["code", "command", "data"].includes(use as string)) throw parcelInvalid(`${path} is for ${JSON.stringify(use)}`);
  }
  for (const { path, to } of links) for (const one of [path, to]) checkPath(one);
  const tree = { folder, files, links } as unknown as ParcelTree;
  checkLinks(tree);
  return tree;
}

/** There may be many of them, so they are checked without a schema. */
function isList(value: unknown): value is Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.every(isObject);
}

function checkLinks({ files, links }: ParcelTree): void {
  const places = new Set(links.map(({ path }) => path));
  const check = (path: string, from: string) => {
    for (let at = from; at !== ""; at = parentOf(at)) if (places.has(at)) throw parcelInvalid(`${path} would be written through a link`);
  };
  for (const { path } of files) check(path, path);
  for (const { path } of links) check(path, parentOf(path));
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function parsed(json: string): object {
  const read = parseJson(json);
  if ("problem" in read || !isObject(read.value)) throw parcelInvalid("it is no JSON object");
  return read.value;
}

/** Backslashes and colons mean something on Windows alone. */
const FORBIDDEN = process.platform === "win32" ? /[\\:\0]/ : /\0/;

function checkPath(path: unknown): void {
  if (
    typeof path === "string" &&
    path.length < 4096 &&
    !FORBIDDEN.test(path) &&
    path.split("/").every((part) => !["", ".", ".."].includes(part))
  )
    return;
  throw parcelInvalid(`the path ${JSON.stringify(path)} would lead out of its folder`);
}
