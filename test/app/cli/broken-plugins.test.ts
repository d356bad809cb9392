/**
 * Plugins that are broken, one way each (test/fixtures/broken-plugins/): the command names the plugin, its file and its
 * place, says what is wrong and what to do, and ends with 2 where it was found before anything ran, with 1 where a run
 * has failed of it.
 *
 * @module
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Kind } from "../../../core/plugin/plugin.ts";
import { root, Scratch } from "./command.ts";

const scratch = new Scratch();
cpSync(join(root, "test/fixtures/broken-plugins"), join(scratch.folder, "broken"), { recursive: true });

interface Broken {
  readonly name: string;
  readonly kind: Kind;
  /** JSON pointer, as the error has it. */
  readonly at: string;
  /** What stands there; else the kind's own place. */
  readonly manifest?: object;
  readonly problem: RegExp;
  readonly remedy: RegExp;
}

const FIX_CREATE = /\n {2}Fix its create: docs\/plugin-guide\/[a-z]+\.md says what it has to give\.\n/;
const FIX = /\n {2}Fix the plugin: docs\/plugin-guide\/[a-z]+\.md says what each method gives\.\n/;
const GUIDE = /\n {2}docs\/plugin-guide\.md says what a plugin is\.\n/;
const STACK = /Fix the plugin, or choose another; --debug shows the whole stack\.\n/;

/** Found by `evoke validate`, and by `evoke run` before its first run. */
const BEFORE: readonly Broken[] = [
  {
    ...{ name: "no-schema", kind: "controller", at: "/plugins/1", remedy: GUIDE },
    problem: /its "options" are no JSON Schema: \/properties\/rate\/type must be [^,]*\.\n/,
  },
  {
    ...{ name: "wrong-default", kind: "reward", at: "/plugins/1", remedy: GUIDE },
    problem: /the default at \/properties\/factor of its "options" is not as the schema there says: must be a number; found "twice"/,
  },
  {
    ...{ name: "needs-tables", kind: "controller", at: "/controller" },
    problem: /it needs "tables", which no controller may have: test metrics can be had from it, and a search is handed scores only/,
    remedy:
      /\n {2}Plugins of kind controller may need space, distance, subspaces, rng, seed, fidelities, allFidelities, objectives, feasible, engine, sharedWeights\.\n/,
  },
  {
    ...{ name: "create-throws", kind: "acceptance", at: "/subspaces/accept/0", remedy: STACK },
    problem: /^Cannot create [^\n]*: there is no rule\n {2}Thrown at broken\/create-throws\.js:8:11\. /,
  },
  { name: "no-method", kind: "distance", at: "/distance", problem: /it has no method "between"/, remedy: FIX_CREATE },
  {
    ...{ name: "fractional-concurrency", kind: "controller", at: "/controller", remedy: FIX_CREATE },
    problem: /its "concurrency" must be a whole number from 1; found 2\.5/,
  },
  {
    ...{ name: "metric-without-unit", kind: "evaluator", at: "/evaluator", remedy: FIX_CREATE },
    problem: /its "metric\.unit" must be a text that is not empty; found nothing/,
  },
  {
    ...{ name: "asynchronous-sample", kind: "space", at: "/space", remedy: FIX },
    problem: /its sample\(\) gave a promise; of a plugin of kind space only create may be asynchronous/,
  },
  {
    ...{ name: "wraps-in-nothing", kind: "middleware", at: "/middleware/0", remedy: FIX },
    problem: /its around\(\) must give a controller: it has no method "observe"/,
  },
];

