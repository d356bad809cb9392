import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../core/errors/index.ts";
import type { Acceptance } from "../../../core/plugin/acceptance.ts";
import metricLimit from "../../../plugins/acceptance/metric-limit.ts";
import noRepeats from "../../../plugins/middleware/no-repeats.ts";
import { acceptanceContract } from "../../contracts/small-kinds.ts";
import { costly } from "../../costly-space.ts";
import { around, runWith, small } from "../../experiments.ts";
import { objectivesFor } from "../objectives.ts";

const create = (options: Parameters<typeof metricLimit.create>[0]): Acceptance =>
  metricLimit.create(options, { objectives: objectivesFor() }) as Acceptance;
for (const [title, run] of acceptanceContract("metric-limit on a cost", () => create({ metric: "madds", most: 2.5e6 }))) test(title, run);
for (const [title, run] of acceptanceContract("metric-limit on the score", () => create({ metric: "accuracy", least: 60 })))
  test(title, run);

test("a limit on what the space counts is known before an evaluation", () => {
  const { feasible, admits, accepts } = create({ metric: "madds", most: 3e6, least: 2e6 });
  assert.is(admits, undefined);
  for (const [architecture, expected] of [
    [[0, 1], false],
    [[1, 1], true],
    [[1, 2], true],
    [[2, 2], false],
  ] as const) {
    assert.is(feasible!(architecture), expected);
    assert.is(accepts({ architecture, score: 99, centre: { architecture: [0, 0], score: 50 } }), expected);
  }
});

test("a limit on what is measured waits for it, and admits nothing that was not", () => {
  const { feasible, admits } = create({ metric: "latency", most: 10 });
  assert.is(feasible, undefined);
  const measured = (metrics?: Record<string, number>) => admits!({ architecture: [0, 0], score: 70, metrics });
  assert.equal(
    [10, 10.1].map((latency) => measured({ latency })),
    [true, false],
  );
  assert.is(measured(), false);
});

test("a limit on the score is in its own unit, whatever its goal", () => {
  const objectives = objectivesFor({ name: "loss", unit: "nats", goal: "minimise" });
  const { admits } = metricLimit.create({ metric: "loss", most: 2 }, { objectives }) as Acceptance;
  assert.equal(
    [-1.9, -2, -2.1].map((score) => admits!({ architecture: [0, 0], score })),
    [true, true, false],
  );
});

test("it is refused without a limit, with one that nothing keeps, and on a metric that there is not", () => {
  const refused = (code: string, text: RegExp, options: Parameters<typeof create>[0]) =>
    assert.throws(
      () => create(options),
      (error: EvokeError) => error.code === code && text.test(error.message),
    );
  refused("LIMIT_INVALID", /it admits everything/, { metric: "madds" });
  refused("LIMIT_INVALID", /it admits nothing, being at least 3 and at most 2/, { metric: "madds", least: 3, most: 2 });
  refused("METRIC_UNNAMED", /Did you mean "latency"/, { metric: "latencies", most: 2 });
});

test("no centre and no answer is beyond a measured limit, though it is the better one, also where it is answered from memory", async () => {
  const evaluator = around("evaluator", "timed", {
    metric: { name: "accuracy", dataset: "tiny", split: "validation", epochs: 1, trainedOn: "train", unit: "percent" },
    metrics: [{ name: "latency", unit: "ms", goal: "minimise" }],
    evaluate: ([a, b]) => ({ score: 50 + 10 * a! + b!, seconds: 1, metrics: { latency: 3 * a! + b! } }),
  });
  const manifest = {
    ...small,
    ...{ space: "costly", evaluator: "timed", middleware: ["no-repeats"], budget: { queries: 9 } },
    constraints: [{ use: "metric-limit", options: { metric: "latency", most: 4 } }],
  };
  const extra = [around("space", "costly", costly), evaluator, metricLimit, noRepeats];
  for (const seed of [1, 2, 3]) {
    const { result, events, error } = await runWith(manifest, extra, seed);
    assert.is(error, undefined);
    assert.ok(events.some((event) => event.type === "architecture.evaluated" && event.feasible === false));
    for (const event of events)
      if (event.type === "subspace.updated" || event.type === "subspace.evoked")
        assert.ok(Number(event.architecture[0]) < 2, event.architecture);
    assert.is(result!.best.architecture, "1-1");
  }
});

test.run();
