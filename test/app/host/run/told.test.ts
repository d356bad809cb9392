/** What failed and what was stopped early, from runs to documents, tables and the report. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { summaryText } from "../../../../app/cli/matrix-text.ts";
import { runText } from "../../../../app/cli/run-text.ts";
import { type RunDocument, runExperiment, runMatrix } from "../../../../app/host/index.ts";
import { aggregate } from "../../../../app/report/aggregate.ts";
import { reportFiles } from "../../../../app/report/files.ts";
import { openReportSource } from "../../../../app/report/source.ts";
import { reportDocument } from "../../../../app/report/statistics.ts";
import { Scratch } from "../../cli/command.ts";
import { readable } from "../../report/made-up-cells.ts";

const scratch = new Scratch();

/** Fails for the cells that begin with "none", with a log; it takes long enough for a journal. */
const failing = `
const metric = { name: "convolutions", dataset: "toy", split: "validation", epochs: 0, trainedOn: "nothing", unit: "operations" };
export default {
  kind: "evaluator",
  name: "failing",
  summary: "Fails for some cells",
  options: { type: "object", additionalProperties: false },
  needs: ["space"],
  failures: { retries: 1, remedy: "reject" },
  create: (_, { space }) => ({
    metric,
    concurrency: 4,
    async evaluate(architecture, _, { attempt }) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const text = space.encode(architecture);
      const error = (reason) => Object.assign(new Error(reason), { log: "loading \`" + text + "\`\\nTraceback: <" + reason + ">\\n" });
      if (text.startsWith("|none")) throw error(text + " ran out of memory");
      if (architecture[1] === 0 && attempt === 1) throw error("busy, tried in slot " + architecture[2]);
      return { score: architecture.filter((operation) => operation === 3).length, seconds: 1 };
    },
  }),
};
`;
scratch.write("failing.js", failing);
const experiment = {
  name: "failing",
  plugins: ["./failing.js"],
  space: "nas-bench-201",
  evaluator: "failing",
  controller: "random",
  budget: { queries: 30 },
  seeds: { first: 1, count: 2 },
};
const manifest = scratch.write("failing.json", experiment);
const out = join(scratch.folder, "results");

async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const source = await openReportSource(folder);
  const cells = aggregate(source);
  source.close();
  return reportFiles(reportDocument(source, cells), cells);
}

