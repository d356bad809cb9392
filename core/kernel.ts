/**
 * Composition: every plugin that a manifest names is created and handed exactly what it needs. The
 * only module that knows inversify.
 *
 * There are two containers. One holds what all runs share: the space, the distance, what the host
 * gives. Its child holds everything that has a state, in request scope: each request for the parts of
 * a run makes all of them anew. It is bound once, since binding takes ten times as long as creating.
 *
 * @module
 */
import "reflect-metadata";
import { Container, type ServiceIdentifier } from "inversify";
import { Engine } from "./engine/engine.ts";
import { dependencyMissing, fidelitiesMissing, together } from "./errors/index.ts";
import { type Experiment, evaluatorDigest, experimentDigest, slotsOf } from "./manifest/experiment.ts";
import type { Slot } from "./manifest/slots.ts";
import { attempt, Missing, present } from "./missing.ts";
import type { Acceptance } from "./plugin/acceptance.ts";
import { checkedAcceptance, checkedDistance, checkedInitial, checkedObserver, checkedReward } from "./plugin/checks/answers.ts";
import { Blame, described } from "./plugin/checks/blame.ts";
import { checkedController, type Domain, wrapped } from "./plugin/checks/controller.ts";
import { created } from "./plugin/checks/create.ts";
import { checkedEvaluator } from "./plugin/checks/evaluator.ts";
import type { Controller } from "./plugin/controller.ts";
import { DEPENDENCIES, type Dependencies, type Dependency, type Output } from "./plugin/dependencies.ts";
import type { Evaluator } from "./plugin/evaluator.ts";
import type { Initial } from "./plugin/initial.ts";
import type { Measured, Metric, Objectives } from "./plugin/metric.ts";
import type { Middleware } from "./plugin/middleware.ts";
import type { Observer } from "./plugin/observer.ts";
import type { Kind, Kinds } from "./plugin/plugin.ts";
import type { Processes } from "./plugin/processes.ts";
import type { Space } from "./plugin/space.ts";
import { SubspaceGraph } from "./plugin/subspace-graph.ts";
import { randomStream } from "./random/rng.ts";
import { Bus } from "./record/bus.ts";
import { stayingLine } from "./record/progress-line.ts";
import { Answers } from "./search/answers.ts";
import { Budget } from "./search/budget.ts";
import { AT_ONCE, type Evaluations } from "./search/evaluations.ts";
import { objectivesOf, weighedPairs } from "./search/objectives.ts";
import { type Evoking, type Run, tempoOf } from "./search/search.ts";
import type { Architecture } from "./space/architecture.ts";
import type { Trainer } from "./training/trainer.ts";
import type { WeightSharing } from "./training/weight-sharing.ts";

