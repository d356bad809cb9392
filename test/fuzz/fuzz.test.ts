import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import evoke from "../../controllers/whole-space/evoke.ts";
import nsga2 from "../../controllers/whole-space/nsga2.ts";
import { problemsOf } from "../../core/json/schema.ts";
import landscape from "../../evaluators/landscape.ts";
import { Executor } from "./executors.ts";
import { findings } from "./findings.ts";
import { type Fault, type FoundFault, fuzz } from "./fuzzing.ts";
import { grown } from "./schemas.ts";
import { TARGETS } from "./targets.ts";

/** Of each kind, in CI: some 12 seconds of a processor in all. `npm run fuzz` looks for faults for longer. */
const CASES = 10;
/** How long that may take, on a machine that does much else. */
const SECONDS = 500;
/** The same inputs each time: who changes something else is not to be stopped by what a new seed finds. */
const SEED = 21;

test("what was a fault once is taken, or refused in words, in bounded time and memory", async () => {
  const executor = new Executor();
  const wrong: Fault[] = [];
  for (const { target, input } of findings()) {
    const { fault } = await executor.take({ target, input });
    if (fault !== undefined) wrong.push({ target, input, fault });
  }
  executor.close();
  assert.equal(wrong, []);
});

test(`${CASES} inputs of each kind that are nearly right find no fault`, async () => {
  const faults: string[] = [];
  const targets = Object.keys(TARGETS);
  const found = ({ target, after, fault }: FoundFault) =>
    faults.push(`npm run fuzz -- --seed ${SEED} ${target} finds it after ${after} cases: ${fault}`);
  const tallies = await fuzz({ ...{ seconds: SECONDS, cases: CASES, seed: SEED, processes: 1, targets }, found });
  assert.equal(faults, []);
  for (const { target, cases } of tallies) assert.is(cases, CASES, target);
});

const FAULTY = "./faulty.ts";

test("what throws, rejects late, ends the process or takes too much is a fault, and the next input is taken all the same", async () => {
  const executor = new Executor();
  const says = async (input: string) => (await executor.take({ target: FAULTY, input })).fault ?? "";
  assert.match(await says("throws"), /^TypeError: .*\n {4}at /);
  assert.match(await says("late"), /^nobody has caught it: Error: nobody awaits it/);
  assert.match(await says("exits"), /^the process ended by itself/);
  assert.match(await says("large"), /^it took \d+ MB/);
  assert.is(await says("a"), "");
  executor.close();
});

test("a fault is made small, and counted once; the same seed finds it after the same cases", async () => {
  const found: FoundFault[] = [];
  for (let time = 0; time < 2; time++)
    await fuzz({ ...{ seconds: 4, seed: 1, processes: 1, targets: [FAULTY] }, found: (fault) => found.push(fault) });
  assert.is(found.length, 2);
  assert.is(found[0]!.input, "throws");
  assert.equal({ ...found[1], fault: "" }, { ...found[0], fault: "" });
});

test("values that are grown from a schema are right by it", () => {
  for (const { options: schema } of [landscape, nsga2, evoke])
    fc.assert(
      fc.property(grown(schema, { wrong: false }), (value) => assert.equal(problemsOf(schema, structuredClone(value)), [])),
      { seed: 1, numRuns: 50 },
    );
});

test.run();
