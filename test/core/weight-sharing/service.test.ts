import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../../core/errors/index.ts";
import { networkMisfit } from "../../../core/errors/index.ts";
import { compose } from "../../../core/kernel.ts";
import type { Controller } from "../../../core/plugin/controller.ts";
import type { Plugin } from "../../../core/plugin/plugin.ts";
import type { Space } from "../../../core/plugin/space.ts";
import type { SearchEvent } from "../../../core/record/events.ts";
import { TrajectoryFold } from "../../../core/record/trajectory.ts";
import { runToEnd } from "../../../core/search/run.ts";
import { NetworkWriter } from "../../../core/space/network.ts";
import type { OpenNetwork } from "../../../core/space/open-network.ts";
import type { BackendOptions } from "../../../core/training/settings.ts";
import type { Trainer } from "../../../core/training/trainer.ts";
import type { WeightSharing, WeightSharingListener, WeightSharingRequest } from "../../../core/training/weight-sharing.ts";
import { around, host, quality, read, separable, small, space } from "../../experiments.ts";
import toy, { ToyMethod } from "../../support/weight-sharing-toy.ts";

const writer = new NetworkWriter([8, 8, 1]);
writer.linear(writer.globalAveragePool(writer.image), 10);
const network = writer.network();

const parameterFree = [true, true, false];
const openNetwork = (partial = 1): OpenNetwork => ({
  edges: Array.from({ length: 4 * Math.min(partial, 2) }, (_, e) =>
    e < 4
      ? { name: `edge ${e}`, operations: ["none", "skip", "convolution"], parameterFree, none: 0 }
      : { name: `weight ${e}`, operations: ["itself"], parameterFree: [true] },
  ),
  network,
  derive: (weights) => weights.slice(0, 4).map((edge) => edge.indexOf(Math.max(...edge))),
  operationsOf: (architecture) => [
    ...architecture.map((operation, e) => (e === 3 ? undefined : operation)),
    ...Array(4 * Math.min(partial, 2) - 4).fill(0),
  ],
});
const openSpace: Space = { ...space, network: () => network, open: openNetwork };
/** Whose methods need their object. */
class ClassSpace {
  readonly #open = openNetwork;
  open(partial?: number): OpenNetwork {
    return this.#open(partial);
  }
}
const ofClass: Space = Object.assign(new ClassSpace(), space, { network: () => network });
const spaces = [
  around("space", "of-class", ofClass),
  around("space", "open", openSpace),
  around("space", "closed", { ...space, network: () => network }),
] as readonly Plugin[];

/** After n epochs: on each edge the convolution has n tenths. */
const standing = (epoch: number, edges = 4) => ({
  loss: 3 / epoch,
  probabilities: Array.from({ length: edges }, (_, e) => (e < 4 ? [0.5 - epoch / 10, 0.5, epoch / 10] : [1])),
  ...(epoch === 2 && { curvature: 0.25 }),
});

class FakeTrainer implements Trainer {
  readonly places = 3;
  /** To train on. */
  readonly images: number = 3;
  readonly requests: WeightSharingRequest[] = [];
  readonly prepared: unknown[] = [];
  async prepare(...[dataset, backend = {}, work, note]: Parameters<Trainer["prepare"]>) {
    this.prepared.push([dataset, backend, work]);
    if (dataset.name !== "digits") throw networkMisfit(dataset.name, "other", "these");
    note?.("wasm, 2.0 × cpu on these networks");
    const summary = { name: "digits", classes: 10, shape: [8, 8, 1], counts: { train: this.images, validation: 2, test: 1 } } as const;
    return { summary, backend: { ...backend, backend: "wasm" } as BackendOptions };
  }
  async train(): Promise<never> {
    throw new Error("none is wanted here");
  }
  async supernet(): Promise<never> {
    throw new Error("none is wanted here");
  }
  async shareWeights(request: WeightSharingRequest, listener: WeightSharingListener) {
    this.requests.push(request);
    listener.note("go on after epoch 1 of 3");
    for (let epoch = 1; epoch <= 3; epoch++) listener.epoch(epoch, standing(epoch, request.open.edges.length));
    const accuracies = request.measured.map((architecture) => quality(architecture));
    return {
      ranked: [
        [1, 1, 0, 2],
        [1, 1, 1, 1],
      ],
      accuracies,
      seconds: 7.5,
    };
  }
}

