/**
 * The tree of folders in docs/contributing.md is the one that there is.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";

const root = fileURLToPath(new URL("..", import.meta.url));

/** All folders with files that git tracks or would track, but hidden ones. */
function folders(): string[] {
  const found = new Set<string>();
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  for (const path of listed.split("\0")) {
    if (path.startsWith(".") || !existsSync(join(root, path))) continue;
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) found.add(folder);
  }
  return [...found];
}

/** The lines of the tree: each a folder, two spaces deeper than the one that it is in, and what it holds. */
function documented(): { readonly path: string; readonly holds: string; readonly line: string }[] {
  const page = readFileSync(join(root, "docs/contributing.md"), "utf8");
  const [, block] = /^## The tree\n.*?^```text\n(.*?)^```$/ms.exec(page) ?? [];
  const above: string[] = [];
  return block!
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [, indent, name, holds] = /^( *)([a-z0-9-]+)\/ +(.*)$/.exec(line) ?? [];
      assert.ok(name, `a folder and what it holds: ${line}`);
      above.splice(indent!.length / 2, Number.POSITIVE_INFINITY, name!);
      return { path: above.join("/"), holds: holds!, line };
    });
}

/** A folder of tests has the place of what it tests. */
const mirrors = (folder: string, all: readonly string[]) => folder.startsWith("test/") && all.includes(folder.slice("test/".length));

test("docs/contributing.md names every folder, and no other; folders of tests that mirror one are left out", () => {
  const all = folders();
  const expected = all.filter((folder) => !mirrors(folder, all));
  assert.equal(
    documented()
      .map(({ path }) => path)
      .sort(),
    expected.sort(),
  );
});

test("docs/contributing.md says of each folder what it holds, in a line of at most 100 columns", () => {
  const lines = documented();
  for (const { holds, line } of lines) assert.ok(holds.length > 0 && line.length <= 100, line);
  assert.is(new Set(lines.map(({ holds }) => holds)).size, lines.length, "no two hold the same");
});

test.run();
