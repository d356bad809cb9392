/** What a report does in a browser: figures that answer, both themes, any width, and nothing that leaves the page. */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { reportFiles } from "../../../app/report/files.ts";
import { accessibilityProblems, BROWSER_ABSENT, browserFor, hasBrowser, type TestPage } from "../../support/browser.ts";
import { when } from "../../when.ts";
import { Scratch } from "../cli/command.ts";
import { cell, reported, runs } from "../report/made-up-cells.ts";

const inBrowser = when(test, hasBrowser, BROWSER_ABSENT);
const browser = browserFor(test);
const scratch = new Scratch();
const { document: results, cells } = reported(
  [
    [cell("base", { variant: "base", at: { "/n": 1 } }), runs(6, 94)],
    [cell("n=2", { variant: "base", at: { "/n": 2 } }), runs(6, 97)],
    [cell('<b>\\ "hostile" \' datum', { variant: "x", at: { "/n": 2 } }), runs(6, 92)],
  ],
  { axes: [{ pointer: "/n", label: "n", values: [1, 2] }] },
);
const files = await reportFiles(results, cells);
const address = pathToFileURL(scratch.write("report.html", files.get("report.html")!)).href;

async function opened(options: Parameters<typeof browser.page>[0] = {}): Promise<TestPage> {
  const page = await browser.page(options);
  await page.goto(address);
  return page;
}

/** The plot of a figure, once it answers. */
async function plotOf(page: TestPage, name: string) {
  const plot = page.locator(`figure#${name} .plot.live`);
  await page.locator(`figure#${name}`).scrollIntoViewIfNeeded();
  await plot.waitFor();
  return plot;
}

inBrowser("a mark says its values with their names and units, to the pointer and to the keyboard", async () => {
  const page = await opened();
  const plot = await plotOf(page, "comparison");
  await plot.locator(".mark-symbol path").nth(1).hover();
  const box = page.locator(".tooltip");
  const axis = "test accuracy, CIFAR-10, 200 epochs (%)";
  assert.equal(await box.locator("dt").allTextContents(), ["cell", axis, "from (%)", "to (%)"]);
  const [name, mean, low, high] = await box.locator("dd").allTextContents();
  assert.is(name, "n=2");
  assert.ok(Number(low) < Number(mean) && Number(mean) < Number(high), [low, mean, high].join(" "));
  await page.mouse.move(0, 0);
  assert.not.ok(await box.isVisible());
  await plot.focus();
  const said = page.locator("figure#comparison [aria-live]");
  const heard = new Set<string>();
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("ArrowRight");
    heard.add((await said.textContent())!);
  }
  assert.ok(
    [...heard].some((text) => text.startsWith('cell: <b>\\ "hostile" \' datum, test accuracy')),
    [...heard].join("\n"),
  );
  await page.keyboard.press("Escape");
  assert.not.ok(await box.isVisible());
  assert.is(await page.locator("b").count(), 0);
  assert.equal(page.problems, []);
});

inBrowser("the wheel, buttons, keys and the mouse change what axes show; twice clicked, all is shown again", async () => {
  const page = await opened();
  const plot = await plotOf(page, "incumbent");
  const axis = async () =>
    (await plot.locator(".role-axis-label").first().locator("text").allTextContents()).map(Number).sort((a, b) => a - b);
  const whole = await axis();
  const isPart = (shown: readonly number[]) => assert.ok(shown.at(-1)! - shown[0]! < whole.at(-1)! - whole[0]!, `${shown} in ${whole}`);
  await plot.hover();
  await page.mouse.wheel(0, -200);
  assert.equal(await axis(), whole, "the wheel scrolls the page until the figure is chosen");
  await plot.scrollIntoViewIfNeeded();
  await plot.click();
  await page.mouse.wheel(0, -300);
  await page.mouse.wheel(0, -300);
  isPart(await axis());
  await plot.dblclick();
  assert.equal(await axis(), whole);
  await page.getByRole("button", { name: "Zoom in: incumbent", exact: true }).click();
  const part = await axis();
  isPart(part);
  const { x, y, width, height } = (await plot.boundingBox())!;
  await page.mouse.move(x + width / 3, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 3 - 60, y + height / 2, { steps: 3 });
  await page.mouse.up();
  const moved = await axis();
  assert.ok(moved[0]! > part[0]!, `${moved} is to the right of ${part}, ${JSON.stringify({ x, y, width, height })}`);
  await plot.focus();
  await page.keyboard.press("0");
  assert.equal(await axis(), whole);
  for (let i = 0; i < 4; i++) await page.keyboard.press("+");
  isPart(await axis());
  assert.equal(page.problems, []);
});

inBrowser("figures follow the theme, that of the system and the one that is chosen, before they answer and after", async () => {
  const page = await opened({ colorScheme: "dark", javaScriptEnabled: true });
  const plot = await plotOf(page, "ranks");
  const colours = () =>
    plot.locator("svg").evaluate((svg) => {
      const text = getComputedStyle(svg.querySelector(".role-axis-label text")!).fill;
      return [text, getComputedStyle(svg).backgroundColor];
    });
  const dark = await colours();
  await page.getByLabel("Theme").selectOption("light");
  const light = await colours();
  assert.equal(light, ["rgb(51, 51, 51)", "rgb(255, 255, 255)"]);
  assert.not.equal(dark, light);
  await page.getByLabel("Theme").selectOption("dark");
  assert.equal(await colours(), dark);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as SVG: ranks", exact: true }).click();
  assert.match(readFileSync(await (await saved).path(), "utf8"), /^<svg [^>]*><rect [^>]*fill="white"/, "a file is on white");
  await page.getByRole("button", { name: "Zoom in: ranks", exact: true }).click();
  assert.equal(await colours(), dark);
});

inBrowser("without JavaScript all figures are there, in the theme's colours", async () => {
  const page = await opened({ javaScriptEnabled: false, colorScheme: "dark" });
  const figures = [...files.keys()].filter((path) => path.endsWith(".svg")).length;
  assert.is(await page.locator("figure svg:visible").count(), figures);
  assert.is(await page.locator(".plot.live, select, thead button").count(), 0);
  const ground = page.locator("figure#comparison svg > rect").first();
  assert.is(await ground.evaluate((rect) => getComputedStyle(rect).fill), "rgb(28, 28, 32)");
});

inBrowser("axe finds nothing in a report, light or dark; nothing is asked for beyond the file, and no script of others runs", async () => {
  const page = await browser.page({ colorScheme: "light" });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(address);
  for (const name of ["comparison", "incumbent", "pairs", "axis-n"]) await plotOf(page, name);
  assert.equal(await accessibilityProblems(page), []);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await accessibilityProblems(page), []);
  assert.equal(asked, [address]);
  assert.equal(page.problems, []);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.body.append(script);
  });
  assert.is(await page.evaluate(() => "ran" in globalThis), false);
});

inBrowser("from 360 to 2,560 pixels nothing is wider than the page, and on wide ones figures stand beside each other", async () => {
  const page = await opened();
  for (const width of [360, 1200, 2560]) {
    await page.setViewportSize({ width, height: 900 });
    await plotOf(page, "comparison");
    const [wide, first, second] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      ...[...document.querySelectorAll("figure")].slice(-4).map((figure) => figure.getBoundingClientRect().top),
    ]);
    assert.ok(wide! <= width, `${wide} pixels on ${width}`);
    if (width === 2560) assert.is(first, second);
  }
});

test.run();
