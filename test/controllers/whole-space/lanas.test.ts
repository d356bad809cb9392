import { suite } from "uvu";
import * as assert from "uvu/assert";
import lanas from "../../../controllers/whole-space/lanas.ts";
import type { Proposal } from "../../../core/plugin/controller.ts";
import { grownTree, sideOf } from "../../../core/policy/regression-tree.ts";
import { encodingOf } from "../../../core/space/encoding.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { optimumContract } from "../../contracts/optimum.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const test = suite("controllers/lanas");
for (const [title, run] of controllerContract(lanas)) test(title, run);
for (const [title, run] of controllerContract(lanas, { features: "computed" })) test(`${title} (computed)`, run);
for (const [title, run] of optimumContract(lanas, { queries: 150 })) test(title, run);

const texts = (proposals: readonly Proposal[]) => proposals.map(({ architecture }) => architecture.join(""));

test("the tree is built after 10 samples, and again after each 20: so long it proposes what it would without, and not longer", async () => {
  const proposed = async (options: object) => texts((await tryController(lanas, { options })).search(60));
  const [usual, never, once] = [await proposed({}), await proposed({ initial: 1000 }), await proposed({ every: 1000 })];
  assert.equal(usual.slice(0, 10), never.slice(0, 10));
  assert.not.equal(usual.slice(10, 30), never.slice(10, 30));
  assert.equal(usual.slice(0, 30), once.slice(0, 30));
  assert.not.equal(usual.slice(30, 50), once.slice(30, 50));
});

test("what is drawn from the regions is better than chance, by 4 standard errors (seeds 1 to 20)", async () => {
  const space = tinySpace(6, 5);
  const score = separableValidation(space);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
  const gains: number[] = [];
  for (let seed = 1; seed <= 20; seed++) {
    const { search } = await tryController(lanas, { space, seed });
    const worth = search(50).map(({ architecture }) => score(architecture));
    gains.push(mean(worth.slice(10)) - mean(worth.slice(0, 10)));
  }
  const error = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean(gains)) ** 2, 0) / 19 / 20);
  assert.ok(mean(gains) > 4 * error && mean(gains) > 5, `${mean(gains)} ± ${error}`);
});

test("the weight of exploration decides how often it draws from the bad regions", async () => {
  const share = async (c: number) => {
    const { space, search } = await tryController(lanas, { options: { c, initial: 20, every: 1000 } });
    const encoding = encodingOf(space, "choices");
    const samples = search(20).map(({ architecture }) => ({ architecture, reward: separableValidation(space)(architecture) }));
    const { split } = grownTree(encoding, samples, 5, 1);
    return search(60).filter(({ architecture }) => sideOf(encoding, split!, architecture) === "bad").length / 60;
  };
  const [greedy, even] = [await share(0), await share(10)];
  assert.ok(greedy === 0 && even > 0.3, `${greedy} and ${even} of the draws`);
});

test("where a region is too small for uniform draws, steps from its samples find what is new", async () => {
  const space = tinySpace(20, 10);
  const score = separableValidation(space);
  const { search } = await tryController(lanas, { space });
  const proposals = search(200).map(({ architecture }) => architecture);
  assert.is(new Set(proposals.map(space.encode)).size, 200);
  const late = proposals.slice(150).map(score);
  assert.ok(Math.min(...late) > 70, `uniform draws are worth 70 ± 3: ${Math.min(...late)}`);
});

test("a small space is gone through before anything is proposed again", async () => {
  const { search, space } = await tryController(lanas, { space: tinySpace(3, 3), options: { initial: 3, every: 5 } });
  const proposals = search(40).map(({ architecture }) => space.encode(architecture));
  assert.is(new Set(proposals.slice(0, 27)).size, 27);
});

test("what others proposed counts as samples; what failed is only not proposed again", async () => {
  const others = ["0-0-0-0-0", "1-0-0-0-0", "0-1-0-0-0", "0-0-1-0-0", "0-0-0-1-0"];
  const proposed = async (options: object, failed: number) => {
    const { controller, space, search } = await tryController(lanas, { options });
    for (const [i, text] of others.entries())
      controller.observe({ architecture: space.decode(text), score: 90 + i, reward: i < failed ? Number.NaN : 90 + i });
    return texts(search(10));
  };
  const never = await proposed({ initial: 1000 }, 0);
  assert.not.equal(await proposed({ initial: 5 }, 0), never);
  const late = await proposed({ initial: 5 }, 1);
  assert.is(late[0], never[0], "with four samples there is no tree yet");
  assert.not.equal(late, never);
  for (const text of others) assert.not.ok(late.includes(text.replaceAll("-", "")));
});

test.run();
