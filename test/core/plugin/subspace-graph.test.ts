import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SubspaceGraph } from "../../../core/plugin/subspace-graph.ts";

test("every two subspaces have one edge, from the worse centre to the better one, after any replacements", () => {
  const score = fc.integer({ min: 0, max: 5 });
  const property = fc.property(
    fc.array(score, { minLength: 1, maxLength: 8 }),
    fc.array(fc.tuple(fc.nat(7), score), { maxLength: 20 }),
    (first, replacements) => {
      const graph = new SubspaceGraph(first.length, 2);
      for (const [k, value] of first.entries()) graph.evoke(k, [k], value);
      for (const [k, value] of replacements) graph.replace(k % first.length, [k], value);
      const pairs = new Set<string>();
      for (let e = 0; e < graph.from.length; e++) {
        const [from, to] = [graph.from[e]!, graph.to[e]!];
        assert.ok(graph.scores[from]! <= graph.scores[to]!);
        if (graph.scores[from] === graph.scores[to]) assert.ok(from < to);
        pairs.add([from, to].sort().join());
      }
      assert.is(pairs.size, (first.length * (first.length - 1)) / 2);
    },
  );
  fc.assert(property, { seed: 1, numRuns: 300 });
});

test("replace() changes one centre and counts it; evoke() does not count", () => {
  const graph = new SubspaceGraph(2, 1);
  graph.evoke(0, [0], 10);
  graph.evoke(1, [1], 20);
  assert.is(graph.updates, 0);
  graph.replace(0, [2], 30);
  assert.is(graph.updates, 1);
  assert.equal(graph.centres, [[2], [1]]);
  assert.equal([...graph.scores], [30, 20]);
  assert.is(graph.best(), 0);
});

test.run();
