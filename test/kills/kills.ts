/**
 * Kills calls of the command at random, and says by scenario what came of it; with status 1 if anything was lost, doubled or
 * unequal. What was done is kept in a file, from which the next call with the same seed goes on.
 *
 *   npm run build && npm run kills -- [--kills 1000] [--seed 1] [--only NAME] [--at-once 2] [--progress FILE]
 *
 * @module
 */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { Prepared, type Round } from "./round.ts";
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
const [wanted, seed, lanes] = [values.kills, values.seed, values["at-once"]].map(Number) as [number, number, number];
const progress = values.progress ?? join(tmpdir(), `evoke-kills-${seed}.jsonl`);
const scenarios = SCENARIOS.filter(({ name }) => name.includes(values.only));
if (scenarios.length === 0)
  throw new Error(`No scenario has "${values.only}" in its name: ${SCENARIOS.map(({ name }) => name).join(", ")}.`);

const folder = mkdtempSync(join(tmpdir(), "evoke-kills-"));
const done: Round[] = existsSync(progress)
  ? readFileSync(progress, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Round)
  : [];
const killsOf = (rounds: readonly Round[]) => rounds.reduce((sum, { kills }) => sum + kills.length, 0);
console.log(`${killsOf(done)} of ${wanted} kills are in ${progress}; folders are in ${folder}`);

const waiting = scenarios.map((scenario) => {
  const own = join(folder, scenario.name);
  mkdirSync(own);
  return new Prepared(scenario, own);
});
/** In turn, so that all scenarios have had about as many rounds whenever it is ended. */
async function keepBusy(): Promise<void> {
  while (killsOf(done) < wanted) {
    const prepared = waiting.shift()!;
    const before = done.filter(({ scenario }) => scenario === prepared.scenario.name);
    const round = await prepared.round(seed, before.length + 1);
    waiting.push(prepared);
    done.push(round);
    appendFileSync(progress, `${JSON.stringify(round)}\n`);
    if (round.faults.length > 0) console.log(`${round.scenario}, round ${round.round}:\n  ${round.faults.join("\n  ")}`);
  }
}
await Promise.all(Array.from({ length: Math.min(lanes, waiting.length) }, keepBusy));

console.log("| scenario | rounds | SIGKILL | SIGTERM | ended with | slowest end | faults |\n| --- | --- | --- | --- | --- | --- | --- |");
for (const name of [...SCENARIOS.map(({ name }) => name), ""]) {
  const rounds = done.filter(({ scenario }) => name === "" || scenario === name);
  if (rounds.length === 0) continue;
  const kills = rounds.flatMap(({ kills }) => kills);
  const by = (signal: string) => kills.filter((kill) => kill.signal === signal).length;
  const ends = new Map<string, number>();
  for (const { ended } of kills) ends.set(ended, (ends.get(ended) ?? 0) + 1);
  const slowest = Math.max(0, ...kills.map(({ ending }) => ending));
  const faults = rounds.reduce((sum, { faults }) => sum + faults.length, 0);
  const endings = [...ends].map(([ended, count]) => `${count} × ${ended}`).join(", ");
  console.log(`| ${[name || "all", rounds.length, by("SIGKILL"), by("SIGTERM"), endings, `${slowest} ms`, faults].join(" | ")} |`);
}
process.exitCode = done.some(({ faults }) => faults.length > 0) ? 1 : 0;
