/** Experiments of any plugins, with options grown from their schemas. @module */
import fc, { type Arbitrary } from "fast-check";
import type { Kind, Plugin } from "../../core/plugin/plugin.ts";
import { catalogue } from "../../plugins/catalogue.ts";
import { type Growing, grown } from "./schemas.ts";

const CELL = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|";
/** What options name: the metrics that there are, a table, and an architecture. */
const texts = fc.constantFrom("value", "value", "madds", "parameters", "accuracy", "digits-201", "digits", CELL);
/** Whose architectures are those of a table that comes with Evoke, or that compute their costs. */
const SPACES = ["nas-bench-201", "nas-bench-101", "nats-bench-size", "mobilenet"];
const LANDSCAPE = fc
  .record({ function: fc.constantFrom("nk", "trap", "plateau"), order: fc.integer({ min: 1, max: 5 }), noise: fc.constantFrom(0, 2) })
  .map((options) => ({ use: "landscape", options }));

/** The plugins of a kind that a test of this kind of input may have. */
export type Allowed = (plugin: Plugin) => boolean;

/** Slots of a kind. */
async function slotOf(kind: Kind, allowed: Allowed, how: Partial<Growing>): Promise<Arbitrary<object>> {
  const all = (await Promise.all(catalogue.filter((listed) => listed.kind === kind).map(({ load }) => load()))) as Plugin[];
  const slots = all
    .filter(allowed)
    .map(({ name, options }) => grown(options, { texts, ...how }).map((options) => ({ use: name, options: options as object })));
  return fc.oneof(...slots);
}

/** @param how  options are grown */
export async function experiments(allowed: Allowed, how: Partial<Growing>): Promise<Arbitrary<object>> {
  const slot = (kind: Kind) => slotOf(kind, allowed, how);
  const slots = async (kind: Kind) => fc.array(await slot(kind), { minLength: 1, maxLength: 2 });
  const seldom = <T>(arbitrary: Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });
  const acceptance = await slots("acceptance");
  const parts = {
    name: fc.constant("fuzz"),
    space: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...SPACES) }, { weight: 1, arbitrary: await slot("space") }),
    evaluator: fc.oneof({ weight: 3, arbitrary: LANDSCAPE }, { weight: 1, arbitrary: await slot("evaluator") }),
    controller: await slot("controller"),
    distance: seldom(await slot("distance")),
    subspaces: fc.record({
      count: fc.integer({ min: 1, max: 5 }),
      radius: fc.integer({ min: 1, max: 4 }),
      accept: fc.oneof(fc.constant(["improvement"]), acceptance),
    }),
    middleware: seldom(await slots("middleware")),
    reward: seldom(await slots("reward")),
    constraints: seldom(acceptance),
    order: fc.constantFrom("as-proposed", "as-finished"),
    budget: fc.record(
      {
        queries: fc.integer({ min: 0, max: 8 }),
        seconds: fc.integer({ min: 0, max: 100 }),
        cost: fc.constantFrom("official", "every-query"),
      },
      { requiredKeys: ["queries"] },
    ),
    seeds: fc.constant({ first: 1, count: 1 }),
  };
  return fc.record(parts, { requiredKeys: ["name", "space", "evaluator", "controller", "budget", "seeds"] });
}