const searching = {
  ...small,
  space: "open",
  subspaces: undefined,
  controller: "toy-weight-sharing",
  sharedWeights: { dataset: { name: "digits" }, schedule: { epochs: 3 } } as object,
  budget: { queries: 1 } as object,
};

async function composition(manifest: object = searching, { trainer = new FakeTrainer(), extra = [] as Plugin[] } = {}) {
  const written: string[] = [];
  const terminal = { interactive: false, columns: 80, write: (text: string) => void written.push(text) };
  const composed = await compose(await read(manifest, [...spaces, toy as Plugin, ...extra]), { ...host, trainer, terminal });
  return { composed, trainer, written };
}

async function searched(manifest: object = searching, parts: Parameters<typeof composition>[1] = {}) {
  const { composed, trainer, written } = await composition(manifest, parts);
  const { run } = await composed.run(3);
  const events: SearchEvent[] = [];
  const fold = new TrajectoryFold();
  run.bus.on().subscribe((event) => {
    events.push(event);
    fold.next(event);
  });
  const result = await runToEnd(run).catch((error: EvokeError) => error);
  return { result, events, trajectory: fold.trajectory(), trainer, written, composed };
}
const typed = <T extends SearchEvent["type"]>(events: readonly SearchEvent[], type: T) =>
  events.filter((event) => event.type === type) as unknown as readonly SearchEvent<T>[];
const failure = (manifest: object) =>
  composition(manifest).then(
    () => assert.unreachable("it was composed") as never,
    (error: EvokeError) => error,
  );

test("a search prepares before its first proposal, tells each epoch, is charged its seconds, and proposes what was ranked", async () => {
  const { events, result, trajectory } = await searched({ ...searching, budget: { queries: 3 } });
  const types = events.map(({ type }) => type).slice(0, 6);
  const [begin, ...rest] = types;
  assert.equal([begin, ...rest], ["run.started", ...Array(3).fill("weights.trained"), "search.prepared", "architecture.proposed"]);
  assert.equal(
    typed(events, "architecture.evaluated").map(({ architecture }) => space.decode(architecture)),
    [
      [1, 1, 0, 2],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ],
  );
  assert.equal((result as { cost: object }).cost, { seconds: 7.5 + 3 * 2 });
  assert.equal(
    trajectory.incumbent.map(({ seconds }) => seconds),
    [9.5, 11.5],
  );
});

test("a space that is the instance of a class is called as one", async () => {
  const { trainer } = await searched({ ...searching, space: "of-class" });
  assert.is(trainer.requests[0]!.open.edges.length, 4);
});

test("an epoch tells the entropy of its edges, what they come to, and how much of that is without weights", async () => {
  const { events, trajectory } = await searched();
  const [first, second, third] = typed(events, "weights.trained");
  const entropy = (...shares: number[]) => -shares.reduce((sum, p) => sum + p * Math.log(p), 0);
  assert.equal([first!.epoch, first!.epochs, first!.loss], [1, 3, 3]);
  assert.ok(Math.abs(first!.entropy - entropy(0.4, 0.5, 0.1)) < 1e-12);
  assert.is(first!.architecture, space.encode([1, 1, 1, 1]));
  assert.is(first!.parameterFree, 1);
  assert.equal([first!.curvature, second!.curvature], [undefined, 0.25]);
  assert.equal(third!.probabilities, standing(3).probabilities);
  const course = trajectory.sharedWeights!;
  assert.equal(
    course.epochs.map(({ loss }) => loss),
    [3, 1.5, 1],
  );
  assert.is(course.ranked, undefined);
  assert.not.ok("probabilities" in course.epochs[0]!);
});

