/**
 * Looks for inputs that take more than they should, or are answered by anything but success or an error in words.
 *
 *   npm run fuzz                                  three minutes, of everything
 *   npm run fuzz -- --minutes 30 --seed 7 tables stores
 *
 * A fault is made as small as it gets, and kept in test/fuzz/findings/, from where a test takes it in again. What is done
 * follows from the seed, which is printed. The exit status is 1 if there was a fault.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { keepFinding } from "./findings.ts";
import { fuzz } from "./fuzzing.ts";
import { tallyTable } from "./tally.ts";
import { TARGETS } from "./targets.ts";

const { values, positionals } = parseArgs({
  options: { minutes: { type: "string", default: "3" }, seed: { type: "string" } },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !(name in TARGETS));
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Date.now() % 1e6);
if (unknown !== undefined || !(minutes > 0) || !Number.isSafeInteger(seed)) {
  console.error(`npm run fuzz -- [--minutes N] [--seed S] [KIND...], where the kinds are ${Object.keys(TARGETS).join(", ")}.`);
  process.exit(2);
}
console.log(`seed ${seed}`);
const tallies = await fuzz({
  ...{ seconds: minutes * 60, seed, processes: availableParallelism() },
  targets: positionals.length > 0 ? positionals : Object.keys(TARGETS),
  found({ after, ...fault }) {
    console.log(`\n✘ ${fault.target}, after ${after} cases: ${fault.fault}\n  ${relative("", keepFinding(fault))}`);
  },
});
console.log(`\n${tallyTable(tallies)}`);
process.exitCode = tallies.some(({ faults }) => faults.length > 0) ? 1 : 0;
