/**
 * Controllers on a space of which not every string is a member: layers may be absent in some places only.
 *
 * @module
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Space } from "../../core/plugin.ts";
import { problemsOf } from "../../core/schema.ts";
import { catalogue } from "../../plugins/catalogue.ts";
import mobilenet from "../../spaces/mobilenet.ts";
import { tryController } from "../contracts/controller.ts";
import { distanceBetween } from "../fixtures.ts";
import { when } from "../when.ts";

const options = {};
assert.equal(problemsOf(mobilenet.options, options), []);
const space = mobilenet.create(options as never, {}) as Space;

const QUERIES = 50;
const K = 10;
const M = 3;

/** They choose every component by itself, and propose what comes of it as it is. */
const BY_COMPONENTS = ["reinforce", "reinforce-logits", "cnas"];

for (const controller of catalogue.filter(({ kind }) => kind === "controller") as Parameters<typeof tryController>[0][]) {
  const reason = `${controller.name} proposes strings that are no members of a space with a normal form`;
  const title = `${controller.name} proposes members of mobilenet only in ${QUERIES} queries, in a subspace within distance ${M} of its centre`;
  when(
    test,
    !BY_COMPONENTS.includes(controller.name),
    reason,
  )(title, async () => {
    const { search, subspaces } = await tryController(controller, { space, count: K, radius: M });
    for (let q = 0; q < QUERIES; q++) {
      const centres = [...subspaces.centres];
      const { architecture, subspace } = search(1)[0]!;
      assert.ok(space.contains(architecture), architecture.join());
      if (subspace !== undefined) assert.ok(distanceBetween(architecture, centres[subspace]!) <= M);
    }
  });
}

test.run();
