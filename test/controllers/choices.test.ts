/**
 * All controllers on a space that is written in the manifest: a short search of each through the kernel, in which nothing is
 * proposed in vain.
 *
 * @module
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Space } from "../../core/plugin/space.ts";
import type { SearchEvent } from "../../core/record/events.ts";
import { runToEnd } from "../../core/search/run.ts";
import { builtInPlugins } from "../../plugins/catalogue.ts";
import choices from "../../spaces/choices.ts";
import { watched } from "../contracts/controller.ts";
import { around, composed } from "../experiments.ts";
import { separableValidation } from "../fixtures.ts";
import { twelveLayers } from "../support/twelve-layers.ts";

const QUERIES = 60;
/** The network would only be counted. */
const { network: _, ...options } = structuredClone(twelveLayers);
assert.equal(problemsOf(choices.options, options), []);
const space = choices.create(options as never, {}) as Space;
const score = separableValidation(space);
/** The methods that never propose twice what they have seen, at full fidelity. */
const NEVER_REPEAT = ["local-search", "bananas", "pnas", "lanas", "alphax", "nsga2", "evoke"];
const OPTIONS: Readonly<Record<string, object>> = {
  nsga2: { objectives: ["accuracy", "milliseconds"], population: 10 },
  evoke: { fidelities: "full" },
};

const landscape = around("evaluator", "landscape", {
  metric: { name: "accuracy", dataset: "layers", split: "validation", epochs: 9, trainedOn: "train", unit: "percent" },
  fidelities: [1, 3, 9],
  evaluate: (architecture, fidelity = 9) => ({ score: score(architecture) - 3 / fidelity, seconds: 1 }),
});

/** But for those that train shared weights, which ask nothing of the evaluator: the space's own network has their tests. */
const controllers = (await builtInPlugins("controller")).filter(({ needs }) => !needs.includes("sharedWeights"));
for (const { name, wholeSpace = false } of controllers)
  test(`${name} searches twelve layers: ${QUERIES} queries of members, none in vain`, async () => {
    const watching = watched(space);
    const manifest = {
      ...{ name: "layers", space: "watched", evaluator: "landscape", budget: { queries: QUERIES } },
      ...(wholeSpace ? {} : { subspaces: { count: 4, radius: 3 } }),
      controller: { use: name, options: OPTIONS[name] ?? {} },
    };
    const others = controllers.filter((plugin) => plugin.name === name);
    const known = ["gnn-lstm", "random", "regularized-evolution", "uniform"].includes(name) ? [] : others;
    const composition = await composed(manifest, [around("space", "watched", watching.space), landscape, ...known]);
    const tried = watching.wasted.length; // the space is tried when it is composed
    const { run, release } = await composition.run(1);
    const events: SearchEvent[] = [];
    run.bus.on().subscribe((event) => events.push(event));
    assert.is((await runToEnd(run)).queries, QUERIES);
    release();
    assert.equal(watching.wasted.slice(tried), []);
    const evaluated = events.flatMap((event) => (event.type === "architecture.evaluated" ? [event] : []));
    for (const { architecture } of evaluated) assert.ok(space.contains(space.decode(architecture)), architecture);
    const full = evaluated.filter(({ fidelity, query }) => fidelity === undefined && query >= 0).map(({ architecture }) => architecture);
    if (NEVER_REPEAT.includes(name)) assert.is(new Set(full).size, full.length);
  });

test.run();
