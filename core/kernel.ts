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
import {
  constraintInvalid,
  dependencyMissing,
  EvokeError,
  fidelitiesMissing,
  pluginFailed,
  pluginInstanceInvalid,
} from "./errors/index.ts";
import { type Experiment, experimentDigest, type Slot } from "./manifest/experiment.ts";
import type { Acceptance } from "./plugin/acceptance.ts";
import type { Controller } from "./plugin/controller.ts";
import type { Output } from "./plugin/dependencies.ts";
import { DEPENDENCIES, type Dependencies, type Dependency } from "./plugin/dependencies.ts";
import type { Evaluator } from "./plugin/evaluator.ts";
import type { Initial } from "./plugin/initial.ts";
import type { Metric } from "./plugin/metric.ts";
import type { Middleware } from "./plugin/middleware.ts";
import type { Observer } from "./plugin/observer.ts";
import type { Kind, Kinds } from "./plugin/plugin.ts";
import type { Reward } from "./plugin/reward.ts";
import { SubspaceGraph } from "./plugin/subspace-graph.ts";
import { randomStream } from "./random/rng.ts";
import { Bus } from "./record/bus.ts";
import { Budget } from "./search/budget.ts";
import type { Run } from "./search/search.ts";
import type { Trainer } from "./training/trainer.ts";

