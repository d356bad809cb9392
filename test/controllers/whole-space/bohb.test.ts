import { suite } from "uvu";
import * as assert from "uvu/assert";
import bohb from "../../../controllers/whole-space/bohb.ts";
import hyperband from "../../../controllers/whole-space/hyperband.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const test = suite("controllers/bohb");
for (const [title, run] of controllerContract(bohb)) test(title, run);
for (const [title, run] of optimumContract(bohb, { queries: 150 })) test(title, run);

test("bohb goes through the rungs of hyperband", async () => {
  const rungs = async (plugin: typeof bohb | typeof hyperband) =>
    (await tryController(plugin as typeof bohb)).search(30).map(({ fidelity }) => fidelity);
  assert.equal(await rungs(bohb), await rungs(hyperband));
});

test("with ρ = 1 it never draws from the model, with ρ = 0 it does: what enters is better then, by 4 standard errors (seeds 1 to 20)", async () => {
  const space = tinySpace(6, 5);
  const score = separableValidation(space);
  const gains: number[] = [];
  for (let seed = 1; seed <= 20; seed++) {
    const entered = async (randomFraction: number) => {
      const { search } = await tryController(bohb, { space, seed, options: { randomFraction } });
      const values = search(150)
        .filter(({ fidelity }) => fidelity === 1)
        .slice(-30)
        .map(({ architecture }) => score(architecture));
      return values.reduce((a, b) => a + b) / values.length;
    };
    gains.push((await entered(0)) - (await entered(1)));
  }
  const mean = gains.reduce((x, y) => x + y) / 20;
  const error = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / 19 / 20);
  assert.ok(mean > 4 * error && mean > 5, `${mean} ± ${error}`);
});

test("the model is of the largest fidelity that has enough architectures: it follows that one where another says otherwise", async () => {
  const space = tinySpace(4, 4);
  const { controller } = await tryController(bohb, { space, fidelities: [1, 9], options: { samples: 16 } });
  for (let i = 0; i < 60; i++) {
    const architecture = [i % 4, (i >> 2) % 4, (i >> 4) % 4, i % 3];
    const zeros = architecture.filter((operation) => operation === 0).length;
    controller.observe({ architecture, score: zeros, reward: zeros });
    controller.observe({ architecture, score: -zeros, reward: -zeros, fidelity: 1 });
  }
  let zeros = 0;
  for (let i = 0; i < 200; i++) {
    const proposal = controller.propose();
    controller.observe({ ...proposal, score: 0, reward: Number.NaN }); // so that nothing is promoted
    zeros += proposal.architecture.filter((operation) => operation === 0).length;
  }
  assert.ok(zeros / 800 > 0.5, `of chance 0.25, ${zeros / 800} are 0`);
});

test("what the limits do not admit enters no bracket, neither by chance nor by the model", async () => {
  const feasible = (architecture: readonly number[]) => architecture[0] === 1;
  const { search } = await tryController(bohb, { feasible });
  for (const { architecture } of search(120)) assert.ok(feasible(architecture));
});

test.run();
