/**
 * Benchmarks: what is compared is measured in alternation in one run, so that ratios hold where the
 * machine's clock moves. docs/performance.md says what the numbers mean.
 *
 *   npm run bench                               all parts, as a table
 *   npm run bench -- --only pytorch             one part; may be repeated
 *   npm run bench -- --quick                    a glance: few repetitions, few seeds
 *   npm run bench -- --json                     for machines
 *   npm run bench -- --markdown docs/performance.md    into that page, between its marks; with --only, these parts of it
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { controllerParts, loopParts } from "./controllers.ts";
import { curves, pytorch, work } from "./engine.ts";
import { peers } from "./peers/times.ts";
import { startUp, tableRow, unrest, workers } from "./processes.ts";
import { pytorchBackend } from "./pytorch-backend.ts";
import { queue } from "./queue/queue.ts";
import { markdown, type Part, text } from "./report.ts";
import { surrogate } from "./surrogate.ts";
import { training } from "./training.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    markdown: { type: "string" },
  },
});
const repetitions = options.quick ? 1 : 7;
const seeds = options.quick ? 40 : 500;

const PARTS: Readonly<Record<string, () => Promise<Part | readonly Part[]>>> = {
  pytorch: () => pytorch(repetitions),
  work: () => work(repetitions),
  controllers: () => controllerParts(repetitions),
  loop: () => loopParts(repetitions),
  curves: () => curves(repetitions),
  "start-up": () => startUp(repetitions),
  workers: () => workers(Math.min(repetitions, 3), Math.min(seeds, 200)),
  "table-row": () => tableRow(seeds),
  queue: () => queue(repetitions),
  training: () => training(repetitions),
  "pytorch-backend": () => pytorchBackend(repetitions),
  surrogate: () => surrogate(repetitions),
  peers: async () => peers(repetitions),
};

const unknown = options.only.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}: the parts are ${Object.keys(PARTS).join(", ")}.`);
  process.exit(2);
}

const machine = {
  cores: availableParallelism(),
  architecture: process.arch,
  node: process.versions.node,
  v8: process.versions.v8,
};
const about = `${machine.cores} cores, ${machine.architecture}, Node ${machine.node}, V8 ${machine.v8}`;
const found: Part[] = [];
const say = (line: string) => process.stderr.write(line);
if (!options.json) console.log(`${about}\n`);
for (const [name, measure] of Object.entries(PARTS)) {
  if (options.only.length > 0 && !options.only.includes(name)) continue;
  if (options.json || options.markdown) say(`${name} …\n`);
  const parts = [await measure()].flat();
  found.push(...parts);
  if (!options.json) for (const part of parts) console.log(text(part));
}
const unquiet = unrest();
if (unquiet > 1.3)
  say(`The machine is busy: the same work took ${unquiet.toFixed(1)} times as long now and then. Trust the ratios only.\n`);
if (options.json) console.log(JSON.stringify({ machine, parts: found }));

if (options.markdown) {
  const page = readFileSync(options.markdown, "utf8");
  writeFileSync(options.markdown, withTables(page, found));
}

/** The page with the tables of these parts in place of those that it has under the same titles. */
function withTables(page: string, parts: readonly Part[]): string {
  const [, before, old, after] = /^([\s\S]*<!-- bench -->\n)([\s\S]*)(<!-- \/bench -->[\s\S]*)$/.exec(page) ?? [];
  if (old === undefined) throw new Error("The page has no marks <!-- bench --> and <!-- /bench -->.");
  const sections = new Map(
    old
      .split(/^(?=### )/m)
      .filter((section) => section.startsWith("### "))
      .map((section) => [section.split("\n", 1)[0]!, section.trim()]),
  );
  for (const part of parts) sections.set(`### ${part.title}`, markdown(part).trim());
  return `${before}\n${[...sections.values()].join("\n\n")}\n\n${after}`;
}
