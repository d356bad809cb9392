import { test } from "uvu";
import * as assert from "uvu/assert";
import { placeAmong } from "../../../core/evoking/observations.ts";
import { randomStream } from "../../../core/random/rng.ts";

test("rewards that are placed one after the other are ranked, and of equals the first is the better one", () => {
  const rng = randomStream(3, "/test");
  const rewards = Array.from({ length: 300 }, () => rng.below(40));
  const ranked: number[] = [];
  for (const [i, reward] of rewards.entries())
    ranked.splice(
      placeAmong(ranked, (one) => rewards[one]!, reward),
      0,
      i,
    );
  assert.equal(
    ranked,
    [...rewards.keys()].sort((a, b) => rewards[b]! - rewards[a]! || a - b),
  );
});

test.run();
