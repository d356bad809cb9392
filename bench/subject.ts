/**
 * What is measured: experiments on NAS-Bench-201, or where its table is not at hand on made-up numbers.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { homeFolder } from "../training/home-folder.ts";
import { COMMAND } from "./built.ts";

/** A scratch folder, which is also the home of Evoke for everything that is measured; backends are those of the user's. */
export const folder = mkdtempSync(join(tmpdir(), "evoke-bench-"));
symlinkSync(join(homeFolder(), "backends"), join(folder, "backends"));
process.env.EVOKE_HOME = folder;
process.env.EVOKE_TRUST = folder;
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const csv = join(
  process.env.EVOKE_SHARED_DATA ?? resolve(fileURLToPath(new URL("../../shared/data", import.meta.url))),
  "nas-bench-201.csv.gz",
);

/** Whether the real table is there; it is imported once. */
export const onTable = existsSync(csv) && evoke("table", "add", csv).status === 0;
export const SOURCE = onTable ? "the table of NAS-Bench-201" : "made-up numbers, for want of the table of NAS-Bench-201";

export function evoke(...args: string[]) {
  return spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8", env: { ...process.env, CI: "true" } });
}

/** An evaluator without a table: the later operations are the better ones. */
writeFileSync(
  join(folder, "made-up.mjs"),
  `const metric = { name: "made-up", dataset: "none", split: "validation", epochs: 0, trainedOn: "nothing", unit: "points" };
export default {
  kind: "evaluator", name: "made-up", summary: "Made-up numbers", options: { type: "object", properties: {} }, needs: [],
  create: () => ({
    metric,
    evaluate(architecture) {
      let score = 40;
      for (let i = 0; i < architecture.length; i++) score += architecture[i];
      return { score, seconds: 1 };
    },
  }),
};
`,
);

export const BENCHMARK = { use: "benchmark", options: { table: "nas-bench-201", dataset: "cifar10" } };

/** Writes a manifest of 160 queries and 500 seeds. @returns its path */
export function manifest(name: string, parts: object): string {
  const file = join(folder, `${name}.json`);
  const evaluator = onTable ? { evaluator: BENCHMARK } : { plugins: ["./made-up.mjs"], evaluator: "made-up" };
  writeFileSync(
    file,
    JSON.stringify({
      name,
      space: "nas-bench-201",
      ...evaluator,
      budget: { queries: 160, cost: "official" },
      seeds: { first: 1, count: 500 },
      ...parts,
    }),
  );
  return file;
}

/** The parts of a manifest, as the paper has them, for each controller. */
export const CONTROLLERS = {
  "gnn-lstm, K = 4, M = 4": { controller: "gnn-lstm", subspaces: { count: 4, radius: 4 } },
  "gnn-lstm, K = 10, M = 3": { controller: "gnn-lstm", subspaces: { count: 10, radius: 3 } },
  reinforce: { controller: "reinforce" },
  uniform: { controller: "uniform", subspaces: { count: 4, radius: 4 } },
  random: { controller: "random" },
} as const;
