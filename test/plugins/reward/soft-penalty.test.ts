import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../core/errors/index.ts";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Metric } from "../../../core/plugin/metric.ts";
import type { Reward } from "../../../core/plugin/reward.ts";
import softPenalty from "../../../plugins/reward/soft-penalty.ts";
import { rewardContract } from "../../contracts/small-kinds.ts";
import { around, quality, runWith, small } from "../../experiments.ts";
import { tinySpace } from "../../fixtures.ts";
import { objectivesFor } from "../objectives.ts";

type Options = Parameters<typeof softPenalty.create>[0];
const options = { cost: "madds", millions: 2, below: -0.07, above: -0.07 };
const create = (given: Partial<Options> = {}, metric: Partial<Metric> = {}): Reward =>
  softPenalty.create({ ...options, ...given }, { objectives: objectivesFor(metric) }) as Reward;
for (const [title, run] of rewardContract("soft-penalty", create)) test(title, run);
const of = (...architecture: number[]) => ({ architecture, score: 70 });
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9 * Math.abs(expected), `${actual}, ${expected}`);

test("MnasNet's soft constraint: 5 % more accuracy for twice the cost is no loss, within 0.3 %", () => {
  const { value } = create();
  near(value!(70, of(1, 1)), 70); // at the target
  near(value!(70, of(2, 2)), 70 * 2 ** -0.07);
  near(value!(70, of(1, 0)), 70 * 0.5 ** -0.07);
  assert.ok(Math.abs(value!(70 * 1.05, of(2, 2)) / 70 - 1) < 0.003);
});

test("MnasNet's hard constraint: nothing is taken up to the target, and above it in proportion", () => {
  const { value } = create({ below: 0, above: -1 });
  for (const architecture of [
    [0, 0],
    [1, 0],
    [1, 1],
  ])
    assert.is(value!(70, { architecture, score: 70 }), 70);
  near(value!(70, of(1, 2)), (70 * 2) / 3);
});

test("parameters can be weighed instead", () => {
  near(create({ cost: "parameters", millions: 0.002 }).value!(70, of(2, 2)), 70 * 2 ** -0.07);
});

test("any metric that is to be minimised can be weighed, with a target in its unit", () => {
  const { value } = softPenalty.create(
    { cost: "latency", target: 8, below: -0.07, above: -0.07 },
    { objectives: objectivesFor() },
  ) as Required<Reward>;
  near(value(70, { architecture: [0, 0], score: 70, metrics: { latency: 16 } }), 70 * 2 ** -0.07);
  near(create({ target: 2e6, millions: undefined } as never).value!(70, of(2, 2)), 70 * 2 ** -0.07);
});

test("a negative R, as of a loss, becomes worse with cost, and a better one stays better", () => {
  const { value } = create({ below: -0.5, above: -0.5 }, { name: "loss", goal: "minimise" });
  near(value!(-3, of(2, 2)), -3 * 2 ** 0.5);
  near(value!(-3, of(1, 0)), -3 * 0.5 ** 0.5);
  for (const architecture of [of(1, 0), of(1, 1), of(2, 2)]) {
    const by = [-3, -1, -0.1, 0, 0.1, 1].map((score) => value!(score, architecture));
    assert.equal(
      by.toSorted((a, b) => a - b),
      by,
    );
  }
  for (const score of [-3, 0, 3]) assert.ok(value!(score, of(1, 0)) >= value!(score, of(2, 2)));
});

test("what costs nothing has a finite reward, that of a thousandth of the target", () => {
  const objectives = objectivesFor();
  const { value } = softPenalty.create({ cost: "latency", target: 8, below: -1, above: -1 }, { objectives }) as Required<Reward>;
  for (const latency of [0, 0.008]) near(value(70, { architecture: [0, 0], score: 70, metrics: { latency } }), 70e3);
});

test("soft-penalty is refused where it would reward cost, without a target or with two, and on a metric that there is not", () => {
  const refused = (code: string, text: RegExp, given: Partial<Options>) =>
    assert.throws(
      () => create(given),
      (error: EvokeError) => error.code === code && text.test(error.message),
    );
  refused("COST_INVERTED", /"accuracy" as a cost: it is to be maximised/, { cost: "accuracy" });
  refused("TARGET_INVALID", /has no target/, { millions: undefined } as never);
  refused("TARGET_INVALID", /both/, { target: 3 });
  refused("TARGET_INVALID", /"latency" is not counted in millions/, { cost: "latency" });
  refused("METRIC_UNNAMED", /Cannot find the metric "joules"/, { cost: "joules" });
  for (const exponent of ["below", "above"]) assert.is(problemsOf(softPenalty.options, { millions: 1, [exponent]: 0.1 }).length, 1);
});

test("before improvement, the penalised value of the centre is taken from that of the candidate; acceptance is by what was measured", async () => {
  const tiny = tinySpace(4, 3);
  const cost = (architecture: readonly number[]) => ({ madds: 1e6 * (1 + Math.max(...architecture)), parameters: 1 });
  const space = around("space", "costly", { ...tiny, cost });
  const value = (text: string) => {
    const architecture = tiny.decode(text);
    return quality(architecture) * (cost(architecture).madds / 2e6) ** -0.5;
  };
  const penalty = { use: "soft-penalty", options: { millions: 2, below: -0.5, above: -0.5 } };
  const manifest = { ...small, space: "costly", reward: [penalty, "improvement"] };
  const { events, error } = await runWith(manifest, [space, softPenalty]);
  assert.is(error, undefined);
  const centres: string[] = [];
  let [checked, subspace, candidate] = [0, 0, ""];
  for (const event of events) {
    if (event.type === "architecture.proposed") [subspace, candidate] = [event.subspace!, event.architecture];
    if (event.type === "reward.shaped") {
      const expected = value(candidate) - value(centres[subspace]!);
      assert.ok(Math.abs(event.reward - expected) < 1e-9, `${event.reward}, ${expected}`);
      checked++;
    }
    if (event.type === "subspace.updated") assert.ok(event.score > quality(tiny.decode(centres[event.subspace]!)));
    if (event.type === "subspace.evoked" || event.type === "subspace.updated") centres[event.subspace] = event.architecture;
  }
  assert.is(checked, 20);
});

test.run();
