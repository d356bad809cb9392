/**
 * What every middleware promises: around a controller it is a controller, with all that one promises; in
 * subspaces too, unless it is for searches of the whole space.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Controller, Proposal } from "../../core/plugin/controller.ts";
import type { Dependencies } from "../../core/plugin/dependencies.ts";
import type { Middleware } from "../../core/plugin/middleware.ts";
import type { Plugin } from "../../core/plugin/plugin.ts";
import type { Space } from "../../core/plugin/space.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { uniformModifications } from "../../core/space/modifications.ts";
import { tinySpace } from "../fixtures.ts";
import type { Case } from "./case.ts";
import { controllerContract, tryController } from "./controller.ts";

/** Draws a neighbour of the best that it has seen: it has a state, and its proposals depend on every outcome. */
function climber({ space, rng }: Dependencies): Controller {
  let best = { architecture: space.sample(rng), reward: Number.NEGATIVE_INFINITY };
  return {
    propose() {
      const around = [best.architecture, ...space.neighbours(best.architecture)];
      return { architecture: around[rng.below(around.length)]! };
    },
    observe({ architecture, reward }) {
      if (reward > best.reward) best = { architecture, reward };
    },
  };
}

/** The same with four under way, in rounds. */
function climbers(dependencies: Dependencies): Controller {
  return { ...climber(dependencies), concurrency: 4, rounds: true };
}

/** Modifies one component of some centre. */
function wanderer({ space, rng, subspaces }: Dependencies): Controller {
  return {
    propose() {
      const subspace = rng.below(subspaces.count);
      const centre = subspaces.centres[subspace]!;
      return { architecture: space.modify(centre, uniformModifications(space, centre, 1, rng)), subspace };
    },
    observe() {},
  };
}

/** The wrapped controller as a plugin, which tells what goes in and out of the inner one. */
function wrapped(
  plugin: Plugin<"middleware">,
  options: (space: Space) => object,
  inner: (dependencies: Dependencies) => Controller,
  needs: Plugin["needs"],
  told: string[] = [],
): Plugin<"controller"> {
  return {
    kind: "controller",
    name: `${plugin.name} around ${inner.name}`,
    summary: "For the contract",
    options: plugin.options,
    needs: [...new Set([...needs, ...plugin.needs])],
    underWay: inner === climbers ? 4 : 1,
    async create(given: object, dependencies: Dependencies) {
      const middleware: Middleware = await plugin.create({ ...given, ...options(dependencies.space) } as never, dependencies as never);
      const controller = inner(dependencies);
      return middleware.around({
        ...controller,
        propose() {
          const proposal: Proposal = controller.propose();
          told.push(`propose ${dependencies.space.encode(proposal.architecture)}`);
          return proposal;
        },
        observe(outcome) {
          told.push(`observe ${dependencies.space.encode(outcome.architecture)}`);
          controller.observe(outcome);
        },
      });
    },
  };
}

/**
 * What every middleware promises: around each of several controllers, all that a controller does.
 * @param plugin  the middleware
 * @param options  its options in a space, where the defaults do not do
 */
export function middlewareContract(plugin: Plugin<"middleware">, options: (space: Space) => object = () => ({})): Case[] {
  const { name } = plugin;
  return [
    ...[climber, climbers].flatMap((inner) => controllerContract(wrapped(plugin, options, inner, ["space", "rng"]))),
    ...(plugin.wholeSpace ? [] : controllerContract(wrapped(plugin, options, wanderer, ["space", "rng", "subspaces"]))),
    [
      `${name} lets the controller see an outcome for each of its proposals, in their order`,
      async () => {
        const told: string[] = [];
        const { search } = await tryController(wrapped(plugin, options, climber, ["space", "rng"], told), {
          score: (architecture) => (architecture[0] === 0 ? Number.NaN : 50 + architecture[1]!),
        });
        search(60);
        const proposals = told.filter((line) => line.startsWith("propose"));
        assert.ok(proposals.length > 0, "it never asks the controller");
        for (const [i, line] of told.entries()) {
          if (line.startsWith("propose")) assert.equal(told[i + 1], line.replace("propose", "observe"));
        }
      },
    ],
    ...(["as proposed", "as finished"] as const).map(
      (order): Case => [
        `${name} lets a controller of several proposals see one outcome for each of them, limits and failures among it (outcomes ${order})`,
        async () => {
          const told: string[] = [];
          const limited = {
            score: (architecture: Architecture) => (architecture[0] === 0 ? Number.NaN : 50 + architecture[1]!),
            feasible: (architecture: Architecture) => architecture[2] !== 1,
          };
          const plugged = wrapped(plugin, options, climbers, ["space", "rng"], told);
          const moves = (await tryController(plugged, limited)).play(60, order);
          const seen = (what: string) => told.flatMap((line) => (line.startsWith(what) ? [line.slice(what.length)] : []));
          const observed = seen("observe");
          for (const proposal of seen("propose")) {
            const place = observed.indexOf(proposal);
            assert.ok(place >= 0, `no outcome of ${proposal}`);
            observed.splice(place, 1);
          }
          assert.deepEqual((await tryController(plugged, limited)).replay(moves), moves);
        },
      ],
    ),
    [
      `${name} makes rounds where the controller does`,
      async () => {
        for (const rounds of [undefined, true]) {
          const several = (dependencies: Dependencies): Controller => ({ ...climber(dependencies), concurrency: 4, rounds });
          const { controller } = await tryController(wrapped(plugin, options, several, ["space", "rng"]));
          assert.equal(controller.rounds ?? false, rounds ?? false);
        }
      },
    ],
    [
      `${name} has no more proposals under way than the controller allows`,
      async () => {
        for (const concurrency of [undefined, 1, 7]) {
          const allowing = (dependencies: Dependencies): Controller => ({ ...climber(dependencies), concurrency });
          const { controller } = await tryController(wrapped(plugin, options, allowing, ["space", "rng"]), { space: tinySpace(5, 4) });
          assert.ok((controller.concurrency ?? 1) <= (concurrency ?? 1));
        }
      },
    ],
  ];
}
