/** Arguments of the command: whatever is said, it ends with a status, in words, and prints nothing that a terminal obeys. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import fc from "fast-check";
import { visible } from "../../../core/visible.ts";
import { oddText } from "../mutations.ts";
import { target, WrongResult } from "../target.ts";

const CELL = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|";
const EXPERIMENT = {
  name: "fuzz",
  space: "nas-bench-201",
  evaluator: { use: "landscape", options: { function: "nk", order: 2 } },
  controller: "random",
  budget: { queries: 3 },
  seeds: { first: 1, count: 2 },
};
const MATRIX = { name: "both", base: "experiment.json", design: "one-factor", variants: { local: { controller: "local-search" } } };
/** Calls that are right. Workers would be threads, which are slow to start. */
const CALLS = [
  ["run", "experiment.json", "--workers", "1", "--seeds", "1", "--set", "/budget/queries=2", "--out", "results"],
  ["run", "experiment.json", "--workers", "1", "--shard", "1/2", "--json", "--quiet"],
  ["run", "experiment.json", "--slurm", "--shards", "2", "--sbatch=--time=1"],
  ["matrix", "matrix.json", "--dry-run", "--seeds", "2"],
  ["ask", "experiment.json", "--seed", "1", "--again"],
  ["tell", "experiment.json", "0", "--score", "1", "--metrics", '{"m":1}', "--seconds", "2"],
  ["tell", "experiment.json", '{"query":0,"attempt":1}', "--failed", "why"],
  ["merge", "results", "--out", "all", "--json"],
  ["report", "results/fuzz", "--json"],
  ["validate", "experiment.json", "matrix.json", "--json"],
  ["table", "list", "--json"],
  ["table", "check", "digits-201", "--json"],
  ["table", "describe", "numbers.csv", "--space", "nas-bench-201", "--out", "-"],
  ["table", "add", "numbers.csv", "--as", "experiment.json", "--name", "n"],
  ["draw", CELL, "--space", "nas-bench-201", "--set", "/options/classes=100", "--out", "-"],
  ["export", CELL, "--torch", "--space", "nas-bench-201"],
  ["plugins", "controller", "--json"],
  ["replay", "numbers.csv"],
  ["trust", ".", "--list"],
  ["trust", ".", "--remove"],
  ["queue", "redis://:1/x"],
  ["worker", "--queue", "http://h", "--workers", "0", "--slots", "2"],
] as const;
const EDITS = ["replace", "remove", "insert", "copy", "append"] as const;
/** What no case may do: fetch, compile, wait for a server, or write outside of its folder; no process can be called with a zero. */
const LEFT_OUT = /\0|^(backend|doctor|\/|rediss?:\/\/[^:])|\.\.|^--(wait|watch|from|fine-tune)/;

let calls = 0;

export default target<readonly string[]>({
  name: "arguments",
  inputs() {
    const words = [...new Set(CALLS.flat())];
    const word = fc.oneof(
      fc.constantFrom(...words),
      oddText,
      fc.constantFrom("--help", "--debug", "--trust", "--", "-", "help", "2", "1/3"),
    );
    const edit = fc.record({ how: fc.constantFrom(...EDITS), at: fc.nat({ max: 20 }), word });
    return fc.tuple(fc.constantFrom(...CALLS), fc.array(edit, { maxLength: 3 })).map(([call, edits]) =>
      edits.reduce<readonly string[]>((all, { how, at, word }) => {
        const place = at % all.length || 0;
        if (how === "insert") return all.toSpliced(place, 0, word);
        if (how === "remove") return all.toSpliced(place, 1);
        if (how === "copy") return all.concat(all.slice(place, place + 2));
        return all.toSpliced(place, 1, how === "append" ? `${all[place] ?? ""}${word}` : word);
      }, call),
    );
  },
  async act(args, { folder }) {
    if (args.some((word) => LEFT_OUT.test(word))) return;
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries({ "experiment.json": EXPERIMENT, "matrix.json": MATRIX }))
      writeFileSync(join(folder, name), JSON.stringify(content));
    writeFileSync(join(folder, "numbers.csv"), `architecture,accuracy\n${CELL},90\n`);
    const { status, printed } = await called(args, folder);
    if (![0, 1, 2, 3, 4].includes(status)) throw new WrongResult(`it ended with status ${status}: ${printed}`);
    if (/a defect of Evoke|^\s+at .*:\d+:\d+\)?$/m.test(printed) && !args.includes("--debug")) throw new WrongResult(printed);
    if (visible(printed) !== printed) throw new WrongResult(`it prints ${JSON.stringify(printed)}`);
  },
});

/** Calls the command in this process, as another process would. */
async function called(args: readonly string[], folder: string): Promise<{ readonly status: number; readonly printed: string }> {
  const before = { argv: [...process.argv], folder: process.cwd(), out: process.stdout.write, error: process.stderr.write };
  let printed = "";
  const write = (chunk: string | Uint8Array) => {
    printed += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  process.chdir(folder);
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
  [process.stdout.write, process.stderr.write] = [write, write];
  process.exitCode = undefined;
  const listeners = ["SIGINT", "SIGTERM", "uncaughtException", "unhandledRejection"] as const;
  const known = listeners.map((event) => process.listeners(event as "SIGINT"));
  try {
    await import(`../../../app/cli/evoke.ts?call=${++calls}`);
    return { status: Number(process.exitCode ?? 0), printed };
  } finally {
    for (const [i, event] of listeners.entries())
      for (const listener of process.listeners(event as "SIGINT")) if (!known[i]!.includes(listener)) process.off(event, listener);
    [process.stdout.write, process.stderr.write] = [before.out, before.error];
    process.exitCode = undefined;
    delete process.env.EVOKE_TRUST;
    process.argv.splice(0, Number.POSITIVE_INFINITY, ...before.argv);
    process.chdir(before.folder);
  }
}
