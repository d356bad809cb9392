/** Searches by all plugins whose evaluations are quick, with options grown from their schemas: each ends, or is refused in words. */
import fc, { type Arbitrary } from "fast-check";
import { runExperiment } from "../../../app/host/index.ts";
import type { Kind, Plugin } from "../../../core/plugin/plugin.ts";
import { catalogue } from "../../../plugins/catalogue.ts";
import { grown } from "../schemas.ts";
import { target, WrongResult } from "../target.ts";

/** Those that need programs, images, tables, predictors, or shared weights; a space that is written is another target. */
const SLOW = ["benchmark", "command", "predictor", "supernet", "training", "told", "latency-limit", "from-run", "choices"];
const CELL = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|";
const SPACES = ["nas-bench-201", "nas-bench-101", "nats-bench-size", "mobilenet"];

async function pluginsOf(kind: Kind): Promise<readonly Plugin[]> {
  const all = (await Promise.all(catalogue.filter((listed) => listed.kind === kind).map(({ load }) => load()))) as Plugin[];
  return all.filter(({ name, needs }) => !SLOW.includes(name) && !needs.includes("sharedWeights"));
}

/** What options name: the metrics that there are, and an architecture. */
const texts = fc.constantFrom("value", "value", "madds", "parameters", "latency", CELL);
const slotOf = (plugins: readonly Plugin[]): Arbitrary<object> =>
  fc.oneof(
    ...plugins.map(({ name, options }) =>
      grown(options, { wrong: false, texts }).map((options) => ({ use: name, options: options as object })),
    ),
  );

export default target<object>({
  name: "searches",
  async inputs() {
    const slot = async (kind: Kind) => slotOf(await pluginsOf(kind));
    const slots = async (kind: Kind) => fc.array(await slot(kind), { minLength: 1, maxLength: 2 });
    const acceptance = await slots("acceptance");
    const seldom = <T>(arbitrary: Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });
    return fc.record(
      {
        name: fc.constant("fuzz"),
        space: fc.oneof(...SPACES.map((name) => fc.constant(name))),
        evaluator: fc
          .record({
            function: fc.constantFrom("nk", "trap", "plateau"),
            order: fc.integer({ min: 1, max: 5 }),
            noise: fc.constantFrom(0, 2),
          })
          .map((options) => ({ use: "landscape", options })),
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
      },
      { requiredKeys: ["name", "space", "evaluator", "controller", "budget", "seeds"] },
    );
  },
  async act(manifest) {
    const { failed = [] } = await runExperiment(manifest, { workers: 1 });
    for (const { reason } of failed)
      if (!/^Cannot /.test(reason) || /its \w+\(\) |its code threw|\n {2}Thrown at/.test(reason)) throw new WrongResult(reason);
  },
});
