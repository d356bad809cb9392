import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compareCells } from "../../../app/page/components/table/sortable.ts";
import { BROWSER_ABSENT, browserFor, hasBrowser } from "../../support/browser.ts";
import { when } from "../../when.ts";

const inBrowser = when(test, hasBrowser, BROWSER_ABSENT);
const browser = browserFor(test);

test("numbers come by their size, with their thousands and errors, then words, then empty cells", () => {
  const sorted = (...cells: string[]) => cells.sort(compareCells);
  assert.equal(sorted("10.5 ± 1", "9", "1,000", "", "baseline"), ["9", "10.5 ± 1", "1,000", "baseline", ""]);
  assert.equal(sorted("cell 10", "cell 9"), ["cell 9", "cell 10"]);
  assert.equal(sorted("0.010", "< 0.001", "+1.5", "−0.35 to +3.91", "–"), ["−0.35 to +3.91", "< 0.001", "0.010", "+1.5", "–"]);
  assert.equal(
    ["", "1", "2"].sort((a, b) => compareCells(a, b, { descending: true })),
    ["2", "1", ""],
    "what is not there stays at the end",
  );
  assert.ok(compareCells("10 b", "9 a", { words: true }) > 0);
});

inBrowser("a heading sorts its column upwards, downwards, and as it was, by the keyboard too; a field shows rows with a text", async () => {
  const page = await browser.page();
  const rows = Array.from({ length: 12 }, (_, i) => `<tr><td>${(5 * i) % 12}<td class="words">cell ${i}`).join("");
  await page.setContent(`<table><thead><tr><th>n<th class="words">name<tbody>${rows}</table>`);
  await page.addScriptTag({ path: fileURLToPath(new URL("../../../node_modules/vega/build/vega.min.js", import.meta.url)) });
  await page.addScriptTag({ path: fileURLToPath(new URL("../../../dist/app/page/report.js", import.meta.url)) });
  const cells = async () => (await page.locator("td:first-child:visible").allTextContents()).map(Number);
  const [numbers] = [[...Array(12).keys()]];
  const before = await cells();
  await page.getByRole("button", { name: "n", exact: true }).click();
  assert.equal(await cells(), numbers);
  await page.keyboard.press("Enter");
  assert.equal(await cells(), numbers!.toReversed());
  assert.is(await page.locator("th").first().getAttribute("aria-sort"), "descending");
  await page.keyboard.press("Enter");
  assert.equal(await cells(), before);
  assert.is(await page.locator("th[aria-sort]").count(), 0);
  await page.getByLabel("Rows with").fill("CELL 1");
  assert.is((await cells()).length, 3);
  assert.is(await page.getByRole("status").textContent(), "3 of 12");
  assert.equal(page.problems, []);
});

test.run();
