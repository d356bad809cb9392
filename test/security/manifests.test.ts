/** What a manifest of somebody else's can do, and cannot: see docs/security.md. */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { parseManifest } from "../../core/manifest/parse.ts";
import { root } from "../app/cli/command.ts";
import { claimsOf } from "./claims.ts";
import { assertQuiet, experiment, PLUGIN, stranger, treeOf, Watched } from "./watched.ts";

const { claim, run } = claimsOf(import.meta.url);
const scratch = new Watched();
const own = [scratch.path("runs"), scratch.path("home"), scratch.path("results")];
const OUT = ["--out", "runs"];
const { folder, hasRun } = stranger(scratch, "strange");

const METRIC = { name: "score", dataset: "x", epochs: 1, unit: "percent" };
const program = (...words: string[]) => ({ use: "command", options: { command: words, metric: METRIC } });
const TOUCH = program("sh", "-c", "touch ran; echo '{\"score\": 1}'");
/** The same as a patch of an evaluator that looks up a table. */
const INSTEAD = { ...TOUCH, options: { ...TOUCH.options, table: null, dataset: null } };
const SMALL = {
  use: "nas-bench-201",
  options: { channels: 4, cellsPerStage: 1, stages: 2, reduction: "pool", imageSize: 8, imageChannels: 1 },
};
const TRAINING = { dataset: { name: "digits" }, training: { epochs: 1 }, backend: "pytorch", python: "./evil" };
const matrix = (changes: object) => ({ name: "many", design: "one-factor", variants: {}, seeds: { count: 1 }, ...changes });
const tabulation = (changes: object) => ({
  ...{ name: "made", description: "d", source: "s", licence: "l", space: SMALL, fidelities: [{ epochs: 1 }] },
  dataset: { name: "digits" },
  training: { batchSize: 100 },
  ...changes,
});
const fit = (changes: object) => ({
  ...{ name: "learnt", space: "nas-bench-201", pairs: { evaluator: "landscape", sample: 10 } },
  ...changes,
});
const manifest = (name: string, content: object) => scratch.write(`strange/${name}.json`, content);

/** A file outside of the folder of each kind that a manifest can name. */
scratch.write("outside/secret.txt", "{ secret-of-mine");
const table = scratch.path("outside/mine.arrow.gz");
copyFileSync(join(root, "tables/digits-201.arrow.gz"), table);
symlinkSync(table, join(folder, "link.arrow.gz"));
const ofTable = (path: string) => experiment({ evaluator: { use: "benchmark", options: { table: path, dataset: "digits" } } });

claim(
  "A manifest can have a file that you may read opened as what it says, such as a table, a predictor, a dataset, a record or another manifest: by an absolute path, by `..`, or by a link",
  async () => {
    for (const path of [table, "../outside/mine.arrow.gz", "./link.arrow.gz"]) {
      const { status, said } = await scratch.seen("run", manifest("reads", ofTable(path)));
      assert.is(status, 0, said);
    }
    const secret = scratch.path("outside/secret.txt");
    const initial = { use: "from-run", options: { experiment: secret } };
    for (const [name, call, content] of [
      ["predictor", "run", experiment({ evaluator: { use: "predictor", options: { file: secret } } })],
      ["dataset", "tabulate", tabulation({ dataset: { name: "npz", files: { train: [secret] } } })],
      ["record", "fit", fit({ pairs: { run: [secret] } })],
      ["base", "matrix", matrix({ base: secret })],
      ["begins", "run", experiment({ subspaces: { count: 2, radius: 2, initial } })],
    ] as const) {
      const { status, read, said } = await scratch.seen(call, manifest(name, content), ...OUT);
      assert.is(status, 2, said);
      assert.ok(read.includes(secret), `${name}: ${said}`);
    }
  },
);

claim("A manifest can have the name and the SHA-256 of such a file kept with the results", async () => {
  assert.is((await scratch.seen("run", manifest("digest", ofTable(table)), "--out", "runs/digest")).status, 0);
  const [cell] = JSON.parse(readFileSync(scratch.path("runs/digest/strange/matrix.json"), "utf8")).cells;
  assert.match(JSON.stringify(cell.inputs), /"table digits-201":"[0-9a-f]{64}"/);
});