/** What the runtime gives to plugins. */
export interface Host extends Pick<Dependencies, "tables" | "terminal" | "clock"> {
  /** Left out where there are none. */
  readonly files?: Dependencies["files"];
  /** Left out where no results of other experiments are kept. */
  readonly runs?: Dependencies["runs"];
  /** Left out where no results are kept. */
  readonly output?: Output;
  /** Left out where nothing can be trained. */
  readonly trainer?: Trainer;
  /** Left out where no program can be started. */
  readonly processes?: Processes;
  /** Digests of everything that plugins have opened through the host, by name. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** An experiment, ready to run for any seed. */
export interface Composition {
  readonly experiment: Experiment;
  /** Names its runs (see experimentDigest). */
  readonly digest: string;
  readonly space: Space;
  /** Which metric its runs search by. */
  readonly metric: Metric;
  /** What its architectures can be judged by: that metric first. */
  readonly objectives: Objectives;
  /** Does what is to be done once before the first query: see Evaluator. Left out where there is no such thing. */
  prepare?(): Promise<void>;
  /** Names what an architecture is evaluated by: those that share evaluations find them by it. */
  readonly evaluatorDigest: string;
  /**
   * How many of its evaluations can be under way outside of this thread, over all runs: see Evaluator. Where it is only
   * shared weights that are trained elsewhere, how many runs can train some.
   */
  readonly places?: number;
  /** How many proposals of a run are under way at once, where there is room for them. */
  readonly proposals: number;
  /** Composes the run of one seed, and prepares it. Call `release` when it is over. */
  run(seed: number, evaluations?: Evaluations): Promise<{ readonly run: Run; release(): Promise<void> }>;
  /** Composes the observers; they are shared by all runs. */
  observers(): Promise<readonly { readonly name: string; readonly observer: Observer }[]>;
}

/** What a run begins with: its seed, its bus, what ends it early, and engines for those of its plugins that need one. */
interface Beginning {
  readonly seed: number;
  readonly bus: Bus;
  readonly signal: AbortSignal | undefined;
  engine(): Engine;
}

/** What a run is made of, before the middleware is put around its controller. */
interface Parts extends Pick<Run, "evaluator" | "rewards" | "objectives" | "fronts"> {
  readonly limits: readonly Acceptance[];
  readonly controller: Controller;
  readonly middleware: readonly Middleware[];
  readonly evoking: Evoking | undefined;
}

type Token<T> = ServiceIdentifier<T>;
const token = <T>(name: string): Token<T> => Symbol.for(`evoke/${name}`);
/** The tokens of what plugins need; "rng" and "engine" have one for each slot. */
const tokens = Object.fromEntries(DEPENDENCIES.map((name) => [name, token(name)])) as {
  readonly [N in Exclude<Dependency, "rng" | "engine">]: Token<Dependencies[N]>;
};
const BEGINNING = token<Beginning>("beginning");
/** The seed as the evaluator sees it: what runs share must not depend on which of them had it evaluated. */
const EVALUATOR_SEED = token<number>("evaluator's seed");
const EVOKING = token<Evoking | undefined>("evoking");
const FRONTS = token<Run["fronts"]>("fronts");
const PARTS = token<Parts>("parts");

/**
 * Composes an experiment.
 * @throws EvokeError of a plugin that finds its options or its inputs wrong, lacks what it needs, or is none
 */
export async function compose(experiment: Experiment, host: Host): Promise<Composition> {
  const { subspaces, sharedWeights, budget, failures, order } = experiment;
  const shared = sharedContainer(host);
  const { file } = experiment;
  const [space] = present(file, [await new Plugins(shared, new Blame([experiment.space])).get(experiment.space, tokens.space)]);
  const blame = new Blame(slotsOf(experiment), space);
  const plugins = new Plugins(shared, blame);
  const distance = await plugins.get(experiment.distance, tokens.distance, checkedDistance);
  const weightSharing = await attempt(() => weightSharingOf(experiment, space, blame, host))();

  let beginning: Beginning;
  const runs = runsContainer(shared, experiment, blame, space, () => beginning, weightSharing);
  const idleEngines: Engine[] = [];

  async function composeRun(seed: number, digest: string, evaluations: Evaluations) {
    const engines: Engine[] = [];
    const engine = () => {
      const engine = idleEngines.pop() ?? new Engine();
      engines.push(engine);
      return engine;
    };
    const bus = new Bus(digest, seed);
    beginning = { seed, bus, signal: evaluations.signal, engine }; // the first part, so it is taken before anything is awaited
    const [parts, between] = present(file, [await runs.getAsync<Parts | Missing>(PARTS), distance, weightSharing]);
    const { controller, middleware, evoking, evaluator, rewards, limits, objectives, fronts } = parts;
    const measuredLimits = limits.filter((limit) => limit.admits);
    const lowerFidelities = evaluator.fidelities?.slice(0, -1) ?? [];
    const domain: Domain = { space, subspaces: subspaces?.count ?? 0, lowerFidelities };
    const outermost = middleware.reduceRight(
      (inner, one, i) => wrapped(one, experiment.middleware[i]!, blame, inner, domain),
      checkedController(controller, experiment.controller, blame, domain),
    );
    const run: Run = {
      space,
      distance: between,
      controller: outermost,
      ...(outermost.answer && { answers: new Answers() }),
      evaluator: evaluations.evaluate ? idle(evaluator, evaluations) : evaluator,
      rewards,
      feasible: limitsOf(limits),
      ...(measuredLimits.length > 0 && { admits: (measured: Measured) => measuredLimits.every((limit) => limit.admits!(measured)) }),
      ...{ objectives, fronts },
      ...(evoking && { subspaces: evoking }),
      budget: new Budget(budget, evaluator.metric.epochs),
      failures,
      order,
      evaluationSeed: experiment.evaluations === "shared" ? undefined : seed,
      evaluations,
      bus,
      blame,
    };
    const release = async () => {
      for (const engine of engines) {
        engine.reset();
        idleEngines.push(engine);
      }
      await evaluator.dispose?.();
    };
    return { run, release };
  }

  const observers = async () => {
    const slots = experiment.observers;
    const made = slots.map((slot) => plugins.get<"observer">(slot, token(slot.pointer), checkedObserver));
    const observing = present(file, await Promise.all(made));
    return observing.map((observer, i) => ({ name: slots[i]!.plugin.name, observer }));
  };

  // What the plugins open while they are created belongs to the digest, so one run is composed before it is taken.
  const first = await composeRun(experiment.seeds.first, "", AT_ONCE).catch(async (error) => {
    const alsoWrong = await observers().then(
      () => [],
      (error) => [error],
    );
    throw together(file, [error, ...alsoWrong]);
  });
  await first.release();
  const { evaluator } = first.run;
  const { concurrency: proposals } = tempoOf(first.run);
  const places = evaluator.places ?? (sharedWeights && host.trainer?.places);
  const digest = experimentDigest(experiment, host.inputs, proposals);
  return {
    experiment,
    digest,
    proposals,
    evaluatorDigest: evaluatorDigest(experiment, host.inputs),
    space,
    metric: evaluator.metric,
    objectives: first.run.objectives,
    ...(places !== undefined && { places }),
    ...(evaluator.prepare && { prepare: () => evaluator.prepare!() }),
    run: async (seed, evaluations = AT_ONCE) => {
      const composed = await composeRun(seed, digest, evaluations);
      await composed.run.evaluator.prepare?.();
      return composed;
    },
    observers,
  };
}

/**
 * An evaluator where outcomes come from outside: it measures nothing, and prepares nothing for that. What it can look up
 * of the answer, it still does; other tests come from outside too.
 */
function idle({ metric, metrics, fidelities, concurrency, evaluate, freeTests, test }: Evaluator, outside: Evaluations): Evaluator {
  return {
    ...{ metric, evaluate, places: Number.POSITIVE_INFINITY },
    ...(metrics && { metrics }),
    ...(fidelities && { fidelities }),
    ...(concurrency !== undefined && { concurrency }),
    ...(freeTests && test && { freeTests, test }),
    ...(!freeTests && test && outside.test && { test: (architecture: Architecture) => outside.test!(architecture) }),
  };
}

/** What the host gives. */
function sharedContainer(host: Host): Container {
  const shared = new Container({ defaultScope: "Singleton" });
  for (const name of ["tables", "files", "trainer", "processes", "runs", "output", "terminal"] as const) {
    if (host[name]) shared.bind(tokens[name] as Token<unknown>).toConstantValue(host[name]);
  }
  shared.bind(tokens.clock).toConstantValue(() => host.clock());
  return shared;
}

/** Makes the shared weights of a run. */
type MakeWeightSharing = (beginning: Beginning) => WeightSharing;

async function weightSharingOf(
  { sharedWeights, controller, space: ofSpace }: Experiment,
  space: Space,
  blame: Blame,
  { trainer, terminal }: Host,
): Promise<MakeWeightSharing | undefined> {
  if (!sharedWeights) return undefined;
  if (!trainer) throw dependencyMissing(described(controller), "trainer");
  const { openWeightSharing } = await import("./weight-sharing/service.ts"); // few manifests have some
  const note = (line: string) => terminal.write(stayingLine(terminal, `shared weights: ${line}`));
  const ofRun = await openWeightSharing(sharedWeights, space, trainer, note, { blame, space: ofSpace, controller });
  return ({ seed, bus, signal }) => ofRun(seed, bus, signal);
}

/** Everything that each run has of its own. */
function runsContainer(
  shared: Container,
  experiment: Experiment,
  blame: Blame,
  space: Space,
  beginning: () => Beginning,
  weightSharing: MakeWeightSharing | Missing | undefined,
): Container {
  const { subspaces, controller, middleware, rewards, constraints } = experiment;
  const runs = new Container({ parent: shared, defaultScope: "Request" });
  runs.bind(BEGINNING).toDynamicValue(beginning);
  runs.bind(tokens.seed).toResolvedValue(({ seed }) => seed, [BEGINNING]);
  runs.bind(EVALUATOR_SEED).toResolvedValue(({ seed }) => (experiment.evaluations === "shared" ? 0 : seed), [BEGINNING]);
  if (weightSharing instanceof Missing) runs.bind<unknown>(tokens.sharedWeights).toConstantValue(weightSharing);
  else if (weightSharing) runs.bind<unknown>(tokens.sharedWeights).toResolvedValue(attempt(weightSharing), [BEGINNING]);
  if (subspaces) runs.bind(tokens.subspaces).toResolvedValue(() => new SubspaceGraph(subspaces.count, subspaces.radius), []);

  const bind = <T, A extends readonly unknown[]>(to: Token<T>, make: (...values: A) => T, from: readonly Token<unknown>[]) =>
    runs.bind<unknown>(to).toResolvedValue(attempt(make) as never, from as Token<unknown>[]);
  const plugins = new Plugins(runs, blame);
  const evaluator = plugins.own(experiment.evaluator, checkedEvaluator);
  bind(tokens.objectives, (evaluator: Evaluator) => objectivesOf(space, evaluator), [evaluator]);
  bind(FRONTS, (evaluator: Evaluator, objectives: Objectives) => weighedPairs(experiment, objectives, evaluator), [
    evaluator,
    tokens.objectives,
  ]);
  const acceptance = (subspaces?.acceptance ?? []).map((slot) => plugins.own(slot, checkedAcceptance));
  const limits = [...acceptance, ...constraints.map((slot) => plugins.own(slot, checkedAcceptance))];
  const allLimits = plugins.all("limits", limits);
  bind(tokens.feasible, limitsOf, [allLimits]);
  bind(tokens.fidelities, ({ fidelities = [] }: Evaluator) => fidelities, [evaluator]);
  bind(tokens.allFidelities, ({ metric, fidelities = [metric.epochs] }: Evaluator) => fidelities, [evaluator]);
  if (subspaces) {
    const initial = plugins.own(subspaces.initial, (one, slot) => checkedInitial(one, slot, blame, space));
    const evoking = (graph: SubspaceGraph, initial: Initial, acceptance: readonly Acceptance[]): Evoking => ({
      graph,
      initial,
      acceptance,
    });
    bind(EVOKING, evoking, [tokens.subspaces, initial, plugins.all("acceptance", acceptance)]);
  } else runs.bind(EVOKING).toConstantValue(undefined);

  const wrappers = middleware.map((slot) => plugins.own(slot));
  const shapers = rewards.map((slot) => plugins.own(slot, checkedReward));
  const lists = [plugins.all("middleware", wrappers), plugins.all("rewards", shapers)] as const;
  const parts = (
    _: Beginning,
    controller: Controller,
    evaluator: Evaluator,
    limits: Parts["limits"],
    middleware: Parts["middleware"],
    rewards: Parts["rewards"],
    evoking: Evoking | undefined,
    objectives: Objectives,
    fronts: Run["fronts"],
  ): Parts => ({ controller, evaluator, limits, middleware, rewards, evoking, objectives, fronts });
  bind(PARTS, parts, [BEGINNING, plugins.own(controller), evaluator, allLimits, ...lists, EVOKING, tokens.objectives, FRONTS]);
  return runs;
}

/** What all rules that are limits admit. */
function limitsOf(rules: readonly Acceptance[]): Dependencies["feasible"] {
  const limits = rules.filter((rule) => rule.feasible);
  return (architecture) => limits.every((limit) => limit.feasible!(architecture));
}

/** Makes of an instance what a search sees of it. */
type Check<K extends Kind> = (instance: Kinds[K], slot: Slot<K>, blame: Blame) => Kinds[K];

/** Binds plugins in a container. */
class Plugins {
  readonly #container: Container;
  readonly #blame: Blame;

