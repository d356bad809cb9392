/**
 * What every distance promises: it is a metric on the architectures of a space, and one modification
 * goes no farther than 1, so that M modifications stay in a subspace of radius M (Eq. 3).
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkedDistance } from "../../core/plugin/checks/answers.ts";
import { Blame } from "../../core/plugin/checks/blame.ts";
import type { Distance } from "../../core/plugin/distance.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import type { Case } from "./case.ts";

/**
 * What every distance promises.
 * @param space  any space that the distance is for
 */
export function distanceContract(name: string, instance: Distance, space: Space): Case[] {
  const place = { plugin: { kind: "distance", name }, pointer: "/distance", file: "the contract" } as const;
  const distance = checkedDistance(instance, place, new Blame([place], space));
  const architecture = fc.nat().map((seed) => space.sample(randomStream(seed, "/test")));
  return [
    [
      `${name} is 0 between an architecture and itself, and more between others`,
      () =>
        fc.assert(
          fc.property(architecture, architecture, (a, b) => {
            assert.equal(distance.between(a, [...a]), 0);
            if (space.encode(a) !== space.encode(b)) assert.ok(distance.between(a, b) > 0);
          }),
        ),
    ],
    [
      `${name} is the same both ways`,
      () => fc.assert(fc.property(architecture, architecture, (a, b) => assert.equal(distance.between(a, b), distance.between(b, a)))),
    ],
    [
      `${name} is never shorter by a detour`,
      () =>
        fc.assert(
          fc.property(architecture, architecture, architecture, (a, b, c) =>
            assert.ok(distance.between(a, c) <= distance.between(a, b) + distance.between(b, c) + 1e-9),
          ),
        ),
    ],
    [
      `${name} between an architecture and its neighbour is at most 1`,
      () =>
        fc.assert(
          fc.property(architecture, (a) => {
            for (const neighbour of space.neighbours(a)) assert.ok(distance.between(a, neighbour) <= 1);
          }),
        ),
    ],
  ];
}
