/** What the studio answers of a store: the report's numbers, and lists of any length. */
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { JournalEntry } from "../../../app/host/store/evaluation-store.ts";
import { RunStore } from "../../../app/host/store/run-store.ts";
import { aggregate } from "../../../app/report/aggregate.ts";
import { openReportSource } from "../../../app/report/source.ts";
import { reportDocument } from "../../../app/report/statistics.ts";
import type {
  CellView,
  Compared,
  Coordinates,
  FiguresView,
  Importance,
  MatrixView,
  Overview,
  Page,
  RunLine,
  RunView,
  Trial,
  TrialLine,
} from "../../../app/studio/api.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { architecture, digestOf, leftLongAgo, makeStore } from "../../support/made-up-store.ts";
import { scratchFolder, TestStudio } from "./opened.ts";

const out = scratchFolder(test);
await makeStore(out, { name: "made-up", cells: 3, seeds: 12, finished: 10 });
const journal: JournalEntry[] = Array.from({ length: 60 }, (_, place) => {
  const rng = randomStream(place, "/journal");
  const failures =
    place % 10 === 3 ? [{ attempt: 1, reason: `CUDA out of memory at ${place}`, remedy: "reject" as const, log: `line ${place}` }] : [];
  const curve = [1, 2].map((epoch) => ({ epoch, value: 40 + epoch }));
  return {
    ...{ place, query: place - 2, architecture: architecture(rng), wallSeconds: 2 + place },
    evaluated: { failures, measurement: failures.length > 0 ? undefined : { score: 50 + ((place * 7) % 40), seconds: 2, curve } },
  };
});
const written = await RunStore.open(join(out, "runs.sqlite"), "write");
written.evaluations.add(digestOf("made-up", 1), 11, journal);
written.close();
leftLongAgo(join(out, "runs.sqlite"));
const studio = await TestStudio.open(test, out);
await studio.until<Overview>("api/overview", {}, ({ stores }) => stores[0]!.matrices[0]?.progress !== undefined);
const matrix = "made-up";

test("the statistics of a matrix, and its figures, are the report's", async () => {
  const source = await openReportSource(join(out, "made-up"));
  const cells = aggregate(source);
  source.close();
  const report = reportDocument(source, cells);
  const view = await studio.json<MatrixView>("api/matrix", { matrix });
  const [panel] = report.panels;
  const statistics = ({ name, n, score, test, comparison }: (typeof panel & object)["cells"][number]) => ({
    name,
    n,
    score,
    test,
    comparison,
  });
  assert.is(JSON.stringify(view.panels[0]!.cells.map(statistics)), JSON.stringify(panel!.cells.map(statistics)));
  assert.equal(
    view.panels[0]!.cells.map(({ incumbent, incumbentRuns }) => [incumbent.at(-1)?.mean, incumbentRuns]),
    cells.map(({ incumbent }) => [incumbent.queries.at(-1)!.mean, 10]),
  );
  const { interactive } = await import("../../../app/report/figures/render.ts");
  const { figuresOf } = await import("../../../app/report/figures/figures.ts");
  const { figures } = await studio.json<FiguresView>("api/figures", { matrix });
  const expected = figuresOf(report, cells).filter(({ name }) => name !== "pairs");
  assert.equal(
    figures.map(({ name, caption, spec }) => ({ name, caption, spec })),
    JSON.parse(JSON.stringify(expected.map(({ name, caption, spec }) => ({ name, caption, spec: interactive(spec) })))),
  );
});

test("progress counts runs, and of those that have begun the evaluations; what nobody is at has stopped", async () => {
  const { progress, panels } = await studio.json<MatrixView>("api/matrix", { matrix });
  assert.equal([progress!.state, progress!.wanted, progress!.done, progress!.begun], ["stopped", 36, 30, 1]);
  assert.is(progress!.rejected, 6);
  const [, begun] = panels[0]!.cells;
  assert.ok(Math.abs(begun!.progress.share - (10 + 58 / 100) / 12) < 1e-9, String(begun!.progress.share));
});

