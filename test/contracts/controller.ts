/**
 * What every controller promises. Plain cases: a title and a function that throws where the promise is
 * broken.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Engine } from "../../core/engine/engine.ts";
import { Blame } from "../../core/plugin/checks/blame.ts";
import { checkedController } from "../../core/plugin/checks/controller.ts";
import { created } from "../../core/plugin/checks/create.ts";
import { checkNeeds } from "../../core/plugin/checks/needs.ts";
import type { Controller, Outcome, Proposal } from "../../core/plugin/controller.ts";
import type { Dependencies } from "../../core/plugin/dependencies.ts";
import type { Evaluator } from "../../core/plugin/evaluator.ts";
import type { Plugin } from "../../core/plugin/plugin.ts";
import type { Space } from "../../core/plugin/space.ts";
import { SubspaceGraph } from "../../core/plugin/subspace-graph.ts";
import { randomStream } from "../../core/random/rng.ts";
import { objectivesOf } from "../../core/search/objectives.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { openChoices } from "../../core/space/choices.ts";
import { distanceIn, separableValidation, tinySpace } from "../fixtures.ts";
import type { Case } from "./case.ts";
import { toyWeightSharing } from "./toy-shared-weights.ts";
import { conditionalSpace, unevenSpace } from "./uneven-spaces.ts";

/** What a controller is tried on. */
export interface Trial {
  /** Options other than the defaults. */
  readonly options?: object;
  /** A space of 5 components of 4 operations each, if left out. */
  readonly space?: Space;
  /** K, 4 if left out. */
  readonly count?: number;
  /** M, 2 if left out. */
  readonly radius?: number;
  /** The validation metric; if left out, one of independent components. NaN means that the evaluation failed. */
  readonly score?: (architecture: Architecture, fidelity?: number) => number;
  /** What is measured beside it; if left out, a latency that is to be minimised, in milliseconds. */
  readonly metrics?: (architecture: Architecture) => Readonly<Record<string, number>>;
  /** Of the evaluator; 1, 3 and 9 epochs if left out. */
  readonly fidelities?: readonly number[];
  /** The limits; none if left out. */
  readonly feasible?: (architecture: Architecture) => boolean;
  readonly engine?: Engine;
  readonly seed?: number;
}

/**
 * How a search goes on: one query at a time; with as many under way as the controller allows, whose outcomes come in the
 * order of the proposals; or in the order in which they happen to be finished.
 */
export type Order = "one at a time" | "as proposed" | "as finished";

/** What happened to a controller. */
export type Move = { readonly proposed: Proposal } | { readonly observed: Outcome };

/** A controller with what it was given, and Algorithm 1 around it. */
export interface Trying {
  readonly space: Space;
  readonly subspaces: SubspaceGraph;
  readonly engine: Engine;
  readonly controller: Controller;
  /** Lets the controller propose and learn so many times; what it proposed, in turn. */
  search(queries: number): Proposal[];
  /** The same as moves, in any order of outcomes. */
  play(queries: number, order: Order): Move[];
  /** Tells what was observed, as it is read from a record. @returns the moves, with what is proposed this time */
  replay(moves: readonly Move[]): Move[];
}

/** What is measured of an architecture: an accuracy, and beside it a latency. */
const MEASURING: Pick<Evaluator, "metric" | "metrics"> = {
  metric: { name: "accuracy", dataset: "tiny", split: "validation", epochs: 9, trainedOn: "train", unit: "percent" },
  metrics: [{ name: "latency", unit: "ms", goal: "minimise" }],
};
const latencyOf = (architecture: Architecture) => ({ latency: 1 + architecture.reduce((sum, choice) => sum + choice, 0) });

/** In a search that is played, each so many-th proposal is turned down, as middleware does. */
const WITHDRAWN = 7;

