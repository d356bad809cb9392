import { test } from "uvu";
import * as assert from "uvu/assert";
import { Brackets, rungsOf, sizesOf } from "../../../core/policy/successive-halving.ts";

test("sizesOf() gives Table 1 of the paper: η = 3, R = 81", () => {
  assert.equal(
    [4, 3, 2, 1, 0].map((s) => sizesOf(s, 5, 3)),
    [[81, 27, 9, 3, 1], [27, 9, 3, 1], [9, 3, 1], [6, 2], [5]],
  );
});

test("rungsOf() takes the fidelities that are nearest to the η-th part of the one above", () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
  assert.equal(rungsOf(upTo(81), 3), [1, 3, 9, 27, 81]);
  assert.equal(rungsOf(upTo(12), 3), [1, 4, 12]);
  assert.equal(rungsOf(upTo(16), 2), [1, 2, 4, 8, 16]);
  assert.equal(rungsOf([4, 10], 3), [4, 10]);
  assert.equal(rungsOf([12, 200], 3), [12, 200]);
  assert.equal(rungsOf([0, 10], 3), [10]);
});

/** Lets brackets search among [0], [1], [2] … in turn, of which the larger number is the better one. */
function searching(brackets: Brackets, queries: number, fails = (_: number) => false) {
  let drawn = 0;
  return Array.from({ length: queries }, () => {
    const { architecture, fidelity } = brackets.propose(() => [drawn++]);
    const reward = fails(architecture[0]!) ? Number.NaN : architecture[0]!;
    brackets.observe({ architecture, fidelity, score: reward, reward });
    return [architecture[0], fidelity ?? "full"];
  });
}

test("of each rung the best go on, and brackets begin with more and more training, then again with little", () => {
  const at = (fidelity: number | "full", ...numbers: number[]) => numbers.map((n) => [n, fidelity]);
  const bracket2 = (first: number) => [
    ...at(1, ...Array.from({ length: 9 }, (_, i) => first + i)),
    ...at(3, first + 8, first + 7, first + 6),
    ...at("full", first + 8),
  ];
  const rest = [...at(3, 9, 10, 11), ...at("full", 11), ...at("full", 12, 13, 14)];
  assert.equal(searching(new Brackets([1, 3, 9], 3), 13 + 7 + 13), [...bracket2(0), ...rest, ...bracket2(15)]);
});

test("what fails is never promoted, and a rung that fails as a whole ends its bracket", () => {
  const told = searching(new Brackets([1, 9], 3), 8, (n) => n === 2 || (n > 4 && n < 8));
  assert.equal(told, [
    [0, 1],
    [1, 1],
    [2, 1],
    [1, "full"],
    [3, "full"],
    [4, "full"],
    [5, 1],
    [6, 1],
  ]);
  assert.equal(searching(new Brackets([1, 9], 3), 5, () => true).at(-1), [4, "full"]);
});

test("where a rung waits for outcomes the next bracket begins, and each outcome finds its own", () => {
  const brackets = new Brackets([1, 9], 3);
  let drawn = 0;
  const draw = () => [drawn++];
  const proposals = Array.from({ length: 6 }, () => brackets.propose(draw));
  assert.equal(
    proposals.map(({ fidelity }) => fidelity),
    [1, 1, 1, undefined, undefined, 1],
  );
  for (const proposal of proposals.slice(0, 3)) brackets.observe({ ...proposal, score: 0, reward: proposal.architecture[0]! });
  assert.equal(brackets.propose(draw), { architecture: [2] });
  brackets.observe({ architecture: [7], score: 99, reward: 99, fidelity: 1 }); // of somebody else
  for (const proposal of proposals.slice(3)) brackets.observe({ ...proposal, score: 0, reward: 0 });
  assert.equal(brackets.propose(draw), { architecture: [6], fidelity: 1 });
});

test("outcomes come in any order: a rung waits for all of its own, and of equals what was proposed first goes on", () => {
  const brackets = new Brackets([1, 3, 9], 3);
  let drawn = 0;
  const draw = () => [drawn++ % 8]; // the first and the last of nine are one architecture
  const rung = Array.from({ length: 9 }, () => brackets.propose(draw));
  for (const proposal of rung.slice(1).reverse()) {
    const reward = proposal.architecture[0]! < 3 ? 5 : 4;
    brackets.observe({ ...proposal, score: 0, reward });
  }
  assert.equal(brackets.propose(draw), { architecture: [1], fidelity: 3 }, "of the next bracket, since one outcome is awaited");
  brackets.observe({ ...rung[0]!, score: 0, reward: 6 });
  const promoted = Array.from({ length: 3 }, () => brackets.propose(draw));
  // The first outcome of [0] was that of the first proposal, the last one, 6, that of the ninth.
  assert.equal(
    promoted,
    [0, 0, 1].map((operation) => ({ architecture: [operation], fidelity: 3 })),
  );
});

test("the widest rung is that of the bracket that halves most", () => {
  assert.is(new Brackets([1, 3, 9, 27, 81], 3).widest, 81);
  assert.is(new Brackets([4, 10], 3).widest, 3);
});

test.run();
