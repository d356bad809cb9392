import { test } from "uvu";
import * as assert from "uvu/assert";
import { errorThrown, errorValue, stackOf } from "../../../../core/errors/index.ts";

const trap = () => {
  throw new Error("trapped");
};
const hostile = new Proxy({}, { get: trap, has: trap, getPrototypeOf: trap });

test("an error is told as it is", () => {
  const error = new Error("broken");
  assert.is(errorThrown(error), error);
});

test("whatever else was thrown is told by an error without a stack, even what fails when it is looked at", () => {
  for (const [thrown, message] of [
    ["a text", "a text"],
    [null, "null was thrown, which is no error"],
    [undefined, "undefined was thrown, which is no error"],
    [Symbol("x"), "Symbol(x) was thrown, which is no error"],
    [5n, "5 was thrown, which is no error"],
    [{}, "an object was thrown, which is no error"],
    [{ message: "of another realm" }, "of another realm"],
    [Object.assign(new Error(), { message: { a: 1 } }), "an object was thrown, which is no error"],
    [new Error(""), "an error without a message was thrown"],
    [
      {
        get message() {
          return trap();
        },
      },
      "something was thrown that cannot be read",
    ],
    [Object.defineProperty(new Error("x"), "code", { get: trap }), "something was thrown that cannot be read"],
    [hostile, "something was thrown that cannot be read"],
  ] as const) {
    const error = errorThrown(thrown);
    assert.equal([error.message, error.stack], [message, ""]);
    assert.equal(errorValue(thrown), { message, stack: message });
  }
});

test("a message may quote all that a plugin was given, and only its beginning is told", () => {
  assert.is(errorThrown(new Error("x".repeat(1e6))).message.length, 10_000);
});

test("an error that is its own cause has a stack that ends", () => {
  const error: Error = new Error("round");
  const other = new Error("and round", { cause: error });
  error.cause = other;
  assert.is(stackOf(error).split("round\n").length - 1, 2);
});

test.run();