/** Composes a controller by hand. What it proposes is checked as in a run. */
export async function tryController(plugin: Plugin<"controller">, trial: Trial = {}): Promise<Trying> {
  const { space = tinySpace(5, 4), count = 4, radius = 2, score = separableValidation(space), seed = 1 } = trial;
  const { fidelities = [1, 3, 9], feasible = () => true, engine = new Engine(), metrics = latencyOf } = trial;
  const subspaces = new SubspaceGraph(count, radius);
  const initial = randomStream(seed, "/subspaces/initial");
  for (let k = 0; k < count; k++) {
    const centre = space.sample(initial);
    subspaces.evoke(k, centre, separableValidation(space)(centre));
  }
  const host: Partial<Dependencies> = {
    space,
    distance: { between: distanceIn(space) },
    subspaces,
    seed,
    fidelities,
    allFidelities: fidelities,
    objectives: objectivesOf(space, MEASURING),
    feasible,
    rng: randomStream(seed, "/controller"),
    sharedWeights: toyWeightSharing(space, seed),
    engine,
  };
  const place = { plugin, options: { ...defaultsOf(plugin.options), ...trial.options }, pointer: "/controller", file: "the contract" };
  checkNeeds([place], place.file, { subspaces: plugin.needs.includes("subspaces"), sharedWeights: plugin.needs.includes("sharedWeights") });
  const dependencies = Object.fromEntries(plugin.needs.map((need) => [need, host[need]]));
  const controller = checkedController(await created(place, dependencies), place, new Blame([place], space), {
    space,
    subspaces: plugin.needs.includes("subspaces") ? count : 0,
    lowerFidelities: hasFidelities(plugin) ? fidelities.slice(0, -1) : [],
  });
  await controller.prepare?.();

  function outcomeOf({ architecture, subspace, known, fidelity }: Proposal): Outcome {
    const measured = known ?? score(architecture, fidelity);
    return {
      architecture,
      score: measured,
      reward: subspace === undefined ? measured : measured - subspaces.scores[subspace]!,
      ...(!Number.isNaN(measured) && { metrics: metrics(architecture) }),
      ...(subspace === undefined ? {} : { subspace }),
      ...(fidelity === undefined ? {} : { fidelity }),
    };
  }
  function observe(outcome: Outcome): void {
    const { architecture, subspace, score, reward, fidelity } = outcome;
    if (subspace !== undefined && reward > 0 && fidelity === undefined) subspaces.replace(subspace, architecture, score);
    controller.observe(outcome);
  }
  function search(queries: number): Proposal[] {
    return play(queries, "one at a time").flatMap((move) => ("proposed" in move ? [move.proposed] : []));
  }
  function play(queries: number, order: Order): Move[] {
    const { concurrency = 1, rounds = false } = order === "one at a time" ? {} : controller;
    const chance = randomStream(seed, "/finishing");
    const moves: Move[] = [];
    const underWay: Proposal[] = [];
    const told = (outcome: Outcome) => {
      observe(outcome);
      moves.push({ observed: outcome });
    };
    let proposed = 0;
    const propose = () => {
      const proposal = controller.propose();
      moves.push({ proposed: { ...proposal } });
      if (order !== "one at a time" && ++proposed % WITHDRAWN === 0) {
        told({ ...proposal, score: Number.NaN, reward: Number.NaN, withdrawn: true });
        propose();
      } else underWay.push(proposal);
    };
    for (let asked = 0; asked < queries || underWay.length > 0; ) {
      if (asked < queries && underWay.length < concurrency) {
        propose();
        asked++;
        continue;
      }
      do {
        const [finished] = underWay.splice(order === "as finished" ? chance.below(underWay.length) : 0, 1);
        told(outcomeOf(finished!));
      } while (rounds && order === "as proposed" && underWay.length > 0);
    }
    return moves;
  }
  function replay(moves: readonly Move[]): Move[] {
    return moves.map((move) => {
      if ("proposed" in move) return { proposed: { ...controller.propose() } };
      observe(structuredClone(move.observed));
      return move;
    });
  }
  return { space, subspaces, engine, controller, search, play, replay };
}

/** Whether it can ask for lower fidelities. */
function hasFidelities({ needs }: Plugin<"controller">): boolean {
  return needs.includes("fidelities") || needs.includes("allFidelities");
}

/** What the framework fills in where a manifest says nothing. */
function defaultsOf(schema: object): object {
  const { properties = {} } = schema as { properties?: Record<string, { default?: unknown }> };
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, property]) => property.default !== undefined)
      .map(([name, property]) => [name, property.default]),
  );
}

/** Fails if what failed has come into what the controller learns, or has made all proposals alike. */
function assertUnharmed({ engine, search }: Trying): void {
  for (const parameter of engine.parameters) assert.ok(!engine.read(parameter).some(Number.isNaN), "a parameter has become NaN");
  assert.ok(new Set(search(40).map(({ architecture }) => architecture.join())).size > 1, "it proposes one architecture for ever");
}

/** A space that notes each modification that is asked of it in vain: of an absent component, or to what it cannot be. */
export function watched(space: Space): { readonly space: Space; readonly wasted: readonly string[] } {
  const wasted: string[] = [];
  const modify: Space["modify"] = (architecture, modifications) => {
    for (const [i, { component, operation }] of modifications.entries()) {
      const before = space.modify(architecture, modifications.slice(0, i));
      if (!openChoices(space, before, component).includes(operation)) wasted.push(`${before.join("-")}: ${operation} in ${component}`);
    }
    return space.modify(architecture, modifications);
  };
  return { space: { ...space, modify }, wasted };
}

/**
 * Everything is tried on a space whose components are alike, on one where each has choices of its own, and on one where
 * some are there only if others are.
 *
 * @param plugin  the controller
 * @param options  its options, where the defaults do not do
 */
export function controllerContract(plugin: Plugin<"controller">, options: object = {}): Case[] {
  const { name } = plugin;
  const on = (space: Space, where: string) => contractOn(plugin, options, space).map(([title, run]): Case => [`${title} (${where})`, run]);
  return [
    ...contractOn(plugin, options, tinySpace(5, 4)),
    ...on(unevenSpace(), "components of different choices"),
    ...on(conditionalSpace(), "components that may be absent"),
    [
      `${name} works on spaces of one component, of one operation, and of many`,
      async () => {
        for (const space of [tinySpace(1, 3), tinySpace(3, 1), tinySpace(20, 10)])
          (await tryController(plugin, { options, space, radius: 1 })).search(10);
      },
    ],
  ];
}