/** Found in a run. */
const WITHIN: readonly Broken[] = [
  {
    ...{ name: "score-text", kind: "evaluator", at: "/evaluator", remedy: FIX },
    problem: /its evaluate\(\) must give a finite number as "score"; it gave "93\.1", a text/,
  },
  {
    ...{ name: "test-without-epochs", kind: "evaluator", at: "/evaluator", remedy: FIX },
    problem: /its test\(\) must give a complete metric: its "metric\.epochs" must be a finite number from 0; found nothing/,
  },
  {
    ...{ name: "shapes-to-nan", kind: "reward", at: "/reward/0", remedy: FIX },
    problem: /its shape\(\) must give a finite number; it gave NaN/,
  },
  {
    ...{ name: "accepts-later", kind: "acceptance", at: "/subspaces/accept/0", remedy: FIX },
    problem: /its accepts\(\) gave a promise; of a plugin of kind acceptance only create may be asynchronous/,
  },
  {
    ...{ name: "proposes-strangers", kind: "controller", at: "/controller", remedy: FIX },
    problem: /its propose\(\) must give a member of the space, that is 4 whole numbers from 0 to 2 .*; it gave \[0,0,0,3\]/,
  },
  {
    ...{ name: "modifies-out-of-range", kind: "space", at: "/space", remedy: FIX },
    problem: /its modify\(\) must give a member of the space, .*; it gave \[[0-3],/,
  },
  {
    ...{ name: "short-centres", kind: "initial", at: "/subspaces/initial", remedy: FIX },
    problem: /its centres\(\) must give a member of the space, .*; it gave \[0,0,0\]/,
  },
  {
    ...{ name: "propose-throws", kind: "controller", at: "/controller", remedy: STACK },
    problem: /its propose\(\) threw: Cannot read [^\n]*\n {2}Thrown at broken\/propose-throws\.js:10:\d+\. /,
  },
];

/** A manifest in which everything but the broken plugin is right. */
function manifestWith({ name, kind }: Broken): string {
  const slots: { readonly [K in Kind]?: object } = {
    middleware: { middleware: [name] },
    reward: { reward: [name] },
    acceptance: { subspaces: { count: 2, radius: 2, accept: [name] } },
    initial: { subspaces: { count: 2, radius: 2, initial: name } },
  };
  return scratch.write(`${name}.json`, {
    name,
    plugins: ["./broken/tiny-space.js", `./broken/${name}.js`],
    space: "tiny",
    evaluator: "sum",
    subspaces: { count: 2, radius: 2 },
    controller: "uniform",
    budget: { queries: 20 },
    ...(slots[kind] ?? { [kind]: name }),
  });
}

function assertTold(told: string, { name, kind, at, problem, remedy }: Broken): void {
  const file = at.startsWith("/plugins") ? `./broken/${name}.js` : `broken/${name}.js`;
  const who = `${kind} "${name}" (${file}) at ${at} of ${join(scratch.folder, `${name}.json`)}`;
  assert.ok(told.includes(who), `${who}\n${told}`);
  assert.match(told, problem);
  assert.match(told, remedy);
  assert.not.match(told, /^\s+at /m, "a stack is shown with --debug only");
}

for (const broken of BEFORE) {
  test(`${broken.name}: the broken ${broken.kind} is told before anything runs, by validate as by run`, async () => {
    const file = manifestWith(broken);
    const run = await scratch.evoke("run", file);
    assert.equal([run.status, run.stdout], [2, ""], run.stderr);
    assertTold(run.stderr, broken);
    const validated = await scratch.evoke("validate", file);
    assert.equal([validated.status, validated.stderr], [2, run.stderr]);
  });
}

for (const broken of WITHIN) {
  test(`${broken.name}: the broken ${broken.kind} is told with the run that failed of it`, async () => {
    const file = manifestWith(broken);
    assert.is((await scratch.evoke("validate", file)).status, 0);
    const { status, stderr } = await scratch.evoke("run", file);
    assert.is(status, 1, stderr);
    assert.match(stderr, /^The run of seed 1 failed: Cannot go on with /m);
    assertTold(stderr, broken);
  });
}

test("--debug shows the stack of what was thrown before a run, and of a run that failed", async () => {
  const [before, within] = ["create-throws", "propose-throws"].map((name) =>
    manifestWith([...BEFORE, ...WITHIN].find((broken) => broken.name === name)!),
  );
  const create = await scratch.evoke("run", before!, "--debug");
  assert.is(create.status, 2);
  assert.match(create.stderr, /^TypeError: there is no rule\n +at Object\.create .*create-throws\.js:8:11\)$/m);
  const propose = await scratch.evoke("run", within!, "--debug");
  assert.is(propose.status, 1);
  assert.match(propose.stderr, /^TypeError: Cannot read .*\n +at chosen .*choice\.js:3:\d+\)\n +at .*propose.*propose-throws\.js:10:/m);
});

test("what is wrong is told the same by a worker thread", async () => {
  const broken = WITHIN.find(({ name }) => name === "shapes-to-nan")!;
  const { status, stderr } = await scratch.evoke("run", manifestWith(broken), "--workers", "2", "--seeds", "2");
  assert.is(status, 1);
  assert.match(stderr, /^The run of each of the seeds 1, 2 failed: /m);
  assertTold(stderr, broken);
});

test.run();
