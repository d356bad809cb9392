/**
 * `docs/figures/studio.png`: the live page of a matrix that is under way. Needs chromium and dist/.
 *
 *   npm run studio-picture
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import sharp from "sharp";
import { openStudio } from "../../app/studio/serve.ts";
import { TestBrowser } from "../../test/support/browser.ts";

const MATRIX = { file: "manifests/paper/section-5-digits-201.json", name: "section-5-digits-201" };
const PICTURE = "docs/figures/studio.png";
const SIZE = { width: 1200, height: 1180 };
/** Runs of each cell before the page is opened, and that are wanted. */
const [BEFORE, SEEDS] = [30, 50];
/** What it says when the picture is taken, and milliseconds that it may take to come to that. */
const [SO_FAR, LIMIT] = [/^running [67]\d\d of 850 runs/, 300_000];

const out = mkdtempSync(join(tmpdir(), "evoke-picture-"));
const search = (seeds: number) => {
  const args = ["matrix", MATRIX.file, "--seeds", String(seeds), "--out", out, "--quiet", "--workers", "2"];
  return spawn(process.execPath, ["dist/app/cli/evoke.js", ...args], { stdio: ["ignore", "ignore", "inherit"] });
};
await once(search(BEFORE), "exit");
const matrix = search(SEEDS);
const studio = await openStudio({ out, port: 0, host: "127.0.0.1", say: () => {} });
const browser = new TestBrowser();
try {
  const page = await browser.page({ viewport: SIZE });
  page.setDefaultTimeout(LIMIT);
  await page.goto(`${studio.url}#/matrix/${MATRIX.name}`);
  await page.getByText(SO_FAR).first().waitFor();
  const { data, info } = await sharp(await page.screenshot())
    .png({ palette: true, colours: 64, effort: 10 })
    .toBuffer({ resolveWithObject: true });
  writeFileSync(PICTURE, data);
  console.log(`${PICTURE}: ${info.width} × ${info.height}, ${Math.round(data.length / 1000)} kB`);
} finally {
  await browser.close();
  await studio.close();
  const ended = once(matrix, "exit");
  if (matrix.kill()) await ended;
  rmSync(out, { recursive: true, force: true });
}