claim("A manifest can have an error quote a few characters of such a file, on your terminal", async () => {
  const { said } = await scratch.seen("run", manifest("quotes", ofTable("../outside/secret.txt")));
  assert.match(said, /this one with "\{ secr"/);
});

claim("A manifest can keep processors and memory busy until you end the call", async () => {
  const file = manifest("busy", experiment({ budget: { queries: 1e9 }, observers: [] }));
  assert.is((await scratch.seen("validate", file)).status, 0);
  let looks = 0;
  const begun = () => existsSync(scratch.path("runs/busy/strange/matrix.json")) && ++looks > 50;
  const { status } = await scratch.interrupt("SIGINT", begun, "run", file, "--out", "runs/busy", "--workers", "1");
  assert.ok(status === 130 || status === null, `it ended with ${status}`);
});

claim("A manifest cannot run a module that it names, whatever the command", async () => {
  const plugins = ["./hostile.mjs"];
  const search = manifest("module", experiment({ plugins }));
  const cells = manifest("module-matrix", matrix({ base: experiment({ plugins }) }));
  const ofBase = manifest("module-base", matrix({ base: "module.json" }));
  const made = manifest("module-table", tabulation({ plugins }));
  const learnt = manifest("module-fit", fit({ plugins }));
  const text = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|";
  for (const call of [
    ...["run", "ask", "validate", "plugins", "schema", "doctor"].map((command) => [command, search]),
    ...["matrix", "validate", "plugins", "schema"].flatMap((command) => [cells, ofBase].map((file) => [command, file])),
    ["tell", search, "0", "--score", "1"],
    ["matrix", cells, "--dry-run"],
    ["run", search, "--slurm", "--shards", "1"],
    ["tabulate", made],
    ["fit", learnt],
    ["export", text, "--torch", "--space", search],
    ["export", text, "--torch", "--from", search, "--out", "runs/x.py"],
    ["draw", text, "--space", search],
    ["table", "describe", scratch.path("outside/secret.txt"), "--space", search],
  ]) {
    const seen = await scratch.seen(...(call as [string, ...string[]]));
    assert.is(seen.status, 2, `${call}: ${seen.said}`);
    assert.match(seen.said, /it would run the module|\.txt|fetch/, String(call));
    assertQuiet(seen, ...own, ...seen.wrote.filter((path) => /runs-\d+/.test(path)));
  }
  for (const call of [
    ["report", search],
    ["completion", "bash", "--", "run", search, ""],
    ["replay", search],
  ])
    assertQuiet(await scratch.seen(...call), ...own);
  assert.not(hasRun());
});

claim("A manifest cannot start a program that it names, whatever the option", async () => {
  const training = { space: SMALL, evaluator: { use: "training", options: TRAINING } };
  const deeper = { space: SMALL, evaluator: { use: "training", options: { ...TRAINING, python: "../strange/python3" } } };
  for (const [command, file, status] of [
    ["run", manifest("command", experiment({ evaluator: TOUCH })), 2],
    ["ask", manifest("command", experiment({ evaluator: TOUCH })), 2],
    ["validate", manifest("command", experiment({ evaluator: TOUCH })), 0],
    ["run", manifest("python", experiment(training)), 2],
    ["validate", manifest("python", experiment(training)), 0],
    ["run", manifest("other-python", experiment(deeper)), 2],
    [
      "run",
      manifest("fastest", experiment({ ...training, evaluator: { use: "training", options: { ...TRAINING, backend: "fastest" } } })),
      2,
    ],
    ["matrix", manifest("matrix", matrix({ base: experiment(), variants: { touch: { evaluator: TOUCH } } })), 2],
    ["tabulate", manifest("tabulate", tabulation({ backend: "pytorch", python: "./evil" })), 2],
    ["validate", manifest("tabulate", tabulation({ backend: "pytorch", python: "./evil" })), 0],
    ["fit", manifest("fit", fit({ pairs: { evaluator: TOUCH, sample: 10 } })), 2],
  ] as const) {
    const seen = await scratch.seen(command, file, ...(command === "validate" ? [] : OUT));
    assert.is(seen.status, status, `${command} ${file}: ${seen.said}`);
    assertQuiet(seen, ...own);
  }
  assert.not(hasRun());
});

