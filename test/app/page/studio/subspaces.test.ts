import { test } from "uvu";
import * as assert from "uvu/assert";
import { ring } from "../../../../app/page/studio/graph/layout.ts";
import { changes, momentAt } from "../../../../app/page/studio/graph/moments.ts";

const step = (subspace: number, queries: number, score: number) => ({
  subspace,
  queries,
  score,
  architecture: `${subspace} at ${queries}`,
});
/** Two first centres that are free, then subspace 1 is replaced by query 2 and subspace 0 by query 5. */
const steps = [step(0, 0, 80), step(1, 0, 85), step(1, 2, 90), step(0, 5, 95)];

test("the centres of a moment are those that were found by then", () => {
  const scores = (at: number) => momentAt({ steps }, at).centres.map(({ score }) => score);
  assert.equal([0, 1, 2, 4, 5, 9].map(scores), [
    [80, 85],
    [80, 85],
    [80, 90],
    [80, 90],
    [95, 90],
    [95, 90],
  ]);
  assert.equal(changes({ steps }), [2, 5]);
});

test("what a query did is known from the record: where it looked, and whether its candidate became the centre", () => {
  const chosen = [
    { query: 0, queries: 1, subspace: 0, distance: 2 },
    { query: 1, queries: 2, subspace: 1 },
  ];
  assert.is(momentAt({ steps, chosen }, 0).evoked, undefined);
  assert.equal(momentAt({ steps, chosen }, 1).evoked, { subspace: 0, distance: 2, replaced: false });
  assert.equal(momentAt({ steps, chosen }, 2).evoked, { subspace: 1, replaced: true });
});

test("without a record only the queries that replaced a centre tell where they looked", () => {
  assert.equal(
    [0, 1, 2, 3, 5].map((at) => momentAt({ steps }, at).evoked?.subspace),
    [undefined, undefined, 1, undefined, 0],
  );
});

test("an edge runs from each centre to every better one, between equals to the later one", () => {
  const centres = [step(0, 0, 90), step(1, 0, 80), step(2, 0, 90)];
  const edges = (goal: "maximise" | "minimise") =>
    ring(centres, goal).edges.map(({ from, to }) => [from.subspace, to.subspace].join(" to "));
  assert.equal(edges("maximise"), ["1 to 0", "0 to 2", "1 to 2"]);
  assert.equal(edges("minimise"), ["0 to 1", "0 to 2", "2 to 1"]);
  const standing = ring(centres, "maximise").spots.map((spot) => spot.standing);
  assert.is(Math.max(...standing), 1);
  assert.is(standing[1], 0);
});

test("of very many subspaces only the edges at the chosen one are drawn", () => {
  const centres = Array.from({ length: 200 }, (_, k) => step(k, 0, k));
  assert.is(ring(centres, "maximise", 7).edges.length, 199);
  assert.is(ring(centres, "maximise").edges.length, 0);
});

test.run();
