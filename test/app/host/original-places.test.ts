/**
 * `--debug` shows stacks by the lines that somebody wrote: those of Evoke in a clone, and those of plugins in TypeScript,
 * compiled or not.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { withOriginalPlaces } from "../../../app/host/original-places.ts";
import { root, Scratch } from "../cli/command.ts";

const scratch = new Scratch();

/** Types above the line that throws are gone in what is compiled. */
const SOURCE = `
interface Margin {
  readonly wanted: number;
}

export default {
  kind: "acceptance",
  name: "typed",
  summary: "Throws",
  options: { type: "object", additionalProperties: false },
  needs: [],
  create: () => ({
    accepts(): Margin {
      throw new RangeError("no margin");
    },
  }),
};
`;
const LINE = SOURCE.split("\n").findIndex((line) => line.includes("throw")) + 1;

function manifestOf(file: string): string {
  return scratch.write(`${file.replaceAll(/\W/g, "-")}.json`, {
    name: "debugged",
    plugins: [`./${file}`],
    space: "nas-bench-201",
    evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
    subspaces: { count: 2, radius: 2, accept: ["typed"] },
    controller: "uniform",
    budget: { queries: 20 },
  });
}

scratch.write("package.json", { type: "module" });
const source = scratch.write("src/typed.ts", SOURCE);
const options = { loader: "ts", sourcefile: "../src/typed.ts", sourcesContent: false } as const;

test("with --debug a compiled plugin has the lines of its source, and Evoke its own, whichever way the map is named", async () => {
  const { code, map } = transformSync(SOURCE, { ...options, sourcemap: "external" });
  scratch.write("built/beside.js", code);
  scratch.write("built/beside.js.map", map);
  scratch.write("built/named.js", `${code}//# sourceMappingURL=beside.js.map\n`);
  scratch.write("built/within.js", transformSync(SOURCE, { ...options, sourcemap: "inline" }).code);
  for (const file of ["built/beside.js", "built/named.js", "built/within.js"]) {
    const { status, stderr } = await scratch.evoke("run", manifestOf(file), "--debug");
    assert.is(status, 1);
    assert.ok(stderr.includes(`accepts (${source}:${LINE}:`), `${file}\n${stderr}`);
    const [, own, line] = /^RangeError.*\n.*\n +at .*\((.*core\/plugin\/checks\/answers\.ts):(\d+):\d+\)$/m.exec(stderr) ?? [];
    assert.is(own, join(root, "core/plugin/checks/answers.ts"), stderr);
    assert.match(readFileSync(own!, "utf8").split("\n")[Number(line) - 1]!, /acceptance\.accepts\(/);
  }
});

test("without --debug no stack is shown", async () => {
  const { stderr } = await scratch.evoke("run", manifestOf("built/beside.js"));
  assert.not.match(stderr, /^ +at /m);
});

test("a plugin in TypeScript has its own lines where tsx reads it, or the runtime itself", () => {
  const { typescript = false } = process.features as { readonly typescript?: string | false };
  const tsx = typescript ? [] : ["--import", pathToFileURL(join(root, "node_modules/tsx/dist/esm/index.mjs")).href];
  const command = [...tsx, scratch.command, "run", manifestOf("src/typed.ts"), "--trust", "--debug", "--workers", "1"];
  const { status, stderr } = scratch.call(process.execPath, command);
  assert.is(status, 1, stderr);
  assert.match(stderr, new RegExp(`accepts \\(.*src/typed\\.ts:${LINE}:\\d+\\)`));
});

test("a place whose file or map is absent, or damaged, stays as it is; so does whatever is no place", () => {
  const damaged = scratch.write("damaged.js", "throw 1;\n//# sourceMappingURL=damaged.js.map\n");
  scratch.write("damaged.js.map", "{");
  const stack = [
    "Error: at /somewhere/else.js:1:1 it failed",
    "    at one (/absent/file.js:1:1)",
    `    at two (${pathToFileURL(damaged)}:1:1)`,
    "    at three (node:internal/process:1:1)",
    "    at async Promise.all (index 0)",
  ].join("\n");
  assert.is(withOriginalPlaces(stack), stack);
});

test.run();