claim("A manifest cannot run code of a folder that you trust, by naming a manifest that lies there", async () => {
  scratch.write("trusted/mine.mjs", PLUGIN);
  scratch.write("trusted/plain.json", experiment({ name: "plain" }));
  scratch.write("trusted/coded.json", experiment({ name: "coded", plugins: ["./mine.mjs"], subspaces: { count: 2, radius: 2 } }));
  assert.is((await scratch.seen("trust", scratch.path("trusted"))).status, 0);
  assert.is((await scratch.seen("run", scratch.path("trusted/coded.json"))).status, 0);
  const initial = { use: "from-run", options: { experiment: "../trusted/coded.json" } };
  for (const [command, content] of [
    ["matrix", matrix({ base: "../trusted/coded.json", variants: { more: { budget: { queries: 2 } } } })],
    ["matrix", matrix({ base: "../trusted/plain.json", variants: { touch: { evaluator: INSTEAD } } })],
    ["matrix", matrix({ base: "../trusted/plain.json", variants: { more: { plugins: ["../strange/hostile.mjs"] } } })],
    ["run", experiment({ subspaces: { count: 2, radius: 2, initial } })],
  ] as const) {
    const seen = await scratch.seen(command, manifest("leads", content), ...OUT);
    assert.is(seen.status, 2, seen.said);
    assert.match(seen.said, /it would run the (module|programs)/, JSON.stringify(content));
    assertQuiet(seen, ...own);
  }
  assert.not(hasRun());
});

claim("A manifest cannot have text evaluated: there are no templates, no expressions and no shell", async () => {
  const text = `$(touch ran) \`touch ran\` \${process.exit(7)} {{constructor.constructor('throw 7')()}} %s'); throw 7//`;
  const file = manifest(
    "text",
    matrix({
      question: text,
      base: experiment({ question: text }),
      variants: { local: { controller: "local-search" } },
    }),
  );
  const seen = await scratch.seen("matrix", file, ...OUT);
  assert.is(seen.status, 0, seen.said);
  assertQuiet(seen, ...own);
  const reported = await scratch.seen("report", "runs/many");
  assert.is(reported.status, 0, reported.said);
  assertQuiet(reported, ...own);
  const slurm = await scratch.seen("matrix", file, "--slurm", "--shards", "1", ...OUT);
  assert.is(slurm.status, 0, slurm.said);
  assert.not.match(slurm.stdout, /touch ran/);
  assert.not(hasRun() || existsSync(scratch.path("ran")));
});

claim("A manifest cannot reach the prototypes of objects by names like `__proto__`", async () => {
  const polluted = '{"polluted": true}';
  const names = ["__proto__", "constructor", "prototype"];
  for (const name of names) {
    const whole = JSON.stringify(experiment()).slice(0, -1);
    for (const text of [`${whole}, "${name}": ${polluted}}`, `${whole}, "failures": {"${name}": ${polluted}}}`]) {
      assert.is((await scratch.seen("validate", scratch.write("strange/proto.json", text))).status, 2, text);
      parseManifest({ file: "proto.json", text }, "experiment");
    }
    for (const pointer of [`/${name}/polluted`, `/budget/${name}/polluted`, `/evaluator/options/constructor/${name}/polluted`])
      parseManifest({ file: "set", text: JSON.stringify(experiment()), changes: [{ pointer, value: true }] }, "experiment");
    const variants = `{"a": {"${name}": ${polluted}, "budget": {"${name}": ${polluted}}}}`;
    const text = JSON.stringify(matrix({ base: experiment() })).replace('"variants":{}', `"variants":${variants}`);
    assert.is((await scratch.seen("validate", scratch.write("strange/proto.json", text))).status, 2, text);
    const axes = matrix({ base: experiment(), axes: { [`/${name}/polluted`]: [1, 2], [`/budget/${name}/polluted`]: [1, 2] } });
    assert.is((await scratch.seen("validate", manifest("proto", axes))).status, 2);
  }
  assert.is(({} as { polluted?: unknown }).polluted, undefined);
  assert.is((Object as { polluted?: unknown }).polluted, undefined);
  assert.is((await scratch.seen("validate", manifest("plain", experiment()))).status, 0, "in the process that has read all of these");
});

