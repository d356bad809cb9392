import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import nsga2 from "../../../controllers/whole-space/nsga2.ts";
import type { EvokeError } from "../../../core/errors/index.ts";
import { compose } from "../../../core/kernel.ts";
import { readManifest } from "../../../core/manifest/experiment.ts";
import { OUTSIDE_A_RUN } from "../../../core/search/evaluations.ts";
import { runToEnd } from "../../../core/search/run.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import { Numbering } from "../../../core/space/choices.ts";
import { readTable } from "../../../core/table/table-file.ts";
import { catalogue } from "../../../plugins/catalogue.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { host } from "../../experiments.ts";
import { tinySpace } from "../../fixtures.ts";
import { thorough } from "../../when.ts";

const test = suite("controllers/nsga2");
const options = { objectives: ["accuracy", "latency"], population: 10 };
for (const [title, run] of controllerContract(nsga2, options)) test(title, run);

const long = tinySpace(20, 4);
const all = (operation: number) => Array.from({ length: 20 }, () => operation);
/** A controller whose first generation were these, each with its score and its latency. */
async function after(
  generation: readonly (readonly [architecture: Architecture, score: number, latency: number])[],
  given: object = {},
  seed = 3,
) {
  const tried = await tryController(nsga2, {
    space: long,
    options: { ...options, population: generation.length, ...given },
    seed,
  });
  for (const [architecture, score, latency] of generation) {
    tried.controller.propose();
    tried.controller.observe({ architecture, score, reward: 0, metrics: { latency } });
  }
  return tried;
}
/** Of an architecture that differs little from all(operation), the operation. */
const ancestor = (architecture: Architecture) =>
  [0, 1, 2, 3].find((operation) => architecture.filter((one) => one === operation).length > 12)!;
const within = (count: number, n: number, p: number) => Math.abs(count - n * p) < 4 * Math.sqrt(n * p * (1 - p));

test("it goes by the objectives and their goals, whatever the reward: where there is room for one front, only that has children", async () => {
  const still = { crossover: 0, mutation: 0.5 };
  const { controller } = await after(
    [
      [all(0), 60, 5],
      [all(1), 50, 1],
      [all(2), 50, 6], // dominated by both
      [all(3), 59, 5], // dominated by the first
    ],
    still,
  );
  for (const [i, [score, latency]] of (
    [
      [61, 6],
      [40, 0.5],
      [10, 9],
      [10, 9],
    ] as const
  ).entries()) {
    controller.propose();
    controller.observe({
      architecture: all(0)
        .with(0, 3)
        .with(i + 1, 2),
      score,
      reward: 99,
      metrics: { latency },
    });
  }
  // Now the front is 60 at 5, 50 at 1, 61 at 6 and 40 at 0.5.
  for (let child = 0; child < 4; child++) {
    const { architecture } = controller.propose();
    assert.ok(ancestor(architecture) <= 1, architecture.join());
  }
});

test("of one front those in the less crowded places live on, its ends first (seeds 1 to 20)", async () => {
  const parents = new Set<number>();
  for (let seed = 1; seed <= 20; seed++) {
    const front = [10, 20, 21, 40].map((both, operation) => [all(operation), both, both] as const);
    const { controller } = await after(front, { population: 3, crossover: 0, mutation: 0.2 }, seed);
    // The second generation ends; of the four, the neighbours of 20 are 10 and 21, those of 21 are 20 and 40.
    controller.propose();
    controller.propose();
    for (let child = 0; child < 3; child++) parents.add(ancestor(controller.propose().architecture));
  }
  assert.equal([...parents].sort(), [0, 2, 3]);
});

test("parents win tournaments of two, a crossed child has each component from either, and a component changes to any other choice with probability mutation / L, within 4 standard errors (seed 3)", async () => {
  const pair = [
    [all(0), 60, 60],
    [all(1), 50, 70], // dominated: a parent only where it is drawn twice
  ] as const;
  const crossed = await after(pair, { crossover: 1, mutation: 0 });
  const mutated = await after(pair, { crossover: 0, mutation: 4 });
  let [second, crossings, changed, dominated] = [0, 0, 0, 0];
  for (let q = 0; q < 400; q++) {
    const child = crossed.controller.propose();
    const ones = child.architecture.filter((operation) => operation === 1).length;
    assert.ok(child.architecture.every((operation) => operation <= 1));
    if (ones > 0 && ones < 20) [second, crossings] = [second + ones, crossings + 1];
    crossed.controller.observe({ ...child, score: 0, reward: 0, metrics: { latency: 99 } });
    const mutation = mutated.controller.propose();
    const parent = mutation.architecture.filter((operation) => operation === 1).length > 7 ? 1 : 0;
    dominated += parent;
    if (q < 100) changed += mutation.architecture.filter((operation) => operation !== parent).length;
    mutated.controller.observe({ ...mutation, score: 0, reward: 0, metrics: { latency: 99 } });
  }
  assert.is(crossings, 400, "parents themselves are known, and not proposed again");
  assert.ok(within(second, 20 * 400, 0.5), `${second}`);
  assert.ok(within(changed, 20 * 100, 0.2), `${changed}`); // of the first hundred, while few changed children are known
  assert.ok(within(dominated, 400, 1 / 4), `${dominated}`);
});

