/** Manifests of every kind: real ones with edits in them, some grown from their schemas, and the changes that --set makes. @module */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import type { ExperimentFile } from "../../../app/host/experiment.ts";
import { validateExperiment, validateFit, validateImport, validateMatrix, validateTabulation } from "../../../app/host/validate.ts";
import type { Change } from "../../../core/manifest/changes.ts";
import { glanceAt, type ManifestKind } from "../../../core/manifest/parse.ts";
import { fitSchema } from "../../../core/schemas/fit.ts";
import { matrixSchema } from "../../../core/schemas/matrix.ts";
import { tableImportSchema } from "../../../core/schemas/table-import.ts";
import { tabulateSchema } from "../../../core/schemas/tabulate.ts";
import { experiments } from "../experiments.ts";
import { editedJsonText, oddText, oddValue, ofSome } from "../mutations.ts";
import { grown } from "../schemas.ts";
import { target } from "../target.ts";

interface Input {
  /** Under the root of the repository: where it stands for. */
  readonly file: string;
  readonly text: string;
  readonly changes: readonly Change[];
}

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const VALIDATE: Readonly<Record<ManifestKind, (source: ExperimentFile) => Promise<unknown>>> = {
  experiment: validateExperiment,
  matrix: validateMatrix,
  fit: validateFit,
  tabulation: validateTabulation,
  import: validateImport,
};
/** In the order of what is grown for them. */
const KINDS: readonly ManifestKind[] = ["experiment", "matrix", "fit", "tabulation", "import"];
/** A matrix of so many characters takes seconds by itself. */
const LONGEST = 6000;

const kindIn = (file: string) => glanceAt(readFileSync(join(ROOT, file), "utf8")).kind;

export default target<Input>({
  name: "manifests",
  async inputs() {
    const files = ["manifests", "examples", "tables"].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
    );
    const bases = files
      .filter((file) => file.endsWith(".json") && kindIn(file) !== undefined)
      .map((file) => ({ file, text: readFileSync(join(ROOT, file), "utf8") }))
      .filter(({ text }) => text.length < LONGEST)
      .sort((a, b) => (a.file < b.file ? -1 : 1));
    const pointers = fc.array(fc.oneof(fc.constantFrom("evaluator", "options", "space", "budget", "0", "subspaces"), oddText), {
      maxLength: 3,
    });
    const pointer = fc.oneof(
      pointers.map((parts) => parts.map((part) => `/${part}`).join("")),
      oddText,
    );
    const one = fc.record({ pointer, value: oddValue }).map((change) => [change]);
    const changes = fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: one });
    const edited = ofSome(bases, ({ file, text }) =>
      fc.record({ file: fc.constant(file), text: editedJsonText(JSON.parse(text)), changes }),
    );
    const grownTexts = [
      await experiments(() => true, { wrong: true }),
      ...[matrixSchema, fitSchema, tabulateSchema, tableImportSchema].map((schema) => grown(schema)),
    ];
    const grownOnes = ofSome(
      KINDS.map((kind, i) => [bases.find(({ file }) => kindIn(file) === kind)!.file, grownTexts[i]!] as const),
      ([file, values]) =>
        fc.record({ file: fc.constant(file), text: values.map((value) => JSON.stringify(value)), changes: fc.constant([]) }),
    );
    return fc.oneof({ weight: 3, arbitrary: edited }, { weight: 1, arbitrary: grownOnes });
  },
  act: ({ file, text, changes }) => VALIDATE[kindIn(file)!]({ file: join(ROOT, file), changes, inline: { title: "manifest.json", text } }),
});
