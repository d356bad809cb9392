/**
 * What identifies the code of a plugin: every module that its file imports, and those that these import, in packages too.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { extname, join } from "node:path";
import { digestOf } from "../../../core/json/canonical-json.ts";
import { plainJson } from "../../../core/json/plain-json.ts";
import { MOST } from "../../../training/files/limits.ts";
import { readNamed, readNamedText } from "../../../training/files/named-file.ts";
import { shortPath } from "../short-path.ts";
import { type Import, importsOf } from "./imports-of.ts";
import { type Target, targetOf } from "./resolve.ts";

export interface CodeFile {
  /** SHA-256 of its bytes. */
  readonly content: string;
  /** Name and version, if it is of an installed package. */
  readonly package?: string;
  readonly imports: readonly Import[];
  /** Where each of them leads. */
  readonly targets: readonly Target[];
}

/** What else may be imported, JSON and WebAssembly for instance, imports nothing itself. */
const CODE = new Set(["", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"]);

/** Files are read once: a module that this process has imported stays as it is, too. */
const files = new Map<string, CodeFile>();
const packages = new Map<string, string>();

/**
 * SHA-256 of a module and of all that it imports. Where they lie has no part in it, so that it is the same on another
 * machine: modules are numbered in the order in which they are first imported, and imports are numbers.
 *
 * @throws Error of the file system, if a module is there and cannot be read
 */
export function codeDigest(entry: string): string {
  const modules = modulesOf(entry);
  const numbers = new Map([...modules.keys()].map((file, i) => [file, i]));
  return digestOf(
    [...modules.values()].map(({ content, package: owner, targets }) => ({
      content,
      ...(owner !== undefined && { package: owner }),
      imports: targets.map((target) => ("unread" in target ? target.unread : numbers.get(target.file)!)),
    })),
  );
}

/** A module and all that it imports, by their files, in the order in which they are first imported: what codeDigest is of. */
export function modulesOf(entry: string): ReadonlyMap<string, CodeFile> {
  const modules = new Map<string, CodeFile>();
  const seen = new Set([entry]);
  for (const file of seen) {
    const read = codeFile(file);
    modules.set(file, read);
    for (const target of read.targets) if ("file" in target) seen.add(target.file);
  }
  return modules;
}

function codeFile(file: string): CodeFile {
  let read = files.get(file);
  if (!read) files.set(file, (read = readCode(file)));
  return read;
}

function readCode(file: string): CodeFile {
  const bytes = readNamed({ path: file, shown: shortPath(file), what: "the module", most: MOST.module });
  const extension = extname(file);
  const imports = CODE.has(extension) ? importsOf(bytes.toString("utf8"), { jsx: extension.endsWith("x") }) : [];
  const owner = packageOf(file);
  return {
    content: createHash("sha256").update(bytes).digest("hex"),
    ...(owner !== undefined && { package: owner }),
    imports,
    targets: imports.map((one) => targetOf(one, file)),
  };
}

/** Name and version of the installed package that a file belongs to. */
function packageOf(file: string): string | undefined {
  const [folder] = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/s.exec(file) ?? [];
  if (folder === undefined) return undefined;
  let known = packages.get(folder);
  if (known === undefined) packages.set(folder, (known = nameAndVersion(join(folder, "package.json"))));
  return known;
}

function nameAndVersion(file: string): string {
  try {
    const text = readNamedText({ path: file, what: "the package", most: MOST.manifest });
    const { name, version } = plainJson(text) as { readonly name?: string; readonly version?: string };
    return `${name}@${version}`;
  } catch {
    return "unnamed"; // the runtime finds modules in it without these, too
  }
}
