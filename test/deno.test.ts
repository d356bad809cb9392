/**
 * What Deno says of the sources, and what they ask of it.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { when } from "./when.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const deno = join(root, "node_modules/.bin/deno");
const json = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));
const isHere = !("Deno" in globalThis) && existsSync(deno);
const call = (...args: readonly string[]) =>
  spawnSync(deno, args, { cwd: root, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] });

test("deno.json publishes the version and the license of package.json, and all that its entries lead to", () => {
  const { version, license } = json("package.json");
  const published = json("deno.json");
  assert.equal([published.version, published.license], [version, license]);
  for (const entry of Object.values<string>(published.exports)) {
    const isIncluded = published.publish.include.some((path: string) => entry === `./${path}` || entry.startsWith(`./${path}/`));
    assert.ok(isIncluded, entry);
  }
});

when(
  test,
  isHere,
  "the npm package deno is not installed, or this is Deno",
)("a search runs on Deno without any permission", () => {
  const denied = ["read", "write", "env", "net", "run", "sys", "ffi"].map((permission) => `--deny-${permission}`);
  const { status, stdout, stderr } = call("run", "--no-prompt", ...denied, "test/fixtures/search-on-deno.ts");
  assert.is(status, 0, stderr);
  assert.equal(JSON.parse(stdout), { best: 90, queries: 40 });
});

when(
  test,
  isHere,
  "the npm package deno is not installed, or this is Deno",
)("no type of the public interface has to be inferred, so that JSR takes it as it is", () => {
  const { status, stdout, stderr } = call("lint", "--rules-tags=", "--rules-include=no-slow-types", "core", "app/host", "test/contracts");
  assert.is(status, 0, stdout + stderr);
});

test.run();
