/**
 * How long searches of a built-in controller take in one process that has just begun: a number for each, seconds.
 * Composition, loop, look-ups in the table that comes with Evoke, and the result are all in it; loading what runs is not.
 *
 *   node --import tsx bench/peers/own.ts random SEARCHES QUERIES
 *
 * @module
 */
import process from "node:process";
import { built } from "../built.ts";

const { openExperiment } = await built<typeof import("../../app/host/experiment.ts")>("app/host/experiment.js");
const { runToEnd } = await built<typeof import("../../core/search/run.ts")>("core/search/run.js");

const [controller, searches, queries] = process.argv.slice(2);
const manifest = {
  name: "own",
  space: "nas-bench-201",
  evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
  controller,
  budget: { queries: Number(queries), cost: "every-query" },
};
const source = { file: "own.json", changes: [], inline: { title: "own", text: JSON.stringify(manifest) } };
const { composition } = await openExperiment(source);
const seconds: number[] = [];
for (let seed = 1; seed <= Number(searches); seed++) {
  const began = performance.now();
  const { run, release } = await composition.run(seed);
  await runToEnd(run);
  await release();
  seconds.push((performance.now() - began) / 1000);
}
console.log(JSON.stringify({ seconds }));
