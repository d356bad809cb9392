/** What a worker makes of parcels, its own or those of somebody else. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadTabulation, openExperiment } from "../../../../../app/host/experiment.ts";
import { ContentCache } from "../../../../../app/host/queue/parcels/content-cache.ts";
import { checkExperiment, differencesOf } from "../../../../../app/host/queue/parcels/differences.ts";
import { sha256Of } from "../../../../../app/host/queue/parcels/file-content.ts";
import { type Packed, packExperiment } from "../../../../../app/host/queue/parcels/pack.ts";
import { openParcel } from "../../../../../app/host/queue/parcels/unpack.ts";
import type { EvokeError } from "../../../../../core/errors/index.ts";
import { forged, jobOf, openAt, packedFile, SourceRanges, sentTo } from "../../../../support/parcels.ts";
import { when } from "../../../../when.ts";
import { Scratch, toy, toyEvaluator } from "../../../cli/command.ts";

const scratch = new Scratch();
let homes = 0;
const emptyHome = () => join(scratch.folder, `home-${++homes}`);
const metric = { name: "accuracy", dataset: "toy", epochs: 1, unit: "percent" };
const script = scratch.write("project/train.sh", "echo '{\"score\": 1}'");
const manifest = (name: string, evaluator: object | string, more: object = {}) =>
  scratch.write(`project/${name}.json`, { ...toy, plugins: [], evaluator, budget: { queries: 2 }, ...more });
scratch.write("project/toy.mjs", toyEvaluator);
const ofPlugin = await packedFile({ file: manifest("plugin", "toy", { plugins: ["./toy.mjs"] }), changes: [] });
const commandFile = manifest("command", { use: "command", options: { command: ["sh", "train.sh"], metric } });
const ofCommand = await packedFile({ file: commandFile, changes: [] });

async function refused(opening: Promise<unknown>, code: string, text: RegExp): Promise<EvokeError> {
  const error = await opening.then(
    () => undefined,
    (thrown) => thrown as EvokeError,
  );
  if (!error) return assert.unreachable("it was opened") as never;
  assert.is(error.code, code, error.message);
  assert.match(error.message, text);
  return error;
}

test("code and programs are refused without trust, before they are fetched", async () => {
  for (const [packed, what] of [
    [ofPlugin, /the plugins of \.\/toy\.mjs here.*--trust/s],
    [ofCommand, /a program that its manifest names here/],
  ] as const) {
    const home = emptyHome();
    const ranges = new SourceRanges(packed.sources);
    await refused(openParcel(new ContentCache(ranges, home), jobOf(packed), { trust: false }), "PARCEL_UNTRUSTED", what);
    assert.is(ranges.asked, 2, "the parcel and the list of its files");
    assert.not(existsSync(join(home, "parcels")));
  }
});

test("a parcel that says nothing of its code is found out when it is read", async () => {
  const manifest = JSON.stringify({ ...JSON.parse(ofCommand.parcel.manifest) });
  const quiet = forged(ofCommand, { parcel: { command: false, manifest } });
  const { source } = await openAt(emptyHome(), quiet, { trust: false });
  await refused(openExperiment(source), "PARCEL_UNTRUSTED", /the programs of "command" at \/evaluator here/);

  const { parcel } = ofPlugin;
  const other = { file: join(scratch.folder, "project/m.json"), changes: [], inline: { title: "m", text: parcel.manifest } };
  await refused(
    openExperiment({ ...other, sent: { kind: "experiment", tables: {}, trusted: false } }),
    "PARCEL_UNTRUSTED",
    /the module \.\/toy\.mjs/,
  );
});

test("an experiment that an untrusted one begins with is not trusted either", async () => {
  const subspaces = { count: 2, radius: 2 };
  const first = { ...toy, plugins: ["./toy.mjs"], evaluator: "toy", subspaces, controller: "uniform" };
  scratch.write("project/first.json", first);
  const initial = { use: "from-run", options: { experiment: "first.json" } };
  const evaluator = { use: "benchmark", options: { table: "digits-201", dataset: "digits" } };
  const packed = await packedFile({
    file: manifest("second", evaluator, { subspaces: { ...subspaces, initial }, controller: "uniform" }),
    changes: [],
  });
  await refused(openAt(emptyHome(), packed, { trust: false }), "PARCEL_UNTRUSTED", /the code of toy\.mjs here/);
  const bare = forged(packed, { tree: { files: [{ path: "first.json", use: "data", ...content(packed, first) }] } });
  const { source } = await openAt(emptyHome(), bare, { trust: false });
  await refused(openExperiment(source), "PARCEL_UNTRUSTED", /the module \.\/toy\.mjs/);
});

function content({ sources }: Packed, value: object) {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  (sources as Map<string, Uint8Array>).set(sha256Of(bytes), bytes);
  return { sha256: sha256Of(bytes), bytes: bytes.length };
}

test("a Python that the manifest names is a program too", async () => {
  const space = {
    use: "nas-bench-201",
    options: { channels: 4, cellsPerStage: 1, stages: 2, reduction: "pool", imageSize: 8, imageChannels: 1 },
  };
  const dataset = { name: "digits" };
  const text = (python: string) => {
    const evaluator = { use: "training", options: { dataset, training: { epochs: 1 }, backend: "cpu", python } };
    return JSON.stringify({ ...toy, plugins: [], space, evaluator });
  };
  const opened = (python: string) => {
    const inline = { title: "m", text: text(python) };
    return openExperiment({
      file: join(scratch.folder, "m.json"),
      changes: [],
      inline,
      sent: { kind: "experiment", tables: {}, trusted: false },
    });
  };
  await refused(opened("./evil"), "PARCEL_UNTRUSTED", /the program \.\/evil here/);
  const tabulation = JSON.parse(readFileSync("manifests/tabulate/digits-201.json", "utf8"));
  const named = (python: string) => ({ title: "t", text: JSON.stringify({ ...tabulation, backend: "pytorch", python }) });
  const loaded = (python: string) =>
    loadTabulation({ file: "t.json", changes: [], inline: named(python), sent: { kind: "tabulation", tables: {}, trusted: false } });
  await refused(loaded("sh"), "PARCEL_UNTRUSTED", /the program sh here/);
  assert.is((await loaded("python3")).python, "python3");
});

const file = { path: "train.sh", use: "data", ...pick(ofCommand) };
function pick({ sources }: Packed) {
  const [sha256, source] = [...sources].find(([, one]) => !(one instanceof Uint8Array))!;
  return { sha256, bytes: (source as { bytes: number }).bytes };
}

test("paths that lead out of the root are refused, and so are those through a link", async () => {
  for (const path of ["../x", "/etc/x", "a/../../x", "a//b", "", ".", "a/.", "a\0b", 3])
    await refused(
      openAt(emptyHome(), forged(ofCommand, { tree: { files: [{ ...file, path }] } })),
      "PARCEL_INVALID",
      /would lead out of its folder/,
    );
  for (const folder of ["..", "/etc", 3])
    await refused(openAt(emptyHome(), forged(ofCommand, { tree: { folder } })), "PARCEL_INVALID", /would lead out/);
  for (const link of [
    { path: "../x", to: "a" },
    { path: "a", to: "../../x" },
    { path: "a", to: "/etc" },
  ])
    await refused(openAt(emptyHome(), forged(ofCommand, { tree: { links: [link] } })), "PARCEL_INVALID", /would lead out/);
  const links = [{ path: "a", to: "b" }];
  const through = forged(ofCommand, { tree: { files: [{ ...file, path: "a/x" }], links } });
  await refused(openAt(emptyHome(), through), "PARCEL_INVALID", /a\/x would be written through a link/);
  const chained = forged(ofCommand, { tree: { links: [...links, { path: "a/c", to: "d" }] } });
  await refused(openAt(emptyHome(), chained), "PARCEL_INVALID", /a\/c would be written through a link/);
});

test("what is no parcel is refused with a reason", async () => {
  const wrong = (change: { parcel?: object; tree?: object }, text: RegExp) =>
    refused(openAt(emptyHome(), forged(ofCommand, change)), "PARCEL_INVALID", text);
  await wrong({ parcel: { kind: "song" } }, /its parcel is none \(\/kind/);
  await wrong({ parcel: { more: 1 } }, /its parcel is none/);
  await wrong({ parcel: { evoke: "0.0.1" } }, /comes from Evoke 0\.0\.1, and this is/);
  await wrong({ tree: { files: 3 } }, /its list of files is none/);
  await wrong({ tree: { files: [{ ...file, sha256: "../../x" }] } }, /the content of train\.sh is none/);
  await wrong({ tree: { files: [{ ...file, use: "fun" }] } }, /train\.sh is for "fun"/);
  await wrong({ tree: { files: [null] } }, /its list of files is none/);
  await wrong({ parcel: { manifest: "no JSON" } }, /its manifest is no JSON/);
  const cache = new ContentCache(new SourceRanges(ofCommand.sources), emptyHome());
  await refused(openParcel(cache, { ...jobOf(ofCommand), digest: "0".repeat(64) }, { trust: true }), "PARCEL_INVALID", /and its job 0000/);
  await refused(
    openParcel(cache, { ...jobOf(ofCommand), parcel: "../../etc" }, { trust: true }),
    "PARCEL_INVALID",
    /one of its digests is none/,
  );
  const many = { files: Array.from({ length: 200_001 }, (_, i) => ({ ...file, path: `${i}` })) };
  await wrong({ tree: many }, /it has 200001 files, and 200000 is the most/);
});

test("content that is not what it is said to be is not kept", async () => {
  const home = emptyHome();
  const ranges = new SourceRanges(ofCommand.sources);
  ranges.sources.set(pick(ofCommand).sha256, new TextEncoder().encode("echo '{\"score\": 2}'"));
  await refused(
    openParcel(new ContentCache(ranges, home), jobOf(ofCommand), { trust: true }),
    "PARCEL_INVALID",
    /another digest than it is said to have/,
  );
  ranges.sources.set(pick(ofCommand).sha256, new TextEncoder().encode("longer than it was, and by much"));
  await refused(openParcel(new ContentCache(ranges, home), jobOf(ofCommand), { trust: true }), "PARCEL_INVALID", /another size/);
  const names = readdirSync(join(home, "content"), { recursive: true, encoding: "utf8" });
  assert.not(names.some((name) => name.includes(".new") || name.endsWith(pick(ofCommand).sha256)));
});

test("with a working folder, what a command is given is taken from there, and compared", async () => {
  const workdir = join(scratch.folder, "workdir");
  mkdirSync(workdir);
  writeFileSync(join(workdir, "train.sh"), readFileSync(script));
  const { source, parcel } = await sentTo(emptyHome(), ofCommand, { trust: true, workdir });
  assert.is(source.sent?.workdir?.folder, workdir);
  writeFileSync(join(workdir, "train.sh"), "echo changed");
  const { composition, inputs } = await openExperiment(source);
  const error = await refused(
    (async () => checkExperiment(parcel, { ...composition, inputs }))(),
    "PARCEL_DIFFERS",
    /File train\.sh: [0-9a-f]{12} there, [0-9a-f]{12} here\./,
  );
  assert.is(error.problems.length, 1);
  rmSync(join(workdir, "train.sh"));
  const gone = await openExperiment(source);
  await refused(
    (async () => checkExperiment(parcel, { ...gone.composition, inputs: gone.inputs }))(),
    "PARCEL_DIFFERS",
    /File train\.sh: [0-9a-f]{12} there, none here\./,
  );
});

test("what differs is said by name, and nothing else", () => {
  assert.equal(differencesOf({ a: "1", b: "2", c: "3" }, { a: "1", b: "4", d: "5" }), [
    "B: 2 there, 4 here.",
    "C: 3 there, none here.",
    "D: none there, 5 here.",
  ]);
});

test("a parcel is unpacked once, and what was damaged is unpacked again by the next process", async () => {
  const home = emptyHome();
  const ranges = new SourceRanges(ofCommand.sources);
  const open = () => openParcel(new ContentCache(ranges, home), jobOf(ofCommand), { trust: true });
  const [one, other] = await Promise.all([open(), open()]);
  assert.equal(one, other);
  const { asked } = ranges;
  await open();
  assert.is(ranges.asked, asked, "nothing is fetched again");
  const unpacked = join(one.source.file, "../train.sh");
  const { ino, mode } = statSync(unpacked);
  assert.is(mode & 0o777, 0o644);
  writeFileSync(unpacked, "rm -rf /");
  const inNextProcess = () => {
    const program = `
      const { openAt, packedFile } = await import("./test/support/parcels.ts");
      const { source } = await openAt(${JSON.stringify(home)}, await packedFile({ file: ${JSON.stringify(commandFile)}, changes: [] }));
      console.log(source.file);`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], { encoding: "utf8" });
    assert.is(stdout.trim(), one.source.file, stderr);
  };
  inNextProcess();
  assert.equal(readFileSync(unpacked), readFileSync(script));
  assert.is.not(statSync(unpacked).ino, ino);
  assert.equal(readdirSync(join(home, "parcels")).length, 1, "nothing is left beside it");
});

test("data is a link to the cache, and a damaged file of the cache is fetched again", async () => {
  const home = emptyHome();
  scratch.write("project/first-data.json", {
    ...toy,
    plugins: [],
    evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
    subspaces: { count: 2, radius: 2 },
    controller: "uniform",
  });
  const initial = { use: "from-run", options: { experiment: "first-data.json" } };
  const evaluator = { use: "benchmark", options: { table: "digits-201", dataset: "digits" } };
  const packed = await packedFile({
    file: manifest("data", evaluator, { subspaces: { count: 2, radius: 2, initial }, controller: "uniform" }),
    changes: [],
  });
  const ranges = new SourceRanges(packed.sources);
  const cache = new ContentCache(ranges, home);
  const { source } = await openParcel(cache, jobOf(packed), { trust: false });
  const [path] = readdirSync(join(source.file, "..")).map((name) => join(source.file, "..", name));
  const [sha256, { bytes }] = [...packed.sources].find(([, one]) => !(one instanceof Uint8Array)) as [string, { bytes: number }];
  const kept = await cache.file("call", { sha256, bytes });
  assert.is(statSync(path!).ino, statSync(kept).ino);
  const { asked } = ranges;
  chmodSync(kept, 0o644);
  truncateSync(kept, 3);
  assert.is(await cache.file("call", { sha256, bytes }), kept);
  assert.is(ranges.asked, asked + 1);
  assert.is(statSync(kept).size, bytes);
});

test("what a killed process has begun is in nobody's way, and is removed after a day", async () => {
  const home = emptyHome();
  const { source } = await openAt(home, ofCommand);
  const parcels = join(home, "parcels");
  const [name] = readdirSync(parcels);
  rmSync(join(parcels, name!), { recursive: true });
  const [fresh, old] = ["1-1", "1-2"].map((end) => join(parcels, `${name}.${end}.new`));
  for (const path of [fresh!, old!]) mkdirSync(join(path, "root"), { recursive: true });
  utimesSync(old!, 0, 0);
  const other = emptyHome();
  mkdirSync(other);
  symlinkSync(parcels, join(other, "parcels")); // another home, so that this process has not seen it yet
  symlinkSync(join(home, "content"), join(other, "content"));
  assert.ok(relative(parcels, source.file).startsWith(name!));
  const program = `
    const { openAt, packedFile } = await import("./test/support/parcels.ts");
    await openAt(${JSON.stringify(other)}, await packedFile({ file: ${JSON.stringify(commandFile)}, changes: [] }));`;
  assert.is(spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program]).status, 0);
  assert.ok(existsSync(source.file.replace("manifest.json", "train.sh")));
  assert.equal([existsSync(fresh!), existsSync(old!)], [true, false]);
});

const mayMount = spawnSync("sh", ["-c", "d=$(mktemp -d) && mount -t tmpfs -o size=64k none $d && umount $d && rmdir $d"]).status === 0;
when(
  test,
  mayMount,
  "no file system may be mounted",
)("a full disk is an error that says what to do, and leaves nothing half", async () => {
  const home = emptyHome();
  mkdirSync(home);
  assert.is(spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", home]).status, 0);
  try {
    writeFileSync(join(home, "full"), new Uint8Array(40_000));
    writeFileSync(join(scratch.folder, "project/large.bin"), new Uint8Array(50_000));
    const file = manifest("large", { use: "command", options: { command: ["sh", "train.sh", "large.bin"], metric } });
    const packed = await packedFile({ file, changes: [] });
    await refused(
      openAt(home, packed),
      "CANNOT_WRITE",
      /Cannot keep what was sent in .*home-\d+: ENOSPC.*\n {2}Make room there, or set EVOKE_HOME/,
    );
    rmSync(join(home, "full"));
    const small = await openAt(home, ofCommand);
    assert.ok(existsSync(join(small.source.file, "../train.sh")));
  } finally {
    spawnSync("umount", ["-l", home]);
  }
});

test("an executor can be sent what was opened", async () => {
  const { source, parcel } = await openAt(emptyHome(), ofPlugin);
  const sent = structuredClone(source);
  const { composition, inputs } = await openExperiment(sent);
  checkExperiment(parcel, { ...composition, inputs });
  const again = await packExperiment({ ...composition, inputs, files: (await openExperiment(sent)).files });
  assert.is(again.parcel.digest, ofPlugin.parcel.digest);
});

test.run();