test("of operations that are equally likely, those without weights count by their share", async () => {
  class Level extends FakeTrainer {
    override async shareWeights(request: WeightSharingRequest, listener: WeightSharingListener) {
      const level = request.open.edges.map(() => [1 / 3, 1 / 3, 1 / 3]);
      listener.epoch(1, { loss: 1, probabilities: [[0, 0.2, 0.8], ...level.slice(1)] });
      return { ranked: [[1, 1, 1, 1]], accuracies: [], seconds: 1 };
    }
  }
  const [told] = typed((await searched(searching, { trainer: new Level() })).events, "weights.trained");
  assert.is(told!.parameterFree, (0 + 2 / 3 + 2 / 3) / 3, "the fourth edge is not in the architecture");
});

test("edges that decide nothing, or that the architecture does not have, are left out of what is counted", async () => {
  const partial: Plugin = {
    ...(toy as Plugin),
    name: "partial",
    create: (_: never, { sharedWeights }: { sharedWeights: WeightSharing }) => ({
      prepare: () => sharedWeights.search(Object.assign(new ToyMethod(openNetwork()), { partial: 2 })),
      propose: () => ({ architecture: [0, 0, 0, 0] }),
      observe() {},
    }),
  } as unknown as Plugin;
  const { events, trainer } = await searched({ ...searching, controller: "partial" }, { extra: [partial] });
  assert.is(trainer.requests[0]!.open.edges.length, 8);
  const [first] = typed(events, "weights.trained");
  assert.is(first!.parameterFree, 1);
  assert.ok(first!.entropy > 0.9, "edges of one operation would halve it");
});

test("the method's schedule holds but for what the manifest says, and the rest of the section goes to the trainer", async () => {
  const { trainer } = await searched({ ...searching, sharedWeights: { ...searching.sharedWeights, unsampled: "drift", threads: 2 } });
  const [{ schedule, settings, seed, ordinal, measured, backend, threads }] = trainer.requests as [WeightSharingRequest];
  assert.equal([schedule.epochs, schedule.batchSize], [3, 20]);
  assert.equal(settings, { architectureImages: "validation", reach: "as-published", moments: "batch", affine: false, unsampled: "drift" });
  assert.equal([seed, ordinal, measured, backend, threads], [3, 1, [], "wasm", 2]);
});

test("architectures that are to be ranked are drawn by the seed, and told with their accuracies", async () => {
  const ranking = { ...searching, sharedWeights: { ...searching.sharedWeights, ranked: 5, charge: "nothing" } };
  const { events, trajectory, result, trainer } = await searched(ranking);
  const [ranked] = typed(events, "weights.ranked");
  assert.is(ranked!.architectures.length, 5);
  assert.equal(ranked!.accuracies, ranked!.architectures.map(space.decode).map(quality));
  assert.equal(trajectory.sharedWeights!.ranked, { architectures: ranked!.architectures, accuracies: ranked!.accuracies });
  assert.equal((await searched(ranking)).trainer.requests[0]!.measured, trainer.requests[0]!.measured);
  assert.is((result as { cost: { seconds: number } }).cost.seconds, 2, "nothing is charged for the search");
});

test("notes are told with the seed, and which backend was the fastest", async () => {
  const { written } = await searched();
  assert.equal(written, ["shared weights: wasm, 2.0 × cpu on these networks\n", "shared weights: seed 3: go on after epoch 1 of 3\n"]);
});

