/** The example of a table of one's own: its numbers are those of its formula, and its three documents go together. @module */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadMatrix } from "../../app/host/experiment.ts";
import { readToAdd } from "../../app/host/tables/table-add.ts";

const example = (name: string) => fileURLToPath(new URL(`../../examples/own-table/${name}`, import.meta.url));
const document = (name: string) => JSON.parse(readFileSync(example(name), "utf8"));

test("losses.csv is what make.mjs writes", () => {
  const made = execFileSync(process.execPath, [example("make.mjs")], { encoding: "utf8" });
  assert.ok(made === readFileSync(example("losses.csv"), "utf8"), "run node examples/own-table/make.mjs > examples/own-table/losses.csv");
});

test("its description makes the whole space of it, with three seeds, and a loss and a latency that are to be minimised", async () => {
  const { table, leftOut, notes } = await readToAdd(example("losses.csv"), { as: example("table.json") });
  assert.equal([table.rows, table.description.complete, leftOut, notes], [1000, true, 0, []]);
  assert.equal(
    table.metrics.map(({ metric: { name, split, goal } }) => [name, split, goal]),
    [
      ["loss", "validation", "minimise"],
      ["loss", "test", "minimise"],
      ["latency", "validation", "minimise"],
    ],
  );
  assert.is(table.seedsOf(table.metrics[0]!).length, 3);
});

test("its search and its matrix of six methods are of the space of its table", async () => {
  const { cells } = await loadMatrix({ file: example("matrix.json"), changes: [] });
  assert.is(cells.length, 6);
  const { space, evaluator } = document("search.json");
  const { space: described, name } = document("table.json");
  assert.equal([space, evaluator.options.table], [described, name]);
});

test("the guide goes through the same documents", () => {
  const guide = readFileSync(new URL("../../docs/guide/own/tables.md", import.meta.url), "utf8");
  const block = (file: string) => JSON.parse(guide.split(`\`\`\`json file=${file}\n`)[1]!.split("```")[0]!);
  const same = (of: string, block: object, ...but: readonly string[]) => {
    const { $schema: _, ...rest } = document(of);
    for (const member of but) delete rest[member];
    assert.equal(block, { ...block, ...rest });
  };
  same("table.json", block("text-classifiers.json"));
  same("search.json", block("text-search.json"), "name");
  same("matrix.json", block("text-methods.json"), "name", "base");
});

test.run();
