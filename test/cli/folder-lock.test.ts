import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { lockFolder } from "../../cli/folder-lock.ts";
import { EvokeError } from "../../core/errors.ts";
import { when } from "../when.ts";
import { root, Scratch } from "./command.ts";

const scratch = new Scratch();
const module = pathToFileURL(join(root, "cli/folder-lock.ts")).href;
const program = scratch.write(
  "hold.mts",
  `import { lockFolder } from ${JSON.stringify(module)};
   try { await lockFolder(process.argv[2]!); console.log("has it"); setInterval(() => {}, 1000); }
   catch (error) { console.log((error as { code: string }).code); }`,
);
const deno = join(root, "node_modules/.bin/deno");
const node = [process.execPath, "--import", import.meta.resolve("tsx")];
const denoWithoutRun = [deno, "run", "--config", join(root, "deno.json"), "--allow-read", "--allow-write", "--ignore-env"];
const locksIn = (folder: string) => readdirSync(folder).filter((name) => name.startsWith(".lock-"));
const folderFor = (name: string) => {
  const folder = join(scratch.folder, name);
  mkdirSync(folder, { recursive: true });
  return folder;
};

const started: ChildProcess[] = [];
process.on("exit", () => {
  for (const child of started) child.kill("SIGKILL");
});

/** Starts a process that locks the folder, and waits for what it says. */
async function hold(
  [command, ...args]: readonly string[],
  folder: string,
): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const child = spawn(command!, [...args, program, folder], { cwd: root });
  started.push(child);
  let stderr = "";
  child.stderr.on("data", (text) => (stderr += text));
  const said = await new Promise<string>((resolve) => {
    child.stdout.once("data", (text) => resolve(String(text).trim()));
    child.once("close", () => resolve(stderr));
  });
  return { child, said };
}

async function killed(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await closed;
}

async function refusal(folder: string): Promise<EvokeError> {
  const error = await lockFolder(folder).then(
    () => undefined,
    (error) => error,
  );
  assert.instance(error, EvokeError);
  return error;
}

test("a folder that another process has is refused, with the folder, the process and what to do; a kill frees it", async () => {
  const folder = folderFor("held");
  const { child, said } = await hold(node, folder);
  assert.is(said, "has it");
  const { code, message } = await refusal(folder);
  assert.is(code, "FOLDER_BUSY");
  assert.match(message, `Cannot write into ${folder}: process ${child.pid} is writing there.`);
  assert.match(message, `remove ${join(folder, `.lock-${child.pid}`)}`);
  assert.equal(locksIn(folder), [`.lock-${child.pid}`], "nothing of the refused one stays");
  await killed(child);
  const release = await lockFolder(folder);
  assert.equal(locksIn(folder), [`.lock-${process.pid}`]);
  release();
  assert.equal(locksIn(folder), []);
});

test("a lock of this process's number that an earlier one has left is its own now", async () => {
  const folder = folderFor("again");
  writeFileSync(join(folder, `.lock-${process.pid}`), "Node");
  (await lockFolder(folder))();
  assert.equal(locksIn(folder), []);
});

when(
  test,
  existsSync(deno),
  "the npm package deno is not installed",
)("Deno, which may not ask for processes, tells a held lock from one that a kill has left; Node and Deno see each other", async () => {
  const folder = folderFor("deno");
  const first = await hold(denoWithoutRun, folder);
  assert.is(first.said, "has it");
  assert.is((await hold(denoWithoutRun, folder)).said, "FOLDER_BUSY");
  assert.is((await refusal(folder)).code, "FOLDER_BUSY");
  await killed(first.child);
  const second = await hold(denoWithoutRun, folder);
  assert.is(second.said, "has it");
  await killed(second.child);
  const release = await lockFolder(folder);
  assert.is((await hold(denoWithoutRun, folder)).said, "FOLDER_BUSY");
  release();
});

test.run();
