/** A program outside this repository that uses each entry of the package, and the settings that it is checked with. @module */

export const CONSUMER = `import { plugin } from "evoke-nas";
import { rewardContract } from "evoke-nas/contracts";
import { runExperiment } from "evoke-nas/host";
import { digestOf } from "evoke-nas/toolkit";

const halved = plugin({
  kind: "reward",
  name: "halved",
  summary: "A part of the score",
  options: { type: "object", additionalProperties: false, properties: { part: { type: "number", default: 0.5 } } },
  needs: [],
  create: ({ part }) => ({ shape: (score) => part * score }),
});
for (const [, run] of rewardContract(halved.name, () => halved.create({ part: 0.5 }, {}))) await run();

const manifest = {
  name: "looked-up",
  space: "nas-bench-201",
  evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } },
  controller: "random",
  budget: { queries: 20 },
};
const { runs } = await runExperiment(manifest, { workers: 1 });
if (runs.length === 0 || digestOf(manifest).length !== 64) throw new Error("no run was done");
`;

const strict = { target: "ES2022", strict: true, noEmit: true, skipLibCheck: false, types: ["node"] };

export const TYPE_SETTINGS = {
  nodenext: { ...strict, module: "nodenext" },
  bundler: { ...strict, module: "preserve", moduleResolution: "bundler" },
} as const;
