/**
 * Methods of weight sharing without the search around them, on toy weights.
 *
 * @module
 */
import * as assert from "uvu/assert";
import { Engine } from "../../core/engine/engine.ts";
import { problemsOf } from "../../core/json/schema.ts";
import type { Plugin } from "../../core/plugin/plugin.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import type { OpenNetwork } from "../../core/space/open-network.ts";
import type { Standing, WeightSharingMethod } from "../../core/training/weight-sharing.ts";
import { drawnToy, type Toy, type ToySharedWeights, toyOpenNetwork, toySharedWeights } from "../contracts/toy-shared-weights.ts";

export interface Setting {
  readonly space: Space;
  readonly options?: object;
  readonly engine?: Engine;
  readonly feasible?: (architecture: Architecture) => boolean;
  /** The toy of components as edges, if left out. */
  readonly open?: OpenNetwork;
}

/** What a controller hands its host, whose defaults are filled in. */
export async function methodOf(plugin: Plugin<"controller">, setting: Setting): Promise<WeightSharingMethod> {
  const { space, engine = new Engine(), feasible = () => true, open = toyOpenNetwork(space) } = setting;
  const options = structuredClone(setting.options ?? {});
  assert.equal(problemsOf(plugin.options, options), []);
  let method: WeightSharingMethod | undefined;
  const sharedWeights = {
    open: () => open,
    async search(given: WeightSharingMethod) {
      method = given;
      return { ranked: [], seconds: 0 };
    },
  };
  const rng = randomStream(1, "/controller");
  const controller = await plugin.create(options as never, { space, rng, engine, feasible, sharedWeights } as never);
  await controller.prepare!();
  return method!;
}

/** Toy weights for a method, of so many epochs. */
export function toyFor(
  method: WeightSharingMethod,
  { space, open = toyOpenNetwork(space) }: Setting,
  epochs: number,
  changes: Partial<Toy> = {},
): ToySharedWeights {
  return toySharedWeights({ ...drawnToy(open.edges, { ...method.schedule, epochs }, 1), ...changes });
}

/** Trains for some epochs. */
export async function trainedFor(method: WeightSharingMethod, weights: ToySharedWeights, from: number, to: number): Promise<Standing[]> {
  const standings: Standing[] = [];
  for (let epoch = from; epoch <= to; epoch++) {
    weights.begin(epoch);
    standings.push(await method.epoch(epoch, weights));
  }
  return standings;
}

/** A search of five epochs that is interrupted after two is the same to the bit as one that is not. */
export async function assertResumes(plugin: Plugin<"controller">, setting: Setting): Promise<void> {
  const [whole, half, resumed] = [await methodOf(plugin, setting), await methodOf(plugin, setting), await methodOf(plugin, setting)];
  const open = setting.open ?? toyOpenNetwork(setting.space);
  const [first, second, third] = [whole, half, resumed].map((method) => toyFor(method, setting, 5)) as [
    ToySharedWeights,
    ToySharedWeights,
    ToySharedWeights,
  ];
  const expected = await trainedFor(whole, first, 1, 5);
  await trainedFor(half, second, 1, 2);
  resumed.restore(JSON.parse(JSON.stringify(half.save())));
  third.restore(second.save());
  assert.equal(await trainedFor(resumed, third, 3, 5), expected.slice(2));
  assert.equal(third.asked, first.asked.slice(second.asked.length));
  assert.equal(resumed.save(), whole.save());
  for (const weights of [first, third]) weights.begin(6);
  assert.equal(await resumed.rank(third, open), await whole.rank(first, open));
}

/** What a method has saved that had these α, edge after edge, and has not moved yet. */
export function withAlpha(alpha: readonly number[]): readonly number[] {
  return [...alpha, ...alpha.map(() => 0), ...alpha.map(() => 0), 1, 1];
}

/** The α of a method of so many operations in all, by what it has saved. */
export function alphaOf(saved: readonly number[], operations: number): readonly number[] {
  return saved.slice(0, operations);
}

/** The gradient by which α took its first step, by what Adam has kept of it. */
export function slopesOf(saved: readonly number[], operations: number, beta1 = 0.5): readonly number[] {
  return saved.slice(operations, 2 * operations).map((kept) => kept / (1 - beta1));
}

export function near(found: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.is(found.length, expected.length);
  for (const [k, value] of expected.entries()) assert.ok(Math.abs(found[k]! - value) <= tolerance, `${k}: ${found[k]}, not ${value}`);
}
