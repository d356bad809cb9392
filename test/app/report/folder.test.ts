import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { writeReport } from "../../../app/report/folder.ts";
import { Scratch } from "../cli/command.ts";

const scratch = new Scratch();
const folder = join(scratch.folder, "report");
const there = (path: string) => existsSync(join(folder, path));

test("files of the report before are removed, and nothing that others have put there", async () => {
  await writeReport(
    folder,
    new Map([
      ["report.md", "1"],
      ["overhead.csv", "1"],
      ["figures/axis-count.svg", "1"],
      ["figures/axis-count.pdf", "1"],
      ["figures/ranks.svg", "1"],
    ]),
  );
  const foreign = ["notes.md", "figures/mine.svg", "figures/mine.vl.json"];
  for (const path of foreign) scratch.write(`report/${path}`, "foreign");
  await writeReport(
    folder,
    new Map([
      ["report.md", "2"],
      ["figures/ranks.svg", "2"],
    ]),
  );
  for (const path of ["overhead.csv", "figures/axis-count.svg", "figures/axis-count.pdf"]) assert.not.ok(there(path), path);
  for (const path of [...foreign, "figures/ranks.svg"]) assert.ok(there(path), path);
  assert.is(readFileSync(join(folder, "report.md"), "utf8"), "2");
});

test("a list that was changed leads to nothing outside the report", async () => {
  scratch.write("outside.svg", "");
  scratch.write("report/figures/deep/mine.svg", "");
  scratch.write(
    "report/.report-files",
    "../outside.svg\nfigures/../../outside.svg\nfigures/deep/mine.svg\n/etc/hosts\n\nfigures/gone.svg\n",
  );
  await writeReport(folder, new Map([["report.md", "3"]]));
  assert.ok(existsSync(join(scratch.folder, "outside.svg")) && there("figures/deep/mine.svg"));
});

test("a list that cannot be read stops the report: figures of the last one would stay for ever", async () => {
  scratch.write("unlisted/.report-files/a-folder.txt", "");
  const error = await writeReport(join(scratch.folder, "unlisted"), new Map([["report.md", "4"]])).catch((error) => error);
  assert.is(error.code, "CANNOT_READ");
  assert.match(error.message, /unlisted\/\.report-files/);
  assert.not.ok(existsSync(join(scratch.folder, "unlisted/report.md")));
});

test.run();