function contractOn(plugin: Plugin<"controller">, options: object, space: Space): Case[] {
  const { name } = plugin;
  const inSubspaces = plugin.needs.includes("subspaces");
  const trying = (trial: Trial = {}) => tryController(plugin, { options, space, ...trial });
  const failing = (architecture: Architecture) => (architecture[0] === 0 ? Number.NaN : separableValidation(space)(architecture));

  const cases: Case[] = [
    [
      `${name} proposes members of the space only`,
      async () => void (await trying()).search(60), // what is none is an error
    ],
    [
      `${name} modifies only components that are there, and to choices that they have`,
      async () => {
        const { space: itself, wasted } = watched(space);
        (await trying({ space: itself })).search(60);
        assert.deepEqual(wasted, []);
      },
    ],
    [
      `${name} draws the same proposals for the same seed, and others for another`,
      async () => {
        const first = (await trying()).search(40);
        assert.deepEqual((await trying()).search(40), first);
        assert.notDeepEqual((await trying({ seed: 2 })).search(40), first);
      },
    ],
    ...(["one at a time", "as proposed", "as finished"] as const).map(
      (order): Case => [
        `${name} makes the same proposals again when it is told what it was told before, failures among it (outcomes ${order})`,
        async () => {
          const moves = (await trying({ score: failing })).play(60, order);
          assert.deepEqual((await trying({ score: failing })).replay(moves), moves);
        },
      ],
    ),
    [
      `${name} goes on where every evaluation fails`,
      async () => {
        (await trying({ score: () => Number.NaN })).search(30);
      },
    ],
    [
      `${name} goes on where some evaluations fail`,
      async () => {
        const tried = await trying({ score: failing });
        tried.search(30);
        assertUnharmed(tried);
      },
    ],
    [
      `${name} takes the outcomes of architectures that it did not propose`,
      async () => {
        const tried = await trying();
        const { space, controller, search } = tried;
        const rng = randomStream(9, "/test");
        for (let round = 0; round < 3; round++) {
          for (const score of [70, 60, Number.NaN, 80]) {
            controller.observe({ architecture: space.sample(rng), score, reward: score });
          }
          search(10);
        }
        assertUnharmed(tried);
      },
    ],
    [
      `${name} can have as many proposals under way as it says`,
      async () => {
        const { underWay = 1 } = plugin;
        const { concurrency = 1 } = (await trying()).controller;
        const given = { ...defaultsOf(plugin.options), ...options } as Record<string, unknown>;
        const said = given[underWay] ?? underWay;
        if (typeof said === "number") assert.equal(concurrency, said);
        else assert.ok(`${said}`.includes(" ") && concurrency > 1, `${concurrency}, where it says "${said}"`);
      },
    ],
    [
      `${name} leaves the subspaces and their centres as they are`,
      async () => {
        const { controller, subspaces } = await trying();
        const before = structuredClone([subspaces.centres, subspaces.scores, subspaces.updates]);
        for (let q = 0; q < 20; q++) {
          const proposal = controller.propose();
          controller.observe({ ...proposal, score: 50, reward: 0 });
        }
        assert.deepEqual([subspaces.centres, subspaces.scores, subspaces.updates], before);
      },
    ],
  ];

  cases.push([
    hasFidelities(plugin)
      ? `${name} proposes at lower fidelities that there are, and leaves the full one out`
      : `${name} names no fidelity`,
    async () => {
      const fidelities = [1, 2, 5, 11, 12];
      const told = new Set((await trying({ fidelities })).search(100).map(({ fidelity }) => fidelity));
      const lower = hasFidelities(plugin) ? fidelities.slice(0, -1) : [];
      for (const fidelity of told) assert.ok(fidelity === undefined || lower.includes(fidelity), `${fidelity}`);
      if (lower.length > 0) assert.ok(told.has(undefined) && told.size > 1, "it searches at one fidelity only");
    },
  ]);

  if (inSubspaces) {
    cases.push(
      [
        `${name} stays within the radius of the centre of the subspace that it names`,
        async () => {
          for (const [radius, seed] of [
            [1, 1],
            [2, 2],
            [4, 3],
          ] as const) {
            const { controller, subspaces } = await trying({ radius, seed });
            for (let q = 0; q < 50; q++) {
              const proposal = controller.propose();
              const { architecture, subspace } = proposal;
              assert.ok(subspace !== undefined, "it names no subspace");
              const distance = distanceIn(space)(architecture, subspaces.centres[subspace]!);
              assert.ok(distance <= radius, `D = ${distance}, M = ${radius}`);
              const score = 50 + q;
              if (q % 3 === 0) subspaces.replace(subspace, architecture, score);
              controller.observe({ ...proposal, score, reward: (q % 7) - 3 });
            }
          }
        },
      ],
      [
        `${name} works with one subspace, and with ten`,
        async () => {
          for (const count of [1, 2, 10]) {
            (await trying({ count })).search(20);
          }
        },
      ],
    );
  }

  return cases;
}
