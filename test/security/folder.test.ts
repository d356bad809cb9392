/** What a folder of somebody else's can do to whoever works in it, and what it cannot: see docs/security.md. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import * as assert from "uvu/assert";
import { root } from "../app/cli/command.ts";
import { hasPython } from "../python.ts";
import { claimsOf } from "./claims.ts";
import { assertQuiet, experiment, type Seen, stranger, treeOf, Watched } from "./watched.ts";

const { claim, run } = claimsOf(import.meta.url);
const scratch = new Watched();
const { folder, hasRun } = stranger(scratch, "strange");
scratch.write("strange/plain.json", experiment());
scratch.write("strange/coded.json", experiment({ plugins: ["./hostile.mjs"] }));
scratch.write("outside/mine.txt", "mine");
const has = (program: string) => {
  try {
    execFileSync("which", [program], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};
const unless = (there: boolean, what: string) => (there ? undefined : `${what} is absent`);

claim(
  "A folder that you work in can have results written where a link called `results` leads, under Evoke's own names: say `--out`",
  () => {
    mkdirSync(scratch.path("elsewhere"));
    symlinkSync(scratch.path("elsewhere"), join(folder, "results"));
    assert.is(scratch.seenIn(folder, "run", "plain.json").status, 0);
    assert.equal(readdirSync(scratch.path("elsewhere")).sort(), ["runs.sqlite", "strange"]);
  },
);

claim(
  "A folder that you work in can have `npx evoke` call a program of its own: call Evoke by a path, or from another folder",
  () => {
    const program = scratch.write("strange/node_modules/.bin/evoke", "#!/bin/sh\necho not the real one\n");
    chmodSync(program, 0o755);
    scratch.write("strange/package.json", {});
    scratch.variables.HOME = scratch.path("user"); // for npm's logs
    const { stdout, said } = scratch.seenAlone(folder, "npx", "--no", "evoke", "plugins");
    assert.match(stdout, /not the real one/, said);
    assert.match(scratch.seenIn(folder, "--version").stdout, /^\d+\.\d+\.\d+\n$/);
  },
  unless(has("npx"), "npx"),
);

claim("A folder that you work in cannot trust itself, by a list of trusted folders that lies in it", () => {
  for (const list of [".local/share/evoke", "share/evoke", "evoke", ""])
    scratch.write(join("strange", list, "trusted-folders"), `${folder}\n`);
  for (const [HOME, XDG_DATA_HOME] of [
    ["", ""],
    ["", "share"],
    ["", "."],
    [".", ""],
  ] as const) {
    Object.assign(scratch.variables, { EVOKE_HOME: "", HOME, XDG_DATA_HOME });
    const { status, said, read } = scratch.seenIn(folder, "run", "coded.json", "--out", "runs");
    assert.is(status, 2, said);
    assert.match(said, /it would run the module/);
    assert.equal(
      read.filter((path) => path.startsWith(folder) && path.endsWith("trusted-folders")),
      [],
    );
  }
  for (const name of ["EVOKE_HOME", "HOME", "XDG_DATA_HOME"]) delete scratch.variables[name];
  assert.not(hasRun());
});

/** Asks each Python that Evoke asks, and looks for the tools of `evoke backend build`. */
const ASKING = `
const own = (path) => import(${JSON.stringify(pathToFileURL(join(root, "dist/")).href)} + path);
const { pytorchAtAGlance, describePytorch } = await own("training/pytorch/pytorch.js");
const { findTools } = await own("app/host/backends/tools.js");
await pytorchAtAGlance({});
await describePytorch();
await findTools().catch(() => {});
`;
let asking: Seen | undefined;
const asked = () => (asking ??= scratch.seenAlone(folder, process.execPath, "--input-type=module", "-e", ASKING));

claim(
  "A folder that you work in cannot have modules of its own found by Python or pip where Evoke asks for theirs",
  () => {
    const ran = `open(${JSON.stringify(join(folder, "ran"))}, "w")\n`;
    for (const module of ["torch", "pip", "json", "csv", "email", "zipfile", "math", "queue", "importlib/__init__", "pip/__main__"])
      scratch.write(`strange/${module}.py`, ran);
    const seen = asked();
    assert.is(seen.status, 0, seen.said);
    assert.ok(seen.started.filter((program) => program === "python3").length > 0, seen.said);
    assert.not(hasRun());
  },
  unless(hasPython, "python3"),
);

claim("A folder that you work in cannot have programs of its own started in place of those on the `PATH`", () => {
  const seen = asked();
  assert.ok(seen.started.includes("python3"));
  assert.not(hasRun());
});

claim("A folder that you work in cannot have settings of its own read, such as `.env` or `.npmrc`", () => {
  const settings = [".env", ".npmrc", ".evokerc", "evoke.json", "tsconfig.json", "deno.json", "biome.json", ".trust"];
  for (const name of settings) scratch.write(`strange/${name}`, "EVOKE_TRUST=*\nnode-options=--import=./hostile.mjs\n");
  const { status, said, read } = scratch.seenIn(folder, "run", "coded.json", "--out", "runs");
  assert.is(status, 2, said);
  assert.equal(
    read.filter((path) => settings.some((name) => path.endsWith(`/${name}`))),
    [],
  );
  assertQuiet(scratch.seenIn(folder, "validate", "plain.json"));
});

claim(
  "A folder that you work in cannot have the names of its files evaluated where a shell completes",
  () => {
    const names = ["$(touch ran).json", "`touch ran`.json", "a;touch ran;.json", "b'$(touch ran)'.json"];
    for (const name of names) scratch.write(`completed/${name}`, "{}");
    const script = `evoke() { ${JSON.stringify(process.execPath)} ${JSON.stringify(scratch.command)} "$@"; }
      eval "$(evoke completion bash)"
      COMP_WORDS=(evoke run ""); COMP_CWORD=2; _evoke; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = scratch.seenAlone(scratch.path("completed"), "bash", "-c", script);
    for (const name of names) assert.ok(stdout.split("\n").includes(name), stdout + stderr);
    assert.equal(readdirSync(scratch.path("completed")).sort(), names.sort());
  },
  unless(has("bash"), "bash"),
);

claim("A folder that you work in cannot have `evoke new` write over anything, or through a link", () => {
  const before = treeOf(scratch.path("outside"));
  symlinkSync(scratch.path("outside/mine.txt"), join(folder, "one.json"));
  symlinkSync(scratch.path("outside/other.txt"), join(folder, "two.json"));
  symlinkSync(scratch.path("outside"), join(folder, "three"));
  scratch.write("strange/four.json", "mine");
  for (const call of [
    ...["one", "two", "four"].map((name) => ["experiment", name, "--space", "nas-bench-201"]),
    ["reward", "three", "--package"],
  ]) {
    const { status, said } = scratch.seenIn(folder, "new", ...call);
    assert.is(status, 2, said);
    assert.match(said, /Cannot (make|write)/);
  }
  assert.equal(treeOf(scratch.path("outside")), before);
  assert.is(readFileSync(join(folder, "four.json"), "utf8"), "mine");
  assert.not(existsSync(scratch.path("outside/other.txt")));
});

run();
