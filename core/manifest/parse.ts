/**
 * From the text of a manifest, of whatever kind, to an object with the changes made in it.
 *
 * @module
 */
import * as errors from "../errors/index.ts";
import { isObject } from "../json/merge-patch.ts";
import { type Place, parseJson } from "../json/parse-json.ts";
import { applyChange, type Change } from "./changes.ts";
import { oversized } from "./size.ts";

/** The text of a manifest. */
export interface ManifestText {
  /** Where it comes from, for errors. */
  readonly file: string;
  readonly text: string;
  /** Made before anything is checked. */
  readonly changes?: readonly Change[];
}

/** What a manifest may be of, the command that it is for, and a member that those before it in this list do not have. */
export const MANIFEST_KINDS = {
  tabulation: { called: "a table that is to be made", command: "evoke tabulate", has: "fidelities" },
  matrix: { called: "a matrix", command: "evoke matrix", has: "base" },
  fit: { called: "a predictor that is to be made", command: "evoke fit", has: "pairs" },
  import: { called: "a table that is to be imported", command: "evoke table add FILE --as", has: "architecture" },
  experiment: { called: "an experiment", command: "evoke run", has: "controller" },
} as const;
export type ManifestKind = keyof typeof MANIFEST_KINDS;

/** The object of a manifest. @throws EvokeError if the text is none, or one for another command */
export function parseManifest({ file, text, changes = [] }: ManifestText, kind: ManifestKind): object {
  const manifest = objectOf(file, text);
  refuseOtherKind(file, manifest, kind);
  for (const change of changes) applyChange(file, manifest, change);
  const problems = [...oversized(manifest)];
  if (problems.length > 0) throw errors.manifestInvalid(file, problems);
  return manifest;
}

/** The kind and the name of a manifest, as far as they can be seen before anything is checked. */
export function glanceAt(text: string): { readonly kind?: ManifestKind | undefined; readonly name?: string } {
  const parsed = parseJson(text);
  if ("problem" in parsed || !isObject(parsed.value)) return {};
  const { name } = parsed.value;
  return { kind: kindOf(parsed.value), ...(typeof name === "string" && { name }) };
}

function objectOf(file: string, text: string): object {
  const parsed = parseJson(text);
  if ("problem" in parsed) throw errors.notJson(file, text, parsed);
  const { value, repeated } = parsed;
  if (!isObject(value)) throw errors.manifestInvalid(file, [`/: must be an object; found ${text.trim().slice(0, 40)}`]);
  const twice = repeated.map(
    ({ pointer, first, again }) =>
      `${pointer}: is there twice, at ${shown(first)} and at ${shown(again)}. Rename one of them, or take it out`,
  );
  if (twice.length > 0) throw errors.manifestInvalid(file, twice);
  return value;
}

function shown({ line, column }: Place): string {
  return `line ${line}, column ${column}`;
}

function kindOf(manifest: object): ManifestKind | undefined {
  return (Object.keys(MANIFEST_KINDS) as ManifestKind[]).find((kind) => Object.hasOwn(manifest, MANIFEST_KINDS[kind].has));
}

/** One error in place of all that the schema would say of a manifest for another command. */
function refuseOtherKind(file: string, manifest: object, wanted: ManifestKind): void {
  const found = kindOf(manifest);
  if (found === undefined || Object.hasOwn(manifest, MANIFEST_KINDS[wanted].has)) return;
  const { called, command } = MANIFEST_KINDS[found];
  throw errors.manifestOfAnotherKind(file, MANIFEST_KINDS[wanted].called, called, `It is for: ${command} ${file}`);
}
