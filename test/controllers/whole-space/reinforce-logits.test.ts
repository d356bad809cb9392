import { suite } from "uvu";
import * as assert from "uvu/assert";
import reinforceLogits from "../../../controllers/whole-space/reinforce-logits.ts";
import { Engine } from "../../../core/engine/engine.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { policyContract } from "../../contracts/policy.ts";
import { tinySpace } from "../../fixtures.ts";
import { BATCHES } from "../../when.ts";

/** The logits of all components, one row after the other. */
const logitsOf = (engine: Engine) => engine.parameters.flatMap((row) => Array.from(engine.read(row), Number));

const test = suite("controllers/reinforce-logits");
for (const [title, run] of policyContract(reinforceLogits, {}, BATCHES)) test(title, run);
for (const [title, run] of optimumContract(reinforceLogits, { options: { learningRate: 0.1 }, found: 0.9 })) test(title, run);

test("it is NATS-Bench's: logits of softmax rows, Adam, a corrected moving average as the baseline", async () => {
  const space = tinySpace(2, 3);
  const engine = new Engine();
  const rng = randomStream(5, "/controller");
  const controller = await reinforceLogits.create({ learningRate: 0.01, baselineDecay: 0.9, batch: 1 }, { space, rng, engine });
  const expected = logitsOf(engine);
  const moments = expected.map(() => [0, 0] as [number, number]);
  let [sum, weight] = [0, 0];
  for (let t = 1; t <= 30; t++) {
    const { architecture } = controller.propose();
    const reward = 40 + 7 * architecture[0]! - 3 * architecture[1]!;
    controller.observe({ architecture, score: reward, reward });
    sum = 0.9 * sum + 0.1 * reward;
    weight = 0.9 * weight + 0.1;
    const before = [...expected];
    for (const [l, chosen] of architecture.entries()) {
      const row = before.slice(3 * l, 3 * l + 3).map(Math.exp);
      const total = row.reduce((a, b) => a + b);
      for (let o = 0; o < 3; o++) {
        const gradient = -(reward - sum / weight) * ((o === chosen ? 1 : 0) - row[o]! / total);
        const m = moments[3 * l + o]!;
        m[0] = 0.9 * m[0] + 0.1 * gradient;
        m[1] = 0.999 * m[1] + 0.001 * gradient ** 2;
        expected[3 * l + o]! -= (0.01 * (m[0] / (1 - 0.9 ** t))) / (Math.sqrt(m[1] / (1 - 0.999 ** t)) + 1e-8);
      }
    }
  }
  const found = logitsOf(engine);
  for (const [i, value] of expected.entries()) assert.ok(Math.abs(found[i]! - value) < 2e-4, `${i}: ${found[i]}, ${value}`);
});

test("its first logits are 1e-3 times numbers of mean 0 and variance 1, within 4 standard errors (seed 1)", async () => {
  const engine = new Engine();
  const rng = randomStream(1, "/controller");
  await reinforceLogits.create({ learningRate: 0.01, baselineDecay: 0.9, batch: 1 }, { space: tinySpace(100, 20), rng, engine });
  const deviates = logitsOf(engine).map((logit) => logit * 1000);
  const mean = deviates.reduce((a, b) => a + b) / 2000;
  const variance = deviates.reduce((sum, d) => sum + d * d, 0) / 2000;
  assert.ok(Math.abs(mean) < 4 / Math.sqrt(2000), `${mean}`);
  assert.ok(Math.abs(variance - 1) < 4 * Math.sqrt(2 / 2000), `${variance}`);
});

test.run();
