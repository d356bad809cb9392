/** Installations without the packages of queues: test/scripts/package/packed.test.ts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { missingPackages, PACKAGES } from "../../../../../app/host/queue/look/packages.ts";
import { queuePackagesMissing } from "../../../../../core/errors/queue.ts";
import { root } from "../../../cli/command.ts";

test("in a clone, which has the packages of queues to test them, none is missing", async () => {
  assert.equal(await missingPackages(), []);
});

test("the versions that are to be installed are those that package.json names as its peers", () => {
  const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const [name, version] of Object.entries(PACKAGES)) assert.match(peerDependencies[name], new RegExp(`^\\^${version}\\.`), name);
});

test("what is missing is said with the command that installs it", () => {
  assert.is(
    queuePackagesMissing(["bullmq@6", "ioredis@6"]).message,
    "Cannot use a queue: what only queues need is not installed: bullmq@6 and ioredis@6.\n  Install it beside evoke-nas: npm install bullmq@6 ioredis@6",
  );
});

test.run();
