import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { when } from "../../../when.ts";
import { Scratch } from "../command.ts";

const scratch = new Scratch();
const bin = join(scratch.folder, "bin");
mkdirSync(bin);
symlinkSync(scratch.command, join(bin, "evoke"));
for (const name of ["search.json", "two words.json", "notes.txt", "folder/inside.json"]) scratch.write(name, "{}");
const env = { ...scratch.env, PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: scratch.folder };
const has = (program: string) => spawnSync(program, ["--version"]).status === 0;

/** What the script of a shell is told that may come next. */
async function next(...words: string[]): Promise<{ files: string; offers: string[] }> {
  const { status, stdout, stderr } = await scratch.evoke("completion", "zsh", "--", ...words);
  assert.equal([status, stderr], [0, ""]);
  const [files, ...lines] = stdout.trimEnd().split("\n");
  return { files: files!, offers: lines.map((line) => line.split("\t")[0]!) };
}

function inShell(shell: string, script: string): string {
  const { status, stdout, stderr } = spawnSync(shell, ["-c", script], { cwd: scratch.folder, env, encoding: "utf8" });
  assert.equal([status, stderr], [0, ""]);
  return stdout;
}

test("commands, then their own commands, arguments and options are offered; an option that is there is not offered again", async () => {
  const commands = await next("");
  for (const command of ["run", "matrix", "table", "schema", "completion"]) assert.ok(commands.offers.includes(command), command);
  assert.is(commands.files, "none");
  assert.equal((await next("table", "")).offers, ["list", "add", "describe", "check"]);
  assert.equal(await next("run", ""), { files: "json", offers: [] });
  const options = (await next("run", "x.json", "--seeds", "3", "--set", "/a=1", "--")).offers;
  for (const option of ["--json", "--set", "--debug", "--help"]) assert.ok(options.includes(option), option);
  assert.not.ok(options.includes("--seeds"));
  assert.ok((await next("table", "list", "--j")).offers.includes("--json"));
});

test("values of options and arguments are offered: files, folders, names of spaces, plugins and tables, and the few that there are", async () => {
  assert.equal(await next("run", "--seeds", ""), { files: "none", offers: [] });
  assert.equal(await next("report", "--out", ""), { files: "folders", offers: [] });
  assert.equal(await next("report", "--out=x", ""), { files: "any", offers: [] });
  assert.equal(await next("report", "--out=fol"), { files: "folders", offers: [] });
  assert.equal(await next("report", "--out", "=", "fol"), { files: "folders", offers: [] });
  const spaces = await next("draw", "x", "--space", "");
  assert.is(spaces.files, "json");
  assert.ok(spaces.offers.includes("darts") && !spaces.offers.includes("random"));
  const plugins = await next("plugins", "");
  for (const name of ["controller", "darts", "benchmark"]) assert.is(plugins.offers.filter((offer) => offer === name).length, 1, name);
  assert.ok((await next("table", "check", "")).offers.includes("digits-201"));
  assert.equal(await next("backend", "build", ""), { files: "none", offers: ["native"] });
});

test("bash completes by the script, runs nothing of what is typed, and takes files with their spaces", () => {
  const printed = inShell(
    "bash",
    `eval "$(evoke completion bash)"
    next() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _evoke; printf '%s|' "\${COMPREPLY[@]}"; echo; }
    complete -p evoke evoke-nas
    next evoke run --se
    next evoke validate s
    next evoke validate tw
    next evoke report '$(touch ran)' --out = fol
    [[ ! -e ran ]]`,
  );
  const lines = [
    "complete -F _evoke evoke",
    "complete -F _evoke evoke-nas",
    "--seeds|--set|",
    "search.json|",
    "two words.json|",
    "folder|",
    "",
  ];
  assert.equal(printed.split("\n"), lines);
});

when(
  test,
  has("fish"),
  "fish is not installed",
)("fish completes by the script", () => {
  const printed = inShell("fish", 'evoke completion fish | source; complete -C "evoke table de"; complete -C "evoke report --out=fol"');
  assert.is(
    printed,
    "describe\tlook at a file of numbers and write a first description of it, to be edited, for table add --as\n--out=folder/\n",
  );
});

when(
  test,
  has("zsh"),
  "zsh is not installed",
)("zsh takes the script for one, and defines the completion when it is evaluated", () => {
  const printed = inShell(
    "zsh",
    'autoload -U compinit; compinit -u -D; eval "$(evoke completion zsh)"; echo $_comps[evoke] $_comps[evoke-nas]',
  );
  assert.is(printed, "_evoke _evoke\n");
});

test.run();
