import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../../core/json/schema.ts";
import type { Plugin } from "../../../core/plugin/plugin.ts";
import type { Space } from "../../../core/plugin/space.ts";
import { controllerContract, tryController } from "../../contracts/controller.ts";
import { unevenSpace } from "../../contracts/uneven-spaces.ts";
import { hasPython, PYTHON_ABSENT } from "../../python.ts";
import { when } from "../../when.ts";

const test = suite("bench/peers");
const url = new URL("../../../bench/peers/peer.mjs", import.meta.url);
const { default: peer } = (await import(url.href)) as { default: Plugin<"controller"> };
const PLAIN = { library: "plain", method: "random" };
const python = process.env.EVOKE_PYTHON ?? "python3";
const has = (name: string) => hasPython && spawnSync(python, ["-c", `import ${name}`], { stdio: "ignore" }).status === 0;
const absent = (library: string) =>
  `${python} has no ${library}: bench/peers/README.md says how to install it, EVOKE_PYTHON can name another`;

const withPython = when(test, hasPython, PYTHON_ABSENT);
for (const [title, run] of controllerContract(peer, PLAIN)) withPython(title, run);

withPython("it finds every choice that a component can have, and proposes no others", async () => {
  const space = unevenSpace();
  const { search } = await tryController(peer, { options: PLAIN, space });
  const seen = space.choices.map(() => new Set<number>());
  for (const { architecture } of search(300)) for (const [i, choice] of architecture.entries()) seen[i]!.add(choice);
  assert.equal(
    seen.map(({ size }) => size),
    space.choices.map(({ length }) => length),
  );
});

withPython("choices that the space has in another form are brought into it", async () => {
  const { default: mobilenet } = await import("../../../spaces/mobilenet.ts");
  const options = {};
  assert.equal(problemsOf(mobilenet.options, options), []);
  const space = mobilenet.create(options as never, {} as never) as Space;
  const { search } = await tryController(peer, { options: PLAIN, space: { ...space, choices: space.choices! } });
  const architectures = search(100).map(({ architecture }) => architecture);
  assert.ok(architectures.some((architecture) => architecture[2] === 0));
  assert.ok(architectures.some((architecture) => architecture[2]! > 0 && architecture[3] === 0));
});

withPython("searches of one process do not disturb each other", async () => {
  const alone = (await tryController(peer, { options: PLAIN, seed: 5 })).search(20);
  const [first, second] = [await tryController(peer, { options: PLAIN, seed: 5 }), await tryController(peer, { options: PLAIN, seed: 6 })];
  const together = Array.from({ length: 20 }, () => [first.search(1)[0]!, second.search(1)[0]!] as const);
  assert.equal(
    together.map(([proposal]) => proposal),
    alone,
  );
});

withPython("a method that the library does not have is an error that lists those that it has", async () => {
  try {
    await tryController(peer, { options: { ...PLAIN, method: "nothing" } });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'plain has no method "nothing": it has random');
  }
});

/** Composes a search in a process whose Python is another. @returns what goes wrong */
function failure(library: string, environment: Record<string, string>): string {
  const script = `
    const { default: peer } = await import(${JSON.stringify(url.href)});
    const space = { choices: [["a", "b"]], sample: () => [0], neighbours: () => [[1]], contains: () => true };
    try { peer.create({ library: "${library}", method: "random", settings: {} }, { space, rng: {}, seed: 1 }); }
    catch (error) { console.log(error.message); }`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  }).stdout.trim();
}

withPython("a Python that cannot be started is an error that names it", () => {
  assert.match(
    failure("plain", { EVOKE_PYTHON: "no-such-python" }),
    /^no-such-python .*serve\.py plain could not be started, or has ended$/,
  );
});

withPython("a package that Python does not have is an error that names it and says where to read on", () => {
  // A Python without site-packages has none of them.
  const without = fileURLToPath(new URL("without-packages.sh", import.meta.url));
  assert.match(
    failure("optuna", { EVOKE_PYTHON: without }),
    /has no package "optuna", which optuna needs; bench\/peers\/README\.md says how to install it, and EVOKE_PYTHON names another Python$/,
  );
});

const SEARCHES = { optuna: ["random", "tpe"], syne_tune: ["random", "regularized-evolution"] };
for (const [library, methods] of Object.entries(SEARCHES))
  for (const method of methods)
    when(
      test,
      has(library),
      absent(library),
    )(`${library}'s ${method} is told what came of its proposals, and makes the same again`, async () => {
      const options = { library, method };
      const failing = (architecture: readonly number[]) =>
        architecture[0] === 0 ? Number.NaN : architecture.reduce((sum, x) => sum + x, 0);
      const moves = (await tryController(peer, { options, score: failing })).play(30, "as proposed");
      assert.equal((await tryController(peer, { options, score: failing })).replay(moves), moves);
    });

when(
  test,
  has("optuna"),
  absent("optuna"),
)("optuna's tpe learns: its last 20 proposals of 60 are better than its first 20", async () => {
  const score = (architecture: readonly number[]) => architecture.reduce((sum, x) => sum + x, 0);
  const proposals = (await tryController(peer, { options: { library: "optuna", method: "tpe" }, score })).search(60);
  const mean = (part: typeof proposals) => part.reduce((sum, { architecture }) => sum + score(architecture), 0) / part.length;
  assert.ok(mean(proposals.slice(40)) > mean(proposals.slice(0, 20)) + 2);
});

test.run();
