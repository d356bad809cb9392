import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runExperiment } from "../../../app/host/index.ts";
import { architectureOf, CELLS, cellOf, distanceOf, mapLayout, SIDE } from "../../../app/page/search/cells.ts";
import { METHOD_NAMES, type Method, manifestOf, QUERIES, type Settings } from "../../../app/page/search/methods.ts";
import { unpackTable } from "../../../app/page/search/packed-table.ts";
import { Session } from "../../../app/page/search/session.ts";
import { changesOf, linesOf, percent, sentenceOf } from "../../../app/page/search/words.ts";
import { Engine } from "../../../core/engine/engine.ts";
import { differing } from "../../../core/space/architecture.ts";
import { readTable } from "../../../core/table/table-file.ts";
import { packedTable } from "../../../scripts/pages/search-page.ts";
import { BROWSER_ABSENT, browserFor, hasBrowser, type TestPage } from "../../support/browser.ts";
import { when } from "../../when.ts";

const inBrowser = when(test, hasBrowser, BROWSER_ABSENT);
const browser = browserFor(test);
const root = new URL("../../../", import.meta.url);
const PAGE = new URL("docs/search.html", root).href;
const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const table = await readTable(readFileSync(new URL("tables/digits-201.arrow.gz", root)), "digits-201");
const scores = table.values("digits_validation_4");
/** Milliseconds: a machine may have much else to do. */
const PATIENCE = 120_000;
const settingsOf = (method: Method, seed = 1): Settings => ({ method, subspaces: 4, radius: 4, seed });
const bestOf = async (method: Method, seed = 1) =>
  (await runExperiment(manifestOf(settingsOf(method, seed)), { workers: 1 })).runs[0]!.best;

test("each cell has its own place on the map, right of and above those with a worse operation on an edge", () => {
  const { column, row, cell } = mapLayout(scores);
  assert.is(new Set(cell).size, CELLS);
  for (const number of [0, 1, 777, CELLS - 1]) {
    assert.is(cell[row[number]! * SIDE + column[number]!], number);
    assert.is(cellOf(architectureOf(number)), number);
    assert.is(distanceOf(number, 4321), differing(architectureOf(number), architectureOf(4321)));
    assert.is(changesOf(number, 4321).length, distanceOf(number, 4321));
  }
  const mean = (places: readonly number[]) => places.reduce((sum, place) => sum + scores[cell[place]!]!, 0) / places.length;
  const block = (columns: number, rows: number) =>
    Array.from({ length: 625 }, (_, i) => (rows * 25 + Math.floor(i / 25)) * SIDE + columns * 25 + (i % 25));
  assert.ok(mean(block(4, 0)) > mean(block(0, 4)) + 20, "the corner of the best blocks and that of the worst");
});

test("the packed table has the scores, tests and seconds of the whole one", async () => {
  const texts = Array.from({ length: CELLS }, (_, row) => table.text(row));
  const unpacked = await unpackTable(await packedTable(), texts);
  assert.is(unpacked.digest, table.digest);
  assert.is(unpacked.text(CELLS - 1), table.text(CELLS - 1));
  for (const [column] of [...unpacked.columns("metric"), ...unpacked.columns("seconds")])
    assert.equal(unpacked.values(column), table.values(column), column);
});

test("a search that goes on a query at a time gives what runExperiment gives, and so does its course", async () => {
  for (const method of METHOD_NAMES) {
    const session = await Session.open(settingsOf(method), table);
    await session.until(() => false);
    const { digest, runs } = await runExperiment(manifestOf(settingsOf(method)), { workers: 1 });
    const { centres: _, ...result } = session.result!;
    const { wallSeconds: __, ...expected } = runs[0]!;
    assert.is(session.digest, digest);
    assert.equal(result, expected);
    const { moments, bestScores, moves } = session.course;
    const last = moments.at(-1)!;
    assert.is(last.best!.score, result.best.score);
    assert.is(bestScores.length, QUERIES);
    assert.is(moves.length, result.updates);
    const lines = moments.map(({ line }) => line).join(" ");
    const query = method === "ase-nas" ? "4a 4b 4c 4d 4e" : "4b 4c 4e";
    assert.is(lines, `${method === "ase-nas" ? "2 3 " : ""}${Array(QUERIES).fill(query).join(" ")} 5`);
    assert.equal(
      linesOf(session.settings).map(({ line }) => line),
      [...new Set(lines.split(" "))],
    );
    for (const moment of moments) assert.match(sentenceOf(moment, session.settings, 78), /^[^‹›]+\.$/);
  }
});

