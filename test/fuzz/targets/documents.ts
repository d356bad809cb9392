/** matrix.json, which says what was run, and the report that is made of it. @module */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunStore } from "../../../app/host/store/run-store.ts";
import { aggregate } from "../../../app/report/aggregate.ts";
import { reportFiles } from "../../../app/report/files.ts";
import { openReportSource } from "../../../app/report/source.ts";
import { reportDocument } from "../../../app/report/statistics.ts";
import { visible } from "../../../core/visible.ts";
import { cell, run } from "../../app/report/made-up-cells.ts";
import { editedJsonText } from "../mutations.ts";
import { target, WrongResult } from "../target.ts";

const [BASE, OTHER] = ["0".repeat(64), "1".repeat(64)];
const { testMetric: _, ...base } = cell("base", { inputs: { table: "t" } });
const DOCUMENT = {
  matrix: "m",
  question: "Which?",
  evoke: "0.1.0",
  store: "../runs.sqlite",
  design: "one-factor",
  family: "panel",
  seeds: { first: 1, count: 3 },
  best: { test: 95 },
  targets: { score: 80 },
  axes: [{ pointer: "/subspaces/count", label: "count", values: [1, 2] }],
  base: { space: "nas-bench-201" },
  cells: [
    base,
    {
      ...base,
      name: "count=2",
      variant: "count=2",
      digest: OTHER,
      at: { "/subspaces/count": 2 },
      differs: [{ pointer: "/a", base: 1, cell: 2 }],
    },
  ],
};

export default target<string>({
  name: "documents",
  inputs: () => editedJsonText(DOCUMENT),
  async act(text, { folder }) {
    const store = await RunStore.open(join(folder, "runs.sqlite"), "write");
    for (const digest of [BASE, OTHER])
      store.add(
        digest,
        [1, 2, 3].map((seed) => run(seed, 80 + seed + Number(digest[0]), 90)),
      );
    store.close();
    const results = join(folder, "m");
    mkdirSync(results);
    writeFileSync(join(results, "matrix.json"), text);
    const source = await openReportSource(results);
    const cells = (() => {
      try {
        return aggregate(source, () => {});
      } finally {
        source.close();
      }
    })();
    if (cells.every(({ runs }) => runs.length === 0)) return;
    const document = reportDocument(source, cells, () => {});
    for (const [name, content] of await reportFiles(document, cells))
      if (/\.(svg|html)$/.test(name) && visible(content) !== content) throw new WrongResult(`${name} has control characters`);
  },
});
