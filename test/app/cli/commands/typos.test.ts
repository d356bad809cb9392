import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ExperimentFile } from "../../../../app/host/experiment.ts";
import { validateExperiment, validateFit, validateImport, validateMatrix, validateTabulation } from "../../../../app/host/validate.ts";
import { EvokeError } from "../../../../core/errors/index.ts";
import { glanceAt } from "../../../../core/manifest/parse.ts";
import { randomStream } from "../../../../core/random/rng.ts";
import { EditedFile } from "../../../support/language-server.ts";
import { type Mistyped, mistyped, TYPOS } from "../../../support/typos.ts";
import { root } from "../command.ts";

const COUNT = 100;
const validate = {
  experiment: validateExperiment,
  fit: validateFit,
  import: validateImport,
  matrix: validateMatrix,
  tabulation: validateTabulation,
};
/** What is found of a manifest that is as its schema says: that data are absent, or that parts do not go together. */
const WITHIN_SCHEMA = ["TABLE_MISSING", "CANNOT_READ", "METRIC_UNKNOWN", "NETWORK_MISFIT"];

const manifests = ["manifests", "examples", "tables"]
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(root, folder, name)))
  .filter((path) => path.endsWith(".json"))
  .sort()
  .map((path) => ({ path, text: readFileSync(path, "utf8") }))
  // With plugins of one's own, a manifest has a schema of its own, by evoke schema.
  .filter(({ text }) => glanceAt(text).kind !== undefined && !text.includes('"plugins": ['));

/** As `evoke validate` says it. */
async function foundByCommand(path: string, text: string): Promise<EvokeError | undefined> {
  const source: ExperimentFile = { file: relative(process.cwd(), path), changes: [], inline: { title: "mistyped.json", text } };
  try {
    await validate[glanceAt(text).kind ?? "experiment"](source);
    return undefined;
  } catch (error) {
    if (error instanceof EvokeError) return error;
    throw error;
  }
}

/** What the editor says of it, or of what it is in. */
async function foundByEditor(path: string, { text, at: [first, end] }: Mistyped): Promise<string[]> {
  const marks = await new EditedFile(path, text).marks();
  return marks.filter(({ from, to }) => from <= end && to >= first).map(({ message }) => message);
}

test(`${COUNT} manifests with one typo each: the language server and evoke validate both find every one`, async () => {
  const rng = randomStream(22, "typos");
  const missed: string[] = [];
  for (let i = 0; i < COUNT; ) {
    const typo = TYPOS[i % TYPOS.length]!;
    const { path, text } = manifests[rng.below(manifests.length)]!;
    const wrong = mistyped(text, typo, rng);
    if (wrong === undefined) continue;
    i++;
    const error = await foundByCommand(path, wrong.text);
    const marks = await foundByEditor(path, wrong);
    const shown = `${relative(root, path)}: ${typo} ${wrong.found}`;
    if (error === undefined || WITHIN_SCHEMA.includes(error.code)) missed.push(`${shown}: not by evoke validate (${error?.message})`);
    if (marks.length === 0) missed.push(`${shown}: not by the language server`);
  }
  assert.is(missed.join("\n"), "");
});

test.run();