/** What the runtime gives to plugins. */
export interface Host extends Pick<Dependencies, "tables" | "files" | "runs" | "terminal" | "clock"> {
  /** Left out where no results are kept. */
  readonly output?: Output;
  /** Left out where nothing can be trained. */
  readonly trainer?: Trainer;
  /** Digests of everything that plugins have opened through the host, by name. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** An experiment, ready to run for any seed. */
export interface Composition {
  readonly experiment: Experiment;
  /** Names its runs (see experimentDigest). */
  readonly digest: string;
  /** Which metric its runs search by. */
  readonly metric: Metric;
  /** Does what is to be done once before the first query: see Evaluator. Left out where there is no such thing. */
  prepare?(): Promise<void>;
  /** Composes the run of one seed, and prepares it. Call `release` when it is over. */
  run(seed: number): Promise<{ readonly run: Run; release(): void }>;
  /** Composes the observers; they are shared by all runs. */
  observers(): Promise<readonly { readonly name: string; readonly observer: Observer }[]>;
}

type Token<T> = ServiceIdentifier<T>;
/** The tokens of what plugins need; "rng" and "engine" have one for each slot. */
const tokens = Object.fromEntries(DEPENDENCIES.map((name) => [name, Symbol.for(`evoke/${name}`)])) as {
  readonly [N in Exclude<Dependency, "rng" | "engine">]: Token<Dependencies[N]>;
};
/** What a run begins with: its seed, and engines for those of its plugins that need one. */
interface Beginning {
  readonly seed: number;
  engine(): Engine;
}
const BEGINNING: Token<Beginning> = Symbol.for("evoke/beginning");
const PARTS: Token<unknown[]> = Symbol.for("evoke/parts");
const slotToken = <T>(pointer: string, what: string): Token<T> => Symbol.for(`evoke${pointer}#${what}`);

/**
 * Composes an experiment.
 * @throws EvokeError of a plugin that finds its options or its inputs wrong, or lacks what it needs
 */
export async function compose(experiment: Experiment, host: Host): Promise<Composition> {
  const { space, distance, subspaces, controller, middleware, rewards, constraints, observers, failures } = experiment;
  const shared = new Container({ defaultScope: "Singleton" });
  for (const name of ["tables", "files", "trainer", "runs", "output", "terminal"] as const) {
    if (host[name]) shared.bind(tokens[name] as Token<unknown>).toConstantValue(host[name]);
  }
  shared.bind(tokens.clock).toConstantValue(() => host.clock());
  bindPlugin(shared, space, tokens.space);
  bindPlugin(shared, distance, tokens.distance);
  await shared.getAsync(tokens.space);
  await shared.getAsync(tokens.distance);

  const runs = new Container({ parent: shared, defaultScope: "Request" });
  let beginning: Beginning;
  runs.bind(BEGINNING).toDynamicValue(() => beginning);
  runs.bind(tokens.seed).toResolvedValue(({ seed }) => seed, [BEGINNING]);
  if (subspaces) runs.bind(tokens.subspaces).toResolvedValue(() => new SubspaceGraph(subspaces.count, subspaces.radius), []);
  const own = <K extends Kind>(slot: Slot<K>): Token<Kinds[K]> => bindOwn(runs, slot);
  const acceptance = (subspaces?.acceptance ?? []).map(own);
  runs.bind(tokens.feasible).toResolvedValue(limitsOf, [...acceptance, ...constraints.map(own)]);
  const evaluator = own(experiment.evaluator);
  runs.bind(tokens.fidelities).toResolvedValue(({ fidelities = [] }: Evaluator) => fidelities, [evaluator]);
  const parts = [
    ...[BEGINNING, own(controller), evaluator, tokens.feasible, ...middleware.map(own), ...rewards.map(own)],
    ...(subspaces ? [tokens.subspaces, own(subspaces.initial), ...acceptance] : []),
  ] as Token<unknown>[];
  runs.bind(PARTS).toResolvedValue((...parts: unknown[]) => parts, parts);

  const idleEngines: Engine[] = [];

  async function composeRun(seed: number, digest: string) {
    const engines: Engine[] = [];
    const engine = () => {
      const engine = idleEngines.pop() ?? new Engine();
      engines.push(engine);
      return engine;
    };
    beginning = { seed, engine }; // the first part, so it is taken before anything is awaited
    const [, controller, evaluator, feasible, ...others] = (await runs.getAsync(PARTS)) as [
      ...[Beginning, Controller, Evaluator, Dependencies["feasible"]],
      ...unknown[],
    ];
    const wrappers = others.splice(0, middleware.length) as Middleware[];
    const shapers = others.splice(0, rewards.length) as Reward[];
    const [graph, initial, ...acceptance] = others as [SubspaceGraph, Initial, ...Acceptance[]];
    const run: Run = {
      space: shared.get(tokens.space),
      distance: shared.get(tokens.distance),
      controller: wrappers.reduceRight((inner, wrapper) => wrapper.around(inner), controller),
      evaluator,
      rewards: shapers,
      feasible,
      constrained: constraints.length > 0,
      ...(subspaces && { subspaces: { graph, initial, acceptance } }),
      budget: new Budget(experiment.budget, evaluator.metric.epochs),
      failures,
      bus: new Bus(digest, seed),
    };
    const release = () => {
      for (const engine of engines) {
        engine.reset();
        idleEngines.push(engine);
      }
    };
    return { run, release };
  }

  // What the plugins open while they are created belongs to the digest, so one run is composed before it is taken.
  const first = await composeRun(experiment.seeds.first, "");
  first.release();
  const { evaluator: prepared } = first.run;
  const digest = experimentDigest(experiment, host.inputs);
  return {
    experiment,
    digest,
    metric: prepared.metric,
    ...(prepared.prepare && { prepare: () => prepared.prepare!() }),
    run: async (seed) => {
      const composed = await composeRun(seed, digest);
      await composed.run.evaluator.prepare?.();
      return composed;
    },
    observers: () =>
      Promise.all(
        observers.map(async (slot) => {
          const token = slotToken<Observer>(slot.pointer, "plugin");
          bindPlugin(shared, slot, token);
          return { name: slot.plugin.name, observer: await shared.getAsync(token) };
        }),
      ),
  };
}

/** What all rules that are limits admit. */
function limitsOf(...rules: Acceptance[]): Dependencies["feasible"] {
  const limits = rules.filter((rule) => rule.feasible);
  return (architecture) => limits.every((limit) => limit.feasible!(architecture));
}

/** Binds a plugin that each run has one of, with its own random stream and engine. @returns its token */
function bindOwn<K extends Kind>(runs: Container, slot: Slot<K>): Token<Kinds[K]> {
  const { plugin, pointer } = slot;
  const token = slotToken<Kinds[K]>(pointer, "plugin");
  if (plugin.needs.includes("rng"))
    runs.bind(slotToken(pointer, "rng")).toResolvedValue(({ seed }) => randomStream(seed, pointer), [BEGINNING]);
  if (plugin.needs.includes("engine")) runs.bind(slotToken(pointer, "engine")).toResolvedValue(({ engine }) => engine(), [BEGINNING]);
  bindPlugin(runs, slot, token);
  return token;
}

/** Binds what a plugin creates to a token, and resolves each thing that it needs. */
function bindPlugin<K extends Kind>(container: Container, slot: Slot<K>, token: Token<Kinds[K]>): void {
  const { plugin, pointer, file } = slot;
  const { needs } = plugin;
  const missing = needs.find((need) => need !== "rng" && need !== "engine" && !container.isBound(tokens[need]));
  if (missing) throw dependencyMissing(plugin.kind, plugin.name, `${pointer} of ${file}`, missing, DEPENDENCIES);
  const needed = needs.map((need) => (need === "rng" || need === "engine" ? slotToken(pointer, need) : tokens[need])) as Token<unknown>[];
  container
    .bind(token)
    .toResolvedValue(
      (...values: unknown[]) => create(slot, Object.fromEntries(needs.map((need, i) => [need, values[i]]))) as Kinds[K],
      needed,
    );
}

/** The methods that every instance of a kind has. */
const METHODS: { readonly [K in Kind]: readonly (keyof Kinds[K])[] } = {
  space: ["sample", "contains", "modify", "neighbours", "encode", "decode", "functionKey"],
  distance: ["between"],
  controller: ["propose", "observe", "save", "restore"],
  middleware: ["around"],
  reward: ["shape"],
  acceptance: ["accepts"],
  initial: ["centres"],
  evaluator: ["evaluate"],
  observer: ["next"],
};

/** What is wrong with an instance, as far as can be seen before it is used; code outside this package is not type-checked. */
function problemOf<K extends Kind>(kind: K, instance: Kinds[K]): string | undefined {
  if (typeof instance !== "object" || instance === null) return `it is ${instance}, and no object`;
  const missing = METHODS[kind].find((method) => typeof instance[method] !== "function");
  if (missing !== undefined) return `it has no method "${String(missing)}"`;
  if (kind !== "evaluator") return undefined;
  const { metric } = instance as Evaluator;
  if (typeof metric !== "object" || metric === null) return 'it has no "metric"';
  if (metric.split !== "validation")
    return `its metric is of the split ${JSON.stringify(metric.split)}, and a search sees "validation" only`;
  return undefined;
}

/** Creates the instance of a slot. An error of the plugin's is told with the place of the slot. */
function create<K extends Kind>(
  { plugin, options, pointer, file }: Slot<K>,
  dependencies: Partial<Dependencies>,
): Kinds[K] | Promise<Kinds[K]> {
  const at = `${pointer} of ${file}`;
  if (dependencies.fidelities && dependencies.fidelities.length < 2) throw fidelitiesMissing(plugin.kind, plugin.name, at);
  const failed = (error: unknown): never => {
    if (!(error instanceof EvokeError))
      throw pluginFailed(plugin.kind, plugin.name, at, error instanceof Error ? error : new Error(String(error)));
    throw new EvokeError(error.code, `${error.message}\n  (${plugin.kind} "${plugin.name}" at ${at})`, { cause: error });
  };
  const checked = (instance: Kinds[K]) => {
    const problem = problemOf(plugin.kind, instance);
    if (problem !== undefined) throw pluginInstanceInvalid(plugin.kind, plugin.name, at, problem);
    if (pointer.startsWith("/constraints/") && !(instance as Acceptance).feasible) throw constraintInvalid(plugin.name, at);
    return instance;
  };
  let created: Kinds[K] | Promise<Kinds[K]>;
  try {
    created = plugin.create(options as never, dependencies as never);
  } catch (error) {
    return failed(error);
  }
  return created instanceof Promise ? created.catch(failed).then(checked) : checked(created);
}
