import { suite } from "uvu";
import * as assert from "uvu/assert";
import gdas from "../../../controllers/weight-sharing/gdas.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { gumbelNoise, softmax, throughSoftmax } from "../../../core/weight-sharing/relaxation.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { tinySpace } from "../../fixtures.ts";
import { assertResumes, methodOf, near, slopesOf, toyFor, trainedFor, withAlpha } from "../../support/weight-sharing-methods.ts";

const space = tinySpace(1, 5);
const ALPHA = [0, 1, 2, -1, 0.5];
const G = [1, -2, 1.5, 3, 0];
/** What a toy says of the sum of all elements of ∂L/∂output: the mean of an edge's gradient. */
const OUTPUT = 0.7;

const test = suite("controllers/gdas");
for (const [title, run] of controllerContract(gdas)) test(title, run);

test("each pass goes along one path, with exactly its operations, drawn anew for each", async () => {
  const method = await methodOf(gdas, { space: tinySpace(4, 4) });
  const weights = toyFor(method, { space: tinySpace(4, 4) }, 3);
  await trainedFor(method, weights, 1, 3);
  const paths = weights.asked.map(({ mixture }) => mixture.flatMap((edge) => [...edge].sort().join("")));
  for (const edge of paths.flat()) assert.is(edge, "0001");
  assert.ok(new Set(weights.asked.map(({ mixture }) => mixture.join())).size > 12, "eighteen draws of 256 paths");
  assert.equal(
    weights.asked.slice(0, 2).map(({ to }) => to),
    ["learn", "judge"],
  );
});

/**
 * The gradient of α in an epoch of 250 that has one step, where α is such that the architecture's draw is
 * q = softmax(ALPHA) at this temperature, by which it takes operation 2.
 */
async function gradient(epoch: number, temperature: number, unselected: "ones" | "zero"): Promise<readonly number[]> {
  const rng = randomStream(1, `/epoch/${epoch}`);
  gumbelNoise(5, rng); // that of the weights' path
  const noise = gumbelNoise(5, rng);
  const method = await methodOf(gdas, { space, options: { unselected, weightDecay: 0 } });
  method.restore(withAlpha(ALPHA.map((logit, k) => temperature * logit - noise[k]!)));
  const weights = toyFor(method, { space }, 250, { steps: 1, validation: { c: G }, noise: 0 });
  await trainedFor(method, weights, epoch, epoch);
  assert.equal(weights.asked[1]!.mixture, [[0, 0, 1, 0, 0]]);
  return slopesOf(method.save(), 5);
}

test("the temperature falls from 10 to 0.1 evenly: 5.06988 in the 125th epoch of 250", async () => {
  const expected = throughSoftmax(softmax(ALPHA), [OUTPUT, OUTPUT, G[2]!, OUTPUT, OUTPUT]);
  for (const [epoch, temperature] of [
    [1, 10],
    [125, 5.06988],
    [250, 0.1],
  ] as const) {
    const found = await gradient(epoch, temperature, "ones");
    near(
      found.map((slope) => slope * temperature),
      expected,
      1e-6,
    );
  }
});

test("what was not drawn has the gradient of an output of ones, or none", async () => {
  const q = softmax(ALPHA);
  for (const [unselected, outputs] of [
    ["ones", OUTPUT],
    ["zero", 0],
  ] as const) {
    const slopes = await gradient(1, 10, unselected);
    near(
      slopes.map((slope) => slope * 10),
      throughSoftmax(q, [outputs, outputs, G[2]!, outputs, outputs]),
      1e-12,
    );
    near([slopes.reduce((a, b) => a + b)], [0], 1e-12);
  }
});

test("a search that was interrupted goes on the same to the bit", () => assertResumes(gdas, { space: tinySpace(3, 4) }));

test("its reach is that of 250 epochs", async () => {
  const { schedule, publishedSteps } = await methodOf(gdas, { space });
  assert.is(schedule.epochs, 250);
  near([publishedSteps * 3e-4], [29.325], 1e-9);
});

test.run();
