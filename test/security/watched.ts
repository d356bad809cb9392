/**
 * The command in a scratch folder, watched: which programs it starts, which connections it opens, what it writes and reads by
 * way of Node. What SQLite writes is seen by comparing trees.
 *
 * @module
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import * as assert from "uvu/assert";
import { type Called, Scratch } from "../app/cli/command.ts";

/** Is loaded before anything else, in each process of Node and in its threads. */
const WATCH = `
import child from "node:child_process";
import dns from "node:dns";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const { openSync, writeSync } = fs;
const log = openSync(process.env.EVOKE_WATCHED, "a");
const tell = (kind, what) => writeSync(log, JSON.stringify([kind, what]) + "\\n");
const path = (named) => (named instanceof URL ? fileURLToPath(named) : typeof named === "number" ? "/dev/fd" : resolve(String(named)));
function wrap(object, name, hear) {
  const before = object[name];
  const after = function (...args) {
    hear(...args);
    return Reflect.apply(before, this, args);
  };
  Object.defineProperties(after, Object.getOwnPropertyDescriptors(before));
  object[name] = after;
}
const writes = (flags) => (typeof flags === "number" ? (flags & 0o103) !== 0 : /[wa+]/.test(flags ?? "r"));
for (const [object, endings] of [[fs, ["", "Sync"]], [fs.promises, [""]]])
  for (const ending of endings) {
    for (const name of ["writeFile", "appendFile", "mkdir", "rm", "rmdir", "unlink", "truncate", "chmod", "utimes"])
      wrap(object, name + ending, (one) => tell("write", path(one)));
    for (const name of ["rename", "link", "symlink", "copyFile", "cp"]) wrap(object, name + ending, (_, two) => tell("write", path(two)));
    wrap(object, "open" + ending, (one, flags) => tell(writes(flags) ? "write" : "read", path(one)));
    wrap(object, "readFile" + ending, (one) => tell("read", typeof one === "object" && !(one instanceof URL) ? "/dev/fd" : path(one)));
  }
wrap(child.ChildProcess.prototype, "spawn", ({ file }) => tell("start", file));
wrap(child, "spawnSync", (file) => tell("start", file));
wrap(child, "execFileSync", (file) => tell("start", file));
wrap(child, "execSync", (file) => tell("start", file));
wrap(net.Socket.prototype, "connect", (...to) => tell("connect", JSON.stringify(to)));
for (const object of [dns, dns.promises]) wrap(object, "lookup", (host) => tell("connect", String(host)));
syncBuiltinESMExports();
`;

/** What a call has done. */
export interface Seen extends Called {
  readonly started: readonly string[];
  readonly connected: readonly string[];
  readonly wrote: readonly string[];
  readonly read: readonly string[];
  /** Stdout and stderr. */
  readonly said: string;
}

export class Watched extends Scratch {
  /** Of a user who trusts nothing. */
  readonly variables: Record<string, string> = { EVOKE_TRUST: "" };
  readonly #log = this.write("watched.jsonl", "");
  readonly #watch = pathToFileURL(this.write("watch.mjs", WATCH)).href;

  override get env(): NodeJS.ProcessEnv {
    return { ...super.env, NODE_OPTIONS: `--import ${this.#watch}`, EVOKE_WATCHED: this.#log, ...this.variables };
  }

  /** Calls the command, in the process that has done the calls before it. */
  async seen(...args: string[]): Promise<Seen> {
    return this.#seen(await this.evoke(...args));
  }

  /** Calls a program in a folder. */
  seenAlone(cwd: string, program: string, ...args: string[]): Seen {
    return this.#seen(this.call(program, args, cwd));
  }

  /** Calls the command in a folder, in a process of its own. */
  seenIn(cwd: string, ...args: string[]): Seen {
    return this.seenAlone(cwd, process.execPath, this.command, ...args);
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  #seen(called: Called): Seen {
    const events = readFileSync(this.#log, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as [string, string]);
    writeFileSync(this.#log, "");
    const of = (kind: string) => [...new Set(events.flatMap(([one, what]) => (one === kind ? what : [])))];
    const all = { started: of("start"), connected: of("connect"), wrote: of("write"), read: of("read") };
    return { ...called, ...all, said: called.stdout + called.stderr };
  }
}

/** A call that has started nothing, connected to nothing, and written in these folders only. */
export function assertQuiet({ started, connected, wrote, said }: Seen, ...own: readonly string[]): void {
  assert.equal(started, [], said);
  assert.equal(connected, [], said);
  const temporary = (path: string) => path === "/dev/fd" || /[\\/]evoke-\w{6}([\\/]|$)/.test(path); // gone when the process is
  const elsewhere = wrote.filter((path) => !temporary(path) && !own.some((folder) => !relative(folder, path).startsWith("..")));
  assert.equal(elsewhere, [], said);
}

/** All that is in a folder, links not followed: contents of files, and where links lead, by path. */
export function treeOf(folder: string, within = ""): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(join(folder, within)).flatMap((name) => {
      const path = join(within, name);
      const found = lstatSync(join(folder, path));
      if (found.isDirectory()) return [[path, "folder"], ...Object.entries(treeOf(folder, path))];
      return [[path, found.isSymbolicLink() ? `→ ${readlinkSync(join(folder, path))}` : readFileSync(join(folder, path), "latin1")]];
    }),
  );
}

export const experiment = (changes: object = {}) => ({
  name: "strange",
  space: "nas-bench-201",
  evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
  controller: "random",
  budget: { queries: 3 },
  seeds: { count: 1 },
  ...changes,
});

/** Says, beside itself, that it was run. */
export const PLUGIN = `
import { writeFileSync } from "node:fs";
writeFileSync(new URL("ran", import.meta.url), "");
export default { kind: "reward", name: "hostile", summary: "Was run", options: { type: "object" }, needs: [], create: () => ({ shape: (reward) => reward }) };
`;

/** A folder of a stranger's, with a module and programs that tell if they are run. */
export function stranger(scratch: Watched, name: string): { readonly folder: string; hasRun(): boolean } {
  const folder = scratch.path(name);
  mkdirSync(folder, { recursive: true });
  scratch.write(`${name}/hostile.mjs`, PLUGIN);
  for (const program of ["evil", "python3", "sh", "npm", "node"])
    writeFileSync(join(folder, program), `#!/bin/sh\ntouch "${join(folder, "ran")}"\n`, { mode: 0o755 });
  return { folder, hasRun: () => existsSync(join(folder, "ran")) };
}
