import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { randomStream } from "../../../core/random/rng.ts";
import { type DatasetSpec, datasetSchema } from "../../../core/training/dataset-spec.ts";
import { planSupernet, type SupernetEpoch, type SupernetListener, type SupernetRequest } from "../../../core/training/supernet.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";
import { trainerThreads, WorkerTrainer } from "../../../training/trainer.ts";
import { settingsOf } from "./toy-supernet.ts";

function complete<T>(schema: object, value: object): T {
  const filled = structuredClone(value);
  assert.equal(problemsOf(schema, filled), []);
  return filled as T;
}
const skeleton = { channels: 4, stages: 1, cellsPerStage: 1, imageSize: 8, imageChannels: 1 };
const space = nasBench201.create(complete(nasBench201.options, skeleton), {}) as Space;
const dataset = complete<DatasetSpec>(datasetSchema, { name: "digits", split: { train: 200, validation: 100, test: 50 } });
const EPOCHS = 3;
const root = await mkdtemp(join(tmpdir(), "evoke-supernet-"));

function requestOf(folder: string, changes: Partial<SupernetRequest> = {}): SupernetRequest {
  const settings = settingsOf({ epochs: EPOCHS, batchSize: 50 });
  const shrinking = { epochs: 1, learningRate: 0.1, distillation: 0 };
  const plan = planSupernet(space, { sampling: "fair", settings, seed: 1, perStep: 1, shrinking });
  return { dataset, settings, seed: 1, backend: "wasm", calibration: 1, folder, ...plan, ...changes };
}
class Heard implements SupernetListener {
  readonly epochs: SupernetEpoch[] = [];
  readonly notes: string[] = [];
  readonly #each: () => void;
  /** @param each  called after each epoch */
  constructor(each: () => void = () => {}) {
    this.#each = each;
  }
  epoch(result: SupernetEpoch) {
    this.epochs.push(result);
    this.#each();
  }
  note = (line: string) => void this.notes.push(line);
}
const cells = Array.from({ length: 4 }, (_, i) => space.network!(space.sample(randomStream(i, "/test"))));
const weightsIn = async (folder: string) => {
  const [only, ...others] = await readdir(join(root, folder));
  assert.equal(others, []);
  return readFile(join(root, folder, only!, "weights.bin"));
};

/** @param workers  each of them loads TensorFlow.js, which takes as long as a training here */
async function withTrainer<T>(use: (trainer: WorkerTrainer, inputs: Map<string, string>) => Promise<T>, workers = 1): Promise<T> {
  const inputs = new Map<string, string>();
  const trainer = new WorkerTrainer(root, inputs, trainerThreads(workers));
  return use(trainer, inputs).finally(() => trainer.close());
}

/** Asks for a supernet, and has it trained. */
async function train(trainer: WorkerTrainer, request: SupernetRequest, listener: SupernetListener): Promise<void> {
  await (await trainer.supernet(request, listener)).train();
}

/** Accuracies by a supernet that is trained once, in a folder of its own. */
const reference = withTrainer(async (trainer, inputs) => {
  const heard = new Heard();
  const supernet = await trainer.supernet(requestOf("reference"), heard);
  const validations = await Promise.all(cells.map(async (cell) => (await supernet.evaluate(cell)).validation));
  return { heard, inputs, validations, test: await supernet.test(cells[0]!) };
}, 2);

test("a supernet tells its epochs in order, and becomes an input of the experiment", async () => {
  const { heard, inputs } = await reference;
  assert.equal(
    heard.epochs.map(({ epoch, phase }) => [epoch, phase]),
    Array.from({ length: EPOCHS }, (_, i) => [i + 1, "fair"]),
  );
  assert.equal(heard.notes, []);
  assert.match(inputs.get("supernet digits")!, /^[0-9a-f]{64}$/);
});

