import { test } from "uvu";
import * as assert from "uvu/assert";
import { Engine } from "../../../core/engine/engine.ts";
import { componentEncoding, Predictor, pathEncoding, rankShares } from "../../../core/policy/predictor.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const space = tinySpace(5, 4);
const paths = { count: 3, most: 2, of: (architecture: readonly number[]) => [0, 1, 2].filter((path) => architecture[0] === path) };

test("a share of ranks is from 0 for the smallest to 1 for the largest; equals share, and one alone has 0.5", () => {
  assert.equal(rankShares([70, 90, 80]), [0, 1, 0.5]);
  assert.equal(rankShares([5, 5, 7, 1]), [0.5, 0.5, 1, 0]);
  assert.equal(rankShares([42]), [0.5]);
});

test("each operation of each component is a feature, and each path; paths that are absent read one feature more", () => {
  const components = componentEncoding(space);
  assert.equal([components.features, components.each, ...components.of([3, 0, 1, 2, 0])], [20, 5, 3, 4, 9, 14, 16]);
  const encoding = pathEncoding(paths);
  assert.equal([encoding.features, encoding.each], [4, 2]);
  assert.equal(encoding.of([2, 0, 0, 0, 0]), [2, 3]);
  assert.equal(encoding.of([3, 0, 0, 0, 0]), [3, 3]);
});

test("members differ, and learn: what they say of unseen architectures ranks them (seed 1)", () => {
  const rng = randomStream(1, "/test");
  const score = separableValidation(space);
  const predictor = new Predictor(new Engine(), rng, componentEncoding(space), 20, 5);
  const [known, unseen] = [Array.from({ length: 100 }, () => space.sample(rng)), Array.from({ length: 100 }, () => space.sample(rng))];
  predictor.fit(known, rankShares(known.map(score)), { epochs: 100, learningRate: 0.01 });
  const members = predictor.predictions(unseen);
  assert.is(members.length, 5);
  assert.ok(new Set(members.map((values) => values[0])).size > 1);
  const sums = predictor.predict(unseen);
  assert.equal(
    sums,
    unseen.map((_, i) => members.reduce((sum, values) => sum + values[i]!, 0)),
  );
  const byPrediction = [...unseen.keys()].sort((a, b) => sums[b]! - sums[a]!).map((i) => score(unseen[i]!));
  const mean = (values: readonly number[]) => values.reduce((x, y) => x + y) / values.length;
  assert.ok(mean(byPrediction.slice(0, 20)) > mean(byPrediction.slice(-20)) + 15, byPrediction.join(", "));
});

test("architectures of the same paths are predicted alike", () => {
  const rng = randomStream(1, "/test");
  const predictor = new Predictor(new Engine(), rng, pathEncoding(paths), 8, 2);
  predictor.fit(
    [
      [0, 0, 0, 0, 0],
      [1, 0, 0, 0, 0],
    ],
    [0, 1],
    { epochs: 20, learningRate: 0.01 },
  );
  const [a, b, c] = predictor.predict([
    [1, 2, 3, 0, 1],
    [1, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
  ]);
  assert.is(a, b);
  assert.ok(a! > c!);
});

test.run();
