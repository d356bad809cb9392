import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type RunOptions, runExperiment, runMatrix } from "../../../app/host/index.ts";
import { Scratch, toy, toyEvaluator } from "../cli/command.ts";
import { toyMatrix } from "../cli/toy-matrix.ts";

const scratch = new Scratch();
scratch.write("toy.js", toyEvaluator);
const manifest = scratch.write("toy.json", toy);
const matrix = scratch.write("toy-matrix.json", toyMatrix);
const out = join(scratch.folder, "results");

test("runExperiment() gives what `evoke run --json` prints, and keeps nothing where no folder is named", async () => {
  const { stdout } = await scratch.evoke("run", manifest, "--json", "--out", "cli");
  const comparable = ({ runs, ...rest }: Awaited<ReturnType<typeof runExperiment>>) => ({
    ...rest,
    runs: runs.map(({ wallSeconds: _, ...run }) => run),
  });
  const document = await runExperiment(manifest, { workers: 1 });
  assert.equal(comparable(document), comparable(JSON.parse(stdout)));
  assert.not.ok(existsSync(out));
});

test("runExperiment() takes the manifest itself, changes in it, and tells of events", async () => {
  const absolute = { ...toy, plugins: [join(scratch.folder, "toy.js")] };
  const seen: string[] = [];
  const options: RunOptions = {
    workers: 1,
    set: { "/seeds/count": 1, "/budget/queries": 5 },
    types: ["run.started", "run.finished"],
    onEvent: ({ type, seed }) => seen.push(`${type} ${seed}`),
  };
  const { runs } = await runExperiment(absolute, options);
  assert.equal(
    runs.map(({ seed, queries }) => [seed, queries]),
    [[1, 5]],
  );
  assert.equal(seen, ["run.started 1", "run.finished 1"]);
});

test("runMatrix() keeps the runs in the folder that is named, and finds them again", async () => {
  const counts = async () => (await runMatrix(matrix, { out, workers: 1 })).cells.map(({ computed, known }) => [computed, known]);
  assert.equal(await counts(), Array(4).fill([5, 0]));
  assert.equal(await counts(), Array(4).fill([0, 5]));
});

test("what is wrong before anything runs is thrown as an EvokeError", async () => {
  const error = await runExperiment(manifest, { set: { "/controller": "unifrom" } }).catch((error) => error);
  assert.is(error.code, "PLUGIN_UNKNOWN");
});

test.run();
