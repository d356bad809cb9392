/**
 * How well supernets rank: the accuracies that they give to random architectures beside those of real training,
 * and Kendall's τ with its standard error (jackknife). A document of JSON on stdout, progress on stderr.
 *
 *   npm run supernet-ranking -- digits 60         mobilenet on digits; each architecture is trained by itself, 20 epochs
 *   npm run supernet-ranking -- digits-201 100    NAS-Bench-201 on digits; 10 epochs each, from the table digits-201
 *
 * Changes of the supernet's manifest may follow, as for evoke run --set: '/evaluator/options/sampling="uniform"'.
 *
 * @module
 */
import process from "node:process";
import { changesOf, count } from "../cli/arguments.ts";
import { openExperiment } from "../cli/experiment.ts";
import { stderrTerminal } from "../cli/terminal.ts";
import type { Change } from "../core/manifest.ts";
import type { Evaluator, Space } from "../core/plugin.ts";
import { randomStream } from "../core/rng.ts";
import { kendallTau, spearman } from "../core/statistics/correlation.ts";

/** The seed that architectures are drawn with. */
const SEED = 1;
/** What stands in the place of the supernet. */
const TRUTHS: Readonly<Record<string, (options: { readonly dataset: unknown }) => object>> = {
  digits: ({ dataset }) => ({
    use: "training",
    options: { dataset, training: { epochs: 20, batch: 45, learningRate: 0.1, measureEvery: 20 }, seed: 1, parallel: 2, backend: "wasm" },
  }),
  "digits-201": () => ({ use: "benchmark", options: { table: "digits-201", dataset: "digits", epochs: 10 } }),
};

const [name = "digits-201", wanted = "100", ...set] = process.argv.slice(2);
const file = `manifests/supernet-${name}.json`;
const changes = changesOf(set);
const began = performance.now();
const supernet = await evaluatorOf(changes);
const secondsToTrain = (performance.now() - began) / 1000;
const truth = await evaluatorOf([...changes, { pointer: "/evaluator", value: TRUTHS[name]!(supernet.options) }]);
const architectures = drawn(supernet.space, count("count", wanted));

const measured: { architecture: string; supernet: number; training: number }[] = [];
const queue = [...architectures];
const work = async () => {
  for (let architecture = queue.shift(); architecture; architecture = queue.shift()) {
    const [bySupernet, byTraining] = [await supernet.evaluator.evaluate(architecture), await truth.evaluator.evaluate(architecture)];
    measured.push({
      architecture: supernet.space.encode(architecture),
      supernet: bySupernet.validation,
      training: byTraining.validation,
    });
    process.stderr.write(`${measured.length} of ${architectures.length}: ${JSON.stringify(measured.at(-1))}\n`);
  }
};
await Promise.all(Array.from({ length: truth.evaluator.concurrency ?? 1 }, work));
const order = new Map(architectures.map((architecture, i) => [supernet.space.encode(architecture), i]));
measured.sort((a, b) => order.get(a.architecture)! - order.get(b.architecture)!);
const [x, y] = [measured.map((each) => each.supernet), measured.map((each) => each.training)];
const summary = {
  name,
  changes,
  architectures: measured.length,
  kendallTau: kendallTau(x, y).tau,
  standardError: jackknife(
    measured.length,
    (rows) =>
      kendallTau(
        rows.map((row) => x[row]!),
        rows.map((row) => y[row]!),
      ).tau,
  ),
  spearman: spearman(x, y).rho,
  /** Wall time of the composition: that of the training, if the supernet was not there. */
  secondsToTrain,
};
process.stderr.write(`${JSON.stringify(summary, null, 2)}\n`);
process.stdout.write(`${JSON.stringify({ ...summary, measured })}\n`);
process.exit(); // without waiting for idle threads

/** The evaluator of the manifest's first run, and the options that it was made with. */
async function evaluatorOf(
  changes: readonly Change[],
): Promise<{ readonly evaluator: Evaluator; readonly space: Space; readonly options: { readonly dataset: unknown } }> {
  const { composition } = await openExperiment({ file, changes }, { terminal: stderrTerminal(false) });
  const { run } = await composition.run(1);
  const { evaluator, space } = run;
  return { evaluator, space, options: composition.experiment.evaluator.options as { readonly dataset: unknown } };
}

/** Random architectures of different functions. */
function drawn(space: Space, count: number): (readonly number[])[] {
  const rng = randomStream(SEED, "/supernet-ranking");
  const found = new Map<string, readonly number[]>();
  while (found.size < count) {
    const architecture = space.sample(rng);
    found.set(space.canonical(architecture), architecture);
  }
  return [...found.values()];
}

/** The standard error of a statistic by leaving out each row once. */
function jackknife(n: number, statistic: (rows: readonly number[]) => number): number {
  const rows = Array.from({ length: n }, (_, row) => row);
  const values = rows.map((left) => statistic(rows.filter((row) => row !== left)));
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return Math.sqrt(((n - 1) / n) * values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
}
