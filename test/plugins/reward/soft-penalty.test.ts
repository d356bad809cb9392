import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reward } from "../../../core/plugin/reward.ts";
import softPenalty from "../../../plugins/reward/soft-penalty.ts";
import { rewardContract } from "../../contracts/small-kinds.ts";
import { costly } from "../../costly-space.ts";
import { around, quality, runWith, small } from "../../experiments.ts";
import { tinySpace } from "../../fixtures.ts";

const options = { cost: "madds", millions: 2, below: -0.07, above: -0.07 } as const;
const create = (given: Partial<typeof options> | object = {}): Reward =>
  softPenalty.create({ ...options, ...given }, { space: costly }) as Reward;
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

test("soft-penalty is refused in a space that counts no costs", () => {
  assert.throws(() => softPenalty.create(options, { space: tinySpace(2, 3) }), /Cannot weigh what architectures cost/);
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
