import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Mixture, WeightSchedule } from "../../../core/training/weight-sharing.ts";
import { openBackend } from "../../../training/tensorflow.ts";
import type { Batch, LearningStep, MixtureLearner, Moments } from "../../../training/weight-sharing/learner.ts";
import { type SessionDefinition, SharedWeightsSession } from "../../../training/weight-sharing/session.ts";
import { dataset, dense, learnerOf, path } from "./open-toy.ts";

const schedule: WeightSchedule = {
  ...{ epochs: 50, batchSize: 8, learningRate: 0.025, finalLearningRate: 0.001 },
  ...{ momentum: 0.9, nesterov: true, weightDecay: 0.0005, clip: 5 },
};
const [A, B]: Mixture[] = [path([1, 1, 1, 1, 1, 1]), path([3, 3, 3, 3, 3, 3])];

/** What a learner was asked for. */
class Asked implements MixtureLearner {
  readonly steps: LearningStep[] = [];
  readonly judged: Batch[] = [];
  readonly measured: { readonly batches: readonly Batch[]; readonly moments: Moments }[] = [];

  async learn(steps: readonly LearningStep[]) {
    this.steps.push(...steps);
    return steps.map(({ mixture }) => ({ loss: 1, gradient: mixture, outputs: [] }));
  }
  async judge(batch: Batch, mixture: Mixture) {
    this.judged.push(batch);
    return { loss: 1, gradient: mixture, outputs: [] };
  }
  async right(_: Mixture, batches: readonly Batch[], moments: Moments) {
    this.measured.push({ batches, moments });
    return 1;
  }
  async remember() {}
  async recall() {}
  async move() {}
  save = async () => new Float32Array();
  async restore() {}
  dispose() {}
}

const augmented = { ...dataset, augmentation: { ...dataset.augmentation, shift: 1 } };

function sessionOf({
  options = {},
  schedule: other = {},
}: {
  options?: Partial<SessionDefinition["options"]>;
  schedule?: Partial<WeightSchedule>;
} = {}) {
  const asked = new Asked();
  const definition: SessionDefinition = {
    dataset: augmented,
    options: { architectureImages: "validation", moments: "batch", ...options },
    schedule: { ...schedule, ...other },
    seed: 1,
  };
  return { asked, session: new SharedWeightsSession(definition, asked) };
}

const rowsOf = (batches: readonly Batch[]) => batches.flatMap(({ rows }) => [...rows]);
const learn = async (session: SharedWeightsSession, steps: number) => {
  for (let n = 0; n < steps; n++) await session.learn([A!]);
};

test("an epoch is of full batches, and takes each image of the weights at most once; the next one has another order", async () => {
  const { asked, session } = sessionOf();
  assert.is(session.steps, 7); // of 60 images 56
  for (const epoch of [1, 2]) {
    session.begin(epoch);
    await learn(session, 7);
  }
  const epochs = [asked.steps.slice(0, 7), asked.steps.slice(7)].map((steps) => rowsOf(steps.map(({ batch }) => batch)));
  for (const rows of epochs) assert.is(new Set(rows).size, 56);
  assert.not.equal(epochs[0], epochs[1]);
  assert.ok(asked.steps.every(({ batch }) => batch.of === "train" && batch.drawn!.moves!.length === 24));
});

test("what an epoch draws follows from the seed and its number alone", async () => {
  const [a, b] = [sessionOf(), sessionOf()];
  a.session.begin(1);
  await learn(a.session, 5);
  await a.session.judge(dense);
  for (const { session } of [a, b]) {
    session.begin(3);
    await session.learn([A!, B!]);
    await session.judge(dense);
    await session.accuracies([A!], 10);
  }
  assert.equal(a.asked.steps.slice(5), b.asked.steps);
  assert.equal(a.asked.judged.slice(1), b.asked.judged);
  assert.equal(a.asked.measured, b.asked.measured);
});

