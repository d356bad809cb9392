/**
 * The sentences of docs/security.md, each of which is the name of a test: "A manifest cannot run a module that it names".
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../app/cli/command.ts";
import { when } from "../when.ts";

/** What the sections of the page are tried by. */
export const TESTS: Readonly<Record<string, string>> = {
  "A manifest": "manifests.test.ts",
  "A table or a predictor": "data.test.ts",
  "A dataset": "data.test.ts",
  "A plugin": "plugins.test.ts",
  "A folder of results": "results.test.ts",
  "A folder that you work in": "folder.test.ts",
  "A queue": "queue.test.ts",
};

/** The sentences of the page by its headings: of each list after "It can:" and "It cannot:", heading, verb and item in one. */
export function sentences(): ReadonlyMap<string, readonly string[]> {
  const page = readFileSync(join(root, "docs/security.md"), "utf8");
  const found = new Map<string, readonly string[]>();
  for (const section of page.split(/^## /m).slice(1)) {
    const heading = section.slice(0, section.indexOf("\n"));
    const lists = [...section.matchAll(/^It (can|cannot):\n\n((?:[-\s] .*\n)+)/gm)];
    const items = lists.flatMap(([, verb, list]) =>
      list!
        .split(/^- /m)
        .slice(1)
        .map((item) => `${heading} ${verb} ${item.trim().replaceAll(/\s+/g, " ")}`),
    );
    if (items.length > 0) found.set(heading, items);
  }
  return found;
}

/** For the tests of a file: all sentences of its sections, and nothing else. */
export function claimsOf(url: string) {
  const own = [...sentences()].flatMap(([heading, items]) => (TESTS[heading] === basename(url) ? items : []));
  const tried = new Set<string>();
  return {
    /** @param absent  why it cannot be tried here */
    claim(sentence: string, tries: () => void | Promise<void>, absent?: string): void {
      tried.add(sentence);
      when(test, absent === undefined, absent ?? "")(sentence, tries);
    },
    run(): void {
      test("each sentence of its sections in docs/security.md has a test here, and each test its sentence", () => {
        assert.equal([...tried].sort(), [...own].sort());
      });
      test.run();
    },
  };
}
