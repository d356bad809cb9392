import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { thorough } from "../when.ts";
import { killAtRandom, killsOf } from "./campaign.ts";
import { SCENARIOS } from "./scenarios.ts";

const KILLS = thorough ? 20 : 6;
const folder = mkdtempSync(join(tmpdir(), "evoke-kills-"));

test("calls of all commands that keep something, killed at random and made again, lose nothing, do nothing twice, and end as if undisturbed", async () => {
  const seed = Date.now() % 2 ** 32;
  const rounds = await killAtRandom({ scenarios: SCENARIOS, kills: KILLS, seed, atOnce: 2, folder });
  const faults = rounds.flatMap(({ scenario, round, faults }) => faults.map((fault) => `${scenario}, round ${round}: ${fault}`));
  assert.equal(faults, [], `seed ${seed}; again with npm run kills`);
  assert.ok(killsOf(rounds) >= KILLS);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
