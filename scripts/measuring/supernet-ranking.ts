/**
 * How well supernets rank: the accuracies that they give to random architectures beside those of real training,
 * and Kendall's τ with its standard error (jackknife). A document of JSON on stdout, progress on stderr.
 *
 *   npm run supernet-ranking -- digits 60         mobilenet on digits; each architecture is trained by itself, twice
 *   npm run supernet-ranking -- digits-201 100    NAS-Bench-201 on digits; 10 epochs each, from the table digits-201
 *
 * Changes of the supernet's manifest may follow, as for evoke run --set: '/evaluator/options/sampling="uniform"'.
 *
 * Every training that is over is kept in supernet-ranking.jsonl under --out DIR (results). So a call that was killed
 * goes on where it stopped, as the supernet's own training does, and a supernet with other settings is ranked by the
 * same trainings.
 *
 * @module
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { changesOf, count } from "../../app/cli/arguments.ts";
import { stderrTerminal } from "../../app/cli/terminal.ts";
import { openExperiment } from "../../app/host/experiment.ts";
import { digestOf } from "../../core/json/canonical-json.ts";
import type { Change } from "../../core/manifest/changes.ts";
import type { Evaluator } from "../../core/plugin/evaluator.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import { OUTSIDE_A_RUN } from "../../core/search/evaluations.ts";
import { kendallTau, spearman } from "../../core/statistics/correlation.ts";
import { mean } from "../../core/statistics/descriptive.ts";

/** The seed that architectures are drawn with. */
const SEED = 1;
/** What stands in the place of the supernet; the mean of several counts. */
const TRUTHS: Readonly<Record<string, (options: { readonly dataset: unknown }) => readonly object[]>> = {
  digits: ({ dataset }) =>
    [1, 2].map((seed) => ({
      use: "training",
      options: {
        dataset,
        training: { epochs: 20, batchSize: 15, learningRate: 0.05, validateEvery: 20 },
        seed,
        parallel: 2,
        backend: "wasm",
      },
    })),
  "digits-201": () => [{ use: "benchmark", options: { table: "digits-201", dataset: "digits", epochs: 10 } }],
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: "string", default: "results" } } });
const [name = "digits-201", wanted = "100", ...set] = positionals;
/** The trainings that are over, a line of {key, score} each. */
const journal = join(values.out, "supernet-ranking.jsonl");
const file = `manifests/supernet-${name}.json`;
const changes = changesOf(set);
const began = performance.now();
const supernet = await evaluatorOf(changes);
const secondsToTrain = (performance.now() - began) / 1000;
const truths = await Promise.all(
  TRUTHS[name]!(supernet.slot.options).map((value) => evaluatorOf([...changes, { pointer: "/evaluator", value }])),
);
const architectures = drawn(supernet.space, count("count", wanted));
const known = keptTrainings();

/** For each truth, the accuracy of each architecture. */
const trained: number[][] = truths.map(() => []);
const queue = truths.flatMap((truth, seed) => architectures.map((architecture, row) => ({ truth, seed, architecture, row })));
let left = queue.length;
const work = async () => {
  for (let next = queue.shift(); next; next = queue.shift()) {
    trained[next.seed]![next.row] = await accuracy(next.truth, next.architecture);
    process.stderr.write(`${--left} trainings left\n`);
  }
};
await Promise.all(Array.from({ length: truths[0]!.evaluator.concurrency ?? 1 }, work));
const shared: number[] = [];
for (const architecture of architectures) shared.push((await supernet.evaluator.evaluate(architecture, undefined, OUTSIDE_A_RUN)).score);

const real = architectures.map((_, row) => mean(trained.map((values) => values[row]!)));
const tau = (rows: readonly number[], x = shared, y = real) =>
  kendallTau(
    rows.map((row) => x[row]!),
    rows.map((row) => y[row]!),
  ).tau;
const all = architectures.map((_, row) => row);
const pairs = trained.flatMap((x, i) => trained.slice(i + 1).map((y) => tau(all, x, y)));
const summary = {
  name,
  changes,
  architectures: architectures.length,
  kendallTau: tau(all),
  standardError: jackknife(all, tau),
  spearman: spearman(shared, real).rho,
  /** How well one seed of real training ranks as another does; the mean of seeds, which counts here, is better than each. */
  kendallTauBetweenSeeds: pairs.length > 0 ? mean(pairs) : null,
  /** Wall time of the composition: that of the training, if the supernet was not there. */
  secondsToTrain,
};
process.stderr.write(`${JSON.stringify(summary, null, 2)}\n`);
const measured = architectures.map((architecture, row) => ({
  architecture: supernet.space.encode(architecture),
  supernet: shared[row]!,
  training: trained.map((values) => values[row]!),
}));
process.stdout.write(`${JSON.stringify({ ...summary, measured })}\n`);
process.exit(); // without waiting for idle threads

interface Measurer {
  readonly evaluator: Evaluator;
  readonly space: Space;
  /** The evaluator's, in the manifest. */
  readonly slot: { readonly options: { readonly dataset: unknown } };
  /** Of all that an accuracy follows from but the architecture. */
  readonly digest: string;
}

/** The evaluator of the manifest's first run. */
async function evaluatorOf(changes: readonly Change[]): Promise<Measurer> {
  const { composition } = await openExperiment({ file, changes }, { terminal: stderrTerminal(false) });
  const { evaluator, space } = (await composition.run(1)).run;
  const slots = composition.experiment;
  const slot = slots.evaluator as Measurer["slot"];
  return { evaluator, space, slot, digest: digestOf([slots.space.options, slots.evaluator.plugin.name, slot.options]) };
}

/** Of an architecture, by real training; a training of an earlier call is not done again. */
async function accuracy({ evaluator, space, digest }: Measurer, architecture: readonly number[]): Promise<number> {
  const key = `${digest} ${space.encode(architecture)}`;
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  const { score } = await evaluator.evaluate(architecture, undefined, OUTSIDE_A_RUN);
  appendFileSync(journal, `${JSON.stringify({ key, score })}\n`, { flush: true });
  return score;
}

/** What earlier calls have trained; a line that a kill cut off is dropped. */
function keptTrainings(): ReadonlyMap<string, number> {
  mkdirSync(values.out, { recursive: true });
  const text = existsSync(journal) ? readFileSync(journal, "utf8") : "";
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole !== text) writeFileSync(journal, whole);
  const lines = whole.split("\n").slice(0, -1);
  return new Map(lines.map((line) => JSON.parse(line) as { key: string; score: number }).map(({ key, score }) => [key, score]));
}

/** Random architectures of different functions. */
function drawn(space: Space, count: number): (readonly number[])[] {
  const rng = randomStream(SEED, "/supernet-ranking");
  const found = new Map<string, readonly number[]>();
  while (found.size < count) {
    const architecture = space.sample(rng);
    found.set(space.functionKey(architecture), architecture);
  }
  return [...found.values()];
}

/** The standard error of a statistic by leaving out each row once. */
function jackknife(all: readonly number[], statistic: (rows: readonly number[]) => number): number {
  const values = all.map((left) => statistic(all.filter((row) => row !== left)));
  const middle = mean(values);
  return Math.sqrt((all.length - 1) * mean(values.map((value) => (value - middle) ** 2)));
}