test("mixtures that learn together have one batch, and the last of them moves; a rate is that of the call alone", async () => {
  const { asked, session } = sessionOf();
  session.begin(1);
  await session.learn([A!, B!, A!], { together: true, rate: 0.5 });
  await session.learn([A!]);
  assert.equal(
    asked.steps.map(({ held }) => held),
    [true, true, false, false],
  );
  const [first, second, third, next] = asked.steps.map(({ batch }) => batch);
  assert.ok(first === second && second === third && third !== next);
  assert.equal(
    asked.steps.map(({ rule }) => rule.rate),
    [0.5, 0.5, 0.5, 0.025],
  );
});

test("each mixture learns from the next batch; again, from the last one, and so does a judgement", async () => {
  const { asked, session } = sessionOf();
  session.begin(1);
  await session.learn([A!, B!]);
  await session.learn([A!], { again: true, clip: false, all: true });
  await session.judge(A!, { images: { of: "weights", again: true } });
  await session.judge(A!, { images: { of: "weights" } });
  await session.learn([A!], { again: true });
  const [first, second, third, last] = asked.steps.map(({ batch }) => batch);
  assert.not.equal(first, second);
  assert.is(third, second);
  assert.is(asked.judged[0], second);
  assert.not.equal(asked.judged[1], second);
  assert.is(last, asked.judged[1]);
  assert.equal(
    asked.steps.map(({ clip, all }) => [clip, all]),
    [
      [5, false],
      [5, false],
      [0, true],
      [5, false],
    ],
  );
});

test("images of the architecture are drawn uniformly and with replacement; again, they are those of the last time", async () => {
  const { asked, session } = sessionOf();
  const counts = new Int32Array(30);
  for (let epoch = 1; epoch <= 30; epoch++) {
    session.begin(epoch);
    for (let n = 0; n < 20; n++) await session.judge(dense);
  }
  for (const row of rowsOf(asked.judged)) counts[row]!++;
  assert.ok(asked.judged.every(({ of }) => of === "validation"));
  assert.ok(asked.judged.some(({ rows }) => new Set(rows).size < rows.length));
  // Of 4800 draws 160 each; χ² of 29 degrees of freedom is under 58.3 in 99.9 % of cases. The seed is fixed.
  const chiSquared = counts.reduce((sum, count) => sum + (count - 160) ** 2 / 160, 0);
  assert.ok(chiSquared < 58.3, `χ² = ${chiSquared}`);
  await session.judge(dense, { images: { of: "architecture", again: true } });
  assert.is(asked.judged.at(-1), asked.judged.at(-2));
});

test("half of the images to train on may be the architecture's: the weights never see them", async () => {
  const { asked, session } = sessionOf({ options: { architectureImages: "half-of-train" } });
  assert.is(session.steps, 3); // of 30 images
  for (let epoch = 1; epoch <= 40; epoch++) {
    session.begin(epoch);
    await learn(session, 3);
    for (let n = 0; n < 3; n++) await session.judge(dense);
  }
  const [weights, architecture] = [asked.steps.map(({ batch }) => batch), asked.judged].map((batches) => new Set(rowsOf(batches)));
  assert.ok(asked.judged.every(({ of }) => of === "train"));
  assert.is(weights!.size, 30);
  assert.is(architecture!.size, 30);
  assert.is(new Set([...weights!, ...architecture!]).size, 60);
});

test("the rate falls as half a cosine: of DARTS it is .013 after 25 epochs of 50; of ENAS it swings", async () => {
  const rates = async (schedule: Partial<WeightSchedule>, epochs: readonly number[]) => {
    const { asked, session } = sessionOf({ schedule });
    for (const epoch of epochs) {
      session.begin(epoch + 1);
      await learn(session, 1);
    }
    return asked.steps.map(({ rule }) => Math.round(rule.rate * 1e12) / 1e12);
  };
  assert.equal(await rates({}, [0, 25]), [0.025, 0.013]);
  const enas = { epochs: 250, learningRate: 0.05, finalLearningRate: 0.0005, halfPeriod: 10 };
  assert.equal(await rates(enas, [0, 5, 10, 15, 20]), [0.05, 0.02525, 0.0005, 0.02525, 0.05]);
});

