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
  assert.equal(sorted("10.5 ± 1", "9", "1,000", "", "−"), ["9", "10.5 ± 1", "1,000", "−", ""]);
  assert.equal(sorted("cell 10", "cell 9"), ["cell 9", "cell 10"]);
});

inBrowser("a heading sorts its column, first up, then down, by the keyboard too", async () => {
  const page = await browser.page();
  await page.setContent("<table><thead><tr><th>n<tbody><tr><td>2<tr><td>10<tr><td>1</table>");
  await page.addScriptTag({ path: fileURLToPath(new URL("../../../dist/app/page/report.js", import.meta.url)) });
  const cells = () => page.locator("td").allTextContents();
  await page.getByRole("button", { name: "n" }).click();
  assert.equal(await cells(), ["1", "2", "10"]);
  await page.keyboard.press("Enter");
  assert.equal(await cells(), ["10", "2", "1"]);
  assert.is(await page.locator("th").getAttribute("aria-sort"), "descending");
  assert.equal(page.problems, []);
});

test.run();
