import { suite } from "uvu";
import * as assert from "uvu/assert";
import uniform from "../../../controllers/subspaces/uniform.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { distanceBetween } from "../../fixtures.ts";

const test = suite("controllers/uniform");
for (const [title, run] of controllerContract(uniform)) test(title, run);

test("subspaces come equally often, and modifications are uniform, within 4 standard errors (seed 6)", async () => {
  // With M = 1 a component changes if another than the present operation is drawn for it: 3 of 4 times.
  const { controller, subspaces } = await tryController(uniform, { radius: 1, seed: 6 });
  const n = 8000;
  const counts = [0, 0, 0, 0];
  let changed = 0;
  for (let q = 0; q < n; q++) {
    const { architecture, subspace } = controller.propose();
    counts[subspace!]!++;
    changed += distanceBetween(architecture, subspaces.centres[subspace!]!);
  }
  const within = (count: number, p: number) => Math.abs(count - n * p) < 4 * Math.sqrt(n * p * (1 - p));
  for (const [k, count] of counts.entries()) assert.ok(within(count, 1 / 4), `subspace ${k}: ${count}`);
  assert.ok(within(changed, 3 / 4), `${changed}`);
});

test.run();
