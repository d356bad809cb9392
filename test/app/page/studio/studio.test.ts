/** The page of `evoke studio` in a browser, over stores that grow, stop, are hostile or large. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ReportDocument } from "../../../../app/report/document.ts";
import { interval, probability, signed } from "../../../../app/report/format.ts";
import { digitsOf } from "../../../../app/report/tables/tables.ts";
import { type OpenStudio, openStudio } from "../../../../app/studio/serve.ts";
import { accessibilityProblems, BROWSER_ABSENT, browserFor, hasBrowser } from "../../../support/browser.ts";
import { makeStore } from "../../../support/made-up-store.ts";
import { when } from "../../../when.ts";
import { Scratch, toy, toyEvaluator } from "../../cli/command.ts";
import { keptCount, toyMatrix } from "../../cli/toy-matrix.ts";

const inBrowser = when(test, hasBrowser, BROWSER_ABSENT);
const browser = browserFor(test);
const scratch = new Scratch();
const open: OpenStudio[] = [];
test.after(async () => {
  await Promise.all(open.map((studio) => studio.close()));
});

/** @returns the address of a studio over a folder of the scratch folder */
async function studioOver(out: string): Promise<string> {
  mkdirSync(join(scratch.folder, out), { recursive: true });
  const studio = await openStudio({ out: join(scratch.folder, out), port: 0, host: "127.0.0.1", say: () => {} });
  open.push(studio);
  return studio.url;
}

/** What stands in the cells of a table's body, row by row. */
const rowsOf = (page: Page, caption: RegExp) =>
  page
    .getByRole("table", { name: caption })
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...(row as HTMLTableRowElement).cells].map((cell) => cell.textContent)));

inBrowser("a matrix grows in two browsers at once, is stopped, goes on, and ends as the report has it", async () => {
  scratch.write("toy.js", toyEvaluator);
  scratch.write("toy.json", { ...toy, evaluator: { use: "toy", options: { milliseconds: 30 } } });
  scratch.write("matrix.json", { ...toyMatrix, seeds: { count: 7 } });
  const url = await studioOver("growing");
  const pages = await Promise.all([browser.page(), browser.page()]);
  const [page] = pages;
  await Promise.all(pages.map((one) => one.goto(url)));
  await page.getByText(/There is no .*runs.sqlite yet/).waitFor();

  const matrix = ["matrix", "matrix.json", "--out", "growing", "--trust", "--quiet", "--workers", "1"];
  let seen = false;
  const killed = scratch.interrupt("SIGKILL", () => seen, ...matrix);
  await Promise.all(pages.map((one) => one.getByRole("link", { name: "toy-matrix", exact: true }).click()));
  const focused = page.getByRole("link", { name: "absolute-reward", exact: true });
  await focused.focus();
  await page.getByText(/so far, n [=≤] \d/).waitFor();
  assert.ok(await focused.evaluate((link) => link === document.activeElement), "the focus stays where it is");
  seen = true;
  await killed;
  const before = await keptCount(scratch, "growing");
  assert.ok(before > 0 && before < 28, `${before} of 28 runs`);
  await Promise.all(pages.map((one) => one.locator(".state.stopped").first().waitFor()));

  const resumed = scratch.evoke(...matrix);
  await Promise.all(pages.map((one) => one.locator(".state.running").first().waitFor()));
  assert.is((await resumed).status, 0);
  await Promise.all(pages.map((one) => one.getByText("finished 28 of 28 runs").waitFor()));
  await page.getByRole("table", { name: /^Difference from base: / }).waitFor();

  await scratch.evoke("report", "growing/toy-matrix");
  const report = JSON.parse(readFileSync(join(scratch.folder, "growing/toy-matrix/report/statistics.json"), "utf8")) as ReportDocument;
  const [panel] = report.panels;
  const digits = digitsOf(panel!);
  const expected = panel!.cells.flatMap(({ name, comparison }) => {
    const of = comparison?.[panel!.measure];
    return of
      ? [[name, `${of.n}`, signed(of.difference, digits), interval(of.interval, digits, signed), probability(of.wilcoxon.holm)]]
      : [];
  });
  assert.is(expected.length, 3);
  for (const one of pages) {
    const shown = await rowsOf(one, /^Difference from base/);
    assert.equal(
      shown.map((row) => [row[0], row[1], row[2], row[3], row[6]]),
      expected,
    );
    assert.equal(one.problems, []);
  }
});

const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  "</script><script>alert(2)</script>",
  "{{constructor}}",
  "%2e%2e/%00?#&",
  "\u202eevil\u0007",
];

