import { test } from "uvu";
import * as assert from "uvu/assert";
import { ComputedEncoding, encodingOf, onesOf, pathEncoding } from "../../../core/space/encoding.ts";
import { tinySpace } from "../../fixtures.ts";

const space = tinySpace(5, 4);
/** The first choice so many times, and the last one once. */
const counted = {
  ...space,
  features: ([first, ...others]: readonly number[]) => ({
    features: first === 0 ? [9 + others[3]!] : [3, 9 + others[3]!],
    counts: first === 0 ? [1] : [first!, 1],
  }),
};

test("each choice of each component is a feature", () => {
  const { features, each, of } = encodingOf(space, "choices");
  assert.equal([features, each, ...of([3, 0, 1, 2, 0])], [20, 5, 3, 4, 9, 14, 16]);
});

test("a component that is not there has no feature", () => {
  const conditional = {
    ...space,
    length: 2,
    choices: [
      ["there", "not"],
      ["absent", "3", "5"],
    ],
    conditions: [undefined, { component: 0, choices: [0] }],
  };
  const { features, of } = encodingOf(conditional, "choices");
  assert.is(features, 5);
  assert.equal([of([0, 2]), of([1, 0])], [[0, 4], [1]]);
});

test("each path is a feature; paths that are absent read one more", () => {
  const paths = { count: 3, most: 2, of: (architecture: readonly number[]) => [0, 1, 2].filter((path) => architecture[0] === path) };
  const { features, each, of } = pathEncoding(paths);
  assert.equal([features, each], [4, 2]);
  assert.equal(of([2, 0, 0, 0, 0]), [2, 3]);
  assert.equal(of([3, 0, 0, 0, 0]), [3, 3]);
});

test("what is computed has a feature for each time that it occurs, as far as it was learned", () => {
  const encoding = encodingOf(counted, "computed");
  assert.equal([encoding.features, encoding.of([2, 0, 0, 0, 1])], [0, []]);
  encoding.learn([
    [2, 0, 0, 0, 1],
    [0, 0, 0, 0, 1],
  ]);
  assert.is(encoding.features, 3);
  assert.equal(encoding.of([2, 3, 3, 3, 1]), [0, 1, 2]);
  assert.equal(encoding.of([1, 0, 0, 0, 2]), [0]);
  assert.equal(encoding.of([3, 0, 0, 0, 1]), [0, 1, 2], "a third time was not learned");
  encoding.learn([[3, 0, 0, 0, 1]]);
  assert.equal(encoding.of([3, 0, 0, 0, 1]), [0, 1, 3, 2], "what was learned keeps its number");
});

test("what is known of one encoding makes another one that is the same", () => {
  const encoding = new ComputedEncoding(counted);
  encoding.learn([
    [0, 0, 0, 0, 3],
    [3, 0, 0, 0, 1],
  ]);
  const again = new ComputedEncoding(counted, encoding.known);
  for (const one of [
    [0, 0, 0, 0, 3],
    [2, 0, 0, 0, 1],
    [1, 0, 0, 0, 2],
  ])
    assert.equal(again.of(one), encoding.of(one));
  assert.is(again.features, encoding.features);
});

test("ones of several architectures say where each begins, unless all have as many", () => {
  assert.equal(
    onesOf([
      [4, 2],
      [1, 0],
    ]),
    { rows: [4, 2, 1, 0] },
  );
  assert.equal(onesOf([[4, 2], [], [1]]), { rows: [4, 2, 1], begins: [0, 2, 2, 3] });
  assert.equal(onesOf([[]]), { rows: [], begins: [0, 0] });
});

test.run();
