import { test } from "uvu";
import * as assert from "uvu/assert";
import { EvaluationProgress } from "../../../app/cli/evaluation-progress.ts";
import type { EvaluationOf } from "../../../app/host/evaluations/journal.ts";
import type { Begun } from "../../../app/host/run/run-plan.ts";
import type { Metric } from "../../../core/plugin/metric.ts";
import type { Evaluated } from "../../../core/search/evaluations.ts";

const metric: Metric = {
  ...{ name: "accuracy", dataset: "none", split: "validation", epochs: 10, trainedOn: "train", unit: "percent" },
};
const evaluation = (query: number, more: Partial<EvaluationOf> = {}): EvaluationOf => ({
  ...{ query, architecture: [0], digest: "d", seed: 3, metric, text: () => `|${query}|` },
  ...more,
});
const good = (score: number): Evaluated => ({ measurement: { score, seconds: 1 }, failures: [] });
const failed = (...reasons: string[]): Evaluated => ({
  measurement: undefined,
  failures: reasons.map((reason, i) => ({ attempt: i + 1, reason, remedy: i === reasons.length - 1 ? "reject" : "retry" })),
});

function progress({ interactive = false, cells = 1, evaluations = 12 } = {}) {
  const lines: string[] = [];
  const one = new EvaluationProgress({ interactive, columns: 80, write: (text) => lines.push(text.trimEnd()) }, () => {});
  one.work = { cells, runs: 2, known: 0, evaluations, names: new Map([["d", "base"]]) } satisfies Begun;
  return { one, lines };
}

test("each evaluation has a line where lines stay: its score, or why it failed, and how long it took", () => {
  const { one, lines } = progress();
  for (const [query, evaluated, how, seconds, more] of [
    [-1, good(70), "done", 3, {}],
    [0, good(69.5), "done", 240, {}],
    [1, failed("no memory", "exit code 3"), "done", 5, {}],
    [2, good(80), "done", 2, { fidelity: 4 }],
    [3, good(71), "shared", 0, {}],
    [4, { measurement: { score: 60, seconds: 1, stoppedAfter: 3 }, failures: [] }, "done", 2, {}],
  ] as const) {
    if (how === "done") one.began(evaluation(query, more));
    one.finished(evaluation(query, more), evaluated, how, seconds);
  }
  assert.equal(lines, [
    "seed 3, first centre 1: 70.00 in 3.0 s, the best so far, |-1|",
    "seed 3, query 1: 69.50 in 4 min, |0|",
    "seed 3, query 2: failed in 5.0 s (2 tries): exit code 3",
    "seed 3, query 3 (4 epochs): 80.00 in 2.0 s, |2|",
    "seed 3, query 4: 71.00 (shared), the best so far, |3|",
    "seed 3, query 5: 60.00 in 2.0 s, stopped after 3 epochs, |4|",
  ]);
  assert.equal(one.parts, ["6 evaluations (as 4.7 of 12 full ones), 0 under way", "1 failed", "best 71.00"]);
});

test("shared weights that are trained are told by their last epoch, and time is counted from there", () => {
  for (const cells of [1, 2]) {
    const { one, lines } = progress({ cells });
    const trained = {
      type: "weights.trained",
      run: "d",
      sequence: 0,
      entropy: 1,
      probabilities: [],
      architecture: "",
      parameterFree: 0,
    } as const;
    one.trained({ ...trained, seed: 3, epoch: 11, epochs: 40, loss: 1.5 }, "d");
    one.trained({ ...trained, seed: 2, epoch: 12, epochs: 40, loss: 1.23456 }, "d");
    const run = cells === 1 ? "seed 2" : "base, seed 2";
    assert.equal(one.parts, [`${run}: epoch 12 of 40, loss 1.235`]);
    assert.equal(lines, [], "the line of progress has it, and no other");
    one.began(evaluation(0));
    one.finished(evaluation(0), good(70), "done", 0);
    assert.ok(one.secondsLeft! > 0);
  }
});

test("the best loss is the lowest, and small numbers have digits that count", () => {
  const { one, lines } = progress();
  const loss = { metric: { ...metric, name: "loss", goal: "minimise" } } as const;
  for (const [query, score] of [0.0213, 0.02, 0.0301].entries()) {
    one.began(evaluation(query, loss));
    one.finished(evaluation(query, loss), good(score), "done", 1);
  }
  assert.equal(
    lines.map((line) => line.replace(/ in 1.0 s|seed 3, |, \|.*/g, "")),
    ["query 1: 0.02130, the best so far", "query 2: 0.02000, the best so far", "query 3: 0.03010"],
  );
  assert.is(one.parts[1], "best 0.02000");
});

test("a run that goes on says after how many evaluations, and these have no lines of their own", () => {
  const { one, lines } = progress({ cells: 2 });
  for (const query of [0, 1, 2]) one.finished(evaluation(query), good(50), "replayed", 0);
  one.began(evaluation(3));
  one.finished(evaluation(3), good(51), "done", 1);
  assert.equal(lines, ["base, seed 3 goes on after 3 evaluations", "base, seed 3, query 4: 51.00 in 1.0 s, |3|"]);
  assert.equal(one.parts, ["4 of 12 evaluations, 0 under way"]);
});

test("what an interruption leaves: evaluations that are kept of runs not over, and those under way", () => {
  const { one, lines } = progress({ interactive: true });
  assert.equal(one.parts, []);
  assert.is(one.secondsLeft, undefined);
  one.began(evaluation(0));
  one.began(evaluation(1));
  one.progressed(evaluation(1), { epoch: 2, value: 33.333 });
  one.finished(evaluation(0), good(50), "done", 1);
  one.finished(evaluation(0, { seed: 4 }), good(52), "replayed", 0);
  assert.equal(one.underWay, { runs: 2, kept: 2, lost: 1 });
  assert.equal(one.parts, ["2 of 12 evaluations, 1 under way", "best 52.00", "query 2: epoch 2, 33.33"]);
  assert.ok(one.secondsLeft! >= 0);
  one.stopped(evaluation(1));
  one.runEnded("d", 3);
  assert.equal(one.underWay, { runs: 1, kept: 1, lost: 0 });
  assert.equal(lines, []);
});

test.run();
