import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../core/errors/index.ts";
import type { Reward } from "../../../core/plugin/reward.ts";
import weightedChebyshev from "../../../plugins/reward/weighted-chebyshev.ts";
import { rewardContract } from "../../contracts/small-kinds.ts";
import { costly } from "../../costly-space.ts";
import { around, runWith, small } from "../../experiments.ts";
import { objectivesFor } from "../objectives.ts";

type Weighed = Parameters<typeof weightedChebyshev.create>[0]["objectives"];
const create = (...objectives: Weighed) => weightedChebyshev.create({ objectives }, { objectives: objectivesFor() }) as Reward;
const accuracy = { metric: "accuracy", weight: 1, ideal: 100, nadir: 0 };
const madds = { metric: "madds", weight: 1, ideal: 0, nadir: 4e6 };
const seen = [
  { metric: "accuracy", weight: 1 },
  { metric: "madds", weight: 1 },
] as const;
for (const [title, run] of rewardContract("weighted-chebyshev", () => create(accuracy, madds))) test(title, run);
for (const [title, run] of rewardContract("weighted-chebyshev by what was seen", () => create(...seen))) test(title, run);
const of = (...architecture: number[]) => ({ architecture, score: 0 });

test("the farthest objective counts, and all of them a little, by their weights", () => {
  const reward = create({ ...accuracy, weight: 3 }, madds);
  // d = 0.2 and 0.5, λ = 3/4 and 1/4
  assert.ok(Math.abs(reward.shape(80, of(1, 1)) - 100 * (1 - 0.15 - 0.05 * 0.275)) < 1e-9);
  // d = 0.1 and 1
  assert.ok(Math.abs(reward.shape(90, of(2, 2)) - 100 * (1 - 0.25 - 0.05 * 0.325)) < 1e-9);
});

test("what is better by one objective and no worse by the others has the greater reward, also beyond the ideal and the nadir", () => {
  const reward = create(accuracy, madds);
  const by = [
    [-50, 2, 2],
    [0, 2, 2],
    [80, 2, 2],
    [80, 1, 2],
    [80, 1, 1],
    [90, 1, 1],
    [110, 1, 1],
    [110, 1, 0],
  ].map(([score, ...architecture]) => reward.shape(score!, of(...architecture)));
  for (const [i, value] of by.entries()) if (i > 0) assert.ok(value > by[i - 1]!, by.join(", "));
});

test("of a metric that is to be minimised the ideal is below the nadir, as the score and beside it", () => {
  const loss = { metric: "loss", weight: 1, ideal: 0, nadir: 2 };
  const objectives = objectivesFor({ name: "loss", unit: "nats", goal: "minimise" });
  const { shape } = weightedChebyshev.create({ objectives: [loss, { metric: "latency", weight: 1, ideal: 0, nadir: 10 }] }, { objectives });
  const at = (loss: number, latency: number) => shape(-loss, { architecture: [0, 0], score: -loss, metrics: { latency } });
  assert.ok(Math.abs(at(1, 2) - 100 * (1 - 0.25 - 0.05 * 0.35)) < 1e-9);
  assert.ok(at(0.9, 2) > at(1, 2) && at(1, 1) > at(1, 2));
});

test("where no range is given, it is that of what was seen: the first is ideal, and a later one may be worth less", () => {
  const reward = create(...seen);
  assert.is(reward.shape(60, of(2, 2)), 100);
  assert.ok(Math.abs(reward.shape(80, of(2, 2)) - 100) < 1e-9, "better by what differs");
  assert.ok(Math.abs(reward.shape(60, of(2, 2)) - (50 - 2.5)) < 1e-9);
  assert.ok(Math.abs(reward.shape(70, of(0, 1)) - (75 - 1.25)) < 1e-9, "the cheapest, halfway in accuracy");
});

test("a candidate and its centre are measured in one range, in which both are", () => {
  const reward = create(...seen);
  const centre = { architecture: [2, 2], score: 60 };
  const candidate = { architecture: [0, 1], score: 50, centre };
  assert.ok(Math.abs(reward.shape(50, candidate) - (50 - 2.5)) < 1e-9, "cheaper, and worse");
  assert.ok(Math.abs(reward.value!(60, centre) - (50 - 2.5)) < 1e-9, "better, and more expensive");
});

test("it is refused where a metric is unknown, and where a range is half given or upside down", () => {
  const refused = (code: string, text: RegExp, ...objectives: Weighed) =>
    assert.throws(
      () => create(...objectives),
      (error: EvokeError) => error.code === code && text.test(error.message),
    );
  refused("METRIC_UNNAMED", /Did you mean "madds"/, accuracy, { metric: "mads", weight: 1 });
  refused("RANGE_INVALID", /"accuracy", which is to be maximised: it has a nadir and no ideal/, {
    metric: "accuracy",
    weight: 1,
    nadir: 3,
  });
  refused("RANGE_INVALID", /"madds", which is to be minimised: the ideal 5 is no better than the nadir 4/, accuracy, {
    ...{ metric: "madds", weight: 1 },
    ...{ ideal: 5, nadir: 4 },
  });
  refused("RANGE_INVALID", /the ideal 0 and the nadir 5e-324 are hardly apart/, accuracy, { ...madds, nadir: 5e-324 });
});

test("before improvement, a search in subspaces goes by it, and is the same each time", async () => {
  const evaluator = around("evaluator", "busy", {
    metric: { name: "accuracy", dataset: "tiny", split: "validation", epochs: 1, trainedOn: "train", unit: "percent" },
    evaluate: ([a, b]) => ({ score: 50 + 10 * a! + b!, seconds: 1 }),
  });
  const manifest = {
    ...small,
    ...{ space: "costly", evaluator: "busy", controller: "gnn-lstm" },
    reward: [{ use: "weighted-chebyshev", options: { objectives: seen } }, "improvement"],
  };
  const extra = [around("space", "costly", costly), evaluator, weightedChebyshev];
  const [first, second] = [await runWith(manifest, extra), await runWith(manifest, extra)];
  assert.is(first.error, undefined);
  assert.equal(first.events, second.events);
  const rewards = first.events.flatMap((event) => (event.type === "reward.shaped" ? [event.reward] : []));
  assert.is(rewards.length, 20);
  assert.ok(rewards.some((reward) => reward > 0) && rewards.some((reward) => reward < 0) && rewards.every((one) => Math.abs(one) <= 105));
});

test.run();
