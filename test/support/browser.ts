/**
 * A browser for the tests of one file: Debian's Chromium, driven by Playwright.
 *
 *   const inBrowser = when(test, hasBrowser, BROWSER_ABSENT);
 *   const browser = browserFor(test);
 *
 *   inBrowser("a page shows its title", async () => { const page = await browser.page(); await page.goto(…); … });
 *
 * It starts with the first page that is asked for and ends after the file's last test. What a page logs as an error, or
 * throws, fails the test that looks at `page.problems`.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { test as uvuTest } from "uvu";

const PROGRAM = "chromium";
const deno = "Deno" in globalThis;
const found = deno ? "" : spawnSync("which", [PROGRAM], { encoding: "utf8" }).stdout?.trim();
export const hasBrowser = found !== "" && found !== undefined;
export const BROWSER_ABSENT = deno ? "on Deno tests start no processes" : `${PROGRAM} is absent from the PATH`;

/** A page, and what went wrong in it. */
export interface TestPage extends Page {
  /** Errors that were thrown in the page or written to its console, in order. */
  readonly problems: string[];
}

export class TestBrowser {
  #browser: Promise<Browser> | undefined;

  /** A page of a context of its own: no cookie or storage of another. */
  async page(options: BrowserContextOptions = {}): Promise<TestPage> {
    // As root, as in a container, Chromium has no sandbox; shared memory is often small there.
    this.#browser ??= chromium.launch({ executablePath: found!, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    const context = await (await this.#browser).newContext(options);
    const problems: string[] = [];
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    return Object.assign(page, { problems });
  }

  async close(): Promise<void> {
    await (await this.#browser)?.close();
  }
}

/** @param test  of the file, whose last test ends the browser */
export function browserFor(test: typeof uvuTest): TestBrowser {
  const browser = new TestBrowser();
  test.after(() => browser.close());
  return browser;
}

/** What axe-core finds wrong for people who read a page by a screen reader or the keyboard, one breach a line. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // A page's policy lets no script of ours in; what is evaluated by the debugger it does not ask about.
  await page.evaluate(readFileSync(fileURLToPath(import.meta.resolve("axe-core")), "utf8"));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`));
  });
}
