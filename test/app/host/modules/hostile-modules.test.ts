/**
 * Modules of plugins that misbehave while they are imported, or when nobody waits for them any more: one clear error with
 * the module's name, status 2, no stack, and what was done before is kept.
 *
 * @module
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { root, Scratch, toy, toyEvaluator } from "../../cli/command.ts";

const scratch = new Scratch();
scratch.write("package.json", { type: "module" });

/** A manifest whose plugin is in a module of this name. */
function manifestOf(name: string, code: string): string {
  scratch.write(`${name}.js`, code);
  return scratch.write(`${name}.json`, { ...toy, name, controller: "random", subspaces: undefined, plugins: [`./${name}.js`] });
}

function assertTold(told: string, message: string | RegExp): void {
  assert.match(told, message);
  assert.not.match(told, /^\s+at /m, "a stack is shown with --debug only");
}

const HOSTILE = 'new Proxy({}, { get() { throw new Error("trapped"); }, has() { throw 1; }, getPrototypeOf() { throw 2; } })';
const SHARED: Readonly<Record<string, readonly [code: string, message: string]>> = {
  "throws-null": ["throw null;", "null was thrown, which is no error\n  The file is there, but its code does not load."],
  "throws-proxy": [`throw ${HOSTILE};`, "trapped\n  The file is there, but its code does not load."],
  "exports-proxy": [`export default ${HOSTILE};`, "what it exports cannot be read: 1 was thrown, which is no error"],
  "exports-trap": [
    'export default { kind: "evaluator", get name() { throw new Error("trapped"); } };',
    'its "name" cannot be read: trapped',
  ],
  "exports-circle": [
    'const p = { kind: "evaluator", name: "x" }; p.options = p; export default p;',
    'its "options" cannot be read: Converting circular',
  ],
  "exports-many": ['export default Array.from({ length: 1e5 }, () => ({ kind: "reward" }));', "it exports more than 1000 plugins"],
  "exports-endless": [
    "export default new Proxy([], { get: (list, key) => (key === 'length' ? 4e9 : { kind: 'reward' }) });",
    "it exports more than 1000 plugins",
  ],
};

for (const [name, [code, message]] of Object.entries(SHARED)) {
  test(`${name}: told with the module`, async () => {
    const { status, stderr } = await scratch.evoke("validate", manifestOf(name, code));
    assert.is(status, 2, stderr);
    assertTold(stderr, message);
    assertTold(stderr, `${name}.js`);
  });
}

test("a top-level await that never comes, and a module that ends the process, are told with the module", () => {
  for (const [name, code, message] of [
    ["waits", "await new Promise(() => {});", "it awaits, outside of its functions, what never comes."],
    ["exits", "process.exit(0);", "it ends the process, with status 0."],
  ] as const) {
    const { status, stderr } = scratch.evokeAlone("validate", manifestOf(name, code));
    assert.is(status, 2, stderr);
    assertTold(stderr, `Cannot import "./${name}.js" at /plugins of ${scratch.folder}/${name}.json: ${message}\n`);
  }
});

test("a plugin that ends the process in a run is told with its place, and the runs before are kept", async () => {
  const code = toyEvaluator.replace('throw new Error("the toy is broken")', "process.exit(0)");
  const manifest = manifestOf("ends", code);
  const failing = ["--set", '/evaluator={"use":"toy","options":{"failSeed":3,"milliseconds":1}}', "--workers", "1", "--out", "ends"];
  const { status, stdout, stderr } = scratch.evokeAlone("run", manifest, ...failing, "--json");
  assert.equal([status, stdout], [2, ""], stderr);
  assertTold(stderr, /Cannot go on: the plugin module ends\.js has ended the process, with status 0\.\n {2}At ends\.js:\d+:\d+\./);
  const again = await scratch.evoke("run", manifest, ...failing, "--seeds", "2");
  assert.match(again.stderr, "2 runs, 2 of them there already");
});

test("a plugin that ends its worker thread is told, and how to find it", () => {
  const code = `import { isMainThread } from "node:worker_threads";\n${toyEvaluator.replace("if (seed === failSeed)", "if (!isMainThread) process.exit(0);\n      if (seed === failSeed)")}`;
  const { status, stderr } = scratch.evokeAlone("run", manifestOf("ends-thread", code), "--workers", "2", "--out", "thread");
  assert.is(status, 2, stderr);
  assertTold(stderr, "Cannot go on: code of a plugin has ended the worker thread that it was in.");
});

test("what blocks the thread that imports it is named from beside, and an endless loop is ended", () => {
  const blocking = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6000);\n${toyEvaluator}`;
  const { status, stderr } = scratch.evokeAlone("validate", manifestOf("blocks", blocking));
  assert.is(status, 0, stderr);
  assert.match(
    stderr,
    `Importing "./blocks.js" at /plugins of ${scratch.folder}/blocks.json takes long: 5 seconds until now, and 60 at most.`,
  );

  scratch.write("loops.js", "for (;;) {}");
  const watching = scratch.write(
    "watching.js",
    `import { watched } from ${JSON.stringify(pathToFileURL(join(root, "dist/app/host/modules/watched.js")).href)};
    watched("a loop", 0);
    setTimeout(() => process.exit(7), 10);
    await import("./loops.js");`,
  );
  assert.is(scratch.call(process.execPath, [watching]).status, 7);
});

test.run();
