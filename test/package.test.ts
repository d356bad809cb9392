/**
 * What package.json, deno.json and the sources say twice is the same.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { VERSION } from "../core/version.ts";

const json = (path: string) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"));

/** What package.json exports and a runtime can import; the schemas and package.json are only files. */
function modules(): [name: string, { types: string; default: string }][] {
  const exported = Object.entries(json("package.json").exports as Record<string, string | { types: string; default: string }>);
  return exported.filter((entry): entry is [string, { types: string; default: string }] => typeof entry[1] === "object");
}

test("deno.json exports the sources of what package.json exports", () => {
  const sources = modules().map(([name, { default: built }]) => [name, built.replace("./dist/", "./").replace(/\.js$/, ".ts")]);
  assert.equal(json("deno.json").exports, Object.fromEntries(sources));
});

test("types stand beside what is exported", () => {
  for (const [, { types, default: built }] of modules()) assert.is(types, built.replace(/\.js$/, ".d.ts"));
});

test("the version in core is that of package.json", () => {
  assert.is(VERSION, json("package.json").version);
});

test("the version is that of CITATION.cff and CHANGELOG.md, and npx finds a command by the name of the package", () => {
  const { name, version, bin } = json("package.json");
  const cited = parse(readFileSync(new URL("../CITATION.cff", import.meta.url), "utf8"));
  assert.is(cited.version, version);
  const [, newest] = /^## (\S+?),? /m.exec(readFileSync(new URL("../CHANGELOG.md", import.meta.url), "utf8")) ?? [];
  assert.is(newest, version);
  assert.is(bin[name], bin.evoke);
});

test("the workflow calls .ci/run alone, on the oldest version of Node that is named and on newer ones", () => {
  const { jobs } = parse(readFileSync(new URL("../.github/workflows/ci.yml", import.meta.url), "utf8"));
  const { steps, strategy } = jobs.check;
  const oldest = /\d+/.exec(json("package.json").engines.node)![0];
  assert.is(`${strategy.matrix.node[0]}`, oldest);
  const called = steps.flatMap(({ run }: { run?: string }) => (run === undefined ? [] : [run]));
  assert.is(called.length, 1);
  assert.match(called[0], /\.ci\/run$/);
});

test("whatever is imported of the built package, its modules and its entries have the same classes", async () => {
  const built = (path: string) => import(new URL(`../dist/${path}`, import.meta.url).href);
  const { EvokeError } = await built("core/index.js");
  assert.is((await built("core/toolkit.js")).EvokeError, EvokeError);
  assert.is((await built("core/errors/evoke-error.js")).EvokeError, EvokeError);
  const { runExperiment } = await built("app/host/index.js");
  const error = await runExperiment("nowhere.json").catch((error: unknown) => error);
  assert.instance(error, EvokeError);
});

test("uvu, whose queue the runner uses, is pinned", () => {
  assert.match(json("package.json").devDependencies.uvu, /^\d/);
});

test.run();
