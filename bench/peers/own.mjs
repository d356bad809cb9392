/**
 * The processor time that a process of searches of a built-in controller has had before the first of them, and after each:
 * seconds since it began, of all threads together, those that compile among them. Composition, loop, look-ups in the
 * table that comes with Evoke, and the result are in it.
 *
 *   node bench/peers/own.mjs random SEARCHES QUERIES
 *
 * @module
 */
import process from "node:process";

const dist = new URL("../../dist/", import.meta.url);
const { optimiseLater } = await import(new URL("app/cli/optimise-later.js", dist).href);
optimiseLater(); // as the command does
const { openExperiment } = await import(new URL("app/host/experiment.js", dist).href);
const { runToEnd } = await import(new URL("core/search/run.js", dist).href);

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
const had = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const seconds = [had()];
for (let seed = 1; seed <= Number(searches); seed++) {
  const { run, release } = await composition.run(seed);
  await runToEnd(run);
  await release();
  seconds.push(had());
}
console.log(JSON.stringify({ seconds }));
