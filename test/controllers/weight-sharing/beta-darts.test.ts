import { suite } from "uvu";
import * as assert from "uvu/assert";
import betaDarts from "../../../controllers/weight-sharing/beta-darts.ts";
import { softmax } from "../../../core/weight-sharing/relaxation.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { tinySpace } from "../../fixtures.ts";
import { assertResumes, methodOf, near, slopesOf, toyFor, trainedFor, withAlpha } from "../../support/weight-sharing-methods.ts";

const space = tinySpace(2, 3);
const ALPHA = [0, 1, 2, -1, 0.5, 0];

const test = suite("controllers/beta-darts");
for (const [title, run] of controllerContract(betaDarts)) test(title, run);

test("the penalty grows from nothing by half each epoch of a hundred, and pulls by λ/E times the softmax", async () => {
  for (const [epoch, lambda] of [
    [1, 0],
    [2, 0.5],
    [51, 25],
    [100, 49.5],
  ] as const) {
    const method = await methodOf(betaDarts, { space, options: { weightDecay: 0 } });
    method.restore(withAlpha(ALPHA));
    await trainedFor(method, toyFor(method, { space }, 100, { steps: 1, validation: {}, noise: 0 }), epoch, epoch);
    const expected = [ALPHA.slice(0, 3), ALPHA.slice(3)].flatMap((edge) => softmax(edge).map((p) => (lambda / 2) * p));
    near(slopesOf(method.save(), 6), expected, 1e-12);
  }
});

test("without it, it is DARTS, whose architecture learns first; the weights never feel it", async () => {
  const mixtures = async (strength: number) => {
    const method = await methodOf(betaDarts, { space, options: { strength, learningRate: 1e-12 } });
    const weights = toyFor(method, { space }, 3);
    await trainedFor(method, weights, 1, 3);
    assert.equal(
      weights.asked.slice(0, 2).map(({ to }) => to),
      ["judge", "learn"],
    );
    return weights.save();
  };
  near(await mixtures(50), await mixtures(0), 1e-9);
});

test("a search that was interrupted goes on the same to the bit", () => assertResumes(betaDarts, { space: tinySpace(3, 4) }));

test.run();
