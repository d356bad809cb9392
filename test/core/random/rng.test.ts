import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomStream } from "../../../core/random/rng.ts";

const draw = (seed: number, slot: string, count: number) => {
  const rng = randomStream(seed, slot);
  return Array.from({ length: count }, () => rng.next());
};

// The same numbers come from an independent xoroshiro128+ (24, 16, 37) in Python, seeded with
// hashlib.sha256(b"1/controller"), low 32 bits of each output.
test("a stream is fixed by seed and slot, on every runtime", () => {
  assert.equal(draw(1, "/controller", 3), [0.32805537595413625, 0.4151626906823367, 0.16046475572511554]);
});

test("other seeds and other slots give other streams", () => {
  const heads = [draw(1, "/controller", 4), draw(2, "/controller", 4), draw(1, "/subspaces/initial", 4), draw(11, "/controller", 4)];
  assert.is(new Set(heads.map(String)).size, heads.length);
});

test("below(n) is uniform: no count of 60,000 draws strays by more than 4 standard errors (seed 1)", () => {
  const rng = randomStream(1, "/test");
  const n = 6;
  const draws = 60_000;
  const counts = new Array(n).fill(0);
  for (let i = 0; i < draws; i++) counts[rng.below(n)]++;
  const standardError = Math.sqrt(draws * (1 / n) * (1 - 1 / n));
  for (const count of counts) assert.ok(Math.abs(count - draws / n) < 4 * standardError, `${count}`);
});

test.run();