  constructor(container: Container, blame: Blame) {
    this.#container = container;
    this.#blame = blame;
  }

  /** Binds a plugin, and creates it. */
  get<K extends Kind>(slot: Slot<K>, to: Token<Kinds[K]>, check?: Check<K>): Promise<Kinds[K] | Missing> {
    this.#bind(slot, to, check);
    return this.#container.getAsync<Kinds[K] | Missing>(to);
  }

  /** Binds a plugin that each run has one of, with its own random stream and engine. @returns its token */
  own<K extends Kind>(slot: Slot<K>, check?: Check<K>): Token<Kinds[K]> {
    const { plugin, pointer } = slot;
    const to = token<Kinds[K]>(pointer);
    if (plugin.needs.includes("rng"))
      this.#container.bind(token(`${pointer}#rng`)).toResolvedValue(({ seed }) => randomStream(seed, pointer), [BEGINNING]);
    if (plugin.needs.includes("engine"))
      this.#container.bind(token(`${pointer}#engine`)).toResolvedValue(({ engine }) => engine(), [BEGINNING]);
    this.#bind(slot, to, check);
    return to;
  }

  /** Binds a list of what is bound already. @returns its token */
  all<T>(name: string, each: readonly Token<T>[]): Token<readonly T[]> {
    const to = token<readonly T[]>(`all ${name}`);
    this.#container.bind<unknown>(to).toResolvedValue(
      attempt((...values: T[]) => values),
      each as Token<T>[],
    );
    return to;
  }

