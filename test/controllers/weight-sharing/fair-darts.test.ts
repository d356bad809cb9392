import { suite } from "uvu";
import * as assert from "uvu/assert";
import fairDarts from "../../../controllers/weight-sharing/fair-darts.ts";
import { zeroOne } from "../../../core/weight-sharing/gradients/penalties.ts";
import { sigmoid } from "../../../core/weight-sharing/relaxation.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { toyOpenNetwork } from "../../contracts/toy-shared-weights.ts";
import { tinySpace } from "../../fixtures.ts";
import { alphaOf, assertResumes, methodOf, near, slopesOf, toyFor, trainedFor, withAlpha } from "../../support/weight-sharing-methods.ts";

/** The first of the five is none. */
const space = tinySpace(1, 5);
const open = toyOpenNetwork(space);
const ALPHA = [0, 1, 2, -1, 0.5];
const G = [1, -2, 0.5, 3, 0];

const test = suite("controllers/fair-darts");
for (const [title, run] of controllerContract(fairDarts)) test(title, run);

test("all gates are half open at first, and none has no gate", async () => {
  const method = await methodOf(fairDarts, { space });
  const weights = toyFor(method, { space }, 1, { steps: 1 });
  await trainedFor(method, weights, 1, 1);
  assert.equal(weights.asked[0]!.mixture, [[0, 0.5, 0.5, 0.5, 0.5]]);
  assert.is(alphaOf(method.save(), 5)[0], 0, "α of none stays");
});

test("a gate's gradient is its own, g σ (1 − σ), and that of the zero-one loss", async () => {
  const without = async (strength: number) => {
    const method = await methodOf(fairDarts, { space, options: { strength, weightDecay: 0 } });
    method.restore(withAlpha(ALPHA));
    await trainedFor(method, toyFor(method, { space }, 1, { steps: 1, validation: { c: G }, noise: 0 }), 1, 1);
    return slopesOf(method.save(), 5, 0.9);
  };
  const own = ALPHA.map((value, k) => (k === 0 ? 0 : G[k]! * sigmoid(value) * (1 - sigmoid(value))));
  near(await without(0), own, 1e-12);
  const [penalty] = zeroOne([ALPHA], 10, (_, operation) => operation !== 0);
  near(
    await without(10),
    own.map((slope, k) => slope + penalty![k]!),
    1e-12,
  );
});

test("an edge keeps the operation of the widest gate, or none if that is narrower than the threshold", async () => {
  const found = async (alpha: readonly number[], options: object = {}) => {
    const method = await methodOf(fairDarts, { space, options });
    method.restore(withAlpha(alpha));
    return (await method.rank(toyFor(method, { space }, 1), open))[0];
  };
  assert.equal(await found([0, 1, 2, -1, 0.5]), [2], "σ(2) = 0.88");
  assert.equal(await found([0, 1, 1.7, -1, 0.5]), [0], "σ(1.7) = 0.846");
  assert.equal(await found([0, 1, 1.7, -1, 0.5], { threshold: 0.8 }), [2]);
  assert.equal(await found([9, 1, 2, -1, 0.5]), [2], "α of none says nothing");
});

test("gates do not compete: what one gains another does not lose", async () => {
  const method = await methodOf(fairDarts, { space, options: { strength: 0, weightDecay: 0 } });
  const weights = toyFor(method, { space }, 20, { validation: { c: [0, -1, -1, 0, 1] }, noise: 0 });
  await trainedFor(method, weights, 1, 20);
  const alpha = alphaOf(method.save(), 5);
  assert.ok(alpha[1]! > 0.1 && alpha[2]! > 0.1 && alpha[4]! < -0.1, alpha.join(" "));
  assert.is(alpha[3], 0);
});

test("a search that was interrupted goes on the same to the bit", () => assertResumes(fairDarts, { space: tinySpace(3, 4) }));

test.run();