test("what failed, how often and why is in the document of a run, in its table, and in its report with the logs", async () => {
  const document = await runExperiment(manifest, { out, workers: 1 });
  const { failures, runs } = document;
  const sum = (of: (run: RunDocument["runs"][number]) => number) => runs.reduce((sum, run) => sum + of(run), 0);
  const [failed, retried] = [sum((run) => run.failed ?? 0), sum((run) => run.retried ?? 0)];
  assert.ok(failed > 0 && retried > failed);
  assert.equal([failures!.runs, failures!.evaluations, failures!.rejected, failures!.tries], [2, 60, failed, failed + retried]);
  assert.is(failures!.reasons.length, 2);
  for (const { reason, log, seed, architecture } of failures!.reasons) {
    assert.is(seed, 1);
    assert.is(log, `loading \`${architecture}\`\nTraceback: <${reason}>`);
  }
  const [memory] = failures!.reasons.filter(({ reason }) => reason.endsWith("ran out of memory"));
  assert.equal([memory!.tries, memory!.rejected], [2 * failed, failed]);

  const table = runText(document, out);
  assert.match(table, /seed +score .* failed +best architecture\n/);
  assert.match(table, new RegExp(`\n${failed} of 60 evaluations failed, and ${retried} further tries, in 2 runs:\n`));
  assert.match(table, /\n {2}\d+ × {2}\|none.* ran out of memory \(first with seed 1\)\n/);

  const files = await filesOf(join(out, "failing"));
  const page = files.get("report.md")!;
  assert.match(page, /## What failed\n[\s\S]*ran out of memory[\s\S]*```text\nloading `\|none/);
  assert.match(files.get("report.html")!, /<h2>What failed<\/h2>[\s\S]*<pre tabindex="0">loading `\|none[^<]*Traceback: &lt;\|none/);
  assert.is(files.get("failures.csv")!.trim().split("\n").length, 3);
  assert.match(files.get("runs.csv")!, /,failed_evaluations,architecture\n/);
  assert.match(files.get("statistics.csv")!, new RegExp(`,failed_evaluations,failed_tries\n.*,${failed},${failed + retried}\n$`));
  assert.equal(JSON.parse(files.get("statistics.json")!).panels[0].cells[0].failures, failures);
});

test("a matrix says what failed in each cell, and only there", async () => {
  const matrix = {
    ...{ name: "some-fail", design: "one-factor" },
    base: { ...experiment, evaluator: { use: "benchmark", options: { table: "digits-201", dataset: "digits" } } },
    seeds: { first: 1, count: 1 },
    variants: { failing: { evaluator: "failing" } },
  };
  const summary = await runMatrix(scratch.write("some-fail.json", matrix), { out, workers: 1 });
  const [base, other] = summary.cells;
  assert.is(base!.failures, undefined);
  assert.ok(other!.failures!.rejected > 0);
  const text = summaryText(summary, out);
  assert.match(text, /^cell .* failed\n/m);
  assert.match(text, new RegExp(`\nfailing: ${other!.failures!.rejected} of 30 evaluations failed, and \\d+ further tries, in one run:\n`));
  assert.not.match(text, /\nbase: /);
});

test("where nothing failed and nothing was stopped, nothing is said of it", async () => {
  const table = { use: "benchmark", options: { table: "digits-201", dataset: "digits" } };
  const document = await runExperiment({ ...experiment, plugins: [], name: "fine", evaluator: table }, { out, workers: 1 });
  assert.is(document.failures, undefined);
  assert.not.match(runText(document, out), /failed|stopped/);
  for (const [path, content] of await filesOf(join(out, "fine")))
    assert.not.match(readable(path, content), /failed|stopped|failures/i, path);
});

test("trainings on digits that are below the median are stopped, the same in each call, and what that saved is told", async () => {
  const digits = {
    name: "stopped",
    space: {
      use: "nas-bench-201",
      options: { channels: 4, cellsPerStage: 1, stages: 1, imageSize: 8, imageChannels: 1 },
    },
    evaluator: {
      use: "training",
      options: {
        dataset: { name: "digits", split: { train: 200, validation: 200, test: 100 } },
        ...{ training: { epochs: 4, batchSize: 25 }, seed: 1, charge: "nothing" },
      },
    },
    controller: "random",
    middleware: ["median-stop"],
    budget: { queries: 10 },
    seeds: { first: 1, count: 2 },
  };
  const comparable = ({ runs, ...rest }: RunDocument) => JSON.stringify({ ...rest, runs: runs.map(({ wallSeconds: _, ...run }) => run) });
  const document = await runExperiment(digits, { out });
  const again = await runExperiment(digits, { parallel: 1 });
  assert.is(comparable(again), comparable(document));
  const stopped = document.runs.map((run) => run.stopped!);
  assert.ok(stopped.every((one) => one?.trainings > 0 && one.epochs >= one.trainings));
  assert.ok(
    document.runs.every(({ distinct, queries }) => distinct > queries),
    "what was saved is spent on others",
  );
  const [trainings, epochs] = [stopped[0]!.trainings + stopped[1]!.trainings, stopped[0]!.epochs + stopped[1]!.epochs];
  assert.match(
    runText(document, out),
    new RegExp(`stopped +best architecture\n[\\s\\S]*\n${trainings} trainings stopped early, ${epochs} epochs saved\n`),
  );
  const files = await filesOf(join(out, "stopped"));
  assert.match(
    files.get("report.md")!,
    new RegExp(`## Trainings stopped early\n\n- stopped: ${trainings} trainings stopped, ${epochs} epochs saved\n`),
  );
  assert.match(files.get("statistics.csv")!, new RegExp(`,${trainings},${epochs}\n$`));
  assert.equal(JSON.parse(readFileSync(join(out, "stopped", "matrix.json"), "utf8")).cells.length, 1);
});

test.run();
