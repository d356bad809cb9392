import { isBuiltin } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { when } from "../../../when.ts";
import { root, Scratch, toy, toyEvaluator } from "../../cli/command.ts";

/** A module that makes a process find no native library of libsql, as after `npm install --omit=optional`. */
const LEFT_OUT = `
  import Module from "node:module";
  const find = Module._resolveFilename;
  Module._resolveFilename = (name, ...rest) => {
    if (!name.startsWith("@libsql/")) return find(name, ...rest);
    throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: "MODULE_NOT_FOUND" });
  };`;

class WithoutLibsql extends Scratch {
  override get env() {
    return { ...super.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LEFT_OUT)}` };
  }
}

const hasOwn = isBuiltin("node:sqlite");
const onOwn = when(test, hasOwn, "only Node 22.13 and newer have a SQLite that keeps runs");
const onNone = when(test, !hasOwn, "this Node has a SQLite of its own, which keeps runs where libsql's library is absent");

const libsql = new Scratch();
const own = new WithoutLibsql();
for (const scratch of [libsql, own]) scratch.write("toy.js", toyEvaluator);
const call = (scratch: Scratch, out: string, seeds: number) => {
  const manifest = scratch.write("toy.json", { ...toy, seeds: { count: seeds } });
  return scratch.evokeAlone("run", manifest, "--json", "--quiet", "--out", out);
};
interface Run {
  readonly seed: number;
  readonly wallSeconds: number;
}
const runsOf = ({ stdout }: { readonly stdout: string }): Run[] => JSON.parse(stdout).runs;
const results = (runs: readonly Run[]) => runs.map(({ wallSeconds: _, ...result }) => result);

onOwn("without libsql's library runs are kept all the same, and doctor says by what; nothing else is said", () => {
  const { stdout, stderr } = own.evokeAlone("doctor", "--json");
  assert.is(stderr, "");
  const detail = "node:sqlite is used; libsql's library is not installed";
  assert.equal(JSON.parse(stdout).parts[0], { part: "store of matrices", available: true, detail });
  const kept = call(own, "kept", 3);
  assert.equal([kept.status, kept.stderr], [0, ""]);
});

onOwn("a store that one of the two has written is read and continued by the other, either way", () => {
  const expected = results(runsOf(call(libsql, "alone", 5)));
  for (const [first, second] of [
    [libsql, own],
    [own, libsql],
  ] as const) {
    const out = join(first.folder, "shared");
    const begun = runsOf(call(first, out, 3));
    const all = runsOf(call(second, out, 5));
    assert.equal(all.slice(0, 3), begun, "with the seconds that they took");
    assert.equal(results(all), expected);
  }
});

onOwn("the tests of stores pass with node:sqlite", () => {
  const files = ["run-store", "join-stores", "asked-store", "salvage"].map((name) => `app/host/store/${name}.test.ts`);
  const { status, stdout, stderr } = own.call(process.execPath, ["--import", "tsx", "test/run.ts", ...files], root);
  assert.is(status, 0, stdout + stderr);
});

onNone("without libsql's library, and without another SQLite, the error says both ways to have one", () => {
  const { status, stderr } = call(own, "none", 1);
  assert.is(status, 2);
  assert.match(stderr, /Cannot open .*runs\.sqlite: Cannot find module '(@libsql\/[\w-]+)'\n.*npm install \1\n.*use Node 22\.13 or newer/);
  const { parts } = JSON.parse(own.evokeAlone("doctor", "--json").stdout);
  assert.not.ok(parts[0].available);
  assert.match(parts[0].detail, /npm install @libsql\/[\w-]+, or use Node 22\.13 or newer/);
});

test.run();
