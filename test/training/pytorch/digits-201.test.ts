/** By PyTorch, cells of digits-201 rank as in its table, which TensorFlow.js has made. @module */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadTabulation } from "../../../app/host/experiment.ts";
import { createdSpace } from "../../../core/plugin/checks/create.ts";
import { spearman } from "../../../core/statistics/correlation.ts";
import { readTable } from "../../../core/table/table-file.ts";
import { trainerThreads, WorkerTrainer } from "../../../training/trainer.ts";
import { hasTorch, PYTHON, TORCH_ABSENT } from "../../python.ts";
import { when } from "../../when.ts";

const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const CELLS = 10;
const EPOCHS = 4;

when(
  test,
  hasTorch,
  TORCH_ABSENT,
)("ten cells trained for four epochs rank as in digits-201, with a correlation of 0.9", async () => {
  const { space: slot, dataset, training } = await loadTabulation({ file: file("manifests/tabulate/digits-201.json"), changes: [] });
  const space = await createdSpace(slot);
  const table = await readTable(readFileSync(file("tables/digits-201.arrow.gz")), "digits-201");
  const rows = Array.from({ length: CELLS }, (_, i) => Math.floor(((i + 0.5) * table.rows) / CELLS));
  const trainer = new WorkerTrainer(".", new Map(), trainerThreads(2));
  const trainings = rows.map((row) => {
    const network = space.network!(space.decode(table.text(row)));
    const settings = { ...training, epochs: EPOCHS };
    return trainer.train({ network, dataset, settings, seed: 1, backend: "pytorch", device: "cpu", python: PYTHON });
  });
  const found = await Promise.all(trainings).finally(() => trainer.close());
  const accuracies = found.map(({ epochs }) => epochs.at(-1)!.validation!);
  const known = table.values(`digits_validation_${EPOCHS}`);
  const { rho } = spearman(
    accuracies,
    rows.map((row) => known[row]!),
  );
  assert.ok(rho >= 0.9, `${rho}: ${accuracies.join(", ")}`);
});

test.run();
