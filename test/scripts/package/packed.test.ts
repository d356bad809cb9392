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
/** Packages that only queues need: most people are without, and so is this project. */
const OF_QUEUES = ["bullmq", "ioredis"];
const call = (program: string, args: readonly string[], cwd = project, wanted = 0) => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  assert.is(status, wanted, stdout + stderr);
  return { stdout, stderr };
};
const command = join(project, "node_modules/evoke-nas/dist/app/cli/evoke.js");
const link = (name: string) => symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));

test.before(() => {
  mkdirSync(join(project, "node_modules"), { recursive: true });
  call("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", scratch.folder], root);
  const packed = readdirSync(scratch.folder).find((file) => file.endsWith(".tgz"))!;
  call("tar", ["-xzf", join("..", packed), "-C", "node_modules"]);
  // What it depends on is there already; npm run installs has npm install it.
  for (const name of readdirSync(join(root, "node_modules"))) if (!name.startsWith(".") && !OF_QUEUES.includes(name)) link(name);
  symlinkSync("package", join(project, "node_modules/evoke-nas"));
  scratch.write("a folder für it/package.json", { type: "module" });
  scratch.write("a folder für it/program.js", CONSUMER);
  scratch.write("a folder für it/program.ts", CONSUMER);
});

test("the package has at most a megabyte, packed", () => {
  const file = readdirSync(scratch.folder).find((name) => name.endsWith(".tgz"))!;
  const { size } = statSync(join(scratch.folder, file));
  assert.ok(size <= 1_000_000, `${size} bytes`);
});

test("a program uses each entry of the packed package, and nothing is printed", () => {
  assert.equal(call(process.execPath, ["program.js"]), { stdout: "", stderr: "" });
});

test("the command of the packed package makes and runs what comes with it", () => {
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

const QUEUE = "redis://nowhere.invalid";
const WAYS_IN = [
  ["worker", "--queue", QUEUE],
  ["matrix", "matrix.json", "--queue", QUEUE],
  ["doctor", "--queue", QUEUE],
  ["queue", QUEUE],
];
for (const args of WAYS_IN)
  test(`without the packages of queues, evoke ${args[0]} says how to install them, and ends with status 2`, () => {
    const said =
      "Cannot use a queue: what only queues need is not installed: bullmq@6 and ioredis@6.\n" +
      "  Install it beside evoke-nas: npm install bullmq@6 ioredis@6\n";
    assert.equal(call(process.execPath, [command, ...args], project, 2), { stdout: "", stderr: said });
  });

for (const [name, compilerOptions] of Object.entries(TYPE_SETTINGS))
  test(`the types of the packed package are right, those that they lead to included: ${name}`, () => {
    scratch.write("a folder für it/tsconfig.json", { compilerOptions, include: ["program.ts"] });
    call(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--project", "."]);
  });

test("only a package of queues that is absent is said to be missing, not one that fails to load", () => {
  scratch.write("a folder für it/node_modules/bullmq/package.json", { name: "bullmq", type: "module", exports: "./index.js" });
  scratch.write("a folder für it/node_modules/bullmq/index.js", 'import "what-bullmq-needs";');
  const ask = (wanted: number) => call(process.execPath, [command, "worker", "--queue", QUEUE], project, wanted).stderr;
  assert.match(ask(2), /not installed: ioredis@6\.\n.*npm install ioredis@6\n$/);
  link("ioredis");
  assert.match(ask(1), /^evoke: a defect .*what-bullmq-needs/);
});

test.run();
