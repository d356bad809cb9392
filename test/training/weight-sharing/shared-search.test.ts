import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EvokeError } from "../../../core/errors/index.ts";
import { type Network, NetworkWriter } from "../../../core/space/network.ts";
import { heaviest, type OpenNetwork } from "../../../core/space/open-network.ts";
import {
  type Judged,
  type Mixture,
  rateOf,
  type SharedWeights,
  type Standing,
  type WeightSharingRequest,
  type WeightSharingResult,
} from "../../../core/training/weight-sharing.ts";
import { KeptSearch } from "../../../training/weight-sharing/kept-search.ts";
import { type Opened, RemoteSession, type Session, serveSession } from "../../../training/weight-sharing/session-port.ts";
import { sharedSearch } from "../../../training/weight-sharing/shared-search.ts";
import { ToyMethod } from "../../support/weight-sharing-toy.ts";

const root = await mkdtemp(join(tmpdir(), "evoke-shared-search-"));

const edge = { operations: ["none", "skip", "convolution"], parameterFree: [true, true, false], none: 0 };
const open: OpenNetwork = {
  edges: [
    { name: "a", ...edge },
    { name: "b", ...edge },
  ],
  network: new NetworkWriter([8, 8, 1]).network() as Network,
  derive: (weights) => weights.map(heaviest),
  operationsOf: (architecture) => architecture,
};

/** Weights that are one number, which each step moves; a session by which every call can be seen. */
class ToySession implements Session, Opened {
  readonly steps = 3;
  readonly calls: string[] = [];
  #weight = 1;
  #remembered = Number.NaN;
  #epoch = 0;