claim("A manifest cannot write outside of `--out`, whatever it calls itself and its parts", async () => {
  const before = treeOf(scratch.path("outside"));
  for (const name of ["../outside/x", scratch.path("outside/x"), "..", "a/b", "a\\b", "a\0b", "con:x", "", "."])
    for (const [command, content] of [
      ["run", experiment({ name })],
      ["matrix", matrix({ name, base: experiment() })],
      ["tabulate", tabulation({ name })],
      ["fit", fit({ name })],
    ] as const) {
      const seen = await scratch.seen(command, manifest("named", content), "--out", "runs/named");
      assert.is(seen.status, 2, `${name}: ${seen.said}`);
      assertQuiet(seen, ...own);
    }
  for (const variant of ["../../outside/x", "..", "a/../../b"]) {
    const seen = await scratch.seen(
      "matrix",
      manifest("parts", matrix({ base: experiment(), variants: { [variant]: { budget: { queries: 2 } } } })),
      ...OUT,
    );
    assertQuiet(seen, ...own);
  }
  const recorded = await scratch.seen("run", manifest("recorded", experiment({ observers: ["recorder"] })), "--out", "runs/recorded");
  assert.is(recorded.status, 0, recorded.said);
  assertQuiet(recorded, ...own);
  assert.equal(treeOf(scratch.path("outside")), before);
});

claim("A manifest cannot open a connection: what looks like an address is a path, or is refused", async () => {
  let connections = 0;
  const server = createServer((_, response) => response.end("{}")).on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as { readonly port: number };
    const url = `http://127.0.0.1:${port}/x.json`;
    const initial = { use: "from-run", options: { experiment: url } };
    for (const [command, content] of [
      ["run", experiment({ $schema: url })],
      ["run", experiment({ plugins: [url] })],
      ["run", ofTable(url)],
      ["run", experiment({ evaluator: { use: "predictor", options: { file: url } } })],
      ["run", experiment({ subspaces: { count: 2, radius: 2, initial } })],
      ["matrix", matrix({ base: url })],
      ["tabulate", tabulation({ dataset: { name: "npz", files: { train: [url] } } })],
      ["tabulate", tabulation({ dataset: { name: "images", folder: url } })],
      ["fit", fit({ pairs: { run: [url] } })],
      ["validate", experiment({ plugins: [url] })],
      ["run", experiment({ plugins: [`data:text/javascript,await fetch("${url}")`] })],
    ] as const) {
      const seen = await scratch.seen(command, manifest("address", content), ...(command === "validate" ? [] : OUT));
      assert.is(seen.status, "$schema" in content ? 0 : 2, seen.said);
      assertQuiet(seen, ...own);
    }
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  assert.is(connections, 0);
});

claim("A manifest cannot have pipes, devices and endless files read", async () => {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  symlinkSync("/dev/zero", join(folder, "zero"));
  for (const path of ["./pipe", "/dev/zero", "./zero"])
    for (const [command, content] of [
      ["run", ofTable(path)],
      ["run", experiment({ evaluator: { use: "predictor", options: { file: path } } })],
      ["matrix", matrix({ base: path })],
      ["tabulate", tabulation({ dataset: { name: "npz", files: { train: [path] } } })],
      ["fit", fit({ pairs: { run: [path] } })],
    ] as const) {
      const { status, said } = await scratch.seen(command, manifest("endless", content), ...OUT);
      assert.is(status, 2, said);
      assert.match(said, /it is a (pipe|device)/, said);
    }
});

claim("A manifest cannot make a terminal obey characters that it has in it", async () => {
  const obeyed = "\u001b]0;title\u0007\u001b[2J\u009b2J\u202e";
  mkdirSync(join(folder, obeyed));
  for (const [command, content] of [
    ["run", experiment({ [obeyed]: 1 })],
    ["run", experiment({ controller: obeyed })],
    ["run", ofTable(obeyed)],
    ["run", experiment({ plugins: [obeyed] })],
    ["run", experiment({ evaluator: program(obeyed) })],
    ["matrix", matrix({ base: obeyed })],
    ["matrix", matrix({ base: experiment(), variants: { [obeyed]: { controller: obeyed } } })],
    ["fit", fit({ pairs: { run: [obeyed] } })],
  ] as const) {
    const { said } = await scratch.seen(command, scratch.write(`strange/${obeyed}/m.json`, content), ...OUT);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is for them
    assert.not.match(said, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    assert.match(said, /\\u001b/);
  }
});

run();
