/** Instances and answers that fail when they are looked at, or have no end. @module */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../../core/errors/index.ts";
import { created } from "../../../../core/plugin/checks/create.ts";
import { found } from "../../../../core/plugin/checks/found.ts";
import { membership } from "../../../../core/plugin/checks/space.ts";
import type { Plugin } from "../../../../core/plugin/plugin.ts";
import nasBench201 from "../../../../spaces/nas-bench-201.ts";

const trap = () => {
  throw new Error("trapped");
};
const proxy: object = new Proxy({}, { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap });
const circle: object[] = [];
circle.push(circle);
/** A list that says it has a thousand million items. */
const endless = new Proxy([], { get: (list, key) => (key === "length" ? 1e9 : Reflect.get(list, key)) });

function refused(kind: Plugin["kind"], instance: unknown): string {
  const plugin = { kind, name: "mine", summary: "", options: {}, needs: [], create: () => instance } as unknown as Plugin;
  try {
    void created({ plugin, pointer: `/${kind}`, file: "test.json", options: {} }, {});
  } catch (error) {
    assert.ok((error as EvokeError).code, String(error));
    return (error as Error).message;
  }
  return "nothing";
}

test("an instance whose members cannot be read is told with its plugin, whatever its kind", () => {
  for (const kind of ["space", "distance", "reward", "acceptance", "initial", "evaluator", "controller", "middleware", "observer"] as const)
    for (const instance of [
      proxy,
      {
        get length() {
          return trap();
        },
        get between() {
          return trap();
        },
        get shape() {
          return trap();
        },
        get accepts() {
          return trap();
        },
        get centres() {
          return trap();
        },
        get metric() {
          return trap();
        },
        get propose() {
          return trap();
        },
        get concurrency() {
          return trap();
        },
        get around() {
          return trap();
        },
        get next() {
          return trap();
        },
      },
    ])
      assert.match(refused(kind, instance), new RegExp(`${kind} "mine" .*trapped`), kind);
});

test("what an answer is, is told in a line, whatever it is", () => {
  for (const [value, told] of [
    [proxy, "what cannot be read"],
    [circle, "an array"],
    [10n ** 400n, "a bigint"],
    ["x".repeat(1e6), "a text"],
    [Array.from({ length: 1e6 }, (_, i) => i), "[0,1,2,3"],
    [endless, "["],
  ] as const) {
    assert.match(found(value), told);
    assert.ok(found(value).length < 300);
  }
});

test("a list of another length is no member, however long it says it is", () => {
  const isMember = membership(nasBench201.create({} as never, {} as never) as never);
  assert.is(isMember(endless), false);
  assert.is(isMember([0, 0, 0, 0, 0, 0]), true);
});

test.run();
