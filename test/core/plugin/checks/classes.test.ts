/**
 * What `create` gives may be the instance of a class. Here each is, with private members, so that a method that is called
 * without its object throws.
 *
 * @module
 */

import { test } from "uvu";
import * as assert from "uvu/assert";
import { ObserverGroup } from "../../../../app/host/run/observers.ts";
import { type Tabulation, trainingPlanOf } from "../../../../core/manifest/tabulation.ts";
import type { Acceptance } from "../../../../core/plugin/acceptance.ts";
import type { Controller, Outcome, Proposal } from "../../../../core/plugin/controller.ts";
import type { Distance } from "../../../../core/plugin/distance.ts";
import type { Evaluator } from "../../../../core/plugin/evaluator.ts";
import type { Initial } from "../../../../core/plugin/initial.ts";
import type { Measured } from "../../../../core/plugin/metric.ts";
import type { Middleware } from "../../../../core/plugin/middleware.ts";
import type { Observer } from "../../../../core/plugin/observer.ts";
import { type Kind, NO_OPTIONS, type Plugin } from "../../../../core/plugin/plugin.ts";
import type { Candidate, Reward } from "../../../../core/plugin/reward.ts";
import type { Paths, ShrinkingPhase, Space } from "../../../../core/plugin/space.ts";
import type { Rng } from "../../../../core/random/rng.ts";
import type { EventType, SearchEvent } from "../../../../core/record/events.ts";
import { runToEnd } from "../../../../core/search/run.ts";
import type { Architecture, Modification } from "../../../../core/space/architecture.ts";
import { type Network, NetworkWriter } from "../../../../core/space/network.ts";
import { planSupernet } from "../../../../core/training/supernet.ts";
import { builtInPlugins } from "../../../../plugins/catalogue.ts";
import { composed } from "../../../experiments.ts";
import { tinySpace } from "../../../fixtures.ts";

const builtIn = await builtInPlugins();

