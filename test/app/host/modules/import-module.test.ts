import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { importModule } from "../../../../app/host/modules/import-module.ts";
import type { EvokeError } from "../../../../core/errors/index.ts";
import { when } from "../../../when.ts";
import { DENO, Scratch, toy, toyEvaluator } from "../../cli/command.ts";

const scratch = new Scratch();
scratch.write("package.json", { type: "module" });
const manifest = scratch.write("manifests/manifest.json", {});
const imported = async (specifier: string) => (await importModule(specifier, manifest)).exports as { readonly name: string };
const refused = (specifier: string): Promise<EvokeError> =>
  importModule(specifier, manifest).then(
    () => {
      throw new Error(`${specifier} was imported`);
    },
    (error: EvokeError) => error,
  );

/** Letters that file names may have, and that mean something in a URL, or to somebody. */
const NAMES = ["a b", "50%", "a%20b", "a#b", "why?", "a&b=c", "[x]", "größe", "模块", "it's", "a+b", "~a@b", "a;b,c"];

test("a module is found by its path, whatever letters that has", async () => {
  for (const name of NAMES) {
    const file = scratch.write(join(name, `${name}.js`), `export const name = ${JSON.stringify(name)};`);
    for (const specifier of [`../${name}/${name}.js`, `./../${name}/${name}.js`, file, pathToFileURL(file).href])
      assert.is((await imported(specifier)).name, name, specifier);
  }
});

const strange = NAMES.map((name, i) => {
  const plugin = toyEvaluator.replace('name: "toy"', `name: "toy-${i}"`);
  scratch.write(`strange/${name}.js`, plugin);
  return `./${name}.js`;
});
const using = scratch.write(
  "strange/a #1 50%.jsonc",
  `// strange names\n${JSON.stringify({ ...toy, evaluator: "toy-3", plugins: strange })}`,
);

test("the command takes such paths", async () => {
  const { status, stdout, stderr } = await scratch.evoke("validate", using);
  assert.equal([status, stderr], [0, ""]);
  assert.match(stdout, "right, 6 runs");
});

when(
  test,
  existsSync(DENO),
  "the npm package deno is not installed",
)("Deno takes such paths as well", () => {
  const { status, stdout, stderr } = scratch.evokeOnDeno("validate", using);
  assert.is(status, 0, stderr);
  assert.match(stdout, "right, 6 runs");
});

test("a module that is not there is told with its path, a missing helper by its name", async () => {
  assert.is(
    (await refused("./nowhere.js")).message,
    `Cannot import "./nowhere.js" at /plugins of ${manifest}: there is no such file\n` +
      "  Name a file, as ./my-plugin.js, or an installed package.",
  );
  assert.match((await refused("no-such-package")).message, /Cannot find package 'no-such-package'/);
  scratch.write("manifests/helpless.js", 'import "./gone.js";');
  scratch.write("manifests/deeply-helpless.js", 'import "./helpful.js";');
  scratch.write("manifests/helpful.js", 'export * from "no-such-helper";');
  const { code, message } = await refused("./helpless.js");
  assert.is(code, "MODULE_UNLOADABLE");
  assert.match(
    message,
    /^Cannot import "\.\/helpless\.js" at \/plugins of .*manifest\.json: Cannot find module '.*gone\.js' imported from/,
  );
  assert.match((await refused("./deeply-helpless.js")).message, /'no-such-helper' imported from .*helpful\.js/);
});

test.run();
