/**
 * Controllers on a space of which not every string is a member: layers may be absent in some places only.
 *
 * @module
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Space } from "../../core/plugin/space.ts";
import { builtInPlugins } from "../../plugins/catalogue.ts";
import mobilenet from "../../spaces/mobilenet.ts";
import { tryController } from "../contracts/controller.ts";
import { distanceBetween } from "../fixtures.ts";

const options = {};
assert.equal(problemsOf(mobilenet.options, options), []);
const space = mobilenet.create(options as never, {} as never) as Space;

const QUERIES = 50;
const K = 10;
const M = 3;
/** What cannot do without options. */
const OPTIONS: Readonly<Record<string, object>> = { nsga2: { objectives: ["accuracy", "madds"] } };

for (const controller of (await builtInPlugins("controller")) as Parameters<typeof tryController>[0][]) {
  if (controller.needs.includes("sharedWeights")) continue; // what they propose is derived: see the contract of open networks
  const title = `${controller.name} proposes members of mobilenet only in ${QUERIES} queries, in a subspace within distance ${M} of its centre`;
  test(title, async () => {
    const { search, subspaces } = await tryController(controller, { space, count: K, radius: M, options: OPTIONS[controller.name] ?? {} });
    for (let q = 0; q < QUERIES; q++) {
      const centres = [...subspaces.centres];
      const { architecture, subspace } = search(1)[0]!;
      assert.ok(space.contains(architecture), architecture.join());
      if (subspace !== undefined) assert.ok(distanceBetween(architecture, centres[subspace]!) <= M);
    }
  });
}

test.run();
