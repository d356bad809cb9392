/** A kind of input that is taken in wrongly, in each way that a fuzz run is to find. @module */
import process from "node:process";
import fc from "fast-check";
import { target } from "./target.ts";

const WRONG: Readonly<Record<string, () => unknown>> = {
  throws: () => (undefined as unknown as string).length,
  late: () => void Promise.reject(new Error("nobody awaits it")),
  exits: () => process.exit(0),
  large: () => Buffer.alloc(7e8, 1).length,
};

export default target<string>({
  name: "faulty",
  inputs: () => fc.string({ unit: fc.constantFrom("a", "b", "throws"), maxLength: 9 }),
  act: (input) => (WRONG[input] ?? (input.includes("throws") ? WRONG.throws : undefined))?.(),
});
