/**
 * Numbers from other software (see reference.py), and how ours are compared with them.
 *
 * @module
 */
import * as assert from "uvu/assert";
import reference from "./reference.json" with { type: "json" };

export { reference };

/** Asserts that two numbers agree to `relative`; null stands for NaN. */
export function close(actual: number, expected: number | null, relative = 1e-12): void {
  const same = expected === null ? Number.isNaN(actual) : Math.abs(actual - expected) <= relative * Math.abs(expected);
  assert.ok(same, `${actual} is not ${expected}`);
}
