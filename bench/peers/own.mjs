/**
 * The processor time that a process of searches of a built-in controller has had before the first of them, and after each:
 * seconds since it began, of all threads together, those that compile among them.
 *
 *   node bench/peers/own.mjs runs random SEARCHES QUERIES     whole runs: composition, loop, look-ups in the table that
 *                                                             comes with Evoke, and the result
 *   node bench/peers/own.mjs alone random SEARCHES QUERIES    the controller asked and told, and nothing else, as
 *                                                             times.py asks and tells those of the libraries
 *
 * @module
 */
import process from "node:process";

const built = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const { optimiseLater } = await built("app/cli/optimise-later.js");
optimiseLater(); // as the command does
const { openExperiment } = await built("app/host/experiment.js");
const { runToEnd } = await built("core/search/run.js");
const { randomStream } = await built("core/random/rng.js");

const [what, controller, searches, queries] = process.argv.slice(2);
const manifest = {
  name: "own",
  space: "nas-bench-201",
  evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
  controller,
  budget: { queries: Number(queries), cost: "every-query" },
};
const source = { file: "own.json", changes: [], inline: { title: "own", text: JSON.stringify(manifest) } };

async function wholeRuns() {
  const { composition } = await openExperiment(source);
  return async (seed) => {
    const { run, release } = await composition.run(seed);
    await runToEnd(run);
    await release();
  };
}

/** With the default options. Scores are made up, as those of times.py. */
async function asking() {
  const { default: nasBench201 } = await built("spaces/nas-bench-201.js");
  const { default: plugin } = await built(`controllers/whole-space/${controller}.js`);
  const defaults = ({ options }) =>
    Object.fromEntries(
      Object.entries(options?.properties ?? {}).flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]])),
    );
  const space = nasBench201.create(defaults(nasBench201), {});
  const options = defaults(plugin);
  return (seed) => {
    const rng = randomStream(seed, "/controller");
    const search = plugin.create(options, { space, rng, feasible: () => true, allFidelities: [undefined] });
    for (let query = 0; query < Number(queries); query++) {
      const { architecture } = search.propose();
      let score = 0;
      for (const operation of architecture) score += operation;
      search.observe?.({ architecture, score, reward: score, withdrawn: false, fidelity: undefined });
    }
  };
}

const search = await (what === "runs" ? wholeRuns() : asking());
const had = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const seconds = [had()];
for (let seed = 1; seed <= Number(searches); seed++) {
  await search(seed);
  seconds.push(had());
}
console.log(JSON.stringify({ seconds }));