test("only what is feasible is proposed; what is not, and comes from elsewhere, gives way to anything that is", async () => {
  const feasible = (architecture: Architecture) => architecture[0] === 1;
  const { controller } = await tryController(nsga2, {
    space: long,
    options: { ...options, population: 2, crossover: 1, mutation: 0.1 },
    feasible,
  });
  for (const [operation, score] of [
    [1, 10],
    [3, 99],
    [1, 9],
  ] as const) {
    assert.is(controller.propose().architecture[0], 1);
    controller.observe({ architecture: all(operation).with(1, score % 4), score, reward: 0, metrics: { latency: 1 } });
  }
  controller.propose();
  for (let q = 0; q < 2; q++) {
    const { architecture } = controller.propose();
    assert.ok(architecture.filter((operation) => operation === 1).length > 14, architecture.join());
  }
});

test("what was not measured, failed, was stopped or is of a lower fidelity has no children", async () => {
  const { controller } = await tryController(nsga2, { space: long, options: { ...options, population: 5, crossover: 0, mutation: 0.1 } });
  const metrics = { latency: 1 };
  for (const outcome of [
    { architecture: all(0), score: 50, metrics },
    { architecture: all(1), score: Number.NaN },
    { architecture: all(1), score: 99 },
    { architecture: all(2), score: 99, metrics, stoppedAfter: 1 },
    { architecture: all(3), score: 99, metrics, fidelity: 1 },
  ]) {
    controller.propose();
    controller.observe({ reward: 0, ...outcome });
  }
  for (let child = 0; child < 5; child++) {
    const { architecture } = controller.propose();
    assert.ok(architecture.filter((operation) => operation === 0).length > 14, architecture.join());
  }
});

test("what middleware turns down is no child of the generation", async () => {
  const { controller } = await tryController(nsga2, { space: long, options: { ...options, population: 2, crossover: 0, mutation: 0.1 } });
  controller.propose();
  controller.observe({ architecture: all(0), score: 50, reward: 0, metrics: { latency: 1 } });
  controller.observe({ ...controller.propose(), score: Number.NaN, reward: Number.NaN, withdrawn: true });
  const { architecture } = controller.propose();
  assert.is.not(ancestor(architecture), 0, `${architecture.join()} is still of the first generation, which is drawn`);
  assert.is(ancestor(controller.propose().architecture), 0);
});

test("it refuses objectives that there are not", async () => {
  try {
    await tryController(nsga2, { options: { objectives: ["accuracy", "latencies"] } });
    assert.unreachable();
  } catch (error) {
    assert.is((error as EvokeError).code, "METRIC_UNNAMED");
    assert.match((error as EvokeError).message, /Did you mean "latency"/);
  }
});

/** The area that points dominate, accuracy the larger the better and multiply-adds the fewer, from a reference on. */
function hypervolume(points: readonly Point[], reference: Point): number {
  let area = 0;
  let best = reference.score;
  for (const { score, madds } of points.toSorted((a, b) => a.madds - b.madds || b.score - a.score)) {
    if (score > best && madds < reference.madds) area += (score - best) * (reference.madds - madds);
    if (madds < reference.madds) best = Math.max(best, score);
  }
  return area;
}
interface Point {
  readonly score: number;
  readonly madds: number;
}

const SEEDS = thorough ? 60 : 12;
test(`on digits-201 it reaches 98 % of the hypervolume of accuracy and multiply-adds in 500 queries, random search 90 % (seeds 1 to ${SEEDS})`, async () => {
  const file = new URL("../../../tables/digits-201.arrow.gz", import.meta.url);
  const table = await readTable(gunzipSync(readFileSync(file)), "digits-201");
  const composed = async (controller: unknown) => {
    const manifest = {
      ...{ name: "front", space: "nas-bench-201", controller, budget: { queries: 500, cost: "every-query" } },
      evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
    };
    const importModule = () => Promise.reject(new Error("nothing is imported"));
    const experiment = await readManifest({ file: "front.json", text: JSON.stringify(manifest), catalogue, importModule });
    return compose(experiment, { ...host, tables: { open: async () => table } });
  };
  const random = await composed("random");
  const { space } = random;
  const { run } = await random.run(1);
  const numbering = new Numbering(space);
  const everything = await Promise.all(
    Array.from({ length: numbering.count }, async (_, number): Promise<Point> => {
      const architecture = numbering.architecture(number);
      const { score } = await run.evaluator.evaluate(architecture, undefined, OUTSIDE_A_RUN);
      return { score, madds: space.cost!(architecture).madds! };
    }),
  );
  const reference = { score: Math.min(...everything.map(({ score }) => score)), madds: Math.max(...everything.map(({ madds }) => madds)) };
  const whole = hypervolume(everything, reference);
  /** The mean share of the seeds. */
  async function share(composition: typeof random): Promise<number> {
    let sum = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { run, release } = await composition.run(seed);
      const points: Point[] = [];
      run.bus.on(["architecture.evaluated"]).subscribe(({ score, architecture }) => {
        points.push({ score, madds: space.cost!(space.decode(architecture)).madds! });
      });
      await runToEnd(run);
      await release();
      sum += hypervolume(points, reference) / whole;
    }
    return sum / SEEDS;
  }
  const evolved = await share(await composed({ use: "nsga2", options: { objectives: ["accuracy", "madds"] } }));
  const drawn = await share(random);
  assert.ok(evolved >= 0.98, `${evolved}`);
  assert.ok(drawn > 0.87 && drawn < 0.93, `${drawn}`);
});

test.run();
