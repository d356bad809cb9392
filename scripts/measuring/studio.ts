/**
 * What the live page costs over a store of many made-up runs: how soon it is painted, and whether memory stays as it is
 * while runs are added for minutes. Needs chromium and dist/; one line for each look, then a line of JSON.
 *
 *   npm run studio-load [RUNS] [MINUTES]
 *
 * @module
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { RunStore } from "../../app/host/store/run-store.ts";
import { quantile } from "../../core/statistics/index.ts";
import { TestBrowser, type TestPage } from "../../test/support/browser.ts";
import { addRuns, makeStore } from "../../test/support/made-up-store.ts";

const [runs = 100_000, minutes = 10] = process.argv.slice(2).map(Number);
const CELLS = 20;
const NAME = "made-up";
/** Loads of each view. */
const LOADS = 5;
/** Runs that are added at a time, and how many times a second; seconds between two looks at memory. */
const [AT_ONCE, EVERY_SECOND, LOOK] = [5, 2, 30];

const out = mkdtempSync(join(tmpdir(), "evoke-studio-"));
const seeds = Math.ceil(runs / CELLS);
await makeStore(out, { name: NAME, cells: CELLS, seeds });
const studio = spawn(process.execPath, ["dist/app/cli/evoke.js", "studio", out, "--port", "0", "--json"], {
  stdio: ["ignore", "pipe", "inherit"],
});
const browser = new TestBrowser();
try {
  const url = await addressOf();
  const paints: Record<string, { readonly painted: number; readonly complete: number }> = {};
  for (const [view, shown] of [
    ["", "article a"],
    [`matrix/${NAME}`, "tbody tr:nth-child(20) a"],
    [`cell/${NAME}/base`, "section[aria-labelledby=runs] tbody tr:nth-child(50) a"],
    [`run/${NAME}/base/7`, "#best-so-far"],
  ] as const) {
    const loads: { readonly painted: number; readonly complete: number }[] = [];
    for (let load = 0; load < LOADS; load++) loads.push(await paintOf(`${url}#/${view}`, shown));
    const median = (of: (load: (typeof loads)[number]) => number) => Math.round(quantile(loads.map(of), 0.5));
    paints[view] = { painted: median(({ painted }) => painted), complete: median(({ complete }) => complete) };
    console.log(`${view || "overview"}: first paint ${paints[view].painted} ms, complete ${paints[view].complete} ms (median of ${LOADS})`);
  }
  const memory = minutes > 0 ? await grow(url) : [];
  console.log(JSON.stringify({ runs: seeds * CELLS, paints, memory }));
} finally {
  await browser.close();
  studio.kill();
  rmSync(out, { recursive: true, force: true });
}

async function addressOf(): Promise<string> {
  for await (const text of studio.stdout) return (JSON.parse(String(text)) as { url: string }).url;
  throw new Error("evoke studio has ended");
}

/** Milliseconds from the navigation to the first paint of content, and until an element is there. */
async function paintOf(address: string, element: string) {
  const page = await browser.page();
  const began = performance.now();
  await page.goto(address, { waitUntil: "commit" });
  await page.locator(element).first().waitFor();
  const complete = performance.now() - began;
  const painted = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN);
  if (page.problems.length > 0) throw new Error(page.problems.join("\n"));
  await page.context().close();
  return { painted, complete };
}

interface Look {
  readonly seconds: number;
  readonly runs: number;
  /** Megabytes: of the studio's process, and of each page's heap after garbage was collected. */
  readonly studio: number;
  readonly heaps: readonly number[];
  readonly elements: readonly number[];
}

/** Adds runs while three pages look on: the overview, the matrix, and the cell that grows. */
async function grow(url: string): Promise<Look[]> {
  widen();
  const pages = await Promise.all(["", `matrix/${NAME}`, `cell/${NAME}/base`].map((view) => openPage(`${url}#/${view}`)));
  const store = await RunStore.open(join(out, "runs.sqlite"), "write");
  const looks: Look[] = [];
  const began = Date.now();
  let added = 0;
  let next = 0;
  while (Date.now() - began < minutes * 60_000) {
    addRuns(store, NAME, 0, seeds + 1 + added, AT_ONCE);
    added += AT_ONCE;
    const seconds = (Date.now() - began) / 1000;
    if (seconds >= next) {
      next += LOOK;
      const pagesNow = await Promise.all(pages.map(memoryOf));
      looks.push({
        ...{ seconds: Math.round(seconds), runs: added, studio: residentMegabytes(studio.pid!) },
        ...{ heaps: pagesNow.map(({ heap }) => heap), elements: pagesNow.map(({ elements }) => elements) },
      });
      const last = looks.at(-1)!;
      console.log(
        `${last.seconds} s, ${added} runs added: studio ${last.studio} MB, pages ${last.heaps.join(", ")} MB, ${last.elements.join(", ")} elements`,
      );
    }
    await pause(1000 / EVERY_SECOND);
  }
  store.close();
  for (const { problems } of pages) if (problems.length > 0) throw new Error(problems.join("\n"));
  return looks;
}

/** More seeds are wanted than there are, so that the matrix goes on. */
function widen(): void {
  const file = join(out, NAME, "matrix.json");
  const document = JSON.parse(readFileSync(file, "utf8"));
  const more = Math.ceil(minutes * 60 * EVERY_SECOND * AT_ONCE);
  writeFileSync(file, JSON.stringify({ ...document, seeds: { first: 1, count: seeds + more } }));
}

async function openPage(address: string): Promise<TestPage> {
  const page = await browser.page();
  await page.goto(address);
  await page.locator("main h1").waitFor();
  return page;
}

async function memoryOf(page: TestPage): Promise<{ heap: number; elements: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return { heap: Math.round(usedSize / 1e5) / 10, elements: await page.locator("*").count() };
}

function residentMegabytes(pid: number): number {
  return Math.round(Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024);
}
