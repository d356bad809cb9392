/**
 * What is made from the sources is up to date, what the pages link to is there, and they can be read in any
 * window: prose at 100 columns, tables at 120.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { generated, madeAgain, partlyGenerated } from "../scripts/docs.ts";
import { exampleProblems } from "../scripts/reference/examples.ts";
import { program } from "../scripts/reference/sources.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => (existsSync(new URL(path, root)) ? readFileSync(new URL(path, root), "utf8") : "");
const within = (folder: string) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
const atRoot = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
const pages = [...atRoot, ...within("docs"), ...within("examples")].filter((path) => path.endsWith(".md"));

for (const [path, make] of Object.entries(generated)) {
  test(`${path} is as \`npm run docs\` makes it`, async () => {
    assert.ok(read(path) === (await make()), `${path} is out of date: run \`npm run docs\` and commit what it changes`);
  });
}

for (const path of partlyGenerated) {
  test(`what is made in ${path} is as \`npm run docs\` makes it`, () => {
    assert.ok(read(path) === madeAgain(path), `${path} is out of date: run \`npm run docs\` and commit what it changes`);
  });
}

test("the examples of the contracts are of the types of their members", () => {
  assert.is(exampleProblems(program()).join("\n"), "");
});

/** The lines of a page outside of its code blocks, each with its number. */
function textOf(page: string): { readonly line: string; readonly number: number }[] {
  let fenced = false;
  return read(page)
    .split("\n")
    .map((line, at) => ({ line, number: at + 1 }))
    .filter(({ line }) => {
      const fence = /^ *```/.test(line);
      if (fence) fenced = !fenced;
      return !fence && !fenced;
    });
}

/** What GitHub calls the headings of a page in links. */
function anchorsOf(page: string): string[] {
  return textOf(page)
    .filter(({ line }) => /^#+ /.test(line))
    .map(({ line }) =>
      line
        .replace(/^#+ /, "")
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    );
}

test("every link from one page to a file of the repository, or to a heading in it, leads somewhere", () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)]*))?\)/g)]
      .filter(([, target, anchor]) => {
        const file = target === "" ? page : decodeURI(new URL(target!, new URL(page, root)).href.slice(root.href.length));
        return !existsSync(new URL(file, root)) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
      })
      .map(([link]) => `${page} has the link ${link}`),
  );
  assert.is(broken.join("\n"), "");
});

test("prose wraps at 100 columns and tables at 120, on every page that is not made from the sources", () => {
  const wide = pages
    .filter((page) => !(page in generated))
    .flatMap((page) =>
      textOf(page)
        .filter(({ line }) => !line.startsWith("#") && line.length > (line.startsWith("|") ? 120 : 100))
        .map(({ line, number }) => `${page}:${number} has ${line.length} columns`),
    );
  assert.is(wide.join("\n"), "");
});

test("every file of the repository that a page names in its text is there", () => {
  const absent = pages
    .filter((page) => !(page in generated))
    .flatMap((page) => textOf(page).map(({ line, number }) => ({ page, line, number })))
    .flatMap(({ page, line, number }) =>
      [...line.matchAll(/`((?:app|bench|core|docs|manifests|plugins|scripts|spaces|tables|test|training)\/[\w./-]+)`/g)]
        .filter(([, path]) => !existsSync(new URL(path!, root)))
        .map(([, path]) => `${page}:${number} names ${path}`),
    );
  assert.is(absent.join("\n"), "");
});

test("decisions are numbered in order, and each has its cost and three to eight lines", () => {
  const decisions = read("docs/decisions.md")
    .split(/^(?=\d+\. )/m)
    .slice(1)
    .map((decision) => decision.split(/\n\n/)[0]!.trimEnd());
  const wrong = decisions.filter((decision, at) => {
    const lines = decision.split("\n").length;
    return !decision.startsWith(`${at + 1}. **`) || !/\sCost:\s/.test(decision) || lines < 3 || lines > 8;
  });
  assert.is(wrong.join("\n\n"), "");
});

test.run();
