import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EvokeError } from "../../core/errors/index.ts";
import { type Held, lockFolder } from "../../training/folder-lock.ts";
import { root, Scratch } from "../app/cli/command.ts";
import { when } from "../when.ts";

const scratch = new Scratch();
const module = pathToFileURL(join(root, "training/folder-lock.ts")).href;
const program = scratch.write(
  "hold.mjs",
  `import { lockFolder } from ${JSON.stringify(module)};
   try { await lockFolder(process.argv[2]); console.log("has it"); setInterval(() => {}, 1000); }
   catch (error) { console.log(error.code); }`,
);
/** Goes in and out five times; a second one inside at that time would find the file that says so. */
const turns = scratch.write(
  "turns.mjs",
  `import { rmSync, writeFileSync } from "node:fs";
   import { lockFolder } from ${JSON.stringify(module)};
   const inside = process.argv[2] + "/inside";
   for (let turn = 0; turn < 5; turn++) {
     const release = await lockFolder(process.argv[2], ({ pid }) => console.error("waits for " + pid));
     writeFileSync(inside, "", { flag: "wx" });
     await new Promise((resolve) => setTimeout(resolve, 10));
     rmSync(inside);
     release();
   }
   console.log("done");`,
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
test.after(() => {
  for (const child of started) child.kill("SIGKILL");
});

/** Starts a process on a folder, by default one that keeps it, and waits for what it says. */
async function hold(
  [command, ...args]: readonly string[],
  folder: string,
  what = program,
): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const child = spawn(command!, [...args, what, folder], { cwd: root });
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
  const [lock, ...others] = locksIn(folder);
  assert.equal(others, [], "nothing of the refused one stays");
  assert.match(message, `remove ${join(folder, lock!)}`);
  assert.match(lock!, `.lock-${child.pid}-`);
  await killed(child);
  const release = await lockFolder(folder);
  assert.match(locksIn(folder).join(), new RegExp(`^\\.lock-${process.pid}-[^,]+$`));
  release();
  assert.equal(locksIn(folder), []);
});

test("a lock of this process's number that an earlier one has left counts for nothing", async () => {
  const folder = folderFor("again");
  writeFileSync(join(folder, `.lock-${process.pid}-Node-earlier`), "");
  (await lockFolder(folder))();
  assert.equal(locksIn(folder), []);
});

test("a folder that this process has is refused to it as well, in another thread, too", async () => {
  const folder = folderFor("own");
  const release = await lockFolder(folder);
  assert.is((await refusal(folder)).code, "FOLDER_BUSY");
  const api = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const url = JSON.stringify(pathToFileURL(program).href);
  const thread = new Worker(`import(${api}).then(({ tsImport }) => tsImport(${url}, ${url}))`, {
    eval: true,
    argv: [folder],
    stdout: true,
  });
  thread.stdout.setEncoding("utf8");
  assert.is(String((await once(thread.stdout, "data"))[0]).trim(), "FOLDER_BUSY");
  await thread.terminate();
  release();
  (await lockFolder(folder))();
});

test("who may wait is told once of whom it waits for, and comes when that one lets go or is killed", async () => {
  const folder = folderFor("waited");
  for (const end of ["released", "killed"]) {
    const holder = end === "killed" ? (await hold(node, folder)).child : undefined;
    const release = holder ? () => killed(holder) : await lockFolder(folder);
    const told: Held[] = [];
    let came = false;
    const waiting = lockFolder(folder, (held) => told.push(held)).then((release) => {
      came = true;
      release();
    });
    while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.is(came, false);
    assert.equal(
      told.map(({ pid, file }) => [pid, basename(file)]),
      [[holder?.pid ?? process.pid, locksIn(folder)[0]]],
    );
    await release();
    await waiting;
    assert.is(told.length, 1);
  }
});

test("of several processes that wait, never two are in at once", async () => {
  const folder = folderFor("turns");
  const said = await Promise.all(Array.from({ length: 4 }, async () => (await hold(node, folder, turns)).said));
  assert.equal(said, Array(4).fill("done"));
  assert.equal(readdirSync(folder), []);
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
  const said = await Promise.all([denoWithoutRun, denoWithoutRun, node].map(async (runtime) => (await hold(runtime, folder, turns)).said));
  assert.equal(said, Array(3).fill("done"));
  assert.equal(readdirSync(folder), []);
});

test.run();