test("running moments move as in trainings: the first steps make their mean, later ones move them by a tenth", async () => {
  const { asked, session } = sessionOf();
  for (const epoch of [1, 2]) {
    session.begin(epoch);
    await learn(session, 7);
  }
  assert.equal(
    asked.steps.map(({ momentum }) => momentum),
    Array.from({ length: 14 }, (_, step) => Math.max(0.1, 1 / (step + 1))),
  );
});

test("a step that is taken back is none: running moments move as if it had not been", async () => {
  const { asked, session } = sessionOf();
  session.begin(1);
  for (let step = 0; step < 3; step++) {
    await session.remember();
    await session.learn([A!, B!]);
    await session.recall();
    await session.learn([A!], { again: true });
  }
  assert.equal(
    asked.steps.map(({ momentum }) => momentum),
    [1, 1 / 2, 1, 1 / 2, 1 / 3, 1 / 2, 1 / 3, 1 / 4, 1 / 3],
  );
});

test("an architecture is measured on all validation images, or on some of its own, none of them twice", async () => {
  const { asked, session } = sessionOf({ options: { moments: "estimated" } });
  session.begin(1);
  assert.equal(await session.accuracies([A!, B!], "all"), [100 / 30, 100 / 30]);
  assert.equal(await session.accuracies([A!, B!], 20), [5, 5]);
  await session.accuracies([A!], 1000);
  const rows = asked.measured.map(({ batches }) => rowsOf(batches));
  const every = Array.from({ length: 30 }, (_, row) => row);
  assert.equal([rows[0], rows[1]], [every, every]);
  assert.equal(
    [rows[2], rows[3]].map((some) => new Set(some).size),
    [20, 20],
  );
  assert.not.equal(rows[2], rows[3]);
  assert.is(new Set(rows[4]).size, 30);
  const [{ moments }, ...others] = asked.measured as [(typeof asked.measured)[number], ...typeof asked.measured];
  assert.is(moments.by, "estimated");
  for (const other of others) assert.equal(other.moments, moments);
  assert.ok(asked.measured.every(({ batches }) => batches.every(({ of, drawn }) => of === "validation" && drawn === undefined)));
});

test("nothing is asked of weights before an epoch has begun", () => {
  assert.throws(() => sessionOf().session.learn([A!]), "an epoch begins before anything is asked of the weights");
});

test("a search that goes on from what was saved after an epoch comes to the same bits, and it learns", async () => {
  await openBackend("wasm");
  const definition = {
    dataset,
    options: { architectureImages: "validation", moments: "batch" },
    schedule: { ...schedule, learningRate: 0.1 },
    seed: 1,
  } as const;
  const epochOf = async (session: SharedWeightsSession, epoch: number) => {
    session.begin(epoch);
    await session.learn([dense, B!]);
    await session.judge(dense);
    return session.learn(Array<Mixture>(session.steps - 2).fill(dense));
  };
  const whole = new SharedWeightsSession(definition, learnerOf({ unsampled: "drift" }));
  for (const epoch of [1, 2]) await epochOf(whole, epoch);
  const resumed = new SharedWeightsSession(definition, learnerOf({ unsampled: "drift", seed: 7 }));
  await resumed.restore(await whole.save());
  const losses = [await epochOf(whole, 3), await epochOf(resumed, 3)];
  assert.equal(losses[0], losses[1]);
  assert.equal(await whole.save(), await resumed.save());
  for (const epoch of [4, 5]) await epochOf(whole, epoch);
  const [all] = await whole.accuracies([dense], "all");
  assert.ok(all! > 80, `${all} % of the validation images, by guessing 33 %`);
  whole.dispose();
  resumed.dispose();
});

test.run();