inBrowser("names are shown, whatever they are, and nothing obeys them", async () => {
  await makeStore(join(scratch.folder, "hostile"), { name: "made-up", cells: 5, seeds: 3 });
  const file = join(scratch.folder, "hostile/made-up/matrix.json");
  const document = JSON.parse(readFileSync(file, "utf8"));
  for (const [i, cell] of document.cells.entries()) Object.assign(cell, { name: HOSTILE[i], variant: HOSTILE[i], baseline: HOSTILE[0] });
  writeFileSync(file, JSON.stringify({ ...document, question: HOSTILE.join(" ") }));
  const url = await studioOver("hostile");
  const page = await browser.page();
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    dialog.dismiss();
  });
  await page.goto(`${url}#/matrix/made-up`);
  for (const name of HOSTILE) {
    const link = page
      .getByRole("table", { name: /^Cells/ })
      .locator("tbody th a")
      .nth(HOSTILE.indexOf(name));
    await link.click();
    await page
      .getByRole("table", { name: /^Runs of/ })
      .getByRole("link", { name: "2", exact: true })
      .click();
    await page.getByRole("heading", { level: 1, name: /, seed 2$/ }).waitFor();
    await page.getByRole("heading", { name: "Best so far" }).waitFor();
    const text = (await page.locator("#studio").textContent())!;
    assert.not.ok(["\u202e", "\u0007"].some((character) => text.includes(character)));
    assert.is(await page.locator("#studio :is(script, iframe, object, img, foreignObject)").count(), 0);
    await page.goto(`${url}#/matrix/made-up`);
  }
  assert.equal(dialogs, []);
  assert.equal(page.problems, []);
});

inBrowser("of many runs a page has a few, and a few kilobytes of them; what is asked for is in the address", async () => {
  await makeStore(join(scratch.folder, "many"), { name: "made-up", cells: 2, seeds: 3000 });
  const url = await studioOver("many");
  const page = await browser.page();
  let bytes = 0;
  page.on("response", async (response) => {
    if (response.url().includes("/api/") && !response.url().endsWith("/events")) bytes += (await response.body().catch(() => "")).length;
  });
  await page.goto(`${url}#/cell/made-up/base`);
  const runs = page.getByRole("table", { name: /^Runs of/ });
  await runs.getByRole("link", { name: "50", exact: true }).waitFor();
  assert.is(await runs.locator("tbody tr").count(), 50);
  assert.ok((await page.locator("*").count()) < 4000, "elements");
  assert.ok(bytes < 1_000_000, `${bytes} bytes`);
  await runs.getByRole("button", { name: "score" }).click();
  await runs.getByRole("button", { name: "score" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("51 to 100 of 3,000").waitFor();
  const best = async (one: Page) => (await rowsOf(one, /^Runs of/)).map(([seed]) => seed);
  const [address, shown] = [page.url(), await best(page)];
  assert.match(address, /offset=50&order=descending&sort=score/);
  const other = await browser.page();
  await other.goto(address);
  await other.getByText("51 to 100 of 3,000").waitFor();
  assert.equal(await best(other), shown);
  assert.equal([...page.problems, ...other.problems], []);
});

inBrowser("every view is without fault for screen readers in both themes, and as narrow as 360 pixels", async () => {
  await makeStore(join(scratch.folder, "views"), { name: "made-up", cells: 3, seeds: 4 });
  const url = await studioOver("views");
  const views = ["", "matrix/made-up", "cell/made-up/base", "run/made-up/base/2", "choices/made-up/base"];
  const compared = "compare?matrix=made-up&cell=base&matrix2=made-up&cell2=cell-1";
  const page = await browser.page();
  for (const view of [...views, compared]) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${url}#/${view}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForFunction(() => !document.querySelector(".loading")); // there may be several
    for (const theme of ["light", "dark"] as const) {
      await page.getByLabel("Theme").selectOption(theme);
      assert.equal(await accessibilityProblems(page), [], `${view}, ${theme}`);
    }
    for (const width of [360, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      assert.is(await page.evaluate(() => document.documentElement.scrollWidth), width, `${view} at ${width} pixels`);
    }
  }
  assert.equal(page.problems, []);
});

inBrowser("a connection that is lost, and one that is there again, are told", async () => {
  await makeStore(join(scratch.folder, "lost"), { name: "made-up", cells: 1, seeds: 2 });
  const url = await studioOver("lost");
  const page = await browser.page();
  await page.goto(url);
  await page.getByText("live", { exact: true }).waitFor();
  const studio = open.pop()!;
  await studio.close();
  await page.getByText("The connection to the studio was lost").waitFor();
  await page.getByRole("link", { name: "made-up", exact: true }).waitFor();
  open.push(await openStudio({ out: join(scratch.folder, "lost"), port: studio.port, host: "127.0.0.1", say: () => {} }));
  await page.getByText("live", { exact: true }).waitFor();
  assert.is(await page.getByText("The connection to the studio was lost").count(), 0);
});

test.run();
