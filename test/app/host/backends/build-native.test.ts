import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { test as uvuTest } from "uvu";
import * as assert from "uvu/assert";
import { builtNative } from "../../../../training/native/built.ts";
import { when } from "../../../when.ts";
import { Scratch } from "../../cli/command.ts";

const test = when(uvuTest, `${process.platform} ${process.arch}` === "linux x64", "native TensorFlow is built on Linux with x64 only");
const scratch = new Scratch();
const backends = join(scratch.folder, "home/backends");

/** Programs of a name that do as a line of sh says. */
function programs(folder: string, lines: Readonly<Record<string, string>>): string {
  for (const [name, line] of Object.entries(lines)) chmodSync(scratch.write(`${folder}/${name}`, `#!/bin/sh\n${line}\n`), 0o755);
  return join(scratch.folder, folder);
}

/** A python3 whose pip installs as a line of sh says, in the folder $target. */
const python = (install: string) =>
  `if [ "$3" != install ]; then exit 0; fi
while [ "$1" != --target ]; do shift; done
target=$2
${install}`;
const WORKING = { python3: python("exit 0"), npm: "exit 0", "c++": "exit 0" };

function build(path: string, environment: NodeJS.ProcessEnv, ...more: string[]) {
  const env = { ...scratch.env, EVOKE_PYTHON: "", PATH: `${path}:/usr/bin:/bin`, ...environment };
  return spawnSync(process.execPath, [scratch.command, "backend", "build", "native", ...more], {
    encoding: "utf8",
    env,
    cwd: scratch.folder,
  });
}

/** A build that fails says what is wrong and what to do, and leaves nothing behind. */
function refused({ status, stdout, stderr }: ReturnType<typeof build>, ...said: RegExp[]): void {
  assert.is(status, 2, stderr);
  assert.is(stdout, "");
  for (const line of [/^Cannot build the native backend: /m, ...said]) assert.match(stderr, line);
  assert.not.match(stderr, /^ +at /m);
  if (existsSync(backends)) assert.equal(readdirSync(backends), []);
}

test("a build without Python, pip, a compiler or npm says which is missing, before anything is fetched", () => {
  const all = programs("all", WORKING);
  refused(build(all, { EVOKE_PYTHON: "no-such-python" }), /there is no program no-such-python\./, /apt-get install python3 .*--python/);
  refused(build(all, {}, "--python", "no-such-python"), /there is no program no-such-python\./);
  const pipless = programs("pipless", { ...WORKING, python3: 'if [ "$1" = -m ]; then echo "No module named pip"; exit 1; fi' });
  refused(build(pipless, {}), /python3 -m pip --version fails: No module named pip\./, /apt-get install python3-pip/);
  refused(build(all, { CXX: "no-such-compiler" }), /there is no program no-such-compiler\./, /apt-get install g\+\+.*\$CXX/);
  const { npm: _, ...others } = WORKING;
  refused(build(all, { PATH: programs("npmless", others) }), /there is no program npm\./);
});

test("a wheel that cannot be fetched is told apart: the network, the version, a version without the library", () => {
  const pip = (name: string, install: string, ...more: string[]) =>
    build(programs(name, { ...WORKING, python3: python(install) }), {}, ...more);
  const error = "ERROR: Could not find a version that satisfies the requirement tensorflow-cpu";
  const slowly = { ...WORKING, npm: '[ "$1" = install ] || exit 0; sleep 1; mkdir -p "$3/node_modules"' };
  refused(build(programs("slow-npm", { ...slowly, python3: python("exit 1") }), {}), /It printed nothing/);
  refused(
    pip("offline", `echo "${error} (from versions: none)" >&2; exit 1`),
    /fetching tensorflow-cpu==2\.15\.1 with pip failed: it ended with status 1\./,
    /Is the network there/,
  );
  refused(
    pip("version", `echo "${error} (from versions: 2.12.0, 2.15.1)" >&2; exit 1`, "--tensorflow", "9.9.9"),
    /fetching tensorflow-cpu==9\.9\.9 with pip failed/,
    /from versions: 2\.12\.0, 2\.15\.1/,
    /Name one of these versions with --tensorflow\./,
  );
  refused(pip("full", 'echo "OSError: [Errno 28] No space left on device" >&2; exit 1'), /Make room on the disk, or set EVOKE_HOME/);
  refused(pip("old", 'mkdir -p "$target/tensorflow"'), /there is no libtensorflow_cc\.so\.2 in it/, /from 2\.12 on with --tensorflow/);
});

test("a build whose folder cannot be made says so", () => {
  scratch.write("file", "");
  const { status, stderr } = build(programs("all", WORKING), { EVOKE_HOME: join(scratch.folder, "file") });
  assert.is(status, 2);
  assert.match(stderr, /Cannot write .*file\/backends\/native-new-/);
});

test("a backend of another name than native is refused, with the one that was meant", () => {
  for (const command of ["build", "remove"]) {
    const { status, stderr } = scratch.evokeAlone("backend", command, "nativ");
    assert.is(status, 2);
    assert.match(stderr, /value 'nativ' is invalid for argument 'backend'\. Did you mean "native"\?/);
  }
  assert.match(scratch.evokeAlone("backend", "build", "pytorch").stderr, /Known values: native\./);
});

test("a build that is killed leaves nothing that is taken for a backend, and the next command clears it away", async () => {
  const slow = programs("slow", { ...WORKING, python3: python("sleep 30") });
  const env = { ...scratch.env, PATH: `${slow}:/usr/bin:/bin` };
  const child: ChildProcess = spawn(process.execPath, [scratch.command, "backend", "build", "native", "--python", join(slow, "python3")], {
    env,
    stdio: "ignore",
    detached: true,
  });
  const unfinished = () => (existsSync(backends) ? readdirSync(backends) : []);
  while (unfinished().length === 0) await delay(20);
  process.kill(-child.pid!, "SIGKILL");
  await once(child, "exit");
  assert.equal(unfinished(), [`native-new-${child.pid}`]);
  assert.is(JSON.parse((await scratch.evoke("backend", "list", "--json")).stdout).native, null);
  assert.match((await scratch.evoke("backend", "remove", "native")).stdout, /^No native backend is in .*home\/backends\/native\.$/m);
  assert.equal(unfinished(), []);
});

test("what was built is removed; what was built for another platform, or is not whole, is none", async () => {
  const folder = join(backends, "native");
  mkdirSync(folder, { recursive: true });
  assert.is(builtNative(folder), undefined);
  const description = { backend: "tfjs-node", tfjs: "4.22.0", tensorflow: "2.15.1", platform: "plan9 mips" };
  scratch.write("home/backends/native/built.json", description);
  assert.is(builtNative(folder), undefined);
  scratch.write("home/backends/native/built.json", { ...description, platform: "linux x64" });
  assert.is(builtNative(folder)?.tensorflow, "2.15.1");
  const { backends: listed, native } = JSON.parse(scratch.evokeAlone("backend", "list", "--json").stdout);
  assert.is(native.folder, folder);
  const { available, detail } = listed.find(({ backend }: { backend: string }) => backend === "tfjs-node");
  assert.not(available);
  assert.match(detail, /Cannot find module .*tfjs_binding\.node.*; make it with: evoke backend build native$/);
  assert.match((await scratch.evoke("backend", "remove", "native")).stdout, /^Removed the native backend from /);
  assert.not(existsSync(folder));
});

uvuTest.run();