class ClassPaths implements Paths {
  readonly #length = 4;
  readonly #operations = 3;
  get count(): number {
    return this.#length * this.#operations;
  }
  get most(): number {
    return this.#length;
  }
  of(architecture: Architecture): readonly number[] {
    return architecture.map((operation, component) => component * this.#operations + operation);
  }
}

class ClassPhase implements ShrinkingPhase {
  readonly #space: Space;
  readonly name: string;
  constructor(space: Space, name: string) {
    this.#space = space;
    this.name = name;
  }
  sample(rng: Rng): Architecture {
    return this.#space.sample(rng);
  }
}

class ClassSpace implements Space {
  readonly #inner = tinySpace(4, 3);
  readonly paths = new ClassPaths();
  readonly shrinking = [new ClassPhase(this.#inner, "full"), new ClassPhase(this.#inner, "less")];
  readonly nodes = [
    [0, 1],
    [2, 3],
  ];
  get length(): number {
    return this.#inner.length;
  }
  get choices(): readonly (readonly string[])[] {
    return this.#inner.choices;
  }
  get size(): bigint {
    return this.#inner.size;
  }
  sample(rng: Rng): Architecture {
    return this.#inner.sample(rng);
  }
  contains(architecture: Architecture): boolean {
    return this.#inner.contains(architecture);
  }
  modify(architecture: Architecture, modifications: readonly Modification[]): Architecture {
    return this.#inner.modify(architecture, modifications);
  }
  neighbours(architecture: Architecture): Architecture[] {
    return this.#inner.neighbours(architecture);
  }
  encode(architecture: Architecture): string {
    return this.#inner.encode(architecture);
  }
  decode(text: string): Architecture {
    return this.#inner.decode(text);
  }
  functionKey(architecture: Architecture): string {
    return this.#inner.functionKey(architecture);
  }
  cost(architecture: Architecture) {
    const parameters = this.#inner.length + architecture.reduce((sum, operation) => sum + operation, 0);
    return { madds: 1e6 * parameters, parameters };
  }
  network(architecture: Architecture): Network {
    const net = new NetworkWriter([8, 8, 1]);
    let features = net.image;
    for (const [place, operation] of architecture.entries())
      if (operation > 0) features = net.convolution(features, operation === 1 ? 1 : 3, 2, 1, `layer ${place + this.#inner.length}`);
    net.linear(net.globalAveragePool(features), 10, "classifier");
    return net.network();
  }
}

class ClassDistance implements Distance {
  readonly #unit = 1;
  between(a: Architecture, b: Architecture): number {
    return a.filter((operation, component) => operation !== b[component]).length * this.#unit;
  }
}

class ClassController implements Controller {
  readonly #space: Space;
  readonly #rng: Rng;
  readonly #outcomes: Outcome[] = [];
  constructor({ space, rng }: { space: Space; rng: Rng }) {
    this.#space = space;
    this.#rng = rng;
  }
  get concurrency(): number {
    return 1 + this.#outcomes.length;
  }
  propose(): Proposal {
    return { architecture: this.#space.sample(this.#rng), subspace: this.#outcomes.length % 2 };
  }
  observe(outcome: Outcome): void {
    this.#outcomes.push(outcome);
  }
}

class ClassMiddleware implements Middleware {
  readonly #wrapped = new Set<Controller>();
  around(controller: Controller): Controller {
    this.#wrapped.add(controller);
    return new ClassWrapper(controller);
  }
}

class ClassWrapper implements Controller {
  readonly #inner: Controller;
  constructor(inner: Controller) {
    this.#inner = inner;
  }
  propose(): Proposal {
    return this.#inner.propose();
  }
  observe(outcome: Outcome): void {
    this.#inner.observe(outcome);
  }
}

class ClassReward implements Reward {
  readonly #factor = 2;
  shape(reward: number, candidate: Candidate): number {
    return this.value(reward, candidate);
  }
  value(score: number, _measured: Measured): number {
    return score * this.#factor;
  }
}

class ClassLimit implements Acceptance {
  readonly #most = 3;
  accepts({ architecture }: Required<Candidate>): boolean {
    return this.feasible(architecture);
  }
  feasible(architecture: Architecture): boolean {
    return architecture.filter((operation) => operation === 2).length <= this.#most;
  }
}

class ClassInitial implements Initial {
  readonly #operation = 1;
  centres(count: number): readonly Architecture[] {
    return Array.from({ length: count }, () => [0, 0, 0, this.#operation]);
  }
}

const metric = { name: "sum", dataset: "tiny", split: "validation", epochs: 3, trainedOn: "train", unit: "points" } as const;
class ClassEvaluator implements Evaluator {
  readonly #metric = metric;
  #prepared = false;
  readonly freeTests = true;
  get metric() {
    return this.#metric;
  }
  get fidelities(): readonly number[] {
    return [1, this.#metric.epochs];
  }
  async prepare(): Promise<void> {
    this.#prepared = true;
  }
  async evaluate(architecture: Architecture) {
    assert.ok(this.#prepared);
    return { score: architecture.reduce((sum, operation) => sum + operation, 0), seconds: this.#metric.epochs };
  }
  test(architecture: Architecture) {
    return { metric: { ...this.#metric, split: "test" as const }, value: architecture.length };
  }
}

class ClassObserver implements Observer {
  readonly #heard: EventType[];
  readonly types = ["run.started", "run.finished"] as const;
  constructor(heard: EventType[]) {
    this.#heard = heard;
  }
  next({ type }: SearchEvent): void {
    this.#heard.push(type);
  }
  async finish(): Promise<void> {
    this.#heard.push("run.finished");
  }
}

const ofClass = (kind: Kind, create: (dependencies: never) => object, needs: readonly string[] = []) =>
  ({
    kind,
    name: "of-class",
    summary: "",
    options: NO_OPTIONS,
    needs,
    create: (_: object, given: never) => create(given),
  }) as unknown as Plugin;
const heard: EventType[] = [];
const classes = [
  ofClass("space", () => new ClassSpace()),
  ofClass("distance", () => new ClassDistance()),
  ofClass("controller", (given) => new ClassController(given), ["space", "rng"]),
  ofClass("middleware", () => new ClassMiddleware()),
  ofClass("reward", () => new ClassReward()),
  ofClass("acceptance", () => new ClassLimit()),
  ofClass("initial", () => new ClassInitial()),
  ofClass("evaluator", () => new ClassEvaluator()),
  ofClass("observer", () => new ClassObserver(heard)),
];
const inSubspaces = {
  name: "classes",
  space: "of-class",
  distance: "of-class",
  evaluator: "of-class",
  subspaces: { count: 2, radius: 2, initial: "of-class", accept: ["improvement", "of-class"] },
  controller: "of-class",
  middleware: ["of-class", "of-class"],
  reward: ["of-class", "improvement"],
  constraints: ["of-class"],
  budget: { queries: 30 },
  observers: ["of-class"],
};

async function run(manifest: object) {
  const composition = await composed(manifest, classes);
  const observers = new ObserverGroup(await composition.observers(), (message) => assert.unreachable(message));
  const { run, release } = await composition.run(1);
  run.bus.on(observers.types).subscribe((event) => observers.next(event));
  const result = await runToEnd(run);
  release();
  await observers.finish();
  return result;
}

test("a whole experiment runs where every plugin is the instance of a class", async () => {
  const result = await run(inSubspaces);
  assert.is(result.queries, 30);
  assert.is(result.best.test, 4);
  assert.ok(result.updates > 0);
  assert.equal(heard, ["run.started", "run.finished", "run.finished"]);
});

for (const { kind, name, needs, wholeSpace } of builtIn) {
  // Spaces of open networks, and what trains them, are in test/core/weight-sharing/.
  if (kind !== "controller" || needs.includes("sharedWeights")) continue;
  test(`${name} runs on a space, and with an evaluator, that are instances of classes`, async () => {
    const subspaces = needs.includes("subspaces") ? {} : { subspaces: undefined, reward: ["of-class"] };
    const middleware = wholeSpace ? [] : ["no-repeats"];
    const extra = builtIn.filter((plugin) => plugin.kind === "controller" && plugin.name === name);
    const controller = name === "nsga2" ? { use: name, options: { objectives: ["sum", "madds"] } } : name;
    const manifest = { ...inSubspaces, ...subspaces, middleware, controller, budget: { queries: 40 } };
    const known = new Set(["gnn-lstm", "random", "regularized-evolution", "uniform"]);
    const { run, release } = await (await composed(manifest, [...classes, ...(known.has(name) ? [] : extra)])).run(1);
    await runToEnd(run);
    release();
  });
}

test("a space that is the instance of a class is made a table and a supernet of", async () => {
  const space = new ClassSpace();
  const tabulation = {
    file: "t.json",
    representative: "fewest-convolutions",
    fidelities: [{ epochs: 1, seeds: [1] }],
  } as unknown as Tabulation;
  const plan = trainingPlanOf(tabulation, space);
  assert.is(plan.architectures.length, 81);
  assert.ok(plan.classes[0]!.representative);
  const settings = { epochs: 2, learningRate: 0.1 };
  for (const sampling of ["uniform", "fair", "progressive"] as const) {
    const shrinking = { epochs: 1, learningRate: 0.1, distillation: 0 };
    const { sample } = planSupernet(space, { sampling, settings: settings as never, seed: 1, perStep: 2, shrinking });
    assert.is(sample(2, 3).length, 3);
  }
});

test.run();
