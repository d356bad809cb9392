/**
 * What is made from the sources is up to date, and what the pages link to is there.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { generated } from "../scripts/docs.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => (existsSync(new URL(path, root)) ? readFileSync(new URL(path, root), "utf8") : "");

for (const [path, make] of Object.entries(generated)) {
  test(`${path} is as \`npm run docs\` makes it`, async () => {
    assert.ok(read(path) === (await make()), `${path} is out of date: run \`npm run docs\` and commit what it changes`);
  });
}

test("every link from one page to a file of the repository leads somewhere", () => {
  const pages = ["README.md", ...readdirSync(new URL("docs", root)).map((name) => `docs/${name}`)].filter((path) => path.endsWith(".md"));
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
      .filter(([, target]) => !existsSync(new URL(target!, new URL(page, root))))
      .map(([, target]) => `${page} links to ${target}`),
  );
  assert.is(broken.join("\n"), "");
});

test.run();
