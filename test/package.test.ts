/**
 * What package.json, deno.json and the sources say twice is the same.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { VERSION } from "../core/version.ts";

const json = (path: string) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"));

test("deno.json exports the sources of what package.json exports", () => {
  const { "./package.json": _, ...exported } = json("package.json").exports as Record<string, { default: string }>;
  const sources = Object.entries(exported).map(([name, { default: built }]) => [
    name,
    built.replace("./dist/", "./").replace(/\.js$/, ".ts"),
  ]);
  assert.equal(json("deno.json").exports, Object.fromEntries(sources));
});

test("types stand beside what is exported", () => {
  const { "./package.json": _, ...exported } = json("package.json").exports as Record<string, { types: string; default: string }>;
  for (const { types, default: built } of Object.values(exported)) assert.is(types, built.replace(/\.js$/, ".d.ts"));
});

test("the version in core is that of package.json", () => {
  assert.is(VERSION, json("package.json").version);
});

test("uvu, whose queue the runner uses, is pinned", () => {
  assert.match(json("package.json").devDependencies.uvu, /^\d/);
});

test.run();
