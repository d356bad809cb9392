import { test } from "uvu";
import * as assert from "uvu/assert";
import { type OpenEdge, weightOf } from "../../../../core/space/open-network.ts";
import { edgesOfNodes, mixedByEdges } from "../../../../core/weight-sharing/gradients/partial-channels.ts";
import { mixedBySoftmax, softmax } from "../../../../core/weight-sharing/relaxation.ts";
import nasBench201 from "../../../../spaces/nas-bench-201.ts";

const edge = (name: string, node?: string): OpenEdge => ({
  name,
  operations: ["a", "b"],
  parameterFree: [true, false],
  ...(node !== undefined && { node }),
});
const EDGES = [edge("0 → 1", "1"), edge("0 → 2", "2"), edge("1 → 2", "2"), edge("elsewhere")];
const PARTIAL = [...EDGES, ...EDGES.map(weightOf)];
const VALUES = [[0, 1], [2, 0], [0, 0], [1, 1], [7], [0.5], [-0.5], [3]];
const GRADIENT = [[1, 2], [3, 4], [5, 6], [7, 8], [1], [2], [-1], [4]];

test("weights of edges are shared out among those of a node, and an edge that is alone has all", () => {
  assert.equal(edgesOfNodes(PARTIAL, 2), [[4], [5, 6], [7]]);
  const { mixture } = mixedByEdges(VALUES, edgesOfNodes(PARTIAL, 2));
  assert.equal(mixture.slice(0, 4), VALUES.slice(0, 4).map(softmax));
  assert.equal(mixture.slice(4).flat(), [1, ...softmax([0.5, -0.5]), 1]);
  assert.ok(Math.abs(mixture[5]![0]! + mixture[6]![0]! - 1) < 1e-15, "they sum to 1");
});

test("their gradient is that of finite differences, and 0 on an edge that is alone in its node", () => {
  const nodes = edgesOfNodes(PARTIAL, 2);
  const loss = (values: readonly (readonly number[])[]) =>
    mixedByEdges(values, nodes).mixture.reduce((sum, row, e) => sum + row.reduce((part, m, k) => part + m * GRADIENT[e]![k]!, 0), 0);
  const slopes = mixedByEdges(VALUES, nodes).backward({ gradient: GRADIENT, outputs: [] });
  for (const [e, row] of VALUES.entries())
    for (const k of row.keys()) {
      const moved = (by: number) => loss(VALUES.with(e, row.with(k, row[k]! + by)));
      const difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
      assert.ok(Math.abs(slopes[e]![k]! - difference) < 1e-8, `edge ${e}, ${k}: ${slopes[e]![k]}, not ${difference}`);
    }
  assert.equal([slopes[4], slopes[7]], [[0], [0]]);
});

test("where all channels go through the operations it is the softmax of DARTS", () => {
  assert.equal(edgesOfNodes(EDGES, 1), []);
  const [own, plain] = [mixedByEdges(VALUES.slice(0, 4), []), mixedBySoftmax(VALUES.slice(0, 4))];
  const judged = { gradient: GRADIENT.slice(0, 4), outputs: [] };
  assert.equal([own.mixture, own.backward(judged)], [plain.mixture, plain.backward(judged)]);
});

test("the cell of NAS-Bench-201 has nodes of one, two and three edges", () => {
  const options = { channels: 16, cellsPerStage: 5, stages: 3, reduction: "residual", imageSize: 32, imageChannels: 3, classes: 10 };
  const { edges } = nasBench201.create(options as never, {} as never).open!(4);
  assert.equal(edgesOfNodes(edges, 4), [[6], [7, 8], [9, 10, 11]]);
});

test.run();
