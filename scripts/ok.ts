/**
 * The one gate: every check of the repository, in turn, each an npm script that also runs alone.
 *
 *   npm run ok                       stops at the first step that fails, and shows what it printed
 *   npm run ok -- --skip test:all    leaves a step out
 *
 * The last line adds up the tests of all steps; a failing step that runs no tests counts as one failure.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const STEPS: Readonly<Record<string, string>> = {
  lint: "format and lint",
  types: "types",
  build: "build",
  "test:all": "tests and layer rules on Node",
  "test:deno": "tests on Deno",
  "doc-examples": "examples of the pages",
  packaging: "what is published, what is unused",
};

const skip = process.argv.slice(2).filter((argument) => argument !== "--skip");
const unknown = skip.filter((step) => !(step in STEPS));
if (unknown.length > 0) {
  console.error(`Cannot skip ${unknown.join(", ")}: the steps are ${Object.keys(STEPS).join(", ")}.`);
  process.exit(2);
}

const total = { passed: 0, failed: 0, skipped: 0 };
for (const [step, meaning] of Object.entries(STEPS)) {
  if (skip.includes(step)) continue;
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", step], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = (stdout + stderr).trimEnd();
  const counts = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(stdout);
  if (counts) {
    total.passed += Number(counts[1]);
    total.failed += Number(counts[2]);
    total.skipped += Number(counts[3]);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
  console.log(`${status === 0 ? "ok" : "✘ "} ${seconds} s  ${step}: ${meaning}${counts ? ` (${counts[0]})` : ""}`);
  for (const line of printed.split("\n")) if (/^skipped /.test(line)) console.log(`             ${line}`);
  if (status !== 0) {
    console.log(`\n${printed.replaceAll(/^/gm, "  ")}\n\nThe step "${step}" failed. Alone it runs with: npm run ${step}`);
    if (!counts || counts[2] === "0") total.failed++;
    process.exitCode = 1;
    break;
  }
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
