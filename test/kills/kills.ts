/**
 * Kills calls of the command at random, and says by scenario what came of it; with status 1 if anything was lost, doubled or
 * unequal: its folder is left as it was found. What was done is kept in a file, from which the next call with the same seed
 * goes on.
 *
 *   npm run build && npm run kills -- [--kills 1000] [--seed 1] [--only NAME] [--at-once 2] [--progress FILE]
 *
 * @module
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { killAtRandom, killsOf } from "./campaign.ts";
import type { Round } from "./round.ts";
import { SCENARIOS } from "./scenarios.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    "at-once": { type: "string", default: "2" },
    progress: { type: "string" },
  },
});
const [kills, seed, atOnce] = [values.kills, values.seed, values["at-once"]].map(Number) as [number, number, number];
const progress = values.progress ?? join(tmpdir(), `evoke-kills-${seed}.jsonl`);
const names = SCENARIOS.map(({ name }) => name);
const scenarios = SCENARIOS.filter(({ name }) => name.includes(values.only));
if (scenarios.length === 0) {
  console.error(`Cannot kill "${values.only}": no scenario has that in its name. There are ${names.join(", ")}.`);
  process.exit(2);
}

const lines = existsSync(progress) ? readFileSync(progress, "utf8").split("\n").slice(0, -1) : [];
const before = lines.map((line) => JSON.parse(line) as Round);
const folder = mkdtempSync(join(tmpdir(), "evoke-kills-"));
console.log(`${killsOf(before)} of ${kills} kills are in ${progress}; folders are in ${folder}`);
const over = (round: Round) => {
  appendFileSync(progress, `${JSON.stringify(round)}\n`);
  if (round.faults.length > 0) console.log(`${round.scenario}, round ${round.round}:\n  ${round.faults.join("\n  ")}`);
};
const done = await killAtRandom({ scenarios, kills, seed, atOnce, folder, over }, before);

const of = (rounds: readonly Round[], name: string) => {
  const kills = rounds.flatMap(({ kills }) => kills);
  const by = (signal: string) => kills.filter((kill) => kill.signal === signal).length;
  const ends = new Map<string, number>();
  for (const { ended } of kills) ends.set(ended, (ends.get(ended) ?? 0) + 1);
  const slowest = Math.max(0, ...kills.map(({ signal, ending }) => (signal === "SIGTERM" ? ending : 0)));
  const faults = rounds.reduce((sum, { faults }) => sum + faults.length, 0);
  const endings = [...ends].map(([ended, count]) => `${count} × ${ended}`).join(", ");
  return `| ${[name, rounds.length, by("SIGKILL"), by("SIGTERM"), endings, `${slowest} ms`, faults].join(" | ")} |`;
};
console.log("| scenario | rounds | SIGKILL | SIGTERM | ended with | slowest after SIGTERM | faults |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const name of names) {
  const rounds = done.filter(({ scenario }) => scenario === name);
  if (rounds.length > 0) console.log(of(rounds, name));
}
console.log(of(done, "all"));
process.exitCode = done.some(({ faults }) => faults.length > 0) ? 1 : 0;
