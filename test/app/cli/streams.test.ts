import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { when } from "../../when.ts";
import { DENO, Scratch, toyEvaluator } from "./command.ts";

const scratch = new Scratch();
/** Prints when it is imported and in each evaluation, and does what it is told in the run of seed 3. */
scratch.write(
  "unruly.js",
  `console.log("printed at import");
process.stdout.write("written at import\\n");
${toyEvaluator.replace("export default {", "const toy = {")}
export default { ...toy, name: "unruly", options: { type: "object", properties: { does: { type: "string", default: "print" } } },
  create({ does }, dependencies) {
    const { metric, evaluate } = toy.create({}, dependencies);
    return { metric, evaluate: (architecture) => {
      const measured = evaluate(architecture);
      if (does === "print") console.log("printed while it evaluates");
      if (dependencies.seed === 3) {
        if (does === "reject") Promise.reject(new Error("nobody caught this"));
        if (does === "throw later") setTimeout(() => { throw new Error("nobody caught this"); });
        if (does === "wait") return new Promise(() => {});
      }
      return does === "print" ? measured : new Promise((resolve) => setTimeout(() => resolve(measured), 2));
    } };
  } };`,
);
const manifest = scratch.write("unruly.json", {
  ...{ name: "unruly", plugins: ["./unruly.js"], space: "nas-bench-201", evaluator: "unruly", controller: "random" },
  ...{ budget: { queries: 5 }, seeds: { count: 4 } },
});
const doing = (does: string) => ["--set", `/evaluator={"use":"unruly","options":{"does":"${does}"}}`];

for (const workers of ["1", "2"]) {
  test(`whatever plugins print, stdout has the document alone, with ${workers} worker(s)`, () => {
    const { status, stdout, stderr } = scratch.evokeAlone("run", manifest, "--json", "--out", `printed-${workers}`, "--workers", workers);
    assert.is(status, 0, stderr);
    assert.is(JSON.parse(stdout).runs.length, 4);
    assert.is(stderr.split("printed while it evaluates").length - 1, 20);
    assert.match(stderr, "written at import");
  });

  for (const does of workers === "1" ? ["reject", "throw later"] : ["reject"])
    test(`an error that nobody caught (${does}) is one clear error, and costs no run that was over, with ${workers} worker(s)`, async () => {
      const out = `stray-${does[0]}-${workers}`;
      const { status, stdout, stderr } = scratch.evokeAlone("run", manifest, ...doing(does), "--json", "--out", out, "--workers", workers);
      assert.equal([status, stdout], [2, ""]);
      assert.match(
        stderr,
        /Cannot go on: something failed that nobody waited for, in the plugin module unruly\.js: nobody caught this\n {2}Thrown at unruly\.js:\d+:\d+\.\n/,
      );
      assert.not.match(stderr, / {4}at /);
      if (workers === "2") return; // others may have been under way
      const again = await scratch.evoke("run", manifest, ...doing(does), "--out", out, "--seeds", "2");
      assert.match(again.stderr, "unruly: 2 runs, 2 of them there already");
    });

  test(`a promise that never settles fails its run once nothing is left to do, with ${workers} worker(s)`, () => {
    const args = ["run", manifest, ...doing("wait"), "--json", "--out", `never-${workers}`, "--workers", workers];
    const { status, stdout, stderr } = scratch.evokeAlone(...args);
    assert.is(status, 1, stderr);
    assert.equal(
      JSON.parse(stdout).runs.map(({ seed }: { seed: number }) => seed),
      [1, 2, 4],
    );
    assert.match(stderr, "The run of seed 3 failed: Cannot go on: a promise of a plugin is awaited, and nothing is left to do");
  });
}

const shell = (command: string) => scratch.call("bash", ["-c", command.replace("evoke", `${process.execPath} ${scratch.command}`)]);

test("a reader of stdout that has had enough ends the command quietly", () => {
  const { stdout, stderr } = shell(
    `evoke run ${manifest} --json --quiet --out head 2>errors | head -c 10; echo " \${PIPESTATUS[0]}"; cat errors`,
  );
  assert.is(stderr, "");
  assert.match(stdout, /^\{"experime 0\n/);
  assert.not.match(stdout, /EPIPE|Error| {4}at /);
});

when(
  test,
  existsSync("/dev/full"),
  "there is no /dev/full",
)("a stdout that takes no more is one clear error, and costs no results", () => {
  const { stdout, stderr } = shell(`evoke run ${manifest} --json --quiet --out full 2>errors >/dev/full; echo "$?"; cat errors`);
  assert.is(stderr, "");
  assert.match(stdout, /^2\n[\s\S]*Cannot write stdout: ENOSPC[^\n]*\n {2}What was written before is kept\..*\n$/);
  assert.not.match(stdout, / {4}at /);
  assert.match(shell(`evoke run ${manifest} --out full 2>&1`).stdout, "unruly: 4 runs, 4 of them there already");
});

test("a closed stderr, or one that nobody reads, costs no results", () => {
  assert.is(JSON.parse(shell(`evoke run ${manifest} --json --out closed 2>&-`).stdout).runs.length, 4);
  shell(`evoke run ${manifest} --json --out unread 2>&1 >document | head -c 1`);
  assert.is(JSON.parse(shell("cat document").stdout).runs.length, 4);
});

when(
  test,
  existsSync(DENO),
  "the npm package deno is not installed",
)("on Deno stdout has the document alone as well", () => {
  const { status, stdout, stderr } = scratch.evokeOnDeno(
    "run",
    manifest,
    "--json",
    "--out",
    join(scratch.folder, "deno"),
    "--workers",
    "2",
  );
  assert.is(status, 0, stderr);
  assert.is(JSON.parse(stdout).runs.length, 4);
});

test.run();
