/**
 * The tables of bench/peers/README.md, from what its matrices have come to: each search beside `evoke`, over the same
 * seeds.
 *
 *   npm run peers -- RESULTS    the folder that the matrices were run into; those not run keep their tables
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Panel, ReportDocument } from "../../app/report/document.ts";
import { evoke } from "../command.ts";
import { between, fixed, pValue, signed, table } from "./markdown.ts";

const MATRICES = ["peers-nas-bench-201", "peers-models-nas-bench-201", "peers-mobilenet"];
const README = fileURLToPath(new URL("../../bench/peers/README.md", import.meta.url));

/** A panel as a table: the validation metric, which is what all of them search by, and its difference from that of `evoke`. */
function panelTable({ cells, baseline }: Panel): string {
  const rows = cells.flatMap(({ name, variant, n, score, test, comparison }) => {
    const compared = comparison?.score;
    if (!score) return []; // of no run yet
    return [
      [
        variant ?? (name === baseline ? "evoke" : name),
        score.standardError === null ? fixed(score.mean) : `${fixed(score.mean)} ± ${fixed(score.standardError)}`,
        compared ? signed(compared.difference) : "–",
        between(compared?.interval),
        compared ? pValue(compared.wilcoxon.holm) : "–",
        compared ? `${compared.wins} / ${compared.ties} / ${compared.losses}` : "–",
        ...(test ? [fixed(test.mean)] : []),
        n,
      ],
    ];
  });
  const tested = cells.some(({ test }) => test);
  const columns = ["search", ">validation", ">less evoke", ">95 % interval", ">p (Holm)", ">better / equal / worse"];
  return table([...columns, ...(tested ? [">test"] : []), ">seeds"], rows);
}

/** All panels of a matrix, each under its name. */
function tablesOf({ panels, seeds }: ReportDocument): string {
  const titled = panels.map((panel) => `${panel.name === "" ? "" : `\`${panel.name}\`:\n\n`}${panelTable(panel)}`);
  return `Seeds ${seeds.first} to ${seeds.first + seeds.count - 1}; the mean over seeds ± its standard error.\n\n${titled.join("\n\n")}`;
}

const [results] = process.argv.slice(2);
if (results === undefined) {
  console.error("Name the folder that the matrices were run into: npm run peers -- RESULTS");
  process.exit(2);
}
const found = MATRICES.filter((name) => existsSync(join(results, name, "matrix.json")));
if (found.length === 0) {
  console.error(`There is none of the matrices ${MATRICES.join(", ")} in ${results}: run them with --out ${results}`);
  process.exit(2);
}
let page = readFileSync(README, "utf8");
for (const name of found) {
  const folder = join(results, name);
  const marks = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  if (!marks.test(page)) throw new Error(`The page has no marks for ${name}.`);
  const report = JSON.parse(evoke("report", folder, "--json", "--quiet")) as ReportDocument;
  page = page.replace(marks, (_, before: string, after: string) => `${before}\n${tablesOf(report)}\n\n${after}`);
}
writeFileSync(README, page);