test("the decisions that are shown are those that were taken, by the engine's own probabilities", async () => {
  const entropies: number[] = [];
  const choose = Engine.prototype.choose;
  Engine.prototype.choose = function (...taken) {
    const before = this.entropy;
    const chosen = choose.apply(this, taken);
    entropies.push(this.entropy - before);
    return chosen;
  };
  try {
    const session = await Session.open(settingsOf("ase-nas"), table);
    await session.until(() => session.course.bestScores.length === 20);
    const queries = session.course.moments.filter(({ line, query }) => line === "4b" && query!.number < 20).map(({ query }) => query!);
    const decisions = queries.flatMap(({ evoked, modifications }) => [
      evoked!,
      ...modifications!.flatMap((one) => [one.edge, one.operation]),
    ]);
    assert.is(decisions.length, 20 * 9);
    for (const [i, { entropy }] of decisions.entries()) assert.ok(Math.abs(entropy - entropies[i]!) < 1e-5, `decision ${i}`);
    for (const { subspace, evoked, from, modifications, candidate } of queries) {
      assert.is(evoked!.chosen, subspace);
      const modified = architectureOf(from!.cell);
      for (const { edge, operation } of modifications!) modified[edge.chosen] = operation.chosen;
      assert.is(cellOf(modified), candidate);
    }
  } finally {
    Engine.prototype.choose = choose;
  }
});

/** The page as it opens from the file system, where it stands at its first line. */
async function opened(options: Parameters<typeof browser.page>[0] = {}): Promise<TestPage & { readonly requests: string[] }> {
  const page = await browser.page(options);
  page.setDefaultTimeout(PATIENCE);
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(PAGE);
  await page.locator(".panels").waitFor();
  return Object.assign(page, { requests });
}

const press = (page: TestPage, name: string) => page.getByRole("button", { name, exact: true }).click();
const shown = (page: TestPage) => page.locator(".panels").textContent();
const ended = (page: TestPage) => page.getByText("160 queries are spent.").waitFor();

inBrowser("the page runs to the end without a server, and finds what Node finds for that seed", async () => {
  const page = await opened();
  await page.getByLabel("Seed").fill("2");
  await page.getByLabel("Seed").press("Enter");
  for (const method of METHOD_NAMES) {
    await page.getByLabel("Method").selectOption(method);
    await page.locator(".steps small", { hasText: /query [01] of/ }).waitFor();
    await press(page, "To the end");
    await ended(page);
    const { score, test } = await bestOf(method, 2);
    const words = (await page.locator(".steps .now").textContent())!;
    assert.ok(words.includes(percent(score)) && words.includes(percent(test!)), `${method}: ${words}`);
  }
  assert.equal(page.requests, [PAGE], "it loads nothing");
  assert.equal(page.problems, []);
});

inBrowser("line by line, and looking back after the end, the same is shown; the keyboard does all of it", async () => {
  const page = await opened();
  const lines: (string | null)[] = [];
  await page.getByRole("button", { name: "One line" }).focus();
  await page.locator(".course li", { hasText: "evoke 78.33" }).waitFor(); // the other methods are through
  for (let line = 0; line < 14; line++) {
    lines.push(await shown(page));
    await page.keyboard.press("Enter");
    await page.waitForFunction((position) => document.querySelector<HTMLInputElement>("[type=range]")!.value === position, `${line + 1}`);
  }
  await press(page, "To the end");
  await ended(page);
  await page.getByLabel("Look back").focus();
  await page.keyboard.press("Home");
  for (const [position, line] of lines.entries()) {
    assert.is(await shown(page), line, `line ${position}`);
    await page.keyboard.press("ArrowRight");
  }
});

inBrowser("a pause holds, and what runs goes on", async () => {
  const page = await opened();
  const position = async () => Number(await page.getByLabel("Look back").inputValue());
  await page.getByLabel("Speed").selectOption("50 queries a second");
  await press(page, "Run");
  await page.waitForFunction(() => Number(document.querySelector<HTMLInputElement>("[type=range]")!.value) > 20);
  await press(page, "Pause");
  const paused = await position();
  await page.waitForTimeout(300);
  assert.is(await position(), paused);
  assert.ok(paused < 800, "before the end");
  await press(page, "Run");
  await page.waitForFunction((paused) => Number(document.querySelector<HTMLInputElement>("[type=range]")!.value) > paused, paused);
});

for (const colorScheme of ["light", "dark"] as const)
  inBrowser(`axe finds nothing in the ${colorScheme} page, and no window is too narrow or too wide for it`, async () => {
    const page = await opened({ colorScheme });
    await page.evaluate(AXE);
    for (const stride of ["One query", "To the end"]) {
      await press(page, stride);
      if (stride === "To the end") await ended(page);
      const violations = await page.evaluate(async () => {
        const { violations } = await (
          globalThis as never as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
        ).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
      });
      assert.equal(violations, []);
    }
    for (const width of [360, 768, 1280, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      assert.is(await page.evaluate(() => document.documentElement.scrollWidth), width, `${width} pixels`);
    }
  });

test.run();
