import { test } from "uvu";
import * as assert from "uvu/assert";
import { Engine } from "../../../core/engine/engine.ts";
import { Predictor, rankShares } from "../../../core/policy/predictor.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { encodingOf, pathEncoding } from "../../../core/space/encoding.ts";
import { separableValidation, tinySpace } from "../../fixtures.ts";

const space = tinySpace(5, 4);
const paths = { count: 3, most: 2, of: (architecture: readonly number[]) => [0, 1, 2].filter((path) => architecture[0] === path) };

test("a share of ranks is from 0 for the smallest to 1 for the largest; equals share, and one alone has 0.5", () => {
  assert.equal(rankShares([70, 90, 80]), [0, 1, 0.5]);
  assert.equal(rankShares([5, 5, 7, 1]), [0.5, 0.5, 1, 0]);
  assert.equal(rankShares([42]), [0.5]);
});

test("members differ, and learn: what they say of unseen architectures ranks them (seed 1)", () => {
  const rng = randomStream(1, "/test");
  const score = separableValidation(space);
  const predictor = new Predictor(new Engine(), rng, encodingOf(space, "choices"), 20, 5);
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

test("features that come later get weights, and what was learned of the others stays", () => {
  const rng = randomStream(1, "/test");
  const counted = { ...space, features: ([first]: readonly number[]) => ({ features: [first!], counts: [1] }) };
  const predictor = new Predictor(new Engine(), rng, encodingOf(counted, "computed"), 8, 2);
  const [zero, one, two] = [0, 1, 2].map((first) => [first, 0, 0, 0, 0]) as [number[], number[], number[]];
  const lesson = { epochs: 100, learningRate: 0.01 };
  predictor.fit([zero, one], [0, 1], lesson);
  const [before, unknown, other] = predictor.predict([one, two, [3, 0, 0, 0, 0]]);
  assert.is(unknown, other, "what was not learned is not seen");
  predictor.fit([zero, one, two], [0, 1, 3], { ...lesson, epochs: 0 });
  assert.is(predictor.predict([one])[0], before);
  predictor.fit([zero, one, two], [0, 1, 3], lesson);
  const [a, b, c] = predictor.predict([zero, one, two]);
  assert.ok(a! < b! && b! < c!, `${a}, ${b}, ${c}`);
});

test.run();
