/**
 * Nothing that a manifest names is run in a folder that nobody trusts.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { distrustFolders, trustedFolders, trustFolders, trustInThisCall } from "../../../app/host/trust.ts";
import { validateExperiment } from "../../../app/host/validate.ts";
import { EvokeError } from "../../../core/errors/index.ts";
import { experiment } from "../../security/watched.ts";
import { Scratch } from "../cli/command.ts";

const test = suite("app/host/trust");
const scratch = new Scratch();
const before = { ...process.env };
test.before(() => {
  process.env.EVOKE_TRUST = "";
  process.env.EVOKE_HOME = join(scratch.folder, "home");
});
test.after(() => {
  for (const name of ["EVOKE_TRUST", "EVOKE_HOME"])
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
});

/** Says beside itself that it has been run. */
const HOSTILE = `
import { writeFileSync } from "node:fs";
writeFileSync(new URL("ran", import.meta.url), "");
export default { kind: "reward", name: "hostile", summary: "Has been run", options: { type: "object" }, needs: [], create: () => ({ shape: (reward) => reward }) };
`;
const PLUGIN = experiment({ plugins: ["./hostile.mjs"] });
const COMMAND = experiment({
  evaluator: {
    use: "command",
    options: {
      command: ["sh", "-c", "touch ran; echo '{\"score\": 1}'"],
      metric: { name: "score", dataset: "x", epochs: 1, unit: "percent" },
    },
  },
});
const PYTHON = experiment({
  evaluator: { use: "training", options: { dataset: { name: "digits" }, training: { epochs: 1 }, backend: "pytorch", python: "./evil" } },
});

/** A folder with a manifest and what it names. @returns its path, and whether code of it has been run */
function stranger(name: string, manifest: object) {
  const file = scratch.write(`${name}/search.json`, manifest);
  scratch.write(`${name}/hostile.mjs`, HOSTILE);
  scratch.write(`${name}/evil`, "#!/bin/sh\ntouch ran\n");
  const folder = join(scratch.folder, name);
  return { file, folder, hasRun: () => existsSync(join(folder, "ran")) };
}

/** What is wrong with a manifest. */
const codesOf = (file: string): Promise<readonly string[]> =>
  validateExperiment({ file, changes: [] }).then(
    () => [],
    (error: unknown) => {
      if (error instanceof EvokeError) return error.codes;
      throw error;
    },
  );

for (const [what, manifest, said] of [
  ["a plugin", PLUGIN, "it would run the module ./hostile.mjs"],
  ["a command", COMMAND, 'it would run the programs of "command" at /evaluator'],
  ["a Python", PYTHON, "it would run the program ./evil"],
] as const)
  test(`${what} of a folder that is not trusted is not run, and the error says what it is and what to do`, async () => {
    const { file, folder, hasRun } = stranger(`refused ${what}`, manifest);
    const { status, stderr } = await scratch.evoke("run", file);
    assert.is(status, 2);
    assert.ok(stderr.includes(said), stderr);
    assert.ok(stderr.includes(`evoke trust "${folder.slice(scratch.folder.length + 1)}"`), stderr);
    assert.not.ok(hasRun());
  });

test("validate runs nothing there: a manifest with plugins cannot be checked, one with a command can", async () => {
  const plugin = stranger("validated plugin", PLUGIN);
  assert.equal(await codesOf(plugin.file), ["UNTRUSTED"]);
  const command = stranger("validated command", COMMAND);
  assert.equal(await codesOf(command.file), []);
  for (const { hasRun } of [plugin, command]) assert.not.ok(hasRun());
});

test("a matrix does not run plugins of its base's folder, nor an experiment those of one that it begins with", async () => {
  const base = stranger("base of others", PLUGIN);
  const matrix = scratch.write("own/matrix.json", {
    name: "own",
    base: "../base of others/search.json",
    design: "factorial",
    axes: { "/budget/queries": [2, 3] },
    seeds: { count: 1 },
  });
  const begins = scratch.write(
    "own/begins.json",
    experiment({
      subspaces: { count: 2, radius: 2, initial: { use: "from-run", options: { experiment: "../base of others/search.json" } } },
    }),
  );
  await trustFolders([join(scratch.folder, "own")]);
  for (const [command, file] of [
    ["matrix", matrix],
    ["run", begins],
  ] as const) {
    const { status, stderr } = await scratch.evoke(command, file);
    assert.is(status, 2, stderr);
    assert.ok(stderr.includes("it would run the module ./hostile.mjs"), stderr);
  }
  assert.not.ok(base.hasRun());
});

