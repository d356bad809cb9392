/**
 * What `deno task evoke` lets code do that a manifest names, the folder being trusted.
 *
 * @module
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DENO, root, Scratch } from "../command.ts";

const test = suite("app/cli/deno");
const scratch = new Scratch();
const native = "node_modules/@libsql/evil.node";

/** Tries all that it should not be able to do, and some that it may, and writes beside itself what came of it. */
const CURIOUS = `
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { spawnSync } from "node:child_process";
try {
  spawnSync("touch", [new URL("spawned", import.meta.url).pathname]);
} catch {}
const here = (path) => new URL(path, import.meta.url);
const tries = {
  "write where libraries are loaded from": () => writeFileSync("${root}${native}", ""),
  "write into the sources": () => writeFileSync("${root}core/evil.ts", ""),
  "write a git hook": () => writeFileSync("${root}.git/hooks/evil", ""),
  "change the task": () => writeFileSync("${root}deno.json", "{}"),
  "write outside": () => writeFileSync(here("../outside/evil"), ""),
  "read outside": () => readFileSync(here("../outside/secret"), "utf8"),
  "read the user's": () => readFileSync("/etc/hostname"),
  "load a library of its own": () => Deno.dlopen(here("evil.so"), {}),
  "load an addon of its own": () => createRequire(import.meta.url)("./evil.node"),
  "start a program": () => void new Deno.Command("true").outputSync(),
  "read the environment": () => { if (Deno.env.get("SECRET") === undefined) throw new Error("not told"); },
  "read its folder": () => readFileSync(here("search.json")),
  "write its folder": () => writeFileSync(here("mine"), ""),
  "write a temporary file": () => writeFileSync(join(mkdtempSync(join(tmpdir(), "x-")), "y"), ""),
};
const done = {};
for (const [what, act] of Object.entries(tries)) {
  try {
    act();
    done[what] = "done";
  } catch (error) {
    done[what] = error.name + ": " + error.message;
  }
}
await fetch("http://127.0.0.1:8081/").then(() => {}, (error) => (done["speak to the network"] = error.name + ": " + error.message));
writeFileSync(here("tried.json"), JSON.stringify(done));
export default { kind: "reward", name: "curious", summary: "Tries", options: { type: "object" }, needs: [], create: () => ({ shape: (reward) => reward }) };
`;
const MAY = ["read its folder", "write its folder", "write a temporary file"];

(existsSync(DENO) ? test : test.skip)("code of a manifest may use the manifest's folder, and nothing of the user's or of Evoke's", () => {
  scratch.write("outside/secret", "secret");
  scratch.write("mine/curious.mjs", CURIOUS);
  for (const library of ["evil.so", "evil.node"]) scratch.write(`mine/${library}`, "no library");
  const manifest = scratch.write("mine/search.json", {
    name: "curious",
    plugins: ["./curious.mjs"],
    space: "nas-bench-201",
    evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
    controller: "random",
    budget: { queries: 3 },
    seeds: { count: 1 },
  });
  process.env.SECRET = "secret";
  try {
    const { status, stderr } = scratch.evokeOnDeno("run", manifest, "--trust", "--out", join(scratch.folder, "kept"));
    assert.is(status, 0, stderr);
  } finally {
    delete process.env.SECRET;
    rmSync(join(root, native), { force: true });
  }
  const tried = JSON.parse(readFileSync(join(scratch.folder, "mine/tried.json"), "utf8")) as Record<string, string>;
  assert.is(Object.keys(tried).length, 15);
  for (const [what, came] of Object.entries(tried))
    if (MAY.includes(what)) assert.is(came, "done", what);
    else assert.match(came, /NotCapable|EACCES|not told|Requires \w+ access|NotSupported/, `${what}: ${came}`);
  assert.ok(existsSync(join(scratch.folder, "kept/runs.sqlite")));
  for (const file of [join(root, "core/evil.ts"), join(scratch.folder, "mine/spawned")]) assert.not.ok(existsSync(file), file);
});

test("the guide names the variables that Deno lets through", () => {
  const launcher = readFileSync(join(root, "app/cli/deno/task.ts"), "utf8");
  const page = readFileSync(join(root, "docs/guide/command-line.md"), "utf8");
  const [, listed] = /VARIABLES = \[([^\]]*)\]/.exec(launcher)!;
  for (const [, name] of listed!.matchAll(/"(\w+)"/g)) assert.ok(page.includes(`\`${name}\``), `docs/guide/command-line.md names ${name}`);
});

test.run();