test("seconds that are spent before the first query leave it in, unless the cost model lets nothing exceed", async () => {
  const spent = { ...searching, budget: { seconds: 5 } };
  const { result, events } = await searched(spent);
  assert.equal([(result as { queries: number }).queries, typed(events, "architecture.evaluated").length], [1, 1]);
  const { result: error } = await searched({ ...searching, budget: { seconds: 5, cost: "distinct" } });
  assert.is((error as EvokeError).code, "BUDGET_SPENT");
  assert.match((error as EvokeError).message, "what the controller prepared took 7.5 s");
});

test("as many runs train at once as the trainer has places; an evaluator's own count where it has some", async () => {
  assert.is((await composition()).composed.places, 3);
  const outside = around("evaluator", "outside", { ...separable, places: 8 });
  assert.is((await composition({ ...searching, evaluator: "outside" }, { extra: [outside] })).composed.places, 8);
  const { sharedWeights: _, ...others } = searching;
  assert.is((await composition({ ...others, controller: "random" })).composed.places, undefined);
});

test("the digest depends on the section, but for how it is done, and defaults are filled in", async () => {
  const digest = async (sharedWeights: object) => (await composition({ ...searching, sharedWeights })).composed.digest;
  const given = searching.sharedWeights;
  assert.is(await digest({ ...given, threads: 3, python: "python4" }), await digest({ ...given, unsampled: "still" }));
  assert.is.not(await digest(given), await digest({ ...given, unsampled: "drift" }));
  const { experiment } = (await composition()).composed;
  const { sharedWeights } = experiment.resolved as { sharedWeights: Record<string, unknown> };
  assert.equal([sharedWeights.moments, sharedWeights.ranked, sharedWeights.backend], ["batch", 0, "fastest"]);
});

test("a space without open networks, a dataset that does not fit, and subspaces are told when it is composed", async () => {
  const closed = await failure({ ...searching, space: "closed" });
  assert.is(closed.code, "OPEN_NETWORK_MISSING");
  const misfit = await failure({ ...searching, sharedWeights: { dataset: { name: "cifar10" } } });
  assert.is(misfit.code, "NETWORK_MISFIT");
  assert.is((await failure({ ...searching, subspaces: small.subspaces })).code, "SUBSPACES_UNWANTED");
  const { sharedWeights: _, ...missing } = searching;
  assert.is((await failure(missing)).code, "DEPENDENCY_MISSING");
  assert.is((await failure({ ...searching, controller: "random" })).code, "SHARED_WEIGHTS_UNNEEDED");
  const invalid = await failure({ ...searching, sharedWeights: { dataset: { name: "digits" }, schedule: { epoch: 3 } } });
  assert.match(invalid.message, /\/sharedWeights\/schedule/);
});

test("an open network that is none is told by the space's name before anything runs", async () => {
  const { derive, operationsOf, edges } = openNetwork();
  const [one] = edges as [OpenNetwork["edges"][0]];
  const wrong: readonly (readonly [change: object | undefined, problem: RegExp])[] = [
    [undefined, /it must be an object; found nothing/],
    [{ edges: [] }, /its "edges" must be a list that is not empty/],
    [{ edges: [{ ...one, operations: [] }] }, /its "edges\[0\]\.operations" must be a list of texts/],
    [
      { edges: [{ ...one, parameterFree: [true] }] },
      /its "edges\[0\]\.parameterFree" must have an entry for each of 3 operations; found 1/,
    ],
    [{ edges: [{ ...one, none: 3 }] }, /its "edges\[0\]\.none" must be the index of one of 3 operations; found 3/],
    ...[
      { edge: 1, operations: [0] },
      { edge: 0, operations: [3] },
      { edge: 0, operations: [] },
    ].map((condition) => [{ edges: [one, { ...one, condition }] }, /its "edges\[1\]\.condition" must have .* an earlier edge/] as const),
    [{ network: {} }, /its "network\.layers" must be a list of layers/],
    [mixing(4, [0]), /must be a mixture of one of 4 edges; found 4/],
    [mixing(0, [3]), /must be operations of edge 0, which has 3; found \[3\]/],
    [mixing(0, [0], 7), /its "network" does not fit together: a mixture layer is fed by 7/],
    [{ derive: () => [9] }, /its derive\(\) must give a member of the space.*; it gave \[9\]/],
    [{ operationsOf: () => [0] }, /its operationsOf\(\) must give an operation, or undefined, for each of 4 edges; it gave \[0\]/],
  ];
  for (const [change, problem] of wrong) {
    const open = () => (change && { edges, network, derive, operationsOf, ...change }) as OpenNetwork;
    const extra = [around("space", "wrong", { ...openSpace, open }) as Plugin];
    const error = await composition({ ...searching, space: "wrong" }, { extra }).catch((error: EvokeError) => error);
    assert.is((error as EvokeError).code, "PLUGIN_ANSWER_INVALID");
    assert.match((error as EvokeError).message, /space "wrong".* at \/space of .*: its open\(\) must give an open network: /);
    assert.match((error as EvokeError).message, problem);
  }
});