  /** Binds what a plugin creates to a token, or what stands for it where it cannot, and resolves each thing that it needs. */
  #bind<K extends Kind>(slot: Slot<K>, to: Token<Kinds[K]>, check: Check<K> = (instance) => instance): void {
    const { needs } = slot.plugin;
    const missing = needs.find((need) => need !== "rng" && need !== "engine" && !this.#container.isBound(tokens[need]));
    if (missing) {
      this.#container.bind<unknown>(to).toConstantValue(new Missing([dependencyMissing(described(slot), missing)]));
      return;
    }
    const needed = needs.map((need) => {
      if (need === "rng" || need === "engine") return token(`${slot.pointer}#${need}`);
      return need === "seed" && slot.plugin.kind === "evaluator" ? EVALUATOR_SEED : tokens[need];
    });
    const create = (...values: unknown[]) => {
      const dependencies: Partial<Dependencies> = Object.fromEntries(needs.map((need, i) => [need, values[i]]));
      if (dependencies.fidelities && dependencies.fidelities.length < 2) throw fidelitiesMissing(described(slot));
      const instance = created(slot, dependencies, this.#blame);
      return instance instanceof Promise
        ? instance.then((instance) => check(instance, slot, this.#blame))
        : check(instance, slot, this.#blame);
    };
    this.#container.bind<unknown>(to).toResolvedValue(attempt(create), needed as Token<unknown>[]);
  }
}
