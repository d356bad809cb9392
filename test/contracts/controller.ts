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
import type { Plugin } from "../../core/plugin/plugin.ts";
import type { Space } from "../../core/plugin/space.ts";
import { SubspaceGraph } from "../../core/plugin/subspace-graph.ts";
import { randomStream } from "../../core/random/rng.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { distanceBetween, separableValidation, tinySpace } from "../fixtures.ts";
import type { Case } from "./case.ts";

/** What a controller is tried on. */
export interface Trial {
  /** Options other than the defaults. */
  readonly options?: object;
  /** A space of 5 components of 4 operations, if left out. */
  readonly space?: Space;
  /** K, 4 if left out. */
  readonly count?: number;
  /** M, 2 if left out. */
  readonly radius?: number;
  /** The validation metric; if left out, one of independent components. NaN means that the evaluation failed. */
  readonly score?: (architecture: Architecture, fidelity?: number) => number;
  /** Of the evaluator; 1, 3 and 9 epochs if left out. */
  readonly fidelities?: readonly number[];
  /** The limits; none if left out. */
  readonly feasible?: (architecture: Architecture) => boolean;
  readonly seed?: number;
}

/** A controller with what it was given, and Algorithm 1 around it. */
export interface Trying {
  readonly space: Space;
  readonly subspaces: SubspaceGraph;
  readonly controller: Controller;
  /** Lets the controller propose and learn so many times; what it proposed, in turn. */
  search(queries: number): Proposal[];
}

/** Composes a controller by hand. What it proposes is checked as in a run. */
export async function tryController(plugin: Plugin<"controller">, trial: Trial = {}): Promise<Trying> {
  const { space = tinySpace(5, 4), count = 4, radius = 2, score = separableValidation(space), seed = 1 } = trial;
  const { fidelities = [1, 3, 9], feasible = () => true } = trial;
  const subspaces = new SubspaceGraph(count, radius);
  const initial = randomStream(seed, "/subspaces/initial");
  for (let k = 0; k < count; k++) {
    const centre = space.sample(initial);
    subspaces.evoke(k, centre, separableValidation(space)(centre));
  }
  const host: Partial<Dependencies> = {
    space,
    distance: { between: distanceBetween },
    subspaces,
    seed,
    fidelities,
    feasible,
    rng: randomStream(seed, "/controller"),
    engine: new Engine(),
  };
  const place = { plugin, options: { ...defaultsOf(plugin.options), ...trial.options }, pointer: "/controller", file: "the contract" };
  checkNeeds([place], !plugin.wholeSpace);
  const dependencies = Object.fromEntries(plugin.needs.map((need) => [need, host[need]]));
  const controller = checkedController(await created(place, dependencies), place, new Blame([place], space), {
    space,
    subspaces: plugin.needs.includes("subspaces") ? count : 0,
    lowerFidelities: plugin.needs.includes("fidelities") ? fidelities.slice(0, -1) : [],
  });

  function observe({ architecture, subspace, known, fidelity }: Proposal): void {
    const measured = known ?? score(architecture, fidelity);
    const reward = subspace === undefined ? measured : measured - subspaces.scores[subspace]!;
    if (subspace !== undefined && reward > 0 && fidelity === undefined) subspaces.replace(subspace, architecture, measured);
    const outcome: Outcome = {
      architecture,
      score: measured,
      reward,
      ...(subspace === undefined ? {} : { subspace }),
      ...(fidelity === undefined ? {} : { fidelity }),
    };
    controller.observe(outcome);
  }
  function search(queries: number): Proposal[] {
    const proposals: Proposal[] = [];
    for (let q = 0; q < queries; q++) {
      const proposal = controller.propose();
      proposals.push({ ...proposal });
      observe(proposal);
    }
    return proposals;
  }
  return { space, subspaces, controller, search };
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

/** True if a NaN is anywhere in a value. */
function holdsNaN(value: unknown): boolean {
  if (typeof value === "number") return Number.isNaN(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array).some(Number.isNaN);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsNaN);
}

/**
 * @param plugin  the controller
 * @param options  its options, where the defaults do not do
 */
export function controllerContract(plugin: Plugin<"controller">, options: object = {}): Case[] {
  const { name } = plugin;
  const inSubspaces = plugin.needs.includes("subspaces");
  const trying = (trial: Trial = {}) => tryController(plugin, { options, ...trial });
  const failing = (architecture: Architecture) => (architecture[0] === 0 ? Number.NaN : separableValidation(tinySpace(5, 4))(architecture));
  const snapshot = ({ controller }: Trying) => structuredClone(controller.save());

  const cases: Case[] = [
    [
      `${name} proposes members of the space only`,
      async () => void (await trying()).search(60), // what is none is an error
    ],
    [
      `${name} draws the same proposals for the same seed, and others for another`,
      async () => {
        const first = (await trying()).search(40);
        assert.deepEqual((await trying()).search(40), first);
        assert.notDeepEqual((await trying({ seed: 2 })).search(40), first);
      },
    ],
    [
      `${name} draws the same proposals after save and restore`,
      async () => {
        const original = await trying();
        original.search(20);
        const state = snapshot(original);
        const resumed = await trying();
        for (const [k, centre] of original.subspaces.centres.entries()) resumed.subspaces.evoke(k, centre, original.subspaces.scores[k]!);
        resumed.search(3); // so that it has to be brought back, not only started alike
        for (const [k, centre] of original.subspaces.centres.entries()) resumed.subspaces.evoke(k, centre, original.subspaces.scores[k]!);
        resumed.controller.restore(state as never);
        assert.deepEqual(resumed.search(20), original.search(20));
        assert.deepEqual(snapshot(resumed), snapshot(original));
      },
    ],
    [
      `${name} can be restored before its first query`,
      async () => {
        const state = snapshot(await trying());
        const resumed = await trying({ seed: 2 });
        resumed.controller.restore(state as never);
        resumed.controller.propose();
      },
    ],
    [
      `${name} saves a state that later queries do not change`,
      async () => {
        const tried = await trying();
        tried.search(5);
        const state = tried.controller.save();
        const before = structuredClone(state);
        tried.search(5);
        assert.deepEqual(state, before);
      },
    ],
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
        tried.search(60);
        assert.ok(!holdsNaN(snapshot(tried)), "what failed has come into the state");
      },
    ],
    [
      `${name} takes the outcomes of architectures that it did not propose`,
      async () => {
        const { space, controller, search } = await trying();
        const rng = randomStream(9, "/test");
        for (let round = 0; round < 3; round++) {
          for (const score of [70, 60, Number.NaN, 80]) {
            controller.observe({ architecture: space.sample(rng), score, reward: score });
          }
          search(20);
        }
        assert.ok(!holdsNaN(controller.save()));
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
    [
      `${name} works on spaces of one component, of one operation, and of many`,
      async () => {
        for (const space of [tinySpace(1, 3), tinySpace(3, 1), tinySpace(20, 10)]) {
          (await trying({ space, radius: 1 })).search(10);
        }
      },
    ],
  ];

  cases.push([
    plugin.needs.includes("fidelities")
      ? `${name} proposes at lower fidelities that there are, and leaves the full one out`
      : `${name} names no fidelity`,
    async () => {
      const fidelities = [1, 2, 5, 11, 12];
      const told = new Set((await trying({ fidelities })).search(100).map(({ fidelity }) => fidelity));
      const lower = plugin.needs.includes("fidelities") ? fidelities.slice(0, -1) : [];
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
              const distance = distanceBetween(architecture, subspaces.centres[subspace]!);
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