/** The network with a mixture in it. */
function mixing(edge: number, operations: readonly number[], input = 0): object {
  const [image, ...rest] = network.layers;
  return { network: { layers: [image, ...rest, { kind: "mixture", edge, operations, inputs: [input] }] } };
}

test("one image to train on cannot be halved", async () => {
  class One extends FakeTrainer {
    override readonly images = 1;
  }
  const halving = { ...searching, sharedWeights: { ...searching.sharedWeights, architectureImages: "half-of-train" } };
  const error = await composition(halving, { trainer: new One() }).catch((error: EvokeError) => error);
  assert.is((error as EvokeError).code, "DATASET_INVALID");
  assert.match((error as EvokeError).message, /there is 1\.\n {2}Give more as \/sharedWeights\/dataset\/split\/train/);
});

test("middleware hands on what its controller prepares, and may have work of its own before", async () => {
  const log: string[] = [];
  const around1 = (inner: Controller, more: Partial<Controller>): Controller => ({
    propose: () => inner.propose(),
    observe: (outcome) => inner.observe(outcome),
    ...more,
  });
  const plain = around("middleware", "plain", { around: (inner) => around1(inner, {}) });
  const timing = around("middleware", "timing", {
    around: (inner) =>
      around1(inner, {
        prepare: async () => {
          log.push("before");
          return { seconds: 1 + (await inner.prepare!()).seconds };
        },
      }),
  });
  const { result } = await searched({ ...searching, middleware: ["plain", "timing", "plain"] }, { extra: [plain, timing] });
  assert.equal(log, ["before"]);
  assert.is((result as { cost: { seconds: number } }).cost.seconds, 8.5 + 2);
});

test("a controller that prepares something else than seconds is told by name", async () => {
  const wrong = around("controller", "wrong", {
    prepare: async () => ({ seconds: Number.NaN }),
    propose: () => ({ architecture: [0, 0, 0, 0] }),
    observe() {},
  });
  const { result, events } = await searched({ ...searching, controller: "wrong", sharedWeights: undefined }, { extra: [wrong] });
  assert.is((result as EvokeError).code, "PLUGIN_ANSWER_INVALID");
  assert.match((result as EvokeError).message, /controller "wrong".*prepare\(\) must give a promise of \{ "seconds" \}/);
  assert.is(events.at(-1)!.type, "run.failed");
});

test("what a method asks for is of the space: its open network with the partial channels that it wants", async () => {
  const asked: (number | undefined)[] = [];
  const watched: Space = {
    ...openSpace,
    open: (partial) => {
      asked.push(partial);
      return openNetwork(partial);
    },
  };
  const watching = around("space", "watched", watched);
  await searched({ ...searching, space: "watched" }, { extra: [watching as Plugin] });
  assert.ok(asked.length >= 2 && asked.every((partial) => partial === undefined));
});

test.run();
