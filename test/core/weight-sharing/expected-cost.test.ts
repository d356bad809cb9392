import { suite } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Costs, Space } from "../../../core/plugin/space.ts";
import { randomStream } from "../../../core/random/rng.ts";
import type { Architecture } from "../../../core/space/architecture.ts";
import { withChoices } from "../../../core/space/choices.ts";
import { heaviest, type OpenEdge, type OpenNetwork } from "../../../core/space/open-network.ts";
import type { Mixture } from "../../../core/training/weight-sharing.ts";
import { pathBy, pathOf } from "../../../core/weight-sharing/candidates.ts";
import { COST_TERM, type CostTerm, ExpectedCost, lossWithCost } from "../../../core/weight-sharing/expected-cost.ts";
import { softmax } from "../../../core/weight-sharing/relaxation.ts";
import choices from "../../../spaces/choices.ts";
import mobilenet from "../../../spaces/mobilenet.ts";
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

test("an edge that hangs on an operation of another counts where it is there: E is that of all paths, and slopes those of differences", () => {
  // A layer of depth 1 and 2, whose second layer has two choices, the second of which has one of its own.
  const edges: OpenEdge[] = [
    { name: "depth", operations: ["1", "2", "3"], parameterFree: [true, false, false] },
    { name: "second", operations: ["a", "b"], parameterFree: [false, false], condition: { edge: 0, operations: [1, 2] } },
    { name: "apart", operations: ["a", "b"], parameterFree: [false, false] },
    { name: "third", operations: ["a", "b", "c"], parameterFree: [false, false, false], condition: { edge: 1, operations: [1] } },
  ];
  const cost = ([depth, second, apart, third]: readonly number[]) =>
    30 + 4 * depth! + 7 * apart! + (depth! > 0 ? 5 + 2 * second! + (second === 1 ? 3 ** third! : 0) : 0);
  const open = { edges, derive: (weights: Mixture) => weights.map(heaviest) } as unknown as OpenNetwork;
  const expected = new ExpectedCost(
    costing(tinySpace(4, 3), (path) => ({ latency: cost(path) })),
    open,
    termOf({ reference: 40 }),
  );
  const alpha = [
    [0, 1, 0.3],
    [0.2, -0.4],
    [1, 0],
    [0.5, -1, 2],
  ];
  const E = (logits: Mixture) => {
    const p = logits.map(softmax);
    let sum = 0;
    for (const [a, pa] of p[0]!.entries())
      for (const [b, pb] of p[1]!.entries())
        for (const [c, pc] of p[2]!.entries()) for (const [d, pd] of p[3]!.entries()) sum += pa * pb * pc * pd * cost([a, b, c, d]);
    return sum;
  };
  near(expected.of(alpha.map(softmax)), E(alpha), 1e-9);
  for (const path of [
    [0, 1, 1, 2],
    [1, 0, 0, 2],
    [2, 1, 1, 1],
  ])
    near(expected.of(pathBy(open, path)), cost(path), 1e-9);
  const slopes = expected.gradient({ loss: 1.5, gradient: edges.map(({ operations }) => operations.map(() => 0)) }, alpha.map(softmax));
  const loss = (logits: Mixture) => lossWithCost(1.5, E(logits), termOf({ reference: 40 })).loss;
  for (const [e, edge] of alpha.entries())
    for (const [k, value] of edge.entries()) {
      const at = (by: number) => loss(alpha.with(e, edge.with(k, value + by)));
      near(slopes[e]![k]!, (at(1e-5) - at(-1e-5)) / 2e-5, 1e-9);
    }
});

test("multiply-adds of mobilenet, and of a described space whose layers hang on a depth, add up over their edges", () => {
  const small = { units: [{ channels: 8 }, { channels: 16, stride: 2, squeezeExcitation: true }], imageSize: 8, imageChannels: 1 };
  const described = {
    components: [
      { name: "depth", choices: [1, 2] },
      { name: "first", choices: [1, 3] },
      { name: "second", choices: [1, 3], when: { depth: 2 } },
    ],
    network: [
      { convolution: { kernel: 3, channels: 4 } },
      { convolution: { kernel: "$first", times: 1 } },
      { when: { depth: 2 }, layers: [{ convolution: { kernel: "$second", times: 1 } }] },
      "global-average-pool",
      "classifier",
    ],
  };
  for (const [plugin, options] of [
    [mobilenet, small],
    [choices, described],
  ] as const) {
    assert.equal(problemsOf(plugin.options, options), []);
    const space = withChoices(plugin.create(options as never, {} as never) as Space);
    const open = space.open!();
    const expected = new ExpectedCost(space, open, termOf({ name: "madds" }));
    const rng = randomStream(1, "/test");
    for (let n = 0; n < 20; n++) {
      const architecture = space.sample(rng);
      near(expected.of(pathOf(open, architecture)), space.cost!(architecture).madds!, 1e-6);
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
