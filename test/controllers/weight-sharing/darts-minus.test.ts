import { suite } from "uvu";
import * as assert from "uvu/assert";
import dartsMinus from "../../../controllers/weight-sharing/darts-minus.ts";
import type { OpenEdge, OpenNetwork } from "../../../core/space/open-network.ts";
import { softmax } from "../../../core/weight-sharing/relaxation.ts";
import { controllerContract } from "../../contracts/controller.ts";
import { toyOpenNetwork } from "../../contracts/toy-shared-weights.ts";
import { tinySpace } from "../../fixtures.ts";
import { assertResumes, methodOf, near, slopesOf, toyFor, trainedFor, withAlpha } from "../../support/weight-sharing-methods.ts";

const space = tinySpace(1, 5);
const [edge] = toyOpenNetwork(space).edges;
const ALPHA = [0, 1, 2, -1, 0.5];
const G = [1, -2, 0.5, 3, 0];

const test = suite("controllers/darts-minus");
for (const [title, run] of controllerContract(dartsMinus)) test(title, run);

test("the skip weighs (E − e) / E more in epoch e of E, counted from 0, in all passes of the epoch", async () => {
  const method = await methodOf(dartsMinus, { space, options: { learningRate: 1e-12 } });
  method.restore(withAlpha(ALPHA));
  const weights = toyFor(method, { space }, 4, { steps: 1 });
  const standings = await trainedFor(method, weights, 1, 4);
  const p = softmax(ALPHA);
  for (const [i, { mixture }] of weights.asked.entries()) {
    const faded = (4 - Math.floor(i / 2)) / 4;
    near(
      mixture[0]!,
      p.map((weight, k) => (k === edge!.skip ? weight + faded : weight)),
      1e-9,
    );
  }
  for (const { probabilities } of standings) near(probabilities[0]!, p, 1e-9);
});

test("the gradient of α is that of DARTS: the further skip has no part in it", async () => {
  const method = await methodOf(dartsMinus, { space, options: { weightDecay: 0 } });
  method.restore(withAlpha(ALPHA));
  await trainedFor(method, toyFor(method, { space }, 2, { steps: 1, validation: { c: G }, noise: 0 }), 1, 1);
  near(slopesOf(method.save(), 5), [0.074097, -0.419955, 0.265998, 0.083321, -0.003461], 1e-6);
});

test("edges without a skip have no further one; where none has one, that is told", async () => {
  const { skip: _, ...bare } = edge!;
  const open = toyOpenNetwork(tinySpace(2, 5));
  const withEdges = (edges: readonly OpenEdge[]): OpenNetwork => Object.create(open, { edges: { value: edges } });
  const some = withEdges([bare, open.edges[1]!]);
  const method = await methodOf(dartsMinus, { space: tinySpace(2, 5), open: some });
  const weights = toyFor(method, { space, open: some }, 4, { steps: 1 });
  await trainedFor(method, weights, 1, 1);
  near(
    weights.asked[0]!.mixture.map((row) => row.reduce((a, b) => a + b)),
    [1, 2],
    1e-12,
  );
  try {
    await methodOf(dartsMinus, { space, open: withEdges([bare, bare]) });
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: string }).code, "SKIP_MISSING");
  }
});

test("a search that was interrupted goes on the same to the bit", () => assertResumes(dartsMinus, { space: tinySpace(3, 4) }));

test.run();
