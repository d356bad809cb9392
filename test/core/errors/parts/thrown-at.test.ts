import { test } from "uvu";
import * as assert from "uvu/assert";
import { firstModule, stackOf, thrownAt } from "../../../../core/errors/index.ts";

const root = new URL("../../../../", import.meta.url).href;
const error = (...frames: readonly string[]) =>
  Object.assign(new Error("boom"), { stack: ["Error: boom", ...frames.map((frame) => `    at ${frame}`)].join("\n") });
const module = { file: "plugins/mine.js", url: "file:///a%20b/plugins/mine.js?v=1" };
const other = { file: "/elsewhere/other.js", url: "file:///elsewhere/other.js" };

test("an error is told where it was thrown in the module that is asked for, relative as the module is", () => {
  const thrown = error(
    "helped (file:///a%20b/plugins/helper.js:3:4)",
    `Object.sample (${root}spaces/some.ts:5:6)`,
    "async Object.propose (file:///a%20b/plugins/mine.js:12:7)",
    `search (${root}core/search/search.ts:7:8)`,
  );
  assert.is(thrownAt(thrown, module), "plugins/mine.js:12:7");
  assert.is(thrownAt(thrown, other), "/a b/plugins/helper.js:3:4");
  assert.is(thrownAt(error("file:///elsewhere/other.js:1:2"), other), "/elsewhere/other.js:1:2");
});

test("where no such module is on the stack, it is the first place outside core, packages and the runtime", () => {
  const frames = [
    "JSON.parse (<anonymous>)",
    "next (node:internal/streams:1:1)",
    "wasm://wasm/0a1b:1:22",
    "x (file:///somewhere/node_modules/rxjs/index.js:1:1)",
    `between (${root}core/space/draw.ts:9:9)`,
  ];
  assert.is(thrownAt(error(...frames, `new Thing (${root}plugins/reward/thing.ts:4:2)`)), "plugins/reward/thing.ts:4:2");
  assert.is(thrownAt(error(...frames, "file:///somewhere/thing.js:4:2"), module), "/somewhere/thing.js:4:2");
  assert.is(thrownAt(error(`between (${root}core/space/draw.ts:9:9)`)), "core/space/draw.ts:9:9");
  assert.is(thrownAt("no error"), undefined);
});

test("the first of several modules on a stack is found, from where the error was thrown", () => {
  const thrown = error("file:///elsewhere/other.js:1:2", "propose (file:///a%20b/plugins/mine.js:12:7)");
  assert.is(firstModule(thrown, [module, other]), other);
  assert.is(firstModule(thrown, [module]), module);
  assert.is(firstModule(error(), [module, other]), undefined);
});

test("a whole stack goes on with that of what has caused the error", () => {
  const cause = error("deep (file:///a.js:1:1)");
  const told = stackOf(new Error("told", { cause }));
  assert.match(told, /^Error: told\n[\s\S]*Error: boom\n {4}at deep \(file:\/\/\/a\.js:1:1\)$/);
});

test.run();
