import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { CONSUMER, TYPE_SETTINGS } from "../../../scripts/package/consumer.ts";
import { Scratch } from "../../app/cli/command.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const scratch = new Scratch();
/** A project with a space and a letter outside ASCII in its path. */
const project = join(scratch.folder, "a folder für it");
const call = (program: string, args: readonly string[], cwd = project) => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  assert.is(status, 0, stdout + stderr);
  return { stdout, stderr };
};

test.before(() => {
  mkdirSync(join(project, "node_modules"), { recursive: true });
  call("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", scratch.folder], root);
  const packed = readdirSync(scratch.folder).find((file) => file.endsWith(".tgz"))!;
  call("tar", ["-xzf", join("..", packed), "-C", "node_modules"]);
  // What it depends on is there already; npm run installs has npm install it.
  for (const name of readdirSync(join(root, "node_modules")))
    if (!name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
  symlinkSync("package", join(project, "node_modules/evoke-nas"));
  scratch.write("a folder für it/package.json", { type: "module" });
  scratch.write("a folder für it/program.js", CONSUMER);
  scratch.write("a folder für it/program.ts", CONSUMER);
});

test("the package has at most a megabyte, packed", () => {
  const file = readdirSync(scratch.folder).find((name) => name.endsWith(".tgz"))!;
  const { size } = statSync(join(scratch.folder, file));
  assert.ok(size <= 2 ** 20, `${size} bytes`);
});

test("a program uses each entry of the packed package, and nothing is printed", () => {
  assert.equal(call(process.execPath, ["program.js"]), { stdout: "", stderr: "" });
});

test("the command of the packed package makes and runs what comes with it", () => {
  const command = join(project, "node_modules/evoke-nas/dist/app/cli/evoke.js");
  call(process.execPath, [command, "new", "reward", "mine", "--javascript"]);
  const { stderr } = call(process.execPath, [
    command,
    "run",
    "mine.json",
    "--trust",
    "--quiet",
    "--set",
    "/budget/queries=2",
    "--seeds",
    "1",
  ]);
  assert.is(stderr, "");
});

for (const [name, compilerOptions] of Object.entries(TYPE_SETTINGS))
  test(`the types of the packed package are right, those that they lead to included: ${name}`, () => {
    scratch.write("a folder für it/tsconfig.json", { compilerOptions, include: ["program.ts"] });
    call(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--project", "."]);
  });

test.run();
