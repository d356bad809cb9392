/** Names of any characters, in all files of a report: they are shown, and nothing obeys them. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { StoredRun } from "../../../app/host/store/stored-run.ts";
import { reportFiles } from "../../../app/report/files.ts";
import { csv, plainTable } from "../../../app/report/tables/table.ts";
import { briefTable } from "../../../app/report/tables/tables.ts";
import type { Front } from "../../../core/record/pareto.ts";
import { visible } from "../../../core/visible.ts";
import { cell, metrics, reported, runs } from "./made-up-cells.ts";

/** Those of one report; the first is also a metric's name, and all together the axis's and the other metric's. */
const NAMES = [
  ["constructor", "back\\slash", "\\", "\"double\" and 'single'", "line\nbreak"],
  ["datum['x']", "'];throw 1//", "$(x) {{x}} %s", "&amp; &#0;", "<!-- ]]>"],
  ["</text></svg><script>alert(1)</script>", "=1+1", "+cmd", "-a", "@SUM(A1)", "\t=1"],
  ["\u001b[31mred\u001b]0;title\u0007", "\u009b2J", "\u0000", "\u2028", "\u202eevil"],
  ["__proto__", "\ud83d", "\uffff", "0", "true"],
];
/** What no file and no terminal is to get. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is for them
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/;

/** Files, pages without their own scripts, and without figures for them as these are written, in which nothing ends an element. */
function withoutOwn(files: ReadonlyMap<string, string>): Map<string, string> {
  const own = /<script>.*?<\/script>\n|<script type="application\/json">[ -%'-;=?-~]*<\/script>\n/gs;
  return new Map([...files].map(([path, content]) => [path, path.endsWith(".html") ? content.replaceAll(own, "") : content]));
}

/** The same run, with a front of a metric that has this name. */
function withFront(one: StoredRun, name: string): StoredRun {
  const points = [1, 2].map((n) => ({ architecture: `${name} ${n}`, values: [80 + n, n + one.result.seed] as const }));
  const front: Front = {
    metrics: [
      { name: "accuracy", unit: "percent", goal: "maximise" },
      { name, unit: name, goal: "minimise" },
    ],
    points,
  };
  return { ...one, trajectory: { ...one.trajectory, fronts: [front] } };
}

for (const names of NAMES)
  test(`a report on cells, metrics and values called ${JSON.stringify(names)}`, async () => {
    const [first, together] = [names[0]!, names.join(" ")];
    const metric = { ...metrics.score, name: together, unit: first, dataset: first };
    const named = (title: string, value: unknown) =>
      cell(title, {
        variant: title,
        baseline: "base",
        at: { "/x": value },
        panel: first,
        metric,
        testMetric: { ...metric, split: "test" },
      });
    const withRuns = [["base", 1], ...names.map((name) => [name, name] as const)].map(
      ([title, value], i) => [named(String(title), value), runs(3, 94 - i).map((one) => withFront(one, first))] as const,
    );
    const { document, cells: aggregated } = reported(withRuns, {
      name: together,
      axes: [{ pointer: "/x", label: together, values: [1, ...names] }],
    });
    const files = withoutOwn(await reportFiles(document, aggregated));
    assert.ok([...files.keys()].filter((path) => path.endsWith(".svg")).length > 3);
    for (const [path, content] of [...files, ["terminal", visible(plainTable(briefTable(document)))] as const]) {
      if (path.endsWith(".json")) JSON.parse(content);
      assert.not.match(content, OBEYED, path);
      if (/\.(svg|html)$/.test(path)) assert.not.match(content, /<script|<!--\s|alert\(1\)<\/script/, path);
      if (path.endsWith(".csv"))
        assert.not.match(
          content.replaceAll(/"(?:[^"]|"")*"/g, (field) => `"${field.slice(1, 2)}`),
          /(^|,)"?[=+@]/m,
          path,
        );
    }
  });

test("csv() keeps numbers as they are, and puts an apostrophe before what a spreadsheet would compute", () => {
  const texts = ["=1", "+a", "-a", "@a", "\t=1", "-3", "+4.5e-3", "a=1"];
  assert.is(
    csv(
      ["text", "number"],
      texts.map((text, i) => [text, -i - 1]),
    ),
    "text,number\n'=1,-1\n'+a,-2\n'-a,-3\n'@a,-4\n'\t=1,-5\n-3,-6\n+4.5e-3,-7\na=1,-8\n",
  );
});

test.run();