test("runs are a page of the list, in any order, of any state; what has no number comes last", async () => {
  const runs = (more: Record<string, string | number>) => studio.json<Page<RunLine>>("api/runs", { matrix, cell: "cell-1", ...more });
  const best = await runs({ sort: "score", order: "descending", limit: 4 });
  assert.is(best.total, 12);
  const scores = best.rows.map(({ score }) => score!);
  assert.equal(
    scores,
    [...scores].sort((a, b) => b - a),
  );
  assert.equal(
    (await runs({ sort: "test", offset: 10 })).rows.map(({ seed }) => seed),
    [11, 12],
  );
  assert.equal(
    (await runs({ state: "finished", offset: 8 })).rows.map(({ seed }) => seed),
    [9, 10],
  );
  const [begun] = (await runs({ offset: 10 })).rows;
  assert.equal([begun!.state, begun!.evaluations, begun!.queries, begun!.rejected], ["stopped", 60, 58, 6]);
  assert.is(begun!.score, Math.max(...journal.map(({ evaluated }) => evaluated.measurement?.score ?? 0)));
});

test("evaluations come from the journal: sorted, filtered, each with its log and curve", async () => {
  const place = { matrix, cell: "cell-1", seed: 11 };
  const trials = (more: Record<string, string | number>) => studio.json<Page<TrialLine>>("api/trials", { ...place, ...more });
  const byScore = await trials({ sort: "score", order: "descending", limit: 500 });
  assert.is(byScore.total, 60);
  assert.equal(
    byScore.rows.slice(-6).map(({ state }) => state),
    Array(6).fill("rejected"),
    "what has no score comes last",
  );
  assert.equal(
    (await trials({ sort: "score", limit: 500 })).rows.map(({ place }) => place),
    journal
      .toSorted((a, b) => (a.evaluated.measurement?.score ?? 1e9) - (b.evaluated.measurement?.score ?? 1e9) || a.place - b.place)
      .map(({ place }) => place),
  );
  const improved = (await trials({ limit: 500 })).rows.filter((row) => row.improved).map(({ score }) => score!);
  assert.equal(
    improved,
    [...new Set(improved)].sort((a, b) => a - b),
  );
  const rejected = await trials({ state: "rejected", offset: 2, limit: 2 });
  assert.equal(
    [rejected.total, rejected.rows.map(({ place }) => place), rejected.rows[0]!.reason],
    [6, [23, 33], "CUDA out of memory at 23"],
  );
  const text = journal[5]!.architecture.slice(0, 30);
  assert.ok((await trials({ text })).rows.some((row) => row.place === 5));
  assert.is((await trials({ text: "%" })).total, 0, "it is a text and no pattern");
  const trial = await studio.json<Trial>("api/trial", { ...place, place: 23 });
  assert.equal(trial.tries, journal[23]!.evaluated.failures);
  assert.equal((await studio.json<Trial>("api/trial", { ...place, place: 5 })).curve, journal[5]!.evaluated.measurement!.curve);
  assert.is((await studio.ask("/api/trial?matrix=made-up&cell=cell-1&seed=11&place=60")).status, 404);
});

test("a run that is not finished shows its improvements and its best; a finished one all that is kept of it", async () => {
  const begun = await studio.json<RunView>("api/run", { matrix, cell: "cell-1", seed: 11 });
  assert.is(begun.trials.from, "journal");
  assert.is(begun.incumbent.at(-1)!.score, begun.best!.score);
  assert.ok(begun.incumbent.every(({ score }, i, all) => i === 0 || score > all[i - 1]!.score));
  assert.match(begun.best!.drawing!, /^api\/drawing\?matrix=made-up&cell=cell-1&architecture=/);
  const svg = await studio.ask(`/${begun.best!.drawing}`);
  assert.equal([svg.status, svg.headers["content-type"]], [200, "image/svg+xml"]);
  const finished = await studio.json<RunView>("api/run", { matrix, cell: "base", seed: 3 });
  assert.equal(
    [finished.run.state, finished.incumbent.length, finished.subspaces!.count, finished.subspaces!.steps.length],
    ["finished", 6, 4, 12],
  );
  assert.is(finished.trials.from, "nowhere");
  assert.is(finished.best!.choices!.length, 6);
});