  begin(epoch: number): void {
    this.#epoch = epoch;
    this.calls.push(`begin ${epoch}`);
  }
  async learn(mixtures: readonly Mixture[]): Promise<readonly Judged[]> {
    return mixtures.map((mixture) => {
      const judged = this.#judged(mixture);
      this.#weight -= 0.01 * Math.sin(this.#epoch + this.#weight);
      return judged;
    });
  }
  async judge(mixture: Mixture, { keep = false } = {}): Promise<Judged> {
    return { ...this.#judged(mixture), ...(keep && { norm: 2 }) };
  }
  async remember(): Promise<void> {
    this.#remembered = this.#weight;
  }
  async recall(): Promise<void> {
    this.#weight = this.#remembered;
  }
  async move(times: number): Promise<void> {
    this.#weight += times;
  }
  async accuracies(mixtures: readonly Mixture[], images: number | "all"): Promise<readonly number[]> {
    this.calls.push(`accuracies of ${mixtures.length}, ${images}`);
    return mixtures.map((mixture) => Math.fround(10 * this.#weight * mixture[0]!.indexOf(1) + mixture[1]!.indexOf(1)));
  }
  async save(): Promise<Float32Array> {
    return inParts(this.#weight);
  }
  async restore(state: Float32Array): Promise<void> {
    this.#weight = state.reduce((sum, part) => sum + part, 0);
  }

  #judged(mixture: Mixture): Judged {
    const gradient = mixture.map((edge) => edge.map((share, k) => this.#weight * (k - 1) + share));
    return { loss: this.#weight + mixture[0]![1]!, gradient, outputs: [0, 0] };
  }
}

/** A number of 64 bits as the sum of numbers of 32. */
function inParts(value: number): Float32Array {
  const first = Math.fround(value);
  const second = Math.fround(value - first);
  return Float32Array.of(first, second, value - first - second);
}

interface Told {
  readonly session: ToySession;
  readonly epochs: [number, Standing][];
  readonly notes: string[];
}

/** Searches, in one thread: the port is between the two halves all the same. */
async function searched(
  file?: string,
  { diesAfter = Number.POSITIVE_INFINITY, session = new ToySession(), method = new ToyMethod(open) } = {},
): Promise<Told & { readonly result?: WeightSharingResult; readonly error?: Error }> {
  const told: Told = { session, epochs: [], notes: [] };
  const request: WeightSharingRequest = {
    ...{
      open,
      dataset: { name: "digits" } as never,
      seed: 1,
      ordinal: 1,
      method,
      measured: [
        [0, 1],
        [2, 2],
      ],
    },
    schedule: method.schedule,
    settings: { architectureImages: "validation", reach: "as-published", moments: "batch", affine: false, unsampled: "still" },
  };
  const { port1, port2 } = new MessageChannel();
  const served = serveSession(session, port2);
  const note = (line: string) => void told.notes.push(line);
  const kept = file === undefined ? undefined : new KeptSearch(join(root, file), "digest", note);
  const listener = {
    epoch(epoch: number, standing: Standing) {
      told.epochs.push([epoch, standing]);
      if (epoch === diesAfter) throw new Error("killed");
    },
    note,
  };
  try {
    const result = await sharedSearch(request, () => new RemoteSession(port1), { kept, checkpointSeconds: 0 }, listener);
    return { result, ...told };
  } catch (error) {
    return { error: error as Error, ...told };
  } finally {
    port1.close();
    await served;
    port2.close();
  }
}

test("epochs are told in order, architectures ranked, and those measured that were to be", async () => {
  const { result, epochs, session } = await searched();
  assert.equal(
    epochs.map(([epoch]) => epoch),
    [1, 2, 3, 4],
  );
  assert.equal(session.calls, ["begin 1", "begin 2", "begin 3", "begin 4", "begin 5", "accuracies of 3, 20", "accuracies of 2, all"]);
  assert.is(result!.ranked.length, 4);
  assert.equal(result!.ranked[0], epochs.at(-1)![1].probabilities.map(heaviest));
  assert.is(result!.accuracies.length, 2);
  assert.ok(result!.seconds > 0);
});

for (const diesAfter of [1, 3, 4])
  test(`a search that ends after epoch ${diesAfter} goes on to the same bits, and tells of the epochs before again`, async () => {
    const whole = await searched();
    const file = `after-${diesAfter}.bin`;
    assert.is((await searched(file, { diesAfter })).error!.message, "killed");
    const resumed = await searched(file);
    assert.equal(resumed.notes, [`go on after epoch ${diesAfter} of 4`]);
    assert.equal(resumed.epochs, whole.epochs);
    assert.equal([resumed.result!.ranked, resumed.result!.accuracies], [whole.result!.ranked, whole.result!.accuracies]);
    const again = await searched(file);
    assert.equal(
      [again.result, again.epochs, again.session.calls, again.notes],
      [resumed.result, whole.epochs, [], ["were trained before"]],
    );
  });

/** Ends in its second epoch. */
class EndingMethod extends ToyMethod {
  override async epoch(epoch: number, weights: SharedWeights): Promise<Standing> {
    return { ...(await super.epoch(epoch, weights)), ...(epoch === 2 && { ended: true }) };
  }
}

test("a method that ends early trains no further, also when the search was interrupted there", async () => {
  const whole = await searched(undefined, { method: new EndingMethod(open) });
  assert.equal(whole.session.calls.slice(0, 3), ["begin 1", "begin 2", "begin 5"]);
  assert.is((await searched("ended.bin", { diesAfter: 2, method: new EndingMethod(open) })).error!.message, "killed");
  const resumed = await searched("ended.bin", { method: new EndingMethod(open) });
  assert.equal(resumed.session.calls[0], "begin 5");
  assert.is(whole.epochs.length, 2);
  assert.equal([resumed.result!.ranked, resumed.epochs], [whole.result!.ranked, whole.epochs]);
});

test("a method is told the learning rate of the epoch", async () => {
  const rates: number[] = [];
  class RateMethod extends ToyMethod {
    override epoch(epoch: number, weights: SharedWeights): Promise<Standing> {
      rates.push(weights.learningRate);
      return super.epoch(epoch, weights);
    }
  }
  const method = new RateMethod(open);
  await searched(undefined, { method });
  assert.equal(
    rates,
    [1, 2, 3, 4].map((epoch) => rateOf(method.schedule, epoch)),
  );
});

test("the rate of the architecture is such that it gets as far as in the published search, or what it is", async () => {
  const factors: number[] = [];
  class Watching extends ToyMethod {
    override async epoch(...[epoch, weights]: Parameters<ToyMethod["epoch"]>) {
      factors.push(weights.rateFactor);
      return super.epoch(epoch, weights);
    }
  }
  const settings = { architectureImages: "validation", moments: "batch", affine: false, unsampled: "still" } as const;
  for (const reach of ["as-published", "of-schedule"] as const) {
    const { port1, port2 } = new MessageChannel();
    const served = serveSession(new ToySession(), port2);
    const method = new Watching(open);
    const request = { open, dataset: { name: "digits" } as never, seed: 1, ordinal: 1, method, measured: [], schedule: method.schedule };
    const listener = { epoch: () => {}, note: () => {} };
    const keeping = { kept: undefined, checkpointSeconds: 0 };
    await sharedSearch({ ...request, settings: { ...settings, reach } }, () => new RemoteSession(port1), keeping, listener);
    port1.close();
    await served;
  }
  assert.equal(new Set(factors), new Set([1000 / (4 * 3), 1]));
});

test("a loss that is not finite ends it, and says in which epoch", async () => {
  class Diverging extends ToySession {
    override async learn(mixtures: readonly Mixture[]): Promise<readonly Judged[]> {
      const judged = await super.learn(mixtures);
      return this.calls.includes("begin 2") ? judged.map((one) => ({ ...one, loss: Number.NaN })) : judged;
    }
  }
  const { error, epochs } = await searched(undefined, { session: new Diverging() });
  assert.instance(error, EvokeError);
  assert.is((error as EvokeError).code, "TRAINING_DIVERGED");
  assert.match(error!.message, "in epoch 2 the loss, or a weight, was not finite");
  assert.is(epochs.length, 1);
});

test("weights that are not finite after the last step end it, whose loss was that of before", async () => {
  class Exploding extends ToySession {
    override async save(): Promise<Float32Array> {
      return Float32Array.of(1, Number.POSITIVE_INFINITY);
    }
  }
  const { error, epochs } = await searched(undefined, { session: new Exploding() });
  assert.match(error!.message, "in epoch 4 the loss, or a weight, was not finite");
  assert.is(epochs.length, 4);
});

test("what the session throws is told as it was, and so is the end of its thread", async () => {
  class Failing extends ToySession {
    override async move(): Promise<void> {
      throw new EvokeError("TRAINING_FAILED", "Cannot move.");
    }
  }
  const { error } = await searched(undefined, { session: new Failing() });
  assert.instance(error, EvokeError);
  assert.is(error!.message, "Cannot move.");
  const { port1 } = new MessageChannel();
  const remote = new RemoteSession(port1);
  const asked = [remote.opened, remote.save()].map((answer) => answer.catch((error: Error) => error.message));
  remote.fail(new Error("gone"));
  assert.equal(await Promise.all([...asked, remote.save().catch((error: Error) => error.message)]), ["gone", "gone", "gone"]);
  port1.close();
});

test("a damaged checkpoint is told, and not used; one of another search neither", async () => {
  const file = join(root, "damaged.bin");
  const notes: string[] = [];
  const kept = (digest: string) => new KeptSearch(file, digest, (line) => notes.push(line));
  const standing = { loss: 2, probabilities: [[0.1, 0.9]] };
  const checkpoint = { epochs: [standing], seconds: 3, saved: [-0, 1 / 3], state: Float32Array.of(1, 2, 3) };
  await kept("a").keep(checkpoint);
  assert.equal(await kept("a").read(), checkpoint);
  assert.is(await kept("b").read(), undefined);
  assert.match(notes.pop()!, /is of another search/);
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, bytes.length - 5));
  assert.is(await kept("a").read(), undefined);
  assert.match(notes.pop()!, /is damaged or cut off/);
  const over = { ranked: [[1]], accuracies: [50], seconds: 9 };
  await kept("a").finish({ epochs: [standing], over });
  assert.equal(await kept("a").read(), { epochs: [standing], over });
});

test("what cannot be kept is told, and the search goes on", async () => {
  await writeFile(join(root, "no-folder"), "");
  const { result, notes } = await searched("no-folder/a.bin");
  assert.is(result!.ranked.length, 4);
  assert.match(notes[0]!, /^if it is killed, it cannot go on\. Cannot write/);
});

test.after(() => rm(root, { recursive: true }));
test.run();
