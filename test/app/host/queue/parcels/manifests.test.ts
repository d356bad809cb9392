/** Every manifest that comes with Evoke is the same experiment at a worker whose home and folder are empty. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  cellFile,
  composeLoaded,
  type ExperimentFile,
  loadExperiment,
  loadFit,
  loadMatrix,
  loadTabulation,
} from "../../../../../app/host/experiment.ts";
import { checkTabulation } from "../../../../../app/host/queue/parcels/differences.ts";
import { packExperiment, packTabulation } from "../../../../../app/host/queue/parcels/pack.ts";
import { openTrainer } from "../../../../../app/host/tabulate/tabulate-trainer.ts";
import type { EvokeError } from "../../../../../core/errors/index.ts";
import { glanceAt } from "../../../../../core/manifest/parse.ts";
import { openAt, packedFile, sentTo } from "../../../../support/parcels.ts";
import { when } from "../../../../when.ts";
import { root, Scratch } from "../../../cli/command.ts";

const scratch = new Scratch();
const manifests = join(root, "manifests");
const files = readdirSync(manifests, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".json"))
  .map((path) => join(manifests, path));
const kindOf = (file: string) => glanceAt(readFileSync(file, "utf8")).kind;
let homes = 0;
const emptyHome = () => join(scratch.folder, `home-${++homes}`);

/** The experiment, or the first and the last cell of a matrix. Which backend is the fastest may differ from one look to the next. */
async function experimentsOf(file: string): Promise<ExperimentFile[]> {
  const source = { file, changes: [] };
  const matrix = kindOf(file) === "experiment" ? undefined : await loadMatrix(source);
  const sources = matrix ? [matrix.cells[0]!, matrix.cells.at(-1)!].map((cell) => cellFile(matrix, cell)) : [source];
  return Promise.all(
    sources.map(async (source) => {
      const { evaluator, sharedWeights } = await loadExperiment(source);
      const of = (backend: unknown, pointer: string) => (backend === "fastest" ? [{ pointer, value: "wasm" }] : []);
      const { backend } = evaluator.options as { readonly backend?: string };
      return {
        ...source,
        changes: [...of(backend, "/evaluator/options/backend"), ...of(sharedWeights?.backend, "/sharedWeights/backend")],
      };
    }),
  );
}

/** What is not here: a table that was not imported, a dataset that was not fetched. */
const ABSENT = ["TABLE_MISSING", "CANNOT_READ", "BACKEND_UNAVAILABLE"];

for (const file of files.filter((one) => ["experiment", "matrix"].includes(kindOf(one)!))) {
  const name = file.slice(manifests.length + 1);
  const packing = experimentsOf(file).then((sources) => Promise.all(sources.map(packedFile)));
  const problem = await packing.then(
    () => undefined,
    (error: EvokeError) => error,
  );
  when(
    test,
    !problem?.codes.every((code) => ABSENT.includes(code)),
    "the data of some manifests are absent",
  )(`${name} is the same at a worker`, async () => {
    for (const packed of await packing) {
      assert.not.match(JSON.stringify(packed.parcel), root, "nothing says where it comes from");
      await sentTo(emptyHome(), packed, { trust: false });
    }
  });
}

test("the sample of a fit is the same at a worker", async () => {
  const { pairs } = await loadFit({ file: join(manifests, "fit/digits-201.json"), changes: [] });
  assert.ok("sample" in pairs);
  const { composition, inputs, files } = await composeLoaded(pairs.sample);
  await sentTo(emptyHome(), await packExperiment({ ...composition, inputs, files }), { trust: false });
});

test("a tabulation is the same at a worker", async () => {
  const file = join(manifests, "tabulate/digits-201.json");
  const tabulation = await loadTabulation({ file, changes: [{ pointer: "/backend", value: "cpu" }] });
  const trainer = await openTrainer(tabulation, dirname(file), 1);
  const packed = await packTabulation(tabulation, trainer);
  await trainer.close();
  const { parcel, source } = await openAt(emptyHome(), packed, { trust: false });
  const there = await loadTabulation(source);
  const trainerThere = await openTrainer(there, dirname(source.file), 1);
  checkTabulation(parcel, there, trainerThere.inputs);
  await trainerThere.close();
});

test.run();
