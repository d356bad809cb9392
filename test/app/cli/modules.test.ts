import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Scratch } from "./command.ts";

/** An evaluator that leaves a letter for each evaluation, so that one can see whether runs were done. */
const evaluator = `
import { appendFileSync } from "node:fs";
import { bonus } from "./helper.js";
import { factor } from "factors";

const metric = { name: "worth", dataset: "toy", split: "validation", epochs: 0, trainedOn: "nothing", unit: "points" };
export default {
  kind: "evaluator",
  name: "traced",
  summary: "For tests",
  options: { type: "object", additionalProperties: false },
  needs: ["files"],
  async create(_, { files }) {
    const worths = await files.read(new URL("./worths.txt", import.meta.url));
    const worth = (cell) => cell.reduce((sum, operation) => sum + worths[operation] - 48, 0);
    return {
      metric,
      evaluate(cell) {
        appendFileSync(new URL("./trace", import.meta.url), "x");
        return { score: factor * worth(cell) + bonus, seconds: 1 };
      },
    };
  },
};
`;
const QUERIES = 5;
const SEEDS = 3;

/** A project with its plugin and a package, and a manifest in another folder. */
function project() {
  const scratch = new Scratch();
  const files = {
    "plugins/traced.js": evaluator,
    "plugins/helper.js": 'export { bonus } from "./bonus.js";',
    "plugins/bonus.js": "export const bonus = 0;",
    "plugins/worths.txt": "01230",
    "node_modules/factors/package.json": '{ "name": "factors", "version": "1.0.0", "type": "module", "main": "main.js" }',
    "node_modules/factors/main.js": 'export * from "./inner.js";',
    "node_modules/factors/inner.js": "export const factor = 1;",
    "package.json": '{ "type": "module" }',
    "manifests/traced.json": JSON.stringify({
      name: "traced",
      plugins: ["../plugins/traced.js"],
      space: "nas-bench-201",
      evaluator: "traced",
      controller: "random",
      budget: { queries: QUERIES },
      seeds: { count: SEEDS },
    }),
  };
  for (const [path, content] of Object.entries(files)) scratch.write(path, content);
  const trace = join(scratch.folder, "plugins/trace");
  const evaluations = () => (existsSync(trace) ? readFileSync(trace).length : 0);
  let before = 0;
  return {
    write: (path: string, content: string) => void scratch.write(path, content),
    /** Runs the manifest into one folder of results. */
    async run() {
      const { status, stdout, stderr } = await scratch.evoke("run", "manifests/traced.json", "--out", "results", "--json");
      assert.is(status, 0, stderr);
      const { digest, runs } = JSON.parse(stdout) as { digest: string; runs: { best: { score: number } }[] };
      const done = evaluations() - before;
      before = evaluations();
      return { digest, scores: runs.map(({ best }) => best.score), done };
    },
  };
}

/** Each edits a file of the project, and says what the scores are then. */
const EDITS: readonly (readonly [string, string, string, (score: number) => number])[] = [
  ["a helper of a helper", "plugins/bonus.js", "export const bonus = 100;", (score) => score + 100],
  ["the inner file of a package", "node_modules/factors/inner.js", "export const factor = 2;", (score) => 2 * score],
];
for (const [what, path, content, expected] of EDITS) {
  test(`all runs are done again when ${what} is edited, and none while nothing is`, async () => {
    const { write, run } = project();
    const first = await run();
    assert.is(first.done, QUERIES * SEEDS);
    const again = await run();
    assert.equal(again, { ...first, done: 0 });
    write(path, content);
    const edited = await run();
    assert.is(edited.done, QUERIES * SEEDS);
    assert.is.not(edited.digest, first.digest);
    assert.equal(edited.scores, first.scores.map(expected));
  });
}

test("all runs are done again when a package is upgraded, or when a file changes that the plugin reads beside itself", async () => {
  const { write, run } = project();
  const first = await run();
  write("node_modules/factors/package.json", '{ "name": "factors", "version": "1.0.1", "type": "module", "main": "main.js" }');
  const upgraded = await run();
  assert.equal([upgraded.done, upgraded.scores], [QUERIES * SEEDS, first.scores]);
  write("plugins/worths.txt", "02460");
  const heavier = await run();
  assert.is(heavier.done, QUERIES * SEEDS);
  assert.equal(
    heavier.scores,
    first.scores.map((score) => 2 * score),
  );
  assert.is(new Set([first.digest, upgraded.digest, heavier.digest]).size, 3);
});

test.run();
