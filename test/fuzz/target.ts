/**
 * What is fuzzed: a kind of input that comes from outside, and the code that takes it in.
 *
 * @module
 */
import type { Arbitrary } from "fast-check";

/** A folder for one case, made when it is first asked for, and removed afterwards. */
export interface Place {
  readonly folder: string;
}

/** A kind of input. */
export interface Target<Input> {
  readonly name: string;
  /** Inputs that are nearly right, as plain values that a process can be sent. */
  inputs(): Arbitrary<Input> | Promise<Arbitrary<Input>>;
  /**
   * Takes an input in.
   * @throws EvokeError where it is refused; whatever else is thrown is a fault
   */
  act(input: Input, place: Place): unknown;
}

/** A fault that is no exception: an input that was accepted, and changed a result. */
export class WrongResult extends Error {
  override readonly name = "WrongResult";
}

export const target = <Input>(literal: Target<Input>): Target<Input> => literal;
