import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../core/errors/index.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { drawFeasible, drawNew } from "../../../core/space/draw.ts";
import { tinySpace } from "../../fixtures.ts";

test("what is drawn first is taken where everything is feasible, so that no other number is drawn", () => {
  let draws = 0;
  assert.equal(
    drawFeasible(
      () => [draws++],
      () => true,
    ),
    [0],
  );
  assert.is(draws, 1);
});

test("it is drawn until something is feasible, and not for ever", () => {
  let draws = 0;
  const draw = () => [draws++];
  assert.equal(
    drawFeasible(draw, ([n]) => n! >= 500),
    [500],
  );
  assert.throws(
    () => drawFeasible(draw, () => false),
    ({ code, message }: EvokeError) => code === "LIMITS_UNMET" && message.includes("10000 were drawn"),
  );
});

test("something new is drawn, with no draw more than it takes, and what was drawn last where nothing is new", () => {
  const space = tinySpace(1, 4);
  const rng = randomStream(1, "/draw");
  const first = drawNew(space, randomStream(1, "/draw"), () => true);
  assert.equal(space.sample(rng), first);
  let asked = 0;
  const last = drawNew(space, rng, () => ++asked > 1000);
  assert.is(asked, 99);
  assert.ok(space.contains(last));
  assert.equal(
    drawNew(space, rng, ([operation]) => operation === 2),
    [2],
  );
});

test.run();