test("--trust is for one call; evoke trust is for the folder and those in it, until it is taken back", async () => {
  const { file, folder, hasRun } = stranger("mine/deeper", PLUGIN);
  const call = async (...more: string[]) => (await scratch.evoke("run", file, ...more)).status;
  assert.is(scratch.evokeAlone("run", file, "--trust", "--out", "once").status, 0); // in a process of its own: a server would go on trusting
  assert.ok(hasRun());
  assert.is(await call(), 2);
  const mine = join(scratch.folder, "mine");
  assert.is((await scratch.evoke("trust", mine)).stdout.split("\n")[0], `Trusted: ${mine}`);
  assert.ok((await scratch.evoke("trust", "--list")).stdout.split("\n").includes(mine));
  assert.is(await call(), 0);
  assert.is((await scratch.evoke("trust", "--remove", folder)).stdout, "None of these was trusted by itself.\n");
  assert.is(await call(), 0);
  assert.is((await scratch.evoke("trust", "--remove", mine)).stdout, `No longer trusted: ${mine}\n`);
  assert.is(await call(), 2);
  // Reports run no code, whosever it is.
  assert.is((await scratch.evoke("report", "once/strange")).status, 0);
});

test("worker threads run what is trusted", async () => {
  const { file } = stranger("threads", { ...PLUGIN, seeds: { count: 4 } });
  assert.is(scratch.evokeAlone("run", file, "--trust", "--workers", "2", "--out", "threads-out").status, 0);
});

test("what is trusted is where a folder really is, and a folder whose name begins alike is another", async () => {
  const { folder } = stranger("real", PLUGIN);
  symlinkSync(folder, join(scratch.folder, "link"));
  stranger("really", PLUGIN);
  assert.equal(await trustFolders([join(scratch.folder, "link")]), [folder]);
  assert.equal(await codesOf(join(folder, "search.json")), []);
  assert.equal(await codesOf(join(scratch.folder, "link/search.json")), []);
  assert.equal(await codesOf(join(scratch.folder, "really/search.json")), ["UNTRUSTED"]);
  await distrustFolders([folder]);
});

test("EVOKE_TRUST names folders, or all of them", async () => {
  const [one, other] = [stranger("one", PLUGIN), stranger("other", PLUGIN)];
  const codes = async () => [await codesOf(one.file), await codesOf(other.file)];
  process.env.EVOKE_TRUST = `/nowhere:${one.folder}`;
  assert.equal(await codes(), [[], ["UNTRUSTED"]]);
  process.env.EVOKE_TRUST = "*";
  assert.equal(await codes(), [[], []]);
  process.env.EVOKE_TRUST = "";
});

test("a folder whose name has a colon is trusted in a call as one folder, and not as the two that it seems to name", async () => {
  const [both, one] = [stranger("first:second", PLUGIN), stranger("first", PLUGIN)];
  trustInThisCall(both.folder);
  assert.equal([await codesOf(both.file), await codesOf(one.file)], [[], ["UNTRUSTED"]]);
  process.env.EVOKE_TRUST = "";
});

test("what cannot be trusted is said", async () => {
  for (const [args, said] of [
    [["/"], /everything lies in it/],
    [["nowhere"], /Cannot read the folder nowhere: there is no such file/],
    [[scratch.write("a-file", "")], /it is no folder/],
    [["--list", "--remove"], /takes no other argument/],
  ] as const) {
    const { status, stderr } = await scratch.evoke("trust", ...args);
    assert.is(status, 2);
    assert.match(stderr, said);
  }
  assert.not.ok((await trustedFolders()).includes("/"));
});

const hasScript = spawnSync("script", ["--version"]).status === 0;
(hasScript ? test : test.skip)("a terminal is asked", () => {
  const { file, folder, hasRun } = stranger("asked", PLUGIN);
  mkdirSync(join(scratch.folder, "asked-out"), { recursive: true });
  const answered = (answer: string) => {
    const called = `${process.execPath} ${scratch.command} run ${file} --out asked-out`;
    const env = { ...scratch.env, CI: "" };
    const { stdout } = spawnSync("script", ["-qec", called, "/dev/null"], {
      cwd: scratch.folder,
      env,
      input: `${answer}\n`,
      encoding: "utf8",
      timeout: 60_000,
    });
    return stdout;
  };
  assert.match(answered("n"), /Run it\?/);
  assert.not.ok(hasRun());
  assert.match(answered("y"), /strange · 1 run/);
  assert.ok(hasRun());
  assert.not.ok(readFileSync(join(scratch.folder, "home/trusted-folders"), "utf8").includes(folder));
  assert.match(answered("a"), /strange · 1 run/);
  assert.ok(readFileSync(join(scratch.folder, "home/trusted-folders"), "utf8").includes(folder));
});

test.run();
