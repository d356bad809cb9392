import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../core/errors.ts";
import { drawAdmitted } from "../../core/limits.ts";

test("what is drawn first is taken where everything is admitted, so that no other number is drawn", () => {
  let draws = 0;
  assert.equal(
    drawAdmitted(
      () => [draws++],
      () => true,
    ),
    [0],
  );
  assert.is(draws, 1);
});

test("it is drawn until something is admitted, and not for ever", () => {
  let draws = 0;
  const draw = () => [draws++];
  assert.equal(
    drawAdmitted(draw, ([n]) => n! >= 500),
    [500],
  );
  assert.throws(
    () => drawAdmitted(draw, () => false),
    ({ code, message }: EvokeError) => code === "LIMITS_UNMET" && message.includes("10000 were drawn"),
  );
});

test.run();
