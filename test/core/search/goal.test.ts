import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Evaluator } from "../../../core/plugin/evaluator.ts";
import { type Goal, oriented } from "../../../core/plugin/metric.ts";
import type { Plugin } from "../../../core/plugin/plugin.ts";
import type { SearchEvent } from "../../../core/record/events.ts";
import { TrajectoryFold } from "../../../core/record/trajectory.ts";
import { builtInPlugins } from "../../../plugins/catalogue.ts";
import { around, runWith, testCatalogue } from "../../experiments.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const builtIn = await builtInPlugins();

const space = tinySpace(5, 4);
const quality = separableValidation(space);
const EPOCHS = 9;

/** Trains with a learning curve, whose slope differs between architectures, and ends where it is told to. */
function evaluatorOf(goal: Goal): Evaluator {
  const metric = { name: "gain", dataset: "tiny", split: "validation", epochs: EPOCHS, trainedOn: "train", unit: "points", goal } as const;
  return {
    metric,
    metrics: [{ name: "latency", unit: "ms", goal: "minimise" }],
    fidelities: [1, 3, EPOCHS],
    freeTests: true,
    evaluate(architecture, fidelity = EPOCHS, context) {
      const slope = 1 + architecture[0]!;
      const at = (epoch: number) => oriented(quality(architecture) * (1 - Math.exp(-(slope * epoch) / 4)), metric);
      const metrics = { latency: 1 + architecture.reduce((sum, operation) => sum + operation, 0) };
      for (let epoch = 1; epoch <= fidelity; epoch++)
        if (!context.progress({ epoch, value: at(epoch) })) return { score: at(epoch), seconds: epoch, stoppedAfter: epoch, metrics };
      return { score: at(fidelity), seconds: fidelity, metrics };
    },
    test: (architecture) => ({ metric: { ...metric, split: "test" }, value: oriented(quality(architecture) - 1, metric) }),
  };
}

/** An event with the numbers of its metric times a sign; what names the run itself, or its metric, is left out. */
function seen({ run: _, ...event }: SearchEvent, sign: 1 | -1): object {
  switch (event.type) {
    case "run.started":
      return { ...event, metric: undefined };
    case "architecture.evaluated": {
      const { score, curve } = event;
      return { ...event, score: sign * score, curve: curve?.map(({ epoch, value }) => ({ epoch, value: sign * value })) };
    }
    case "subspace.evoked":
    case "subspace.updated":
      return { ...event, score: sign * event.score };
    case "run.finished":
      return {
        ...event,
        test: sign * event.test!.value,
        incumbentTests: event.incumbentTests?.map((value) => sign * value),
        fronts: event.fronts?.map(({ points }) =>
          points.map(({ architecture, values: [own, other] }) => [architecture, sign * own, other]),
        ),
      };
    default:
      return event;
  }
}

const plugins: readonly Plugin[] = [
  around("space", "five", space),
  ...(["maximise", "minimise"] as const).map((goal) => around("evaluator", goal, evaluatorOf(goal))),
  ...builtIn.filter((one) => !testCatalogue.some(({ kind, name }) => kind === one.kind && name === one.name)),
];

/** Runs it twice. @returns the events of the maximised run */
async function sameMirrored(given: object): Promise<SearchEvent[]> {
  const manifest = { name: "goal", space: "five", budget: { queries: 40 }, ...given };
  const [up, down] = [
    await runWith({ ...manifest, evaluator: "maximise" }, plugins),
    await runWith({ ...manifest, evaluator: "minimise" }, plugins),
  ];
  assert.is(up.error, undefined);
  assert.equal(
    down.events.map((event) => seen(event, -1)),
    up.events.map((event) => seen(event, 1)),
  );
  assert.equal({ ...down.result!, best: 0 }, { ...up.result!, best: 0 });
  assert.is(down.result!.best.architecture, up.result!.best.architecture);
  assert.is(down.result!.best.score, -up.result!.best.score);
  const [course, other] = [up, down].map(({ events }) => {
    const fold = new TrajectoryFold();
    for (const event of events) fold.next(event);
    return fold.trajectory();
  });
  assert.equal(
    other!.incumbent.map(({ score, test, ...at }) => ({ ...at, score: -score, test: -test! })),
    course!.incumbent,
  );
  assert.equal(other!.distances, course!.distances);
  return up.events;
}

/** Options that have no default. */
const OPTIONS: Readonly<Record<string, object>> = { nsga2: { objectives: ["gain", "latency"] } };

for (const plugin of builtIn) {
  // Searches by weight sharing are over before anything is measured.
  if (plugin.kind !== "controller" || plugin.needs.includes("sharedWeights")) continue;
  const subspaces = plugin.needs.includes("subspaces") && { subspaces: { count: 3, radius: 2 } };
  test(`${plugin.name} searches a minimised metric as it does its maximised negative, bit for bit`, async () => {
    const controller = { use: plugin.name, options: OPTIONS[plugin.name] ?? {} };
    await sameMirrored({ controller, ...subspaces });
    await sameMirrored({ controller, ...subspaces, middleware: ["no-repeats"], constraints: [] });
  });
}

test("median-stop ends the same trainings of a minimised metric", async () => {
  for (const controller of ["random", "regularized-evolution", "hyperband"]) {
    const events = await sameMirrored({ controller, middleware: [{ use: "median-stop", options: { least: 3 } }] });
    const stopped = events.filter((event) => event.type === "architecture.evaluated" && event.stopped !== undefined);
    assert.ok(stopped.length > 0 || controller === "hyperband");
  }
});

test("a warm start, other rewards and the order as-finished are the same for a minimised metric", async () => {
  const warm = { use: "warm-start", options: { architectures: ["0-1-2-3-0", "3-3-3-3-3"] } };
  await sameMirrored({ controller: "regularized-evolution", middleware: ["no-repeats", warm], order: "as-finished" });
  const objectives = ["gain", "latency"].map((metric) => ({ metric, weight: 1 }));
  const reward = { use: "weighted-chebyshev", options: { objectives } };
  for (const rewards of [["absolute"], [reward, "improvement"]])
    await sameMirrored({ controller: "gnn-lstm", subspaces: { count: 4, radius: 2 }, reward: rewards });
});

test.run();
