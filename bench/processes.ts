/**
 * What only shows in processes of their own: start-up, two workers against one, memory.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { COMMAND } from "./built.ts";
import { alternate, type Measured, ratioOf, spreadOf } from "./measure.ts";
import { type Part, row } from "./report.ts";
import { BENCHMARK, CONTROLLERS, evoke, folder, manifest, onTable, SOURCE } from "./subject.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** The table that comes with Evoke. */
const TABLE = { use: "benchmark", options: { table: "digits-201", dataset: "digits" } };

export async function startUp(repetitions: number): Promise<Part> {
  const file = manifest("start-up", CONTROLLERS["gnn-lstm, K = 4, M = 4"]);
  const lookUp = manifest("look-up", { plugins: [], evaluator: TABLE, controller: "random" });
  const timed = (program: string, args: readonly string[]) => () => {
    const began = performance.now();
    const { status, stderr } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
    if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
    return performance.now() - began;
  };
  const node = process.execPath;
  /** One run of one seed that is kept nowhere yet. */
  const runAnew = (file: string) => () => {
    const out = mkdtempSync(join(folder, "out-"));
    return timed(node, [COMMAND, "run", file, "--seeds", "1", "--quiet", "--out", out])();
  };
  const times = await alternate(
    {
      bare: timed(node, ["-e", "0"]),
      version: timed(node, [COMMAND, "--version"]),
      ...(existsSync(`${root}/node_modules/.bin/evoke`) && {
        "npx alone": timed("npx", ["-c", "true"]),
        npx: timed("npx", ["evoke", "--version"]),
      }),
      validate: timed(node, [COMMAND, "validate", lookUp]),
      "look-up": runAnew(lookUp),
      run: runAnew(file),
    } as Record<string, () => number>,
    2 * repetitions,
  );
  const than = (name: string, base = "bare", to = "node") => ({ ratio: ratioOf(times[name]!, times[base]!), to });
  return {
    part: "start-up",
    title: "Start-up, from the shell to the end",
    rows: [
      row("node -e 0", "ms", times.bare!),
      row("evoke --version", "ms", times.version!, { ...than("version"), goal: "under 200 ms" }),
      ...(times.npx
        ? [
            row("npx -c true", "ms", times["npx alone"] as Measured, than("npx alone")),
            row("npx evoke --version", "ms", times.npx, than("npx", "npx alone", "npx -c true")),
          ]
        : []),
      row("evoke validate", "ms", times.validate!, { ...than("validate"), goal: "under 200 ms" }),
      row("evoke run, random, 160 look-ups", "ms", times["look-up"]!, { ...than("look-up"), goal: "under 300 ms" }),
      row("evoke run, gnn-lstm, 160 look-ups", "ms", times.run!, than("run")),
    ],
  };
}

export async function workers(repetitions: number, seeds: number): Promise<Part> {
  const file = manifest("workers", CONTROLLERS["gnn-lstm, K = 4, M = 4"]);
  const timed = (count: number) => () => {
    const out = mkdtempSync(join(folder, "out-")); // what is kept would not be run again
    const began = performance.now();
    const { status, stderr } = evoke("run", file, "--seeds", String(seeds), "--workers", String(count), "--quiet", "--out", out);
    if (status !== 0) throw new Error(stderr);
    return (performance.now() - began) / 1000;
  };
  const { one, two } = await alternate({ one: timed(1), two: timed(2) }, repetitions);
  return {
    part: "workers",
    title: `gnn-lstm, ${seeds} seeds of 160 queries (${SOURCE})`,
    rows: [row("one worker", "s", one), row("two workers", "s", two, { ratio: ratioOf(one, two), to: "faster" })],
  };
}

/** A row of Table I: the three ASE-NAS manifests, one after the other, with two workers. */
export async function tableRow(seeds: number): Promise<Part> {
  const title = `A row of Table I: ASE-NAS on three datasets, ${seeds} seeds each, two workers`;
  if (!onTable) return { part: "table-row", title, rows: [], skipped: "the table is absent" };
  const rows = [];
  let sum = 0;
  let largest = 0;
  for (const dataset of ["cifar10", "cifar100", "imagenet16-120"]) {
    const evaluator = { ...BENCHMARK, options: { ...BENCHMARK.options, dataset } };
    const file = manifest(`row-${dataset}`, { ...CONTROLLERS["gnn-lstm, K = 4, M = 4"], evaluator });
    const { seconds, megabytes } = await watched(["run", file, "--seeds", String(seeds), "--workers", "2", "--quiet"]);
    sum += seconds;
    largest = Math.max(largest, megabytes);
    rows.push(row(dataset, "s", seconds));
  }
  return {
    part: "table-row",
    title,
    rows: [
      ...rows,
      row("all three", "s", sum, seeds === 500 ? { goal: "under 50 s" } : {}),
      ...(largest > 0 ? [row("peak memory", "MB", largest, { goal: "under 250 MB" })] : []),
    ],
  };
}

/** Runs the command. @returns how long it took, and its peak resident memory where the system tells it */
async function watched(args: readonly string[]): Promise<{ seconds: number; megabytes: number }> {
  const began = performance.now();
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let megabytes = 0;
  let status: number | null | undefined;
  void ended.then((code) => (status = code));
  while (status === undefined) {
    try {
      // VmHWM is the highest so far, so the last reading before the end is enough.
      const [, kilobytes] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
      if (kilobytes !== undefined) megabytes = Number(kilobytes) / 1000;
    } catch {
      // not Linux, or over
    }
    await Promise.race([ended, pause(20)]);
  }
  if (status !== 0) throw new Error(`evoke ${args.join(" ")} ended with ${status}`);
  return { seconds: (performance.now() - began) / 1000, megabytes };
}

/** Whether something else keeps the machine busy, from how far the same work spreads. */
export function unrest(): number {
  const times = Array.from({ length: 30 }, () => {
    const began = performance.now();
    for (let i = 0, x = 1; i < 1e6; i++) x = (x * 1103515245 + 12345) & 0x7fffffff;
    return performance.now() - began;
  });
  const { low, high } = spreadOf(times);
  return high / low;
}