test("a cell tells why its evaluations fail, also before a run is finished", async () => {
  const { failures } = await studio.json<CellView>("api/cell", { matrix, cell: "cell-1" });
  assert.equal(
    [failures!.rejected, failures!.reasons.length, failures!.reasons[0]!.tries],
    [6, 1, 6],
    "numbers make no reason of their own",
  );
  assert.is(failures!.reasons[0]!.log, "line 3");
});

test("coordinates and importance are of evaluations, else of centres; the component that matters comes first", async () => {
  const trials = await studio.json<Coordinates>("api/coordinates", { matrix, cell: "cell-1" });
  assert.equal([trials.of, trials.total, trials.lines.length, trials.components.length], ["trials", 60, 54, 6]);
  const centres = await studio.json<Coordinates>("api/coordinates", { matrix, cell: "base" });
  assert.equal([centres.of, centres.total], ["centres", 120]);
  const importance = await studio.json<Importance>("api/importance", { matrix, cell: "base" });
  assert.equal([importance.n, importance.components.length, importance.method.name], [120, 6, "functional ANOVA"]);
  const again = await TestStudio.open(test, out);
  await again.until<Overview>("api/overview", {}, ({ stores }) => stores[0]!.matrices[0]?.progress !== undefined);
  assert.equal(await again.json("api/importance", { matrix, cell: "base" }), importance, "the same each time");
});

test("two cells are compared over the seeds that both have, two runs by what their answers are made of", async () => {
  const cells = await studio.json<Compared>("api/compare", { matrix, cell: "cell-2", matrix2: matrix, cell2: "base" });
  const view = await studio.json<MatrixView>("api/matrix", { matrix });
  const { holm: _, ...wilcoxon } = view.panels[0]!.cells[2]!.comparison!.score!.wilcoxon;
  assert.equal([cells.of, cells.comparison!.score!.n], ["cells", 10]);
  assert.equal({ ...cells.comparison!.score!.wilcoxon, holm: 0 }, { ...wilcoxon, holm: 0 });
  assert.ok(cells.figures.some(({ name }) => name === "incumbent"));
  const runs = await studio.json<Compared>("api/compare", { matrix, cell: "base", seed: 1, matrix2: matrix, cell2: "cell-1", seed2: 2 });
  assert.equal([runs.of, runs.components!.length, runs.sides.map(({ seed }) => seed)], ["runs", 6, [1, 2]]);
});

test("of a cell of very many runs intervals are normal, and curves are of the first ones", async () => {
  const many = scratchFolder(test);
  await makeStore(many, { name: "many", cells: 2, seeds: 600 });
  const large = await TestStudio.open(test, many);
  const view = await large.until<MatrixView>("api/matrix", { matrix: "many" }, ({ panels }) => panels[0]!.cells[0]!.n === 600);
  const [base, other] = view.panels[0]!.cells;
  assert.equal([base!.interval, base!.incumbentRuns, other!.comparison!.score!.n], ["normal", 100, 600]);
  const { mean, standardError, interval } = base!.score!;
  assert.ok(Math.abs(interval!.high - mean - 1.96 * standardError!) < 1e-9);
  const store = await RunStore.open(join(many, "runs.sqlite"), "read");
  const scores = [...store.results(digestOf("many", 0), { first: 1, count: 600 })].map(({ result }) => result.best.score);
  store.close();
  assert.ok(Math.abs(mean - scores.reduce((sum, score) => sum + score, 0) / 600) < 1e-9);
});

test.run();
