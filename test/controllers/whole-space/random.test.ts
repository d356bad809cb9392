import { suite } from "uvu";
import * as assert from "uvu/assert";
import random from "../../../controllers/whole-space/random.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { tinySpace } from "../../fixtures.ts";

const test = suite("controllers/random");
for (const [title, run] of controllerContract(random)) test(title, run);

test("every architecture comes as often as any other, within 4 standard errors (seed 4)", async () => {
  const space = tinySpace(2, 3);
  const { search } = await tryController(random, { space, seed: 4 });
  const n = 9000;
  const counts = new Map<string, number>();
  for (const { architecture } of search(n)) counts.set(space.encode(architecture), (counts.get(space.encode(architecture)) ?? 0) + 1);
  assert.is(counts.size, 9);
  const p = 1 / 9;
  for (const [text, count] of counts) assert.ok(Math.abs(count - n * p) < 4 * Math.sqrt(n * p * (1 - p)), `${text}: ${count}`);
});

test("what the limits do not admit is drawn again, and the rest stays as likely as it was", async () => {
  const feasible = (architecture: readonly number[]) => architecture[0] !== 0;
  const [limited, free] = [await tryController(random, { feasible }), await tryController(random)];
  const drawn = limited.search(30).map(({ architecture }) => architecture);
  const others = free.search(100).map(({ architecture }) => architecture);
  assert.equal(drawn, others.filter(feasible).slice(0, 30));
});

test("it draws what it draws whether outcomes come at once or later", async () => {
  const [waiting, eager] = [await tryController(random), await tryController(random)];
  const ahead = Array.from({ length: 10 }, () => eager.controller.propose());
  assert.equal(ahead, waiting.search(10));
});

test.run();
