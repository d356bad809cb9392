import { suite } from "uvu";
import * as assert from "uvu/assert";
import reinforce from "../../../controllers/whole-space/reinforce.ts";
import { Engine } from "../../../core/engine/engine.ts";
import type { AdamOptions } from "../../../core/engine/optimizers.ts";
import type { Controller } from "../../../core/plugin/controller.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { tryController } from "../../contracts/controller.ts";
import { policyContract } from "../../contracts/policy.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";
import { BATCHES } from "../../when.ts";

const test = suite("controllers/reinforce");
for (const [title, run] of policyContract(reinforce, {}, BATCHES)) test(title, run);

test("it learns: the last 100 of 400 proposals are better than its first 100, by 4 standard errors (seeds 1 to 10)", async () => {
  const gains: number[] = [];
  for (const seed of Array.from({ length: 10 }, (_, i) => i + 1)) {
    const { space, search } = await tryController(reinforce, { seed });
    const values = search(400).map(({ architecture }) => separableValidation(space)(architecture));
    const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b) / numbers.length;
    gains.push(mean(values.slice(-100)) - mean(values.slice(0, 100)));
  }
  const mean = gains.reduce((a, b) => a + b) / 10;
  const error = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / 9 / 10);
  assert.ok(mean > 4 * error, `${mean} ± ${error}`);
});

test("each choice is fed back: the embeddings of all choices but the last get a gradient, the others none", async () => {
  let used: number[] = [];
  const space = tinySpace(3, 6);
  const engine = new (class extends Engine {
    override adam(options: AdamOptions): void {
      const table = this.parameters.at(-1)!; // declared last
      const gradient = this.gradient(table);
      used = Array.from({ length: table.rows }, (_, o) => o).filter((o) =>
        gradient.slice(o * table.cols, (o + 1) * table.cols).some((g) => g !== 0),
      );
      super.adam(options);
    }
  })();
  const options = { hidden: 8, squash: 0, learningRate: 0.01, weightDecay: 0, entropyWeight: 0.1, baselineDecay: 0.9, batch: 1 };
  const controller = reinforce.create(options, { space, engine, rng: randomStream(1, "/controller") }) as Controller;
  for (let q = 0; q < 20; q++) {
    const proposal = controller.propose();
    controller.observe({ ...proposal, score: q, reward: q % 3 });
    assert.equal(used, [...new Set(proposal.architecture.slice(0, -1))].sort());
  }
});

test("a squash keeps every operation possible", async () => {
  const { space, search } = await tryController(reinforce, { options: { squash: 0.6, learningRate: 0.1 } });
  search(300);
  const late = search(300);
  for (let operation = 0; operation < space.operations!.length; operation++) {
    assert.ok(late.some(({ architecture }) => architecture[0] === operation));
  }
});

test.run();
