import { suite } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Costs, Space } from "../../../core/plugin/space.ts";
import { randomStream } from "../../../core/random/rng.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import { pathOf } from "../../../core/weight-sharing/candidates.ts";
import { COST_TERM, type CostTerm, ExpectedCost, lossWithCost } from "../../../core/weight-sharing/expected-cost.ts";
import { softmax } from "../../../core/weight-sharing/relaxation.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";
import { toyOpenNetwork } from "../../contracts/toy-shared-weights.ts";
import { tinySpace } from "../../fixtures.ts";

const test = suite("core/weight-sharing/expected-cost");
const near = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found}, not ${expected}`);

const termOf = (changes: object): CostTerm => {
  const term = { name: "latency", reference: 2, ...changes };
  assert.equal(problemsOf(COST_TERM, term), []);
  return term as CostTerm;
};
const costing = (space: Space, cost: (architecture: Architecture) => Costs): Space => ({ ...space, cost });

const LATENCIES = [0, 1, 3, 9, 2];
const edge = costing(tinySpace(1, 5), ([operation]) => ({ latency: LATENCIES[operation!]! }));
const p = softmax([0, 1, 2, -1, 0.5]);

test("E is Σ p lat, and its gradient p (lat − E)", () => {
  const expected = new ExpectedCost(edge, toyOpenNetwork(edge), termOf({ form: "sum", weight: 2 }));
  near(expected.of([p]), 2.399722, 1e-6);
  const [slopes] = expected.gradient({ loss: 1.5, gradient: [[0, 0, 0, 0, 0]] }, [p]);
  for (const [k, slope] of [-0.182851, -0.289916, 0.337969, 0.185014, -0.050216].entries()) near(slopes![k]!, slope, 1e-6);
});

test("the losses of ProxylessNAS and FBNet", () => {
  near(lossWithCost(1.5, 20, termOf({ reference: 10 })).loss, 0.324644, 1e-6);
  near(lossWithCost(1.5, 20, termOf({ reference: Math.E, exponent: 0.6 })).loss, 0.579459, 1e-6);
  near(lossWithCost(1.5, 20, termOf({ reference: 10, form: "sum" })).loss, 1.7, 1e-12);
});

test("its slopes are those of finite differences", () => {
  for (const form of ["product", "sum"]) {
    const loss = (crossEntropy: number, cost: number) => lossWithCost(crossEntropy, cost, termOf({ form, reference: 10 }));
    const { byCrossEntropy, byCost } = loss(1.5, 20);
    near(byCrossEntropy, (loss(1.5 + 1e-5, 20).loss - loss(1.5 - 1e-5, 20).loss) / 2e-5, 1e-8);
    near(byCost, (loss(1.5, 20 + 1e-4).loss - loss(1.5, 20 - 1e-4).loss) / 2e-4, 1e-8);
  }
});

test("multiply-adds and parameters of NAS-Bench-201 add up over its edges", () => {
  const options = { channels: 4, cellsPerStage: 2, stages: 2, reduction: "residual", imageSize: 8, imageChannels: 1, classes: 10 };
  const space = nasBench201.create(options as never, {} as never) as Space;
  const rng = randomStream(1, "/test");
  for (const name of ["madds", "parameters"]) {
    const expected = new ExpectedCost(space, space.open!(), termOf({ name }));
    for (let cell = 0; cell < 20; cell++) {
      const architecture = space.sample(rng);
      near(expected.of(pathOf(space.open!(), architecture)), space.cost!(architecture)[name]!, 1e-6);
    }
  }
});

test("a cost that the space does not count, or that does not add up, is refused", () => {
  const refused = (space: Space, changes: object, code: string, ...says: readonly string[]) => {
    assert.throws(
      () => new ExpectedCost(space, toyOpenNetwork(space), termOf(changes)),
      (error: Error & { code?: string }) => error.code === code && says.every((words) => error.message.includes(words)),
      `${code} ${says}`,
    );
  };
  refused({ ...tinySpace(2, 3), cost: undefined } as never, {}, "COST_MISSING", "latency");
  refused(edge, { name: "latncy" }, "METRIC_UNNAMED", "latncy", 'Did you mean "latency"?', "/controller/options/cost/name");
  const product = costing(tinySpace(2, 3), ([a, b]) => ({ latency: 10 + a! * b! }));
  refused(product, {}, "COST_NOT_ADDITIVE", "latency", "cost");
  refused(edge, {}, "COST_SMALL", "above 1", "0", '"sum"');
});

test.run();