test("a supernet that is there is found by another trainer, measures the same, and measures each network once", async () => {
  const { validations, test } = await reference;
  await withTrainer(async (trainer) => {
    const heard = new Heard();
    const request = requestOf("reference");
    const [supernet, same] = await Promise.all([trainer.supernet(request, heard), trainer.supernet(request, heard)]);
    assert.is(supernet, same);
    assert.equal(heard.epochs, []);
    for (const [i, cell] of cells.entries()) assert.is((await supernet.evaluate(cell)).validation, validations[i]);
    assert.is(await supernet.test(cells[0]!), test);
    assert.is(await supernet.evaluate(cells[1]!).then(({ seconds }) => seconds), (await supernet.evaluate(cells[1]!)).seconds);
  });
});

test("a training that is given up on the way goes on from there, and ends with the same bytes", async () => {
  await reference;
  await withTrainer(async (trainer) => {
    let after: Promise<void> | undefined;
    const heard = new Heard(() => (after ??= trainer.close()));
    await train(trainer, requestOf("interrupted"), heard).then(
      () => assert.unreachable(),
      () => {},
    );
    await after;
    assert.ok(heard.epochs.length < EPOCHS);
  });
  await withTrainer(async (trainer) => {
    const heard = new Heard();
    await train(trainer, requestOf("interrupted"), heard);
    assert.match(heard.notes.join(), /goes on after epoch [12] of 3/);
    assert.ok(heard.epochs[0]!.epoch > 1);
  });
  assert.equal(await weightsIn("interrupted"), await weightsIn("reference"));
});

test("damaged weights are told of, and trained anew to the same bytes", async () => {
  await reference;
  const whole = await weightsIn("reference");
  const [name] = await readdir(join(root, "reference"));
  await writeFile(join(root, "reference", name!, "weights.bin"), whole.subarray(0, 100));
  await withTrainer(async (trainer) => {
    const heard = new Heard();
    await train(trainer, requestOf("reference"), heard);
    assert.is(heard.notes.filter((note) => note.includes("damaged or cut off")).length, 1);
    assert.is(heard.epochs.length, EPOCHS);
  });
  assert.equal(await weightsIn("reference"), whole);
});

test("two that ask at once train it once", async () => {
  const heard = [new Heard(), new Heard()];
  await Promise.all(heard.map((listener) => withTrainer((trainer) => train(trainer, requestOf("both"), listener))));
  assert.equal(heard.map(({ epochs }) => epochs.length).sort(), [0, EPOCHS]);
});

test("a supernet is an input of the experiment before it is trained, and nothing is done until that is asked for", async () => {
  const { inputs: trained } = await reference;
  await withTrainer(async (trainer, inputs) => {
    const heard = new Heard();
    await trainer.supernet(requestOf("untrained"), heard);
    assert.equal([...inputs], [...trained]);
    assert.equal([heard.epochs, existsSync(join(root, "untrained"))], [[], false]);
  });
});

test("another seed is another supernet, beside the first", async () => {
  await withTrainer(async (trainer) => {
    for (const seed of [1, 2]) await train(trainer, requestOf("seeds", { seed }), new Heard());
  });
  assert.is((await readdir(join(root, "seeds"))).length, 2);
});

test("errors of a training arrive with their codes, and leave no lock behind", async () => {
  await withTrainer(async (trainer) => {
    const hasty = settingsOf({ epochs: EPOCHS, batchSize: 50, divergence: 1.0001 });
    const phases = [{ name: "fair", epochs: EPOCHS, learningRate: 100, sorts: false, distillation: 0 }];
    await train(trainer, requestOf("diverged", { settings: hasty, phases }), new Heard()).then(
      () => assert.unreachable(),
      (error) => assert.is(error.code, "TRAINING_DIVERGED"),
    );
    const [name] = await readdir(join(root, "diverged"));
    assert.equal(await readdir(join(root, "diverged", name!)), []);
  });
});

test.after(() => rm(root, { recursive: true }));
test.run();
