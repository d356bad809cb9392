import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { codeDigest } from "../../../../app/host/modules/code-digest.ts";
import { when } from "../../../when.ts";
import { root, Scratch } from "../../cli/command.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "evoke-test-")));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
let trees = 0;

/** A plugin with a helper, a package that has an inner file and needs another package, and data that it imports. */
const tree = {
  "plugin.js": `
    import { readFileSync } from "node:fs";
    import { plugin } from "evoke-nas";
    import { helper } from "./lib/helper.js";
    import table from "./table.json" with { type: "json" };
    import outer from "outer";
    export default await import("./lib/late.js");
  `,
  "lib/helper.js": 'export * from "./inner.ts"; import "../plugin.js";',
  "lib/inner.ts": "export const helper = 1 as number;",
  "lib/late.js": 'const optional = () => import("not-installed");',
  "lib/unused.js": "export default 1;",
  "table.json": "[1]",
  "node_modules/outer/package.json": '{ "name": "outer", "version": "1.0.0", "exports": { "import": "./main.mjs" } }',
  "node_modules/outer/main.mjs": 'import "./inner.mjs"; import "@scope/common";',
  "node_modules/outer/inner.mjs": "export const inner = 1;",
  "node_modules/outer/unused.mjs": "export const unused = 1;",
  "node_modules/@scope/common/package.json": '{ "name": "@scope/common", "version": "2.0.0", "main": "lib" }',
  "node_modules/@scope/common/lib/index.js": 'exports.part = require("./part"); try { require("absent"); } catch {}',
  "node_modules/@scope/common/lib/part.js": 'module.exports = require("../data.json");',
  "node_modules/@scope/common/data.json": "{}",
};

/** Writes the tree, changed, into a folder of its own. @returns its plugin */
function written(changed: Readonly<Record<string, string>> = {}): string {
  const own = join(folder, `${++trees}`);
  for (const [path, content] of Object.entries({ ...tree, ...changed })) {
    const file = join(own, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return join(own, "plugin.js");
}
const digest = (changed?: Readonly<Record<string, string>>) => codeDigest(written(changed));
const same = digest();

test("the same code has the same digest, wherever it is", () => {
  assert.match(same, /^[0-9a-f]{64}$/);
  assert.is(digest(), same);
});

const COVERED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "the file itself": { "plugin.js": `${tree["plugin.js"]} ` },
  "a helper": { "lib/helper.js": `${tree["lib/helper.js"]} ` },
  "a helper's helper, in TypeScript": { "lib/inner.ts": "export const helper = 2 as number;" },
  "a module that is imported later": { "lib/late.js": `${tree["lib/late.js"]} ` },
  "imported JSON": { "table.json": "[2]" },
  "the inner file of a package": { "node_modules/outer/inner.mjs": "export const inner = 2;" },
  "a package's version": { "node_modules/outer/package.json": tree["node_modules/outer/package.json"].replace("1.0.0", "1.0.1") },
  "a package that a package needs": { "node_modules/@scope/common/lib/part.js": "module.exports = 2;" },
  "the version of a package that a package needs": {
    "node_modules/@scope/common/package.json": tree["node_modules/@scope/common/package.json"].replace("2.0.0", "2.0.1"),
  },
  "JSON that is required": { "node_modules/@scope/common/data.json": "[]" },
  "an optional package that is there now": { "node_modules/absent/index.js": "", "node_modules/absent/package.json": "{}" },
};
for (const [what, change] of Object.entries(COVERED)) test(`the digest covers ${what}`, () => assert.is.not(digest(change), same));

test("what is not imported has no part in the digest", () => {
  assert.is(digest({ "lib/unused.js": "2", "node_modules/outer/unused.mjs": "2", "node_modules/other/index.js": "2" }), same);
  assert.is(digest({ "node_modules/evoke-nas/index.js": "2", "node_modules/evoke-nas/package.json": "{}" }), same, "Evoke has a version");
});

test("which of two modules an import leads to is part of it", () => {
  const leading = (to: string) =>
    digest({
      "plugin.js": 'import "maps/one"; import "maps/two"; import "maps";',
      "node_modules/maps/package.json": JSON.stringify({
        name: "maps",
        exports: { ".": "./main.js", "./*": "./*.js" },
        imports: { "#chosen": to },
      }),
      "node_modules/maps/one.js": "1",
      "node_modules/maps/two.js": "2",
      "node_modules/maps/main.js": 'export * from "#chosen";',
    });
  assert.is.not(leading("./one.js"), leading("./two.js"));
});

test("a package of a thousand files that import each other is walked to its end", () => {
  const name = (i: number) => `node_modules/large/${i}.js`;
  const files = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => [name(i), `export * from "./${(i + 1) % 1000}.js"; export * from "./${(7 * i) % 1000}.js"; //`]),
  );
  const large = { ...files, "plugin.js": 'import "large/0.js";', "node_modules/large/package.json": '{ "name": "large" }' };
  assert.is.not(digest(large), digest({ ...large, [name(999)]: files[name(999)]!.replace("//", "// edited") }));
});

const deno = join(root, "node_modules/.bin/deno");
when(
  test,
  existsSync(deno),
  "the npm package deno is not installed",
)("Deno gives the same digest", () => {
  const module = new URL("../../../../app/host/modules/code-digest.ts", import.meta.url).href;
  const scratch = new Scratch();
  const script = scratch.write("digest.ts", `import { codeDigest } from "${module}"; console.log(codeDigest(Deno.args[0]));`);
  const options = ["--allow-read", "--ignore-env", "--config", join(root, "deno.json")];
  const { stdout, stderr } = scratch.call(deno, ["run", ...options, script, written()]);
  assert.is(stdout.trim(), same, stderr);
});

test.run();
